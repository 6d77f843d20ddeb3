//! The places that an indicator is expected to fill: what completeness and timeliness count, and tasks are made of.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use cpas_proto::words::Period;

use super::{Held, Window, due};
use crate::domain::{definition::Definition, lifetime::Lifetimes, rollup::Says};

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
    /// What fills it.
    pub held: Option<&'a Held>,
    /// Whether it was filled by the day it was due; `None` where it could not have been.
    pub in_time: Option<bool>,
}

impl Place<'_> {
    /// Where its task stands. What is filled is done, also when it was waived before.
    pub fn state(&self, is_waived: bool, today: NaiveDate) -> TaskState {
        match self.held {
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
    held: &'a [Held],
    lifetimes: &Lifetimes,
    window: Window,
) -> Vec<Place<'a>> {
    let start = window.fiscal_start_month;
    let before = Window { months: window.months.saturating_mul(2), ..window };
    let own = || held.iter().filter(|one| one.fact.period.frequency() == definition.frequency);
    let mut areas: BTreeSet<&str> =
        own().filter(|one| before.holds(one.fact.period)).map(|one| one.fact.area.as_str()).collect();
    areas = lifetimes.with_successors(areas);
    if areas.is_empty() {
        areas.insert("");
    }
    let filled = filled(definition, held);
    // History that was loaded could not come in time: the indicator was not collected here yet.
    let heard_of = held.iter().map(|one| one.first_recorded).min();
    let place = |period: Period, area: &str| {
        let due = due(period, start);
        let held = filled.get(&(area, period)).copied();
        let judged = held.filter(|_| heard_of.is_some_and(|first| due >= first));
        Place { period, area: area.to_owned(), due, held, in_time: judged.map(|one| one.first_recorded <= due) }
    };
    let periods = window.periods(definition.frequency);
    periods
        .iter()
        .flat_map(|&period| areas.iter().map(move |area| (period, *area)))
        .filter(|(period, area)| lifetimes.exists(area, period.first_day(start), period.last_day(start)))
        .map(|(period, area)| place(period, area))
        .collect()
}

/// Places of the indicator's own frequency with something in them. "Missing" fills none.
pub(super) fn filled<'a>(definition: &Definition, held: &'a [Held]) -> BTreeMap<(&'a str, Period), &'a Held> {
    held.iter()
        .filter(|one| one.fact.period.frequency() == definition.frequency && one.fact.says != Says::Missing)
        .map(|one| ((one.fact.area.as_str(), one.fact.period), one))
        .collect()
}
