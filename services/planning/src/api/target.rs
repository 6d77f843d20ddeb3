//! Targets and plan changes on the wire.

use cpas_proto::{planning::v1 as pb, words::Slice};

use super::fields::{id, instant, needed, parse_needed_id, text};
use crate::domain::{
    broken::Broken,
    change::PlanChange,
    ids::IndicatorId,
    target::{Aim, GivenTarget, Scope, Target},
    text::{parse_prose, parse_word},
};

impl TryFrom<pb::SetTargetRequest> for GivenTarget {
    type Error = Broken;

    fn try_from(request: pb::SetTargetRequest) -> Result<Self, Broken> {
        let target = needed("target", request.target)?;
        let mut broken = Broken::nothing();
        let indicator = broken.keep(parse_needed_id("target.indicator_id", &target.indicator_id)).map(IndicatorId);
        let period = match target.period.parse() {
            Ok(period) => Some(period),
            Err(error) => {
                broken.add("target.period", format!("{error}."));
                None
            }
        };
        let area = broken.keep(parse_word("target.area", &target.area)).flatten();
        let slice = broken.word::<Slice>("target.slice", &target.slice);
        let reason = broken.keep(parse_prose("target.reason", &target.reason)).flatten();
        match (indicator, period, slice) {
            (Some(indicator), Some(period), Some(slice)) => {
                broken.into_result(())?;
                Ok(Self {
                    scope: Scope { indicator, period, area, slice },
                    value: target.value,
                    low: target.low,
                    high: target.high,
                    reason,
                    seen_version: target.version,
                })
            }
            _ => Err(broken),
        }
    }
}

impl From<&Target> for pb::Target {
    fn from(target: &Target) -> Self {
        let (value, low, high) = match target.aim {
            Aim::Value(value) => (Some(value), None, None),
            Aim::Range { low, high } => (None, Some(low), Some(high)),
        };
        Self {
            id: target.id.to_string(),
            indicator_id: target.scope.indicator.to_string(),
            period: target.scope.period.to_string(),
            area: target.scope.area.clone().unwrap_or_default(),
            slice: target.scope.slice.to_string(),
            value,
            low,
            high,
            reason: target.reason.clone().unwrap_or_default(),
            version: target.version,
            recorded_at: instant(target.recorded.at),
            recorded_by: target.recorded.by.name.clone(),
        }
    }
}

impl From<&PlanChange> for pb::PlanChange {
    fn from(change: &PlanChange) -> Self {
        Self {
            id: change.id.to_string(),
            recommendation_id: change.recommendation.to_string(),
            text: text(&change.text),
            state: change.state.word().to_owned(),
            plan_id: id(change.plan),
            version: change.version,
            recorded_at: instant(change.recorded_at),
        }
    }
}
