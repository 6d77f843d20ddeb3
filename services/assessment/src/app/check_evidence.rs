//! Looks evidence up where it is kept, and takes over its classification.
//!
//! An analysis, a contribution and a place where events gather must be of the same assessment, a finding of one that was
//! finalized; what other services hold must be there for the caller.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{Caller, Code, Tx};
use cpas_proto::{
    collection::v1::{GetEventRequest, GetObservationRequest, collection_service_client::CollectionServiceClient},
    words::Classification,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use uuid::Uuid;

use super::{known_or_highest, read_context};
use crate::{
    Deps,
    domain::{
        Invalid,
        evidence::{Kind, Reference},
        gathered::places,
    },
    error::{Error, answered},
    store,
};

/// Records looked up at a time.
const AT_ONCE: usize = 8;

/// The highest classification of what other services hold. Called with no transaction open.
pub async fn elsewhere(deps: &Deps, caller: &Caller, evidence: &[Reference]) -> Result<Classification, Error> {
    let collected =
        one_by_one(evidence, Kind::Observation, "an observation", |id| observation(deps, caller, id)).await?;
    let happened = one_by_one(evidence, Kind::Event, "an event", |id| event(deps, caller, id)).await?;
    let about =
        one_by_one(evidence, Kind::Stakeholder, "a stakeholder", |id| read_context::stakeholder(deps, caller, id))
            .await?;
    let mut highest = collected.max(happened).max(about);
    let cited = |kind| of_kind(evidence, kind).map(|(_, id)| id).collect::<BTreeSet<_>>();
    let (factors, papers) = (cited(Kind::Factor), cited(Kind::Evidence));
    if !factors.is_empty() {
        let factors = read_context::factors(deps, caller, None, Some(&factors)).await?;
        let known = factors.into_iter().map(|one| (one.id, one.classification)).collect();
        highest = highest.max(among(evidence, Kind::Factor, "a factor of a published context map", &known)?);
    }
    if !papers.is_empty() {
        let papers = read_context::papers(deps, caller, Some(&papers)).await?;
        let known = papers.into_iter().map(|one| (one.id, one.classification)).collect();
        highest = highest.max(among(evidence, Kind::Evidence, "a piece of evidence", &known)?);
    }
    Ok(highest)
}

async fn observation(deps: &Deps, caller: &Caller, id: Uuid) -> Result<Option<Classification>, Error> {
    let mut client = CollectionServiceClient::new(deps.collection.on_behalf(caller));
    let answer = client.get_observation(GetObservationRequest { id: id.to_string() }).await;
    let answer = answer.map_err(answered("collection"));
    classified(answer.map(|found| found.into_inner().observation.unwrap_or_default().classification))
}

async fn event(deps: &Deps, caller: &Caller, id: Uuid) -> Result<Option<Classification>, Error> {
    let mut client = CollectionServiceClient::new(deps.collection.on_behalf(caller));
    let answer = client.get_event(GetEventRequest { event_id: id.to_string() }).await;
    classified(answer.map_err(answered("collection")).map(|found| found.into_inner().classification))
}

/// The classification that was answered, a word that is not known yet taken for the highest; `None`: there is no such record.
fn classified(word: Result<String, Error>) -> Result<Option<Classification>, Error> {
    match word {
        Ok(word) => Ok(Some(known_or_highest(&word))),
        Err(Error::Neighbour { failure, .. }) if matches!(failure.code, Code::NotFound | Code::Invalid) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The highest classification of the references of a kind, each looked up by itself.
async fn one_by_one<F>(
    evidence: &[Reference],
    kind: Kind,
    what: &str,
    look: impl Fn(Uuid) -> F,
) -> Result<Classification, Error>
where
    F: Future<Output = Result<Option<Classification>, Error>>,
{
    let found = of_kind(evidence, kind).map(|(place, id)| {
        let looked = look(id);
        async move { looked.await?.ok_or_else(|| Error::from(unknown(place, what))) }
    });
    let found: Vec<Classification> = stream::iter(found).buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
    Ok(found.into_iter().max().unwrap_or(Classification::Unclassified))
}

/// The highest classification of what this service holds: all of it must be what it says.
pub async fn computed(tx: &mut Tx, assessment: Uuid, evidence: &[Reference]) -> Result<Classification, Error> {
    let mission = tx.mission();
    let ids = |kind| of_kind(evidence, kind).map(|(_, id)| id).collect::<Vec<_>>();
    let analysed = store::analyses::classifications(tx, mission, assessment, &ids(Kind::Analysis)).await?;
    let contributed = store::contributions::classifications(tx, mission, assessment, &ids(Kind::Contribution)).await?;
    let earlier = store::findings::finalized(tx, mission, assessment, &ids(Kind::Finding)).await?;
    let mut highest = Classification::Unclassified;
    for (kind, what, known) in [
        (Kind::Analysis, "an analysis of this assessment", analysed.into_iter().collect()),
        (Kind::Contribution, "a contribution of this assessment", contributed.into_iter().collect()),
        (Kind::Finding, "a finding of a finalized assessment", earlier.into_iter().collect()),
    ] {
        highest = highest.max(among(evidence, kind, what, &known)?);
    }
    let gathers = |kind| matches!(kind, Kind::HotSpot | Kind::Cluster);
    if evidence.iter().any(|reference| gathers(reference.kind)) {
        let found = store::hot_spots::classified(tx, mission, assessment).await?;
        let known = |kind: Kind| -> BTreeMap<Uuid, Classification> {
            let all = found.iter().flat_map(|(found, classification)| {
                places(assessment, found).into_iter().map(|(kind, id)| (kind, id, *classification))
            });
            all.filter(|(one, ..)| *one == kind).map(|(_, id, classification)| (id, classification)).collect()
        };
        for (kind, what) in [
            (Kind::HotSpot, "an area of this assessment where events gather"),
            (Kind::Cluster, "a cluster of events of this assessment"),
        ] {
            highest = highest.max(among(evidence, kind, what, &known(kind))?);
        }
    }
    Ok(highest)
}

/// The highest classification of the references of a kind, all of which must be among what is known.
fn among(
    evidence: &[Reference],
    kind: Kind,
    what: &str,
    known: &BTreeMap<Uuid, Classification>,
) -> Result<Classification, Invalid> {
    let mut highest = Classification::Unclassified;
    for (place, id) in of_kind(evidence, kind) {
        highest = highest.max(*known.get(&id).ok_or_else(|| unknown(place, what))?);
    }
    Ok(highest)
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

/// The highest classification of the assessment's findings whose notes are taken over word for word: what somebody wrote down in
/// a restricted finding stays as restricted in the next one.
pub async fn noted(tx: &mut Tx, assessment: Uuid, evidence: &[Reference]) -> Result<Classification, Error> {
    let notes: Vec<&str> = evidence.iter().filter(|one| one.kind == Kind::Note).map(|one| one.note.as_str()).collect();
    if notes.is_empty() {
        return Ok(Classification::Unclassified);
    }
    let mission = tx.mission();
    let findings = store::findings::of_assessment(tx, mission, assessment).await?;
    let repeats = |own: &str| own.lines().map(str::trim).any(|line| notes.iter().any(|note| is_line_of(line, note)));
    let repeated = findings
        .iter()
        .filter(|finding| finding.content.evidence.iter().any(|one| one.kind == Kind::Note && repeats(&one.note)));
    Ok(repeated.map(|finding| finding.content.classification).max().unwrap_or(Classification::Unclassified))
}

fn is_line_of(line: &str, note: &str) -> bool {
    !line.is_empty() && note.lines().any(|own| own.trim() == line)
}
