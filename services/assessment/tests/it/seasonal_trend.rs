//! Mann–Kendall season by season against `pymannkendall.seasonal_test` (`fixtures/seasonal_trend.json`, made by
//! `fixtures/make_seasonal_trend.py`), and what an assessment says of it.

use cpas_assessment::domain::analysis::seasonal_mann_kendall::seasonal_mann_kendall;
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;
const FIXTURES: &str = include_str!("../fixtures/seasonal_trend.json");

#[derive(Deserialize)]
struct Case {
    cycle: usize,
    series: Vec<Option<f64>>,
    s: i64,
    p: f64,
}

#[test]
fn seasons_taken_apart_say_what_pymannkendall_says() {
    let cases: Vec<Case> = serde_json::from_str(FIXTURES).expect("seasonal_trend.json");
    assert!(cases.len() >= 70, "the fixtures are all there");
    for (at, case) in cases.iter().enumerate() {
        let found = seasonal_mann_kendall(&case.series, case.cycle).expect("enough years");
        assert_eq!(found.s, case.s, "case {at}");
        assert!((found.p - case.p).abs() <= TOLERANCE, "case {at}: p is {}, the reference says {}", found.p, case.p);
    }
}
