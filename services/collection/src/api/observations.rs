//! Observations as they travel.

use chassis::Caller;
use cpas_proto::{collection::v1 as pb, words::Classification};
use tonic::{Request, Response};

use super::{Api, answer::Answer, instant};
use crate::{
    app,
    domain::review::Move,
    store::{heads::Head, observations::Known},
};

impl Api {
    /// Takes observations a step on.
    pub(super) async fn move_observations(
        &self,
        to: Move,
        request: Request<pb::MoveObservationsRequest>,
    ) -> Answer<pb::MoveObservationsResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::review::move_observations(&self.app, &caller, to, asked).await?))
    }
}

impl From<Known> for pb::Observation {
    fn from(known: Known) -> Self {
        let version = known.version();
        let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            id: known.id.to_string(),
            indicator_id: known.indicator_id.to_string(),
            indicator_code: known.indicator_code,
            definition_version: known.definition_version.try_into().unwrap_or_default(),
            period: known.period,
            area: known.area,
            slice: known.slice,
            kind: known.kind,
            value: known.value,
            numerator: known.numerator,
            denominator: known.denominator,
            level: known.level,
            text: known.text,
            note: known.note,
            source: known.source,
            reliability: known.reliability,
            credibility: known.credibility.try_into().unwrap_or_default(),
            state: known.state,
            supersedes: text(known.supersedes),
            superseded_by: text(known.superseded_by),
            batch_id: text(known.batch_id),
            batch_row: known.batch_row.and_then(|row| row.try_into().ok()).unwrap_or_default(),
            batch_sheet: known.batch_sheet,
            recorded_at: instant(known.recorded_at),
            recorded_by: known.recorded_by_name,
            verified_by: known.verified_by.unwrap_or_default(),
            approved_by: known.approved_by.unwrap_or_default(),
            reason: known.reason,
            version,
            classification: Classification::of_rank(known.classification).word().to_owned(),
        }
    }
}

impl From<Head> for pb::EntryCell {
    /// Without the indicator's code.
    fn from(head: Head) -> Self {
        Self {
            id: head.id.to_string(),
            indicator_code: String::new(),
            period: head.period,
            area: head.area,
            slice: head.slice,
            kind: head.kind,
            value: head.value,
            numerator: head.numerator,
            denominator: head.denominator,
            level: head.level,
            text: head.text,
            note: head.note,
            state: head.state,
            version: i64::from(head.steps) + 1,
            recorded_by: head.recorded_by_name,
            reason: head.reason,
            breaches: Vec::new(),
        }
    }
}
