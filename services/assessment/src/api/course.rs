//! How an assessment went, and who signs it.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;
use tonic::{Request, Response};

use super::{Answer, account, id, instant, rendered, seen, text};
use crate::{
    Deps,
    app::{self, CourseSeen, Reopen, Sign},
    domain::{
        course::Step,
        sign_off::{Requirement, Signature, Signer},
        word,
    },
    error::Error,
};

pub(super) async fn reopen(deps: &Deps, request: Request<pb::ReopenAssessmentRequest>) -> Answer<pb::Assessment> {
    let (caller, request) = Caller::open(request)?;
    let reopened = app::reopen_assessment(deps, &caller, parse_reopen(request)?).await?;
    Ok(Response::new((&reopened).into()))
}

pub(super) async fn get(deps: &Deps, request: Request<pb::GetAssessmentCourseRequest>) -> Answer<pb::AssessmentCourse> {
    let (caller, request) = Caller::open(request)?;
    let found = app::get_course(deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new((&found).into()))
}

pub(super) async fn sign(deps: &Deps, request: Request<pb::SignAssessmentRequest>) -> Answer<pb::AssessmentCourse> {
    let (caller, request) = Caller::open(request)?;
    let signed = app::sign_assessment(deps, &caller, parse_sign(request)?).await?;
    Ok(Response::new((&signed).into()))
}

fn parse_reopen(request: pb::ReopenAssessmentRequest) -> Result<Reopen, Error> {
    Ok(Reopen {
        seen: seen("assessment", &request.id, request.version)?,
        to: word("to", &request.to)?,
        reason: request.reason,
    })
}

fn parse_sign(request: pb::SignAssessmentRequest) -> Result<Sign, Error> {
    Ok(Sign {
        assessment_id: id("assessment", &request.assessment_id)?,
        signer: Signer::parse(&request.role, &request.component)?,
        verdict: word("decision", &request.decision)?,
        remark: request.remark,
        findings_version: request.findings_version,
    })
}

impl From<&Step> for pb::AssessmentStep {
    fn from(step: &Step) -> Self {
        Self {
            from: step.from.map_or("", |state| state.word()).to_owned(),
            to: step.to.word().to_owned(),
            reason: step.reason.clone(),
            recorded_at: instant(step.at),
            recorded_by: account(step.by),
            recorded_by_name: step.by_name.clone(),
        }
    }
}

impl From<&Signature> for pb::AssessmentSignature {
    fn from(one: &Signature) -> Self {
        Self {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            role: one.signer.role().word().to_owned(),
            component: component(one.signer),
            decision: one.verdict.word().to_owned(),
            remark: one.remark.clone(),
            signed_at: instant(one.at),
            signed_by: account(one.by),
            signed_by_name: one.by_name.clone(),
            clearance: one.clearance.word().to_owned(),
        }
    }
}

/// With whether it is the caller's to give.
pub(super) fn requirement((one, mine): &(Requirement, bool)) -> pb::SignOffRequirement {
    pb::SignOffRequirement {
        role: one.signer.role().word().to_owned(),
        component: component(one.signer),
        state: one.standing.word().to_owned(),
        signature: one.signature.as_ref().map(Into::into),
        changed_finding_ids: one.changed.iter().map(ToString::to_string).collect(),
        because: text(&one.because),
        mine: *mine,
    }
}

fn component(signer: Signer) -> String {
    signer.component().map_or("", |component| component.word()).to_owned()
}

impl From<&CourseSeen> for pb::AssessmentCourse {
    fn from(seen: &CourseSeen) -> Self {
        let carried = |one: &app::Carried| pb::CarriedQuestion {
            outcome_lineage_id: one.outcome.lineage_id.to_string(),
            number: one.outcome.number.clone(),
            statement: text(&one.outcome.statement),
            question: one.question.word().to_owned(),
            answered: one.is_answered,
        };
        Self {
            assessment_id: seen.assessment.id.to_string(),
            steps: rendered(&seen.steps),
            sign_off: seen.sign_off.iter().map(requirement).collect(),
            signatures: seen.signatures.iter().rev().map(Into::into).collect(),
            invitations: rendered(&seen.invitations),
            follows: seen.follows.as_ref().map(Into::into),
            carried: seen.carried.iter().map(carried).collect(),
            findings_version: seen.findings_version,
        }
    }
}
