//! Votes: one each, changed until closed, by name or secret; two at once; what is kept of a secret one.

use chassis::{Caller, Code};
use cpas_proto::{assessment::v1 as pb, common::v1::Text, words::Component, words::Role};
use futures::future::join_all;

use crate::{
    workshop::{join, joined, opened, seen},
    world::*,
};

fn vote(world: &World, of: &pb::Assessment, question: &str, secret: bool) -> pb::OpenWorkshopVoteRequest {
    pb::OpenWorkshopVoteRequest {
        assessment_id: of.id.clone(),
        outcome_lineage_id: world.outcome.to_string(),
        question: question.to_owned(),
        text: Some(Text::of("Move two patrols?", "Déplacer deux patrouilles ?")),
        secret,
        ..Default::default()
    }
}

async fn put(world: &World, of: &pb::Assessment, question: &str, secret: bool) -> pb::WorkshopVote {
    done(world.coordinator().open_workshop_vote(vote(world, of, question, secret)).await)
}

fn ballot(on: &pb::WorkshopVote, choice: &str, key: &str) -> pb::CastWorkshopBallotRequest {
    pb::CastWorkshopBallotRequest {
        assessment_id: on.assessment_id.clone(),
        vote_id: on.id.clone(),
        choice: choice.to_owned(),
        ballot_key: key.to_owned(),
    }
}

fn close(on: &pb::WorkshopVote) -> pb::CloseWorkshopVoteRequest {
    pb::CloseWorkshopVoteRequest { assessment_id: on.assessment_id.clone(), vote_id: on.id.clone(), version: 1 }
}

async fn cast(world: &World, who: &Caller, ballot: pb::CastWorkshopBallotRequest) -> pb::WorkshopVote {
    done(world.client(who).cast_workshop_ballot(ballot).await)
}

fn of_component(world: &World, role: Role, component: Component) -> Caller {
    let mut caller = world.who(role);
    caller.grants[0].component = Some(component);
    caller
}

fn counted(of: &[pb::WorkshopCount]) -> Vec<(&str, u32)> {
    of.iter().filter(|one| one.count > 0).map(|one| (one.choice.as_str(), one.count)).collect()
}

#[tokio::test]
async fn each_member_present_votes_once_and_by_name() {
    let world = World::start().await;
    let of = opened(&world).await;
    let police = joined(&world, &of, of_component(&world, Role::FocalPoint, Component::Police)).await;
    let military = joined(&world, &of, of_component(&world, Role::ComponentHead, Component::Military)).await;
    let on = put(&world, &of, "progress", false).await;
    assert_eq!((on.may_vote, on.voted, on.choices.len()), (2, 0, 6));
    let outside = world.who(Role::Verifier);
    let refusal = refused(world.client(&outside).cast_workshop_ballot(ballot(&on, "achieved", "")).await);
    assert_eq!(refusal.code, Code::Denied, "only who is there");
    assert_eq!(field(&refused(world.client(&police).cast_workshop_ballot(ballot(&on, "yes", "")).await)), "choice");

    cast(&world, &police, ballot(&on, "achieved", "")).await;
    let told = world.told().await.len();
    let same = cast(&world, &police, ballot(&on, "achieved", "")).await;
    assert_eq!((same.voted, world.told().await.len()), (1, told), "the same vote twice is one, and told once");
    let other = cast(&world, &police, ballot(&on, "on_track", "")).await;
    assert_eq!((other.voted, other.mine.as_str()), (1, "on_track"), "changed, not added");
    cast(&world, &military, ballot(&on, "at_risk", "")).await;
    let closed = done(world.coordinator().close_workshop_vote(close(&on)).await);
    assert_eq!((closed.state.as_str(), closed.version, closed.voted, closed.may_vote), ("closed", 2, 2, 2));
    assert_eq!(counted(&closed.counts), [("on_track", 1), ("at_risk", 1)]);
    let by_component: Vec<_> =
        closed.by_component.iter().map(|one| (one.component.as_str(), counted(&one.counts))).collect();
    assert_eq!(by_component, [("military", vec![("at_risk", 1)]), ("police", vec![("on_track", 1)])]);
    assert_eq!(closed.ballots.len(), 2, "by name");
    let late = refused(world.client(&police).cast_workshop_ballot(ballot(&on, "achieved", "")).await);
    assert_eq!(late.code, Code::Conflict);
    let workshop = seen(&world, &military, &of, false).await;
    assert_eq!((workshop.votes[0].mine.as_str(), workshop.votes_here), ("at_risk", true));
    assert!(seen(&world, &military, &of, true).await.votes[0].mine.is_empty(), "the wall is nobody's own");
}

