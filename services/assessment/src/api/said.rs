//! What is said to findings: comments and dissents.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;
use tonic::{Request, Response};

use super::{Answer, Api, account, id, instant, rendered, seen};
use crate::{
    app::{self, Differ, SeenComment, Settle},
    domain::dissent::Dissent,
};

pub(super) async fn add_comment(
    api: &Api,
    request: Request<pb::AddFindingCommentRequest>,
) -> Answer<pb::FindingComment> {
    let (caller, request) = Caller::open(request)?;
    let (assessment, finding) = (id("assessment", &request.assessment_id)?, id("finding", &request.finding_id)?);
    Ok(Response::new(app::add_finding_comment(&api.deps, &caller, assessment, finding, &request.text).await?))
}

pub(super) async fn settle_comment(
    api: &Api,
    request: Request<pb::SettleFindingCommentRequest>,
    settle: Settle,
) -> Answer<pb::FindingComment> {
    let (caller, request) = Caller::open(request)?;
    let assessment = id("assessment", &request.assessment_id)?;
    let seen = seen("comment", &request.id, request.version)?;
    Ok(Response::new(app::settle_finding_comment(&api.deps, &caller, assessment, seen, settle).await?))
}

pub(super) async fn list_comments(
    api: &Api,
    request: Request<pb::ListFindingCommentsRequest>,
) -> Answer<pb::ListFindingCommentsResponse> {
    let (caller, request) = Caller::open(request)?;
    let found = app::list_finding_comments(&api.deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new(pb::ListFindingCommentsResponse { comments: rendered(&found) }))
}

pub(super) async fn dissent(api: &Api, request: Request<pb::DissentFromFindingRequest>) -> Answer<pb::FindingDissent> {
    let (caller, request) = Caller::open(request)?;
    let differ = Differ {
        assessment_id: id("assessment", &request.assessment_id)?,
        finding_id: id("finding", &request.finding_id)?,
        text: request.text,
        is_nameless: request.without_name,
    };
    let kept = app::dissent_from_finding(&api.deps, &caller, differ).await?;
    Ok(Response::new((&kept).into()))
}

pub(super) async fn list_dissents(
    api: &Api,
    request: Request<pb::ListFindingDissentsRequest>,
) -> Answer<pb::ListFindingDissentsResponse> {
    let (caller, request) = Caller::open(request)?;
    let found = app::list_finding_dissents(&api.deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new(pb::ListFindingDissentsResponse { dissents: rendered(&found) }))
}

impl From<&SeenComment> for pb::FindingComment {
    fn from(seen: &SeenComment) -> Self {
        let comment = &seen.comment;
        let resolved = comment.resolved.as_ref();
        Self {
            id: comment.id.to_string(),
            assessment_id: comment.assessment_id.to_string(),
            finding_id: comment.finding_id.to_string(),
            text: comment.text.clone(),
            recorded_at: instant(comment.written.at),
            recorded_by: account(comment.written.by),
            recorded_by_name: comment.written.name.clone(),
            resolved_at: resolved.map(|by| instant(by.at)).unwrap_or_default(),
            resolved_by: resolved.map(|by| account(by.by)).unwrap_or_default(),
            resolved_by_name: resolved.map(|by| by.name.clone()).unwrap_or_default(),
            version: comment.version,
            own: seen.is_own,
        }
    }
}

impl From<&Dissent> for pb::FindingDissent {
    fn from(one: &Dissent) -> Self {
        let by = one.by.as_ref();
        Self {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            finding_id: one.finding_id.to_string(),
            finding_version: one.finding_version,
            text: one.text.clone(),
            without_name: by.is_none(),
            recorded_by: by.map(|by| account(by.by)).unwrap_or_default(),
            recorded_by_name: by.map(|by| by.name.clone()).unwrap_or_default(),
            recorded_at: by.map_or_else(|| one.on.to_string(), |by| instant(by.at)),
        }
    }
}
