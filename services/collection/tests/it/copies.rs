//! What collection hears and tells, on the real stream.

use chassis::{
    Bus, Db, Fact, Inbound, Stop, outbox,
    testing::{self, Database, eventually},
};
use cpas_collection::MIGRATOR;
use cpas_proto::{
    collection::v1 as events,
    common::v1::Text,
    context::v1::{Area, AreaRecorded},
    gateway::v1::{Mission, MissionRecorded},
    planning::v1::{Disaggregation, Indicator, IndicatorRecorded},
    words::{Classification, Role},
};

use crate::world::*;

/// A service that tells facts; any database with an outbox will do.
pub struct Neighbour {
    db: Db,
    bus: Bus,
    _database: Database,
    stop: Stop,
}

impl Neighbour {
    pub async fn start(name: &'static str, world: &World) -> Self {
        let database = Database::create("collection", &MIGRATOR).await;
        let db = Db::open(name, &database.config(), world.stage.clock.clone()).expect("its own address");
        let bus = testing::connect(name, &world.stage.nats).await;
        let stop = Stop::new();
        tokio::spawn(outbox::relay(db.clone(), bus.clone(), stop.clone()));
        Self { db, bus, _database: database, stop }
    }

    pub async fn tell<M: prost::Message + prost::Name>(&self, world: &World, noun: &'static str, message: &M) {
        let mut tx = self.db.begin(&service_in(&world.stage.mission)).await.expect("a transaction");
        tx.publish(Fact::new(noun, "recorded", "1", Classification::Unclassified, message)).await.expect("told");
        tx.commit().await.expect("a commit");
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        self.stop.set();
    }
}

fn indicator(version: i64, code: &str) -> IndicatorRecorded {
    let indicator = Indicator {
        id: "0199a0c2-5d31-7abc-9def-0123456789ab".to_owned(),
        code: code.to_owned(),
        kind: "count".to_owned(),
        over_time: "sum".to_owned(),
        over_areas: "sum".to_owned(),
        frequency: "year".to_owned(),
        disaggregations: vec![Disaggregation { dimension: "sex".to_owned(), categories: vec!["f".into(), "m".into()] }],
        state: "active".to_owned(),
        definition_version: 2,
        version,
        ..Default::default()
    };
    IndicatorRecorded { indicator: Some(indicator), library_indicator: None }
}

#[tokio::test]
async fn indicators_areas_and_missions_are_heard_and_an_older_version_changes_nothing() {
    let mut world = World::empty(cpas_collection::Config { unknown_code_wait_ms: 20_000, ..config() }).await;
    let _running = world.stage.start(&mut world.service);
    let (planning, context, gateway) = tokio::join!(
        Neighbour::start("planning", &world),
        Neighbour::start("context", &world),
        Neighbour::start("gateway", &world)
    );
    let mission = Mission {
        id: world.stage.mission.id.to_string(),
        code: "UNMIC".to_owned(),
        fiscal_year_start_month: 1,
        state: "active".to_owned(),
        version: 1,
        ..Default::default()
    };
    gateway.tell(&world, "mission", &MissionRecorded { mission: Some(mission), step: None }).await;
    let area = Area {
        id: "0199a0c2-5d31-7abc-9def-0123456789ac".to_owned(),
        code: "N".to_owned(),
        name: Some(Text::of("North", "Nord")),
        level: 1,
        geometry: square(0.0),
        version: 1,
        ..Default::default()
    };
    // An import that comes before the news waits for them.
    let mut coordinator = world.coordinator();
    let early = tokio::spawn(async move {
        preview(&mut coordinator, b"indicator,area,period,value,sex\nOC-NEW,Nord,2024,5,f\n", &[]).await
    });
    context.tell(&world, "area", &AreaRecorded { area: Some(area) }).await;
    planning.tell(&world, "indicator", &indicator(5, "OC-NEW")).await;
    planning.tell(&world, "indicator", &indicator(4, "OC-OLDER")).await;
    let batch = early.await.expect("a task").expect("a preview");
    assert_eq!((batch.rows_added, batch.rejected), (1, vec![]));

    let point = b"year,longitude,latitude,place\n2017,5,5,Here\n";
    assert_eq!(send_events(&mut world.coordinator(), point).await.expect("events").added, 1, "with its boundary");
    let january = cpas_proto::collection::v1::LockPeriodRequest { period: "FY2023".into(), reason: "x".into() };
    done(world.coordinator().lock_period(january).await);
    expect_code(
        world.r#as(Role::FocalPoint).enter_observation(enter("OC-NEW", "N", "2023-01", 1.0)).await,
        chassis::Code::Conflict,
    );
    // The older version came after the newer and changed nothing.
    let heard = || async { world.stage.bus.replay(world.stage.mission.id).await.map_or(0, |all| all.len()) };
    eventually("all is told", || async { heard().await >= 4 }).await;
    expect_code(world.coordinator().get_series(series_of("OC-OLDER", &[], "")).await, chassis::Code::NotFound);
    drop((planning.bus.clone(), context, gateway));
}

#[tokio::test]
async fn one_event_tells_of_a_whole_import() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    let rows: String = (1..=9).map(|month| format!("OC-CIVDEATHS,A1,2024-0{month},{month}\n")).collect();
    let batch = world.import(&format!("indicator,area,period,value\n{rows}OC-CIVDEATHS,B,2024-01,1\n")).await;
    let (bus, mission) = (world.stage.bus.clone(), world.stage.mission.id);
    let heard = || async { bus.replay(mission).await.unwrap_or_default() };
    eventually("all is told", || async { heard().await.len() >= 3 }).await;
    let told: Vec<Inbound> = heard().await;
    let nouns: Vec<(&str, &str)> = told.iter().map(Inbound::noun_and_verb).collect();
    assert_eq!(nouns, [("import", "recorded"), ("observations", "changed"), ("import", "recorded")]);
    let changed: events::ObservationsChanged = told[1].decode().expect("its message");
    assert_eq!((changed.rows, &*changed.change, &*changed.batch_id), (10, "imported", &*batch.id));
    assert_eq!(
        (changed.areas, changed.indicator_codes),
        (vec!["A1".to_owned(), "B".to_owned()], vec!["OC-CIVDEATHS".to_owned()])
    );
    assert_eq!(changed.periods.len(), 9);
    let recorded: events::ImportRecorded = told[2].decode().expect("its message");
    let recorded = recorded.batch.expect("a batch");
    assert_eq!((&*recorded.state, recorded.sample.len()), ("committed", 0), "without its rows");
}
