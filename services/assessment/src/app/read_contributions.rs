//! Reads what outputs may have contributed to outcomes.

use chassis::Caller;
use uuid::Uuid;

use crate::{Deps, domain::contributed::Contributed, error::Error, store};

/// Those of an assessment in the order of its plan; those above the caller's clearance are not among them.
pub async fn list_contributions(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<Vec<Contributed>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, assessment).await?;
    Ok(store::contributions::of_assessment(&mut tx, mission, assessment).await?)
}

/// One of them.
pub async fn get_contribution(deps: &Deps, caller: &Caller, id: Uuid) -> Result<Contributed, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    store::contributions::by_id(&mut tx, mission, id).await?.ok_or(Error::NotFound("contribution"))
}
