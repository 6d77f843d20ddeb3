//! Entering one observation by hand.

use chassis::{Caller, Failure, new_id};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Period, Role, Slice},
};

use super::{App, moment, reach::Reach, rule_book::keep_errors_out};
use crate::{
    domain::{
        definition::Definition,
        file::row::{NOTE_CHARS_MAX, SOURCE_CHARS_MAX},
        lifetime::Lifetimes,
        lock::{Changer, may_change},
        observation::{Measure, State, cell},
    },
    error::Error,
    events,
    store::{self, moves::Touched, observations::New},
};

/// Roles that enter and correct.
pub(super) const ENTERING: &[Role] = &[Role::Contributor, Role::FocalPoint, Role::Coordinator];

/// Records an observation as a draft.
///
/// # Errors
/// A field that is wrong; beyond the caller's reach; a locked period; a value that is there already.
pub async fn enter_observation(app: &App, caller: &Caller, asked: pb::Observation) -> Result<pb::Observation, Failure> {
    let reach = Reach::of(caller, ENTERING);
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let mission = tx.mission();
    store::known::writes(&mut tx, mission).await?;
    let named = if asked.indicator_id.is_empty() { &asked.indicator_code } else { &asked.indicator_id };
    let definition = store::copies::definition(&mut tx, named)
        .await?
        .ok_or_else(|| Error::bad("indicator_code", format!("The mission has no indicator \"{named}\".")))?;
    definition.takes_values().map_err(|message| Error::bad("indicator_code", message))?;
    let period = moment::period("period", &asked.period)?;
    let lifetimes = Lifetimes::of(&store::copies::areas(&mut tx).await?);
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    there_in(&lifetimes, &asked.area, period, start)?;
    reach.check(&definition.owner_section, &asked.area)?;
    let slice: Slice = asked.slice.parse().map_err(|error| Error::bad("slice", format!("{error}.")))?;
    let slice = definition.known_slice(slice.pairs()).map_err(|message| Error::bad("slice", message))?;
    let classification = classification(caller, &definition, &asked.classification)?;
    let changer = Changer { is_coordinator: caller.has(Role::Coordinator), reason: &asked.reason };
    may_change(&store::locks::locks(&mut tx).await?, period, start, changer).map_err(Error::Conflict)?;

    let now = app.clock.now();
    let cell = cell(definition.id, period, &asked.area, &slice, classification);
    let before = store::observations::history(&mut tx, now, cell).await?;
    if let Some(live) = before.iter().rev().find(|known| known.state != "rejected") {
        return Err(Error::Conflict(format!(
            "There is a value for {} in {} already, {} since {}. Nothing was stored; correct observation {} instead.",
            definition.code,
            period,
            live.state,
            live.recorded_at.format("%Y-%m-%d"),
            live.id
        ))
        .into());
    }
    let mut new = written(&definition, &asked)?;
    new.id = new_id(now);
    new.period = period.to_string();
    (new.first_day, new.last_day) = (period.first_day(start), period.last_day(start));
    new.area = asked.area;
    new.slice = slice.to_string();
    (new.cell, new.edition) = (cell, before.last().map_or(1, |last| last.edition + 1));
    new.classification = classification.rank();
    (new.recorded_at, new.recorded_by, new.recorded_by_name) = (now, caller.account, caller.name.clone());
    keep_errors_out(&mut tx, &definition, period, &new, start).await?;
    record(&mut tx, "entered", &definition, &new).await?;
    let stored = store::observations::find(&mut tx, now, new.id).await?.ok_or(Error::NotFound("observation"))?;
    tx.finish(stored.into()).await
}

/// Whether the mission has an area, and has it in a period.
pub(super) fn there_in(lifetimes: &Lifetimes, area: &str, period: Period, start: u32) -> Result<(), Error> {
    if !lifetimes.knows(area) {
        return Err(Error::bad("area", format!("The mission has no area \"{area}\".")));
    }
    match lifetimes.refusal(area, period.first_day(start), period.last_day(start)) {
        Some(refusal) => Err(Error::bad("area", refusal)),
        None => Ok(()),
    }
}

