//! Indicators that are computed: what is let in, what is refused with the way, and what changed when.

use chassis::Code;
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Role},
};

use crate::world::{Person, World, answer, deaths, en, refusal};

fn count(code: &str) -> pb::Indicator {
    pb::Indicator { unit: "persons".to_owned(), ..deaths(code) }
}

fn computed(code: &str, formula: &str) -> pb::Indicator {
    pb::Indicator { kind: "index".to_owned(), formula: formula.to_owned(), ..count(code) }
}

async fn revise(person: &Person, indicator: pb::Indicator) -> Result<pb::Indicator, chassis::Failure> {
    answer(person.client().revise_indicator(pb::ReviseIndicatorRequest { indicator: Some(indicator) }).await)
}

async fn versions(person: &Person, id: &str) -> Result<Vec<pb::IndicatorVersion>, chassis::Failure> {
    let request = pb::ListIndicatorVersionsRequest { id: id.to_owned() };
    Ok(answer(person.client().list_indicator_versions(request).await)?.versions)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_formula_is_kept_as_written_and_a_circle_is_refused_with_the_way() {
    let world = World::start().await;
    let planner = world.planner();
    planner.draft_indicator(count("DEAD")).await.expect("entered");
    planner.draft_indicator(count("HURT")).await.expect("entered");
    let all = planner.draft_indicator(computed("ALL", "DEAD + HURT")).await.expect("computed");
    assert_eq!((all.formula.as_str(), all.event_measure.clone()), ("DEAD + HURT", None));
    let more = planner.draft_indicator(computed("MORE", "ALL × 2")).await.expect("computed from what is computed");
    let circle = revise(&planner, pb::Indicator { formula: "DEAD + MORE".to_owned(), ..all.clone() }).await;
    let failure = circle.expect_err("a circle");
    assert_eq!(failure.violations[0].message, "The formula would be computed from itself: ALL → MORE → ALL.");
    let clash =
        planner.draft_indicator(pb::Indicator { unit: "days".to_owned(), ..computed("CLASH", "DEAD - HURT") }).await;
    assert_eq!(refusal(clash), (Code::Invalid, vec!["indicator.unit".to_owned()]));
    let broken = planner.draft_indicator(computed("BROKEN", "DEAD + (HURT")).await.expect_err("no formula");
    assert_eq!(broken.violations[0].message, "At character 13: a \")\" is missing.");
    let entered =
        revise(&planner, pb::Indicator { formula: String::new(), ..more.clone() }).await.expect("a draft may change");
    assert_eq!((entered.formula.as_str(), entered.definition_version), ("", 2));
    let reader = world.person(Role::Reader);
    assert_eq!(refusal(revise(&reader, all).await).0, Code::Denied, "a reader writes no formula");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_close_a_circle_at_once_do_not_both_get_in() {
    let world = World::start().await;
    let planner = world.planner();
    for round in 0..8 {
        let (one, other) = (format!("ONE-{round}"), format!("OTHER-{round}"));
        let first =
            planner.draft_indicator(pb::Indicator { kind: "index".to_owned(), ..count(&one) }).await.expect("a draft");
        let second = planner
            .draft_indicator(pb::Indicator { kind: "index".to_owned(), ..count(&other) })
            .await
            .expect("a draft");
        let (left, right) = tokio::join!(
            revise(&planner, pb::Indicator { formula: format!("{other} + {other}"), ..first }),
            revise(&planner, pb::Indicator { formula: format!("{one} + {one}"), ..second }),
        );
        let refused: Vec<&chassis::Failure> =
            [&left, &right].into_iter().filter_map(|done| done.as_ref().err()).collect();
        assert_eq!(refused.len(), 1, "round {round}: {left:?} {right:?}");
        assert!(refused[0].violations[0].message.contains("computed from itself"), "{:?}", refused[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_counts_events_by_type() {
    let world = World::start().await;
    let planner = world.planner();
    let measure = |measure: &str| pb::EventMeasure {
        measure: measure.to_owned(),
        kinds: vec![" Battles".to_owned(), "Riots".to_owned()],
        ..Default::default()
    };
    let counted =
        planner.draft_indicator(pb::Indicator { event_measure: Some(measure("events")), ..count("CLASHES") }).await;
    let counted = counted.expect("counted");
    assert_eq!(counted.event_measure.expect("a measure").kinds, ["Battles", "Riots"]);
    let odd =
        planner.draft_indicator(pb::Indicator { event_measure: Some(measure("wounded")), ..count("WOUNDED") }).await;
    assert_eq!(refusal(odd), (Code::Invalid, vec!["indicator.event_measure.measure".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_in_a_definition_is_told_to_who_may_see_it() {
    let world = World::start().await;
    let planner = world.planner();
    let first = planner.draft_indicator(count("DEAD")).await.expect("a draft");
    let second =
        revise(&planner, pb::Indicator { name: en("Civilians killed"), unit: "people".to_owned(), ..first }).await;
    let second = second.expect("a revision");
    let third =
        revise(&planner, pb::Indicator { classification: "confidential".to_owned(), ..second }).await.expect("hidden");
    let told = versions(&planner, "DEAD").await.expect("by code");
    let changes = |version: &pb::IndicatorVersion| -> Vec<(String, String, String)> {
        version.changes.iter().map(|own| (own.field.clone(), own.before.clone(), own.after.clone())).collect()
    };
    let of = |field: &str, before: &str, after: &str| (field.to_owned(), before.to_owned(), after.to_owned());
    assert_eq!(told.iter().map(|version| version.definition_version).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(changes(&told[0]), [of("classification", "unclassified", "confidential")]);
    assert_eq!(changes(&told[1]), [of("name", "Civilian deaths", "Civilians killed"), of("unit", "persons", "people")]);
    assert_eq!((changes(&told[2]), told[2].recorded_by.is_empty()), (vec![], false));

    let mut outsider = world.planner();
    outsider.caller.clearance = Classification::Unclassified;
    assert_eq!(refusal(versions(&outsider, &third.id).await).0, Code::NotFound);
    assert_eq!(refusal(versions(&world.person(Role::Reader), &third.id).await).0, Code::Denied, "what was drafted");
    assert_eq!(refusal(versions(&world.stranger(Role::Coordinator), &third.id).await).0, Code::NotFound);
}
