//! Looks evidence up where it can be looked up, and takes over its classification.
//!
//! An analysis or contribution must be of the same assessment, an observation must be there for the caller. Evidence of
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
                    Err(unknown(place, "an observation").into())
                }
                Err(error) => Err(error),
            }
        }
    });
    let found: Vec<Classification> = stream::iter(found).buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().max().unwrap_or(Classification::Unclassified))
}

/// The highest classification of the analyses and contributions referred to, all of which must be of the
/// assessment.
pub async fn computed(tx: &mut Tx, assessment: Uuid, evidence: &[Reference]) -> Result<Classification, Error> {
    let mission = tx.mission();
    let (analyses, contributions) = (ids(evidence, Kind::Analysis), ids(evidence, Kind::Contribution));
    let analysed = store::analyses::classifications(tx, mission, assessment, &analyses).await?;
    let contributed = store::contributions::classifications(tx, mission, assessment, &contributions).await?;
    let known: BTreeMap<Uuid, Classification> = analysed.into_iter().chain(contributed).collect();
    for (kind, what) in [(Kind::Analysis, "an analysis"), (Kind::Contribution, "a contribution")] {
        if let Some((place, _)) = of_kind(evidence, kind).find(|(_, id)| !known.contains_key(id)) {
            return Err(unknown(place, &format!("{what} of this assessment")).into());
        }
    }
    Ok(known.into_values().max().unwrap_or(Classification::Unclassified))
}

fn ids(evidence: &[Reference], kind: Kind) -> Vec<Uuid> {
    of_kind(evidence, kind).map(|(_, id)| id).collect()
}

fn of_kind(evidence: &[Reference], kind: Kind) -> impl Iterator<Item = (usize, Uuid)> {
    evidence
        .iter()
        .enumerate()
        .filter(move |(_, reference)| reference.kind == kind)
        .filter_map(|(place, reference)| Some((place, reference.id?)))
}

fn unknown(place: usize, what: &str) -> Invalid {
    Invalid::new(format!("evidence[{place}].id"), format!("is not the id of {what}"))
}
