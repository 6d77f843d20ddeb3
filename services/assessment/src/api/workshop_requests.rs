//! Workshops: what is asked of them.

use cpas_proto::{
    assessment::v1 as pb,
    common::v1::Text as PbText,
    words::{Classification, Language},
};
use uuid::Uuid;

use super::{id, recommendation, seen};
use crate::{
    app::{
        CastBallot, Correct, DecideInRoom, Guest, OpenVote, OpenWorkshop, Raise, ReviseWorkshop, Seen, SetRemark,
        TakeOver,
    },
    domain::{
        Invalid,
        text::{Text, plain},
        word, word_or_nothing,
        workshop::{NAME_CHARS_MAX, WORDS_CHARS_MAX, vote::Asked},
    },
    error::Error,
};

/// Most outcomes that one agenda names.
const AGENDA_MAX: usize = 1_000;

pub(super) fn parse_open(request: &pb::OpenWorkshopRequest) -> Result<OpenWorkshop, Error> {
    let room = classification("room_classification", &request.room_classification)?;
    Ok(OpenWorkshop { assessment_id: id("assessment", &request.assessment_id)?, room })
}

pub(super) fn parse_revise(request: &pb::ReviseWorkshopRequest) -> Result<ReviseWorkshop, Error> {
    if request.agenda.len() > AGENDA_MAX {
        return Err(Invalid::new("agenda", format!("names more than {AGENDA_MAX} outcomes")).into());
    }
    let named = request.agenda.iter().enumerate();
    let agenda: Vec<Uuid> =
        named.map(|(place, outcome)| word(&format!("agenda[{place}]"), outcome)).collect::<Result<_, Invalid>>()?;
    Ok(ReviseWorkshop {
        seen: seen("assessment", &request.assessment_id, request.version)?,
        agenda: (!agenda.is_empty()).then_some(agenda),
        room: word_or_nothing("room_classification", &request.room_classification)?,
    })
}

pub(super) fn parse_turn(request: &pb::TurnWorkshopRequest) -> Result<(Uuid, Uuid), Error> {
    Ok((id("assessment", &request.assessment_id)?, word("outcome_lineage_id", &request.outcome_lineage_id)?))
}

pub(super) fn parse_reopen(request: &pb::ReopenWorkshopRequest) -> Result<(Seen, String), Error> {
    let reason = plain("reason", &request.reason, WORDS_CHARS_MAX)?;
    if reason.is_empty() {
        return Err(Invalid::new("reason", "is empty; say why the workshop is reopened").into());
    }
    Ok((seen("assessment", &request.assessment_id, request.version)?, reason))
}

pub(super) fn parse_guest(request: &pb::AddWorkshopGuestRequest) -> Result<Guest, Error> {
    let name = plain("name", &request.name, NAME_CHARS_MAX)?;
    if name.is_empty() {
        return Err(Invalid::new("name", "is empty; write the guest's name").into());
    }
    let section = plain("section", &request.section, NAME_CHARS_MAX)?;
    Ok(Guest { assessment_id: id("assessment", &request.assessment_id)?, name, section })
}

pub(super) fn parse_leave(request: &pb::LeaveWorkshopRequest) -> Result<(Uuid, Option<Uuid>), Error> {
    let presence = match request.presence_id.as_str() {
        "" => None,
        given => Some(id("presence", given)?),
    };
    Ok((id("assessment", &request.assessment_id)?, presence))
}

pub(super) fn parse_open_vote(request: &pb::OpenWorkshopVoteRequest) -> Result<OpenVote, Error> {
    let asked: Asked = word("question", &request.question)?;
    let text = if asked == Asked::Proposal { words(&request.text)? } else { words_or_nothing(&request.text)? };
    Ok(OpenVote {
        assessment_id: id("assessment", &request.assessment_id)?,
        outcome: word("outcome_lineage_id", &request.outcome_lineage_id)?,
        finding_id: word_or_nothing("finding_id", &request.finding_id)?,
        asked,
        text,
        secret: request.secret,
        classification: classification("classification", &request.classification)?,
    })
}

