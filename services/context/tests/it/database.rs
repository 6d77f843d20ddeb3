//! What the database itself refuses, whatever the code above it does.

use chassis::Code;
use cpas_proto::words::{Classification, Role};
use uuid::Uuid;

use crate::world::World;

#[tokio::test]
async fn what_is_published_or_append_only_cannot_be_changed_by_sql_either() {
    let world = World::start().await;
    let map = world.published("Carana", "").await;
    let stakeholder = world.stakeholder("Lake Front", "armed_group").await;
    world.assess(&stakeholder, "2024-01-01", 3, 0).await;
    let caller = world.caller(Role::Coordinator);
    for (statement, says) in [
        ("UPDATE context_map SET narrative = '{\"en\": \"other\", \"fr\": \"\"}'", "is never changed"),
        ("UPDATE evidence SET title = 'other'", "permission denied"),
        ("DELETE FROM evidence", "permission denied"),
        ("UPDATE stakeholder_assessment SET stance = 2", "permission denied"),
        ("DELETE FROM stakeholder_assessment", "permission denied"),
        ("DELETE FROM context_map", "permission denied"),
        ("ALTER TABLE stakeholder DISABLE ROW LEVEL SECURITY", "must be owner"),
    ] {
        let mut tx = world.stage.db.begin(&caller).await.expect("a transaction");
        let refused = sqlx::query(statement).execute(&mut *tx).await.expect_err(statement).to_string();
        assert!(refused.contains(says), "{statement}: {refused}");
    }
    assert_eq!(map.state, "published");
}

#[tokio::test]
async fn every_table_has_its_rows_guarded() {
    let world = World::start().await;
    let mut tx = world.stage.db.begin(&world.caller(Role::Coordinator)).await.expect("a transaction");
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
async fn nobody_writes_a_row_above_their_clearance_or_into_another_mission() {
    let world = World::start().await;
    let insert = "INSERT INTO evidence (mission_id, id, title, source, date, link, reliability, credibility, classification, version, \
        recorded_at, recorded_by, recorded_by_name) VALUES ($1, $2, 't', 's', now(), '', 'A', 1, $3, 1, now(), $2, 'n')";
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    for (mission, rank, fine) in
        [(world.stage.mission.id, 0, true), (world.stage.mission.id, 1, false), (Uuid::new_v4(), 0, false)]
    {
        let mut tx = world.stage.db.begin(&plain).await.expect("a transaction");
        let done = sqlx::query(insert).bind(mission).bind(Uuid::new_v4()).bind(rank as i16).execute(&mut *tx).await;
        assert_eq!(done.is_ok(), fine, "{done:?}");
    }
    let mut no_mission = plain;
    no_mission.mission = None;
    assert_eq!(world.stage.db.begin(&no_mission).await.err().map(|failure| failure.code), Some(Code::Denied));
}
