//! Every kind of rule, and that a set of rules judges an order of values as it judges any other.

use cpas_proto::words::Period;
use proptest::prelude::*;
use uuid::Uuid;

use super::{
    super::definition::{Definition, Kind, tests::casualties},
    *,
};

const OTHER: Uuid = Uuid::from_u128(0xC2);

fn rule(check: Check) -> Rule {
    let message = (String::new(), String::new());
    Rule { id: Uuid::from_u128(1), indicator: casualties().id, severity: Severity::Error, check, message }
}

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn at(text: &str) -> Place<'static> {
    Place { period: period(text), area: "A", slice: "", start: 7 }
}

/// Values of the total in area A.
fn series(values: &[(&str, f64)]) -> Values {
    let mut around = Values::default();
    for (text, value) in values {
        around.put(casualties().id, period(text), "A", "", Said::Number(*value));
    }
    around
}

fn broken(check: Check, when: &str, said: Said, around: &Values) -> bool {
    rule(check).breach(&casualties(), at(when), said, around).is_some()
}

#[test]
fn a_range_has_its_ends_in_it() {
    let check = || Check::Range { least: Some(0.0), most: Some(10.0) };
    let around = Values::default();
    for (value, expected) in [(-0.1, true), (0.0, false), (10.0, false), (10.1, true)] {
        assert_eq!(broken(check(), "2024-01", Said::Number(value), &around), expected, "{value}");
    }
    let breach = rule(check()).breach(&casualties(), at("2024-01"), Said::Number(12.5), &around).expect("above");
    assert_eq!(breach.en, "12.5 is above 10, the most expected.");
    assert_eq!(breach.fr, "12,5 est supérieur à 10, le maximum attendu.");
}

#[test]
fn what_has_no_number_breaks_nothing() {
    let around = series(&[("2023-12", 5.0)]);
    let checks = [
        Check::Range { least: Some(1.0), most: None },
        Check::Integer,
        Check::Monotone(Direction::Up),
        Check::RatioAtMostOne,
        Check::Change { share: Some(0.0), absolute: None },
        Check::SlicesSum { tolerance: 0.0 },
    ];
    for check in checks {
        for said in [Said::Nothing, Said::NotApplicable] {
            assert!(!broken(check.clone(), "2024-01", said, &around), "{check:?}");
        }
    }
}

#[test]
fn whole_numbers_also_above_and_below_the_line() {
    let around = Values::default();
    assert!(broken(Check::Integer, "2024-01", Said::Number(1.5), &around));
    assert!(!broken(Check::Integer, "2024-01", Said::Number(2.0), &around));
    let ratio = |numerator, denominator| Said::Ratio { numerator, denominator };
    assert!(!broken(Check::Integer, "2024-01", ratio(1.0, 3.0), &around), "a third of whole numbers");
    assert!(broken(Check::Integer, "2024-01", ratio(1.0, 2.5), &around));
    assert!(broken(Check::RatioAtMostOne, "2024-01", ratio(3.0, 2.0), &around));
    assert!(!broken(Check::RatioAtMostOne, "2024-01", ratio(2.0, 2.0), &around));
}

#[test]
fn a_monotone_series_is_judged_against_both_neighbours() {
    let around = series(&[("2023-12", 5.0), ("2024-02", 8.0)]);
    for (value, up) in [(4.0, true), (5.0, false), (8.0, false), (9.0, true)] {
        assert_eq!(broken(Check::Monotone(Direction::Up), "2024-01", Said::Number(value), &around), up, "{value}");
    }
    assert!(broken(Check::Monotone(Direction::Down), "2024-01", Said::Number(6.0), &around));
    assert!(!broken(Check::Monotone(Direction::Up), "2025-01", Said::Number(0.0), &around), "no neighbours");
}

#[test]
fn a_change_is_a_share_of_what_was_before_or_absolute() {
    let around = series(&[("2023-12", 10.0), ("2024-03", 0.0)]);
    let share = || Check::Change { share: Some(0.5), absolute: None };
    for (value, expected) in [(4.9, true), (5.0, false), (15.0, false), (15.1, true)] {
        assert_eq!(broken(share(), "2024-01", Said::Number(value), &around), expected, "{value}");
    }
    assert!(!broken(share(), "2024-04", Said::Number(1000.0), &around), "nothing is a share of zero");
    let absolute = Check::Change { share: None, absolute: Some(20.0) };
    assert!(broken(absolute, "2024-04", Said::Number(21.0), &around));
    assert!(!broken(share(), "2024-03", Said::Number(1.0), &around), "no value before");
}

