//! Comments on items of a plan in review: writes, resolves and shows them.

use chassis::{Caller, new_id};
use cpas_proto::planning::v1 as pb;

use super::{json, reach::reach_item, recorded};
use crate::{
    Deps,
    domain::{
        broken::Broken,
        comment::{COMMENTS_MAX, Comment, CommentRefused},
        ids::{CommentId, ItemId, PlanId},
    },
    error::Error,
    events,
    store::{
        comments,
        plans::{self, Which},
    },
};

/// A comment with who asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenComment {
    pub comment: Comment,
    /// True where the caller wrote it.
    pub is_own: bool,
}

/// The comment that was written.
///
/// # Errors
/// `Missing` for the plan; `Comment` when it is not in review or nothing is said; `Broken` for an item that
/// the plan does not have.
pub async fn add_comment(
    deps: &Deps,
    caller: &Caller,
    plan: PlanId,
    item: ItemId,
    text: &str,
) -> Result<pb::PlanComment, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let stored = plans::find_to_change(&mut tx, mission, plan).await?.ok_or(Error::Missing("plan"))?;
    let recorded = recorded(caller, &deps.clock);
    let id = CommentId(new_id(recorded.at));
    let comment = Comment::written(id, plan, item, text, stored.head.state, recorded)?;
    if stored.framework.item(item).is_none() {
        return Err(Broken::one("item_id", "The plan has no item under this id.").into());
    }
    if comments::count(&mut tx, mission, plan).await? >= COMMENTS_MAX {
        return Err(CommentRefused::Full.into());
    }
    comments::save(&mut tx, mission, &comment).await?;
    tx.publish(events::comment_recorded(&comment, stored.head.classification)).await?;
    Ok(tx.finish(pb::PlanComment::from(&SeenComment { comment, is_own: true })).await?)
}

/// The comment as done with.
///
/// # Errors
/// `Missing`; `Stale` with the stored one; `Comment` for a stranger, or when the plan was decided on.
pub async fn resolve_comment(
    deps: &Deps,
    caller: &Caller,
    plan: PlanId,
    id: CommentId,
    seen_version: i64,
) -> Result<pb::PlanComment, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let stored = plans::find_to_change(&mut tx, mission, plan).await?.ok_or(Error::Missing("plan"))?;
    let comment = comments::find_to_change(&mut tx, mission, plan, id).await?.ok_or(Error::Missing("comment"))?;
    let by = recorded(caller, &deps.clock);
    if comment.version != seen_version {
        let is_own = comment.is_by(&by.by);
        let seen = SeenComment { comment, is_own };
        return Err(Error::Stale { version: seen.comment.version, current_json: json(&pb::PlanComment::from(&seen))? });
    }
    // A planner of the item; of one that is gone, whoever plans at all.
    let is_planner = match stored.framework.item(comment.item) {
        Some(item) => reach_item(caller, &item.content).is_ok(),
        None => caller.reaches_section(super::reach::PLANNERS, ""),
    };
    let comment = comment.resolved(by.clone(), is_planner, stored.head.state)?;
    comments::save(&mut tx, mission, &comment).await?;
    tx.publish(events::comment_recorded(&comment, stored.head.classification)).await?;
    let is_own = comment.is_by(&by.by);
    Ok(tx.finish(pb::PlanComment::from(&SeenComment { comment, is_own })).await?)
}

/// All comments on a plan, the oldest first.
///
/// # Errors
/// `Missing`.
pub async fn list_comments(deps: &Deps, caller: &Caller, plan: PlanId) -> Result<pb::ListCommentsResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    plans::find(&mut tx, mission, Which::Id(plan)).await?.ok_or(Error::Missing("plan"))?;
    let seen = |comment: Comment| SeenComment { is_own: comment.written.by.account == caller.account, comment };
    let comments = comments::of_plan(&mut tx, mission, plan).await?.into_iter().map(seen);
    Ok(pb::ListCommentsResponse { comments: comments.map(|one| pb::PlanComment::from(&one)).collect() })
}
