//! The tables of a document: by period, by area, by indicator.

use cpas_proto::words::Language;

use super::{Cell, Layout, Row, Spoken, Table, spoken};
use crate::domain::{
    figure::{self, Figure, Kind},
    snapshot::{Line, Measure, Part},
    text::Text,
    wording::{Phrase, say},
};

impl Layout<'_> {
    pub(super) fn by_period(&self, part: &Part, measure: &Measure, caption: Spoken) -> Table {
        let with_targets = part.figures.iter().any(|figure| figure.target.is_some());
        let mut heads = vec![say(Phrase::Period, self.language).to_owned(), self.value_head(measure)];
        if with_targets {
            heads.push(say(Phrase::Target, self.language).to_owned());
        }
        let row = |figure: &Figure| {
            let mut cells = vec![self.bare(figure)];
            if with_targets {
                cells.push(self.target(figure));
            }
            Row { head: figure::period(&figure.period, self.language), note: 0, cells }
        };
        Table { caption, heads, rows: part.figures.iter().map(row).collect() }
    }

    pub(super) fn by_area(&self, part: &Part, measure: &Measure, caption: Spoken) -> Table {
        let heads = vec![
            say(Phrase::Area, self.language).to_owned(),
            say(Phrase::Period, self.language).to_owned(),
            self.value_head(measure),
        ];
        let row = |figure: &Figure| {
            let cells = vec![plain(figure::period(&figure.period, self.language)), self.bare(figure)];
            Row { head: self.area(figure, measure), note: 0, cells }
        };
        Table { caption, heads, rows: part.figures.iter().map(row).collect() }
    }

    /// Where each indicator began, where it should be and where it is.
    pub(super) fn by_indicator(&self, part: &Part) -> Table {
        let title = match part.text.is_blank() {
            true => Text::of(say(Phrase::Indicators, Language::En), say(Phrase::Indicators, Language::Fr)),
            false => part.text.clone(),
        };
        let heads = [Phrase::Indicator, Phrase::Baseline, Phrase::Target, Phrase::Value, Phrase::Period];
        let row = |Line { measure, figure }: &Line| {
            let (unit, language) = (&measure.unit, self.language);
            let baseline = measure.baseline.map_or_else(none, |value| {
                let words = figure::with_unit(value, unit, language);
                match measure.baseline_period.as_str() {
                    "" => words,
                    period => format!("{words} ({})", figure::period(period, language)),
                }
            });
            let target = figure.target.map_or_else(none, |target| figure::with_unit(target, unit, language));
            let place = match (figure.area.as_str(), figure.slice.as_str()) {
                ("", "") => String::new(),
                ("", slice) => format!(", {slice}"),
                (_, "") => format!(", {}", self.area(figure, measure)),
                (_, slice) => format!(", {}, {slice}", self.area(figure, measure)),
            };
            Row {
                head: format!("{}{place}", measure.name.within(language)),
                note: self.note_of(measure),
                cells: vec![
                    plain(baseline),
                    plain(target),
                    self.cell(figure, measure),
                    plain(figure::period(&figure.period, language)),
                ],
            }
        };
        let heads = heads.map(|head| say(head, self.language).to_owned()).into();
        Table { caption: spoken(&title, self.language), heads, rows: part.rows.iter().map(row).collect() }
    }
}

/// Words in a table that are no number of the sheet.
fn plain(words: String) -> Cell {
    Cell { id: String::new(), words, kind: Kind::Value, value: None }
}

/// What stands where there is nothing to say.
pub(super) fn none() -> String {
    "–".to_owned()
}
