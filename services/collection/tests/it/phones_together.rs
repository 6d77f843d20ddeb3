//! Instances that arrive at the same time: stored together, each as if it were alone.

use std::time::Duration;

use chassis::{Caller, Code, Failure, Tx, testing};
use cpas_collection::domain::definition::Definition;
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::{
    phones::{Filled, observations, outcomes, said, send, sent},
    world::*,
};

type Answer = Result<pb::SubmittedInstance, Failure>;

/// Times that it is tried until some are stored together.
const TRIES: u32 = 20;

/// Holds up whoever stores that instance, and those behind it, until it is dropped.
async fn holding_up(world: &World, instance: &str) -> Tx {
    let mut tx = world.db().begin(&world.caller(Role::Coordinator)).await.expect("a transaction");
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('cpas instance ' || $1::text || ' ' || $2, 0))")
        .bind(world.stage.mission.id)
        .bind(instance)
        .execute(&mut *tx)
        .await
        .expect("the lock");
    tx
}

fn sending(world: &World, by: Caller, filled: Filled) -> JoinHandle<Answer> {
    let mut client = world.of(&by);
    tokio::spawn(async move { send(&mut client, &[("xml_submission_file", &filled.xml())]).await })
}

/// How many transactions stored the submissions, and how many submissions there are.
async fn transactions(world: &World) -> (i64, i64) {
    let mut tx = world.db().begin(&world.caller(Role::Coordinator)).await.expect("a transaction");
    sqlx::query_as("SELECT count(DISTINCT xmin::text), count(*) FROM submission")
        .fetch_one(&mut *tx)
        .await
        .expect("a count")
}

fn another(number: u128, caller: Caller) -> Caller {
    Caller { account: Uuid::from_u128(number), name: format!("Person {number}"), ..caller }
}

#[tokio::test]
async fn those_that_arrive_together_are_stored_together_each_as_if_alone() {
    for round in 1..=TRIES {
        let world = World::start().await;
        let filled = |id: &str, area: &'static str, period: &str| Filled {
            period: period.to_owned(),
            areas: if area == "B" { vec!["B"] } else { vec!["A", area] },
            ..Filled::of(id, &[("", 4.0)])
        };
        let held = holding_up(&world, "uuid:first").await;
        let first = sending(&world, world.caller(Role::FocalPoint), filled("first", "A1", "2024-01"));
        let focal = |number| another(number, world.caller(Role::FocalPoint));
        let fine: Vec<JoinHandle<Answer>> = (0..6)
            .map(|n| sending(&world, focal(10 + n), filled(&format!("fine{n}"), "A2", &format!("2024-0{}", n + 1))))
            .collect();
        let draft = sending(&world, world.caller(Role::Contributor), filled("draft", "B", "2024-01"));
        let nowhere = sending(&world, focal(20), filled("nowhere", "XX", "2024-01"));
        let wrong = Filled { values: vec![(deaths().id, "", "many".to_owned())], ..filled("wrong", "A1", "2024-05") };
        let wrong = sending(&world, focal(21), wrong);
        let beyond = world.held_to(Role::FocalPoint, Some("Human Rights"), &["A1"]);
        let beyond = sending(&world, beyond, filled("beyond", "A2", "2024-09"));
        let twice: Vec<JoinHandle<Answer>> =
            (0..2).map(|_| sending(&world, focal(22), filled("twice", "A1", "2024-06"))).collect();
        let same_cell: Vec<JoinHandle<Answer>> = (0..2)
            .map(|n| {
                let own = Filled {
                    values: vec![(deaths().id, "", n.to_string())],
                    ..filled(&format!("cell{n}"), "A1", "2024-07")
                };
                sending(&world, focal(30 + n), own)
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(100) * round).await;
        drop(held);

        let first = first.await.expect("an answer").expect("taken");
        assert!(said(&first).starts_with("1 value recorded: 1 submitted"), "{}", said(&first));
        for (n, one) in fine.into_iter().enumerate() {
            let one = one.await.expect("an answer").expect("taken");
            let submission = one.submission.as_ref().expect("it");
            assert_eq!(submission.instance_id, format!("uuid:fine{n}"), "each is answered for its own");
            assert_eq!(submission.recorded_by, format!("Person {}", 10 + n));
            assert_eq!(outcomes(&one), [("", "stored")]);
        }
        let draft = draft.await.expect("an answer").expect("taken");
        assert!(said(&draft).starts_with("1 value recorded: 0 submitted, 1 as a draft."), "{}", said(&draft));
        for (refused, code) in [(nowhere, Code::Invalid), (wrong, Code::Invalid), (beyond, Code::Denied)] {
            let failure = refused.await.expect("an answer").expect_err("refused");
            assert_eq!(failure.code, code, "{}", failure.message);
        }
        let mut new = Vec::new();
        for one in twice {
            new.push(one.await.expect("an answer").expect("taken").is_new);
        }
        new.sort_unstable();
        assert_eq!(new, [false, true], "an instance counts once");
        let mut became = Vec::new();
        for one in same_cell {
            became.push(outcomes(&one.await.expect("an answer").expect("taken"))[0].1.to_owned());
        }
        became.sort_unstable();
        assert_eq!(became, ["conflict", "stored"], "the second in a cell is kept beside the first");

        let values = world.values("OC-CIVDEATHS", "A2", "").await;
        assert_eq!(values.iter().filter(|(_, value)| *value == Some(4.0)).count(), 6, "{values:?}");
        assert_eq!(observations(&world).await.len(), 10, "nothing is left of those that were refused");
        let (transactions, submissions) = transactions(&world).await;
        assert_eq!(submissions, 11);
        if transactions < submissions - 2 {
            return;
        }
    }
    panic!("in {TRIES} times none were stored together");
}

