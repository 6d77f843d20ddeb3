//! Recommendations that say nearly the same: shown, linked, and decided together; never above a clearance.

use chassis::Code;
use cpas_proto::{
    assessment::v1 as pb,
    common::v1::Text,
    words::{Classification, Role},
};

use crate::world::*;

fn find(recommendation: &pb::Recommendation) -> pb::FindSimilarRecommendationsRequest {
    pb::FindSimilarRecommendationsRequest {
        text: recommendation.text.clone(),
        indicator_codes: recommendation.indicator_codes.clone(),
        finding_ids: recommendation.finding_ids.clone(),
        id: String::new(),
    }
}

fn link(of: &pb::Recommendation, original: &str) -> pb::LinkDuplicateRecommendationRequest {
    pb::LinkDuplicateRecommendationRequest { id: of.id.clone(), version: of.version, duplicate_of: original.to_owned() }
}

async fn listed(world: &World) -> Vec<pb::Recommendation> {
    done(world.leadership().list_recommendations(pb::ListRecommendationsRequest::default()).await).recommendations
}

#[tokio::test]
async fn what_says_nearly_the_same_is_shown_while_writing_as_far_as_a_clearance_reaches() {
    let world = World::start().await;
    let earlier = world.frozen().await;
    let before = world.proposed(&earlier).await;
    let now = world.frozen().await;
    let finding = world.found(&now).await;
    let writing = pb::Recommendation {
        text: Some(Text::of("Two patrols should be moved to the North", "")),
        ..recommendation(&now, &finding)
    };
    let shown = done(world.coordinator().find_similar_recommendations(find(&writing)).await).similar;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].recommendation.as_ref().expect("it").id, before.id);
    assert!(shown[0].likeness > 0.6 && shown[0].same_outcome, "{}", shown[0].likeness);
    assert_eq!(
        (shown[0].shared_indicator_codes.as_slice(), shown[0].assessment_period.as_str()),
        ([DEATHS.to_owned()].as_slice(), "2024")
    );
    let other = pb::FindSimilarRecommendationsRequest {
        text: Some(Text::of("Train police officers in handling evidence", "")),
        ..Default::default()
    };
    assert!(done(world.coordinator().find_similar_recommendations(other).await).similar.is_empty());

    let secret = pb::Recommendation {
        text: writing.text.clone(),
        classification: "confidential".to_owned(),
        ..recommendation(&now, &finding)
    };
    done(world.coordinator().propose_recommendation(propose(secret)).await);
    assert_eq!(done(world.coordinator().find_similar_recommendations(find(&writing)).await).similar.len(), 2);
    let open = world.client(&cleared(world.who(Role::Coordinator), Classification::Unclassified));
    assert_eq!(done(open.clone().find_similar_recommendations(find(&writing)).await).similar.len(), 1);
    let stranger = world.client(&world.stranger(Role::Coordinator));
    assert!(done(stranger.clone().find_similar_recommendations(find(&writing)).await).similar.is_empty());
}

#[tokio::test]
async fn a_duplicate_is_decided_with_its_original() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let (original, other) = (world.proposed(&frozen).await, world.proposed(&frozen).await);
    let linked = done(world.coordinator().link_duplicate_recommendation(link(&other, &original.id)).await);
    assert_eq!((linked.duplicate_of.as_str(), linked.version), (original.id.as_str(), 2));
    let alone = refused(world.leadership().decide_recommendation(decide(&linked, "accepted", "")).await);
    assert_eq!(alone.code, Code::Conflict);
    assert!(alone.message.contains("decide on that one"), "{}", alone.message);
    // Taken back and linked again: nothing is left of the first time.
    let back = done(world.coordinator().link_duplicate_recommendation(link(&linked, "")).await);
    assert_eq!((back.duplicate_of.as_str(), back.version), ("", 3));
    done(world.coordinator().link_duplicate_recommendation(link(&back, &original.id)).await);
    done(world.leadership().decide_recommendation(decide(&original, "partly", "One of them only")).await);
    for one in listed(&world).await {
        assert_eq!((one.state.as_str(), one.decision_reason.as_str()), ("partly", "One of them only"));
    }
    assert_eq!(world.rows("decisions").await, 2, "each has its own entry");
    let decided = listed(&world).await.into_iter().find(|one| one.id == other.id).expect("it");
    let late = refused(world.coordinator().link_duplicate_recommendation(link(&decided, "")).await);
    assert_eq!(late.code, Code::Conflict);

    // What is done with the original is done with it.
    let original = listed(&world).await.into_iter().find(|one| one.id == original.id).expect("it");
    let step = pb::ProgressRecommendationRequest {
        id: original.id.clone(),
        version: original.version,
        to: "in_progress".to_owned(),
        ..Default::default()
    };
    done(world.coordinator().progress_recommendation(step).await);
    assert!(listed(&world).await.iter().all(|one| one.state == "in_progress"));
}

