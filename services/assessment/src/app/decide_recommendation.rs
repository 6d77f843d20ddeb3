//! Leadership decides on a recommendation, and the decision goes into the log.

use chassis::{Caller, new_id};
use cpas_proto::assessment::v1 as pb;

use super::Seen;
use crate::{
    Deps,
    domain::recommendation::{Recommendation, Taken, Verdict},
    error::Error,
    events, store,
    store::recommendations::Step,
};

/// A decision to be taken.
#[derive(Debug, Clone)]
pub struct Decide {
    pub seen: Seen,
    pub verdict: Verdict,
    /// Needed for partly and rejected.
    pub reason: String,
}

/// proposed → accepted, partly or rejected. An accepted one of kind plan opens a change to the plan:
/// planning hears of it by the event.
pub async fn decide_recommendation(deps: &Deps, caller: &Caller, decide: Decide) -> Result<Recommendation, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let proposed = store::recommendations::for_change(&mut tx, mission, decide.seen.id)
        .await?
        .ok_or(Error::NotFound("recommendation"))?;
    decide.seen.check(proposed.version, || pb::Recommendation::from(&proposed))?;
    let asked = &proposed.proposal.finding_ids;
    let read = store::findings::versions(&mut tx, mission, proposed.assessment_id, asked).await?;
    if read.len() < asked.len() {
        return Err(Error::OutOfReach(
            "The recommendation rests on a finding that is above your clearance. Nothing was decided; it takes somebody who can read it."
                .to_owned(),
        ));
    }
    let findings = read.into_iter().map(|(id, version, _)| (id, version)).collect();
    let now = deps.clock.now();
    let taken = Taken { by: caller.account, at: now, reason: decide.reason.clone() };
    let (decided, decision) = proposed.decide(new_id(now), decide.verdict, taken, findings)?;
    let step = Step { by: caller.account, at: now, reason: &decide.reason };
    store::recommendations::update(&mut tx, mission, &decided, &step).await?;
    store::decisions::append(&mut tx, mission, &decision).await?;
    tx.publish(events::recommendation_recorded(&decided)).await?;
    tx.publish(events::decision_taken(&decision)).await?;
    Ok(tx.finish(decided).await?)
}
