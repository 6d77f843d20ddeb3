//! Validation rules: at entry, in a file, at submission and on the past; who may set them and see them.

use chassis::{Caller, Code};
use cpas_collection::domain::definition::Definition;
use cpas_proto::{
    collection::v1 as pb,
    common::v1::Text,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::*;

fn rule(kind: &str, severity: &str) -> pb::ValidationRule {
    pb::ValidationRule {
        indicator_code: "OC-CIVDEATHS".to_owned(),
        kind: kind.to_owned(),
        severity: severity.to_owned(),
        active: true,
        ..Default::default()
    }
}

fn at_most(most: f64, severity: &str) -> pb::ValidationRule {
    pb::ValidationRule { most: Some(most), ..rule("range", severity) }
}

async fn set(world: &World, rule: pb::ValidationRule) -> pb::ValidationRule {
    let asked = pb::SetValidationRuleRequest { version: rule.version, rule: Some(rule) };
    done(world.coordinator().set_validation_rule(asked).await)
}

fn row(key: &str, period: &str, value: f64, note: &str) -> pb::EntryRow {
    let mut observation = enter("OC-CIVDEATHS", "A1", period, value).observation.expect("it");
    observation.note = note.to_owned();
    pb::EntryRow { key: key.to_owned(), observation: Some(observation), ..Default::default() }
}

async fn enter_rows(world: &World, by: &Caller, rows: Vec<pb::EntryRow>) -> Vec<pb::EntryOutcome> {
    done(world.of(by).enter_observations(pb::EnterObservationsRequest { rows }).await).outcomes
}

fn of_section(section: &str) -> pb::MoveObservationsRequest {
    pb::MoveObservationsRequest { section: section.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn an_error_keeps_a_value_out_wherever_it_comes_from() {
    let world = World::start().await;
    let focal = world.caller(Role::FocalPoint);
    let before = world.entered(&focal, "A1", "2023-12", 500.0).await;
    let mut strict = at_most(100.0, "error");
    strict.message = Some(Text { en: "Check the unit.".to_owned(), fr: "Vérifiez l’unité.".to_owned() });
    set(&world, strict).await;

    let outcomes =
        enter_rows(&world, &focal, vec![row("a", "2024-01", 101.0, ""), row("b", "2024-02", 100.0, "")]).await;
    assert_eq!((&*outcomes[0].outcome, &*outcomes[1].outcome), ("refused", "stored"));
    let breach = &outcomes[0].breaches[0];
    let said = breach.message.as_ref().expect("a sentence");
    assert_eq!((&*breach.severity, &*outcomes[0].field), ("error", "value"));
    assert_eq!(said.en, "101 is above 100, the most expected. Check the unit.");
    assert_eq!(said.fr, "101 est supérieur à 100, le maximum attendu. Vérifiez l’unité.");
    let one = expect_code(
        world.of(&focal).enter_observation(enter("OC-CIVDEATHS", "B", "2024-01", 101.0)).await,
        Code::Invalid,
    );
    assert_eq!(one.violations[0].field, "value");
    expect_code(world.of(&focal).correct_observation(correct(&before, 400.0)).await, Code::Invalid);

    let batch =
        world.preview("indicator,area,period,value\nOC-CIVDEATHS,A2,2024-01,99\nOC-CIVDEATHS,A2,2024-02,101\n").await;
    assert_eq!((batch.rows_added, batch.rows_rejected), (1, 1));
    assert!(batch.rejected[0].reason.starts_with("101 is above 100"), "{:?}", batch.rejected);

    // What was there before the rule is not submitted either.
    let moved = done(world.of(&focal).submit_observations(of_section("Human Rights")).await);
    assert_eq!((moved.moved, moved.not_moved.len()), (1, 1));
    assert!(moved.not_moved[0].reason.starts_with("OC-CIVDEATHS 2023-12 A1: 500 is above 100"), "{moved:?}");
}

#[tokio::test]
async fn a_warning_asks_for_a_note() {
    let world = World::start().await;
    let focal = world.caller(Role::FocalPoint);
    let change = pb::ValidationRule { share: Some(0.5), ..rule("change", "warning") };
    set(&world, change).await;
    let rows =
        vec![row("a", "2024-01", 10.0, ""), row("b", "2024-02", 30.0, ""), row("c", "2024-03", 90.0, "A battle.")];
    let outcomes = enter_rows(&world, &focal, rows).await;
    assert!(outcomes.iter().all(|one| one.outcome == "stored"), "{outcomes:?}");
    let warned: Vec<usize> = outcomes.iter().map(|one| one.breaches.len()).collect();
    assert_eq!(warned, [0, 1, 1], "a block is judged as one: each against the value before it in the block");
    let asked =
        pb::ListEntryCellsRequest { section: "Human Rights".to_owned(), area: "A1".to_owned(), ..Default::default() };
    let cells = done(world.of(&focal).list_entry_cells(asked).await).cells;
    assert_eq!(cells.iter().map(|one| one.breaches.len()).collect::<Vec<_>>(), [0, 1, 1], "and again when it is read");

    let moved = done(world.of(&focal).submit_observations(of_section("Human Rights")).await);
    assert_eq!((moved.moved, moved.not_moved.len()), (2, 1));
    assert!(moved.not_moved[0].reason.ends_with("Say in a note why it is right."), "{moved:?}");
    let base = outcomes[1].observation.clone().expect("it");
    let noted =
        pb::EntryRow { base_id: base.id, base_version: base.version, ..row("d", "2024-02", 30.0, "Two attacks.") };
    assert_eq!(enter_rows(&world, &focal, vec![noted]).await[0].outcome, "stored");
    assert_eq!(done(world.of(&focal).submit_observations(of_section("Human Rights")).await).moved, 1);
}

#[tokio::test]
async fn rows_of_a_file_are_judged_with_each_other_and_with_what_is_known() {
    let world = World::start().await;
    world.import("indicator,area,period,value\nOC-CIVDEATHS,A1,2023-12,10\n").await;
    set(&world, pb::ValidationRule { share: Some(0.5), ..rule("change", "warning") }).await;
    set(&world, rule("slices_sum", "error")).await;
    let text = "indicator,area,period,value,sex,note\n\
                OC-CIVDEATHS,A1,2024-01,30,,\n\
                OC-CIVDEATHS,A1,2024-02,60,,The offensive of February\n\
                OC-CIVDEATHS,A2,2024-01,9,,\n\
                OC-CIVDEATHS,A2,2024-01,4,f,\n\
                OC-CIVDEATHS,A2,2024-01,4,m,\n\
                OC-TRUST,A2,2024-Q1,,,\n";
    let batch = world.preview(text).await;
    assert_eq!(batch.rows_rejected, 3, "{:?}", batch.rejected);
    assert!(batch.rejected[0].reason.contains("add up to 8"), "{:?}", batch.rejected);
    let warned: Vec<u32> =
        batch.warnings.iter().filter(|one| one.reason.contains("more than expected")).map(|one| one.row).collect();
    assert_eq!(warned, [2, 3]);
    let committed = world.commit(&batch).await;
    assert_eq!(committed.rows_added, 3);
    let state = |period: &str| {
        let asked =
            pb::ListObservationsRequest { period: period.to_owned(), area: "A1".to_owned(), ..Default::default() };
        async { done(world.coordinator().list_observations(asked).await).observations[0].state.clone() }
    };
    assert_eq!(state("2024-01").await, "draft", "warned, without a note");
    assert_eq!(state("2024-02").await, "submitted");
    let whole = pb::MoveObservationsRequest { batch_id: committed.id.clone(), ..Default::default() };
    let moved = done(world.coordinator().submit_observations(whole).await);
    assert_eq!((moved.moved, moved.not_moved.len()), (0, 1), "the batch as a whole knows the rules too");

    let preview = world.preview("indicator,area,period,value\nOC-CIVDEATHS,B,2024-01,1\n").await;
    set(&world, at_most(0.0, "error")).await;
    let conflict = expect_code(world.coordinator().commit_import(commit(&preview, true)).await, Code::Conflict);
    assert!(conflict.message.contains("was changed since the preview"), "{conflict}");
}

#[tokio::test]
async fn a_rule_is_tried_on_the_past_before_it_is_switched_on() {
    let world = World::start().await;
    let text: String = (1..=12).map(|month| format!("OC-CIVDEATHS,A1,2023-{month:02},{}\n", month * 10)).collect();
    world.import(&format!("indicator,area,period,value\n{text}OC-CIVDEATHS,B,2023-01,missing\n")).await;
    let test = |rule| async {
        done(world.coordinator().test_validation_rule(pb::TestValidationRuleRequest { rule: Some(rule) }).await)
    };
    let tried = test(at_most(100.0, "error")).await;
    assert_eq!((tried.checked, tried.broken), (13, 2));
    let first = tried.first[0].cell.as_ref().expect("a cell");
    assert_eq!((&*first.period, first.value), ("2023-11", Some(110.0)));
    let tried = test(pb::ValidationRule { direction: "down".to_owned(), ..rule("monotone", "error") }).await;
    assert_eq!(tried.broken, 12);
    let off = pb::ValidationRule { active: false, ..at_most(1.0, "error") };
    let off = set(&world, off).await;
    world.entered(&world.caller(Role::Contributor), "B", "2024-01", 5.0).await;
    let on = set(&world, pb::ValidationRule { active: true, ..off.clone() }).await;
    assert_eq!(on.version, 2);
    let stale = pb::SetValidationRuleRequest { version: 1, rule: Some(off.clone()) };
    expect_code(world.coordinator().set_validation_rule(stale).await, Code::Stale);
    let other_kind = pb::ValidationRule { kind: "integer".to_owned(), ..on.clone() };
    let asked = pb::SetValidationRuleRequest { version: 2, rule: Some(other_kind) };
    assert_eq!(refused(world.coordinator().set_validation_rule(asked).await).violations[0].field, "kind");
    let listed =
        done(world.r#as(Role::Contributor).list_validation_rules(pb::ListValidationRulesRequest::default()).await);
    assert_eq!(listed.rules, vec![on]);
}

#[tokio::test]
async fn who_may_set_rules_and_what_of_them_is_seen() {
    let world = World::start().await;
    let hidden = Definition {
        id: Uuid::from_u128(0xD9),
        code: "CX-INFORMANTS".to_owned(),
        classification: Classification::Confidential,
        ..deaths()
    };
    world.indicator(&hidden).await;
    let secret = pb::ValidationRule {
        comparison: "at_most".to_owned(),
        other_indicator_code: "CX-INFORMANTS".to_owned(),
        ..rule("cross_indicator", "error")
    };
    let secret = set(&world, secret).await;
    assert_eq!(secret.classification, "confidential", "as secret as what it looks at");
    let outsider = world.cleared(Role::Coordinator, Classification::Unclassified);
    let mut client = world.of(&outsider);
    assert_eq!(done(client.list_validation_rules(pb::ListValidationRulesRequest::default()).await).rules, vec![]);
    let asked = pb::SetValidationRuleRequest { version: 0, rule: Some(secret) };
    assert_eq!(refused(client.set_validation_rule(asked).await).violations[0].field, "other_indicator_code");
    let held = world.held_to(Role::Coordinator, Some("UNPOL"), &[]);
    let asked = pb::SetValidationRuleRequest { version: 0, rule: Some(at_most(1.0, "error")) };
    expect_code(world.of(&held).set_validation_rule(asked.clone()).await, Code::Denied);
    expect_code(world.r#as(Role::FocalPoint).set_validation_rule(asked).await, Code::Denied);
    for (rule, field) in [
        (pb::ValidationRule { indicator_code: "OC-NONE".to_owned(), ..at_most(1.0, "error") }, "indicator_code"),
        (at_most(1.0, "grave"), "severity"),
        (rule("range", "error"), "least"),
        (
            pb::ValidationRule {
                message: Some(Text { en: "x".repeat(2001), fr: String::new() }),
                ..at_most(1.0, "error")
            },
            "message",
        ),
    ] {
        let asked = pb::SetValidationRuleRequest { version: 0, rule: Some(rule) };
        assert_eq!(refused(world.coordinator().set_validation_rule(asked).await).violations[0].field, field);
    }
}
