//! Writes are done once under a key, and never over what somebody else wrote.

use chassis::Code;
use cpas_proto::{context::v1 as pb, words::Role};
use serde_json::json;
use uuid::Uuid;

use crate::world::{
    Refused, World, assessment, evidence, factor, import, keyed, map, moved, revision, set_factor, square, stakeholder,
};

#[tokio::test]
async fn the_same_write_under_the_same_key_is_done_once() {
    let world = World::start().await;
    let caller = world.caller(Role::Coordinator);
    let mut client = world.of(&caller);
    macro_rules! twice {
        ($method:ident, $request:expr) => {{
            let key = Uuid::new_v4();
            let first = client.$method(keyed($request, key)).await.expect("done").into_inner();
            let again = client.$method(keyed($request, key)).await.expect("answered again").into_inner();
            assert_eq!(first, again, stringify!($method));
            first
        }};
    }
    let imported = twice!(import_areas, import(&[square("CF1", json!({}), 0.0)]));
    assert_eq!(imported.added, 1, "also the second answer says what the first did");
    let evidence = twice!(record_evidence, evidence("Report"));
    let group = twice!(register_stakeholder, stakeholder("Lake Front", "armed_group"));
    let group = twice!(revise_stakeholder, revision(&group));
    assert_eq!(group.version, 2);
    twice!(assess_stakeholder, assessment(&group.id, "2024-01-01", 3, 0));
    let map = twice!(draft_context_map, map("Carana"));
    let map = twice!(set_context_factor, set_factor(&map, factor("Raids", &[&evidence.id])));
    assert_eq!(map.factors.len(), 1);
    let extra = twice!(set_context_factor, set_factor(&map, factor("Floods", &[])));
    let removal = pb::RemoveContextFactorRequest {
        context_map_id: extra.id.clone(),
        version: extra.version,
        factor_id: extra.factors[1].id.clone(),
    };
    let map = twice!(remove_context_factor, removal.clone());
    assert_eq!((map.version, map.factors.len()), (4, 1));

    let reviewer = world.caller(Role::Adviser);
    let key = Uuid::new_v4();
    let reviewed =
        world.of(&reviewer).review_context_map(keyed(moved(&map), key)).await.expect("reviewed").into_inner();
    let again =
        world.of(&reviewer).review_context_map(keyed(moved(&map), key)).await.expect("answered again").into_inner();
    assert_eq!(reviewed, again);
    let published = twice!(publish_context_map, moved(&reviewed));
    assert_eq!((published.state.as_str(), published.version), ("published", 6));
    let list = client.list_stakeholders(pb::ListStakeholdersRequest::default()).await.expect("a list").into_inner();
    assert_eq!(list.stakeholders.len(), 1);
}

#[tokio::test]
async fn a_key_used_for_something_else_is_refused() {
    let world = World::start().await;
    let caller = world.caller(Role::Coordinator);
    let key = Uuid::new_v4();
    world.of(&caller).register_stakeholder(keyed(stakeholder("One", "community"), key)).await.expect("done");
    world
        .of(&caller)
        .register_stakeholder(keyed(stakeholder("Two", "community"), key))
        .await
        .refused_as(Code::Conflict);
    let another = world.caller(Role::Coordinator);
    world
        .of(&another)
        .register_stakeholder(keyed(stakeholder("Two", "community"), key))
        .await
        .expect("another's key is another key");
}

#[tokio::test]
async fn a_refused_write_leaves_its_key_free() {
    let world = World::start().await;
    let caller = world.caller(Role::Coordinator);
    let key = Uuid::new_v4();
    let stale = pb::MoveContextMapRequest { id: Uuid::new_v4().to_string(), version: 1 };
    world.of(&caller).publish_context_map(keyed(stale, key)).await.refused_as(Code::NotFound);
    world
        .of(&caller)
        .register_stakeholder(keyed(stakeholder("One", "community"), key))
        .await
        .expect("the key was not spent");
}

#[tokio::test]
async fn a_refused_file_is_taken_under_its_key_once_its_parent_is_there() {
    let world = World::start().await;
    let mut client = world.of(&world.caller(Role::Coordinator));
    let key = Uuid::new_v4();
    let child = import(&[square("CF1", json!({"parent": "CF"}), 0.0)]);
    let refused = client.import_areas(keyed(child.clone(), key)).await.expect("checked").into_inner();
    assert_eq!((refused.added, refused.rejected.len()), (0, 1));
    client.import_areas(import(&[square("CF", json!({"admin_level": 0}), 0.0)])).await.expect("the parent");
    let taken = client.import_areas(keyed(child, key)).await.expect("taken").into_inner();
    assert_eq!((taken.added, taken.rejected.len()), (1, 0));
}

#[tokio::test]
async fn a_stale_map_is_refused_with_what_is_stored_now() {
    let world = World::start().await;
    let writer = world.caller(Role::Contributor);
    let seen = world.draft(&writer).await;
    let now =
        world.of(&writer).set_context_factor(set_factor(&seen, factor("Raids", &[]))).await.expect("set").into_inner();
    let remove = pb::RemoveContextFactorRequest {
        context_map_id: seen.id.clone(),
        version: seen.version,
        factor_id: now.factors[0].id.clone(),
    };
    for failure in [
        world.of(&writer).set_context_factor(set_factor(&seen, factor("Floods", &[]))).await.refused_as(Code::Stale),
        world.of(&writer).remove_context_factor(remove).await.refused_as(Code::Stale),
        world.r#as(Role::Adviser).review_context_map(moved(&seen)).await.refused_as(Code::Stale),
        world.r#as(Role::Leadership).publish_context_map(moved(&seen)).await.refused_as(Code::Stale),
    ] {
        let (version, json) = failure.current.expect("what is stored now");
        let current: pb::ContextMap = serde_json::from_str(&json).expect("as the API shows it");
        assert_eq!((version, current), (2, now.clone()));
    }
}

#[tokio::test]
async fn of_two_revisions_at_once_one_is_stale() {
    let world = World::start().await;
    let seen = world.stakeholder("Lake Front", "armed_group").await;
    let (mut one, mut other) = (world.r#as(Role::Coordinator), world.r#as(Role::Adviser));
    let (one, other) = tokio::join!(one.revise_stakeholder(revision(&seen)), other.revise_stakeholder(revision(&seen)));
    let refused: Vec<_> = [one, other].into_iter().filter_map(Result::err).map(chassis::Failure::from).collect();
    assert_eq!(refused.iter().map(|failure| failure.code).collect::<Vec<_>>(), [Code::Stale]);
    let (version, json) = refused[0].current.clone().expect("what is stored now");
    let current: pb::Stakeholder = serde_json::from_str(&json).expect("as the API shows it");
    assert_eq!((version, current.version, current.name.as_str()), (2, 2, "Lake Front"));
}

#[tokio::test]
async fn two_assessments_of_one_date_at_once_leave_one() {
    let world = World::start().await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    let (mut one, mut other) = (world.r#as(Role::Coordinator), world.r#as(Role::Adviser));
    let request = assessment(&front.id, "2024-01-01", 3, 0);
    let (one, other) = tokio::join!(one.assess_stakeholder(request.clone()), other.assess_stakeholder(request));
    let refused: Vec<_> = [one, other].into_iter().filter_map(Result::err).map(chassis::Failure::from).collect();
    assert_eq!(refused.iter().map(|failure| failure.code).collect::<Vec<_>>(), [Code::Conflict]);
}
