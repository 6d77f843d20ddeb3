//! Changes a draft: adds, revises, moves or removes an item, links or unlinks results.

use chassis::{Caller, Clock, Tx, new_id};
use cpas_proto::planning::v1 as pb;
use uuid::Uuid;

use super::{fresh_plan, reach::reach_item, recorded, remove_risk::remove_what_hangs_on_nothing};
use crate::{
    Deps,
    domain::{
        broken::Broken,
        ids::{ChangeId, ItemId, PlanId},
        item::{Content, Item, Nature},
        plan::{Edit, Plan},
    },
    error::Error,
    events,
    store::{changes, indicators, mandates, neighbours, plans},
};

/// The plan after one change.
///
/// # Errors
/// `Missing`; `Stale` with the stored plan; `OutOfReach`; `Plan` when it is no draft or a rule of the
/// framework breaks; `Broken` for a reference that is not known.
pub async fn edit_plan(
    deps: &Deps,
    caller: &Caller,
    id: PlanId,
    seen_version: i64,
    edit: Edit,
) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let given = match &edit {
        Edit::Add { content, .. } | Edit::Revise { content, .. } => Some(content.clone()),
        Edit::Move { .. } | Edit::Remove { .. } | Edit::Link(_) | Edit::Unlink { .. } => None,
    };
    if let Some(named) = given.as_ref().and_then(Content::stakeholder) {
        neighbours::hold_stakeholders(&mut tx, mission, Some(&[named])).await?;
    }
    let before = plans::find_to_change(&mut tx, mission, id).await?.ok_or(Error::Missing("plan"))?;
    reach(caller, &before, &edit)?;
    fresh_plan(&before, seen_version)?;
    let takes_away = matches!(edit, Edit::Remove { .. } | Edit::Unlink { .. });
    let shifted = if let Edit::Move { item, shift: true, .. } = &edit { Some(*item) } else { None };
    let recorded = recorded(caller, &deps.clock);
    let new_item = ItemId(new_id(recorded.at));
    let mut after = before.edited(edit, recorded, new_item)?;
    if let Some(item) = shifted {
        check_new_level(&mut tx, caller, &before, &after, item).await?;
    }
    if let Some(content) = given {
        check_references(&mut tx, mission, &before, &content).await?;
        if let Some(change) = content.plan_change {
            take_up(&mut tx, mission, &deps.clock, change, &before).await?;
        }
    }
    let sources = sources(&after);
    after.head.classification =
        neighbours::highest_classification(&mut tx, mission, &after.stakeholders(), &sources).await?;
    plans::save(&mut tx, mission, &before, &after).await?;
    if takes_away {
        remove_what_hangs_on_nothing(&mut tx, mission, &before, &after).await?;
    }
    tx.publish(events::plan_recorded(&after)?).await?;
    Ok(tx.finish(pb::Plan::from(&after)).await?)
}

/// The plan changes that its items take up.
pub(super) fn sources(plan: &Plan) -> Vec<ChangeId> {
    plan.framework.items().iter().filter_map(|item| item.content.plan_change).collect()
}

/// What is there and what is to be there must both lie in the caller's part of the mission.
fn reach(caller: &Caller, plan: &Plan, edit: &Edit) -> Result<(), Error> {
    let (touched, given) = match edit {
        Edit::Add { parent, content, .. } => (*parent, Some(content)),
        Edit::Revise { item, content } => (Some(*item), Some(content)),
        Edit::Move { item, .. } | Edit::Remove { item } => (Some(*item), None),
        Edit::Link(link) => (Some(link.output), None),
        Edit::Unlink { output, .. } => (Some(*output), None),
    };
    // An item is added below one that others may lead.
    let stored = match edit {
        Edit::Add { .. } => None,
        Edit::Remove { item } => {
            let below = plan.framework.subtree(*item);
            below.into_iter().try_for_each(|item| reach_item(caller, &item.content))?;
            None
        }
        _ => touched.and_then(|id| plan.framework.item(id)),
    };
    if let Some(item) = stored {
        reach_item(caller, &item.content)?;
    }
    given.map_or(Ok(()), |content| reach_item(caller, content))
}

/// Every reference must lead to something that is known, and that the caller may see: what is hidden
/// from the caller is refused in the same words as what does not exist.
pub(super) async fn check_references(
    tx: &mut Tx,
    mission: Uuid,
    before: &Plan,
    content: &Content,
) -> Result<(), Error> {
    let mut broken = Broken::nothing();
    for area in neighbours::unknown_areas(tx, mission, &content.areas).await? {
        let place = content.areas.iter().position(|code| *code == area).unwrap_or_default();
        let message =
            format!("The mission has no area \"{area}\". If it was imported just now, try again in a moment.");
        broken.add(format!("item.areas[{place}]"), message);
    }
    match &content.nature {
        Nature::Objective { mandate_task: Some(task) } if !mandates::has_task(tx, mission, *task).await? => {
            broken.add("item.mandate_task_id", "No mandate of the mission has a task under this id.");
        }
        Nature::Outcome { stakeholder: Some(stakeholder), .. }
            if neighbours::stakeholder(tx, mission, *stakeholder).await?.is_none() =>
        {
            broken.add(
                "item.stakeholder_id",
                "There is no stakeholder under this id. If it was registered just now, try again in a moment.",
            );
        }
        _ => {}
    }
    if let Some(change) = content.plan_change
        && !sources(before).contains(&change)
        && changes::find_to_change(tx, mission, change).await?.is_none()
    {
        broken.add("item.plan_change_id", "There is no plan change under this id.");
    }
    Ok(broken.into_result(())?)
}

/// An item that an indicator measures keeps its level, which the indicator names; so do those below it. What
/// they become must lie in the caller's part of the mission, too.
async fn check_new_level(tx: &mut Tx, caller: &Caller, before: &Plan, after: &Plan, item: ItemId) -> Result<(), Error> {
    let level = |plan: &Plan| plan.framework.item(item).map(Item::kind);
    if level(before) == level(after) {
        return Ok(());
    }
    let below = after.framework.subtree(item);
    below.iter().try_for_each(|item| reach_item(caller, &item.content))?;
    let mission = caller.mission()?.id;
    let lineages: Vec<_> = below.iter().map(|item| item.lineage).collect();
    let codes = indicators::codes_measuring(tx, mission, &lineages).await?;
    if codes.is_empty() {
        return Ok(());
    }
    let sentence =
        format!("It is measured by {}, at its level. Let that measure another item first.", codes.join(", "));
    Err(Broken::one("parent_id", sentence).into())
}

/// A change that an item of this draft names is taken up by the draft, unless a version before did so.
async fn take_up(tx: &mut Tx, mission: Uuid, clock: &Clock, change: ChangeId, before: &Plan) -> Result<(), Error> {
    if sources(before).contains(&change) {
        return Ok(());
    }
    let Some(stored) = changes::find_to_change(tx, mission, change).await? else { return Ok(()) };
    let taken = stored.taken_up(before.head.id, clock.now())?;
    if taken != stored {
        changes::save(tx, mission, &taken).await?;
        tx.publish(events::plan_change_recorded(&taken)).await?;
    }
    Ok(())
}
