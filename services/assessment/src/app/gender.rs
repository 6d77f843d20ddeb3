//! Of each outcome what is known of women, girls and youth, and whether the question is answered.

use std::collections::BTreeMap;

use chassis::{Caller, new_id};
use cpas_proto::words::Classification;
use uuid::Uuid;

use super::{check_clearance, check_reach, may_sign, pinned_plan};
use crate::{
    Deps,
    domain::{
        Invalid,
        assessment::NotMovable,
        gender::{AGE, OfOutcome, SEX, Statement, overview},
        sign_off::{Requirement, Signer, requirements},
        text::Text,
    },
    error::Error,
    events, store,
};

/// The overview as the caller sees it.
pub struct GenderSeen {
    pub assessment_id: Uuid,
    pub outcomes: Vec<OfOutcome>,
    /// With whether the caller may give it now; `None`: it is not asked for.
    pub adviser: Option<(Requirement, bool)>,
}

/// Of a frozen assessment. Indicators and gaps above the caller's clearance are not among them.
pub async fn get_gender(deps: &Deps, caller: &Caller, id: Uuid) -> Result<GenderSeen, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let assessment = super::assessment(&mut tx, id).await?;
    if assessment.pinned.is_none() {
        return Err(NotMovable::NotFrozenYet.into());
    }
    let plan = pinned_plan(&mut tx, id).await?;
    let mut indicators = store::frozen::disaggregated(&mut tx, mission, id).await?;
    let mut gaps: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for analysis in store::analyses::of_assessment(&mut tx, mission, id).await? {
        let tells = |dimension: &str| dimension == SEX || dimension == AGE;
        let own = analysis.computed.gaps.into_iter().filter(|gap| tells(&gap.dimension));
        gaps.entry(analysis.indicator_code).or_default().extend(own);
    }
    for one in &mut indicators {
        one.gaps = gaps.remove(&one.code).unwrap_or_default();
    }
    let findings = store::findings::of_assessment(&mut tx, mission, id).await?;
    let statements = store::course::statements(&mut tx, mission, id).await?;
    let rule = store::cycles::of_mission(&mut tx, mission).await?.sign_off;
    let signatures = store::course::signatures(&mut tx, mission, id).await?;
    let mut asked = requirements(&rule, &plan, &findings, &signatures).into_iter();
    let adviser = asked.find(|one| one.signer == Signer::Adviser).map(|one| {
        let may = may_sign(caller, &assessment, one.signer);
        (one, may)
    });
    Ok(GenderSeen { assessment_id: id, outcomes: overview(&plan, &indicators, &findings, &statements), adviser })
}

/// Why the question does not apply to some outcomes.
#[derive(Debug, Clone)]
pub struct StateNotApplicable {
    pub assessment_id: Uuid,
    pub outcomes: Vec<Uuid>,
    pub because: Text,
    pub classification: Classification,
}

/// Keeps the reason for each of the outcomes, or for none.
pub async fn state_not_applicable(
    deps: &Deps,
    caller: &Caller,
    state: StateNotApplicable,
) -> Result<GenderSeen, Error> {
    let mission = caller.mission()?.id;
    let id = state.assessment_id;
    check_clearance(caller, state.classification)?;
    let mut tx = deps.db.begin(caller).await?;
    if tx.replay::<()>().await?.is_some() {
        drop(tx);
        return get_gender(deps, caller, id).await;
    }
    let found = store::assessments::for_adding(&mut tx, mission, id).await?;
    found.ok_or(Error::NotFound("assessment"))?.open()?;
    let plan = pinned_plan(&mut tx, id).await?;
    let plan_classification = store::frozen::plan_classification(&mut tx, mission, id).await?;
    let now = deps.clock.now();
    for (place, lineage) in state.outcomes.iter().enumerate() {
        let outcome = plan.outcomes.iter().find(|outcome| outcome.lineage_id == *lineage).ok_or_else(|| {
            let field = format!("outcome_lineage_ids[{place}]");
            Invalid::new(field, "is not the lineage id of an outcome of the plan that was frozen")
        })?;
        check_reach(caller, outcome)?;
        let statement = Statement {
            id: new_id(now),
            assessment_id: id,
            outcome: *lineage,
            because: state.because.clone(),
            at: now,
            by: caller.account,
            by_name: caller.name.clone(),
            classification: state.classification.max(plan_classification.unwrap_or(Classification::Unclassified)),
        };
        store::course::append_statement(&mut tx, mission, &statement).await?;
        tx.publish(events::gender_statement_recorded(&statement)).await?;
    }
    tx.finish(()).await?;
    get_gender(deps, caller, id).await
}
