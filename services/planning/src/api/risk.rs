//! Assumptions and risks, on the wire.

use chassis::Caller;
use cpas_proto::planning::v1 as pb;
use tonic::{Request, Response};

use super::{
    Answer, Api,
    fields::{id, instant, needed, parse_id, parse_needed_id, parse_needed_text, parse_text, plan_id, risk_id, text},
};
use crate::{
    app::{self, NewStatus, RiskEdit},
    domain::{
        broken::Broken,
        ids::{IndicatorId, ItemId, RiskId},
        risk::{Place, RiskContent, RiskStatus, Weight},
        text::{parse_prose, parse_word},
        tripwire::{Reading, Tripwire},
    },
    error::Error,
    store::risks::KeptRisk,
};

impl TryFrom<pb::AddRiskRequest> for RiskEdit {
    type Error = Broken;

    fn try_from(request: pb::AddRiskRequest) -> Result<Self, Broken> {
        Ok(Self::Add(parse_content(needed("risk", request.risk)?)?))
    }
}

impl TryFrom<pb::ReviseRiskRequest> for RiskEdit {
    type Error = Broken;

    fn try_from(request: pb::ReviseRiskRequest) -> Result<Self, Broken> {
        let risk = needed("risk", request.risk)?;
        let id = RiskId(parse_needed_id("risk.id", &risk.id)?);
        Ok(Self::Revise { id, seen_version: request.version, content: parse_content(risk)? })
    }
}

impl TryFrom<&pb::SetRiskStatusRequest> for NewStatus {
    type Error = Broken;

    fn try_from(request: &pb::SetRiskStatusRequest) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let status = broken.word::<RiskStatus>("status", &request.status);
        let note = broken.keep(parse_prose("note", &request.note)).flatten();
        match status {
            Some(status) => broken.into_result(Self { status, note, seen_version: request.version }),
            None => Err(broken),
        }
    }
}

fn parse_content(given: pb::Risk) -> Result<RiskContent, Broken> {
    let mut broken = Broken::nothing();
    let kind = broken.word("risk.kind", &given.kind);
    let item = broken.keep(parse_needed_id("risk.item_id", &given.item_id)).map(ItemId);
    let outcome = broken.keep(parse_id("risk.outcome_id", &given.outcome_id)).flatten().map(ItemId);
    let statement = broken.keep(parse_needed_text("risk.statement", given.statement)).unwrap_or_default();
    let likelihood = broken.keep(Weight::parse("risk.likelihood", given.likelihood)).flatten();
    let impact = broken.keep(Weight::parse("risk.impact", given.impact)).flatten();
    let owner_section = broken.keep(parse_word("risk.owner_section", &given.owner_section)).flatten();
    if owner_section.is_none() {
        broken.add("risk.owner_section", "Name the section that follows this.");
    }
    let response = broken.keep(parse_text("risk.response", given.response)).unwrap_or_default();
    let tripwire = given.tripwire.map(|tripwire| broken.keep(parse_tripwire(tripwire)));
    match (kind, item) {
        (Some(kind), Some(item)) => {
            let place = outcome.map_or(Place::Item(item), |outcome| Place::Link { output: item, outcome });
            let owner_section = owner_section.unwrap_or_default();
            let tripwire = tripwire.flatten();
            broken.into_result(())?;
            RiskContent { kind, place, statement, likelihood, impact, owner_section, response, tripwire }.checked()
        }
        _ => Err(broken),
    }
}

fn parse_tripwire(given: pb::Tripwire) -> Result<Tripwire, Broken> {
    let mut broken = Broken::nothing();
    let indicator = broken.keep(parse_needed_id("risk.tripwire.indicator_id", &given.indicator_id)).map(IndicatorId);
    let area = broken.keep(parse_word("risk.tripwire.area", &given.area)).flatten();
    let comparison = broken.word("risk.tripwire.comparison", &given.comparison);
    let periods = u8::try_from(given.periods).unwrap_or(u8::MAX).max(1);
    match (indicator, comparison) {
        (Some(indicator), Some(comparison)) => {
            broken.into_result(())?;
            Tripwire { indicator, area, comparison, threshold: given.threshold, periods }.checked()
        }
        _ => Err(broken),
    }
}

