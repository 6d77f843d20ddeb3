//! The points of an indicator that counts or sums geocoded events.
//!
//! An event counts in a period that all the days on which it may have happened lie in: of one of which
//! only the year is known, the year counts it and its months do not. No event is zero where the feeds
//! reach: between the first and the last day that any of the mission's events is about, in an area that
//! has a boundary or lies around one that has. Elsewhere nothing is known, and on days on which the area did
//! not exist neither: it covers its own days, and a merged one those of what it carries too. An event whose
//! deaths are not known is left out of their sum and lowers the coverage.
//!
//! A split or merge may be recorded after the fact, when events are located in what it ended already. Where the
//! boundary of what came of it is known they are located anew; elsewhere such an event lies in what a merge made. In which part of a split it lies is not known: it counts in what lies around
//! them, and in each part like an event whose number is not known.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use cpas_proto::words::{Frequency, Period, Slice};

use super::{
    area_tree::Area,
    cube::{Amount, Cell, How},
};

/// What of an event matters here.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Code of the area that it lies in.
    pub area: String,
    /// The days on which it may have happened.
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// 1 for a count; `None` where the number is not known.
    pub amount: Option<f64>,
}

/// An event with its place among those that were given.
#[derive(Debug, Clone)]
struct Placed {
    number: usize,
    of: Incident,
}

/// The events of one indicator, by every area around them.
pub struct Counted {
    by_area: HashMap<String, Vec<Placed>>,
    /// The same for merged areas, with the events of what they were made of.
    with_carried: HashMap<String, Vec<Placed>>,
    /// Codes of areas in which an event would be seen; empty code: the mission.
    seen: HashSet<String>,
    /// First and last day on which an area exists, and the first day of what it carries.
    days: HashMap<String, Days>,
    /// First and last day that the feeds reach; `None` without any event.
    reach: Option<(NaiveDate, NaiveDate)>,
    fiscal_start_month: u32,
}

#[derive(Debug, Clone, Copy)]
struct Days {
    first: NaiveDate,
    last: NaiveDate,
    first_carried: NaiveDate,
}

impl Counted {
    /// `reach` is of all events, whatever their type; `bounded` are the areas that have a boundary.
    pub fn new(
        areas: &[Area],
        bounded: &HashSet<String>,
        reach: Option<(NaiveDate, NaiveDate)>,
        fiscal_start_month: u32,
        incidents: Vec<Incident>,
    ) -> Self {
        let parents: HashMap<&str, &Area> = areas.iter().map(|area| (area.code.as_str(), area)).collect();
        let mut by_area: HashMap<String, Vec<Placed>> = HashMap::new();
        for (number, incident) in incidents.into_iter().enumerate() {
            let mut put = |code: &str, amount| {
                let placed = Placed { number, of: Incident { amount, ..incident.clone() } };
                by_area.entry(code.to_owned()).or_default().push(placed);
            };
            match &ground_on(&incident.area, incident.first_day, &parents)[..] {
                [home] => {
                    around(home, incident.first_day, &parents).into_iter().for_each(|code| put(code, incident.amount))
                }
                parts => {
                    parts.iter().for_each(|part| put(part, None));
                    let around = around(&incident.area, incident.first_day, &parents);
                    around.into_iter().skip(1).for_each(|code| put(code, incident.amount));
                }
            }
        }
        let mut with_carried: HashMap<String, Vec<Placed>> = HashMap::new();
        for (code, own) in &by_area {
            for into in merged_into(code, &parents) {
                let carried = with_carried.entry(into.to_owned());
                carried.or_insert_with(|| by_area.get(into).cloned().unwrap_or_default()).extend(own.iter().cloned());
            }
        }
        let all = by_area.values_mut().chain(with_carried.values_mut());
        all.for_each(|own| own.sort_by_key(|placed| placed.of.first_day));
        let seen = bounded.iter().flat_map(|code| around(code, NaiveDate::MAX, &parents)).map(str::to_owned).collect();
        Self { by_area, with_carried, seen, days: days(areas, &parents), reach, fiscal_start_month }
    }

    /// Areas with events of this indicator.
    pub fn areas(&self) -> BTreeSet<String> {
        self.by_area.keys().filter(|code| !code.is_empty()).cloned().collect()
    }

    /// First and last period that the feeds reach.
    pub fn range(&self, frequency: Frequency) -> Option<(Period, Period)> {
        let start = self.fiscal_start_month;
        self.reach.map(|(first, last)| {
            (Period::containing(first, frequency, start), Period::containing(last, frequency, start))
        })
    }

