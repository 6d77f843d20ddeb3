//! Which gaps are looked for in an indicator: of each dimension that it is known by, and of its areas.

use std::collections::BTreeMap;

use super::{
    analysis::{
        Horizon, Point, Series,
        gaps::{AREA, Gap, Group, Measure, gap},
    },
    frozen::Inputs,
};

/// Most groups of a dimension that are compared.
pub const GROUPS_MAX: usize = 300;

/// The gaps of an indicator: its dimensions in alphabetical order, areas last. A gap between areas is looked for among
/// all that have values, whatever their level.
pub fn gaps(inputs: &Inputs, horizon: &Horizon) -> Vec<Gap> {
    let indicator = &inputs.indicator;
    let measure = Measure { unit: &indicator.unit, direction: indicator.direction, over_time: indicator.over_time };
    let mut dimensions: BTreeMap<&str, Vec<(&str, &[Point])>> = BTreeMap::new();
    for slice in &inputs.slices {
        dimensions.entry(&slice.dimension).or_default().push((&slice.category, &slice.points));
    }
    let areas: Vec<(&str, &[Point])> =
        inputs.parts.iter().filter_map(|part| Some((part.area.as_deref()?, part.points.as_slice()))).collect();
    dimensions
        .into_iter()
        .chain([(AREA, areas)])
        .filter(|(_, groups)| (2..=GROUPS_MAX).contains(&groups.len()))
        .filter_map(|(dimension, groups)| {
            let (groups, scale) = aligned(inputs, horizon, &groups);
            gap(dimension, &groups, measure, scale)
        })
        .collect()
}

/// The groups over the same periods, from the first to the last that any of them is known in; and the scale of
/// their values.
fn aligned(inputs: &Inputs, horizon: &Horizon, groups: &[(&str, &[Point])]) -> (Vec<Group>, f64) {
    let start = horizon.fiscal_start_month;
    let series: Vec<(&str, Series)> = groups
        .iter()
        .map(|(category, points)| {
            (*category, Series::new(points, inputs.indicator.frequency, start, horizon.until()).0)
        })
        .collect();
    let scale = series.iter().map(|(_, one)| one.scale()).fold(1.0, f64::max);
    let first =
        series.iter().filter_map(|(_, one)| one.points().first()).map(|point| point.period.first_day(start)).min();
    let last = series
        .iter()
        .filter_map(|(_, one)| one.points().last())
        .map(|point| point.period)
        .max_by_key(|one| one.first_day(start));
    let (Some(first), Some(last)) = (first, last) else { return (Vec::new(), scale) };
    let mut periods = vec![last];
    while periods.last().is_some_and(|period| period.first_day(start) > first) {
        periods.extend(periods.last().map(|period| period.previous(start)));
    }
    periods.reverse();
    let group = |(category, one): &(&str, Series)| {
        let known: BTreeMap<_, _> = one.points().iter().map(|point| (point.period.first_day(start), *point)).collect();
        let point = |period| {
            known
                .get(&cpas_proto::words::Period::first_day(period, start))
                .copied()
                .unwrap_or_else(|| Point::of(period, None))
        };
        Group { category: (*category).to_owned(), points: periods.iter().copied().map(point).collect() }
    };
    (series.iter().map(group).collect(), scale)
}
