//! Leadership decides on a recommendation, and the decision goes into the log.

use chassis::{Caller, Tx, new_id};
use chrono::{DateTime, Utc};
use cpas_proto::assessment::v1 as pb;
use uuid::Uuid;

use super::Seen;
use crate::{
    Deps,
    domain::recommendation::{NotPossible, Recommendation, State, Taken, Verdict},
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
/// planning hears of it by the event. Its duplicates are decided with it, each with its own entry in the log: those
/// that the caller can see with all that they rest on. Another one waits for somebody who can.
pub async fn decide_recommendation(deps: &Deps, caller: &Caller, decide: Decide) -> Result<Recommendation, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let mut proposed = store::recommendations::for_change(&mut tx, mission, decide.seen.id)
        .await?
        .ok_or(Error::NotFound("recommendation"))?;
    decide.seen.check(proposed.version, || pb::Recommendation::from(&proposed))?;
    if let Some(original) = proposed.duplicate_of {
        let original = store::recommendations::by_id(&mut tx, mission, original).await?;
        if original.as_ref().is_some_and(|original| original.state == State::Proposed) {
            return Err(NotPossible::DecidedWithItsOriginal.into());
        }
        proposed = proposed.without(original.as_ref());
    }
    let Some(findings) = findings_read(&mut tx, mission, &proposed).await? else {
        return Err(Error::OutOfReach(
            "The recommendation rests on a finding that is above your clearance. Nothing was decided; it takes somebody who can read it."
                .to_owned(),
        ));
    };
    let now = deps.clock.now();
    let decided = take(&mut tx, caller, proposed, &decide, findings, now).await?;
    for duplicate in store::recommendations::duplicates_for_change(&mut tx, mission, decided.id).await? {
        if duplicate.state != State::Proposed {
            continue;
        }
        if let Some(findings) = findings_read(&mut tx, mission, &duplicate).await? {
            take(&mut tx, caller, duplicate, &decide, findings, now).await?;
        }
    }
    Ok(tx.finish(decided).await?)
}

/// The findings that it rests on, each with the version that is read; `None` where one of them cannot be.
async fn findings_read(tx: &mut Tx, mission: Uuid, of: &Recommendation) -> Result<Option<Vec<(Uuid, i64)>>, Error> {
    let asked = &of.proposal.finding_ids;
    let read = store::findings::versions(tx, mission, of.assessment_id, asked).await?;
    let is_whole = read.len() == asked.len();
    Ok(is_whole.then(|| read.into_iter().map(|(id, version, _)| (id, version)).collect()))
}

async fn take(
    tx: &mut Tx,
    caller: &Caller,
    proposed: Recommendation,
    decide: &Decide,
    findings: Vec<(Uuid, i64)>,
    now: DateTime<Utc>,
) -> Result<Recommendation, Error> {
    let mission = tx.mission();
    let taken = Taken { by: caller.account, at: now, reason: decide.reason.clone() };
    let (decided, decision) = proposed.decide(new_id(now), decide.verdict, taken, findings)?;
    let step = Step { by: caller.account, at: now, reason: &decide.reason };
    store::recommendations::update(tx, mission, &decided, &step).await?;
    store::decisions::append(tx, mission, &decision).await?;
    tx.publish(events::recommendation_recorded(&decided)).await?;
    tx.publish(events::decision_taken(&decision)).await?;
    Ok(decided)
}
