//! The Mann–Kendall test: is there a steady rise or fall in a series?
//!
//! Sources: H. B. Mann, "Nonparametric tests against trend", Econometrica 13 (1945); M. G. Kendall,
//! "Rank Correlation Methods" (1975), for the variance with ties and the continuity correction.
//! The exact distribution with ties is the Gaussian multinomial coefficient (MacMahon): it counts the
//! arrangements of a multiset by their inversions. Checked to 1e-9 against `scipy.stats.kendalltau`
//! (tau-b; exact p without ties), `pymannkendall.original_test` (S, variance, normal p) and a count of
//! all arrangements (exact p with ties); see `tests/fixtures/make_fixtures.py`.

use serde::{Deserialize, Serialize};
use statrs::function::erf::erfc;

/// Name and version of the method.
pub const METHOD: &str = "mann-kendall/1";
/// Fewest values that are tested at all.
pub const VALUES_MIN: usize = 4;
/// Up to this many values p is exact, beyond it normal with ties and continuity corrected.
pub const EXACT_VALUES_MAX: usize = 10;
/// Two-sided level at which a trend is called one.
pub const LEVEL: f64 = 0.05;
/// Values that are put in order one by one before they are merged.
const RUN: usize = 8;

/// How p was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Computation {
    /// From the distribution of S over all arrangements of the values, ties kept.
    Exact,
    /// From the normal distribution, variance corrected for ties, S for continuity.
    Normal,
}

/// What the test says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MannKendall {
    /// Values that were there.
    pub n: usize,
    /// Pairs that rise less pairs that fall.
    pub s: i64,
    /// Kendall's tau-b, −1 to 1; `None` where all values are equal.
    pub tau: Option<f64>,
    /// Two-sided, 0 to 1.
    pub p: f64,
    /// The smallest p that these values could give in any order.
    pub p_smallest: f64,
    pub computation: Computation,
}

impl MannKendall {
    /// True when the series rises or falls at the level of 5 %.
    pub fn is_significant(&self) -> bool {
        self.p <= LEVEL
    }

    /// True when no order of these values could have been significant: too few, or too many alike.
    pub fn cannot_be_significant(&self) -> bool {
        self.p_smallest > LEVEL
    }
}

/// Tests a series in time order. A `None` is a gap: it is passed over, as the test uses the order only.
///
/// Returns `None` for fewer than [`VALUES_MIN`] values. Values are finite.
pub fn mann_kendall(series: &[Option<f64>]) -> Option<MannKendall> {
    let values: Vec<f64> = series.iter().copied().flatten().collect();
    let n = values.len();
    if n < VALUES_MIN {
        return None;
    }
    let mut sorted = values;
    let falls = falls(&mut sorted);
    let groups = tie_groups_of(&sorted);
    let pairs = pairs(n);
    let untied = pairs - groups.iter().copied().map(pairs_of).sum::<i64>();
    // Of the pairs that are no ties those rise that do not fall.
    let s = untied - 2 * falls;
    let tau = (untied > 0).then(|| s as f64 / ((pairs as f64) * (untied as f64)).sqrt());
    let (p, p_smallest, computation) = if n <= EXACT_VALUES_MAX {
        let inversions = arrangements_by_inversions(&groups);
        let p = |s| exact_p(&inversions, untied, s);
        (p(s), p(untied), Computation::Exact)
    } else {
        let variance = variance_of_s(n, &groups);
        let p = |s| normal_p(s, variance);
        (p(s), p(untied), Computation::Normal)
    };
    Some(MannKendall { n, s, tau, p, p_smallest, computation })
}

/// Sorts, and counts the pairs that fall: those that a sort by merging turns round (W. R. Knight, "A computer method for
/// calculating Kendall's tau with ungrouped data", JASA 61, 1966).
fn falls(values: &mut [f64]) -> i64 {
    let (mut falls, mut merged) = (0, values.to_vec());
    for run in values.chunks_mut(RUN) {
        for place in 1..run.len() {
            let (own, mut at) = (run[place], place);
            while at > 0 && run[at - 1] > own {
                run[at] = run[at - 1];
                at -= 1;
            }
            run[at] = own;
            falls += (place - at) as i64;
        }
    }
    let mut length = RUN;
    while length < values.len() {
        for (pair, merged) in values.chunks(2 * length).zip(merged.chunks_mut(2 * length)) {
            let (mut earlier, mut later) = pair.split_at(length.min(pair.len()));
            for place in merged {
                match (earlier.first(), later.first()) {
                    (Some(one), Some(other)) if other < one => {
                        falls += earlier.len() as i64;
                        (*place, later) = (*other, &later[1..]);
                    }
                    (Some(one), _) => (*place, earlier) = (*one, &earlier[1..]),
                    (None, Some(other)) => (*place, later) = (*other, &later[1..]),
                    (None, None) => break,
                }
            }
        }
        values.copy_from_slice(&merged);
        length *= 2;
    }
    falls
}

/// Sizes of the groups of equal values, ones included; they sum to the number of values.
pub(super) fn tie_groups(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    tie_groups_of(&sorted)
}

fn tie_groups_of(sorted: &[f64]) -> Vec<usize> {
    sorted.chunk_by(|left, right| left == right).map(<[f64]>::len).collect()
}

/// Variance of S under no trend, with ties: (n(n−1)(2n+5) − Σ t(t−1)(2t+5)) / 18.
pub(super) fn variance_of_s(n: usize, groups: &[usize]) -> f64 {
    let term = |t: usize| (t as f64) * (t as f64 - 1.0) * (2.0 * t as f64 + 5.0);
    (term(n) - groups.iter().copied().map(term).sum::<f64>()) / 18.0
}

