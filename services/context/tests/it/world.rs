//! Sets the stage, and speaks the words of the domain.

use chassis::{Caller, Clock, Code, Failure, Grant, Link, Service, link::Call, testing::Stage};
use cpas_context::{Config, Deps, MIGRATOR, store::files::Files};
use cpas_proto::{
    common::v1::Text,
    context::v1::{self as pb, context_service_client::ContextServiceClient},
    words::{Classification, Role},
};
use serde_json::{Value, json};
use tonic::{Request, Response, Status};
use uuid::Uuid;

pub type Client = ContextServiceClient<Call>;

pub struct World {
    pub stage: Stage,
    pub service: Service,
    link: Link,
}

impl World {
    pub async fn start() -> Self {
        Self::configured(Config::default()).await
    }

    pub async fn configured(config: Config) -> Self {
        Self::set(config, None).await
    }

    /// A service that lives by this clock; chassis keeps to the system's.
    pub async fn at(clock: Clock) -> Self {
        Self::set(Config::default(), Some(clock)).await
    }

    async fn set(config: Config, clock: Option<Clock>) -> Self {
        let stage = Stage::open("context", &MIGRATOR).await;
        let clock = clock.unwrap_or_else(|| stage.clock.clone());
        let kept =
            if config.files == Config::default().files { Ok(Files::in_memory()) } else { Files::open(&config.files) };
        let files = kept.expect("a store of files");
        let deps = Deps { db: stage.db.clone(), bus: stage.bus.clone(), clock, files, pictures: Default::default() };
        let service = cpas_context::service(config, deps);
        let link = stage.link(&service);
        Self { stage, service, link }
    }

    /// Someone with a role in the whole mission and the highest clearance.
    pub fn caller(&self, role: Role) -> Caller {
        self.stage.caller(role)
    }

    /// The same with a lower clearance.
    pub fn cleared(&self, role: Role, clearance: Classification) -> Caller {
        Caller { clearance, ..self.caller(role) }
    }

    /// Someone whose role is held to some areas.
    pub fn held_to(&self, role: Role, areas: &[&str]) -> Caller {
        let areas = texts(areas);
        Caller { grants: vec![Grant { areas, ..Grant::mission_wide(role) }], ..self.caller(role) }
    }

    /// The service as this caller meets it.
    pub fn of(&self, caller: &Caller) -> Client {
        ContextServiceClient::new(self.link.on_behalf(caller)).max_decoding_message_size(16 << 20)
    }

    /// The service as someone with this role meets it.
    pub fn r#as(&self, role: Role) -> Client {
        self.of(&self.caller(role))
    }

    pub async fn load_areas(&self, codes: &[&str]) {
        let features: Vec<_> =
            codes.iter().enumerate().map(|(place, code)| square(code, json!({}), place as f64 * 2.0)).collect();
        let response =
            self.r#as(Role::Coordinator).import_areas(import(&features)).await.expect("good areas").into_inner();
        assert_eq!(response.rejected, vec![]);
    }

    pub async fn evidence(&self, classification: &str) -> pb::Evidence {
        let request =
            pb::RecordEvidenceRequest { classification: classification.to_owned(), ..evidence("Report on the north") };
        self.r#as(Role::Adviser).record_evidence(request).await.expect("evidence").into_inner()
    }

    pub async fn draft(&self, by: &Caller) -> pb::ContextMap {
        self.of(by).draft_context_map(map("Carana north")).await.expect("a draft").into_inner()
    }

    /// A map with one factor that has evidence, written by one and published by others.
    pub async fn published(&self, title: &str, classification: &str) -> pb::ContextMap {
        let evidence = self.evidence(classification).await;
        let writer = self.caller(Role::Contributor);
        let map = self.of(&writer).draft_context_map(map(title)).await.expect("a draft").into_inner();
        let set = set_factor(&map, factor("Cattle raids", &[&evidence.id]));
        let map = self.of(&writer).set_context_factor(set).await.expect("a factor").into_inner();
        let map = self.r#as(Role::Adviser).review_context_map(moved(&map)).await.expect("reviewed").into_inner();
        self.r#as(Role::Leadership).publish_context_map(moved(&map)).await.expect("published").into_inner()
    }

    pub async fn stakeholder(&self, name: &str, kind: &str) -> pb::Stakeholder {
        self.r#as(Role::Coordinator)
            .register_stakeholder(stakeholder(name, kind))
            .await
            .expect("a stakeholder")
            .into_inner()
    }

    pub async fn assess(&self, stakeholder: &pb::Stakeholder, as_of: &str, influence: u32, stance: i32) {
        let request = assessment(&stakeholder.id, as_of, influence, stance);
        self.r#as(Role::Adviser).assess_stakeholder(request).await.expect("an assessment");
    }
}