#[tokio::test]
async fn what_hides_from_one_is_hidden_beside_who_sees_it() {
    let world = World::start().await;
    let secret = Definition { id: Uuid::from_u128(0xD9), code: "OC-SECRET".to_owned(), ..deaths() };
    let secret = Definition { classification: Classification::Confidential, ..secret };
    world.indicator(&secret).await;
    let held = holding_up(&world, "uuid:first").await;
    let first = sending(&world, world.caller(Role::FocalPoint), Filled::of("first", &[("", 1.0)]));
    let filled = |id: &str, period: &str| Filled {
        period: period.to_owned(),
        values: vec![(secret.id, "", "9".to_owned())],
        ..Filled::of(id, &[])
    };
    let insider = sending(&world, world.caller(Role::FocalPoint), filled("insider", "2024-02"));
    let outsider = world.cleared(Role::FocalPoint, Classification::Unclassified);
    let outsider = sending(&world, outsider, filled("outsider", "2024-03"));
    // They stand in another line, and are not held up by the first.
    let answer = outsider.await.expect("an answer").expect("taken");
    assert_eq!(outcomes(&answer), [("", "left")]);
    drop(held);
    first.await.expect("an answer").expect("taken");
    let answer = insider.await.expect("an answer").expect("taken");
    assert_eq!(outcomes(&answer), [("", "stored")]);
}

#[tokio::test]
async fn who_hangs_up_holds_up_nobody() {
    let world = World::start().await;
    let held = holding_up(&world, "uuid:first").await;
    let first = sending(&world, world.caller(Role::FocalPoint), Filled::of("first", &[("", 1.0)]));
    let gone = Filled { period: "2024-02".to_owned(), ..Filled::of("gone", &[("", 2.0)]) };
    let phone = world.caller(Role::FocalPoint);
    let gone = sending(&world, phone.clone(), gone);
    let stays = Filled { period: "2024-03".to_owned(), ..Filled::of("stays", &[("", 3.0)]) };
    let stays = sending(&world, world.caller(Role::FocalPoint), stays);
    tokio::time::sleep(Duration::from_millis(100)).await;
    first.abort();
    gone.abort();
    drop(held);
    stays.await.expect("an answer").expect("taken");
    // Whoever hung up sends it again, and it is there once, whatever became of it the first time.
    let again = Filled { period: "2024-02".to_owned(), ..Filled::of("gone", &[("", 2.0)]) };
    let answer = sent(&world, &phone, &again).await.expect("taken");
    assert_eq!(outcomes(&answer), [("", "stored")]);
    let values = world.values("OC-CIVDEATHS", "A1", "").await;
    assert_eq!(values.iter().filter(|(period, _)| period == "2024-02").count(), 1, "{values:?}");
    let found = observations(&world).await;
    assert_eq!(found.iter().filter(|one| one.period == "2024-02").count(), 1);
}

