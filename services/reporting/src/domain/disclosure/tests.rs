use cpas_proto::words::Classification;
use proptest::prelude::*;

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
    let part = Part { id, kind: BlockKind::Table, text, measure: Some(measure), figures, shapes: Vec::new(), rows: Vec::new() };
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
