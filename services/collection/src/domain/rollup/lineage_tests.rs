//! Areas that came of one another: examples, and the cube against the plain model.

use cpas_proto::words::{Frequency, Period, Slice};
use proptest::prelude::*;

use super::{area_tree::Former, model::Model, *};
use crate::domain::definition::{Definition, Kind, OverAreas, OverTime, tests::casualties};

const JANUARY: u32 = 1;

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn area(code: &str, parent: &str, from: &str, to: &str, became: &[&str]) -> Area {
    let successors = became.iter().map(|code| Successor { code: (*code).to_owned(), share: None });
    let last: Option<chrono::NaiveDate> = to.parse().ok();
    Area {
        code: code.to_owned(),
        parent: parent.to_owned(),
        valid_from: from.parse().ok(),
        valid_to: last,
        became: (!became.is_empty()).then(|| Became {
            date: last.and_then(|last| last.succ_opt()).expect("a day"),
            successors: successors.collect(),
        }),
        ..Area::default()
    }
}

/// P has N, which becomes N1 and N2 in July; N1 becomes N11 and N12 in October. E and W become EW in May; S stays.
/// D lies in N and then in N1, and in S from September on.
fn areas() -> Vec<Area> {
    let lay = |parent: &str, until: &str| Former { parent: parent.to_owned(), until: until.parse().expect("a day") };
    let moving = Area { former: vec![lay("N", "2024-06-30"), lay("N1", "2024-08-31")], ..area("D", "S", "", "", &[]) };
    vec![
        area("P", "", "", "", &[]),
        area("N", "P", "", "2024-06-30", &["N1", "N2"]),
        area("N1", "P", "2024-07-01", "2024-09-30", &["N11", "N12"]),
        area("N2", "P", "2024-07-01", "", &[]),
        area("N11", "P", "2024-10-01", "", &[]),
        area("N12", "P", "2024-10-01", "", &[]),
        area("E", "P", "", "2024-04-30", &["EW"]),
        area("W", "P", "", "2024-04-30", &["EW"]),
        area("EW", "P", "2024-05-01", "", &[]),
        area("S", "P", "", "", &[]),
        moving,
    ]
}

fn fact(at: &str, when: &str, says: Says) -> Fact {
    let slice = Slice::total();
    Fact { period: period(when), area: at.to_owned(), slice, says, verified: true, definition_version: 1 }
}

fn facts(values: &[(&str, &str, f64)]) -> Vec<Fact> {
    values.iter().map(|&(at, when, value)| fact(at, when, Says::Value(value))).collect()
}

fn definition() -> Definition {
    Definition { dimensions: Vec::new(), ..casualties() }
}

fn cell(facts: &[Fact], at: &str, when: &str) -> Cell {
    let definition = definition();
    let mut cube = Cube::new(&definition, &AreaTree::new(&areas()), JANUARY, facts.to_vec());
    (*cube.point(at, period(when), &Slice::total())).clone()
}

fn value(facts: &[Fact], at: &str, when: &str) -> Option<f64> {
    cell(facts, at, when).amount.quotient()
}

#[test]
fn the_parent_is_made_of_the_old_area_before_and_of_the_new_ones_after() {
    let facts =
        facts(&[("N", "2024-06", 10.0), ("N", "2024-07", 99.0), ("N1", "2024-07", 4.0), ("N2", "2024-07", 5.0)]);
    assert_eq!(value(&facts, "P", "2024-06"), Some(10.0));
    assert_eq!(value(&facts, "P", "2024-07"), Some(9.0), "what was given for N after its end is N's alone");
    assert_eq!(value(&facts, "N", "2024-07"), Some(99.0), "its series stays as it was");
    assert_eq!(value(&facts, "P", "2024-Q3"), Some(9.0));
    assert_eq!(value(&facts, "P", "2024"), Some(19.0));
}

