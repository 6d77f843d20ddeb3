//! Which areas took an output up, when, and whether they kept it: what both comparisons over starts need.
//!
//! They look at a window: the longest run of periods that follow one another and are known in most areas. Of these the areas
//! of which dose and outcome are known throughout are followed; an unknown value is never filled in.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::Period;

use super::{super::panel::Panel, Inapplicable};

/// Share of the areas that a period of the window is known in.
const KNOWN_SHARE: f64 = 0.8;
/// An output that falls below this share of an area's mean dose since its start was not kept.
const KEPT_SHARE_MIN: f64 = 0.5;
/// The same, above which it grew into something else.
const KEPT_SHARE_MAX: f64 = 2.0;

/// An area that is known throughout the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    pub area: String,
    /// One for each period of the window.
    pub outcome: Vec<f64>,
    /// Place in the window from which the output is there, 1 or later, and was kept; `None`: it never came.
    pub start: Option<usize>,
}

/// Areas × periods without a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Starts {
    pub periods: Vec<Period>,
    /// By code.
    pub areas: Vec<Followed>,
    /// Areas that are left out: not known throughout, or with the output from the first period on.
    pub left_out: usize,
}

impl Starts {
    /// The window of a panel. Refused where nothing starts, or where doses rise and fall: a start is one only where the
    /// output stays between half and twice its mean from then on.
    pub fn of(panel: &Panel) -> Result<Self, Inapplicable> {
        let mut known: BTreeMap<&String, BTreeMap<i64, (f64, f64)>> = BTreeMap::new();
        let mut periods: BTreeMap<i64, (Period, usize)> = BTreeMap::new();
        for cell in &panel.cells {
            let (Some(dose), Some(outcome)) = (cell.dose, cell.outcome) else { continue };
            let place = panel.place(cell.period);
            if known.entry(&cell.area).or_default().insert(place, (dose, outcome)).is_none() {
                periods.entry(place).or_insert((cell.period, 0)).1 += 1;
            }
        }
        let enough = KNOWN_SHARE * known.len() as f64;
        let places: Vec<i64> =
            periods.iter().filter(|(_, (_, areas))| *areas as f64 >= enough).map(|(place, _)| *place).collect();
        let window = longest_run(&places);
        let mut starts = Self {
            periods: window.iter().filter_map(|place| Some(periods.get(place)?.0)).collect(),
            areas: Vec::new(),
            left_out: 0,
        };
        let mut unsteady = BTreeSet::new();
        for (area, cells) in known {
            let whole: Option<Vec<(f64, f64)>> = window.iter().map(|place| cells.get(place).copied()).collect();
            let Some(whole) = whole.filter(|whole| !whole.is_empty()) else {
                starts.left_out += 1;
                continue;
            };
            let start = whole.iter().position(|(dose, _)| *dose != 0.0);
            if let Some(start) = start
                && !is_kept(whole[start..].iter().map(|(dose, _)| *dose))
            {
                unsteady.insert(area);
            }
            if start == Some(0) {
                starts.left_out += 1;
                continue;
            }
            let outcome = whole.into_iter().map(|(_, outcome)| outcome).collect();
            starts.areas.push(Followed { area: area.clone(), outcome, start });
        }
        if !unsteady.is_empty() {
            return Err(Inapplicable::RisesAndFalls { areas: unsteady.len() });
        }
        if starts.adopters().next().is_none() {
            return Err(Inapplicable::NothingStarts);
        }
        Ok(starts)
    }

    /// Areas that took it up, with the place of their start.
    pub fn adopters(&self) -> impl Iterator<Item = (&Followed, usize)> {
        self.areas.iter().filter_map(|one| Some((one, one.start?)))
    }

    /// Areas that never had it.
    pub fn never(&self) -> impl Iterator<Item = &Followed> {
        self.areas.iter().filter(|one| one.start.is_none())
    }
}

/// Whether doses since a start stay near their mean.
fn is_kept(doses: impl Iterator<Item = f64> + Clone) -> bool {
    let count = doses.clone().count() as f64;
    // Each divided first, so that the sum of large ones is finite.
    let mean: f64 = doses.clone().map(|dose| dose / count).sum();
    mean > 0.0 && doses.clone().all(|dose| dose >= KEPT_SHARE_MIN * mean && dose / KEPT_SHARE_MAX <= mean)
}