pub(super) fn parse_cast(request: pb::CastWorkshopBallotRequest) -> Result<CastBallot, Error> {
    Ok(CastBallot {
        assessment_id: id("assessment", &request.assessment_id)?,
        vote_id: id("vote", &request.vote_id)?,
        choice: word("choice", &request.choice)?,
        key: request.ballot_key,
    })
}

pub(super) fn parse_close_vote(request: &pb::CloseWorkshopVoteRequest) -> Result<(Uuid, Seen), Error> {
    Ok((id("assessment", &request.assessment_id)?, seen("vote", &request.vote_id, request.version)?))
}

pub(super) fn parse_decision(request: pb::TakeWorkshopDecisionRequest) -> Result<DecideInRoom, Error> {
    let progress = word_or_nothing("progress_rating", &request.progress_rating)?;
    let performance = word_or_nothing("performance_rating", &request.performance_rating)?;
    let take_over = if request.finding_id.is_empty() {
        None
    } else if progress.is_none() && performance.is_none() {
        return Err(Invalid::new("progress_rating", "is empty; say which rating the finding takes over").into());
    } else {
        let finding = seen("finding", &request.finding_id, request.finding_version)?;
        Some(TakeOver { finding, progress, performance })
    };
    let assessment_id = id("assessment", &request.assessment_id)?;
    let recommendation = request
        .recommendation
        .map(|one| pb::Recommendation { assessment_id: request.assessment_id.clone(), ..one })
        .map(|one| recommendation::parse_propose(pb::ProposeRecommendationRequest { recommendation: Some(one) }))
        .transpose()?;
    Ok(DecideInRoom {
        assessment_id,
        outcome: word("outcome_lineage_id", &request.outcome_lineage_id)?,
        text: words(&request.text)?,
        proposed_by: plain("proposed_by", &request.proposed_by, NAME_CHARS_MAX)?,
        vote_id: word_or_nothing("vote_id", &request.vote_id)?,
        take_over,
        recommendation,
        classification: classification("classification", &request.classification)?,
    })
}

pub(super) fn parse_dissent(request: &pb::RaiseWorkshopDissentRequest) -> Result<Raise, Error> {
    let text = plain("text", &request.text, WORDS_CHARS_MAX)?;
    if text.is_empty() {
        return Err(Invalid::new("text", "is empty; say what you see otherwise").into());
    }
    let assessment_id = id("assessment", &request.assessment_id)?;
    Ok(Raise { assessment_id, finding_id: id("finding", &request.finding_id)?, text })
}

pub(super) fn parse_remark(request: &pb::SetWorkshopRemarkRequest) -> Result<SetRemark, Error> {
    Ok(SetRemark {
        assessment_id: id("assessment", &request.assessment_id)?,
        outcome: word("outcome_lineage_id", &request.outcome_lineage_id)?,
        text: words_or_nothing(&request.text)?,
        version: request.version,
        classification: classification("classification", &request.classification)?,
    })
}

pub(super) fn parse_correction(request: &pb::CorrectWorkshopMinutesRequest) -> Result<Correct, Error> {
    Ok(Correct {
        assessment_id: id("assessment", &request.assessment_id)?,
        text: words(&request.text)?,
        classification: classification("classification", &request.classification)?,
    })
}

pub(super) fn parse_minutes(request: &pb::RenderWorkshopMinutesRequest) -> Result<(Uuid, Language), Error> {
    let language = word_or_nothing("language", &request.language)?.unwrap_or(Language::En);
    Ok((id("assessment", &request.assessment_id)?, language))
}

fn words(given: &Option<PbText>) -> Result<Text, Invalid> {
    let given = given.clone().unwrap_or_default();
    Text::parse("text", &given.en, &given.fr, WORDS_CHARS_MAX)
}

fn words_or_nothing(given: &Option<PbText>) -> Result<Text, Invalid> {
    let given = given.clone().unwrap_or_default();
    let part = |text: &str| plain("text", text, WORDS_CHARS_MAX);
    Ok(Text { en: part(&given.en)?, fr: part(&given.fr)? })
}

fn classification(field: &str, given: &str) -> Result<Classification, Invalid> {
    Classification::parse_or_unclassified(given).map_err(|error| Invalid::new(field, error.to_string()))
}
