//! Assessments.

use chassis::Caller;
use chrono::{DateTime, Utc};
use cpas_proto::assessment::v1 as pb;
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, Api, account, id, instant, rendered, seen, text};
use crate::{
    app::{self, Freeze},
    domain::{
        Invalid,
        assessment::{Assessment, NewAssessment, PARTICIPANTS_MAX},
        text::{TITLE_CHARS_MAX, Text},
        word,
    },
    error::Error,
};

pub(super) fn parse_schedule(request: pb::ScheduleAssessmentRequest) -> Result<NewAssessment, Invalid> {
    let title = request.title.unwrap_or_default();
    if request.participants.len() > PARTICIPANTS_MAX {
        return Err(Invalid::new("participants", format!("names more than {PARTICIPANTS_MAX} people")));
    }
    let mut participants = Vec::with_capacity(request.participants.len());
    for (place, participant) in request.participants.iter().enumerate() {
        let id: Uuid = word(&format!("participants[{place}]"), participant)?;
        if !participants.contains(&id) {
            participants.push(id);
        }
    }
    Ok(NewAssessment {
        title: Text::parse("title", &title.en, &title.fr, TITLE_CHARS_MAX)?,
        kind: word("kind", &request.kind)?,
        period: word("period", &request.period)?,
        plan_id: match request.plan_id.as_str() {
            "" => None,
            id => Some(word("plan_id", id)?),
        },
        participants,
        follows: match request.follows_id.as_str() {
            "" => None,
            id => Some(word("follows_id", id)?),
        },
    })
}

pub(super) fn parse_freeze(request: &pb::FreezeAssessmentRequest) -> Result<Freeze, Error> {
    let cut_off = match request.cut_off.as_str() {
        "" => None,
        given => Some(parse_instant("cut_off", given)?),
    };
    Ok(Freeze { seen: seen("assessment", &request.id, request.version)?, cut_off })
}

fn parse_instant(field: &str, given: &str) -> Result<DateTime<Utc>, Invalid> {
    let parsed = DateTime::parse_from_rfc3339(given);
    parsed
        .map(|at| at.to_utc())
        .map_err(|_| Invalid::new(field, format!("\"{given}\" is not an instant; write 2025-07-10T00:00:00Z")))
}

impl From<&Assessment> for pb::Assessment {
    fn from(one: &Assessment) -> Self {
        let pinned = one.pinned.as_ref();
        Self {
            id: one.id.to_string(),
            title: text(&one.title),
            kind: one.kind.word().to_owned(),
            period: one.period.to_string(),
            plan_id: one.plan_id.map(|id| id.to_string()).unwrap_or_default(),
            plan_number: pinned.map(|pinned| pinned.plan_number).unwrap_or_default(),
            cut_off: pinned.map(|pinned| instant(pinned.cut_off)).unwrap_or_default(),
            participants: one.participants.iter().map(Uuid::to_string).collect(),
            state: one.state.word().to_owned(),
            version: one.version,
            recorded_at: instant(one.recorded_at),
            recorded_by: account(one.recorded_by),
            frozen_at: pinned.map(|pinned| instant(pinned.frozen_at)).unwrap_or_default(),
            classification: one.classification.word().to_owned(),
            follows_id: one.follows.map(|id| id.to_string()).unwrap_or_default(),
        }
    }
}

pub(super) async fn schedule_assessment(
    api: &Api,
    request: Request<pb::ScheduleAssessmentRequest>,
) -> Answer<pb::Assessment> {
    let (caller, request) = Caller::open(request)?;
    let new = parse_schedule(request).map_err(Error::from)?;
    let scheduled = app::schedule_assessment(&api.deps, &caller, new).await?;
    Ok(Response::new((&scheduled).into()))
}

pub(super) async fn get_assessment(api: &Api, request: Request<pb::GetAssessmentRequest>) -> Answer<pb::Assessment> {
    let (caller, request) = Caller::open(request)?;
    let found = app::get_assessment(&api.deps, &caller, id("assessment", &request.id)?).await?;
    Ok(Response::new((&found).into()))
}

pub(super) async fn list_assessments(
    api: &Api,
    request: Request<pb::ListAssessmentsRequest>,
) -> Answer<pb::ListAssessmentsResponse> {
    let (caller, _) = Caller::open(request)?;
    let found = app::list_assessments(&api.deps, &caller).await?;
    Ok(Response::new(pb::ListAssessmentsResponse { assessments: rendered(&found) }))
}

pub(super) async fn freeze_assessment(
    api: &Api,
    request: Request<pb::FreezeAssessmentRequest>,
) -> Answer<pb::Assessment> {
    let (caller, request) = Caller::open(request)?;
    let freeze = parse_freeze(&request)?;
    let frozen = app::freeze_assessment(&api.config, &api.deps, &caller, freeze).await?;
    Ok(Response::new((&frozen).into()))
}

pub(super) async fn advance_assessment(
    api: &Api,
    request: Request<pb::MoveAssessmentRequest>,
) -> Answer<pb::Assessment> {
    let (caller, request) = Caller::open(request)?;
    let seen = seen("assessment", &request.id, request.version)?;
    let advanced = app::advance_assessment(&api.deps, &caller, seen).await?;
    Ok(Response::new((&advanced).into()))
}

pub(super) async fn finalize_assessment(
    api: &Api,
    request: Request<pb::MoveAssessmentRequest>,
) -> Answer<pb::Assessment> {
    let (caller, request) = Caller::open(request)?;
    let seen = seen("assessment", &request.id, request.version)?;
    let finalized = app::finalize_assessment(&api.deps, &caller, seen).await?;
    Ok(Response::new((&finalized).into()))
}
