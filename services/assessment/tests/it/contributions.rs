//! Contributions are pinned and computed at freezing, told, kept so that they can be computed again to the same
//! bytes, and seen by those who may.

use chassis::Code;
use cpas_assessment::domain::analysis::contribution::{Case, contribution};
use cpas_proto::{
    assessment::v1 as pb,
    common::v1::Text,
    context::v1 as context,
    words::{Classification, Role},
};
use prost::Message as _;

use crate::{linked::*, world::*};

#[tokio::test]
async fn freezing_computes_what_each_linked_output_may_have_contributed() {
    let world = World::start().await;
    world.furnish_links();
    let frozen = world.frozen().await;
    let found = world.contributions(&world.who(Role::Verifier), &frozen).await;
    let of: Vec<_> =
        found.iter().map(|one| (one.output_indicator_code.as_str(), one.outcome_indicator_code.as_str())).collect();
    assert_eq!(of, [(CONVOYS, ATTACKS), (LONG_PATROLS, ATTACKS)], "every indicator of the output with the outcome's");

    let patrols = &found[1];
    assert_eq!(patrols.outcome_lineage_id, world.outcome.to_string());
    assert_eq!((patrols.expected_lag_months, patrols.lag_periods, patrols.frequency.as_str()), (2, 2, "month"));
    assert_eq!((patrols.strength.as_str(), patrols.areas, patrols.periods, patrols.n), ("strong", 12, 28, 336));
    assert!(matches!(patrols.grade.as_str(), "strong" | "moderate"), "{patrols:?}");
    let (low, high) = (patrols.low.expect("bounded"), patrols.high.expect("bounded"));
    assert!(low < -0.8 && -0.8 < high && high < 0.0, "the truth, −0.8, is in {low} to {high}");
    assert!(patrols.p.expect("p") < 0.01 && patrols.cr3.expect("CR3") > 0.0);
    let statement = patrols.statement.as_ref().expect("a sentence");
    assert!(
        statement.en.contains("consistent with a contribution") && !statement.en.contains("caused"),
        "{statement:?}"
    );
    assert!(statement.fr.contains("compatible avec une contribution") && statement.fr.contains("2 mois plus tard"));
    let starts = patrols.staggered.as_ref().expect("areas take patrols up and keep them");
    assert!(starts.applies && !starts.never_only, "{starts:?}");
    assert_eq!((starts.areas, starts.areas_starting, starts.areas_without), (12, 10, 2));
    assert!(starts.low < starts.effect && starts.effect < starts.high && starts.high < 0.0, "{starts:?}");
    assert!(starts.by_time.iter().any(|one| one.since < 0) && starts.by_time.iter().any(|one| one.since > 0));
    assert!(patrols.checks.iter().any(|check| check.check == "staggered" && check.result == "holds"));
    let mix = patrols.synthetic.as_ref().expect("looked at");
    let why = mix.statement.as_ref().expect("a reason");
    assert!(!mix.applies && why.en == "Does not apply: 2 area(s) are without the output, and it takes 9.", "{mix:?}");
    let convoys = found[0].staggered.as_ref().and_then(|one| one.statement.as_ref()).expect("a reason");
    assert!(convoys.en.starts_with("Does not apply:"), "{convoys:?}");
    let hypothesis = patrols.hypothesis.as_ref().map(|text| text.en.as_str());
    assert_eq!(hypothesis, Some("Presence raises the cost of attacks."));
    assert!(patrols.cells.is_empty(), "a list has no cells");

    let whole = done(world.coordinator().get_contribution(pb::GetContributionRequest { id: patrols.id.clone() }).await);
    assert_eq!(whole.cells.len(), 12 * 32, "two months at each end of which only one is known");
    let unknown = whole.cells.iter().filter(|cell| cell.dose.is_none() || cell.outcome.is_none()).count();
    assert_eq!(unknown, 12 * 4);
    assert_eq!(whole.by_area.len(), 12);
    let nowhere = pb::GetContributionRequest { id: "the first".to_owned() };
    assert_eq!(refused(world.coordinator().get_contribution(nowhere).await).code, Code::NotFound);
}

#[tokio::test]
async fn what_was_contributed_is_computed_again_to_the_same_bytes() {
    let world = World::start().await;
    world.furnish_links();
    let frozen = world.frozen().await;
    let before = world.contributions(&world.who(Role::Adviser), &frozen).await;
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    let kept: Vec<(String, String)> =
        sqlx::query_as("SELECT inputs::text, result::text FROM contributions ORDER BY position")
            .fetch_all(&mut *tx)
            .await
            .expect("contributions");
    drop(tx);
    assert_eq!(kept.len(), 2);
    for (inputs, result) in kept {
        let case: Case = serde_json::from_str(&inputs).expect("a case");
        assert_eq!(serde_json::to_string(&case).expect("JSON"), inputs, "inputs are read as they were written");
        assert_eq!(serde_json::to_string(&contribution(&case)).expect("JSON"), result);
    }
    {
        let mut held = world.neighbours.held();
        held.plans[0].links.clear();
        held.series.clear();
    }
    assert_eq!(world.contributions(&world.who(Role::Adviser), &frozen).await, before, "whatever is corrected later");
    assert!(world.contributions(&world.who(Role::Adviser), &world.frozen().await).await.is_empty(), "no link any more");
}