    /// The point of a cell; of a merged area with the events of what it was made of, where `carrying`.
    pub fn point(&self, area: &str, period: Period, slice: &Slice, carrying: bool) -> Cell {
        let nothing = || Cell::without_value(Amount::Missing, 0.0, How::Nothing);
        let Some(reached) = self.reached(area, period, slice, carrying) else { return nothing() };
        let (mut sum, mut known, mut all) = (0.0, 0_u32, 0_u32);
        for placed in self.within(area, period, carrying) {
            all += 1;
            known += u32::from(placed.of.amount.is_some());
            sum += placed.of.amount.unwrap_or_default();
        }
        if all > 0 && known == 0 {
            return nothing();
        }
        let (first, last) = self.days_of(period);
        let days = (last - first).num_days() + 1;
        let share_known = if all == 0 { 1.0 } else { f64::from(known) / f64::from(all) };
        Cell {
            observations: all,
            ..Cell::without_value(Amount::Number(sum), share_known * reached as f64 / days as f64, How::Nothing)
        }
    }

    /// The events behind a point, in the order of their days, by their place among those that were given; each with what
    /// it counts for there, `None` where that is not known. Also those of a point that has no value for that reason.
    pub fn behind(&self, area: &str, period: Period, slice: &Slice, carrying: bool) -> Vec<(usize, Option<f64>)> {
        match self.reached(area, period, slice, carrying) {
            Some(_) => self.within(area, period, carrying).map(|placed| (placed.number, placed.of.amount)).collect(),
            None => Vec::new(),
        }
    }

    fn days_of(&self, period: Period) -> (NaiveDate, NaiveDate) {
        (period.first_day(self.fiscal_start_month), period.last_day(self.fiscal_start_month))
    }

    /// Days of a period that the feeds reach and on which the area exists; `None` where nothing is known.
    fn reached(&self, area: &str, period: Period, slice: &Slice, carrying: bool) -> Option<i64> {
        let reach = self.reach.filter(|_| slice.is_total() && self.seen.contains(area))?;
        let (first, last) = self.days_of(period);
        let exists = self
            .days
            .get(area)
            .map_or((first, last), |days| (if carrying { days.first_carried } else { days.first }, days.last));
        let reached = (last.min(reach.1).min(exists.1) - first.max(reach.0).max(exists.0)).num_days() + 1;
        Some(reached).filter(|days| *days > 0)
    }

    /// The events that lie in a period with all their days.
    fn within(&self, area: &str, period: Period, carrying: bool) -> impl Iterator<Item = &Placed> {
        let (first, last) = self.days_of(period);
        let carried = self.with_carried.get(area).filter(|_| carrying);
        let own = carried.or_else(|| self.by_area.get(area)).map_or(&[][..], Vec::as_slice);
        let from = own.partition_point(|placed| placed.of.first_day < first);
        let in_period = own[from..].iter().take_while(move |placed| placed.of.first_day <= last);
        in_period.filter(move |placed| placed.of.last_day <= last)
    }
}

/// An area, those around it on a day, and the mission.
fn around<'a>(code: &'a str, day: NaiveDate, areas: &HashMap<&'a str, &'a Area>) -> Vec<&'a str> {
    let mut way = vec![code];
    while let Some(area) = areas.get(way[way.len() - 1]) {
        let former = area.former.iter().find(|former| former.until >= day);
        let parent = former.map_or(area.parent.as_str(), |former| former.parent.as_str());
        if way.contains(&parent) {
            break;
        }
        way.push(parent);
    }
    if !way.contains(&"") {
        way.push("");
    }
    way
}

/// The areas that are on a day what one was: itself, or what came of it by then; sorted.
fn ground_on<'a>(code: &'a str, day: NaiveDate, areas: &HashMap<&'a str, &'a Area>) -> Vec<&'a str> {
    let (mut waiting, mut seen, mut there) = (vec![code], BTreeSet::new(), BTreeSet::new());
    while let Some(code) = waiting.pop() {
        if !seen.insert(code) {
            continue;
        }
        match areas.get(code).and_then(|area| area.became.as_ref()).filter(|became| became.date <= day) {
            Some(became) => waiting.extend(became.successors.iter().map(|one| one.code.as_str())),
            None => {
                there.insert(code);
            }
        }
    }
    // News that go in a circle are not followed.
    if there.is_empty() { vec![code] } else { there.into_iter().collect() }
}

