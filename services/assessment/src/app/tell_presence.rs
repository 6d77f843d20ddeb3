//! Who is at work where in an assessment. Told again and again while it lasts, kept in the database for all replicas of this
//! service, and told to nobody by events: whoever tells of themselves hears of the others.

use chassis::Caller;
use uuid::Uuid;

use crate::{
    Deps,
    domain::presence::{Place, Present, since},
    error::Error,
    store,
};

/// Keeps where the caller is, or that they have left; gives the others.
///
/// # Errors
/// The place is not there for the caller.
pub async fn tell_presence(
    deps: &Deps,
    caller: &Caller,
    assessment: Uuid,
    place: Option<Place>,
) -> Result<Vec<Present>, Error> {
    let mission = caller.mission()?.id;
    let now = deps.clock.now();
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, assessment).await?;
    match place {
        Some(place) => {
            if let Some(outcome) = place.outcome {
                let known = store::frozen::outcome(&mut tx, mission, assessment, outcome).await?;
                known.ok_or(Error::NotFound("outcome"))?;
            }
            if let Some(finding) = place.finding {
                let found = store::findings::by_id(&mut tx, mission, finding).await?;
                found.filter(|found| found.assessment_id == assessment).ok_or(Error::NotFound("finding"))?;
            }
            let present = Present { account_id: caller.account, name: caller.name.clone(), place };
            store::presences::save(&mut tx, mission, assessment, &present, now).await?;
        }
        None => store::presences::remove(&mut tx, mission, assessment, caller.account).await?,
    }
    store::presences::forget(&mut tx, mission, since(now)).await?;
    let others = store::presences::others(&mut tx, mission, assessment, caller.account, since(now)).await?;
    tx.commit().await?;
    Ok(others)
}

/// The others, for who only looks.
pub async fn list_presences(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<Vec<Present>, Error> {
    let mission = caller.mission()?.id;
    let now = deps.clock.now();
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, assessment).await?;
    Ok(store::presences::others(&mut tx, mission, assessment, caller.account, since(now)).await?)
}
