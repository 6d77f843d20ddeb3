//! Contribution against what linearmodels, statsmodels and a plain bootstrap say of the same panels, real
//! ones among them (`fixtures/contribution.json`, made by `fixtures/make_contribution.py`).

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use cpas_assessment::domain::{
    analysis::{
        Direction, Horizon, OverTime, Point,
        contribution::{
            Case, Checked, Columns, Contribution, Grade, Kind, Measured, SEED, Side,
            bootstrap::{DRAWS, bootstrap, bootstrap_p},
            contribution,
            estimate::estimate,
            versions,
        },
    },
    text::Text,
};
use cpas_proto::words::Frequency;
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;
const FIXTURES: &str = include_str!("../fixtures/contribution.json");
/// Inputs and results as they were written by the code of `contribution/1` to `contribution/3`.
const EARLIER: &str = include_str!("../fixtures/earlier_contributions.json");

#[derive(Deserialize)]
struct Fixtures {
    cases: Vec<Synthetic>,
    missions: Vec<Real>,
}

#[derive(Deserialize)]
struct Synthetic {
    name: String,
    /// Area, period, dose, outcome, control.
    rows: Vec<(usize, usize, f64, f64, f64)>,
    plain: Expected,
    controlled: Expected,
}

#[derive(Deserialize)]
struct Real {
    mission: String,
    output: String,
    outcome: String,
    #[serde(flatten)]
    expected: Expected,
}

#[derive(Deserialize)]
struct Expected {
    n: usize,
    areas: usize,
    periods: usize,
    coefficient: f64,
    cr1: f64,
    cr3: Option<f64>,
    without_area: Vec<Option<f64>>,
    /// Value taken as the null, and the p of the second implementation.
    #[serde(default)]
    p: Vec<(f64, f64)>,
    #[serde(default)]
    draws: f64,
}

fn fixtures() -> Fixtures {
    let fixtures: Fixtures = serde_json::from_str(FIXTURES).expect("contribution.json");
    assert!(fixtures.cases.len() >= 5 && fixtures.missions.len() >= 3, "the fixtures are all there");
    fixtures
}

fn columns(case: &Synthetic, controlled: bool) -> Columns {
    let control = controlled.then(|| case.rows.iter().map(|row| row.4).collect());
    Columns {
        rows: case.rows.iter().map(|row| (row.0, row.1)).collect(),
        dose: case.rows.iter().map(|row| row.2).collect(),
        outcome: case.rows.iter().map(|row| row.3).collect(),
        controls: control.into_iter().collect(),
    }
}

fn assert_near(found: f64, expected: f64, what: &str) {
    let allowed = TOLERANCE * expected.abs().max(1.0);
    assert!((found - expected).abs() <= allowed, "{what} is {found}, the reference says {expected}");
}

fn assert_as_expected(columns: &Columns, expected: &Expected, name: &str) {
    let found = estimate(columns).expect("it varies");
    assert_near(found.coefficient, expected.coefficient, &format!("{name}: coefficient"));
    assert_near(found.cr1.expect("enough rows"), expected.cr1, &format!("{name}: CR1"));
    match (found.cr3, expected.cr3) {
        (Some(found), Some(expected)) => assert_near(found, expected, &format!("{name}: CR3")),
        (found, expected) => assert_eq!(found, expected, "{name}: CR3"),
    }
    for (at, pair) in found.without_area.iter().zip(&expected.without_area).enumerate() {
        let (Some(found), Some(expected)) = pair else { panic!("{name}: without area {at}: {pair:?}") };
        assert_near(*found, *expected, &format!("{name}: without area {at}"));
    }
    let whole: f64 = found.dose_shares.iter().sum();
    assert_near(whole, 1.0, &format!("{name}: shares of the areas"));
}

/// Four Monte Carlo errors of both implementations together.
fn assert_p_near(columns: &Columns, expected: &Expected, name: &str) {
    for (null, p) in &expected.p {
        let shifted = Columns {
            outcome: columns.outcome.iter().zip(&columns.dose).map(|(outcome, dose)| outcome - null * dose).collect(),
            ..columns.clone()
        };
        let found = bootstrap_p(&shifted, SEED, DRAWS).expect("it varies");
        let error = (p * (1.0 - p) * (1.0 / DRAWS as f64 + 1.0 / expected.draws)).sqrt();
        assert!(
            (found - p).abs() <= 4.0 * error,
            "{name}, {null}: p {found}, the second implementation says {p} ± {error}"
        );
    }
}

