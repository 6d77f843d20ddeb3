use chassis::{Caller, Tx};

use super::{Seen, authority};
use crate::{
    Deps, api,
    domain::{family::Family, ids::StakeholderId, stakeholder::Stakeholder},
    error::Error,
    events, store,
};

/// Says that two records are the same stakeholder: the first stands for both from now on.
///
/// # Errors
/// A stale version of either, one of the two was merged already, a person and a group, an area out of reach, or no
/// such stakeholder for this caller.
pub async fn merge_stakeholders(
    deps: &Deps,
    caller: &Caller,
    kept: Seen<StakeholderId>,
    gone: Seen<StakeholderId>,
) -> Result<Stakeholder, Error> {
    let roles = authority::allowed(caller, "MergeStakeholders")?;
    let (_, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    one_at_a_time(&mut tx, mission).await?;
    let mut heads = Vec::new();
    for seen in [kept, gone] {
        let one = store::stakeholders::get(&mut tx, seen.id).await?.ok_or(Error::Missing("stakeholder"))?;
        heads.push(one.head);
    }
    let (one, other) = families(&mut tx, heads[0], heads[1]).await?;
    let tree = store::areas::tree(&mut tx).await?;
    for (family, seen) in [(&one, kept), (&other, gone)] {
        let record = fresh(family, seen)?;
        authority::reaches(caller, roles, &record.areas, &tree)?;
    }
    let name = |family: &Family, id| family.member(id).map(|one| one.name.clone()).unwrap_or_default();
    let names = (name(&one, kept.id), name(&other, gone.id));
    let before = Family::of(one.members().chain(other.members()).cloned());
    let after = one.merge(kept.id, other, gone.id)?;
    let fact = events::stakeholders_merged((kept.id, &names.0), (gone.id, &names.1), &after);
    store_changes(&mut tx, &before, [after]).await?;
    tx.publish(fact).await?;
    let kept = store::stakeholders::get(&mut tx, kept.id).await?.ok_or(Error::Missing("stakeholder"))?;
    Ok(tx.finish(kept).await?)
}

/// Who belongs together is decided by one at a time in a mission.
pub(super) async fn one_at_a_time(tx: &mut Tx, mission: uuid::Uuid) -> Result<(), Error> {
    Ok(store::one_at_a_time(tx, mission, "say which stakeholders are one").await?)
}

/// The record, in the version that the writer saw.
pub(super) fn fresh(family: &Family, seen: Seen<StakeholderId>) -> Result<&Stakeholder, Error> {
    let record = family.member(seen.id).ok_or(Error::Missing("stakeholder"))?;
    if record.version != seen.version {
        return Err(Error::stale(record.version, &api::stakeholder(record)));
    }
    Ok(record)
}

/// Both families, locked; twice the same where both records are of one.
async fn families(tx: &mut Tx, one: StakeholderId, other: StakeholderId) -> Result<(Family, Family), Error> {
    let all = store::stakeholders::lock_families(tx, &[one, other]).await?;
    let of = |head: StakeholderId| Family::of(all.iter().filter(|record| record.head == head).cloned());
    Ok((of(one), of(other)))
}

/// Stores each record that changed, and tells of it.
pub(super) async fn store_changes(
    tx: &mut Tx,
    before: &Family,
    after: impl IntoIterator<Item = Family>,
) -> Result<(), Error> {
    for record in before.changes(after) {
        store::stakeholders::update(tx, &record).await?;
        tx.publish(events::stakeholder_recorded(&record)).await?;
    }
    Ok(())
}

/// Nothing more is recorded of a record that was merged: it is recorded of the one that stands for it.
pub(super) fn standing(stakeholder: Stakeholder) -> Result<Stakeholder, Error> {
    if stakeholder.merged_into.is_none() {
        return Ok(stakeholder);
    }
    Err(Error::Duplicate(format!(
        "\"{}\" was merged into another stakeholder. Record this of that one, or undo the merge first. Nothing was changed.",
        stakeholder.name
    )))
}