#[test]
fn a_year_that_a_split_lies_in_counts_its_ground_once() {
    let of_year = facts(&[("N", "2024", 100.0), ("N1", "2024", 60.0), ("N2", "2024", 41.0), ("S", "2024", 1.0)]);
    assert_eq!(value(&of_year, "P", "2024"), Some(102.0), "the latest set that is whole");
    assert_eq!(value(&of_year[..2], "P", "2024"), Some(100.0), "N covers all of the ground, N1 a part");
}

#[test]
fn a_change_that_is_recorded_after_the_fact_takes_nothing_from_what_lies_around() {
    let late = facts(&[
        ("N", "2024-06", 10.0),
        ("N", "2024-07", 11.0),
        ("N", "2024-08", 12.0),
        ("N1", "2024-08", 4.0),
        ("N", "2024-11", 20.0),
        ("E", "2024-06", 100.0),
        ("W", "2024-07", 200.0),
    ]);
    for (at, when, wanted) in [
        ("P", "2024-07", Some(211.0)),
        ("", "2024-07", Some(211.0)),
        ("P", "2024-08", Some(4.0)),
        ("P", "2024-11", Some(20.0)),
        ("P", "2024-06", Some(110.0)),
        ("P", "2024-Q3", Some(215.0)),
        ("P", "2024", Some(345.0)),
        ("N1", "2024-07", None),
        ("EW", "2024-06", None),
        ("P", "2024-12", None),
    ] {
        assert_eq!(value(&late, at, when), wanted, "{at} {when}");
    }
    let [before, after] =
        [&late[..], &facts(&[("S", "2024-07", 1.0)])].map(|facts| cell(facts, "P", "2024-07").coverage);
    assert_eq!((before, after), (0.5, 0.25), "N and W of N, E, W and S; else S of N1, N2, EW and S");
}

#[test]
fn what_is_suppressed_of_a_part_is_not_read_off_what_was_there_before() {
    let hidden = [fact("N", "2024-07", Says::Value(9.0)), fact("N1", "2024-07", Says::Suppressed)];
    assert_eq!(value(&hidden, "P", "2024-07"), None);
}

#[test]
fn a_merged_area_carries_its_parts_where_it_is_asked_for_by_itself() {
    let facts = facts(&[
        ("E", "2024-03", 1.0),
        ("W", "2024-03", 2.0),
        ("E", "2024-04", 4.0),
        ("EW", "2024-05", 8.0),
        ("N", "2024-03", 16.0),
    ]);
    assert_eq!(value(&facts, "EW", "2024-03"), Some(3.0));
    let april = cell(&facts, "EW", "2024-04");
    assert_eq!((april.amount, april.coverage), (Amount::Number(4.0), 0.5), "W said nothing, which is a half");
    assert_eq!(value(&facts, "EW", "2024-Q2"), Some(12.0));
    assert_eq!(value(&facts, "P", "2024-03"), Some(19.0), "and is counted once around it");
    let definition = definition();
    let mut cube = Cube::new(&definition, &AreaTree::new(&areas()), JANUARY, facts);
    assert_eq!(cube.own_point("EW", period("2024-03"), &Slice::total()).amount, Amount::Missing);
    let (behind, formula) = cube.explain("EW", period("2024-03"), &Slice::total());
    assert_eq!(
        (behind, formula.en.as_str()),
        (vec![0, 1], "sum over the areas that it was merged of of the values as given")
    );
}

#[test]
fn a_merged_ratio_is_of_the_sums() {
    let definition =
        Definition { kind: Kind::Ratio, over_time: OverTime::Ratio, over_areas: OverAreas::Ratio, ..definition() };
    let ratio = |at: &str, numerator, denominator| fact(at, "2024-03", Says::Ratio { numerator, denominator });
    let mut cube =
        Cube::new(&definition, &AreaTree::new(&areas()), JANUARY, vec![ratio("E", 1.0, 2.0), ratio("W", 90.0, 100.0)]);
    let merged = cube.point("EW", period("2024-03"), &Slice::total()).amount;
    assert_eq!(merged, Amount::Ratio { numerator: 91.0, denominator: 102.0 });
}

