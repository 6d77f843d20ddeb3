//! What is computed of one indicator's series: where it stands against its target, and its trend.
//!
//! Everything that goes in is in [`Subject`], everything that comes out in [`Computed`], with the name
//! and version of the method, so that the same can be computed again years later.

pub mod change_points;
pub mod contribution;
pub mod difference;
pub mod effect;
pub mod ets;
mod exact;
pub mod forecast;
pub mod gaps;
pub mod hamed_rao;
pub mod hot_spots;
pub mod kruskal_wallis;
pub mod mann_kendall;
pub mod outliers;
pub mod rates;
pub mod seasonal_mann_kendall;
pub mod seasons;
pub(in crate::domain) mod sentence;
pub mod series;
pub mod standing;
mod statement;
mod stl;
pub mod theil_sen;
pub mod together;
pub mod trend;
pub mod wilson;

use chrono::NaiveDate;
use cpas_proto::words::{Frequency, Period};
use serde::{Deserialize, Serialize};

pub use self::{
    change_points::{Change, Changes, Model},
    difference::Difference,
    forecast::{Forecast, NoForecast},
    gaps::Gap,
    seasons::{NoSeasons, Seasons},
    series::{LeftOut, OverTime, Point, Rolled, Series},
    standing::{Aim, Direction, Standing, Status},
    together::Together,
    trend::{Trend, Verdict},
    wilson::Interval,
};
use super::text::Text;

/// A target or milestone: what is aimed at, and by when.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub period: Period,
    pub aim: Aim,
}

/// The value that progress is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    pub value: f64,
    /// `None`: nobody wrote down when; then what was to be expected by now cannot be told.
    pub period: Option<Period>,
}

/// One indicator in one area (or the whole mission), and all that is needed to compute on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    pub code: String,
    pub name: Text,
    pub unit: String,
    /// Area code; `None`: the mission as a whole.
    pub area: Option<String>,
    pub direction: Direction,
    pub over_time: OverTime,
    pub frequency: Frequency,
    pub baseline: Option<Baseline>,
    pub targets: Vec<Target>,
    /// Values as known at the cut-off; finite.
    pub points: Vec<Point>,
    /// What is to be known before points are compared.
    pub cautions: Vec<Text>,
}

/// The time an assessment looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    pub assessed: Period,
    /// The day of the cut-off; a period that ends later was not over and is left out.
    pub known_on: NaiveDate,
    /// 1 to 12.
    pub fiscal_start_month: u32,
}

impl Horizon {
    /// Last day that is looked at.
    pub fn until(&self) -> NaiveDate {
        self.assessed.last_day(self.fiscal_start_month).min(self.known_on)
    }
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Computed {
    /// Points that were looked at, gaps included.
    pub points: Vec<Point>,
    pub latest: Option<(Period, f64)>,
    pub baseline: Option<Baseline>,
    /// The target that it was held against.
    pub target: Option<Target>,
    /// Share of the way from baseline to target; `None`: cannot be told.
    pub achievement: Option<f64>,
    pub status: Status,
    pub trend: Trend,
    /// Values that were there.
    pub n: usize,
    /// "standing/1; mann-kendall/1 exact; theil-sen/1".
    pub method: String,
    pub statement: Text,
    pub cautions: Vec<Text>,
    /// Changes of level in time order.
    #[serde(default)]
    pub change_points: Vec<ChangePoint>,
    /// Periods whose value lies far from the others of its level.
    #[serde(default)]
    pub outliers: Vec<Period>,
    /// 95 % interval of the latest value, where it is a share or a rate.
    #[serde(default)]
    pub interval: Option<Interval>,
    /// The latest share held against that of the same time a year before.
    #[serde(default)]
    pub difference: Option<Difference>,
    /// Level, season and rest of the latest values without a gap, where there are enough years.
    #[serde(default)]
    pub seasons: Option<Seasons>,
    /// The value to be expected by the target, where one lies ahead and enough is known.
    #[serde(default)]
    pub forecast: Option<Forecast>,
    /// Between women and men, ages, areas.
    #[serde(default)]
    pub gaps: Vec<Gap>,
    /// The trend among all that were tested at once; absent before the others are known, and where it is alone.
    #[serde(default)]
    pub together: Option<Together>,
}

/// A change of level in its time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// First period of the new level.
    pub period: Period,
    pub change: Change,
    /// Mean of the level before and after.
    pub before: f64,
    pub after: f64,
}

