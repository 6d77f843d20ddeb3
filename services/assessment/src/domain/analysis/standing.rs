//! Achievement and status: how far on the way from the baseline to the target, and whether that is
//! as far as it should be by now.
//!
//! These rules are the project's own; they follow the results-based-management practice of comparing
//! progress with the elapsed share of the time between baseline and target (UNDG Results-Based
//! Management Handbook, 2011, on indicators, baselines and targets).
//!
//! 1. Nothing to judge by (no current value, or no target): `no_data`.
//! 2. The target is met: `achieved`. While the period of the value is not complete, a value that more
//!    data could still take back is `on_track`.
//! 3. The target's period is over and it is not met: `at_risk` from 90 % of the way, else `off_track`.
//! 4. The target is a limit, no better than the baseline, and not met: `at_risk` while time is left.
//! 5. Else the share of the way made is compared with the share of the time passed: from 90 % of it
//!    `on_track`, from 60 % of it `at_risk`, below `off_track`. Before any time has passed, not to have
//!    moved the wrong way is `on_track`, else `at_risk`.
//! 6. Neither share can be told (no baseline): `no_data`.

use chrono::NaiveDate;
use cpas_proto::vocabulary;
use serde::{Deserialize, Serialize};

/// Share of the expected progress from which it is on track.
pub const ON_TRACK_SHARE: f64 = 0.9;
/// Share of the expected progress from which it is at risk; below it is off track.
pub const AT_RISK_SHARE: f64 = 0.6;

vocabulary! {
    /// Which way is better.
    pub enum Direction as "a direction" { Higher = "higher", Lower = "lower", InRange = "in_range" }
}

vocabulary! {
    /// How it stands against the target.
    pub enum Status as "a status" {
        Achieved = "achieved",
        OnTrack = "on_track",
        AtRisk = "at_risk",
        OffTrack = "off_track",
        NoData = "no_data",
    }
}

/// What is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Aim {
    /// At least this much.
    AtLeast(f64),
    /// At most this much.
    AtMost(f64),
    /// From low to high, both included.
    Within { low: f64, high: f64 },
}

impl Aim {
    /// The aim of a target; `None` where the target does not say what its direction needs.
    pub fn of(direction: Direction, value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<Self> {
        match direction {
            Direction::Higher => value.map(Self::AtLeast),
            Direction::Lower => value.map(Self::AtMost),
            Direction::InRange => {
                let (low, high) = low.zip(high)?;
                (low <= high).then_some(Self::Within { low, high })
            }
        }
    }

    /// True when the value is where it is wanted.
    pub fn is_met_by(self, value: f64) -> bool {
        self.distance(value) == 0.0
    }

    /// How far the value is from where it is wanted, 0 or more.
    pub fn distance(self, value: f64) -> f64 {
        match self {
            Self::AtLeast(aim) => (aim - value).max(0.0),
            Self::AtMost(aim) => (value - aim).max(0.0),
            Self::Within { low, high } => (low - value).max(value - high).max(0.0),
        }
    }

    /// Share of the way from the baseline that is made: 0 at the baseline, 1 at the target, more beyond
    /// it, negative the wrong way. In a range it is 1 at most.
    ///
    /// `None` where the baseline is already where it is wanted, so that there is no way to make.
    pub fn share(self, baseline: f64, value: f64) -> Option<f64> {
        let way = self.distance(baseline);
        if way == 0.0 {
            return None;
        }
        Some(match self {
            Self::AtLeast(_) => (value - baseline) / way,
            Self::AtMost(_) => (baseline - value) / way,
            Self::Within { .. } => 1.0 - self.distance(value) / way,
        })
    }
}

/// Share of the time from the end of the baseline's period to the end of the target's that has passed
/// at `now`, 0 to 1. `None` where the baseline does not end before the target.
pub fn elapsed(baseline_end: NaiveDate, target_end: NaiveDate, now: NaiveDate) -> Option<f64> {
    let all = (target_end - baseline_end).num_days();
    (all > 0).then(|| ((now - baseline_end).num_days() as f64 / all as f64).clamp(0.0, 1.0))
}

/// A value held against a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The value meets the target.
    pub met: bool,
    /// The period of the target is over.
    pub due: bool,
    /// More data for the value's own period could take back that it is met.
    pub open: bool,
    /// The baseline is already where the target is: a limit to keep.
    pub limit: bool,
    /// Share of the way made.
    pub share: Option<f64>,
    /// Share of the time passed, 0 to 1.
    pub elapsed: Option<f64>,
}

