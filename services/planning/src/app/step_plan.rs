//! Takes a plan a step on: submit, return, endorse, approve, activate, archive.

use chassis::{Caller, Tx};
use cpas_proto::planning::v1 as pb;
use uuid::Uuid;

use super::{check_plan, edit_plan::sources, fresh_plan, read_tripwires::tell_tripped, recorded};
use crate::{
    Deps,
    domain::{
        Recorded,
        broken::Broken,
        check::errors,
        ids::PlanId,
        lifecycle::{PlanState, Step},
        plan::Plan,
        text::parse_prose,
    },
    error::Error,
    events,
    store::{changes, plans, risks},
};

/// The plan after a step. Activating one supersedes the one in force.
///
/// # Errors
/// `Missing`; `Stale` with the stored plan; `Plan` when the step is not possible now or not for this
/// person; `Broken` when a plan is submitted that the check finds errors in.
pub async fn step_plan(
    deps: &Deps,
    caller: &Caller,
    id: PlanId,
    seen_version: i64,
    step: Step,
    reason: &str,
) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    let reason = parse_prose("reason", reason)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = plans::find_to_change(&mut tx, mission, id).await?.ok_or(Error::Missing("plan"))?;
    fresh_plan(&before, seen_version)?;
    let recorded = recorded(caller, &deps.clock);
    let after = before.stepped(step, recorded.clone(), reason.as_deref())?;
    if step == Step::Submit {
        refuse_errors(&mut tx, deps, mission, &before).await?;
    }
    if step == Step::Activate {
        supersede_the_one_in_force(&mut tx, mission, &recorded).await?;
    }
    plans::save(&mut tx, mission, &before, &after).await?;
    plans::keep_step(&mut tx, mission, &after.head, step, reason.as_deref()).await?;
    if after.head.state == PlanState::Active {
        finish_changes(&mut tx, mission, &after, &recorded).await?;
        let risks = risks::all_of_plan(&mut tx, mission, after.head.id).await?;
        tell_tripped(&mut tx, risks).await?;
    }
    tx.publish(events::plan_recorded(&after)?).await?;
    Ok(tx.finish(pb::Plan::from(&after)).await?)
}

async fn refuse_errors(tx: &mut Tx, deps: &Deps, mission: Uuid, plan: &Plan) -> Result<(), Error> {
    let findings = check_plan::findings(tx, mission, plan, deps.clock.today()).await?;
    let mut broken = Broken::nothing();
    for finding in errors(&findings) {
        let field = finding.item.map_or_else(|| "items".to_owned(), |item| format!("items[{item}]"));
        broken.add(field, finding.message.any());
    }
    Ok(broken.into_result(())?)
}

async fn supersede_the_one_in_force(tx: &mut Tx, mission: Uuid, recorded: &Recorded) -> Result<(), Error> {
    let Some(in_force) = plans::active_to_supersede(tx, mission).await? else { return Ok(()) };
    let superseded = in_force.stepped(Step::Supersede, recorded.clone(), None)?;
    plans::supersede(tx, mission, &superseded, Step::Supersede).await?;
    tx.publish(events::plan_recorded(&superseded)?).await?;
    Ok(())
}

async fn finish_changes(tx: &mut Tx, mission: Uuid, plan: &Plan, recorded: &Recorded) -> Result<(), Error> {
    let named = sources(plan);
    for change in changes::of_plan(tx, mission, plan.head.id, &named).await? {
        let is_in_it = named.contains(&change.id);
        if let Some(done) = change.after(plan.head.id, is_in_it, plan.head.state, recorded.at) {
            changes::save(tx, mission, &done).await?;
            tx.publish(events::plan_change_recorded(&done)).await?;
        }
    }
    Ok(())
}
