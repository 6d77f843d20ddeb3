//! Upserting geocoded events from a file, and listing them.

use chassis::{Caller, Failure, new_id};
use cpas_proto::{collection::v1 as pb, words::Classification};
use tokio::sync::mpsc;

use super::{
    App,
    event_file::{EventFile, Landing},
    export::events::day,
    read::page_size,
    relocate_events::relocate_events,
    spool::Sent,
};
use crate::{error::Error, events, store};

/// Events in a page when the caller names no size, and at most.
const PAGE_SIZE_DEFAULT: u32 = 500;
const PAGE_SIZE_MAX: u32 = 2_000;
const PIECES: usize = 8;

/// What the sender of a file of events wants.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// None of the events becomes less classified than this.
    pub least: Classification,
    /// What would be done is told, and nothing is stored.
    pub is_dry_run: bool,
}

/// Upserts the events of a file that lie in the mission's areas; the others are counted and left.
///
/// A dry run does all of it and takes it back, so that it tells exactly what would be done.
///
/// # Errors
/// A file that cannot be used, or is above the caller's clearance; a mission without geometries.
pub async fn import_events(
    app: &App,
    caller: &Caller,
    sent: Sent,
    Wish { least, is_dry_run }: Wish,
) -> Result<pb::ImportEventsResponse, Failure> {
    if least > caller.clearance {
        return Err(Error::bad("classification", "This is above what you may see yourself.").into());
    }
    let file = EventFile::of(app, caller, sent).await?;
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
    let reading = tokio::task::spawn_blocking(move || Landing::new(places, batch, pieces).fill(&file));
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
    if is_dry_run {
        return Ok(response);
    }
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
