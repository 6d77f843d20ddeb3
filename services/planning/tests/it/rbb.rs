//! The crosswalk to the results-based budget.

use chassis::{Code, Failure};
use cpas_proto::{planning::v1 as pb, words::Role};
use uuid::Uuid;

use crate::world::{Person, World, answer, en, objective, outcome, output, refusal};

impl Person {
    pub async fn set_line(&self, line: pb::RbbLine) -> Result<pb::RbbLine, Failure> {
        answer(self.client().set_rbb_line(pb::SetRbbLineRequest { line: Some(line) }).await)
    }

    pub async fn remove_line(&self, line: &pb::RbbLine) -> Result<pb::RemoveRbbLineResponse, Failure> {
        let request = pb::RemoveRbbLineRequest { line_id: line.id.clone(), version: line.version };
        answer(self.client().remove_rbb_line(request).await)
    }

    pub async fn serve(&self, plan: &pb::Plan, item: &str, line: &str, linked: bool) -> Result<pb::RbbLink, Failure> {
        let (plan_id, item_id, line_id) = (plan.id.clone(), item.to_owned(), line.to_owned());
        answer(self.client().set_rbb_link(pb::SetRbbLinkRequest { plan_id, item_id, line_id, linked }).await)
    }

    pub async fn crosswalk(&self, plan: &str, period: &str) -> Result<pb::RbbCrosswalk, Failure> {
        let request = pb::GetRbbCrosswalkRequest { plan_id: plan.to_owned(), period: period.to_owned() };
        answer(self.client().get_rbb_crosswalk(request).await)
    }
}

pub fn line(kind: &str, parent: &str, code: &str, text: &str) -> pb::RbbLine {
    pb::RbbLine {
        kind: kind.to_owned(),
        parent_id: parent.to_owned(),
        code: code.to_owned(),
        text: en(text),
        period: "FY2027".to_owned(),
        ..Default::default()
    }
}

/// An objective, an outcome and an output; an expected accomplishment with a planned output.
async fn stage(planner: &Person, world: &World) -> (pb::Plan, pb::RbbLine, pb::RbbLine) {
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let plan = planner.add(&plan, output(&plan.items[1].id)).await.expect("an output");
    let top = planner.set_line(line("expected_accomplishment", "", "1.1", "Safer civilians")).await.expect("a line");
    let under = planner.set_line(line("planned_output", &top.id, "1.1.1", "3,000 patrols")).await.expect("a line");
    (plan, top, under)
}

