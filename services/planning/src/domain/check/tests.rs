use uuid::Uuid;

use super::*;
use crate::domain::{
    Recorded,
    definition::{Definition, Kind, Level, tests::deaths},
    framework::{
        Framework,
        tests::{id, link, small},
    },
    ids::{LineageId, MandateId, StakeholderId, TaskId},
    indicator::Indicator,
    item::{Dimension, Nature},
    mandate::Priority,
    marker::Marker,
    plan::tests::{day, plan_of, recorded},
};

fn mandate(adopted: &str, expires: &str) -> Mandate {
    let recorded: Recorded = recorded(1);
    Mandate {
        id: MandateId(Uuid::from_u128(3)),
        resolution: "S/RES/2709 (2023)".to_owned(),
        adopted: day(adopted),
        expires: day(expires),
        tasks: Vec::new(),
        version: 1,
        recorded,
    }
}

fn indicator(number: u128, definition: Definition) -> Indicator {
    Indicator::drafted(IndicatorId(Uuid::from_u128(number)), definition, recorded(1))
}

struct World {
    mandates: Vec<Mandate>,
    indicators: Vec<Indicator>,
    targeted: BTreeSet<IndicatorId>,
    used: Option<BTreeSet<IndicatorId>>,
}

impl World {
    fn empty() -> Self {
        let mandates = vec![mandate("2025-01-01", "2028-01-01")];
        Self { mandates, indicators: Vec::new(), targeted: BTreeSet::new(), used: None }
    }

    fn check(&self, framework: Framework) -> Vec<Finding> {
        let known = Known {
            mandates: &self.mandates,
            indicators: &self.indicators,
            targeted: &self.targeted,
            used_in_findings: self.used.as_ref(),
            today: day("2025-08-01"),
        };
        check(&plan_of(framework), known)
    }

    fn rules(&self, framework: Framework) -> Vec<(&'static str, Option<u128>)> {
        let name = |finding: Finding| (finding.rule.word(), finding.item.map(|item| item.0.as_u128()));
        self.check(framework).into_iter().map(name).collect()
    }
}

fn change(framework: &Framework, number: u128, change: impl FnOnce(&mut crate::domain::item::Content)) -> Framework {
    let mut content = framework.item(id(number)).expect("an item").content.clone();
    change(&mut content);
    framework.revised(id(number), content).expect("the same kind")
}

/// A plan in which nothing is left to ask.
fn careful() -> (Framework, World) {
    use cpas_proto::words::Component;
    let mut framework = small();
    for (output, outcome) in [(111, 11), (112, 12), (121, 12)] {
        framework = framework.linked(link(output, outcome)).expect("a link");
    }
    for (output, component) in [(111, Component::Military), (112, Component::Police)] {
        framework = change(&framework, output, |content| content.nature = Nature::Output { component });
    }
    for outcome in [11, 12] {
        framework = change(&framework, outcome, |content| {
            let stakeholder = Some(StakeholderId(Uuid::from_u128(70)));
            content.nature = Nature::Outcome { stakeholder, dimension: Dimension::Attitude };
            content.markers = vec![Marker::Gender(2)];
        });
    }
    let mandate_task = Some(TaskId(Uuid::from_u128(8)));
    framework = change(&framework, 1, |content| content.nature = Nature::Objective { mandate_task });
    let mut world = World::empty();
    for outcome in [11, 12] {
        let definition = Definition {
            code: format!("OC-{outcome}"),
            level: Level::Outcome,
            plan_item: Some(LineageId(Uuid::from_u128(outcome))),
            owner_section: Some("Civil Affairs".to_owned()),
            baseline: Some(crate::domain::definition::Baseline { value: 4.0, period: "2024".parse().expect("a year") }),
            ..deaths()
        };
        world.indicators.push(indicator(outcome, definition));
        world.targeted.insert(IndicatorId(Uuid::from_u128(outcome)));
    }
    (framework, world)
}

#[test]
fn a_careful_plan_leaves_nothing_to_ask() {
    let (framework, world) = careful();
    assert_eq!(world.check(framework), []);
}

#[test]
fn every_gap_is_named_at_its_place() {
    let world = World::empty();
    assert_eq!(
        world.rules(small()),
        [
            ("objective-without-mandate-task", Some(1)),
            ("component-absent-from-objective", Some(1)),
            ("component-absent-from-objective", Some(1)),
            ("outcome-without-stakeholder", Some(11)),
            ("outcome-without-indicator", Some(11)),
            ("outcome-without-gender-or-poc-marker", Some(11)),
            ("output-reaches-no-outcome", Some(111)),
            ("output-reaches-no-outcome", Some(112)),
            ("outcome-without-stakeholder", Some(12)),
            ("outcome-without-indicator", Some(12)),
            ("outcome-without-gender-or-poc-marker", Some(12)),
            ("output-reaches-no-outcome", Some(121)),
        ]
    );
    assert_eq!(world.rules(Framework::default()), [("plan-without-objective", None)]);
}