/// Name and version of the rules in [`standing`].
pub const METHOD: &str = "standing/1";

/// Computes everything for one subject.
pub fn analyse(subject: &Subject, horizon: &Horizon) -> Computed {
    let (series, left_out) =
        Series::new(&subject.points, subject.frequency, horizon.fiscal_start_month, horizon.until());
    let position = position(subject, &series, horizon);
    let trend = trend::of(&series, subject.direction, position.target.map(|target| target.aim));
    let values = series.values();
    let model = if subject.over_time == OverTime::Sum { change_points::model_of(&values) } else { Model::Level };
    let shortest = change_points::shortest_level(trend.n, values_of_year(subject.frequency));
    let changes = change_points::changes(&values, model, shortest);
    let seasons = seasons::seasons(&values, changes.as_ref(), values_of_year(subject.frequency));
    let level = levels(&series, &values, changes.as_ref(), seasons.as_ref().ok());
    let is_ratio = subject.over_time == OverTime::Ratio;
    let interval = is_ratio.then(|| series.latest_interval(&subject.unit)).flatten();
    let is_share = interval.is_some_and(|(_, method)| method == wilson::METHOD);
    let difference = is_share.then(|| series.change_over_a_year(values_of_year(subject.frequency))).flatten();
    let mut cautions = statement::cautions(subject, &series, &position, &trend, left_out);
    cautions.extend(statement::of_levels(&level, changes.as_ref()));
    cautions.extend(seasons.as_ref().err().and_then(|why| why.caution()));
    let seasons =
        seasons.ok().map(|found| Seasons { from: found.from + series.points().len() - values.len(), ..found });
    let cycle = values_of_year(subject.frequency);
    let forecast = forecast::forecast(&series, cycle, position.target, subject.over_time);
    match &forecast {
        Ok(forecast) => cautions.extend(forecast.cautions()),
        Err(why) => cautions.extend(why.caution()),
    }
    let forecast = forecast.ok();
    let said = statement::Said {
        trend: &trend,
        difference,
        seasons: seasons.as_ref(),
        forecast: forecast.as_ref(),
        series: &series,
    };
    Computed {
        statement: statement::statement(subject, &position, &level, &said, horizon),
        cautions,
        latest: series.latest(),
        baseline: position.baseline,
        target: position.target,
        achievement: position.standing.and_then(|standing| standing.share),
        status: position.status(),
        n: trend.n,
        method: [
            Some(method(&trend, changes.as_ref())),
            seasons.as_ref().map(|_| seasons::METHOD.to_owned()),
            interval.map(|(_, method)| method.to_owned()),
            difference.map(|_| difference::METHOD.to_owned()),
            forecast.as_ref().map(|one| format!("{} {}", forecast::METHOD, one.shape)),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("; "),
        trend,
        points: series.points().to_vec(),
        change_points: level.changes,
        outliers: level.outliers,
        interval: interval.map(|(interval, _)| interval),
        difference,
        seasons,
        forecast,
        gaps: Vec::new(),
        together: None,
    }
}

/// Changes of level and outliers in their time.
struct Levels {
    changes: Vec<ChangePoint>,
    outliers: Vec<Period>,
    /// Half of the values or more are at their level, so that none can be far from it.
    no_spread: bool,
}

fn levels(series: &Series, values: &[Option<f64>], changes: Option<&Changes>, seasons: Option<&Seasons>) -> Levels {
    // Places are those of the latest values, which a long series has more of.
    let from = series.points().len() - values.len();
    let at = |position: usize| series.points()[from + position].period;
    let dated = |point: &change_points::ChangePoint| ChangePoint {
        period: at(point.position),
        change: point.change,
        before: point.before,
        after: point.after,
    };
    let found = outliers::outliers(values, changes, seasons);
    Levels {
        changes: changes.map(|changes| changes.points.iter().map(dated).collect()).unwrap_or_default(),
        outliers: found.places.into_iter().map(at).collect(),
        no_spread: found.no_spread,
    }
}

fn method(trend: &Trend, changes: Option<&Changes>) -> String {
    let mut method = format!("{METHOD}; {}", trend.method());
    if let Some(changes) = changes {
        method += &format!("; {} of {}s; {}", change_points::METHOD, changes.model, outliers::METHOD);
    }
    method
}

/// Where the series stands, and what it was judged by.
struct Position {
    latest: Option<(Period, f64)>,
    /// The latest value speaks of the assessed period, or is the last that its frequency gives.
    is_current: bool,
    baseline: Option<Baseline>,
    target: Option<Target>,
    /// The value at the length of the target's period.
    judged: Option<Rolled>,
    standing: Option<Standing>,
    /// The baseline is of another length of period than what it would be compared with.
    baseline_unlike: bool,
}

impl Position {
    fn status(&self) -> Status {
        self.standing.map_or(Status::NoData, |standing| standing.status())
    }
}

fn position(subject: &Subject, series: &Series, horizon: &Horizon) -> Position {
    let start = horizon.fiscal_start_month;
    let latest = series.latest();
    let is_current = latest.is_some_and(|(period, _)| is_current(period, horizon));
    let target = latest
        .and_then(|(period, _)| in_force(&subject.targets, period, start))
        .or_else(|| in_force(&subject.targets, horizon.assessed, start));
    let baseline = subject.baseline;
    let mut position =
        Position { latest, is_current, baseline, target, judged: None, standing: None, baseline_unlike: false };
    if let (Some((period, _)), Some(target), true) = (latest, target, is_current) {
        position.judged = series.rolled(period, target.period.frequency(), subject.over_time);
        // A target for a shorter period than the series has can be held against a level, not a flow.
        if position.judged.is_none() && subject.over_time != OverTime::Sum {
            position.judged = series.rolled(period, subject.frequency, subject.over_time);
        }
        if let Some(judged) = position.judged {
            position.baseline_unlike = subject.over_time == OverTime::Sum
                && baseline
                    .and_then(|baseline| baseline.period)
                    .is_some_and(|period| !same_length(period.frequency(), judged.period.frequency()));
            let comparable = baseline.filter(|_| !position.baseline_unlike);
            position.standing = Some(standing(subject, judged, target, comparable, start));
        }
    }
    position
}

fn standing(subject: &Subject, judged: Rolled, target: Target, baseline: Option<Baseline>, start: u32) -> Standing {
    let aim = target.aim;
    let target_end = target.period.last_day(start);
    let settled = subject.over_time == OverTime::Sum && matches!(aim, Aim::AtLeast(_)) && aim.is_met_by(judged.so_far);
    Standing {
        met: aim.is_met_by(judged.value),
        due: judged.period.last_day(start) >= target_end && judged.until >= judged.period.last_day(start),
        open: !judged.is_complete() && !settled,
        limit: baseline.is_some_and(|baseline| aim.is_met_by(baseline.value)),
        share: baseline.and_then(|baseline| aim.share(baseline.value, judged.value)),
        elapsed: baseline
            .and_then(|baseline| standing::elapsed(baseline.period?.last_day(start), target_end, judged.until)),
    }
}

/// A value is current when its period reaches into the assessed one, or when its frequency has given
/// no later period by then.
fn is_current(latest: Period, horizon: &Horizon) -> bool {
    let start = horizon.fiscal_start_month;
    latest.last_day(start) >= horizon.assessed.first_day(start) || latest.next(start).last_day(start) > horizon.until()
}

/// The next target to be reached at the end of `now`, or the last one where all are past.
fn in_force(targets: &[Target], now: Period, start: u32) -> Option<Target> {
    let end = |target: &&Target| target.period.last_day(start);
    let next = targets.iter().filter(|target| end(target) >= now.last_day(start)).min_by_key(end);
    next.or_else(|| targets.iter().max_by_key(end)).copied()
}

/// Values to the year.
const fn values_of_year(frequency: Frequency) -> usize {
    match frequency {
        Frequency::Day => 365,
        Frequency::Month => 12,
        Frequency::Quarter => 4,
        Frequency::HalfYear => 2,
        Frequency::Year | Frequency::FiscalYear => 1,
    }
}

/// True where two frequencies are as long as each other.
fn same_length(left: Frequency, right: Frequency) -> bool {
    let year = |frequency| matches!(frequency, Frequency::Year | Frequency::FiscalYear);
    left == right || (year(left) && year(right))
}

#[cfg(test)]
mod tests;
