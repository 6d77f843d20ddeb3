//! The tree as planners work on it: another level, and undoing a removal.

use chassis::{Code, Failure, Grant, testing::eventually};
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Role},
};

use crate::world::{Person, World, answer, deaths, en, last_under, objective, outcome, output, refusal};

impl Person {
    pub async fn shift(&self, plan: &pb::Plan, item: &str, parent: &str, position: u32) -> Result<pb::Plan, Failure> {
        let request = pb::MovePlanItemRequest {
            plan_id: plan.id.clone(),
            version: plan.version,
            item_id: item.to_owned(),
            parent_id: parent.to_owned(),
            position,
            change_level: true,
        };
        answer(self.client().move_plan_item(request).await)
    }

    pub async fn remove(&self, plan: &pb::Plan, item: &str) -> Result<pb::Plan, Failure> {
        let request =
            pb::RemovePlanItemRequest { plan_id: plan.id.clone(), version: plan.version, item_id: item.to_owned() };
        answer(self.client().remove_plan_item(request).await)
    }

    pub async fn restore(&self, plan: &pb::Plan, item: &str) -> Result<pb::Plan, Failure> {
        let request =
            pb::RestorePlanItemRequest { plan_id: plan.id.clone(), version: plan.version, item_id: item.to_owned() };
        answer(self.client().restore_plan_item(request).await)
    }

    pub async fn removed(&self, plan: &pb::Plan) -> Result<Vec<pb::RemovedPlanItem>, Failure> {
        let request = pb::ListRemovedPlanItemsRequest { plan_id: plan.id.clone() };
        Ok(answer(self.client().list_removed_plan_items(request).await)?.items)
    }
}

/// An objective with an outcome that has two outputs, the first linked to the outcome.
async fn a_draft(planner: &Person) -> (pb::Plan, [String; 4]) {
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    let plan = planner.add(&plan, outcome(&top, None)).await.expect("an outcome");
    let under = last_under(&plan, &top).id.clone();
    let plan = planner.add(&plan, output(&under)).await.expect("an output");
    let one = last_under(&plan, &under).id.clone();
    let plan = planner.add(&plan, output(&under)).await.expect("another");
    let other = last_under(&plan, &under).id.clone();
    let plan = planner.link(&plan, &one, &under).await.expect("a link");
    (plan, [top, under, one, other])
}

