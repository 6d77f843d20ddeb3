//! Two callers at once, on every state machine: one of two who saw the same version wins, the other is told
//! what is stored now, and what happened is told once.

use std::fmt::Debug;

use chassis::{Code, Failure};
use cpas_proto::{planning::v1 as pb, words::Role};
use serde::de::DeserializeOwned;

use crate::{
    changes::all_heard,
    checks::{REASON, a_draft, key},
    comments::in_review,
    library,
    plans::{in_force, two_outcomes},
    rbb::line,
    risks::risk,
    work_plan::three_activities,
    world::{Person, World, answer, deaths, en, objective, outcome},
};

/// What won; the loser was told the version that is stored now, and what it says.
#[track_caller]
pub fn one_wins<T: DeserializeOwned + PartialEq + Debug>(
    left: Result<T, Failure>,
    right: Result<T, Failure>,
    version: impl Fn(&T) -> i64,
) -> T {
    let (won, lost) = match (left, right) {
        (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won, lost),
        (left, right) => panic!("one of the two wins: {left:?}, {right:?}"),
    };
    assert_eq!(lost.code, Code::Stale, "{lost}");
    let (stored, json) = lost.current.expect("what is stored");
    assert_eq!(stored, version(&won));
    assert_eq!(serde_json::from_str::<T>(&json).expect("the record"), won);
    won
}

/// The events of a kind that tell of a record, the first one first.
pub async fn told<M: prost::Message + prost::Name + Default>(world: &World, record: &str) -> Vec<M> {
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    let payloads: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT payload FROM chassis.outbox WHERE kind = $1 AND record_id = $2 ORDER BY seq")
            .bind(M::full_name())
            .bind(record)
            .fetch_all(&mut *tx)
            .await
            .expect("the outbox");
    payloads.into_iter().map(|payload| M::decode(payload.as_slice()).expect("its message")).collect()
}

