//! Revises a finding; the version before stays readable.

use chassis::{Caller, Tx};
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
    let observed = check_evidence::elsewhere(deps, caller, &content.evidence).await?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let finding =
        store::findings::for_change(&mut tx, mission, revise.seen.id).await?.ok_or(Error::NotFound("finding"))?;
    revise.seen.check(finding.version, || pb::Finding::from(&finding))?;
    let content = Content { classification: content.classification.max(observed), ..content };
    let finding = revised(deps, &mut tx, caller, finding, content).await?;
    Ok(tx.finish(finding).await?)
}

/// The next version of a finding, stored and told; within the transaction of a use case.
pub async fn revised(
    deps: &Deps,
    tx: &mut Tx,
    caller: &Caller,
    finding: Finding,
    content: Content,
) -> Result<Finding, Error> {
    let mission = tx.mission();
    let content = checked(tx, caller, finding.assessment_id, content.check()?).await?;
    let finding = finding.revise(content, caller.account, deps.clock.now());
    store::findings::save(tx, mission, &finding).await?;
    tx.publish(events::finding_recorded(&finding)).await?;
    Ok(finding)
}
