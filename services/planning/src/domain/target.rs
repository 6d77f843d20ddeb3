//! What an indicator is to reach, in a period, area and slice.

use chrono::NaiveDate;
use cpas_proto::words::{Frequency, Period, Slice};
use serde::{Deserialize, Serialize};

use super::{
    Recorded,
    broken::Broken,
    definition::{Definition, Direction},
    ids::{IndicatorId, TargetId},
    indicator::{Indicator, IndicatorState},
};

/// What is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// At least or at most this much, by the indicator's direction.
    Value(f64),
    /// Both ends included.
    Range { low: f64, high: f64 },
}

/// What a target is for: there is one at a time for each of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    pub indicator: IndicatorId,
    pub period: Period,
    /// Code of an area; `None`: the whole mission.
    pub area: Option<String>,
    pub slice: Slice,
}

/// A target as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenTarget {
    pub scope: Scope,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Why it is changed after its period opened.
    pub reason: Option<String>,
    /// The version that the writer saw; 0: none.
    pub seen_version: i64,
}

/// A target as it is or was.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub id: TargetId,
    pub scope: Scope,
    pub aim: Aim,
    pub reason: Option<String>,
    pub version: i64,
    pub recorded: Recorded,
}

/// What setting a target comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// It already is so.
    Unchanged,
    New(Target),
    /// The stored one stays readable as history.
    Changed(Target),
}

/// Why a target is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetRefused {
    #[error("This indicator is retired; it takes no targets any more.")]
    Retired,
    #[error("{0}")]
    Broken(#[from] Broken),
    /// Somebody changed it since the writer read it; the stored one is kept.
    #[error("the target has another version")]
    Stale,
}

/// What a given target makes of the stored one.
///
/// # Errors
/// It does not fit the indicator, lacks its reason, or the writer saw another version.
pub fn set(
    given: GivenTarget,
    stored: Option<&Target>,
    indicator: &Indicator,
    today: NaiveDate,
    fiscal_start_month: u32,
    recorded: Recorded,
    new_id: TargetId,
) -> Result<Setting, TargetRefused> {
    if indicator.state == IndicatorState::Retired {
        return Err(TargetRefused::Retired);
    }
    let aim = aim(&given, &indicator.definition)?;
    check_period(given.scope.period, indicator.definition.frequency)?;
    indicator.definition.check_slice("target.slice", &given.scope.slice)?;
    if let Some(stored) = stored
        && stored.aim == aim
    {
        return Ok(Setting::Unchanged);
    }
    if given.seen_version != stored.map_or(0, |stored| stored.version) {
        return Err(TargetRefused::Stale);
    }
    check_reason(&given, stored.is_some(), today, fiscal_start_month)?;
    let target = |id, version| Target { id, scope: given.scope, aim, reason: given.reason, version, recorded };
    Ok(match stored {
        None => Setting::New(target(new_id, 1)),
        Some(stored) => Setting::Changed(target(stored.id, stored.version + 1)),
    })
}

fn aim(given: &GivenTarget, definition: &Definition) -> Result<Aim, Broken> {
    let mut broken = Broken::nothing();
    if !definition.kind.is_numeric() {
        return Err(Broken::one("target.indicator_id", "A qualitative indicator has no number to aim at."));
    }
    for (field, number) in [("target.value", given.value), ("target.low", given.low), ("target.high", given.high)] {
        if number.is_some_and(|number| !number.is_finite()) {
            broken.add(field, "This is not a number.");
        }
    }
    let aim = match (definition.direction, given.value, given.low, given.high) {
        (Direction::Higher | Direction::Lower, Some(value), None, None) => Some(Aim::Value(value)),
        (Direction::Higher | Direction::Lower, ..) => {
            let direction = definition.direction;
            broken.add(
                "target.value",
                format!("{} is better {direction}: give one value, and no range.", definition.code),
            );
            None
        }
        (Direction::InRange, None, Some(low), Some(high)) if low <= high => Some(Aim::Range { low, high }),
        (Direction::InRange, None, Some(_), Some(_)) => {
            broken.add("target.low", "The range ends below its start; exchange low and high.");
            None
        }
        (Direction::InRange, ..) => {
            broken
                .add("target.low", format!("{} is best in a range: give low and high, and no value.", definition.code));
            None
        }
    };
    match aim {
        Some(aim) => broken.into_result(aim),
        None => Err(broken),
    }
}

/// A target for less time than the indicator's values stand for could never be met.
fn check_period(period: Period, frequency: Frequency) -> Result<(), Broken> {
    let length = |frequency| match frequency {
        Frequency::Day => 1,
        Frequency::Month => 30,
        Frequency::Quarter => 91,
        Frequency::HalfYear => 182,
        Frequency::Year | Frequency::FiscalYear => 365,
    };
    if length(period.frequency()) >= length(frequency) {
        return Ok(());
    }
    let message = format!("The indicator has one value per {frequency}; {period} is shorter. Aim at a longer period.");
    Err(Broken::one("target.period", message))
}

fn check_reason(given: &GivenTarget, is_change: bool, today: NaiveDate, fiscal_start_month: u32) -> Result<(), Broken> {
    let period = given.scope.period;
    let (opened, closed) = (period.first_day(fiscal_start_month), period.last_day(fiscal_start_month));
    match &given.reason {
        Some(_) => Ok(()),
        None if is_change && opened <= today => Err(Broken::one(
            "target.reason",
            format!("{period} opened on {opened}; say why its target changes. The target before stays readable."),
        )),
        None if closed < today => {
            Err(Broken::one("target.reason", format!("{period} closed on {closed}; say why it gets a target now.")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
