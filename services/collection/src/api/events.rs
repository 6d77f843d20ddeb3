//! Geocoded events as they travel.

use chassis::{Caller, Failure};
use cpas_proto::{collection::v1 as pb, common::v1::FileChunk, words::Classification};
use tonic::Streaming;

use crate::{
    app::{
        App,
        count_events::EventsCounted,
        geo_events::Wish,
        spool::{Sent, Spooling},
        uploads,
    },
    error::Error,
    store::events::EventRecord,
};

/// Takes the pieces of a file, or the one that was sent in parts before, and what its sender wants.
pub(super) async fn receive(
    app: &App,
    caller: &Caller,
    mut pieces: Streaming<FileChunk>,
) -> Result<(Sent, Wish), Failure> {
    let first = pieces.message().await.map_err(Failure::from)?.unwrap_or_default();
    let least = match first.classification.as_str() {
        "" => Classification::Unclassified,
        word => word.parse().map_err(|error| Error::bad("classification", format!("{error}.")))?,
    };
    let mut spooling = match first.upload_id.as_str() {
        "" => Spooling::start(app, &first.file_name).await?,
        id => uploads::spooled(app, caller, id).await?,
    };
    spooling.take(&first.data).await?;
    while let Some(piece) = pieces.message().await.map_err(Failure::from)? {
        spooling.take(&piece.data).await?;
    }
    Ok((spooling.finish().await?, Wish { least, is_dry_run: first.dry_run }))
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
            point_precision: event.point_precision,
            classification: Classification::of_rank(event.classification).word().to_owned(),
            actor_one: event.actor_one,
            actor_two: event.actor_two,
            notes: event.notes,
            version: event.version,
            corrected_by: event.corrected_by,
            correction_reason: event.correction_reason,
        }
    }
}

impl From<EventsCounted> for pb::EventCounts {
    fn from(EventsCounted { counts, days, classification }: EventsCounted) -> Self {
        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let (first_date, last_date) =
            days.map(|(first, last)| (first.to_string(), last.to_string())).unwrap_or_default();
        Self {
            places: counts
                .places
                .into_iter()
                .map(|own| pb::EventPlace {
                    area: own.area,
                    longitude: own.middle.map(|(longitude, _)| longitude),
                    latitude: own.middle.map(|(_, latitude)| latitude),
                })
                .collect(),
            kinds: counts.kinds,
            has_other_kinds: counts.has_other_kinds,
            events: counts.counts.iter().fold(0, |sum: u32, own| sum.saturating_add(own.events)),
            counts: counts
                .counts
                .into_iter()
                .map(|own| pb::EventCount {
                    place: number(own.place),
                    kind: number(own.kind),
                    period: own.period.to_string(),
                    events: own.events,
                    deaths_best: own.deaths_best,
                    without_deaths: own.without_deaths,
                })
                .collect(),
            cell_degrees: counts.cell_degrees,
            frequency: counts.frequency.word().to_owned(),
            first_date,
            last_date,
            classification: classification.word().to_owned(),
        }
    }
}
