//! A mission as the other services tell of it.

use chassis::{
    Caller, Db, Fact, Link,
    testing::{Stage, eventually},
};
use cpas_proto::{
    assessment::v1 as assessment,
    collection::v1::{self as collection, collection_service_server::CollectionServiceServer},
    common::v1::Text,
    context::v1 as context,
    planning::v1 as planning,
    reporting::v1::{self as pb, reporting_service_client::ReportingServiceClient},
    words::{Classification, Role},
};
use cpas_reporting::{Config, Deps, MIGRATOR, domain::manifest::PaperKey};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::collection::SmallCollection;

pub const ASSESSMENT: Uuid = Uuid::from_u128(0xa55e);
/// Events that make [`World::full`].
pub const FULL: u64 = 13;
pub const AREAS: [&str; 4] = ["CA01", "CA02", "CA03", "CA04"];

/// Reporting with its consumers, and a collection beside it.
pub struct World {
    pub stage: Stage,
    pub deps: Deps,
    pub collection: SmallCollection,
    link: Link,
    _running: JoinSet<()>,
}

pub type Client = ReportingServiceClient<chassis::link::Call>;

impl World {
    /// An empty mission.
    pub async fn empty() -> Self {
        let stage = Stage::open(cpas_reporting::NAME, &MIGRATOR).await;
        let collection = SmallCollection::default();
        let routes = tonic::service::Routes::new(CollectionServiceServer::new(collection.clone()));
        let neighbour = stage.neighbour("collection", cpas_reporting::NAME, routes);
        let deps = Deps {
            db: stage.db.clone(),
            bus: stage.bus.clone(),
            clock: stage.clock.clone(),
            collection: neighbour,
            paper_key: Some(paper_key()),
            remembered: Default::default(),
        };
        let mut service = cpas_reporting::service(Config::default(), deps.clone());
        let link = stage.link(&service);
        let _running = stage.start(&mut service);
        Self { stage, deps, collection, link, _running }
    }

    /// Four areas, a plan in force with one outcome, two indicators with data, a target, an assessment.
    pub async fn full() -> Self {
        let world = Self::empty().await;
        for (place, code) in AREAS.iter().enumerate() {
            world.tell("context", area(code, place)).await;
        }
        world.tell("context", stakeholder("s1", Classification::Unclassified)).await;
        world.tell("planning", plan("active", 1)).await;
        world.tell("planning", indicator("OC-DEATHS", "persons", "count", Classification::Unclassified)).await;
        world.tell("planning", indicator("OC-TRUST", "%", "average", Classification::Unclassified)).await;
        world.tell("planning", target("OC-DEATHS", "2024-Q4", 20.0)).await;
        for (quarter, values) in [("2024-Q1", [3.0, 20.0, 40.0, 0.0]), ("2024-Q2", [2.0, 10.0, 30.0, 0.0])] {
            for (area, value) in AREAS.iter().zip(values) {
                world.collection.set("OC-DEATHS", area, quarter, value);
                world.collection.set("OC-TRUST", area, quarter, value / 2.0);
            }
        }
        world.tell("collection", observations(&["OC-DEATHS", "OC-TRUST"], "imported", 16)).await;
        world.tell("assessment", an_assessment()).await;
        world.tell("assessment", analyses()).await;
        world.tell("assessment", finding()).await;
        world.heard(FULL).await;
        eventually("the series are read", || async { world.home(Role::Coordinator).await.observations == 16 }).await;
        world
    }

    /// An event, told by another service.
    pub async fn tell(&self, service: &'static str, fact: Fact) {
        self.tell_for(service, &self.stage.caller(Role::Service), fact).await;
    }

    /// The same, for a caller of another mission.
    pub async fn tell_for(&self, service: &'static str, caller: &Caller, fact: Fact) {
        let db = Db::open(service, &self.stage.database.config(), self.stage.clock.clone()).expect("its own address");
        let mut tx = db.begin(caller).await.expect("a transaction");
        tx.publish(fact).await.expect("an event");
        tx.commit().await.expect("a commit");
        db.close().await;
    }

    /// Waits until so many events are in the read model.
    pub async fn heard(&self, events: u64) {
        eventually("the events are heard", || async { self.state().await.events >= events }).await;
        assert_eq!(self.state().await.events, events, "an event was counted twice");
    }

    pub async fn state(&self) -> pb::ReadModelState {
        let request = pb::GetReadModelStateRequest {};
        self.as_role(Role::Coordinator).get_read_model_state(request).await.expect("a state").into_inner()
    }

