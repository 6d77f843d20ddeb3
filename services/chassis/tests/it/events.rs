//! From the outbox over the stream into the inbox, through every fault.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use chassis::{
    Failure, Inbound, Inbox, Tx,
    testing::{Stage, eventually},
};
use cpas_proto::words::Role;
use futures::future::BoxFuture;
use tokio::task::JoinSet;

use crate::{count, stage, write_note};

const HEARD: &str = "SELECT coalesce(sum(heard), 0)::bigint FROM tally";

fn counting(tx: &mut Tx) -> BoxFuture<'_, Result<(), Failure>> {
    Box::pin(async move {
        let mission = tx.mission();
        sqlx::query("INSERT INTO tally VALUES ($1, 1) ON CONFLICT (mission_id) DO UPDATE SET heard = tally.heard + 1")
            .bind(mission)
            .execute(&mut **tx)
            .await?;
        Ok(())
    })
}

fn listener() -> Inbox {
    Inbox::new("listener", &["cpas.context.note.written.*"], |tx, _| counting(tx))
}

fn run(stage: &Stage, inbox: &Inbox) -> JoinSet<()> {
    let mut running = JoinSet::new();
    running.spawn(chassis::outbox::relay(stage.db.clone(), stage.bus.clone(), stage.stop.clone()));
    running.spawn(inbox.clone().run(stage.db.clone(), stage.bus.clone(), stage.stop.clone()));
    running
}

async fn heard(stage: &Stage, wanted: i64) {
    let caller = stage.caller(Role::Coordinator);
    eventually("every event has its effect", || async { count(&stage.db, &caller, HEARD).await >= wanted }).await;
    assert_eq!(count(&stage.db, &caller, HEARD).await, wanted, "an event was counted twice");
}

async fn write(stage: &Stage, notes: usize) {
    for note in 0..notes {
        write_note(&stage.db, &stage.caller(Role::Coordinator), &format!("note {note}")).await.expect("a note");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_has_its_effect_once_though_the_stream_dies_and_is_wiped() {
    let mut stage = stage().await;
    let _running = run(&stage, &listener());
    write(&stage, 20).await;
    heard(&stage, 20).await;

    stage.nats.kill();
    write(&stage, 20).await;
    stage.nats.resume();
    heard(&stage, 40).await;

    stage.nats.wipe();
    write(&stage, 5).await;
    stage.nats.resume();
    heard(&stage, 45).await;
    let events = stage.bus.replay(stage.mission.id).await.expect("the refilled stream");
    assert_eq!(events.len(), 45, "the wiped stream holds everything again");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_twice_has_one_effect() {
    let stage = stage().await;
    let running = run(&stage, &listener());
    write(&stage, 1).await;
    heard(&stage, 1).await;
    drop(running);
    let event: Inbound = stage.bus.replay(stage.mission.id).await.expect("the stream").remove(0);
    listener().take_effect(&stage.db, std::slice::from_ref(&event)).await.expect("no effect");
    heard(&stage, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisonous_event_stops_nobody_and_can_be_replayed() {
    let stage = stage().await;
    let healed = Arc::new(AtomicBool::new(false));
    let inbox = {
        let healed = healed.clone();
        Inbox::new("listener", &["cpas.context.note.written.*"], move |tx, event| {
            if event.record_id == "poison" && !healed.load(Ordering::SeqCst) {
                return Box::pin(async { Err(Failure::internal("cannot be swallowed")) });
            }
            if event.record_id == "fire" && !healed.load(Ordering::SeqCst) {
                return Box::pin(async { panic!("a bug in the handler") });
            }
            counting(tx)
        })
    };
    let _running = run(&stage, &inbox);
    let caller = stage.caller(Role::Coordinator);
    write_note(&stage.db, &caller, "poison").await.expect("a note");
    write_note(&stage.db, &caller, "fire").await.expect("a note");
    write(&stage, 3).await;
    heard(&stage, 3).await;
    eventually("the poison is buried", || async {
        inbox.dead_letters(&stage.db, stage.mission.id).await.expect("a number") == 2
    })
    .await;

    assert_eq!(inbox.replay_dead_letters(&stage.db).await.expect("a replay"), (0, 2), "still poison");
    healed.store(true, Ordering::SeqCst);
    assert_eq!(inbox.replay_dead_letters(&stage.db).await.expect("a replay"), (2, 0));
    heard(&stage, 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_the_stream_would_not_take_is_refused_with_its_change() {
    let stage = stage().await;
    let _running = run(&stage, &listener());
    let caller = stage.caller(Role::Coordinator);
    let mut tx = stage.db.begin(&caller).await.expect("a transaction");
    let bytes = chassis::outbox::EVENT_BYTES_MAX;
    let fact = |bytes: usize| chassis::Fact { payload: vec![7; bytes], ..crate::fact("large") };
    let refused = tx.publish(fact(bytes + 1)).await.expect_err("too large");
    assert_eq!(refused.code, chassis::Code::Exhausted);
    tx.publish(fact(bytes)).await.expect("the largest that goes");
    tx.commit().await.expect("a commit");
    heard(&stage, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_arrived_is_handled_at_once_and_poison_among_it_stops_nobody() {
    let stage = stage().await;
    let largest = Arc::new(AtomicUsize::new(0));
    let inbox = {
        let largest = largest.clone();
        Inbox::gathered("listener", &["cpas.context.note.written.*"], move |tx, events| {
            if events.iter().any(|event| event.record_id == "poison") {
                return Box::pin(async { Err(Failure::internal("cannot be swallowed")) });
            }
            largest.fetch_max(events.len(), Ordering::SeqCst);
            let times = events.len();
            Box::pin(async move {
                for _ in 0..times {
                    counting(&mut *tx).await?;
                }
                Ok(())
            })
        })
    };
    let caller = stage.caller(Role::Coordinator);
    write(&stage, 40).await;
    write_note(&stage.db, &caller, "poison").await.expect("a note");
    write(&stage, 40).await;
    // Only now: all of it lies ready when the consumer comes.
    let mut running = JoinSet::new();
    running.spawn(chassis::outbox::relay(stage.db.clone(), stage.bus.clone(), stage.stop.clone()));
    eventually("the stream holds everything", || async {
        stage.bus.replay(stage.mission.id).await.map_or(0, |events| events.len()) == 81
    })
    .await;
    running.spawn(inbox.clone().run(stage.db.clone(), stage.bus.clone(), stage.stop.clone()));
    heard(&stage, 80).await;
    eventually("the poison is buried", || async {
        inbox.dead_letters(&stage.db, stage.mission.id).await.expect("a number") == 1
    })
    .await;
    heard(&stage, 80).await;
    assert!(largest.load(Ordering::SeqCst) > 1, "each event was handled by itself");

    let one: Inbound = stage.bus.replay(stage.mission.id).await.expect("the stream").remove(0);
    inbox.take_effect(&stage.db, &[one.clone(), one]).await.expect("no effect");
    heard(&stage, 80).await;
}
