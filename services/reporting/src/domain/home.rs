//! Status of what a mission wants to reach, and its series in miniature.

use serde::{Deserialize, Serialize};

/// Values of a sparkline.
pub const SPARK_POINTS: usize = 24;
/// Share of the way to the target from which a series counts as on track, and as at risk.
const ON_TRACK_FROM: f64 = 0.75;
const AT_RISK_FROM: f64 = 0.40;

cpas_proto::vocabulary! {
    /// How something stands, from good to bad; `no_data` stands outside.
    pub enum Status as "a status" {
        Achieved = "achieved",
        OnTrack = "on_track",
        AtRisk = "at_risk",
        OffTrack = "off_track",
        NoData = "no_data",
    }
}

/// The worst status that has data; `no_data` when none has.
pub fn worst(all: impl IntoIterator<Item = Status>) -> Status {
    all.into_iter().filter(|status| *status != Status::NoData).max().unwrap_or(Status::NoData)
}

/// A point of a series as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SeriesPoint {
    pub period: String,
    pub value: Option<f64>,
    pub kind: String,
    pub observations: u32,
    /// Of a ratio its parts, so that missions can be added up. Series that were read before these were kept have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<f64>,
}

/// A value as a sparkline draws it: four significant digits are a hundredth of its height, and half the bytes.
pub fn drawn(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    // Read back from what is written, so that the nearest short number is meant.
    format!("{value:.3e}").parse().ok().filter(|short: &f64| short.is_finite()).unwrap_or(value)
}

/// The last points, as many as a sparkline holds.
pub fn spark(points: &[SeriesPoint]) -> &[SeriesPoint] {
    &points[points.len().saturating_sub(SPARK_POINTS)..]
}

/// The newest point that has a value.
pub fn latest(points: &[SeriesPoint]) -> Option<&SeriesPoint> {
    points.iter().rev().find(|point| point.value.is_some())
}

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Goal {
    pub baseline: Option<f64>,
    pub target: Option<f64>,
    /// For `in_range`.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// The status of a value between an assessment and the next: reached, or the share of the way from the
/// baseline, at least 75 % on track, at least 40 % at risk. The assessment's own status, which looks at
/// time and trend, goes before this one wherever there is one for the same period.
pub fn standing(direction: &str, latest: Option<f64>, goal: Goal) -> Status {
    let Some(value) = latest else { return Status::NoData };
    if direction == "in_range" {
        return match (goal.low, goal.high) {
            (None, None) => Status::NoData,
            (low, high) => {
                let inside = low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high);
                if inside { Status::Achieved } else { Status::OffTrack }
            }
        };
    }
    let Some(target) = goal.target else { return Status::NoData };
    let reached = if direction == "lower" { value <= target } else { value >= target };
    if reached {
        return Status::Achieved;
    }
    let Some(way) =
        goal.baseline.map(|baseline| (value - baseline) / (target - baseline)).filter(|way| way.is_finite())
    else {
        return Status::AtRisk;
    };
    match way {
        way if way >= ON_TRACK_FROM => Status::OnTrack,
        way if way >= AT_RISK_FROM => Status::AtRisk,
        _ => Status::OffTrack,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_status_with_data_counts() {
        use Status::{Achieved, AtRisk, NoData, OffTrack, OnTrack};
        assert_eq!(worst([Achieved, NoData, AtRisk, OnTrack]), AtRisk);
        assert_eq!(worst([NoData, Achieved]), Achieved);
        assert_eq!(worst([NoData]), NoData);
        assert_eq!(worst([]), NoData);
        assert_eq!(worst([OffTrack, AtRisk]), OffTrack);
    }

    #[test]
    fn standing_knows_which_way_is_better() {
        let goal = Goal { baseline: Some(100.0), target: Some(50.0), ..Default::default() };
        assert_eq!(standing("lower", Some(50.0), goal), Status::Achieved);
        assert_eq!(standing("lower", Some(60.0), goal), Status::OnTrack);
        assert_eq!(standing("lower", Some(75.0), goal), Status::AtRisk);
        assert_eq!(standing("lower", Some(120.0), goal), Status::OffTrack, "the wrong way");
        assert_eq!(standing("higher", Some(50.0), Goal { target: Some(60.0), ..Default::default() }), Status::AtRisk);
        assert_eq!(standing("higher", None, goal), Status::NoData);
        assert_eq!(standing("higher", Some(1.0), Goal::default()), Status::NoData);
        let range = Goal { low: Some(1.0), high: Some(2.0), ..Default::default() };
        assert_eq!(standing("in_range", Some(1.5), range), Status::Achieved);
        assert_eq!(standing("in_range", Some(2.5), range), Status::OffTrack);
    }

    #[test]
    fn a_spark_is_the_end_of_a_series_and_the_latest_is_a_value() {
        let point = |place: usize, value| SeriesPoint { period: format!("{place}"), value, ..Default::default() };
        let mut points: Vec<_> = (0..30).map(|place| point(place, Some(0.0))).collect();
        points.push(point(30, None));
        assert_eq!(spark(&points).len(), SPARK_POINTS);
        assert_eq!(spark(&points)[0].period, "7");
        assert_eq!(latest(&points).map(|point| point.period.as_str()), Some("29"));
        assert_eq!(spark(&points[..2]).len(), 2);
    }

    #[test]
    fn a_spark_draws_four_digits_of_any_number() {
        for (value, short) in
            [(0.0, 0.0), (14.0, 14.0), (3.218_640_1, 3.219), (-0.001_234_56, -0.001_235), (98_766.0, 98_770.0)]
        {
            assert_eq!(drawn(value), short);
        }
        assert!(drawn(f64::NAN).is_nan());
        assert_eq!(drawn(f64::MAX), f64::MAX, "a rounding past the largest number is none");
    }
}
