//! Geocoded events: rows of a CSV in UCDP's columns or a general layout, keyed so that the same row
//! is the same event however often it is sent.

mod survey;
mod when;

use std::collections::{BTreeMap, HashMap};

use cpas_proto::{vocabulary, words::Classification};
use sha2::{Digest as _, Sha256};

pub use self::{
    survey::{EventSurvey, Writing},
    when::When,
};
use super::file::{Days, layout::folded, number::parse_number, records::Record};

vocabulary! {
    /// How exactly the point of an event is known.
    pub enum PointPrecision as "a precision of a point" {
        Exact = "exact",
        /// Within some 25 km.
        Near = "near",
        /// Only in which area; the point is the middle of that.
        Area = "area",
    }
}

impl PointPrecision {
    /// From a word, or a number as UCDP (`where_prec`, 1 to 7) and ACLED (`geo_precision`, 1 to 3) write it.
    fn read(text: &str) -> Option<Self> {
        match text {
            "1" => Some(Self::Exact),
            "2" => Some(Self::Near),
            "3" | "4" | "5" | "6" | "7" => Some(Self::Area),
            word => word.to_lowercase().parse().ok(),
        }
    }
}

/// One event as a row tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    pub source: String,
    pub external_id: String,
    pub kind: String,
    pub sub_kind: String,
    pub when: When,
    /// Degrees, WGS 84.
    pub longitude: f64,
    pub latitude: f64,
    /// `None`: the source does not say.
    pub point_precision: Option<PointPrecision>,
    pub place: String,
    /// `None`: as it is, unclassified where it is new.
    pub classification: Option<Classification>,
    pub deaths_best: Option<i32>,
    pub deaths_low: Option<i32>,
    pub deaths_high: Option<i32>,
    pub deaths_civilians: Option<i32>,
    /// Who did it or fought, and with or against whom.
    pub actor_one: String,
    pub actor_two: String,
    /// What the source wrote.
    pub notes: String,
}

vocabulary! {
    /// What a column of a file of events can hold.
    pub enum Column as "a column of events" {
        Source = "source",
        ExternalId = "external_id",
        Kind = "kind",
        SubKind = "sub_kind",
        Date = "date",
        Longitude = "longitude",
        Latitude = "latitude",
        PointPrecision = "point_precision",
        Place = "place",
        Classification = "classification",
        Best = "deaths_best",
        Low = "deaths_low",
        High = "deaths_high",
        Civilians = "deaths_civilians",
        /// Scales of ACLED (1 to 3) and of UCDP (1 to 5).
        AcledTime = "time_precision",
        UcdpTime = "date_prec",
        LastDay = "last_day",
        ActorOne = "actor_one",
        ActorTwo = "actor_two",
        Notes = "notes",
    }
}

/// Names of columns as UCDP, ACLED and this system write them, best first.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Source, &["source", "dataset", "data source"]),
    (Column::ExternalId, &["external id", "event id", "event id cnty", "id", "identifiant"]),
    (Column::Kind, &["kind", "event type", "type of violence", "type"]),
    (Column::SubKind, &["sub kind", "sub event type", "sous type"]),
    (Column::Date, &["date", "event date", "date start", "year", "annee"]),
    (Column::Longitude, &["longitude", "lon", "lng", "x"]),
    (Column::Latitude, &["latitude", "lat", "y"]),
    (Column::PointPrecision, &["point precision", "geo precision", "where prec"]),
    (Column::Classification, &["classification"]),
    (Column::Place, &["place", "location", "where coordinates", "where description", "lieu"]),
    (Column::Best, &["deaths best estimate", "deaths best", "best", "best est", "fatalities", "deaths"]),
    (Column::Low, &["deaths low", "low", "low est"]),
    (Column::High, &["deaths high", "high", "high est"]),
    (Column::Civilians, &["deaths civilians", "civilian deaths", "civilians"]),
    (Column::AcledTime, &["time precision"]),
    (Column::UcdpTime, &["date prec"]),
    (Column::LastDay, &["date end", "end date", "last day", "date de fin"]),
    (Column::ActorOne, &["actor one", "actor1", "actor 1", "side a", "acteur 1"]),
    (Column::ActorTwo, &["actor two", "actor2", "actor 2", "side b", "acteur 2"]),
    (Column::Notes, &["notes", "note", "description", "remarques"]),
];

