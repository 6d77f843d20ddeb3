//! Plans, their differences and their check, on the wire.

use chassis::Caller;
use cpas_proto::{planning::v1 as pb, words::Classification};
use tonic::{Request, Response};

use super::{
    Answer, Api,
    fields::{id, instant, parse_id, parse_needed_text, plan_id, text},
    item::item,
};
use crate::{
    app::{self, Comparison, NewPlan},
    domain::{
        broken::Broken,
        diff::{Change, FieldChange, diff_heads},
        framework::Framework,
        ids::{ChangeId, ItemId},
        item::Item,
        link::ResultLink,
        parse_needed_date,
        plan::{Horizon, Plan, PlanHead},
        risk::Risk,
    },
    error::Error,
    store::risks::KeptRisk,
};

pub(super) async fn draft(api: &Api, request: Request<pb::DraftPlanRequest>) -> Answer<pb::Plan> {
    let (caller, request) = Caller::open(request)?;
    let plan = request.try_into().map_err(Error::Broken)?;
    Ok(Response::new(app::draft_plan(&api.deps, &caller, plan).await?))
}

pub(super) async fn revise(api: &Api, request: Request<pb::RevisePlanRequest>) -> Answer<pb::Plan> {
    let (caller, request) = Caller::open(request)?;
    let pb::RevisePlanRequest { id, version, title, start, end } = request;
    let new = pb::DraftPlanRequest { title, start, end }.try_into().map_err(Error::Broken)?;
    Ok(Response::new(app::revise_plan(&api.deps, &caller, plan_id(&id)?, version, new).await?))
}

pub(super) async fn draft_next_version(api: &Api, request: Request<pb::DraftNextVersionRequest>) -> Answer<pb::Plan> {
    let (caller, request) = Caller::open(request)?;
    let change = parse_id("plan_change_id", &request.plan_change_id).map_err(Error::from)?.map(ChangeId);
    Ok(Response::new(app::draft_next_version(&api.deps, &caller, plan_id(&request.plan_id)?, change).await?))
}

pub(super) async fn diff(api: &Api, request: Request<pb::DiffPlansRequest>) -> Answer<pb::PlanDiff> {
    let (caller, request) = Caller::open(request)?;
    let (from, to) = (plan_id(&request.from_plan_id)?, plan_id(&request.to_plan_id)?);
    Ok(Response::new((&app::diff_plans(&api.deps, &caller, from, to).await?).into()))
}

impl TryFrom<pb::DraftPlanRequest> for NewPlan {
    type Error = Broken;

    fn try_from(request: pb::DraftPlanRequest) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let title = broken.keep(parse_needed_text("title", request.title));
        let start = broken.keep(parse_needed_date("start", &request.start));
        let end = broken.keep(parse_needed_date("end", &request.end));
        match (title, start, end) {
            (Some(title), Some(start), Some(end)) => Ok(Self { title, horizon: Horizon::parse(start, end)? }),
            _ => Err(broken),
        }
    }
}

impl From<&PlanHead> for pb::Plan {
    fn from(head: &PlanHead) -> Self {
        Self {
            id: head.id.to_string(),
            title: text(&head.title),
            start: head.horizon.start.to_string(),
            end: head.horizon.end.to_string(),
            number: head.number,
            parent_plan_id: id(head.parent),
            state: head.state.word().to_owned(),
            items: Vec::new(),
            links: Vec::new(),
            version: head.version,
            recorded_at: instant(head.recorded.at),
            recorded_by: head.recorded.by.name.clone(),
            endorsed_by: head.endorsed_by.as_ref().map(|who| who.name.clone()).unwrap_or_default(),
            approved_by: head.approved_by.as_ref().map(|who| who.name.clone()).unwrap_or_default(),
            classification: head.classification.word().to_owned(),
            return_reason: head.return_reason.clone().unwrap_or_default(),
        }
    }
}

