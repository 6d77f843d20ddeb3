//! Smoothing against what statsmodels' ETSModel says of the same series (`fixtures/forecast.json`, made by
//! `fixtures/make_forecast.py`), and how an assessment tells what is to be expected by the target.

use cpas_assessment::domain::analysis::ets::{Fitted, Shape, Weights, fit, log_likelihood, smooth};
use cpas_proto::{collection::v1 as collection, planning::v1 as planning, words::Role};
use serde::Deserialize;

use crate::world::*;

const TOLERANCE: f64 = 1e-9;
/// The reference searches for its best by steps of its own.
const BEST_TOLERANCE: f64 = 1e-6;
const FIXTURES: &str = include_str!("../fixtures/forecast.json");

#[derive(Deserialize)]
struct Fixtures {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    shape: String,
    series: Vec<f64>,
    /// Weights of the level and the slope, and the damping, as far as the shape has them.
    parameters: Vec<f64>,
    level: f64,
    slope: f64,
    log_likelihood: f64,
    /// Of the value one, two … periods ahead, as multiples of the first.
    variances: Vec<f64>,
    best: f64,
}

impl Case {
    fn shape(&self) -> Shape {
        self.shape.parse().expect("a shape")
    }

    fn weights(&self) -> Weights {
        let at = |place: usize, otherwise| self.parameters.get(place).copied().unwrap_or(otherwise);
        Weights { alpha: at(0, 0.0), beta: at(1, 0.0), phi: at(2, 1.0) }
    }
}

fn cases() -> Vec<Case> {
    let fixtures: Fixtures = serde_json::from_str(FIXTURES).expect("forecast.json");
    assert_eq!(fixtures.cases.len(), 12, "the fixtures are all there");
    fixtures.cases
}

#[test]
fn the_likelihood_at_given_parameters_is_that_of_statsmodels() {
    for case in cases() {
        let smoothed = smooth(&case.series, case.weights(), case.level, case.slope);
        let found = log_likelihood(smoothed.squares, case.series.len());
        let allowed = TOLERANCE * case.log_likelihood.abs().max(1.0);
        assert!((found - case.log_likelihood).abs() <= allowed, "{} {}: {found}", case.name, case.shape);
    }
}

#[test]
fn the_best_likelihood_is_not_below_what_statsmodels_finds() {
    for case in cases() {
        let found = fit(&case.series, case.shape()).expect("it varies").log_likelihood;
        let (name, shape, best) = (&case.name, &case.shape, case.best);
        assert!(found >= best - BEST_TOLERANCE * best.abs().max(1.0), "{name} {shape}: {found} for {best}");
        // Far above would be another likelihood than the one that is meant.
        assert!(found <= best + 0.5, "{name} {shape}: {found} for {best}");
    }
}

#[test]
fn the_spread_grows_as_statsmodels_has_it() {
    for case in cases() {
        let fitted = Fitted {
            shape: case.shape(),
            weights: case.weights(),
            level: 0.0,
            slope: 0.0,
            squares: 1.0,
            log_likelihood: 0.0,
            aicc: 0.0,
            sigma: 1.0,
        };
        for (at, expected) in case.variances.iter().enumerate() {
            let found = fitted.spread(at + 1).powi(2);
            assert!(
                (found - expected).abs() <= TOLERANCE * expected,
                "{} {}: {found} for {expected}",
                case.name,
                case.shape
            );
        }
    }
}

/// Four years of months that fall by half a death each, with a target for the year after.
fn furnish_months(world: &World, most: f64) {
    let mut held = world.neighbours.held();
    let id = held.indicators[0].id.parse().expect("an id");
    let by_month = indicator(id, DEATHS, "lower", "active");
    held.indicators = vec![planning::Indicator { frequency: "month".to_owned(), ..by_month }];
    let point = |at: usize| collection::Point {
        period: format!("{}-{:02}", 2021 + at / 12, at % 12 + 1),
        value: Some(60.0 - 0.5 * at as f64 + ((at * 7919) % 13) as f64),
        kind: "value".to_owned(),
        ..Default::default()
    };
    let points = (0..48).map(point).collect();
    held.series = vec![series(id, DEATHS, vec![collection::SeriesPart { points, ..Default::default() }])];
    held.targets.retain(|target| target.slice.is_empty());
    held.targets[0].period = "2025".to_owned();
    held.targets[0].value = Some(most);
}

#[tokio::test]
async fn an_assessment_tells_what_is_to_be_expected_by_the_target_and_how_sure_that_is() {
    let world = World::start().await;
    furnish_months(&world, 480.0);
    let frozen = world.frozen().await;
    let told = world.analyses(&world.who(Role::Adviser), &frozen).await.remove(0);
    let forecast = told.forecast.expect("48 months");
    let target = forecast.target.expect("the year");
    assert_eq!((target.period.as_str(), forecast.steps.len(), forecast.n), ("2025", 12, 48));
    assert!(target.low < target.value && target.value < target.high, "{target:?}");
    // Its line goes on from 42 at the end of 2024, by half a death a month.
    assert!((target.value - 12.0 * 39.25).abs() < 60.0, "{target:?}");
    assert!(forecast.chance > 0.2 && forecast.chance < 0.98, "{}", forecast.chance);
    assert_eq!((forecast.origins, forecast.values_tried, forecast.seed), (12, 78, 20_250_701));
    assert!(forecast.values_held >= 62, "{} of 78", forecast.values_held);
    assert!(told.method.contains("ets/1 "), "{}", told.method);
    let statement = told.statement.expect("a sentence");
    assert!(statement.en.contains("is to be expected for 2025 (95 % interval"), "{}", statement.en);
    assert!(statement.en.contains("the chance of at most 480 is about"), "{}", statement.en);
    assert!(statement.fr.contains("la probabilité d'atteindre au plus 480 est d'environ"), "{}", statement.fr);
}

#[tokio::test]
async fn of_a_handful_of_years_no_forecast_is_made_and_the_reason_is_told() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let told = world.analyses(&world.who(Role::Adviser), &frozen).await.remove(0);
    assert!(told.forecast.is_none());
    let said = |words: &str| told.cautions.iter().any(|caution| caution.en.contains(words));
    assert!(
        said("no forecast is made from fewer than 12 values without a gap, and there are 5"),
        "{:?}",
        told.cautions
    );
}
