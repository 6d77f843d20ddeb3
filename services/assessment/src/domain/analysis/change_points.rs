//! Change points: where the level of a series changes for good, by the segmentation that costs least.
//!
//! Optimal segmentation by PELT (R. Killick, P. Fearnhead and I. A. Eckley, "Optimal detection of
//! changepoints with a linear computational cost", JASA 107, 2012). With segments of at least
//! [`SEGMENT_VALUES_MIN`] values a candidate may be dropped only so many values later; implementations that
//! drop it at once miss the optimum. That this one finds it is tested against every segmentation
//! (`the_segmentation_is_the_best_of_all`).
//!
//! *Levels*: squared distance from the segment's mean, a change costs 2 ln n · σ² (a Schwarz-like penalty,
//! Y.-C. Yao 1988, doubled as both a level and a place are fitted). σ² is estimated from first differences,
//! which a few changes of level do not touch: (1.4826 · MAD of the differences)² / 2 (after F. R. Hampel 1974 and
//! J. von Neumann 1941), and where that is zero, half the mean of their squares.
//!
//! *Counts*: the Poisson deviance of the segment, a change costs 2 ln n · φ. φ ≥ 1 is the over-dispersion,
//! from differences too: the mean of (xₜ₊₁ − xₜ)² / (xₜ₊₁ + xₜ). Counts of violence come in bursts; with φ = 1 every
//! burst would be a change.
//!
//! *Seasons*: of three years or more within the year, a level lasts a year at least; else every dry season
//! would be a fall ([`shortest_level`]).

use cpas_proto::vocabulary;
use serde::{Deserialize, Serialize};

/// Name and version of the method.
pub const METHOD: &str = "change-points/1";
/// Fewest values that changes are looked for in.
pub const VALUES_MIN: usize = 8;
/// Fewest values of a level.
pub const SEGMENT_VALUES_MIN: usize = 3;
/// Years of values from which a level must outlast a season.
const YEARS_MIN: usize = 3;
/// Over-dispersion from which it is said.
pub const OVERDISPERSED: f64 = 1.5;
/// Makes the MAD of normal values their standard deviation.
const MAD_TO_SPREAD: f64 = 1.482_602_218_505_602;

vocabulary! {
    /// How values are spread around a level.
    pub enum Model as "a model of change points" {
        /// Evenly, whatever the level.
        Level = "level",
        /// The more, the higher the level: counts.
        Count = "count",
    }
}

vocabulary! {
    /// What a change is.
    pub enum Change as "a kind of change" {
        Rise = "rise",
        Fall = "fall",
        /// From or to nothing but zeros at one end of the series: perhaps it was not recorded there.
        CodingBreak = "coding_break",
    }
}

/// One change of level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// Place of the first value of the new level, gaps counted.
    pub position: usize,
    pub change: Change,
    /// Mean of the level before and after.
    pub before: f64,
    pub after: f64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    pub model: Model,
    pub points: Vec<ChangePoint>,
    /// How much more counts scatter than a Poisson law has it, 1 or more; for levels absent.
    pub dispersion: Option<f64>,
}

/// Values that are whole and not negative are counts.
pub fn model_of(series: &[Option<f64>]) -> Model {
    let is_count = |value: &f64| *value >= 0.0 && value.fract() == 0.0;
    if series.iter().flatten().all(is_count) { Model::Count } else { Model::Level }
}

/// Fewest values of a level in a series of so many values with so many to the year: three, or a year's
/// where there are enough years to tell a season from a change.
pub fn shortest_level(values: usize, values_of_year: usize) -> usize {
    if values >= YEARS_MIN * values_of_year { values_of_year.max(SEGMENT_VALUES_MIN) } else { SEGMENT_VALUES_MIN }
}

