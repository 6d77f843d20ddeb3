//! Brings a dose and an outcome together: the same areas, and each period of the outcome beside the dose
//! of so many periods before as the plan expects its effect to take.
//!
//! Missing is missing: an area and period of which either is unknown is no row, and is never taken for zero.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::{Frequency, Period};
use serde::{Deserialize, Serialize};

use super::{Columns, Measured};
use crate::domain::analysis::{Horizon, OverTime, Series, exact};

/// Most areas of a panel.
pub const AREAS_MAX: usize = 300;
/// Most periods of a panel; of a longer one the latest count.
pub const PERIODS_MAX: usize = 240;

/// One area and period of which something is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub area: String,
    pub period: Period,
    /// What the output delivered so many periods before; `None`: unknown.
    #[serde(with = "exact")]
    pub dose: Option<f64>,
    /// `None`: unknown.
    #[serde(with = "exact")]
    pub outcome: Option<f64>,
}

/// Areas × periods with what is known of dose and outcome, ordered by area and period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    pub frequency: Frequency,
    /// Periods from the dose to the outcome.
    pub lag_periods: u32,
    pub fiscal_start_month: u32,
    pub cells: Vec<Cell>,
}

/// Why there is no panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoPanel {
    /// One or both have no values by area.
    NoAreas,
    /// They are known in different areas only.
    NoSharedArea,
    /// Calendar and fiscal years do not line up.
    YearsUnlike,
    TooManyAreas,
}

impl Panel {
    /// The panel of an output and an outcome, with the effect expected so many months later.
    pub fn of(output: &Measured, outcome: &Measured, lag_months: u32, horizon: &Horizon) -> Result<Self, NoPanel> {
        let start = horizon.fiscal_start_month;
        let frequency = common(output.frequency, outcome.frequency).ok_or(NoPanel::YearsUnlike)?;
        let lag_periods = periods_of(lag_months, frequency);
        let doses = brought(output, frequency, horizon);
        let outcomes = brought(outcome, frequency, horizon);
        if doses.is_empty() || outcomes.is_empty() {
            return Err(NoPanel::NoAreas);
        }
        if !doses.keys().any(|area| outcomes.contains_key(area)) {
            return Err(NoPanel::NoSharedArea);
        }
        // An area of which only one of the two is known stays in sight, as what is left out.
        let areas: BTreeSet<&String> = doses.keys().chain(outcomes.keys()).collect();
        if areas.len() > AREAS_MAX {
            return Err(NoPanel::TooManyAreas);
        }
        let mut cells = Vec::new();
        for area in areas {
            let delayed: BTreeMap<i64, (Period, f64)> = doses
                .get(area)
                .into_iter()
                .flatten()
                .map(|(period, value)| {
                    let seen = (0..lag_periods).fold(*period, |at, _| at.next(start));
                    (order(seen, start), (seen, *value))
                })
                .collect();
            let known: BTreeMap<i64, (Period, f64)> = outcomes
                .get(area)
                .into_iter()
                .flatten()
                .map(|(period, value)| (order(*period, start), (*period, *value)))
                .collect();
            let places: BTreeSet<i64> = delayed.keys().chain(known.keys()).copied().collect();
            for place in places {
                let (dose, outcome) = (delayed.get(&place), known.get(&place));
                let Some((period, _)) = outcome.or(dose) else { continue };
                cells.push(Cell {
                    area: area.clone(),
                    period: *period,
                    dose: dose.map(|(_, value)| *value),
                    outcome: outcome.map(|(_, value)| *value),
                });
            }
        }
        Ok(Self { frequency, lag_periods, fiscal_start_month: start, cells }.latest())
    }

