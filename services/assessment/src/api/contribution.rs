//! Contributions.

use chassis::Caller;
use cpas_proto::{assessment::v1 as pb, common::v1::Text as PbText};
use tonic::{Request, Response};

use super::{Answer, Api, id, rendered, text};
use crate::{
    app,
    domain::{
        analysis::contribution::{Cell, Check, Compared, Contribution, Staggered, Synthetic},
        contributed::Contributed,
    },
};

/// With the areas and periods behind it.
pub(super) fn with_cells(one: &Contributed) -> pb::OutputContribution {
    let cells = one.case.panel.as_ref().map(|panel| panel.cells.iter().map(cell).collect()).unwrap_or_default();
    pb::OutputContribution { cells, ..one.into() }
}

impl From<&Contributed> for pb::OutputContribution {
    fn from(one: &Contributed) -> Self {
        let (case, found) = (&one.case, &one.found);
        let (estimate, bootstrap) = (found.estimate.as_ref(), found.bootstrap.as_ref());
        let panel = case.panel.as_ref().ok();
        Self {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            outcome_lineage_id: one.link.outcome_lineage_id.to_string(),
            output_lineage_id: one.link.output_lineage_id.to_string(),
            outcome_indicator_code: case.outcome.code.clone(),
            outcome_indicator_name: text(&case.outcome.name),
            outcome_unit: case.outcome.unit.clone(),
            output_indicator_code: case.output.code.clone(),
            output_indicator_name: text(&case.output.name),
            output_unit: case.output.unit.clone(),
            hypothesis: text(&one.link.hypothesis),
            expected_lag_months: one.link.lag_months,
            strength: one.link.strength.clone(),
            grade: found.grade.word().to_owned(),
            statement: text(&found.statement),
            reasons: found.reasons.iter().map(|reason| PbText::of(&reason.en, &reason.fr)).collect(),
            checks: found.checks.iter().map(check).collect(),
            coefficient: estimate.map(|estimate| estimate.coefficient),
            low: bootstrap.and_then(|bootstrap| bootstrap.low),
            high: bootstrap.and_then(|bootstrap| bootstrap.high),
            p: bootstrap.map(|bootstrap| bootstrap.p),
            cr1: estimate.and_then(|estimate| estimate.cr1),
            cr3: estimate.and_then(|estimate| estimate.cr3),
            areas: counted(found.areas.len()),
            periods: counted(found.periods),
            n: counted(found.n),
            lag_periods: panel.map(|panel| panel.lag_periods).unwrap_or_default(),
            frequency: panel.map(|panel| panel.frequency.word().to_owned()).unwrap_or_default(),
            method: found.method.clone(),
            seed: bootstrap.map(|bootstrap| bootstrap.seed).unwrap_or_default(),
            draws: bootstrap.map(|bootstrap| counted(bootstrap.draws)).unwrap_or_default(),
            by_area: by_area(found),
            cells: Vec::new(),
            classification: one.classification.word().to_owned(),
            synthetic: found.synthetic.as_ref().map(synthetic),
            staggered: found.staggered.as_ref().map(staggered),
        }
    }
}

fn synthetic(one: &Compared<Synthetic>) -> pb::SyntheticControl {
    let told = pb::SyntheticControl {
        statement: text(&one.statement),
        method: one.method.clone(),
        ..pb::SyntheticControl::default()
    };
    let Some(found) = &one.found else { return told };
    let areas = found.adopters.iter().map(|one| pb::MixedArea {
        area: one.area.clone(),
        start: one.start.to_string(),
        periods_before: counted(one.periods_before),
        mix: one.mix.iter().map(|one| pb::MixShare { area: one.area.clone(), share: one.share }).collect(),
        distance_before: one.before,
        distance_after: one.after,
        gap: one.gap,
        p: one.p,
        follows: one.follows,
    });
    pb::SyntheticControl {
        applies: true,
        gap: found.gap,
        ratio: found.ratio,
        p: found.p,
        p_least: found.p_least(),
        areas_without: counted(found.without),
        periods: counted(found.periods),
        areas_left_out: counted(found.left_out),
        areas: areas.collect(),
        ..told
    }
}

fn staggered(one: &Compared<Staggered>) -> pb::StaggeredStarts {
    let told = pb::StaggeredStarts {
        statement: text(&one.statement),
        method: one.method.clone(),
        ..pb::StaggeredStarts::default()
    };
    let Some(found) = &one.found else { return told };
    let by_time = found.by_time.iter().map(|one| pb::EffectAtTime {
        since: one.since,
        effect: one.effect,
        error: one.error,
        areas: counted(one.areas),
    });
    pb::StaggeredStarts {
        applies: true,
        effect: found.effect,
        low: found.low,
        high: found.high,
        p: found.p,
        jackknife: found.jackknife,
        error: found.error,
        areas: counted(found.areas),
        areas_starting: counted(found.adopters),
        areas_without: counted(found.without),
        cohorts: counted(found.cohorts),
        never_only: found.never_only,
        periods: counted(found.periods),
        areas_left_out: counted(found.left_out),
        by_time: by_time.collect(),
        ..told
    }
}

fn by_area(found: &Contribution) -> Vec<pb::ContributionArea> {
    let Some(estimate) = &found.estimate else { return Vec::new() };
    let numbers = estimate.dose_shares.iter().zip(&estimate.outcome_shares).zip(&estimate.without_area);
    let area = |(area, ((dose, outcome), without)): (&String, ((&f64, &f64), &Option<f64>))| pb::ContributionArea {
        area: area.clone(),
        dose_share: *dose,
        outcome_share: *outcome,
        coefficient_without: *without,
    };
    found.areas.iter().zip(numbers).map(area).collect()
}

fn check(check: &Check) -> pb::ContributionCheck {
    pb::ContributionCheck {
        check: check.kind.word().to_owned(),
        result: check.checked.word().to_owned(),
        text: text(&check.text),
    }
}

fn cell(cell: &Cell) -> pb::ContributionCell {
    pb::ContributionCell {
        area: cell.area.clone(),
        period: cell.period.to_string(),
        dose: cell.dose,
        outcome: cell.outcome,
    }
}

fn counted(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

pub(super) async fn list_contributions(
    api: &Api,
    request: Request<pb::ListContributionsRequest>,
) -> Answer<pb::ListContributionsResponse> {
    let (caller, request) = Caller::open(request)?;
    let found = app::list_contributions(&api.deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new(pb::ListContributionsResponse { contributions: rendered(&found) }))
}

pub(super) async fn get_contribution(
    api: &Api,
    request: Request<pb::GetContributionRequest>,
) -> Answer<pb::OutputContribution> {
    let (caller, request) = Caller::open(request)?;
    let found = app::get_contribution(&api.deps, &caller, id("contribution", &request.id)?).await?;
    Ok(Response::new(with_cells(&found)))
}