#[test]
fn coefficients_and_errors_are_those_of_linearmodels_and_statsmodels() {
    for case in fixtures().cases {
        let plain = columns(&case, false);
        assert_eq!(plain.rows.len(), case.plain.n, "{}", case.name);
        assert_as_expected(&plain, &case.plain, &case.name);
        assert_as_expected(&columns(&case, true), &case.controlled, &format!("{} with a control", case.name));
    }
}

#[test]
fn the_bootstrap_says_what_a_second_implementation_says() {
    for case in fixtures().cases {
        assert_eq!(case.plain.p.len(), 3, "{}", case.name);
        assert_p_near(&columns(&case, false), &case.plain, &case.name);
    }
}

#[test]
fn the_interval_is_what_the_test_does_not_reject() {
    for case in fixtures().cases {
        let columns = columns(&case, false);
        let found = bootstrap(&columns, SEED, DRAWS).expect("it varies");
        let middle = estimate(&columns).expect("it varies").coefficient;
        for end in [found.low, found.high].into_iter().flatten() {
            let p = |null: f64| {
                let outcome = columns.outcome.iter().zip(&columns.dose).map(|(outcome, dose)| outcome - null * dose);
                bootstrap_p(&Columns { outcome: outcome.collect(), ..columns.clone() }, SEED, DRAWS).expect("it varies")
            };
            assert!(p(end + (end - middle) * 1e-6) <= 0.0505, "{}: {end} is outside", case.name);
            assert!(p(middle + (end - middle) * 0.999) > 0.0495, "{}: just before {end} is inside", case.name);
        }
    }
}

/// The folder of the real missions; `None`, said, where there is none. In CI there must be one.
pub fn missions() -> Option<PathBuf> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("CPAS_REAL_DATA").map_or(own, PathBuf::from).join("missions");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "CI needs the real data in CPAS_REAL_DATA");
    println!("left out, there is no real data in {}", folder.display());
    None
}

fn measured(folder: &Path, code: &str, direction: Direction) -> Measured {
    let text = std::fs::read_to_string(folder.join("observations.csv")).expect("observations");
    let mut by_area: BTreeMap<String, Vec<Point>> = BTreeMap::new();
    for line in text.lines().skip(2) {
        let fields: Vec<&str> = line.split(',').collect();
        if fields[0] == code {
            let value = fields[3].parse().expect("a number");
            let point = Point::of(fields[2].parse().expect("a year"), Some(value));
            by_area.entry(fields[1].to_owned()).or_default().push(point);
        }
    }
    let side = Side { code: code.to_owned(), name: Text::default(), unit: String::new(), direction };
    Measured { side, over_time: OverTime::Sum, frequency: Frequency::Year, by_area }
}

fn case_of(folder: &Path, real: &Real) -> Case {
    let horizon = Horizon {
        assessed: "2019".parse().expect("a period"),
        known_on: "2025-02-01".parse().expect("a day"),
        fiscal_start_month: 7,
    };
    let folder = folder.join(&real.mission);
    let output = measured(&folder, &real.output, Direction::Higher);
    let outcome = measured(&folder, &real.outcome, Direction::Lower);
    Case::of(&output, &outcome, 0, &horizon)
}

fn says(found: &Contribution, kind: Kind) -> Checked {
    found.checks.iter().find(|check| check.kind == kind).map_or(Checked::Untested, |check| check.checked)
}

#[test]
fn troops_and_civilian_deaths_of_the_real_missions_are_those_of_the_references() {
    let Some(folder) = missions() else { return };
    for real in fixtures().missions {
        let case = case_of(&folder, &real);
        let (columns, areas, periods) = case.panel.as_ref().expect("a panel").columns();
        let expected = &real.expected;
        assert_eq!((columns.rows.len(), areas.len(), periods.len()), (expected.n, expected.areas, expected.periods));
        let name = format!("{} {}", real.mission, real.output);
        assert_as_expected(&columns, expected, &name);
        assert_p_near(&columns, expected, &name);
        let found = contribution(&case);
        let estimate = found.estimate.as_ref().expect("it varies");
        assert_near(estimate.coefficient, expected.coefficient, &format!("{name}: in its units"));
        assert_near(estimate.cr1.expect("rows"), expected.cr1, &format!("{name}: in its units"));
    }
}

