use chassis::{Caller, Tx, new_id};

use super::authority;
use crate::{
    Deps,
    domain::{
        area,
        ids::StakeholderId,
        stakeholder::{Profile, Stakeholder},
    },
    error::Error,
    events, store,
};

/// Registers a stakeholder.
///
/// # Errors
/// A name that the caller sees already, an area that the mission does not have or the caller does not
/// reach, a classification above the caller's clearance.
pub async fn register_stakeholder(deps: &Deps, caller: &Caller, profile: Profile) -> Result<Stakeholder, Error> {
    let roles = authority::allowed(caller, "RegisterStakeholder")?;
    let (by, mission) = authority::writer(caller)?;
    let now = deps.clock.now();
    let stakeholder = Stakeholder::register(profile, StakeholderId(new_id(now)), by, now);
    authority::cleared(caller, stakeholder.classification)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let tree = store::areas::tree_to_name(&mut tx, mission).await?;
    area::known("areas", &stakeholder.areas, &tree)?;
    authority::reaches(caller, roles, &stakeholder.areas, &tree)?;
    refuse_seen_name(&mut tx, &stakeholder).await?;
    store::stakeholders::insert(&mut tx, mission, &stakeholder).await?;
    tx.publish(events::stakeholder_recorded(&stakeholder)).await?;
    Ok(tx.finish(stakeholder).await?)
}

/// Refuses a name only when the caller sees the other one: about one that is hidden, nothing is said.
pub(super) async fn refuse_seen_name(tx: &mut Tx, stakeholder: &Stakeholder) -> Result<(), Error> {
    if store::stakeholders::sees_name(tx, &stakeholder.folded_name(), stakeholder.id).await? {
        return Err(Error::Duplicate(format!(
            "There is a stakeholder named \"{}\" already. Revise that one, or give this one a name that tells them apart.",
            stakeholder.name
        )));
    }
    Ok(())
}
