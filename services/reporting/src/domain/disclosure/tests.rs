use cpas_proto::words::Classification;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::*;
use crate::domain::{
    block::BlockKind,
    figure::Figure,
    sheet::Audience,
    snapshot::{FORMAT, Measure, Part},
    text::Text,
};

fn figure(area: &str, period: &str, slice: &str, value: Option<f64>) -> Figure {
    Figure {
        id: format!("b1:{area}:{period}:{slice}"),
        area: area.into(),
        period: period.into(),
        slice: slice.into(),
        kind: if value.is_some() { Kind::Value } else { Kind::Missing },
        value,
        target: None,
    }
}

fn sheet(persons: bool, figures: Vec<Figure>) -> Snapshot {
    let measure = Measure {
        indicator_id: String::new(),
        code: "A".into(),
        name: Text::same("A"),
        unit: "persons".into(),
        kind: "count".into(),
        source: Text::default(),
        baseline: None,
        baseline_period: String::new(),
        persons,
        cautions: Vec::new(),
        areas: Vec::new(),
    };
    let (id, text) = ("b1".to_owned(), Text::default());
    let part = Part {
        id,
        kind: BlockKind::Table,
        text,
        measure: Some(measure),
        figures,
        shapes: Vec::new(),
        rows: Vec::new(),
    };
    Snapshot {
        format: FORMAT,
        sheet_id: String::new(),
        mission_code: "UNMIC".into(),
        mission_name: String::new(),
        title: Text::same("T"),
        audience: Audience::Public,
        as_known_at: String::new(),
        classification: Classification::Unclassified,
        parts: vec![part],
    }
}

fn areas(total: Option<f64>, values: &[f64]) -> Vec<Figure> {
    let parts = values.iter().enumerate().map(|(place, value)| figure(&format!("X{place}"), "2024", "", Some(*value)));
    total.map(|total| figure("", "2024", "", Some(total))).into_iter().chain(parts).collect()
}

/// `H` for hidden, the value otherwise.
fn seen(persons: bool, figures: Vec<Figure>) -> Vec<String> {
    let mut sheet = sheet(persons, figures);
    suppress_small_cells(&mut sheet, 7, 4);
    let show = |figure: &Figure| match figure.kind {
        Kind::Suppressed => "H".to_owned(),
        _ => figure.value.map_or("-".to_owned(), |value| value.to_string()),
    };
    sheet.parts[0].figures.iter().map(show).collect()
}

#[test]
fn counts_of_one_to_four_persons_are_hidden_and_zero_and_five_are_not() {
    assert_eq!(seen(true, areas(None, &[0.0, 1.0, 4.0, 5.0])), ["0", "H", "H", "5"]);
    assert_eq!(seen(false, areas(None, &[0.0, 1.0, 4.0, 5.0])), ["0", "1", "4", "5"], "incidents are no persons");
}

#[test]
fn a_hidden_part_takes_the_next_smallest_with_it_where_the_total_stands() {
    assert_eq!(seen(true, areas(Some(33.0), &[3.0, 10.0, 20.0])), ["33", "H", "H", "20"]);
    assert_eq!(seen(true, areas(Some(3.0), &[3.0, 0.0])), ["H", "H", "0"], "a small total is hidden itself");
    assert_eq!(seen(true, areas(Some(22.0), &[1.0, 1.0, 20.0])), ["22", "H", "H", "H"], "two ones add up to two");
    assert_eq!(seen(true, areas(Some(23.0), &[1.0, 2.0, 20.0])), ["23", "H", "H", "20"]);
}

#[test]
fn slices_and_periods_are_parts_too() {
    let slices = vec![
        figure("", "2024", "", Some(30.0)),
        figure("", "2024", "sex=f", Some(2.0)),
        figure("", "2024", "sex=m", Some(28.0)),
    ];
    assert_eq!(seen(true, slices), ["30", "H", "H"]);
    let periods = vec![
        figure("", "2024", "", Some(60.0)),
        figure("", "2024-Q1", "", Some(2.0)),
        figure("", "2024-Q2", "", Some(8.0)),
        figure("", "2024-Q3", "", Some(50.0)),
    ];
    assert_eq!(seen(true, periods), ["60", "H", "H", "50"]);
}

#[test]
fn the_same_number_is_hidden_wherever_it_stands() {
    let twice = vec![figure("X", "2024", "", Some(2.0)), figure("X", "2024", "", Some(2.0))];
    assert_eq!(seen(true, twice), ["H", "H"]);
}

