//! The calls of a workshop.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;
use tonic::{Request, Response};

use super::{Answer, Api, id, seen, workshop_requests as asked};
use crate::app;

pub(super) async fn open_workshop(api: &Api, request: Request<pb::OpenWorkshopRequest>) -> Answer<pb::Workshop> {
    let (caller, request) = Caller::open(request)?;
    let seen = app::open_workshop(&api.deps, &caller, asked::parse_open(&request)?).await?;
    Ok(Response::new((&seen).into()))
}

pub(super) async fn get_workshop(api: &Api, request: Request<pb::GetWorkshopRequest>) -> Answer<pb::Workshop> {
    let (caller, request) = Caller::open(request)?;
    let assessment = id("assessment", &request.assessment_id)?;
    let seen = app::get_workshop(&api.deps, &caller, assessment, request.wall).await?;
    Ok(Response::new((&seen).into()))
}

pub(super) async fn get_workshop_outcome(
    api: &Api,
    request: Request<pb::GetWorkshopOutcomeRequest>,
) -> Answer<pb::WorkshopOutcome> {
    let (caller, request) = Caller::open(request)?;
    let assessment = id("assessment", &request.assessment_id)?;
    let outcome = id("outcome", &request.outcome_lineage_id)?;
    let seen = app::get_outcome(&api.deps, &caller, assessment, outcome, request.wall).await?;
    Ok(Response::new((&seen).into()))
}

pub(super) async fn revise_workshop(api: &Api, request: Request<pb::ReviseWorkshopRequest>) -> Answer<pb::Workshop> {
    let (caller, request) = Caller::open(request)?;
    let seen = app::revise_workshop(&api.deps, &caller, asked::parse_revise(&request)?).await?;
    Ok(Response::new((&seen).into()))
}

pub(super) async fn turn_workshop(api: &Api, request: Request<pb::TurnWorkshopRequest>) -> Answer<pb::Workshop> {
    let (caller, request) = Caller::open(request)?;
    let (assessment, outcome) = asked::parse_turn(&request)?;
    let seen = app::turn_workshop(&api.deps, &caller, assessment, outcome).await?;
    Ok(Response::new((&seen).into()))
}

pub(super) async fn close_workshop(api: &Api, request: Request<pb::CloseWorkshopRequest>) -> Answer<pb::Workshop> {
    let (caller, request) = Caller::open(request)?;
    let seen = seen("assessment", &request.assessment_id, request.version)?;
    Ok(Response::new((&app::close_workshop(&api.deps, &caller, seen).await?).into()))
}

pub(super) async fn reopen_workshop(api: &Api, request: Request<pb::ReopenWorkshopRequest>) -> Answer<pb::Workshop> {
    let (caller, request) = Caller::open(request)?;
    let (seen, reason) = asked::parse_reopen(&request)?;
    Ok(Response::new((&app::reopen_workshop(&api.deps, &caller, seen, &reason).await?).into()))
}

pub(super) async fn join_workshop(
    api: &Api,
    request: Request<pb::JoinWorkshopRequest>,
) -> Answer<pb::WorkshopPresence> {
    let (caller, request) = Caller::open(request)?;
    let here = app::join_workshop(&api.deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new((&here).into()))
}

pub(super) async fn add_workshop_guest(
    api: &Api,
    request: Request<pb::AddWorkshopGuestRequest>,
) -> Answer<pb::WorkshopPresence> {
    let (caller, request) = Caller::open(request)?;
    let here = app::add_guest(&api.deps, &caller, asked::parse_guest(&request)?).await?;
    Ok(Response::new((&here).into()))
}

pub(super) async fn leave_workshop(
    api: &Api,
    request: Request<pb::LeaveWorkshopRequest>,
) -> Answer<pb::WorkshopPresence> {
    let (caller, request) = Caller::open(request)?;
    let (assessment, presence) = asked::parse_leave(&request)?;
    let gone = app::leave_workshop(&api.deps, &caller, assessment, presence).await?;
    Ok(Response::new((&gone).into()))
}

pub(super) async fn open_workshop_vote(
    api: &Api,
    request: Request<pb::OpenWorkshopVoteRequest>,
) -> Answer<pb::WorkshopVote> {
    let (caller, request) = Caller::open(request)?;
    let (seen, vote) = app::open_vote(&api.deps, &caller, asked::parse_open_vote(&request)?).await?;
    Ok(Response::new((&seen.vote(vote)?).into()))
}

pub(super) async fn cast_workshop_ballot(
    api: &Api,
    request: Request<pb::CastWorkshopBallotRequest>,
) -> Answer<pb::WorkshopVote> {
    let (caller, request) = Caller::open(request)?;
    let cast = asked::parse_cast(request)?;
    let vote = cast.vote_id;
    let seen = app::cast_ballot(&api.deps, &caller, cast).await?;
    Ok(Response::new((&seen.vote(vote)?).into()))
}

pub(super) async fn close_workshop_vote(
    api: &Api,
    request: Request<pb::CloseWorkshopVoteRequest>,
) -> Answer<pb::WorkshopVote> {
    let (caller, request) = Caller::open(request)?;
    let (assessment, close) = asked::parse_close_vote(&request)?;
    let seen = app::close_vote(&api.deps, &caller, assessment, close).await?;
    Ok(Response::new((&seen.vote(close.id)?).into()))
}

pub(super) async fn take_workshop_decision(
    api: &Api,
    request: Request<pb::TakeWorkshopDecisionRequest>,
) -> Answer<pb::WorkshopDecision> {
    let (caller, request) = Caller::open(request)?;
    let decide = asked::parse_decision(request)?;
    let taken = app::take_decision(&api.deps, &caller, decide).await?;
    Ok(Response::new((&taken).into()))
}

pub(super) async fn raise_workshop_dissent(
    api: &Api,
    request: Request<pb::RaiseWorkshopDissentRequest>,
) -> Answer<pb::WorkshopDissent> {
    let (caller, request) = Caller::open(request)?;
    let raise = asked::parse_dissent(&request)?;
    let raised = app::raise_dissent(&api.deps, &caller, raise).await?;
    Ok(Response::new((&raised).into()))
}

pub(super) async fn set_workshop_remark(
    api: &Api,
    request: Request<pb::SetWorkshopRemarkRequest>,
) -> Answer<pb::WorkshopRemark> {
    let (caller, request) = Caller::open(request)?;
    let set = asked::parse_remark(&request)?;
    let remark = app::set_remark(&api.deps, &caller, set).await?;
    Ok(Response::new((&remark).into()))
}

pub(super) async fn correct_workshop_minutes(
    api: &Api,
    request: Request<pb::CorrectWorkshopMinutesRequest>,
) -> Answer<pb::WorkshopCorrection> {
    let (caller, request) = Caller::open(request)?;
    let correct = asked::parse_correction(&request)?;
    let added = app::correct_minutes(&api.deps, &caller, correct).await?;
    Ok(Response::new((&added).into()))
}

pub(super) async fn render_workshop_minutes(
    api: &Api,
    request: Request<pb::RenderWorkshopMinutesRequest>,
) -> Answer<pb::WorkshopMinutes> {
    let (caller, request) = Caller::open(request)?;
    let (assessment, language) = asked::parse_minutes(&request)?;
    let document = app::render_minutes(&api.deps, &caller, assessment, language).await?;
    let file_name = format!("workshop-{assessment}-{language}.html");
    Ok(Response::new(pb::WorkshopMinutes { document, file_name }))
}
