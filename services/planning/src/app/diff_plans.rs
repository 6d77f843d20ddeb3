//! Compares two versions of a plan.

use std::collections::BTreeMap;

use chassis::Caller;

use crate::{
    Deps,
    domain::{
        diff::{Change, Diff, diff},
        diff_risks::{Side, diff_risks},
        ids::{IndicatorId, PlanId},
        plan::Plan,
        risk::Risk,
    },
    error::Error,
    store::{
        plans::{self, Which},
        risks::{self, KeptRisk},
    },
};

/// Two plans and what changed between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub from: Plan,
    pub to: Plan,
    pub diff: Diff,
    pub risks: Vec<Change<Risk>>,
    /// Codes of the indicators that tripwires watch.
    pub codes: BTreeMap<IndicatorId, String>,
}

/// What changed from one plan to another.
///
/// # Errors
/// `Missing` for either.
pub async fn diff_plans(deps: &Deps, caller: &Caller, from: PlanId, to: PlanId) -> Result<Comparison, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let from = plans::find(&mut tx, mission, Which::Id(from)).await?.ok_or(Error::Missing("plan"))?;
    let to = plans::find(&mut tx, mission, Which::Id(to)).await?.ok_or(Error::Missing("plan"))?;
    let diff = diff(&from.framework, &to.framework);
    let (older, newer) =
        (risks::of_plan(&mut tx, mission, from.head.id).await?, risks::of_plan(&mut tx, mission, to.head.id).await?);
    let watched =
        |kept: &KeptRisk| Some((kept.risk.content.tripwire.as_ref()?.indicator, kept.indicator_code.clone()?));
    let codes: BTreeMap<IndicatorId, String> = older.iter().chain(&newer).filter_map(watched).collect();
    let plain =
        |kept: Vec<KeptRisk>| kept.into_iter().map(|kept| Risk { reading: None, ..kept.risk }).collect::<Vec<_>>();
    let (older, newer) = (plain(older), plain(newer));
    let risks = diff_risks(
        Side { framework: &from.framework, risks: &older },
        Side { framework: &to.framework, risks: &newer },
        |indicator| codes.get(&indicator).cloned().unwrap_or_default(),
    );
    Ok(Comparison { from, to, diff, risks, codes })
}
