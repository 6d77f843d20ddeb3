//! Sets the stage: the service on its own database and NATS, its neighbours, and people.

use chassis::{
    Caller, Clock, Failure, Grant, Link, Service,
    link::Call,
    testing::{self, Stage},
};
use cpas_assessment::{Config, Deps, MIGRATOR, service};
use cpas_proto::{
    assessment::v1::{self as pb, assessment_service_client::AssessmentServiceClient},
    collection::v1::{self as collection, collection_service_server::CollectionServiceServer},
    common::v1::Text,
    context::v1::context_service_server::ContextServiceServer,
    planning::v1::{self as planning, planning_service_server::PlanningServiceServer},
    words::{Classification, Role},
};
use tonic::{Request, Response, Status, service::Routes};
use uuid::Uuid;

use crate::neighbours::Neighbours;

pub type Client = AssessmentServiceClient<Call>;

/// Most indicators that one assessment freezes here.
pub const INDICATORS_MAX: usize = 150;
/// Largest message that the gateway takes.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Code of the indicator of civilian deaths: yearly, fewer is better, by area too.
pub const DEATHS: &str = "OC-CIVDEATHS";
/// Code of the indicator of patrols: higher is better, only values of the whole mission.
pub const PATROLS: &str = "OP-PATROLS";
/// Code of a confidential indicator.
pub const SECRET: &str = "OC-SECRET";
/// The section that leads the outcome of the plan.
pub const SECTION: &str = "Protection of Civilians";

pub struct World {
    pub stage: Stage,
    pub service: Service,
    pub link: Link,
    pub neighbours: Neighbours,
    pub outcome: Uuid,
    pub plan: Uuid,
}

impl World {
    /// A mission with an active plan, three indicators and their series.
    pub async fn start() -> Self {
        Self::start_at(Clock::system()).await
    }

    /// The same by a clock that a test moves.
    pub async fn start_at(clock: Clock) -> Self {
        let stage = Stage::open_at("assessment", &MIGRATOR, clock).await;
        let neighbours = Neighbours::default();
        let (outcome, plan) = (Uuid::new_v4(), Uuid::new_v4());
        furnish(&neighbours, outcome, plan);
        let planning = Routes::new(PlanningServiceServer::new(neighbours.clone()));
        let collection = Routes::new(CollectionServiceServer::new(neighbours.clone()));
        let context = Routes::new(ContextServiceServer::new(neighbours.clone()));
        let deps = Deps {
            db: stage.db.clone(),
            bus: stage.bus.clone(),
            clock: stage.clock.clone(),
            planning: stage.neighbour("planning", "assessment", planning),
            collection: stage.neighbour("collection", "assessment", collection),
            context: stage.neighbour("context", "assessment", context),
        };
        let config = Config { indicators_max: INDICATORS_MAX, freeze_read_timeout_ms: 20_000 };
        let service = service(config, deps);
        let link = stage.link(&service);
        Self { stage, service, link, neighbours, outcome, plan }
    }

    /// A second outcome in the plan, to be frozen with it.
    pub fn second_outcome(&self) -> Uuid {
        let second = Uuid::new_v4();
        let mut held = self.neighbours.held();
        let first = held.plans[0].items[0].clone();
        held.plans[0].items.push(planning::PlanItem {
            id: Uuid::new_v4().to_string(),
            lineage_id: second.to_string(),
            number: "1.2".to_owned(),
            ..first
        });
        second
    }

    /// Many indicators by month over five years, for the whole mission and each of many areas.
    pub fn furnish_by_month(&self, indicators: usize, areas: usize) {
        let month = |at: usize| format!("{}-{:02}", 2020 + at / 12, at % 12 + 1);
        let point = |at: usize| collection::Point {
            period: month(at),
            value: Some(100.0 + 0.37 * at as f64 + ((at * 7919) % 23) as f64),
            kind: "value".to_owned(),
            ..Default::default()
        };
        let part = |area: usize| collection::SeriesPart {
            area: if area == 0 { String::new() } else { format!("CF{area:02}") },
            points: (0..60).map(point).collect(),
            ..Default::default()
        };
        let mut held = self.neighbours.held();
        held.indicators.clear();
        held.series.clear();
        for at in 0..indicators {
            let (id, code) = (Uuid::new_v4(), format!("OC-{at:03}"));
            let by_month = indicator(id, &code, "higher", "active");
            held.indicators.push(planning::Indicator { frequency: "month".to_owned(), ..by_month });
            held.series.push(series(id, &code, (0..=areas).map(part).collect()));
        }
    }

    /// Somebody with one role in the whole mission and the highest clearance.
    pub fn who(&self, role: Role) -> Caller {
        self.stage.caller(role)
    }

    /// Somebody with one role in one section.
    pub fn of_section(&self, role: Role, section: &str) -> Caller {
        let grant = Grant { section: Some(section.to_owned()), ..Grant::mission_wide(role) };
        Caller { grants: vec![grant], ..self.who(role) }
    }

