//! Records a finding on an outcome of the pinned plan.

use chassis::{Caller, Tx, new_id};
use uuid::Uuid;

use super::{check_clearance, check_evidence, check_reach};
use crate::{
    Deps,
    domain::{
        Invalid,
        finding::{Content, Finding},
    },
    error::Error,
    events, store,
};

/// A finding to be recorded.
#[derive(Debug, Clone)]
pub struct Record {
    pub assessment_id: Uuid,
    pub content: Content,
}

/// Stores a new finding. Its classification is at least that of the evidence which could be looked up.
pub async fn record_finding(deps: &Deps, caller: &Caller, record: Record) -> Result<Finding, Error> {
    let mission = caller.mission()?.id;
    check_clearance(caller, record.content.classification)?;
    let content = record.content.check()?;
    let observed = check_evidence::elsewhere(deps, caller, &content.evidence).await?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let content = checked(&mut tx, caller, record.assessment_id, content).await?;
    let classification = content.classification.max(observed);
    let content = Content { classification, ..content };
    let now = deps.clock.now();
    let finding = Finding::record(new_id(now), record.assessment_id, content, caller.account, now);
    store::findings::save(&mut tx, mission, &finding).await?;
    tx.publish(events::finding_recorded(&finding)).await?;
    Ok(tx.finish(finding).await?)
}

/// What a finding says, held against the assessment: it is open, the outcome is of its plan and within
/// the writer's reach, analyses and contributions are its own.
pub async fn checked(tx: &mut Tx, caller: &Caller, assessment: Uuid, content: Content) -> Result<Content, Error> {
    let mission = tx.mission();
    let found = store::assessments::for_adding(tx, mission, assessment).await?;
    found.ok_or(Error::NotFound("assessment"))?.open()?;
    let outcome = store::frozen::outcome(tx, mission, assessment, content.outcome_lineage_id).await?;
    let outcome = outcome.ok_or_else(|| {
        Invalid::new("outcome_lineage_id", "is not the lineage id of an outcome of the plan that was frozen")
    })?;
    check_reach(caller, &outcome)?;
    let analysed = check_evidence::computed(tx, assessment, &content.evidence).await?;
    let noted = check_evidence::noted(tx, assessment, &content.evidence).await?;
    Ok(Content { classification: content.classification.max(analysed).max(noted), ..content })
}
