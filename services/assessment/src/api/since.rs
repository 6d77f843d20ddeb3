//! What changed since the assessment before.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;
use tonic::{Request, Response};

use super::{Answer, Api, id};
use crate::{
    app::{self, Since},
    domain::since::{CHANGES_MAX, Change},
};

impl From<&Change> for pb::ChangeSince {
    fn from(change: &Change) -> Self {
        Self {
            what: change.what.to_string(),
            indicator_code: change.indicator_code.clone(),
            area: change.area.clone().unwrap_or_default(),
            outcome_lineage_id: change.outcome_lineage_id.map(|id| id.to_string()).unwrap_or_default(),
            before: change.before.clone(),
            after: change.after.clone(),
            importance: change.importance.into(),
            statement: super::text(&change.statement),
            record_ids: change.records.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&Since> for pb::ChangesSince {
    fn from(since: &Since) -> Self {
        Self {
            earlier: since.earlier.as_ref().map(Into::into),
            count: since.changes.len().try_into().unwrap_or(u32::MAX),
            changes: since.changes.iter().take(CHANGES_MAX).map(Into::into).collect(),
        }
    }
}

pub(super) async fn list_changes_since(
    api: &Api,
    request: Request<pb::ListChangesSinceRequest>,
) -> Answer<pb::ChangesSince> {
    let (caller, request) = Caller::open(request)?;
    let found = app::read_since(&api.deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new((&found).into()))
}
