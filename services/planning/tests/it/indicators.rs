//! Indicators, their definitions and states.

use chassis::Code;
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::{Person, World, answer, deaths, en, objective, outcome, refusal};

async fn get(person: &Person, id: &str, definition_version: u32) -> Result<pb::Indicator, chassis::Failure> {
    answer(person.client().get_indicator(pb::GetIndicatorRequest { id: id.to_owned(), definition_version }).await)
}

async fn revise(person: &Person, indicator: pb::Indicator) -> Result<pb::Indicator, chassis::Failure> {
    answer(person.client().revise_indicator(pb::ReviseIndicatorRequest { indicator: Some(indicator) }).await)
}

fn seen(indicator: &pb::Indicator) -> pb::MoveIndicatorRequest {
    pb::MoveIndicatorRequest { id: indicator.id.clone(), version: indicator.version }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_lives_from_draft_to_retirement_and_every_definition_stays() {
    let world = World::start().await;
    let planner = world.planner();
    let mut full = deaths("OC-CIVDEATHS");
    full.disaggregations =
        vec![pb::Disaggregation { dimension: "sex".to_owned(), categories: vec!["f".to_owned(), "m".to_owned()] }];
    full.baseline_value = Some(120.0);
    full.baseline_period = "2024".to_owned();
    let draft = planner.draft_indicator(full).await.expect("a draft");
    assert_eq!(
        (draft.over_time.as_str(), draft.over_areas.as_str()),
        ("sum", "sum"),
        "as a count is usually put together"
    );
    assert_eq!((draft.state.as_str(), draft.definition_version, draft.version), ("draft", 1, 1));

    let approved =
        answer(world.person(Role::ComponentHead).client().approve_indicator(seen(&draft)).await).expect("approved");
    let active = answer(planner.client().activate_indicator(seen(&approved)).await).expect("active");
    let reworded = pb::Indicator { name: en("Civilians killed"), ..active.clone() };
    let revised = revise(&planner, reworded).await.expect("a revision");
    assert_eq!((revised.state.as_str(), revised.definition_version, revised.version), ("active", 2, 4));
    assert_eq!(get(&planner, "OC-CIVDEATHS", 0).await.expect("by code"), revised);
    let before = get(&planner, &draft.id, 1).await.expect("the first definition");
    assert_eq!((before.name, before.definition_version), (en("Civilian deaths"), 1));
    assert_eq!(refusal(get(&planner, &draft.id, 9).await), (Code::NotFound, vec![]));

    let renamed = pb::Indicator { code: "OC-OTHER".to_owned(), ..revised.clone() };
    assert_eq!(refusal(revise(&planner, renamed).await), (Code::Invalid, vec!["indicator.code".to_owned()]));
    let stale = revise(&planner, active.clone()).await.expect_err("it saw version 3");
    assert_eq!((stale.code, stale.current.expect("what is stored").0), (Code::Stale, 4));
    let retired = answer(planner.client().retire_indicator(seen(&revised)).await).expect("retired");
    assert_eq!(refusal(revise(&planner, retired).await), (Code::Conflict, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_of_indicator_is_drafted_with_its_usual_aggregation_and_read_back() {
    let world = World::start().await;
    let planner = world.planner();
    for (kind, over_time, over_areas) in [
        ("count", "sum", "sum"),
        ("sum", "sum", "sum"),
        ("average", "average", "average"),
        ("ratio", "ratio", "ratio"),
        ("index", "last", "none"),
        ("scale", "last", "none"),
        ("milestone", "last", "none"),
        ("qualitative", "last", "none"),
    ] {
        let wanted = pb::Indicator {
            kind: kind.to_owned(),
            unit: "of its own".to_owned(),
            direction: "higher".to_owned(),
            frequency: "half_year".to_owned(),
            source: en("Registers"),
            method: en("Counted"),
            verification: en("Two sources"),
            baseline_value: (kind != "qualitative").then_some(2.0),
            baseline_period: if kind == "qualitative" { String::new() } else { "2023-H2".to_owned() },
            ..deaths(&format!("CX-{}", kind.to_uppercase()))
        };
        let drafted = planner.draft_indicator(wanted.clone()).await.expect(kind);
        let read = get(&planner, &wanted.code, 0).await.expect(kind);
        assert_eq!(read, drafted, "{kind}");
        let as_asked = pb::Indicator {
            over_time: over_time.to_owned(),
            over_areas: over_areas.to_owned(),
            id: read.id.clone(),
            state: "draft".to_owned(),
            definition_version: 1,
            version: 1,
            recorded_at: read.recorded_at.clone(),
            recorded_by: read.recorded_by.clone(),
            classification: "unclassified".to_owned(),
            ..wanted
        };
        assert_eq!(read, as_asked, "{kind}: what was asked for, and nothing else");
    }
    let words = pb::Indicator {
        kind: "qualitative".to_owned(),
        baseline_value: Some(1.0),
        baseline_period: "2023".to_owned(),
        ..deaths("CX-WORDS")
    };
    let (code, fields) = refusal(planner.draft_indicator(words).await);
    assert_eq!(
        (code, fields),
        (Code::Invalid, vec!["indicator.baseline_value".to_owned()]),
        "words have no number to begin from"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_there_once_even_where_it_cannot_be_seen() {
    let world = World::start().await;
    let planner = world.planner();
    let secret = pb::Indicator { classification: "confidential".to_owned(), ..deaths("CX-SECRET") };
    planner.draft_indicator(secret.clone()).await.expect("a confidential one");
    let mut uncleared = world.planner();
    uncleared.caller.clearance = Classification::Unclassified;
    assert_eq!(refusal(get(&uncleared, "CX-SECRET", 0).await), (Code::NotFound, vec![]));
    assert_eq!(
        refusal(uncleared.draft_indicator(deaths("CX-SECRET")).await),
        (Code::Invalid, vec!["indicator.code".to_owned()])
    );
    let above = pb::Indicator { code: "CX-ABOVE".to_owned(), ..secret };
    assert_eq!(
        refusal(uncleared.draft_indicator(above).await),
        (Code::Invalid, vec!["indicator.classification".to_owned()])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_measures_an_item_of_its_level() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, None)).await.expect("an outcome");
    let of = |level: &str, lineage: &str| pb::Indicator {
        level: level.to_owned(),
        plan_item_lineage_id: lineage.to_owned(),
        ..deaths("OC-1")
    };
    let field = vec!["indicator.plan_item_lineage_id".to_owned()];
    for (level, lineage) in [
        ("outcome", Uuid::new_v4().to_string()),
        ("output", plan.items[1].lineage_id.clone()),
        ("context", plan.items[1].lineage_id.clone()),
    ] {
        assert_eq!(
            refusal(planner.draft_indicator(of(level, &lineage)).await),
            (Code::Invalid, field.clone()),
            "{level}"
        );
    }
    let tied = planner.draft_indicator(of("outcome", &plan.items[1].lineage_id)).await.expect("an outcome's");
    let check = pb::CheckPlanRequest { plan_id: plan.id.clone() };
    let findings = answer(planner.client().check_plan(check).await).expect("a check").findings;
    let of_indicator: Vec<_> = findings
        .iter()
        .filter(|finding| finding.indicator_id == tied.id)
        .map(|finding| finding.rule.as_str())
        .collect();
    assert_eq!(of_indicator, ["indicator-without-baseline", "indicator-without-target", "indicator-without-owner"]);
    assert!(findings.iter().all(|finding| finding.rule != "outcome-without-indicator"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ratio_that_would_average_averages_is_refused() {
    let world = World::start().await;
    let ratio = pb::Indicator {
        kind: "ratio".to_owned(),
        over_time: "average".to_owned(),
        over_areas: "average".to_owned(),
        ..deaths("OC-RATIO")
    };
    let fields = vec!["indicator.over_time".to_owned(), "indicator.over_areas".to_owned()];
    assert_eq!(refusal(world.planner().draft_indicator(ratio).await), (Code::Invalid, fields));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_comes_in_pages_and_can_be_searched() {
    let world = World::start().await;
    let planner = world.planner();
    for number in 0..5 {
        let named = pb::Indicator {
            name: en(if number == 3 { "Returnees" } else { "Deaths" }),
            ..deaths(&format!("CX-{number}"))
        };
        planner.draft_indicator(named).await.expect("an indicator");
    }
    let page = |cursor: &str, search: &str, state: &str| pb::ListIndicatorsRequest {
        page_size: 2,
        cursor: cursor.to_owned(),
        search: search.to_owned(),
        state: state.to_owned(),
    };
    let (mut cursor, mut codes) = (String::new(), Vec::new());
    loop {
        let answer = answer(planner.client().list_indicators(page(&cursor, "", "")).await).expect("a page");
        assert!(answer.indicators.len() <= 2);
        codes.extend(answer.indicators.into_iter().map(|indicator| indicator.code));
        cursor = answer.next_cursor;
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(codes, ["CX-0", "CX-1", "CX-2", "CX-3", "CX-4"]);
    let found =
        answer(planner.client().list_indicators(page("", "RETURN", "draft")).await).expect("a search").indicators;
    assert_eq!(found.iter().map(|indicator| indicator.code.as_str()).collect::<Vec<_>>(), ["CX-3"]);
    assert_eq!(
        refusal(answer(planner.client().list_indicators(page("", "", "gone")).await)),
        (Code::Invalid, vec!["state".to_owned()])
    );
}
