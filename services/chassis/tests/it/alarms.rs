//! What the clock asks for happens when its time has come, once, and wholly or not at all.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chassis::{Alarms, Failure, testing::Stage};
use chrono::TimeDelta;
use cpas_proto::words::{Classification, Role};

use crate::{count, insert_note, stage};

const NOTES: &str = "SELECT count(*) FROM note";
const ALARMS: &str = "SELECT count(*) FROM chassis.alarm";

/// Alarms that write a note, and fail after it while they are told to.
fn writing(fails: &Arc<AtomicBool>) -> Alarms {
    let fails = fails.clone();
    Alarms::new(move |tx, name| {
        let fails = fails.clone();
        Box::pin(async move {
            insert_note(tx, name, Classification::StrictlyConfidential).await?;
            if fails.load(Ordering::SeqCst) { Err(Failure::internal("told to fail")) } else { Ok(()) }
        })
    })
}

async fn set(stage: &Stage, name: &str, minutes: i64) {
    let mut tx = stage.db.begin(&stage.caller(Role::Coordinator)).await.expect("a transaction");
    tx.set_alarm(name, stage.db.clock().now() + TimeDelta::minutes(minutes)).await.expect("an alarm");
    tx.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_rings_once_when_its_time_has_come() {
    let stage = stage().await;
    let caller = stage.caller(Role::Coordinator);
    let alarms = writing(&Arc::default());
    set(&stage, "later", 60).await;
    set(&stage, "moved", -60).await;
    set(&stage, "moved", 60).await;
    for place in 0..5 {
        set(&stage, &format!("due {place}"), -1).await;
    }
    // Two replicas at once.
    let (one, other) = tokio::join!(alarms.ring_due(&stage.db), alarms.ring_due(&stage.db));
    assert_eq!(one.expect("rung") + other.expect("rung"), 5, "each on one of them");
    assert_eq!(count(&stage.db, &caller, NOTES).await, 5, "what is not due is silent");
    assert_eq!(alarms.ring_due(&stage.db).await.expect("nothing"), 0, "and not again");
    assert_eq!(count(&stage.db, &caller, ALARMS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_that_is_not_committed_does_not_ring() {
    let stage = stage().await;
    let mut tx = stage.db.begin(&stage.caller(Role::Coordinator)).await.expect("a transaction");
    tx.set_alarm("lost", stage.db.clock().now()).await.expect("an alarm");
    drop(tx);
    assert_eq!(writing(&Arc::default()).ring_due(&stage.db).await.expect("nothing"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_fails_leaves_nothing_and_is_tried_again_later() {
    let stage = stage().await;
    let caller = stage.caller(Role::Coordinator);
    let fails = Arc::new(AtomicBool::new(true));
    let alarms = writing(&fails);
    set(&stage, "due", -1).await;
    assert_eq!(alarms.ring_due(&stage.db).await.expect("tried"), 0);
    assert_eq!(count(&stage.db, &caller, NOTES).await, 0, "nothing half done");
    fails.store(false, Ordering::SeqCst);
    assert_eq!(alarms.ring_due(&stage.db).await.expect("put off"), 0, "it waits a while");
    set(&stage, "due", -1).await;
    assert_eq!(alarms.ring_due(&stage.db).await.expect("rung"), 1);
    assert_eq!(count(&stage.db, &caller, NOTES).await, 1);
}
