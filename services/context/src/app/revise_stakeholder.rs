use chassis::Caller;

use super::{
    Seen, authority,
    merge_stakeholders::{fresh, one_at_a_time, standing, store_changes},
    register_stakeholder::refuse_seen_name,
};
use crate::{
    Deps,
    domain::{
        area,
        family::Family,
        ids::StakeholderId,
        stakeholder::{Profile, Stakeholder},
    },
    error::Error,
    store,
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
    let (_, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    one_at_a_time(&mut tx, mission).await?;
    let known = store::stakeholders::get(&mut tx, seen.id).await?.ok_or(Error::Missing("stakeholder"))?;
    let family = Family::of(store::stakeholders::lock_families(&mut tx, &[known.head]).await?);
    let before = standing(fresh(&family, seen)?.clone())?;
    let revised = family.clone().with(before.revise(profile));
    let after = revised.member(seen.id).ok_or(Error::Missing("stakeholder"))?;
    authority::cleared(caller, after.classification)?;
    let tree = store::areas::tree_to_name(&mut tx, mission).await?;
    area::known("areas", &after.areas, &tree)?;
    authority::reaches(caller, roles, &before.areas, &tree)?;
    authority::reaches(caller, roles, &after.areas, &tree)?;
    if after.folded_name() != before.folded_name() {
        refuse_seen_name(&mut tx, after).await?;
    }
    store_changes(&mut tx, &family, [revised]).await?;
    let after = store::stakeholders::get(&mut tx, seen.id).await?.ok_or(Error::Missing("stakeholder"))?;
    Ok(tx.finish(after).await?)
}