/// The source of rows that name none.
const NO_SOURCE: &str = "unnamed";

/// Which column of a file of events holds what.
#[derive(Debug, Clone)]
pub struct EventLayout {
    columns: HashMap<Column, usize>,
}

/// A row that is no event: the column and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoEvent {
    pub column: String,
    pub reason: String,
}

impl EventLayout {
    /// From the headings.
    ///
    /// # Errors
    /// A sentence, when date, longitude or latitude has no column.
    pub fn read(headings: &[String]) -> Result<Self, String> {
        let names: Vec<String> = headings.iter().map(|heading| folded(heading)).collect();
        let mut columns = HashMap::new();
        for (column, known) in NAMES {
            let found = known.iter().find_map(|name| names.iter().position(|own| own == name));
            if let Some(place) = found {
                columns.insert(*column, place);
            }
        }
        for (column, name) in
            [(Column::Date, "date or year"), (Column::Longitude, "longitude"), (Column::Latitude, "latitude")]
        {
            if !columns.contains_key(&column) {
                return Err(format!(
                    "No column holds the {name}. The columns are: {}. Rename the heading and send the file again.",
                    headings.join(", ")
                ));
            }
        }
        Ok(Self { columns })
    }

    /// What is read -> the heading of its column.
    pub fn described(&self, headings: &[String]) -> BTreeMap<String, String> {
        let heading = |place: usize| headings.get(place).cloned().unwrap_or_default();
        self.columns.iter().map(|(column, place)| (column.word().to_owned(), heading(*place))).collect()
    }

    /// Reads one row of a file that is written so.
    ///
    /// # Errors
    /// Which column is wrong and why.
    pub fn parse(&self, record: &Record, writing: Writing) -> Result<EventRow, NoEvent> {
        let sign = writing.sign;
        let cell = |column| self.cell(record, column);
        let when = self.when(record, writing)?;
        let degrees = |column, name: &str, most: f64| {
            let text = cell(column);
            let number = parse_number(text, sign).map_err(|error| no_event(name, error.to_string()))?;
            if number.abs() <= most {
                Ok(number)
            } else {
                Err(no_event(name, format!("{number} is not a {name}; it goes from -{most} to {most} degrees.")))
            }
        };
        let deaths = |column, name: &str| {
            let text = cell(column);
            if matches!(text.to_uppercase().as_str(), "" | "NA" | "N/A" | ".." | "-") {
                return Ok(None);
            }
            let number = parse_number(text, sign).ok().filter(|n| n.fract() == 0.0 && (0.0..=1e9).contains(n));
            number
                .map(|number| Some(number as i32))
                .ok_or_else(|| no_event(name, format!("\"{text}\" is not a number of deaths.")))
        };
        let point_precision = match cell(Column::PointPrecision) {
            "" => None,
            text => Some(PointPrecision::read(text).ok_or_else(|| {
                let reason = format!("\"{text}\" is not a precision of a point; write exact, near or area.");
                no_event("point_precision", reason)
            })?),
        };
        let classification = match cell(Column::Classification) {
            "" => None,
            word => Some(word.parse().map_err(|error| no_event("classification", format!("{error}.")))?),
        };
        let source = cell(Column::Source);
        Ok(EventRow {
            source: if source.is_empty() { NO_SOURCE.to_owned() } else { clipped(source) },
            external_id: clipped(cell(Column::ExternalId)),
            kind: clipped(cell(Column::Kind)),
            sub_kind: clipped(cell(Column::SubKind)),
            when,
            longitude: degrees(Column::Longitude, "longitude", 180.0)?,
            latitude: degrees(Column::Latitude, "latitude", 90.0)?,
            point_precision,
            classification,
            place: clipped(cell(Column::Place)),
            deaths_best: deaths(Column::Best, "deaths_best")?,
            deaths_low: deaths(Column::Low, "deaths_low")?,
            deaths_high: deaths(Column::High, "deaths_high")?,
            deaths_civilians: deaths(Column::Civilians, "deaths_civilians")?,
            actor_one: clipped(cell(Column::ActorOne)),
            actor_two: clipped(cell(Column::ActorTwo)),
            notes: cell(Column::Notes).chars().take(NOTES_CHARS_MAX).collect(),
        })
    }