#[test]
fn a_baseline_that_would_tell_a_hidden_count_is_hidden_too() {
    let baseline = |value: f64, period: &str| {
        let mut sheet = sheet(true, vec![figure("", "2024-Q1", "", Some(3.0)), figure("", "2024-Q2", "", Some(9.0))]);
        let measure = sheet.parts[0].measure.as_mut().expect("a measure");
        (measure.baseline, measure.baseline_period) = (Some(value), period.to_owned());
        suppress_small_cells(&mut sheet, 7, 4);
        sheet.parts[0].measure.as_ref().and_then(|measure| measure.baseline)
    };
    assert_eq!(baseline(2.0, "2023"), None, "small itself");
    assert_eq!(baseline(3.0, "2024-Q1"), None, "of a hidden period");
    assert_eq!(baseline(9.0, "2024-Q2"), Some(9.0));
}

proptest! {
    /// Whoever sees the sheet and knows the rule cannot say what a small count was: there is always
    /// another way to fill in the hidden cells.
    #[test]
    fn no_small_cell_can_be_computed_back(values in proptest::collection::vec(0u32..12, 1..6)) {
        let total: u32 = values.iter().sum();
        let cells: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
        let seen = seen(true, areas(Some(f64::from(total)), &cells));
        let hidden: Vec<usize> = (0..values.len()).filter(|place| seen[place + 1] == "H").collect();
        for place in &hidden {
            let small = (1..=4).contains(&values[*place]);
            if small && seen[0] != "H" {
                prop_assert!(hidden.len() > 1, "{values:?} shows {seen:?}");
            }
        }
        for (place, value) in values.iter().enumerate() {
            prop_assert!(!(1..=4).contains(value) || seen[place + 1] == "H");
        }
        if seen[0] == "H" && (1..=4).contains(&total) {
            prop_assert!(!hidden.is_empty(), "the parts add up to the hidden total: {values:?}");
        }
    }
}

#[test]
fn parts_may_be_finer_in_several_ways_at_once() {
    let cells = vec![
        figure("", "2024", "", Some(60.0)),
        figure("", "2024", "age=0-17,sex=f", Some(2.0)),
        figure("", "2024", "age=0-17,sex=m", Some(18.0)),
        figure("", "2024", "age=18+,sex=f", Some(15.0)),
        figure("", "2024", "age=18+,sex=m", Some(25.0)),
    ];
    assert_eq!(seen(true, cells), ["60", "H", "18", "H", "25"], "no margin stands between the total and its cells");
    let cells = vec![
        figure("", "2024", "", Some(40.0)),
        figure("X", "2024-H1", "", Some(3.0)),
        figure("X", "2024-H2", "", Some(9.0)),
        figure("Y", "2024-H1", "", Some(12.0)),
        figure("Y", "2024-H2", "", Some(16.0)),
    ];
    assert_eq!(seen(true, cells), ["40", "H", "H", "12", "16"]);
}

#[test]
fn sums_that_cross_are_looked_at_together() {
    // Every row and column that has a hidden cell has two of them, and still the first can be computed: what the first
    // two columns have, less what the last two rows show of them.
    let table = [[2.0, 9.0, 30.0], [8.0, 7.0, 40.0], [50.0, 60.0, 70.0]];
    let mut cells = vec![];
    for (row, values) in table.iter().enumerate() {
        cells.push(figure(&format!("X{row}"), "2024", "", Some(values.iter().sum())));
        for (column, value) in values.iter().enumerate() {
            cells.push(figure(&format!("X{row}"), "2024", &format!("age={column}"), Some(*value)));
        }
    }
    for column in 0..3 {
        let sum = table.iter().map(|row| row[column]).sum();
        cells.push(figure("", "2024", &format!("age={column}"), Some(sum)));
    }
    let seen = seen(true, cells);
    let hidden: Vec<bool> = seen.iter().map(|cell| cell == "H").collect();
    assert!(hidden[1], "the small one");
    assert!(hidden.iter().filter(|hidden| **hidden).count() >= 4, "{seen:?}");
}

/// A table of persons by area, sex and quarter with some of its margins, as a public sheet may show it.
#[derive(Debug, Clone)]
struct Published {
    areas: usize,
    sexes: usize,
    quarters: usize,
    /// Of each cell, area by area, sex by sex, quarter by quarter.
    cells: Vec<u32>,
    /// By area, by sex, by quarter: which of the eight tables stand in the sheet.
    tables: Vec<(bool, bool, bool)>,
}

impl Published {
    fn strategy() -> impl Strategy<Value = Self> {
        let tables = prop::sample::subsequence(
            (0..8).map(|bits| (bits & 1 > 0, bits & 2 > 0, bits & 4 > 0)).collect::<Vec<_>>(),
            1..=8,
        );
        (1usize..4, 1usize..4, 1usize..3, tables).prop_flat_map(|(areas, sexes, quarters, tables)| {
            let count = prop_oneof![2 => Just(0u32), 4 => 1u32..5, 4 => 5u32..40];
            prop::collection::vec(count, areas * sexes * quarters).prop_map(move |cells| Self {
                areas,
                sexes,
                quarters,
                cells,
                tables: tables.clone(),
            })
        })
    }

