use chrono::NaiveDate;
use cpas_proto::words::{Classification, Frequency, Period};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    definition::{Dimension, Kind, OverAreas, OverTime},
    rollup::{Area, AreaTree, Became, Says, Successor},
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn window() -> Window {
    Window { today: day("2024-07-15"), months: 6, fiscal_start_month: 7 }
}

pub(super) fn deaths() -> Definition {
    Definition {
        id: Uuid::from_u128(1),
        code: "OC-CIVDEATHS".to_owned(),
        kind: Kind::Count,
        over_time: OverTime::Sum,
        over_areas: OverAreas::Sum,
        frequency: Frequency::Month,
        formula: None,
        events: None,
        dimensions: vec![Dimension { name: "sex".to_owned(), categories: vec!["f".to_owned(), "m".to_owned()] }],
        owner_section: "Human Rights".to_owned(),
        retired: false,
        definition_version: 1,
        classification: Classification::Unclassified,
    }
}

fn held(number: u128, area: &str, period: &str, slice: &str, says: Says) -> Held {
    Held {
        id: Uuid::from_u128(number),
        fact: Fact {
            period: period.parse().expect("a period"),
            area: area.to_owned(),
            slice: slice.parse().expect("a slice"),
            says,
            verified: false,
            definition_version: 1,
        },
        first_recorded: day("2024-07-01"),
    }
}

fn judge(
    definition: &Definition,
    (tree, lifetimes): (&AreaTree, &Lifetimes),
    held: &[Held],
    waived: &Waived,
    window: Window,
    judge: impl Fn(&Held) -> Judgement,
) -> (Quality, Vec<Problem>) {
    let (facts, problems) = find(definition, tree, held, window.fiscal_start_month, judge);
    let quality = measure(definition, lifetimes, &facts, waived, window).quality;
    (quality, all_problems(definition, lifetimes, (&facts, problems), waived, window))
}

fn judged(held: &[Held]) -> (Quality, Vec<Problem>) {
    let areas = ["A", "B"].map(|code| Area { code: code.to_owned(), ..Area::default() });
    judge(&deaths(), (&AreaTree::new(&areas), &Lifetimes::of(&areas)), held, &Waived::new(), window(), |_| {
        Judgement::default()
    })
}

fn of_kind(problems: &[Problem], kind: ProblemKind) -> Vec<(String, String)> {
    problems.iter().filter(|one| one.kind == kind).map(|one| (one.area.clone(), one.period.to_string())).collect()
}

#[test]
fn only_periods_that_began_in_the_window_and_have_ended_are_looked_at() {
    let periods = |frequency| window().periods(frequency).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(periods(Frequency::Month), ["2024-02", "2024-03", "2024-04", "2024-05", "2024-06"]);
    assert_eq!(periods(Frequency::Quarter), ["2024-Q2"]);
    assert!(periods(Frequency::Year).is_empty());
}

#[test]
fn expected_are_the_areas_that_reported_before() {
    let value = Says::Value(1.0);
    let seen = [
        held(1, "A", "2024-05", "", value),
        held(2, "A", "2024-06", "", Says::Missing),
        held(3, "A", "2024-04", "sex=f", Says::NotApplicable),
        // Before the window, so that it is expected in it.
        held(4, "B", "2023-09", "", value),
        // Too long ago.
        held(5, "C", "2021-01", "", value),
    ];
    let (quality, problems) = judged(&seen);
    assert_eq!(quality.complete, Share { part: 2, of: 10 });
    assert_eq!(of_kind(&problems, ProblemKind::Missing).len(), 8);
    assert!(of_kind(&problems, ProblemKind::Missing).contains(&("A".to_owned(), "2024-06".to_owned())));
    assert_eq!(quality.last_period.map(|last| last.to_string()).as_deref(), Some("2024-05"));
    assert_eq!(quality.periods_behind, Some(1));
}

#[test]
fn what_was_never_known_is_missing_for_the_mission_as_a_whole() {
    let (quality, problems) = judged(&[]);
    assert_eq!(quality.complete, Share { part: 0, of: 5 });
    assert!(problems.iter().all(|one| one.kind == ProblemKind::Missing && one.area.is_empty()));
    assert_eq!((quality.last_period, quality.periods_behind), (None, None));
    assert_eq!(quality.timely, Share::default(), "nothing came, so nothing came late");
}

