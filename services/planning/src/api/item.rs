//! Items of a plan and links between them, on the wire.

use chassis::{Caller, Failure};
use cpas_proto::planning::v1 as pb;
use tonic::{Request, Response};

use super::{
    Answer, Api,
    fields::{date, id, instant, needed, parse_id, parse_needed_id, parse_needed_text, parse_text, plan_id, text},
};
use crate::{
    app,
    domain::{
        broken::Broken,
        ids::{ChangeId, ItemId, StakeholderId, TaskId},
        item::{ActivityStatus, Content, Item, ItemKind, NAMED_BY_ITEM_MAX, Nature},
        link::ResultLink,
        mandate::Priority,
        marker::Marker,
        parse_date,
        plan::Edit,
        removed::Removal,
        text::{parse_word, parse_words},
    },
    error::Error,
};

impl TryFrom<pb::AddPlanItemRequest> for Edit {
    type Error = Broken;

    fn try_from(request: pb::AddPlanItemRequest) -> Result<Self, Broken> {
        let item = needed("item", request.item)?;
        let parent = parse_id("item.parent_id", &item.parent_id)?.map(ItemId);
        Ok(Self::Add { parent, position: item.position, content: parse_content(item)? })
    }
}

impl TryFrom<pb::RevisePlanItemRequest> for Edit {
    type Error = Broken;

    fn try_from(request: pb::RevisePlanItemRequest) -> Result<Self, Broken> {
        let item = needed("item", request.item)?;
        Ok(Self::Revise { item: ItemId(parse_needed_id("item.id", &item.id)?), content: parse_content(item)? })
    }
}

impl TryFrom<pb::MovePlanItemRequest> for Edit {
    type Error = Broken;

    fn try_from(request: pb::MovePlanItemRequest) -> Result<Self, Broken> {
        Ok(Self::Move {
            item: ItemId(parse_needed_id("item_id", &request.item_id)?),
            parent: parse_id("parent_id", &request.parent_id)?.map(ItemId),
            position: request.position,
            shift: request.change_level,
        })
    }
}

impl TryFrom<pb::RemovePlanItemRequest> for Edit {
    type Error = Broken;

    fn try_from(request: pb::RemovePlanItemRequest) -> Result<Self, Broken> {
        Ok(Self::Remove { item: ItemId(parse_needed_id("item_id", &request.item_id)?) })
    }
}

impl TryFrom<pb::LinkResultsRequest> for Edit {
    type Error = Broken;

    fn try_from(request: pb::LinkResultsRequest) -> Result<Self, Broken> {
        let link = needed("link", request.link)?;
        let mut broken = Broken::nothing();
        let output = broken.keep(parse_needed_id("link.output_id", &link.output_id));
        let outcome = broken.keep(parse_needed_id("link.outcome_id", &link.outcome_id));
        let hypothesis = broken.keep(parse_text("link.hypothesis", link.hypothesis));
        let strength = broken.word("link.strength", &link.strength);
        match (output, outcome, hypothesis, strength) {
            (Some(output), Some(outcome), Some(hypothesis), Some(strength)) => {
                let expected_lag_months = u8::try_from(link.expected_lag_months).unwrap_or(u8::MAX);
                let (output, outcome) = (ItemId(output), ItemId(outcome));
                let (assumptions, assumptions_fr) = (link.assumptions, link.assumptions_fr);
                let link = ResultLink {
                    output,
                    outcome,
                    hypothesis,
                    assumptions,
                    assumptions_fr,
                    expected_lag_months,
                    strength,
                };
                Ok(Self::Link(link.checked()?))
            }
            _ => Err(broken),
        }
    }
}

impl TryFrom<pb::UnlinkResultsRequest> for Edit {
    type Error = Broken;

    fn try_from(request: pb::UnlinkResultsRequest) -> Result<Self, Broken> {
        Ok(Self::Unlink {
            output: ItemId(parse_needed_id("output_id", &request.output_id)?),
            outcome: ItemId(parse_needed_id("outcome_id", &request.outcome_id)?),
        })
    }
}