fn kinds(plan: &pb::Plan) -> Vec<(&str, &str)> {
    plan.items.iter().map(|item| (item.number.as_str(), item.kind.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_takes_the_level_of_its_new_place() {
    let world = World::start().await;
    let planner = world.planner();
    let (plan, [top, under, one, other]) = a_draft(&planner).await;
    let plan = planner.shift(&plan, &other, &top, 1).await.expect("outdented");
    assert_eq!(kinds(&plan), [("1", "objective"), ("1.1", "outcome"), ("1.1.1", "output"), ("1.2", "outcome")]);
    assert_eq!(planner.get(&plan.id).await.expect("the plan"), plan, "as it was answered, so it is stored");
    let plan = planner.shift(&plan, &other, &one, 0).await.expect("indented twice");
    assert_eq!(kinds(&plan)[3], ("1.1.1.1", "activity"));
    let linked = planner.shift(&plan, &one, &top, 0).await;
    assert_eq!(refusal(linked), (Code::Invalid, vec!["parent_id".to_owned()]));
    let same = planner.shift(&plan, &under, &top, 0).await.expect("the same level is a plain move");
    assert_eq!(kinds(&same), kinds(&plan));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_indicator_measures_keeps_its_level() {
    let world = World::start().await;
    let planner = world.planner();
    let (plan, [top, _, _, other]) = a_draft(&planner).await;
    let lineage = plan.items.iter().find(|item| item.id == other).expect("an output").lineage_id.clone();
    let measuring = pb::Indicator { level: "output".to_owned(), plan_item_lineage_id: lineage, ..deaths("SHIFT-OUT") };
    planner.draft_indicator(measuring).await.expect("an indicator of the output");
    let refused = planner.shift(&plan, &other, &top, 0).await.expect_err("measured");
    assert!(refused.message.contains("SHIFT-OUT"), "{}", refused.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_outcome_comes_back_with_all_that_hung_on_it() {
    let world = World::start().await;
    let planner = world.planner();
    let (plan, [_, under, ..]) = a_draft(&planner).await;
    let risk = pb::Risk {
        plan_id: plan.id.clone(),
        item_id: under.clone(),
        kind: "risk".to_owned(),
        statement: en("The road floods"),
        likelihood: 3,
        impact: 4,
        owner_section: "JMAC".to_owned(),
        ..Default::default()
    };
    let add = pb::AddRiskRequest { plan_id: plan.id.clone(), risk: Some(risk) };
    let risk = answer(planner.client().add_risk(add).await).expect("a risk");
    let line = pb::RbbLine {
        kind: "expected_accomplishment".to_owned(),
        code: "1.1".to_owned(),
        text: en("Safer civilians"),
        period: "FY2027".to_owned(),
        ..Default::default()
    };
    let line = answer(planner.client().set_rbb_line(pb::SetRbbLineRequest { line: Some(line) }).await).expect("a line");
    let serve = pb::SetRbbLinkRequest {
        plan_id: plan.id.clone(),
        item_id: under.clone(),
        line_id: line.id.clone(),
        linked: true,
    };
    answer(planner.client().set_rbb_link(serve).await).expect("a link to the budget");
    let crosswalk = || async {
        let asked = pb::GetRbbCrosswalkRequest { plan_id: plan.id.clone(), period: String::new() };
        answer(planner.client().get_rbb_crosswalk(asked).await).expect("a crosswalk").links
    };
    let links = crosswalk().await;
    assert_eq!(links.len(), 1);
    let gone = planner.remove(&planner.get(&plan.id).await.expect("the plan"), &under).await.expect("removed");
    assert_eq!((gone.items.len(), gone.links.len(), crosswalk().await.len()), (1, 0, 0));
    let list = planner.removed(&gone).await.expect("a list");
    assert_eq!((list.len(), list[0].number.as_str(), list[0].below), (1, "1.1", 2));
    assert_eq!((list[0].item_id.as_str(), list[0].kind.as_str()), (under.as_str(), "outcome"));

    let old = pb::Plan { version: gone.version - 1, ..gone.clone() };
    assert_eq!(refusal(planner.restore(&old, &under).await).0, Code::Stale);
    let back = planner.restore(&gone, &under).await.expect("back");
    assert_eq!((&back.items, &back.links), (&plan.items, &plan.links));
    assert_eq!(crosswalk().await, links);
    assert_eq!(planner.get(&plan.id).await.expect("the plan"), back);
    let asked = pb::ListRisksRequest { plan_id: plan.id.clone() };
    let risks = answer(planner.client().list_risks(asked).await).expect("risks").risks;
    assert_eq!(risks, [risk]);
    assert_eq!(planner.removed(&back).await.expect("a list"), []);
    assert_eq!(refusal(planner.restore(&back, &under).await).0, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn put_back_in_another_order_a_link_comes_back_with_its_risk() {
    let world = World::start().await;
    let planner = world.planner();
    let (plan, [top, under, one, _]) = a_draft(&planner).await;
    let plan = planner.add(&plan, outcome(&top, None)).await.expect("another outcome");
    let other = last_under(&plan, &top).id.clone();
    let whole = planner.link(&plan, &one, &other).await.expect("a link across");
    let risk = pb::Risk {
        plan_id: plan.id.clone(),
        item_id: one.clone(),
        outcome_id: other.clone(),
        kind: "assumption".to_owned(),
        statement: en("Patrols may pass"),
        owner_section: "JMAC".to_owned(),
        ..Default::default()
    };
    let add = pb::AddRiskRequest { plan_id: plan.id.clone(), risk: Some(risk) };
    let risk = answer(planner.client().add_risk(add).await).expect("an assumption on the link");

    let plan = planner.remove(&planner.get(&whole.id).await.expect("the plan"), &one).await.expect("the output goes");
    let plan = planner.remove(&plan, &other).await.expect("then the outcome");
    let plan = planner.restore(&plan, &one).await.expect("the output comes first");
    assert_eq!(plan.links.iter().map(|link| &link.outcome_id).collect::<Vec<_>>(), [&under]);
    let plan = planner.restore(&plan, &other).await.expect("the outcome after it");
    assert_eq!((&plan.items, &plan.links), (&whole.items, &whole.links));
    let asked = pb::ListRisksRequest { plan_id: plan.id.clone() };
    assert_eq!(answer(planner.client().list_risks(asked).await).expect("risks").risks, [risk]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_mission_and_another_section_put_nothing_back() {
    let world = World::start().await;
    let planner = world.planner();
    let (plan, [_, under, ..]) = a_draft(&planner).await;
    let gone = planner.remove(&plan, &under).await.expect("removed");
    let stranger = world.stranger(Role::Coordinator);
    assert_eq!(refusal(stranger.restore(&gone, &under).await).0, Code::NotFound);
    assert_eq!(refusal(stranger.removed(&gone).await).0, Code::NotFound);
    let mut elsewhere = world.planner();
    elsewhere.caller.grants =
        vec![Grant { section: Some("UNPOL".to_owned()), ..Grant::mission_wide(Role::Coordinator) }];
    assert_eq!(refusal(elsewhere.restore(&gone, &under).await).0, Code::Denied);
    let submitted = planner.step("submit", &gone, "").await.expect("submitted");
    assert_eq!(refusal(planner.restore(&submitted, &under).await).0, Code::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_is_as_classified_as_the_plan_was_with_it() {
    let world = World::start().await;
    let planner = world.planner();
    let secret = uuid::Uuid::new_v4();
    world.stakeholder(secret, 1, Classification::Confidential).await;
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    eventually("planning knows the stakeholder", || async {
        planner.add(&planner.get(&plan.id).await.expect("the plan"), outcome(&top, Some(secret))).await.is_ok()
    })
    .await;
    let plan = planner.get(&plan.id).await.expect("the plan");
    let named = last_under(&plan, &top).id.clone();
    let gone = planner.remove(&plan, &named).await.expect("removed");
    assert_eq!(gone.classification, "unclassified");
    let mut uncleared = world.person(Role::Contributor);
    uncleared.caller.clearance = Classification::Unclassified;
    assert_eq!(uncleared.removed(&gone).await.expect("the plan is open"), []);
    assert_eq!(planner.removed(&gone).await.expect("a list").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_secret_after_it_was_removed_comes_back_to_nobody_who_may_not_see_it() {
    let world = World::start().await;
    let planner = world.planner();
    let open = world.known_stakeholder().await;
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    let plan = planner.add(&plan, outcome(&top, Some(open))).await.expect("an outcome");
    let named = last_under(&plan, &top).id.clone();
    let gone = planner.remove(&plan, &named).await.expect("removed");
    let mut uncleared = world.planner();
    uncleared.caller.clearance = Classification::Unclassified;
    assert_eq!(uncleared.removed(&gone).await.expect("a list").len(), 1);
    world.stakeholder(open, 9, Classification::Confidential).await;
    eventually("what was removed follows", || async {
        uncleared.removed(&gone).await.is_ok_and(|removed| removed.is_empty())
    })
    .await;
    assert_eq!(refusal(uncleared.restore(&gone, &named).await).0, Code::NotFound);
    let back = planner.restore(&gone, &named).await.expect("cleared");
    assert_eq!(back.classification, "confidential");
}
