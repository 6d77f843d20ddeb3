use super::*;
use crate::domain::{
    definition::{Kind, tests::deaths},
    indicator::{IndicatorRefused, IndicatorStep},
    plan::tests::{day, recorded},
};
use proptest::prelude::*;
use uuid::Uuid;

const JULY: u32 = 7;

fn indicator(definition: Definition) -> Indicator {
    Indicator::drafted(IndicatorId(Uuid::from_u128(1)), definition, recorded(1))
}

fn given(period: &str, value: f64) -> GivenTarget {
    let scope = Scope {
        indicator: IndicatorId(Uuid::from_u128(1)),
        period: period.parse().expect("a period"),
        area: None,
        slice: Slice::total(),
    };
    GivenTarget { scope, value: Some(value), low: None, high: None, reason: None, seen_version: 0 }
}

fn set_on(today: &str, given: GivenTarget, stored: Option<&Target>) -> Result<Setting, TargetRefused> {
    set(given, stored, &indicator(deaths()), day(today), JULY, recorded(2), TargetId(Uuid::from_u128(9)))
}

fn stored(period: &str, value: f64) -> Target {
    match set_on("2024-01-01", given(period, value), None) {
        Ok(Setting::New(target)) => target,
        other => panic!("{other:?}"),
    }
}

