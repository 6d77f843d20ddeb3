//! Series that are kept in a process: they say what is known, whoever wrote it wherever; to nobody what is not theirs.

use std::str::FromStr as _;

use chassis::{Caller, Db, testing};
use chrono::{SecondsFormat, TimeDelta, Utc};
use cpas_collection::{
    domain::definition::{Definition, EventMeasure, Kind, Measured, OverAreas, OverTime},
    store::{copies, observations, series_changes},
};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use crate::world::*;

fn asked() -> Vec<pb::GetSeriesRequest> {
    vec![
        series_of("OC-CIVDEATHS", &[], ""),
        pb::GetSeriesRequest { slice: "sex=f".to_owned(), ..series_of("OC-CIVDEATHS", &["", "*"], "") },
        pb::GetSeriesRequest { frequency: "fiscal_year".to_owned(), ..series_of("OC-CIVDEATHS", &["A"], "") },
        series_of("CX-TWICE", &["", "*"], ""),
        series_of("CX-CLASHES", &["", "*"], ""),
    ]
}

async fn with_computed_ones(world: &World) {
    let twice = Definition {
        id: Uuid::from_u128(0xF1),
        code: "CX-TWICE".to_owned(),
        kind: Kind::Index,
        over_time: OverTime::Last,
        over_areas: OverAreas::None,
        formula: Some("OC-CIVDEATHS × 2".parse().expect("a formula")),
        dimensions: Vec::new(),
        ..deaths()
    };
    let events = Some(EventMeasure { measure: Measured::Events, kinds: Vec::new(), sub_kinds: Vec::new() });
    let clashes = Definition {
        id: Uuid::from_u128(0xF2),
        code: "CX-CLASHES".to_owned(),
        dimensions: Vec::new(),
        events,
        ..deaths()
    };
    world.indicator(&twice).await;
    world.indicator(&clashes).await;
}

/// Without the moment of the reading, which is each one's own.
async fn read(client: &mut Client, asked: pb::GetSeriesRequest) -> pb::Series {
    pb::Series { as_known_at: String::new(), ..done(client.get_series(asked).await) }
}

/// Reads all of it twice here, and once where nothing is kept.
async fn same_everywhere(world: &World, callers: &[Caller], after: &str) {
    for caller in callers {
        for asked in asked() {
            let afresh = read(&mut world.elsewhere(caller), asked.clone()).await;
            for time in ["first", "second"] {
                let here = read(&mut world.of(caller), asked.clone()).await;
                assert_eq!(here, afresh, "{after}: {} read the {time} time by {}", asked.indicator, caller.clearance);
            }
        }
    }
}

/// A statement as a superuser, that no trigger hears of.
async fn behind_its_back(world: &World, statement: &'static str) {
    let superuser = std::env::var("CPAS_TEST_DATABASE_URL").expect("CPAS_TEST_DATABASE_URL");
    let name = world.stage.database.owner_url.rsplit('/').next().expect("a name").to_owned();
    let options = PgConnectOptions::from_str(&superuser).expect("an address").database(&name);
    let mut connection = PgConnection::connect_with(&options).await.expect("the database");
    for statement in ["SET session_replication_role = replica", statement] {
        sqlx::query(statement).execute(&mut connection).await.expect(statement);
    }
}

