//! What is known of a geocoded event, corrected by hand.

use chassis::{Caller, Failure};
use chrono::NaiveDate;
use cpas_proto::{collection::v1 as pb, words::Classification};

use super::{App, moment};
use crate::{
    domain::event::{EventRow, PointPrecision, SPAN_DAYS_MAX, When},
    error::Error,
    events,
    store::{self, events::Correction},
};

const REASON_CHARS_MAX: usize = 1_000;
const TEXT_CHARS_MAX: usize = 300;
const NOTES_CHARS_MAX: usize = 2_000;
const DEATHS_MAX: u32 = 1_000_000_000;

/// Corrects an event; what was known before stays readable as known then, and no file changes it back.
///
/// # Errors
/// `NotFound` for an event that the caller cannot see; a version that is not the stored one; a field that is wrong; a
/// point outside the mission; a classification above the caller's; nothing that is different.
pub async fn correct_event(app: &App, caller: &Caller, asked: pb::CorrectEventRequest) -> Result<pb::Event, Failure> {
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let id = moment::id("event", &asked.event_id)?;
    let mission = tx.mission();
    store::known::writes(&mut tx, mission).await?;
    store::events::one_at_a_time(&mut tx, mission).await?;
    let old = store::events::find(&mut tx, id).await?.ok_or(Error::NotFound("event"))?;
    let current = pb::Event::from(old.clone());
    if asked.version != old.version {
        let current = serde_json::to_string(&current).map_err(Failure::internal)?;
        return Err(Error::Stale(old.version, current).into());
    }
    let reason = reason(&asked.reason)?;
    let (event, first, last) = read(asked.event.unwrap_or_default(), &current)?;
    let classification = event.classification.unwrap_or(Classification::of_rank(old.classification));
    if classification > caller.clearance {
        return Err(Error::bad("classification", "This is above what you may see yourself.").into());
    }
    let places = store::copies::places(&mut tx).await?;
    let Some(area) = places.area_at(event.longitude, event.latitude, first) else {
        let sentence = "This point lies in no area of the mission on that day. Nothing was changed.";
        return Err(Error::bad("longitude", sentence).into());
    };
    let now = app.clock.now();
    let correction = Correction {
        event: &event,
        days: (first, last),
        area,
        classification,
        at: now,
        by: caller.account,
        by_name: &caller.name,
        reason,
    };
    if !store::events::correct(&mut tx, id, &correction).await? {
        let sentence = "The same event stands beside this one with that classification already. Nothing was changed.";
        return Err(Error::Conflict(sentence.to_owned()).into());
    }
    let touched = store::events::touched(&mut tx, now).await?;
    events::events_changed(&mut tx, touched).await?;
    let stored = store::events::find(&mut tx, id).await?.ok_or(Error::NotFound("event"))?;
    tx.finish(stored.into()).await
}

fn reason(text: &str) -> Result<&str, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::bad("reason", "Say why it is corrected; who reads the event will see it."));
    }
    bounded("reason", text, REASON_CHARS_MAX)?;
    Ok(text)
}

/// The event as it is to be, with its first and last day.
fn read(said: pb::Event, current: &pb::Event) -> Result<(EventRow, NaiveDate, NaiveDate), Error> {
    for (field, text, most) in [
        ("kind", &said.kind, TEXT_CHARS_MAX),
        ("sub_kind", &said.sub_kind, TEXT_CHARS_MAX),
        ("place", &said.place, TEXT_CHARS_MAX),
        ("actor_one", &said.actor_one, TEXT_CHARS_MAX),
        ("actor_two", &said.actor_two, TEXT_CHARS_MAX),
        ("notes", &said.notes, NOTES_CHARS_MAX),
    ] {
        bounded(field, text, most)?;
    }
    let when = When::parse(&said.date).and_then(|when| Some((when, when.days()?)));
    let (when, (first, last)) = when.ok_or_else(|| {
        Error::bad("date", format!("\"{}\" is not a date; write 2019-05-03, 2019-05 or 2019.", said.date))
    })?;
    if (last - first).num_days() >= SPAN_DAYS_MAX {
        return Err(Error::bad("date", format!("The event lasts {SPAN_DAYS_MAX} days or more.")));
    }
    for (field, number, most) in [("longitude", said.longitude, 180.0), ("latitude", said.latitude, 90.0)] {
        if !number.is_finite() || number.abs() > most {
            let message = format!("{number} is not a {field}; it goes from -{most} to {most} degrees.");
            return Err(Error::bad(field, message));
        }
    }
    let deaths = |field, count: Option<u32>| match count {
        Some(count) if count > DEATHS_MAX => Err(Error::bad(field, format!("\"{count}\" is not a number of deaths."))),
        count => Ok(count.and_then(|count| i32::try_from(count).ok())),
    };
    let event = EventRow {
        deaths_best: deaths("deaths_best", said.deaths_best)?,
        deaths_low: deaths("deaths_low", said.deaths_low)?,
        deaths_high: deaths("deaths_high", said.deaths_high)?,
        deaths_civilians: deaths("deaths_civilians", said.deaths_civilians)?,
        source: current.source.clone(),
        external_id: current.external_id.clone(),
        when,
        longitude: said.longitude,
        latitude: said.latitude,
        point_precision: match said.point_precision.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|error| Error::bad("point_precision", format!("{error}.")))?),
        },
        classification: match said.classification.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|error| Error::bad("classification", format!("{error}.")))?),
        },
        kind: said.kind,
        sub_kind: said.sub_kind,
        place: said.place,
        actor_one: said.actor_one,
        actor_two: said.actor_two,
        notes: said.notes,
    };
    check_toll(&event)?;
    if is_as_known(&event, current) {
        return Err(Error::Conflict("Nothing is different from what is known. Nothing was changed.".to_owned()));
    }
    Ok((event, first, last))
}

/// The estimates of the toll in their order, as far as they are given.
fn check_toll(event: &EventRow) -> Result<(), Error> {
    let given = [event.deaths_low, event.deaths_best, event.deaths_high].into_iter().flatten();
    if given.is_sorted() {
        return Ok(());
    }
    Err(Error::bad("deaths_best", "The low, the best and the high number of deaths are not in this order."))
}

fn is_as_known(event: &EventRow, current: &pb::Event) -> bool {
    let deaths = |count: Option<i32>| count.and_then(|count| u32::try_from(count).ok());
    let as_told = pb::Event {
        kind: event.kind.clone(),
        sub_kind: event.sub_kind.clone(),
        date: event.when.text(),
        longitude: event.longitude,
        latitude: event.latitude,
        place: event.place.clone(),
        deaths_best: deaths(event.deaths_best),
        deaths_low: deaths(event.deaths_low),
        deaths_high: deaths(event.deaths_high),
        deaths_civilians: deaths(event.deaths_civilians),
        point_precision: event.point_precision.map(PointPrecision::word).unwrap_or_default().to_owned(),
        classification: event
            .classification
            .map_or_else(|| current.classification.clone(), |own| own.word().to_owned()),
        actor_one: event.actor_one.clone(),
        actor_two: event.actor_two.clone(),
        notes: event.notes.clone(),
        ..current.clone()
    };
    as_told == *current
}

fn bounded(field: &'static str, text: &str, most: usize) -> Result<(), Error> {
    if text.chars().count() > most {
        return Err(Error::bad(field, format!("At most {most} characters.")));
    }
    Ok(())
}
