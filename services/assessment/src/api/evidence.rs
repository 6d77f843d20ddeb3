//! What was gathered on an outcome.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;
use tonic::{Request, Response};

use super::{Answer, Api, id, text};
use crate::{
    app::{self, Gathered},
    domain::gathered::Item,
};

pub(super) async fn gather(api: &Api, request: Request<pb::GatherEvidenceRequest>) -> Answer<pb::GatheredEvidence> {
    let (caller, request) = Caller::open(request)?;
    let assessment = id("assessment", &request.assessment_id)?;
    let outcome = id("outcome", &request.outcome_lineage_id)?;
    let found = app::gather_evidence(&api.deps, &caller, assessment, outcome).await?;
    Ok(Response::new((&found).into()))
}

impl From<&Gathered> for pb::GatheredEvidence {
    fn from(found: &Gathered) -> Self {
        Self {
            assessment_id: found.assessment_id.to_string(),
            outcome_lineage_id: found.outcome.to_string(),
            items: found.items.iter().map(pb::GatheredItem::from).collect(),
            cautions: found.cautions.iter().filter_map(text).collect(),
        }
    }
}

impl From<&Item> for pb::GatheredItem {
    fn from(item: &Item) -> Self {
        Self {
            kind: item.kind.word().to_owned(),
            id: item.id.map(|id| id.to_string()).unwrap_or_default(),
            label: item.label.clone(),
            statement: text(&item.statement),
            reasons: item.says_why().iter().filter_map(text).collect(),
            relevance: item.relevance(),
            questions: item.questions.iter().map(|question| question.word().to_owned()).collect(),
            classification: item.classification.word().to_owned(),
        }
    }
}
