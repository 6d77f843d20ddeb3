//! Before and after against SciPy's exact Mann–Whitney test (`fixtures/effect.json`, made by `fixtures/make_effect.py`).

use cpas_assessment::domain::analysis::effect::shift;
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;
const FIXTURES: &str = include_str!("../fixtures/effect.json");

#[derive(Deserialize)]
struct Fixtures {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    before: Vec<f64>,
    after: Vec<f64>,
    /// Shift, low, high, confidence; none where nothing could be rejected.
    expected: Option<(f64, f64, f64, f64)>,
}

#[test]
fn shifts_and_their_intervals_are_those_of_scipy() {
    let cases = serde_json::from_str::<Fixtures>(FIXTURES).expect("effect.json").cases;
    assert_eq!(cases.len(), 10);
    assert_eq!(cases.iter().filter(|case| case.expected.is_none()).count(), 1, "three and three say nothing");
    for case in cases {
        let what = format!("{} before, {} after", case.before.len(), case.after.len());
        let found = shift(&case.before, &case.after);
        let Some((difference, low, high, confidence)) = case.expected else {
            assert_eq!(found, None, "{what}");
            continue;
        };
        let found = found.unwrap_or_else(|| panic!("{what}: nothing"));
        for (name, one, other) in [
            ("shift", found.difference, difference),
            ("low", found.interval.low, low),
            ("high", found.interval.high, high),
            ("confidence", found.confidence, confidence),
        ] {
            assert!((one - other).abs() <= TOLERANCE, "{name} of {what} is {one}, SciPy says {other}");
        }
    }
}
