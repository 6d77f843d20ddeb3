//! Geocoded events: rows of a CSV in UCDP's columns or a general layout, keyed so that the same row
//! is the same event however often it is sent.

use std::collections::HashMap;

use chrono::NaiveDate;
use cpas_proto::{vocabulary, words::Classification};
use sha2::{Digest as _, Sha256};

use super::file::{
    layout::folded,
    number::{DecimalSign, parse_number},
    records::Record,
};

/// What is known of when an event was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Day(NaiveDate),
    /// Year and month from 1.
    Month(i32, u32),
    Year(i32),
}

impl When {
    /// `2019-05-03`, `2019-05` or `2019`.
    pub fn text(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Month(year, month) => format!("{year:04}-{month:02}"),
            Self::Year(year) => format!("{year:04}"),
        }
    }

    /// `day`, `month` or `year`.
    pub const fn precision(self) -> &'static str {
        match self {
            Self::Day(_) => "day",
            Self::Month(..) => "month",
            Self::Year(_) => "year",
        }
    }

    /// First and last day that it can have been.
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let (first, months) = match self {
            Self::Day(day) => return Some((day, day)),
            Self::Month(year, month) => (NaiveDate::from_ymd_opt(year, month, 1)?, 1),
            Self::Year(year) => (NaiveDate::from_ymd_opt(year, 1, 1)?, 12),
        };
        Some((first, first + chrono::Months::new(months) - chrono::Days::new(1)))
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.split(['T', ' ']).next().unwrap_or_default();
        let period: cpas_proto::words::Period = text.parse().ok()?;
        let first = period.first_day(1);
        use chrono::Datelike as _;
        use cpas_proto::words::Frequency;
        match period.frequency() {
            Frequency::Day => Some(Self::Day(first)),
            Frequency::Month => Some(Self::Month(first.year(), first.month())),
            Frequency::Year => Some(Self::Year(first.year())),
            Frequency::Quarter | Frequency::HalfYear | Frequency::FiscalYear => None,
        }
    }
}

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Column {
    Source,
    ExternalId,
    Kind,
    SubKind,
    Date,
    Longitude,
    Latitude,
    PointPrecision,
    Place,
    Classification,
    Best,
    Low,
    High,
    Civilians,
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

    /// Reads one row. `sign` is the decimal sign of the file.
    ///
    /// # Errors
    /// Which column is wrong and why.
    pub fn parse(&self, record: &Record, sign: DecimalSign) -> Result<EventRow, NoEvent> {
        let cell = |column| self.columns.get(&column).and_then(|&place| record.cell(place)).unwrap_or_default();
        let date = cell(Column::Date);
        let when = When::parse(date)
            .ok_or_else(|| no_event("date", format!("\"{date}\" is not a date; write 2019-05-03, 2019-05 or 2019.")))?;
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
        })
    }
}

fn no_event(column: &str, reason: impl Into<String>) -> NoEvent {
    NoEvent { column: column.to_owned(), reason: reason.into() }
}

/// Longest text of an event, in characters.
const TEXT_CHARS_MAX: usize = 300;

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
mod tests {
    use super::*;
    use crate::domain::file::records::Records;

    fn read(text: &str) -> Vec<Result<EventRow, NoEvent>> {
        let mut records = Records::new(text.as_bytes(), ',');
        let mut record = Record::default();
        records.next(&mut record).expect("readable").expect("a heading");
        let headings: Vec<String> = record.cells().map(str::to_owned).collect();
        let layout = EventLayout::read(&headings).expect("a layout");
        let (mut keys, mut rows) = (Keys::default(), Vec::new());
        while records.next(&mut record).expect("readable").is_some() {
            let mut row = layout.parse(&record, DecimalSign::Point);
            if let Ok(row) = &mut row {
                keys.complete(row);
            }
            rows.push(row);
        }
        rows
    }

    const UCDP: &str = "year,longitude,latitude,place,deaths_best_estimate,deaths_civilians\n";

    #[test]
    fn identical_rows_are_different_events_and_the_same_file_gives_the_same_keys() {
        let text =
            format!("{UCDP}2017,69.162796,34.531094,Kabul city,11,5\n2017,69.162796,34.531094,Kabul city,11,5\n");
        let rows = read(&text);
        let ids: Vec<&str> = rows.iter().map(|row| row.as_ref().expect("an event").external_id.as_str()).collect();
        assert_ne!(ids[0], ids[1]);
        let again = read(&text);
        assert_eq!(rows, again);
        let first = rows[0].as_ref().expect("an event");
        assert_eq!((first.when.precision(), first.deaths_best, first.deaths_civilians), ("year", Some(11), Some(5)));
    }

    #[test]
    fn a_general_layout_keeps_the_id_of_its_source() {
        let rows = read(
            "Source,Event ID,Event date,Lon,Lat,Type,Fatalities,Low\nACLED,CAF12,2024-05-03,18.5,4.4,Battles,3,NA\n",
        );
        let event = rows[0].as_ref().expect("an event");
        assert_eq!((&*event.source, &*event.external_id, &*event.kind), ("ACLED", "CAF12", "Battles"));
        assert_eq!(event.when, When::Day("2024-05-03".parse().expect("a date")));
        assert_eq!((event.deaths_best, event.deaths_low), (Some(3), None));
    }

    #[test]
    fn precision_and_classification_are_read_as_sources_write_them() {
        let rows = read(
            "date,lon,lat,where_prec,classification\n2017,1,1,1,\n2017,1,1,2,confidential\n2017,1,1,4,\n2017,1,1,Near,\n2017,1,1,,\n",
        );
        let rows: Vec<EventRow> = rows.into_iter().map(|row| row.expect("an event")).collect();
        let precisions: Vec<Option<&str>> =
            rows.iter().map(|row| row.point_precision.map(PointPrecision::word)).collect();
        assert_eq!(precisions, [Some("exact"), Some("near"), Some("area"), Some("near"), None]);
        assert_eq!((rows[0].classification, rows[1].classification), (None, Some(Classification::Confidential)));
    }

    #[test]
    fn a_bad_row_says_which_column() {
        let rows = read(&format!("{UCDP}2017,200,34,x,1,0\nlong ago,1,1,x,1,0\n2017,1,1,x,-1,0\n2017,1,1,x,many,0\n"));
        let columns: Vec<String> = rows.into_iter().map(|row| row.expect_err("no event").column).collect();
        assert_eq!(columns, ["longitude", "date", "deaths_best", "deaths_best"]);
        let rows = read("date,lon,lat,geo_precision,classification\n2017,1,1,9,\n2017,1,1,1,hidden\n");
        let columns: Vec<String> = rows.into_iter().map(|row| row.expect_err("no event").column).collect();
        assert_eq!(columns, ["point_precision", "classification"]);
        let headings = ["date".to_owned(), "latitude".to_owned()];
        assert!(EventLayout::read(&headings).expect_err("no longitude").starts_with("No column holds the longitude"));
    }
}
