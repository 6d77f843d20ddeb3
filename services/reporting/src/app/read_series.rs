//! Data changed: their series are read again from collection, their owner.

use std::{collections::BTreeMap, slice};

use chassis::{Failure, Inbound, Link, Mission, Tx};
use cpas_proto::{
    collection::v1::{
        CountWaitingRequest, Point, Series, SeriesPart, StreamSeriesRequest, WaitingCount,
        collection_service_client::CollectionServiceClient,
    },
    gateway::v1 as gateway,
    words::Classification,
};

use super::{
    kept::{self, Touched},
    take_in::data_classification,
};
use crate::{
    Error,
    domain::home::SeriesPoint,
    events,
    store::{
        Connection,
        model::{self, Model},
        records, series,
    },
};

/// Largest series that is taken in one message, in bytes.
const SERIES_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Indicators whose series are asked for in one call.
const INDICATORS_A_CALL: usize = 10;
/// Waiting observations are counted up to this many of each state.
const WAITING_MAX: u32 = 500;

/// Reads the series that events touched, and what waits, into all generations.
pub async fn read_series(tx: &mut Tx, collection: &Link, heard: &[Inbound]) -> Result<(), Error> {
    let mut changed: BTreeMap<String, Classification> = BTreeMap::new();
    let (mut any, mut every) = (None, false);
    for event in heard {
        let Some(change) = events::observations_changed(event)? else { continue };
        any = Some(event);
        every |= change.indicator_codes.is_empty();
        let classification = data_classification(event, &change.classification);
        for code in change.indicator_codes {
            let highest = changed.entry(code).or_insert(classification);
            *highest = classification.max(*highest);
        }
    }
    let Some(any) = any else { return Ok(()) };
    let codes: Vec<String> = changed.keys().cloned().collect();
    let wanted = if every { &[][..] } else { &codes[..] };
    let mission = tx.mission();
    let generations = model::hold(tx, mission).await?;
    series::lock(tx, mission).await?;
    let scope = scope(tx, generations.generation, any.mission_scope()).await?;
    let parts = fetch(collection, &scope, wanted).await?;
    let waiting = fetch_waiting(collection, &scope).await?;
    // Only now: rows that the other consumer writes too are not held while collection is asked.
    for generation in generations.written() {
        for (code, classification) in &changed {
            series::touch(tx, mission, generation, slice::from_ref(code), *classification).await?;
        }
        write(tx, &scope, generation, &codes, &parts).await?;
        series::write_waiting(tx, mission, generation, &waiting).await?;
        let read = parts.iter().map(|part| part.indicator_code.clone());
        let touched = Touched { indicator_codes: codes.iter().cloned().chain(read).collect(), ..Default::default() };
        kept::refresh(tx, &scope, Model { mission, generation }, &touched).await?;
    }
    Ok(())
}

/// The mission as its own event told it: its fiscal year matters to periods.
pub(super) async fn scope(connection: &mut Connection, generation: i32, fallback: Mission) -> Result<Mission, Error> {
    let found = records::find(connection, generation, "mission", &fallback.id.to_string()).await?;
    let Some(row) = found else { return Ok(fallback) };
    let told: gateway::Mission = row.message()?;
    let starts = Some(told.fiscal_year_start_month).filter(|month| (1..=12).contains(month));
    let fiscal_year_start_month = starts.unwrap_or(fallback.fiscal_year_start_month);
    Ok(Mission { code: told.code, fiscal_year_start_month, ..fallback })
}

/// The series of these indicators as they are now; of all that have data when none is named.
pub(super) async fn fetch(collection: &Link, mission: &Mission, codes: &[String]) -> Result<Vec<series::Part>, Error> {
    let mut parts = Vec::new();
    let mut calls: Vec<&[String]> = codes.chunks(INDICATORS_A_CALL).collect();
    if calls.is_empty() {
        calls.push(&[]);
    }
    for some in calls {
        // Each call has its own time: a large import touches every indicator at once.
        let mut client =
            CollectionServiceClient::new(collection.as_service(mission)).max_decoding_message_size(SERIES_BYTES_MAX);
        let (indicators, as_known_at) = (some.to_vec(), String::new());
        let request = StreamSeriesRequest { indicators, as_known_at, with_slices: true, with_area_slices: true };
        let mut stream = client.stream_series(request).await?.into_inner();
        while let Some(told) = stream.message().await? {
            // A word that we do not know is of a newer collection: hidden rather than shown.
            let classification = Classification::parse_or_unclassified(&told.classification)
                .unwrap_or(Classification::StrictlyConfidential);
            parts.extend(told.parts.iter().map(|part| as_kept(&told, part, classification)));
        }
    }
    Ok(parts)
}

fn as_kept(told: &Series, part: &SeriesPart, classification: Classification) -> series::Part {
    let point = |point: &Point| SeriesPoint {
        period: point.period.clone(),
        value: point.value,
        kind: point.kind.clone(),
        observations: point.observations,
        numerator: point.numerator,
        denominator: point.denominator,
    };
    series::Part {
        indicator_code: told.indicator_code.clone(),
        area: part.area.clone(),
        slice: part.slice.clone(),
        frequency: told.frequency.clone(),
        observations: part.points.iter().map(|point| i64::from(point.observations)).sum(),
        points: part.points.iter().map(point).collect(),
        classification: classification.rank(),
    }
}

/// Replaces the series of these indicators; an indicator that has no data any more has no series.
pub(super) async fn write(
    connection: &mut Connection,
    mission: &Mission,
    generation: i32,
    codes: &[String],
    parts: &[series::Part],
) -> Result<(), Error> {
    let mut stale = codes.to_vec();
    stale.extend(parts.iter().map(|part| part.indicator_code.clone()));
    series::clear(&mut *connection, generation, &stale).await?;
    for part in parts {
        series::write(&mut *connection, mission.id, generation, part).await?;
    }
    Ok(())
}

/// How many observations wait in each state, by classification, up to a bound.
pub(super) async fn fetch_waiting(
    collection: &Link,
    mission: &Mission,
) -> Result<Vec<(String, Classification, i32)>, Error> {
    let mut client = CollectionServiceClient::new(collection.as_service(mission));
    let told = client.count_waiting(CountWaitingRequest { most: WAITING_MAX }).await?.into_inner();
    let of = |one: WaitingCount| {
        let classification = Classification::parse_or_unclassified(&one.classification).map_err(Failure::internal)?;
        Ok((one.state, classification, one.observations.try_into().unwrap_or(i32::MAX)))
    };
    told.counts.into_iter().map(of).collect()
}
