use proptest::prelude::*;

use super::*;
use crate::domain::definition::{Direction, Disaggregation, tests::deaths};

fn plain_one(code: &str, unit: &str) -> Definition {
    Definition { code: code.to_owned(), unit: unit.to_owned(), disaggregations: Vec::new(), ..deaths() }
}

fn computed(code: &str, unit: &str, formula: &str) -> Definition {
    let formula = Some(formula.parse().expect("a formula"));
    let (over_time, over_areas) = Kind::Index.usual_aggregation();
    Definition { kind: Kind::Index, over_time, over_areas, formula, ..plain_one(code, unit) }
}

fn said(checked: Result<(), Broken>) -> Vec<String> {
    checked
        .err()
        .map(|broken| broken.violations.into_iter().map(|one| format!("{}: {}", one.field, one.message)).collect())
        .unwrap_or_default()
}

fn reported() -> Vec<Definition> {
    vec![plain_one("CLEARED", "hectares"), plain_one("REPORTED", "Hectares "), plain_one("PEOPLE", "persons")]
}

#[test]
fn units_that_clash_are_refused_with_the_parts_named() {
    let others = reported();
    let check = |unit: &str, formula: &str| said(check_among(&computed("X", unit, formula), None, &others));
    assert_eq!(check("hectares", "CLEARED + REPORTED"), [""; 0]);
    assert_eq!(
        check("hectares", "CLEARED + PEOPLE"),
        ["indicator.formula: CLEARED is in hectares and PEOPLE in persons; they cannot be added."]
    );
    assert_eq!(
        check("hectares", "avg(CLEARED, REPORTED / PEOPLE)"),
        [
            "indicator.formula: CLEARED is in hectares and (REPORTED ÷ PEOPLE) in hectares × persons^-1; they cannot be added."
        ]
    );
    assert_eq!(
        check("percent", "CLEARED - REPORTED"),
        ["indicator.unit: The formula gives hectares, but the unit is \"percent\"; make them the same."]
    );
    // A share, a rate, another measure of the same, and what is left of a hundred.
    for fits in
        ["ratio(CLEARED, REPORTED) × 100", "CLEARED / PEOPLE * 100000", "CLEARED / 1000", "1 - CLEARED / REPORTED"]
    {
        assert_eq!(check("percent", fits), [""; 0], "{fits}");
    }
}

#[test]
fn a_circle_is_refused_with_the_way_round() {
    let mut others = reported();
    others.push(computed("B", "hectares", "C + CLEARED"));
    others.push(computed("C", "hectares", "A"));
    assert_eq!(
        said(check_among(&computed("A", "hectares", "REPORTED + B"), None, &others)),
        ["indicator.formula: The formula would be computed from itself: A → B → C → A."]
    );
    assert_eq!(
        said(check_among(&computed("D", "hectares", "D + CLEARED"), None, &others)),
        ["indicator.formula: The formula would be computed from itself: D → D."]
    );
}

#[test]
fn what_a_formula_names_gives_numbers_of_its_periods_slices_and_secrecy() {
    let mut others = reported();
    let yearly = Definition { frequency: Frequency::Year, ..plain_one("YEARLY", "hectares") };
    let words = Definition { kind: Kind::Qualitative, ..plain_one("WORDS", "hectares") };
    let secret = Definition {
        classification: cpas_proto::words::Classification::Confidential,
        ..plain_one("SECRET", "hectares")
    };
    others.extend([yearly, words, secret]);
    let check = |formula: &str| said(check_among(&computed("X", "hectares", formula), None, &others));
    assert_eq!(check("CLEARED + GONE"), ["indicator.formula: The mission has no indicator \"GONE\"."]);
    assert_eq!(
        check("CLEARED + YEARLY"),
        ["indicator.frequency: YEARLY has values by year, so there is none for a month; choose a longer frequency."]
    );
    assert_eq!(
        check("WORDS + CLEARED"),
        ["indicator.formula: WORDS is a qualitative and has no number to compute with."]
    );
    assert_eq!(
        check("SECRET + CLEARED"),
        ["indicator.classification: SECRET is confidential; what is computed from it is at least as classified."]
    );
    let sex = Disaggregation { dimension: "sex".to_owned(), categories: vec!["f".to_owned()] };
    let split = Definition { disaggregations: vec![sex], ..computed("X", "hectares", "CLEARED + REPORTED") };
    assert_eq!(said(check_among(&split, None, &others)).len(), 2, "neither is broken down by sex");
}

