//! Who is at work where: told while it lasts, and only of what the others may see.

use chassis::{Caller, Code};
use cpas_proto::{
    assessment::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::*;

fn named(world: &World, name: &str, role: Role) -> Caller {
    Caller { name: name.to_owned(), account: Uuid::new_v4(), ..world.who(role) }
}

fn at(of: &pb::Assessment, outcome: Uuid, question: &str) -> pb::TellPresenceRequest {
    pb::TellPresenceRequest {
        assessment_id: of.id.clone(),
        outcome_lineage_id: outcome.to_string(),
        question: question.to_owned(),
        editing: true,
        ..Default::default()
    }
}

impl World {
    async fn tells(&self, caller: &Caller, place: pb::TellPresenceRequest) -> Vec<(String, String)> {
        let answer = done(self.client(caller).tell_presence(place).await);
        answer.presences.into_iter().map(|one| (one.name, one.question)).collect()
    }
}

#[tokio::test]
async fn people_see_where_others_are_until_they_leave() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let (amina, brice) = (named(&world, "Amina", Role::Adviser), named(&world, "Brice", Role::Contributor));
    let pair = |name: &str, question: &str| (name.to_owned(), question.to_owned());
    assert!(world.tells(&amina, at(&frozen, world.outcome, "link")).await.is_empty(), "not oneself");
    assert_eq!(world.tells(&brice, at(&frozen, world.outcome, "change")).await, [pair("Amina", "link")]);
    assert_eq!(world.tells(&amina, at(&frozen, world.outcome, "next")).await, [pair("Brice", "change")]);
    assert_eq!(world.rows("presences").await, 2, "one a person");

    // Headquarters looks on and is not seen.
    let ask = pb::ListPresencesRequest { assessment_id: frozen.id.clone() };
    let seen = done(world.client(&world.who(Role::HqAnalyst)).list_presences(ask).await);
    assert_eq!(seen.presences.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Amina", "Brice"]);
    assert!(seen.presences.iter().all(|one| one.editing) && seen.lasts_seconds == 45);

    let gone = pb::TellPresenceRequest { gone: true, ..at(&frozen, world.outcome, "") };
    world.tells(&amina, gone).await;
    assert!(world.tells(&brice, at(&frozen, world.outcome, "change")).await.is_empty());
    let elsewhere = refused(world.client(&amina).tell_presence(at(&frozen, Uuid::new_v4(), "")).await);
    assert_eq!(elsewhere.code, Code::NotFound);
    let told = world.told().await;
    assert!(!told.iter().any(|kind| kind.contains("Presence")), "no event tells of it: {told:?}");
}

#[tokio::test]
async fn who_tells_nothing_any_more_is_forgotten() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let (amina, brice) = (named(&world, "Amina", Role::Adviser), named(&world, "Brice", Role::Contributor));
    world.tells(&amina, at(&frozen, world.outcome, "link")).await;
    // As if the last word had come a minute ago.
    let mut tx = world.stage.db.begin(&amina).await.expect("a transaction");
    sqlx::query("UPDATE presences SET told_at = told_at - interval '1 minute'").execute(&mut *tx).await.expect("older");
    tx.commit().await.expect("stored");
    assert!(world.tells(&brice, at(&frozen, world.outcome, "")).await.is_empty());
    assert_eq!(world.rows("presences").await, 1, "only who is there");
}

#[tokio::test]
async fn nobody_is_seen_at_a_finding_that_one_may_not_see() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let secret = pb::Finding { classification: "confidential".to_owned(), ..world.finding(&frozen) };
    let secret = done(world.coordinator().record_finding(record(secret)).await);
    let amina = named(&world, "Amina", Role::Adviser);
    let there = pb::TellPresenceRequest { finding_id: secret.id, ..at(&frozen, world.outcome, "change") };
    world.tells(&amina, there.clone()).await;
    let low = cleared(named(&world, "Brice", Role::Contributor), Classification::Unclassified);
    assert!(world.tells(&low, at(&frozen, world.outcome, "")).await.is_empty());
    assert_eq!(refused(world.client(&low).tell_presence(there).await).code, Code::NotFound);
    let high = named(&world, "Chantal", Role::Contributor);
    assert!(world.tells(&high, at(&frozen, world.outcome, "")).await.iter().any(|one| one.0 == "Amina"));
}
