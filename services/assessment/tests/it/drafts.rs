//! A narrative that rules put together is a draft until somebody stands behind it.

use chassis::Code;
use cpas_proto::{assessment::v1 as pb, common::v1::Text, words::Role};

use crate::{since::finalized, world::*};

#[tokio::test]
async fn an_assessment_is_not_finalized_while_a_narrative_is_a_draft() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    assert_eq!(world.found(&frozen).await.narrative_state, "edited", "somebody wrote it");
    let drafted =
        pb::Finding { question: "link".to_owned(), narrative_state: "draft".to_owned(), ..world.finding(&frozen) };
    let draft = done(world.coordinator().record_finding(record(drafted)).await);
    assert_eq!(draft.narrative_state, "draft");

    let moving = world.reviewed(frozen).await;
    let held_up = refused(world.leadership().finalize_assessment(moved(&moving)).await);
    assert_eq!(held_up.code, Code::Conflict);
    assert!(held_up.message.contains("outcome 1.1, question link, has a draft"), "{}", held_up.message);

    // Another word about it does not make it anybody's; accepting it does.
    let sure = pb::Finding { confidence: "high".to_owned(), narrative_state: String::new(), ..draft };
    let still = done(world.coordinator().revise_finding(record(sure)).await);
    assert_eq!((still.narrative_state.as_str(), still.version), ("draft", 2));
    let accepted = pb::Finding { narrative_state: "accepted".to_owned(), ..still };
    let accepted = done(world.coordinator().revise_finding(record(accepted)).await);
    assert_eq!(accepted.narrative_state, "accepted");
    assert_eq!(done(world.leadership().finalize_assessment(moved(&moving)).await).state, "finalized");
}

#[tokio::test]
async fn other_words_are_somebodys_and_a_word_that_is_none_is_refused() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let drafted = pb::Finding { narrative_state: "draft".to_owned(), ..world.finding(&frozen) };
    let draft = done(world.coordinator().record_finding(record(drafted)).await);
    let other = Some(Text::of("Markets are safe.", ""));
    let edited = pb::Finding { narrative: other, narrative_state: String::new(), ..draft };
    assert_eq!(done(world.coordinator().revise_finding(record(edited)).await).narrative_state, "edited");
    let wrong = pb::Finding { narrative_state: "perhaps".to_owned(), ..world.finding(&frozen) };
    let wrong = refused(world.coordinator().record_finding(record(wrong)).await);
    assert_eq!((wrong.code, field(&wrong)), (Code::Invalid, "narrative_state"));
    finalized(&world, frozen).await;
}

#[tokio::test]
async fn a_draft_above_the_clearance_is_not_told_by_the_refusal() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let drafted = pb::Finding {
        narrative_state: "draft".to_owned(),
        classification: "strictly_confidential".to_owned(),
        ..world.finding(&frozen)
    };
    done(world.coordinator().record_finding(record(drafted)).await);
    let moving = world.reviewed(frozen).await;
    assert_eq!(refused(world.leadership().finalize_assessment(moved(&moving)).await).code, Code::Conflict);
    let low = cleared(world.who(Role::Leadership), cpas_proto::words::Classification::Unclassified);
    done(world.client(&low).finalize_assessment(moved(&moving)).await);
}
