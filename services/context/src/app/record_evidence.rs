use chassis::{Caller, new_id};

use super::authority;
use crate::{
    Deps,
    domain::{
        evidence::{Evidence, NewEvidence},
        ids::EvidenceId,
    },
    error::Error,
    events, store,
};

/// Records a piece of evidence.
///
/// # Errors
/// A date in the future, or a classification above the caller's clearance.
pub async fn record_evidence(deps: &Deps, caller: &Caller, new: NewEvidence) -> Result<Evidence, Error> {
    authority::allowed(caller, "RecordEvidence")?;
    authority::cleared(caller, new.classification)?;
    new.check_date(deps.clock.today())?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let now = deps.clock.now();
    let evidence = Evidence::record(new, EvidenceId(new_id(now)), by, now);
    store::evidence::insert(&mut tx, mission, &evidence).await?;
    tx.publish(events::evidence_recorded(&evidence)).await?;
    Ok(tx.finish(evidence).await?)
}
