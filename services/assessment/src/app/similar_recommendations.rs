//! Finds recommendations that say nearly the same as one that is being written.

use std::collections::{BTreeMap, BTreeSet};

use chassis::Caller;
use uuid::Uuid;

use crate::{
    Deps,
    domain::{
        assessment::Assessment,
        recommendation::Recommendation,
        similar::{Similar, Spoken, similar},
        text::Text,
    },
    error::Error,
    store,
};

/// What is being written.
#[derive(Debug, Clone)]
pub struct FindSimilar {
    pub text: Text,
    pub indicator_codes: Vec<String>,
    pub finding_ids: Vec<Uuid>,
    /// Left out: the one that is compared.
    pub id: Option<Uuid>,
}

/// One that says nearly the same, and the assessment that it comes from.
#[derive(Debug, Clone)]
pub struct SimilarFound {
    pub recommendation: Recommendation,
    pub similar: Similar,
    pub assessment: Option<Assessment>,
}

/// Of this and earlier assessments, as far as the caller may see, the most alike first.
pub async fn similar_recommendations(
    deps: &Deps,
    caller: &Caller,
    asked: FindSimilar,
) -> Result<Vec<SimilarFound>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let all = store::recommendations::list(&mut tx, mission, None).await?;
    let named: Vec<Uuid> = all.iter().flat_map(|one| one.proposal.finding_ids.iter().copied()).collect();
    let named: Vec<Uuid> = named.into_iter().chain(asked.finding_ids.iter().copied()).collect();
    let outcomes = store::findings::outcomes(&mut tx, mission, &named).await?;
    let assessments = store::assessments::all(&mut tx, mission).await?;
    drop(tx);
    // A thousand texts are taken apart: not on a thread that serves others.
    tokio::task::spawn_blocking(move || found(asked, all, &outcomes, &assessments))
        .await
        .map_err(|error| chassis::Failure::internal(error).into())
}

fn found(
    asked: FindSimilar,
    all: Vec<Recommendation>,
    outcomes: &BTreeMap<Uuid, Uuid>,
    assessments: &[Assessment],
) -> Vec<SimilarFound> {
    let of =
        |findings: &[Uuid]| -> BTreeSet<Uuid> { findings.iter().filter_map(|id| outcomes.get(id).copied()).collect() };
    let one = Spoken {
        id: asked.id.unwrap_or_default(),
        outcomes: of(&asked.finding_ids),
        text: asked.text,
        indicator_codes: asked.indicator_codes,
    };
    let spoken = |of_one: &Recommendation| Spoken {
        id: of_one.id,
        text: of_one.proposal.text.clone(),
        indicator_codes: of_one.proposal.indicator_codes.clone(),
        outcomes: of(&of_one.proposal.finding_ids),
    };
    let among: Vec<Spoken> = all.iter().map(spoken).collect();
    let mut by_id: BTreeMap<Uuid, Recommendation> = all.into_iter().map(|one| (one.id, one)).collect();
    let found = similar(&one, &among).into_iter();
    let with_assessment = found.filter_map(|similar| {
        let recommendation = by_id.remove(&similar.id)?;
        let assessment = assessments.iter().find(|one| one.id == recommendation.assessment_id).cloned();
        Some(SimilarFound { recommendation, similar, assessment })
    });
    with_assessment.collect()
}