#[test]
fn a_part_of_a_split_carries_nothing() {
    let facts = facts(&[("N", "2024-06", 10.0), ("N1", "2024-07", 4.0)]);
    assert_eq!(value(&facts, "N1", "2024-06"), None);
    let year = cell(&facts, "N1", "2024");
    assert_eq!((year.amount, year.observations), (Amount::Number(4.0), 1));
    assert!(year.coverage < 0.1, "one month of twelve");
}

#[test]
fn an_area_that_moved_counts_where_it_lay() {
    let facts = facts(&[("D", "2024-06", 1.0), ("D", "2024-08", 2.0), ("D", "2024-09", 4.0)]);
    for (at, when, wanted) in [
        ("N", "2024-06", Some(1.0)),
        ("N1", "2024-08", Some(2.0)),
        ("S", "2024-09", Some(4.0)),
        ("S", "2024-06", None),
        ("N1", "2024-06", None),
        ("P", "2024-06", Some(1.0)),
        ("P", "2024-08", Some(2.0)),
        ("P", "2024-09", Some(4.0)),
        ("P", "2024", Some(7.0)),
    ] {
        assert_eq!(value(&facts, at, when), wanted, "{at} {when}");
    }
}

#[test]
fn areas_that_came_of_one_another_are_no_change_of_areas() {
    let facts = facts(&[("N", "2024-06", 10.0), ("N1", "2024-07", 4.0), ("N2", "2024-07", 5.0)]);
    let definition = definition();
    let mut cube = Cube::new(&definition, &AreaTree::new(&areas()), JANUARY, facts);
    let points: Vec<_> =
        ["2024-06", "2024-07"].map(|when| (period(when), cube.point("P", period(when), &Slice::total()))).into();
    assert!(!cautions(&cube, &points).contains(&Caution::AreasChange));
}

#[test]
fn news_that_cannot_be_end_at_once() {
    // Each became the other: no recording does that, but half of the news may have come.
    let circle = [
        area("A", "", "2024-01-01", "2024-06-30", &["B"]),
        area("B", "A", "2024-01-01", "2024-06-30", &["A"]),
        Area {
            former: vec![Former { parent: "C".into(), until: "2024-03-31".parse().expect("a day") }],
            ..area("C", "", "", "", &[])
        },
    ];
    let definition = definition();
    let mut cube = Cube::new(&definition, &AreaTree::new(&circle), JANUARY, facts(&[("B", "2024-03", 1.0)]));
    for at in ["A", "B", "C", ""] {
        let _ = cube.point(at, period("2024"), &Slice::total());
    }
    assert_eq!(cube.own_point("B", period("2024-03"), &Slice::total()).amount, Amount::Number(1.0));
    // What came of an area lies in it.
    let within =
        [area("A", "", "", "2024-06-30", &["B", "C"]), area("B", "A", "", "", &[]), area("C", "A", "", "", &[])];
    let mut cube = Cube::new(&definition, &AreaTree::new(&within), JANUARY, facts(&[("A", "2024-06", 1.0)]));
    for when in ["2024-07", "2024-H2", "2024"] {
        let _ = cube.point("A", period(when), &Slice::total());
    }
}

