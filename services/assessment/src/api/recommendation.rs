//! Recommendations and decisions.

use cpas_proto::{assessment::v1 as pb, words::Classification};
use uuid::Uuid;

use super::{account, id, instant, seen, text};
use crate::{
    app::{Decide, Progress, Propose},
    domain::{
        Invalid,
        recommendation::{Decision, Proposal, Recommendation, parse_due},
        text::{NARRATIVE_CHARS_MAX, TITLE_CHARS_MAX, Text, plain},
        word,
    },
    error::Error,
};

/// Most indicators, and most findings, that one recommendation names.
const NAMED_MAX: usize = 100;

pub(super) fn parse_propose(request: pb::ProposeRecommendationRequest) -> Result<Propose, Error> {
    let given = request.recommendation.ok_or_else(|| Invalid::new("recommendation", "is missing"))?;
    Ok(Propose { assessment_id: id("assessment", &given.assessment_id)?, proposal: proposal(&given)? })
}

fn proposal(given: &pb::Recommendation) -> Result<Proposal, Invalid> {
    let words = given.text.clone().unwrap_or_default();
    let owner_section = plain("owner_section", &given.owner_section, TITLE_CHARS_MAX)?;
    if owner_section.is_empty() {
        return Err(Invalid::new("owner_section", "is empty; name the section that is to carry it out"));
    }
    for (field, named) in [("indicator_codes", &given.indicator_codes), ("finding_ids", &given.finding_ids)] {
        if named.len() > NAMED_MAX {
            return Err(Invalid::new(field, format!("names more than {NAMED_MAX}")));
        }
    }
    let mut finding_ids: Vec<Uuid> = Vec::with_capacity(given.finding_ids.len());
    for (place, finding) in given.finding_ids.iter().enumerate() {
        let finding = word(&format!("finding_ids[{place}]"), finding)?;
        if !finding_ids.contains(&finding) {
            finding_ids.push(finding);
        }
    }
    Ok(Proposal {
        text: Text::parse("text", &words.en, &words.fr, NARRATIVE_CHARS_MAX)?,
        kind: word("kind", &given.kind)?,
        owner_section,
        due: parse_due(&given.due)?,
        indicator_codes: given.indicator_codes.clone(),
        finding_ids,
        classification: Classification::parse_or_unclassified(&given.classification)
            .map_err(|error| Invalid::new("classification", error.to_string()))?,
    })
}

pub(super) fn parse_decide(request: &pb::DecideRecommendationRequest) -> Result<Decide, Error> {
    Ok(Decide {
        seen: seen("recommendation", &request.id, request.version)?,
        verdict: word("decision", &request.decision)?,
        reason: plain("reason", &request.reason, NARRATIVE_CHARS_MAX)?,
    })
}

pub(super) fn parse_progress(request: &pb::ProgressRecommendationRequest) -> Result<Progress, Error> {
    Ok(Progress {
        seen: seen("recommendation", &request.id, request.version)?,
        to: word("to", &request.to)?,
        reason: plain("reason", &request.reason, NARRATIVE_CHARS_MAX)?,
    })
}

impl From<&Recommendation> for pb::Recommendation {
    fn from(one: &Recommendation) -> Self {
        let proposal = &one.proposal;
        let taken = one.taken.as_ref();
        Self {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            text: text(&proposal.text),
            kind: proposal.kind.word().to_owned(),
            owner_section: proposal.owner_section.clone(),
            due: proposal.due.map(|due| due.to_string()).unwrap_or_default(),
            indicator_codes: proposal.indicator_codes.clone(),
            finding_ids: proposal.finding_ids.iter().map(Uuid::to_string).collect(),
            state: one.state.word().to_owned(),
            decision_reason: taken.map(|taken| taken.reason.clone()).unwrap_or_default(),
            decided_by: taken.map(|taken| account(taken.by)).unwrap_or_default(),
            decided_at: taken.map(|taken| instant(taken.at)).unwrap_or_default(),
            plan_change_id: one.plan_change_id.map(|id| id.to_string()).unwrap_or_default(),
            version: one.version,
            recorded_at: instant(one.recorded_at),
            recorded_by: account(one.recorded_by),
            classification: proposal.classification.word().to_owned(),
        }
    }
}

impl From<&Decision> for pb::Decision {
    fn from(one: &Decision) -> Self {
        Self {
            id: one.id.to_string(),
            recommendation_id: one.recommendation_id.to_string(),
            decision: one.verdict.word().to_owned(),
            reason: one.reason.clone(),
            decided_by: account(one.decided_by),
            decided_at: instant(one.decided_at),
            finding_ids: one.findings.iter().map(|(id, _)| id.to_string()).collect(),
        }
    }
}