    /// Rows of which dose and outcome are known, as columns; areas and periods that have none are not there.
    pub fn columns(&self) -> (Columns, Vec<String>, Vec<Period>) {
        let start = self.fiscal_start_month;
        let whole: Vec<(&Cell, f64, f64)> =
            self.cells.iter().filter_map(|cell| Some((cell, cell.dose?, cell.outcome?))).collect();
        let areas: Vec<String> =
            whole.iter().map(|(cell, ..)| &cell.area).collect::<BTreeSet<_>>().into_iter().cloned().collect();
        let periods: Vec<Period> = whole
            .iter()
            .map(|(cell, ..)| (order(cell.period, start), cell.period))
            .collect::<BTreeMap<_, _>>()
            .into_values()
            .collect();
        let place = |cell: &Cell| {
            let area = areas.binary_search(&cell.area).unwrap_or_default();
            let period = periods.binary_search_by_key(&order(cell.period, start), |one| order(*one, start));
            (area, period.unwrap_or_default())
        };
        let columns = Columns {
            rows: whole.iter().map(|(cell, ..)| place(cell)).collect(),
            dose: whole.iter().map(|(_, dose, _)| *dose).collect(),
            outcome: whole.iter().map(|(.., outcome)| *outcome).collect(),
            controls: Vec::new(),
        };
        (columns, areas, periods)
    }

    /// Periods in order, by their place in time: one more for each period of this length.
    pub fn place(&self, period: Period) -> i64 {
        order(period, self.fiscal_start_month)
    }

    fn latest(mut self) -> Self {
        let start = self.fiscal_start_month;
        let last = self.cells.iter().map(|cell| order(cell.period, start)).max().unwrap_or_default();
        self.cells.retain(|cell| last - order(cell.period, start) < PERIODS_MAX as i64);
        self
    }
}

/// The shortest length of period, from a month on, that both can be brought to.
pub(super) fn common(one: Frequency, other: Frequency) -> Option<Frequency> {
    let longer = if months(one) >= months(other) { one } else { other };
    let years = |frequency| matches!(frequency, Frequency::Year | Frequency::FiscalYear);
    if years(one) && years(other) && one != other {
        return None;
    }
    Some(if longer == Frequency::Day { Frequency::Month } else { longer })
}

const fn months(frequency: Frequency) -> u32 {
    match frequency {
        Frequency::Day => 0,
        Frequency::Month => 1,
        Frequency::Quarter => 3,
        Frequency::HalfYear => 6,
        Frequency::Year | Frequency::FiscalYear => 12,
    }
}

/// Months as periods, to the nearest, half up.
fn periods_of(lag_months: u32, frequency: Frequency) -> u32 {
    let length = months(frequency).max(1);
    (2 * lag_months + length) / (2 * length)
}

/// The place of a period in time: neighbours differ by one.
fn order(period: Period, start: u32) -> i64 {
    use chrono::Datelike as _;
    let day = period.first_day(start);
    let months_in = i64::from(day.year()) * 12 + i64::from(day.month0());
    months_in.div_euclid(i64::from(months(period.frequency()).max(1)))
}

/// Values by area at the common length; a longer period of which a part is missing has none.
pub(super) fn brought(
    measured: &Measured,
    frequency: Frequency,
    horizon: &Horizon,
) -> BTreeMap<String, Vec<(Period, f64)>> {
    let start = horizon.fiscal_start_month;
    let mut brought = BTreeMap::new();
    for (area, points) in &measured.by_area {
        let (series, _) = Series::new(points, measured.frequency, start, horizon.until());
        let values = values(&series, frequency, measured.over_time, start);
        if !values.is_empty() {
            brought.insert(area.clone(), values);
        }
    }
    brought
}

