//! What became of a recommendation: its indicators before and after it was implemented, and its themes.

use chassis::Clock;
use cpas_proto::{
    assessment::v1 as pb,
    collection::v1 as collection,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::*;

fn instant(text: &str) -> chrono::DateTime<chrono::Utc> {
    text.parse().expect("an instant")
}

/// Deaths by month from 2023 to May 2026: about 30, and about 12 from July 2025 on.
fn by_month(world: &World) {
    let mut held = world.neighbours.held();
    held.indicators[0].frequency = "month".to_owned();
    let point = |at: usize| collection::Point {
        period: format!("{}-{:02}", 2023 + at / 12, at % 12 + 1),
        value: Some(if at < 30 { 30.0 } else { 12.0 } + (at % 4) as f64),
        kind: "value".to_owned(),
        ..Default::default()
    };
    let parts = vec![collection::SeriesPart { points: (0..41).map(point).collect(), ..Default::default() }];
    held.series[0].parts = parts;
}

async fn moved_on(world: &World, from: &pb::Recommendation, to: &str, effect_known_at: &str) -> pb::Recommendation {
    let step = pb::ProgressRecommendationRequest {
        id: from.id.clone(),
        version: from.version,
        to: to.to_owned(),
        effect_known_at: effect_known_at.to_owned(),
        ..Default::default()
    };
    done(world.coordinator().progress_recommendation(step).await)
}

fn effect_of(of: &pb::Recommendation) -> pb::GetRecommendationEffectRequest {
    pb::GetRecommendationEffectRequest { id: of.id.clone(), ..Default::default() }
}

#[tokio::test]
async fn its_indicators_are_watched_once_it_is_implemented_and_what_was_looked_at_stays() {
    let clock = Clock::fixed(instant("2025-03-01T08:00:00Z"));
    let world = World::start_at(clock.clone()).await;
    by_month(&world);
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    let accepted = done(world.leadership().decide_recommendation(decide(&proposed, "accepted", "")).await);
    let begun = moved_on(&world, &accepted, "in_progress", "").await;
    let early = done(world.coordinator().get_recommendation_effect(effect_of(&begun)).await);
    assert_eq!((early.implemented_at.as_str(), early.indicators.len()), ("", 0), "nothing is compared yet");

    clock.set(instant("2025-06-20T08:00:00Z"));
    let implemented = moved_on(&world, &begun, "implemented", "").await;
    assert!(implemented.implemented_at.starts_with("2025-06-20T08:00:00"));
    let soon = done(world.coordinator().get_recommendation_effect(effect_of(&implemented)).await);
    assert_eq!((soon.indicators[0].result.as_str(), soon.indicators[0].n_after), ("too_little", 0));

    clock.set(instant("2026-06-10T08:00:00Z"));
    let read = done(world.coordinator().get_recommendation_effect(effect_of(&implemented)).await);
    let one = &read.indicators[0];
    assert_eq!((one.indicator_code.as_str(), one.result.as_str()), (DEATHS, "better"));
    assert_eq!((one.n_before, one.n_after), (24, 11), "two years of months before, none of the month itself");
    assert!(one.difference.expect("a shift") < -15.0 && one.high.expect("an interval") < 0.0);
    assert!(one.confidence.expect("what it holds") >= 0.95);
    let said = one.statement.as_ref().expect("words");
    assert!(said.en.contains("does not say that it came from it") && said.fr.contains("ne dit pas que cela en vienne"));
    assert!(one.points.iter().any(|point| point.side == "during" && point.period == "2025-06"));
    let asked = world.neighbours.held().asked_as_known_at.last().cloned().expect("it was asked");
    assert!(asked.starts_with("2026-06-10T08:00:00"), "{asked}");

    // Verified on what was looked at: read again later, that is what is shown.
    let verified = moved_on(&world, &implemented, "verified", &read.as_known_at).await;
    clock.set(instant("2026-09-01T08:00:00Z"));
    let kept = done(world.coordinator().get_recommendation_effect(effect_of(&verified)).await);
    assert_eq!(kept.as_known_at, read.as_known_at);
    assert_eq!(kept.indicators, read.indicators);
    let now =
        pb::GetRecommendationEffectRequest { as_known_at: "2026-08-31T00:00:00Z".to_owned(), ..effect_of(&verified) };
    assert!(done(world.coordinator().get_recommendation_effect(now).await).as_known_at.starts_with("2026-08-31"));
    let late =
        pb::GetRecommendationEffectRequest { as_known_at: "2027-01-01T00:00:00Z".to_owned(), ..effect_of(&verified) };
    assert_eq!(field(&refused(world.coordinator().get_recommendation_effect(late).await)), "as_known_at");
}

#[tokio::test]
async fn the_effect_on_what_is_above_a_clearance_is_not_there() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let finding = world.found(&frozen).await;
    let both = pb::Recommendation {
        indicator_codes: vec![DEATHS.to_owned(), SECRET.to_owned()],
        ..recommendation(&frozen, &finding)
    };
    let proposed = done(world.coordinator().propose_recommendation(propose(both)).await);
    let accepted = done(world.leadership().decide_recommendation(decide(&proposed, "accepted", "")).await);
    let begun = moved_on(&world, &accepted, "in_progress", "").await;
    let implemented = moved_on(&world, &begun, "implemented", "").await;
    let codes =
        |read: pb::RecommendationEffect| read.indicators.into_iter().map(|one| one.indicator_code).collect::<Vec<_>>();
    let whole = done(world.coordinator().get_recommendation_effect(effect_of(&implemented)).await);
    assert_eq!(codes(whole), [DEATHS, SECRET]);
    let low = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    assert_eq!(codes(done(world.client(&low).get_recommendation_effect(effect_of(&implemented)).await)), [DEATHS]);
    // What was open at freezing and is confidential by now.
    world.neighbours.held().series[0].classification = "confidential".to_owned();
    assert!(codes(done(world.client(&low).get_recommendation_effect(effect_of(&implemented)).await)).is_empty());
}

#[tokio::test]
async fn a_list_says_of_which_themes_each_speaks_as_far_as_the_plan_can_be_seen() {
    let world = World::start().await;
    {
        let mut held = world.neighbours.held();
        held.plans[0].items[0].markers = vec!["gender:2".to_owned(), "poc".to_owned()];
        held.plans[0].classification = "confidential".to_owned();
        let output = Uuid::new_v4().to_string();
        let item = held.plans[0].items[0].clone();
        held.plans[0].items.push(cpas_proto::planning::v1::PlanItem {
            id: Uuid::new_v4().to_string(),
            lineage_id: output.clone(),
            kind: "output".to_owned(),
            markers: vec!["youth".to_owned()],
            ..item
        });
        held.indicators[0].plan_item_lineage_id = output;
    }
    let frozen = world.frozen().await;
    world.proposed(&frozen).await;
    let all = pb::ListRecommendationsRequest::default;
    let seen = done(world.coordinator().list_recommendations(all()).await).recommendations;
    assert_eq!(seen[0].themes, ["gender", "poc", "youth"]);
    let low = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    let seen = done(world.client(&low).list_recommendations(all()).await).recommendations;
    assert_eq!(seen.len(), 1);
    assert!(seen[0].themes.is_empty(), "the plan is not theirs to see");
}
