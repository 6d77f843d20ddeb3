//! Drafts the next version of a plan.

use chassis::{Caller, Tx, new_id};
use cpas_proto::planning::v1 as pb;
use uuid::Uuid;

use super::recorded;
use crate::{
    Deps,
    domain::{
        broken::Broken,
        ids::{ChangeId, ItemId, PlanId, RiskId},
        plan::Plan,
    },
    error::Error,
    events,
    store::{
        changes, library_decisions, neighbours,
        plans::{self, Which},
        rbb,
        risks::{self, KeptRisk},
    },
};

/// A copy of an approved, active or superseded plan as a draft, which takes up a change that is asked
/// of the plan, where one is named.
///
/// # Errors
/// `Missing`; `Plan` for a plan that was never approved; `Broken` for an unknown change; `Change` for
/// one that another draft takes up, or that is done.
pub async fn draft_next_version(
    deps: &Deps,
    caller: &Caller,
    id: PlanId,
    change: Option<ChangeId>,
) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let missing = || Error::Missing("plan");
    let named = plans::find(&mut tx, mission, Which::Id(id)).await?.ok_or_else(missing)?.stakeholders();
    neighbours::hold_stakeholders(&mut tx, mission, Some(&named)).await?;
    // Held, so that it is not raised between the two.
    let before = plans::find_to_change(&mut tx, mission, id).await?.ok_or_else(missing)?;
    let number = plans::next_number(&mut tx, mission, before.head.family).await?;
    let recorded = recorded(caller, &deps.clock);
    let at = recorded.at;
    let plan = before.next_version(number, recorded, || new_id(at))?;
    plans::insert(&mut tx, mission, &plan).await?;
    rbb::carry(&mut tx, mission, before.head.id, plan.head.id).await?;
    library_decisions::carry(&mut tx, mission, before.head.id, plan.head.id).await?;
    carry_risks(&mut tx, mission, &before, &plan).await?;
    if let Some(change) = change {
        let unknown = || Broken::one("plan_change_id", "There is no plan change under this id.");
        let stored = changes::find_to_change(&mut tx, mission, change).await?.ok_or_else(unknown)?;
        let taken = stored.taken_up(plan.head.id, at)?;
        changes::save(&mut tx, mission, &taken).await?;
        tx.publish(events::plan_change_recorded(&taken)).await?;
    }
    tx.publish(events::plan_recorded(&plan)?).await?;
    Ok(tx.finish(pb::Plan::from(&plan)).await?)
}

/// The new version has the assumptions and risks of the one before, with what their tripwires say.
async fn carry_risks(tx: &mut Tx, mission: Uuid, before: &Plan, next: &Plan) -> Result<(), Error> {
    let follows = |item: ItemId| {
        let lineage = before.framework.item(item)?.lineage;
        next.framework.items().iter().find(|item| item.lineage == lineage).map(|item| item.id)
    };
    for kept in risks::all_of_plan(tx, mission, before.head.id).await? {
        let (recorded, reading) = (next.head.recorded.clone(), kept.risk.reading);
        let id = RiskId(new_id(recorded.at));
        let Some(risk) = kept.risk.carried(next.head.id, id, follows, recorded) else { continue };
        risks::save(tx, mission, &risk).await?;
        risks::keep_reading(tx, mission, id, reading.map(|reading| (reading, kept.data))).await?;
        let kept = KeptRisk { risk, plan_state: next.head.state, ..kept };
        tx.publish(events::risk_recorded(&kept)).await?;
    }
    Ok(())
}