fn values(series: &Series, frequency: Frequency, over_time: OverTime, start: u32) -> Vec<(Period, f64)> {
    let own: Vec<Period> =
        series.points().iter().filter(|point| point.value.is_some()).map(|point| point.period).collect();
    if own.first().is_none_or(|period| period.frequency() == frequency) {
        return own.iter().filter_map(|period| Some((*period, series.value_of(*period)?))).collect();
    }
    let longer: BTreeMap<i64, Period> = own
        .iter()
        .map(|period| Period::containing(period.first_day(start), frequency, start))
        .map(|period| (order(period, start), period))
        .collect();
    longer
        .into_values()
        .filter_map(|period| {
            let rolled = series.rolled(period, frequency, over_time)?;
            rolled.is_complete().then_some((period, rolled.value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        analysis::{Direction, Point, contribution::Side},
        text::Text,
    };

    fn horizon() -> Horizon {
        Horizon {
            assessed: "2024".parse().expect("a period"),
            known_on: "2025-02-01".parse().expect("a day"),
            fiscal_start_month: 7,
        }
    }

    fn measured(frequency: Frequency, parts: &[(&str, &[(&str, f64)])]) -> Measured {
        let point = |(period, value): &(&str, f64)| Point::of(period.parse().expect("a period"), Some(*value));
        let part = |(area, values): &(&str, &[(&str, f64)])| ((*area).to_owned(), values.iter().map(point).collect());
        let side =
            Side { code: String::new(), name: Text::default(), unit: String::new(), direction: Direction::Higher };
        Measured { side, frequency, over_time: OverTime::Sum, by_area: parts.iter().map(part).collect() }
    }

    #[test]
    fn the_dose_of_three_months_before_stands_beside_the_outcome() {
        let output =
            measured(Frequency::Month, &[("A", &[("2023-11", 1.0), ("2024-01", 7.0)]), ("B", &[("2024-01", 2.0)])]);
        let outcome =
            measured(Frequency::Month, &[("A", &[("2024-02", 5.0), ("2024-03", 6.0)]), ("C", &[("2024-01", 0.0)])]);
        let panel = Panel::of(&output, &outcome, 3, &horizon()).expect("area A is shared");
        let cells: Vec<_> = panel.cells.iter().map(|cell| (cell.period.to_string(), cell.dose, cell.outcome)).collect();
        assert_eq!(
            cells,
            [
                ("2024-02".to_owned(), Some(1.0), Some(5.0)),
                ("2024-03".to_owned(), None, Some(6.0)),
                ("2024-04".to_owned(), Some(7.0), None),
                ("2024-04".to_owned(), Some(2.0), None),
                ("2024-01".to_owned(), None, Some(0.0)),
            ],
            "unknown is unknown, not zero"
        );
        let (columns, areas, periods) = panel.columns();
        assert_eq!((columns.rows.as_slice(), areas.len(), periods.len()), ([(0, 0)].as_slice(), 1, 1));
    }

    #[test]
    fn months_become_a_quarter_only_where_all_three_are_known() {
        let output = measured(
            Frequency::Month,
            &[("A", &[("2024-01", 1.0), ("2024-02", 2.0), ("2024-03", 3.0), ("2024-04", 9.0)])],
        );
        let outcome = measured(Frequency::Quarter, &[("A", &[("2024-Q1", 5.0), ("2024-Q2", 6.0)])]);
        let panel = Panel::of(&output, &outcome, 1, &horizon()).expect("a panel");
        assert_eq!((panel.frequency, panel.lag_periods), (Frequency::Quarter, 0));
        let doses: Vec<_> = panel.cells.iter().map(|cell| cell.dose).collect();
        assert_eq!(doses, [Some(6.0), None], "an April alone is no quarter");
    }

    #[test]
    fn what_cannot_be_brought_together_says_why() {
        let whole = measured(Frequency::Year, &[]);
        let in_a = measured(Frequency::Year, &[("A", &[("2024", 1.0)])]);
        let in_b = measured(Frequency::Year, &[("B", &[("2024", 1.0)])]);
        let fiscal = measured(Frequency::FiscalYear, &[("A", &[("FY2024", 1.0)])]);
        assert_eq!(Panel::of(&whole, &in_a, 0, &horizon()), Err(NoPanel::NoAreas));
        assert_eq!(Panel::of(&in_a, &in_b, 0, &horizon()), Err(NoPanel::NoSharedArea));
        assert_eq!(Panel::of(&in_a, &fiscal, 0, &horizon()), Err(NoPanel::YearsUnlike));
    }

    #[test]
    fn months_of_lag_are_rounded_to_periods() {
        assert_eq!(periods_of(6, Frequency::Year), 1);
        assert_eq!(periods_of(5, Frequency::Year), 0);
        assert_eq!(periods_of(4, Frequency::Quarter), 1);
        assert_eq!(periods_of(7, Frequency::Month), 7);
    }

    #[test]
    fn places_in_time_follow_each_other() {
        for first in ["2023-12", "2023-Q4", "2023-H2", "2023", "FY2023"] {
            let period: Period = first.parse().expect("a period");
            assert_eq!(order(period.next(7), 7) - order(period, 7), 1, "{first}");
        }
    }
}