#[test]
fn of_the_real_missions_the_honest_grade_is_that_it_cannot_be_told() {
    let Some(folder) = missions() else { return };
    for real in fixtures().missions.iter().filter(|real| real.output == "OP-TROOPS") {
        let found = contribution(&case_of(&folder, real));
        println!("{}: {}\n  {:?}", real.mission, found.statement.en, found.reasons);
        assert_eq!(found.grade, Grade::CannotTell, "{}", real.mission);
        assert!(!found.reasons.is_empty());
        for reason in &found.reasons {
            assert!(!reason.en.is_empty() && !reason.fr.is_empty());
        }
        let reasons = found.reasons.iter().map(|reason| reason.en.as_str()).collect::<Vec<_>>().join(" ");
        match real.mission.as_str() {
            "minusca" => {
                assert_eq!(says(&found, Kind::Periods), Checked::Stops);
                assert_eq!(says(&found, Kind::LargestArea), Checked::Stops);
                assert_eq!(says(&found, Kind::ChangingAreas), Checked::Careful);
                assert_eq!(says(&found, Kind::Coverage), Checked::Careful, "29 of 102 outcomes have no known troops");
                assert!(reasons.contains("CAF1460 alone carries 68 %"), "{reasons}");
            }
            _ => {
                assert_eq!(says(&found, Kind::LargestArea), Checked::Careful);
                assert_eq!(says(&found, Kind::LeaveOneOut), Checked::Careful);
                assert!(reasons.contains("Chance alone would give as much or more in 8"), "{reasons}");
            }
        }
    }
    let unpol = Real {
        mission: "minusca".to_owned(),
        output: "OP-UNPOL".to_owned(),
        outcome: "OC-CIVDEATHS".to_owned(),
        expected: Expected {
            n: 0,
            areas: 0,
            periods: 0,
            coefficient: 0.0,
            cr1: 0.0,
            cr3: None,
            without_area: Vec::new(),
            p: Vec::new(),
            draws: 0.0,
        },
    };
    let found = contribution(&case_of(&folder, &unpol));
    assert_eq!(says(&found, Kind::CodingBreak), Checked::Careful, "no police anywhere in 2014 and 2015: not coded yet");
}

#[derive(Deserialize)]
struct Kept {
    inputs: String,
    result: String,
}

#[test]
fn what_earlier_versions_gave_is_read_and_computed_again_to_the_same_bytes() {
    let kept: Vec<Kept> = serde_json::from_str(EARLIER).expect("our own");
    let mut seen = BTreeMap::new();
    for Kept { inputs, result } in kept {
        let case: Case = serde_json::from_str(&inputs).expect("a case");
        let found: Contribution = serde_json::from_str(&result).expect("it is still read");
        let again = versions::again(&case, &found.method).expect("JSON");
        assert!(again.contains(&result), "{}: {again:?} are not\n{result}", found.method);
        let today = contribution(&case);
        assert_ne!(today.method, found.method, "today's rules are others");
        assert_eq!((&today.estimate, &today.bootstrap), (&found.estimate, &found.bootstrap), "the numbers are not");
        let own = versions::again(&case, &today.method).expect("JSON");
        assert_eq!(own, [serde_json::to_string(&today).expect("JSON")]);
        assert!(versions::again(&case, "contribution/0").expect("JSON").is_empty(), "there was none");
        let version = found.method.split(':').next().expect("a name").to_owned();
        let by = again.iter().position(|one| *one == result).expect("it is among them");
        seen.entry(version).or_insert_with(Vec::new).push((found.grade, by, again.len()));
    }
    let of = |version: &str| seen[version].iter().map(|(grade, ..)| *grade).collect::<Vec<_>>();
    assert_eq!(of("contribution/1"), [Grade::Moderate, Grade::Contrary, Grade::CannotTell]);
    assert_eq!(of("contribution/2").len(), 7);
    // Under this name there were two sets of rules; results of both are here, and some are told apart.
    let third = &seen["contribution/3"];
    assert!(third.iter().all(|(.., texts)| *texts == 2));
    assert!([0, 1].iter().all(|by| third.iter().any(|(_, one, _)| one == by)), "{third:?}");
}
