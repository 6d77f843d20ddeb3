//! Someone of another mission meets nothing of this one.

use chassis::{Code, testing};
use cpas_proto::{context::v1 as pb, words::Role};
use uuid::Uuid;

use crate::world::{Refused, World, assessment, factor, moved, revision, set_factor};

#[tokio::test]
async fn another_missions_records_are_not_found() {
    let world = World::start().await;
    world.load_areas(&["CF1"]).await;
    let map = world.published("Carana", "").await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    let other = testing::mission("OTHER");
    let stranger = |role: Role| world.of(&testing::caller(role, &other));

    let opened = stranger(Role::Coordinator).get_context_map(pb::GetContextMapRequest { id: map.id.clone() }).await;
    let opened = opened.refused_as(Code::NotFound);
    let never = pb::GetContextMapRequest { id: Uuid::new_v4().to_string() };
    let never = stranger(Role::Coordinator).get_context_map(never).await.refused_as(Code::NotFound);
    assert_eq!(opened.message, never.message, "the same as for what never was");

    stranger(Role::Contributor)
        .set_context_factor(set_factor(&map, factor("Raids", &[])))
        .await
        .refused_as(Code::NotFound);
    let remove = pb::RemoveContextFactorRequest {
        context_map_id: map.id.clone(),
        version: map.version,
        factor_id: map.factors[0].id.clone(),
    };
    stranger(Role::Contributor).remove_context_factor(remove).await.refused_as(Code::NotFound);
    stranger(Role::Adviser).review_context_map(moved(&map)).await.refused_as(Code::NotFound);
    stranger(Role::Leadership).publish_context_map(moved(&map)).await.refused_as(Code::NotFound);
    stranger(Role::Verifier)
        .get_stakeholder(pb::GetStakeholderRequest { id: front.id.clone() })
        .await
        .refused_as(Code::NotFound);
    stranger(Role::Adviser).revise_stakeholder(revision(&front)).await.refused_as(Code::NotFound);
    stranger(Role::Adviser)
        .assess_stakeholder(assessment(&front.id, "2024-01-01", 3, 0))
        .await
        .refused_as(Code::NotFound);
}

#[tokio::test]
async fn another_missions_lists_are_empty_and_its_names_and_codes_are_free() {
    let world = World::start().await;
    world.load_areas(&["CF1"]).await;
    world.published("Carana", "").await;
    world.stakeholder("Lake Front", "armed_group").await;
    let other = testing::mission("OTHER");
    let mut stranger = world.of(&testing::caller(Role::Coordinator, &other));
    assert_eq!(stranger.list_areas(pb::ListAreasRequest::default()).await.expect("a list").into_inner().areas, vec![]);
    assert_eq!(
        stranger
            .list_context_maps(pb::ListContextMapsRequest::default())
            .await
            .expect("a list")
            .into_inner()
            .context_maps,
        vec![]
    );
    assert_eq!(
        stranger.list_evidence(pb::ListEvidenceRequest::default()).await.expect("a list").into_inner().evidence,
        vec![]
    );
    assert_eq!(
        stranger
            .list_stakeholders(pb::ListStakeholdersRequest::default())
            .await
            .expect("a list")
            .into_inner()
            .stakeholders,
        vec![]
    );
    let grid =
        stranger.get_stakeholder_grid(pb::GetStakeholderGridRequest::default()).await.expect("a grid").into_inner();
    assert_eq!((grid.positions.len(), grid.unassessed.len()), (0, 0));
    stranger
        .register_stakeholder(crate::world::stakeholder("Lake Front", "armed_group"))
        .await
        .expect("the name is free here");
    let file = crate::world::import(&[crate::world::square("CF1", serde_json::json!({}), 0.0)]);
    assert_eq!(stranger.import_areas(file).await.expect("taken").into_inner().added, 1, "the code is free here");
}
