use cpas_proto::words::{Frequency, Period, Slice};
use proptest::prelude::*;

use super::{model::Model, *};
use crate::domain::definition::{Definition, Kind, OverAreas, OverTime, tests::casualties};

const JULY: u32 = 7;

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn slice(text: &str) -> Slice {
    text.parse().expect("a slice")
}

fn area(code: &str, parent: &str) -> Area {
    Area { code: code.to_owned(), parent: parent.to_owned(), ..Area::default() }
}

/// Two provinces, the first with two districts.
fn areas() -> Vec<Area> {
    vec![area("N", ""), area("N1", "N"), area("N2", "N"), area("S", "")]
}

fn fact(at: &str, when: &str, of: &str, says: Says) -> Fact {
    Fact { period: period(when), area: at.to_owned(), slice: slice(of), says, verified: false, definition_version: 1 }
}

fn value(at: &str, when: &str, of: &str, value: f64) -> Fact {
    fact(at, when, of, Says::Value(value))
}

fn cell(definition: &Definition, facts: &[Fact], at: &str, when: &str, of: &str) -> Cell {
    let mut cube = Cube::new(definition, &AreaTree::new(&areas()), JULY, facts.to_vec());
    (*cube.point(at, period(when), &slice(of))).clone()
}

#[test]
fn a_given_total_wins_and_is_never_added_to_its_slices() {
    let facts =
        [value("S", "2024-01", "", 756.0), value("S", "2024-01", "sex=f", 42.0), value("S", "2024-01", "sex=m", 714.0)];
    let total = cell(&casualties(), &facts, "S", "2024-01", "");
    assert_eq!((total.amount, total.mismatch), (Amount::Number(756.0), false));
    assert_eq!(cell(&casualties(), &facts[1..], "S", "2024-01", "").amount, Amount::Number(756.0));
    assert_eq!(cell(&casualties(), &facts[1..2], "S", "2024-01", "").amount, Amount::Missing, "half a set is no total");
}

#[test]
fn unknown_is_added_where_it_is_there() {
    let mut facts = vec![value("S", "2024-01", "sex=f", 1.0), value("S", "2024-01", "sex=m", 2.0)];
    assert_eq!(cell(&casualties(), &facts, "S", "2024-01", "").amount, Amount::Number(3.0));
    facts.push(value("S", "2024-01", "sex=unknown", 4.0));
    assert_eq!(cell(&casualties(), &facts, "S", "2024-01", "").amount, Amount::Number(7.0));
}

#[test]
fn a_total_that_does_not_match_is_marked_up_to_the_mission() {
    let facts =
        [value("S", "2024-01", "", 700.0), value("S", "2024-01", "sex=f", 42.0), value("S", "2024-01", "sex=m", 714.0)];
    let mission = cell(&casualties(), &facts, "", "2024", "");
    assert_eq!((mission.amount, mission.mismatch), (Amount::Number(700.0), true));
}

#[test]
fn suppressed_is_not_computed_after_all() {
    let facts = [
        fact("S", "2024-01", "", Says::Suppressed),
        value("S", "2024-01", "sex=f", 1.0),
        value("S", "2024-01", "sex=m", 2.0),
    ];
    assert_eq!(cell(&casualties(), &facts, "S", "2024-01", "").amount, Amount::Suppressed);
}

#[test]
fn a_ratio_is_the_sum_of_its_parts_and_no_average() {
    let definition =
        Definition { kind: Kind::Ratio, over_time: OverTime::Ratio, over_areas: OverAreas::Ratio, ..casualties() };
    let ratio = |at, when, numerator, denominator| fact(at, when, "", Says::Ratio { numerator, denominator });
    let facts = [ratio("N1", "2024-01", 1.0, 2.0), ratio("N2", "2024-01", 90.0, 100.0)];
    let north = cell(&definition, &facts, "N", "2024-01", "");
    assert_eq!(north.amount, Amount::Ratio { numerator: 91.0, denominator: 102.0 });
    assert_eq!(north.coverage, 1.0);
}

