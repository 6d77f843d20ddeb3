//! How an assessment went: its steps, who signs and has, who was invited, what the one before left open.

use chassis::{Caller, Tx};
use uuid::Uuid;

use super::may_sign;
use crate::{
    Deps,
    domain::{
        assessment::Assessment,
        course::{Step, left_open},
        finding::{Finding, Question},
        frozen::{Outcome, Plan},
        invitation::Invitation,
        sign_off::{Requirement, Signature, requirements, version_of},
    },
    error::Error,
    store,
};

/// A question that the assessment before left open.
pub struct Carried {
    pub outcome: Outcome,
    pub question: Question,
    /// This assessment answers it.
    pub is_answered: bool,
}

/// The course of an assessment as the caller sees it.
pub struct CourseSeen {
    pub assessment: Assessment,
    pub steps: Vec<Step>,
    /// With whether the caller may give it now.
    pub sign_off: Vec<(Requirement, bool)>,
    pub signatures: Vec<Signature>,
    pub invitations: Vec<Invitation>,
    pub follows: Option<Assessment>,
    pub carried: Vec<Carried>,
    pub findings_version: i64,
}

/// Where the caller may not see the pinned plan, nobody is told to be asked for a signature.
pub async fn get_course(deps: &Deps, caller: &Caller, id: Uuid) -> Result<CourseSeen, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let assessment = super::assessment(&mut tx, id).await?;
    let plan = store::frozen::plan(&mut tx, mission, id).await?;
    let findings = store::findings::of_assessment(&mut tx, mission, id).await?;
    let signatures = store::course::signatures(&mut tx, mission, id).await?;
    let rule = store::cycles::of_mission(&mut tx, mission).await?.sign_off;
    let asked = plan.as_ref().map(|plan| requirements(&rule, plan, &findings, &signatures)).unwrap_or_default();
    let mine = |one: Requirement| {
        let may = may_sign(caller, &assessment, one.signer);
        (one, may)
    };
    let (follows, carried) = carried(&mut tx, &assessment, plan.as_ref(), &findings).await?;
    Ok(CourseSeen {
        steps: store::course::steps(&mut tx, mission, id).await?,
        sign_off: asked.into_iter().map(mine).collect(),
        signatures,
        invitations: store::course::invitations(&mut tx, mission, id).await?,
        follows,
        carried,
        findings_version: version_of(&findings),
        assessment,
    })
}

/// What the assessment before left open, as far as the caller sees both.
async fn carried(
    tx: &mut Tx,
    of: &Assessment,
    plan: Option<&Plan>,
    findings: &[Finding],
) -> Result<(Option<Assessment>, Vec<Carried>), Error> {
    let mission = tx.mission();
    let Some(before) = of.follows else { return Ok((None, Vec::new())) };
    let follows = store::assessments::by_id(tx, mission, before).await?;
    let Some(plan_before) = store::frozen::plan(tx, mission, before).await? else { return Ok((follows, Vec::new())) };
    let findings_before = store::findings::of_assessment(tx, mission, before).await?;
    let not_applicable = |statements: Vec<crate::domain::gender::Statement>| -> Vec<Uuid> {
        statements.iter().map(|one| one.outcome).collect()
    };
    let said_before = not_applicable(store::course::statements(tx, mission, before).await?);
    let said = not_applicable(store::course::statements(tx, mission, of.id).await?);
    let open_here = plan.map(|plan| left_open(plan, findings, &said));
    let carried = left_open(&plan_before, &findings_before, &said_before).into_iter().map(|open| Carried {
        outcome: open.outcome.clone(),
        question: open.question,
        is_answered: open_here.as_ref().is_some_and(|here| {
            !here.iter().any(|one| one.outcome.lineage_id == open.outcome.lineage_id && one.question == open.question)
        }),
    });
    Ok((follows, carried.collect()))
}