    pub async fn rebuild(&self) -> pb::ReadModelState {
        let request = pb::RebuildReadModelRequest {};
        self.as_role(Role::Coordinator).rebuild_read_model(request).await.expect("a rebuild").into_inner()
    }

    pub async fn home(&self, role: Role) -> pb::MissionHome {
        self.as_role(role).get_mission_home(pb::GetMissionHomeRequest::default()).await.expect("a home").into_inner()
    }

    pub fn as_role(&self, role: Role) -> Client {
        self.as_caller(&self.stage.caller(role))
    }

    /// The same role with the lowest clearance.
    pub fn uncleared(&self, role: Role) -> Client {
        self.as_caller(&Caller { clearance: Classification::Unclassified, ..self.stage.caller(role) })
    }

    /// Somebody with a role, in no mission.
    pub fn outside(&self, role: Role) -> Client {
        self.as_caller(&Caller { mission: None, ..self.stage.caller(role) })
    }

    pub fn as_caller(&self, caller: &Caller) -> Client {
        ReportingServiceClient::new(self.link.on_behalf(caller))
    }

    /// A drafted sheet.
    pub async fn draft(&self, audience: &str, blocks: Vec<pb::Block>) -> Result<pb::FactSheet, tonic::Status> {
        let assessment_id = if blocks.is_empty() { ASSESSMENT.to_string() } else { String::new() };
        let title = Some(Text::of("Protection in <Carana>", "La protection à Carana"));
        let request = pb::DraftFactSheetRequest {
            title,
            audience: audience.to_owned(),
            assessment_id,
            blocks,
            ..Default::default()
        };
        Ok(self.as_role(Role::Coordinator).draft_fact_sheet(request).await?.into_inner())
    }

    pub async fn clear(&self, sheet: &pb::FactSheet) -> Result<pb::FactSheet, tonic::Status> {
        Ok(self.as_role(Role::Leadership).clear_fact_sheet(step(sheet, "")).await?.into_inner())
    }

    pub async fn publish(&self, sheet: &pb::FactSheet) -> Result<pb::FactSheet, tonic::Status> {
        Ok(self.as_role(Role::Coordinator).publish_fact_sheet(step(sheet, "")).await?.into_inner())
    }

    /// A sheet made from the assessment, all the way to its readers.
    pub async fn published(&self, audience: &str) -> pb::FactSheet {
        let draft = self.draft(audience, Vec::new()).await.expect("a draft");
        let cleared = self.clear(&draft).await.expect("a cleared sheet");
        self.publish(&cleared).await.expect("a published sheet")
    }
}

pub fn step(sheet: &pb::FactSheet, reason: &str) -> pb::MoveFactSheetRequest {
    pb::MoveFactSheetRequest { id: sheet.id.clone(), version: sheet.version, reason: reason.to_owned() }
}

/// The key that signs in these tests.
pub fn paper_key() -> PaperKey {
    PaperKey::from_seed(&[7; 32])
}

/// A document, whole.
pub async fn render(client: &mut Client, id: &str, format: &str, language: &str) -> Result<Vec<u8>, tonic::Status> {
    let (id, format, language) = (id.to_owned(), format.to_owned(), language.to_owned());
    let request = pb::RenderFactSheetRequest { id, format, language };
    let mut stream = client.render_fact_sheet(request).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.message().await? {
        bytes.extend(chunk.data);
    }
    Ok(bytes)
}

pub fn fact<M: prost::Message + prost::Name>(noun: &'static str, verb: &'static str, id: &str, message: M) -> Fact {
    Fact::new(noun, verb, id, Classification::Unclassified, &message)
}

pub fn area(code: &str, place: usize) -> Fact {
    area_told(code, place, false)
}

/// An area, or that it never was.
pub fn area_told(code: &str, place: usize, withdrawn: bool) -> Fact {
    let (x, y) = (20.0 + (place % 2) as f64, 5.0 + (place / 2) as f64);
    let geometry = format!(
        r#"{{"type":"Polygon","coordinates":[[[{x},{y}],[{},{y}],[{},{}],[{x},{}],[{x},{y}]]]}}"#,
        x + 1.0,
        x + 1.0,
        y + 1.0,
        y + 1.0
    );
    let area = context::Area {
        id: format!("area-{code}"),
        code: code.to_owned(),
        name: Some(Text::of(format!("District {code}"), "")),
        level: 1,
        geometry,
        withdrawn,
        version: 1 + i64::from(withdrawn),
        ..Default::default()
    };
    fact("area", "recorded", code, context::AreaRecorded { area: Some(area) })
}

