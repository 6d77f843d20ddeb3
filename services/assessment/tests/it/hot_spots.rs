//! Hot spots against esda and pyproj, clusters against a plain second implementation of the scan
//! (`fixtures/hot_spots.json`, made by `fixtures/make_hot_spots.py`).

use cpas_assessment::domain::analysis::{
    contribution::SEED,
    hot_spots::{
        getis_ord::{Heat, LEVEL, getis_ord},
        ground::{Ground, Hexagon, LonLat},
        scan::{DRAWS, scan},
    },
};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;
const FIXTURES: &str = include_str!("../fixtures/hot_spots.json");

#[derive(Deserialize)]
struct Fixtures {
    getis_ord: Vec<Places>,
    scans: Vec<Scan>,
    /// Longitude, latitude, kilometres east and north of 25° E, 5° N.
    places: Vec<(f64, f64, f64, f64)>,
}

#[derive(Deserialize)]
struct Places {
    name: String,
    values: Vec<f64>,
    neighbours: Vec<Vec<usize>>,
    z: Vec<f64>,
    p: Vec<f64>,
}

#[derive(Deserialize)]
struct Scan {
    name: String,
    hexagons: Vec<(i32, i32)>,
    weeks: usize,
    /// Hexagon and week.
    events: Vec<(usize, usize)>,
    ratio: f64,
    /// Middle, rings, first and last week, events, expected.
    cluster: (usize, u32, usize, usize, u32, f64),
    p: f64,
    draws: f64,
}

fn fixtures() -> Fixtures {
    let fixtures: Fixtures = serde_json::from_str(FIXTURES).expect("hot_spots.json");
    assert!(fixtures.getis_ord.len() >= 3 && fixtures.scans.len() >= 3, "the fixtures are all there");
    fixtures
}

fn assert_near(found: f64, expected: f64, what: &str) {
    let allowed = TOLERANCE * expected.abs().max(1.0);
    assert!((found - expected).abs() <= allowed, "{what} is {found}, the reference says {expected}");
}

#[test]
fn hot_spots_are_those_of_esda() {
    for case in fixtures().getis_ord {
        let found = getis_ord(&case.values, &case.neighbours).expect("they differ");
        assert_eq!(found.len(), case.z.len(), "{}", case.name);
        for (at, spot) in found.iter().enumerate() {
            assert_near(spot.z, case.z[at], &format!("{}: z of {at}", case.name));
            assert_near(spot.p, case.p[at], &format!("{}: p of {at}", case.name));
            assert_eq!(spot.heat == Heat::Hot, spot.q <= LEVEL && spot.z > 0.0, "{}: {at}", case.name);
        }
    }
}

#[test]
fn places_are_projected_as_pyproj_does() {
    let ground = Ground::around(LonLat { longitude: 25.0, latitude: 5.0 });
    for (longitude, latitude, x, y) in fixtures().places {
        let found = ground.project(LonLat { longitude, latitude }).expect("on earth");
        assert_near(found.x, x, "east");
        assert_near(found.y, y, "north");
    }
}

#[test]
fn the_clearest_cluster_and_its_chance_are_those_of_a_second_implementation() {
    for case in fixtures().scans {
        let hexagons: Vec<Hexagon> = case.hexagons.iter().map(|(q, r)| Hexagon { q: *q, r: *r }).collect();
        let found = scan(&hexagons, &case.events, case.weeks, SEED, DRAWS);
        let (first, name) = (&found[0], &case.name);
        assert_near(first.ratio, case.ratio, &format!("{name}: ratio"));
        let (middle, rings, first_week, last_week, events, expected) = case.cluster;
        assert_eq!((first.middle, first.rings), (hexagons[middle], rings), "{name}");
        assert_eq!((first.first_week, first.last_week, first.events), (first_week, last_week, events), "{name}");
        assert_near(first.expected, expected, &format!("{name}: expected"));
        let error = (case.p * (1.0 - case.p) * (1.0 / DRAWS as f64 + 1.0 / case.draws)).sqrt();
        assert!(
            (first.p - case.p).abs() <= 4.0 * error + 1.0 / DRAWS as f64,
            "{name}: p {}, the second implementation says {} ± {error}",
            first.p,
            case.p
        );
    }
}
