//! Context maps on their way from draft to superseded.

use chassis::Code;
use cpas_proto::{
    common::v1::Text,
    context::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::{Refused, World, factor, fields, map, moved, revised, set_factor, texts};

async fn get(world: &World, id: &str) -> pb::ContextMap {
    let request = pb::GetContextMapRequest { id: id.to_owned() };
    world.r#as(Role::Coordinator).get_context_map(request).await.expect("a map").into_inner()
}

#[tokio::test]
async fn a_map_is_drafted_reviewed_published_and_superseded() {
    let world = World::start().await;
    let first = world.published("First", "").await;
    assert_eq!((first.state.as_str(), first.version, first.recorded_by.as_str()), ("published", 4, "contributor"));
    assert!(!first.published_at.is_empty());
    assert_eq!(get(&world, &first.id).await, first, "what was answered is what is stored");
    let second = world.published("Second", "").await;
    let first_now = get(&world, &first.id).await;
    assert_eq!((first_now.state.as_str(), first_now.version), ("superseded", 5));
    assert_eq!((first_now.factors, first_now.published_at), (first.factors, first.published_at), "nothing else moved");
    assert_eq!(get(&world, &second.id).await.state, "published");
}

#[tokio::test]
async fn the_author_does_not_review() {
    let world = World::start().await;
    let author = world.caller(Role::Adviser);
    let map = world.draft(&author).await;
    let map = world
        .of(&author)
        .set_context_factor(set_factor(&map, factor("Raids", &[])))
        .await
        .expect("a factor")
        .into_inner();
    let failure = world.of(&author).review_context_map(moved(&map)).await.refused_as(Code::Denied);
    assert_eq!(failure.message, "You wrote in this context map, so another person has to review it.");
    world.r#as(Role::Adviser).review_context_map(moved(&map)).await.expect("another adviser");
}

#[tokio::test]
async fn publishing_needs_evidence_on_every_factor() {
    let world = World::start().await;
    let writer = world.caller(Role::Contributor);
    let evidence = world.evidence("").await;
    let map = world.draft(&writer).await;
    let map = world
        .of(&writer)
        .set_context_factor(set_factor(&map, factor("Raids", &[&evidence.id])))
        .await
        .expect("set")
        .into_inner();
    let map =
        world.of(&writer).set_context_factor(set_factor(&map, factor("Drought", &[]))).await.expect("set").into_inner();
    let early = world.r#as(Role::Leadership).publish_context_map(moved(&map)).await.refused_as(Code::Conflict);
    assert!(early.message.contains("has to be reviewed first"), "{early}");
    let map = world.r#as(Role::Adviser).review_context_map(moved(&map)).await.expect("reviewed").into_inner();
    let failure = world.r#as(Role::Leadership).publish_context_map(moved(&map)).await.refused_as(Code::Conflict);
    assert!(failure.message.contains("no evidence: \"Drought\"."), "{failure}");
    assert_eq!(get(&world, &map.id).await, map, "nothing half done");

    let remove = pb::RemoveContextFactorRequest {
        context_map_id: map.id.clone(),
        version: map.version,
        factor_id: map.factors[1].id.clone(),
    };
    let map = world.of(&writer).remove_context_factor(remove).await.expect("removed").into_inner();
    assert_eq!((map.state.as_str(), map.factors.len()), ("draft", 1), "a changed map is reviewed again");
}

#[tokio::test]
async fn what_is_published_is_never_changed() {
    let world = World::start().await;
    let map = world.published("Carana", "").await;
    let failure = world
        .r#as(Role::Contributor)
        .set_context_factor(set_factor(&map, factor("Late", &[])))
        .await
        .refused_as(Code::Conflict);
    assert!(failure.message.contains("published is never changed"), "{failure}");
    let remove = pb::RemoveContextFactorRequest {
        context_map_id: map.id.clone(),
        version: map.version,
        factor_id: map.factors[0].id.clone(),
    };
    world.r#as(Role::Contributor).remove_context_factor(remove).await.refused_as(Code::Conflict);
    world.r#as(Role::Adviser).review_context_map(moved(&map)).await.refused_as(Code::Conflict);
    world.r#as(Role::Leadership).publish_context_map(moved(&map)).await.refused_as(Code::Conflict);
    assert_eq!(get(&world, &map.id).await, map);
}

#[tokio::test]
async fn a_map_is_as_secret_as_its_evidence() {
    let world = World::start().await;
    let secret = world.evidence("strictly_confidential").await;
    let writer = world.caller(Role::Contributor);
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let draft = world.draft(&writer).await;
    let see = pb::GetContextMapRequest { id: draft.id.clone() };
    assert_eq!(
        world.of(&plain).get_context_map(see.clone()).await.expect("seen").into_inner().classification,
        "unclassified"
    );
    let set = world
        .of(&writer)
        .set_context_factor(set_factor(&draft, factor("Raids", &[&secret.id])))
        .await
        .expect("set")
        .into_inner();
    assert_eq!(set.classification, "strictly_confidential");
    world.of(&plain).get_context_map(see.clone()).await.refused_as(Code::NotFound);
    let page =
        world.of(&plain).list_context_maps(pb::ListContextMapsRequest::default()).await.expect("a list").into_inner();
    assert_eq!(page.context_maps, vec![]);
    let remove = pb::RemoveContextFactorRequest {
        context_map_id: set.id.clone(),
        version: set.version,
        factor_id: set.factors[0].id.clone(),
    };
    world.of(&writer).remove_context_factor(remove).await.expect("removed");
    assert_eq!(
        world.of(&plain).get_context_map(see).await.expect("seen again").into_inner().classification,
        "unclassified"
    );
}

#[tokio::test]
async fn evidence_that_is_hidden_is_evidence_that_is_not_there() {
    let world = World::start().await;
    let secret = world.evidence("confidential").await;
    let plain = world.cleared(Role::Contributor, Classification::Unclassified);
    let map = world.draft(&plain).await;
    let nowhere = Uuid::new_v4().to_string();
    let mut said = Vec::new();
    for id in [&secret.id, &nowhere] {
        let refused = world.of(&plain).set_context_factor(set_factor(&map, factor("Raids", &[id]))).await;
        let failure = refused.refused_as(Code::Invalid);
        assert_eq!(fields(&failure), ["factor.evidence_ids[0]"]);
        said.push((failure.message.clone(), failure.violations[0].message.clone()));
    }
    assert_eq!(said[0], said[1], "the same answer for both");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named_field_by_field() {
    let world = World::start().await;
    let request = pb::DraftContextMapRequest {
        title: Some(Text::of("", " ")),
        period: "last year".to_owned(),
        areas: texts(&["CF1", ""]),
        classification: "secret".to_owned(),
        ..Default::default()
    };
    let failure = world.r#as(Role::Contributor).draft_context_map(request).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["title", "period", "areas[1]", "classification"]);

    let unknown = pb::DraftContextMapRequest { areas: texts(&["XX"]), ..map("Carana") };
    let failure = world.r#as(Role::Contributor).draft_context_map(unknown).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["areas[0]"]);

    let draft = world.draft(&world.caller(Role::Contributor)).await;
    let bad = pb::ContextFactor {
        kind: "weather".to_owned(),
        severity: 9,
        effect: String::new(),
        trend: "up".to_owned(),
        confidence: "sure".to_owned(),
        evidence_ids: texts(&["7"]),
        ..factor("Raids", &[])
    };
    let failure =
        world.r#as(Role::Contributor).set_context_factor(set_factor(&draft, bad)).await.refused_as(Code::Invalid);
    assert_eq!(
        fields(&failure),
        [
            "factor.kind",
            "factor.effect",
            "factor.severity",
            "factor.trend",
            "factor.confidence",
            "factor.evidence_ids[0]"
        ]
    );
}

#[tokio::test]
async fn a_reader_sees_published_maps_only() {
    let world = World::start().await;
    let old = world.published("Old", "").await;
    let published = world.published("New", "").await;
    let draft = world.draft(&world.caller(Role::Contributor)).await;
    for reader in [Role::Reader] {
        let page = world
            .r#as(reader)
            .list_context_maps(pb::ListContextMapsRequest::default())
            .await
            .expect("a list")
            .into_inner();
        assert_eq!(page.context_maps.iter().map(|map| &map.id).collect::<Vec<_>>(), [&published.id]);
        for hidden in [&old.id, &draft.id] {
            let request = pb::GetContextMapRequest { id: hidden.clone() };
            world.r#as(reader).get_context_map(request).await.refused_as(Code::NotFound);
        }
    }
}

#[tokio::test]
async fn maps_come_in_pages() {
    let world = World::start().await;
    let writer = world.caller(Role::Contributor);
    let mut drafted = Vec::new();
    for _ in 0..5 {
        drafted.push(world.draft(&writer).await.id);
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let request = pb::ListContextMapsRequest { page_size: 2, cursor };
        let page = world.of(&writer).list_context_maps(request).await.expect("a page").into_inner();
        assert!(page.context_maps.len() <= 2);
        seen.extend(page.context_maps.into_iter().map(|map| map.id));
        cursor = page.next_cursor;
        if cursor.is_empty() {
            break;
        }
    }
    drafted.reverse();
    assert_eq!(seen, drafted, "the latest first, each once");
}

#[tokio::test]
async fn a_map_that_no_event_can_carry_is_refused_before_it_is_stored() {
    let world = World::start().await;
    let writer = world.caller(Role::Contributor);
    let mut client = world.of(&writer);
    let long = |title: &str| pb::ContextFactor {
        narrative: Some(Text::of("é".repeat(10_000), "é".repeat(10_000))),
        ..factor(title, &[])
    };
    let mut map = world.draft(&writer).await;
    let refused = loop {
        match client.set_context_factor(set_factor(&map, long("Long"))).await {
            Ok(set) => map = set.into_inner(),
            Err(refused) => break chassis::Failure::from(refused),
        }
        assert!(map.factors.len() < 100, "it never ends");
    };
    assert_eq!(refused.code, Code::Exhausted, "{refused}");
    assert!(refused.message.contains("Shorten its narratives"), "{refused}");
    assert_eq!(get(&world, &map.id).await, map, "nothing half done");
}

#[tokio::test]
async fn what_a_map_says_of_itself_is_revised_until_it_is_published() {
    let world = World::start().await;
    let evidence = world.evidence("").await.id;
    let (writer, reviewer) = (world.caller(Role::Coordinator), world.caller(Role::Adviser));
    let draft = world.draft(&writer).await;
    let draft = world.of(&writer).set_context_factor(set_factor(&draft, factor("Raids", &[&evidence]))).await;
    let draft = draft.expect("a factor").into_inner();
    let reviewed = world.of(&reviewer).review_context_map(moved(&draft)).await.expect("a review").into_inner();

    // Who revises it is an author from then on, and it is reviewed again.
    let other = pb::ReviseContextMapRequest {
        period: "2024-Q2".to_owned(),
        themes: texts(&["roads", "cattle"]),
        narrative: Some(Text::of("Raids moved south", "")),
        classification: "confidential".to_owned(),
        ..revised(&reviewed, "Carana south")
    };
    let cleared = world.cleared(Role::Coordinator, Classification::Confidential);
    let map = world.of(&cleared).revise_context_map(other.clone()).await.expect("a revision").into_inner();
    assert_eq!(
        (map.state.as_str(), map.period.as_str(), map.classification.as_str()),
        ("draft", "2024-Q2", "confidential")
    );
    assert_eq!((map.title.as_ref().map(|title| title.en.as_str()), map.themes.len()), (Some("Carana south"), 2));
    assert_eq!(map.factors, reviewed.factors, "its factors stay");
    let stale = world.of(&cleared).revise_context_map(other).await.refused_as(Code::Stale);
    assert_eq!(stale.current.as_ref().map(|(version, _)| *version), Some(map.version));
    world.of(&cleared).review_context_map(moved(&map)).await.refused_as(Code::Denied);
    let uncleared = world.cleared(Role::Coordinator, Classification::Unclassified);
    world.of(&uncleared).revise_context_map(revised(&map, "Seen")).await.refused_as(Code::NotFound);

    let unknown = pb::ReviseContextMapRequest { areas: texts(&["XX"]), ..revised(&map, "Carana") };
    let failure = world.of(&cleared).revise_context_map(unknown).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["areas[0]"]);
    let nameless = pb::ReviseContextMapRequest { period: "soon".to_owned(), ..revised(&map, "") };
    let failure = world.of(&cleared).revise_context_map(nameless).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["title", "period"]);

    let third = world.cleared(Role::Leadership, Classification::Confidential);
    let fourth = world.cleared(Role::Adviser, Classification::Confidential);
    let map = world.of(&fourth).review_context_map(moved(&map)).await.expect("a review").into_inner();
    let map = world.of(&third).publish_context_map(moved(&map)).await.expect("published").into_inner();
    world.of(&cleared).revise_context_map(revised(&map, "Too late")).await.refused_as(Code::Conflict);
}
