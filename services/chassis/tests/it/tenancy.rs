//! Two missions in one database see nothing of each other.

use chassis::{Caller, testing};
use cpas_proto::words::{Classification, Role};

use crate::{count, insert_note, stage, write_note};

const NOTES: &str = "SELECT count(*) FROM note";

#[tokio::test(flavor = "multi_thread")]
async fn a_mission_sees_its_own_rows_only() {
    let stage = stage().await;
    let ours = stage.caller(Role::Coordinator);
    let theirs = testing::caller(Role::Coordinator, &testing::mission("OTHER"));
    write_note(&stage.db, &ours, "ours").await.expect("a note");
    assert_eq!(count(&stage.db, &ours, NOTES).await, 1);
    assert_eq!(count(&stage.db, &theirs, NOTES).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_set_means_nothing_seen() {
    let stage = stage().await;
    write_note(&stage.db, &stage.caller(Role::Coordinator), "ours").await.expect("a note");
    let mut tx = stage.db.begin_unscoped().await.expect("a transaction");
    let seen: i64 = sqlx::query_scalar(NOTES).fetch_one(&mut *tx).await.expect("a number");
    assert_eq!(seen, 0);
    let written =
        sqlx::query("INSERT INTO note (mission_id, id, text) VALUES (gen_random_uuid(), gen_random_uuid(), '')")
            .execute(&mut *tx)
            .await;
    assert!(written.is_err(), "a row of no mission is refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_above_the_clearance_is_neither_seen_nor_counted_nor_changed() {
    let stage = stage().await;
    let cleared = stage.caller(Role::Coordinator);
    let mut tx = stage.db.begin(&cleared).await.expect("a transaction");
    insert_note(&mut tx, "secret", Classification::Confidential).await.expect("a note");
    tx.commit().await.expect("a commit");

    let uncleared = Caller { clearance: Classification::Unclassified, ..cleared.clone() };
    assert_eq!(count(&stage.db, &uncleared, NOTES).await, 0);
    let mut tx = stage.db.begin(&uncleared).await.expect("a transaction");
    let changed = sqlx::query("UPDATE note SET text = 'seen'").execute(&mut *tx).await.expect("an update of nothing");
    assert_eq!(changed.rows_affected(), 0);
    assert_eq!(count(&stage.db, &cleared, NOTES).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_without_a_mission_is_refused() {
    let stage = stage().await;
    let nobody = Caller { mission: None, ..stage.caller(Role::Coordinator) };
    let refused = stage.db.begin(&nobody).await.err().expect("a refusal");
    assert_eq!(refused.code, chassis::Code::Denied);
}
