//! The trend of a series: Mann–Kendall says whether, Theil–Sen how much.

use cpas_proto::vocabulary;
use serde::{Deserialize, Serialize};

use super::{
    Aim, Direction, Series,
    hamed_rao::{self, HamedRao, hamed_rao},
    mann_kendall::{self, Computation, MannKendall},
    seasonal_mann_kendall::{self, SeasonalMannKendall, seasonal_mann_kendall},
    series::POSITIONS_MAX,
    theil_sen::{self, TheilSen},
    values_of_year,
};

/// Fewest values that are looked at for likeness of neighbours.
const AUTOCORRELATION_VALUES_MIN: usize = 10;

vocabulary! {
    /// What the trend means.
    pub enum Verdict as "a trend" {
        Improving = "improving",
        Worsening = "worsening",
        /// Not significant, or which way is better cannot be told.
        None = "none",
        TooFew = "too_few",
    }
}

/// What is said of the trend, with what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    pub verdict: Verdict,
    pub n: usize,
    /// Of the values; in a range, of their distance from it.
    pub mann_kendall: Option<MannKendall>,
    /// The test corrected for neighbours that are alike, where that can be done.
    #[serde(default)]
    pub hamed_rao: Option<HamedRao>,
    /// The test within each season, where there are enough years of quarters or months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seasonal: Option<SeasonalMannKendall>,
    /// Of the values, in units per period.
    pub theil_sen: Option<TheilSen>,
    /// The test looked at the distance from the range, not at the values.
    pub of_distance: bool,
    /// A range is wanted and none is set, so that a movement is neither good nor bad.
    pub no_range: bool,
    /// Neighbouring values are alike beyond chance, which makes p too small.
    pub neighbours_alike: bool,
    /// Only the latest [`POSITIONS_MAX`] positions were looked at.
    pub cut: bool,
}

impl Trend {
    /// "mann-kendall/1 exact; theil-sen/1", or why there is none.
    pub fn method(&self) -> String {
        let Some(test) = &self.mann_kendall else {
            return format!("{} (needs {} values)", mann_kendall::METHOD, mann_kendall::VALUES_MIN);
        };
        let computation = match test.computation {
            Computation::Exact => "exact",
            Computation::Normal => "normal, tie- and continuity-corrected",
        };
        let of = if self.of_distance { " of the distance from the range" } else { "" };
        let corrected = self.hamed_rao.map(|_| format!("; {}", hamed_rao::METHOD)).unwrap_or_default();
        let seasonal = self.seasonal.map(|_| format!("; {}", seasonal_mann_kendall::METHOD)).unwrap_or_default();
        format!("{} {computation}{of}{corrected}{seasonal}; {}", mann_kendall::METHOD, theil_sen::METHOD)
    }
}

/// The trend of a series. In a range, nearer is better; without a range nothing is.
pub fn of(series: &Series, direction: Direction, aim: Option<Aim>) -> Trend {
    let values = series.values();
    let of_distance = direction == Direction::InRange && aim.is_some();
    let tested: Vec<Option<f64>> = match aim {
        Some(aim) if of_distance => values.iter().map(|value| value.map(|value| aim.distance(value))).collect(),
        _ => values.clone(),
    };
    let test = mann_kendall::mann_kendall(&tested);
    let slope = test.and_then(|_| theil_sen::theil_sen(&values));
    let no_range = direction == Direction::InRange && aim.is_none();
    let n = values.iter().flatten().count();
    let cycle = series.points().first().map_or(1, |point| values_of_year(point.period.frequency()));
    Trend {
        verdict: verdict(test.as_ref(), direction, no_range),
        n,
        mann_kendall: test,
        hamed_rao: test.and_then(|test| match slope {
            Some(slope) if !of_distance => hamed_rao::with_slope(&tested, &test, slope.slope),
            _ => hamed_rao(&tested, &test),
        }),
        seasonal: test.and_then(|_| seasonal_mann_kendall(&tested, cycle)),
        theil_sen: slope,
        of_distance,
        no_range,
        neighbours_alike: slope.is_some_and(|slope| neighbours_alike(&values, slope.slope, n)),
        cut: series.points().len() > POSITIONS_MAX,
    }
}

fn verdict(test: Option<&MannKendall>, direction: Direction, no_range: bool) -> Verdict {
    let Some(test) = test else { return Verdict::TooFew };
    if !test.is_significant() || no_range {
        return Verdict::None;
    }
    let rises_is_good = direction == Direction::Higher;
    if (test.s > 0) == rises_is_good { Verdict::Improving } else { Verdict::Worsening }
}

/// Lag-one autocorrelation beyond the 95 % bound of an independent series, 1.96/√n (Bartlett 1946).
fn neighbours_alike(values: &[Option<f64>], slope: f64, n: usize) -> bool {
    n >= AUTOCORRELATION_VALUES_MIN
        && theil_sen::autocorrelation_without_slope(values, slope)
            .is_some_and(|likeness| likeness > 1.96 / (n as f64).sqrt())
}