#[tokio::test]
async fn rules_that_look_around_see_what_came_before() {
    let world = World::start().await;
    let monotone = pb::ValidationRule {
        indicator_code: "OC-CIVDEATHS".to_owned(),
        kind: "monotone".to_owned(),
        direction: "up".to_owned(),
        severity: "error".to_owned(),
        active: true,
        ..Default::default()
    };
    let asked = pb::SetValidationRuleRequest { rule: Some(monotone), ..Default::default() };
    done(world.coordinator().set_validation_rule(asked).await);
    let held = holding_up(&world, "uuid:first").await;
    let elsewhere = Filled { areas: vec!["B"], ..Filled::of("first", &[("", 1.0)]) };
    let first = sending(&world, world.caller(Role::FocalPoint), elsewhere);
    let january = sending(&world, world.caller(Role::FocalPoint), Filled::of("january", &[("", 10.0)]));
    let february = Filled { period: "2024-02".to_owned(), ..Filled::of("february", &[("", 9.0)]) };
    let february = sending(&world, world.caller(Role::FocalPoint), february);
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(held);
    first.await.expect("an answer").expect("taken");
    let refused: Vec<Failure> =
        [january.await, february.await].into_iter().filter_map(|one| one.expect("an answer").err()).collect();
    let said: Vec<&str> = refused.iter().map(|failure| failure.message.as_str()).collect();
    assert!(
        matches!(refused.as_slice(), [one] if one.code == Code::Invalid),
        "the first is stored, not both left: {said:?}"
    );
    assert_eq!(observations(&world).await.len(), 2);
}

#[tokio::test]
async fn a_transaction_that_is_lost_is_told_to_all_in_it_and_they_send_again() {
    let world = World::start().await;
    let phone = world.caller(Role::FocalPoint);
    let filled =
        |month: u32| Filled { period: format!("2024-0{month}"), ..Filled::of(&format!("n{month}"), &[("", 1.0)]) };
    let first = holding_up(&world, "uuid:n1").await;
    let second = holding_up(&world, "uuid:n2").await;
    let leading = sending(&world, phone.clone(), filled(1));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let following: Vec<JoinHandle<Answer>> =
        (2..=4).map(|month| sending(&world, phone.clone(), filled(month))).collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(first);
    leading.await.expect("an answer").expect("taken");
    // Whoever waits for the second is killed, as with a server that goes away.
    let killed = async || {
        let mut tx = world.db().begin(&world.caller(Role::Coordinator)).await.expect("a transaction");
        let killed: Vec<bool> = sqlx::query_scalar(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        .fetch_all(&mut *tx)
        .await
        .expect("an answer");
        killed.len()
    };
    testing::eventually("one that waits", || async { killed().await > 0 }).await;
    drop(second);
    let mut lost = Vec::new();
    for (month, one) in (2..=4).zip(following) {
        match one.await.expect("an answer") {
            Ok(answer) => assert_eq!(outcomes(&answer), [("", "stored")]),
            Err(failure) => {
                assert_eq!(failure.code, Code::Unavailable, "{}", failure.message);
                lost.push(month);
            }
        }
    }
    assert!(!lost.is_empty(), "somebody was told");
    for month in lost {
        let answer = sent(&world, &phone, &filled(month)).await.expect("taken");
        assert!(answer.is_new, "nothing of it was stored");
    }
    assert_eq!(observations(&world).await.len(), 4);
}