#[test]
fn coverage_says_what_share_of_areas_and_months_is_behind_a_number() {
    let facts = [value("N1", "2024-01", "", 5.0), value("S", "2024-01", "", 7.0), value("S", "2024-02", "", 1.0)];
    let january = cell(&casualties(), &facts, "", "2024-01", "");
    assert_eq!((january.amount, january.coverage), (Amount::Number(12.0), 0.75), "N is half covered, S whole");
    let quarter = cell(&casualties(), &facts, "S", "2024-Q1", "");
    assert_eq!(quarter.amount, Amount::Number(8.0));
    assert!((quarter.coverage - 2.0 / 3.0).abs() < 1e-12);
}

#[test]
fn missing_is_never_zero() {
    let facts = [fact("S", "2024-01", "", Says::Missing)];
    let year = cell(&casualties(), &facts, "", "2024", "");
    assert_eq!((year.amount, year.coverage, year.observations), (Amount::Missing, 0.0, 0));
}

#[test]
fn a_fiscal_year_takes_its_twelve_months() {
    let facts: Vec<Fact> =
        (1..=12).map(|month| value("S", &format!("2023-{month:02}"), "", f64::from(month))).collect();
    let year = cell(&casualties(), &facts, "S", "FY2024", "");
    assert_eq!((year.amount, year.coverage), (Amount::Number((7..=12).sum::<i32>().into()), 0.5));
}

#[test]
fn a_running_total_says_what_stood_last_and_begins_again_with_the_fiscal_year() {
    let definition = Definition { over_time: OverTime::Last, ..casualties() };
    // Ten more each month of the fiscal year 2024, and one more each month in the first half of the next.
    let months = |year: i32, from: u32| (from..from + 6).map(move |month| format!("{year}-{month:02}"));
    let ended = months(2023, 7).chain(months(2024, 1)).zip(1..).map(|(month, at)| (month, f64::from(at * 10)));
    let begun = months(2024, 7).zip(1..).map(|(month, at)| (month, f64::from(at)));
    let facts: Vec<Fact> = ended.chain(begun).map(|(month, so_far)| value("S", &month, "", so_far)).collect();
    for (when, stood, coverage) in [
        ("2023-Q3", 30.0, 1.0),
        ("FY2024", 120.0, 1.0),
        ("2024-Q2", 120.0, 1.0),
        ("2024-Q3", 3.0, 1.0),
        ("2024", 6.0, 1.0),
        ("FY2025", 6.0, 0.5),
        ("2023", 60.0, 0.5),
    ] {
        let cell = cell(&definition, &facts, "S", when, "");
        assert_eq!((cell.amount, cell.coverage), (Amount::Number(stood), coverage), "{when}");
    }
    assert_eq!(cell(&definition, &facts, "S", "FY2026", "").amount, Amount::Missing, "nothing is carried over");
    // What stood last in the areas is summed over them.
    let north = [value("N", "2024-05", "", 7.0), value("N", "2024-06", "", 8.0)];
    let both = [facts, north.to_vec()].concat();
    assert_eq!(cell(&definition, &both, "", "FY2024", "").amount, Amount::Number(128.0));
}

#[test]
fn an_area_that_does_not_exist_in_a_period_is_not_expected() {
    let mut areas = areas();
    areas[3].valid_from = Some("2024-02-01".parse().expect("a date"));
    let facts = vec![value("N", "2024-01", "", 5.0), value("N", "2024-02", "", 6.0)];
    let definition = casualties();
    let mut cube = Cube::new(&definition, &AreaTree::new(&areas), JULY, facts);
    assert_eq!(cube.point("", period("2024-01"), &slice("")).coverage, 1.0);
    assert_eq!(cube.point("", period("2024-02"), &slice("")).coverage, 0.5);
}

#[test]
fn an_average_over_time_of_a_sum_over_areas() {
    let definition = Definition { over_time: OverTime::Average, kind: Kind::Average, ..casualties() };
    let facts = [
        value("N", "2024-01", "", 100.0),
        value("N", "2024-02", "", 200.0),
        value("N", "2024-03", "", 300.0),
        value("S", "2024-01", "", 10.0),
        value("S", "2024-02", "", 10.0),
        value("S", "2024-03", "", 10.0),
    ];
    assert_eq!(cell(&definition, &facts, "", "2024-Q1", "").amount, Amount::Number(210.0));
    assert_eq!(cell(&definition, &facts[..3], "N", "2024-Q1", "sex=f").amount, Amount::Missing);
}

