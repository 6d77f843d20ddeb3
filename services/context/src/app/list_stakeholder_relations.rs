use chassis::Caller;

use super::authority;
use crate::{
    Deps,
    domain::{ids::StakeholderId, relation::Relation},
    error::Error,
    store,
};

/// Most relations that are listed of one stakeholder.
pub const RELATIONS_MAX: i64 = 1_000;

/// The relations of a stakeholder with those that the caller sees, past ones too.
///
/// # Errors
/// There is no such stakeholder for this caller.
pub async fn list_stakeholder_relations(
    deps: &Deps,
    caller: &Caller,
    stakeholder: StakeholderId,
) -> Result<Vec<Relation>, Error> {
    authority::allowed(caller, "ListStakeholderRelations")?;
    let mut tx = deps.db.begin(caller).await?;
    store::stakeholders::get(&mut tx, stakeholder).await?.ok_or(Error::Missing("stakeholder"))?;
    Ok(store::relations::of(&mut tx, stakeholder, RELATIONS_MAX).await?)
}
