//! A snapshot in one language, laid out: what both the PDF and the HTML are written from.

mod tables;

use cpas_proto::words::Language;
use serde::Serialize;

use super::{
    block::{BlockKind, Run, runs},
    chart,
    figure::{self, Figure, Kind},
    map,
    snapshot::{Measure, Part, Snapshot},
    text::Text,
    wording::{Phrase, say},
};

/// What a reader must be told about the sheet before reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Banner {
    Draft,
    /// With the reason.
    Withdrawn(String),
}

/// A document in one language.
#[derive(Debug, Serialize)]
pub struct Document {
    pub language: &'static str,
    pub title: Spoken,
    pub mission: String,
    pub audience: &'static str,
    /// "Data as known at 3 March 2024, 12:00 UTC".
    pub as_known: String,
    /// Year, month and day of the snapshot.
    pub date: [u32; 3],
    pub banner: Option<String>,
    pub parts: Vec<Drawn>,
    pub notes: Vec<Note>,
    /// Why cells are hidden, where any is.
    pub suppressed: Option<&'static str>,
    pub labels: Labels,
}

/// Words with the language that they are really in.
#[derive(Debug, Clone, Serialize)]
pub struct Spoken {
    pub words: String,
    pub language: &'static str,
}

/// Words of our own that the templates need.
#[derive(Debug, Serialize)]
pub struct Labels {
    pub sources: &'static str,
    pub page: &'static str,
    pub of: &'static str,
    pub data: &'static str,
}

/// A numbered source note.
#[derive(Debug, Serialize)]
pub struct Note {
    pub number: usize,
    pub code: String,
    pub text: String,
    pub cautions: Vec<String>,
}

/// A block, laid out.
#[derive(Debug, Serialize)]
#[serde(tag = "part", rename_all = "lowercase")]
pub enum Drawn {
    Heading {
        id: String,
        title: Spoken,
    },
    Paragraph {
        language: &'static str,
        runs: Vec<Piece>,
    },
    Number {
        id: String,
        label: Spoken,
        value: Cell,
        detail: String,
        note: usize,
    },
    Picture {
        id: String,
        title: Spoken,
        svg: String,
        description: String,
        disclaimer: Option<&'static str>,
        table: Table,
        note: usize,
    },
    Table {
        id: String,
        table: Table,
        note: usize,
    },
}

/// A piece of a paragraph.
#[derive(Debug, Serialize)]
#[serde(tag = "piece", rename_all = "lowercase")]
pub enum Piece {
    Words { words: String },
    Number { value: Cell, note: usize },
}

/// A number as it is written.
#[derive(Debug, Serialize)]
pub struct Cell {
    /// Id of the number: what its source is asked by. Empty for a target.
    pub id: String,
    pub words: String,
    pub kind: Kind,
    pub value: Option<f64>,
}

/// A table with a heading in each row.
#[derive(Debug, Serialize)]
pub struct Table {
    pub caption: Spoken,
    pub heads: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
pub struct Row {
    pub head: String,
    /// Number of the source note of this row; 0: that of the table.
    pub note: usize,
    pub cells: Vec<Cell>,
}

impl Document {
    /// Lays the snapshot out in a language.
    pub fn of(snapshot: &Snapshot, language: Language, banner: Option<&Banner>) -> Self {
        let layout = Layout { snapshot, language, notes: cited(snapshot) };
        let hides = snapshot.figures().any(|(_, _, figure)| figure.kind == Kind::Suppressed);
        let audience = match snapshot.audience {
            super::sheet::Audience::Public => Phrase::Public,
            super::sheet::Audience::Internal => Phrase::Internal,
        };
        let mission = match snapshot.mission_name.as_str() {
            "" => snapshot.mission_code.clone(),
            name => format!("{name} ({})", snapshot.mission_code),
        };
        Self {
            language: language.word(),
            title: spoken(&snapshot.title, language),
            mission,
            audience: say(audience, language),
            as_known: format!("{} {}", say(Phrase::AsKnownAt, language), instant(&snapshot.as_known_at, language)),
            date: date(&snapshot.as_known_at),
            banner: banner.map(|banner| layout.banner(banner)),
            parts: snapshot.parts.iter().flat_map(|part| layout.part(part)).collect(),
            notes: layout.written_notes(),
            suppressed: hides.then(|| say(Phrase::SuppressedWhy, language)),
            labels: Labels {
                sources: say(Phrase::Sources, language),
                page: say(Phrase::Page, language),
                of: say(Phrase::Of, language),
                data: say(Phrase::Data, language),
            },
        }
    }
}

struct Layout<'a> {
    snapshot: &'a Snapshot,
    language: Language,
    /// The indicators in the order in which they are first cited.
    notes: Vec<&'a Measure>,
}

