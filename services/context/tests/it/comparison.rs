//! A map that begins from another one, and what changed between the two.

use chassis::Code;
use cpas_proto::{
    context::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::{Refused, World, factor, fields, keyed, moved, set_factor};

fn next(of: &pb::ContextMap) -> pb::DraftNextContextMapRequest {
    pb::DraftNextContextMapRequest { from_id: of.id.clone(), title: None, period: "2024-Q2".to_owned() }
}

#[tokio::test]
async fn a_new_map_starts_from_the_last_one_and_says_what_changed() {
    let world = World::start().await;
    let before = world.published("Carana", "confidential").await;
    let writer = world.caller(Role::Contributor);
    let mut client = world.of(&writer);
    let key = Uuid::new_v4();
    let draft = client.draft_next_context_map(keyed(next(&before), key)).await.expect("a draft").into_inner();
    assert_eq!(client.draft_next_context_map(keyed(next(&before), key)).await.expect("again").into_inner(), draft);
    assert_eq!((draft.state.as_str(), draft.version, draft.period.as_str()), ("draft", 1, "2024-Q2"));
    assert_eq!((&draft.factors, &draft.title), (&before.factors, &before.title));
    assert_eq!(draft.classification, "confidential", "its evidence came with it");

    let worse = pb::ContextFactor { severity: 5, ..draft.factors[0].clone() };
    let draft = client.set_context_factor(set_factor(&draft, worse)).await.expect("set").into_inner();
    let draft = client.set_context_factor(set_factor(&draft, factor("Floods", &[]))).await.expect("set").into_inner();
    let compare = pb::CompareContextMapsRequest { before_id: before.id.clone(), after_id: draft.id.clone() };
    let found = client.compare_context_maps(compare.clone()).await.expect("a comparison").into_inner();
    let changes: Vec<_> = found.factors.iter().map(|one| one.change.as_str()).collect();
    assert_eq!(changes, ["worsened", "added"]);
    let severity = |factor: &Option<pb::ContextFactor>| factor.as_ref().map(|factor| factor.severity);
    assert_eq!((severity(&found.factors[0].before), severity(&found.factors[0].after)), (Some(4), Some(5)));
    let area = &found.areas[0];
    assert_eq!(
        (area.area.as_str(), area.worsened, area.added, area.burden_before, area.burden_after),
        ("", 1, 1, 4, 9)
    );
    assert_eq!(found.before.map(|map| (map.id, map.factors.len())), Some((before.id.clone(), 0)));

    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    world.of(&plain).compare_context_maps(compare).await.refused_as(Code::NotFound);
    world.of(&plain).draft_next_context_map(next(&before)).await.refused_as(Code::NotFound);
    // The new one has its own way to go, and supersedes the old.
    let reviewed = world.r#as(Role::Adviser).review_context_map(moved(&draft)).await.expect("reviewed").into_inner();
    let refused = world.r#as(Role::Leadership).publish_context_map(moved(&reviewed)).await.refused_as(Code::Conflict);
    assert!(refused.message.contains("Floods"), "{refused}");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_another_mission_meets_nothing() {
    let world = World::start().await;
    let before = world.published("Carana", "").await;
    let mut client = world.r#as(Role::Coordinator);
    let wrong = pb::DraftNextContextMapRequest { from_id: "x".to_owned(), period: "soon".to_owned(), ..next(&before) };
    assert_eq!(fields(&client.draft_next_context_map(wrong).await.refused_as(Code::Invalid)), ["from_id", "period"]);
    let compare = |before: &str, after: &str| pb::CompareContextMapsRequest {
        before_id: before.to_owned(),
        after_id: after.to_owned(),
    };
    assert_eq!(
        fields(&client.compare_context_maps(compare("x", "y")).await.refused_as(Code::Invalid)),
        ["before_id", "after_id"]
    );
    let never = Uuid::new_v4().to_string();
    client.compare_context_maps(compare(&before.id, &never)).await.refused_as(Code::NotFound);
    let held = world.held_to(Role::Contributor, &["CF1"]);
    world.of(&held).draft_next_context_map(next(&before)).await.refused_as(Code::Denied);
    let stranger = chassis::testing::caller(Role::Coordinator, &chassis::testing::mission("OTHER"));
    world.of(&stranger).draft_next_context_map(next(&before)).await.refused_as(Code::NotFound);
    world.of(&stranger).compare_context_maps(compare(&before.id, &before.id)).await.refused_as(Code::NotFound);
}
