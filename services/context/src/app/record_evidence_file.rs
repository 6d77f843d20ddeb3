use chassis::{Caller, new_id};

use super::{authority, spool::Spooled};
use crate::{
    Deps,
    domain::{
        evidence::{Evidence, NewEvidence},
        ids::EvidenceId,
    },
    error::Error,
    events, store,
};

/// Whether somebody may record this, before its file is taken.
///
/// # Errors
/// As [`record_evidence_file`], but for what concerns the file.
pub fn may_record(deps: &Deps, caller: &Caller, new: &NewEvidence) -> Result<(), Error> {
    authority::allowed(caller, "RecordEvidenceFile")?;
    authority::cleared(caller, new.classification)?;
    authority::writer(caller)?;
    Ok(new.check_date(deps.clock.today())?)
}

/// Records a piece of evidence that is a file. The file is kept before the record: without the record nobody comes to it.
///
/// # Errors
/// A date in the future, or a classification above the caller's clearance; the store of files is away.
pub async fn record_evidence_file(
    deps: &Deps,
    caller: &Caller,
    new: NewEvidence,
    file: Spooled,
) -> Result<Evidence, Error> {
    may_record(deps, caller, &new)?;
    let (by, mission) = authority::writer(caller)?;
    deps.files.keep(mission, &file.about.sha256, file.content).await?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let now = deps.clock.now();
    let evidence = Evidence { file: Some(file.about), ..Evidence::record(new, EvidenceId(new_id(now)), by, now) };
    store::evidence::insert(&mut tx, mission, &evidence).await?;
    tx.publish(events::evidence_recorded(&evidence)).await?;
    Ok(tx.finish(evidence).await?)
}
