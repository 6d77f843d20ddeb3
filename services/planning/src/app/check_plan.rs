//! Checks a plan.

use chassis::{Caller, Tx};
use chrono::NaiveDate;
use cpas_proto::planning::v1 as pb;
use uuid::Uuid;

use crate::{
    Deps,
    domain::{
        check::{Finding, Known, check, strategies::not_planned},
        ids::PlanId,
        plan::Plan,
    },
    error::Error,
    store::{
        indicators, mandates, neighbours,
        plans::{self, Which},
        strategies, targets,
    },
};

/// What a careful reader would ask about a plan.
///
/// # Errors
/// `Missing`.
pub async fn check_plan(deps: &Deps, caller: &Caller, id: PlanId) -> Result<pb::CheckPlanResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let plan = plans::find(&mut tx, mission, Which::Id(id)).await?.ok_or(Error::Missing("plan"))?;
    let findings = findings(&mut tx, mission, &plan, deps.clock.today()).await?;
    Ok(pb::CheckPlanResponse { findings: findings.iter().map(pb::PlanCheckFinding::from).collect() })
}

/// The check with all that this caller may know around the plan.
pub(super) async fn findings(tx: &mut Tx, mission: Uuid, plan: &Plan, today: NaiveDate) -> Result<Vec<Finding>, Error> {
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
    findings.extend(not_planned(plan, &strategies::current(tx, mission).await?));
    Ok(findings)
}
