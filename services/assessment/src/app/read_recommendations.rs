//! Lists recommendations and the decision log.

use std::collections::BTreeMap;

use chassis::Caller;
use uuid::Uuid;

use crate::{
    Deps,
    domain::{
        finding::Finding,
        recommendation::{Decision, HeardPlan, Recommendation},
        themes::themes,
    },
    error::Error,
    store,
};

/// A recommendation with what is known of it elsewhere.
#[derive(Debug, Clone)]
pub struct Listed {
    pub recommendation: Recommendation,
    /// The version of the plan that takes its change up.
    pub plan: Option<HeardPlan>,
    pub themes: Vec<String>,
}

/// An entry of the log with the findings as they read then, as far as the caller may see them.
#[derive(Debug, Clone)]
pub struct Logged {
    pub decision: Decision,
    /// As it read then, and the version that is stored now.
    pub findings: BTreeMap<Uuid, (Finding, i64)>,
}

/// Of one assessment or of all, newest first.
pub async fn list_recommendations(
    deps: &Deps,
    caller: &Caller,
    assessment: Option<Uuid>,
) -> Result<Vec<Listed>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(id) = assessment {
        super::assessment(&mut tx, id).await?;
    }
    let all = store::recommendations::list(&mut tx, mission, assessment).await?;
    let plans: Vec<Uuid> = all.iter().filter_map(|one| one.changed_plan).collect();
    let plans = store::heard_plans::of(&mut tx, mission, &plans).await?;
    let mut assessments: Vec<Uuid> = all.iter().map(|one| one.assessment_id).collect();
    assessments.sort_unstable();
    assessments.dedup();
    let marked = store::marked::of_assessments(&mut tx, mission, &assessments).await?;
    let findings: Vec<Uuid> = all.iter().flat_map(|one| one.proposal.finding_ids.iter().copied()).collect();
    let outcomes = store::findings::outcomes(&mut tx, mission, &findings).await?;
    drop(tx);
    let listed = all.into_iter().map(|recommendation| Listed {
        plan: recommendation.changed_plan.and_then(|id| plans.get(&id).cloned()),
        themes: themes(&recommendation, &marked, &outcomes),
        recommendation,
    });
    Ok(listed.collect())
}

/// The decision log, newest first.
pub async fn list_decisions(deps: &Deps, caller: &Caller) -> Result<Vec<Logged>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let all = store::decisions::all(&mut tx, mission).await?;
    let read: Vec<(Uuid, i64)> = all.iter().flat_map(|one| one.findings.iter().copied()).collect();
    let by_version = store::findings::as_read(&mut tx, mission, &read).await?;
    let logged = all.into_iter().map(|decision| {
        let own = decision.findings.iter();
        let findings = own.filter_map(|read| Some((read.0, by_version.get(read).cloned()?))).collect();
        Logged { findings, decision }
    });
    Ok(logged.collect())
}
