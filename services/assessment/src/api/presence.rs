//! Who is at work where.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, Api, account, id};
use crate::{
    app,
    domain::{
        presence::{LASTS, Place, Present},
        word_or_nothing,
    },
    error::Error,
};

pub(super) async fn tell(api: &Api, request: Request<pb::TellPresenceRequest>) -> Answer<pb::Presences> {
    let (caller, request) = Caller::open(request)?;
    let assessment = id("assessment", &request.assessment_id)?;
    let place = if request.gone { None } else { Some(place(&request)?) };
    let others = app::tell_presence(&api.deps, &caller, assessment, place).await?;
    Ok(Response::new(rendered(&others)))
}

pub(super) async fn list(api: &Api, request: Request<pb::ListPresencesRequest>) -> Answer<pb::Presences> {
    let (caller, request) = Caller::open(request)?;
    let others = app::list_presences(&api.deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new(rendered(&others)))
}

fn place(request: &pb::TellPresenceRequest) -> Result<Place, Error> {
    let one = |what: &'static str, given: &str| -> Result<Option<Uuid>, Error> {
        if given.is_empty() { Ok(None) } else { id(what, given).map(Some) }
    };
    Ok(Place {
        outcome: one("outcome", &request.outcome_lineage_id)?,
        finding: one("finding", &request.finding_id)?,
        question: word_or_nothing("question", &request.question)?,
        is_editing: request.editing,
    })
}

fn rendered(others: &[Present]) -> pb::Presences {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let presence = |one: &Present| pb::Presence {
        account_id: account(one.account_id),
        name: one.name.clone(),
        outcome_lineage_id: id(one.place.outcome),
        finding_id: id(one.place.finding),
        question: one.place.question.map_or("", |question| question.word()).to_owned(),
        editing: one.place.is_editing,
    };
    let lasts_seconds = u32::try_from(LASTS.num_seconds()).unwrap_or_default();
    pb::Presences { presences: others.iter().map(presence).collect(), lasts_seconds }
}