#[test]
fn an_explanation_names_the_facts_and_the_formula() {
    let definition = casualties();
    let facts = vec![value("N1", "2024-01", "", 5.0), value("S", "2024-02", "", 7.0), value("S", "2023-01", "", 1.0)];
    let mut cube = Cube::new(&definition, &AreaTree::new(&areas()), JULY, facts);
    let (behind, formula) = cube.explain("", period("2024"), &slice(""));
    assert_eq!(behind, vec![0, 1]);
    assert_eq!(formula.en, "sum over months of sum over areas of sum over areas of the values as given");
    assert_eq!(cube.explain("S", period("2030"), &slice("")).1.en, "no value is known");
}

#[test]
fn a_series_whose_areas_change_says_so() {
    let definition = Definition { frequency: Frequency::Year, ..casualties() };
    let points = |facts: Vec<Fact>| {
        let mut cube = Cube::new(&definition, &AreaTree::new(&areas()), JULY, facts);
        let points: Vec<_> =
            ["2023", "2024"].iter().map(|when| (period(when), cube.point("", period(when), &slice("")))).collect();
        cautions(&cube, &points)
    };
    let changing = points(vec![value("N", "2023", "", 5.0), value("S", "2024", "", 7.0)]);
    assert!(changing.contains(&Caution::AreasChange) && changing.contains(&Caution::Partial));
    let mut steady: Vec<Fact> =
        ["2023", "2024"].iter().flat_map(|when| ["N", "S"].map(|at| value(at, when, "", 5.0))).collect();
    assert_eq!(points(steady.clone()), [Caution::Unverified].into());
    steady.iter_mut().for_each(|fact| fact.verified = true);
    assert!(points(steady).is_empty());
}

#[test]
fn a_series_that_one_of_its_areas_makes_says_so() {
    let definition = Definition { frequency: Frequency::Year, ..casualties() };
    let districts: Vec<Area> = ["A", "B", "C"].iter().map(|code| area(code, "")).collect();
    let said = |of_a: [f64; 3]| {
        let values = [of_a, [5.0, 6.0, 5.0], [7.0, 7.0, 8.0]];
        let facts = ["A", "B", "C"].iter().zip(values).flat_map(|(at, values)| {
            ["2022", "2023", "2024"].iter().zip(values).map(move |(when, own)| value(at, when, "", own))
        });
        let mut cube = Cube::new(&definition, &AreaTree::new(&districts), JULY, facts.collect());
        let points: Vec<_> = ["2022", "2023", "2024"]
            .iter()
            .map(|when| (period(when), cube.point("", period(when), &slice(""))))
            .collect();
        cautions(&cube, &points).contains(&Caution::OneArea)
    };
    assert!(said([10.0, 400.0, 30.0]));
    assert!(!said([5.0, 6.0, 6.0]));
}

fn any_says(ratio: bool) -> impl Strategy<Value = Says> {
    let value = if ratio {
        (0u8..20, 1u8..20).prop_map(|(n, d)| Says::Ratio { numerator: f64::from(n), denominator: f64::from(d) }).boxed()
    } else {
        (0u8..20).prop_map(|value| Says::Value(f64::from(value))).boxed()
    };
    prop_oneof![8 => value, 1 => Just(Says::Missing), 1 => Just(Says::NotApplicable), 1 => Just(Says::Suppressed)]
}

