use chassis::Caller;

use super::authority;
use crate::{
    Deps,
    domain::{evidence::Use, ids::EvidenceId},
    error::Error,
    store,
};

/// The factors that rest on a piece of evidence, in the maps that the caller may see.
///
/// # Errors
/// No such evidence for this caller.
pub async fn list_evidence_uses(deps: &Deps, caller: &Caller, id: EvidenceId) -> Result<Vec<Use>, Error> {
    authority::allowed(caller, "ListEvidenceUses")?;
    let mut tx = deps.db.begin(caller).await?;
    store::evidence::get(&mut tx, id).await?.ok_or(Error::Missing("evidence"))?;
    Ok(store::evidence::uses(&mut tx, id).await?)
}
