use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use cpas_proto::words::{Classification, Frequency};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    analysis::{Baseline, Direction, Horizon, OverTime, Point, Target},
    finding::{Content, NarrativeState, Question},
    frozen::{FrozenTarget, Indicator, Inputs, Link, Outcome, Part, analyses},
    recommendation::{Kind, Proposal},
};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// An id that no other record has.
fn next_id() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1_000);
    id(NEXT.fetch_add(1, Ordering::Relaxed).into())
}

fn moment() -> DateTime<Utc> {
    "2026-01-15T12:00:00Z".parse().expect("an instant")
}

/// The analysis of a yearly series that begins in 2018 and is to come down from 500 to 80.
fn deaths(area: Option<&str>, values: &[Option<f64>]) -> Analysis {
    let points = (2018..).zip(values).map(|(year, value)| Point::of(year.to_string().parse().expect("a year"), *value));
    let aim = crate::domain::analysis::Aim::AtMost(80.0);
    let target = Target { period: "2026".parse().expect("a year"), aim };
    let inputs = Inputs {
        indicator: Indicator {
            id: id(1),
            code: "OC-DEATHS".to_owned(),
            name: Text::of("Civilian deaths", "Civils tués"),
            unit: "deaths".to_owned(),
            direction: Direction::Lower,
            over_time: OverTime::Sum,
            frequency: Frequency::Year,
            baseline: Some(Baseline { value: 500.0, period: Some("2018".parse().expect("a year")) }),
            definition_version: 1,
            plan_item_lineage_id: None,
            level: "outcome".to_owned(),
            computed_from: Vec::new(),
        },
        targets: vec![FrozenTarget { id: id(2), area: area.map(str::to_owned), target }],
        parts: vec![Part { area: area.map(str::to_owned), points: points.collect() }],
        slices: Vec::new(),
        timely: None,
        cautions: Vec::new(),
        classification: Classification::Unclassified,
    };
    let last = 2017 + values.len();
    let horizon = Horizon {
        assessed: last.to_string().parse().expect("a year"),
        known_on: format!("{}-03-01", last + 1).parse().expect("a day"),
        fiscal_start_month: 7,
    };
    let (subject, computed, _) = analyses(&[inputs], &horizon).into_iter().next_back().expect("an analysis");
    Analysis {
        id: next_id(),
        assessment_id: id(3),
        indicator_id: id(1),
        indicator_code: subject.code,
        indicator_name: subject.name,
        unit: subject.unit,
        direction: subject.direction,
        definition_version: 1,
        area: subject.area,
        computed,
        classification: Classification::Unclassified,
    }
}

fn known(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

fn side<'a>(analyses: &'a [Analysis], plan: Option<&'a Plan>, findings: &'a [Finding]) -> Side<'a> {
    Side { plan, analyses, contributions: &[], findings, is_whole: true }
}

fn day() -> NaiveDate {
    "2026-03-01".parse().expect("a day")
}

fn told(changes: &[Change]) -> Vec<(What, &str)> {
    changes.iter().map(|change| (change.what, change.statement.en.as_str())).collect()
}