impl From<&KeptRisk> for pb::Risk {
    fn from(kept: &KeptRisk) -> Self {
        let (risk, content) = (&kept.risk, &kept.risk.content);
        let (item, outcome) = match content.place {
            Place::Item(item) => (item, None),
            Place::Link { output, outcome } => (output, Some(outcome)),
        };
        let weight = |weight: Option<Weight>| weight.map_or(0, |weight| weight.get().into());
        let tripwire = |tripwire: &Tripwire| pb::Tripwire {
            indicator_id: tripwire.indicator.to_string(),
            area: tripwire.area.clone().unwrap_or_default(),
            comparison: tripwire.comparison.word().to_owned(),
            threshold: tripwire.threshold,
            periods: tripwire.periods.into(),
            indicator_code: kept.indicator_code.clone().unwrap_or_default(),
        };
        Self {
            id: risk.id.to_string(),
            lineage_id: risk.lineage.to_string(),
            plan_id: risk.plan.to_string(),
            kind: content.kind.word().to_owned(),
            item_id: item.to_string(),
            outcome_id: id(outcome),
            statement: text(&content.statement),
            likelihood: weight(content.likelihood),
            impact: weight(content.impact),
            owner_section: content.owner_section.clone(),
            response: text(&content.response),
            status: risk.status.word().to_owned(),
            status_note: risk.status_note.clone().unwrap_or_default(),
            tripwire: content.tripwire.as_ref().map(tripwire),
            reading: risk.reading.as_ref().map(reading),
            version: risk.version,
            recorded_at: instant(risk.recorded.at),
            recorded_by: risk.recorded.by.name.clone(),
            classification: risk.classification.word().to_owned(),
        }
    }
}

fn reading(reading: &Reading) -> pb::TripwireReading {
    pb::TripwireReading {
        state: reading.state.word().to_owned(),
        why: reading.why.map(|why| why.word().to_owned()).unwrap_or_default(),
        period: id(reading.newest.map(|(period, _)| period)),
        value: reading.newest.map(|(_, value)| value),
        read_at: instant(reading.at),
    }
}

pub(super) async fn add_risk(api: &Api, request: Request<pb::AddRiskRequest>) -> Answer<pb::Risk> {
    let (caller, request) = Caller::open(request)?;
    let plan = plan_id(&request.plan_id)?;
    let edit = RiskEdit::try_from(request).map_err(Error::from)?;
    Ok(Response::new(app::edit_risk(&api.deps, &caller, plan, edit).await?))
}

pub(super) async fn revise_risk(api: &Api, request: Request<pb::ReviseRiskRequest>) -> Answer<pb::Risk> {
    let (caller, request) = Caller::open(request)?;
    let plan = plan_id(&request.plan_id)?;
    let edit = RiskEdit::try_from(request).map_err(Error::from)?;
    Ok(Response::new(app::edit_risk(&api.deps, &caller, plan, edit).await?))
}

pub(super) async fn remove_risk(api: &Api, request: Request<pb::RemoveRiskRequest>) -> Answer<pb::RemoveRiskResponse> {
    let (caller, request) = Caller::open(request)?;
    let (plan, id) = (plan_id(&request.plan_id)?, risk_id(&request.risk_id)?);
    Ok(Response::new(app::remove_risk(&api.deps, &caller, plan, id, request.version).await?))
}

pub(super) async fn set_risk_status(api: &Api, request: Request<pb::SetRiskStatusRequest>) -> Answer<pb::Risk> {
    let (caller, request) = Caller::open(request)?;
    let (plan, id) = (plan_id(&request.plan_id)?, risk_id(&request.risk_id)?);
    let status = NewStatus::try_from(&request).map_err(Error::from)?;
    Ok(Response::new(app::set_risk_status(&api.deps, &caller, plan, id, status).await?))
}
