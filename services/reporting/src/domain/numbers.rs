//! The numbers of a snapshot one below the other: what a spreadsheet or another system reads.

use cpas_proto::words::Language;

use super::{
    figure::{Figure, Kind},
    snapshot::{Measure, Part, Snapshot},
    wording::{Phrase, say},
};

/// A cell of the list.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Words(String),
    Number(f64),
    Empty,
}

/// A column of the list: its heading, its HXL tag (HXL 1.1), and what stands in it.
pub struct Column {
    pub head: Phrase,
    pub tag: &'static str,
    read: fn(&Line<'_>) -> Cell,
}

/// What a line is made from.
struct Line<'a> {
    snapshot: &'a Snapshot,
    language: Language,
    part: &'a Part,
    measure: &'a Measure,
    figure: &'a Figure,
    note: &'a str,
}

/// The columns, from what the number is to where it comes from.
pub const COLUMNS: [Column; 17] = [
    column(Phrase::NumberId, "#meta+id", |line| words(&line.figure.id)),
    column(Phrase::Title, "#meta+title", |line| {
        let own = &line.part.text;
        words(if own.is_blank() { &line.measure.name } else { own }.within(line.language))
    }),
    column(Phrase::IndicatorCode, "#indicator+code", |line| words(&line.measure.code)),
    column(Phrase::Indicator, "#indicator+name", |line| words(line.measure.name.within(line.language))),
    column(Phrase::AreaCode, "#loc+code", |line| words(&line.figure.area)),
    column(Phrase::Area, "#loc+name", |line| match line.figure.area.as_str() {
        "" => words(say(Phrase::Mission, line.language)),
        code => words(line.measure.area_name(code).within(line.language)),
    }),
    column(Phrase::Period, "#date+period", |line| words(&line.figure.period)),
    column(Phrase::Slice, "#meta+slice", |line| words(&line.figure.slice)),
    column(Phrase::Value, "#indicator+value+num", |line| number(line.figure.value)),
    column(Phrase::Kind, "#indicator+kind", |line| match line.figure.kind {
        // A value that is no number cannot be told from one that is missing.
        Kind::Value if line.figure.value.is_none() => words(Kind::Missing.word()),
        kind => words(kind.word()),
    }),
    column(Phrase::Unit, "#indicator+unit", |line| words(&line.measure.unit)),
    column(Phrase::Target, "#indicator+target+num", |line| number(line.figure.target)),
    column(Phrase::Baseline, "#indicator+baseline+num", |line| number(line.measure.baseline)),
    column(Phrase::BaselinePeriod, "#date+baseline", |line| match line.measure.baseline {
        Some(_) => words(&line.measure.baseline_period),
        None => Cell::Empty,
    }),
    column(Phrase::Source, "#meta+source", |line| words(line.measure.source.within(line.language))),
    column(Phrase::AsKnownAt, "#date+known", |line| words(&line.snapshot.as_known_at)),
    column(Phrase::Note, "#meta+note", |line| words(line.note)),
];

/// One line for each number of the sheet, in its order; `note` stands in each: that it is a draft, or why
/// it was withdrawn.
pub fn lines(snapshot: &Snapshot, language: Language, note: &str) -> Vec<Vec<Cell>> {
    let line = |(part, measure, figure): (&Part, &Measure, &Figure)| {
        let line = Line { snapshot, language, part, measure, figure, note };
        COLUMNS.iter().map(|column| (column.read)(&line)).collect()
    };
    snapshot.figures().map(line).collect()
}

const fn column(head: Phrase, tag: &'static str, read: fn(&Line<'_>) -> Cell) -> Column {
    Column { head, tag, read }
}

fn words(words: &str) -> Cell {
    if words.is_empty() { Cell::Empty } else { Cell::Words(words.to_owned()) }
}

fn number(value: Option<f64>) -> Cell {
    value.filter(|value| value.is_finite()).map_or(Cell::Empty, Cell::Number)
}
