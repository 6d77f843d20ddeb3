//! Follows a decided recommendation up.

use chassis::Caller;
use chrono::{DateTime, Utc};
use cpas_proto::{assessment::v1 as pb, words::Role};

use super::Seen;
use crate::{
    Deps,
    domain::{
        Invalid,
        recommendation::{Recommendation, State},
    },
    error::Error,
    events, store,
    store::recommendations::Step,
};

/// Roles that follow up, in the section that owns the recommendation.
const FOLLOWING_UP: &[Role] = &[Role::Coordinator, Role::ComponentHead, Role::FocalPoint, Role::Leadership];
/// Roles that say that it was done, or will not be: not the section that had to do it.
const JUDGING: &[Role] = &[Role::Coordinator, Role::Leadership];

/// A step to be made.
#[derive(Debug, Clone)]
pub struct Progress {
    pub seen: Seen,
    pub to: State,
    /// Needed for lapsed, and for verified where indicators are named whose effect nobody looked at.
    pub reason: String,
    /// For verified: the moment of the effect that was looked at.
    pub effect_known_at: Option<DateTime<Utc>>,
}

/// One step of follow-up.
pub async fn progress_recommendation(
    deps: &Deps,
    caller: &Caller,
    progress: Progress,
) -> Result<Recommendation, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let moving = store::recommendations::for_change(&mut tx, mission, progress.seen.id)
        .await?
        .ok_or(Error::NotFound("recommendation"))?;
    check_reach(caller, &moving, progress.to)?;
    progress.seen.check(moving.version, || pb::Recommendation::from(&moving))?;
    let now = deps.clock.now();
    if progress.effect_known_at.is_some_and(|known_at| known_at > now) {
        return Err(Invalid::new("effect_known_at", "lies in the future; it is when the effect was looked at").into());
    }
    let before = moving.state;
    let step = Step { by: caller.account, at: now, reason: &progress.reason };
    let moved = step_on(moving, &progress, now)?;
    store::recommendations::update(&mut tx, mission, &moved, &step).await?;
    tx.publish(events::recommendation_recorded(&moved)).await?;
    // What says the same and stood where it stood is done, or not done, with it; that of a section which the caller does not
    // reach waits for its own.
    for duplicate in store::recommendations::duplicates_for_change(&mut tx, mission, moved.id).await? {
        if duplicate.state == before && check_reach(caller, &duplicate, progress.to).is_ok() {
            let followed = step_on(duplicate, &progress, now)?;
            store::recommendations::update(&mut tx, mission, &followed, &step).await?;
            tx.publish(events::recommendation_recorded(&followed)).await?;
        }
    }
    Ok(tx.finish(moved).await?)
}

fn step_on(moving: Recommendation, progress: &Progress, now: DateTime<Utc>) -> Result<Recommendation, Error> {
    Ok(moving.progress(progress.to, &progress.reason, progress.effect_known_at, now)?)
}

fn check_reach(caller: &Caller, moving: &Recommendation, to: State) -> Result<(), Error> {
    let section = &moving.proposal.owner_section;
    let judged = matches!(to, State::Verified | State::Lapsed);
    if judged && !caller.reaches_section(JUDGING, section) {
        return Err(Error::OutOfReach(format!(
            "That a recommendation is {to} is for a coordinator or leadership to say. Nothing was changed."
        )));
    }
    if !caller.reaches_section(FOLLOWING_UP, section) {
        return Err(Error::OutOfReach(format!(
            "The recommendation belongs to {section}, which your role does not reach. Nothing was changed."
        )));
    }
    Ok(())
}
