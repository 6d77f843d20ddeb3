//! A file of geocoded events: gone through twice, once to see how it is written, once to read it.

use std::fmt::Write as _;

use async_stream::try_stream;
use chassis::{Caller, Failure};
use chrono::NaiveDate;
use cpas_proto::{
    collection::v1 as pb,
    common::v1::FileChunk,
    words::{Classification, Language},
};
use futures::Stream;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    App,
    imports::{reason, write_line},
    spool::{Sent, Spooled},
    tables::event_table,
    uploads,
};
use crate::{
    domain::{
        event::{EventLayout, EventRow, EventSurvey, Keys, NoEvent, PointPrecision},
        file::{Record, Records, Unusable, Utf8Text, french::french, layout::is_tag_row, records::guess_delimiter},
        observation::id_of_row,
        place::Places,
    },
    error::Error,
    store,
};

/// Rejected rows that are shown.
const REJECTED_MAX: usize = 200;
const PIECE_BYTES: usize = 128 * 1024;
const WAITING: usize = 4;
/// How much of the file is looked at to guess the delimiter, in bytes.
const HEAD_BYTES: u64 = 64 * 1024;

/// A file of events that can be read.
pub(super) struct EventFile {
    file: Spooled,
    name: String,
    delimiter: char,
    headings: Vec<String>,
    layout: EventLayout,
    survey: EventSurvey,
    /// Of who reads it.
    clearance: Classification,
}

impl EventFile {
    /// Surveys a file on a thread of its own.
    ///
    /// # Errors
    /// A file that cannot be read, without a column that events need, or with more rows than one takes.
    pub async fn of(app: &App, caller: &Caller, sent: Sent) -> Result<Self, Failure> {
        let (bytes_max, rows_max, clearance) =
            (app.config.import_bytes_max, app.config.event_rows_max, caller.clearance);
        let name = sent.name.clone();
        let surveying = tokio::task::spawn_blocking(move || {
            let file = event_table(&sent, bytes_max)?;
            Self::surveyed(file, name, rows_max, clearance)
        });
        surveying.await.map_err(Failure::internal)?
    }

    fn surveyed(file: Spooled, name: String, rows_max: u32, clearance: Classification) -> Result<Self, Failure> {
        use std::io::Read as _;
        let mut head = Vec::new();
        let text = Utf8Text::new(file.open().map_err(Failure::internal)?, file.encoding);
        text.take(HEAD_BYTES).read_to_end(&mut head).map_err(Failure::internal)?;
        let delimiter = guess_delimiter(&String::from_utf8_lossy(&head));
        let mut records = records(&file, delimiter)?;
        let mut record = Record::default();
        if records.next(&mut record).map_err(Error::from)?.is_none() {
            return Err(Error::Unusable(Unusable::NoRows).into());
        }
        let headings: Vec<String> = record.cells().map(str::to_owned).collect();
        let layout = EventLayout::read(&headings).map_err(|sentence| Error::bad("file", sentence))?;
        let (mut survey, mut rows) = (EventSurvey::default(), 0_u32);
        while records.next(&mut record).map_err(Error::from)?.is_some() {
            if record.is_blank() {
                continue;
            }
            survey.see(&layout, &record);
            rows += 1;
            if rows > rows_max {
                return Err(Error::Unusable(Unusable::TooManyRows(rows_max)).into());
            }
        }
        Ok(Self { file, name, delimiter, headings, layout, survey, clearance })
    }

    /// Gives every row as an event, or why it is none, until it is told to stop.
    fn rows(&self, mut give: impl FnMut(u32, &Record, Result<EventRow, NoEvent>) -> bool) -> Result<(), Failure> {
        let writing = self.survey.writing();
        let mut records = records(&self.file, self.delimiter)?;
        let mut record = Record::default();
        records.next(&mut record).map_err(Error::from)?;
        let mut is_first = true;
        while let Some(number) = records.next(&mut record).map_err(Error::from)? {
            // Below the headings there may be HXL tags.
            if record.is_blank() || (is_first && is_tag_row(record.cells())) {
                continue;
            }
            is_first = false;
            let event = self.layout.parse(&record, writing).and_then(|event| self.allowed(event));
            if !give(number, &record, event) {
                break;
            }
        }
        Ok(())
    }

    /// Nobody records what they could not see afterwards.
    fn allowed(&self, event: EventRow) -> Result<EventRow, NoEvent> {
        if event.classification.is_some_and(|own| own > self.clearance) {
            let reason = "This is above what you may see yourself.".to_owned();
            return Err(NoEvent { column: "classification".to_owned(), reason });
        }
        Ok(event)
    }
}

fn records(file: &Spooled, delimiter: char) -> Result<Records<Utf8Text<std::fs::File>>, Failure> {
    Ok(Records::new(Utf8Text::new(file.open().map_err(Failure::internal)?, file.encoding), delimiter))
}

/// The way of the events of a file into the database.
pub(super) struct Landing {
    places: Places,
    batch: Uuid,
    pieces: mpsc::Sender<Vec<u8>>,
}

impl Landing {
    pub const fn new(places: Places, batch: Uuid, pieces: mpsc::Sender<Vec<u8>>) -> Self {
        Self { places, batch, pieces }
    }

