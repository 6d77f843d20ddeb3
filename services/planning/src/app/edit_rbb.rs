//! Writes lines of the budget, and links items of drafts to them.

use chassis::{Caller, new_id};
use cpas_proto::planning::v1 as pb;

use super::{
    json,
    reach::{PLANNERS, reach_item, reach_section},
    recorded,
};
use crate::{
    Deps,
    domain::{
        broken::Broken,
        ids::{ItemId, LineId, PlanId},
        rbb::{LineContent, RbbLine, RbbRefused, linkable},
    },
    error::Error,
    events,
    store::{plans, rbb},
};

/// A line as it is asked for; without an id it is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenLine {
    pub id: Option<LineId>,
    pub content: LineContent,
    /// The version that the writer saw; 0 for a new one.
    pub seen_version: i64,
}

/// The line as it now reads.
///
/// # Errors
/// `OutOfReach`; `Missing`; `Stale` with the stored one; `Rbb` where it may not stand there.
pub async fn set_rbb_line(deps: &Deps, caller: &Caller, given: GivenLine) -> Result<pb::RbbLine, Error> {
    let mission = caller.mission()?.id;
    reach_section(caller, PLANNERS, None)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let lines = rbb::lines_to_change(&mut tx, mission).await?;
    let before = match given.id {
        None => None,
        Some(id) => Some(lines.iter().find(|line| line.id == id).ok_or(Error::Missing("budget line"))?),
    };
    if let Some(before) = before {
        fresh(before, given.seen_version)?;
    }
    let recorded = recorded(caller, &deps.clock);
    let id = given.id.unwrap_or_else(|| LineId(new_id(recorded.at)));
    let line = RbbLine::written(id, given.content, before, &lines, recorded)?;
    rbb::save_line(&mut tx, mission, &line).await?;
    tx.publish(events::rbb_line_recorded(&line)).await?;
    Ok(tx.finish(pb::RbbLine::from(&line)).await?)
}

/// Takes a line away with what stands under it, and its links in drafts.
///
/// # Errors
/// `OutOfReach`; `Missing`; `Stale` with the stored one; `Rbb` where a plan that is no draft serves one of them.
pub async fn remove_rbb_line(
    deps: &Deps,
    caller: &Caller,
    id: LineId,
    seen_version: i64,
) -> Result<pb::RemoveRbbLineResponse, Error> {
    let mission = caller.mission()?.id;
    reach_section(caller, PLANNERS, None)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let lines = rbb::lines_to_change(&mut tx, mission).await?;
    fresh(lines.iter().find(|line| line.id == id).ok_or(Error::Missing("budget line"))?, seen_version)?;
    let under = lines.iter().filter(|line| line.content.parent == Some(id)).map(|line| line.id);
    let gone: Vec<LineId> = under.chain([id]).collect();
    if rbb::is_served(&mut tx, mission, &gone).await? {
        return Err(RbbRefused::Served.into());
    }
    rbb::remove_lines(&mut tx, mission, &gone).await?;
    tx.publish(events::rbb_line_removed(id)).await?;
    Ok(tx.finish(pb::RemoveRbbLineResponse {}).await?)
}

/// Links an item of a draft to a line, or takes the link away. Whoever does the same meanwhile loses nothing:
/// each cell stands for itself, so no version of the plan is asked for.
///
/// # Errors
/// `Missing` for the plan; `OutOfReach`; `Rbb` when it is no draft; `Broken` for an unknown item or line.
pub async fn set_rbb_link(
    deps: &Deps,
    caller: &Caller,
    plan: PlanId,
    item: ItemId,
    line: LineId,
    linked: bool,
) -> Result<pb::RbbLink, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let plan = plans::find_to_change(&mut tx, mission, plan).await?.ok_or(Error::Missing("plan"))?;
    let unknown = || Broken::one("item_id", "The plan has no item under this id.");
    let stored = plan.framework.item(item).ok_or_else(unknown)?;
    reach_item(caller, &stored.content)?;
    linkable(plan.head.state)?;
    let lines = rbb::lines_to_change(&mut tx, mission).await?;
    if !lines.iter().any(|other| other.id == line) {
        return Err(Broken::one("line_id", "The budget has no line under this id.").into());
    }
    let answer = pb::RbbLink { item_id: item.to_string(), line_id: line.to_string(), linked };
    if rbb::set_link(&mut tx, mission, plan.head.id, stored.lineage, line, linked).await? {
        tx.publish(events::rbb_link_set(&plan.head, answer.clone())).await?;
    }
    Ok(tx.finish(answer).await?)
}

/// Stops a writer who saw another version of the line, and shows the stored one.
fn fresh(stored: &RbbLine, seen_version: i64) -> Result<(), Error> {
    if stored.version == seen_version {
        return Ok(());
    }
    Err(Error::Stale { version: stored.version, current_json: json(&pb::RbbLine::from(stored))? })
}