pub fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A square area of one degree.
pub fn square(code: &str, more: Value, west: f64) -> Value {
    let mut properties = json!({"code": code, "name": format!("Area {code}")});
    properties.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let ring = [[west, 0.0], [west + 1.0, 0.0], [west + 1.0, 1.0], [west, 1.0], [west, 0.0]];
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

pub fn import(features: &[Value]) -> pb::ImportAreasRequest {
    let geojson = serde_json::to_vec(&json!({"type": "FeatureCollection", "features": features})).expect("JSON");
    pb::ImportAreasRequest { geojson, dry_run: false }
}

pub fn map(title: &str) -> pb::DraftContextMapRequest {
    pb::DraftContextMapRequest { title: Some(Text::of(title, "")), period: "2024-Q1".to_owned(), ..Default::default() }
}

pub fn factor(title: &str, evidence: &[&str]) -> pb::ContextFactor {
    pb::ContextFactor {
        kind: "security".to_owned(),
        title: Some(Text::of(title, "")),
        effect: "inhibits".to_owned(),
        severity: 4,
        trend: "worsening".to_owned(),
        confidence: "medium".to_owned(),
        evidence_ids: texts(evidence),
        ..Default::default()
    }
}

pub fn set_factor(map: &pb::ContextMap, factor: pb::ContextFactor) -> pb::SetContextFactorRequest {
    pb::SetContextFactorRequest { context_map_id: map.id.clone(), version: map.version, factor: Some(factor) }
}

/// The map under another title.
pub fn revised(map: &pb::ContextMap, title: &str) -> pb::ReviseContextMapRequest {
    pb::ReviseContextMapRequest {
        id: map.id.clone(),
        version: map.version,
        title: Some(Text::of(title, "")),
        period: map.period.clone(),
        areas: map.areas.clone(),
        themes: map.themes.clone(),
        narrative: map.narrative.clone(),
        classification: String::new(),
    }
}

pub fn moved(map: &pb::ContextMap) -> pb::MoveContextMapRequest {
    pb::MoveContextMapRequest { id: map.id.clone(), version: map.version }
}

pub fn evidence(title: &str) -> pb::RecordEvidenceRequest {
    pb::RecordEvidenceRequest {
        title: title.to_owned(),
        source: "Human Rights".to_owned(),
        date: "2024-02-01".to_owned(),
        link: "https://example.org/report".to_owned(),
        reliability: "B".to_owned(),
        credibility: 2,
        classification: String::new(),
        observation_id: String::new(),
        event_id: String::new(),
    }
}

pub fn stakeholder(name: &str, kind: &str) -> pb::RegisterStakeholderRequest {
    pb::RegisterStakeholderRequest { name: name.to_owned(), kind: kind.to_owned(), ..Default::default() }
}

pub fn revision(of: &pb::Stakeholder) -> pb::ReviseStakeholderRequest {
    let pb::Stakeholder { id, version, name, aliases, kind, areas, description, women_share, .. } = of.clone();
    pb::ReviseStakeholderRequest {
        id,
        version,
        name,
        aliases,
        kind,
        areas,
        description,
        women_share,
        classification: String::new(),
    }
}

pub fn assessment(stakeholder: &str, as_of: &str, influence: u32, stance: i32) -> pb::AssessStakeholderRequest {
    pb::AssessStakeholderRequest {
        stakeholder_id: stakeholder.to_owned(),
        as_of: as_of.to_owned(),
        influence,
        interest: 3,
        stance,
        confidence: "high".to_owned(),
        behaviour: "Holds the bridge".to_owned(),
        ..Default::default()
    }
}

/// A request that carries an idempotency key.
pub fn keyed<T>(message: T, key: Uuid) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("idempotency-key", key.to_string().parse().expect("a header"));
    request
}

/// What a refused call says.
pub trait Refused {
    fn refused(self) -> Failure;
    fn refused_as(self, code: Code) -> Failure;
}

impl<T: std::fmt::Debug> Refused for Result<Response<T>, Status> {
    fn refused(self) -> Failure {
        self.expect_err("should have been refused").into()
    }

    #[track_caller]
    fn refused_as(self, code: Code) -> Failure {
        let failure = self.refused();
        assert_eq!(failure.code, code, "{failure}");
        failure
    }
}

/// The fields that a refusal names.
pub fn fields(failure: &Failure) -> Vec<&str> {
    failure.violations.iter().map(|violation| violation.field.as_str()).collect()
}