#[tokio::test]
async fn a_link_gives_nothing_away_and_makes_no_chain() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let (first, second, third) =
        (world.proposed(&frozen).await, world.proposed(&frozen).await, world.proposed(&frozen).await);
    let finding = world.found(&frozen).await;
    let secret = pb::Recommendation { classification: "confidential".to_owned(), ..recommendation(&frozen, &finding) };
    let secret = done(world.coordinator().propose_recommendation(propose(secret)).await);
    let mut coordinator = world.coordinator();
    let open = world.client(&cleared(world.who(Role::Coordinator), Classification::Unclassified));
    let hidden = refused(open.clone().link_duplicate_recommendation(link(&first, &secret.id)).await);
    let never =
        refused(open.clone().link_duplicate_recommendation(link(&first, &uuid::Uuid::new_v4().to_string())).await);
    assert_eq!((hidden.code, &hidden.message), (never.code, &never.message), "the same words as for what never was");
    let restricted = refused(coordinator.link_duplicate_recommendation(link(&first, &secret.id)).await);
    assert_eq!((restricted.code, field(&restricted)), (Code::Invalid, "duplicate_of"));
    assert_eq!(
        field(&refused(coordinator.link_duplicate_recommendation(link(&first, &first.id)).await)),
        "duplicate_of"
    );
    let linked = done(coordinator.link_duplicate_recommendation(link(&second, &first.id)).await);
    assert_eq!(
        field(&refused(coordinator.link_duplicate_recommendation(link(&third, &linked.id)).await)),
        "duplicate_of"
    );
    assert_eq!(
        field(&refused(coordinator.link_duplicate_recommendation(link(&first, &third.id)).await)),
        "duplicate_of"
    );
    let stale = refused(coordinator.link_duplicate_recommendation(link(&second, &third.id)).await);
    assert_eq!(stale.code, Code::Stale);

    // A secret duplicate is not decided by who cannot read it, and does not hold the original up.
    done(coordinator.link_duplicate_recommendation(link(&secret, &first.id)).await);
    let low = world.client(&cleared(world.who(Role::Leadership), Classification::Unclassified));
    let decided = done(low.clone().decide_recommendation(decide(&first, "accepted", "")).await);
    assert_eq!(decided.state, "accepted");
    let states: Vec<(String, String)> = listed(&world).await.into_iter().map(|one| (one.id, one.state)).collect();
    let state = |id: &str| states.iter().find(|(one, _)| one == id).map(|(_, state)| state.clone()).expect("it");
    assert_eq!((state(&second.id).as_str(), state(&secret.id).as_str()), ("accepted", "proposed"));
    let waiting = pb::Recommendation { version: 2, ..secret };
    done(world.leadership().decide_recommendation(decide(&waiting, "accepted", "")).await);
}

