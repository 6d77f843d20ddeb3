//! Signs the findings of an assessment that is before leadership, or refuses to.

use chassis::{Caller, new_id};
use cpas_proto::words::Role;
use uuid::Uuid;

use super::{CourseSeen, get_course, pinned_plan};
use crate::{
    Deps,
    domain::{
        Invalid,
        assessment::{Assessment, State},
        course,
        sign_off::{Signature, Signer, Verdict, requirements, version_of},
        text::plain,
    },
    error::Error,
    events, store,
};

/// A signature to be given.
#[derive(Debug, Clone)]
pub struct Sign {
    pub assessment_id: Uuid,
    pub signer: Signer,
    pub verdict: Verdict,
    pub remark: String,
    /// That of the findings that the signer read.
    pub findings_version: i64,
}

/// Whether the caller may sign as this signer now: in the role, and while the assessment is before leadership.
pub fn may_sign(caller: &Caller, assessment: &Assessment, signer: Signer) -> bool {
    let reaches = match signer.component() {
        Some(component) => caller.reaches_component(&[Role::ComponentHead], component),
        None => caller.has(signer.role()),
    };
    reaches && assessment.state == State::LeadershipReview
}

/// Keeps the signature with the version of each finding that the signer sees.
pub async fn sign_assessment(deps: &Deps, caller: &Caller, sign: Sign) -> Result<CourseSeen, Error> {
    let mission = caller.mission()?.id;
    let id = sign.assessment_id;
    let remark = match sign.verdict {
        Verdict::Refused => course::reason("remark", &sign.remark)?,
        Verdict::Signed => plain("remark", &sign.remark, course::WORDS_CHARS_MAX)?,
    };
    let mut tx = deps.db.begin(caller).await?;
    if tx.replay::<()>().await?.is_some() {
        drop(tx);
        return get_course(deps, caller, id).await;
    }
    // Findings wait for it, so that none changes between what is read here and the signature.
    let assessment =
        store::assessments::for_change(&mut tx, mission, id).await?.ok_or(Error::NotFound("assessment"))?;
    if assessment.state != State::LeadershipReview {
        return Err(Error::Conflict(format!(
            "The assessment is {}; it is signed while it is leadership_review.",
            assessment.state
        )));
    }
    if !may_sign(caller, &assessment, sign.signer) {
        return Err(Error::OutOfReach("Your role does not give this signature.".to_owned()));
    }
    let plan = pinned_plan(&mut tx, id).await?;
    let findings = store::findings::of_assessment(&mut tx, mission, id).await?;
    let rule = store::cycles::of_mission(&mut tx, mission).await?.sign_off;
    if !requirements(&rule, &plan, &findings, &[]).iter().any(|one| one.signer == sign.signer) {
        return Err(Invalid::new("role", "is not asked to sign this assessment").into());
    }
    if version_of(&findings) != sign.findings_version {
        return Err(Error::Conflict(
            "Findings changed since you read them. Nothing was signed; read them again, then sign.".to_owned(),
        ));
    }
    let now = deps.clock.now();
    let signature = Signature {
        id: new_id(now),
        assessment_id: id,
        signer: sign.signer,
        verdict: sign.verdict,
        remark,
        at: now,
        by: caller.account,
        by_name: caller.name.clone(),
        clearance: caller.clearance,
        findings: findings.iter().map(|one| (one.id, one.version)).collect(),
    };
    store::course::append_signature(&mut tx, mission, &signature).await?;
    tx.publish(events::signature_recorded(&signature)).await?;
    tx.finish(()).await?;
    get_course(deps, caller, id).await
}
