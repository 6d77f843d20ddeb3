//! An indicator before and after something was done: is its level another one?
//!
//! Sources: J. L. Hodges and E. L. Lehmann, "Estimates of location based on rank tests", Annals of Mathematical
//! Statistics 34 (1963): the median of all differences of a value after and a value before; H. B. Mann and D. R.
//! Whitney, "On a test of whether one of two random variables is stochastically larger than the other", Annals of
//! Mathematical Statistics 18 (1947), turned round into the interval: the differences that the exact test does not
//! reject at 5 %. Checked to 1e-9 against `scipy.stats.mannwhitneyu(method="exact")` turned round difference by
//! difference; see `tests/fixtures/make_effect.py`. With ties the interval holds at least as often.
//!
//! It takes values as independent, knows nothing of what else happened, and never says that something was caused.

mod words;

use chrono::NaiveDate;
use cpas_proto::{vocabulary, words::Frequency};

use super::{Direction, Interval, Point, Series, Verdict, trend, values_of_year};
use crate::domain::text::Text;

/// Name and version of the method.
pub const METHOD: &str = "hodges-lehmann/1; mann-whitney/1 exact";
/// Periods on either side that are looked at: two years of them, within these bounds.
const PERIODS_MIN: usize = 6;
const PERIODS_MAX: usize = 60;
/// Either tail of the interval.
const TAIL: f64 = 0.025;

vocabulary! {
    /// What the comparison says.
    pub enum Outcome as "a result of a comparison" {
        Better = "better",
        Worse = "worse",
        /// Another level, of which neither way is better.
        Moved = "moved",
        /// Chance alone may give it.
        NoDifference = "no_difference",
        TooLittle = "too_little",
    }
}

vocabulary! {
    /// Where a period lies.
    pub enum Side as "a side" { Before = "before", During = "during", After = "after" }
}

/// A series and the day from which a difference is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    pub points: &'a [Point],
    pub frequency: Frequency,
    pub unit: &'a str,
    pub direction: Direction,
    pub implemented: NaiveDate,
    /// The day of the reading; a period that ends later is left out.
    pub known_on: NaiveDate,
    /// 1 to 12.
    pub fiscal_start_month: u32,
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    pub outcome: Outcome,
    pub n_before: usize,
    pub n_after: usize,
    pub median_before: Option<f64>,
    pub median_after: Option<f64>,
    pub shift: Option<Shift>,
    /// Of the values before.
    pub trend_before: Verdict,
    pub points: Vec<(Point, Side)>,
    pub statement: Text,
    pub cautions: Vec<Text>,
}

/// After less before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    pub difference: f64,
    pub interval: Interval,
    /// What the interval holds, 0.95 to 1.
    pub confidence: f64,
}

/// Compares the values of the two years before with those of up to two years after.
pub fn effect(watched: &Watched<'_>) -> Effect {
    let Watched { frequency, fiscal_start_month: start, known_on, implemented, direction, .. } = *watched;
    let (series, _) = Series::new(watched.points, frequency, start, known_on);
    let reach = (2 * values_of_year(frequency)).clamp(PERIODS_MIN, PERIODS_MAX);
    let side = |point: &Point| {
        if point.period.last_day(start) < implemented {
            Side::Before
        } else if point.period.first_day(start) > implemented {
            Side::After
        } else {
            Side::During
        }
    };
    let all: Vec<(Point, Side)> = series.points().iter().map(|point| (*point, side(point))).collect();
    let first_after = all.iter().position(|(_, side)| *side == Side::After).unwrap_or(all.len());
    let before_end = all.iter().position(|(_, side)| *side != Side::Before).unwrap_or(all.len());
    let points = all[before_end.saturating_sub(reach)..all.len().min(first_after + reach)].to_vec();
    let of = |asked: Side| -> Vec<Point> {
        points.iter().filter(|(_, side)| *side == asked).map(|(point, _)| *point).collect()
    };
    let (before, after) = (of(Side::Before), of(Side::After));
    let values = |points: &[Point]| points.iter().filter_map(|point| point.value).collect::<Vec<f64>>();
    let (low, high) = (values(&before), values(&after));
    let shift = shift(&low, &high);
    let (before_series, _) = Series::new(&before, frequency, start, known_on);
    let trend_before = trend::of(&before_series, direction, None);
    let outcome = outcome(shift.as_ref(), direction);
    let said = words::Said {
        watched,
        outcome,
        n: (low.len(), high.len()),
        medians: median(&low).zip(median(&high)),
        shift,
        trend_before: trend_before.verdict,
        periods: (before.len(), after.len()),
        neighbours_alike: trend_before.neighbours_alike,
        has_during: points.iter().any(|(point, side)| *side == Side::During && point.value.is_some()),
    };
    Effect {
        outcome,
        n_before: low.len(),
        n_after: high.len(),
        median_before: median(&low),
        median_after: median(&high),
        shift,
        trend_before: trend_before.verdict,
        statement: said.statement(),
        cautions: said.cautions(),
        points,
    }
}