#[tokio::test]
async fn another_mission_links_nothing() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let (one, other) = (world.proposed(&frozen).await, world.proposed(&frozen).await);
    let mut stranger = world.client(&world.stranger(Role::Coordinator));
    assert_eq!(refused(stranger.link_duplicate_recommendation(link(&one, &other.id)).await).code, Code::NotFound);
    let effect = pb::GetRecommendationEffectRequest { id: one.id, ..Default::default() };
    assert_eq!(refused(stranger.get_recommendation_effect(effect).await).code, Code::NotFound);
    let performance = pb::GetPerformanceRequest { assessment_id: frozen.id };
    assert_eq!(refused(stranger.get_performance(performance).await).code, Code::NotFound);
}

#[tokio::test]
async fn nothing_is_a_duplicate_of_what_nobody_carries_out_nor_of_another_kind() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let (rejected, other) = (world.proposed(&frozen).await, world.proposed(&frozen).await);
    let finding = world.found(&frozen).await;
    let of_data = pb::Recommendation { kind: "data".to_owned(), ..recommendation(&frozen, &finding) };
    let of_data = done(world.coordinator().propose_recommendation(propose(of_data)).await);
    let refusal = refused(world.coordinator().link_duplicate_recommendation(link(&other, &of_data.id)).await);
    assert_eq!(refusal.code, Code::Invalid);
    assert!(refusal.message.contains("is of another kind"), "{}", refusal.message);
    done(world.leadership().decide_recommendation(decide(&rejected, "rejected", "No troops")).await);
    let refusal = refused(world.coordinator().link_duplicate_recommendation(link(&other, &rejected.id)).await);
    assert!(refusal.message.contains("was rejected or lapsed"), "{}", refusal.message);
}

#[tokio::test]
async fn a_duplicate_that_waited_for_a_clearance_stands_for_itself_when_its_original_was_rejected() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let original = world.proposed(&frozen).await;
    let finding = world.found(&frozen).await;
    let secret = pb::Recommendation { classification: "confidential".to_owned(), ..recommendation(&frozen, &finding) };
    let secret = done(world.coordinator().propose_recommendation(propose(secret)).await);
    let linked = done(world.coordinator().link_duplicate_recommendation(link(&secret, &original.id)).await);
    let low = cleared(world.who(Role::Leadership), Classification::Unclassified);
    done(world.client(&low).decide_recommendation(decide(&original, "rejected", "No troops")).await);
    let waiting = listed(&world).await.into_iter().find(|one| one.id == linked.id).expect("it");
    assert_eq!(waiting.state, "proposed", "it waits for somebody who can read it");
    let taken = done(world.leadership().decide_recommendation(decide(&waiting, "accepted", "")).await);
    assert_eq!((taken.state.as_str(), taken.duplicate_of.as_str()), ("accepted", ""), "and changes the plan by itself");
}

#[tokio::test]
async fn a_duplicate_of_a_section_out_of_reach_waits_for_its_own() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let original = world.proposed(&frozen).await;
    let finding = world.found(&frozen).await;
    let of_others = pb::Recommendation { owner_section: "Logistics".to_owned(), ..recommendation(&frozen, &finding) };
    let of_others = done(world.coordinator().propose_recommendation(propose(of_others)).await);
    done(world.coordinator().link_duplicate_recommendation(link(&of_others, &original.id)).await);
    done(world.leadership().decide_recommendation(decide(&original, "accepted", "")).await);
    let now = |all: Vec<pb::Recommendation>, id: &str| all.into_iter().find(|one| one.id == id).expect("it");
    let begin = |of: &pb::Recommendation| pb::ProgressRecommendationRequest {
        id: of.id.clone(),
        version: of.version,
        to: "in_progress".to_owned(),
        ..Default::default()
    };
    let accepted = now(listed(&world).await, &original.id);
    let own = world.client(&world.of_section(Role::FocalPoint, SECTION));
    done(own.clone().progress_recommendation(begin(&accepted)).await);
    let waiting = now(listed(&world).await, &of_others.id);
    assert_eq!(waiting.state, "accepted", "its section has not begun");
    let others = world.client(&world.of_section(Role::FocalPoint, "Logistics"));
    assert_eq!(done(others.clone().progress_recommendation(begin(&waiting)).await).state, "in_progress");
}