#[tokio::test(flavor = "multi_thread")]
async fn items_serve_lines_many_to_many_and_what_is_linked_to_nothing_is_listed() {
    let world = World::start().await;
    let planner = world.planner();
    let (plan, top, under) = stage(&planner, &world).await;
    let (outcome, output) = (plan.items[1].id.clone(), plan.items[2].id.clone());
    let before = planner.crosswalk(&plan.id, "").await.expect("a crosswalk");
    assert_eq!((before.unlinked_item_ids.len(), before.unlinked_line_ids.len()), (2, 2));
    assert_eq!(before.periods, ["FY2027"]);

    for (item, line) in [(&outcome, &top), (&output, &top), (&output, &under), (&output, &under)] {
        planner.serve(&plan, item, &line.id, true).await.expect("linked");
    }
    let seen = world.person(Role::FocalPoint).crosswalk(&plan.id, "FY2027").await.expect("a crosswalk");
    assert_eq!((seen.links.len(), seen.lines.len()), (3, 2));
    assert_eq!((seen.unlinked_item_ids.len(), seen.unlinked_line_ids.len()), (0, 0));
    assert_eq!(planner.crosswalk(&plan.id, "FY2028").await.expect("another year").lines, []);
    assert_eq!(refusal(planner.crosswalk(&plan.id, "2027-Q1").await), (Code::Invalid, vec!["period".to_owned()]));

    planner.serve(&plan, &output, &top.id, false).await.expect("unlinked");
    let seen = planner.crosswalk(&plan.id, "").await.expect("a crosswalk");
    assert_eq!(seen.links.len(), 2);
    let request =
        pb::RenderRbbCrosswalkRequest { plan_id: plan.id.clone(), language: "fr".to_owned(), ..Default::default() };
    let file = planner.client().render_rbb_crosswalk(request).await.expect("a file").into_inner().message().await;
    assert!(file.expect("a piece").expect("the first").data.starts_with(b"PK"), "a workbook");

    let remove = pb::RemovePlanItemRequest { plan_id: plan.id.clone(), version: plan.version, item_id: output };
    answer(planner.client().remove_plan_item(remove).await).expect("removed");
    assert_eq!(planner.crosswalk(&plan.id, "").await.expect("a crosswalk").links.len(), 1, "what it served is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_keeps_its_crosswalk_and_the_next_version_takes_it_over() {
    let world = World::start().await;
    let planner = world.planner();
    let (plan, top, under) = stage(&planner, &world).await;
    let output = plan.items[2].id.clone();
    planner.serve(&plan, &output, &under.id, true).await.expect("linked");
    let plan = planner.step("submit", &plan, "").await.expect("submitted");
    assert_eq!(refusal(planner.serve(&plan, &output, &top.id, true).await).0, Code::Conflict);
    assert_eq!(refusal(planner.remove_line(&top).await).0, Code::Conflict, "what is under it is served");
    let plan = world.person(Role::ComponentHead).step("endorse", &plan, "").await.expect("endorsed");
    let plan = world.person(Role::Leadership).step("approve", &plan, "").await.expect("approved");
    let next = pb::DraftNextVersionRequest { plan_id: plan.id.clone(), ..Default::default() };
    let next = answer(planner.client().draft_next_version(next).await).expect("a draft");
    let carried = planner.crosswalk(&next.id, "").await.expect("a crosswalk");
    let item = next.items.iter().find(|item| item.lineage_id == plan.items[2].lineage_id).expect("the output");
    assert_eq!(carried.links.len(), 1);
    assert_eq!((&carried.links[0].item_id, &carried.links[0].line_id), (&item.id, &under.id));
    planner.serve(&next, &item.id, &under.id, false).await.expect("in the draft");
    assert_eq!(planner.crosswalk(&plan.id, "").await.expect("a crosswalk").links.len(), 1, "the old one stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_revised_under_its_version_and_removed_with_what_is_under_it() {
    let world = World::start().await;
    let planner = world.planner();
    let (plan, top, under) = stage(&planner, &world).await;
    planner.serve(&plan, &plan.items[2].id, &under.id, true).await.expect("linked in a draft");
    let revised = pb::RbbLine { text: en("Safer civilians in the east"), ..top.clone() };
    let revised = planner.set_line(revised).await.expect("revised");
    assert_eq!(revised.version, 2);
    assert_eq!(refusal(planner.set_line(top.clone()).await).0, Code::Stale);
    assert_eq!(refusal(planner.remove_line(&top).await).0, Code::Stale);
    let lost = line("planned_output", &Uuid::new_v4().to_string(), "9", "Nowhere");
    assert_eq!(refusal(planner.set_line(lost).await), (Code::Invalid, vec!["line.parent_id".to_owned()]));
    let nothing = pb::RbbLine { text: None, ..line("expected_accomplishment", "", "2", "") };
    assert_eq!(refusal(planner.set_line(nothing).await), (Code::Invalid, vec!["line.text".to_owned()]));
    let stranger = world.stranger(Role::Coordinator);
    assert_eq!(refusal(stranger.remove_line(&revised).await), (Code::NotFound, vec![]));
    assert_eq!(refusal(stranger.crosswalk(&plan.id, "").await), (Code::NotFound, vec![]));
    planner.remove_line(&revised).await.expect("removed");
    let left = planner.crosswalk(&plan.id, "").await.expect("a crosswalk");
    assert_eq!((left.lines.len(), left.links.len()), (0, 0));
}
