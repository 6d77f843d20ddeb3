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
//!   handle outliers*, 1993), by area over [`HISTORY_MONTHS`]; from four full years on after the median of
//!   the same part of the year is taken off. With fewer than eight values, or a median deviation of zero,
//!   which is the usual case for sparse counts, nothing is said.
//! - **Staleness**: ended periods since the last that has a value in any area.
//! - **Verified**: observations that are verified or approved, of all in force.
//! - **Reconciliation**: totals that differ from a complete set of their slices, of all totals that have
//!   slices.
//! - **Hints** that values were copied or made up: the same value on end, two areas with one series, last digits that are
//!   not spread. They are counted, and are no share of anything.

mod hints;
mod outliers;
mod places;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{Days, Months, NaiveDate};
use cpas_proto::words::{Frequency, Period, Slice};
use uuid::Uuid;

pub use places::{Place, TaskState, expected};

use super::{
    definition::Definition,
    lifetime::Lifetimes,
    rollup::{AreaTree, Cube, Fact, Says},
};

/// How far back values are looked at to tell outliers.
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

/// Judges the data of one indicator. `judge` gives what the rules say of an observation.
pub fn judge(
    definition: &Definition,
    (tree, lifetimes): (&AreaTree, &Lifetimes),
    held: &[Held],
    waived: &Waived,
    window: Window,
    judge: impl Fn(&Held) -> Judgement,
) -> (Quality, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut quality = Quality::default();
    let start = window.fiscal_start_month;
    count_places(definition, held, waived, (lifetimes, window), &mut quality, &mut problems);
    for one in held.iter().filter(|one| window.holds(one.fact.period)) {
        quality.verified.count(one.fact.verified);
        if !one.fact.verified {
            problems.push(problem(
                ProblemKind::Unverified,
                one,
                "Nobody has verified it yet.",
                "Personne ne l’a encore vérifiée.",
            ));
        }
        let judgement = judge(one);
        let broken = |with_others| judgement.broken.iter().any(|broken| broken.with_others == with_others);
        if judgement.by_itself {
            quality.valid.count(!broken(false));
        }
        if judgement.with_others {
            quality.consistent.count(!broken(true));
        }
        for rule in &judgement.broken {
            let kind = if rule.with_others { ProblemKind::Inconsistent } else { ProblemKind::Invalid };
            problems.push(problem(kind, one, &rule.en, &rule.fr));
        }
    }
    for outlier in outliers::find(held, start) {
        let one = &held[outlier.number];
        if !window.holds(one.fact.period) {
            continue;
        }
        quality.outlying.of += 1;
        let Some(score) = outlier.beyond else { continue };
        quality.outlying.part += 1;
        let (en, fr) = outliers::said(score, outlier.values, outlier.adjusted);
        problems.push(problem(ProblemKind::Outlying, one, &en, &fr));
    }
    for hint in hints::find(definition, held, start) {
        let one = &held[hint.number];
        if window.holds(one.fact.period) {
            quality.hints += 1;
            problems.push(problem(ProblemKind::Suspect, one, &hint.en, &hint.fr));
        }
    }
    reconcile(definition, tree, held, window, &mut quality, &mut problems);
    problems.sort_by(|one, other| {
        let key = |of: &Problem| {
            (of.kind as u8, std::cmp::Reverse(of.period.first_day(start)), of.area.clone(), of.slice.to_string())
        };
        key(one).cmp(&key(other))
    });
    (quality, problems)
}

/// Completeness, timeliness and staleness. A waived place is not expected.
fn count_places(
    definition: &Definition,
    held: &[Held],
    waived: &Waived,
    (lifetimes, window): (&Lifetimes, Window),
    quality: &mut Quality,
    problems: &mut Vec<Problem>,
) {
    let start = window.fiscal_start_month;
    for place in places::expected(definition, held, lifetimes, window) {
        let Place { period, due, .. } = place;
        let Some(one) = place.held else {
            if waived.contains(&(period, place.area.clone())) {
                continue;
            }
            quality.complete.count(false);
            problems.push(Problem {
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
        quality.complete.count(true);
        let Some(in_time) = place.in_time else { continue };
        quality.timely.count(in_time);
        if !in_time {
            let days = (one.first_recorded - due).num_days();
            let (en, fr) = (
                format!("First recorded on {}, {days} days after it was due.", one.first_recorded),
                format!("Enregistrée la première fois le {}, {days} jours après l’échéance.", one.first_recorded),
            );
            problems.push(problem(ProblemKind::Late, one, &en, &fr));
        }
    }
    let filled = places::filled(definition, held);
    quality.last_period = filled.keys().map(|(_, period)| *period).max_by_key(|period| period.last_day(start));
    quality.periods_behind = quality.last_period.map(|last| {
        let mut next = last.next(start);
        let mut behind = 0;
        while next.last_day(start) < window.today {
            behind += 1;
            next = next.next(start);
        }
        behind
    });
}

/// Totals beside their slices.
fn reconcile(
    definition: &Definition,
    tree: &AreaTree,
    held: &[Held],
    window: Window,
    quality: &mut Quality,
    problems: &mut Vec<Problem>,
) {
    if definition.dimensions.is_empty() || !definition.kind.adds_up_over_slices() {
        return;
    }
    let within: Vec<&Held> = held.iter().filter(|one| window.holds(one.fact.period)).collect();
    let sliced: BTreeSet<(&str, Period)> = within
        .iter()
        .filter(|one| !one.fact.slice.is_total())
        .map(|one| (one.fact.area.as_str(), one.fact.period))
        .collect();
    let facts = within.iter().map(|one| one.fact.clone()).collect();
    let mut cube = Cube::new(definition, tree, window.fiscal_start_month, facts);
    for one in within.iter().filter(|one| one.fact.slice.is_total() && is_value(one.fact.says)) {
        if !sliced.contains(&(one.fact.area.as_str(), one.fact.period)) {
            continue;
        }
        let off = cube.point(&one.fact.area, one.fact.period, &Slice::total()).mismatch;
        quality.totals_off.count(off);
        if off {
            problems.push(problem(
                ProblemKind::NotAddingUp,
                one,
                "The total differs from the sum of its slices.",
                "Le total diffère de la somme de ses ventilations.",
            ));
        }
    }
}

const fn is_value(says: Says) -> bool {
    matches!(says, Says::Value(_) | Says::Ratio { .. })
}

fn problem(kind: ProblemKind, of: &Held, en: &str, fr: &str) -> Problem {
    Problem {
        kind,
        period: of.fact.period,
        area: of.fact.area.clone(),
        slice: of.fact.slice.clone(),
        observation: Some(of.id),
        en: en.to_owned(),
        fr: fr.to_owned(),
    }
}