#[test]
fn slices_are_added_up_only_when_the_set_is_complete() {
    let check = Check::SlicesSum { tolerance: 0.0 };
    let mut around = series(&[("2024-01", 10.0)]);
    let put = |around: &mut Values, slice: &str, said| {
        around.put(casualties().id, period("2024-01"), "A", slice, said);
    };
    put(&mut around, "sex=f", Said::Number(4.0));
    assert!(!broken(check.clone(), "2024-01", Said::Number(10.0), &around), "men are not known yet");
    put(&mut around, "sex=m", Said::Number(5.0));
    assert!(broken(check.clone(), "2024-01", Said::Number(10.0), &around));
    put(&mut around, "sex=unknown", Said::Number(1.0));
    assert!(!broken(check.clone(), "2024-01", Said::Number(10.0), &around), "those unknown are added");
    put(&mut around, "age=child", Said::Number(10.0));
    put(&mut around, "age=adult", Said::NotApplicable);
    assert!(!broken(check.clone(), "2024-01", Said::Number(10.0), &around), "none of the second kind exist");
    // A slice that is entered last breaks it as the total would.
    let women = Place { slice: "sex=f", ..at("2024-01") };
    let breach = rule(check.clone()).breach(&casualties(), women, Said::Number(6.0), &around).expect("12 for 10");
    assert_eq!(breach.en, "The total is 10, but its slices by sex add up to 12.");
    put(&mut around, "sex=m", Said::Nothing);
    assert!(!broken(check, "2024-01", Said::Number(10.0), &around), "a missing slice leaves the set open");
}

#[test]
fn another_indicator_is_looked_at_in_the_same_place() {
    let check = |comparison, factor| {
        let other_code = "OC-ATTACKS".to_owned();
        Check::CrossIndicator { comparison, other: OTHER, other_code, factor }
    };
    let mut around = Values::default();
    around.put(OTHER, period("2024-01"), "A", "", Said::Number(4.0));
    assert!(broken(check(Comparison::AtMost, 1.0), "2024-01", Said::Number(5.0), &around));
    assert!(!broken(check(Comparison::AtMost, 2.0), "2024-01", Said::Number(8.0), &around));
    assert!(broken(check(Comparison::AtLeast, 1.0), "2024-01", Said::Number(3.0), &around));
    assert!(broken(check(Comparison::Equal, 1.0), "2024-01", Said::Number(3.0), &around));
    assert!(!broken(check(Comparison::AtMost, 1.0), "2024-02", Said::Number(5.0), &around), "nothing to compare with");
}

#[test]
fn parts_that_make_no_rule_name_the_field() {
    let ratio = Definition { kind: Kind::Ratio, ..casualties() };
    let plain = Definition { dimensions: Vec::new(), ..casualties() };
    let words = Definition { kind: Kind::Qualitative, ..casualties() };
    let other = Definition { id: OTHER, code: "OC-ATTACKS".to_owned(), ..casualties() };
    let yearly = Definition { frequency: cpas_proto::words::Frequency::Year, ..other.clone() };
    let parts = |kind: &str| Parts { kind: kind.to_owned(), ..Parts::default() };
    let crossing = || Parts { comparison: "at_most".to_owned(), ..parts("cross_indicator") };
    for (parts, definition, other, field) in [
        (parts("guess"), &plain, None, "kind"),
        (parts("range"), &plain, None, "least"),
        (Parts { least: Some(2.0), most: Some(1.0), ..parts("range") }, &plain, None, "most"),
        (Parts { least: Some(f64::NAN), ..parts("range") }, &plain, None, "least"),
        (parts("integer"), &words, None, "indicator_code"),
        (parts("monotone"), &plain, None, "direction"),
        (parts("slices_sum"), &plain, None, "kind"),
        (Parts { tolerance: Some(-0.1), ..parts("slices_sum") }, &casualties(), None, "tolerance"),
        (parts("ratio_at_most_one"), &plain, None, "kind"),
        (parts("change"), &plain, None, "share"),
        (Parts { share: Some(-1.0), ..parts("change") }, &plain, None, "share"),
        (parts("cross_indicator"), &plain, Some(&other), "comparison"),
        (crossing(), &plain, None, "other_indicator_code"),
        (crossing(), &plain, Some(&plain), "other_indicator_code"),
        (crossing(), &plain, Some(&yearly), "other_indicator_code"),
    ] {
        assert_eq!(Check::of_parts(&parts, definition, other).expect_err("no rule").field, field, "{parts:?}");
    }
    assert_eq!(Check::of_parts(&parts("ratio_at_most_one"), &ratio, None), Ok(Check::RatioAtMostOne));
    assert!(Check::of_parts(&crossing(), &plain, Some(&other)).is_ok());
}

proptest! {
    #[test]
    fn a_rising_series_breaks_no_rising_rule(mut values in prop::collection::vec(-100.0..100.0_f64, 1..12)) {
        values.sort_by(f64::total_cmp);
        let mut around = Values::default();
        let months: Vec<String> = (1..=values.len()).map(|month| format!("2024-{month:02}")).collect();
        for (month, value) in months.iter().zip(&values) {
            around.put(casualties().id, period(month), "A", "", Said::Number(*value));
        }
        for (month, value) in months.iter().zip(&values) {
            prop_assert!(!broken(Check::Monotone(Direction::Up), month, Said::Number(*value), &around));
        }
    }

    #[test]
    fn slices_that_make_the_total_break_no_sum(women in 0_u32..1000, men in 0_u32..1000, unknown in 0_u32..1000) {
        let mut around = Values::default();
        for (slice, count) in [("sex=f", women), ("sex=m", men), ("sex=unknown", unknown)] {
            around.put(casualties().id, period("2024-01"), "A", slice, Said::Number(count.into()));
        }
        let total = f64::from(women + men + unknown);
        let exact = Check::SlicesSum { tolerance: 0.0 };
        prop_assert!(!broken(exact.clone(), "2024-01", Said::Number(total), &around));
        prop_assert!(broken(exact, "2024-01", Said::Number(total + 1.0), &around));
    }
}