fn any_world() -> impl Strategy<Value = (Definition, Vec<Fact>)> {
    let codes = vec!["", "P", "N", "N1", "N2", "N11", "N12", "E", "W", "EW", "S", "D"];
    let periods = vec![
        "2023-12", "2024-03", "2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024-09", "2024-10", "2024-Q1",
        "2024-Q2", "2024-Q3", "2024-Q4", "2024-H1", "2024-H2", "2023", "2024",
    ];
    (any::<bool>(), 0usize..6, 0usize..6, 0usize..3).prop_flat_map(move |(ratio, over_time, over_areas, frequency)| {
        let definition = Definition {
            kind: if ratio { Kind::Ratio } else { Kind::Count },
            over_time: OverTime::ALL[over_time],
            over_areas: OverAreas::ALL[over_areas],
            frequency: [Frequency::Month, Frequency::Quarter, Frequency::Year][frequency],
            ..definition()
        };
        let value = if ratio {
            (0u8..20, 1u8..20).prop_map(|(n, d)| Says::Ratio { numerator: f64::from(n), denominator: f64::from(d) }).boxed()
        } else {
            (0u8..20).prop_map(|value| Says::Value(f64::from(value))).boxed()
        };
        let says = prop_oneof![8 => value, 1 => Just(Says::Missing), 1 => Just(Says::NotApplicable), 1 => Just(Says::Suppressed)];
        let one = (prop::sample::select(codes.clone()), prop::sample::select(periods.clone()), says);
        let one = one.prop_map(|(at, when, says)| fact(at, when, says));
        prop::collection::vec(one, 0..40).prop_map(move |facts| (definition.clone(), facts))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_cube_says_what_the_model_says_where_areas_change((definition, facts) in any_world()) {
        let areas = areas();
        let mut cube = Cube::new(&definition, &AreaTree::new(&areas), JANUARY, facts.clone());
        let model = Model { definition: &definition, areas: &areas, facts: &facts, start: JANUARY };
        for at in ["", "P", "N", "N1", "N12", "EW", "W", "S"] {
            for when in ["2023-12", "2024-04", "2024-07", "2024-09", "2024-Q2", "2024-Q3", "2024-H2", "2024", "2023"] {
                for carrying in [true, false] {
                    let total = Slice::total();
                    let cell = if carrying {
                        cube.point(at, period(when), &total)
                    } else {
                        cube.own_point(at, period(when), &total)
                    };
                    let point = model.point_of(at, period(when), &total, carrying);
                    prop_assert!(
                        super::tests::same_amount(cell.amount, point.says),
                        "{} {} {}: {:?} {:?}", at, when, carrying, cell, point
                    );
                    prop_assert!((cell.coverage - point.coverage).abs() < 1e-9, "{} {}: {:?} {:?}", at, when, cell, point);
                    if cell.amount.is_value() {
                        prop_assert_eq!(cell.observations, point.observations);
                    }
                }
            }
        }
    }

    /// Of every ground and period, one fact counts at most once, and none after it was followed: for sums of monthly
    /// values, the whole is what a ledger by month and ground says.
    #[test]
    fn no_ground_is_counted_twice(
        values in proptest::collection::vec((0usize..9, 1u32..=12, 0u8..20), 0..40)
    ) {
        let codes = ["N", "N1", "N2", "N11", "N12", "E", "W", "EW", "S"];
        let mut ledger: std::collections::BTreeMap<(usize, u32), f64> = Default::default();
        let all = areas();
        let lives = |place: usize, month: u32| {
            let area = all.iter().find(|area| area.code == codes[place]).expect("an area");
            let when = period(&format!("2024-{month:02}"));
            area.valid_from.is_none_or(|from| from <= when.first_day(JANUARY))
                && area.valid_to.is_none_or(|to| when.last_day(JANUARY) <= to)
        };
        // What entry and import take: values about areas that are there.
        for &(place, month, value) in values.iter().filter(|(place, month, _)| lives(*place, *month)) {
            ledger.insert((place, month), f64::from(value));
        }
        let facts: Vec<Fact> = ledger
            .iter()
            .map(|((place, month), value)| fact(codes[*place], &format!("2024-{month:02}"), Says::Value(*value)))
            .collect();
        let definition = Definition { over_time: OverTime::Sum, over_areas: OverAreas::Sum, ..definition() };
        let mut cube = Cube::new(&definition, &AreaTree::new(&areas()), JANUARY, facts);
        let whole = cube.point("P", period("2024"), &Slice::total()).amount.quotient();
        prop_assert_eq!(whole, (!ledger.is_empty()).then(|| ledger.values().sum()));
    }
}
