//! Seasons and outliers against what statsmodels' STL says of the same series (`fixtures/seasons.json`, made by
//! `fixtures/make_seasons.py`), and how an assessment tells them.

use cpas_assessment::domain::analysis::{outliers::outliers, seasons::seasons};
use cpas_proto::{collection::v1 as collection, planning::v1 as planning, words::Role};
use serde::Deserialize;

use crate::world::*;

const TOLERANCE: f64 = 1e-9;
const FIXTURES: &str = include_str!("../fixtures/seasons.json");

#[derive(Deserialize)]
struct Fixtures {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    cycle: usize,
    series: Vec<f64>,
    level: Vec<f64>,
    season: Vec<f64>,
    strength: f64,
    p: f64,
    outliers: Vec<usize>,
}

fn cases() -> Vec<Case> {
    let fixtures: Fixtures = serde_json::from_str(FIXTURES).expect("seasons.json");
    assert_eq!(fixtures.cases.len(), 6, "the fixtures are all there");
    fixtures.cases
}

#[test]
fn seasons_are_those_of_statsmodels() {
    for case in cases() {
        let series: Vec<Option<f64>> = case.series.iter().copied().map(Some).collect();
        let found = seasons(&series, None, case.cycle).expect("enough years");
        assert_eq!((found.from, found.level.len()), (0, series.len()), "{}", case.name);
        for at in 0..series.len() {
            assert!((found.level[at] - case.level[at]).abs() <= TOLERANCE, "{}: level {at}", case.name);
            assert!((found.season[at] - case.season[at]).abs() <= TOLERANCE, "{}: season {at}", case.name);
        }
        assert!((found.strength - case.strength).abs() <= TOLERANCE, "{}: {}", case.name, found.strength);
        let p = found.p.expect("it varies");
        assert!((p - case.p).abs() <= TOLERANCE, "{}: {p} for {}", case.name, case.p);
    }
}

#[test]
fn outliers_are_those_of_what_statsmodels_leaves() {
    for case in cases() {
        let series: Vec<Option<f64>> = case.series.iter().copied().map(Some).collect();
        let found = seasons(&series, None, case.cycle).expect("enough years");
        assert_eq!(outliers(&series, None, Some(&found)).places, case.outliers, "{}", case.name);
    }
}

/// Four years by month, high in the rains, with one wild month.
fn furnish_rains(world: &World, months: usize) {
    let mut held = world.neighbours.held();
    let id = held.indicators[0].id.parse().expect("an id");
    let by_month = indicator(id, DEATHS, "lower", "active");
    held.indicators = vec![planning::Indicator { frequency: "month".to_owned(), ..by_month }];
    let value = |at: usize| (if at % 12 < 4 { 40.0 } else { 20.0 }) + ((at * 7919) % 7) as f64;
    let point = |at: usize| collection::Point {
        period: format!("{}-{:02}", 2021 + at / 12, at % 12 + 1),
        value: Some(if at == 31 { 130.0 } else { value(at) }),
        kind: "value".to_owned(),
        ..Default::default()
    };
    let points = (48 - months..48).map(point).collect();
    held.series = vec![series(id, DEATHS, vec![collection::SeriesPart { points, ..Default::default() }])];
}

#[tokio::test]
async fn a_season_is_told_and_a_wild_month_stands_out_from_it() {
    let world = World::start().await;
    furnish_rains(&world, 48);
    let frozen = world.frozen().await;
    let told = world.analyses(&world.who(Role::Adviser), &frozen).await.remove(0);
    let seasons = told.seasons.expect("four years");
    assert!(seasons.p.expect("p") < 0.01 && seasons.highest > 5.0 && seasons.lowest < -3.0, "{seasons:?}");
    assert!(seasons.highest_period.starts_with("2024-0"), "{seasons:?}");
    assert_eq!(told.outlier_periods, ["2023-08"], "no January is one");
    let point = &told.points[31];
    let rest = point.value.expect("a value") - point.level.expect("a level") - point.season.expect("a season");
    assert!(rest > 60.0, "{rest}");
    assert!(told.method.contains("outliers/2; stl/1"), "{}", told.method);
    let statement = told.statement.expect("a sentence");
    assert!(statement.en.contains("It has a season, last year highest in 2024-0"), "{}", statement.en);
    assert!(statement.fr.contains("Elle suit une saison"), "{}", statement.fr);
}

#[tokio::test]
async fn two_years_of_months_say_that_they_are_too_few_for_a_season() {
    let world = World::start().await;
    furnish_rains(&world, 24);
    let frozen = world.frozen().await;
    let told = world.analyses(&world.who(Role::Adviser), &frozen).await.remove(0);
    assert!(told.seasons.is_none() && told.points.iter().all(|point| point.level.is_none()));
    let said = told.cautions.iter().any(|caution| caution.en.contains("needs 3 full years without a gap, 36 values"));
    assert!(said, "{:?}", told.cautions);
}