#[tokio::test]
async fn a_secret_vote_tells_nobody_who_voted_what() {
    let world = World::start().await;
    let of = opened(&world).await;
    let mut people = vec![
        joined(&world, &of, world.who(Role::Adviser)).await,
        joined(&world, &of, world.who(Role::Contributor)).await,
    ];
    let few = refused(world.coordinator().open_workshop_vote(vote(&world, &of, "proposal", true)).await);
    assert_eq!((few.code, field(&few)), (Code::Invalid, "secret"), "of two one knows the other");
    people.push(joined(&world, &of, world.who(Role::Leadership)).await);
    let on = put(&world, &of, "proposal", true).await;
    let keys: Vec<String> = (1..4).map(|at| format!("{at:064}")).collect();
    for ((who, key), choice) in people.iter().zip(&keys).zip(["yes", "no", "no"]) {
        let answer = done(world.client(who).cast_workshop_ballot(keyed(ballot(&on, choice, key), "vote-once")).await);
        assert!(answer.has_voted && answer.mine.is_empty() && answer.counts.is_empty(), "{answer:?}");
    }
    let facilitator = world.who(Role::Coordinator);
    let running = seen(&world, &facilitator, &of, false).await.votes.remove(0);
    assert_eq!((running.voted, running.counts.len(), running.ballots.len()), (3, 0, 0), "who looks on sees no count");
    assert!(running.by_component.is_empty() && !running.has_voted);

    // Whatever is stored: no ballot has an account, a key or a print of the request beside it.
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    let stored: serde_json::Value =
        sqlx::query_scalar("SELECT body->'ballots' FROM workshop_votes").fetch_one(&mut *tx).await.expect("the vote");
    let prints = stored["by_print"].to_string();
    assert!(people.iter().all(|who| !prints.contains(&who.account.to_string())), "{prints}");
    assert!(keys.iter().all(|key| !stored.to_string().contains(key.as_str())), "{stored}");
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM chassis.idempotency WHERE key = 'vote-once'")
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
    assert_eq!(kept, 0, "a print of the request would tell the choice to who tries all three");
    let told: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT payload FROM chassis.outbox WHERE kind LIKE '%WorkshopVoteRecorded' ORDER BY seq")
            .fetch_all(&mut *tx)
            .await
            .expect("the outbox");
    assert_eq!(told.len(), 4);
    assert!(told.iter().all(|one| one == &told[0]), "each is told alike");
    drop(tx);

    // Another device does not know the key, and cannot vote again.
    let again = refused(world.client(&people[0]).cast_workshop_ballot(ballot(&on, "no", &"9".repeat(64))).await);
    assert_eq!(again.code, Code::Conflict);
    assert_eq!(
        field(&refused(world.client(&people[0]).cast_workshop_ballot(ballot(&on, "no", "short")).await)),
        "ballot_key"
    );
    cast(&world, &people[1], ballot(&on, "abstain", &keys[1])).await;
    let closed = done(world.coordinator().close_workshop_vote(close(&on)).await);
    assert_eq!(counted(&closed.counts), [("yes", 1), ("no", 1), ("abstain", 1)]);
    assert!(closed.ballots.is_empty() && closed.by_component.is_empty() && !closed.suppressed);
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    let left: String =
        sqlx::query_scalar("SELECT body->>'ballots' FROM workshop_votes").fetch_one(&mut *tx).await.expect("the vote");
    assert!(people.iter().all(|who| !left.contains(&who.account.to_string())), "not even who voted is kept: {left}");
}

#[tokio::test]
async fn the_counts_of_fewer_than_three_secret_votes_are_not_shown() {
    let world = World::start().await;
    let of = opened(&world).await;
    let mut people = Vec::new();
    for role in [Role::Adviser, Role::Contributor, Role::Verifier] {
        people.push(joined(&world, &of, world.who(role)).await);
    }
    let on = put(&world, &of, "performance", true).await;
    for (at, who) in people.iter().take(2).enumerate() {
        cast(&world, who, ballot(&on, "weak", &format!("{at:064}"))).await;
    }
    let closed = done(world.coordinator().close_workshop_vote(close(&on)).await);
    assert!(closed.suppressed && closed.counts.is_empty());
    assert_eq!((closed.voted, closed.may_vote), (2, 3));
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    let body: String =
        sqlx::query_scalar("SELECT body::text FROM workshop_votes").fetch_one(&mut *tx).await.expect("it");
    assert!(!body.contains("weak"), "nor kept: {body}");
}

#[tokio::test]
async fn a_vote_is_closed_once_and_what_was_taken_is_counted() {
    let world = World::start().await;
    let of = opened(&world).await;
    let mut people = Vec::new();
    for _ in 0..8 {
        people.push(joined(&world, &of, world.who(Role::Contributor)).await);
    }
    for secret in [false, true] {
        let on = put(&world, &of, "proposal", secret).await;
        let voting = people.iter().enumerate().map(|(at, who)| {
            let (mut client, ballot) = (world.client(who), ballot(&on, "yes", &format!("{at:064}")));
            async move { client.cast_workshop_ballot(ballot).await.is_ok() }
        });
        let closing = (0..2).map(|_| {
            let (mut client, close) = (world.coordinator(), close(&on));
            async move { client.close_workshop_vote(close).await.is_ok() }
        });
        let (taken, closed) = tokio::join!(join_all(voting), join_all(closing));
        assert_eq!(closed.iter().filter(|done| **done).count(), 1, "closed once");
        let taken = taken.iter().filter(|done| **done).count();
        let votes = seen(&world, &people[0], &of, false).await.votes;
        let after = votes.iter().find(|vote| vote.id == on.id).expect("it");
        assert_eq!(after.voted as usize, taken, "each vote that was taken, and no other");
        let counts: u32 = after.counts.iter().map(|one| one.count).sum();
        assert_eq!(counts as usize, if after.suppressed { 0 } else { taken });
    }
}

#[tokio::test]
async fn a_workshop_is_not_closed_over_an_open_vote() {
    let world = World::start().await;
    let of = opened(&world).await;
    let on = put(&world, &of, "progress", false).await;
    let request = pb::CloseWorkshopRequest { assessment_id: of.id.clone(), version: 1 };
    assert_eq!(refused(world.coordinator().close_workshop(request.clone()).await).code, Code::Conflict);
    done(world.coordinator().close_workshop_vote(close(&on)).await);
    done(world.coordinator().close_workshop(request).await);
    let late = refused(world.client(&world.who(Role::Adviser)).join_workshop(join(&of)).await);
    assert_eq!(late.code, Code::Conflict);
    let no_text = pb::OpenWorkshopVoteRequest { text: None, ..vote(&world, &of, "proposal", false) };
    assert_eq!(field(&refused(world.coordinator().open_workshop_vote(no_text).await)), "text");
}
