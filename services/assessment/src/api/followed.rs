//! What became of what was recommended, and of what was planned.

use chassis::Caller;
use cpas_proto::{assessment::v1 as pb, words::Period};
use tonic::{Request, Response};

use super::{Answer, Api, id, instant, recommendation, rendered, text};
use crate::{
    app::{self, AskEffect, EffectRead, IndicatorRead, PerformanceRead},
    domain::{
        analysis::{
            Aim, Status,
            effect::{METHOD, Outcome},
        },
        performance::{Activities, Delivered, Group, Measured},
        text::Text,
        word_or_nothing,
    },
    error::Error,
};

pub(super) async fn similar(
    api: &Api,
    request: Request<pb::FindSimilarRecommendationsRequest>,
) -> Answer<pb::FindSimilarRecommendationsResponse> {
    let (caller, request) = Caller::open(request)?;
    let found = app::similar_recommendations(&api.deps, &caller, recommendation::parse_similar(request)?).await?;
    Ok(Response::new(pb::FindSimilarRecommendationsResponse { similar: rendered(&found) }))
}

pub(super) async fn link(
    api: &Api,
    request: Request<pb::LinkDuplicateRecommendationRequest>,
) -> Answer<pb::Recommendation> {
    let (caller, request) = Caller::open(request)?;
    let linked = app::link_duplicate(&api.deps, &caller, recommendation::parse_link(&request)?).await?;
    Ok(Response::new((&linked).into()))
}

pub(super) async fn effect(
    api: &Api,
    request: Request<pb::GetRecommendationEffectRequest>,
) -> Answer<pb::RecommendationEffect> {
    let (caller, request) = Caller::open(request)?;
    let read = app::read_effect(&api.deps, &caller, parse_effect(&request)?).await?;
    Ok(Response::new((&read).into()))
}

pub(super) async fn performance(api: &Api, request: Request<pb::GetPerformanceRequest>) -> Answer<pb::Performance> {
    let (caller, request) = Caller::open(request)?;
    let assessment = id("assessment", &request.assessment_id)?;
    let read = app::read_performance(&api.deps, &caller, assessment).await?;
    Ok(Response::new((&read).into()))
}

fn parse_effect(request: &pb::GetRecommendationEffectRequest) -> Result<AskEffect, Error> {
    let known_at = word_or_nothing("as_known_at", &request.as_known_at)?;
    Ok(AskEffect { id: id("recommendation", &request.id)?, known_at })
}

impl From<&EffectRead> for pb::RecommendationEffect {
    fn from(read: &EffectRead) -> Self {
        Self {
            recommendation_id: read.recommendation.id.to_string(),
            implemented_at: read.recommendation.implemented_at.map(instant).unwrap_or_default(),
            as_known_at: instant(read.known_at),
            indicators: read.indicators.iter().map(pb::IndicatorEffect::from).collect(),
        }
    }
}

impl From<&IndicatorRead> for pb::IndicatorEffect {
    fn from(IndicatorRead { indicator, effect }: &IndicatorRead) -> Self {
        let shift = effect.shift;
        let point = |(point, side): &(crate::domain::analysis::Point, _)| pb::EffectPoint {
            period: Period::to_string(&point.period),
            value: point.value,
            side: crate::domain::analysis::effect::Side::word(*side).to_owned(),
        };
        Self {
            indicator_code: indicator.code.clone(),
            indicator_id: indicator.id.to_string(),
            indicator_name: text(&indicator.name),
            unit: indicator.unit.clone(),
            direction: indicator.direction.word().to_owned(),
            result: Outcome::word(effect.outcome).to_owned(),
            n_before: count(effect.n_before),
            n_after: count(effect.n_after),
            median_before: effect.median_before,
            median_after: effect.median_after,
            difference: shift.map(|shift| shift.difference),
            low: shift.map(|shift| shift.interval.low),
            high: shift.map(|shift| shift.interval.high),
            confidence: shift.map(|shift| shift.confidence),
            trend_before: effect.trend_before.word().to_owned(),
            points: effect.points.iter().map(point).collect(),
            statement: text(&effect.statement),
            cautions: effect.cautions.iter().filter_map(|one: &Text| text(one)).collect(),
            method: METHOD.to_owned(),
        }
    }
}

