//! Comma-separated values: RFC 4180 in UTF-8 with a byte order mark, which spreadsheets look for, and a row
//! of HXL tags (<https://hxlstandard.org>) below the headings.

use super::{COLUMNS, Cell, EVENT_COLUMNS, Event, Row, heading};
use cpas_proto::words::Language;

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The mark, the headings and the tags of observations.
pub fn head(language: Language) -> String {
    let mut text = String::from('\u{feff}');
    line(&mut text, COLUMNS.iter().map(|column| Cell::Word(heading(column, language).into())));
    line(&mut text, COLUMNS.iter().map(|column| Cell::Word(column.2.into())));
    text
}

/// One observation.
pub fn row(text: &mut String, row: &Row) {
    line(text, row.cells().into_iter());
}

/// The mark, the headings and the tags of events.
pub fn event_head() -> String {
    let mut text = String::from('\u{feff}');
    line(&mut text, EVENT_COLUMNS.iter().map(|column| Cell::Word(column.0.into())));
    line(&mut text, EVENT_COLUMNS.iter().map(|column| Cell::Word(column.1.into())));
    text
}

/// One event.
pub fn event(text: &mut String, event: &Event) {
    line(text, event.cells().into_iter());
}

/// A text that no spreadsheet runs: with an apostrophe before it where it looks like a formula and is no number.
pub fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    if text.starts_with(FORMULA) && text.parse::<f64>().is_err() { format!("'{text}").into() } else { text.into() }
}

fn line<'a>(text: &mut String, cells: impl Iterator<Item = Cell<'a>>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        match cell {
            Cell::Nothing => {}
            Cell::Number(number) => text.push_str(&number.to_string()),
            Cell::Whole(number) => text.push_str(&number.to_string()),
            Cell::Word(word) => quoted(text, &word),
            Cell::Text(words) => quoted(text, &harmless(words)),
        }
    }
    text.push_str("\r\n");
}

/// Adds a cell, in quotes where its text would be taken for more than one.
pub fn quoted(text: &mut String, cell: &str) {
    if cell.contains(['"', ',', '\n', '\r', ';']) || cell.starts_with(' ') || cell.ends_with(' ') {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}
