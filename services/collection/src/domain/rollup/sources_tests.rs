use proptest::prelude::*;

use super::*;
use crate::domain::{
    definition::{Definition, OverAreas, OverTime, tests::casualties},
    rollup::{Area, AreaTree, Fact, Says},
};

const JANUARY: u32 = 1;

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn areas() -> AreaTree {
    let area = |code: &str, parent: &str| Area { code: code.to_owned(), parent: parent.to_owned(), ..Area::default() };
    AreaTree::new(&[area("N", ""), area("N1", "N"), area("N2", "N")])
}

fn fact(area: &str, when: &str, says: Says) -> Fact {
    let (period, slice) = (period(when), Slice::total());
    Fact { period, area: area.to_owned(), slice, says, verified: true, definition_version: 1 }
}

fn value(area: &str, when: &str, value: f64) -> Fact {
    fact(area, when, Says::Value(value))
}

/// The sources of X, which has the formula, over A and B.
fn sources<'a>(definition: &'a Definition, formula: &str, a: Vec<Fact>, b: Vec<Fact>) -> Sources<'a> {
    let observed = |facts| Source::Observed(Box::new(Cube::new(definition, &areas(), JANUARY, facts)));
    let x = Source::Computed(formula.parse().expect("a formula"));
    let sources = [("A", observed(a)), ("B", observed(b)), ("X", x)];
    Sources::new("X", sources.into_iter().map(|(code, source)| (code.to_owned(), source)).collect())
}

fn at(of: &mut Sources<'_>, area: &str, when: &str) -> Cell {
    (*of.point(area, period(when), &Slice::total())).clone()
}

#[test]
fn a_rate_of_a_year_is_made_of_the_years_parts_and_not_of_monthly_rates() {
    let definition = casualties();
    let a = vec![value("N1", "2024-01", 1.0), value("N2", "2024-02", 9.0)];
    let b = vec![value("N1", "2024-01", 2.0), value("N2", "2024-02", 98.0)];
    let mut of = sources(&definition, "ratio(A, B)", a, b);
    let (january, quarter) = (at(&mut of, "N1", "2024-01"), at(&mut of, "", "2024-Q1"));
    assert_eq!(january.amount, Amount::Ratio { numerator: 1.0, denominator: 2.0 });
    assert_eq!(quarter.amount, Amount::Ratio { numerator: 10.0, denominator: 100.0 }, "not the mean of 0.5 and 0.09");
    assert_eq!((january.observations, january.verified, january.coverage), (2, 2, 1.0));
    assert!(quarter.coverage < 1.0);
    assert!(of.cautions("", &Slice::total(), &[(period("2024-Q1"), Rc::new(quarter))]).contains(&Caution::Partial));
    assert_eq!(of.range(Frequency::Month, JANUARY), Some((period("2024-01"), period("2024-02"))));
    assert_eq!(of.areas().into_iter().collect::<Vec<_>>(), ["N1", "N2"]);
}

#[test]
fn what_is_missing_is_never_zero_and_what_is_not_shown_stays_hidden() {
    let definition = casualties();
    let a = vec![
        value("N", "2024-01", 5.0),
        fact("N", "2024-02", Says::Suppressed),
        fact("N", "2024-03", Says::NotApplicable),
        value("N", "2024-04", 5.0),
    ];
    let b = vec![value("N", "2024-02", 1.0), value("N", "2024-03", 2.0), value("N", "2024-04", 0.0)];
    let amounts = |formula: &str| {
        let mut of = sources(&definition, formula, a.clone(), b.clone());
        ["2024-01", "2024-02", "2024-03", "2024-04"].map(|when| at(&mut of, "N", when).amount)
    };
    let (missing, hidden, none) = (Amount::Missing, Amount::Suppressed, Amount::NotApplicable);
    assert_eq!(amounts("A + B"), [missing, hidden, none, Amount::Number(5.0)]);
    assert_eq!(amounts("sum(A, B)"), [missing, hidden, Amount::Number(2.0), Amount::Number(5.0)]);
    assert_eq!(amounts("avg(A, B)"), [missing, hidden, Amount::Number(2.0), Amount::Number(2.5)]);
    assert_eq!(amounts("A / B"), [missing, hidden, none, none], "nothing is divided by zero");
    assert_eq!(amounts("ratio(A, B)"), [missing, hidden, none, none]);
    assert_eq!(amounts("-A * 2 - 1")[0], Amount::Number(-11.0));
}