    /// Somebody of another mission.
    pub fn stranger(&self, role: Role) -> Caller {
        testing::caller(role, &testing::mission("UNXYZ"))
    }

    /// A client that calls as somebody.
    pub fn client(&self, caller: &Caller) -> Client {
        AssessmentServiceClient::new(self.link.on_behalf(caller))
    }

    pub fn coordinator(&self) -> Client {
        self.client(&self.who(Role::Coordinator))
    }

    pub fn leadership(&self) -> Client {
        self.client(&self.who(Role::Leadership))
    }

    /// A scheduled assessment of 2024.
    pub async fn scheduled(&self) -> pb::Assessment {
        done(self.coordinator().schedule_assessment(schedule()).await)
    }

    /// A frozen assessment of 2024.
    pub async fn frozen(&self) -> pb::Assessment {
        let scheduled = self.scheduled().await;
        done(self.coordinator().freeze_assessment(freeze(&scheduled)).await)
    }

    /// The analyses of an assessment as somebody sees them.
    pub async fn analyses(&self, caller: &Caller, assessment: &pb::Assessment) -> Vec<pb::Analysis> {
        let ask = pb::ListAnalysesRequest { assessment_id: assessment.id.clone() };
        done(self.client(caller).list_analyses(ask).await).analyses
    }

    /// The contributions of an assessment as somebody sees them.
    pub async fn contributions(&self, caller: &Caller, assessment: &pb::Assessment) -> Vec<pb::OutputContribution> {
        done(self.client(caller).list_contributions(contributions_of(assessment)).await).contributions
    }

    /// A finding on the outcome, without rating or evidence.
    pub fn finding(&self, assessment: &pb::Assessment) -> pb::Finding {
        pb::Finding {
            assessment_id: assessment.id.clone(),
            outcome_lineage_id: self.outcome.to_string(),
            question: "change".to_owned(),
            direction: "better".to_owned(),
            narrative: Some(Text::of("Fewer attacks on markets.", "Moins d'attaques de marchés.")),
            ..Default::default()
        }
    }

    /// A recorded finding.
    pub async fn found(&self, assessment: &pb::Assessment) -> pb::Finding {
        done(self.coordinator().record_finding(record(self.finding(assessment))).await)
    }

    /// A proposed recommendation of kind plan that rests on a finding.
    pub async fn proposed(&self, assessment: &pb::Assessment) -> pb::Recommendation {
        let finding = self.found(assessment).await;
        let recommendation = recommendation(assessment, &finding);
        done(self.coordinator().propose_recommendation(propose(recommendation)).await)
    }

    /// Events that were stored to be told, in order: full name of the message.
    pub async fn told(&self) -> Vec<String> {
        let mut tx = self.stage.db.begin_unscoped().await.expect("a transaction");
        sqlx::query_scalar("SELECT kind FROM chassis.outbox ORDER BY seq")
            .fetch_all(&mut *tx)
            .await
            .expect("the outbox")
    }

    /// Rows of a table of this mission.
    pub async fn rows(&self, table: &'static str) -> i64 {
        let mut tx = self.stage.db.begin(&self.who(Role::Service)).await.expect("a transaction");
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(count).fetch_one(&mut *tx).await.expect("a count")
    }
}

/// What was answered; a refusal fails the test with its words.
pub fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.map(Response::into_inner).unwrap_or_else(|status| panic!("{:?}", Failure::from(status)))
}

/// What was refused; an answer fails the test.
pub fn refused<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> Failure {
    Failure::from(answer.map(Response::into_inner).expect_err("it should have been refused"))
}

/// The field that a refusal names.
pub fn field(failure: &Failure) -> &str {
    failure.violations.first().map_or("", |violation| violation.field.as_str())
}

/// A request with an idempotency key.
pub fn keyed<T>(message: T, key: &'static str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("idempotency-key", key.parse().expect("an ASCII key"));
    request
}

pub fn schedule() -> pb::ScheduleAssessmentRequest {
    pb::ScheduleAssessmentRequest {
        title: Some(Text::of("Impact in 2024", "Impact en 2024")),
        kind: "impact".to_owned(),
        period: "2024".to_owned(),
        ..Default::default()
    }
}

pub fn freeze(scheduled: &pb::Assessment) -> pb::FreezeAssessmentRequest {
    pb::FreezeAssessmentRequest { id: scheduled.id.clone(), version: scheduled.version, cut_off: String::new() }
}

pub fn contributions_of(assessment: &pb::Assessment) -> pb::ListContributionsRequest {
    pb::ListContributionsRequest { assessment_id: assessment.id.clone() }
}

pub fn moved(assessment: &pb::Assessment) -> pb::MoveAssessmentRequest {
    pb::MoveAssessmentRequest { id: assessment.id.clone(), version: assessment.version }
}

pub fn record(finding: pb::Finding) -> pb::RecordFindingRequest {
    pb::RecordFindingRequest { finding: Some(finding) }
}

