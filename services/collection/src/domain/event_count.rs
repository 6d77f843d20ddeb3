//! Events counted for a map: by place, type and period, as finely as a bounded answer holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use cpas_proto::words::{Frequency, Period};

/// Most counts of an answer: some 25 KB of it compressed.
pub const COUNTS_MAX: usize = 3_000;
/// Types that are told apart at most; rarer ones are counted together.
pub const KINDS_MAX: usize = 8;
/// Side of the smallest squares, in degrees: about 11 km.
pub const CELL_DEGREES: f64 = 0.1;

/// From fine to coarse: smallest squares along a side, and the shortest period that is told apart.
const STEPS: [(i32, Frequency); 8] = [
    (1, Frequency::Month),
    (2, Frequency::Month),
    (4, Frequency::Month),
    (4, Frequency::Quarter),
    (8, Frequency::Quarter),
    (8, Frequency::Year),
    (32, Frequency::Year),
    // The world is one square: areas and years.
    (10_000, Frequency::Year),
];

/// Events of one area, type, square and time.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    pub area: String,
    pub kind: String,
    /// First days of the months that they may have begun and ended in.
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// The smallest square, west to east and south to north; `None`: only the area is known.
    pub cell: Option<(i32, i32)>,
    pub events: u32,
    pub deaths_best: u32,
    pub without_deaths: u32,
    /// Degrees of their points, added up.
    pub longitudes: f64,
    pub latitudes: f64,
}

/// Where events were counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub area: String,
    /// Longitude and latitude of the middle of the events, to 0.001 degrees; `None`: only the area is known.
    pub middle: Option<(f64, f64)>,
}

/// How many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Which of the places and types.
    pub place: usize,
    pub kind: usize,
    pub period: Period,
    pub events: u32,
    pub deaths_best: u32,
    pub without_deaths: u32,
}

/// What a map is drawn of.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    pub places: Vec<Place>,
    /// The most frequent first.
    pub kinds: Vec<String>,
    /// The last of the types is all rarer ones together.
    pub has_other_kinds: bool,
    pub counts: Vec<Count>,
    pub cell_degrees: f64,
    pub frequency: Frequency,
}

/// Counts as finely as [`COUNTS_MAX`] counts hold; `None` where not even areas and years do.
pub fn counted(tallies: &[Tally]) -> Option<Counts> {
    let (kinds, has_other_kinds) = kinds(tallies);
    STEPS.iter().find_map(|(squares, frequency)| {
        let mut found = at(tallies, &kinds, *squares, *frequency)?;
        found.has_other_kinds = has_other_kinds;
        Some(found)
    })
}

/// The types that are told apart, the most frequent first; and whether the last stands for the rest.
fn kinds(tallies: &[Tally]) -> (Vec<String>, bool) {
    let mut often: BTreeMap<&str, u64> = BTreeMap::new();
    for tally in tallies {
        *often.entry(&tally.kind).or_default() += u64::from(tally.events);
    }
    let mut kinds: Vec<(&str, u64)> = often.into_iter().collect();
    kinds.sort_by(|(one, more), (other, less)| less.cmp(more).then(one.cmp(other)));
    let has_other = kinds.len() > KINDS_MAX;
    kinds.truncate(if has_other { KINDS_MAX - 1 } else { KINDS_MAX });
    let mut names: Vec<String> = kinds.into_iter().map(|(kind, _)| kind.to_owned()).collect();
    names.extend(has_other.then(String::new));
    (names, has_other)
}

type Square = Option<(i32, i32)>;
type Spot<'t> = (&'t str, Square);
/// Events, deaths, and events without a number of them.
type Sum = (u32, u32, u32);

/// Counts at one step; `None` when there are too many of them.
fn at(tallies: &[Tally], kinds: &[String], squares: i32, frequency: Frequency) -> Option<Counts> {
    let square = |tally: &Tally| tally.cell.map(|(x, y)| (x.div_euclid(squares), y.div_euclid(squares)));
    let mut middles: BTreeMap<Spot<'_>, (f64, f64, f64)> = BTreeMap::new();
    let mut sums: BTreeMap<(Spot<'_>, Period, usize), Sum> = BTreeMap::new();
    for tally in tallies {
        let place = (tally.area.as_str(), square(tally));
        let kind = kinds.iter().position(|own| *own == tally.kind).unwrap_or(kinds.len() - 1);
        let sum = sums.entry((place, period(tally, frequency), kind)).or_default();
        sum.0 += tally.events;
        sum.1 = sum.1.saturating_add(tally.deaths_best);
        sum.2 += tally.without_deaths;
        let middle = middles.entry(place).or_default();
        middle.0 += tally.longitudes;
        middle.1 += tally.latitudes;
        middle.2 += f64::from(tally.events);
        if sums.len() > COUNTS_MAX {
            return None;
        }
    }
    let order: BTreeMap<Spot<'_>, usize> = middles.keys().enumerate().map(|(place, own)| (*own, place)).collect();
    let counts = sums.into_iter().map(|((place, period, kind), (events, deaths_best, without_deaths))| Count {
        place: order[&place],
        kind,
        period,
        events,
        deaths_best,
        without_deaths,
    });
    let round = |degrees: f64| (degrees * 1_000.0).round() / 1_000.0;
    let places = middles.iter().map(|((area, square), (longitudes, latitudes, events))| Place {
        area: (*area).to_owned(),
        middle: square.map(|_| (round(longitudes / events), round(latitudes / events))),
    });
    Some(Counts {
        counts: counts.collect(),
        places: places.collect(),
        kinds: kinds.to_vec(),
        has_other_kinds: false,
        cell_degrees: CELL_DEGREES * f64::from(squares),
        frequency,
    })
}

/// The shortest period, from `frequency` on, that the events lie in for certain.
fn period(tally: &Tally, frequency: Frequency) -> Period {
    let of = |day, frequency| Period::containing(day, frequency, 1);
    let longer: BTreeSet<Frequency> = [Frequency::Month, Frequency::Quarter, Frequency::Year].into();
    let mut fitting = longer.into_iter().filter(|own| *own >= frequency);
    let found = fitting.find(|own| of(tally.first, *own) == of(tally.last, *own));
    of(tally.first, found.unwrap_or(Frequency::Year))
}

#[cfg(test)]
#[path = "event_count_tests.rs"]
mod tests;
