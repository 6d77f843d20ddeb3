//! What assessment decides and the plan takes up.

use chassis::{Code, testing::eventually};
use cpas_proto::{
    assessment::v1 as assessment,
    planning::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::{
    plans::in_force,
    world::{World, answer, deaths, en, objective, outcome, refusal},
};

fn recommendation(id: Uuid, kind: &str, state: &str, version: i64) -> assessment::RecommendationRecorded {
    let recommendation = assessment::Recommendation {
        id: id.to_string(),
        kind: kind.to_owned(),
        state: state.to_owned(),
        text: en("Shift patrols to the market roads"),
        version,
        classification: "unclassified".to_owned(),
        ..Default::default()
    };
    assessment::RecommendationRecorded { recommendation: Some(recommendation) }
}

async fn tell(world: &World, id: Uuid, kind: &str, state: &str, version: i64) {
    world.tell("recommendation", "recorded", &id.to_string(), &recommendation(id, kind, state, version)).await;
}

/// Told after everything else on the same stream, so what came before has had its effect.
pub async fn all_heard(world: &World, already: usize) {
    tell(world, Uuid::new_v4(), "plan", "accepted", 2).await;
    eventually("planning has heard everything", || async { world.planner().changes().await.len() > already }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_recommendation_opens_one_change_though_told_often() {
    let mut world = World::start().await;
    let id = Uuid::new_v4();
    tell(&world, id, "plan", "proposed", 1).await;
    tell(&world, Uuid::new_v4(), "plan", "rejected", 2).await;
    tell(&world, Uuid::new_v4(), "data", "accepted", 2).await;
    tell(&world, id, "plan", "accepted", 2).await;
    tell(&world, id, "plan", "accepted", 3).await;
    all_heard(&world, 1).await;
    let changes = world.planner().changes().await;
    assert_eq!(changes.len(), 2, "one for the recommendation, one of the end mark: {changes:?}");
    assert_eq!(changes.iter().filter(|change| change.recommendation_id == id.to_string()).count(), 1);
    assert!(changes.iter().all(|change| change.state == "open" && change.version == 1));

    // The stream is wiped and refilled from the outbox: every event is delivered a second time.
    world.stage.nats.wipe();
    world.stage.nats.resume();
    all_heard(&world, 2).await;
    assert_eq!(world.planner().changes().await.len(), 3, "only the new end mark was added");
    let events = world.stage.bus.replay(world.stage.mission.id).await.expect("the stream");
    let opened = events.iter().filter(|event| event.kind == "cpas.planning.v1.PlanChangeRecorded");
    let of_it = opened.filter_map(|event| event.decode::<pb::PlanChangeRecorded>().ok()?.plan_change);
    assert_eq!(of_it.filter(|change| change.recommendation_id == id.to_string()).count(), 1, "told once too");
    let inbox = cpas_planning::events::inbox(world.stage.clock.clone());
    let dead = inbox.dead_letters(&world.stage.db, world.stage.mission.id).await.expect("a count");
    assert_eq!(dead, 0, "to be told again is no failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_taken_up_by_one_draft_and_done_when_it_is_in_force() {
    let world = World::start().await;
    let (planner, head, chief) = (world.planner(), world.person(Role::ComponentHead), world.person(Role::Leadership));
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let mut plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    for (person, step) in [(&planner, "submit"), (&head, "endorse"), (&chief, "approve"), (&planner, "activate")] {
        plan = person.step(step, &plan, "").await.expect(step);
    }
    all_heard(&world, 0).await;
    let change = planner.changes().await.remove(0);

    let follow =
        |change: &str| pb::DraftNextVersionRequest { plan_id: plan.id.clone(), plan_change_id: change.to_owned() };
    let unknown = planner.client().draft_next_version(follow(&Uuid::new_v4().to_string())).await;
    assert_eq!(refusal(answer(unknown)), (Code::Invalid, vec!["plan_change_id".to_owned()]));
    let draft = answer(planner.client().draft_next_version(follow(&change.id)).await).expect("a next version");
    let taken = planner.changes().await.remove(0);
    assert_eq!((taken.state.as_str(), &taken.plan_id, taken.version), ("in_draft", &draft.id, 2));
    assert_eq!(
        refusal(answer(planner.client().draft_next_version(follow(&change.id)).await)),
        (Code::Conflict, vec![])
    );

    let mut item = draft.items[1].clone();
    item.plan_change_id = change.id.clone();
    let mut next = planner.revise(&draft, item).await.expect("the item names what asked for it");
    for (person, step) in [(&planner, "submit"), (&head, "endorse"), (&chief, "approve")] {
        next = person.step(step, &next, "").await.expect(step);
        assert_eq!(planner.changes().await[0].state, "in_draft", "{step}");
    }
    planner.step("activate", &next, "").await.expect("activated");
    let done = planner.changes().await.remove(0);
    assert_eq!((done.state.as_str(), &done.plan_id, done.version), ("done", &draft.id, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_done_too_where_the_draft_that_took_it_up_was_overtaken_by_the_next() {
    let world = World::start().await;
    let planner = world.planner();
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let plan = in_force(&world, &plan).await;
    all_heard(&world, 0).await;
    let change = planner.changes().await.remove(0);
    let follow = async |of: &pb::Plan, change: &str| {
        let request = pb::DraftNextVersionRequest { plan_id: of.id.clone(), plan_change_id: change.to_owned() };
        answer(planner.client().draft_next_version(request).await).expect("a next version")
    };
    let second = follow(&plan, &change.id).await;
    let naming = pb::PlanItem { plan_change_id: change.id.clone(), ..second.items[1].clone() };
    let second = planner.revise(&second, naming).await.expect("the item names what asked for it");
    let second = planner.step("submit", &second, "").await.expect("submitted");
    let second = world.person(Role::ComponentHead).step("endorse", &second, "").await.expect("endorsed");
    let second = world.person(Role::Leadership).step("approve", &second, "").await.expect("approved");
    // Approved, and corrected before it came into force.
    let third = in_force(&world, &follow(&second, "").await).await;
    let done = planner.changes().await.remove(0);
    assert_eq!((done.state.as_str(), &done.plan_id, done.version), ("done", &third.id, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_change_is_not_shown_to_those_without_clearance() {
    let world = World::start().await;
    let id = Uuid::new_v4();
    let mut message = recommendation(id, "plan", "partly", 2);
    message.recommendation.as_mut().expect("it").classification = "confidential".to_owned();
    world.tell("recommendation", "recorded", &id.to_string(), &message).await;
    let planner = world.planner();
    eventually("planning has heard", || async { planner.changes().await.len() == 1 }).await;
    let mut uncleared = world.planner();
    uncleared.caller.clearance = Classification::Unclassified;
    assert_eq!(uncleared.changes().await, []);
    let plan = uncleared.draft_plan().await;
    let named = |id: &str| pb::PlanItem { plan_change_id: id.to_owned(), ..objective() };
    let hidden = uncleared.add(&plan, named(&planner.changes().await[0].id)).await.expect_err("hidden");
    let nobodys = uncleared.add(&plan, named(&Uuid::new_v4().to_string())).await.expect_err("nobody's");
    assert_eq!((hidden.code, hidden.message, hidden.violations), (nobodys.code, nobodys.message, nobodys.violations));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_that_no_finding_rests_on_is_named() {
    let world = World::start().await;
    let planner = world.planner();
    let used = planner.draft_indicator(deaths("CX-USED")).await.expect("an indicator");
    let unused = planner.draft_indicator(deaths("CX-UNUSED")).await.expect("another");
    let (analysis, finding, assessment_id) =
        (Uuid::new_v4().to_string(), Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    let computed = assessment::AnalysesComputed {
        assessment_id: assessment_id.clone(),
        analyses: vec![assessment::Analysis {
            id: analysis.clone(),
            indicator_id: used.id.clone(),
            ..Default::default()
        }],
    };
    world.tell("analyses", "computed", &assessment_id, &computed).await;
    let evidence =
        vec![assessment::EvidenceReference { kind: "analysis".to_owned(), id: analysis, note: String::new() }];
    let told = assessment::Finding { id: finding.clone(), evidence, version: 1, ..Default::default() };
    world.tell("finding", "recorded", &finding, &assessment::FindingRecorded { finding: Some(told) }).await;
    let plan = planner.draft_plan().await;
    eventually("the check speaks of it", || async {
        let check = pb::CheckPlanRequest { plan_id: plan.id.clone() };
        let findings = answer(planner.client().check_plan(check).await).expect("a check").findings;
        let never: Vec<_> = findings
            .iter()
            .filter(|finding| finding.rule == "indicator-never-used-in-a-finding")
            .map(|finding| finding.indicator_id.as_str())
            .collect();
        never == [unused.id.as_str()]
    })
    .await;
}
