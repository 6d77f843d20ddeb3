//! Says what came of an assumption or risk.

use chassis::Caller;
use cpas_proto::{planning::v1 as pb, words::Role};

use super::{fresh_risk, reach::reach_section, recorded};
use crate::{
    Deps,
    domain::{
        ids::{PlanId, RiskId},
        risk::RiskStatus,
    },
    error::Error,
    events,
    store::{plans, risks},
};

/// Those who follow assumptions and risks.
const FOLLOWERS: &[Role] = &[Role::Coordinator, Role::ComponentHead, Role::FocalPoint];

/// A status as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatus {
    pub status: RiskStatus,
    pub note: Option<String>,
    pub seen_version: i64,
}

/// One with its new status, in a draft as in a plan that is in force.
///
/// # Errors
/// `Missing`; `OutOfReach`; `Stale` with the stored one; `Risk` when the word does not fit.
pub async fn set_risk_status(
    deps: &Deps,
    caller: &Caller,
    plan: PlanId,
    id: RiskId,
    given: NewStatus,
) -> Result<pb::Risk, Error> {
    let mission = caller.mission()?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let stored = plans::find_to_change(&mut tx, mission.id, plan).await?.ok_or(Error::Missing("plan"))?;
    let kept = risks::find_to_change(&mut tx, mission.id, plan, id).await?;
    let mut kept = kept.ok_or(Error::Missing("assumption or risk"))?;
    reach_section(caller, FOLLOWERS, Some(&kept.risk.content.owner_section))?;
    fresh_risk(&kept, given.seen_version)?;
    let recorded = recorded(caller, &deps.clock);
    kept.risk = kept.risk.given(given.status, given.note, stored.head.state, recorded)?;
    risks::save(&mut tx, mission.id, &kept.risk).await?;
    tx.publish(events::risk_recorded(&kept)).await?;
    let (today, fiscal_start) = (deps.clock.today(), mission.fiscal_year_start_month);
    kept.risk.reading = kept.risk.reading.map(|reading| reading.as_of(today, fiscal_start));
    Ok(tx.finish(pb::Risk::from(&kept)).await?)
}