#[tokio::test]
async fn a_write_through_another_process_is_seen_by_the_next_read() {
    let world = World::start().await;
    with_computed_ones(&world).await;
    let insider = world.caller(Role::Coordinator);
    let callers = [insider.clone(), world.cleared(Role::Coordinator, Classification::Unclassified)];
    // Writes go through another process than reads.
    let mut other = world.elsewhere(&insider);
    same_everywhere(&world, &callers, "nothing was written").await;

    let entered = done(other.enter_observation(enter("OC-CIVDEATHS", "A1", "2024-01", 5.0)).await);
    same_everywhere(&world, &callers, "a draft").await;
    done(other.submit_observations(these(&[&entered])).await);
    same_everywhere(&world, &callers, "a submitted value").await;
    assert_eq!(world.values("CX-TWICE", "", "").await, [("2024-01".to_owned(), Some(10.0))]);
    let corrected = done(other.correct_observation(correct(&fetch(&world, &entered.id).await, 7.0)).await);
    done(other.submit_observations(these(&[&corrected])).await);
    same_everywhere(&world, &callers, "a correction").await;
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await, [("2024-01".to_owned(), Some(7.0))]);
    let verifier = world.caller(Role::Verifier);
    let corrected = fetch(&world, &corrected.id).await;
    done(world.elsewhere(&verifier).verify_observations(these(&[&corrected])).await);
    same_everywhere(&world, &callers, "a verification").await;
    let mut secret = enter("OC-CIVDEATHS", "B", "2024-02", 9.0);
    secret.observation.as_mut().expect("it").classification = "confidential".to_owned();
    let secret = done(other.enter_observation(secret).await);
    done(other.submit_observations(these(&[&secret])).await);
    same_everywhere(&world, &callers, "a secret").await;

    let file = "indicator,area,period,sex,value\nOC-CIVDEATHS,A2,2024-03,f,2\nOC-CIVDEATHS,A2,2024-03,m,1\n";
    let previewed = preview(&mut other, file.as_bytes(), &[]).await.expect("a preview");
    let batch = done(other.commit_import(commit(&previewed, true)).await);
    same_everywhere(&world, &callers, "a file").await;
    done(other.reverse_import(reverse(&batch, "The wrong file")).await);
    same_everywhere(&world, &callers, "its reversal").await;

    let file = "event_id,date,latitude,longitude\nE1,2024-01-12,5,5\n";
    send_events(&mut other, file.as_bytes()).await.expect("events");
    same_everywhere(&world, &callers, "an event").await;
    send_events_as(&mut other, file.as_bytes(), "confidential").await.expect("events");
    same_everywhere(&world, &callers, "an event that was raised").await;

    world.area("A3", "A", &square(40.0)).await;
    done(other.enter_observation(enter("OC-CIVDEATHS", "A3", "2024-01", 1.0)).await);
    same_everywhere(&world, &callers, "an area").await;
    let redefined = Definition { over_time: OverTime::Max, definition_version: 2, ..deaths() };
    world.indicator_in(&world.stage.mission, &redefined, 2).await;
    same_everywhere(&world, &callers, "another definition").await;
    let mission = &world.stage.mission;
    let mut tx = world.db().begin(&service_in(mission)).await.expect("a transaction");
    copies::upsert_mission(&mut tx, mission.id, &mission.code, "active", 4, 1).await.expect("a copy");
    tx.commit().await.expect("a commit");
    same_everywhere(&world, &callers, "another beginning of the year").await;
    let hidden = Definition { classification: Classification::Confidential, ..redefined };
    world.indicator_in(mission, &hidden, 3).await;
    assert_eq!(refused(world.of(&callers[1]).get_series(asked().remove(0)).await).code, chassis::Code::NotFound);
}

async fn fetch(world: &World, id: &str) -> pb::Observation {
    let asked = pb::GetObservationRequest { id: id.to_owned() };
    done(world.coordinator().get_observation(asked).await).observation.expect("it")
}

#[tokio::test]
async fn what_is_kept_is_given_without_looking_at_the_values_again() {
    let world = World::start().await;
    world.import("indicator,area,period,value\nOC-CIVDEATHS,A1,2024-01,5\n").await;
    let caller = world.caller(Role::Coordinator);
    let moment = (Utc::now() - TimeDelta::milliseconds(1)).to_rfc3339_opts(SecondsFormat::Micros, true);
    let now = done(world.of(&caller).get_series(series_of("OC-CIVDEATHS", &[], "")).await);
    let then = done(world.of(&caller).get_series(series_of("OC-CIVDEATHS", &[], &moment)).await);
    behind_its_back(&world, "DELETE FROM observation").await;
    let again = done(world.of(&caller).get_series(series_of("OC-CIVDEATHS", &[], "")).await);
    assert_eq!(again.parts, now.parts);
    assert!(again.as_known_at > now.as_known_at, "known now: {} {}", again.as_known_at, now.as_known_at);
    assert_eq!(done(world.of(&caller).get_series(series_of("OC-CIVDEATHS", &[], &moment)).await), then);

    // Nobody else has it: another clearance, another beginning of the year, another mission, another process.
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let mut calendar = world.caller(Role::Coordinator);
    calendar.mission.as_mut().expect("it").fiscal_year_start_month = 1;
    for other in [&plain, &calendar] {
        assert_eq!(done(world.of(other).get_series(series_of("OC-CIVDEATHS", &[], "")).await).parts, []);
    }
    assert_eq!(done(world.elsewhere(&caller).get_series(series_of("OC-CIVDEATHS", &[], "")).await).parts, []);
    let stranger = testing::caller(Role::Coordinator, &testing::mission("MINUSMA"));
    refused(world.of(&stranger).get_series(series_of("OC-CIVDEATHS", &[], "")).await);
}

