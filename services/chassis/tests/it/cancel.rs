//! A client that hangs up cancels its handler at any await.

use std::time::Duration;

use chassis::testing::eventually;
use cpas_proto::words::Role;

use crate::{count, stage, write_note};

/// Each request is cut after a different time, from before its transaction opens until after its commit.
const REQUESTS: u64 = 1_000;
const CUT_STEP: Duration = Duration::from_micros(13);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_cancelled_requests() {
    let stage = stage().await;
    let caller = stage.caller(Role::Coordinator);
    let mut acknowledged = 0;
    for request in 0..REQUESTS {
        let text = format!("note {request}");
        let write = write_note(&stage.db, &caller, &text);
        if let Ok(outcome) = tokio::time::timeout(CUT_STEP * (request % 400) as u32, write).await {
            outcome.expect("a write that was not cut succeeds");
            acknowledged += 1;
        }
    }
    assert!(acknowledged < REQUESTS as i64, "no request was cut: the test tells nothing");

    eventually("no transaction is left open", || async {
        count(
            &stage.db,
            &caller,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
             AND state LIKE 'idle in transaction%'",
        )
        .await
            == 0
    })
    .await;
    // A write that follows must be there: the leak of sqlx 0.9.0 swallows it.
    for _ in 0..20 {
        write_note(&stage.db, &caller, "after").await.expect("a write");
        acknowledged += 1;
    }
    let notes = count(&stage.db, &caller, "SELECT count(*) FROM note").await;
    let events = count(&stage.db, &caller, "SELECT count(*) FROM chassis.outbox").await;
    assert_eq!(notes, events, "a row without its event, or an event without its row");
    assert!(notes >= acknowledged, "{acknowledged} writes were acknowledged, {notes} are there");
}
