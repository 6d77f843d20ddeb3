//! Analyses.

use chassis::Caller;
use cpas_proto::{assessment::v1 as pb, common::v1::Text as PbText};
use tonic::{Request, Response};

use super::{Answer, Api, id, rendered, text};
use crate::{
    app,
    domain::{
        analysis::{Aim, ChangePoint, Computed, Forecast, Gap, Point, Seasons, forecast::Step},
        frozen::Analysis,
    },
};

impl From<&Analysis> for pb::Analysis {
    fn from(one: &Analysis) -> Self {
        let computed = &one.computed;
        let test = computed.trend.mann_kendall;
        let slope = computed.trend.theil_sen;
        let (target, target_low, target_high) = match computed.target.map(|target| target.aim) {
            None => (None, None, None),
            Some(Aim::AtLeast(value) | Aim::AtMost(value)) => (Some(value), None, None),
            Some(Aim::Within { low, high }) => (None, Some(low), Some(high)),
        };
        Self {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            indicator_id: one.indicator_id.to_string(),
            indicator_code: one.indicator_code.clone(),
            indicator_name: text(&one.indicator_name),
            unit: one.unit.clone(),
            direction: one.direction.word().to_owned(),
            definition_version: one.definition_version,
            area: one.area.clone().unwrap_or_default(),
            points: points(computed),
            latest_value: computed.latest.map(|(_, value)| value),
            latest_period: computed.latest.map(|(period, _)| period.to_string()).unwrap_or_default(),
            baseline: computed.baseline.map(|baseline| baseline.value),
            target,
            target_low,
            target_high,
            target_period: computed.target.map(|target| target.period.to_string()).unwrap_or_default(),
            achievement: computed.achievement,
            status: computed.status.word().to_owned(),
            trend: computed.trend.verdict.word().to_owned(),
            mann_kendall_s: test.map(|test| test.s as f64),
            mann_kendall_tau: test.and_then(|test| test.tau),
            mann_kendall_p: test.map(|test| test.p),
            slope: slope.map(|slope| slope.slope),
            slope_low: slope.map(|slope| slope.low),
            slope_high: slope.map(|slope| slope.high),
            n: u32::try_from(computed.n).unwrap_or(u32::MAX),
            method: computed.method.clone(),
            statement: text(&computed.statement),
            change_points: computed.change_points.iter().map(change_point).collect(),
            outlier_periods: computed.outliers.iter().map(ToString::to_string).collect(),
            latest_low: computed.interval.map(|interval| interval.low),
            latest_high: computed.interval.map(|interval| interval.high),
            hamed_rao_p: computed.trend.hamed_rao.map(|test| test.p),
            trend_q: computed.together.map(|together| together.q),
            trends_tested: computed.together.map_or(0, |one| u32::try_from(one.tested).unwrap_or(u32::MAX)),
            difference: computed.difference.map(|one| pb::Difference {
                since: one.since.to_string(),
                before: one.before,
                difference: one.difference,
                low: one.low,
                high: one.high,
            }),
            seasons: computed.seasons.as_ref().map(|split| seasons(computed, split)),
            gaps: computed.gaps.iter().map(gap).collect(),
            forecast: computed.forecast.as_ref().map(forecast),
            cautions: computed.cautions.iter().map(|caution| PbText::of(&caution.en, &caution.fr)).collect(),
        }
    }
}

fn points(computed: &Computed) -> Vec<pb::AnalysisPoint> {
    let split = |place: usize| {
        let seasons = computed.seasons.as_ref()?;
        let within = place.checked_sub(seasons.from)?;
        Some((*seasons.level.get(within)?, *seasons.season.get(within)?))
    };
    let point = |(place, point): (usize, &Point)| pb::AnalysisPoint {
        period: point.period.to_string(),
        value: point.value,
        level: split(place).map(|(level, _)| level),
        season: split(place).map(|(_, season)| season),
    };
    computed.points.iter().enumerate().map(point).collect()
}

fn seasons(computed: &Computed, split: &Seasons) -> pb::Seasons {
    let at = |place: usize| computed.points.get(place).map(|point| point.period.to_string()).unwrap_or_default();
    let ((highest, above), (lowest, below)) = split.extremes();
    let (level_before, level) = split.over_a_year();
    pb::Seasons {
        strength: split.strength,
        highest_period: at(highest),
        highest: above,
        lowest_period: at(lowest),
        lowest: below,
        level_before,
        level,
        p: split.p,
    }
}

fn change_point(point: &ChangePoint) -> pb::ChangePoint {
    pb::ChangePoint {
        period: point.period.to_string(),
        change: point.change.word().to_owned(),
        before: point.before,
        after: point.after,
    }
}

pub(super) fn gap(gap: &Gap) -> pb::Gap {
    pb::Gap {
        dimension: gap.dimension.clone(),
        period: gap.period.to_string(),
        highest: gap.highest.category.clone(),
        highest_value: gap.highest.value,
        lowest: gap.lowest.category.clone(),
        lowest_value: gap.lowest.value,
        groups: u32::try_from(gap.groups).unwrap_or(u32::MAX),
        difference: gap.difference,
        low: gap.interval.map(|interval| interval.low),
        high: gap.interval.map(|interval| interval.high),
        since: gap.since.map(|since| since.to_string()).unwrap_or_default(),
        movement: gap.movement.word().to_owned(),
        p: gap.p,
        n: u32::try_from(gap.n).unwrap_or(u32::MAX),
        worse: gap.worse.clone().unwrap_or_default(),
        statement: text(&gap.statement),
    }
}

fn forecast(found: &Forecast) -> pb::Forecast {
    let step = |step: &Step| pb::ForecastStep {
        period: step.period.to_string(),
        value: step.value,
        low: step.low,
        high: step.high,
    };
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    pb::Forecast {
        target: Some(step(&found.target)),
        chance: found.chance,
        shape: found.shape.word().to_owned(),
        alpha: found.alpha,
        beta: found.beta,
        phi: found.phi,
        seasonal: found.seasonal,
        n: count(found.n),
        draws: count(found.draws),
        seed: found.seed,
        steps: found.steps.iter().map(step).collect(),
        origins: count(found.tried.origins),
        values_tried: count(found.tried.values),
        values_held: count(found.tried.held),
        error_share: found.tried.error_share,
    }
}

pub(super) async fn list_analyses(
    api: &Api,
    request: Request<pb::ListAnalysesRequest>,
) -> Answer<pb::ListAnalysesResponse> {
    let (caller, request) = Caller::open(request)?;
    let found = app::list_analyses(&api.deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new(pb::ListAnalysesResponse { analyses: rendered(&found) }))
}