#[test]
fn every_finding_speaks_both_languages() {
    let world = World { indicators: vec![indicator(1, deaths())], ..World::empty() };
    for finding in world.check(small()) {
        assert!(!finding.message.en.is_empty() && !finding.message.fr.is_empty(), "{}", finding.rule);
        assert_ne!(finding.message.en, finding.message.fr);
    }
}

#[test]
fn an_indicator_has_baseline_target_and_owner() {
    let (framework, mut world) = careful();
    let bare = Definition { code: "OP-NEW".to_owned(), level: Level::Output, ..deaths() };
    world.indicators.push(indicator(5, bare));
    assert_eq!(
        world.rules(framework.clone()).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>(),
        [
            "indicator-without-baseline",
            "indicator-without-target",
            "indicator-without-owner",
            "indicator-measures-no-item"
        ]
    );
    let finding = world.check(framework).remove(0);
    assert_eq!(finding.indicator, Some(IndicatorId(Uuid::from_u128(5))));
    assert_eq!(finding.message.en, "Indicator OP-NEW has no baseline; say where it stood before the plan.");
}

#[test]
fn words_and_context_need_no_target() {
    let (framework, mut world) = careful();
    let owner_section = Some("JMAC".to_owned());
    world.indicators.push(indicator(5, Definition { kind: Kind::Qualitative, owner_section, ..deaths() }));
    assert_eq!(world.check(framework), []);
}

#[test]
fn an_indicator_that_no_finding_uses_is_named_once_there_are_findings() {
    let (framework, mut world) = careful();
    world.used = Some(BTreeSet::from([IndicatorId(Uuid::from_u128(11))]));
    let found = world.check(framework);
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (finding.rule.word(), finding.indicator),
        ("indicator-never-used-in-a-finding", Some(IndicatorId(Uuid::from_u128(12))))
    );
}

#[test]
fn dates_lie_in_the_plan_and_in_the_mandate() {
    let (framework, mut world) = careful();
    world.mandates = vec![mandate("2025-01-01", "2026-12-31"), mandate("2024-01-01", "2024-12-31")];
    let late = change(&framework, 1111, |content| content.end = Some(day("2027-02-01")));
    assert_eq!(world.rules(late.clone()), [("dates-outside-mandate", Some(1111))]);
    let later = change(&late, 1111, |content| content.end = Some(day("2028-02-01")));
    assert_eq!(world.rules(later), [("dates-outside-mandate", Some(1111)), ("dates-outside-plan", Some(1111))]);
}

#[test]
fn an_expiring_mandate_flags_the_plan() {
    let (framework, mut world) = careful();
    world.mandates = vec![mandate("2024-11-15", "2025-10-15")];
    let found = world.check(framework.clone());
    assert_eq!(
        found[0].message.en,
        "The mandate (S/RES/2709 (2023)) expires on 2025-10-15; see what the plan needs by then."
    );
    world.mandates = vec![mandate("2023-11-15", "2024-11-15")];
    assert!(world.check(framework)[0].message.fr.contains("a expiré le 2024-11-15"));
}

#[test]
fn a_priority_area_is_worked_in() {
    let (framework, world) = careful();
    let named = change(&framework, 11, |content| {
        content.priority = Priority::parse("priority", 1).expect("first");
        content.areas = vec!["CF11".to_owned(), "CF12".to_owned()];
    });
    let covered = change(&named, 1111, |content| content.areas = vec!["CF12".to_owned()]);
    let found = world.check(covered.clone());
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(finding.message.en, "CF11 is a priority area of 1.1, but no output or activity under it works there.");
    let second = change(&covered, 11, |content| content.priority = Priority::parse("priority", 2).expect("second"));
    assert_eq!(world.check(second), []);
}

#[test]
fn an_activity_starts_after_what_it_waits_for() {
    let (framework, world) = careful();
    let first = change(&framework, 1111, |content| content.end = Some(day("2025-12-31")));
    let clash = change(&first, 1112, |content| {
        content.start = Some(day("2025-12-01"));
        let Nature::Activity { depends_on, .. } = &mut content.nature else { panic!("no activity") };
        depends_on.push(id(1111));
    });
    assert_eq!(world.rules(clash), [("activity-before-its-dependency", Some(1112))]);
}

#[test]
fn what_no_plan_can_do_without_keeps_it_from_being_submitted() {
    // A circle cannot be made through the framework's doors; the rule is there for plans from elsewhere.
    let errors: Vec<_> = Rule::ALL.iter().filter(|rule| rule.severity() == Severity::Error).collect();
    assert_eq!(errors, [&Rule::PlanWithoutObjective, &Rule::OutcomeWithoutStakeholder, &Rule::CycleInLinks]);
    let found = World::empty().check(small());
    assert_eq!(super::errors(&found).count(), 2, "both outcomes lack their stakeholder");
}