/// Stores a new observation and its event.
pub(super) async fn record(
    tx: &mut chassis::Tx,
    change: &str,
    definition: &Definition,
    new: &New,
) -> Result<(), Failure> {
    let mission = tx.mission();
    if !store::observations::insert(tx, mission, new).await? {
        let sentence = "Somebody recorded the same value at this moment. Yours was not stored; look at theirs first.";
        return Err(Error::Conflict(sentence.to_owned()).into());
    }
    let touched = Touched {
        rows: 1,
        indicator_codes: vec![definition.code.clone()],
        areas: vec![new.area.clone()],
        periods: vec![new.period.clone()],
        classification: new.classification,
    };
    events::observations_changed(tx, change, None, touched).await
}

/// The parts of an observation that a person writes, checked.
pub(super) fn written(definition: &Definition, asked: &pb::Observation) -> Result<New, Failure> {
    let measure = Measure::of_parts(
        &asked.kind,
        asked.value,
        asked.numerator,
        asked.denominator,
        asked.level.trim(),
        asked.text.trim(),
    )
    .map_err(Error::from)?;
    measure.check(definition).map_err(Error::from)?;
    for (field, text, most) in [
        ("note", &asked.note, NOTE_CHARS_MAX),
        ("source", &asked.source, SOURCE_CHARS_MAX),
        ("text", &asked.text, NOTE_CHARS_MAX),
        ("reason", &asked.reason, NOTE_CHARS_MAX),
    ] {
        if text.chars().count() > most {
            return Err(Error::bad(field, format!("The {field} is longer than {most} characters.")).into());
        }
    }
    if !matches!(asked.reliability.as_str(), "" | "A" | "B" | "C" | "D" | "E" | "F") {
        return Err(Error::bad("reliability", "The reliability of a source is A, B, C, D, E or F.").into());
    }
    if asked.credibility > 6 {
        return Err(Error::bad("credibility", "The credibility of a source goes from 1 to 6.").into());
    }
    let mut new = New {
        id: uuid::Uuid::nil(),
        indicator: definition.id,
        definition_version: definition.definition_version.try_into().unwrap_or(i32::MAX),
        period: String::new(),
        first_day: chrono::NaiveDate::MIN,
        last_day: chrono::NaiveDate::MIN,
        area: String::new(),
        slice: String::new(),
        cell: uuid::Uuid::nil(),
        edition: 1,
        supersedes: None,
        kind: measure.kind(),
        value: None,
        numerator: None,
        denominator: None,
        level: String::new(),
        text: String::new(),
        note: asked.note.trim().to_owned(),
        source: asked.source.trim().to_owned(),
        reliability: asked.reliability.clone(),
        credibility: asked.credibility as i16,
        reason: asked.reason.trim().to_owned(),
        classification: definition.classification.rank(),
        state: State::Draft,
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        recorded_by: uuid::Uuid::nil(),
        recorded_by_name: String::new(),
    };
    match measure {
        Measure::Value(value) => new.value = Some(value),
        Measure::Ratio { numerator, denominator } => {
            (new.numerator, new.denominator) = (Some(numerator), Some(denominator));
        }
        Measure::Level(level) => new.level = level,
        Measure::Text(text) => new.text = text,
        Measure::Missing | Measure::NotApplicable | Measure::Suppressed => {}
    }
    Ok(new)
}

/// The classification of a new observation: at least its indicator's, at most what the caller may see.
pub(super) fn classification(caller: &Caller, definition: &Definition, asked: &str) -> Result<Classification, Failure> {
    let asked = Classification::parse_or_unclassified(asked)
        .map_err(|error| Error::bad("classification", format!("{error}.")))?;
    if asked > caller.clearance {
        return Err(Error::bad("classification", "This is above what you may see yourself.").into());
    }
    Ok(asked.max(definition.classification))
}