pub fn recommendation(assessment: &pb::Assessment, finding: &pb::Finding) -> pb::Recommendation {
    pb::Recommendation {
        assessment_id: assessment.id.clone(),
        text: Some(Text::of("Move two patrols to the north.", "Déplacer deux patrouilles au nord.")),
        kind: "plan".to_owned(),
        owner_section: SECTION.to_owned(),
        due: "2025-09-30".to_owned(),
        indicator_codes: vec![DEATHS.to_owned()],
        finding_ids: vec![finding.id.clone()],
        ..Default::default()
    }
}

pub fn propose(recommendation: pb::Recommendation) -> pb::ProposeRecommendationRequest {
    pb::ProposeRecommendationRequest { recommendation: Some(recommendation) }
}

pub fn decide(proposed: &pb::Recommendation, decision: &str, reason: &str) -> pb::DecideRecommendationRequest {
    pb::DecideRecommendationRequest {
        id: proposed.id.clone(),
        version: proposed.version,
        decision: decision.to_owned(),
        reason: reason.to_owned(),
    }
}

pub fn reference(kind: &str, id: &str, note: &str) -> pb::EvidenceReference {
    pb::EvidenceReference { kind: kind.to_owned(), id: id.to_owned(), note: note.to_owned() }
}

pub fn part(area: &str, values: &[(i32, Option<f64>)]) -> collection::SeriesPart {
    let point = |(year, value): &(i32, Option<f64>)| collection::Point {
        period: year.to_string(),
        value: *value,
        kind: if value.is_some() { "value" } else { "missing" }.to_owned(),
        ..Default::default()
    };
    collection::SeriesPart { area: area.to_owned(), slice: String::new(), points: values.iter().map(point).collect() }
}

fn furnish(neighbours: &Neighbours, outcome: Uuid, plan: Uuid) {
    let mut held = neighbours.held();
    let (deaths, patrols, secret, draft) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
    held.plans = vec![planning::Plan {
        id: plan.to_string(),
        number: 3,
        state: "active".to_owned(),
        items: vec![planning::PlanItem {
            id: Uuid::new_v4().to_string(),
            lineage_id: outcome.to_string(),
            kind: "outcome".to_owned(),
            number: "1.1".to_owned(),
            lead_section: SECTION.to_owned(),
            ..Default::default()
        }],
        ..Default::default()
    }];
    held.indicators = vec![
        planning::Indicator {
            baseline_value: Some(500.0),
            baseline_period: "2020".to_owned(),
            ..indicator(deaths, DEATHS, "lower", "active")
        },
        indicator(patrols, PATROLS, "higher", "approved"),
        planning::Indicator {
            classification: "confidential".to_owned(),
            ..indicator(secret, SECRET, "higher", "active")
        },
        indicator(draft, "D-1", "higher", "draft"),
    ];
    let target = |indicator: Uuid, slice: &str, value| planning::Target {
        id: Uuid::new_v4().to_string(),
        indicator_id: indicator.to_string(),
        period: "2026".to_owned(),
        slice: slice.to_owned(),
        value: Some(value),
        ..Default::default()
    };
    held.targets = vec![target(deaths, "sex=f", 1.0), target(deaths, "", 80.0)];
    let years = |values: [f64; 5]| (2020..).zip(values.map(Some)).collect::<Vec<_>>();
    held.series = vec![
        series(
            deaths,
            DEATHS,
            vec![
                part("", &years([500.0, 430.0, 380.0, 300.0, 240.0])),
                part("CF11", &[(2020, Some(200.0)), (2022, Some(150.0)), (2024, Some(100.0))]),
                part("CF12", &[(2024, None)]),
            ],
        ),
        series(secret, SECRET, vec![part("", &years([1.0, 2.0, 3.0, 4.0, 5.0]))]),
    ];
    held.series[0].cautions = vec![Text::of("The areas with data change from year to year.", "Les zones changent.")];
}

/// An indicator by year that is summed.
pub fn indicator(id: Uuid, code: &str, direction: &str, state: &str) -> planning::Indicator {
    planning::Indicator {
        id: id.to_string(),
        code: code.to_owned(),
        name: Some(Text::of(format!("Name of {code}"), "")),
        kind: "count".to_owned(),
        direction: direction.to_owned(),
        over_time: "sum".to_owned(),
        frequency: "year".to_owned(),
        state: state.to_owned(),
        definition_version: 2,
        ..Default::default()
    }
}

/// The series of an indicator.
pub fn series(id: Uuid, code: &str, parts: Vec<collection::SeriesPart>) -> collection::Series {
    collection::Series {
        indicator_id: id.to_string(),
        indicator_code: code.to_owned(),
        frequency: "year".to_owned(),
        parts,
        ..Default::default()
    }
}

/// The same person with another clearance.
pub fn cleared(caller: Caller, clearance: Classification) -> Caller {
    Caller { clearance, ..caller }
}