fn pairs(n: usize) -> i64 {
    (n * (n - 1) / 2) as i64
}

fn pairs_of(group: usize) -> i64 {
    pairs(group)
}

fn normal_p(s: i64, variance: f64) -> f64 {
    if s == 0 || variance <= 0.0 {
        return 1.0;
    }
    let z = (s.abs() - 1) as f64 / variance.sqrt();
    erfc(z / std::f64::consts::SQRT_2)
}

/// Share of the arrangements whose |S| is at least the one found. An arrangement with i inversions
/// among u untied pairs has S = u − 2i.
fn exact_p(arrangements: &[u64], untied: i64, s: i64) -> f64 {
    let all: u64 = arrangements.iter().sum();
    let as_far: u64 = (0..)
        .zip(arrangements)
        .filter(|(inversions, _)| (untied - 2 * inversions).abs() >= s.abs())
        .map(|(_, count)| count)
        .sum();
    as_far as f64 / all as f64
}

/// How many arrangements of a multiset with these group sizes have 0, 1, 2, … inversions.
/// At most [`EXACT_VALUES_MAX`] values, so that the counts (at most 10!) fit.
fn arrangements_by_inversions(groups: &[usize]) -> Vec<u64> {
    let mut counts = vec![1];
    let mut placed = 0;
    for &group in groups {
        placed += group;
        counts = product(&counts, &gaussian_binomial(placed, group));
    }
    counts
}

/// Coefficients of the Gaussian binomial, by G(n, k) = G(n−1, k−1) + q^k G(n−1, k).
fn gaussian_binomial(n: usize, k: usize) -> Vec<u64> {
    if k == 0 || k == n {
        return vec![1];
    }
    let mut counts = vec![0; k * (n - k) + 1];
    for (power, count) in gaussian_binomial(n - 1, k - 1).into_iter().enumerate() {
        counts[power] += count;
    }
    for (power, count) in gaussian_binomial(n - 1, k).into_iter().enumerate() {
        counts[power + k] += count;
    }
    counts
}

fn product(left: &[u64], right: &[u64]) -> Vec<u64> {
    let mut counts = vec![0; left.len() + right.len() - 1];
    for (i, a) in left.iter().enumerate() {
        for (j, b) in right.iter().enumerate() {
            counts[i + j] += a * b;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn series(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn three_values_are_too_few() {
        assert_eq!(mann_kendall(&series(&[1.0, 2.0, 3.0])), None);
        assert_eq!(mann_kendall(&[Some(1.0), None, Some(2.0), None, Some(3.0)]), None, "gaps are not values");
    }

    #[test]
    fn four_values_can_never_be_significant_and_say_so() {
        let test = mann_kendall(&series(&[1.0, 2.0, 3.0, 4.0])).expect("four values");
        assert_eq!((test.s, test.tau), (6, Some(1.0)));
        assert!((test.p - 2.0 / 24.0).abs() < 1e-15);
        assert!(!test.is_significant() && test.cannot_be_significant());
    }

    #[test]
    fn five_values_can_be_significant_unless_they_are_alike() {
        let test = mann_kendall(&series(&[1.0, 2.0, 3.0, 4.0, 5.0])).expect("five values");
        assert!(test.is_significant() && !test.cannot_be_significant());
        let alike = mann_kendall(&series(&[1.0, 1.0, 1.0, 1.0, 2.0])).expect("five values");
        assert!(alike.cannot_be_significant());
    }

    #[test]
    fn a_constant_series_has_no_trend_and_no_tau() {
        for n in [5, 20] {
            let test = mann_kendall(&vec![Some(7.0); n]).expect("enough values");
            assert_eq!((test.s, test.tau, test.p), (0, None, 1.0), "{n} values");
        }
    }

    proptest! {
        #[test]
        fn sorting_counts_the_pairs_that_fall(
            values in prop::collection::vec(prop_oneof![-4i32..4, -4000i32..4000].prop_map(|value| f64::from(value) / 4.0), 0..90),
        ) {
            let mut sorted = values.clone();
            let pairs = values.iter().enumerate().flat_map(|(place, one)| values[place + 1..].iter().map(move |other| (one, other)));
            prop_assert_eq!(falls(&mut sorted), pairs.filter(|(one, other)| other < one).count() as i64);
            prop_assert!(sorted.is_sorted() && sorted.len() == values.len());
        }

        #[test]
        fn turned_round_it_says_the_opposite(values in prop::collection::vec(-5i32..5, 4..25)) {
            let forward: Vec<_> = values.iter().map(|value| Some(f64::from(*value))).collect();
            let backward: Vec<_> = forward.iter().rev().copied().collect();
            let (forward, backward) =
                (mann_kendall(&forward).expect("enough"), mann_kendall(&backward).expect("enough"));
            prop_assert_eq!(forward.s, -backward.s);
            prop_assert!((forward.p - backward.p).abs() < 1e-12);
            prop_assert!(forward.p_smallest <= forward.p + 1e-12 && (0.0..=1.0).contains(&forward.p));
        }

        #[test]
        fn a_gap_changes_nothing(values in prop::collection::vec(-50i32..50, 4..15), gap in 0usize..15) {
            let whole: Vec<_> = values.iter().map(|value| Some(f64::from(*value))).collect();
            let mut with_gap = whole.clone();
            with_gap.insert(gap.min(whole.len()), None);
            prop_assert_eq!(mann_kendall(&whole), mann_kendall(&with_gap));
        }
    }
}
