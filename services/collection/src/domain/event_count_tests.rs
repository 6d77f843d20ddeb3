use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn tally(area: &str, month: &str, cell: Option<(i32, i32)>, events: u32) -> Tally {
    let first = day(&format!("{month}-01"));
    let (x, y) = cell.map_or((0.0, 0.0), |(x, y)| (f64::from(x) * 0.1 + 0.05, f64::from(y) * 0.1 + 0.05));
    Tally {
        area: area.to_owned(),
        kind: "Battles".to_owned(),
        first,
        last: first,
        cell,
        events,
        deaths_best: 2 * events,
        without_deaths: 0,
        longitudes: x * f64::from(events),
        latitudes: y * f64::from(events),
    }
}

#[test]
fn events_near_each_other_are_counted_together_and_their_middle_is_theirs() {
    let mut other = tally("CF1", "2024-03", Some((185, 43)), 1);
    other.kind = "Riots".to_owned();
    let given = [
        tally("CF1", "2024-03", Some((185, 43)), 3),
        tally("CF1", "2024-04", Some((185, 43)), 1),
        tally("CF2", "2024-03", Some((185, 43)), 1),
        tally("CF1", "2024-03", None, 5),
        other,
    ];
    let found = counted(&given).expect("few");
    let places: Vec<(&str, bool)> = found.places.iter().map(|own| (&*own.area, own.middle.is_some())).collect();
    assert_eq!(places, [("CF1", false), ("CF1", true), ("CF2", true)], "an area's own events lie at no point");
    assert_eq!(found.places[1].middle, Some((18.55, 4.35)));
    assert_eq!((found.kinds, found.has_other_kinds), (vec!["Battles".to_owned(), "Riots".to_owned()], false));
    let march = |place, kind| {
        let is = |own: &&Count| own.place == place && own.kind == kind && own.period.to_string() == "2024-03";
        found.counts.iter().find(is).map(|own| (own.events, own.deaths_best))
    };
    assert_eq!(
        (march(0, 0), march(1, 0), march(1, 1), march(2, 0)),
        (Some((5, 10)), Some((3, 6)), Some((1, 2)), Some((1, 2)))
    );
    assert_eq!((found.cell_degrees, found.frequency), (0.1, Frequency::Month));
}

#[test]
fn what_is_known_to_the_year_is_counted_in_the_year() {
    let mut year = tally("CF1", "2024-01", Some((0, 0)), 2);
    year.last = day("2024-12-01");
    let found = counted(&[year, tally("CF1", "2024-01", Some((0, 0)), 1)]).expect("few");
    let periods: Vec<(String, u32)> = found.counts.iter().map(|own| (own.period.to_string(), own.events)).collect();
    assert_eq!(periods, [("2024-01".to_owned(), 1), ("2024".to_owned(), 2)]);
}

#[test]
fn rare_types_are_counted_together() {
    let kinds = |number: u32| {
        let of = move |place| Tally { kind: format!("kind {place}"), ..tally("A", "2024-01", None, 10 + place) };
        (0..number).map(of).collect::<Vec<_>>()
    };
    let found = counted(&kinds(8)).expect("few");
    assert_eq!((found.kinds.len(), found.has_other_kinds, &*found.kinds[0]), (8, false, "kind 7"));
    let found = counted(&kinds(12)).expect("few");
    assert_eq!((found.kinds.len(), found.has_other_kinds, &*found.kinds[7]), (8, true, ""));
    assert_eq!(found.counts.iter().find(|own| own.kind == 7).map(|own| own.events), Some(10 + 11 + 12 + 13 + 14));
}

#[test]
fn more_than_areas_and_years_hold_is_said_and_not_cut() {
    let far = (0..COUNTS_MAX as u32 + 1).map(|place| tally(&format!("A{place}"), "2024-01", None, 1));
    assert_eq!(counted(&far.collect::<Vec<_>>()), None);
    assert_eq!(counted(&[]).map(|found| found.counts), Some(Vec::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn however_coarse_no_event_is_lost_or_counted_twice(
        given in prop::collection::vec((0..30_u32, 0..120_u32, (0..90_i32, 0..90_i32), 1..5_u32), 1..8_000),
    ) {
        let tallies: Vec<Tally> = given
            .iter()
            .map(|(area, month, cell, events)| {
                tally(&format!("A{area}"), &format!("{}-{:02}", 2015 + month / 12, month % 12 + 1), Some(*cell), *events)
            })
            .collect();
        let found = counted(&tallies).expect("thirty areas and ten years");
        prop_assert!(found.counts.len() <= COUNTS_MAX);
        let of = |area: &str| {
            let here = |own: &&Count| found.places[own.place].area == area;
            found.counts.iter().filter(here).map(|own| own.events).sum::<u32>()
        };
        for area in 0..30 {
            let area = format!("A{area}");
            let expected: u32 = tallies.iter().filter(|own| own.area == area).map(|own| own.events).sum();
            prop_assert_eq!(of(&area), expected);
        }
        let middles = found.places.iter().filter_map(|own| own.middle);
        prop_assert!(middles.into_iter().all(|(x, y)| (0.0..9.0).contains(&x) && (0.0..9.0).contains(&y)));
    }
}
