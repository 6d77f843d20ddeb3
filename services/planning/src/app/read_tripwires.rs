//! Reads the series that tripwires watch from collection, their owner, and keeps what they say.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{Clock, Link, Mission, Tx};
use chrono::{DateTime, Utc};
use cpas_proto::{
    collection::v1::{self as collection, collection_service_client::CollectionServiceClient},
    words::{Classification, Frequency},
};

use crate::{
    domain::tripwire::{Point, Reading, Tripwire, TripwireState},
    error::Error,
    events,
    store::risks::{self, KeptRisk},
};

/// Largest series that is taken in one message, in bytes.
const SERIES_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Indicators whose series are asked for in one call.
const INDICATORS_A_CALL: usize = 10;

/// The totals of one indicator's series.
struct Series {
    frequency: Frequency,
    /// By area; empty: the mission as a whole.
    points: BTreeMap<String, Vec<Point>>,
    classification: Classification,
}

/// Reads all tripwires on these indicators again; on all that are watched when none is named. One that
/// says something else than before is told.
pub async fn read_again(
    tx: &mut Tx,
    clock: &Clock,
    collection: &Link,
    mission: &Mission,
    codes: &[String],
) -> Result<(), Error> {
    let watching = risks::watching(tx, mission.id, codes).await?;
    let codes: BTreeSet<&String> = watching.iter().filter_map(|kept| kept.indicator_code.as_ref()).collect();
    let series = fetch(collection, mission, codes.into_iter().cloned().collect()).await?;
    for kept in watching {
        let Some(tripwire) = &kept.risk.content.tripwire else { continue };
        let of = kept.indicator_code.as_ref().and_then(|code| series.get(code));
        let (reading, data) = read(tripwire, of, mission, clock.now());
        risks::keep_reading(tx, mission.id, kept.risk.id, Some((reading, data))).await?;
        tell(tx, kept, reading, data).await?;
    }
    Ok(())
}

/// What one tripwire says now, and how classified that is; `None` while collection is away.
pub(super) async fn read_now(
    collection: &Link,
    clock: &Clock,
    mission: &Mission,
    tripwire: &Tripwire,
    code: &str,
) -> Option<(Reading, Classification)> {
    match fetch(collection, mission, vec![code.to_owned()]).await {
        Ok(series) => Some(read(tripwire, series.get(code), mission, clock.now())),
        Err(error) => {
            tracing::warn!("the tripwire on {code} is read when its data change next: {error}");
            None
        }
    }
}

/// Tells of a tripwire that says something else than before.
pub(super) async fn tell(tx: &mut Tx, kept: KeptRisk, reading: Reading, data: Classification) -> Result<(), Error> {
    let before = kept.risk.reading;
    if before.is_some_and(|before| before.says_as(&reading)) {
        return Ok(());
    }
    let mut now = kept;
    (now.risk.reading, now.data) = (Some(reading), data);
    Ok(tx.publish(events::tripwire_changed(&now, before.map(|before| before.state))).await?)
}

/// A plan that came into force tells of what is tripped in it.
pub(super) async fn tell_tripped(tx: &mut Tx, tripped: Vec<KeptRisk>) -> Result<(), Error> {
    for kept in tripped {
        if kept.risk.reading.is_some_and(|reading| reading.state == TripwireState::Tripped) {
            tx.publish(events::tripwire_changed(&kept, None)).await?;
        }
    }
    Ok(())
}

fn read(
    tripwire: &Tripwire,
    series: Option<&Series>,
    mission: &Mission,
    now: DateTime<Utc>,
) -> (Reading, Classification) {
    let Some(series) = series else {
        let nothing = tripwire.read(&[], Frequency::Month, mission.fiscal_year_start_month, now);
        return (nothing, Classification::Unclassified);
    };
    let points = series.points.get(tripwire.area.as_deref().unwrap_or_default()).map_or(&[][..], Vec::as_slice);
    let reading = tripwire.read(points, series.frequency, mission.fiscal_year_start_month, now);
    (reading, series.classification)
}

async fn fetch(collection: &Link, mission: &Mission, codes: Vec<String>) -> Result<BTreeMap<String, Series>, Error> {
    let mut found = BTreeMap::new();
    for some in codes.chunks(INDICATORS_A_CALL) {
        let mut client =
            CollectionServiceClient::new(collection.as_service(mission)).max_decoding_message_size(SERIES_BYTES_MAX);
        let request = collection::StreamSeriesRequest {
            indicators: some.to_vec(),
            as_known_at: String::new(),
            ..Default::default()
        };
        let mut stream = client.stream_series(request).await?.into_inner();
        while let Some(told) = stream.message().await? {
            let code = told.indicator_code.clone();
            found.insert(code, series(told)?);
        }
    }
    Ok(found)
}

fn series(told: collection::Series) -> Result<Series, Error> {
    let mut points: BTreeMap<String, Vec<Point>> = BTreeMap::new();
    for part in told.parts.into_iter().filter(|part| part.slice.is_empty()) {
        let own = points.entry(part.area).or_default();
        for point in part.points {
            own.push(Point { period: point.period.parse().map_err(Error::unreadable)?, value: point.value });
        }
    }
    Ok(Series {
        frequency: told.frequency.parse().map_err(Error::unreadable)?,
        points,
        // A word that is not known here is of a newer collection: hidden rather than shown.
        classification: Classification::parse_or_unclassified(&told.classification)
            .unwrap_or(Classification::StrictlyConfidential),
    })
}
