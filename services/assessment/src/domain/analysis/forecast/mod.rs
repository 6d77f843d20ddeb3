//! The forecast to the target: what value is to be expected by then, how sure that is, and the chance of reaching it.
//!
//! The latest values without a gap are smoothed ([`super::ets`]), a season that stands out taken away first and added
//! back (R. J. Hyndman and G. Athanasopoulos, "Forecasting: principles and practice", STL with ETS). Paths to the end of
//! the target's period are drawn with normal errors and brought to that period as values are, together with what is known of
//! it; the interval and the chance are shares of the paths. Values that were never below zero are not drawn below it.
//! Draws come from ChaCha8 with the same seed for all. Interval ends are checked against the exact normal ones of statsmodels
//! within Monte Carlo error; how well such forecasts would have done before is tried and told ([`back_test`]).

mod back_test;
mod sentence;

use std::f64::consts::TAU;

use cpas_proto::words::Period;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use serde::{Deserialize, Serialize};

pub use self::back_test::BackTest;
use super::{
    Aim, OverTime, Series, Target,
    ets::{self, Fitted, Shape},
    seasons,
};

/// Name and version of the method.
pub const METHOD: &str = "ets/1";
/// Fewest values in a row that a forecast is made from.
pub const VALUES_MIN: usize = 12;
/// Most values, the latest, that it is made from.
pub const VALUES_MAX: usize = 240;
/// Most periods ahead.
pub const AHEAD_MAX: usize = 120;
/// Paths that are drawn.
pub const DRAWS: usize = 2_000;
/// Seed of all draws.
pub const SEED: u32 = 20_250_701;
/// What is left out at each end of an interval.
const TAIL: f64 = 0.025;

/// One period ahead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub period: Period,
    /// As likely to be above as below.
    pub value: f64,
    /// Ends of its 95 % interval.
    pub low: f64,
    pub high: f64,
}

/// A forecast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// The period that the target is held against, brought to its length.
    pub target: Step,
    pub aim: Aim,
    /// Share of the paths that meet the target, 0 to 1.
    pub chance: f64,
    pub shape: Shape,
    pub alpha: f64,
    pub beta: f64,
    pub phi: f64,
    /// A season was taken away and added back.
    pub seasonal: bool,
    /// Values that it was made from.
    pub n: usize,
    pub draws: usize,
    pub seed: u32,
    /// Each period from the last known value to the target.
    pub steps: Vec<Step>,
    pub tried: BackTest,
}

/// Why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoForecast {
    /// No target lies ahead.
    NothingAhead,
    TooFew {
        values: usize,
    },
    TooFar {
        ahead: usize,
        values: usize,
    },
    /// The target's period is of a length that the values cannot be brought to, or not before their parts are known.
    Length,
    /// The values, but for a straight line, do not vary.
    NoScatter,
}

/// What was learned of a series.
pub(super) struct Learned {
    fitted: Fitted,
    /// What the model's numbers are multiplied by.
    unit: f64,
    /// Of the year to come, first period first; empty: none.
    season: Vec<f64>,
}

impl Learned {
    /// Learns from values without a gap, `cycle` of them to the year.
    pub(super) fn of(values: &[f64], cycle: usize) -> Option<Self> {
        let known: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        let split = seasons::seasons(&known, None, cycle).ok().filter(seasons::Seasons::stands_out);
        let season: Vec<f64> =
            split.map(|split| split.season[split.season.len() - cycle..].to_vec()).unwrap_or_default();
        let of_place = |place: usize| {
            // The last value of the series has the last season of the year.
            if season.is_empty() { 0.0 } else { season[(place + cycle - values.len() % cycle) % cycle] }
        };
        let plain: Vec<f64> = values.iter().enumerate().map(|(place, value)| value - of_place(place)).collect();
        let most = plain.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        if !most.is_finite() || most <= 0.0 {
            return None;
        }
        let unit = 2f64.powi(most.log2().floor().clamp(-900.0, 900.0) as i32);
        let fitted = ets::best(&plain.iter().map(|value| value / unit).collect::<Vec<_>>())?;
        Some(Self { fitted, unit, season })
    }