#[test]
fn what_became_worse_goes_first_and_a_correction_is_told_apart() {
    let falling = known(&[500.0, 430.0, 350.0, 280.0, 210.0]);
    let then = [deaths(None, &falling), deaths(Some("CF11"), &falling)];
    // The year 2022 was corrected upwards, and the next one is worse than all before.
    let risen = known(&[500.0, 430.0, 350.0, 280.0, 420.0, 520.0]);
    let now = [deaths(None, &risen), deaths(Some("CF11"), &risen)];
    let changes = since(side(&then, None, &[]), side(&now, None, &[]), &[], day());
    assert_eq!(
        told(&changes),
        [
            (What::Status, "Civilian deaths: on track → off track."),
            (
                What::Corrected,
                "Civilian deaths: 1 earlier value was corrected since; most of all 2022: 210 deaths → 420 deaths."
            ),
            (What::Trend, "Civilian deaths: improving → no trend."),
            (What::Status, "Civilian deaths (CF11): on track → off track."),
            (
                What::Corrected,
                "Civilian deaths (CF11): 1 earlier value was corrected since; most of all 2022: 210 deaths → 420 deaths."
            ),
            (What::Trend, "Civilian deaths (CF11): improving → no trend."),
        ]
    );
    assert_eq!(changes[0].statement.fr, "Civils tués : en bonne voie → hors trajectoire.");
    assert_eq!((changes[0].before.as_str(), changes[0].after.as_str()), ("on_track", "off_track"));
    assert_eq!(changes[0].records, [now[0].id, then[0].id]);
    // A value that was not known is news, and no correction.
    let mut gap = falling.clone();
    gap[2] = None;
    let late = since(side(&[deaths(None, &gap)], None, &[]), side(&[deaths(None, &falling)], None, &[]), &[], day());
    assert!(late.iter().all(|change| change.what != What::Corrected), "{late:?}");
    let taken = since(side(&[deaths(None, &falling)], None, &[]), side(&[deaths(None, &gap)], None, &[]), &[], day());
    assert!(taken[0].statement.en.ends_with("2020: 350 deaths → no value."), "{taken:?}");
}

#[test]
fn another_definition_is_said_and_its_values_are_not_called_corrected() {
    let then = [deaths(None, &known(&[500.0, 430.0, 350.0, 280.0, 210.0]))];
    let now = [Analysis { definition_version: 2, ..deaths(None, &known(&[900.0, 930.0, 850.0, 880.0, 910.0])) }];
    let changes = since(side(&then, None, &[]), side(&now, None, &[]), &[], day());
    let whats: Vec<What> = changes.iter().map(|change| change.what).collect();
    assert_eq!(whats, [What::Status, What::Definition, What::Trend]);
    assert!(changes[0].statement.en.contains("Its definition changed in between"), "{changes:?}");
    let other = [Analysis { indicator_code: "OC-NEW".to_owned(), ..now[0].clone() }];
    let changes = since(side(&then, None, &[]), side(&other, None, &[]), &[], day());
    assert_eq!(
        told(&changes),
        [
            (What::IndicatorGone, "Civilian deaths is not measured any more."),
            (What::IndicatorAdded, "Civilian deaths is measured for the first time."),
        ]
    );
}

fn plan(outcomes: &[(u128, &str)], strength: &str) -> Plan {
    let outcome = |(number, (lineage, statement)): (usize, &(u128, &str))| Outcome {
        lineage_id: id(*lineage),
        number: format!("1.{}", number + 1),
        statement: Text::of(*statement, ""),
        lead_section: String::new(),
        contributing_sections: Vec::new(),
        markers: Vec::new(),
        areas: Vec::new(),
        stakeholder_id: None,
        gender_marked: false,
        poc_marked: false,
        outputs: Vec::new(),
    };
    Plan {
        id: id(9),
        number: 1,
        title: Text::of("Plan", ""),
        state: "active".to_owned(),
        outcomes: outcomes.iter().enumerate().map(outcome).collect(),
        links: vec![Link {
            output_lineage_id: id(20),
            outcome_lineage_id: id(10),
            hypothesis: Text::default(),
            lag_months: 3,
            strength: strength.to_owned(),
        }],
        outputs: None,
    }
}

fn rated(outcome: u128, rating: Status) -> Finding {
    let content = Content {
        outcome_lineage_id: id(outcome),
        question: Question::Change,
        progress_rating: Some(rating),
        performance_rating: None,
        direction: None,
        narrative: Text::of("It is so.", ""),
        narrative_state: NarrativeState::Edited,
        evidence: Vec::new(),
        alternative_explanations: String::new(),
        confidence: None,
        dissent: String::new(),
        classification: Classification::Unclassified,
    };
    Finding::record(next_id(), id(3), content, id(4), moment())
}

