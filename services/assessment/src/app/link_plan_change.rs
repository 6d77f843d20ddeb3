//! Links the change to the plan that a recommendation opened back to it, and follows it until its plan is in force.

use chassis::Tx;
use chrono::{DateTime, Utc};
use cpas_proto::{
    planning::v1::{Plan, PlanChange},
    words::Classification,
};

use crate::{
    domain::{Invalid, recommendation::HeardPlan, word, word_or_nothing},
    error::Error,
    events, store,
    store::recommendations::Step,
};

/// Takes effect once per plan change, in whatever order and however often its events arrive.
pub async fn link_plan_change(tx: &mut Tx, change: &PlanChange, heard_at: DateTime<Utc>) -> Result<(), Error> {
    let mission = tx.mission();
    let recommendation_id = word("plan_change.recommendation_id", &change.recommendation_id)?;
    let change_id = word("plan_change.id", &change.id)?;
    if !store::recommendations::hear_plan_change(tx, mission, recommendation_id, change.version).await? {
        return Ok(());
    }
    let Some(found) = store::recommendations::for_change(tx, mission, recommendation_id).await? else {
        return Ok(());
    };
    let plan = word_or_nothing("plan_change.plan_id", &change.plan_id)?;
    let followed = found.followed(word("plan_change.state", &change.state)?, plan);
    store::recommendations::follow(tx, mission, &followed).await?;
    if let Some(linked) = followed.link(change_id) {
        let step = Step { by: tx.account(), at: heard_at, reason: "" };
        store::recommendations::update(tx, mission, &linked, &step).await?;
        tx.publish(events::recommendation_recorded(&linked)).await?;
    }
    Ok(())
}

/// Keeps where a version of the plan stands.
pub async fn hear_plan(tx: &mut Tx, plan: &Plan) -> Result<(), Error> {
    let mission = tx.mission();
    let heard = HeardPlan { id: word("plan.id", &plan.id)?, number: plan.number, state: plan.state.clone() };
    let classification = Classification::parse_or_unclassified(&plan.classification)
        .map_err(|error| Invalid::new("plan.classification", error.to_string()))?;
    Ok(store::heard_plans::keep(tx, mission, &heard, plan.version, classification).await?)
}
