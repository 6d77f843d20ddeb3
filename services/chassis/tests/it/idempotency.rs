//! A write under a key is done once.

use chassis::{Caller, Code, caller::Idempotency};
use cpas_proto::words::Role;

use crate::{count, stage, write_note};

fn keyed(caller: &Caller, key: &str, fingerprint: u8) -> Caller {
    let idempotency = Idempotency { key: key.to_owned(), fingerprint: vec![fingerprint] };
    Caller { idempotency: Some(idempotency), ..caller.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_write_twice_is_answered_twice_and_done_once() {
    let stage = stage().await;
    let caller = keyed(&stage.caller(Role::Coordinator), "k", 1);
    let (first, second) = tokio::join!(write_note(&stage.db, &caller, "a"), write_note(&stage.db, &caller, "a"));
    assert_eq!(first.expect("a note"), second.expect("the same note"));
    assert_eq!(count(&stage.db, &caller, "SELECT count(*) FROM note").await, 1);
    assert_eq!(count(&stage.db, &caller, "SELECT count(*) FROM chassis.outbox").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_not_taken_for_another_request_nor_from_another_person() {
    let stage = stage().await;
    let caller = stage.caller(Role::Coordinator);
    write_note(&stage.db, &keyed(&caller, "k", 1), "a").await.expect("a note");
    let refused = write_note(&stage.db, &keyed(&caller, "k", 2), "b").await.expect_err("another request");
    assert_eq!(refused.code, Code::Conflict);
    let other = stage.caller(Role::Coordinator);
    write_note(&stage.db, &keyed(&other, "k", 2), "b").await.expect("another person's key");
}