fn field(refused: Result<Setting, TargetRefused>) -> String {
    match refused {
        Err(TargetRefused::Broken(broken)) => broken.violations[0].field.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_target_changes_freely_until_its_period_opens() {
    let before = stored("FY2026", 100.0);
    let change = GivenTarget { seen_version: 1, ..given("FY2026", 80.0) };
    let Ok(Setting::Changed(after)) = set_on("2025-06-30", change.clone(), Some(&before)) else { panic!("it changes") };
    assert_eq!((after.id, after.version, after.aim), (before.id, 2, Aim::Value(80.0)));
    assert_eq!(field(set_on("2025-07-01", change.clone(), Some(&before))), "target.reason");
    let told = GivenTarget { reason: Some("The baseline was corrected.".to_owned()), ..change };
    let Ok(Setting::Changed(after)) = set_on("2025-07-01", told, Some(&before)) else { panic!("it changes") };
    assert_eq!(after.reason.as_deref(), Some("The baseline was corrected."));
}

#[test]
fn the_first_target_of_a_closed_period_says_why() {
    assert!(matches!(set_on("2026-06-30", given("FY2026", 1.0), None), Ok(Setting::New(_))), "its last day");
    assert_eq!(field(set_on("2026-07-01", given("FY2026", 1.0), None)), "target.reason");
}

#[test]
fn the_same_target_again_changes_nothing() {
    let before = stored("FY2026", 100.0);
    assert_eq!(set_on("2026-03-01", given("FY2026", 100.0), Some(&before)), Ok(Setting::Unchanged));
}

#[test]
fn a_writer_who_saw_another_version_is_stopped() {
    let before = stored("FY2026", 100.0);
    assert_eq!(set_on("2025-01-01", given("FY2026", 80.0), Some(&before)), Err(TargetRefused::Stale));
    let foreseen = GivenTarget { seen_version: 3, ..given("FY2026", 80.0) };
    assert_eq!(set_on("2025-01-01", foreseen, None), Err(TargetRefused::Stale));
}

#[test]
fn a_direction_asks_for_a_value_or_a_range() {
    let today = "2025-01-01";
    let range = GivenTarget { value: None, low: Some(1.0), high: Some(2.0), ..given("FY2026", 0.0) };
    assert_eq!(field(set_on(today, range.clone(), None)), "target.value");
    assert_eq!(field(set_on(today, GivenTarget { value: Some(f64::INFINITY), ..range.clone() }, None)), "target.value");
    let in_range = indicator(Definition { direction: Direction::InRange, ..deaths() });
    let set = |given| set(given, None, &in_range, day(today), JULY, recorded(2), TargetId(Uuid::from_u128(9)));
    assert!(matches!(set(range.clone()), Ok(Setting::New(Target { aim: Aim::Range { .. }, .. }))));
    assert_eq!(field(set(given("FY2026", 5.0))), "target.low");
    assert_eq!(field(set(GivenTarget { low: Some(3.0), ..range })), "target.low");
}

#[test]
fn a_target_fits_its_indicator() {
    let yearly = indicator(Definition { frequency: Frequency::Year, ..deaths() });
    let short = set(given("2027-03", 5.0), None, &yearly, day("2025-01-01"), JULY, recorded(2), TargetId(Uuid::nil()));
    assert_eq!(field(short), "target.period");
    let mut sliced = given("FY2026", 5.0);
    sliced.scope.slice = "age=15-24".parse().expect("a slice");
    assert_eq!(field(set_on("2025-01-01", sliced, None)), "target.slice");
    let (over_time, over_areas) = Kind::Qualitative.usual_aggregation();
    let words = indicator(Definition { kind: Kind::Qualitative, over_time, over_areas, ..deaths() });
    let number = set(given("FY2026", 5.0), None, &words, day("2025-01-01"), JULY, recorded(2), TargetId(Uuid::nil()));
    assert_eq!(field(number), "target.indicator_id");
}

#[test]
fn a_retired_indicator_takes_nothing_more() {
    let steps = [IndicatorStep::Approve, IndicatorStep::Activate, IndicatorStep::Retire];
    let retired =
        steps.into_iter().fold(indicator(deaths()), |one, step| one.stepped(step, recorded(1)).expect("the next step"));
    let target = set(given("FY2026", 5.0), None, &retired, day("2025-01-01"), JULY, recorded(2), TargetId(Uuid::nil()));
    assert_eq!(target, Err(TargetRefused::Retired));
    assert_eq!(retired.revised(deaths(), recorded(1)), Err(IndicatorRefused::Retired));
    assert!(retired.stepped(IndicatorStep::Approve, recorded(1)).is_err(), "there is no way back");
}

#[test]
fn a_revision_is_a_new_version_of_the_definition() {
    let renamed = Definition { code: "OC-DEATHS".to_owned(), ..deaths() };
    let draft = indicator(deaths()).revised(renamed.clone(), recorded(2)).expect("a draft");
    assert_eq!((draft.definition_version, draft.version), (2, 2));
    let approved = indicator(deaths()).stepped(IndicatorStep::Approve, recorded(1)).expect("approved");
    let reworded = Definition { unit: "people".to_owned(), ..deaths() };
    let again = approved.revised(reworded.clone(), recorded(1)).expect("revised");
    assert_eq!(again.state, IndicatorState::Draft, "what was approved is approved again");
    let active = approved.stepped(IndicatorStep::Activate, recorded(1)).expect("active");
    assert_eq!(active.revised(reworded, recorded(1)).expect("revised").state, IndicatorState::Active);
    assert!(matches!(active.revised(renamed, recorded(1)), Err(IndicatorRefused::Broken(_))), "its code stays");
}

/// Days before, in and after FY2026.
const DAYS: [&str; 4] = ["2025-06-30", "2025-07-01", "2026-06-30", "2026-07-01"];

proptest! {
    /// Whoever sets what on whichever day: what is stored is the last that was accepted, each change is one version more,
    /// and one that came after the period opened has its reason.
    #[test]
    fn no_order_of_calls_changes_a_target_unseen_or_without_its_reason(
        calls in prop::collection::vec((0u8..3, 0i64..4, any::<bool>(), 0usize..4), 0..16),
    ) {
        let mut now: Option<Target> = None;
        // Value and version, as a careful clerk would keep them.
        let mut kept: Option<(u8, i64)> = None;
        for (value, seen_version, has_reason, today) in calls {
            let reason = has_reason.then(|| "The baseline was corrected.".to_owned());
            let asked = GivenTarget { seen_version, reason: reason.clone(), ..given("FY2026", f64::from(value)) };
            let made = set_on(DAYS[today], asked, now.as_ref());
            let version = kept.map_or(0, |kept| kept.1);
            let needs_reason = today == 3 || (kept.is_some() && today > 0);
            if kept.is_some_and(|kept| kept.0 == value) {
                prop_assert_eq!(made, Ok(Setting::Unchanged));
            } else if seen_version != version {
                prop_assert_eq!(made, Err(TargetRefused::Stale));
            } else if needs_reason && !has_reason {
                prop_assert_eq!(field(made), "target.reason");
            } else {
                let target = match made {
                    Ok(Setting::New(target)) if kept.is_none() => target,
                    Ok(Setting::Changed(target)) if kept.is_some() => target,
                    other => panic!("{other:?} of {kept:?}"),
                };
                prop_assert_eq!((target.aim, target.version), (Aim::Value(f64::from(value)), version + 1));
                prop_assert_eq!(&target.reason, &reason);
                (kept, now) = (Some((value, target.version)), Some(target));
            }
        }
    }
}
