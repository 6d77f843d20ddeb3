//! What the room decides on an outcome, and who sees a finding otherwise.

use chassis::{Caller, Tx, new_id};
use cpas_proto::{assessment::v1 as pb, words::Classification};
use uuid::Uuid;

use super::{check_room_for_more, component, finding, held, present, written};
use crate::{
    Deps,
    app::{Propose, Seen, check_clearance, propose_recommendation::proposed, revise_finding::revised},
    domain::{
        Invalid,
        analysis::Status,
        finding::{Content, Finding, Performance},
        text::{NARRATIVE_CHARS_MAX, Text},
        workshop::{Decision, Dissent, Entry, TakenOver},
    },
    error::Error,
    events, store,
};

/// A rating that a finding is to take over.
#[derive(Debug, Clone)]
pub struct TakeOver {
    /// The version of the finding that the room saw.
    pub finding: Seen,
    pub progress: Option<Status>,
    pub performance: Option<Performance>,
}

/// A decision of the room.
#[derive(Debug, Clone)]
pub struct Decide {
    pub assessment_id: Uuid,
    pub outcome: Uuid,
    pub text: Text,
    pub proposed_by: String,
    pub vote_id: Option<Uuid>,
    pub take_over: Option<TakeOver>,
    pub recommendation: Option<Propose>,
    pub classification: Classification,
}

/// Keeps the decision, and by the same act revises the finding and proposes the recommendation, each by its own rules:
/// all of it or nothing.
pub async fn take_decision(deps: &Deps, caller: &Caller, decide: Decide) -> Result<Decision, Error> {
    let mission = caller.mission()?.id;
    check_clearance(caller, decide.classification)?;
    let assessment = decide.assessment_id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let workshop = held(&mut tx, assessment).await?;
    workshop.check_outcome(decide.outcome)?;
    check_room_for_more(store::workshops::entries(&mut tx, mission, assessment).await?.len())?;
    let mut classification = decide.classification.max(workshop.classification);
    if let Some(id) = decide.vote_id {
        let votes = store::workshops::votes(&mut tx, mission, assessment).await?;
        let vote = votes.iter().find(|vote| vote.id == id && vote.outcome == decide.outcome);
        classification = classification.max(vote.ok_or(Error::NotFound("vote"))?.classification);
    }
    let mut taken_over = None;
    if let Some(take) = decide.take_over {
        let (taken, of_finding) = take_over(deps, &mut tx, caller, assessment, decide.outcome, &take).await?;
        classification = classification.max(of_finding);
        taken_over = Some(taken);
    }
    let mut recommendation_id = None;
    if let Some(propose) = decide.recommendation {
        let made = proposed(deps, &mut tx, caller, Propose { assessment_id: assessment, ..propose }).await?;
        recommendation_id = Some(made.id);
    }
    let now = deps.clock.now();
    let decision = Decision {
        id: new_id(now),
        assessment_id: assessment,
        outcome: decide.outcome,
        text: decide.text,
        proposed_by: decide.proposed_by,
        vote_id: decide.vote_id,
        taken_over,
        recommendation_id,
        written: written(caller, now),
        classification,
    };
    let entry = Entry::Decision(decision.clone());
    store::workshops::append(&mut tx, mission, assessment, decision.id, &entry, classification).await?;
    tx.publish(events::workshop_recorded(&workshop, classification)).await?;
    Ok(tx.finish(decision).await?)
}

async fn take_over(
    deps: &Deps,
    tx: &mut Tx,
    caller: &Caller,
    assessment: Uuid,
    outcome: Uuid,
    take: &TakeOver,
) -> Result<(TakenOver, Classification), Error> {
    let found = finding(tx, assessment, take.finding.id).await?;
    take.finding.check(found.version, || pb::Finding::from(&found))?;
    if found.content.outcome_lineage_id != outcome {
        return Err(Invalid::new("finding_id", "is not a finding on this outcome").into());
    }
    let content = Content {
        progress_rating: take.progress.or(found.content.progress_rating),
        performance_rating: take.performance.or(found.content.performance_rating),
        ..found.content.clone()
    };
    let finding = revised(deps, tx, caller, found, content).await?;
    let taken = TakenOver {
        finding_id: finding.id,
        question: finding.content.question,
        version: finding.version,
        progress: take.progress,
        performance: take.performance,
    };
    Ok((taken, finding.content.classification))
}

/// A raised hand.
#[derive(Debug, Clone)]
pub struct Raise {
    pub assessment_id: Uuid,
    pub finding_id: Uuid,
    pub text: String,
}

/// Adds to the finding's dissent, with the name, and keeps it for the minutes. Whoever is here may; it changes nothing
/// else of the finding.
pub async fn raise_dissent(deps: &Deps, caller: &Caller, raise: Raise) -> Result<Dissent, Error> {
    let mission = caller.mission()?.id;
    let assessment = raise.assessment_id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let workshop = held(&mut tx, assessment).await?;
    present(&mut tx, caller, assessment).await?;
    check_room_for_more(store::workshops::entries(&mut tx, mission, assessment).await?.len())?;
    let found = finding(&mut tx, assessment, raise.finding_id).await?;
    let now = deps.clock.now();
    let finding = dissented(found, caller, &raise.text, now)?;
    store::findings::save(&mut tx, mission, &finding).await?;
    tx.publish(events::finding_recorded(&finding)).await?;
    let classification = finding.content.classification.max(workshop.classification);
    let dissent = Dissent {
        id: new_id(now),
        assessment_id: assessment,
        outcome: finding.content.outcome_lineage_id,
        finding_id: finding.id,
        question: finding.content.question,
        text: raise.text,
        component: component(caller),
        written: written(caller, now),
        classification,
    };
    let entry = Entry::Dissent(dissent.clone());
    store::workshops::append(&mut tx, mission, assessment, dissent.id, &entry, classification).await?;
    tx.publish(events::workshop_recorded(&workshop, classification)).await?;
    Ok(tx.finish(dissent).await?)
}

fn dissented(
    found: Finding,
    caller: &Caller,
    text: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Finding, Error> {
    let line = format!("{}: {text}", caller.name);
    let before = &found.content.dissent;
    let dissent = if before.is_empty() { line } else { format!("{before}\n{line}") };
    if dissent.chars().count() > NARRATIVE_CHARS_MAX {
        return Err(Invalid::new("text", "does not fit any more into the dissent of this finding").into());
    }
    let content = Content { dissent, ..found.content.clone() };
    Ok(found.revise(content, caller.account, now))
}
