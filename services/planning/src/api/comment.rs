//! Comments on the wire.

use cpas_proto::planning::v1 as pb;

use super::fields::instant;
use crate::app::SeenComment;

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