impl From<&PerformanceRead> for pb::Performance {
    fn from(read: &PerformanceRead) -> Self {
        let assessment_id = read.assessment_id.to_string();
        let Some(of) = &read.performance else { return Self { assessment_id, ..Self::default() } };
        Self {
            assessment_id,
            known: true,
            outputs: of.outputs.iter().map(pb::OutputPerformance::from).collect(),
            sections: of.sections.iter().map(group).collect(),
            components: of.components.iter().map(group).collect(),
            timely_from: of.window.map(|(from, _)| from.to_string()).unwrap_or_default(),
            timely_until: of.window.map(|(_, until)| until.to_string()).unwrap_or_default(),
        }
    }
}

impl From<&Delivered> for pb::OutputPerformance {
    fn from(of: &Delivered) -> Self {
        let output = &of.output;
        let late = output.activities.iter().filter_map(|one| {
            Some(pb::LateActivity {
                late: one.late?.word().to_owned(),
                number: one.number.clone(),
                statement: text(&one.statement),
                end: one.end.map(|end| end.to_string()).unwrap_or_default(),
            })
        });
        Self {
            lineage_id: output.lineage_id.to_string(),
            number: output.number.clone(),
            statement: text(&output.statement),
            component: output.component.clone(),
            lead_section: output.lead_section.clone(),
            status: of.status.word().to_owned(),
            indicators: of.indicators.iter().map(measured).collect(),
            activities: Some(activities(&of.activities)),
            late: late.collect(),
            timely: of.timely.map(|(part, _)| part),
            timely_of: of.timely.map(|(_, of)| of),
            areas_planned: output.areas.clone(),
            areas_with_data: of.areas_with_data.clone(),
            summary: text(&of.summary),
        }
    }
}

fn measured(of: &Measured) -> pb::OutputIndicator {
    let (target, low, high) = match of.target.map(|target| target.aim) {
        Some(Aim::AtLeast(aim) | Aim::AtMost(aim)) => (Some(aim), None, None),
        Some(Aim::Within { low, high }) => (None, Some(low), Some(high)),
        None => (None, None, None),
    };
    pb::OutputIndicator {
        analysis_id: of.analysis_id.map(|id| id.to_string()).unwrap_or_default(),
        indicator_id: of.indicator_id.to_string(),
        code: of.code.clone(),
        name: text(&of.name),
        unit: of.unit.clone(),
        status: of.status.word().to_owned(),
        achievement: of.achievement,
        latest_value: of.latest.as_ref().map(|(_, value)| *value),
        latest_period: of.latest.as_ref().map(|(period, _)| period.clone()).unwrap_or_default(),
        target,
        target_low: low,
        target_high: high,
        target_period: of.target.map(|target| target.period.to_string()).unwrap_or_default(),
    }
}

const fn activities(of: &Activities) -> pb::ActivityCounts {
    let Activities { all, done, under_way, planned, cancelled, late } = *of;
    pb::ActivityCounts { all, done, under_way, planned, cancelled, late }
}

fn group((name, of): (&String, &Group)) -> pb::PerformanceGroup {
    pb::PerformanceGroup {
        name: name.clone(),
        outputs: of.outputs,
        achieved: of.of(Status::Achieved),
        on_track: of.of(Status::OnTrack),
        at_risk: of.of(Status::AtRisk),
        off_track: of.of(Status::OffTrack),
        no_data: of.of(Status::NoData),
        activities: Some(activities(&of.activities)),
        timely: of.timely.0,
        timely_of: of.timely.1,
    }
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
