//! Reads from collection and context what hot spots are computed of: the events of the assessed period, and the areas that
//! they lie in, with boundaries.
//!
//! Events are read as they are at freezing: collection keeps no earlier state of one. What is read is pinned with the result.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{Failure, Mission};
use chrono::NaiveDate;
use cpas_proto::{
    collection::v1::{self as collection, collection_service_client::CollectionServiceClient},
    context::v1::{self as context, context_service_client::ContextServiceClient},
    words::Classification,
};

use super::MESSAGE_BYTES_MAX;
use crate::{
    Deps,
    domain::{
        analysis::hot_spots::{
            Area, Case, Happening,
            ground::{LonLat, rings_of},
        },
        text::Text,
    },
    error::{Error, answered},
};

const PAGE_SIZE: u32 = 2_000;
/// Most events of one assessment: of the latest a day of a busy year.
const EVENTS_MAX: usize = 60_000;
/// Most areas of one level.
const AREAS_MAX: usize = 1_000;

/// The events of some days, and the areas of the level that most of them lie in; with the highest classification of the
/// events.
pub async fn happenings(
    deps: &Deps,
    mission: &Mission,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<(Case, Classification), Error> {
    let areas = areas(deps, mission, last).await?;
    let found = events(deps, mission, first, last).await?;
    let level_of: BTreeMap<&str, u32> = areas.iter().map(|area| (area.code.as_str(), area.level)).collect();
    let mut by_level: BTreeMap<u32, usize> = BTreeMap::new();
    for event in &found {
        if let Some(level) = level_of.get(event.area.as_str()) {
            *by_level.entry(*level).or_default() += 1;
        }
    }
    let level = by_level.into_iter().max_by_key(|(level, count)| (*count, *level)).map(|(level, _)| level);
    let compared: Vec<Area> = areas
        .iter()
        .filter(|area| Some(area.level) == level && !area.geometry.is_empty())
        .take(AREAS_MAX)
        .map(|area| Area { code: area.code.clone(), name: name(area), rings: rings_of(&area.geometry) })
        .collect();
    let codes: BTreeSet<String> = compared.iter().map(|area| area.code.clone()).collect();
    let of = |event: &collection::Event| Classification::parse_or_unclassified(&event.classification);
    // A word that is not known yet is taken for the highest.
    let classification = found.iter().map(|event| of(event).unwrap_or(Classification::StrictlyConfidential)).max();
    let happening = |event: collection::Event| Happening {
        day: event.date.parse().ok().filter(|_| event.date_precision == "day"),
        at: LonLat { longitude: event.longitude, latitude: event.latitude },
        area: codes.contains(&event.area).then_some(event.area),
        id: event.id,
    };
    let is_somewhere = |event: &collection::Event| event.longitude.is_finite() && event.latitude.is_finite();
    let events = found.into_iter().filter(is_somewhere).map(happening).collect();
    Ok((Case { first, last, events, areas: compared }, classification.unwrap_or(Classification::Unclassified)))
}

fn name(area: &context::Area) -> Text {
    area.name.as_ref().map(|name| Text::of(&name.en, &name.fr)).unwrap_or_default()
}

/// Areas that are there on a day, by code.
async fn areas(deps: &Deps, mission: &Mission, on: NaiveDate) -> Result<Vec<context::Area>, Error> {
    let mut client =
        ContextServiceClient::new(deps.context.as_service(mission)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let ask = context::ListAreasRequest { with_geometry: true, on: on.to_string(), level: None };
    let mut areas = client.list_areas(ask).await.map_err(answered("context"))?.into_inner().areas;
    areas.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(areas)
}

/// Events by day and id, page by page.
async fn events(
    deps: &Deps,
    mission: &Mission,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<collection::Event>, Error> {
    let mut client =
        CollectionServiceClient::new(deps.collection.as_service(mission)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let ask = collection::ListEventsRequest {
            first_date: first.to_string(),
            last_date: last.to_string(),
            page_size: PAGE_SIZE,
            cursor,
            ..Default::default()
        };
        let page = client.list_events(ask).await.map_err(answered("collection"))?.into_inner();
        found.extend(page.events);
        if found.len() > EVENTS_MAX {
            let message = format!(
                "The period has more than {EVENTS_MAX} events, which is the most that one assessment freezes. Nothing was frozen."
            );
            return Err(Failure::exhausted(message).into());
        }
        if page.next_cursor.is_empty() {
            found.sort_by(|one, other| (&one.date, &one.id).cmp(&(&other.date, &other.id)));
            return Ok(found);
        }
        cursor = page.next_cursor;
    }
}
