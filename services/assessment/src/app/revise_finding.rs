//! Revises a finding; the version before stays readable.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;

use super::{Seen, check_clearance, check_evidence, record_finding::checked};
use crate::{
    Deps,
    domain::finding::{Content, Finding},
    error::Error,
    events, store,
};

/// A finding to be revised.
#[derive(Debug, Clone)]
pub struct Revise {
    pub seen: Seen,
    pub content: Content,
}

/// Stores the next version.
pub async fn revise_finding(deps: &Deps, caller: &Caller, revise: Revise) -> Result<Finding, Error> {
    let mission = caller.mission()?.id;
    check_clearance(caller, revise.content.classification)?;
    let content = revise.content.check()?;
    let observed = check_evidence::observations(deps, caller, &content.evidence).await?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let finding =
        store::findings::for_change(&mut tx, mission, revise.seen.id).await?.ok_or(Error::NotFound("finding"))?;
    revise.seen.check(finding.version, || pb::Finding::from(&finding))?;
    let content = checked(&mut tx, caller, finding.assessment_id, content).await?;
    let classification = content.classification.max(observed);
    let finding = finding.revise(Content { classification, ..content }, caller.account, deps.clock.now());
    store::findings::save(&mut tx, mission, &finding).await?;
    tx.publish(events::finding_recorded(&finding)).await?;
    Ok(tx.finish(finding).await?)
}
