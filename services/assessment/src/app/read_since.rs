//! Reads what changed since the assessment before.

use chassis::Caller;
use cpas_proto::words::Classification;
use uuid::Uuid;

use crate::{
    Deps,
    domain::{
        assessment::{Assessment, NotMovable, State},
        since::{Change, Followed, Side, since},
    },
    error::Error,
    store,
};

/// What changed, and since which assessment.
#[derive(Debug, Clone, PartialEq)]
pub struct Since {
    /// `None`: no assessment of this kind was finalized before it was frozen.
    pub earlier: Option<Assessment>,
    pub changes: Vec<Change>,
}

/// The last assessment is the newest finalized one of the same kind that was frozen before this one. What is above the
/// caller's clearance on either side is not among what is compared.
///
/// # Errors
/// There is no such assessment; it is not frozen yet.
pub async fn read_since(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<Since, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let later = super::assessment(&mut tx, assessment).await?;
    let Some(pinned) = later.pinned.clone() else { return Err(NotMovable::NotFrozenYet.into()) };
    let before = |one: &Assessment| {
        let frozen = one.pinned.as_ref().map(|pinned| pinned.frozen_at);
        one.state == State::Finalized && one.kind == later.kind && frozen.is_some_and(|at| at < pinned.frozen_at)
    };
    let all = store::assessments::all(&mut tx, mission).await?;
    let earlier = all.into_iter().filter(before).max_by_key(|one| one.pinned.as_ref().map(|pinned| pinned.frozen_at));
    let Some(earlier) = earlier else { return Ok(Since { earlier: None, changes: Vec::new() }) };
    let mut sides = Vec::with_capacity(2);
    for id in [earlier.id, later.id] {
        sides.push((
            store::frozen::plan(&mut tx, mission, id).await?,
            store::analyses::of_assessment(&mut tx, mission, id).await?,
            store::contributions::grades(&mut tx, mission, id).await?,
            store::findings::of_assessment(&mut tx, mission, id).await?,
        ));
    }
    let mut followed = Vec::new();
    let states = store::recommendations::states_at(&mut tx, mission, earlier.id, pinned.cut_off).await?;
    for recommendation in store::recommendations::list(&mut tx, mission, Some(earlier.id)).await? {
        if let Some(state) = states.get(&recommendation.id).copied() {
            followed.push(Followed { recommendation, state });
        }
    }
    drop(tx);
    let is_whole = caller.clearance == Classification::StrictlyConfidential;
    // Hundreds of series of hundreds of points on each side: not on a thread that serves others.
    let changes = tokio::task::spawn_blocking(move || {
        let side = |at: usize| {
            let (plan, analyses, contributions, findings) = &sides[at];
            Side { plan: plan.as_ref(), analyses, contributions, findings, is_whole }
        };
        since(side(0), side(1), &followed, pinned.cut_off.date_naive())
    });
    let changes = changes.await.map_err(chassis::Failure::internal)?;
    Ok(Since { earlier: Some(earlier), changes })
}