fn any_world() -> impl Strategy<Value = (Definition, Vec<Fact>)> {
    let kinds = prop_oneof![3 => Just(Kind::Count), 2 => Just(Kind::Ratio), 1 => Just(Kind::Average)];
    let kinds = (kinds, 0usize..6, 0usize..6, 0usize..3);
    kinds.prop_flat_map(|(kind, over_time, over_areas, frequency)| {
        let definition = Definition {
            kind,
            over_time: OverTime::ALL[over_time],
            over_areas: OverAreas::ALL[over_areas],
            frequency: [Frequency::Month, Frequency::Quarter, Frequency::Year][frequency],
            ..casualties()
        };
        let areas = prop::sample::select(vec!["", "N", "N1", "N2", "S"]);
        let periods = prop::sample::select(vec![
            "2024-01", "2024-02", "2024-03", "2024-04", "2024-07", "2024-Q1", "2024-Q2", "2024-H1", "2024-H2", "2024",
        ]);
        let slices = prop::sample::select(vec![
            "",
            "",
            "sex=f",
            "sex=m",
            "sex=unknown",
            "age=child",
            "age=adult",
            "age=child,sex=f",
            "age=child,sex=m",
            "age=adult,sex=f",
            "age=adult,sex=m",
            "age=adult,sex=unknown",
        ]);
        let facts = (areas, periods, slices, any_says(kind == Kind::Ratio), any::<bool>());
        let facts = facts.prop_map(|(at, when, of, says, verified)| Fact { verified, ..fact(at, when, of, says) });
        // One cell has one fact: of several the last counts for both, but not for the number of observations.
        prop::collection::vec(facts, 0..40).prop_map(move |facts| (definition.clone(), facts))
    })
}

pub(super) fn same_amount(cell: Amount, model: Option<Says>) -> bool {
    let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
    match (cell, model) {
        (Amount::Number(one), Some(Says::Value(other))) => near(one, other),
        (Amount::Ratio { numerator, denominator }, Some(Says::Ratio { numerator: n, denominator: d })) => {
            near(numerator, n) && near(denominator, d)
        }
        (Amount::Missing, None) => true,
        (Amount::NotApplicable, Some(Says::NotApplicable)) | (Amount::Suppressed, Some(Says::Suppressed)) => true,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_cube_says_what_the_model_says((definition, facts) in any_world()) {
        let areas = areas();
        let mut cube = Cube::new(&definition, &AreaTree::new(&areas), JULY, facts.clone());
        let model = Model { definition: &definition, areas: &areas, facts: &facts, start: JULY };
        for at in ["", "N", "N2", "S"] {
            for when in ["2024-01", "2024-Q1", "2024", "FY2025"] {
                for of in ["", "sex=f", "age=adult"] {
                    let (cell, point) =
                        (cube.point(at, period(when), &slice(of)), model.point(at, period(when), &slice(of)));
                    prop_assert!(same_amount(cell.amount, point.says), "{at} {when} {of}: {cell:?} {point:?}");
                    prop_assert!((cell.coverage - point.coverage).abs() < 1e-9, "{at} {when} {of}: {cell:?} {point:?}");
                    prop_assert_eq!(cell.mismatch, point.mismatch, "{} {} {}", at, when, of);
                    if cell.amount.is_value() {
                        prop_assert_eq!(cell.observations, point.observations);
                        let (behind, _) = cube.explain(at, period(when), &slice(of));
                        prop_assert_eq!(behind.len(), cell.observations as usize, "explained by as many as counted");
                    }
                }
            }
        }
    }

    #[test]
    fn the_order_of_facts_does_not_matter((definition, facts) in any_world()) {
        let mut once: Vec<Fact> = Vec::new();
        for fact in facts {
            let same = |own: &Fact| (&own.area, own.period, &own.slice) == (&fact.area, fact.period, &fact.slice);
            if !once.iter().any(same) {
                once.push(fact);
            }
        }
        let tree = AreaTree::new(&areas());
        let mut forwards = Cube::new(&definition, &tree, JULY, once.clone());
        once.reverse();
        let mut backwards = Cube::new(&definition, &tree, JULY, once);
        for when in ["2024-02", "2024-Q1", "2024"] {
            let (one, other) =
                (forwards.point("", period(when), &slice("")), backwards.point("", period(when), &slice("")));
            prop_assert_eq!(one.amount, other.amount);
            prop_assert_eq!(one.coverage, other.coverage);
        }
    }
}