#[test]
fn a_revision_keeps_the_formulas_that_name_it() {
    let mut others = reported();
    others.retain(|own| own.code != "REPORTED");
    others.push(computed("SUM", "hectares", "CLEARED + REPORTED"));
    let before = plain_one("REPORTED", "hectares");
    let renamed = plain_one("TOLD", "hectares");
    assert_eq!(
        said(check_among(&renamed, Some(&before), &others)),
        ["indicator.code: The formula of SUM names REPORTED; change that formula first."]
    );
    let in_acres = plain_one("REPORTED", "acres");
    assert_eq!(
        said(check_among(&in_acres, Some(&before), &others)),
        [
            "indicator.formula: SUM is computed from this indicator: CLEARED is in hectares and REPORTED in acres; they cannot be added."
        ]
    );
    let other_words = Definition { direction: Direction::Higher, ..before.clone() };
    assert!(check_among(&other_words, Some(&before), &others).is_ok());
}

#[test]
fn a_ratio_keeps_its_parts_and_events_are_summed() {
    let fields = |definition: Definition| {
        definition
            .checked()
            .err()
            .map(|broken| broken.violations.into_iter().map(|one| one.field).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    let ratio = |formula: &str| Definition {
        kind: Kind::Ratio,
        over_time: OverTime::Ratio,
        over_areas: OverAreas::Ratio,
        ..computed("X", "", formula)
    };
    assert_eq!(fields(ratio("ratio(A, B)")), [""; 0]);
    assert_eq!(fields(ratio("ratio(A, B) * 100")), [FIELD]);
    let events = EventMeasure { measure: Measured::Events, kinds: vec!["Battles".to_owned()], sub_kinds: Vec::new() };
    let counted = Definition { events: Some(events.clone()), ..plain_one("X", "events") };
    assert_eq!(fields(counted.clone()), [""; 0]);
    assert_eq!(fields(Definition { over_time: OverTime::Max, ..counted.clone() }), ["indicator.event_measure"]);
    assert_eq!(
        fields(Definition { disaggregations: deaths().disaggregations, ..counted.clone() }),
        ["indicator.disaggregations"]
    );
    assert_eq!(fields(Definition { formula: Some("A + B".parse().expect("a formula")), ..counted.clone() }), [FIELD]);
    let blank = EventMeasure { kinds: vec![" ".to_owned()], ..events };
    assert_eq!(fields(Definition { events: Some(blank), ..counted }), ["indicator.event_measure.kinds"]);
    let words = Definition { kind: Kind::Milestone, ..computed("X", "", "A") };
    assert!(fields(words).contains(&FIELD.to_owned()));
}

proptest! {
    /// Formulas are drawn at random and kept where the check lets them in: never is there a circle among the kept.
    #[test]
    fn what_is_let_in_has_no_circle(drawn in proptest::collection::vec((0_usize..6, 0_usize..6, 0_usize..6), 1..40)) {
        let mut kept: Vec<Definition> = (0..6).map(|number| plain_one(&format!("I{number}"), "x")).collect();
        for (at, one, other) in drawn {
            let wanted = computed(&format!("I{at}"), "x", &format!("I{one} + I{other}"));
            let others: Vec<Definition> = kept.iter().filter(|own| own.code != wanted.code).cloned().collect();
            if check_among(&wanted, Some(&kept[at]), &others).is_ok() {
                kept[at] = wanted;
            }
        }
        // Taken away one after the other, those that name nothing that is left: with a circle some would stay.
        let mut left: Vec<&Definition> = kept.iter().collect();
        loop {
            let codes: Vec<String> = left.iter().map(|own| own.code.clone()).collect();
            let free = left.iter().position(|own| own.formula.as_ref().is_none_or(|formula| formula.indicators().iter().all(|input| !codes.iter().any(|code| code == input))));
            match free {
                Some(place) => drop(left.remove(place)),
                None => break,
            }
        }
        prop_assert!(left.is_empty(), "a circle among {:?}", left.iter().map(|own| &own.code).collect::<Vec<_>>());
    }
}