    fn season(&self, step: usize) -> f64 {
        if self.season.is_empty() { 0.0 } else { self.season[(step - 1) % self.season.len()] }
    }

    /// The value expected so many periods ahead, and the spread around it.
    pub(super) fn ahead(&self, step: usize) -> (f64, f64) {
        (self.unit * self.fitted.ahead(step) + self.season(step), self.unit * self.fitted.spread(step))
    }

    /// One path of so many periods, within the given bounds.
    fn path(&self, steps: usize, bounds: (f64, f64), chance: &mut Normal) -> Vec<f64> {
        let weights = self.fitted.weights;
        let (mut level, mut slope) = (self.fitted.level, self.fitted.slope);
        (1..=steps)
            .map(|step| {
                let expected = level + weights.phi * slope;
                let error = self.fitted.sigma * chance.next();
                level = expected + weights.alpha * error;
                slope = weights.phi * slope + weights.beta * error;
                (self.unit * (expected + error) + self.season(step)).clamp(bounds.0, bounds.1)
            })
            .collect()
    }
}

/// What the target asks of the periods ahead.
struct Asked {
    /// Known values within the target's period.
    known: Vec<f64>,
    /// Periods from the last known value to the end of the target's, and the first of them that lies within it.
    ahead: Vec<Period>,
    first_within: usize,
    /// Parts of the target's period.
    whole: usize,
    over_time: OverTime,
}

/// Forecasts a series, `cycle` values to the year, to a target.
pub fn forecast(
    series: &Series,
    cycle: usize,
    target: Option<Target>,
    over_time: OverTime,
) -> Result<Forecast, NoForecast> {
    let target = target.ok_or(NoForecast::NothingAhead)?;
    let (period, asked) = asked(series, target, over_time)?;
    let values = latest(series);
    if values.len() < VALUES_MIN {
        return Err(NoForecast::TooFew { values: values.len() });
    }
    let ahead = asked.ahead.len();
    if ahead > values.len().min(AHEAD_MAX) {
        return Err(NoForecast::TooFar { ahead, values: values.len() });
    }
    let learned = Learned::of(&values, cycle).ok_or(NoForecast::NoScatter)?;
    let bounds = bounds(series, &values, over_time);
    let mut chance = Normal::of(SEED);
    let paths: Vec<Vec<f64>> = (0..DRAWS).map(|_| learned.path(ahead, bounds, &mut chance)).collect();
    let rolled: Vec<f64> = paths.iter().map(|path| asked.rolled(path)).collect();
    if rolled.iter().any(|value| !value.is_finite()) {
        return Err(NoForecast::NoScatter);
    }
    let met = rolled.iter().filter(|value| target.aim.is_met_by(**value)).count();
    let steps = asked.ahead.iter().enumerate();
    Ok(Forecast {
        target: step(period, rolled),
        aim: target.aim,
        chance: met as f64 / DRAWS as f64,
        shape: learned.fitted.shape,
        alpha: learned.fitted.weights.alpha,
        beta: learned.fitted.weights.beta,
        phi: learned.fitted.weights.phi,
        seasonal: !learned.season.is_empty(),
        n: values.len(),
        draws: DRAWS,
        seed: SEED,
        steps: steps.map(|(at, period)| step(*period, paths.iter().map(|path| path[at]).collect())).collect(),
        tried: back_test::back_test(&values, cycle, ahead),
    })
}

impl Asked {
    /// A path brought to the target's period.
    fn rolled(&self, path: &[f64]) -> f64 {
        let within = || self.known.iter().chain(&path[self.first_within..]).copied();
        let count = within().count() as f64;
        match self.over_time {
            OverTime::Sum => within().sum::<f64>() * (self.whole as f64 / count),
            OverTime::Average => within().sum::<f64>() / count,
            OverTime::Max => within().fold(f64::NEG_INFINITY, f64::max),
            OverTime::Min => within().fold(f64::INFINITY, f64::min),
            OverTime::Last | OverTime::Ratio => path.last().copied().unwrap_or(f64::NAN),
        }
    }
}