#[tokio::test]
async fn a_contribution_is_as_secret_as_the_more_secret_of_its_indicators() {
    let world = World::start().await;
    world.furnish_links();
    let frozen = world.frozen().await;
    let uncleared = cleared(world.who(Role::Adviser), Classification::Unclassified);
    let seen = world.contributions(&uncleared, &frozen).await;
    assert_eq!(seen.iter().map(|one| one.output_indicator_code.as_str()).collect::<Vec<_>>(), [LONG_PATROLS]);
    let all = world.contributions(&world.who(Role::Adviser), &frozen).await;
    let secret = pb::GetContributionRequest { id: all[0].id.clone() };
    let failure = refused(world.client(&uncleared).get_contribution(secret).await);
    assert_eq!(failure.code, Code::NotFound, "{}", failure.message);

    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    let told: Vec<(i16, Vec<u8>)> = sqlx::query_as(
        "SELECT classification, payload FROM chassis.outbox WHERE kind LIKE '%ContributionsComputed' ORDER BY seq",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("the outbox");
    assert_eq!(told.iter().map(|(rank, _)| *rank).collect::<Vec<_>>(), [0, 1], "told apart by classification");
    let message = pb::ContributionsComputed::decode(told[0].1.as_slice()).expect("our own");
    assert_eq!((message.assessment_id, message.contributions), (frozen.id, seen));
}

/// A map of a year over all areas; how severe security is differs by area and year.
fn map(year: usize, classification: &str, state: &str) -> context::ContextMap {
    let areas: Vec<String> = (0..12).map(|area| format!("CF{area:02}")).collect();
    let factor = |(at, area): (usize, &String)| context::ContextFactor {
        kind: "security".to_owned(),
        effect: if (at + year).is_multiple_of(4) { "promotes" } else { "inhibits" }.to_owned(),
        severity: ((at * 3 + year * 2) % 5 + 1) as u32,
        areas: vec![area.clone()],
        ..Default::default()
    };
    context::ContextMap {
        period: year.to_string(),
        factors: areas.iter().enumerate().map(factor).collect(),
        areas,
        state: state.to_owned(),
        published_at: if state == "draft" { String::new() } else { format!("{year}-01-15T09:00:00Z") },
        classification: classification.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn factors_of_the_context_maps_are_held_fixed_as_rivals() {
    let world = World::start().await;
    world.furnish_links();
    let rivals = |found: &[pb::OutputContribution]| {
        let check = found[1].checks.iter().find(|check| check.check == "rivals").expect("something to explain").clone();
        (check.result, check.text.expect("words").en)
    };
    let adviser = world.who(Role::Adviser);
    let (result, said) = rivals(&world.contributions(&adviser, &world.frozen().await).await);
    assert_eq!(result, "untested", "{said}");
    world.neighbours.held().maps =
        vec![map(2022, "", "superseded"), map(2023, "", "superseded"), map(2024, "", "published")];
    let (result, said) = rivals(&world.contributions(&adviser, &world.frozen().await).await);
    assert!(result == "holds" && said.contains("Severity of inhibiting security factors on the context map"), "{said}");
    world.neighbours.held().maps[1] = map(2023, "", "draft");
    let (result, said) = rivals(&world.contributions(&adviser, &world.frozen().await).await);
    assert_eq!(result, "untested", "a draft is not agreed, and a year without a map is too much: {said}");
    world.neighbours.held().maps[1] = map(2023, "confidential", "superseded");
    let (result, said) = rivals(&world.contributions(&adviser, &world.frozen().await).await);
    assert_eq!(result, "untested", "what is above the pair shows in no number of it: {said}");
}

#[tokio::test]
async fn a_finding_rests_on_a_contribution_of_its_assessment() {
    let world = World::start().await;
    world.furnish_links();
    let frozen = world.frozen().await;
    let secret = world.contributions(&world.who(Role::Adviser), &frozen).await.remove(0);
    let resting = |id: &str| pb::Finding {
        question: "link".to_owned(),
        performance_rating: "adequate".to_owned(),
        evidence: vec![reference("contribution", id, "")],
        narrative: Some(Text::of("Patrols and attacks moved as expected.", "")),
        ..world.finding(&frozen)
    };
    let found = done(world.coordinator().record_finding(record(resting(&secret.id))).await);
    assert_eq!(found.classification, "confidential", "as what it rests on");
    let wrong = refused(world.coordinator().record_finding(record(resting(&uuid::Uuid::new_v4().to_string()))).await);
    assert_eq!((wrong.code, field(&wrong)), (Code::Invalid, "evidence[0].id"));
    let another = world.frozen().await;
    let elsewhere = pb::Finding { assessment_id: another.id.clone(), ..resting(&secret.id) };
    let failure = refused(world.coordinator().record_finding(record(elsewhere)).await);
    assert_eq!(field(&failure), "evidence[0].id", "of another assessment");
}

#[tokio::test]
async fn a_link_to_what_is_not_in_the_plan_freezes_nothing() {
    let world = World::start().await;
    world.furnish_links();
    world.neighbours.held().plans[0].links[0].output_id = uuid::Uuid::new_v4().to_string();
    let scheduled = world.scheduled().await;
    let failure = refused(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    assert_eq!(failure.code, Code::Internal, "planning does not answer so");
    assert_eq!(world.rows("contributions").await, 0);
    assert_eq!(world.rows("frozen_plans").await, 0);
}
