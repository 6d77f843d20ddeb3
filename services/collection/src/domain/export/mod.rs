//! Observations and events as other systems read them.
//!
//! A file is a head, a piece for every row, and a tail; nothing of it is kept, so that it has no largest size.
//! What stands in a cell can be imported again and changes nothing (`what_goes_out_comes_in_again` in
//! `tests/it/exports.rs`), but for the note of a cell that a spreadsheet would run: see [`csv::harmless`].

pub mod csv;
pub mod dhis2;
pub mod geojson;
pub mod jsonl;
pub mod template;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use cpas_proto::words::{Classification, Language, Period};
use uuid::Uuid;

cpas_proto::vocabulary! {
    /// What a file of observations can be.
    pub enum Format as "a format of observations" {
        Csv = "csv",
        Xlsx = "xlsx",
        JsonLines = "jsonl",
        Dhis2 = "dhis2",
        /// A workbook to be filled in.
        Template = "template",
    }
}

cpas_proto::vocabulary! {
    /// What a file of events can be.
    pub enum EventFormat as "a format of events" {
        Csv = "csv",
        GeoJson = "geojson",
    }
}

/// An observation in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub id: Uuid,
    pub indicator: String,
    pub definition_version: i32,
    pub period: Period,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// Empty: the mission as a whole.
    pub area: String,
    pub area_name: String,
    pub slice: String,
    pub kind: String,
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub level: String,
    pub text: String,
    pub state: String,
    pub classification: Classification,
    pub reliability: String,
    pub credibility: i16,
    pub source: String,
    pub note: String,
    pub recorded_at: DateTime<Utc>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Number(f64),
    Whole(i64),
    /// Written by the system: a code, a day, a word of a list.
    Word(std::borrow::Cow<'a, str>),
    /// Written by somebody; it may look like a formula.
    Text(&'a str),
    Nothing,
}

/// Headings in English and French, and the HXL tag, of every column.
pub const COLUMNS: &[(&str, &str, &str)] = &[
    ("Indicator code", "Code indicateur", "#indicator+code"),
    ("Indicator version", "Version de l’indicateur", "#meta+version"),
    ("Area code", "Code zone", "#loc+code"),
    ("Area name", "Nom de la zone", "#loc+name"),
    ("Period", "Période", "#date+period"),
    ("First day", "Premier jour", "#date+start"),
    ("Last day", "Dernier jour", "#date+end"),
    ("Slice", "Tranche", "#meta+slice"),
    ("Kind", "Nature", "#meta+kind"),
    ("Value", "Valeur", "#indicator+value"),
    ("Numerator", "Numérateur", "#indicator+numerator"),
    ("Denominator", "Dénominateur", "#indicator+denominator"),
    ("State", "État", "#status"),
    ("Classification", "Classification", "#meta+classification"),
    ("Reliability", "Fiabilité", "#meta+reliability"),
    ("Credibility", "Crédibilité", "#meta+credibility"),
    ("Source", "Source", "#meta+source"),
    ("Note", "Note", "#meta+note"),
    ("Recorded at", "Enregistrée le", "#meta+recorded"),
    ("Observation", "Observation", "#meta+id"),
];

/// The heading of a column.
pub fn heading(column: &(&'static str, &'static str, &'static str), language: Language) -> &'static str {
    if language == Language::Fr { column.1 } else { column.0 }
}

impl Row {
    /// What it says, as an import reads it: a number, or a word in place of one.
    pub fn value(&self) -> Cell<'_> {
        match self.kind.as_str() {
            "value" => self.value.map_or(Cell::Nothing, Cell::Number),
            "ratio" => self.quotient().map_or(Cell::Nothing, Cell::Number),
            "level" => Cell::Text(&self.level),
            "text" => Cell::Text(&self.text),
            "not_applicable" => Cell::Word("not applicable".into()),
            other => Cell::Word(other.into()),
        }
    }

    /// Of a ratio; its denominator is more than zero.
    pub fn quotient(&self) -> Option<f64> {
        Some(self.numerator? / self.denominator.filter(|denominator| *denominator > 0.0)?)
    }

    /// When it was recorded, to the microsecond.
    pub fn recorded(&self) -> String {
        self.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    /// One cell for each of [`COLUMNS`].
    pub fn cells(&self) -> [Cell<'_>; 20] {
        let number = |number: Option<f64>| number.map_or(Cell::Nothing, Cell::Number);
        fn own(text: &str) -> Cell<'_> {
            if text.is_empty() { Cell::Nothing } else { Cell::Word(text.into()) }
        }
        fn text(text: &str) -> Cell<'_> {
            if text.is_empty() { Cell::Nothing } else { Cell::Text(text) }
        }
        [
            own(&self.indicator),
            Cell::Whole(self.definition_version.into()),
            own(&self.area),
            text(&self.area_name),
            Cell::Word(self.period.to_string().into()),
            Cell::Word(self.first_day.to_string().into()),
            Cell::Word(self.last_day.to_string().into()),
            own(&self.slice),
            own(&self.kind),
            self.value(),
            number(self.numerator),
            number(self.denominator),
            own(&self.state),
            own(self.classification.word()),
            own(&self.reliability),
            if self.credibility == 0 { Cell::Nothing } else { Cell::Whole(self.credibility.into()) },
            text(&self.source),
            text(&self.note),
            Cell::Word(self.recorded().into()),
            Cell::Word(self.id.to_string().into()),
        ]
    }
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: Uuid,
    pub source: String,
    pub external_id: String,
    pub kind: String,
    pub sub_kind: String,
    pub date: String,
    pub date_precision: String,
    pub longitude: f64,
    pub latitude: f64,
    pub point_precision: String,
    pub place: String,
    pub area: String,
    pub classification: Classification,
    pub deaths_best: Option<i32>,
    pub deaths_low: Option<i32>,
    pub deaths_high: Option<i32>,
    pub deaths_civilians: Option<i32>,
    pub actor_one: String,
    pub actor_two: String,
    pub notes: String,
}

/// Name and HXL tag of every column of events: those that an import of events reads.
pub const EVENT_COLUMNS: &[(&str, &str)] = &[
    ("source", "#meta+source"),
    ("external_id", "#event+id"),
    ("event_type", "#event+type"),
    ("sub_event_type", "#event+type+sub"),
    ("date", "#date"),
    ("date_precision", "#date+precision"),
    ("longitude", "#geo+lon"),
    ("latitude", "#geo+lat"),
    ("point_precision", "#geo+precision"),
    ("location", "#loc+name"),
    ("area", "#loc+code"),
    ("deaths_best", "#affected+killed+best"),
    ("deaths_low", "#affected+killed+low"),
    ("deaths_high", "#affected+killed+high"),
    ("deaths_civilians", "#affected+killed+civilians"),
    ("actor_one", "#actor+one"),
    ("actor_two", "#actor+two"),
    ("notes", "#description"),
    ("classification", "#meta+classification"),
];

impl Event {
    /// One cell for each of [`EVENT_COLUMNS`].
    pub fn cells(&self) -> [Cell<'_>; 19] {
        let count = |deaths: Option<i32>| deaths.map_or(Cell::Nothing, |deaths| Cell::Whole(deaths.into()));
        [
            Cell::Text(&self.source),
            Cell::Text(&self.external_id),
            Cell::Text(&self.kind),
            Cell::Text(&self.sub_kind),
            Cell::Word(self.date.as_str().into()),
            Cell::Word(self.date_precision.as_str().into()),
            Cell::Number(self.longitude),
            Cell::Number(self.latitude),
            Cell::Word(self.point_precision.as_str().into()),
            Cell::Text(&self.place),
            Cell::Word(self.area.as_str().into()),
            count(self.deaths_best),
            count(self.deaths_low),
            count(self.deaths_high),
            count(self.deaths_civilians),
            Cell::Text(&self.actor_one),
            Cell::Text(&self.actor_two),
            Cell::Text(&self.notes),
            Cell::Word(self.classification.word().into()),
        ]
    }
}