pub fn stakeholder(id: &str, classification: Classification) -> Fact {
    let stakeholder =
        context::Stakeholder { id: id.to_owned(), name: "Council of Elders".into(), version: 1, ..Default::default() };
    let message = context::StakeholderRecorded { stakeholder: Some(stakeholder) };
    Fact::new("stakeholder", "recorded", id, classification, &message)
}

pub fn plan(state: &str, version: i64) -> Fact {
    let item = |id: &str, kind: &str, parent: &str, number: &str| planning::PlanItem {
        id: id.to_owned(),
        lineage_id: format!("lineage-{id}"),
        kind: kind.to_owned(),
        parent_id: parent.to_owned(),
        number: number.to_owned(),
        statement: Some(Text::of(format!("{kind} {number}"), "")),
        ..Default::default()
    };
    let plan = planning::Plan {
        id: "plan-1".into(),
        title: Some(Text::of("Protect civilians", "Protéger les civils")),
        number: 1,
        state: state.to_owned(),
        version,
        items: vec![item("o1", "objective", "", "1"), item("oc1", "outcome", "o1", "1.1")],
        ..Default::default()
    };
    fact("plan", "recorded", "plan-1", planning::PlanRecorded { plan: Some(plan) })
}

pub fn indicator(code: &str, unit: &str, kind: &str, classification: Classification) -> Fact {
    let indicator = planning::Indicator {
        id: format!("id-{code}"),
        code: code.to_owned(),
        name: Some(Text::of(format!("Indicator {code}"), format!("Indicateur {code}"))),
        unit: unit.to_owned(),
        kind: kind.to_owned(),
        direction: "lower".into(),
        over_time: "sum".into(),
        frequency: "quarter".into(),
        baseline_value: Some(100.0),
        baseline_period: "2023-Q4".into(),
        source: Some(Text::of("Human Rights Division", "Division des droits de l’homme")),
        plan_item_lineage_id: "lineage-oc1".into(),
        state: "active".into(),
        definition_version: 1,
        version: 1,
        ..Default::default()
    };
    let message = planning::IndicatorRecorded { indicator: Some(indicator), library_indicator: None };
    Fact::new("indicator", "recorded", code, classification, &message)
}

pub fn target(code: &str, period: &str, value: f64) -> Fact {
    let target = planning::Target {
        id: format!("target-{code}-{period}"),
        indicator_id: format!("id-{code}"),
        period: period.to_owned(),
        value: Some(value),
        version: 1,
        ..Default::default()
    };
    fact("target", "set", code, planning::TargetSet { target: Some(target) })
}

pub fn observations(codes: &[&str], change: &str, rows: u32) -> Fact {
    let message = collection::ObservationsChanged {
        indicator_codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        change: change.to_owned(),
        rows,
        ..Default::default()
    };
    fact("observations", "changed", "batch", message)
}

fn an_assessment() -> Fact {
    let assessment = assessment::Assessment {
        id: ASSESSMENT.to_string(),
        title: Some(Text::of("First half of 2024", "")),
        state: "finalized".into(),
        version: 3,
        ..Default::default()
    };
    fact("assessment", "recorded", "a", assessment::AssessmentRecorded { assessment: Some(assessment) })
}

fn analyses() -> Fact {
    let analysis = |code: &str| assessment::Analysis {
        id: format!("analysis-{code}"),
        assessment_id: ASSESSMENT.to_string(),
        indicator_code: code.to_owned(),
        indicator_name: Some(Text::of(format!("Indicator {code}"), "")),
        latest_value: Some(42.0),
        latest_period: "2024-Q2".into(),
        status: "on_track".into(),
        statement: Some(Text::of("It fell.", "Il a baissé.")),
        ..Default::default()
    };
    let analyses = vec![analysis("OC-DEATHS"), analysis("OC-TRUST")];
    let message = assessment::AnalysesComputed { assessment_id: ASSESSMENT.to_string(), analyses };
    fact("analyses", "computed", "a", message)
}

fn finding() -> Fact {
    let finding = assessment::Finding {
        id: "finding-1".into(),
        assessment_id: ASSESSMENT.to_string(),
        narrative: Some(Text::of("Fewer civilians were killed.", "")),
        version: 1,
        ..Default::default()
    };
    fact("finding", "recorded", "finding-1", assessment::FindingRecorded { finding: Some(finding) })
}