#[test]
fn late_is_what_was_first_recorded_after_it_was_due() {
    let value = Says::Value(1.0);
    let mut seen =
        [held(1, "A", "2024-05", "", value), held(2, "A", "2024-06", "", value), held(3, "A", "2024-04", "", value)];
    seen[0].first_recorded = day("2024-06-11");
    seen[1].first_recorded = day("2024-07-10");
    // Loaded when the collection began, two weeks after it would have been due.
    seen[2].first_recorded = day("2024-05-24");
    let (quality, problems) = judged(&seen);
    assert_eq!(quality.timely, Share { part: 1, of: 2 });
    assert_eq!(of_kind(&problems, ProblemKind::Late), [("A".to_owned(), "2024-05".to_owned())]);
    let late = problems.iter().find(|one| one.kind == ProblemKind::Late).expect("it");
    assert_eq!(late.en, "First recorded on 2024-06-11, 1 days after it was due.");
}

#[test]
fn what_is_waived_is_not_expected_and_what_comes_all_the_same_is_done() {
    let seen = [held(1, "A", "2024-05", "", Says::Value(1.0))];
    let waived: Waived =
        ["2024-04", "2024-05"].map(|period| (period.parse().expect("a period"), "A".to_owned())).into();
    let (quality, problems) =
        judge(&deaths(), (&AreaTree::new(&[]), &Lifetimes::default()), &seen, &waived, window(), |_| {
            Judgement::default()
        });
    assert_eq!(quality.complete, Share { part: 1, of: 4 });
    assert!(!of_kind(&problems, ProblemKind::Missing).contains(&("A".to_owned(), "2024-04".to_owned())));
    let facts = Facts::of(&deaths(), &seen, 7);
    let states: Vec<(String, &str, String)> = expected(&deaths(), &facts, &Lifetimes::default(), window())
        .iter()
        .map(|place| {
            let is_waived = waived.contains(&(place.period, place.area.clone()));
            (place.period.to_string(), place.state(is_waived, window().today).word(), place.due.to_string())
        })
        .collect();
    let state = |period: &str, state, due: &str| (period.to_owned(), state, due.to_owned());
    assert_eq!(
        states,
        [
            state("2024-02", "late", "2024-03-10"),
            state("2024-03", "late", "2024-04-10"),
            state("2024-04", "waived", "2024-05-10"),
            state("2024-05", "done", "2024-06-10"),
            state("2024-06", "late", "2024-07-10"),
        ]
    );
    let on_the_day = Window { today: day("2024-07-10"), ..window() };
    let last = expected(&deaths(), &facts, &Lifetimes::default(), on_the_day).pop().expect("June");
    assert_eq!(last.state(false, on_the_day.today), TaskState::Open, "the due day itself is in time");
}

#[test]
fn what_came_of_an_area_is_expected_in_its_place_and_each_only_while_it_exists() {
    let area = |code: &str, from: &str, to: &str| Area {
        code: code.to_owned(),
        valid_from: from.parse().ok(),
        valid_to: to.parse().ok(),
        ..Area::default()
    };
    let successors = ["A1", "A2"].map(|code| Successor { code: code.to_owned(), share: None }).into();
    let split = Area { became: Some(Became { date: day("2024-05-01"), successors }), ..area("A", "", "2024-04-30") };
    let areas = [split, area("A1", "2024-05-01", ""), area("A2", "2024-05-01", "")];
    let seen = [held(1, "A", "2024-03", "", Says::Value(1.0)), held(2, "A1", "2024-05", "", Says::Value(1.0))];
    let facts = Facts::of(&deaths(), &seen, 7);
    let places = expected(&deaths(), &facts, &Lifetimes::of(&areas), window());
    let named: Vec<String> = places.iter().map(|place| format!("{} {}", place.period, place.area)).collect();
    assert_eq!(
        named,
        ["2024-02 A", "2024-03 A", "2024-04 A", "2024-05 A1", "2024-05 A2", "2024-06 A1", "2024-06 A2"],
        "A2 never reported, and is asked all the same"
    );
}

#[test]
fn a_total_that_its_slices_do_not_make_is_named() {
    let seen = [
        held(1, "A", "2024-05", "", Says::Value(5.0)),
        held(2, "A", "2024-05", "sex=f", Says::Value(2.0)),
        held(3, "A", "2024-05", "sex=m", Says::Value(2.0)),
        held(4, "A", "2024-06", "", Says::Value(5.0)),
        held(5, "A", "2024-06", "sex=f", Says::Value(2.0)),
        held(6, "A", "2024-06", "sex=m", Says::Value(3.0)),
        held(7, "A", "2024-04", "", Says::Value(5.0)),
    ];
    let (quality, problems) = judged(&seen);
    assert_eq!(quality.totals_off, Share { part: 1, of: 2 }, "a total without slices is not judged");
    assert_eq!(of_kind(&problems, ProblemKind::NotAddingUp), [("A".to_owned(), "2024-05".to_owned())]);
}

