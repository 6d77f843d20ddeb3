//! Who may not see a stakeholder neither counts, finds nor learns of it.

use chassis::{Caller, Code};
use cpas_proto::{
    context::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::{Refused, World, assessment, revision, stakeholder, texts};

struct Scene {
    world: World,
    plain: Caller,
    lion: pb::Stakeholder,
}

/// A group that everybody sees, and an individual that only the cleared see.
async fn scene() -> Scene {
    let world = World::start().await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    world.assess(&front, "2024-01-01", 3, 0).await;
    let lion =
        pb::RegisterStakeholderRequest { aliases: texts(&["Le Lion"]), ..stakeholder("Idriss Kara", "individual") };
    let lion = world.r#as(Role::Coordinator).register_stakeholder(lion).await.expect("registered").into_inner();
    assert_eq!(lion.classification, "confidential", "an individual is confidential by itself");
    world.assess(&lion, "2024-01-01", 5, -2).await;
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    Scene { world, plain, lion }
}

#[tokio::test]
async fn a_caller_below_the_classification_neither_lists_searches_nor_opens() {
    let Scene { world, plain, lion } = scene().await;
    for search in ["", "kara", "lion", "idriss kara"] {
        let request = pb::ListStakeholdersRequest { search: search.to_owned(), page_size: 1, ..Default::default() };
        let page = world.of(&plain).list_stakeholders(request).await.expect("a list").into_inner();
        let names: Vec<_> = page.stakeholders.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, if search.is_empty() { vec!["Lake Front"] } else { vec![] }, "{search}");
        assert_eq!(page.next_cursor, "", "no page more that would tell of it");
    }
    let nowhere = Uuid::new_v4().to_string();
    let mut said = Vec::new();
    for id in [&lion.id, &nowhere] {
        let opened = world
            .of(&plain)
            .get_stakeholder(pb::GetStakeholderRequest { id: id.clone() })
            .await
            .refused_as(Code::NotFound);
        let assessed =
            world.of(&plain).assess_stakeholder(assessment(id, "2024-01-01", 1, 1)).await.refused_as(Code::NotFound);
        let revised = pb::ReviseStakeholderRequest { id: id.clone(), version: 9, ..revision(&lion) };
        let revised = world.of(&plain).revise_stakeholder(revised).await.refused_as(Code::NotFound);
        said.push([opened, assessed, revised].map(|failure| (failure.message, failure.current)));
    }
    assert_eq!(said[0], said[1], "the same answer as for one that never was");
}

#[tokio::test]
async fn a_caller_below_the_classification_does_not_meet_it_on_the_grid() {
    let Scene { world, plain, lion } = scene().await;
    let grid = world
        .of(&plain)
        .get_stakeholder_grid(pb::GetStakeholderGridRequest::default())
        .await
        .expect("a grid")
        .into_inner();
    let names: Vec<_> = grid.positions.iter().map(|position| position.name.as_str()).collect();
    assert_eq!((names, grid.unassessed.len()), (vec!["Lake Front"], 0));
    let cleared = world.cleared(Role::Adviser, Classification::Confidential);
    let grid = world
        .of(&cleared)
        .get_stakeholder_grid(pb::GetStakeholderGridRequest::default())
        .await
        .expect("a grid")
        .into_inner();
    assert_eq!(grid.positions[0].stakeholder_id, lion.id, "the cleared see it, and first");
}

#[tokio::test]
async fn a_name_that_is_taken_by_one_hidden_is_free_to_those_who_do_not_see_it() {
    let Scene { world, plain, .. } = scene().await;
    let group =
        pb::RegisterStakeholderRequest { aliases: texts(&["Le Lion"]), ..stakeholder("Idriss Kara", "armed_group") };
    let seen =
        world.of(&plain).register_stakeholder(group.clone()).await.expect("nothing tells of the other").into_inner();
    assert_eq!((seen.version, seen.classification.as_str()), (1, "unclassified"));
    world.r#as(Role::Coordinator).register_stakeholder(group).await.refused_as(Code::Conflict);
}

#[tokio::test]
async fn nobody_registers_or_raises_above_their_clearance() {
    let Scene { world, plain, .. } = scene().await;
    let individual =
        world.of(&plain).register_stakeholder(stakeholder("New Person", "individual")).await.refused_as(Code::Denied);
    assert!(individual.message.contains("your clearance ends at unclassified"), "{individual}");
    let group = world
        .of(&plain)
        .register_stakeholder(stakeholder("New Group", "community"))
        .await
        .expect("registered")
        .into_inner();
    let raised = pb::ReviseStakeholderRequest { classification: "confidential".to_owned(), ..revision(&group) };
    world.of(&plain).revise_stakeholder(raised).await.refused_as(Code::Denied);
}

#[tokio::test]
async fn history_is_hidden_with_its_stakeholder_and_comes_back_with_it() {
    let Scene { world, plain, lion } = scene().await;
    let get = pb::GetStakeholderRequest { id: lion.id.clone() };
    let lowered = pb::ReviseStakeholderRequest { classification: "unclassified".to_owned(), ..revision(&lion) };
    let lowered = world.r#as(Role::Coordinator).revise_stakeholder(lowered).await.expect("lowered").into_inner();
    let got = world.of(&plain).get_stakeholder(get.clone()).await.expect("seen now").into_inner();
    assert_eq!(got.assessments.len(), 1, "with all that was said before");
    let raised =
        pb::ReviseStakeholderRequest { classification: "strictly_confidential".to_owned(), ..revision(&lowered) };
    world.r#as(Role::Coordinator).revise_stakeholder(raised).await.expect("raised");
    world.of(&plain).get_stakeholder(get).await.refused_as(Code::NotFound);
    let mut tx = world.stage.db.begin(&plain).await.expect("a transaction");
    let assessments: i64 =
        sqlx::query_scalar("SELECT count(*) FROM stakeholder_assessment").fetch_one(&mut *tx).await.expect("a count");
    assert_eq!(assessments, 1, "by SQL too, only the group's");
}
