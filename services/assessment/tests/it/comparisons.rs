//! Synthetic control and staggered starts against csdid, SciPy and plain second implementations
//! (`fixtures/comparisons.json`, made by `fixtures/make_comparisons.py`).

use cpas_assessment::domain::analysis::contribution::compared::{
    Followed, Inapplicable, Starts, Synthetic, staggered, synthetic,
};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;
const FIXTURES: &str = include_str!("../fixtures/comparisons.json");

#[derive(Deserialize)]
struct Fixtures {
    synthetic: Vec<Case<Mixed>>,
    staggered: Vec<Case<Compared>>,
}

#[derive(Deserialize)]
struct Case<T> {
    name: String,
    /// Of the first areas; the others never have the output.
    starts: Vec<usize>,
    outcomes: Vec<Vec<f64>>,
    expected: T,
}

#[derive(Deserialize)]
struct Mixed {
    adopters: Vec<Adopter>,
    gap: f64,
    ratio: f64,
    p: f64,
}

#[derive(Deserialize)]
struct Adopter {
    area: usize,
    start: usize,
    /// Least sum of squares before the start, and the weights that give it.
    objective: f64,
    weights: Vec<f64>,
    before: f64,
    after: f64,
    gap: f64,
    ratio: f64,
    p: f64,
}

#[derive(Deserialize)]
struct Compared {
    never_only: bool,
    effect: f64,
    error: f64,
    jackknife: f64,
    low: f64,
    high: f64,
    p: f64,
    /// Periods since the start, effect, error of the influence function.
    by_time: Vec<(i32, f64, f64)>,
}

fn fixtures() -> Fixtures {
    let fixtures: Fixtures = serde_json::from_str(FIXTURES).expect("comparisons.json");
    assert!(fixtures.synthetic.len() >= 4 && fixtures.staggered.len() >= 3, "the fixtures are all there");
    fixtures
}

impl<T> Case<T> {
    fn starts(&self) -> Starts {
        let area = |(at, outcome): (usize, &Vec<f64>)| Followed {
            area: format!("A{at:02}"),
            outcome: outcome.clone(),
            start: self.starts.get(at).copied(),
        };
        let periods = (0..self.outcomes[0].len()).map(|at| format!("{}", 2001 + at).parse().expect("a year"));
        Starts { periods: periods.collect(), areas: self.outcomes.iter().enumerate().map(area).collect(), left_out: 0 }
    }
}

fn assert_near(found: f64, expected: f64, what: &str) {
    let allowed = TOLERANCE * expected.abs().max(1.0);
    assert!((found - expected).abs() <= allowed, "{what} is {found}, the reference says {expected}");
}

#[test]
fn no_mix_of_areas_is_nearer_than_the_best_of_all_their_subsets() {
    for case in fixtures().synthetic {
        let found = synthetic(&case.starts()).expect("it applies");
        assert_eq!(found.adopters.len(), case.expected.adopters.len(), "{}", case.name);
        for (found, expected) in found.adopters.iter().zip(&case.expected.adopters) {
            let name = format!("{}: {}", case.name, found.area);
            assert_eq!((&found.area, found.periods_before), (&format!("A{:02}", expected.area), expected.start));
            let objective = found.before * found.before * expected.start as f64;
            assert!(
                (objective - expected.objective).abs() <= TOLERANCE * expected.objective,
                "{name}: least squares {objective}, the reference says {}",
                expected.objective
            );
            for (at, expected) in expected.weights.iter().enumerate() {
                let area = format!("A{:02}", case.starts.len() + at);
                let share = found.mix.iter().find(|one| one.area == area).map_or(0.0, |one| one.share);
                assert!((share - expected).abs() <= 1e-7, "{name}: the share of {area} is {share}, not {expected}");
            }
            for (found, expected, what) in [
                (found.before, expected.before, "before"),
                (found.after, expected.after, "after"),
                (found.gap, expected.gap, "gap"),
                (found.ratio, expected.ratio, "ratio"),
                (found.p, expected.p, "p"),
            ] {
                assert!(
                    (found - expected).abs() <= 1e-7 * expected.abs().max(1.0),
                    "{name}: {what} {found}, {expected}"
                );
            }
        }
        assert_near(found.p, case.expected.p, &format!("{}: p", case.name));
        assert!(
            (found.gap - case.expected.gap).abs() <= 1e-7 && (found.ratio / case.expected.ratio - 1.0).abs() <= 1e-7
        );
    }
}

#[test]
fn p_of_placebos_never_goes_below_one_over_the_areas() {
    let found: Vec<Synthetic> =
        fixtures().synthetic.iter().map(|case| synthetic(&case.starts()).expect("it applies")).collect();
    for one in &found {
        assert!(one.p >= one.p_least() && one.adopters.iter().all(|adopter| adopter.p >= one.p_least()));
    }
    assert!((found[0].p - 1.0 / 11.0).abs() < 1e-15, "a clear effect is first of eleven areas, and no more than that");
    assert_eq!(found[1].left_out, 1, "it starts after four periods");
    assert!(!found[3].follows() && found[0].follows(), "no mix reaches an area outside all others, and it is said");
}

#[test]
fn effects_by_cohort_and_their_errors_are_those_of_csdid() {
    for case in fixtures().staggered {
        let found = staggered(&case.starts()).expect("it applies");
        let (name, expected) = (&case.name, &case.expected);
        assert_eq!(found.never_only, expected.never_only, "{name}");
        for (found, expected, what) in [
            (found.effect, expected.effect, "effect"),
            (found.error, expected.error, "error"),
            (found.jackknife, expected.jackknife, "jackknife"),
            (found.low, expected.low, "low"),
            (found.high, expected.high, "high"),
            (found.p, expected.p, "p"),
        ] {
            assert_near(found, expected, &format!("{name}: {what}"));
        }
        let shown: Vec<_> = expected.by_time.iter().filter(|(since, ..)| (-6..=12).contains(since)).collect();
        assert_eq!(found.by_time.len(), shown.len(), "{name}");
        for (found, (since, effect, error)) in found.by_time.iter().zip(shown) {
            assert_eq!(found.since, *since, "{name}");
            assert_near(found.effect, *effect, &format!("{name}: effect at {since}"));
            assert_near(found.error, *error, &format!("{name}: error at {since}"));
        }
    }
}

#[test]
fn with_too_few_areas_or_periods_neither_applies() {
    let case = &fixtures().synthetic[0];
    let mut few = case.starts();
    few.areas.truncate(9);
    assert_eq!(synthetic(&few), Err(Inapplicable::FewWithout { areas: 8, needed: 9 }));
    assert_eq!(staggered(&few), Err(Inapplicable::FewAreas { areas: 9, needed: 10 }));
    assert_eq!(staggered(&case.starts()), Err(Inapplicable::FewStarts { areas: 1, needed: 3 }));
    let mut short = case.starts();
    short.periods.truncate(6);
    for area in &mut short.areas {
        area.outcome.truncate(6);
        area.start = area.start.map(|_| 3);
    }
    assert_eq!(synthetic(&short), Err(Inapplicable::FewPeriods { periods: 6, needed: 11 }));
    assert_eq!(staggered(&short), Err(Inapplicable::FewPeriods { periods: 6, needed: 8 }));
    let mut flat = fixtures().staggered[0].starts();
    flat.areas.iter_mut().for_each(|area| area.outcome.fill(7.0));
    assert_eq!(synthetic(&flat), Err(Inapplicable::FewWithout { areas: 6, needed: 9 }));
    assert_eq!(staggered(&flat), Err(Inapplicable::NothingVaries));
}
