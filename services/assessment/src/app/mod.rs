//! The use cases, one a file: authorise, one transaction, store and outbox.
//!
//! The gate has checked by then that a role of the caller may call the method at all; here it is
//! decided how far that role reaches.

mod advance_assessment;
mod assessment_cycle;
mod check_evidence;
mod comment_finding;
mod decide_recommendation;
mod dissent_from_finding;
mod finalize_assessment;
mod freeze_assessment;
mod gather_evidence;
mod gender;
mod invitations;
mod link_duplicate;
mod link_plan_change;
mod list_analyses;
mod progress_recommendation;
mod propose_recommendation;
mod read_assessments;
mod read_context;
mod read_contributions;
mod read_course;
mod read_delivery;
mod read_effect;
mod read_events;
mod read_findings;
mod read_hot_spots;
mod read_inputs;
mod read_maps;
mod read_performance;
mod read_recommendations;
mod read_since;
mod record_finding;
mod reopen_assessment;
mod revise_finding;
mod schedule_assessment;
mod sign_assessment;
mod similar_recommendations;
mod tell_presence;
mod workshop;

use chassis::{Caller, Tx, new_id};
use chrono::{DateTime, Utc};
use cpas_proto::words::{Classification, Role};
use serde::Serialize;
use uuid::Uuid;

pub use self::{
    advance_assessment::advance_assessment,
    assessment_cycle::{CycleSeen, SetCycle, get_cycle, set_cycle},
    comment_finding::{SeenComment, Settle, add_finding_comment, list_finding_comments, settle_finding_comment},
    decide_recommendation::{Decide, decide_recommendation},
    dissent_from_finding::{Differ, dissent_from_finding, list_finding_dissents},
    finalize_assessment::finalize_assessment,
    freeze_assessment::{Freeze, freeze_assessment},
    gather_evidence::{Gathered, gather_evidence},
    gender::{GenderSeen, StateNotApplicable, get_gender, state_not_applicable},
    invitations::{Answer, Invite, Invited, answer_invitation, invite, my_invitations},
    link_duplicate::{LinkDuplicate, link_duplicate},
    link_plan_change::{hear_plan, link_plan_change},
    list_analyses::list_analyses,
    progress_recommendation::{Progress, progress_recommendation},
    propose_recommendation::{Propose, propose_recommendation},
    read_assessments::{get_assessment, list_assessments},
    read_contributions::{get_contribution, list_contributions},
    read_course::{Carried, CourseSeen, get_course},
    read_effect::{AskEffect, EffectRead, IndicatorRead, read_effect},
    read_findings::{Referring, list_findings, list_findings_by_reference},
    read_hot_spots::get_hot_spots,
    read_performance::{PerformanceRead, read_performance},
    read_recommendations::{Listed, Logged, list_decisions, list_recommendations},
    read_since::{Since, read_since},
    record_finding::{Record, record_finding},
    reopen_assessment::{Reopen, reopen_assessment},
    revise_finding::{Revise, revise_finding},
    schedule_assessment::schedule_assessment,
    sign_assessment::{Sign, may_sign, sign_assessment},
    similar_recommendations::{FindSimilar, SimilarFound, similar_recommendations},
    tell_presence::{list_presences, tell_presence},
    workshop::{
        CastBallot, Correct, Decide as DecideInRoom, Guest, OpenVote, OpenWorkshop, OutcomeSeen, Raise,
        Revise as ReviseWorkshop, SetRemark, TakeOver, VoteSeen, WorkshopSeen, add_guest, cast_ballot, close_vote,
        close_workshop, correct_minutes, get_outcome, get_workshop, join_workshop, leave_workshop, open_vote,
        open_workshop, raise_dissent, render_minutes, reopen_workshop, revise_workshop, set_remark, take_decision,
        turn_workshop,
    },
};
use crate::{
    domain::{
        Invalid,
        assessment::{Assessment, State},
        course::Step,
        frozen::{Outcome, Plan},
        sign_off::adviser_asked,
    },
    error::Error,
    events, store,
};

/// Roles that write findings and propose recommendations.
const ASSESSING: &[Role] = &[Role::Coordinator, Role::Adviser, Role::FocalPoint, Role::ComponentHead];