    fn cell<'a>(&self, record: &'a Record, column: Column) -> &'a str {
        self.columns.get(&column).and_then(|&place| record.cell(place)).unwrap_or_default()
    }

    /// When it was, no more exactly than the source says that it knows.
    fn when(&self, record: &Record, writing: Writing) -> Result<When, NoEvent> {
        let (date, last) = (self.cell(record, Column::Date), self.cell(record, Column::LastDay));
        let wrong = |column: &str, text: &str| {
            no_event(column, format!("\"{text}\" is not a date; write 2019-05-03, 2019-05 or 2019."))
        };
        let read = |column: &str, text: &str, days: Days| {
            When::read(text, days).map_err(|unclear| no_event(column, unclear.to_string()))
        };
        let when = read("date", date, writing.date)?.ok_or_else(|| wrong("date", date))?;
        let (When::Day(first), false) = (when, last.is_empty()) else {
            return self.blurred(record, when);
        };
        match read("last_day", last, writing.last_day)? {
            Some(When::Day(last)) if last == first => self.blurred(record, when),
            Some(When::Day(last)) if last < first => {
                Err(no_event("last_day", format!("The event ends on {last}, before it begins on {first}.")))
            }
            Some(When::Day(last)) if (last - first).num_days() < SPAN_DAYS_MAX => Ok(When::Days(first, last)),
            Some(When::Day(_)) => Err(no_event("last_day", format!("The event lasts {SPAN_DAYS_MAX} days or more."))),
            _ => Err(wrong("last_day", last)),
        }
    }

    /// The day of a source that says on a scale how well it knows it.
    fn blurred(&self, record: &Record, when: When) -> Result<When, NoEvent> {
        let When::Day(day) = when else { return Ok(when) };
        let (acled, ucdp) = (self.cell(record, Column::AcledTime), self.cell(record, Column::UcdpTime));
        let off = |column: &str, text: &str, scale: &str| {
            no_event(column, format!("\"{text}\" is not on the scale of {scale}."))
        };
        Ok(match (acled, ucdp) {
            ("" | "1", "" | "1") => when,
            // The middle of the week.
            ("2", _) | ("", "2" | "3") => When::around(day),
            ("3", _) | ("", "4") => When::month_of(day),
            ("", "5") => When::year_of(day),
            ("", text) => return Err(off("date_prec", text, "UCDP, 1 to 5")),
            (text, _) => return Err(off("time_precision", text, "ACLED, 1 to 3")),
        })
    }
}

fn no_event(column: &str, reason: impl Into<String>) -> NoEvent {
    NoEvent { column: column.to_owned(), reason: reason.into() }
}

/// Longest text of an event, in characters.
const TEXT_CHARS_MAX: usize = 300;
const NOTES_CHARS_MAX: usize = 2_000;
/// Days that an event lasts are fewer.
pub const SPAN_DAYS_MAX: i64 = 366;

fn clipped(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

/// Gives every row without an external id one: the hash of the row and which of the identical rows of
/// its file it is. Two events of the same place, year and toll stay two, and the same file twice
/// gives the same ids. A row whose toll was corrected counts as another event.
#[derive(Debug, Default)]
pub struct Keys {
    seen: HashMap<u64, u32>,
}

impl Keys {
    /// Completes a row in the order of the file.
    pub fn complete(&mut self, row: &mut EventRow) {
        if !row.external_id.is_empty() {
            return;
        }
        let text = format!(
            "{}|{}|{}|{:.6}|{:.6}|{}|{:?}|{:?}|{:?}|{:?}",
            row.source,
            row.kind,
            row.when.text(),
            row.longitude,
            row.latitude,
            row.place,
            row.deaths_best,
            row.deaths_low,
            row.deaths_high,
            row.deaths_civilians
        );
        let digest = Sha256::digest(text.as_bytes());
        let mut short = [0; 8];
        short.copy_from_slice(&digest[..8]);
        let hash = u64::from_be_bytes(short);
        let occurrence = self.seen.entry(hash).or_default();
        *occurrence += 1;
        row.external_id = format!("row-{hash:016x}-{occurrence}");
    }
}

#[cfg(test)]
mod tests;
