//! What looks copied or made up. A hint and no more: each has an innocent explanation, and none of it is a measure of a
//! person or a section.
//!
//! - **The same value on end**: at least [`RUN_MIN`] consecutive periods of an area say the same, of an indicator that is
//!   summed or averaged over time. Values below [`LARGE`] are left out: small counts do repeat.
//! - **The same series twice**: two areas say the same in each of at least [`TWINS_MIN`] periods, not all of them equal.
//! - **Last digits**: of whole numbers with at least three digits every last digit is about as frequent (D. A. Preece,
//!   "Distributions of final digits in data", The Statistician 30, 1981). From [`DIGITS_MIN`] values on they are held
//!   against that by a chi-squared test of 9 degrees of freedom, at 0.1 %.

use std::collections::BTreeMap;

use cpas_proto::words::Period;

use super::Held;
use crate::domain::{
    definition::{Definition, Kind, OverTime},
    rollup::Says,
};

const RUN_MIN: usize = 4;
const TWINS_MIN: usize = 4;
const DIGITS_MIN: usize = 50;
/// Values from here on do not repeat by themselves.
const LARGE: f64 = 10.0;
/// The 99.9 % quantile of the chi-squared distribution with 9 degrees of freedom.
const DIGITS_MAX: f64 = 27.877;

/// A hint at one observation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hint {
    /// Its place among what is held.
    pub number: usize,
    pub en: String,
    pub fr: String,
}

/// A value of a place: its number among what is held, and what it says.
type Values<'a> = BTreeMap<&'a str, Vec<(usize, Period, f64)>>;

/// The hints at the totals of an indicator, in the order of what is held.
pub(super) fn find(definition: &Definition, held: &[Held], fiscal_start_month: u32) -> Vec<Hint> {
    let mut values: Values<'_> = BTreeMap::new();
    for (number, one) in held.iter().enumerate().filter(|(_, one)| one.fact.slice.is_total()) {
        if let Says::Value(value) = one.fact.says
            && one.fact.period.frequency() == definition.frequency
        {
            values.entry(&one.fact.area).or_default().push((number, one.fact.period, value));
        }
    }
    values.values_mut().for_each(|own| own.sort_by_key(|(_, period, _)| period.first_day(fiscal_start_month)));
    let mut hints = Vec::new();
    if matches!(definition.over_time, OverTime::Sum | OverTime::Average) {
        hints.extend(values.values().flat_map(|own| runs(own, fiscal_start_month)));
        hints.extend(twins(&values));
    }
    if definition.kind == Kind::Count {
        hints.extend(digits(&values));
    }
    hints.sort_by_key(|hint| hint.number);
    hints
}

fn runs(own: &[(usize, Period, f64)], fiscal_start_month: u32) -> Vec<Hint> {
    let goes_on = |one: &(usize, Period, f64), next: &(usize, Period, f64)| {
        one.2 == next.2 && one.1.next(fiscal_start_month) == next.1
    };
    let runs = own.chunk_by(goes_on).filter(|run| run.len() >= RUN_MIN && run[0].2.abs() >= LARGE);
    let hint = |run: &[(usize, Period, f64)]| {
        let (first, last) = (&run[0], &run[run.len() - 1]);
        let (count, value) = (run.len(), first.2);
        Hint {
            number: last.0,
            en: format!(
                "{count} periods on end, {} to {}, say {value}. Were they counted anew, or carried forward?",
                first.1, last.1
            ),
            fr: format!(
                "{count} périodes de suite, de {} à {}, disent {value}. Ont-elles été recomptées, ou reportées ?",
                first.1, last.1
            ),
        }
    };
    runs.map(hint).collect()
}

/// Areas whose series are the same, each told at the later of the two.
fn twins(values: &Values<'_>) -> Vec<Hint> {
    let mut hints = Vec::new();
    let mut told: BTreeMap<Vec<(Period, u64)>, &str> = BTreeMap::new();
    for (area, own) in values.iter().filter(|(area, _)| !area.is_empty()) {
        let differs = own.iter().any(|(_, _, value)| *value != own[0].2);
        if own.len() < TWINS_MIN || !differs || own.iter().all(|(_, _, value)| value.abs() < LARGE) {
            continue;
        }
        let key = own.iter().map(|(_, period, value)| (*period, value.to_bits())).collect();
        match told.get(&key) {
            None => drop(told.insert(key, area)),
            Some(other) => {
                let count = own.len();
                hints.extend(own.last().map(|(number, ..)| Hint {
                    number: *number,
                    en: format!("All {count} values are those of {other}. Was one copied from the other?"),
                    fr: format!(
                        "Les {count} valeurs sont toutes celles de {other}. L’une a-t-elle été copiée de l’autre ?"
                    ),
                }));
            }
        }
    }
    hints
}

