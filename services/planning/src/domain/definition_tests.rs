use proptest::prelude::*;

use super::*;

pub(in crate::domain) fn deaths() -> Definition {
    let (over_time, over_areas) = Kind::Count.usual_aggregation();
    Definition {
        code: "OC-CIVDEATHS".to_owned(),
        name: Text::of("Civilian deaths", "Décès de civils"),
        level: Level::Context,
        kind: Kind::Count,
        unit: "deaths".to_owned(),
        direction: Direction::Lower,
        over_time,
        over_areas,
        frequency: Frequency::Month,
        formula: None,
        events: None,
        disaggregations: vec![Disaggregation {
            dimension: "sex".to_owned(),
            categories: vec!["f".to_owned(), "m".to_owned(), "unknown".to_owned()],
        }],
        baseline: None,
        source: Text::default(),
        method: Text::default(),
        owner_section: None,
        verification: Text::default(),
        plan_item: None,
        classification: Classification::Unclassified,
        library: None,
    }
}

fn fields(checked: Result<Definition, Broken>) -> Vec<String> {
    match checked {
        Ok(_) => Vec::new(),
        Err(broken) => broken.violations.into_iter().map(|violation| violation.field).collect(),
    }
}

#[test]
fn a_ratio_aggregates_its_parts() {
    let average =
        Definition { kind: Kind::Ratio, over_time: OverTime::Average, over_areas: OverAreas::Average, ..deaths() };
    assert_eq!(fields(average.checked()), ["indicator.over_time", "indicator.over_areas"]);
    let ratio = Definition { kind: Kind::Ratio, over_time: OverTime::Ratio, over_areas: OverAreas::Ratio, ..deaths() };
    assert!(ratio.checked().is_ok());
    let count = Definition { over_time: OverTime::Ratio, ..deaths() };
    assert_eq!(fields(count.checked()), ["indicator.over_time"]);
}

#[test]
fn what_cannot_be_added_is_not_summed() {
    for kind in [Kind::Average, Kind::Index, Kind::Scale] {
        let summed = Definition { kind, over_time: OverTime::Sum, over_areas: OverAreas::Sum, ..deaths() };
        assert_eq!(fields(summed.checked()), ["indicator.over_time", "indicator.over_areas"], "{kind}");
    }
}

#[test]
fn a_baseline_fits_the_type() {
    let at = |kind, value| {
        let (over_time, over_areas) = Kind::usual_aggregation(kind);
        let period = "2024".parse().expect("a period");
        Definition { kind, over_time, over_areas, baseline: Some(Baseline { value, period }), ..deaths() }
    };
    assert!(at(Kind::Count, 0.0).checked().is_ok());
    for (kind, value) in [(Kind::Count, -1.0), (Kind::Count, 1.5), (Kind::Average, f64::NAN), (Kind::Qualitative, 1.0)]
    {
        assert_eq!(fields(at(kind, value).checked()), ["indicator.baseline_value"], "{kind} {value}");
    }
}

#[test]
fn a_context_indicator_measures_no_item() {
    let tied = Definition { plan_item: Some(LineageId(uuid::Uuid::from_u128(1))), ..deaths() };
    assert_eq!(fields(tied.clone().checked()), ["indicator.plan_item_lineage_id"]);
    assert!(Definition { level: Level::Outcome, ..tied }.checked().is_ok());
}

#[test]
fn disaggregations_can_be_written_as_slices() {
    let with = |dimension: &str, categories: &[&str]| Definition {
        disaggregations: vec![Disaggregation {
            dimension: dimension.to_owned(),
            categories: categories.iter().map(|category| (*category).to_owned()).collect(),
        }],
        ..deaths()
    };
    for (dimension, categories) in
        [("se=x", &["f"][..]), ("", &["f"]), ("sex", &[]), ("sex", &["f", "f"]), ("sex", &["f,m"]), ("sex", &[" f"])]
    {
        assert!(!fields(with(dimension, categories).checked()).is_empty(), "{dimension:?} {categories:?}");
    }
    let twice =
        Definition { disaggregations: [deaths().disaggregations, deaths().disaggregations].concat(), ..deaths() };
    assert_eq!(fields(twice.checked()), ["indicator.disaggregations[1].dimension"]);
}

#[test]
fn a_slice_uses_the_indicators_own_words() {
    let check = |slice: &str| deaths().check_slice("target.slice", &slice.parse().expect("a slice"));
    assert_eq!(check(""), Ok(()));
    assert_eq!(check("sex=f"), Ok(()));
    assert_eq!(
        check("sex=x").expect_err("no such category").to_string(),
        "\"sex\" of OC-CIVDEATHS has no \"x\"; it has f, m, unknown."
    );
    assert_eq!(
        check("age=15-24").expect_err("no such dimension").to_string(),
        "OC-CIVDEATHS is not broken down by \"age\"."
    );
}

#[test]
fn a_code_can_stand_in_an_address() {
    for code in ["OC-CIVDEATHS", "OP.1_2", "7"] {
        assert_eq!(parse_code("code", code).as_deref(), Ok(code));
    }
    for code in ["", "-A", "A B", "A/B", "é", "0190f3a0-0000-7000-8000-000000000000"] {
        assert!(parse_code("code", code).is_err(), "{code}");
    }
    assert!(parse_code("code", &"A".repeat(CODE_CHARS_MAX + 1)).is_err());
}

proptest! {
    #[test]
    fn the_usual_aggregation_always_fits(which in 0usize..8) {
        let kind = Kind::ALL[which];
        let (over_time, over_areas) = kind.usual_aggregation();
        let checked = Definition { kind, over_time, over_areas, ..deaths() }.checked();
        prop_assert!(checked.is_ok());
    }
}
