//! Intervals and many tests at once against what SciPy and statsmodels say (`fixtures/intervals.json`, made by
//! `fixtures/make_intervals.py`); and how they are told of an assessment.

use cpas_assessment::domain::analysis::{difference::newcombe, rates::garwood, together::benjamini_hochberg};
use cpas_proto::{
    collection::v1 as collection,
    planning::v1 as planning,
    words::{Classification, Role},
};
use serde::Deserialize;

use crate::world::*;

const TOLERANCE: f64 = 1e-9;
const FIXTURES: &str = include_str!("../fixtures/intervals.json");

#[derive(Deserialize)]
struct Fixtures {
    /// Count, exposure, and the ends of the interval.
    rates: Vec<(f64, f64, f64, f64)>,
    /// Part and whole of one share and the other, and the ends of the interval of their difference.
    differences: Vec<(f64, f64, f64, f64, f64, f64)>,
    /// p and q of tests at once.
    tested: Vec<(Vec<f64>, Vec<f64>)>,
}

fn fixtures() -> Fixtures {
    serde_json::from_str(FIXTURES).expect("intervals.json")
}

fn assert_near(found: f64, expected: f64, what: &str) {
    let allowed = TOLERANCE * expected.abs().max(f64::MIN_POSITIVE);
    assert!((found - expected).abs() <= allowed, "{what} is {found}, the reference says {expected}");
}

#[test]
fn intervals_of_rates_are_those_of_scipy() {
    let rates = fixtures().rates;
    assert_eq!(rates.len(), 7);
    for (count, exposure, low, high) in rates {
        let found = garwood(count, exposure).expect("a rate");
        assert_near(found.low, low, &format!("low of {count} in {exposure}"));
        assert_near(found.high, high, &format!("high of {count} in {exposure}"));
    }
}

#[test]
fn intervals_of_differences_are_those_of_statsmodels() {
    let differences = fixtures().differences;
    assert_eq!(differences.len(), 6);
    for (part, whole, other_part, other_whole, low, high) in differences {
        let (_, found) = newcombe((part, whole), (other_part, other_whole)).expect("shares");
        assert!((found.low - low).abs() <= TOLERANCE, "low of {part}/{whole}: {} for {low}", found.low);
        assert!((found.high - high).abs() <= TOLERANCE, "high of {part}/{whole}: {} for {high}", found.high);
    }
}

#[test]
fn what_many_tests_at_once_say_is_what_scipy_says() {
    let tested = fixtures().tested;
    assert_eq!(tested.iter().map(|(p, _)| p.len()).max(), Some(241));
    for (p, expected) in tested {
        for (found, expected) in benjamini_hochberg(&p).into_iter().zip(expected) {
            assert!((found - expected).abs() <= TOLERANCE, "{found} for {expected} among {}", p.len());
        }
    }
}

#[tokio::test]
async fn an_assessment_tells_how_many_trends_it_tested_to_those_who_may_see_them() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let of = async |clearance| {
        let who = cleared(world.who(Role::Adviser), clearance);
        let analyses = world.analyses(&who, &frozen).await;
        analyses
            .into_iter()
            .map(|one| (one.indicator_code, one.area, one.trends_tested, one.trend_q))
            .collect::<Vec<_>>()
    };
    let all = of(Classification::Confidential).await;
    // Deaths and the secret indicator have five values each; p is 2/120 of both.
    let q = 2.0 / 120.0;
    assert_eq!(all.iter().find(|one| one.0 == SECRET).map(|one| (one.2, one.3)), Some((2, Some(q))));
    assert_eq!(all[0], (DEATHS.to_owned(), String::new(), 0, None), "among what all may see it is alone");
    assert_eq!(of(Classification::Unclassified).await[0], all[0], "whatever the clearance of the reader");
}

#[tokio::test]
async fn a_share_is_told_with_its_difference_from_the_year_before() {
    let world = World::start().await;
    furnish_share(&world, "%");
    let frozen = world.frozen().await;
    let share = world.analyses(&world.who(Role::Adviser), &frozen).await.remove(0);
    let difference = share.difference.expect("two shares");
    assert_eq!((difference.since.as_str(), difference.before), ("2023", 60.0));
    assert!((difference.difference - 20.0).abs() < 1e-9);
    assert!(difference.low > 5.0 && difference.high < 35.0, "{difference:?}");
    assert!(share.method.contains("wilson/1; newcombe/1"), "{}", share.method);
    let statement = share.statement.expect("a sentence");
    assert!(statement.en.contains("a difference of 20 percentage points (95 % interval"), "{}", statement.en);
    assert!(statement.fr.contains("soit un écart de 20 points de pourcentage"), "{}", statement.fr);
}

#[tokio::test]
async fn a_rate_per_so_many_people_has_the_interval_of_its_count_and_no_difference_of_shares() {
    let world = World::start().await;
    furnish_share(&world, "cases per 100,000 people");
    let frozen = world.frozen().await;
    let rate = world.analyses(&world.who(Role::Adviser), &frozen).await.remove(0);
    assert!(rate.method.contains("garwood/1"), "{}", rate.method);
    assert!(rate.difference.is_none() && rate.latest_low.is_some());
}

/// One indicator of parts: 48 of 80 in 2023, 56 of 70 in 2024.
fn furnish_share(world: &World, unit: &str) {
    let mut held = world.neighbours.held();
    let id = held.indicators[0].id.parse().expect("an id");
    let share = planning::Indicator {
        over_time: "ratio".to_owned(),
        unit: unit.to_owned(),
        ..indicator(id, DEATHS, "higher", "active")
    };
    held.indicators = vec![share];
    let point = |(period, numerator, denominator): (&str, f64, f64)| collection::Point {
        period: period.to_owned(),
        value: Some(100.0 * numerator / denominator),
        numerator: Some(numerator),
        denominator: Some(denominator),
        kind: "value".to_owned(),
        ..Default::default()
    };
    let points = [("2023", 48.0, 80.0), ("2024", 56.0, 70.0)].map(point).to_vec();
    held.series = vec![series(id, DEATHS, vec![collection::SeriesPart { points, ..Default::default() }])];
}
