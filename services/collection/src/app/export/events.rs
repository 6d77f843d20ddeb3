//! Events as a file, streamed.

use async_stream::try_stream;
use chassis::{Caller, Failure};
use chrono::NaiveDate;
use cpas_proto::{collection::v1 as pb, common::v1::FileChunk, words::Classification};
use futures::Stream;

use super::super::App;
use crate::{
    domain::export::{Event, EventFormat, csv, geojson},
    error::Error,
    store::{self, events::EventRecord},
};

/// Events read at a time.
const EVENTS_AT_A_TIME: i64 = 2_000;

/// The events as a file.
///
/// # Errors
/// A field that cannot be used. A stream that breaks off ends with an error.
pub async fn export_events(
    app: &App,
    caller: &Caller,
    asked: pb::ExportEventsRequest,
) -> Result<impl Stream<Item = Result<FileChunk, Failure>> + Send + use<>, Failure> {
    let format: EventFormat = asked.format.parse().map_err(|error| Error::bad("format", format!("{error}.")))?;
    let days = (day("first_date", &asked.first_date)?, day("last_date", &asked.last_date)?);
    let (ending, content_type) = match format {
        EventFormat::Csv => ("csv", "text/csv; charset=utf-8"),
        EventFormat::GeoJson => ("geojson", "application/geo+json"),
    };
    let file_name = format!("events-{}-{}.{ending}", caller.mission()?.code, app.clock.today());
    let (app, caller) = (app.clone(), caller.clone());
    Ok(try_stream! {
        let head = match format {
            EventFormat::Csv => csv::event_head(),
            EventFormat::GeoJson => geojson::HEAD.to_owned(),
        };
        let content_type = content_type.to_owned();
        yield FileChunk { data: head.into_bytes(), file_name, content_type, ..FileChunk::default() };
        let (mut after, mut is_first) = (None, true);
        loop {
            let mut tx = app.db.begin(&caller).await?;
            let found = store::events::list(&mut tx, &asked.area, days, after, EVENTS_AT_A_TIME).await?;
            drop(tx);
            let Some(last) = found.last() else { break };
            after = Some((last.first_day, last.id));
            let is_last = (found.len() as i64) < EVENTS_AT_A_TIME;
            let mut text = String::new();
            for own in found.into_iter().map(Event::from) {
                match format {
                    EventFormat::Csv => csv::event(&mut text, &own),
                    EventFormat::GeoJson => geojson::event(&mut text, is_first, &own),
                }
                is_first = false;
            }
            yield FileChunk { data: text.into_bytes(), ..FileChunk::default() };
            if is_last {
                break;
            }
        }
        if format == EventFormat::GeoJson {
            yield FileChunk { data: geojson::TAIL.as_bytes().to_vec(), ..FileChunk::default() };
        }
    })
}

/// A day of a request; `None` for an empty one.
pub(in crate::app) fn day(field: &'static str, text: &str) -> Result<Option<NaiveDate>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let parsed = text.parse().map(Some);
    parsed.map_err(|_| Error::bad(field, format!("\"{text}\" is not a date; write 2024-03-17.")).into())
}

impl From<EventRecord> for Event {
    fn from(own: EventRecord) -> Self {
        Self {
            id: own.id,
            source: own.source,
            external_id: own.external_id,
            kind: own.kind,
            sub_kind: own.sub_kind,
            date: own.date,
            date_precision: own.date_precision,
            longitude: own.longitude,
            latitude: own.latitude,
            actor_one: own.actor_one,
            actor_two: own.actor_two,
            notes: own.notes,
            point_precision: own.point_precision,
            classification: Classification::of_rank(own.classification),
            place: own.place,
            area: own.area,
            deaths_best: own.deaths_best,
            deaths_low: own.deaths_low,
            deaths_high: own.deaths_high,
            deaths_civilians: own.deaths_civilians,
        }
    }
}
