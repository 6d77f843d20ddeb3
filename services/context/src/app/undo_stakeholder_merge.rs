use chassis::Caller;

use super::{
    Seen, authority,
    merge_stakeholders::{fresh, one_at_a_time, store_changes},
};
use crate::{
    Deps,
    domain::{family::Family, ids::StakeholderId, stakeholder::Stakeholder},
    error::Error,
    events, store,
};

/// Takes a merge back; answers with the record that stands by itself again.
///
/// # Errors
/// A stale version, it is not merged, an area out of reach, or no such stakeholder for this caller.
pub async fn undo_stakeholder_merge(
    deps: &Deps,
    caller: &Caller,
    seen: Seen<StakeholderId>,
) -> Result<Stakeholder, Error> {
    let roles = authority::allowed(caller, "UndoStakeholderMerge")?;
    let (_, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    one_at_a_time(&mut tx, mission).await?;
    let one = store::stakeholders::get(&mut tx, seen.id).await?.ok_or(Error::Missing("stakeholder"))?;
    let family = Family::of(store::stakeholders::lock_families(&mut tx, &[one.head]).await?);
    let record = fresh(&family, seen)?;
    authority::reaches(caller, roles, &record.areas, &store::areas::tree(&mut tx).await?)?;
    let into = record.merged_into.and_then(|into| family.member(into));
    let fact = into.map(|into| events::stakeholders_parted((into.id, &into.name), (record.id, &record.name), &family));
    let (left, parted) = family.clone().part(seen.id)?;
    store_changes(&mut tx, &family, [left, parted]).await?;
    if let Some(fact) = fact {
        tx.publish(fact).await?;
    }
    let record = store::stakeholders::get(&mut tx, seen.id).await?.ok_or(Error::Missing("stakeholder"))?;
    Ok(tx.finish(record).await?)
}
