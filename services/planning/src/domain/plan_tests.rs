use chrono::DateTime;

use super::*;
use crate::domain::{
    diff::{Diff, diff},
    framework::tests::{content, id, link, small},
    ids::StakeholderId,
    item::{Dimension, ItemKind},
};

pub(in crate::domain) fn recorded(person: u128) -> Recorded {
    let by = Who { account: Uuid::from_u128(person), name: format!("person {person}") };
    Recorded { by, at: DateTime::UNIX_EPOCH }
}

pub(in crate::domain) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub(in crate::domain) fn plan_of(framework: Framework) -> Plan {
    let horizon = Horizon::parse(day("2025-07-01"), day("2027-06-30")).expect("two years");
    Plan { framework, ..Plan::drafted(PlanId(Uuid::from_u128(7)), Text::of("Protect", ""), horizon, recorded(1)) }
}

fn ids() -> impl FnMut() -> Uuid {
    let mut next = 90_000;
    move || {
        next += 1;
        Uuid::from_u128(next)
    }
}

fn in_force() -> Plan {
    let steps = [(Step::Submit, 1), (Step::Endorse, 2), (Step::Approve, 3), (Step::Activate, 1)];
    let take = |plan: Plan, (step, person)| plan.stepped(step, recorded(person), None).expect("the next step");
    steps.into_iter().fold(plan_of(small().linked(link(111, 12)).expect("a link")), take)
}

#[test]
fn a_plan_goes_its_way_and_remembers_who() {
    let plan = in_force();
    assert_eq!(plan.head.state, PlanState::Active);
    assert_eq!(plan.head.endorsed_by, Some(recorded(2).by));
    assert_eq!(plan.head.approved_by, Some(recorded(3).by));
    assert_eq!(plan.head.version, 5);
}

#[test]
fn a_returned_plan_says_why_until_it_is_submitted_again() {
    let plan = plan_of(small()).stepped(Step::Submit, recorded(1), None).expect("submitted");
    let endorsed = plan.stepped(Step::Endorse, recorded(2), None).expect("endorsed");
    let returned = endorsed.stepped(Step::Return, recorded(3), Some(" Police is missing. ")).expect("returned");
    assert_eq!(returned.head.return_reason.as_deref(), Some("Police is missing."));
    assert_eq!(returned.head.endorsed_by, None, "it is endorsed anew");
    let again = returned.stepped(Step::Submit, recorded(1), None).expect("submitted");
    assert_eq!(again.head.return_reason, None);
}

#[test]
fn only_a_draft_is_edited() {
    let mut plan = in_force();
    for state in PlanState::ALL.iter().copied().filter(|state| *state != PlanState::Draft) {
        plan.head.state = state;
        assert_eq!(plan.edited(Edit::Remove { item: id(111) }, recorded(1), id(0)), Err(PlanRefused::NotADraft(state)));
    }
}

#[test]
fn a_next_version_is_the_same_plan_under_new_ids() {
    let before = in_force();
    let next = before.next_version(2, recorded(4), ids()).expect("it is in force");
    assert_eq!(diff(&before.framework, &next.framework), Diff::default());
    assert_eq!((next.head.number, next.head.parent, next.head.state), (2, Some(before.head.id), PlanState::Draft));
    assert_eq!((next.head.endorsed_by, next.head.approved_by), (None, None));
    assert_eq!(next.head.family, before.head.family);
    for (old, new) in before.framework.items().iter().zip(next.framework.items()) {
        assert_ne!(old.id, new.id);
        assert_eq!(old.lineage, new.lineage);
    }
}

#[test]
fn a_plan_that_was_never_approved_has_no_next_version() {
    let refused = plan_of(small()).next_version(2, recorded(1), ids());
    assert_eq!(refused, Err(PlanRefused::CannotBeFollowed(PlanState::Draft)));
}

#[test]
fn an_outcome_is_the_change_of_one_stakeholder() {
    let stakeholder = StakeholderId(Uuid::from_u128(5));
    let mut changed = content(ItemKind::Outcome, "Commanders keep their men off the roads");
    changed.nature = Nature::Outcome { stakeholder: Some(stakeholder), dimension: Dimension::Behaviour };
    let plan =
        plan_of(small()).edited(Edit::Revise { item: id(11), content: changed }, recorded(1), id(0)).expect("a draft");
    assert_eq!(plan.stakeholders(), [stakeholder]);
    assert_eq!(plan.head.version, 2);
}

#[test]
fn a_horizon_ends_after_it_starts() {
    assert!(Horizon::parse(day("2025-07-01"), day("2025-06-30")).is_err());
    assert!(Horizon::parse(day("2025-07-01"), day("2045-06-30")).is_err());
}
