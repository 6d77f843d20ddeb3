//! How a number of a series came about, down to the observations and the rows of files, or to the events that it counts.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chassis::{Caller, Failure, Tx};
use chrono::{DateTime, Utc};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::Text,
    words::{Classification, Slice},
};
use uuid::Uuid;

use super::{
    App,
    material::{Material, Moment},
    moment,
    series::{noted, point},
};
use crate::{
    domain::{lifetime::Lifetimes, rollup::Behind},
    error::Error,
    store::{self, counted_events::KnownEvent},
};

/// Most contributions, and most events, that are listed.
const CONTRIBUTIONS_MAX: usize = 500;

/// The point, its formula, and the observations and events behind it.
///
/// # Errors
/// `NotFound` for an indicator that the caller cannot see; a field that cannot be used.
pub async fn explain_point(
    app: &App,
    caller: &Caller,
    asked: pb::ExplainPointRequest,
) -> Result<pb::PointExplanation, Failure> {
    let period = moment::period("period", &asked.period)?;
    let (mut tx, known_at) = app.read_as_known_at(caller, &asked.as_known_at).await?;
    let definition = store::copies::definition(&mut tx, &asked.indicator).await?.ok_or(Error::NotFound("indicator"))?;
    let slice: Slice = asked.slice.parse().map_err(|error| Error::bad("slice", format!("{error}.")))?;
    let slice = definition.known_slice(slice.pairs()).map_err(|message| Error::bad("slice", message))?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let areas = Arc::new(store::copies::areas(&mut tx).await?);
    if !asked.area.is_empty() && !areas.iter().any(|area| area.code == asked.area) {
        return Err(Error::bad("area", format!("The mission has no area \"{}\".", asked.area)).into());
    }
    let days = (Some(period.first_day(start)), Some(period.last_day(start)));
    let material = Material::read(&mut tx, definition, areas, start, Moment { known_at, days }).await?;
    let (shown, formula, behind) = {
        let mut sources = material.sources()?;
        let shown = point(period, &sources.point(&asked.area, period, &slice));
        let shown = noted(shown, &Lifetimes::of(&material.areas), &asked.area, period, start);
        let (behind, formula) = sources.explain(&asked.area, period, &slice);
        (shown, formula, behind)
    };
    let events = events(&mut tx, known_at, &material, &behind).await?;
    let listed = behind.facts.iter().take(CONTRIBUTIONS_MAX);
    let listed: Vec<Uuid> = listed.filter_map(|(code, fact)| material.observation(code, *fact)).collect();
    let observations = store::observations::find_all(&mut tx, known_at, &listed).await?;
    let mut files: BTreeMap<Uuid, (String, String)> = BTreeMap::new();
    for batch in observations.iter().filter_map(|known| known.batch_id) {
        if let std::collections::btree_map::Entry::Vacant(place) = files.entry(batch)
            && let Some(batch) = store::batches::find(&mut tx, batch).await?
        {
            place.insert((batch.file_name, batch.sha256));
        }
    }
    let contributions = observations.into_iter().map(|known| {
        let (file_name, file_sha256) = known.batch_id.and_then(|batch| files.get(&batch).cloned()).unwrap_or_default();
        pb::Contribution { observation: Some(known.into()), file_name, file_sha256 }
    });
    Ok(pb::PointExplanation {
        point: Some(shown),
        formula: Some(Text::of(formula.en, formula.fr)),
        contributions: contributions.collect(),
        total: count(behind.facts.len()),
        events,
        events_total: count(behind.events.len()),
    })
}

fn count(of: usize) -> u32 {
    of.try_into().unwrap_or(u32::MAX)
}

/// The first of the events that are counted, as they were known then.
async fn events(
    tx: &mut Tx,
    known_at: DateTime<Utc>,
    material: &Material,
    behind: &Behind,
) -> Result<Vec<pb::CountedEvent>, Failure> {
    let listed: Vec<(&str, Uuid, Option<f64>)> = behind
        .events
        .iter()
        .take(CONTRIBUTIONS_MAX)
        .filter_map(|(code, event, amount)| Some((code.as_str(), material.event(code, *event)?, *amount)))
        .collect();
    let ids: Vec<Uuid> = listed.iter().map(|(_, id, _)| *id).collect();
    let known = store::counted_events::known(tx, known_at, &ids).await?;
    let known: HashMap<Uuid, KnownEvent> = known.into_iter().map(|event| (event.id, event)).collect();
    let told = listed.into_iter().filter_map(|(code, id, amount)| {
        let of = known.get(&id)?.clone();
        Some(pb::CountedEvent {
            event_id: id.to_string(),
            indicator_code: code.to_owned(),
            amount,
            source: of.source,
            external_id: of.external_id,
            kind: of.kind,
            sub_kind: of.sub_kind,
            first_date: of.first_day.to_string(),
            last_date: of.last_day.to_string(),
            place: of.place,
            area: of.area,
            classification: Classification::of_rank(of.classification).word().to_owned(),
            changed_since: of.changed_since,
        })
    });
    Ok(told.collect())
}