    /// Sends what lies in an area, and tells what the file holds.
    pub fn fill(self, of: &EventFile) -> Result<pb::ImportEventsResponse, Failure> {
        let mut response = pb::ImportEventsResponse {
            areas: u32::try_from(self.places.len()).unwrap_or(u32::MAX),
            mapping: of.layout.described(&of.headings).into_iter().collect(),
            headings: of.headings.clone(),
            ..pb::ImportEventsResponse::default()
        };
        let (mut keys, mut text) = (Keys::default(), String::new());
        let mut between: Option<(NaiveDate, NaiveDate)> = None;
        of.rows(|number, record, event| {
            response.read += 1;
            match event {
                Err(no_event) => {
                    response.rows_rejected += 1;
                    if response.rejected.len() < REJECTED_MAX {
                        response.rejected.push(rejected(number, record, no_event));
                    }
                }
                Ok(mut event) => {
                    // Also for those outside: the same row has the same key in every mission.
                    keys.complete(&mut event);
                    let days = event.when.days();
                    between = widened(between, days);
                    let day = days.map_or(NaiveDate::MAX, |(first, _)| first);
                    match self.places.area_at(event.longitude, event.latitude, day) {
                        Some(area) => write(&mut text, id_of_row(self.batch, number), area, &event),
                        None => response.outside += 1,
                    }
                }
            }
            // When nobody takes the pieces any more, whoever took them has failed and says why.
            text.len() < PIECE_BYTES || self.pieces.blocking_send(std::mem::take(&mut text).into_bytes()).is_ok()
        })?;
        let _ = self.pieces.blocking_send(text.into_bytes());
        if let Some((first, last)) = between {
            (response.first_date, response.last_date) = (first.to_string(), last.to_string());
        }
        Ok(response)
    }
}

fn rejected(row: u32, record: &Record, no_event: NoEvent) -> pb::ImportRow {
    pb::ImportRow {
        row,
        cells: record.cells().map(str::to_owned).collect(),
        reason_fr: french(&no_event.reason).unwrap_or_default(),
        reason: no_event.reason,
        column: no_event.column,
        sheet: String::new(),
    }
}

fn widened(
    between: Option<(NaiveDate, NaiveDate)>,
    days: Option<(NaiveDate, NaiveDate)>,
) -> Option<(NaiveDate, NaiveDate)> {
    match (between, days) {
        (Some((first, last)), Some((own_first, own_last))) => Some((first.min(own_first), last.max(own_last))),
        (one, other) => one.or(other),
    }
}

/// The rows of a file of events that are none, as a CSV with the reason in the last column: mended, it can be sent as it
/// is. The file is one that the caller sent in parts.
///
/// # Errors
/// `NotFound` for a file that is not the caller's own; one that is not whole, or cannot be used.
pub(super) async fn rejected_csv(
    app: &App,
    caller: &Caller,
    upload: &str,
    language: Language,
) -> Result<impl Stream<Item = Result<FileChunk, Failure>> + Send + use<>, Failure> {
    let sent = uploads::spooled(app, caller, upload).await?.finish().await?;
    let file = EventFile::of(app, caller, sent).await?;
    let (pieces, mut arriving) = mpsc::channel::<Vec<u8>>(WAITING);
    let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
    let first = FileChunk {
        data: Vec::new(),
        file_name: format!("{stem}-rejected.csv"),
        content_type: "text/csv; charset=utf-8".to_owned(),
        ..FileChunk::default()
    };
    let writing = tokio::task::spawn_blocking(move || {
        let mut text = String::from('\u{feff}');
        let width = file.headings.len();
        write_line(&mut text, file.headings.iter().map(String::as_str).chain(["row", "column", "reason"]));
        file.rows(|number, record, event| {
            if let Err(no_event) = event {
                let number = number.to_string();
                let mut cells: Vec<&str> = record.cells().collect();
                cells.resize(width.max(cells.len()), "");
                let reason = reason(&no_event.reason, "", language);
                cells.extend([number.as_str(), no_event.column.as_str(), reason.as_str()]);
                write_line(&mut text, cells.into_iter());
            }
            text.len() < PIECE_BYTES || pieces.blocking_send(std::mem::take(&mut text).into_bytes()).is_ok()
        })?;
        // A reader who is gone needs no end.
        let _ = pieces.blocking_send(text.into_bytes());
        Ok::<_, Failure>(())
    });
    Ok(try_stream! {
        yield first;
        while let Some(data) = arriving.recv().await {
            yield FileChunk { data, ..FileChunk::default() };
        }
        writing.await.map_err(Failure::internal)??;
    })
}

fn write(out: &mut String, id: Uuid, area: &str, event: &EventRow) {
    let Some((first, last)) = event.when.days() else { return };
    // Writing to a String cannot fail.
    let _ = write!(out, "{id}\t");
    for text in [&event.source, &event.external_id, &event.kind, &event.sub_kind] {
        store::landing::escape(out, text);
        out.push('\t');
    }
    let _ = write!(out, "{}\t{}\t{first}\t{last}\t", event.when.text(), event.when.precision());
    let _ = write!(out, "{}\t{}\t", event.longitude, event.latitude);
    store::landing::escape(out, &event.place);
    out.push('\t');
    store::landing::escape(out, area);
    for deaths in [event.deaths_best, event.deaths_low, event.deaths_high, event.deaths_civilians] {
        let _ = match deaths {
            Some(deaths) => write!(out, "\t{deaths}"),
            None => write!(out, "\t\\N"),
        };
    }
    let _ = write!(out, "\t{}", event.point_precision.map(PointPrecision::word).unwrap_or_default());
    let _ = match event.classification {
        Some(classification) => write!(out, "\t{}", classification.rank()),
        None => write!(out, "\t\\N"),
    };
    for text in [&event.actor_one, &event.actor_two, &event.notes] {
        out.push('\t');
        store::landing::escape(out, text);
    }
    out.push('\n');
}