impl Standing {
    /// The status by the rules above.
    pub fn status(&self) -> Status {
        if self.met {
            return if self.open { Status::OnTrack } else { Status::Achieved };
        }
        if self.due {
            let nearly = self.share.is_some_and(|share| share >= ON_TRACK_SHARE);
            return if nearly { Status::AtRisk } else { Status::OffTrack };
        }
        if self.limit {
            return Status::AtRisk;
        }
        match (self.share, self.elapsed) {
            (Some(share), Some(0.0)) if share >= 0.0 => Status::OnTrack,
            (Some(_), Some(0.0)) => Status::AtRisk,
            (Some(share), Some(elapsed)) if share >= ON_TRACK_SHARE * elapsed => Status::OnTrack,
            (Some(share), Some(elapsed)) if share >= AT_RISK_SHARE * elapsed => Status::AtRisk,
            (Some(_), Some(_)) => Status::OffTrack,
            _ => Status::NoData,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_share_of_the_way_knows_which_way_is_better() {
        assert_eq!(Aim::AtLeast(80.0).share(40.0, 60.0), Some(0.5));
        assert_eq!(Aim::AtMost(100.0).share(500.0, 300.0), Some(0.5));
        assert_eq!(Aim::AtMost(100.0).share(500.0, 600.0), Some(-0.25), "the wrong way");
        assert_eq!(Aim::AtLeast(80.0).share(40.0, 100.0), Some(1.5), "beyond the target");
        let range = Aim::Within { low: 40.0, high: 60.0 };
        assert_eq!(range.share(20.0, 30.0), Some(0.5));
        assert_eq!(range.share(20.0, 50.0), Some(1.0));
        assert_eq!(range.share(20.0, 100.0), Some(-1.0), "through the range and out of it");
        assert_eq!(Aim::AtMost(100.0).share(90.0, 95.0), None, "a limit has no way to make");
    }

    #[test]
    fn a_target_must_say_what_its_direction_needs() {
        assert_eq!(Aim::of(Direction::InRange, Some(5.0), None, None), None);
        assert_eq!(Aim::of(Direction::Higher, None, Some(1.0), Some(2.0)), None);
        assert_eq!(Aim::of(Direction::InRange, None, Some(3.0), Some(2.0)), None, "upside down");
        assert_eq!(Aim::of(Direction::InRange, None, Some(3.0), None), None, "a range has two ends");
    }

    #[test]
    fn time_passes_from_the_end_of_the_baseline_to_the_end_of_the_target() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let share = elapsed(day("2022-12-31"), day("2026-12-31"), day("2024-12-31")).expect("in order");
        assert!((share - 731.0 / 1461.0).abs() < 1e-12);
        assert_eq!(elapsed(day("2022-12-31"), day("2026-12-31"), day("2020-01-01")), Some(0.0));
        assert_eq!(elapsed(day("2022-12-31"), day("2022-12-31"), day("2024-12-31")), None);
    }

    #[test]
    fn each_rule_gives_its_status() {
        let none = Standing { met: false, due: false, open: false, limit: false, share: None, elapsed: None };
        let half = |share| Standing { share: Some(share), elapsed: Some(0.5), ..none };
        for (standing, status) in [
            (Standing { met: true, ..none }, Status::Achieved),
            (Standing { met: true, open: true, ..none }, Status::OnTrack),
            (Standing { due: true, share: Some(0.95), ..none }, Status::AtRisk),
            (Standing { due: true, share: Some(0.5), ..none }, Status::OffTrack),
            (Standing { due: true, ..none }, Status::OffTrack),
            (Standing { limit: true, ..none }, Status::AtRisk),
            (half(0.45), Status::OnTrack),
            (half(0.44), Status::AtRisk),
            (half(0.30), Status::AtRisk),
            (half(0.29), Status::OffTrack),
            (half(-0.1), Status::OffTrack),
            (Standing { elapsed: Some(0.0), ..half(0.0) }, Status::OnTrack),
            (Standing { elapsed: Some(0.0), ..half(-0.1) }, Status::AtRisk),
            (Standing { elapsed: None, ..half(0.7) }, Status::NoData),
            (none, Status::NoData),
        ] {
            assert_eq!(standing.status(), status, "{standing:?}");
        }
    }

    proptest! {
        #[test]
        fn more_of_the_way_is_never_a_worse_status(elapsed in 0.0f64..1.0, less in -2.0f64..1.0, more in 0.0f64..1.0) {
            let at = |share| Standing { met: false, due: false, open: false, limit: false, share: Some(share), elapsed: Some(elapsed) };
            prop_assert!(at(less + more).status() <= at(less).status());
        }
    }
}