/// Each indicator once, in order of its first citation.
fn cited(snapshot: &Snapshot) -> Vec<&Measure> {
    let mut notes: Vec<&Measure> = Vec::new();
    for measure in snapshot.parts.iter().flat_map(Part::measures) {
        if !notes.iter().any(|known| known.code == measure.code) {
            notes.push(measure);
        }
    }
    notes
}

impl Layout<'_> {
    fn part(&self, part: &Part) -> Vec<Drawn> {
        let id = part.id.clone();
        let Some(measure) = &part.measure else {
            return match part.kind {
                BlockKind::Heading => vec![Drawn::Heading { id, title: spoken(&part.text, self.language) }],
                BlockKind::Indicators => vec![Drawn::Table { id, table: self.by_indicator(part), note: 0 }],
                _ => self.paragraphs(part),
            };
        };
        let note = self.note_of(measure);
        let title = if part.text.is_blank() { &measure.name } else { &part.text };
        let title = spoken(title, self.language);
        let drawn = match part.kind {
            BlockKind::Number => {
                let Some(figure) = part.figures.first() else { return Vec::new() };
                let (value, detail) = (self.cell(figure, measure), self.detail(figure, measure));
                Drawn::Number { id, label: title, value, detail, note }
            }
            BlockKind::Chart => {
                let area = part.figures.first().filter(|figure| !figure.area.is_empty());
                let title = area.map_or(title.clone(), |figure| Spoken {
                    words: format!("{}, {}", title.words, measure.area_name(&figure.area).within(self.language)),
                    language: title.language,
                });
                let svg = chart::draw(part, measure, &title.words, self.language);
                let description = chart::describe(&part.figures, measure, self.language);
                let table = self.by_period(part, measure, title.clone());
                Drawn::Picture { id, title, svg, description, disclaimer: None, table, note }
            }
            BlockKind::Map => {
                let svg = map::draw(part, measure, &title.words, self.language);
                let description = map::describe(part, measure, self.language);
                let disclaimer = Some(say(Phrase::BoundaryDisclaimer, self.language));
                let table = self.by_area(part, measure, title.clone());
                Drawn::Picture { id, title, svg, description, disclaimer, table, note }
            }
            _ => Drawn::Table { id, table: self.by_area(part, measure, title), note },
        };
        vec![drawn]
    }

    /// One paragraph for each that a blank line sets apart.
    fn paragraphs(&self, part: &Part) -> Vec<Drawn> {
        let (words, language) = part.text.spoken(self.language);
        let paragraphs = words.split("\n\n").map(str::trim).filter(|words| !words.is_empty());
        let piece = |run: Run<'_>| match run {
            Run::Words(words) => Piece::Words { words: words.replace('\n', " ") },
            Run::Number(id) => match self.snapshot.figure(id) {
                Some((_, measure, figure)) => {
                    Piece::Number { value: self.cell(figure, measure), note: self.note_of(measure) }
                }
                None => Piece::Words { words: say(Phrase::NoData, self.language).to_owned() },
            },
        };
        paragraphs
            .map(|words| Drawn::Paragraph {
                language: language.word(),
                runs: runs(words).into_iter().map(piece).collect(),
            })
            .collect()
    }

    fn area(&self, figure: &Figure, measure: &Measure) -> String {
        if figure.area.is_empty() {
            return say(Phrase::Mission, self.language).to_owned();
        }
        measure.area_name(&figure.area).within(self.language).to_owned()
    }

    fn value_head(&self, measure: &Measure) -> String {
        match measure.unit.as_str() {
            "" => say(Phrase::Value, self.language).to_owned(),
            unit => format!("{} ({unit})", say(Phrase::Value, self.language)),
        }
    }

    fn cell(&self, figure: &Figure, measure: &Measure) -> Cell {
        let words = figure.written_with_unit(&measure.unit, self.language);
        Cell { id: figure.id.clone(), words, kind: figure.kind, value: figure.value }
    }

    fn bare(&self, figure: &Figure) -> Cell {
        let words = figure.written(self.language);
        Cell { id: figure.id.clone(), words, kind: figure.kind, value: figure.value }
    }

    fn target(&self, figure: &Figure) -> Cell {
        let words = figure.target.map_or_else(tables::none, |target| figure::number(target, self.language));
        Cell { id: String::new(), words, kind: Kind::Value, value: figure.target }
    }

    /// Period, area, target and baseline of a number that stands alone.
    fn detail(&self, figure: &Figure, measure: &Measure) -> String {
        let mut told = vec![figure::period(&figure.period, self.language)];
        told.push(self.area(figure, measure));
        if !figure.slice.is_empty() {
            told.push(figure.slice.clone());
        }
        let mut reference = |phrase, value: Option<f64>, period: &str| {
            if let Some(value) = value {
                let value = figure::with_unit(value, &measure.unit, self.language);
                let period = if period.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", figure::period(period, self.language))
                };
                told.push(format!("{} {value}{period}", say(phrase, self.language)));
            }
        };
        reference(Phrase::Target, figure.target, "");
        reference(Phrase::Baseline, measure.baseline, &measure.baseline_period);
        told.retain(|words| !words.is_empty());
        told.join(" · ")
    }

    fn note_of(&self, measure: &Measure) -> usize {
        self.notes.iter().position(|known| known.code == measure.code).map_or(0, |place| place + 1)
    }

    fn written_notes(&self) -> Vec<Note> {
        let note = |(place, measure): (usize, &&Measure)| {
            let source = match measure.source.within(self.language) {
                "" => say(Phrase::NoSource, self.language),
                source => source,
            };
            let colon = if self.language == Language::Fr { "\u{a0}: " } else { ": " };
            let text = format!(
                "{} ({}). {}{colon}{source}",
                measure.name.within(self.language),
                measure.code,
                say(Phrase::Source, self.language)
            );
            let cautions = measure.cautions.iter().map(|caution| caution.within(self.language).to_owned()).collect();
            Note { number: place + 1, code: measure.code.clone(), text, cautions }
        };
        self.notes.iter().enumerate().map(note).collect()
    }

    fn banner(&self, banner: &Banner) -> String {
        match banner {
            Banner::Draft => say(Phrase::Draft, self.language).to_owned(),
            Banner::Withdrawn(reason) => format!("{} {reason}", say(Phrase::Withdrawn, self.language)),
        }
    }
}

fn spoken(text: &Text, language: Language) -> Spoken {
    let (words, language) = text.spoken(language);
    Spoken { words: words.to_owned(), language: language.word() }
}

fn instant(text: &str, language: Language) -> String {
    format!("{}, {} UTC", figure::day(text, language), text.get(11..16).unwrap_or_default())
}

/// Year, month and day of an instant.
fn date(text: &str) -> [u32; 3] {
    let mut parts = text.get(..10).unwrap_or_default().split('-').map(|part| part.parse().unwrap_or(1));
    [parts.next().unwrap_or(1970), parts.next().unwrap_or(1), parts.next().unwrap_or(1)]
}

#[cfg(test)]
pub(crate) mod tests;