    /// What the sheet shows, with the places of the cells that each adds up.
    fn shown(&self) -> Vec<(Figure, Vec<usize>)> {
        let places = |by: bool, count: usize| if by { (0..count).map(Some).collect() } else { vec![None] };
        let mut shown = Vec::new();
        for (by_area, by_sex, by_quarter) in &self.tables {
            for area in places(*by_area, self.areas) {
                for sex in places(*by_sex, self.sexes) {
                    for quarter in places(*by_quarter, self.quarters) {
                        let within = |place: &usize| {
                            let (own_area, own_sex, own_quarter) = (
                                place / (self.sexes * self.quarters),
                                place / self.quarters % self.sexes,
                                place % self.quarters,
                            );
                            area.is_none_or(|one| one == own_area)
                                && sex.is_none_or(|one| one == own_sex)
                                && quarter.is_none_or(|one| one == own_quarter)
                        };
                        let cells: Vec<usize> = (0..self.cells.len()).filter(within).collect();
                        let sum: u32 = cells.iter().map(|place| self.cells[*place]).sum();
                        let figure = figure(
                            &area.map_or(String::new(), |one| format!("X{one}")),
                            &quarter.map_or("2024".to_owned(), |one| format!("2024-Q{}", one + 1)),
                            &sex.map_or(String::new(), |one| format!("sex={one}")),
                            Some(f64::from(sum)),
                        );
                        shown.push((figure, cells));
                    }
                }
            }
        }
        shown
    }
}

/// The least or the most that a hidden figure can be, for somebody who knows the table that it comes from: all cells are
/// zero or more, what is shown adds up, and what is hidden is not zero where it is not.
fn end(direction: OptimizationDirection, wanted: usize, sheet: &[(Figure, Vec<usize>)], seen: &Snapshot) -> f64 {
    let mut problem = Problem::new(direction);
    let cells = sheet.iter().flat_map(|(_, cells)| cells).max().map_or(0, |last| last + 1);
    let of_wanted = |cell: usize| if sheet[wanted].1.contains(&cell) { 1.0 } else { 0.0 };
    let variables: Vec<Variable> =
        (0..cells).map(|cell| problem.add_var(of_wanted(cell), (0.0, f64::INFINITY))).collect();
    for ((told, cells), shown) in sheet.iter().zip(&seen.parts[0].figures) {
        let weights: Vec<(Variable, f64)> = cells.iter().map(|cell| (variables[*cell], 1.0)).collect();
        match shown.value {
            Some(value) => problem.add_constraint(weights, ComparisonOp::Eq, value),
            None => {
                let least = told.value.unwrap_or_default().clamp(0.0, 1.0);
                problem.add_constraint(weights, ComparisonOp::Ge, least);
            }
        }
    }
    match problem.solve() {
        Ok(solution) => solution.objective(),
        Err(microlp::Error::Unbounded) => f64::INFINITY,
        Err(error) => panic!("the true table is a solution: {error}"),
    }
}

/// For each of 10,000 tables, drawn the same every time, every small count that is hidden could be another one.
#[test]
fn no_hidden_count_of_ten_thousand_tables_is_found_out_by_linear_programming() {
    const TABLES: u32 = 10_000;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]);
    let mut runner = TestRunner::new_with_rng(Config { cases: TABLES, ..Config::default() }, rng);
    let (tables, small) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let outcome = runner.run(&Published::strategy(), |table| {
        let told = table.shown();
        let mut seen = sheet(true, told.iter().map(|(figure, _)| figure.clone()).collect());
        suppress_small_cells(&mut seen, 7, 4);
        tables.set(tables.get() + 1);
        for (place, (figure, _)) in told.iter().enumerate() {
            let value = figure.value.unwrap_or_default();
            if !(1.0..=4.0).contains(&value) {
                continue;
            }
            small.set(small.get() + 1);
            prop_assert!(seen.parts[0].figures[place].kind == Kind::Suppressed);
            let least = end(OptimizationDirection::Minimize, place, &told, &seen);
            let most = end(OptimizationDirection::Maximize, place, &told, &seen);
            prop_assert!(most - least >= 1.0 - 1e-6, "{} of {value} is between {least} and {most}", figure.id);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(tables.get() == TABLES && small.get() > TABLES, "{} tables, {} small counts", tables.get(), small.get());
}