/// Largest message that is taken from a neighbour.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A neighbour's word for a classification; one that is not known yet is taken for the highest.
fn known_or_highest(word: &str) -> Classification {
    Classification::parse_or_unclassified(word).unwrap_or(Classification::StrictlyConfidential)
}

/// A record and the version of it that the writer saw.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub id: Uuid,
    pub version: i64,
}

impl Seen {
    /// Refuses a writer who saw another version, and shows what is stored now.
    fn check<M: Serialize>(self, version: i64, current: impl FnOnce() -> M) -> Result<(), Error> {
        if self.version == version {
            return Ok(());
        }
        let current = serde_json::to_string(&current()).map_err(chassis::Failure::internal)?;
        Err(Error::Stale { version, current })
    }
}

/// An assessment, which must be there for this caller.
async fn assessment(tx: &mut Tx, id: Uuid) -> Result<Assessment, Error> {
    let mission = tx.mission();
    store::assessments::by_id(tx, mission, id).await?.ok_or(Error::NotFound("assessment"))
}

/// Stores a step of an assessment, with what it is now, and tells of it.
async fn moved(
    tx: &mut Tx,
    caller: &Caller,
    assessment: &Assessment,
    from: State,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Step, Error> {
    let mission = tx.mission();
    store::assessments::update(tx, mission, assessment).await?;
    let step = step(caller, assessment, Some(from), reason, now);
    store::course::append_step(tx, mission, &step).await?;
    tx.publish(events::assessment_recorded(assessment)).await?;
    Ok(step)
}

fn step(caller: &Caller, assessment: &Assessment, from: Option<State>, reason: &str, now: DateTime<Utc>) -> Step {
    Step {
        id: new_id(now),
        assessment_id: assessment.id,
        from,
        to: assessment.state,
        reason: reason.to_owned(),
        at: now,
        by: caller.account,
        by_name: caller.name.clone(),
    }
}

/// The pinned plan, which the caller must be able to see.
async fn pinned_plan(tx: &mut Tx, assessment: Uuid) -> Result<Plan, Error> {
    let mission = tx.mission();
    store::frozen::plan(tx, mission, assessment).await?.ok_or_else(|| {
        Error::OutOfReach(
            "The plan of the assessment is above your clearance. It takes somebody who can read it.".to_owned(),
        )
    })
}

/// Tells who has to sign.
///
/// # Errors
/// The plan is above the caller's clearance: nobody would be asked.
async fn ask_to_sign(tx: &mut Tx, assessment: Uuid) -> Result<(), Error> {
    pinned_plan(tx, assessment).await?;
    tell_who_signs(tx, assessment).await
}

/// The same where the mission's rule changed, in a transaction that sees the plan.
async fn tell_who_signs(tx: &mut Tx, assessment: Uuid) -> Result<(), Error> {
    let mission = tx.mission();
    let rule = store::cycles::of_mission(tx, mission).await?.sign_off;
    let classification = store::frozen::plan_classification(tx, mission, assessment).await?;
    if let (Some(plan), Some(classification)) = (store::frozen::plan(tx, mission, assessment).await?, classification) {
        tx.publish(events::sign_off_asked(assessment, &rule, adviser_asked(&rule, &plan), classification)).await?;
    }
    Ok(())
}

/// Refuses a classification that the writer may not read afterwards.
fn check_clearance(caller: &Caller, classification: Classification) -> Result<(), Error> {
    if classification > caller.clearance {
        let message = format!("\"{classification}\" is above your clearance, {}", caller.clearance);
        return Err(Invalid::new("classification", message).into());
    }
    Ok(())
}

/// Refuses a caller none of whose assessing roles reaches a section that works on the outcome.
fn check_reach(caller: &Caller, outcome: &Outcome) -> Result<(), Error> {
    if outcome.sections().any(|section| caller.reaches_section(ASSESSING, section)) {
        return Ok(());
    }
    Err(Error::OutOfReach(format!(
        "Outcome {} belongs to {}, which your role does not reach. Nothing was stored; a coordinator can do it.",
        outcome.number, outcome.lead_section
    )))
}
