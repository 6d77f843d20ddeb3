//! Checks a plan.

use chassis::{Caller, Clock, Tx};
use chrono::NaiveDate;
use cpas_proto::{planning::v1 as pb, words::Classification};
use uuid::Uuid;

use crate::{
    Deps,
    domain::{
        check::{
            Finding, Known, check,
            risks::without_response,
            score::{Score, score},
            strategies::not_planned,
            waiver::{Weighed, weighed},
        },
        ids::PlanId,
        indicator::IndicatorState,
        lifecycle::PlanState,
        plan::Plan,
    },
    error::Error,
    store::{
        checks::{self, PastWaiver, ScorePoint},
        indicators, mandates, neighbours,
        plans::{self, Which},
        risks, strategies, targets,
    },
};

/// What the check says now, and came to before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub findings: Vec<Weighed>,
    pub score: Score,
    pub history: Vec<ScorePoint>,
    pub past: Vec<PastWaiver>,
}

/// What a careful reader would ask about a plan.
///
/// # Errors
/// `Missing`.
pub async fn check_plan(deps: &Deps, caller: &Caller, id: PlanId) -> Result<pb::CheckPlanResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let plan = plans::find(&mut tx, mission, Which::Id(id)).await?.ok_or(Error::Missing("plan"))?;
    let checked = checked(&mut tx, caller, &plan, deps.clock.today()).await?;
    Ok(pb::CheckPlanResponse::from(&checked))
}

/// The check as this caller sees it.
pub(super) async fn checked(tx: &mut Tx, caller: &Caller, plan: &Plan, today: NaiveDate) -> Result<Checked, Error> {
    let mission = caller.mission()?.id;
    let (findings, score) = scored(tx, mission, plan, today).await?;
    let history = checks::scores(tx, mission, plan.head.family, caller.clearance).await?;
    let past = checks::past_waivers(tx, mission, plan.head.family).await?;
    Ok(Checked { findings, score, history, past })
}

/// The check with all that this caller may know around the plan.
pub(super) async fn findings(tx: &mut Tx, mission: Uuid, plan: &Plan, today: NaiveDate) -> Result<Vec<Finding>, Error> {
    Ok(found(tx, mission, plan, today).await?.0)
}

/// Keeps what the check of a plan comes to today, for each clearance. Works in the transaction of an event,
/// which has the highest.
pub async fn keep_score(tx: &mut Tx, clock: &Clock, id: PlanId) -> Result<(), Error> {
    let mission = tx.mission();
    for clearance in Classification::ALL {
        checks::see_as(tx, *clearance).await?;
        let Some(plan) = plans::find(tx, mission, Which::Id(id)).await? else { continue };
        if matches!(plan.head.state, PlanState::Superseded | PlanState::Archived) {
            continue;
        }
        let (_, score) = scored(tx, mission, &plan, clock.today()).await?;
        checks::keep_score(tx, mission, id, *clearance, score, clock.now()).await?;
    }
    checks::see_as(tx, Classification::StrictlyConfidential).await
}

async fn scored(tx: &mut Tx, mission: Uuid, plan: &Plan, today: NaiveDate) -> Result<(Vec<Weighed>, Score), Error> {
    let (findings, indicators) = found(tx, mission, plan, today).await?;
    let waivers = checks::waivers(tx, mission, plan.head.family).await?;
    let findings = weighed(findings, &plan.framework, waivers);
    let score = score(&findings, plan.framework.items().len() + indicators);
    Ok((findings, score))
}

/// The findings, and how many indicators are in use.
async fn found(tx: &mut Tx, mission: Uuid, plan: &Plan, today: NaiveDate) -> Result<(Vec<Finding>, usize), Error> {
    let mandates = mandates::list(tx, mission).await?;
    let indicators = indicators::all(tx, mission).await?;
    let targeted = targets::targeted(tx, mission).await?;
    let used = neighbours::used_in_findings(tx, mission).await?;
    let known = Known {
        mandates: &mandates,
        indicators: &indicators,
        targeted: &targeted,
        used_in_findings: used.as_ref(),
        today,
    };
    let mut findings = check(plan, known);
    let merged = neighbours::merged_stakeholders(tx, mission).await?;
    findings.extend(not_planned(plan, &strategies::current(tx, mission).await?, &merged));
    let risks = risks::of_plan(tx, mission, plan.head.id).await?;
    let risks: Vec<_> = risks.into_iter().map(|kept| kept.risk).collect();
    findings.extend(without_response(plan, &risks));
    let in_use = indicators.iter().filter(|indicator| indicator.state != IndicatorState::Retired).count();
    Ok((findings, in_use))
}
