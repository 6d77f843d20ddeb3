//! STL with a season that is the same in all years: what of a series lasts, comes back and is left.
//!
//! Source: R. B. Cleveland, W. S. Cleveland, J. E. McRae and I. Terpenning, "STL: A seasonal-trend decomposition
//! procedure based on loess", J. Official Statistics 6 (1990), without robust weights. Then what loess makes of a place is a
//! weighted sum of the values around it, and the weights hang on the length of the series only: they are found once and used
//! in all passes ([`Smoother`]). Every sum is taken in the order in which the library `stlrs` takes it, so that the parts
//! are those of the library to the bit (`the_parts_are_those_of_the_library_to_the_bit`).

use std::{cell::RefCell, rc::Rc};

/// Passes over season and level.
const PASSES: usize = 5;
/// A neighbour nearer than this share of the window counts fully, and one farther than the other not at all.
const NEAR: f64 = 0.001;
const FAR: f64 = 0.999;

/// What a series is taken apart into: value = level + season + rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    pub level: Vec<f64>,
    pub season: Vec<f64>,
    pub rest: Vec<f64>,
}

/// Smoothers that are kept for the next series as long: as many as a back-test has ends, and the whole.
const KEPT: usize = 16;

thread_local! {
    static SMOOTHERS: RefCell<Vec<Rc<Smoother>>> = const { RefCell::new(Vec::new()) };
}

/// The weights of all windows, for series of one length.
#[derive(Debug, Clone)]
pub struct Smoother {
    cycle: usize,
    values: usize,
    /// Of a month with one value more than others, and of one without; from the year before the first to the year after the
    /// last.
    longer: Vec<Window>,
    shorter: Vec<Window>,
    low_pass: Vec<Window>,
    level: Vec<Window>,
}

/// The weights of the values from a place on.
#[derive(Debug, Clone)]
struct Window {
    from: usize,
    weights: Vec<f64>,
}

impl Window {
    fn of(&self, values: &[f64]) -> f64 {
        values[self.from..].iter().zip(&self.weights).fold(0.0, |sum, (value, weight)| sum + weight * value)
    }
}

impl Smoother {
    /// The same as [`Smoother::of`], found once for all series as long: those of a mission mostly are.
    pub fn kept(values: usize, cycle: usize) -> Option<Rc<Self>> {
        SMOOTHERS.with_borrow_mut(|kept| {
            if let Some(found) = kept.iter().find(|one| (one.values, one.cycle) == (values, cycle)) {
                return Some(Rc::clone(found));
            }
            let made = Rc::new(Self::of(values, cycle)?);
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push(Rc::clone(&made));
            Some(made)
        })
    }

    /// For so many values, `cycle` of them to the year. `None` for fewer than two years of two values or more.
    pub fn of(values: usize, cycle: usize) -> Option<Self> {
        if cycle < 2 || values / 2 < cycle {
            return None;
        }
        let odd = |length: usize| length + 1 - length % 2;
        // Far longer than the series, which makes the season the same in all years.
        let all = 10 * values + 1;
        let level = 1.5 * cycle as f64 / (1.0 - 1.5 / all as f64);
        Some(Self {
            cycle,
            values,
            longer: of_month(values.div_ceil(cycle), all),
            shorter: of_month(values / cycle, all),
            low_pass: lines(values, odd(cycle + 1)),
            level: lines(values, odd(level.ceil() as usize)),
        })
    }

    /// Takes a series apart, as long as was said.
    pub fn parts(&self, series: &[f64]) -> Parts {
        let (n, cycle) = (self.values, self.cycle);
        let mut level = vec![0.0; n];
        let mut season = vec![0.0; n];
        // With a year more at either end.
        let mut months = vec![0.0; n + 2 * cycle];
        let mut of_month = Vec::with_capacity(n / cycle + 1);
        for _ in 0..PASSES {
            for month in 0..cycle {
                of_month.clear();
                of_month.extend((month..n).step_by(cycle).map(|at| series[at] - level[at]));
                let windows = if of_month.len() > n / cycle { &self.longer } else { &self.shorter };
                for (year, window) in windows.iter().enumerate() {
                    months[year * cycle + month] = window.of(&of_month);
                }
            }
            let lasting = averages(&averages(&averages(&months, cycle), cycle), 3);
            for (at, (season, low)) in season.iter_mut().zip(&self.low_pass).enumerate() {
                *season = months[cycle + at] - low.of(&lasting);
            }
            let left: Vec<f64> = series.iter().zip(&season).map(|(value, season)| value - season).collect();
            for (level, window) in level.iter_mut().zip(&self.level) {
                *level = window.of(&left);
            }
        }
        let rest = series.iter().zip(&season).zip(&level).map(|((value, season), level)| value - season - level);
        Parts { rest: rest.collect(), level, season }
    }
}