fn asked(series: &Series, target: Target, over_time: OverTime) -> Result<(Period, Asked), NoForecast> {
    let start = series.fiscal_start_month();
    let (last, _) = series.latest().ok_or(NoForecast::TooFew { values: 0 })?;
    let frequency = last.frequency();
    if target.period.last_day(start) <= last.last_day(start) {
        return Err(NoForecast::NothingAhead);
    }
    let parts = target.period.divided(frequency, start);
    let fits = !parts.is_empty() && parts.iter().all(|part| target.period.covers(*part, start));
    // A level can be held against a target within its period, and one of years that begin otherwise; a flow cannot.
    let (period, parts) = match over_time {
        _ if fits => (target.period, parts),
        OverTime::Sum => return Err(NoForecast::Length),
        _ => {
            let one = Period::containing(target.period.last_day(start), frequency, start);
            (one, vec![one])
        }
    };
    // The parts of shares to come are not known, and shares are never averaged.
    if over_time == OverTime::Ratio && parts.len() > 1 {
        return Err(NoForecast::Length);
    }
    let end = parts.last().map_or(last, |part| *part).first_day(start);
    let mut ahead = Vec::new();
    let mut next = last.next(start);
    while next.first_day(start) <= end && ahead.len() <= AHEAD_MAX {
        ahead.push(next);
        next = next.next(start);
    }
    if ahead.is_empty() {
        return Err(NoForecast::NothingAhead);
    }
    let first_within = ahead.iter().position(|one| parts.contains(one)).unwrap_or(ahead.len() - 1);
    let known = parts.iter().filter_map(|part| series.value_of(*part)).collect();
    Ok((period, Asked { known, ahead, first_within, whole: parts.len(), over_time }))
}

/// The latest values without a gap.
fn latest(series: &Series) -> Vec<f64> {
    let (_, values) = seasons::latest_run(&series.values());
    values[values.len().saturating_sub(VALUES_MAX)..].to_vec()
}

/// What was never below zero is not drawn below it, and shares not above all.
fn bounds(series: &Series, values: &[f64], over_time: OverTime) -> (f64, f64) {
    let low = if values.iter().all(|value| *value >= 0.0) { 0.0 } else { f64::NEG_INFINITY };
    let is_share = over_time == OverTime::Ratio && series.is_of_shares();
    (low, if is_share { series.scale() } else { f64::INFINITY })
}

fn step(period: Period, mut drawn: Vec<f64>) -> Step {
    let [low, value, high] = [TAIL, 0.5, 1.0 - TAIL].map(|share| quantile(&mut drawn, share));
    Step { period, value, low, high }
}

/// Between the two nearest in the order of the values, as NumPy has it; the two are chosen, and not all sorted.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    let place = share * (values.len() - 1) as f64;
    let below = place.floor() as usize;
    let (_, low, after) = values.select_nth_unstable_by(below, f64::total_cmp);
    let high = after.iter().copied().min_by(f64::total_cmp).unwrap_or(*low);
    *low + (place - below as f64) * (high - *low)
}

/// Standard normal draws, two at a time (G. E. P. Box and M. E. Muller, 1958).
struct Normal {
    chance: ChaCha8Rng,
    kept: Option<f64>,
}

impl Normal {
    fn of(seed: u32) -> Self {
        Self { chance: ChaCha8Rng::seed_from_u64(u64::from(seed)), kept: None }
    }

    fn next(&mut self) -> f64 {
        if let Some(kept) = self.kept.take() {
            return kept;
        }
        // 53 bits; the first is never zero.
        let mut unit = || (self.chance.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        let (one, other) = (1.0 - unit(), unit());
        let radius = (-2.0 * one.ln()).sqrt();
        self.kept = Some(radius * (TAU * other).sin());
        radius * (TAU * other).cos()
    }
}

#[cfg(test)]
mod tests;
