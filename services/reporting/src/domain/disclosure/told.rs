//! Numbers that somebody else suppressed, and what would let them be computed.
//!
//! Here nobody knows the value that is hidden: a sum in which exactly one number is hidden tells it, so one more is
//! hidden, until no sum does.

use std::collections::{BTreeMap, BTreeSet};

use super::{Count, Key, Shown, smallest, sums::sums};

/// A number that tiles show.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub indicator: String,
    pub area: String,
    pub period: String,
    pub slice: String,
    /// Where it is shown.
    pub block: String,
    /// `None`: it is suppressed.
    pub value: Option<f64>,
}

/// What speaks of what: indicator, area, period and slice.
pub type Place = (String, String, String, String);

/// The places whose numbers are to be hidden too, beside those that are suppressed.
pub fn complementary(told: &[Told], fiscal_start_month: u32) -> BTreeSet<Place> {
    let mut by_indicator: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for one in told {
        by_indicator.entry(&one.indicator).or_default().push(one);
    }
    // Without one that is suppressed there is nothing to guard.
    let guarded = by_indicator.into_values().filter(|all| all.iter().any(|one| one.value.is_none()));
    guarded.flat_map(|all| of_indicator(&all, fiscal_start_month)).collect()
}

fn of_indicator(all: &[&Told], fiscal_start_month: u32) -> Vec<Place> {
    let mut shown = Shown::new();
    for one in all {
        let key = Key {
            indicator: one.indicator.clone(),
            area: one.area.clone(),
            period: one.period.clone(),
            slice: one.slice.clone(),
        };
        // Not a number: it may be whatever makes two sides equal.
        let count = Count { value: one.value.unwrap_or(f64::NAN), blocks: BTreeSet::new() };
        shown.entry(key).or_insert(count).blocks.insert(one.block.clone());
    }
    let suppressed: BTreeSet<Key> =
        shown.iter().filter(|(_, count)| count.value.is_nan()).map(|(key, _)| key.clone()).collect();
    let sums = sums(&shown, fiscal_start_month);
    let mut hidden = suppressed.clone();
    // Hiding one more may open another sum; each round hides at least one, so it ends.
    let one_more = |hidden: &BTreeSet<Key>| {
        sums.iter().find_map(|sum| {
            let members = || sum.whole.iter().chain(&sum.parts);
            let away = members().filter(|key| hidden.contains(*key)).count();
            let left: Vec<(&Key, f64)> =
                members().filter(|key| !hidden.contains(*key)).map(|key| (key, shown[key].value)).collect();
            // A part before the total, which more readers look for.
            let parts: Vec<(&Key, f64)> = left.iter().filter(|(key, _)| sum.parts.contains(key)).copied().collect();
            (away == 1).then(|| smallest(&parts).or_else(|| smallest(&left))).flatten()
        })
    };
    while let Some(next) = one_more(&hidden) {
        hidden.insert(next);
    }
    let more = hidden.difference(&suppressed);
    more.map(|key| (key.indicator.clone(), key.area.clone(), key.period.clone(), key.slice.clone())).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(area: &str, slice: &str, value: Option<f64>) -> Told {
        let [indicator, period, block] = ["I", "2024-Q1", "t1"].map(str::to_owned);
        Told { indicator, area: area.into(), period, slice: slice.into(), block, value }
    }

    fn areas(of: &BTreeSet<Place>) -> Vec<(&str, &str)> {
        of.iter().map(|(_, area, _, slice)| (area.as_str(), slice.as_str())).collect()
    }

    #[test]
    fn one_hidden_area_beside_its_total_takes_another_with_it() {
        let total = told("", "", Some(63.0));
        let parts =
            [told("A", "", None), told("B", "", Some(20.0)), told("C", "", Some(40.0)), told("D", "", Some(0.0))];
        let all: Vec<Told> = parts.iter().cloned().chain([total.clone()]).collect();
        assert_eq!(areas(&complementary(&all, 7)), [("B", "")], "the smallest that is not zero");
        // Without the total nothing tells it; with two hidden neither.
        assert!(complementary(&parts, 7).is_empty());
        let two: Vec<Told> =
            all.iter().cloned().map(|one| if one.area == "C" { told("C", "", None) } else { one }).collect();
        assert!(complementary(&two, 7).is_empty());
    }

    #[test]
    fn a_hidden_total_is_not_added_up_and_other_cuts_of_it_tell_nothing() {
        let all = [told("", "", None), told("A", "", Some(3.0)), told("B", "", Some(4.0))];
        assert_eq!(areas(&complementary(&all, 7)), [("A", "")]);
        // By sex and by age, without a total: both divide the same.
        let cuts = ["sex=f", "sex=m", "age=0-17", "age=18+"];
        let all: Vec<Told> = cuts.iter().map(|cut| told("", cut, (*cut != "sex=f").then_some(5.0))).collect();
        assert_eq!(complementary(&all, 7).len(), 1, "one of the others goes with it");
        assert!(complementary(&[told("A", "", Some(1.0))], 7).is_empty());
    }

    proptest! {
        /// Whatever is suppressed: afterwards no total with its areas has exactly one number that is hidden.
        #[test]
        fn no_sum_is_left_with_one_that_is_hidden(values in prop::collection::vec(prop::option::weighted(0.7, 0..30_u32), 2..7), total in any::<bool>()) {
            let mut all: Vec<Told> = values.iter().enumerate()
                .map(|(place, value)| told(&format!("A{place}"), "", value.map(f64::from))).collect();
            let sum = total.then(|| values.iter().flatten().sum::<u32>()).map(f64::from);
            all.push(told("", "", sum));
            let more = complementary(&all, 7);
            let hidden = all.iter().filter(|one| one.value.is_none() || areas(&more).contains(&(&*one.area, ""))).count();
            prop_assert_ne!(hidden, 1);
        }
    }
}
