use uuid::Uuid;

use super::*;
use crate::domain::{
    definition::{Definition, tests::casualties},
    file::reference::AreaName,
};

fn reference() -> Reference {
    let indicator = |code: &str| Definition { id: Uuid::from_u128(1), code: code.to_owned(), ..casualties() };
    let area = |code: &str| AreaName { code: code.to_owned(), names: Vec::new() };
    Reference::new(vec![indicator("OC-KILLED"), indicator("OC-HURT")], vec![area("A1"), area("A2")], Vec::new(), 7)
}

/// Rows as a text: `|` between cells; an empty line is no row.
fn lines(text: &str) -> Vec<Line> {
    let rows =
        (0..).zip(text.lines().map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()));
    rows.filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())).collect()
}

fn outlook_of(text: &str) -> Outlook {
    outlook(&lines(text), &|_| BTreeMap::new(), &reference())
}

fn clear(text: &str) -> (u32, u32, Vec<String>) {
    match outlook_of(text) {
        Outlook::Clear(frame) => (frame.first, frame.last, frame.headings),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_row_below_titles_is_found() {
    let (first, last, headings) =
        clear("Monthly report\nMission: | UNMIC\n\nIndicator | Area | Month | Value\nOC-KILLED | A1 | 2024-01 | 3");
    assert_eq!((first, last), (3, 3));
    assert_eq!(headings, ["Indicator", "Area", "Month", "Value"]);
}

#[test]
fn what_stands_above_several_columns_counts_for_each() {
    let (first, last, headings) =
        clear("Area | Indicator | 2024 | | | 2025 |\n | | Q1 | Q2 | Q3 | Q1 | Q2\nA1 | OC-KILLED | 1 | 2 | 3 | 4 | 5");
    assert_eq!((first, last), (0, 1));
    assert_eq!(headings[2..], ["2024 / Q1", "2024 / Q2", "2024 / Q3", "2025 / Q1", "2025 / Q2"]);
    let (.., headings) = clear(
        "Area | Month | OC-KILLED | | | OC-HURT | \n | | Female | Male | Total | Female | Male\nA1 | 2024-01 | 1 | 2 | 3 | 4 | 5",
    );
    assert_eq!(headings[..4], ["Area", "Month", "OC-KILLED / Female", "OC-KILLED / Male"]);
}

#[test]
fn a_year_alone_above_its_quarters_is_no_title() {
    let (first, last, headings) =
        clear("Report\n | | 2024 | |\nArea | Indicator | Q1 | Q2 | Q3\nA1 | OC-KILLED | 1 | 2 | 3");
    assert_eq!((first, last), (1, 2));
    assert_eq!(headings, ["Area", "Indicator", "2024 / Q1", "2024 / Q2", "2024 / Q3"]);
}

#[test]
fn three_rows_say_the_year_the_quarter_and_the_sex() {
    let (first, last, headings) = clear(
        "Area | Indicator | 2024 | | |\n | | Q1 | | Q2 |\n | | Female | Male | Female | Male\nA1 | OC-KILLED | 1 | 2 | 3 | 4",
    );
    assert_eq!((first, last), (0, 2));
    assert_eq!(headings[2..], ["2024 / Q1 / Female", "2024 / Q1 / Male", "2024 / Q2 / Female", "2024 / Q2 / Male"]);
}

#[test]
fn a_value_over_two_sexes_is_not_read_as_a_total() {
    let (_, last, headings) =
        clear("Indicator | Area | Month | Value | \n | | | Female | Male\nOC-KILLED | A1 | 2024-01 | 1 | 2");
    assert_eq!((last, headings[3].as_str()), (1, "Value / Female"));
}

#[test]
fn rows_of_data_are_no_headings() {
    let (first, last, _) =
        clear("Indicator | Area | Month | Value\nOC-KILLED | A1 | 2024-01 | 3\nOC-HURT | | 2024-01 | 3");
    assert_eq!((first, last), (0, 0));
    assert_eq!(outlook_of("Only a title\n\nand a word"), Outlook::Nothing);
    assert!(matches!(outlook_of("What | When\nthis | that"), Outlook::Unclear(frame, _) if frame.first == 0));
}

#[test]
fn the_key_of_a_layout_knows_the_file_again_when_it_comes_back() {
    let own = ["Zone", "Mois", "Total", ""].map(str::to_owned);
    let back = ["ZONE", "mois", "Total", "Motif", "2024 / Row in the file"].map(str::to_owned);
    assert_eq!(layout_key(&own), layout_key(&back));
    assert_ne!(layout_key(&own), layout_key(&own[..2]));
}
