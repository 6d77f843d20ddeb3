//! An indicator with its series, target and status, as screens show it.

use std::collections::BTreeMap;

use chassis::Failure;
use cpas_proto::{
    assessment::v1 as assessment,
    planning::v1::{Indicator, Target},
    reporting::v1 as pb,
    words::Period,
};

use crate::domain::home::{self, Goal, SeriesPoint, Status};

/// The targets of the mission as a whole, by indicator id.
pub(super) fn by_indicator(targets: Vec<Target>) -> BTreeMap<String, Vec<Target>> {
    let mut by: BTreeMap<String, Vec<Target>> = BTreeMap::new();
    for target in targets.into_iter().filter(|target| target.area.is_empty() && target.slice.is_empty()) {
        by.entry(target.indicator_id.clone()).or_default().push(target);
    }
    by
}

/// The target to look at: the first that ends with or after the newest value, else the last one.
pub(super) fn target_for<'a>(
    targets: &'a [Target],
    latest_period: &str,
    fiscal_start_month: u32,
) -> Option<&'a Target> {
    let end = |text: &str| text.parse::<Period>().ok().map(|period| period.last_day(fiscal_start_month));
    let mut dated: Vec<_> = targets.iter().filter_map(|target| Some((end(&target.period)?, target))).collect();
    dated.sort_by_key(|(day, target)| (*day, target.id.clone()));
    let seen = end(latest_period);
    let next = dated.iter().find(|(day, _)| seen.is_none_or(|seen| *day >= seen));
    next.or(dated.last()).map(|(_, target)| *target)
}

/// The indicator as a home shows it.
pub(super) fn indicator(
    of: &Indicator,
    points: &[SeriesPoint],
    targets: &[Target],
    analysis: Option<&assessment::Analysis>,
    fiscal_start_month: u32,
) -> pb::HomeIndicator {
    let latest = home::latest(points);
    let latest_period = latest.map(|point| point.period.clone()).unwrap_or_default();
    let target = target_for(targets, &latest_period, fiscal_start_month);
    let goal = Goal {
        baseline: of.baseline_value,
        target: target.and_then(|target| target.value),
        low: target.and_then(|target| target.low),
        high: target.and_then(|target| target.high),
    };
    let own = home::standing(&of.direction, latest.and_then(|point| point.value), goal);
    // An assessment looked at time and trend; its word holds until there is a newer value.
    let assessed = analysis.filter(|analysis| !latest_period.is_empty() && analysis.latest_period == latest_period);
    let status = assessed.and_then(|analysis| analysis.status.parse().ok()).unwrap_or(own);
    pb::HomeIndicator {
        id: of.id.clone(),
        code: of.code.clone(),
        name: of.name.clone(),
        unit: of.unit.clone(),
        direction: of.direction.clone(),
        status: status.word().to_owned(),
        latest_value: latest.and_then(|point| point.value),
        latest_period,
        target: goal.target,
        spark: home::spark(points)
            .iter()
            .map(|point| pb::SparkPoint { value: point.value.map(home::drawn), ..spark(point) })
            .collect(),
    }
}

/// A point of a sparkline.
pub(super) fn spark(point: &SeriesPoint) -> pb::SparkPoint {
    pb::SparkPoint { period: point.period.clone(), value: point.value }
}

/// The status that a message carries.
pub(super) fn status(word: &str) -> Result<Status, Failure> {
    word.parse().map_err(Failure::internal)
}
