//! What is made of events on a made-up mission, and what holds for any input.

use proptest::prelude::*;

use super::{getis_ord::Heat, *};

/// A square of one degree, 5 × 5 areas of a fifth each, around the Central African Republic.
fn areas() -> Vec<Area> {
    let corner = |at: usize| at as f64 * 0.6;
    let area = |at: usize| {
        let (west, south) = (18.0 + corner(at % 5), 5.0 + corner(at / 5));
        let ring = [(0.0, 0.0), (0.6, 0.0), (0.6, 0.6), (0.0, 0.6), (0.0, 0.0)];
        let place = |(x, y): (f64, f64)| LonLat { longitude: west + x, latitude: south + y };
        Area {
            code: format!("CF{at:02}"),
            name: Text::of(format!("Area {at}"), format!("Zone {at}")),
            rings: vec![ring.map(place).to_vec()],
        }
    };
    (0..25).map(area).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Four events in each area through the year; in June so many more around one place.
fn case(more: usize) -> Case {
    let mut events = Vec::new();
    let areas = areas();
    for (at, area) in areas.iter().enumerate() {
        let corner = area.rings[0][0];
        for time in 0..4_usize {
            let days = chrono::Days::new((time * 83 + at * 7) as u64 % 360);
            let place = 0.1 + 0.1 * ((at + time) % 5) as f64;
            events.push(Happening {
                id: format!("e{at}-{time}"),
                day: day("2024-01-01").checked_add_days(days),
                at: LonLat { longitude: corner.longitude + place, latitude: corner.latitude + 0.5 - 0.4 * place },
                area: Some(area.code.clone()),
            });
        }
    }
    for at in 0..more {
        events.push(Happening {
            id: format!("more-{at}"),
            day: day("2024-06-03").checked_add_days(chrono::Days::new(at as u64 % 26)),
            // Around the corner that four areas share.
            at: LonLat { longitude: 18.57 + 0.01 * (at % 7) as f64, latitude: 5.58 + 0.01 * (at % 5) as f64 },
            area: Some(["CF00", "CF01", "CF05", "CF06"][at % 4].to_owned()),
        });
    }
    Case { first: day("2024-01-01"), last: day("2024-12-31"), areas, events }
}

#[test]
fn where_and_when_events_gather_is_found_and_told_in_both_languages() {
    let found = hot_spots(&case(60));
    let areas = found.areas.found.as_ref().expect("25 areas");
    let hot: BTreeSet<&str> =
        areas.iter().filter(|one| one.spot.heat == Heat::Hot).map(|one| one.area.as_str()).collect();
    assert!(["CF00", "CF01", "CF05", "CF06"].iter().all(|area| hot.contains(area)) && hot.len() < 12, "{hot:?}");
    let corner = areas.iter().find(|one| one.area == "CF00").expect("an area");
    assert_eq!((corner.events, corner.neighbours), (19, 3));
    assert!(found.areas.statement.en.starts_with("Of 25 areas, "), "{:?}", found.areas.statement);
    assert!(found.areas.statement.fr.contains("Zone "), "{:?}", found.areas.statement);
    let grid = found.grid.found.as_ref().expect("enough hexagons");
    assert!((HEXAGONS_MIN..=ground::HEXAGONS_MAX).contains(&grid.tested), "{}", grid.tested);
    assert_eq!(grid.hexagons[0].spot.heat, Heat::Hot);
    assert_eq!(grid.hexagons.iter().map(|one| one.events).sum::<u32>(), 160, "every event lies in one");
    let clusters = found.clusters.found.as_ref().expect("a year of weeks");
    let first = &clusters[0];
    assert_eq!((first.first, first.last), (day("2024-06-03"), day("2024-06-30")), "{first:?}");
    assert!(first.cluster.p <= 0.001 && first.cluster.events >= 60, "{first:?}");
    assert!(first.area.as_ref().is_some_and(|area| hot.contains(area.as_str())), "{first:?}");
    assert!(found.clusters.statement.en.contains(" around CF0"), "{:?}", found.clusters.statement);
    for (one, other) in
        clusters.iter().enumerate().flat_map(|(at, one)| clusters[..at].iter().map(move |other| (one, other)))
    {
        assert!(one.cluster.ratio <= other.cluster.ratio && one.middle != other.middle);
    }
}

#[test]
fn where_they_do_not_gather_that_is_what_is_told() {
    let found = hot_spots(&case(0));
    assert!(found.clusters.statement.en.starts_with("No cluster in space and time"), "{:?}", found.clusters);
    assert_eq!(found.areas.statement.en, "Does not apply: there are as many events everywhere.");
    assert_eq!(found.areas.found, None);
}

#[test]
fn of_too_little_nothing_is_computed_and_the_reason_is_told() {
    let mut few = case(30);
    few.events.truncate(29);
    let found = hot_spots(&few);
    for statement in [&found.areas.statement, &found.grid.statement, &found.clusters.statement] {
        assert!(statement.en.contains("29 events are known well enough, and it takes 30"), "{statement:?}");
    }
    let mut without = case(30);
    without.areas.truncate(3);
    assert_eq!(hot_spots(&without).areas.statement.en, "Does not apply: 3 areas have boundaries, and it takes 12.");
    let mut short = case(30);
    short.last = day("2024-02-01");
    assert!(hot_spots(&short).clusters.statement.en.contains("the period has 4 weeks"));
    let mut undated = case(30);
    undated.events.iter_mut().for_each(|one| one.day = None);
    let found = hot_spots(&undated);
    assert!(found.clusters.statement.en.contains("0 events are known well enough") && found.areas.found.is_some());
}

#[test]
fn by_chance_alone_few_years_have_a_cluster() {
    use rand_chacha::{
        ChaCha8Rng,
        rand_core::{RngCore, SeedableRng},
    };
    let hexagons: Vec<Hexagon> = (0..36).map(|at| Hexagon { q: at % 6, r: at / 6 }).collect();
    let clustered = (0..100_u64).filter(|seed| {
        let mut chance = ChaCha8Rng::seed_from_u64(4_000 + seed);
        let events: Vec<(usize, usize)> =
            (0..150).map(|_| ((chance.next_u32() % 36) as usize, (chance.next_u32() % 26) as usize)).collect();
        scan(&hexagons, &events, 26, SEED, 199).first().is_some_and(|one| one.p <= 0.05)
    });
    let share = clustered.count();
    println!("no cluster there: {share} of 100 years have one at 5 %");
    assert!(share <= 12, "{share}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_events_and_boundaries_nothing_panics_and_every_number_is_one(
        events in prop::collection::vec(
            ((-200.0f64..200.0), (-95.0f64..95.0), prop::option::of(-40i64..400), 0usize..30), 0..80,
        ),
        rings in prop::collection::vec(prop::collection::vec((-181.0f64..181.0, -91.0f64..91.0), 0..6), 0..16),
        near in any::<bool>(),
        days in 0i64..800,
    ) {
        let place = |longitude: f64, latitude: f64| {
            if near { LonLat { longitude: 18.0 + longitude / 60.0, latitude: 6.0 + latitude / 60.0 } } else { LonLat { longitude, latitude } }
        };
        let first = day("2024-01-01");
        let case = Case {
            first,
            last: first + chrono::TimeDelta::days(days),
            areas: rings.iter().enumerate().map(|(at, ring)| Area {
                code: format!("A{at:02}"),
                name: Text::default(),
                rings: vec![ring.iter().map(|(x, y)| place(*x, *y)).collect()],
            }).collect(),
            events: events.iter().enumerate().map(|(at, (x, y, days, area))| Happening {
                id: at.to_string(),
                day: days.map(|days| first + chrono::TimeDelta::days(days)),
                at: place(*x, *y),
                area: Some(format!("A{area:02}")),
            }).collect(),
        };
        let found = hot_spots(&case);
        // What is no number could not be read back.
        let written = serde_json::to_string(&found).expect("JSON");
        prop_assert!(!written.contains("NaN"));
        let kept: Case = serde_json::from_str(&serde_json::to_string(&case).expect("JSON")).expect("our own");
        prop_assert_eq!(&kept, &case);
        let read: HotSpots = serde_json::from_str(&written).expect("our own");
        prop_assert_eq!(&read, &found);
        prop_assert_eq!(hot_spots(&case), found, "the same again");
    }

    #[test]
    fn a_place_is_projected_there_and_back(longitude in 10.0f64..40.0, latitude in -15.0f64..25.0) {
        let ground = Ground::around(LonLat { longitude: 25.0, latitude: 5.0 });
        let back = ground.unproject(ground.project(LonLat { longitude, latitude }).expect("on earth"));
        prop_assert!((back.longitude - longitude).abs() < 1e-9 && (back.latitude - latitude).abs() < 1e-9);
    }

    #[test]
    fn the_nearest_centre_is_the_hexagon_of_a_place(x in -500.0f64..500.0, y in -500.0f64..500.0, edge in 1.0f64..60.0) {
        let at = Xy { x, y };
        let own = Hexagon::of(at, edge);
        let far = |one: Hexagon| { let middle = one.middle(edge); (middle.x - x).hypot(middle.y - y) };
        prop_assert!(far(own) <= edge * (1.0 + 1e-9));
        for (q, r) in [(1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)] {
            let next = Hexagon { q: own.q + q, r: own.r + r };
            prop_assert!(far(own) <= far(next) + 1e-9 && own.steps(next) == 1);
        }
    }
}

#[test]
fn areas_that_share_a_corner_are_neighbours_and_an_island_has_its_nearest() {
    let square = |x: f64, y: f64| {
        Shape(vec![vec![Xy { x, y }, Xy { x: x + 1.0, y }, Xy { x: x + 1.0, y: y + 1.0 }, Xy { x, y: y + 1.0 }]])
    };
    let shapes = [square(0.0, 0.0), square(1.0, 0.0), square(2.0, 1.0), square(9.0, 9.0)];
    let found = touching(&shapes.iter().collect::<Vec<_>>());
    assert_eq!(found, [vec![1], vec![0, 2], vec![1, 3], vec![2]]);
}

#[test]
fn a_hole_is_outside_and_moves_the_middle() {
    let square = |from: f64, to: f64| {
        vec![Xy { x: from, y: from }, Xy { x: to, y: from }, Xy { x: to, y: to }, Xy { x: from, y: to }]
    };
    let mut hole = square(6.0, 8.0);
    let turned = Shape(vec![square(0.0, 10.0), hole.clone()]);
    hole.reverse();
    let shape = Shape(vec![square(0.0, 10.0), hole]);
    assert!(shape.holds(Xy { x: 1.0, y: 1.0 }) && !shape.holds(Xy { x: 7.0, y: 7.0 }));
    let middle = shape.middle().expect("it has corners");
    // (100 · 5 − 4 · 7) / 96
    assert!((middle.x - 472.0 / 96.0).abs() < 1e-12 && (middle.y - middle.x).abs() < 1e-12, "{middle:?}");
    assert_eq!(turned.middle(), Some(middle), "whichever way round the hole is written");
    assert_eq!(Shape(Vec::new()).middle(), None);
}