#[test]
fn a_formula_over_formulas_and_an_input_that_is_not_there() {
    let definition = casualties();
    let mut of = sources(&definition, "A + Y", vec![value("N", "2024-01", 5.0)], vec![value("N", "2024-01", 2.0)]);
    of.sources.insert("Y".to_owned(), Source::Computed("B * B - A".parse().expect("a formula")));
    assert_eq!(at(&mut of, "N", "2024-01").amount, Amount::Number(4.0));
    let (behind, told) = of.explain("N", period("2024-01"), &Slice::total());
    assert_eq!(behind, Behind { facts: vec![("A".to_owned(), 0), ("B".to_owned(), 0)], events: Vec::new() });
    assert_eq!(told.en, "A + Y, where A = 5 (the values as given); Y = -1 (B * B - A)");
    let mut of = sources(&definition, "A + GONE", vec![value("N", "2024-01", 5.0)], Vec::new());
    assert_eq!(at(&mut of, "N", "2024-01").amount, Amount::Missing);
    assert!(of.cautions("N", &Slice::total(), &[]).contains(&Caution::InputUnknown));
    assert_eq!(of.range(Frequency::Month, JANUARY), None);
}

#[test]
fn one_that_comes_back_to_itself_has_no_value() {
    // Planning lets none in; events may come in any order all the same.
    let definition = casualties();
    let mut of = sources(&definition, "A + Y", vec![value("N", "2024-01", 5.0)], Vec::new());
    of.sources.insert("Y".to_owned(), Source::Computed("X + X".parse().expect("a formula")));
    assert_eq!(at(&mut of, "N", "2024-01").amount, Amount::Missing);
    assert_eq!(at(&mut of, "N", "2024-01").amount, Amount::Missing);
}

proptest! {
    /// Against the plainest model: sums of what was observed at the cell, then the arithmetic.
    #[test]
    fn a_formula_gives_what_its_inputs_give(
        a in proptest::collection::vec((0_usize..2, 1_u32..=6, 0_u32..50), 0..12),
        b in proptest::collection::vec((0_usize..2, 1_u32..=6, 0_u32..50), 0..12),
        when in 0_usize..8, place in 0_usize..4, formula in 0_usize..4,
    ) {
        let definition = Definition { over_time: OverTime::Sum, over_areas: OverAreas::Sum, ..casualties() };
        let (codes, whens) = (["N1", "N2", "N", ""], ["2024-01", "2024-02", "2024-03", "2024-04", "2024-Q1", "2024-Q2", "2024-H1", "2024"]);
        let facts = |drawn: &[(usize, u32, u32)]| -> Vec<Fact> {
            drawn.iter().map(|&(area, month, number)| value(codes[area], &format!("2024-{month:02}"), f64::from(number))).collect()
        };
        let formulas = ["A + B", "A - B × 2", "sum(A, B, A)", "ratio(A, B)"];
        let single = |facts: Vec<Fact>| {
            let observed = Source::Observed(Box::new(Cube::new(&definition, &areas(), JANUARY, facts)));
            at(&mut Sources::new("I", BTreeMap::from([("I".to_owned(), observed)])), codes[place], whens[when]).amount.quotient()
        };
        let wanted = match (single(facts(&a)), single(facts(&b))) {
            (Some(a), Some(b)) => match formula {
                0 => Some(a + b),
                1 => Some(a - b * 2.0),
                2 => Some(a + b + a),
                _ if b == 0.0 => None,
                _ => Some(a / b),
            },
            _ => None,
        };
        let mut of = sources(&definition, formulas[formula], facts(&a), facts(&b));
        prop_assert_eq!(at(&mut of, codes[place], whens[when]).amount.quotient(), wanted);
    }
}
