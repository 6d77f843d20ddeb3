//! The stage, and what the stories on it are told in.

use chassis::{Caller, Code, Db, Fact, Failure, Link, testing::Stage};
use cpas_planning::{Config, Deps, MIGRATOR, config, service};
use cpas_proto::{
    collection::v1::{self as collection, collection_service_server::CollectionServiceServer},
    common::v1::Text,
    context::v1 as context,
    planning::v1::{self as pb, planning_service_client::PlanningServiceClient},
    words::{Classification, Role},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::collection::SmallCollection;

/// Planning as one mission meets it.
pub struct World {
    pub stage: Stage,
    pub collection: SmallCollection,
    link: Link,
    /// A neighbour's voice: what it tells goes through the same outbox and stream.
    neighbour: &'static [&'static str],
    _running: JoinSet<()>,
}

/// One person's way to planning.
pub struct Person {
    pub caller: Caller,
    link: Link,
}

pub type Client = PlanningServiceClient<chassis::link::Call>;

impl World {
    pub async fn start() -> Self {
        let stage = Stage::open("planning", &MIGRATOR).await;
        let config: chassis::config::Whole<Config> =
            chassis::config::load(config::DEFAULTS, None, Default::default()).expect("its own defaults");
        let small = SmallCollection::default();
        let routes = tonic::service::Routes::new(CollectionServiceServer::new(small.clone()));
        let collection = stage.neighbour("collection", "planning", routes);
        let deps = Deps { db: stage.db.clone(), bus: stage.bus.clone(), clock: stage.clock.clone(), collection };
        let mut service = service(config.service, deps);
        let link = stage.link(&service);
        let running = stage.start(&mut service);
        Self { stage, collection: small, link, neighbour: &["context", "assessment", "collection"], _running: running }
    }

    pub fn person(&self, role: Role) -> Person {
        Person { caller: self.stage.caller(role), link: self.link.clone() }
    }

    pub fn planner(&self) -> Person {
        self.person(Role::Coordinator)
    }

    /// Somebody of another mission.
    pub fn stranger(&self, role: Role) -> Person {
        let mission = chassis::testing::mission("UNMISS");
        Person { caller: chassis::testing::caller(role, &mission), link: self.link.clone() }
    }

    /// A neighbour tells something.
    pub async fn tell<M: prost::Message + prost::Name>(
        &self,
        noun: &'static str,
        verb: &'static str,
        record: &str,
        message: &M,
    ) {
        let service =
            self.neighbour.iter().find(|name| M::PACKAGE.starts_with(&format!("cpas.{name}."))).expect("a neighbour");
        let db = Db::open(service, &self.stage.database.config(), self.stage.clock.clone()).expect("its address");
        let mut tx = db.begin(&self.stage.caller(Role::Service)).await.expect("a transaction");
        let fact = Fact::new(noun, verb, record, Classification::Unclassified, message);
        tx.publish(fact).await.expect("an event");
        tx.commit().await.expect("a commit");
        db.close().await;
    }

    /// Context tells of a stakeholder.
    pub async fn stakeholder(&self, id: Uuid, version: i64, classification: Classification) {
        self.merged_stakeholder(id, version, classification, None).await;
    }

    /// The same of one that was merged into another one, which stands for it.
    pub async fn merged_stakeholder(&self, id: Uuid, version: i64, classification: Classification, into: Option<Uuid>) {
        let stakeholder = context::Stakeholder {
            merged_into: into.map(|into| into.to_string()).unwrap_or_default(),
            id: id.to_string(),
            name: "The commander of Sector East".to_owned(),
            classification: classification.word().to_owned(),
            version,
            ..Default::default()
        };
        let message = context::StakeholderRecorded { stakeholder: Some(stakeholder) };
        self.tell("stakeholder", "recorded", &id.to_string(), &message).await;
    }

    /// Context tells of an area.
    pub async fn area(&self, code: &str) {
        let id = Uuid::new_v4().to_string();
        let area = context::Area { id: id.clone(), code: code.to_owned(), version: 1, ..Default::default() };
        self.tell("area", "recorded", &id, &context::AreaRecorded { area: Some(area) }).await;
    }

    /// Collection tells that values of an indicator changed.
    pub async fn observations(&self, code: &str) {
        let message = collection::ObservationsChanged {
            indicator_codes: vec![code.to_owned()],
            change: "entered".to_owned(),
            rows: 1,
            ..Default::default()
        };
        self.tell("observations", "changed", code, &message).await;
    }

    /// A stakeholder that planning knows already.
    pub async fn known_stakeholder(&self) -> Uuid {
        let id = Uuid::new_v4();
        self.stakeholder(id, 1, Classification::Unclassified).await;
        let planner = self.planner();
        let plan = planner.draft_plan().await;
        let plan = planner.add(&plan, objective()).await.expect("an objective");
        let top = plan.items[0].id.clone();
        chassis::testing::eventually("planning knows the stakeholder", || async {
            planner.add(&plan, outcome(&top, Some(id))).await.is_ok()
        })
        .await;
        id
    }
}

impl Person {
    pub fn client(&self) -> Client {
        PlanningServiceClient::new(self.link.on_behalf(&self.caller))
    }

