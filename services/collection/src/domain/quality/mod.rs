//! The quality of an indicator's data: what can be said of it without knowing whether it is true.
//!
//! # Specification
//!
//! A *place* is an area and a period of the indicator's own frequency that began in the window and has
//! ended. Places are *expected* for the areas that had any value in the window or in as long a time before
//! it, and what came of them, in the periods that each of these exists in; without any for the mission as a whole. An indicator that never had a value so has one expected
//! place a period.
//!
//! - A place that is *waived* and empty is not expected.
//! - **Completeness**: places with something in force at the total or at any slice, "not applicable" and
//!   "suppressed" among it, of all expected. "Missing" fills no place.
//! - **Timeliness**: filled places whose first value was recorded by the due day ([`due`]), of those that were
//!   due on or after the day on which the first value of the indicator was recorded here: history that is
//!   loaded could not come in time, and is not judged.
//! - **Validity**: values that keep to every rule which looks at a value by itself, of all that such a rule
//!   judged. `None` without such a rule: nothing was checked, which is not the same as nothing found.
//! - **Consistency**: the same for rules that look at other values.
//! - **Outliers**: totals whose modified z-score lies beyond 3.5 (Iglewicz and Hoaglin, *How to detect and
//!   handle outliers*, 1993), by area over the [`HISTORY_MONTHS`] that end with the indicator's last value; from four full years on after the median of
//!   the same part of the year is taken off. With fewer than eight values, or a median deviation of zero,
//!   which is the usual case for sparse counts, nothing is said.
//! - **Staleness**: ended periods since the last that has a value in any area.
//! - **Verified**: observations that are verified or approved, of all in force.
//! - **Reconciliation**: totals that differ from a complete set of their slices, of all totals that have
//!   slices.
//!
//! What the values of a place say by themselves and beside each other does not hang on the day on which it is looked at
//! ([`Facts`]): it is found when they are written, and kept. What is expected, and what the window holds, is measured of
//! the facts when somebody asks ([`measure`]).
//!
//! - **Hints** that values were copied or made up: the same value on end, two areas with one series, last digits that are
//!   not spread. They are counted, and are no share of anything.

mod facts;
mod hints;
mod outliers;
mod places;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, Months, NaiveDate};
use cpas_proto::words::{Frequency, Period, Slice};
use uuid::Uuid;

pub use facts::{Facts, Filled, PlaceFacts, find};
pub use places::{Place, TaskState, expected, expected_in};

use super::{definition::Definition, lifetime::Lifetimes, rollup::Fact};

/// How far back from the last value others are looked at to tell outliers.
pub const HISTORY_MONTHS: u32 = 60;

/// An observation in force.
#[derive(Debug, Clone)]
pub struct Held {
    pub id: Uuid,
    pub fact: Fact,
    /// When the first value of its place became known.
    pub first_recorded: NaiveDate,
}

/// What the rules say of one observation: those that it was judged by, and what it breaks.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    pub by_itself: bool,
    pub with_others: bool,
    pub broken: Vec<Broken>,
}

/// A rule that is broken.
#[derive(Debug, Clone)]
pub struct Broken {
    pub with_others: bool,
    pub en: String,
    pub fr: String,
}

/// A share as its parts, so that shares of many indicators can be added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub part: u32,
    pub of: u32,
}

impl Share {
    fn count(&mut self, holds: bool) {
        self.part += u32::from(holds);
        self.of += 1;
    }

    fn add(&mut self, other: Self) {
        self.part += other.part;
        self.of += other.of;
    }
}

/// The measures of one indicator. Each share counts what is as it should be, but for outliers and totals
/// that are off, which count what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quality {
    pub complete: Share,
    pub timely: Share,
    pub valid: Share,
    pub consistent: Share,
    pub outlying: Share,
    pub verified: Share,
    pub totals_off: Share,
    /// What looks copied or made up.
    pub hints: u32,
    pub last_period: Option<Period>,
    /// Ended periods after the last with a value; `None` without any value.
    pub periods_behind: Option<u32>,
}

impl Quality {
    /// Takes the counts of other places in; when the last value was is not counted.
    pub fn add(&mut self, other: &Self) {
        self.complete.add(other.complete);
        self.timely.add(other.timely);
        self.valid.add(other.valid);
        self.consistent.add(other.consistent);
        self.outlying.add(other.outlying);
        self.verified.add(other.verified);
        self.totals_off.add(other.totals_off);
        self.hints += other.hints;
    }
}

cpas_proto::vocabulary! {
    /// What is wrong in a place.
    pub enum ProblemKind as "a kind of problem" {
        Missing = "missing",
        Late = "late",
        Invalid = "invalid",
        Inconsistent = "inconsistent",
        Outlying = "outlying",
        Unverified = "unverified",
        NotAddingUp = "not_adding_up",
        /// It looks copied or made up; a hint and no more.
        Suspect = "suspect",
    }
}

/// One thing to mend.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub kind: ProblemKind,
    pub period: Period,
    pub area: String,
    pub slice: Slice,
    /// `None` where there is none.
    pub observation: Option<Uuid>,
    pub en: String,
    pub fr: String,
}

