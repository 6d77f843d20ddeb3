//! Upserting geocoded events from a CSV, and listing them.

use std::{fmt::Write as _, sync::Arc};

use chassis::{Caller, Failure, new_id};
use chrono::NaiveDate;
use cpas_proto::{collection::v1 as pb, words::Classification};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    App,
    export::events::day,
    read::page_size,
    relocate_events::relocate_events,
    spool::{Sent, Spooled},
    tables::event_table,
};
use crate::{
    domain::{
        event::{EventLayout, EventRow, Keys, NoEvent, PointPrecision},
        file::{
            DecimalSign, Record, Records, Unusable, Utf8Text, layout::is_tag_row, number::DecimalSurvey,
            records::guess_delimiter,
        },
        observation::id_of_row,
        place::Places,
    },
    error::Error,
    events, store,
};

/// Rejected rows that are shown.
const REJECTED_MAX: usize = 200;
/// Events in a page when the caller names no size, and at most.
const PAGE_SIZE_DEFAULT: u32 = 500;
const PAGE_SIZE_MAX: u32 = 2_000;
const PIECES: usize = 8;
const PIECE_BYTES: usize = 128 * 1024;

/// Upserts the events of a file that lie in the mission's areas; the others are counted and left. None becomes less
/// classified than `least`.
///
/// # Errors
/// A file that cannot be used, or is above the caller's clearance; a mission without geometries.
pub async fn import_events(
    app: &App,
    caller: &Caller,
    sent: Sent,
    least: Classification,
) -> Result<pb::ImportEventsResponse, Failure> {
    if least > caller.clearance {
        return Err(Error::bad("classification", "This is above what you may see yourself.").into());
    }
    let bytes_max = app.config.import_bytes_max;
    let table = tokio::task::spawn_blocking(move || event_table(&sent, bytes_max));
    let file = table.await.map_err(Failure::internal)??;
    let mut tx = app.db.begin(caller).await?;
    let places = store::copies::places(&mut tx).await?;
    if places.is_empty() {
        let sentence = "The mission has no areas with boundaries yet, so no event would lie in one. Nothing was read \
                        in; import the boundaries first.";
        return Err(Error::Conflict(sentence.to_owned()).into());
    }
    let batch = new_id(app.clock.now());
    store::events::create_landing(&mut tx).await?;
    let (pieces, mut arriving) = mpsc::channel(PIECES);
    let (clearance, rows_max) = (caller.clearance, app.config.event_rows_max);
    let reading = Reading { file: Arc::new(file), places, batch, rows_max, clearance };
    let reading = tokio::task::spawn_blocking(move || reading.run(&pieces));
    {
        let mut copy = store::events::copy(&mut tx).await?;
        while let Some(piece) = arriving.recv().await {
            let piece: Vec<u8> = piece;
            copy.send(piece).await?;
        }
        copy.finish().await?;
    }
    let mut response = reading.await.map_err(Failure::internal)??;
    let mission = tx.mission();
    // Dated when all of it is there to be written, one file after the other: a reading of a moment stays as it was.
    store::known::writes(&mut tx, mission).await?;
    store::events::one_at_a_time(&mut tx, mission).await?;
    let now = app.clock.now();
    let upserted = store::events::upsert(&mut tx, mission, caller.account, now, least).await?;
    let count = |rows: i64| u32::try_from(rows).unwrap_or(u32::MAX);
    response.added = count(upserted.added);
    response.changed = count(upserted.changed);
    response.unchanged = count(upserted.total - upserted.added - upserted.changed);
    let touched = store::events::touched(&mut tx, now).await?;
    if !touched.is_empty() {
        events::events_changed(&mut tx, touched).await?;
        // A split may have been told while the file was read.
        relocate_events(&mut tx, &app.clock).await?;
    }
    tx.finish(response).await
}

/// A page of events in the order of their days.
///
/// # Errors
/// A date or cursor that cannot be used.
pub async fn list_events(
    app: &App,
    caller: &Caller,
    asked: pb::ListEventsRequest,
) -> Result<pb::ListEventsResponse, Failure> {
    let size = page_size(asked.page_size, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX)?;
    let days = (day("first_date", &asked.first_date)?, day("last_date", &asked.last_date)?);
    let after = match asked.cursor.as_str() {
        "" => None,
        cursor => {
            let parts = cursor.split_once('_').and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
            Some(parts.ok_or_else(|| Error::bad("cursor", "This is not a cursor of this list."))?)
        }
    };
    let mut tx = app.db.begin(caller).await?;
    let mut found = store::events::list(&mut tx, &asked.area, days, after, i64::from(size) + 1).await?;
    let more = found.len() > size as usize;
    found.truncate(size as usize);
    let next_cursor = match found.last() {
        Some(last) if more => format!("{}_{}", last.first_day, last.id),
        _ => String::new(),
    };
    Ok(pb::ListEventsResponse { events: found.into_iter().map(Into::into).collect(), next_cursor })
}