/// Finds the changes of a series in time order, levels of at least `shortest` values; a `None` is a gap that is passed over. `None` for fewer
/// than [`VALUES_MIN`] values. Values are finite.
pub fn changes(series: &[Option<f64>], model: Model, shortest: usize) -> Option<Changes> {
    let known: Vec<(usize, f64)> =
        series.iter().enumerate().filter_map(|(position, value)| value.map(|value| (position, value))).collect();
    if known.len() < VALUES_MIN {
        return None;
    }
    let values: Vec<f64> = known.iter().map(|(_, value)| *value).collect();
    let dispersion = (model == Model::Count).then(|| dispersion(&values));
    let scatter = dispersion.unwrap_or_else(|| variance(&values));
    let found = if scatter > 0.0 {
        segmentation(&Costs::of(&values, model), 2.0 * (values.len() as f64).ln() * scatter, shortest)
    } else {
        Vec::new()
    };
    let mut bounds = vec![0];
    bounds.extend(found);
    bounds.push(values.len());
    let point = |at: &[usize]| {
        let (from, here, to) = (at[0], at[1], at[2]);
        let (before, after) = (&values[from..here], &values[here..to]);
        let zeros = |part: &[f64]| part.iter().all(|value| *value == 0.0);
        let at_an_end = (from == 0 && zeros(before)) || (to == values.len() && zeros(after));
        let (before, after) = (mean(before), mean(after));
        let change = match () {
            () if at_an_end => Change::CodingBreak,
            () if after > before => Change::Rise,
            () => Change::Fall,
        };
        ChangePoint { position: known[here].0, change, before, after }
    };
    Some(Changes { model, points: bounds.windows(3).map(point).collect(), dispersion })
}

/// The first places of all segments but the first, for which the costs of the segments and a penalty for
/// each change sum to the least.
fn segmentation(costs: &Costs, penalty: f64, shortest: usize) -> Vec<usize> {
    let n = costs.len();
    let mut best = vec![f64::INFINITY; n + 1];
    let mut last = vec![0; n + 1];
    best[0] = -penalty;
    // Candidates for the last change, each with the end from which it may be passed over.
    let mut candidates: Vec<(usize, usize)> = Vec::new();
    // What each costs up to an end, without the change itself.
    let mut so_far: Vec<f64> = Vec::new();
    for end in shortest..=n {
        let newest = end - shortest;
        if best[newest].is_finite() {
            candidates.push((newest, usize::MAX));
        }
        candidates.retain(|(_, until)| *until > end);
        so_far.clear();
        so_far.extend(candidates.iter().map(|(start, _)| best[*start] + costs.between(*start, end)));
        for ((start, _), so_far) in candidates.iter().zip(&so_far) {
            let cost = so_far + penalty;
            if cost < best[end] {
                best[end] = cost;
                last[end] = *start;
            }
        }
        for ((_, until), so_far) in candidates.iter_mut().zip(&so_far) {
            if *until == usize::MAX && *so_far > best[end] {
                // Beaten by a change at `end`, which the rule on lengths allows from here on.
                *until = end + shortest;
            }
        }
    }
    let mut changes = Vec::new();
    let mut at = last[n];
    while at > 0 {
        changes.push(at);
        at = last[at];
    }
    changes.reverse();
    changes
}

/// Sums up to each value, from which the cost of any segment follows.
struct Costs {
    model: Model,
    sums: Vec<f64>,
    squares: Vec<f64>,
}

impl Costs {
    fn of(values: &[f64], model: Model) -> Self {
        // Around the mean, so that large levels do not eat the digits of small changes.
        let middle = if model == Model::Level { mean(values) } else { 0.0 };
        let (mut sums, mut squares) = (vec![0.0], vec![0.0]);
        for value in values {
            let value = value - middle;
            sums.push(sums.last().copied().unwrap_or_default() + value);
            squares.push(squares.last().copied().unwrap_or_default() + value * value);
        }
        Self { model, sums, squares }
    }

    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn between(&self, start: usize, end: usize) -> f64 {
        let (n, sum) = ((end - start) as f64, self.sums[end] - self.sums[start]);
        match self.model {
            Model::Level => (self.squares[end] - self.squares[start] - sum * sum / n).max(0.0),
            Model::Count if sum <= 0.0 => 0.0,
            // −2 log-likelihood without what does not depend on the segments.
            Model::Count => -2.0 * sum * (sum / n).ln(),
        }
    }
}

