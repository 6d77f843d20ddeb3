//! Links a recommendation to the one that says the same, or takes that back.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;
use uuid::Uuid;

use super::{ASSESSING, Seen};
use crate::{
    Deps,
    domain::{Invalid, recommendation::Recommendation},
    error::Error,
    events, store,
    store::recommendations::Step,
};

/// A link to be set.
#[derive(Debug, Clone)]
pub struct LinkDuplicate {
    pub seen: Seen,
    /// `None`: it is no duplicate after all.
    pub original: Option<Uuid>,
}

/// The recommendation with its link. What is above the caller's clearance is not there to link to.
pub async fn link_duplicate(deps: &Deps, caller: &Caller, link: LinkDuplicate) -> Result<Recommendation, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    if !caller.grants.iter().any(|grant| ASSESSING.contains(&grant.role)) {
        return Err(Error::OutOfReach("Your role does not link recommendations.".to_owned()));
    }
    // Both are held in the order of their ids, so that two who link them crosswise do not wait for each other.
    let mut ids: Vec<Uuid> = std::iter::once(link.seen.id).chain(link.original).collect();
    ids.sort_unstable();
    for id in ids {
        store::recommendations::for_change(&mut tx, mission, id).await?;
    }
    let moving = store::recommendations::for_change(&mut tx, mission, link.seen.id)
        .await?
        .ok_or(Error::NotFound("recommendation"))?;
    link.seen.check(moving.version, || pb::Recommendation::from(&moving))?;
    let linked = match link.original {
        None => match moving.clone().no_duplicate()? {
            Some(linked) => linked,
            None => return Ok(tx.finish(moving).await?),
        },
        Some(original) => {
            let original = store::recommendations::for_change(&mut tx, mission, original)
                .await?
                .ok_or_else(|| Invalid::new("duplicate_of", "is not the id of a recommendation"))?;
            let has_duplicates = store::recommendations::has_duplicates(&mut tx, mission, moving.id).await?;
            moving.duplicate_of(&original, has_duplicates)?
        }
    };
    let step = Step { by: caller.account, at: deps.clock.now(), reason: "" };
    store::recommendations::update(&mut tx, mission, &linked, &step).await?;
    tx.publish(events::recommendation_recorded(&linked)).await?;
    Ok(tx.finish(linked).await?)
}
