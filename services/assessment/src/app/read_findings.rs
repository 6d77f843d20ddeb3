//! Lists the findings of an assessment.

use chassis::Caller;
use uuid::Uuid;

use crate::{Deps, domain::finding::Finding, error::Error, store};

/// Oldest first.
pub async fn list_findings(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<Vec<Finding>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, assessment).await?;
    Ok(store::findings::of_assessment(&mut tx, mission, assessment).await?)
}