/// The days of the areas; of a code that comes twice, one after the other, those of both.
fn days(areas: &[Area], by_code: &HashMap<&str, &Area>) -> HashMap<String, Days> {
    let mut all: HashMap<String, Days> = HashMap::new();
    for area in areas {
        let first = area.valid_from.unwrap_or(NaiveDate::MIN);
        let last = area.valid_to.unwrap_or(NaiveDate::MAX);
        let days = all.entry(area.code.clone()).or_insert(Days { first, last, first_carried: first });
        *days = Days { first: days.first.min(first), last: days.last.max(last), first_carried: days.first.min(first) };
    }
    for area in areas {
        let first = area.valid_from.unwrap_or(NaiveDate::MIN);
        for into in merged_into(&area.code, by_code) {
            if let Some(days) = all.get_mut(into) {
                days.first_carried = days.first_carried.min(first);
            }
        }
    }
    all
}

/// The areas that one went into whole, one after the other.
fn merged_into<'a>(code: &str, areas: &HashMap<&'a str, &'a Area>) -> Vec<&'a str> {
    let mut way: Vec<&'a str> = Vec::new();
    let mut at = areas.get(code);
    while let Some(into) = at.and_then(|area| area.became.as_ref()).and_then(|became| match &became.successors[..] {
        [into] => Some(into.code.as_str()),
        _ => None,
    }) {
        if way.contains(&into) || into == code {
            break;
        }
        way.push(into);
        at = areas.get(into);
    }
    way
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Became, Successor},
        *,
    };

    fn area(code: &str, parent: &str) -> Area {
        Area { code: code.to_owned(), parent: parent.to_owned(), ..Area::default() }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn event(area: &str, first: &str, last: &str, amount: Option<f64>) -> Incident {
        Incident { area: area.to_owned(), first_day: day(first), last_day: day(last), amount }
    }

    fn counted(incidents: Vec<Incident>) -> Counted {
        let areas = [area("A", ""), area("A1", "A"), area("A2", "A"), area("B", "")];
        let bounded = ["A1", "A2"].map(str::to_owned).into();
        Counted::new(&areas, &bounded, Some((day("2024-01-11"), day("2024-12-31"))), 7, incidents)
    }

    fn at(of: &Counted, area: &str, period: &str) -> (Option<f64>, f64) {
        let cell = of.point(area, period.parse().expect("a period"), &Slice::total(), true);
        (cell.amount.quotient(), (cell.coverage * 1000.0).round() / 1000.0)
    }

    #[test]
    fn an_event_counts_once_in_each_area_around_it_and_where_none_was_seen_is_zero() {
        let of = counted(vec![
            event("A1", "2024-03-02", "2024-03-02", Some(1.0)),
            event("A2", "2024-03-31", "2024-03-31", Some(1.0)),
        ]);
        assert_eq!(at(&of, "", "2024-03"), (Some(2.0), 1.0));
        assert_eq!(at(&of, "A", "2024-Q1"), (Some(2.0), 0.89), "the feeds begin on the eleventh day");
        assert_eq!(at(&of, "A1", "2024-03"), (Some(1.0), 1.0));
        assert_eq!(at(&of, "A1", "2024-04"), (Some(0.0), 1.0), "looked at, and nothing was there");
        assert_eq!(at(&of, "B", "2024-03"), (None, 0.0), "without a boundary no event is seen in it");
        assert_eq!(at(&of, "A1", "2025-01"), (None, 0.0), "beyond the feeds");
        assert_eq!(of.areas().into_iter().collect::<Vec<_>>(), ["A", "A1", "A2"]);
        let women: Slice = "sex=f".parse().expect("a slice");
        assert_eq!(of.point("A1", "2024-03".parse().expect("a period"), &women, true).amount, Amount::Missing);
    }

    #[test]
    fn the_events_behind_a_point_are_those_that_it_counts() {
        let of = counted(vec![
            event("A2", "2024-03-31", "2024-03-31", None),
            event("A1", "2024-03-02", "2024-03-02", Some(3.0)),
            event("A1", "2024-04-02", "2024-04-02", Some(1.0)),
            event("A1", "2024-01-01", "2024-12-31", Some(9.0)),
        ]);
        let behind = |area: &str, period: &str, slice: &str| {
            let (period, slice) = (period.parse().expect("a period"), slice.parse().expect("a slice"));
            of.behind(area, period, &slice, true)
        };
        assert_eq!(behind("A", "2024-03", ""), [(1, Some(3.0)), (0, None)], "in the order of their days");
        assert_eq!(behind("A2", "2024-03", ""), [(0, None)], "also where it leaves no value");
        assert_eq!(behind("", "2024", "").len(), 4);
        assert!(behind("A1", "2024-03", "sex=f").is_empty() && behind("B", "2024-03", "").is_empty());
    }

    #[test]
    fn an_event_of_which_only_the_year_is_known_counts_in_the_year() {
        let of = counted(vec![event("A1", "2024-01-01", "2024-12-31", Some(1.0))]);
        assert_eq!(at(&of, "", "2024-03").0, Some(0.0));
        assert_eq!(at(&of, "", "2024-Q1").0, Some(0.0));
        assert_eq!(at(&of, "", "2024").0, Some(1.0));
    }

    #[test]
    fn deaths_that_are_not_known_are_no_zero() {
        let some = counted(vec![
            event("A1", "2024-03-02", "2024-03-02", Some(4.0)),
            event("A1", "2024-03-05", "2024-03-05", None),
        ]);
        assert_eq!(at(&some, "A1", "2024-03"), (Some(4.0), 0.5));
        let none = counted(vec![event("A1", "2024-03-05", "2024-03-05", None)]);
        assert_eq!(at(&none, "A1", "2024-03"), (None, 0.0));
    }

    /// P has N, which becomes N1 and N2 in July; E and W become EW in May. All have boundaries.
    fn changing(incidents: Vec<Incident>) -> Counted {
        let lived = |code: &str, from: &str, to: &str, became: &[&str]| {
            let successors = became.iter().map(|code| Successor { code: (*code).to_owned(), share: None }).collect();
            let date = to.parse::<NaiveDate>().ok().and_then(|last| last.succ_opt());
            Area {
                valid_from: from.parse().ok(),
                valid_to: to.parse().ok(),
                became: date.map(|date| Became { date, successors }),
                ..area(code, "P")
            }
        };
        let areas = [
            area("P", ""),
            lived("N", "", "2024-06-30", &["N1", "N2"]),
            lived("N1", "2024-07-01", "", &[]),
            lived("N2", "2024-07-01", "", &[]),
            lived("E", "2024-02-01", "2024-04-30", &["EW"]),
            lived("W", "2024-03-01", "2024-04-30", &["EW"]),
            lived("EW", "2024-05-01", "", &[]),
        ];
        let bounded = ["N", "N1", "N2", "E", "W", "EW"].map(str::to_owned).into();
        Counted::new(&areas, &bounded, Some((day("2024-01-01"), day("2024-12-31"))), 1, incidents)
    }

    #[test]
    fn on_days_on_which_an_area_did_not_exist_nothing_is_known_of_it() {
        let of = changing(vec![event("N", "2024-06-02", "2024-06-02", Some(3.0))]);
        assert_eq!(at(&of, "N1", "2024-06"), (None, 0.0), "no zero before it began");
        assert_eq!(at(&of, "N1", "2024-07"), (Some(0.0), 1.0));
        assert_eq!(at(&of, "N1", "2024"), (Some(0.0), 0.503), "184 days of 366");
        assert_eq!(at(&of, "N", "2024-06"), (Some(3.0), 1.0));
        assert_eq!(at(&of, "N", "2024-07"), (None, 0.0), "nor after it ended");
        assert_eq!(at(&of, "P", "2024-07"), (Some(0.0), 1.0));
    }

    #[test]
    fn a_merged_area_covers_the_days_that_it_carries_where_it_is_asked_for_by_itself() {
        let of = changing(vec![event("E", "2024-04-02", "2024-04-02", Some(3.0))]);
        assert_eq!(at(&of, "EW", "2024-04"), (Some(3.0), 1.0));
        assert_eq!(at(&of, "EW", "2024-01"), (None, 0.0), "neither of its parts was there");
        let beside = of.point("EW", "2024-04".parse().expect("a period"), &Slice::total(), false);
        assert_eq!((beside.amount, beside.coverage), (Amount::Missing, 0.0), "beside its parts it begins in May");
    }

    #[test]
    fn an_event_located_in_what_had_ended_counts_in_what_came_of_it() {
        let of = changing(vec![
            event("N", "2024-07-02", "2024-07-02", Some(3.0)),
            event("N1", "2024-07-05", "2024-07-05", Some(1.0)),
            event("E", "2024-05-02", "2024-05-02", Some(5.0)),
        ]);
        assert_eq!(at(&of, "P", "2024-07"), (Some(4.0), 1.0), "the region loses nothing");
        assert_eq!(at(&of, "", "2024"), (Some(9.0), 1.0));
        assert_eq!(at(&of, "N1", "2024-07"), (Some(1.0), 0.5), "whether the other lies in it is not known");
        assert_eq!(at(&of, "N2", "2024-07"), (None, 0.0));
        assert_eq!(at(&of, "N", "2024-07"), (None, 0.0));
        assert_eq!(at(&of, "EW", "2024-05"), (Some(5.0), 1.0), "all of E went into it");
        assert_eq!(at(&of, "E", "2024-05"), (None, 0.0));
        assert_eq!(at(&of, "P", "2024-05"), (Some(5.0), 1.0));
    }
}