async fn follow(planner: &Person, plan: &pb::Plan, change: &str) -> Result<pb::Plan, Failure> {
    let request = pb::DraftNextVersionRequest { plan_id: plan.id.clone(), plan_change_id: change.to_owned() };
    answer(planner.client().draft_next_version(request).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_resolved_by_one_of_two_and_none_is_written_once_it_is_decided() {
    let world = World::start().await;
    let (adviser, chief) = (world.person(Role::Adviser), world.person(Role::Leadership));
    let plan = in_review(&world).await;
    let item = plan.items[1].id.clone();
    let written = adviser.comment(&plan, &item, "Who pays for this?").await.expect("a comment");
    let (left, right) = tokio::join!(adviser.resolve(&written), adviser.resolve(&written));
    let done = one_wins(left, right, |one: &pb::PlanComment| one.version);
    assert_eq!((done.version, done.resolved_by.as_str()), (2, "adviser"));
    assert_eq!(told::<pb::CommentRecorded>(&world, &written.id).await.len(), 2, "written, and resolved once");

    let plan = world.person(Role::ComponentHead).step("endorse", &plan, "").await.expect("endorsed");
    let open = adviser.comment(&plan, &item, "And who keeps it up?").await.expect("a comment");
    let (late, resolved, approved) =
        tokio::join!(adviser.comment(&plan, &item, "Wait."), adviser.resolve(&open), chief.step("approve", &plan, ""));
    approved.expect("no comment stands in the way");
    let refused = [late.as_ref().err(), resolved.as_ref().err()].into_iter().flatten().map(|failure| failure.code);
    assert!(refused.clone().all(|code| code == Code::Conflict), "{late:?}, {resolved:?}");
    let kept = adviser.comments(&plan).await.expect("the comments");
    assert_eq!(kept.len(), 2 + usize::from(late.is_ok()));
    let stands = kept.iter().find(|one| one.id == open.id).expect("it stays readable");
    assert_eq!(stands.version, if resolved.is_ok() { 2 } else { 1 });
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_assumption_or_risk_one_change_is_first() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let item = plan.items[1].id.clone();
    let added = planner.add_risk(&plan, risk(&item)).await.expect("a risk");
    let version = |one: &pb::Risk| one.version;
    let (left, right) =
        tokio::join!(planner.give(&added, "occurred", "The bridge is gone."), planner.give(&added, "closed", ""));
    let given = one_wins(left, right, version);
    let lighter = pb::Risk { impact: 1, ..given.clone() };
    let (left, right) = tokio::join!(planner.revise_risk(lighter), planner.give(&given, "open", ""));
    let second = one_wins(left, right, version);
    assert_eq!(second.version, 3);
    let (gone, closed) = tokio::join!(planner.remove_risk(&second), planner.give(&second, "closed", ""));
    let left = planner.risks(&plan.id).await;
    match (&gone, &closed) {
        (Ok(_), Err(failure)) => assert_eq!((failure.code, left.len()), (Code::NotFound, 0)),
        (Err(failure), Ok(closed)) => {
            assert_eq!((failure.code, &left[..]), (Code::Stale, std::slice::from_ref(closed)))
        }
        other => panic!("one of the two wins: {other:?}"),
    }
    let events = told::<pb::RiskRecorded>(&world, &added.id).await;
    let versions: Vec<i64> = events.iter().filter_map(|event| Some(event.risk.as_ref()?.version)).collect();
    assert_eq!(versions, (1..=3 + i64::from(closed.is_ok())).collect::<Vec<_>>(), "each version once");
    assert_eq!(told::<pb::RiskRemoved>(&world, &added.id).await.len(), usize::from(gone.is_ok()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_activity_one_report_is_first() {
    let world = World::start().await;
    let planner = world.planner();
    let (plan, [base, ..]) = three_activities(&world).await;
    let (left, right) =
        tokio::join!(planner.report(&plan, &base, "ongoing", 10), planner.report(&plan, &base, "done", 100));
    let after = one_wins(left, right, |plan: &pb::Plan| plan.version);
    assert_eq!(planner.get(&plan.id).await.expect("the plan"), after);
    let activity = after.items.iter().find(|item| item.id == base).expect("the activity");
    assert!(matches!((activity.activity_status.as_str(), activity.progress_percent), ("ongoing", 10) | ("done", 100)));
    let (left, right) =
        tokio::join!(planner.report(&after, &base, "cancelled", 10), planner.step("submit", &after, ""));
    let last = one_wins(left, right, |plan: &pb::Plan| plan.version);
    let told = told::<pb::PlanRecorded>(&world, &plan.id).await;
    assert_eq!(told.last().and_then(|event| event.plan.as_ref()), Some(&last));
    assert_eq!(told.len() as i64, last.version, "each version once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_asked_of_the_plan_is_taken_up_by_one_of_two_drafts() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = in_force(&world, &two_outcomes(&world, &planner).await).await;
    all_heard(&world, 0).await;
    let change = planner.changes().await.remove(0);
    let (left, right) = tokio::join!(follow(&planner, &plan, &change.id), follow(&planner, &plan, &change.id));
    let (won, lost) = match (left, right) {
        (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won, lost),
        other => panic!("one of the two takes it up: {other:?}"),
    };
    assert_eq!(lost.code, Code::Conflict, "{lost}");
    let plans = answer(planner.client().list_plans(pb::ListPlansRequest {}).await).expect("a list").plans;
    let drafts: Vec<&str> =
        plans.iter().filter(|one| one.parent_plan_id == plan.id).map(|one| one.id.as_str()).collect();
    assert_eq!(drafts, [won.id.as_str()], "nothing of the other draft is left");
    let taken = planner.changes().await.remove(0);
    assert_eq!((taken.state.as_str(), &taken.plan_id, taken.version), ("in_draft", &won.id, 2));
    assert_eq!(told::<pb::PlanChangeRecorded>(&world, &change.id).await.len(), 2, "opened, and taken up once");

    // The same where items of two drafts name it.
    all_heard(&world, 1).await;
    let change = planner.changes().await.into_iter().find(|one| one.state == "open").expect("another one");
    let other = follow(&planner, &plan, "").await.expect("another draft");
    assert_eq!((won.number, other.number), (2, 3));
    let naming = || pb::PlanItem { plan_change_id: change.id.clone(), ..objective() };
    let (left, right) = tokio::join!(planner.add(&won, naming()), planner.add(&other, naming()));
    let codes: Vec<Option<Code>> = [&left, &right].map(|done| done.as_ref().err().map(|failure| failure.code)).into();
    assert!(codes.contains(&None) && codes.contains(&Some(Code::Conflict)), "{codes:?}");
    let taker = if left.is_ok() { &won.id } else { &other.id };
    let taken = planner.changes().await.into_iter().find(|one| one.id == change.id).expect("it is there");
    assert_eq!((taken.state.as_str(), &taken.plan_id), ("in_draft", taker));
    assert_eq!(told::<pb::PlanChangeRecorded>(&world, &change.id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_next_versions_drafted_at_once_have_numbers_of_their_own() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = in_force(&world, &two_outcomes(&world, &planner).await).await;
    let (left, right) = tokio::join!(follow(&planner, &plan, ""), follow(&planner, &plan, ""));
    let mut numbers = [left.expect("a draft").number, right.expect("another").number];
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_is_taken_back_by_one_of_two() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let absent = key(&planner.check(&plan).await, "component-absent-from-objective");
    planner.waive(&plan, &absent, REASON).await.expect("waived");
    let (left, right) = tokio::join!(planner.take_back(&plan, &absent), planner.take_back(&plan, &absent));
    let codes = [left, right].map(|done| done.err().map(|failure| failure.code));
    assert!(codes.contains(&None) && codes.contains(&Some(Code::Conflict)), "{codes:?}");
    assert_eq!(planner.check(&plan).await.past_waivers.len(), 1);
    assert_eq!(told::<pb::PlanCheckChanged>(&world, &plan.id).await.len(), 2, "given once, taken back once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_of_the_library_is_answered_once() {
    let world = World::start().await;
    let (planner, keeper) = (world.planner(), world.person(Role::HqAnalyst));
    library::clone(&planner, &["POC-DEATHS"]).await.expect("a clone");
    let before = library::entry(&keeper, "POC-DEATHS").await;
    let with_unit = |unit: &str| pb::Indicator { unit: unit.to_owned(), ..before.indicator.clone().expect("a sheet") };
    let (left, right) = tokio::join!(
        library::set(&keeper, &before, with_unit("deaths a day")),
        library::set(&keeper, &before, with_unit("deaths a night"))
    );
    let kept = one_wins(left, right, |one: &pb::LibraryIndicator| one.version.into());
    let stored = library::entry(&keeper, "POC-DEATHS").await;
    assert_eq!(stored.indicator, kept.indicator, "headquarters keeps one version at a time");
    assert_eq!(kept.version, 2);

    let offer = library::offers(&planner).await.remove(0);
    let (left, right) =
        tokio::join!(library::answered(&planner, &offer, true), library::answered(&planner, &offer, false));
    let own = one_wins(left, right, |one: &pb::Indicator| one.version);
    assert_eq!((own.library_version, own.definition_version), (2, 2));
    assert!(library::offers(&planner).await.is_empty());
    assert_eq!(told::<pb::IndicatorRecorded>(&world, &own.id).await.len(), 2, "cloned, and answered once");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_draft_under_one_code_one_does() {
    let world = World::start().await;
    let planner = world.planner();
    let (left, right) = tokio::join!(planner.draft_indicator(deaths("OC-1")), planner.draft_indicator(deaths("OC-1")));
    let (won, lost) = match (left, right) {
        (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won, lost),
        other => panic!("one of the two: {other:?}"),
    };
    assert_eq!((lost.code, lost.violations[0].field.as_str()), (Code::Invalid, "indicator.code"));
    assert_eq!(told::<pb::IndicatorRecorded>(&world, &won.id).await.len(), 1);
    let (left, right) =
        tokio::join!(library::clone(&planner, &["POC-DEATHS"]), library::clone(&planner, &["POC-DEATHS"]));
    let cloned = [left, right].map(|done| done.expect("done, or there already").indicators.len());
    assert_eq!(cloned.iter().sum::<usize>(), 1, "{cloned:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_target_one_change_is_first() {
    let world = World::start().await;
    let planner = world.planner();
    let indicator = planner.draft_indicator(deaths("OC-1")).await.expect("an indicator");
    let target = |version: i64, value: f64| pb::Target {
        indicator_id: indicator.id.clone(),
        period: "2090".to_owned(),
        value: Some(value),
        version,
        ..Default::default()
    };
    let version = |one: &pb::Target| one.version;
    let (left, right) = tokio::join!(planner.set_target(target(0, 10.0)), planner.set_target(target(0, 20.0)));
    let first = one_wins(left, right, version);
    let (left, right) = tokio::join!(planner.set_target(target(1, 30.0)), planner.set_target(target(1, 40.0)));
    let second = one_wins(left, right, version);
    assert_eq!(planner.targets(&indicator.id, true).await, [second, first.clone()]);
    assert_eq!(told::<pb::TargetSet>(&world, &first.id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_mandate_one_record_is_first() {
    let world = World::start().await;
    let planner = world.planner();
    let record = |version: i64, expires: &str| {
        let task =
            pb::MandateTask { paragraph: "34 (a)".to_owned(), text: en("Protect civilians"), ..Default::default() };
        let request = pb::RecordMandateRequest {
            resolution: "S/RES/2709 (2023)".to_owned(),
            adopted: "2023-11-15".to_owned(),
            expires: expires.to_owned(),
            tasks: vec![task],
            version,
        };
        async { answer(planner.client().record_mandate(request).await) }
    };
    let version = |one: &pb::Mandate| one.version;
    let (left, right) = tokio::join!(record(0, "2024-11-15"), record(0, "2024-12-15"));
    let first = one_wins(left, right, version);
    let (left, right) = tokio::join!(record(1, "2025-11-15"), record(1, "2025-12-15"));
    let second = one_wins(left, right, version);
    assert_eq!((&second.id, second.version), (&first.id, 2));
    assert_eq!(told::<pb::MandateRecorded>(&world, &first.id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_budget_line_one_change_is_first_and_none_hangs_on_what_is_gone() {
    let world = World::start().await;
    let planner = world.planner();
    let top = planner.set_line(line("expected_accomplishment", "", "1.1", "Safer civilians")).await.expect("a line");
    let said = |text: &str| pb::RbbLine { text: en(text), ..top.clone() };
    let (left, right) = tokio::join!(planner.set_line(said("Safer by day")), planner.set_line(said("Safer by night")));
    let top = one_wins(left, right, |one: &pb::RbbLine| one.version);
    let (gone, under) = tokio::join!(
        planner.remove_line(&top),
        planner.set_line(line("planned_output", &top.id, "1.1.1", "3,000 patrols"))
    );
    gone.expect("with what stands under it");
    if let Err(refused) = under {
        assert_eq!((refused.code, refused.violations[0].field.as_str()), (Code::Invalid, "line.parent_id"));
    }
    let plan = planner.draft_plan().await;
    assert_eq!(planner.crosswalk(&plan.id, "").await.expect("a crosswalk").lines, []);
    assert_eq!(told::<pb::RbbLineRecorded>(&world, &top.id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_comes_back_once_and_a_title_is_changed_by_one_of_two() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let item = plan.items[1].id.clone();
    let version = |plan: &pb::Plan| plan.version;
    let (left, right) =
        tokio::join!(planner.remove(&plan, &item), planner.add(&plan, outcome(&plan.items[0].id, None)));
    let mut now = one_wins(left, right, version);
    if now.items.iter().any(|own| own.id == item) {
        now = planner.remove(&now, &item).await.expect("removed");
    }
    let (left, right) = tokio::join!(planner.restore(&now, &item), planner.restore(&now, &item));
    let lost = [&left, &right].into_iter().find_map(|done| done.as_ref().err()).expect("one of the two");
    assert!(matches!(lost.code, Code::Stale | Code::NotFound), "{lost}");
    let back = left.or(right).expect("one of the two");
    assert_eq!(back.items.iter().filter(|own| own.id == item).count(), 1);
    assert_eq!(planner.removed(&back).await.expect("a list"), []);

    let revise = |title: &str| {
        let (id, version, start, end) = (back.id.clone(), back.version, back.start.clone(), back.end.clone());
        let request = pb::RevisePlanRequest { id, version, title: en(title), start, end };
        async { answer(planner.client().revise_plan(request).await) }
    };
    let (left, right) = tokio::join!(revise("By day"), revise("By night"));
    let last = one_wins(left, right, version);
    let told = told::<pb::PlanRecorded>(&world, &plan.id).await;
    assert_eq!(told.len() as i64, last.version, "each version once");
    assert_eq!(planner.get(&plan.id).await.expect("the plan"), last);
}
