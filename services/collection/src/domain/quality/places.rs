//! The places that an indicator is expected to fill: what completeness and timeliness count, and tasks are made of.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use cpas_proto::words::Period;

use super::{Facts, Filled, Window, due};
use crate::domain::{definition::Definition, lifetime::Lifetimes};

cpas_proto::vocabulary! {
    /// Where a task stands.
    pub enum TaskState as "a state of a task" {
        Open = "open",
        Late = "late",
        Done = "done",
        Waived = "waived",
    }
}

/// A place that is expected.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    pub period: Period,
    /// Empty: the mission as a whole.
    pub area: String,
    pub due: NaiveDate,
    pub filled: Option<&'a Filled>,
    /// Whether it was filled by the day it was due; `None` where it could not have been.
    pub in_time: Option<bool>,
}

impl Place<'_> {
    /// Where its task stands. What is filled is done, also when it was waived before.
    pub fn state(&self, is_waived: bool, today: NaiveDate) -> TaskState {
        match self.filled {
            Some(_) => TaskState::Done,
            None if is_waived => TaskState::Waived,
            None if self.due < today => TaskState::Late,
            None => TaskState::Open,
        }
    }
}

/// The places of the window, by period and area.
///
/// What came of an area that reported is expected in its place; an area is not expected in periods that it does not
/// exist in.
pub fn expected<'a>(
    definition: &Definition,
    facts: &'a Facts,
    lifetimes: &Lifetimes,
    window: Window,
) -> Vec<Place<'a>> {
    expected_in(definition, facts, lifetimes, window, &window.periods(definition.frequency))
}

/// The places of some periods of the indicator's frequency, in the areas that reported in them, in the window or in as
/// long a time before it.
pub fn expected_in<'a>(
    definition: &Definition,
    facts: &'a Facts,
    lifetimes: &Lifetimes,
    window: Window,
    periods: &[Period],
) -> Vec<Place<'a>> {
    let start = window.fiscal_start_month;
    let before = Window { months: window.months.saturating_mul(2), ..window };
    let asked: BTreeSet<Period> = periods.iter().copied().collect();
    let own = || facts.places.iter().filter(|place| place.period.frequency() == definition.frequency);
    let counts = |period| before.holds(period) || asked.contains(&period);
    let mut areas: BTreeSet<&str> =
        own().filter(|place| counts(place.period)).map(|place| place.area.as_str()).collect();
    areas = lifetimes.with_successors(areas);
    if areas.is_empty() {
        areas.insert("");
    }
    let filled: BTreeMap<(&str, Period), &Filled> =
        own().filter_map(|place| Some(((place.area.as_str(), place.period), place.filled.as_ref()?))).collect();
    let place = |period: Period, area: &str| {
        let due = due(period, start);
        let filled = filled.get(&(area, period)).copied();
        // History that was loaded could not come in time: the indicator was not collected here yet.
        let judged = filled.filter(|_| facts.heard_of.is_some_and(|first| due >= first));
        Place { period, area: area.to_owned(), due, filled, in_time: judged.map(|one| one.first_recorded <= due) }
    };
    periods
        .iter()
        .flat_map(|&period| areas.iter().map(move |area| (period, *area)))
        .filter(|(period, area)| lifetimes.exists(area, period.first_day(start), period.last_day(start)))
        .map(|(period, area)| place(period, area))
        .collect()
}
