//! Two callers at once, whatever they do: what must never be of a context map, a strategy or a relation is not.

use std::collections::BTreeMap;

use chassis::{Caller, Code, Failure};
use cpas_proto::{context::v1 as pb, words::Role};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::world::{World, factor, moved, revised, set_factor};

/// Rounds of two calls at once.
const ROUNDS: usize = 160;
const PEOPLE: usize = 6;

#[derive(Debug, Clone, Copy)]
enum Step {
    AddFactor { proved: bool },
    RemoveFactor,
    Revise,
    Review,
    Publish,
    Next,
}

/// Who does what to which of the maps.
type Call = (Step, usize, usize);

fn call() -> impl Strategy<Value = Call> {
    let step = prop_oneof![
        3 => prop::bool::weighted(0.9).prop_map(|proved| Step::AddFactor { proved }),
        1 => Just(Step::RemoveFactor),
        1 => Just(Step::Revise),
        5 => Just(Step::Review),
        5 => Just(Step::Publish),
        1 => Just(Step::Next),
    ];
    (step, 0usize..8, 0usize..PEOPLE)
}

/// A runner that draws the same calls every time.
fn drawn<T: std::fmt::Debug>(strategy: &impl Strategy<Value = T>, count: usize) -> Vec<T> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("a draw").current()).collect()
}

async fn maps(world: &World) -> Vec<pb::ContextMap> {
    let request = pb::ListContextMapsRequest { page_size: 200, ..Default::default() };
    world.r#as(Role::Coordinator).list_context_maps(request).await.expect("a list").into_inner().context_maps
}