fn parse_content(item: pb::PlanItem) -> Result<Content, Broken> {
    let mut broken = Broken::nothing();
    let nature = broken.keep(parse_nature(&item));
    let statement = broken.keep(parse_needed_text("item.statement", item.statement)).unwrap_or_default();
    let lead_section = broken.keep(parse_word("item.lead_section", &item.lead_section)).flatten();
    let mut words =
        |field: &str, words: &[String]| broken.keep(parse_words(field, words, NAMED_BY_ITEM_MAX)).unwrap_or_default();
    let contributing_sections = words("item.contributing_sections", &item.contributing_sections);
    let areas = words("item.areas", &item.areas);
    let mut markers: Vec<Marker> = Vec::with_capacity(item.markers.len().min(NAMED_BY_ITEM_MAX));
    if item.markers.len() > NAMED_BY_ITEM_MAX {
        broken.add("item.markers", format!("An item takes at most {NAMED_BY_ITEM_MAX} markers."));
    }
    for (place, marker) in item.markers.iter().take(NAMED_BY_ITEM_MAX).enumerate() {
        markers.extend(broken.word::<Marker>(&format!("item.markers[{place}]"), marker));
    }
    let start = broken.keep(parse_date("item.start", &item.start)).flatten();
    let end = broken.keep(parse_date("item.end", &item.end)).flatten();
    let priority = broken.keep(Priority::parse("item.priority", item.priority)).flatten();
    let plan_change = broken.keep(parse_id("item.plan_change_id", &item.plan_change_id)).flatten().map(ChangeId);
    let Some(nature) = nature else { return Err(broken) };
    broken.into_result(())?;
    let content = Content {
        statement,
        lead_section,
        contributing_sections,
        areas,
        markers,
        start,
        end,
        priority,
        nature,
        plan_change,
    };
    content.checked()
}

fn parse_nature(item: &pb::PlanItem) -> Result<Nature, Broken> {
    let mut broken = Broken::nothing();
    let Some(kind) = broken.word::<ItemKind>("item.kind", &item.kind) else { return Err(broken) };
    for (field, owner, is_given) in [
        ("mandate_task_id", ItemKind::Objective, !item.mandate_task_id.is_empty()),
        ("stakeholder_id", ItemKind::Outcome, !item.stakeholder_id.is_empty()),
        ("dimension", ItemKind::Outcome, !item.dimension.is_empty()),
        ("component", ItemKind::Output, !item.component.is_empty()),
        ("activity_status", ItemKind::Activity, !item.activity_status.is_empty()),
        ("progress_percent", ItemKind::Activity, item.progress_percent != 0),
        ("depends_on", ItemKind::Activity, !item.depends_on.is_empty()),
    ] {
        if is_given && kind != owner {
            broken.add(format!("item.{field}"), format!("Only an {owner} has this; leave it empty for an {kind}."));
        }
    }
    let nature = match kind {
        ItemKind::Objective => {
            let task = broken.keep(parse_id("item.mandate_task_id", &item.mandate_task_id)).flatten();
            Some(Nature::Objective { mandate_task: task.map(TaskId) })
        }
        ItemKind::Outcome => {
            let stakeholder = broken.keep(parse_id("item.stakeholder_id", &item.stakeholder_id)).flatten();
            let dimension = broken.word("item.dimension", &item.dimension);
            dimension.map(|dimension| Nature::Outcome { stakeholder: stakeholder.map(StakeholderId), dimension })
        }
        ItemKind::Output => {
            broken.word("item.component", &item.component).map(|component| Nature::Output { component })
        }
        ItemKind::Activity => Some(parse_activity(item, &mut broken)),
    };
    match nature {
        Some(nature) => broken.into_result(nature),
        None => Err(broken),
    }
}

fn parse_activity(item: &pb::PlanItem, broken: &mut Broken) -> Nature {
    let status = match item.activity_status.as_str() {
        "" => ActivityStatus::Planned,
        word => broken.word("item.activity_status", word).unwrap_or(ActivityStatus::Planned),
    };
    let mut depends_on = Vec::new();
    if item.depends_on.len() > NAMED_BY_ITEM_MAX {
        broken.add("item.depends_on", format!("An activity waits for at most {NAMED_BY_ITEM_MAX} others."));
    }
    for (place, activity) in item.depends_on.iter().take(NAMED_BY_ITEM_MAX).enumerate() {
        let field = format!("item.depends_on[{place}]");
        match broken.keep(parse_needed_id(&field, activity)).map(ItemId) {
            Some(activity) if depends_on.contains(&activity) => {
                broken.add(field, "This activity is in the list twice.")
            }
            Some(activity) => depends_on.push(activity),
            None => {}
        }
    }
    let progress_percent = u8::try_from(item.progress_percent).unwrap_or(u8::MAX);
    Nature::Activity { status, progress_percent, depends_on }
}

