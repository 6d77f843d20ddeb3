//! Leadership finalizes an assessment, when every recommendation is decided and no narrative is a draft any more.

use chassis::{Caller, Tx};
use cpas_proto::assessment::v1 as pb;

use uuid::Uuid;

use super::Seen;
use crate::{
    Deps,
    domain::{
        assessment::Assessment,
        finding::{NarrativeState, Question},
    },
    error::Error,
    events, store,
};

/// leadership_review → finalized.
pub async fn finalize_assessment(deps: &Deps, caller: &Caller, seen: Seen) -> Result<Assessment, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let assessment =
        store::assessments::for_change(&mut tx, mission, seen.id).await?.ok_or(Error::NotFound("assessment"))?;
    seen.check(assessment.version, || pb::Assessment::from(&assessment))?;
    let undecided = store::recommendations::undecided(&mut tx, mission, assessment.id).await?;
    let draft = first_draft(&mut tx, assessment.id).await?;
    let assessment = assessment.finalize(undecided, draft)?;
    store::assessments::update(&mut tx, mission, &assessment).await?;
    tx.publish(events::assessment_recorded(&assessment)).await?;
    Ok(tx.finish(assessment).await?)
}

/// Number of the outcome and question of the first finding whose narrative is a draft, of those that the caller may see: of
/// what lies above a clearance, an error tells nothing either.
async fn first_draft(tx: &mut Tx, assessment: Uuid) -> Result<Option<(String, Question)>, Error> {
    let mission = tx.mission();
    let findings = store::findings::of_assessment(tx, mission, assessment).await?;
    let draft = findings.into_iter().find(|one| one.content.narrative_state == NarrativeState::Draft);
    let Some(content) = draft.map(|one| one.content) else { return Ok(None) };
    let outcome = store::frozen::outcome(tx, mission, assessment, content.outcome_lineage_id).await?;
    Ok(Some((outcome.map(|outcome| outcome.number).unwrap_or_default(), content.question)))
}
