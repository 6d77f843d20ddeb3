//! Findings.

use chassis::Caller;
use cpas_proto::{assessment::v1 as pb, words::Classification};
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, Api, account, id, instant, rendered, seen, text};
use crate::{
    app::{self, Record, Referring, Revise},
    domain::{
        Invalid,
        evidence::{Kind, REFERENCES_MAX, Reference},
        finding::{Content, Finding, NarrativeState},
        text::{NARRATIVE_CHARS_MAX, Text, plain},
        word, word_or_nothing,
    },
    error::Error,
};

pub(super) fn parse_record(request: pb::RecordFindingRequest) -> Result<Record, Error> {
    let finding = given(request)?;
    Ok(Record { assessment_id: id("assessment", &finding.assessment_id)?, content: content(&finding)? })
}

pub(super) fn parse_revise(request: pb::RecordFindingRequest) -> Result<Revise, Error> {
    let finding = given(request)?;
    Ok(Revise { seen: seen("finding", &finding.id, finding.version)?, content: content(&finding)? })
}

/// The record that findings rest on; a note is none.
pub(super) fn parse_reference(request: &pb::ListFindingsByReferenceRequest) -> Result<(Kind, Uuid), Error> {
    let reference = Reference::parse(&request.kind, &request.id, "")?;
    let id = reference.id.ok_or_else(|| Invalid::new("kind", "is \"note\", which is no record"))?;
    Ok((reference.kind, id))
}

impl From<&Referring> for pb::ReferringFinding {
    fn from(Referring { finding, assessment }: &Referring) -> Self {
        Self {
            finding: Some(finding.into()),
            assessment_title: text(&assessment.title),
            assessment_state: assessment.state.word().to_owned(),
        }
    }
}

fn given(request: pb::RecordFindingRequest) -> Result<pb::Finding, Invalid> {
    request.finding.ok_or_else(|| Invalid::new("finding", "is missing"))
}

fn content(given: &pb::Finding) -> Result<Content, Invalid> {
    let narrative = given.narrative.clone().unwrap_or_default();
    if given.evidence.len() > REFERENCES_MAX {
        return Err(Invalid::new("evidence", format!("has more than {REFERENCES_MAX} references")));
    }
    let reference = |(place, one): (usize, &pb::EvidenceReference)| {
        Reference::parse(&one.kind, &one.id, &one.note).map_err(|error| error.within(&format!("evidence[{place}]")))
    };
    Ok(Content {
        outcome_lineage_id: word("outcome_lineage_id", &given.outcome_lineage_id)?,
        question: word("question", &given.question)?,
        progress_rating: word_or_nothing("progress_rating", &given.progress_rating)?,
        performance_rating: word_or_nothing("performance_rating", &given.performance_rating)?,
        direction: word_or_nothing("direction", &given.direction)?,
        narrative: Text::parse("narrative", &narrative.en, &narrative.fr, NARRATIVE_CHARS_MAX)?,
        narrative_state: word_or_nothing("narrative_state", &given.narrative_state)?.unwrap_or(NarrativeState::Edited),
        evidence: given.evidence.iter().enumerate().map(reference).collect::<Result<_, Invalid>>()?,
        alternative_explanations: plain(
            "alternative_explanations",
            &given.alternative_explanations,
            NARRATIVE_CHARS_MAX,
        )?,
        confidence: word_or_nothing("confidence", &given.confidence)?,
        dissent: plain("dissent", &given.dissent, NARRATIVE_CHARS_MAX)?,
        classification: Classification::parse_or_unclassified(&given.classification)
            .map_err(|error| Invalid::new("classification", error.to_string()))?,
    })
}

impl From<&Finding> for pb::Finding {
    fn from(one: &Finding) -> Self {
        let content = &one.content;
        let reference = |reference: &Reference| pb::EvidenceReference {
            kind: reference.kind.word().to_owned(),
            id: reference.id.map(|id| id.to_string()).unwrap_or_default(),
            note: reference.note.clone(),
        };
        Self {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            outcome_lineage_id: content.outcome_lineage_id.to_string(),
            question: content.question.word().to_owned(),
            progress_rating: content.progress_rating.map_or("", |word| word.word()).to_owned(),
            performance_rating: content.performance_rating.map_or("", |word| word.word()).to_owned(),
            direction: content.direction.map_or("", |word| word.word()).to_owned(),
            narrative: text(&content.narrative),
            evidence: content.evidence.iter().map(reference).collect(),
            alternative_explanations: content.alternative_explanations.clone(),
            confidence: content.confidence.map_or("", |word| word.word()).to_owned(),
            dissent: content.dissent.clone(),
            version: one.version,
            recorded_at: instant(one.recorded_at),
            recorded_by: account(one.recorded_by),
            classification: content.classification.word().to_owned(),
            narrative_state: content.narrative_state.word().to_owned(),
        }
    }
}

pub(super) async fn record_finding(api: &Api, request: Request<pb::RecordFindingRequest>) -> Answer<pb::Finding> {
    let (caller, request) = Caller::open(request)?;
    let record = parse_record(request)?;
    let recorded = app::record_finding(&api.deps, &caller, record).await?;
    Ok(Response::new((&recorded).into()))
}

pub(super) async fn revise_finding(api: &Api, request: Request<pb::RecordFindingRequest>) -> Answer<pb::Finding> {
    let (caller, request) = Caller::open(request)?;
    let revise = parse_revise(request)?;
    let revised = app::revise_finding(&api.deps, &caller, revise).await?;
    Ok(Response::new((&revised).into()))
}

pub(super) async fn list_findings(
    api: &Api,
    request: Request<pb::ListFindingsRequest>,
) -> Answer<pb::ListFindingsResponse> {
    let (caller, request) = Caller::open(request)?;
    let found = app::list_findings(&api.deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new(pb::ListFindingsResponse { findings: rendered(&found) }))
}

pub(super) async fn list_findings_by_reference(
    api: &Api,
    request: Request<pb::ListFindingsByReferenceRequest>,
) -> Answer<pb::ListFindingsByReferenceResponse> {
    let (caller, request) = Caller::open(request)?;
    let reference = parse_reference(&request)?;
    let found = app::list_findings_by_reference(&api.deps, &caller, reference.0, reference.1).await?;
    Ok(Response::new(pb::ListFindingsByReferenceResponse { findings: rendered(&found) }))
}