pub(super) async fn restore(api: &Api, request: Request<pb::RestorePlanItemRequest>) -> Answer<pb::Plan> {
    let (caller, request) = Caller::open(request)?;
    let item = request.item_id.parse().map(ItemId).map_err(|_| Failure::not_found("removed item"))?;
    let id = plan_id(&request.plan_id)?;
    Ok(Response::new(app::restore_item(&api.deps, &caller, id, request.version, item).await?))
}

pub(super) async fn list_removed(
    api: &Api,
    request: Request<pb::ListRemovedPlanItemsRequest>,
) -> Answer<pb::ListRemovedPlanItemsResponse> {
    let (caller, request) = Caller::open(request)?;
    let removals = app::list_removed_items(&api.deps, &caller, plan_id(&request.plan_id)?).await?;
    let items = removals.iter().map(removed).collect::<Result<_, _>>()?;
    Ok(Response::new(pb::ListRemovedPlanItemsResponse { items }))
}

/// A removed item, as a planner reads it.
fn removed(removal: &Removal) -> Result<pb::RemovedPlanItem, Error> {
    let top = removal.top()?;
    Ok(pb::RemovedPlanItem {
        item_id: top.id.to_string(),
        number: removal.number.clone(),
        kind: top.kind().word().to_owned(),
        statement: text(&top.content.statement),
        below: u32::try_from(removal.taken.items.len() - 1).unwrap_or(u32::MAX),
        removed_at: instant(removal.recorded.at),
        removed_by: removal.recorded.by.name.clone(),
    })
}

/// An item with the number that the tree gives it.
pub(super) fn item(item: &Item, number: &str) -> pb::PlanItem {
    let content = &item.content;
    let mut message = pb::PlanItem {
        id: item.id.to_string(),
        lineage_id: item.lineage.to_string(),
        kind: item.kind().word().to_owned(),
        parent_id: id(item.parent),
        position: item.position,
        number: number.to_owned(),
        statement: text(&content.statement),
        lead_section: content.lead_section.clone().unwrap_or_default(),
        contributing_sections: content.contributing_sections.clone(),
        areas: content.areas.clone(),
        markers: content.markers.iter().map(ToString::to_string).collect(),
        start: date(content.start),
        end: date(content.end),
        priority: content.priority.map_or(0, |priority| priority.get().into()),
        plan_change_id: id(content.plan_change),
        library_code: item.library.as_ref().map(|link| link.code.clone()).unwrap_or_default(),
        library_version: item.library.as_ref().map_or(0, |link| link.version),
        library_part_id: item.library.as_ref().map(|link| link.part.clone()).unwrap_or_default(),
        ..pb::PlanItem::default()
    };
    match &content.nature {
        Nature::Objective { mandate_task } => message.mandate_task_id = id(*mandate_task),
        Nature::Outcome { stakeholder, dimension } => {
            message.stakeholder_id = id(*stakeholder);
            message.dimension = dimension.word().to_owned();
        }
        Nature::Output { component } => message.component = component.word().to_owned(),
        Nature::Activity { status, progress_percent, depends_on } => {
            message.activity_status = status.word().to_owned();
            message.progress_percent = (*progress_percent).into();
            message.depends_on = depends_on.iter().map(ToString::to_string).collect();
        }
    }
    message
}

impl From<&ResultLink> for pb::ResultLink {
    fn from(link: &ResultLink) -> Self {
        Self {
            output_id: link.output.to_string(),
            outcome_id: link.outcome.to_string(),
            hypothesis: text(&link.hypothesis),
            assumptions: link.assumptions.clone(),
            assumptions_fr: link.assumptions_fr.clone(),
            expected_lag_months: link.expected_lag_months.into(),
            strength: link.strength.word().to_owned(),
        }
    }
}