fn digits(values: &Values<'_>) -> Option<Hint> {
    let mut counts = [0u32; 10];
    let mut last = None;
    for (number, period, value) in values.values().flatten() {
        if *value >= 100.0 && value.fract() == 0.0 {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a digit")]
            let digit = (value % 10.0) as usize;
            counts[digit] += 1;
            if last.is_none_or(|(_, newest)| newest <= *period) {
                last = Some((*number, *period));
            }
        }
    }
    let n: u32 = counts.iter().sum();
    let expected = f64::from(n) / 10.0;
    let distance: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    if (n as usize) < DIGITS_MIN || distance <= DIGITS_MAX {
        return None;
    }
    let most = (0..10).max_by_key(|digit| (counts[*digit], 10 - digit))?;
    let many = counts[most];
    let (number, _) = last?;
    Some(Hint {
        number,
        en: format!(
            "Of {n} numbers of three digits or more {many} end on {most}, where about {} are to be expected. Were they \
             counted, or estimated and rounded?",
            expected.round()
        ),
        fr: format!(
            "Sur {n} nombres d’au moins trois chiffres, {many} finissent par {most}, contre environ {} attendus. Ont-ils été \
             comptés, ou estimés et arrondis ?",
            expected.round()
        ),
    })
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::Slice;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{quality::tests::deaths, rollup::Fact};

    fn held(area: &str, values: &[f64]) -> Vec<Held> {
        let periods =
            std::iter::successors(Some("2020-01".parse::<Period>().expect("a month")), |one| Some(one.next(1)));
        periods
            .zip(values)
            .map(|(period, value)| Held {
                id: Uuid::nil(),
                fact: Fact {
                    period,
                    area: area.to_owned(),
                    slice: Slice::total(),
                    says: Says::Value(*value),
                    verified: true,
                    definition_version: 1,
                },
                first_recorded: "2025-01-01".parse().expect("a day"),
            })
            .collect()
    }

    fn said(held: &[Held]) -> Vec<String> {
        find(&deaths(), held, 1).into_iter().map(|hint| hint.en).collect()
    }

    #[test]
    fn the_same_value_on_end_is_hinted_at_unless_it_is_small() {
        let run = held("A", &[31.0, 40.0, 40.0, 40.0, 40.0, 52.0]);
        assert_eq!(
            said(&run),
            ["4 periods on end, 2020-02 to 2020-05, say 40. Were they counted anew, or carried forward?"]
        );
        assert_eq!(said(&held("A", &[31.0, 40.0, 40.0, 40.0, 52.0])), Vec::<String>::new());
        assert_eq!(said(&held("A", &[0.0, 0.0, 0.0, 0.0, 3.0, 3.0, 3.0, 3.0])), Vec::<String>::new());
        let mut gap = held("A", &[40.0, 40.0, 40.0, 40.0, 40.0]);
        gap.remove(2);
        assert_eq!(said(&gap), Vec::<String>::new(), "a gap ends a run");
        let last = Definition { over_time: OverTime::Last, ..deaths() };
        assert_eq!(find(&last, &run, 1), [], "what is carried by its nature");
    }

    #[test]
    fn two_areas_that_say_the_same_are_hinted_at_once() {
        let of = |area| held(area, &[31.0, 44.0, 28.0, 57.0]);
        let both: Vec<Held> = [of("A"), of("B"), held("C", &[31.0, 44.0, 28.0, 58.0])].concat();
        assert_eq!(said(&both), ["All 4 values are those of A. Was one copied from the other?"]);
        assert_eq!(find(&deaths(), &both, 1)[0].number, 7);
        let few: Vec<Held> = [held("A", &[31.0, 44.0, 28.0]), held("B", &[31.0, 44.0, 28.0])].concat();
        assert_eq!(said(&few), Vec::<String>::new());
        let small: Vec<Held> = [held("A", &[1.0, 0.0, 2.0, 1.0]), held("B", &[1.0, 0.0, 2.0, 1.0])].concat();
        assert_eq!(said(&small), Vec::<String>::new());
    }

    #[test]
    fn rounded_numbers_are_hinted_at_and_even_digits_are_not() {
        let rounded: Vec<f64> = (0..60).map(|number| 100.0 + f64::from(number * 37 % 90) * 5.0).collect();
        let hints = said(&held("A", &rounded));
        assert!(hints.iter().any(|hint| hint.starts_with("Of 60 numbers of three digits or more")), "{hints:?}");
        let even: Vec<f64> = (0..60).map(|number| 100.0 + f64::from(number * 37 % 890)).collect();
        assert_eq!(said(&held("A", &even)), Vec::<String>::new());
        assert_eq!(said(&held("A", &rounded[..40])), Vec::<String>::new(), "too few to tell");
    }

    proptest! {
        #[test]
        fn every_hint_is_at_a_value_and_in_both_languages(
            values in prop::collection::vec(prop::sample::select(vec![0.0, 5.0, 40.0, 100.0, 250.0, 1e300, -30.0]), 0..80)
        ) {
            let both = [held("A", &values), held("B", &values)].concat();
            for hint in find(&deaths(), &both, 1) {
                prop_assert!(hint.number < both.len() && !hint.en.is_empty() && !hint.fr.is_empty());
            }
        }
    }
}
