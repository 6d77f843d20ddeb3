//! Links the change to the plan that a recommendation opened back to it.

use chassis::Tx;
use chrono::{DateTime, Utc};
use cpas_proto::planning::v1::PlanChange;

use crate::{domain::word, error::Error, events, store, store::recommendations::Step};

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
    if let Some(linked) = found.link(change_id) {
        let step = Step { by: tx.account(), at: heard_at, reason: "" };
        store::recommendations::update(tx, mission, &linked, &step).await?;
        tx.publish(events::recommendation_recorded(&linked)).await?;
    }
    Ok(())
}
