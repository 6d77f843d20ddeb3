//! Looks evidence up where it can be looked up, and takes over its classification.
//!
//! An analysis must be of the same assessment, an observation must be there for the caller. Evidence of
//! context and events have no read by id in the protocol yet: of those only the form of the id is
//! checked.

use std::collections::BTreeMap;

use chassis::{Caller, Code, Tx};
use cpas_proto::{
    collection::v1::{GetObservationRequest, collection_service_client::CollectionServiceClient},
    words::Classification,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use uuid::Uuid;

use crate::{
    Deps,
    domain::{
        Invalid,
        evidence::{Kind, Reference},
    },
    error::{Error, answered},
    store,
};

/// Observations looked up at a time.
const AT_ONCE: usize = 8;

/// The highest classification of the observations referred to. Called with no transaction open.
pub async fn observations(deps: &Deps, caller: &Caller, evidence: &[Reference]) -> Result<Classification, Error> {
    let client = CollectionServiceClient::new(deps.collection.on_behalf(caller));
    let found = of_kind(evidence, Kind::Observation).map(|(place, id)| {
        let mut client = client.clone();
        async move {
            let answer = client.get_observation(GetObservationRequest { id: id.to_string() }).await;
            match answer.map_err(answered("collection")) {
                Ok(answer) => {
                    let word = answer.into_inner().observation.unwrap_or_default().classification;
                    Ok(Classification::parse_or_unclassified(&word).unwrap_or(Classification::StrictlyConfidential))
                }
                Err(Error::Neighbour { failure, .. }) if matches!(failure.code, Code::NotFound | Code::Invalid) => {
                    Err(unknown(place, "observation").into())
                }
                Err(error) => Err(error),
            }
        }
    });
    let found: Vec<Classification> = stream::iter(found).buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().max().unwrap_or(Classification::Unclassified))
}

/// The highest classification of the analyses referred to, all of which must be of the assessment.
pub async fn analyses(tx: &mut Tx, assessment: Uuid, evidence: &[Reference]) -> Result<Classification, Error> {
    let asked: Vec<(usize, Uuid)> = of_kind(evidence, Kind::Analysis).collect();
    let ids: Vec<Uuid> = asked.iter().map(|(_, id)| *id).collect();
    let mission = tx.mission();
    let known: BTreeMap<Uuid, Classification> =
        store::analyses::classifications(tx, mission, assessment, &ids).await?.into_iter().collect();
    if let Some((place, _)) = asked.iter().find(|(_, id)| !known.contains_key(id)) {
        return Err(unknown(*place, "analysis of this assessment").into());
    }
    Ok(known.into_values().max().unwrap_or(Classification::Unclassified))
}

fn of_kind(evidence: &[Reference], kind: Kind) -> impl Iterator<Item = (usize, Uuid)> {
    evidence
        .iter()
        .enumerate()
        .filter(move |(_, reference)| reference.kind == kind)
        .filter_map(|(place, reference)| Some((place, reference.id?)))
}

fn unknown(place: usize, what: &str) -> Invalid {
    Invalid::new(format!("evidence[{place}].id"), format!("is not the id of an {what}"))
}
