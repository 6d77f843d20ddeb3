//! Lists what was computed of an assessment.

use chassis::Caller;
use uuid::Uuid;

use crate::{Deps, domain::frozen::Analysis, error::Error, store};

/// By indicator and area; those above the caller's clearance are not among them.
pub async fn list_analyses(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<Vec<Analysis>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, assessment).await?;
    Ok(store::analyses::of_assessment(&mut tx, mission, assessment).await?)
}
