//! Lists recommendations and the decision log.

use chassis::Caller;
use uuid::Uuid;

use crate::{
    Deps,
    domain::recommendation::{Decision, Recommendation},
    error::Error,
    store,
};

/// Of one assessment or of all, newest first.
pub async fn list_recommendations(
    deps: &Deps,
    caller: &Caller,
    assessment: Option<Uuid>,
) -> Result<Vec<Recommendation>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(id) = assessment {
        super::assessment(&mut tx, id).await?;
    }
    Ok(store::recommendations::list(&mut tx, mission, assessment).await?)
}

/// The decision log, newest first.
pub async fn list_decisions(deps: &Deps, caller: &Caller) -> Result<Vec<Decision>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    Ok(store::decisions::all(&mut tx, mission).await?)
}
