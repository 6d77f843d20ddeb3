//! Sets the stage, and speaks the words of the domain.

use std::collections::HashMap;

use chassis::{Caller, Clock, Code, Db, Failure, Grant, Link, Mission, Service, link::Call, testing::Stage};
use cpas_collection::{
    Config, Deps, MIGRATOR,
    domain::definition::{Definition, Dimension, Kind, OverAreas, OverTime},
    store::copies::{AreaCopy, upsert_area, upsert_indicator},
};
use cpas_proto::{
    collection::v1::{self as pb, collection_service_client::CollectionServiceClient},
    common::v1::FileChunk,
    words::{Classification, Frequency, Role},
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

pub type Client = CollectionServiceClient<Call>;

pub struct World {
    pub stage: Stage,
    pub service: Service,
    link: Link,
}

/// The defaults, with no waiting for codes that never come.
pub fn config() -> Config {
    Config {
        import_rows_max: 1_500_000,
        import_bytes_max: 256 * 1024 * 1024,
        files_at_a_time: 3,
        event_rows_max: 500_000,
        unknown_code_wait_ms: 0,
        preview_days: 7,
    }
}

impl World {
    /// A mission with areas A1 and A2 below A, and B, each a square with a boundary; and indicators.
    pub async fn start() -> Self {
        Self::start_by(Clock::system()).await
    }

    /// The same by a clock that a test moves.
    pub async fn start_by(clock: Clock) -> Self {
        let world = Self::on(Stage::open_at("collection", &MIGRATOR, clock).await, config());
        for (place, (code, parent)) in [("A", ""), ("A1", "A"), ("A2", "A"), ("B", "")].into_iter().enumerate() {
            world.area(code, parent, &square(place as f64 * 10.0)).await;
        }
        world.indicator(&deaths()).await;
        world.indicator(&trust()).await;
        world
    }

    pub async fn empty(config: Config) -> Self {
        Self::on(Stage::open("collection", &MIGRATOR).await, config)
    }

    fn on(stage: Stage, config: Config) -> Self {
        let deps = Deps { db: stage.db.clone(), bus: stage.bus.clone(), clock: stage.clock.clone() };
        let service = cpas_collection::service(config, deps);
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

    /// Someone whose role is held to a section and some areas.
    pub fn held_to(&self, role: Role, section: Option<&str>, areas: &[&str]) -> Caller {
        let grant = Grant {
            section: section.map(str::to_owned),
            areas: areas.iter().map(|&area| area.to_owned()).collect(),
            ..Grant::mission_wide(role)
        };
        Caller { grants: vec![grant], ..self.caller(role) }
    }

    /// The service as this caller meets it.
    pub fn of(&self, caller: &Caller) -> Client {
        CollectionServiceClient::new(self.link.on_behalf(caller)).max_decoding_message_size(64 << 20)
    }

    /// The service as someone with this role meets it.
    pub fn r#as(&self, role: Role) -> Client {
        self.of(&self.caller(role))
    }

    /// The service in a process of its own over the same database, with nothing in its memory yet.
    pub fn elsewhere(&self, caller: &Caller) -> Client {
        let (bus, clock) = (self.stage.bus.clone(), self.stage.clock.clone());
        let db = Db::open("collection", &self.stage.database.config(), clock.clone()).expect("its own address");
        let link = self.stage.link(&cpas_collection::service(config(), Deps { db, bus, clock }));
        CollectionServiceClient::new(link.on_behalf(caller)).max_decoding_message_size(64 << 20)
    }

    pub fn coordinator(&self) -> Client {
        self.r#as(Role::Coordinator)
    }

    pub fn db(&self) -> &Db {
        &self.stage.db
    }

    /// Gives the mission an indicator, as planning's event would.
    pub async fn indicator(&self, definition: &Definition) {
        self.indicator_in(&self.stage.mission, definition, 1).await;
    }

    pub async fn indicator_in(&self, mission: &Mission, definition: &Definition, version: i64) {
        let mut tx = self.db().begin(&service_in(mission)).await.expect("a transaction");
        upsert_indicator(&mut tx, mission.id, definition, version).await.expect("a copy");
        tx.commit().await.expect("a commit");
    }

    /// Gives the mission an area, as context's event would.
    pub async fn area(&self, code: &str, parent: &str, geometry: &str) {
        let area = AreaCopy {
            id: Uuid::new_v4(),
            code: code.to_owned(),
            name_en: format!("Area {code}"),
            name_fr: format!("Zone {code}"),
            level: 1 + i32::from(!parent.is_empty()),
            parent_code: parent.to_owned(),
            valid_from: None,
            valid_to: None,
            geometry: geometry.to_owned(),
            version: 1,
            aliases: Vec::new(),
            former: Vec::new(),
        };
        let mission = &self.stage.mission;
        let mut tx = self.db().begin(&service_in(mission)).await.expect("a transaction");
        upsert_area(&mut tx, mission.id, &area).await.expect("a copy");
        tx.commit().await.expect("a commit");
    }

    /// Previews a file as a coordinator.
    pub async fn preview(&self, text: &str) -> pb::ImportBatch {
        preview(&mut self.coordinator(), text.as_bytes(), &[]).await.expect("a preview")
    }

    /// Previews and commits a file, submitted at once.
    pub async fn import(&self, text: &str) -> pb::ImportBatch {
        let batch = self.preview(text).await;
        self.commit(&batch).await
    }

    pub async fn commit(&self, batch: &pb::ImportBatch) -> pb::ImportBatch {
        done(self.coordinator().commit_import(commit(batch, true)).await)
    }

    /// Values of a series of the whole mission's total, or of an area, by period.
    pub async fn values(&self, indicator: &str, area: &str, as_known_at: &str) -> Vec<(String, Option<f64>)> {
        let series = done(self.coordinator().get_series(series_of(indicator, &[area], as_known_at)).await);
        let points = series.parts.into_iter().flat_map(|part| part.points);
        points.map(|point| (point.period, point.value)).collect()
    }

    /// Enters one total by hand.
    pub async fn entered(&self, by: &Caller, area: &str, period: &str, value: f64) -> pb::Observation {
        done(self.of(by).enter_observation(enter("OC-CIVDEATHS", area, period, value)).await)
    }
}

/// The service itself, at work in a mission.
pub fn service_in(mission: &Mission) -> Caller {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    Caller::service("collection", mission.clone(), deadline)
}

/// Civilian deaths by month, by sex, in the section Human Rights.
pub fn deaths() -> Definition {
    Definition {
        id: Uuid::from_u128(0xD1),
        code: "OC-CIVDEATHS".to_owned(),
        kind: Kind::Count,
        over_time: OverTime::Sum,
        over_areas: OverAreas::Sum,
        frequency: Frequency::Month,
        formula: None,
        events: None,
        dimensions: vec![dimension("sex", &["f", "m", "unknown"])],
        owner_section: "Human Rights".to_owned(),
        retired: false,
        definition_version: 1,
        classification: Classification::Unclassified,
    }
}

/// Share of people who trust the police, a ratio by quarter.
pub fn trust() -> Definition {
    Definition {
        id: Uuid::from_u128(0xD2),
        code: "OC-TRUST".to_owned(),
        kind: Kind::Ratio,
        over_time: OverTime::Ratio,
        over_areas: OverAreas::Ratio,
        frequency: Frequency::Quarter,
        dimensions: Vec::new(),
        owner_section: "UNPOL".to_owned(),
        ..deaths()
    }
}

pub fn dimension(name: &str, categories: &[&str]) -> Dimension {
    Dimension { name: name.to_owned(), categories: categories.iter().map(|&own| own.to_owned()).collect() }
}

/// A square of ten degrees less a little, as GeoJSON.
pub fn square(west: f64) -> String {
    let east = west + 9.0;
    format!(r#"{{"type":"Polygon","coordinates":[[[{west},0],[{east},0],[{east},9],[{west},9],[{west},0]]]}}"#)
}

/// Sends a file in pieces.
pub async fn preview(client: &mut Client, bytes: &[u8], mapping: &[(&str, &str)]) -> Result<pb::ImportBatch, Failure> {
    let mapping: HashMap<String, String> =
        mapping.iter().map(|&(field, heading)| (field.to_owned(), heading.to_owned())).collect();
    let mut pieces: Vec<pb::PreviewImportRequest> = bytes
        .chunks(1 << 16)
        .map(|piece| pb::PreviewImportRequest { data: piece.to_vec(), ..Default::default() })
        .collect();
    if pieces.is_empty() {
        pieces.push(pb::PreviewImportRequest::default());
    }
    pieces[0].file_name = "observations.csv".to_owned();
    pieces[0].mapping = mapping.into_iter().collect();
    let response = client.preview_import(tokio_stream::iter(pieces)).await;
    response.map(Response::into_inner).map_err(Failure::from)
}

pub async fn send_events(client: &mut Client, bytes: &[u8]) -> Result<pb::ImportEventsResponse, Failure> {
    send_events_as(client, bytes, "").await
}

/// As classified as this, all of them.
pub async fn send_events_as(
    client: &mut Client,
    bytes: &[u8],
    classification: &str,
) -> Result<pb::ImportEventsResponse, Failure> {
    let first = FileChunk { classification: classification.to_owned(), data: bytes.to_vec(), ..FileChunk::default() };
    send_file_of_events(client, first).await
}

/// In pieces, with what is said in the first.
pub async fn send_file_of_events(client: &mut Client, first: FileChunk) -> Result<pb::ImportEventsResponse, Failure> {
    let piece = |data: &[u8]| FileChunk { data: data.to_vec(), ..FileChunk::default() };
    let rest: Vec<FileChunk> = first.data.chunks(1 << 16).map(piece).collect();
    let pieces: Vec<FileChunk> = std::iter::once(FileChunk { data: Vec::new(), ..first }).chain(rest).collect();
    client.import_events(tokio_stream::iter(pieces)).await.map(Response::into_inner).map_err(Failure::from)
}

pub fn commit(batch: &pb::ImportBatch, submit: bool) -> pb::CommitImportRequest {
    pb::CommitImportRequest { id: batch.id.clone(), version: batch.version, submit }
}

pub fn reverse(batch: &pb::ImportBatch, reason: &str) -> pb::ReverseImportRequest {
    pb::ReverseImportRequest { id: batch.id.clone(), version: batch.version, reason: reason.to_owned() }
}

pub fn enter(indicator: &str, area: &str, period: &str, value: f64) -> pb::EnterObservationRequest {
    let observation = pb::Observation {
        indicator_code: indicator.to_owned(),
        area: area.to_owned(),
        period: period.to_owned(),
        value: Some(value),
        ..Default::default()
    };
    pb::EnterObservationRequest { observation: Some(observation) }
}

pub fn correct(old: &pb::Observation, value: f64) -> pb::CorrectObservationRequest {
    let observation = pb::Observation { value: Some(value), ..Default::default() };
    pb::CorrectObservationRequest {
        id: old.id.clone(),
        version: old.version,
        observation: Some(observation),
        ..Default::default()
    }
}

pub fn these(observations: &[&pb::Observation]) -> pb::MoveObservationsRequest {
    let ids = observations.iter().map(|own| own.id.clone()).collect();
    pb::MoveObservationsRequest { ids, ..Default::default() }
}

pub fn because(request: pb::MoveObservationsRequest, reason: &str) -> pb::MoveObservationsRequest {
    pb::MoveObservationsRequest { reason: reason.to_owned(), ..request }
}

pub fn series_of(indicator: &str, areas: &[&str], as_known_at: &str) -> pb::GetSeriesRequest {
    pb::GetSeriesRequest {
        indicator: indicator.to_owned(),
        areas: areas.iter().map(|&area| area.to_owned()).collect(),
        as_known_at: as_known_at.to_owned(),
        ..Default::default()
    }
}

/// The answer of a call that went well.
pub fn done<T>(response: Result<Response<T>, Status>) -> T {
    response.map_err(Failure::from).expect("done").into_inner()
}

/// The failure of a call that did not.
pub fn refused<T: std::fmt::Debug>(response: Result<Response<T>, Status>) -> Failure {
    response.map_err(Failure::from).expect_err("refused")
}

pub fn expect_code<T: std::fmt::Debug>(response: Result<Response<T>, Status>, code: Code) -> Failure {
    let failure = refused(response);
    assert_eq!(failure.code, code, "{failure}");
    failure
}

/// A request with an idempotency key.
pub fn keyed<T>(message: T, key: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("idempotency-key", key.parse().expect("a header"));
    request
}