/// What was told of maps.
async fn recorded(world: &World) -> Vec<Vec<u8>> {
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    sqlx::query_scalar(
        "SELECT payload FROM chassis.outbox WHERE kind = 'cpas.context.v1.ContextMapRecorded' ORDER BY seq",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("the outbox")
}

async fn does(world: &World, people: &[Caller], seen: &[pb::ContextMap], evidence: &str, call: Call) {
    let (step, map, who) = call;
    let map = &seen[map % seen.len()];
    let mut client = world.of(&people[who]);
    let outcome = match step {
        Step::AddFactor { proved } => {
            let evidence: &[&str] = if proved { &[evidence] } else { &[] };
            client.set_context_factor(set_factor(map, factor("Raids", evidence))).await.map(drop)
        }
        Step::RemoveFactor => {
            let Some(first) = map.factors.first() else { return };
            let (context_map_id, version, factor_id) = (map.id.clone(), map.version, first.id.clone());
            client
                .remove_context_factor(pb::RemoveContextFactorRequest { context_map_id, version, factor_id })
                .await
                .map(drop)
        }
        Step::Revise => client.revise_context_map(revised(map, &format!("Seen by {who}"))).await.map(drop),
        Step::Review => client.review_context_map(moved(map)).await.map(drop),
        Step::Publish => client.publish_context_map(moved(map)).await.map(drop),
        Step::Next => {
            let next =
                pb::DraftNextContextMapRequest { from_id: map.id.clone(), title: None, period: "2024-Q2".to_owned() };
            client.draft_next_context_map(next).await.map(drop)
        }
    };
    if let Err(status) = outcome {
        let refused = Failure::from(status);
        assert!(matches!(refused.code, Code::Conflict | Code::Denied | Code::Stale), "{step:?}: {refused}");
        if let Some((version, json)) = &refused.current {
            let stored: pb::ContextMap = serde_json::from_str(json).expect("a map");
            assert!(refused.code == Code::Stale && stored.version == *version && *version > map.version);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_calls_of_two_at_once_bring_a_map_into_a_state_that_is_forbidden() {
    let world = World::start().await;
    let roles: [Role; PEOPLE] =
        [Role::Coordinator, Role::Coordinator, Role::Coordinator, Role::Coordinator, Role::Adviser, Role::Adviser];
    let people = roles.map(|role| world.caller(role));
    let evidence = world.evidence("").await.id;
    for _ in 0..3 {
        world.draft(&people[0]).await;
    }
    let mut published: BTreeMap<String, pb::ContextMap> = BTreeMap::new();
    let (mut versions, mut superseded): (BTreeMap<String, i64>, usize) = (BTreeMap::new(), 0);
    for calls in drawn(&(call(), call()), ROUNDS) {
        let seen = maps(&world).await;
        tokio::join!(
            does(&world, &people, &seen, &evidence, calls.0),
            does(&world, &people, &seen, &evidence, calls.1)
        );
        let now = maps(&world).await;
        assert!(now.iter().filter(|map| map.state == "published").count() <= 1, "one map is published, or none");
        for map in &now {
            let before = versions.insert(map.id.clone(), map.version).unwrap_or(0);
            assert!(map.version >= before, "no version comes back");
            if matches!(map.state.as_str(), "published" | "superseded") {
                let first = published.entry(map.id.clone()).or_insert_with(|| map.clone());
                let content = |map: &pb::ContextMap| (map.factors.clone(), map.published_at.clone(), map.title.clone());
                assert_eq!(content(map), content(first), "what is published is never changed");
                assert!(!map.factors.is_empty(), "an empty map is not published");
                assert!(map.factors.iter().all(|factor| !factor.evidence_ids.is_empty()), "each factor has evidence");
            } else {
                assert!(!published.contains_key(&map.id), "nothing comes back from being published");
            }
        }
        superseded = now.iter().filter(|map| map.state == "superseded").count();
    }
    let mut told: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for payload in recorded(&world).await {
        let map = <pb::ContextMapRecorded as prost::Message>::decode(&*payload).expect("its message").context_map;
        let map = map.expect("a map");
        told.entry(map.id).or_default().push(map.version);
    }
    for (id, version) in versions {
        assert_eq!(told[&id], (1..=version).collect::<Vec<_>>(), "each version is told once");
    }
    let mut tx = world.stage.db.begin(&world.caller(Role::Coordinator)).await.expect("a transaction");
    let own: i64 = sqlx::query_scalar("SELECT count(*) FROM context_map WHERE reviewed_by = ANY (authors)")
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
    assert_eq!(own, 0, "nobody reviewed what they wrote");
    assert!(published.len() > 2 && superseded > 1, "the walk came far: {} published", published.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_write_at_once_one_is_told_that_the_other_was_first() {
    let world = World::start().await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    let elders = world.stakeholder("Council of Elders", "community").await;
    let relation = pb::SetStakeholderRelationRequest {
        from_id: front.id.clone(),
        to_id: elders.id.clone(),
        kind: "rival".to_owned(),
        strength: 2,
        from: "2024-01-01".to_owned(),
        ..Default::default()
    };
    let (mut one, mut two) = (world.r#as(Role::Adviser), world.r#as(Role::Coordinator));
    let codes = |answers: [Option<Failure>; 2]| answers.map(|answer| answer.map(|failure| failure.code));
    let (left, right) =
        tokio::join!(one.set_stakeholder_relation(relation.clone()), two.set_stakeholder_relation(relation.clone()));
    let relations = [left.as_ref().ok(), right.as_ref().ok()].into_iter().flatten().count();
    assert_eq!(relations, 1, "the same is not said twice for the same days");
    let refused = codes([left.err().map(Failure::from), right.err().map(Failure::from)]);
    assert!(refused.contains(&Some(Code::Conflict)), "{refused:?}");

    let assess = crate::world::assessment(&front.id, "2024-01-01", 3, 1);
    let (left, right) = tokio::join!(one.assess_stakeholder(assess.clone()), two.assess_stakeholder(assess));
    let refused = codes([left.err().map(Failure::from), right.err().map(Failure::from)]);
    assert!(refused.contains(&None) && refused.contains(&Some(Code::Conflict)), "one per date: {refused:?}");

    let revised = crate::world::revision(&front);
    let (left, right) = tokio::join!(one.revise_stakeholder(revised.clone()), two.revise_stakeholder(revised));
    let refused = codes([left.err().map(Failure::from), right.err().map(Failure::from)]);
    assert!(refused.contains(&None) && refused.contains(&Some(Code::Stale)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_strategy_one_revision_is_first_and_it_is_never_less_secret_than_its_stakeholder() {
    let world = World::start().await;
    let (mut one, mut two) = (world.r#as(Role::Adviser), world.r#as(Role::Coordinator));
    for round in 0..8 {
        let front = world.stakeholder(&format!("Front {round}"), "armed_group").await;
        let raised = pb::ReviseStakeholderRequest {
            classification: "confidential".to_owned(),
            ..crate::world::revision(&front)
        };
        let (recorded, raised) = tokio::join!(
            one.record_influence_strategy(crate::strategies::strategy(&front)),
            two.revise_stakeholder(raised)
        );
        raised.expect("raised");
        let strategy = recorded.expect("a strategy, before or after").into_inner();
        let request = pb::ListInfluenceStrategiesRequest { page_size: 200, ..Default::default() };
        let listed = two.list_influence_strategies(request).await.expect("a list").into_inner().strategies;
        let stored =
            listed.into_iter().filter_map(|one| one.strategy).find(|one| one.id == strategy.id).expect("it is there");
        assert_eq!(stored.classification, "confidential", "as secret as its stakeholder, whoever came first");

        let withdrawn = pb::ReviseInfluenceStrategyRequest {
            state: "withdrawn".to_owned(),
            ..crate::strategies::revision(&stored)
        };
        let other =
            pb::ReviseInfluenceStrategyRequest { lever: "deter".to_owned(), ..crate::strategies::revision(&stored) };
        let (left, right) =
            tokio::join!(one.revise_influence_strategy(withdrawn), two.revise_influence_strategy(other));
        let codes = [left.err(), right.err()].map(|refused| refused.map(|status| Failure::from(status).code));
        assert!(codes.contains(&None) && codes.contains(&Some(Code::Stale)), "{codes:?}");
    }
}
