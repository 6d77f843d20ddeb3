//! Geocoded events as they travel.

use chassis::Failure;
use cpas_proto::{collection::v1 as pb, common::v1::FileChunk};
use tonic::Streaming;

use crate::{
    app::{
        App,
        spool::{Sent, Spooling},
    },
    store::events::EventRecord,
};

/// Takes the pieces of a file.
pub(super) async fn receive(app: &App, mut pieces: Streaming<FileChunk>) -> Result<Sent, Failure> {
    let mut spooling: Option<Spooling> = None;
    while let Some(piece) = pieces.message().await.map_err(Failure::from)? {
        let spooling = match &mut spooling {
            Some(spooling) => spooling,
            None => spooling.insert(Spooling::start(app, &piece.file_name).await?),
        };
        spooling.take(&piece.data).await?;
    }
    match spooling {
        Some(spooling) => spooling.finish().await,
        None => Spooling::start(app, "").await?.finish().await,
    }
}

impl From<EventRecord> for pb::Event {
    fn from(event: EventRecord) -> Self {
        let count = |deaths: Option<i32>| deaths.and_then(|deaths| deaths.try_into().ok());
        Self {
            id: event.id.to_string(),
            source: event.source,
            external_id: event.external_id,
            kind: event.kind,
            sub_kind: event.sub_kind,
            date: event.date,
            date_precision: event.date_precision,
            longitude: event.longitude,
            latitude: event.latitude,
            place: event.place,
            area: event.area,
            deaths_best: count(event.deaths_best),
            deaths_low: count(event.deaths_low),
            deaths_high: count(event.deaths_high),
            deaths_civilians: count(event.deaths_civilians),
            version: event.version,
        }
    }
}