    pub async fn draft_plan(&self) -> pb::Plan {
        let request = pb::DraftPlanRequest {
            title: en("Protect civilians"),
            start: "2026-07-01".to_owned(),
            end: "2028-06-30".to_owned(),
        };
        self.client().draft_plan(request).await.expect("a draft").into_inner()
    }

    pub async fn get(&self, id: &str) -> Result<pb::Plan, Failure> {
        answer(self.client().get_plan(pb::GetPlanRequest { id: id.to_owned() }).await)
    }

    pub async fn add(&self, plan: &pb::Plan, item: pb::PlanItem) -> Result<pb::Plan, Failure> {
        let request = pb::AddPlanItemRequest { plan_id: plan.id.clone(), version: plan.version, item: Some(item) };
        answer(self.client().add_plan_item(request).await)
    }

    pub async fn revise(&self, plan: &pb::Plan, item: pb::PlanItem) -> Result<pb::Plan, Failure> {
        let request = pb::RevisePlanItemRequest { plan_id: plan.id.clone(), version: plan.version, item: Some(item) };
        answer(self.client().revise_plan_item(request).await)
    }

    pub async fn link(&self, plan: &pb::Plan, output: &str, outcome: &str) -> Result<pb::Plan, Failure> {
        let link = pb::ResultLink {
            output_id: output.to_owned(),
            outcome_id: outcome.to_owned(),
            hypothesis: en("Patrols deter"),
            expected_lag_months: 3,
            strength: "moderate".to_owned(),
            ..Default::default()
        };
        let request = pb::LinkResultsRequest { plan_id: plan.id.clone(), version: plan.version, link: Some(link) };
        answer(self.client().link_results(request).await)
    }

    /// Takes a plan a step on; `step` as in the names of the RPCs.
    pub async fn step(&self, step: &str, plan: &pb::Plan, reason: &str) -> Result<pb::Plan, Failure> {
        let request =
            pb::MovePlanRequest { plan_id: plan.id.clone(), version: plan.version, reason: reason.to_owned() };
        let mut client = self.client();
        answer(match step {
            "submit" => client.submit_plan(request).await,
            "return" => client.return_plan(request).await,
            "endorse" => client.endorse_plan(request).await,
            "approve" => client.approve_plan(request).await,
            "activate" => client.activate_plan(request).await,
            "archive" => client.archive_plan(request).await,
            other => panic!("no step {other}"),
        })
    }

    pub async fn draft_indicator(&self, indicator: pb::Indicator) -> Result<pb::Indicator, Failure> {
        answer(self.client().draft_indicator(pb::DraftIndicatorRequest { indicator: Some(indicator) }).await)
    }

    pub async fn set_target(&self, target: pb::Target) -> Result<pb::Target, Failure> {
        answer(self.client().set_target(pb::SetTargetRequest { target: Some(target) }).await)
    }

    pub async fn targets(&self, indicator: &str, history: bool) -> Vec<pb::Target> {
        let request = pb::ListTargetsRequest { indicator_id: indicator.to_owned(), history };
        answer(self.client().list_targets(request).await).expect("targets").targets
    }

    pub async fn changes(&self) -> Vec<pb::PlanChange> {
        answer(self.client().list_plan_changes(pb::ListPlanChangesRequest {}).await).expect("plan changes").plan_changes
    }
}

pub fn answer<T>(answer: Result<tonic::Response<T>, tonic::Status>) -> Result<T, Failure> {
    Ok(answer?.into_inner())
}

/// Code and fields of a refusal.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, Failure>) -> (Code, Vec<String>) {
    let failure = answer.expect_err("a refusal");
    (failure.code, failure.violations.into_iter().map(|violation| violation.field).collect())
}

pub fn en(text: &str) -> Option<Text> {
    Some(Text { en: text.to_owned(), fr: String::new() })
}

pub fn objective() -> pb::PlanItem {
    pb::PlanItem {
        kind: "objective".to_owned(),
        statement: en("Civilians are safe"),
        position: 999,
        ..Default::default()
    }
}

pub fn outcome(objective: &str, stakeholder: Option<Uuid>) -> pb::PlanItem {
    pb::PlanItem {
        kind: "outcome".to_owned(),
        parent_id: objective.to_owned(),
        statement: en("Commanders keep their men off the market roads"),
        stakeholder_id: stakeholder.map(|id| id.to_string()).unwrap_or_default(),
        dimension: "behaviour".to_owned(),
        position: 999,
        ..Default::default()
    }
}

pub fn output(outcome: &str) -> pb::PlanItem {
    pb::PlanItem {
        kind: "output".to_owned(),
        parent_id: outcome.to_owned(),
        statement: en("Daily patrols on market roads"),
        component: "military".to_owned(),
        lead_section: "Sector East".to_owned(),
        position: 999,
        ..Default::default()
    }
}

/// The item that was added last under a parent.
pub fn last_under<'a>(plan: &'a pb::Plan, parent: &str) -> &'a pb::PlanItem {
    plan.items.iter().rfind(|item| item.parent_id == parent).expect("an item under it")
}

pub fn deaths(code: &str) -> pb::Indicator {
    pb::Indicator {
        code: code.to_owned(),
        name: en("Civilian deaths"),
        level: "context".to_owned(),
        kind: "count".to_owned(),
        direction: "lower".to_owned(),
        frequency: "month".to_owned(),
        ..Default::default()
    }
}