/// Means of so many values in a row.
fn averages(values: &[f64], length: usize) -> Vec<f64> {
    let mut sum = values[..length].iter().sum::<f64>();
    let count = length as f64;
    let moved = values.iter().zip(&values[length..]).map(|(first, next)| {
        sum = sum - first + next;
        sum / count
    });
    let first = values[..length].iter().sum::<f64>() / count;
    std::iter::once(first).chain(moved).collect()
}

/// Windows over all years of a month: a weighted mean, from the year before the first to the year after the last.
fn of_month(years: usize, length: usize) -> Vec<Window> {
    (0..years + 2)
        .map(|year| {
            let farthest = year.abs_diff(1).max(year.abs_diff(years)) + (length - years) / 2;
            Window { from: 0, weights: near(year, 1..=years, farthest) }
        })
        .collect()
}

/// Windows around each place: the height there of a line through the values in it.
fn lines(values: usize, length: usize) -> Vec<Window> {
    let (mut first, mut last) = (1, length.min(values));
    let further = length.saturating_sub(values) / 2;
    (1..=values)
        .map(|place| {
            if place > length.div_ceil(2) && last != values {
                first += 1;
                last += 1;
            }
            let farthest = (place - first).max(last - place) + further;
            let mut weights = near(place, first..=last, farthest);
            let at = place as f64;
            let of = |weight: usize| (first + weight) as f64;
            let middle = weights.iter().enumerate().fold(0.0, |sum, (one, weight)| sum + weight * of(one));
            let spread = weights
                .iter()
                .enumerate()
                .fold(0.0, |sum, (one, weight)| sum + weight * ((of(one) - middle) * (of(one) - middle)));
            if f64::sqrt(spread) > NEAR * (values as f64 - 1.0) {
                let slope = (at - middle) / spread;
                for (one, weight) in weights.iter_mut().enumerate() {
                    *weight *= slope * (of(one) - middle) + 1.0;
                }
            }
            Window { from: first - 1, weights }
        })
        .collect()
}

/// Tricube weights of places around one, which sum to one.
fn near(place: usize, around: std::ops::RangeInclusive<usize>, farthest: usize) -> Vec<f64> {
    let farthest = farthest as f64;
    let cube = |value: f64| value * value * value;
    let mut weights: Vec<f64> = around
        .map(|one| match one.abs_diff(place) as f64 {
            distance if distance > FAR * farthest => 0.0,
            distance if distance <= NEAR * farthest => 1.0,
            distance => cube(1.0 - cube(distance / farthest)),
        })
        .collect();
    let sum = weights.iter().fold(0.0, |sum, weight| sum + weight);
    weights.iter_mut().for_each(|weight| *weight /= sum);
    weights
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use stlrs::Stl;

    use super::*;

    fn of_library(values: &[f64], cycle: usize) -> Parts {
        let odd = |length: usize| length + 1 - length % 2;
        let window = 10 * values.len() + 1;
        let level = 1.5 * cycle as f64 / (1.0 - 1.5 / window as f64);
        let found = Stl::params()
            .seasonal_length(window)
            .trend_length(odd(level.ceil() as usize))
            .low_pass_length(odd(cycle + 1))
            .seasonal_degree(0)
            .trend_degree(1)
            .low_pass_degree(1)
            .seasonal_jump(1)
            .trend_jump(1)
            .low_pass_jump(1)
            .inner_loops(PASSES)
            .outer_loops(0)
            .robust(false)
            .fit(values, cycle)
            .expect("two years");
        let (season, level, rest, _) = found.into_parts();
        Parts { level, season, rest }
    }

    #[test]
    fn less_than_two_years_have_no_parts() {
        assert!(Smoother::of(23, 12).is_none() && Smoother::of(24, 12).is_some() && Smoother::of(9, 1).is_none());
    }

    #[test]
    fn what_is_kept_is_what_is_found_anew_and_no_more_than_a_few() {
        for _ in 0..2 {
            for values in 24..24 + 2 * KEPT {
                let (kept, anew) =
                    (Smoother::kept(values, 12).expect("two years"), Smoother::of(values, 12).expect("as well"));
                let series: Vec<f64> = (0..values).map(|at| ((at * 7919) % 13) as f64).collect();
                assert_eq!(kept.parts(&series), anew.parts(&series));
            }
        }
        assert_eq!(SMOOTHERS.with_borrow(Vec::len), KEPT);
        assert!(Smoother::kept(23, 12).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]
        #[test]
        fn the_parts_are_those_of_the_library_to_the_bit(
            values in prop::collection::vec(prop_oneof![-2.0f64..2.0, Just(0.0), Just(-0.0), Just(1.0)], 8..150),
            cycle in 2usize..14,
        ) {
            if let Some(smoother) = Smoother::of(values.len(), cycle) {
                let bits = |parts: &Parts| -> Vec<u64> {
                    parts.level.iter().chain(&parts.season).chain(&parts.rest).map(|value| value.to_bits()).collect()
                };
                prop_assert_eq!(bits(&smoother.parts(&values)), bits(&of_library(&values, cycle)));
            }
        }
    }
}
