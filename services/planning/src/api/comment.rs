//! Comments on the wire.

use chassis::{Caller, Failure};
use cpas_proto::planning::v1 as pb;
use tonic::{Request, Response};

use super::{
    Answer, Api,
    fields::{self, instant, plan_id},
};
use crate::{
    app::{self, SeenComment},
    domain::ids::{CommentId, ItemId},
    error::Error,
};

impl From<&SeenComment> for pb::PlanComment {
    fn from(seen: &SeenComment) -> Self {
        let comment = &seen.comment;
        let resolved = comment.resolved.as_ref();
        Self {
            id: comment.id.to_string(),
            plan_id: comment.plan.to_string(),
            item_id: comment.item.to_string(),
            text: comment.text.clone(),
            author: comment.written.by.name.clone(),
            written_at: instant(comment.written.at),
            resolved_by: resolved.map(|by| by.by.name.clone()).unwrap_or_default(),
            resolved_at: resolved.map(|by| instant(by.at)).unwrap_or_default(),
            version: comment.version,
            own: seen.is_own,
        }
    }
}

pub(super) async fn add_comment(api: &Api, request: Request<pb::AddCommentRequest>) -> Answer<pb::PlanComment> {
    let (caller, request) = Caller::open(request)?;
    let plan = plan_id(&request.plan_id)?;
    let item = fields::parse_needed_id("item_id", &request.item_id).map(ItemId).map_err(Error::from)?;
    Ok(Response::new(app::add_comment(&api.deps, &caller, plan, item, &request.text).await?))
}

pub(super) async fn resolve_comment(api: &Api, request: Request<pb::ResolveCommentRequest>) -> Answer<pb::PlanComment> {
    let (caller, request) = Caller::open(request)?;
    let plan = plan_id(&request.plan_id)?;
    let id = request.comment_id.parse().map(CommentId).map_err(|_| Failure::not_found("comment"))?;
    Ok(Response::new(app::resolve_comment(&api.deps, &caller, plan, id, request.version).await?))
}
