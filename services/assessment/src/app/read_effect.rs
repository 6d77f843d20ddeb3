//! Reads the indicators that a recommendation names before and after it was implemented.

use std::collections::BTreeMap;

use chassis::{Caller, Mission};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::collection::v1::{self as collection, collection_service_client::CollectionServiceClient};
use uuid::Uuid;

use super::{
    MESSAGE_BYTES_MAX,
    read_inputs::{classification, part_of},
};
use crate::{
    Deps,
    domain::{
        Invalid,
        analysis::{
            Point,
            effect::{Effect, Watched, effect},
        },
        frozen::Indicator,
        recommendation::Recommendation,
    },
    error::{Error, answered},
    store,
};

/// Whose effect, and as known when.
#[derive(Debug, Clone)]
pub struct AskEffect {
    pub id: Uuid,
    /// `None`: of a verified one what was looked at then, else now.
    pub known_at: Option<DateTime<Utc>>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct EffectRead {
    pub recommendation: Recommendation,
    pub known_at: DateTime<Utc>,
    pub indicators: Vec<IndicatorRead>,
}

/// One indicator, as its assessment has frozen it, and its effect.
#[derive(Debug, Clone)]
pub struct IndicatorRead {
    pub indicator: Indicator,
    pub effect: Effect,
}

/// Of an implemented one. Indicators are read whole, and left out where definition or data are above the caller's
/// clearance: a part of a sum would say something else.
pub async fn read_effect(deps: &Deps, caller: &Caller, ask: AskEffect) -> Result<EffectRead, Error> {
    let mission = caller.mission()?.clone();
    let now = deps.clock.now();
    if ask.known_at.is_some_and(|known_at| known_at > now) {
        return Err(Invalid::new("as_known_at", "lies in the future; it can be now at the latest").into());
    }
    let mut tx = deps.db.begin(caller).await?;
    let found = store::recommendations::by_id(&mut tx, mission.id, ask.id).await?;
    let recommendation = found.ok_or(Error::NotFound("recommendation"))?;
    let known_at = ask.known_at.or(recommendation.effect_known_at).unwrap_or(now);
    let codes = &recommendation.proposal.indicator_codes;
    let definitions = store::frozen::definitions(&mut tx, mission.id, recommendation.assessment_id, codes).await?;
    drop(tx);
    let Some(implemented_at) = recommendation.implemented_at.filter(|_| !definitions.is_empty()) else {
        return Ok(EffectRead { recommendation, known_at, indicators: Vec::new() });
    };
    let mut series = series(deps, caller, &mission, codes, known_at).await?;
    let read = definitions.into_iter().filter_map(|indicator| {
        let points = match series.remove(&indicator.code) {
            Some(Read::Seen(points)) => points,
            Some(Read::Above) => return None,
            None => Vec::new(),
        };
        let watched = Watched {
            points: &points,
            frequency: indicator.frequency,
            unit: &indicator.unit,
            direction: indicator.direction,
            implemented: implemented_at.date_naive(),
            known_on: known_at.date_naive(),
            fiscal_start_month: mission.fiscal_year_start_month,
        };
        let effect = effect(&watched);
        Some(IndicatorRead { indicator, effect })
    });
    let indicators = read.collect();
    Ok(EffectRead { recommendation, known_at, indicators })
}

enum Read {
    Seen(Vec<Point>),
    /// Its data are above the caller's clearance.
    Above,
}

/// The values of the mission as a whole, by code.
async fn series(
    deps: &Deps,
    caller: &Caller,
    mission: &Mission,
    codes: &[String],
    known_at: DateTime<Utc>,
) -> Result<BTreeMap<String, Read>, Error> {
    let mut client =
        CollectionServiceClient::new(deps.collection.as_service(mission)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let ask = collection::StreamSeriesRequest {
        indicators: codes.to_vec(),
        as_known_at: known_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        with_slices: false,
        with_area_slices: false,
    };
    let mut stream = client.stream_series(ask).await.map_err(answered("collection"))?.into_inner();
    let mut by_code = BTreeMap::new();
    while let Some(series) = stream.message().await.map_err(answered("collection"))? {
        let read = if classification(&series.classification)? > caller.clearance {
            Read::Above
        } else {
            let whole = series.parts.iter().filter(|part| part.area.is_empty() && part.slice.is_empty());
            let parts = whole.map(part_of).collect::<Result<Vec<_>, Invalid>>()?;
            Read::Seen(parts.into_iter().flat_map(|part| part.points).collect())
        };
        by_code.insert(series.indicator_code, read);
    }
    Ok(by_code)
}