fn outcome(shift: Option<&Shift>, direction: Direction) -> Outcome {
    let Some(Shift { interval, .. }) = shift else { return Outcome::TooLittle };
    if interval.low <= 0.0 && interval.high >= 0.0 {
        return Outcome::NoDifference;
    }
    match direction {
        Direction::InRange => Outcome::Moved,
        Direction::Higher if interval.low > 0.0 => Outcome::Better,
        Direction::Lower if interval.high < 0.0 => Outcome::Better,
        Direction::Higher | Direction::Lower => Outcome::Worse,
    }
}

/// The shift from the values before to those after. `None` where no order of so few values could reject anything at
/// 5 %, or where a difference is too large for a number. At most [`PERIODS_MAX`] values on either side.
pub fn shift(before: &[f64], after: &[f64]) -> Option<Shift> {
    let (rank, outside) = rank_of_end(before.len(), after.len())?;
    let mut differences: Vec<f64> =
        after.iter().flat_map(|later| before.iter().map(move |earlier| later - earlier)).collect();
    if differences.iter().any(|difference| !difference.is_finite()) {
        return None;
    }
    differences.sort_unstable_by(f64::total_cmp);
    let interval = Interval { low: differences[rank - 1], high: differences[differences.len() - rank] };
    Some(Shift { difference: median_of_sorted(&differences)?, interval, confidence: 1.0 - 2.0 * outside })
}

/// Place from 1 of the ordered difference that the interval begins with, and the chance of either end being missed.
fn rank_of_end(before: usize, after: usize) -> Option<(usize, f64)> {
    if before == 0 || after == 0 || before > PERIODS_MAX || after > PERIODS_MAX {
        return None;
    }
    let ways = orders_by_u(before, after);
    let all: i128 = ways.iter().sum();
    let (mut sum, mut outside) = (0_i128, 0.0);
    for (u, count) in ways.iter().enumerate() {
        sum += count;
        let chance = sum as f64 / all as f64;
        if chance > TAIL {
            return (u > 0).then_some((u, outside));
        }
        outside = chance;
    }
    None
}

/// How many orders of so many values give each U from 0: the Gaussian binomial coefficient. At 60 and 60 all of
/// them are 9.7e34, which fits.
fn orders_by_u(before: usize, after: usize) -> Vec<i128> {
    let most = before * after;
    let mut ways = vec![0_i128; most + 1];
    ways[0] = 1;
    for step in 1..=before {
        for u in (after + step..=most).rev() {
            ways[u] -= ways[u - after - step];
        }
        for u in step..=most {
            ways[u] += ways[u - step];
        }
    }
    ways
}

/// The middle value, or the mean of the two; `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    median_of_sorted(&sorted)
}

fn median_of_sorted(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    Some(if sorted.len() % 2 == 1 { upper } else { f64::midpoint(sorted[sorted.len() / 2 - 1], upper) })
}

#[cfg(test)]
mod tests;