/// The longest run of places that follow one another; of equals the latest.
fn longest_run(places: &[i64]) -> &[i64] {
    let (mut best, mut from) = (0..0, 0);
    for at in 0..places.len() {
        if at > 0 && places[at] != places[at - 1] + 1 {
            from = at;
        }
        if at + 1 - from >= best.len() {
            best = from..at + 1;
        }
    }
    &places[best]
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::Frequency;

    use super::{super::super::Cell, *};

    /// Areas with a dose for each year from 2001; `None`: unknown.
    fn panel(doses: &[&[Option<f64>]]) -> Panel {
        let cell = |area: usize, at: usize, dose: Option<f64>| Cell {
            area: format!("A{area}"),
            period: (2001 + at).to_string().parse().expect("a year"),
            dose,
            outcome: Some((10 * area + at) as f64),
        };
        let cells = doses.iter().enumerate().flat_map(|(area, doses)| {
            doses.iter().enumerate().map(move |(at, dose)| cell(area, at, *dose)).collect::<Vec<_>>()
        });
        Panel { frequency: Frequency::Year, lag_periods: 0, fiscal_start_month: 7, cells: cells.collect() }
    }

    const NONE: Option<f64> = Some(0.0);

    #[test]
    fn areas_that_take_it_up_and_keep_it_are_told_from_those_that_never_have_it() {
        let doses: [&[Option<f64>]; 4] = [
            &[NONE, NONE, NONE, NONE],
            &[NONE, NONE, Some(4.0), Some(6.0)],
            &[Some(3.0), Some(3.0), Some(3.0), Some(3.0)],
            &[NONE, NONE, NONE, NONE],
        ];
        let starts = Starts::of(&panel(&doses)).expect("one starts");
        let found: Vec<_> = starts.areas.iter().map(|one| (one.area.as_str(), one.start)).collect();
        assert_eq!(found, [("A0", None), ("A1", Some(2)), ("A3", None)]);
        assert_eq!((starts.left_out, starts.periods.len()), (1, 4), "the one that always had it compares with nothing");
        assert_eq!(starts.areas[1].outcome, [10.0, 11.0, 12.0, 13.0]);
    }

    #[test]
    fn doses_that_rise_and_fall_are_no_start() {
        for falling in [&[NONE, Some(4.0), NONE], &[NONE, Some(9.0), Some(2.0)], &[NONE, Some(-1.0), Some(-1.0)]] {
            let found = Starts::of(&panel(&[falling, &[NONE, NONE, NONE]]));
            assert_eq!(found, Err(Inapplicable::RisesAndFalls { areas: 1 }), "{falling:?}");
        }
        assert_eq!(Starts::of(&panel(&[&[NONE, NONE]])), Err(Inapplicable::NothingStarts));
        assert_eq!(Starts::of(&panel(&[])), Err(Inapplicable::NothingStarts));
    }

    #[test]
    fn what_is_unknown_is_left_out_and_a_period_that_few_know_is_not_waited_for() {
        let known: &[Option<f64>] = &[NONE, NONE, NONE, None];
        let late: &[Option<f64>] = &[NONE, NONE, NONE, Some(1.0)];
        let gap: &[Option<f64>] = &[NONE, None, NONE, NONE];
        let starting: &[Option<f64>] = &[NONE, NONE, Some(2.0), None];
        let starts = Starts::of(&panel(&[known, known, known, known, known, starting, late, gap])).expect("one starts");
        assert_eq!((starts.periods.len(), starts.areas.len(), starts.left_out), (3, 7, 1));
        assert_eq!(starts.adopters().map(|(one, start)| (one.area.as_str(), start)).collect::<Vec<_>>(), [("A5", 2)]);
    }

    #[test]
    fn of_runs_the_longest_and_of_equals_the_latest_is_taken() {
        assert_eq!(longest_run(&[1, 2, 3, 7, 8]), [1, 2, 3]);
        assert_eq!(longest_run(&[1, 2, 7, 8]), [7, 8]);
        assert!(longest_run(&[]).is_empty());
    }
}