#[test]
fn plans_ratings_and_recommendations_are_followed() {
    let (before, after) = (
        plan(&[(10, "Chiefs talk"), (11, "Courts sit")], "weak"),
        plan(&[(10, "Chiefs listen"), (12, "Roads open")], "strong"),
    );
    let then = [rated(10, Status::Achieved), rated(10, Status::OnTrack)];
    let now = [rated(10, Status::OffTrack)];
    let proposal = Proposal {
        text: Text::of("Move two patrols", "Déplacer deux patrouilles"),
        kind: Kind::Plan,
        owner_section: "JMAC".to_owned(),
        due: Some("2025-06-30".parse().expect("a day")),
        indicator_codes: Vec::new(),
        finding_ids: Vec::new(),
        classification: Classification::Unclassified,
    };
    let recommendation = Recommendation {
        id: id(30),
        assessment_id: id(3),
        proposal,
        state: State::Implemented,
        taken: None,
        plan_change_id: None,
        duplicate_of: None,
        change_state: None,
        changed_plan: None,
        implemented_at: None,
        effect_known_at: None,
        version: 3,
        recorded_at: moment(),
        recorded_by: id(4),
    };
    // At the cut-off it was not done yet.
    let followed = [Followed { recommendation, state: State::InProgress }];
    let changes = since(side(&[], Some(&before), &then), side(&[], Some(&after), &now), &followed, day());
    assert_eq!(
        told(&changes),
        [
            (What::Rating, "Outcome 1.1, as rated: on track → off track."),
            (What::Recommendation, "The recommendation \"Move two patrols\" is in progress, overdue since 2025-06-30."),
            (What::OutcomeGone, "Outcome 1.2 is not in the plan any more: Courts sit"),
            (What::OutcomeAdded, "Outcome 1.2 is new in the plan: Roads open"),
            (What::OutcomeRestated, "Outcome 1.1 says something else by now: Chiefs listen"),
            (What::Link, "The plan expects of a link to outcome 1.1: weak, after 3 months → strong, after 3 months."),
        ]
    );
    assert!(changes.iter().all(|change| !change.statement.fr.is_empty() && change.importance <= 100));
    // Who may not see one of the plans is told nothing of either.
    let hidden = since(side(&[], None, &then), side(&[], Some(&after), &now), &followed, day());
    assert_eq!(hidden.iter().filter(|change| matches!(change.what, What::OutcomeGone | What::OutcomeAdded)).count(), 0);
}

fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![Just(None), (0.0..1000.0f64).prop_map(|value| Some(value.round()))]
}

proptest! {
    #[test]
    fn nothing_changed_since_itself_and_the_order_of_what_is_given_does_not_matter(
        then in prop::collection::vec(value(), 1..9),
        now in prop::collection::vec(value(), 1..9)
    ) {
        let list = |values: &[Option<f64>]| {
            // One is known, so that each area has an analysis.
            let values: Vec<Option<f64>> = [Some(500.0)].into_iter().chain(values.iter().copied()).collect();
            [None, Some("CF11"), Some("CF12")].map(|area| deaths(area, &values)).to_vec()
        };
        let (then, now) = (list(&then), list(&now));
        prop_assert_eq!(since(side(&then, None, &[]), side(&then, None, &[]), &[], day()), []);
        let changes = since(side(&then, None, &[]), side(&now, None, &[]), &[], day());
        let turned = |list: &[Analysis]| list.iter().rev().cloned().collect::<Vec<_>>();
        prop_assert_eq!(&changes, &since(side(&turned(&then), None, &[]), side(&turned(&now), None, &[]), &[], day()));
        let key = |change: &Change| (change.area.is_some(), std::cmp::Reverse(change.importance));
        prop_assert!(changes.windows(2).all(|pair| key(&pair[0]) <= key(&pair[1])));
    }
}
