//! Recommendations on their way from proposed to verified.

use chassis::Code;
use cpas_proto::{assessment::v1 as pb, words::Role};
use uuid::Uuid;

use crate::world::*;

fn progress(recommendation: &pb::Recommendation, to: &str, reason: &str) -> pb::ProgressRecommendationRequest {
    pb::ProgressRecommendationRequest {
        id: recommendation.id.clone(),
        version: recommendation.version,
        to: to.to_owned(),
        reason: reason.to_owned(),
        effect_known_at: String::new(),
    }
}

#[tokio::test]
async fn a_recommendation_names_what_is_there() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let finding = world.found(&frozen).await;
    let good = recommendation(&frozen, &finding);
    for (wrong, given) in [
        (
            "indicator_codes[1]",
            pb::Recommendation { indicator_codes: vec![DEATHS.into(), "D-1".into()], ..good.clone() },
        ),
        ("finding_ids[0]", pb::Recommendation { finding_ids: vec![Uuid::new_v4().to_string()], ..good.clone() }),
        ("due", pb::Recommendation { due: "soon".to_owned(), ..good.clone() }),
        ("kind", pb::Recommendation { kind: "wish".to_owned(), ..good.clone() }),
        ("text", pb::Recommendation { text: None, ..good.clone() }),
        ("owner_section", pb::Recommendation { owner_section: " ".to_owned(), ..good.clone() }),
    ] {
        let failure = refused(world.coordinator().propose_recommendation(propose(given)).await);
        assert_eq!((failure.code, field(&failure)), (Code::Invalid, wrong));
    }
    let proposed = done(world.coordinator().propose_recommendation(propose(good)).await);
    assert_eq!((proposed.state.as_str(), proposed.version), ("proposed", 1));
    let list = |assessment_id: &str| pb::ListRecommendationsRequest { assessment_id: assessment_id.to_owned() };
    for assessment in ["", &frozen.id] {
        let listed = done(world.coordinator().list_recommendations(list(assessment)).await).recommendations;
        assert_eq!(listed, std::slice::from_ref(&proposed));
    }
    let nowhere = refused(world.coordinator().list_recommendations(list(&Uuid::new_v4().to_string())).await);
    assert_eq!(nowhere.code, Code::NotFound);
}

#[tokio::test]
async fn a_rejection_needs_a_reason() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    for decision in ["rejected", "partly"] {
        let failure = refused(world.leadership().decide_recommendation(decide(&proposed, decision, "  ")).await);
        assert_eq!((failure.code, field(&failure)), (Code::Invalid, "reason"), "{decision}");
    }
    assert_eq!(
        field(&refused(world.leadership().decide_recommendation(decide(&proposed, "maybe", "")).await)),
        "decision"
    );
    assert_eq!(world.rows("decisions").await, 0);
    let reason = "No fuel until May.";
    let rejected = done(world.leadership().decide_recommendation(decide(&proposed, "rejected", reason)).await);
    assert_eq!((rejected.state.as_str(), rejected.decision_reason.as_str()), ("rejected", reason));
    let failure = refused(world.coordinator().progress_recommendation(progress(&rejected, "in_progress", "")).await);
    assert_eq!(failure.code, Code::Conflict);
    assert!(failure.message.contains("can become nothing else"), "{}", failure.message);
}

#[tokio::test]
async fn an_accepted_one_is_followed_up_by_its_section_and_judged_by_others() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    let accepted = done(world.leadership().decide_recommendation(decide(&proposed, "accepted", "")).await);
    let own = world.client(&world.of_section(Role::FocalPoint, SECTION));
    let other = world.client(&world.of_section(Role::FocalPoint, "Logistics"));

    let out_of_reach = refused(other.clone().progress_recommendation(progress(&accepted, "in_progress", "")).await);
    assert_eq!(out_of_reach.code, Code::Denied);
    let skipped = refused(own.clone().progress_recommendation(progress(&accepted, "implemented", "")).await);
    assert_eq!(skipped.code, Code::Conflict);
    let begun = done(own.clone().progress_recommendation(progress(&accepted, "in_progress", "")).await);
    let stale = refused(own.clone().progress_recommendation(progress(&accepted, "in_progress", "")).await);
    assert_eq!((stale.code, stale.current.map(|(version, _)| version)), (Code::Stale, Some(begun.version)));
    let implemented = done(own.clone().progress_recommendation(progress(&begun, "implemented", "Moved")).await);
    let own_judgement = refused(own.clone().progress_recommendation(progress(&implemented, "verified", "")).await);
    assert_eq!(own_judgement.code, Code::Denied, "not by the section that had to do it");
    let unseen = refused(world.coordinator().progress_recommendation(progress(&implemented, "verified", "")).await);
    assert_eq!((unseen.code, field(&unseen)), (Code::Invalid, "effect_known_at"), "nobody looked at its indicators");
    let without = progress(&implemented, "verified", "The series ended with the camp.");
    let verified = done(world.coordinator().progress_recommendation(without).await);
    assert_eq!((verified.state.as_str(), verified.version), ("verified", 5));
    assert_eq!(world.rows("recommendation_steps").await, 5);
}

#[tokio::test]
async fn what_lapses_says_why() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    let accepted = done(world.leadership().decide_recommendation(decide(&proposed, "accepted", "")).await);
    let silent = refused(world.coordinator().progress_recommendation(progress(&accepted, "lapsed", "")).await);
    assert_eq!(field(&silent), "reason");
    let lapsed = progress(&accepted, "lapsed", "The mandate ended");
    assert_eq!(done(world.coordinator().progress_recommendation(lapsed).await).state, "lapsed");
}

#[tokio::test]
async fn an_assessment_is_finalized_when_all_is_decided() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    world.not_applicable(&frozen).await;
    let mut moving = frozen;
    for state in ["analysis", "workshop", "leadership_review"] {
        moving = done(world.coordinator().advance_assessment(moved(&moving)).await);
        assert_eq!(moving.state, state);
    }
    let further = refused(world.coordinator().advance_assessment(moved(&moving)).await);
    assert_eq!(further.code, Code::Conflict);
    let undecided = refused(world.leadership().finalize_assessment(moved(&moving)).await);
    assert!(undecided.message.contains("1 recommendation(s)"), "{}", undecided.message);
    done(world.leadership().decide_recommendation(decide(&proposed, "accepted", "")).await);
    let finalized = done(world.leadership().finalize_assessment(moved(&moving)).await);
    assert_eq!((finalized.state.as_str(), finalized.version), ("finalized", 6));

    let late = refused(world.coordinator().record_finding(record(world.finding(&finalized))).await);
    assert_eq!(late.code, Code::Conflict, "it is closed");
    let finding = pb::Finding { id: proposed.finding_ids[0].clone(), ..Default::default() };
    let late = propose(recommendation(&finalized, &finding));
    assert_eq!(refused(world.coordinator().propose_recommendation(late).await).code, Code::Conflict);
}