/// The stretch of time that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub today: NaiveDate,
    pub months: u32,
    pub fiscal_start_month: u32,
}

impl Window {
    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        self.today.checked_sub_months(Months::new(self.months)).unwrap_or(NaiveDate::MIN)
    }

    /// The periods of a frequency that began in it and have ended, oldest first.
    pub fn periods(self, frequency: Frequency) -> Vec<Period> {
        let start = self.fiscal_start_month;
        let mut period = Period::containing(self.first_day(), frequency, start);
        if period.first_day(start) < self.first_day() {
            period = period.next(start);
        }
        let mut periods = Vec::new();
        while period.last_day(start) < self.today {
            periods.push(period);
            period = period.next(start);
        }
        periods
    }

    fn holds(self, period: Period) -> bool {
        let (first, last) = (period.first_day(self.fiscal_start_month), period.last_day(self.fiscal_start_month));
        first >= self.first_day() && last < self.today
    }
}

/// The last day on which the values of a period are in time.
pub fn due(period: Period, fiscal_start_month: u32) -> NaiveDate {
    let days = match period.frequency() {
        Frequency::Day => 1,
        Frequency::Month => 10,
        Frequency::Quarter => 20,
        Frequency::HalfYear => 30,
        Frequency::Year | Frequency::FiscalYear => 60,
    };
    let last = period.last_day(fiscal_start_month);
    last.checked_add_days(Days::new(days)).unwrap_or(last)
}

/// Places where nothing will come: periods and areas of one indicator.
pub type Waived = BTreeSet<(Period, String)>;

/// What the window holds of the quality of an indicator.
#[derive(Debug)]
pub struct Measured {
    pub quality: Quality,
    /// The same by area and period; a place where nothing is expected and nothing stands is left out.
    pub places: BTreeMap<(String, Period), Quality>,
    /// What is missing or came late.
    pub problems: Vec<Problem>,
}

/// All that there is to mend in a window, by kind, newest period first: what was found, and what is missing or late.
pub fn all_problems(
    definition: &Definition,
    lifetimes: &Lifetimes,
    (facts, mut problems): (&Facts, Vec<Problem>),
    waived: &Waived,
    window: Window,
) -> Vec<Problem> {
    let start = window.fiscal_start_month;
    problems.retain(|one| window.holds(one.period));
    problems.extend(measure(definition, lifetimes, facts, waived, window).problems);
    problems.sort_by(|one, other| {
        let key = |of: &Problem| {
            (of.kind as u8, std::cmp::Reverse(of.period.first_day(start)), of.area.clone(), of.slice.to_string())
        };
        key(one).cmp(&key(other))
    });
    problems
}

/// Measures what is known of an indicator in a window.
pub fn measure(
    definition: &Definition,
    lifetimes: &Lifetimes,
    facts: &Facts,
    waived: &Waived,
    window: Window,
) -> Measured {
    let mut measured = Measured { quality: Quality::default(), places: BTreeMap::new(), problems: Vec::new() };
    count_places(definition, facts, waived, (lifetimes, window), &mut measured);
    for place in facts.places.iter().filter(|place| window.holds(place.period)) {
        measured.places.entry((place.area.clone(), place.period)).or_default().add(&place.measures);
    }
    for place in measured.places.values() {
        measured.quality.add(place);
    }
    measured.quality.last_period = facts.last_filled;
    measured.quality.periods_behind = facts.last_filled.map(|last| {
        let mut next = last.next(window.fiscal_start_month);
        let mut behind = 0;
        while next.last_day(window.fiscal_start_month) < window.today {
            behind += 1;
            next = next.next(window.fiscal_start_month);
        }
        behind
    });
    measured
}

/// Completeness and timeliness. A waived place is not expected.
fn count_places(
    definition: &Definition,
    facts: &Facts,
    waived: &Waived,
    (lifetimes, window): (&Lifetimes, Window),
    measured: &mut Measured,
) {
    for place in places::expected(definition, facts, lifetimes, window) {
        let Place { period, due, .. } = place;
        let key = (place.area.clone(), period);
        let Some(filled) = place.filled else {
            if waived.contains(&(period, place.area.clone())) {
                continue;
            }
            measured.places.entry(key).or_default().complete.count(false);
            measured.problems.push(Problem {
                kind: ProblemKind::Missing,
                period,
                area: place.area,
                slice: Slice::total(),
                observation: None,
                en: format!("Nothing is known; it was due on {due}."),
                fr: format!("Rien n’est connu ; c’était attendu pour le {due}."),
            });
            continue;
        };
        let counts = measured.places.entry(key).or_default();
        counts.complete.count(true);
        let Some(in_time) = place.in_time else { continue };
        counts.timely.count(in_time);
        if !in_time {
            let days = (filled.first_recorded - due).num_days();
            measured.problems.push(Problem {
                kind: ProblemKind::Late,
                period,
                area: place.area,
                slice: filled.slice.clone(),
                observation: Some(filled.observation),
                en: format!("First recorded on {}, {days} days after it was due.", filled.first_recorded),
                fr: format!(
                    "Enregistrée la première fois le {}, {days} jours après l’échéance.",
                    filled.first_recorded
                ),
            });
        }
    }
}
