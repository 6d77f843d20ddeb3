//! Invitations to an assessment.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;
use tonic::{Request, Response};

use super::{Answer, account, id, instant, text};
use crate::{
    Deps, app,
    domain::{course::WORDS_CHARS_MAX, invitation::Invitation, text::plain, word, word_or_nothing},
    error::Error,
};

pub(super) async fn invite(
    deps: &Deps,
    request: Request<pb::InviteToAssessmentRequest>,
) -> Answer<pb::AssessmentInvitation> {
    let (caller, request) = Caller::open(request)?;
    let invited = app::invite(deps, &caller, parse_invite(&request)?).await?;
    Ok(Response::new((&invited).into()))
}

pub(super) async fn answer(
    deps: &Deps,
    request: Request<pb::AnswerInvitationRequest>,
) -> Answer<pb::AssessmentInvitation> {
    let (caller, request) = Caller::open(request)?;
    let answered = app::answer_invitation(deps, &caller, parse_answer(&request)?).await?;
    Ok(Response::new((&answered).into()))
}

pub(super) async fn list_mine(
    deps: &Deps,
    request: Request<pb::ListMyInvitationsRequest>,
) -> Answer<pb::ListMyInvitationsResponse> {
    let (caller, _) = Caller::open(request)?;
    let found = app::my_invitations(deps, &caller).await?;
    let rendered = |one: &app::Invited| pb::AssessmentInvitation {
        assessment_title: text(&one.assessment.title),
        ..(&one.invitation).into()
    };
    Ok(Response::new(pb::ListMyInvitationsResponse { invitations: found.iter().map(rendered).collect() }))
}

fn parse_invite(request: &pb::InviteToAssessmentRequest) -> Result<app::Invite, Error> {
    Ok(app::Invite {
        assessment_id: id("assessment", &request.assessment_id)?,
        account: word("account_id", &request.account_id)?,
        part: word_or_nothing("role", &request.role)?,
    })
}

fn parse_answer(request: &pb::AnswerInvitationRequest) -> Result<app::Answer, Error> {
    Ok(app::Answer {
        assessment_id: id("assessment", &request.assessment_id)?,
        accept: request.accept,
        word: plain("word", &request.word, WORDS_CHARS_MAX)?,
    })
}

impl From<&Invitation> for pb::AssessmentInvitation {
    fn from(one: &Invitation) -> Self {
        Self {
            assessment_id: one.assessment_id.to_string(),
            account_id: account(one.account),
            role: one.part.word().to_owned(),
            state: one.state.word().to_owned(),
            word: one.word.clone(),
            invited_at: instant(one.invited_at),
            invited_by: account(one.invited_by),
            answered_at: one.answered_at.map(instant).unwrap_or_default(),
            version: one.version,
            assessment_title: None,
        }
    }
}
