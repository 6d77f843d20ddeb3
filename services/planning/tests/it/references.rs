//! What a plan refers to, and what a refusal does not give away.

use chassis::{Code, testing::eventually};
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::{Person, World, answer, en, objective, outcome, refusal};

async fn with_objective(planner: &Person) -> (pb::Plan, String) {
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    (plan, top)
}

async fn registered(world: &World, id: Uuid, classification: Classification) {
    world.stakeholder(id, 1, classification).await;
    let planner = world.planner();
    let (plan, top) = with_objective(&planner).await;
    eventually("planning knows the stakeholder", || async {
        planner.add(&plan, outcome(&top, Some(id))).await.is_ok()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_stakeholder_is_refused_in_the_words_of_an_unknown_one() {
    let world = World::start().await;
    let hidden = Uuid::new_v4();
    registered(&world, hidden, Classification::Confidential).await;
    let mut planner = world.planner();
    planner.caller.clearance = Classification::Unclassified;
    let (plan, top) = with_objective(&planner).await;
    let of_hidden = planner.add(&plan, outcome(&top, Some(hidden))).await.expect_err("not cleared");
    let of_nobody = planner.add(&plan, outcome(&top, Some(Uuid::new_v4()))).await.expect_err("nobody");
    assert_eq!(of_hidden.code, Code::Invalid);
    assert_eq!(
        (of_hidden.code, &of_hidden.message, &of_hidden.violations),
        (of_nobody.code, &of_nobody.message, &of_nobody.violations)
    );
    assert_eq!(of_hidden.violations[0].field, "item.stakeholder_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_as_classified_as_its_stakeholders() {
    let world = World::start().await;
    let (open, secret) = (Uuid::new_v4(), Uuid::new_v4());
    registered(&world, open, Classification::Unclassified).await;
    registered(&world, secret, Classification::Confidential).await;
    let planner = world.planner();
    let mut uncleared = world.person(Role::Contributor);
    uncleared.caller.clearance = Classification::Unclassified;
    let (plan, top) = with_objective(&planner).await;
    let plan = planner.add(&plan, outcome(&top, Some(open))).await.expect("an outcome");
    assert_eq!(plan.classification, "unclassified");
    assert!(uncleared.get(&plan.id).await.is_ok());

    let plan = planner.add(&plan, outcome(&top, Some(secret))).await.expect("another");
    assert_eq!(plan.classification, "confidential");
    assert_eq!(refusal(uncleared.get(&plan.id).await), (Code::NotFound, vec![]));
    let listed = uncleared.client().list_plans(pb::ListPlansRequest {}).await.expect("a list").into_inner().plans;
    assert!(listed.iter().all(|listed| listed.id != plan.id), "nor can it be counted");

    let remove = pb::RemovePlanItemRequest {
        plan_id: plan.id.clone(),
        version: plan.version,
        item_id: plan.items[2].id.clone(),
    };
    let plan = answer(planner.client().remove_plan_item(remove).await).expect("removed");
    assert_eq!(plan.classification, "unclassified", "derived from what it still names");

    // Context raises the stakeholder that is left; the plan follows by itself.
    world.stakeholder(open, 2, Classification::StrictlyConfidential).await;
    eventually("the plan follows", || async {
        planner.get(&plan.id).await.is_ok_and(|plan| plan.classification == "strictly_confidential")
    })
    .await;
    // What was told earlier and comes later changes nothing.
    world.stakeholder(open, 1, Classification::Unclassified).await;
    registered(&world, Uuid::new_v4(), Classification::Unclassified).await;
    assert_eq!(planner.get(&plan.id).await.expect("the plan").classification, "strictly_confidential");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_is_one_that_context_told_of() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let named = || pb::PlanItem { areas: vec!["CF11".to_owned(), "CF99".to_owned()], ..objective() };
    let both = vec!["item.areas[0]".to_owned(), "item.areas[1]".to_owned()];
    assert_eq!(refusal(planner.add(&plan, named()).await), (Code::Invalid, both));
    world.area("CF11").await;
    eventually("planning knows CF11", || async { refusal(planner.add(&plan, named()).await).1 == ["item.areas[1]"] })
        .await;
    let known = pb::PlanItem { areas: vec!["CF11".to_owned()], ..objective() };
    assert!(planner.add(&plan, known).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objective_cites_a_task_that_stays_in_its_mandate() {
    let world = World::start().await;
    let planner = world.planner();
    let task = |paragraph: &str| pb::MandateTask {
        paragraph: paragraph.to_owned(),
        text: en("Protect civilians"),
        priority: 1,
        ..Default::default()
    };
    let request = pb::RecordMandateRequest {
        resolution: "S/RES/2709 (2023)".to_owned(),
        adopted: "2023-11-15".to_owned(),
        expires: "2024-11-15".to_owned(),
        tasks: vec![task("34 (a)"), task("34 (b)")],
        version: 0,
    };
    let mandate = answer(planner.client().record_mandate(request.clone()).await).expect("a mandate");
    let plan = planner.draft_plan().await;
    let citing = |id: &str| pb::PlanItem { mandate_task_id: id.to_owned(), ..objective() };
    let unknown = planner.add(&plan, citing(&Uuid::new_v4().to_string())).await;
    assert_eq!(refusal(unknown), (Code::Invalid, vec!["item.mandate_task_id".to_owned()]));
    planner.add(&plan, citing(&mandate.tasks[0].id)).await.expect("it cites");

    let unseen = answer(planner.client().record_mandate(request.clone()).await);
    assert_eq!(refusal(unseen).0, Code::Stale, "who takes it for new replaces no list that they never saw");
    let without_first =
        pb::RecordMandateRequest { tasks: vec![mandate.tasks[1].clone()], version: 1, ..request.clone() };
    assert_eq!(
        refusal(answer(planner.client().record_mandate(without_first).await)),
        (Code::Invalid, vec!["tasks".to_owned()])
    );
    let longer = pb::RecordMandateRequest {
        expires: "2025-11-15".to_owned(),
        tasks: mandate.tasks.clone(),
        version: 1,
        ..request
    };
    let revised = answer(planner.client().record_mandate(longer.clone()).await).expect("a revision");
    assert_eq!(
        refusal(answer(planner.client().record_mandate(longer).await)).0,
        Code::Stale,
        "seen before it was revised"
    );
    assert_eq!((revised.id, revised.version, &revised.tasks), (mandate.id, 2, &mandate.tasks));
    let listed = answer(planner.client().list_mandates(pb::ListMandatesRequest {}).await).expect("a list").mandates;
    assert_eq!((listed.len(), listed[0].expires.as_str()), (1, "2025-11-15"));
}
