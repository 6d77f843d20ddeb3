//! Leadership finalizes an assessment, when every recommendation is decided, no narrative is a draft any more, each outcome
//! answers the question of women, girls and youth or says why not, and all have signed who have to.

use chassis::{Caller, Tx};
use cpas_proto::assessment::v1 as pb;

use uuid::Uuid;

use super::{Seen, moved, pinned_plan};
use crate::{
    Deps,
    domain::{
        assessment::Assessment,
        finding::{NarrativeState, Question},
        gender::unanswered,
        sign_off,
    },
    error::Error,
    store,
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
    let from = assessment.state;
    let draft = first_draft(&mut tx, assessment.id).await?;
    let assessment = assessment.finalize(undecided, draft)?;
    check_complete(&mut tx, &assessment).await?;
    moved(&mut tx, caller, &assessment, from, "", deps.clock.now()).await?;
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

/// Of the findings that the caller sees: what is above a clearance is not told by a refusal either.
async fn check_complete(tx: &mut Tx, assessment: &Assessment) -> Result<(), Error> {
    let mission = tx.mission();
    let plan = pinned_plan(tx, assessment.id).await?;
    let findings = store::findings::of_assessment(tx, mission, assessment.id).await?;
    let statements = store::course::statements(tx, mission, assessment.id).await?;
    let open = unanswered(&plan, &findings, &statements);
    if !open.is_empty() {
        return Err(Error::Conflict(format!(
            "The question of women, girls and youth is open for these outcomes: {}. Answer it with a finding, or say why it does not apply, then finalize.",
            open.join(", ")
        )));
    }
    let rule = store::cycles::of_mission(tx, mission).await?.sign_off;
    let signatures = store::course::signatures(tx, mission, assessment.id).await?;
    let missing = sign_off::missing(&sign_off::requirements(&rule, &plan, &findings, &signatures));
    if !missing.is_empty() {
        return Err(Error::Conflict(format!("The assessment cannot be finalized yet. {}", missing.join(" "))));
    }
    Ok(())
}