#[tokio::test]
async fn what_is_dated_before_a_reading_and_committed_after_it_is_seen_by_the_next() {
    let world = World::start().await;
    world.import("indicator,area,period,value\nOC-CIVDEATHS,A1,2024-01,5\n").await;
    let (mission, caller) = (&world.stage.mission, world.caller(Role::FocalPoint));
    let focal = world.entered(&caller, "B", "2024-01", 3.0).await;
    let mut slow = world.db().begin(&service_in(mission)).await.expect("a transaction");
    let old =
        observations::find(&mut slow, Utc::now(), focal.id.parse().expect("an id")).await.expect("it").expect("it");
    let step = "INSERT INTO observation_step (mission_id, observation_id, number, state, at, by, by_name, classification) \
                VALUES ($1, $2, 1, 'submitted', $3, $2, 'Somebody', 0)";
    sqlx::query(step).bind(mission.id).bind(old.id).bind(Utc::now()).execute(&mut *slow).await.expect("a step");
    let value = |known: Vec<(String, Option<f64>)>| known[0].1;
    assert_eq!(value(world.values("OC-CIVDEATHS", "", "").await), Some(5.0), "it is not there yet");
    // Somebody who began later is done first.
    let later = world.entered(&caller, "A2", "2024-01", 1.0).await;
    done(world.r#as(Role::FocalPoint).submit_observations(these(&[&later])).await);
    assert_eq!(value(world.values("OC-CIVDEATHS", "", "").await), Some(6.0));
    slow.commit().await.expect("a commit");
    assert_eq!(value(world.values("OC-CIVDEATHS", "", "").await), Some(9.0));
}

#[tokio::test]
async fn writers_of_one_indicator_do_not_wait_for_each_other_and_leave_few_rows() {
    let world = World::start().await;
    let mission = &world.stage.mission;
    let insert = |db: Db, number: u128| async move {
        let mut tx = db.begin(&service_in(mission)).await.expect("a transaction");
        sqlx::query("SET LOCAL lock_timeout = '2s'").execute(&mut *tx).await.expect("a bound");
        let insert = "INSERT INTO observation (mission_id, id, indicator_id, definition_version, period, first_day, last_day, \
                      area, slice, cell, edition, kind, value, classification, recorded_state, recorded_at, recorded_by, \
                      recorded_by_name) \
                      VALUES ($1, $2, $3, 1, '2024', '2024-01-01', '2024-12-31', '', '', $2, 1, 'value', 1, 0, 'draft', now(), $2, 'n')";
        let (id, indicator) = (Uuid::from_u128(number), deaths().id);
        sqlx::query(insert).bind(mission.id).bind(id).bind(indicator).execute(&mut *tx).await.expect("nobody waits");
        tx
    };
    // All of them are open at a time, and the first ends last.
    let mut open = Vec::new();
    for number in 1..=4 {
        open.push(insert(world.db().clone(), number).await);
    }
    for tx in open.into_iter().rev() {
        tx.commit().await.expect("a commit");
    }
    for number in 5..=30 {
        insert(world.db().clone(), number).await.commit().await.expect("a commit");
    }
    let mut tx = world.db().begin(&service_in(mission)).await.expect("a transaction");
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM series_change WHERE about = $1")
        .bind(deaths().id)
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
    assert_eq!(rows, 1, "one row tells of all that is committed");
    let snapshot = series_changes::snapshot(&mut tx, None).await.expect("a snapshot").expect("nothing is ahead");
    assert!(series_changes::none_since(&mut tx, &[deaths().id], &snapshot).await.expect("an answer"));
}
