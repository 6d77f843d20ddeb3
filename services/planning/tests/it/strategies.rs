//! Influence strategies that context tells of, in the plan check.

use chassis::testing::eventually;
use cpas_proto::{
    context::v1 as context,
    planning::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::{Person, World, answer, objective, outcome};

const RULE: &str = "influence-strategy-not-planned";

async fn told(world: &World, stakeholder: Uuid, version: i64, dimension: &str, state: &str, id: Uuid) {
    let strategy = context::InfluenceStrategy {
        id: id.to_string(),
        stakeholder_id: stakeholder.to_string(),
        stakeholder_name: "Lake Front".to_owned(),
        dimension: dimension.to_owned(),
        state: state.to_owned(),
        classification: "unclassified".to_owned(),
        version,
        ..Default::default()
    };
    let message = context::InfluenceStrategyRecorded { strategy: Some(strategy) };
    world.tell("influence_strategy", "recorded", &id.to_string(), &message).await;
}

/// How many times the check says that a strategy is not planned.
async fn not_planned(person: &Person, plan: &pb::Plan) -> usize {
    let check = pb::CheckPlanRequest { plan_id: plan.id.clone() };
    let findings = answer(person.client().check_plan(check).await).expect("a check").findings;
    let found = findings.iter().filter(|finding| finding.rule == RULE);
    found.inspect(|finding| assert_eq!(finding.severity, "warning")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_names_a_strategy_until_an_outcome_takes_it_up_or_it_is_withdrawn() {
    let world = World::start().await;
    let (stakeholder, id) = (world.known_stakeholder().await, Uuid::new_v4());
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    told(&world, stakeholder, 1, "behaviour", "current", id).await;
    eventually("the check knows the strategy", || async { not_planned(&planner, &plan).await == 1 }).await;

    let taken = pb::PlanItem { dimension: "behaviour".to_owned(), ..outcome(&plan.items[0].id, Some(stakeholder)) };
    let plan = planner.add(&plan, taken).await.expect("an outcome");
    assert_eq!(not_planned(&planner, &plan).await, 0);
    told(&world, stakeholder, 2, "capability", "current", id).await;
    eventually("it seeks another change now", || async { not_planned(&planner, &plan).await == 1 }).await;
    told(&world, stakeholder, 3, "capability", "withdrawn", id).await;
    eventually("it is withdrawn", || async { not_planned(&planner, &plan).await == 0 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_about_a_merged_stakeholder_does_something_about_the_one_that_stands_for_it() {
    let world = World::start().await;
    let (gone, kept) = (world.known_stakeholder().await, world.known_stakeholder().await);
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let taken = pb::PlanItem { dimension: "behaviour".to_owned(), ..outcome(&plan.items[0].id, Some(gone)) };
    let plan = planner.add(&plan, taken).await.expect("an outcome");
    told(&world, kept, 1, "behaviour", "current", Uuid::new_v4()).await;
    eventually("nobody does anything about it", || async { not_planned(&planner, &plan).await == 1 }).await;
    world.merged_stakeholder(gone, 2, Classification::Unclassified, Some(kept)).await;
    eventually("the two are one", || async { not_planned(&planner, &plan).await == 0 }).await;
    world.stakeholder(gone, 3, Classification::Unclassified).await;
    eventually("they are two again", || async { not_planned(&planner, &plan).await == 1 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strategy_about_somebody_hidden_is_not_named() {
    let world = World::start().await;
    let stakeholder = world.known_stakeholder().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    told(&world, stakeholder, 1, "attitude", "current", Uuid::new_v4()).await;
    let mut uncleared = world.person(Role::Coordinator);
    uncleared.caller.clearance = Classification::Unclassified;
    eventually("the check knows it", || async { not_planned(&uncleared, &plan).await == 1 }).await;
    world.stakeholder(stakeholder, 2, Classification::Confidential).await;
    eventually("raised with its stakeholder", || async { not_planned(&uncleared, &plan).await == 0 }).await;
    assert_eq!(not_planned(&planner, &plan).await, 1, "the cleared read on");
}