/// One event.
///
/// # Errors
/// There is none under this id for the caller.
pub async fn get_event(app: &App, caller: &Caller, asked: pb::GetEventRequest) -> Result<pb::Event, Failure> {
    let id = asked.event_id.parse().map_err(|_| Error::bad("event_id", "This is not an id; ids are UUIDs."))?;
    let mut tx = app.db.begin(caller).await?;
    let found = store::events::find(&mut tx, id).await?;
    found.map(Into::into).ok_or_else(|| Error::NotFound("event").into())
}

/// Going through a file of events, on a thread of its own.
struct Reading {
    file: Arc<Spooled>,
    places: Places,
    batch: Uuid,
    rows_max: u32,
    clearance: Classification,
}

impl Reading {
    fn records(&self, delimiter: char) -> Result<Records<Utf8Text<std::fs::File>>, Failure> {
        let file = self.file.open().map_err(Failure::internal)?;
        Ok(Records::new(Utf8Text::new(file, self.file.encoding), delimiter))
    }

    fn run(self, pieces: &mpsc::Sender<Vec<u8>>) -> Result<pb::ImportEventsResponse, Failure> {
        let delimiter = self.delimiter()?;
        let sign = self.sign(delimiter)?;
        let mut records = self.records(delimiter)?;
        let mut record = Record::default();
        let areas = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let mut response = pb::ImportEventsResponse { areas, ..pb::ImportEventsResponse::default() };
        if records.next(&mut record).map_err(Error::from)?.is_none() {
            return Err(Error::Unusable(Unusable::NoRows).into());
        }
        let headings: Vec<String> = record.cells().map(str::to_owned).collect();
        let layout = EventLayout::read(&headings).map_err(|sentence| Error::bad("file", sentence))?;
        let (mut keys, mut text) = (Keys::default(), String::new());
        while let Some(number) = records.next(&mut record).map_err(Error::from)? {
            // Below the headings there may be HXL tags.
            if record.is_blank() || (response.read == 0 && is_tag_row(record.cells())) {
                continue;
            }
            response.read += 1;
            if response.read > self.rows_max {
                return Err(Error::Unusable(Unusable::TooManyRows(self.rows_max)).into());
            }
            match layout.parse(&record, sign).and_then(|event| self.allowed(event)) {
                Err(no_event) => {
                    response.rows_rejected += 1;
                    if response.rejected.len() < REJECTED_MAX {
                        response.rejected.push(pb::ImportRow {
                            row: number,
                            cells: record.cells().map(str::to_owned).collect(),
                            reason: no_event.reason,
                            column: no_event.column,
                            ..pb::ImportRow::default()
                        });
                    }
                }
                Ok(mut event) => {
                    // Also for those outside: the same row has the same key in every mission.
                    keys.complete(&mut event);
                    let day = event.when.days().map_or(NaiveDate::MAX, |(first, _)| first);
                    match self.places.area_at(event.longitude, event.latitude, day) {
                        Some(area) => write(&mut text, id_of_row(self.batch, number), area, &event),
                        None => response.outside += 1,
                    }
                }
            }
            if text.len() >= PIECE_BYTES && pieces.blocking_send(std::mem::take(&mut text).into_bytes()).is_err() {
                return Ok(response);
            }
        }
        let _ = pieces.blocking_send(text.into_bytes());
        Ok(response)
    }

    /// Nobody records what they could not see afterwards.
    fn allowed(&self, event: EventRow) -> Result<EventRow, NoEvent> {
        if event.classification.is_some_and(|own| own > self.clearance) {
            let reason = "This is above what you may see yourself.".to_owned();
            return Err(NoEvent { column: "classification".to_owned(), reason });
        }
        Ok(event)
    }

    fn delimiter(&self) -> Result<char, Failure> {
        use std::io::Read as _;
        let file = self.file.open().map_err(Failure::internal)?;
        let mut head = Vec::new();
        Utf8Text::new(file, self.file.encoding).take(64 * 1024).read_to_end(&mut head).map_err(Failure::internal)?;
        Ok(guess_delimiter(&String::from_utf8_lossy(&head)))
    }

    fn sign(&self, delimiter: char) -> Result<DecimalSign, Failure> {
        let mut records = self.records(delimiter)?;
        let (mut record, mut survey) = (Record::default(), DecimalSurvey::default());
        while records.next(&mut record).map_err(Error::from)?.is_some() {
            record
                .cells()
                .filter(|cell| cell.bytes().all(|b| b.is_ascii_digit() || b".,-".contains(&b)))
                .for_each(|cell| survey.see(cell));
        }
        Ok(survey.sign())
    }
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
