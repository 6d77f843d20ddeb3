//! Stakeholders, their names and their dated assessments.

use chassis::Code;
use cpas_proto::{common::v1::Text, context::v1 as pb, words::Role};
use uuid::Uuid;

use crate::world::{Refused, World, assessment, fields, revision, stakeholder, texts};

async fn names(world: &World, request: pb::ListStakeholdersRequest) -> Vec<String> {
    let page = world.r#as(Role::Verifier).list_stakeholders(request).await.expect("a list").into_inner();
    page.stakeholders.into_iter().map(|stakeholder| stakeholder.name).collect()
}

fn search(search: &str) -> pb::ListStakeholdersRequest {
    pb::ListStakeholdersRequest { search: search.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn a_stakeholder_is_registered_revised_and_found() {
    let world = World::start().await;
    world.load_areas(&["CF1"]).await;
    let request = pb::RegisterStakeholderRequest {
        aliases: texts(&["FPRC", "Front populaire"]),
        areas: texts(&["CF1"]),
        description: Some(Text::of("Holds the north", "Tient le nord")),
        women_share: Some(0.0),
        ..stakeholder("Séléka du Nord", "armed_group")
    };
    let first = world.r#as(Role::FocalPoint).register_stakeholder(request).await.expect("registered").into_inner();
    assert_eq!(
        (first.version, first.classification.as_str(), first.women_share),
        (1, "unclassified", Some(0.0)),
        "zero is not missing"
    );
    let revised = pb::ReviseStakeholderRequest { women_share: None, aliases: texts(&["FPRC"]), ..revision(&first) };
    let second = world.r#as(Role::FocalPoint).revise_stakeholder(revised).await.expect("revised").into_inner();
    assert_eq!((second.version, second.women_share, second.aliases.len()), (2, None, 1));
    let got = world
        .r#as(Role::Verifier)
        .get_stakeholder(pb::GetStakeholderRequest { id: first.id })
        .await
        .expect("known")
        .into_inner();
    assert_eq!((got.stakeholder, got.assessments.len()), (Some(second), 0));
}

#[tokio::test]
async fn stakeholders_are_found_by_part_of_a_name_or_alias_without_accents() {
    let world = World::start().await;
    let lion = pb::RegisterStakeholderRequest {
        aliases: texts(&["Le Lion", "100%_sure"]),
        ..stakeholder("Général Mbaïkoua", "individual")
    };
    world.r#as(Role::Coordinator).register_stakeholder(lion).await.expect("registered");
    world.stakeholder("Association des Éleveurs", "civil_society").await;
    world.stakeholder("État-major", "state_institution").await;
    assert_eq!(names(&world, search("general")).await, ["Général Mbaïkoua"]);
    assert_eq!(names(&world, search("LION")).await, ["Général Mbaïkoua"]);
    assert_eq!(names(&world, search("eleveurs")).await, ["Association des Éleveurs"]);
    assert_eq!(names(&world, search("%_")).await, ["Général Mbaïkoua"], "signs mean themselves");
    assert_eq!(names(&world, search("nobody")).await, Vec::<String>::new());
    let kind = pb::ListStakeholdersRequest { kind: "state_institution".to_owned(), ..Default::default() };
    assert_eq!(names(&world, kind).await, ["État-major"]);
    assert_eq!(
        names(&world, search("")).await,
        ["Association des Éleveurs", "État-major", "Général Mbaïkoua"],
        "by name, É as E"
    );
    let request = pb::ListStakeholdersRequest {
        kind: "king".to_owned(),
        search: "x".repeat(400),
        page_size: 999,
        ..Default::default()
    };
    let failure = world.r#as(Role::Verifier).list_stakeholders(request).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["page_size", "search", "kind"]);
}

#[tokio::test]
async fn pages_follow_each_other_though_names_are_added_in_between() {
    let world = World::start().await;
    for name in ["Alpha", "Bravo", "Charlie", "Delta", "Echo"] {
        world.stakeholder(name, "community").await;
    }
    let mut client = world.r#as(Role::Verifier);
    let page = |cursor: String| pb::ListStakeholdersRequest { page_size: 2, cursor, ..Default::default() };
    let first = client.list_stakeholders(page(String::new())).await.expect("a page").into_inner();
    world.stakeholder("Aardvark", "community").await;
    world.stakeholder("Bravo 2", "community").await;
    let second = client.list_stakeholders(page(first.next_cursor)).await.expect("a page").into_inner();
    let third = client.list_stakeholders(page(second.next_cursor)).await.expect("a page").into_inner();
    let names = |rows: Vec<pb::Stakeholder>| rows.into_iter().map(|row| row.name).collect::<Vec<_>>();
    assert_eq!(names(first.stakeholders), ["Alpha", "Bravo"]);
    assert_eq!(names(second.stakeholders), ["Bravo 2", "Charlie"]);
    assert_eq!((names(third.stakeholders), third.next_cursor.as_str()), (texts(&["Delta", "Echo"]), ""));
}

#[tokio::test]
async fn a_name_that_is_seen_is_not_given_twice() {
    let world = World::start().await;
    let first = world.stakeholder("Unité", "community").await;
    let failure = world
        .r#as(Role::Coordinator)
        .register_stakeholder(stakeholder(" UNITE ", "community"))
        .await
        .refused_as(Code::Conflict);
    assert!(failure.message.contains("named \"UNITE\" already"), "{failure}");
    let other = world.stakeholder("Other", "community").await;
    let renamed = pb::ReviseStakeholderRequest { name: "unité".to_owned(), ..revision(&other) };
    world.r#as(Role::Coordinator).revise_stakeholder(renamed).await.refused_as(Code::Conflict);
    world.r#as(Role::Coordinator).revise_stakeholder(revision(&first)).await.expect("its own name is its own");
}

#[tokio::test]
async fn assessments_are_append_only_and_one_a_date() {
    let world = World::start().await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    world.assess(&front, "2024-01-01", 3, 0).await;
    let failure = world
        .r#as(Role::Adviser)
        .assess_stakeholder(assessment(&front.id, "2024-01-01", 5, 2))
        .await
        .refused_as(Code::Conflict);
    assert!(failure.message.contains("as of 2024-01-01 already"), "{failure}");
    world.assess(&front, "2023-06-01", 2, 1).await;
    world.assess(&front, "2024-05-01", 4, 1).await;
    let got = world
        .r#as(Role::Verifier)
        .get_stakeholder(pb::GetStakeholderRequest { id: front.id })
        .await
        .expect("known")
        .into_inner();
    let history: Vec<_> =
        got.assessments.iter().map(|assessment| (assessment.as_of.as_str(), assessment.influence)).collect();
    assert_eq!(
        history,
        [("2024-05-01", 4), ("2024-01-01", 3), ("2023-06-01", 2)],
        "newest first, the first of the date stays"
    );
}

#[tokio::test]
async fn what_is_wrong_is_named_field_by_field() {
    let world = World::start().await;
    let bad = pb::RegisterStakeholderRequest {
        name: String::new(),
        aliases: texts(&["a", "a"]),
        kind: "king".to_owned(),
        areas: texts(&[" "]),
        women_share: Some(35.0),
        classification: "secret".to_owned(),
        ..Default::default()
    };
    let failure = world.r#as(Role::Coordinator).register_stakeholder(bad).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["name", "aliases[1]", "kind", "areas[0]", "women_share", "classification"]);
    let unknown = pb::RegisterStakeholderRequest { areas: texts(&["XX"]), ..stakeholder("Lake Front", "armed_group") };
    let failure = world.r#as(Role::Coordinator).register_stakeholder(unknown).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["areas[0]"]);

    let bad =
        pb::AssessStakeholderRequest { confidence: "sure".to_owned(), interest: 0, ..assessment("7", "soon", 6, -3) };
    let failure = world.r#as(Role::Adviser).assess_stakeholder(bad).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["stakeholder_id", "as_of", "influence", "interest", "stance", "confidence"]);
    let front = world.stakeholder("Lake Front", "armed_group").await;
    let failure = world
        .r#as(Role::Adviser)
        .assess_stakeholder(assessment(&front.id, "2999-01-01", 3, 0))
        .await
        .refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["as_of"]);
    let nobody = assessment(&Uuid::new_v4().to_string(), "2024-01-01", 3, 0);
    world.r#as(Role::Adviser).assess_stakeholder(nobody).await.refused_as(Code::NotFound);
}