#[test]
fn rules_count_where_there_are_some() {
    let seen = [held(1, "A", "2024-05", "", Says::Value(5.0)), held(2, "A", "2024-06", "", Says::Value(7.0))];
    let rules = |one: &Held| Judgement {
        by_itself: true,
        with_others: false,
        broken: (one.id == Uuid::from_u128(2))
            .then(|| Broken { with_others: false, en: "Too high.".to_owned(), fr: "Trop élevé.".to_owned() })
            .into_iter()
            .collect(),
    };
    let (quality, problems) =
        judge(&deaths(), (&AreaTree::new(&[]), &Lifetimes::default()), &seen, &Waived::new(), window(), rules);
    assert_eq!((quality.valid, quality.consistent), (Share { part: 1, of: 2 }, Share::default()));
    let broken = problems.iter().find(|one| one.kind == ProblemKind::Invalid).expect("it");
    assert_eq!((&*broken.en, broken.observation), ("Too high.", Some(Uuid::from_u128(2))));
}

/// SciPy's figures, by tests/fixtures/make_outliers.py.
#[test]
fn scores_are_those_of_the_reference() {
    #[derive(serde::Deserialize)]
    struct Case {
        frequency: String,
        values: Vec<f64>,
        scores: Vec<Option<f64>>,
    }
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../../../tests/fixtures/outliers.json")).expect("the fixture");
    assert_eq!(cases.len(), 8);
    for case in cases {
        let frequency: Frequency = case.frequency.parse().expect("a frequency");
        let mut period = Period::containing(day("1950-01-01"), frequency, 7);
        let mut seen = Vec::new();
        for (number, value) in case.values.iter().enumerate() {
            seen.push(held(number as u128, "A", &period.to_string(), "", Says::Value(*value)));
            period = period.next(7);
        }
        let found = outliers::find(&seen, 7);
        assert_eq!(found.len(), case.values.len());
        for outlier in &found {
            let wanted = case.scores[outlier.number].filter(|score| score.abs() > 3.5);
            match (outlier.beyond, wanted) {
                (Some(score), Some(wanted)) => assert!((score - wanted).abs() < 1e-9, "{score} is not {wanted}"),
                (None, None) => {}
                other => panic!("{frequency:?} {}: {other:?}", outlier.number),
            }
        }
        let flagged = found.iter().filter(|one| one.beyond.is_some()).count();
        assert_eq!(flagged > 0, case.scores.iter().flatten().any(|score| score.abs() > 3.5));
    }
}

proptest! {
    #[test]
    fn shares_never_exceed_what_they_are_of_and_scores_do_not_depend_on_the_unit(
        values in prop::collection::vec((0u8..3, 0u8..30, 0u8..6, -1e6..1e6f64), 0..120),
        scale in 1e-3..1e3f64,
    ) {
        let make = |by: f64| -> Vec<Held> {
            let mut places = std::collections::BTreeMap::new();
            for (number, (area, month, says, value)) in values.iter().enumerate() {
                let period = format!("{}-{:02}", 2022 + u32::from(*month) / 12, month % 12 + 1);
                let says = match says {
                    0 => Says::Missing,
                    1 => Says::NotApplicable,
                    2 => Says::Suppressed,
                    _ => Says::Value(value * by),
                };
                let area = ["", "A", "B"][usize::from(*area)];
                places.insert((area, period.clone()), held(number as u128, area, &period, "", says));
            }
            places.into_values().collect()
        };
        let (quality, problems) = judged(&make(1.0));
        for share in [quality.complete, quality.timely, quality.outlying, quality.verified, quality.totals_off] {
            prop_assert!(share.part <= share.of);
        }
        prop_assert_eq!(of_kind(&problems, ProblemKind::Missing).len() as u32, quality.complete.of - quality.complete.part);
        let (scaled, _) = judged(&make(scale));
        // Rounding may move a score that lies on the limit itself.
        prop_assert!(scaled.outlying.part.abs_diff(quality.outlying.part) <= 1);
        prop_assert_eq!(scaled.complete, quality.complete);
    }
}