fn variance(values: &[f64]) -> f64 {
    let differences: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let spread = MAD_TO_SPREAD * mad(&differences).1;
    if spread > 0.0 {
        return spread * spread / 2.0;
    }
    mean(&differences.iter().map(|step| step * step).collect::<Vec<_>>()) / 2.0
}

fn dispersion(values: &[f64]) -> f64 {
    let ratio = |pair: &[f64]| {
        let sum = pair[0] + pair[1];
        (sum > 0.0).then(|| (pair[1] - pair[0]).powi(2) / sum)
    };
    let ratios: Vec<f64> = values.windows(2).filter_map(ratio).collect();
    if ratios.is_empty() { 1.0 } else { mean(&ratios).max(1.0) }
}

/// Median, and median of the distances from it.
pub(super) fn mad(values: &[f64]) -> (f64, f64) {
    let middle = median(values.to_vec());
    (middle, median(values.iter().map(|value| (value - middle).abs()).collect()))
}

fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.sort_unstable_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { values[half - 1] / 2.0 + values[half] / 2.0 }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn known(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    fn total(costs: &Costs, changes: &[usize], penalty: f64) -> f64 {
        let mut bounds = vec![0];
        bounds.extend(changes);
        bounds.push(costs.len());
        bounds.windows(2).map(|pair| costs.between(pair[0], pair[1])).sum::<f64>() + penalty * changes.len() as f64
    }

    /// Of every segmentation there is, the cost of the best.
    fn exhaustive(costs: &Costs, from: usize, penalty: f64, shortest: usize) -> f64 {
        let n = costs.len();
        let whole = if n - from >= shortest { costs.between(from, n) } else { f64::INFINITY };
        (from + shortest..n)
            .map(|at| costs.between(from, at) + penalty + exhaustive(costs, at, penalty, shortest))
            .fold(whole, f64::min)
    }

    #[test]
    fn a_step_is_found_where_it_is_and_a_gap_keeps_its_place() {
        let mut series = known(&[10.2, 9.9, 10.1, 9.8, 10.0, 10.3, 20.1, 19.8, 20.2, 20.0, 19.9]);
        series.insert(3, None);
        let found = changes(&series, Model::Level, SEGMENT_VALUES_MIN).expect("enough values");
        assert_eq!(found.points.len(), 1, "{found:?}");
        assert_eq!((found.points[0].position, found.points[0].change), (7, Change::Rise));
        assert!((found.points[0].after - 20.0).abs() < 0.1);
    }

    #[test]
    fn what_does_not_change_or_is_too_short_has_none() {
        assert_eq!(changes(&known(&[5.0; 7]), Model::Count, SEGMENT_VALUES_MIN), None);
        assert!(changes(&known(&[5.5; 30]), Model::Level, SEGMENT_VALUES_MIN).expect("values").points.is_empty());
        assert!(changes(&known(&[0.0; 30]), Model::Count, SEGMENT_VALUES_MIN).expect("values").points.is_empty());
    }

    #[test]
    fn zeros_at_an_end_are_called_a_break_in_recording() {
        let starts = known(&[0.0, 0.0, 0.0, 0.0, 0.0, 31.0, 29.0, 35.0, 30.0, 33.0, 28.0]);
        let found = changes(&starts, model_of(&starts), SEGMENT_VALUES_MIN).expect("values");
        assert_eq!(found.points.iter().map(|point| point.change).collect::<Vec<_>>(), [Change::CodingBreak]);
        let within = known(&[31.0, 29.0, 35.0, 30.0, 0.0, 0.0, 0.0, 0.0, 33.0, 28.0, 30.0, 31.0]);
        let found = changes(&within, model_of(&within), SEGMENT_VALUES_MIN).expect("values");
        assert_eq!(found.points.iter().map(|point| point.change).collect::<Vec<_>>(), [Change::Fall, Change::Rise]);
    }

    #[test]
    fn bursts_of_counts_are_not_each_a_change() {
        let bursts: Vec<f64> = (0..48).map(|at| if at % 7 == 3 { 40.0 } else { f64::from(at % 3) }).collect();
        let found = changes(&known(&bursts), Model::Count, SEGMENT_VALUES_MIN).expect("values");
        assert!(found.points.is_empty(), "{found:?}");
        assert!(found.dispersion.expect("counts") > OVERDISPERSED);
    }

    #[test]
    fn a_season_is_no_change_and_a_change_is_found_among_seasons() {
        let season = |at: usize| if at % 12 < 5 { 40.0 } else { 20.0 };
        let scatter = |at: usize| ((at * 7919) % 7) as f64 - 3.0;
        let steady: Vec<f64> = (0..60).map(|at| season(at) + scatter(at)).collect();
        let lasting = shortest_level(60, 12);
        assert_eq!((lasting, shortest_level(35, 12), shortest_level(9, 1)), (12, 3, 3));
        let places = |values: &[f64], shortest| -> Vec<usize> {
            let found = changes(&known(values), Model::Count, shortest).expect("values");
            found.points.iter().map(|point| point.position).collect()
        };
        assert!(places(&steady, SEGMENT_VALUES_MIN).len() > 4, "with short levels every season is a change");
        assert!(places(&steady, lasting).is_empty());
        let fallen: Vec<f64> =
            steady.iter().enumerate().map(|(at, value)| if at < 29 { *value } else { value / 3.0 }).collect();
        assert_eq!(places(&fallen, lasting), [29]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
        #[test]
        fn the_segmentation_is_the_best_of_all(
            values in prop::collection::vec(0u32..30, 3..18),
            penalty in 0.01f64..60.0,
            shortest in 1usize..4,
            is_count in any::<bool>(),
        ) {
            prop_assume!(values.len() >= shortest);
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let costs = Costs::of(&values, if is_count { Model::Count } else { Model::Level });
            let found = segmentation(&costs, penalty, shortest);
            let best = exhaustive(&costs, 0, penalty, shortest);
            prop_assert!((total(&costs, &found, penalty) - best).abs() <= 1e-9 * best.abs().max(1.0));
            let mut bounds = vec![0];
            bounds.extend(found);
            bounds.push(values.len());
            prop_assert!(bounds.windows(2).all(|pair| pair[1] - pair[0] >= shortest));
        }

        #[test]
        fn neither_scale_nor_shift_moves_a_change_of_level(
            values in prop::collection::vec(-100i32..100, 8..40), scale in 1i32..8, shift in -64i32..64,
        ) {
            let plain: Vec<_> = values.iter().map(|value| Some(f64::from(*value) / 4.0)).collect();
            // Powers of two and quarters: nothing is rounded.
            let moved: Vec<_> = plain.iter().map(|value| value.map(|value| value * f64::from(1 << scale) + f64::from(shift))).collect();
            let places = |series: &[Option<f64>]| -> Vec<usize> {
                changes(series, Model::Level, SEGMENT_VALUES_MIN).expect("values").points.iter().map(|point| point.position).collect()
            };
            let (one, other) = (places(&plain), places(&moved));
            // Segmentations that cost the same may be told apart by rounding; their number is the same.
            prop_assert_eq!(one.len(), other.len());
        }

        #[test]
        fn whatever_the_values_there_is_no_nan(values in prop::collection::vec(prop::option::of(-1e12f64..1e12), 0..60)) {
            for model in [Model::Level, model_of(&values)] {
                if let Some(found) = changes(&values, model, SEGMENT_VALUES_MIN) {
                    prop_assert!(found.points.iter().all(|point| point.before.is_finite() && point.after.is_finite()));
                }
            }
        }
    }
}
