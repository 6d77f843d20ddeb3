//! What the database itself refuses, and what an operator's database needs.

use chassis::{Clock, Db, config, db};
use cpas_collection::{MIGRATOR, store::landing};
use cpas_proto::words::{Classification, Role};
use uuid::Uuid;

use crate::world::*;

#[tokio::test]
async fn what_was_recorded_cannot_be_changed_by_sql_either() {
    let world = World::start().await;
    let draft = world.entered(&world.caller(Role::FocalPoint), "A1", "2024-01", 5.0).await;
    done(world.r#as(Role::FocalPoint).submit_observations(these(&[&draft])).await);
    let caller = world.caller(Role::Coordinator);
    for (statement, says) in [
        ("UPDATE observation SET value = 6", "permission denied"),
        ("DELETE FROM observation", "permission denied"),
        ("UPDATE observation_step SET state = 'approved'", "permission denied"),
        ("DELETE FROM observation_step", "permission denied"),
        ("DELETE FROM period_lock", "permission denied"),
        ("UPDATE period_lock SET reason = 'none'", "permission denied"),
        ("DELETE FROM cell_mark", "permission denied"),
        ("UPDATE cell_comment SET text = 'none'", "permission denied"),
        ("DELETE FROM import_batch", "permission denied"),
        ("ALTER TABLE observation DISABLE ROW LEVEL SECURITY", "must be owner"),
    ] {
        let mut tx = world.db().begin(&caller).await.expect("a transaction");
        let refused = sqlx::query(statement).execute(&mut *tx).await.expect_err(statement).to_string();
        assert!(refused.contains(says), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn every_table_has_its_rows_guarded() {
    let world = World::empty(config()).await;
    let mut tx = world.db().begin(&world.caller(Role::Coordinator)).await.expect("a transaction");
    let unguarded: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace \
         WHERE nspname = 'public' AND relkind = 'r' AND relname NOT LIKE '\\_%' AND NOT (relrowsecurity AND relforcerowsecurity)",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("the catalogue");
    assert_eq!(unguarded, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_records_above_their_clearance_or_in_another_mission() {
    let world = World::start().await;
    let insert = "INSERT INTO observation (mission_id, id, indicator_id, definition_version, period, first_day, last_day, \
                  area, slice, cell, edition, kind, value, classification, recorded_state, recorded_at, recorded_by, \
                  recorded_by_name) \
                  VALUES ($1, $2, $2, 1, '2024', '2024-01-01', '2024-12-31', '', '', $2, 1, 'value', 1, $3, 'draft', now(), $2, 'n')";
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let own = world.stage.mission.id;
    for (mission, rank, fine) in [(own, 0_i16, true), (own, 1, false), (Uuid::new_v4(), 0, false)] {
        let mut tx = world.db().begin(&plain).await.expect("a transaction");
        let insert = sqlx::query(insert).bind(mission).bind(Uuid::new_v4()).bind(rank);
        let outcome = insert.execute(&mut *tx).await;
        assert_eq!(outcome.is_ok(), fine, "{mission} {rank}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_database_made_for_the_service_lets_it_land_files() {
    let superuser = std::env::var("CPAS_TEST_DATABASE_URL").expect("CPAS_TEST_DATABASE_URL");
    let name = format!("f_{}", Uuid::new_v4().simple());
    let (owner_url, url) = db::create_database(&superuser, &name, "test").await.expect("a database");
    db::migrate(&owner_url, &MIGRATOR).await.expect("the migrations");
    db::migrate(&owner_url, &MIGRATOR).await.expect("the migrations again");
    let config = config::Database {
        url,
        owner_url,
        connections_max: 2,
        acquire_timeout_ms: 20_000,
        statement_timeout_ms: 60_000,
        lock_timeout_ms: 10_000,
        idle_in_transaction_timeout_ms: 60_000,
    };
    let db = Db::open("collection", &config, Clock::system()).expect("its own address");
    let mission = chassis::testing::mission("UNMIC");
    let mut tx = db.begin(&service_in(&mission)).await.expect("a transaction");
    landing::create(&mut tx).await.expect("a temporary table, though nobody else may make one there");
    landing::reject_repeated(&mut tx, &[]).await.expect("an empty landing");
}
