//! Reads assessments.

use chassis::Caller;
use uuid::Uuid;

use crate::{Deps, domain::assessment::Assessment, error::Error, store};

/// One assessment.
pub async fn get_assessment(deps: &Deps, caller: &Caller, id: Uuid) -> Result<Assessment, Error> {
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, id).await
}

/// All of the mission, newest first.
pub async fn list_assessments(deps: &Deps, caller: &Caller) -> Result<Vec<Assessment>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    Ok(store::assessments::all(&mut tx, mission).await?)
}
