//! Recommendations and decisions.

use chassis::Caller;
use cpas_proto::{assessment::v1 as pb, words::Classification};
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, Api, account, id, instant, rendered, seen, text};
use crate::{
    app::{self, Decide, FindSimilar, LinkDuplicate, Listed, Logged, Progress, Propose, SimilarFound},
    domain::{
        Invalid,
        finding::Finding,
        recommendation::{Decision, Proposal, Recommendation, parse_due},
        text::{NARRATIVE_CHARS_MAX, TITLE_CHARS_MAX, Text, plain},
        word, word_or_nothing,
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
        effect_known_at: word_or_nothing("effect_known_at", &request.effect_known_at)?,
    })
}

pub(super) fn parse_link(request: &pb::LinkDuplicateRecommendationRequest) -> Result<LinkDuplicate, Error> {
    Ok(LinkDuplicate {
        seen: seen("recommendation", &request.id, request.version)?,
        original: word_or_nothing("duplicate_of", &request.duplicate_of)?,
    })
}

pub(super) fn parse_similar(request: pb::FindSimilarRecommendationsRequest) -> Result<FindSimilar, Error> {
    let words = request.text.unwrap_or_default();
    let named = request.indicator_codes.len().max(request.finding_ids.len());
    if named > NAMED_MAX {
        return Err(Invalid::new("indicator_codes", format!("names more than {NAMED_MAX}")).into());
    }
    let finding = |(place, id): (usize, &String)| word(&format!("finding_ids[{place}]"), id);
    Ok(FindSimilar {
        // While it is written it may say nothing yet.
        text: Text::of(plain("text", &words.en, NARRATIVE_CHARS_MAX)?, plain("text", &words.fr, NARRATIVE_CHARS_MAX)?),
        finding_ids: request.finding_ids.iter().enumerate().map(finding).collect::<Result<_, Invalid>>()?,
        indicator_codes: request.indicator_codes,
        id: word_or_nothing("id", &request.id)?,
    })
}

impl From<&SimilarFound> for pb::SimilarRecommendation {
    fn from(found: &SimilarFound) -> Self {
        Self {
            recommendation: Some((&found.recommendation).into()),
            likeness: found.similar.likeness,
            shared_indicator_codes: found.similar.shared_codes.clone(),
            same_outcome: found.similar.same_outcome,
            assessment_title: found.assessment.as_ref().and_then(|one| text(&one.title)),
            assessment_period: found.assessment.as_ref().map(|one| one.period.to_string()).unwrap_or_default(),
        }
    }
}

impl From<&Listed> for pb::Recommendation {
    fn from(one: &Listed) -> Self {
        let plan = one.plan.as_ref();
        Self {
            changed_plan_id: plan.map(|plan| plan.id.to_string()).unwrap_or_default(),
            changed_plan_number: plan.map_or(0, |plan| plan.number),
            changed_plan_state: plan.map(|plan| plan.state.clone()).unwrap_or_default(),
            themes: one.themes.clone(),
            ..Self::from(&one.recommendation)
        }
    }
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
            duplicate_of: one.duplicate_of.map(|id| id.to_string()).unwrap_or_default(),
            plan_change_state: one.change_state.map(|state| state.word().to_owned()).unwrap_or_default(),
            implemented_at: one.implemented_at.map(instant).unwrap_or_default(),
            effect_known_at: one.effect_known_at.map(instant).unwrap_or_default(),
            // The version of the plan may be above a clearance, and themes come from what was frozen: a list tells.
            changed_plan_id: String::new(),
            changed_plan_number: 0,
            changed_plan_state: String::new(),
            themes: Vec::new(),
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
            findings: one.findings.iter().map(|(id, version)| decided_on(*id, *version, None)).collect(),
        }
    }
}

impl From<&Logged> for pb::Decision {
    fn from(one: &Logged) -> Self {
        let read = one.decision.findings.iter();
        let findings = read.map(|(id, version)| decided_on(*id, *version, one.findings.get(id))).collect();
        Self { findings, ..Self::from(&one.decision) }
    }
}

fn decided_on(id: Uuid, version: i64, read: Option<&(Finding, i64)>) -> pb::DecidedFinding {
    let bare = pb::DecidedFinding { finding_id: id.to_string(), version, ..Default::default() };
    let Some((Finding { content, .. }, newest)) = read else { return bare };
    pb::DecidedFinding {
        question: content.question.word().to_owned(),
        narrative: text(&content.narrative),
        progress_rating: content.progress_rating.map(|rating| rating.word().to_owned()).unwrap_or_default(),
        performance_rating: content.performance_rating.map(|rating| rating.word().to_owned()).unwrap_or_default(),
        newest_version: *newest,
        ..bare
    }
}

pub(super) async fn propose_recommendation(
    api: &Api,
    request: Request<pb::ProposeRecommendationRequest>,
) -> Answer<pb::Recommendation> {
    let (caller, request) = Caller::open(request)?;
    let propose = parse_propose(request)?;
    let proposed = app::propose_recommendation(&api.deps, &caller, propose).await?;
    Ok(Response::new((&proposed).into()))
}

pub(super) async fn decide_recommendation(
    api: &Api,
    request: Request<pb::DecideRecommendationRequest>,
) -> Answer<pb::Recommendation> {
    let (caller, request) = Caller::open(request)?;
    let decide = parse_decide(&request)?;
    let decided = app::decide_recommendation(&api.deps, &caller, decide).await?;
    Ok(Response::new((&decided).into()))
}

pub(super) async fn progress_recommendation(
    api: &Api,
    request: Request<pb::ProgressRecommendationRequest>,
) -> Answer<pb::Recommendation> {
    let (caller, request) = Caller::open(request)?;
    let progress = parse_progress(&request)?;
    let moved = app::progress_recommendation(&api.deps, &caller, progress).await?;
    Ok(Response::new((&moved).into()))
}

pub(super) async fn list_recommendations(
    api: &Api,
    request: Request<pb::ListRecommendationsRequest>,
) -> Answer<pb::ListRecommendationsResponse> {
    let (caller, request) = Caller::open(request)?;
    let assessment = match request.assessment_id.as_str() {
        "" => None,
        given => Some(id("assessment", given)?),
    };
    let found = app::list_recommendations(&api.deps, &caller, assessment).await?;
    Ok(Response::new(pb::ListRecommendationsResponse { recommendations: rendered(&found) }))
}

pub(super) async fn list_decisions(
    api: &Api,
    request: Request<pb::ListDecisionsRequest>,
) -> Answer<pb::ListDecisionsResponse> {
    let (caller, _) = Caller::open(request)?;
    let found = app::list_decisions(&api.deps, &caller).await?;
    Ok(Response::new(pb::ListDecisionsResponse { decisions: rendered(&found) }))
}
