//! A mission is closed while people write into it.

use std::time::Duration;

use chassis::{Alarms, Caller, Code, Db, Failure, testing::Stage};
use chrono::TimeDelta;
use cpas_proto::words::{Classification, MissionState, Role};
use futures::future::join_all;

use crate::{count, insert_note, stage, write_note};

const NOTES: &str = "SELECT count(*) FROM note";

async fn hears(db: &Db, stage: &Stage, state: MissionState, version: i64) {
    let mut tx = db.begin(&stage.caller(Role::Service)).await.expect("a transaction");
    sqlx::query("SELECT chassis.note_mission_state($1, $2, $3)")
        .bind(stage.mission.id)
        .bind(state.word())
        .bind(version)
        .execute(&mut *tx)
        .await
        .expect("noted");
    tx.commit().await.expect("a commit");
}

/// Writes, thinks for a while, and commits.
async fn write_slowly(db: &Db, caller: &Caller, pause: Duration) -> Result<(), Failure> {
    let mut tx = db.begin(caller).await?;
    insert_note(&mut tx, "slow", Classification::Unclassified).await?;
    tokio::time::sleep(pause).await;
    tx.finish(()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_when_a_mission_is_closed_is_stored_before_or_not_at_all() {
    let stage = stage().await;
    let caller = stage.caller(Role::Coordinator);
    hears(&stage.db, &stage, MissionState::Closing, 2).await;
    write_note(&stage.db, &caller, "while it is closing").await.expect("stored");
    let writers = (0..24u64).map(|place| {
        let (db, caller) = (stage.db.clone(), caller.clone());
        async move { write_slowly(&db, &caller, Duration::from_millis(place * 6)).await }
    });
    let closing = async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        hears(&stage.db, &stage, MissionState::Closed, 3).await;
        count(&stage.db, &caller, NOTES).await
    };
    let (outcomes, stored_then) = tokio::join!(join_all(writers), closing);
    let refused: Vec<&Failure> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!(!refused.is_empty(), "the slow ones came too late");
    for failure in &refused {
        assert_eq!(failure.code, Code::Denied, "{failure}");
        assert!(failure.message.contains("was closed while this was under way"), "{failure}");
    }
    let stored = count(&stage.db, &caller, NOTES).await;
    assert_eq!(stored, stored_then, "nothing is stored after it was heard");
    assert_eq!(stored, 1 + (outcomes.len() - refused.len()) as i64, "what was said to be stored is stored");
    // An older word that comes late opens nothing.
    hears(&stage.db, &stage, MissionState::Closing, 2).await;
    assert!(write_slowly(&stage.db, &caller, Duration::ZERO).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_mission_is_read_and_takes_what_was_let_into_it() {
    let stage = stage().await;
    hears(&stage.db, &stage, MissionState::Closed, 3).await;
    let reads = async |caller: &Caller| {
        let mut tx = stage.db.begin(caller).await.expect("a transaction");
        sqlx::query(NOTES).execute(&mut *tx).await.expect("a read");
        tx.commit().await
    };
    reads(&stage.caller(Role::Coordinator)).await.expect("a read is no write");
    let mut loading = stage.caller(Role::HqAnalyst);
    loading.mission.as_mut().expect("a mission").state = MissionState::Closed;
    write_note(&stage.db, &loading, "history").await.expect("the gate let it into a closed mission");
    write_note(&stage.db, &stage.caller(Role::Service), "a copy").await.expect("a service follows what was stored");
    let other = chassis::testing::mission("OTHER");
    write_note(&stage.db, &chassis::testing::caller(Role::Coordinator, &other), "ours").await.expect("another mission");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_due_by_the_clock_in_a_closed_mission() {
    let stage = stage().await;
    let caller = stage.caller(Role::Coordinator);
    let mut tx = stage.db.begin(&caller).await.expect("a transaction");
    tx.set_alarm("due", stage.db.clock().now() - TimeDelta::minutes(1)).await.expect("an alarm");
    tx.commit().await.expect("a commit");
    hears(&stage.db, &stage, MissionState::Closed, 3).await;
    let alarms = Alarms::new(|tx, name| {
        Box::pin(async move { insert_note(tx, name, Classification::Unclassified).await.map(drop) })
    });
    assert_eq!(alarms.ring_due(&stage.db).await.expect("a look"), 0);
    assert_eq!(count(&stage.db, &caller, NOTES).await, 0);
    assert_eq!(
        count(&stage.db, &caller, "SELECT count(*) FROM chassis.alarm").await,
        0,
        "and it is not looked at again"
    );
}
