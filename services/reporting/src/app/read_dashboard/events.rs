//! The events of a map tile, counted by collection with the reader's own eyes.

use std::{collections::BTreeMap, time::Duration};

use chassis::Caller;
use cpas_proto::{
    collection::v1::{CountEventsRequest, EventCounts, collection_service_client::CollectionServiceClient},
    reporting::v1 as pb,
};

use super::known::Known;
use crate::{
    Deps,
    domain::{
        event_places::{Place, clustered},
        window::Window,
    },
};

/// Places of one tile.
const PLACES_MAX: usize = 300;
/// Time that collection has: the other tiles do not wait longer.
const ASK_TIMEOUT: Duration = Duration::from_secs(3);

/// What was counted; `None`: collection did not answer.
pub(super) struct EventsRead(Option<EventCounts>);

impl EventsRead {
    /// Asks for the events of these days.
    pub(super) async fn ask(deps: &Deps, caller: &Caller, window: Window) -> Self {
        let (first_date, last_date) = window.days();
        let mut client = CollectionServiceClient::new(deps.collection.on_behalf(caller));
        let asked = client.count_events(CountEventsRequest { first_date, last_date });
        match tokio::time::timeout(ASK_TIMEOUT, asked).await {
            Ok(Ok(answer)) => Self(Some(answer.into_inner())),
            _ => Self(None),
        }
    }

    /// Codes of the areas that events lie in.
    pub(super) fn areas(&self) -> Vec<String> {
        let places = self.0.iter().flat_map(|counts| &counts.places);
        places.map(|place| place.area.clone()).filter(|area| !area.is_empty()).collect()
    }

    /// The events in an area and what lies in it; empty: all.
    pub(super) fn within(&self, known: &Known, area: &str) -> pb::TileEvents {
        let Some(counts) = &self.0 else { return pb::TileEvents::default() };
        let mut by_place: BTreeMap<u32, Place> = BTreeMap::new();
        for count in &counts.counts {
            let Some(at) = counts.places.get(count.place as usize) else { continue };
            if !area.is_empty() && !known.lies_in(&at.area, area) {
                continue;
            }
            let place = by_place.entry(count.place).or_insert_with(|| Place {
                area: at.area.clone(),
                middle: at.longitude.zip(at.latitude),
                events: 0,
                deaths_best: 0,
                without_deaths: 0,
            });
            place.events = place.events.saturating_add(count.events);
            place.deaths_best = place.deaths_best.saturating_add(count.deaths_best);
            place.without_deaths = place.without_deaths.saturating_add(count.without_deaths);
        }
        let (places, cell_degrees) = clustered(by_place.into_values().collect(), counts.cell_degrees, PLACES_MAX);
        let events = places.iter().fold(0_u32, |sum, place| sum.saturating_add(place.events));
        pb::TileEvents {
            known: true,
            places: places.into_iter().map(told).collect(),
            events,
            first_date: counts.first_date.clone(),
            last_date: counts.last_date.clone(),
            cell_degrees,
            classification: counts.classification.clone(),
        }
    }
}

fn told(of: Place) -> pb::TilePlace {
    pb::TilePlace {
        area: of.area,
        longitude: of.middle.map(|(longitude, _)| longitude),
        latitude: of.middle.map(|(_, latitude)| latitude),
        events: of.events,
        deaths_best: of.deaths_best,
        without_deaths: of.without_deaths,
    }
}
