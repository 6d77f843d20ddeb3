//! Statistics against what SciPy, pymannkendall and statsmodels say of the same series (`fixtures/trend.json`,
//! made by `fixtures/make_fixtures.py`).

use cpas_assessment::domain::analysis::{hamed_rao::hamed_rao, mann_kendall::mann_kendall, theil_sen, wilson::wilson};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;
const FIXTURES: &str = include_str!("../fixtures/trend.json");

#[derive(Deserialize)]
struct Fixtures {
    cases: Vec<Case>,
    /// Part, whole, and the ends of the interval.
    shares: Vec<(f64, f64, f64, f64)>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    series: Vec<Option<f64>>,
    n: usize,
    slope: f64,
    slope_low: f64,
    slope_high: f64,
    autocorrelation: Option<f64>,
    /// Absent for fewer than four values.
    s: Option<f64>,
    tau_b: Option<f64>,
    p: Option<f64>,
    /// Absent: fewer than ten values, all alike, or a gap; null: the correction leaves no variance.
    #[serde(default, deserialize_with = "given")]
    hamed_rao_p: Option<Option<f64>>,
}

/// Tells null from absent.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<f64>>, D::Error> {
    Option::<f64>::deserialize(deserializer).map(Some)
}

fn fixtures() -> Fixtures {
    let fixtures: Fixtures = serde_json::from_str(FIXTURES).expect("trend.json");
    assert!(fixtures.cases.len() > 80, "the fixtures are all there");
    fixtures
}

fn cases() -> Vec<Case> {
    fixtures().cases
}

/// Near in the sense of the tolerance, relative for large numbers.
fn assert_near(found: f64, expected: f64, what: &str, case: &str) {
    let allowed = TOLERANCE * expected.abs().max(1.0);
    assert!((found - expected).abs() <= allowed, "{case}: {what} is {found}, the reference says {expected}");
}

#[test]
fn mann_kendall_says_what_the_references_say() {
    for case in cases() {
        let name = &case.name;
        let Some(test) = mann_kendall(&case.series) else {
            assert!(case.n < 4 && case.s.is_none(), "{name}: only fewer than four values are too few");
            continue;
        };
        assert_eq!(test.n, case.n, "{name}");
        assert_near(test.s as f64, case.s.expect("S"), "S", name);
        assert_near(test.p, case.p.expect("p"), "p", name);
        match (test.tau, case.tau_b) {
            (Some(found), Some(expected)) => assert_near(found, expected, "tau", name),
            (found, expected) => assert_eq!(found, expected, "{name}: tau of values that are all alike"),
        }
    }
}

#[test]
fn theil_sen_says_what_scipy_says() {
    for case in cases() {
        let name = &case.name;
        let slope = theil_sen::theil_sen(&case.series).expect("two values or more");
        assert_eq!(slope.n, case.n, "{name}");
        assert_near(slope.slope, case.slope, "slope", name);
        assert_near(slope.low, case.slope_low, "lower end", name);
        assert_near(slope.high, case.slope_high, "upper end", name);
    }
}

#[test]
fn likeness_of_neighbours_is_what_a_plain_count_says() {
    for case in cases() {
        let found = theil_sen::autocorrelation_without_slope(&case.series, case.slope);
        match (found, case.autocorrelation) {
            (Some(found), Some(expected)) => assert_near(found, expected, "autocorrelation", &case.name),
            // What is left of a straight line is rounding: nothing, or next to nothing.
            (found, expected) => assert!(found.is_none() || expected.is_none(), "{}", case.name),
        }
    }
}

#[test]
fn hamed_rao_says_what_pymannkendall_says() {
    let mut compared = 0;
    for case in cases() {
        let found = mann_kendall(&case.series).and_then(|test| hamed_rao(&case.series, &test));
        match (found, case.hamed_rao_p) {
            (Some(found), Some(Some(expected))) => {
                assert_near(found.p, expected, "corrected p", &case.name);
                compared += 1;
            }
            (found, expected) => assert!(found.is_none() && expected.flatten().is_none(), "{}: {found:?}", case.name),
        }
    }
    assert!(compared > 25, "{compared} compared");
}

#[test]
fn intervals_of_shares_are_those_of_statsmodels() {
    for (part, whole, low, high) in fixtures().shares {
        let found = wilson(part, whole).expect("a share");
        assert_near(found.low, low, "low", &format!("{part} of {whole}"));
        assert_near(found.high, high, "high", &format!("{part} of {whole}"));
    }
}
