//! The work plan of a plan, and how far its activities are.

use chassis::Caller;
use chrono::NaiveDate;
use cpas_proto::{
    planning::v1 as pb,
    words::{Language, Role},
};

use super::{fresh_plan, reach::reach_section, recorded};
use crate::{
    Deps,
    domain::{
        ids::{ItemId, PlanId},
        item::ActivityStatus,
        plan::Plan,
    },
    error::Error,
    events,
    store::plans::{self, Which},
};

/// Those who say how far an activity is.
const REPORTERS: &[Role] = &[Role::Coordinator, Role::ComponentHead, Role::FocalPoint];

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkPlanAsked {
    pub plan: PlanId,
    /// `None`: of all sections.
    pub section: Option<String>,
    pub language: Language,
}

/// A plan whose work plan is shown, and the day on which it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    pub plan: Plan,
    pub section: Option<String>,
    pub language: Language,
    pub today: NaiveDate,
}

/// The plan behind a work plan. The days are counted over all sections, whichever are shown.
///
/// # Errors
/// `Missing`.
pub async fn work_plan(deps: &Deps, caller: &Caller, asked: WorkPlanAsked) -> Result<Work, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let plan = plans::find(&mut tx, mission, Which::Id(asked.plan)).await?.ok_or(Error::Missing("plan"))?;
    Ok(Work { plan, section: asked.section, language: asked.language, today: deps.clock.today() })
}

/// How far an activity is, as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub item: ItemId,
    pub status: ActivityStatus,
    pub percent: u8,
}

/// The plan with an activity's progress. It is no change to what was approved.
///
/// # Errors
/// `Missing`; `OutOfReach`; `Stale` with the stored plan; `Plan` when the plan is in review or over, the item
/// is no activity, or the numbers do not fit.
pub async fn report_progress(
    deps: &Deps,
    caller: &Caller,
    plan: PlanId,
    seen_version: i64,
    progress: Progress,
) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = plans::find_to_change(&mut tx, mission, plan).await?.ok_or(Error::Missing("plan"))?;
    let section = before.framework.item(progress.item).and_then(|item| item.content.lead_section.as_deref());
    reach_section(caller, REPORTERS, section)?;
    fresh_plan(&before, seen_version)?;
    let recorded = recorded(caller, &deps.clock);
    let after = before.progressed(progress.item, progress.status, progress.percent, recorded)?;
    plans::save(&mut tx, mission, &before, &after).await?;
    tx.publish(events::plan_recorded(&after)?).await?;
    Ok(tx.finish(pb::Plan::from(&after)).await?)
}
