use chassis::Caller;

use super::{Seen, authority, register_stakeholder::refuse_seen_name};
use crate::{
    Deps, api,
    domain::{
        area,
        ids::StakeholderId,
        stakeholder::{Profile, Stakeholder},
    },
    error::Error,
    events, store,
};

/// Replaces what is known of a stakeholder.
///
/// # Errors
/// A stale version, and as at registration.
pub async fn revise_stakeholder(
    deps: &Deps,
    caller: &Caller,
    seen: Seen<StakeholderId>,
    profile: Profile,
) -> Result<Stakeholder, Error> {
    let roles = authority::allowed(caller, "ReviseStakeholder")?;
    authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = store::stakeholders::lock(&mut tx, seen.id).await?.ok_or(Error::Missing("stakeholder"))?;
    if before.version != seen.version {
        return Err(Error::stale(before.version, &api::stakeholder(&before)));
    }
    let after = before.revise(profile);
    authority::cleared(caller, after.classification)?;
    let tree = store::areas::tree(&mut tx).await?;
    area::known("areas", &after.areas, &tree)?;
    authority::reaches(caller, roles, &before.areas, &tree)?;
    authority::reaches(caller, roles, &after.areas, &tree)?;
    if after.folded_name() != before.folded_name() {
        refuse_seen_name(&mut tx, &after).await?;
    }
    store::stakeholders::update(&mut tx, &after).await?;
    tx.publish(events::stakeholder_recorded(&after)).await?;
    Ok(tx.finish(after).await?)
}