impl From<&Plan> for pb::Plan {
    fn from(plan: &Plan) -> Self {
        let numbered = Numbered::of(&plan.framework);
        Self {
            items: plan.framework.items().iter().map(|one| numbered.item(one)).collect(),
            links: plan.framework.links().iter().map(pb::ResultLink::from).collect(),
            ..Self::from(&plan.head)
        }
    }
}

impl From<&Comparison> for pb::PlanDiff {
    fn from(comparison: &Comparison) -> Self {
        let from = Numbered::of(&comparison.from.framework);
        let to = Numbered::of(&comparison.to.framework);
        let item_change = |change: &Change<Item>| match change {
            Change::Added(item) => item_message("added", to.item(item), &[]),
            Change::Gone(item) => item_message("gone", from.item(item), &[]),
            Change::Changed { after, fields, .. } => item_message("changed", to.item(after), fields),
        };
        let link_change = |change: &Change<ResultLink>| match change {
            Change::Added(link) => link_message("added", link, &[]),
            Change::Gone(link) => link_message("gone", link, &[]),
            Change::Changed { after, fields, .. } => link_message("changed", after, fields),
        };
        Self {
            from_plan_id: comparison.from.head.id.to_string(),
            to_plan_id: comparison.to.head.id.to_string(),
            items: comparison.diff.items.iter().map(item_change).collect(),
            links: comparison.diff.links.iter().map(link_change).collect(),
            risks: comparison.risks.iter().map(|change| risk_change(comparison, change)).collect(),
            plan: field_changes(&diff_heads(&comparison.from.head, &comparison.to.head)),
        }
    }
}

fn item_message(change: &str, item: pb::PlanItem, fields: &[FieldChange]) -> pb::PlanItemChange {
    pb::PlanItemChange { change: change.to_owned(), item: Some(item), fields: field_changes(fields) }
}

fn link_message(change: &str, link: &ResultLink, fields: &[FieldChange]) -> pb::ResultLinkChange {
    pb::ResultLinkChange { change: change.to_owned(), link: Some(link.into()), fields: field_changes(fields) }
}

fn risk_change(comparison: &Comparison, change: &Change<Risk>) -> pb::RiskChange {
    let message = |risk: &Risk, of: &Plan| {
        let watched = risk.content.tripwire.as_ref();
        let indicator_code = watched.and_then(|tripwire| comparison.codes.get(&tripwire.indicator).cloned());
        let (plan_state, data) = (of.head.state, Classification::Unclassified);
        Some(pb::Risk::from(&KeptRisk { risk: risk.clone(), plan_state, indicator_code, data }))
    };
    let (word, risk, fields) = match change {
        Change::Added(risk) => ("added", message(risk, &comparison.to), &[][..]),
        Change::Gone(risk) => ("gone", message(risk, &comparison.from), &[][..]),
        Change::Changed { after, fields, .. } => ("changed", message(after, &comparison.to), fields.as_slice()),
    };
    pb::RiskChange { change: word.to_owned(), risk, fields: field_changes(fields) }
}

pub(super) fn field_changes(fields: &[FieldChange]) -> Vec<pb::FieldChange> {
    let message = |change: &FieldChange| pb::FieldChange {
        field: change.field.to_owned(),
        before: change.before.clone(),
        after: change.after.clone(),
    };
    fields.iter().map(message).collect()
}

/// One item with its number.
pub(super) fn numbered(framework: &Framework, item: &Item) -> pb::PlanItem {
    Numbered::of(framework).item(item)
}

/// A framework with its numbers at hand.
struct Numbered(std::collections::BTreeMap<ItemId, String>);

impl Numbered {
    fn of(framework: &Framework) -> Self {
        Self(framework.numbers())
    }

    fn item(&self, one: &Item) -> pb::PlanItem {
        item(one, self.0.get(&one.id).map_or("", String::as_str))
    }
}
