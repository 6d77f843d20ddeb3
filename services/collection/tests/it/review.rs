//! From draft to approval, and who may not.

use chassis::Code;
use cpas_proto::{collection::v1 as pb, words::Role};

use crate::world::*;

async fn state(world: &World, id: &str) -> pb::Observation {
    let request = pb::GetObservationRequest { id: id.to_owned() };
    done(world.coordinator().get_observation(request).await).observation.expect("it")
}

#[tokio::test]
async fn the_way_to_approval_names_who_went_it() {
    let world = World::start().await;
    let draft = world.entered(&world.caller(Role::Contributor), "A1", "2024-01", 5.0).await;
    assert_eq!((&*draft.state, draft.version), ("draft", 1));
    assert_eq!(done(world.r#as(Role::FocalPoint).submit_observations(these(&[&draft])).await).moved, 1);
    assert_eq!(done(world.r#as(Role::Verifier).verify_observations(these(&[&draft])).await).moved, 1);
    let verified = state(&world, &draft.id).await;
    assert_eq!((&*verified.state, &*verified.verified_by, &*verified.approved_by), ("verified", "verifier", ""));
    assert_eq!(done(world.r#as(Role::ComponentHead).approve_observations(these(&[&draft])).await).moved, 1);
    let approved = state(&world, &draft.id).await;
    assert_eq!((&*approved.state, &*approved.approved_by, approved.version), ("approved", "component_head", 4));
    let series = done(world.coordinator().get_series(series_of("OC-CIVDEATHS", &["A1"], "")).await);
    assert_eq!(series.parts[0].points[0].share_verified, 1.0);
}

#[tokio::test]
async fn the_author_does_not_verify() {
    let world = World::start().await;
    let mut both = world.caller(Role::Contributor);
    both.grants.extend(world.caller(Role::Verifier).grants);
    both.grants.extend(world.caller(Role::FocalPoint).grants);
    let own = world.entered(&both, "A1", "2024-01", 5.0).await;
    let others = world.entered(&world.caller(Role::Contributor), "A2", "2024-01", 6.0).await;
    done(world.of(&both).submit_observations(these(&[&own, &others])).await);
    let moved = done(world.of(&both).verify_observations(these(&[&own, &others])).await);
    assert_eq!(moved.moved, 1, "those that can move do");
    assert_eq!(moved.not_moved[0].id, own.id);
    assert_eq!(moved.not_moved[0].reason, "You entered it yourself; another person verifies it.");
    assert_eq!(state(&world, &own.id).await.state, "submitted");

    let mut importer = world.caller(Role::Coordinator);
    importer.grants.extend(world.caller(Role::Verifier).grants);
    let text = "indicator,area,period,value\nOC-CIVDEATHS,B,2024-01,1\n";
    let batch = preview(&mut world.of(&importer), text.as_bytes(), &[]).await.expect("a preview");
    let batch = done(world.of(&importer).commit_import(commit(&batch, true)).await);
    let whole = pb::MoveObservationsRequest { batch_id: batch.id.clone(), ..Default::default() };
    expect_code(world.of(&importer).verify_observations(whole.clone()).await, Code::Denied);
    assert_eq!(done(world.r#as(Role::Verifier).verify_observations(whole).await).moved, 1);
}

#[tokio::test]
async fn what_cannot_move_says_why_and_the_rest_moves() {
    let world = World::start().await;
    let author = world.caller(Role::Contributor);
    let draft = world.entered(&author, "A1", "2024-01", 5.0).await;
    let mut stranger = these(&[&draft]);
    stranger.ids.push(uuid::Uuid::new_v4().to_string());
    let moved = done(world.r#as(Role::Verifier).verify_observations(stranger).await);
    let mut reasons: Vec<&str> = moved.not_moved.iter().map(|stays| stays.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(
        reasons,
        ["It is draft; only what is submitted can be verified.", "There is no observation under this id."]
    );
    let failure = refused(world.r#as(Role::Verifier).return_observations(these(&[&draft])).await);
    assert_eq!((failure.code, &*failure.violations[0].field), (Code::Invalid, "reason"));
    let nothing = pb::MoveObservationsRequest::default();
    expect_code(world.r#as(Role::Verifier).verify_observations(nothing).await, Code::Invalid);
}

#[tokio::test]
async fn a_returned_value_does_not_count_until_it_is_submitted_again() {
    let world = World::start().await;
    let draft = world.entered(&world.caller(Role::Contributor), "A1", "2024-01", 5.0).await;
    done(world.r#as(Role::FocalPoint).submit_observations(these(&[&draft])).await);
    done(world.r#as(Role::Verifier).return_observations(because(these(&[&draft]), "which village?")).await);
    let returned = state(&world, &draft.id).await;
    assert_eq!((&*returned.state, &*returned.reason), ("returned", "which village?"));
    assert_eq!(world.values("OC-CIVDEATHS", "A1", "").await, []);
    done(world.r#as(Role::FocalPoint).submit_observations(these(&[&draft])).await);
    assert_eq!(world.values("OC-CIVDEATHS", "A1", "").await[0].1, Some(5.0));
}

#[tokio::test]
async fn a_role_reaches_its_section_and_areas_only() {
    let world = World::start().await;
    let here = world.held_to(Role::FocalPoint, Some("Human Rights"), &["A1"]);
    let elsewhere = world.held_to(Role::FocalPoint, Some("UNPOL"), &[]);
    let draft = world.entered(&here, "A1", "2024-01", 5.0).await;
    let failure =
        expect_code(world.of(&here).enter_observation(enter("OC-CIVDEATHS", "B", "2024-01", 1.0)).await, Code::Denied);
    assert!(failure.message.contains("does not reach Human Rights in B"), "{failure}");
    expect_code(world.of(&here).enter_observation(enter("OC-CIVDEATHS", "", "2024-01", 1.0)).await, Code::Denied);
    let moved = done(world.of(&elsewhere).submit_observations(these(&[&draft])).await);
    assert_eq!((moved.moved, moved.not_moved.len()), (0, 1));
    assert_eq!(done(world.of(&here).submit_observations(these(&[&draft])).await).moved, 1);

    let batch =
        world.import("indicator,area,period,value\nOC-CIVDEATHS,A2,2024-01,1\nOC-CIVDEATHS,B,2024-01,2\n").await;
    let whole = pb::MoveObservationsRequest { batch_id: batch.id, ..Default::default() };
    let verifier = world.held_to(Role::Verifier, None, &["B"]);
    assert_eq!(done(world.of(&verifier).verify_observations(whole.clone()).await).moved, 1, "only its area");
    assert_eq!(done(world.r#as(Role::Verifier).verify_observations(whole).await).moved, 1, "the rest");
}
