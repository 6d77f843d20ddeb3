//! Reads whether the mission did what it planned, of what was frozen.

use chassis::Caller;
use uuid::Uuid;

use crate::{
    Deps,
    domain::{
        analysis::Status,
        assessment::{Assessment, NotMovable},
        frozen::{Analysis, Inputs},
        performance::{Measured, Performance, performance},
    },
    error::Error,
    store,
};

/// What was found; `None`: outputs were not kept, or the plan is above the caller's clearance.
#[derive(Debug, Clone)]
pub struct PerformanceRead {
    pub assessment_id: Uuid,
    pub performance: Option<Performance>,
}

/// Output by output. What is above the caller's clearance is not among what is counted.
pub async fn read_performance(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<PerformanceRead, Error> {
    let mission = caller.mission()?.clone();
    let mut tx = deps.db.begin(caller).await?;
    let of = super::assessment(&mut tx, assessment).await?;
    if of.pinned.is_none() {
        return Err(NotMovable::NotFrozenYet.into());
    }
    let plan = store::frozen::plan(&mut tx, mission.id, assessment).await?;
    let Some(outputs) = plan.and_then(|plan| plan.outputs) else {
        return Ok(PerformanceRead { assessment_id: assessment, performance: None });
    };
    let lineages: Vec<Uuid> = outputs.iter().map(|output| output.lineage_id).collect();
    let inputs = store::frozen::inputs_of_items(&mut tx, mission.id, assessment, &lineages).await?;
    let codes: Vec<String> = inputs.iter().map(|one| one.indicator.code.clone()).collect();
    let analyses = store::analyses::of_whole(&mut tx, mission.id, assessment, &codes).await?;
    drop(tx);
    let start = mission.fiscal_year_start_month;
    let measured = inputs.iter().filter_map(|one| {
        let analysis = analyses.iter().find(|analysis| analysis.indicator_id == one.indicator.id);
        measured(&of, one, analysis, start)
    });
    let performance = performance(outputs, &measured.collect::<Vec<_>>());
    Ok(PerformanceRead { assessment_id: assessment, performance: Some(performance) })
}

fn measured(
    of: &Assessment,
    inputs: &Inputs,
    analysis: Option<&Analysis>,
    fiscal_start_month: u32,
) -> Option<Measured> {
    let assessed = |point: &&crate::domain::analysis::Point| {
        point.value.is_some() && of.period.covers(point.period, fiscal_start_month)
    };
    let with_value = inputs.parts.iter().filter(|part| part.points.iter().any(|point| assessed(&point)));
    let computed = analysis.map(|analysis| &analysis.computed);
    Some(Measured {
        output: inputs.indicator.plan_item_lineage_id?,
        analysis_id: analysis.map(|analysis| analysis.id),
        indicator_id: inputs.indicator.id,
        code: inputs.indicator.code.clone(),
        name: inputs.indicator.name.clone(),
        unit: inputs.indicator.unit.clone(),
        status: computed.map_or(Status::NoData, |computed| computed.status),
        achievement: computed.and_then(|computed| computed.achievement),
        latest: computed.and_then(|computed| computed.latest).map(|(period, value)| (period.to_string(), value)),
        target: computed.and_then(|computed| computed.target),
        timely: inputs.timely,
        areas: with_value.filter_map(|part| part.area.clone()).collect(),
    })
}
