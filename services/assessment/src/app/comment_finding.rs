//! Comments on findings: writes, resolves, reopens and lists them. Whoever reads the finding reads its comments.

use chassis::{Caller, Tx, new_id};
use cpas_proto::assessment::v1 as pb;
use uuid::Uuid;

use super::{Seen, check_reach};
use crate::{
    Deps,
    domain::{
        comment::{COMMENTS_MAX, Comment, CommentRefused},
        finding::Finding,
        workshop::Written,
    },
    error::Error,
    events, store,
};

/// A comment with who asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenComment {
    pub comment: Comment,
    /// The caller wrote it.
    pub is_own: bool,
}

impl SeenComment {
    fn by(caller: &Caller, comment: Comment) -> Self {
        Self { is_own: comment.written.by == caller.account, comment }
    }
}

/// Writes one, while the assessment is open.
pub async fn add_finding_comment(
    deps: &Deps,
    caller: &Caller,
    assessment: Uuid,
    finding: Uuid,
    text: &str,
) -> Result<pb::FindingComment, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let found = open_finding(&mut tx, assessment, finding).await?;
    if store::comments::count(&mut tx, mission, assessment).await? >= COMMENTS_MAX {
        return Err(CommentRefused::Full.into());
    }
    let written = written(deps, caller);
    let comment = Comment::write(new_id(written.at), assessment, finding, text, written)?;
    store::comments::save(&mut tx, mission, &comment).await?;
    tx.publish(events::finding_comment_recorded(&comment, found.content.classification)).await?;
    Ok(tx.finish((&SeenComment::by(caller, comment)).into()).await?)
}

/// What is to become of a comment.
#[derive(Debug, Clone, Copy)]
pub enum Settle {
    Resolve,
    Reopen,
}

/// Resolves or reopens one: who wrote it may, and who assesses the outcome.
pub async fn settle_finding_comment(
    deps: &Deps,
    caller: &Caller,
    assessment: Uuid,
    seen: Seen,
    settle: Settle,
) -> Result<pb::FindingComment, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let comment = store::comments::for_change(&mut tx, mission, assessment, seen.id).await?;
    let comment = comment.ok_or(Error::NotFound("comment"))?;
    let found = open_finding(&mut tx, assessment, comment.finding_id).await?;
    seen.check(comment.version, || pb::FindingComment::from(&SeenComment::by(caller, comment.clone())))?;
    let outcome = store::frozen::outcome(&mut tx, mission, assessment, found.content.outcome_lineage_id).await?;
    let assesses = outcome.is_some_and(|outcome| check_reach(caller, &outcome).is_ok());
    let by = written(deps, caller);
    let comment = match settle {
        Settle::Resolve => comment.resolve(by, assesses)?,
        Settle::Reopen => comment.reopen(&by, assesses)?,
    };
    store::comments::save(&mut tx, mission, &comment).await?;
    tx.publish(events::finding_comment_recorded(&comment, found.content.classification)).await?;
    Ok(tx.finish((&SeenComment::by(caller, comment)).into()).await?)
}

/// The comments on the findings of an assessment that the caller may see, the oldest first.
pub async fn list_finding_comments(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<Vec<SeenComment>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, assessment).await?;
    let found = store::comments::of_assessment(&mut tx, mission, assessment).await?;
    Ok(found.into_iter().map(|comment| SeenComment::by(caller, comment)).collect())
}

/// A finding of an assessment that is open, which the caller may see.
pub async fn open_finding(tx: &mut Tx, assessment: Uuid, finding: Uuid) -> Result<Finding, Error> {
    let mission = tx.mission();
    let of = store::assessments::for_adding(tx, mission, assessment).await?.ok_or(Error::NotFound("assessment"))?;
    let found = store::findings::by_id(tx, mission, finding).await?;
    let found = found.filter(|found| found.assessment_id == assessment).ok_or(Error::NotFound("finding"))?;
    of.open()?;
    Ok(found)
}

fn written(deps: &Deps, caller: &Caller) -> Written {
    Written { by: caller.account, name: caller.name.clone(), at: deps.clock.now() }
}
