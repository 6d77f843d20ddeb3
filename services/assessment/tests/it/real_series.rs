//! Trends and changes of level of the real missions against pymannkendall, SciPy and every segmentation
//! (`fixtures/real.json`, made by `fixtures/make_real.py`).

use std::collections::BTreeMap;

use cpas_assessment::domain::analysis::{
    Model,
    change_points::{SEGMENT_VALUES_MIN, changes, model_of},
    mann_kendall::mann_kendall,
    theil_sen::theil_sen,
};
use serde::Deserialize;

use crate::contribution::missions;

const TOLERANCE: f64 = 1e-9;
const FIXTURES: &str = include_str!("../fixtures/real.json");

#[derive(Deserialize)]
struct Expected {
    mission: String,
    code: String,
    area: String,
    n: usize,
    s: i64,
    /// Absent where all orders are too many to count.
    p: Option<f64>,
    slope: f64,
    slope_low: f64,
    slope_high: f64,
    /// Of the best of all segmentations; absent for fewer than eight values, or where nothing scatters.
    cost: Option<f64>,
    counts: bool,
}

/// The yearly series of a mission, in time order, by code and area.
fn series(mission: &str) -> Option<BTreeMap<(String, String), Vec<f64>>> {
    let text = std::fs::read_to_string(missions()?.join(mission).join("observations.csv")).expect("observations");
    let mut by_year: BTreeMap<(String, String), BTreeMap<u32, f64>> = BTreeMap::new();
    for line in text.lines().skip(2) {
        let fields: Vec<&str> = line.split(',').collect();
        let own = by_year.entry((fields[0].to_owned(), fields[1].to_owned())).or_default();
        own.insert(fields[2].parse().expect("a year"), fields[3].parse().expect("a number"));
    }
    Some(by_year.into_iter().map(|(key, values)| (key, values.into_values().collect())).collect())
}

fn assert_near(found: f64, expected: f64, what: &str) {
    let allowed = TOLERANCE * expected.abs().max(1.0);
    assert!((found - expected).abs() <= allowed, "{what} is {found}, the reference says {expected}");
}

/// What a segmentation of counts costs: its segments, and a penalty for each change.
fn cost(values: &[f64], changes: &[usize], dispersion: f64) -> f64 {
    let bounds: Vec<usize> = [0].into_iter().chain(changes.iter().copied()).chain([values.len()]).collect();
    let of = |part: &[f64]| {
        let (sum, n) = (part.iter().sum::<f64>(), part.len() as f64);
        if sum <= 0.0 { 0.0 } else { -2.0 * sum * (sum / n).ln() }
    };
    let segments: f64 = bounds.windows(2).map(|pair| of(&values[pair[0]..pair[1]])).sum();
    segments + changes.len() as f64 * 2.0 * (values.len() as f64).ln() * dispersion
}

#[test]
fn trends_and_changes_of_the_real_missions_are_those_of_the_references() {
    let expected: Vec<Expected> = serde_json::from_str(FIXTURES).expect("real.json");
    assert!(expected.len() > 150, "the fixtures are all there");
    let (Some(minusca), Some(unmiss)) = (series("minusca"), series("unmiss")) else { return };
    let (mut tested, mut segmented) = (0, 0);
    for one in expected {
        let name = format!("{} {} {}", one.mission, one.code, one.area);
        let of = if one.mission == "minusca" { &minusca } else { &unmiss };
        let values = &of[&(one.code, one.area)];
        let series: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        let test = mann_kendall(&series).expect("four values or more");
        assert_eq!((test.n, test.s), (one.n, one.s), "{name}");
        if let Some(p) = one.p {
            assert_near(test.p, p, &format!("{name}: p"));
            tested += 1;
        }
        let slope = theil_sen(&series).expect("two values or more");
        assert_near(slope.slope, one.slope, &format!("{name}: slope"));
        assert_near(slope.low, one.slope_low, &format!("{name}: lower end"));
        assert_near(slope.high, one.slope_high, &format!("{name}: upper end"));
        assert!(one.counts && model_of(&series) == Model::Count, "{name}: whole numbers, all of them");
        if let Some(best) = one.cost {
            let found = changes(&series, Model::Count, SEGMENT_VALUES_MIN).expect("eight values or more");
            let places: Vec<usize> = found.points.iter().map(|point| point.position).collect();
            let dispersion = found.dispersion.expect("of counts");
            assert_near(cost(values, &places, dispersion), best, &format!("{name}: what the segments cost"));
            segmented += 1;
        }
    }
    assert!(tested > 100 && segmented > 90, "{tested} {segmented}");
}
