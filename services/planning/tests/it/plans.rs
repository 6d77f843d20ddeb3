//! The way of a plan from draft to force, and what stands in it.

use chassis::{Code, Grant, caller::Idempotency};
use cpas_proto::{planning::v1 as pb, words::Role};

use crate::world::{Person, World, answer, en, last_under, objective, outcome, output, refusal};

/// A plan with two outcomes and an output in each.
pub async fn two_outcomes(world: &World, planner: &Person) -> pb::Plan {
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.draft_plan().await;
    let mut plan = planner.add(&plan, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    for _ in 0..2 {
        plan = planner.add(&plan, outcome(&top, Some(stakeholder))).await.expect("an outcome");
        let outcome = last_under(&plan, &top).id.clone();
        plan = planner.add(&plan, output(&outcome)).await.expect("an output");
    }
    plan
}

fn numbered<'a>(plan: &'a pb::Plan, number: &str) -> &'a pb::PlanItem {
    plan.items.iter().find(|item| item.number == number).expect("an item of this number")
}

pub async fn in_force(world: &World, plan: &pb::Plan) -> pb::Plan {
    let (planner, head, chief) = (world.planner(), world.person(Role::ComponentHead), world.person(Role::Leadership));
    let plan = planner.step("submit", plan, "").await.expect("submitted");
    let plan = head.step("endorse", &plan, "").await.expect("endorsed");
    let plan = chief.step("approve", &plan, "").await.expect("approved");
    planner.step("activate", &plan, "").await.expect("activated")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_goes_from_draft_to_force_and_everybody_is_named() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = two_outcomes(&world, &planner).await;
    let plan = planner.link(&plan, &numbered(&plan, "1.1.1").id, &numbered(&plan, "1.1").id).await.expect("a link");
    let head = world.person(Role::ComponentHead);
    let submitted = planner.step("submit", &plan, "").await.expect("submitted");
    assert_eq!(refusal(head.step("return", &submitted, " ").await), (Code::Invalid, vec!["reason".to_owned()]));
    let returned = head.step("return", &submitted, "Police is missing.").await.expect("returned");
    assert_eq!((returned.state.as_str(), returned.return_reason.as_str()), ("draft", "Police is missing."));

    let active = in_force(&world, &returned).await;
    assert_eq!(active.state, "active");
    assert_eq!((active.endorsed_by.as_str(), active.approved_by.as_str()), ("component_head", "leadership"));
    assert_eq!(active.return_reason, "");
    let read = world.person(Role::Reader).get("active").await.expect("a reader sees it now");
    assert_eq!(read, active);
    let numbers: Vec<_> = read.items.iter().map(|item| item.number.as_str()).collect();
    assert_eq!(numbers, ["1", "1.1", "1.1.1", "1.2", "1.2.1"]);

    let told = world.stage.bus.clone();
    chassis::testing::eventually("the stream tells of the plan in force", || async {
        let events = told.replay(world.stage.mission.id).await.unwrap_or_default();
        events.iter().filter(|event| event.kind == "cpas.planning.v1.PlanRecorded").any(|event| {
            let plan = event.decode::<pb::PlanRecorded>().ok().and_then(|told| told.plan);
            plan.as_ref() == Some(&active)
        })
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endorser_does_not_approve() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = two_outcomes(&world, &planner).await;
    let plan = planner.step("submit", &plan, "").await.expect("submitted");
    let head = world.person(Role::ComponentHead);
    let endorsed = head.step("endorse", &plan, "").await.expect("endorsed");
    let mut same = world.person(Role::Leadership);
    same.caller.account = head.caller.account;
    let refused = same.step("approve", &endorsed, "").await.expect_err("the same person");
    assert_eq!(refused.code, Code::Denied);
    assert_eq!(refused.message, "You endorsed this plan, so another person has to approve it.");
    assert_eq!(planner.get(&plan.id).await.expect("the plan").state, "endorsed", "nothing was changed");
    assert!(world.person(Role::Leadership).step("approve", &endorsed, "").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_with_errors_is_not_submitted() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    assert_eq!(refusal(planner.step("submit", &plan, "").await), (Code::Invalid, vec!["items".to_owned()]));
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, None)).await.expect("an outcome of nobody yet");
    let field = format!("items[{}]", plan.items[1].id);
    assert_eq!(refusal(planner.step("submit", &plan, "").await), (Code::Invalid, vec![field]));
    let check = planner.client().check_plan(pb::CheckPlanRequest { plan_id: plan.id.clone() }).await.expect("a check");
    let findings = check.into_inner().findings;
    let about = findings.iter().find(|finding| finding.rule == "outcome-without-stakeholder").expect("this finding");
    assert_eq!((about.severity.as_str(), &about.item_id), ("error", &plan.items[1].id));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_plan_is_followed_not_changed() {
    let world = World::start().await;
    let planner = world.planner();
    let first = in_force(&world, &two_outcomes(&world, &planner).await).await;
    assert_eq!(refusal(planner.add(&first, objective()).await), (Code::Conflict, vec![]));

    let follow = pb::DraftNextVersionRequest { plan_id: first.id.clone(), plan_change_id: String::new() };
    let second = planner.client().draft_next_version(follow).await.expect("a next version").into_inner();
    assert_eq!((second.number, &second.parent_plan_id, second.state.as_str()), (2, &first.id, "draft"));
    let mut reworded = numbered(&second, "1.1.1").clone();
    reworded.statement = en("Patrols by day and by night");
    let second = planner.revise(&second, reworded).await.expect("revised");
    let remove = pb::RemovePlanItemRequest {
        plan_id: second.id.clone(),
        version: second.version,
        item_id: numbered(&second, "1.2").id.clone(),
    };
    let second = planner.client().remove_plan_item(remove).await.expect("removed").into_inner();

    let diff = pb::DiffPlansRequest { from_plan_id: first.id.clone(), to_plan_id: second.id.clone() };
    let diff = planner.client().diff_plans(diff).await.expect("a diff").into_inner();
    let told: Vec<_> = diff
        .items
        .iter()
        .map(|change| (change.change.as_str(), change.item.as_ref().expect("it").number.as_str()))
        .collect();
    assert_eq!(told, [("changed", "1.1.1"), ("gone", "1.2"), ("gone", "1.2.1")]);
    assert_eq!(
        diff.items[0].fields,
        [pb::FieldChange {
            field: "statement.en".to_owned(),
            before: "Daily patrols on market roads".to_owned(),
            after: "Patrols by day and by night".to_owned()
        }]
    );
    assert_eq!(planner.get(&first.id).await.expect("the first").items, first.items, "it stays as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn activating_supersedes_the_plan_in_force() {
    let world = World::start().await;
    let planner = world.planner();
    let first = in_force(&world, &two_outcomes(&world, &planner).await).await;
    let follow = pb::DraftNextVersionRequest { plan_id: first.id.clone(), plan_change_id: String::new() };
    let second = planner.client().draft_next_version(follow).await.expect("a next version").into_inner();
    let second = in_force(&world, &second).await;
    assert_eq!(planner.get("active").await.expect("the plan in force").id, second.id);
    assert_eq!(refusal(planner.step("archive", &second, "").await), (Code::Conflict, vec![]));
    let first = planner.get(&first.id).await.expect("the first");
    assert_eq!(first.state, "superseded");
    let archived = planner.step("archive", &first, "").await.expect("put away");
    assert_eq!((archived.state.as_str(), &archived.items), ("archived", &first.items));
    let follow = pb::DraftNextVersionRequest { plan_id: first.id.clone(), plan_change_id: String::new() };
    assert_eq!(refusal(answer(planner.client().draft_next_version(follow).await)), (Code::Conflict, vec![]));
    let plans = planner.client().list_plans(pb::ListPlansRequest {}).await.expect("a list").into_inner().plans;
    assert_eq!(plans.iter().filter(|plan| plan.state == "active").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_writer_gets_what_is_stored_now() {
    let world = World::start().await;
    let planner = world.planner();
    let seen = planner.draft_plan().await;
    let stored = planner.add(&seen, objective()).await.expect("the first writer");
    let refused = planner.add(&seen, objective()).await.expect_err("the second saw version 1");
    assert_eq!(refused.code, Code::Stale);
    let (version, json) = refused.current.expect("what is stored");
    assert_eq!(version, stored.version);
    assert_eq!(serde_json::from_str::<pb::Plan>(&json).expect("a plan"), stored);
    assert_eq!(planner.get(&seen.id).await.expect("the plan"), stored, "nothing of the second was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_gets_another_title_and_another_end_and_the_diff_says_so() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = in_force(&world, &two_outcomes(&world, &planner).await).await;
    let revised = |plan: &pb::Plan, end: &str| pb::RevisePlanRequest {
        id: plan.id.clone(),
        version: plan.version,
        title: en("Comprehensive plan, extended"),
        start: plan.start.clone(),
        end: end.to_owned(),
    };
    let refused = answer(planner.client().revise_plan(revised(&plan, "2029-03-31")).await);
    assert_eq!(refusal(refused).0, Code::Conflict, "what was approved is not changed");
    let next = pb::DraftNextVersionRequest { plan_id: plan.id.clone(), plan_change_id: String::new() };
    let next = answer(planner.client().draft_next_version(next).await).expect("the next version");
    let backwards = answer(planner.client().revise_plan(revised(&next, "1999-06-30")).await);
    assert_eq!(refusal(backwards), (Code::Invalid, vec!["end".to_owned()]));
    let later = answer(planner.client().revise_plan(revised(&next, "2029-03-31")).await).expect("a revision");
    assert_eq!((later.end.as_str(), later.version, &later.items), ("2029-03-31", next.version + 1, &next.items));
    assert_eq!(refusal(answer(planner.client().revise_plan(revised(&next, "2029-05-31")).await)).0, Code::Stale);
    let diff = pb::DiffPlansRequest { from_plan_id: plan.id.clone(), to_plan_id: later.id.clone() };
    let diff = answer(planner.client().diff_plans(diff).await).expect("a diff");
    let told: Vec<_> = diff.plan.iter().map(|field| (field.field.as_str(), field.after.as_str())).collect();
    assert_eq!(told, [("title.en", "Comprehensive plan, extended"), ("end", "2029-03-31")]);
    assert!(diff.items.is_empty(), "nothing in it changed");
    let mut section = world.planner();
    section.caller.grants =
        vec![Grant { section: Some("Human Rights".to_owned()), ..Grant::mission_wide(Role::Coordinator) }];
    assert_eq!(refusal(answer(section.client().revise_plan(revised(&later, "2029-03-31")).await)).0, Code::Denied);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_sent_twice_under_one_key_is_done_once() {
    let world = World::start().await;
    let mut planner = world.planner();
    let plan = planner.draft_plan().await;
    let request = || {
        let add = pb::AddPlanItemRequest { plan_id: plan.id.clone(), version: plan.version, item: Some(objective()) };
        let mut request = tonic::Request::new(add);
        request.metadata_mut().insert("idempotency-key", "b2c1".parse().expect("a key"));
        request
    };
    let once = answer(planner.client().add_plan_item(request()).await).expect("once");
    let again = answer(planner.client().add_plan_item(request()).await).expect("the same answer, not a stale write");
    assert_eq!(once, again);
    assert_eq!(planner.get(&plan.id).await.expect("the plan").items.len(), 1);
    let mut other = request();
    other.get_mut().item = Some(pb::PlanItem { statement: en("Something else"), ..objective() });
    assert_eq!(refusal(answer(planner.client().add_plan_item(other).await)), (Code::Conflict, vec![]));

    planner.caller.idempotency = Some(Idempotency { key: "unused".to_owned(), fingerprint: Vec::new() });
    assert!(planner.get(&plan.id).await.is_ok(), "a key on a read is no matter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_closes_a_circle_is_refused_and_names_the_way_round() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = two_outcomes(&world, &planner).await;
    let plan = planner.link(&plan, &numbered(&plan, "1.1.1").id, &numbered(&plan, "1.2").id).await.expect("one way");
    let refused =
        planner.link(&plan, &numbered(&plan, "1.2.1").id, &numbered(&plan, "1.1").id).await.expect_err("a circle");
    assert_eq!((refused.code, refused.violations[0].field.as_str()), (Code::Invalid, "link"));
    assert!(refused.message.contains("1.1 → 1.1.1 → 1.2 → 1.2.1 → 1.1"), "{}", refused.message);
    assert_eq!(planner.get(&plan.id).await.expect("the plan").links.len(), 1);
    let unlink = pb::UnlinkResultsRequest {
        plan_id: plan.id.clone(),
        version: plan.version,
        output_id: numbered(&plan, "1.1.1").id.clone(),
        outcome_id: numbered(&plan, "1.2").id.clone(),
    };
    assert_eq!(answer(planner.client().unlink_results(unlink).await).expect("unlinked").links, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_moved_and_what_lies_in_it_comes_along() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = two_outcomes(&world, &planner).await;
    let first = numbered(&plan, "1.1.1").id.clone();
    let move_it = |parent: &str, plan: &pb::Plan| pb::MovePlanItemRequest {
        plan_id: plan.id.clone(),
        version: plan.version,
        item_id: first.clone(),
        parent_id: parent.to_owned(),
        position: 0,
        change_level: false,
    };
    let moved =
        answer(planner.client().move_plan_item(move_it(&numbered(&plan, "1.2").id, &plan)).await).expect("moved");
    assert_eq!(numbered(&moved, "1.2.1").id, first);
    assert_eq!(numbered(&moved, "1.2.2").kind, "output");
    assert_eq!(planner.get(&plan.id).await.expect("the plan"), moved, "as it was answered, so it is stored");
    let wrong = answer(planner.client().move_plan_item(move_it(&numbered(&moved, "1").id, &moved)).await);
    assert_eq!(refusal(wrong), (Code::Invalid, vec!["parent_id".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_is_told_at_once() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let wrong = pb::PlanItem {
        kind: "objective".to_owned(),
        markers: vec!["gender:9".to_owned()],
        start: "soon".to_owned(),
        priority: 4,
        component: "police".to_owned(),
        ..Default::default()
    };
    let (code, fields) = refusal(planner.add(&plan, wrong).await);
    assert_eq!(code, Code::Invalid);
    assert_eq!(fields, ["item.component", "item.statement", "item.markers[0]", "item.start", "item.priority"]);
    let upside_down =
        pb::DraftPlanRequest { title: en("x"), start: "2026-07-01".to_owned(), end: "2025-07-01".to_owned() };
    assert_eq!(
        refusal(answer(planner.client().draft_plan(upside_down).await)),
        (Code::Invalid, vec!["end".to_owned()])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_at_a_time_one_wins_and_the_other_is_told() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let (one, other) = tokio::join!(planner.add(&plan, objective()), planner.add(&plan, objective()));
    let (won, lost): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 1));
    assert_eq!(lost.into_iter().map(|lost| refusal(lost).0).collect::<Vec<_>>(), [Code::Stale]);
    assert_eq!(planner.get(&plan.id).await.expect("the plan").items.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_plans_activated_at_a_time_leave_one_in_force() {
    let world = World::start().await;
    let (planner, head, chief) = (world.planner(), world.person(Role::ComponentHead), world.person(Role::Leadership));
    let mut approved = Vec::new();
    for _ in 0..2 {
        let plan = two_outcomes(&world, &planner).await;
        let plan = planner.step("submit", &plan, "").await.expect("submitted");
        let plan = head.step("endorse", &plan, "").await.expect("endorsed");
        approved.push(chief.step("approve", &plan, "").await.expect("approved"));
    }
    let (one, other) =
        tokio::join!(planner.step("activate", &approved[0], ""), planner.step("activate", &approved[1], ""));
    assert!(one.is_ok() && other.is_ok(), "one after the other: {one:?} {other:?}");
    let plans = planner.client().list_plans(pb::ListPlansRequest {}).await.expect("a list").into_inner().plans;
    let mut states: Vec<_> =
        plans.iter().filter(|plan| plan.state != "draft").map(|plan| plan.state.as_str()).collect();
    states.sort_unstable();
    assert_eq!(states, ["active", "superseded"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_names_its_component_and_its_lead_and_an_outcome_its_dimension() {
    let world = World::start().await;
    let planner = world.planner();
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    let nobody = pb::PlanItem { dimension: String::new(), ..outcome(&top, Some(stakeholder)) };
    assert_eq!(refusal(planner.add(&plan, nobody).await), (Code::Invalid, vec!["item.dimension".to_owned()]));
    let plan = planner.add(&plan, outcome(&top, Some(stakeholder))).await.expect("an outcome");
    let outcome = last_under(&plan, &top).id.clone();
    for (field, bare) in [
        ("item.lead_section", pb::PlanItem { lead_section: String::new(), ..output(&outcome) }),
        ("item.component", pb::PlanItem { component: String::new(), ..output(&outcome) }),
    ] {
        assert_eq!(refusal(planner.add(&plan, bare).await), (Code::Invalid, vec![field.to_owned()]));
    }
    assert_eq!(planner.get(&plan.id).await.expect("the plan").items.len(), 2, "what was refused is not there");
}
