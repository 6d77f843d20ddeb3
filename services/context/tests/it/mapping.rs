//! Regular mapping: the mission's interval, when the next map is due, and what is told when it is not there.

use chassis::{Clock, Code, testing::eventually};
use chrono::{Months, TimeDelta};
use cpas_proto::{
    common::v1::Text,
    context::v1 as pb,
    words::{Classification, Role},
};

use crate::world::{Refused, World, factor, fields, moved, set_factor, texts};

pub fn set(interval_months: u32, version: i64) -> pb::SetMappingScheduleRequest {
    pb::SetMappingScheduleRequest { interval_months, version }
}

async fn schedule(world: &World) -> pb::MappingSchedule {
    let asked = world.r#as(Role::Contributor).get_mapping_schedule(pb::GetMappingScheduleRequest {}).await;
    asked.expect("where it stands").into_inner()
}

/// How often an overdue map was told, and of which day; and how secret that is.
async fn told(world: &World) -> Vec<(String, Classification)> {
    let told = world.stage.bus.replay(world.stage.mission.id).await.expect("the stream");
    let overdue = told.iter().filter(|event| event.kind == "cpas.context.v1.ContextMapOverdue");
    overdue
        .map(|event| (event.decode::<pb::ContextMapOverdue>().expect("its message").due, event.classification))
        .collect()
}

#[tokio::test]
async fn a_mission_sets_its_interval_and_sees_when_the_next_map_is_due() {
    let world = World::start().await;
    let before = schedule(&world).await;
    assert_eq!((before.interval_months, before.version, before.overdue), (6, 0, true), "the first map is due");
    assert_eq!((before.due.as_str(), before.latest_id.as_str()), ("", ""));
    let map = world.published("Carana", "").await;
    let today = world.stage.clock.today();
    let usual = schedule(&world).await;
    assert_eq!((usual.due, usual.overdue, usual.latest_id), ((today + Months::new(6)).to_string(), false, map.id));
    let own = world.r#as(Role::Coordinator).set_mapping_schedule(set(3, 0)).await.expect("set").into_inner();
    assert_eq!((own.due.clone(), own.version), ((today + Months::new(3)).to_string(), 1));
    assert_eq!(schedule(&world).await, own);
}

#[tokio::test]
async fn an_interval_is_set_by_who_may_on_the_version_they_saw_and_within_bounds() {
    let world = World::start().await;
    world.r#as(Role::Coordinator).set_mapping_schedule(set(3, 0)).await.expect("set");
    let stale = world.r#as(Role::Coordinator).set_mapping_schedule(set(4, 0)).await.refused_as(Code::Stale);
    let (version, json) = stale.current.expect("what is stored now");
    assert!(version == 1 && json.contains("\"interval_months\":3"), "{version} {json}");
    for months in [0, 37] {
        let refused =
            world.r#as(Role::Coordinator).set_mapping_schedule(set(months, 1)).await.refused_as(Code::Invalid);
        assert_eq!(fields(&refused), ["interval_months"]);
    }
    for role in [Role::Contributor, Role::Leadership, Role::Reader] {
        world.r#as(role).set_mapping_schedule(set(4, 1)).await.refused_as(Code::Denied);
    }
    assert_eq!(schedule(&world).await.interval_months, 3);
}

#[tokio::test]
async fn who_does_not_see_the_published_map_does_not_learn_when_it_was_published() {
    let world = World::start().await;
    world.published("Secret", "confidential").await;
    let plain = world.cleared(Role::Contributor, Classification::Unclassified);
    let seen =
        world.of(&plain).get_mapping_schedule(pb::GetMappingScheduleRequest {}).await.expect("asked").into_inner();
    assert_eq!((seen.due.as_str(), seen.latest_id.as_str(), seen.overdue), ("", "", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_map_is_told_once_and_again_after_the_next_one() {
    let now = chassis::Clock::system().now();
    let clock = Clock::fixed(now - TimeDelta::days(400));
    let mut world = World::at(clock.clone()).await;
    world.published("Long ago", "confidential").await;
    clock.set(now - TimeDelta::days(250));
    world.published("Not so long ago", "").await;
    let due = schedule(&world).await.due;
    clock.set(now);
    let stop = world.stage.stop.clone();
    let _running = world.service.start_background(&stop);
    eventually("it is told", || async { !told(&world).await.is_empty() }).await;
    assert!(schedule(&world).await.overdue);
    // A longer interval, and it is in time again; a shorter one, and it is told once more.
    world.r#as(Role::Coordinator).set_mapping_schedule(set(36, 0)).await.expect("set");
    world.r#as(Role::Coordinator).set_mapping_schedule(set(7, 1)).await.expect("set");
    eventually("it is told of the new interval", || async { told(&world).await.len() >= 2 }).await;
    let shorter = schedule(&world).await.due;
    let plain = Classification::Unclassified;
    assert_eq!(told(&world).await, [(due, plain), (shorter, plain)], "the first map was superseded in time");
}

#[tokio::test]
async fn a_factor_says_its_themes_and_what_the_two_lenses_show() {
    let world = World::start().await;
    let writer = world.caller(Role::Contributor);
    let map = world.draft(&writer).await;
    let seen = pb::ContextFactor {
        themes: texts(&["mining", "land"]),
        gender: Some(2),
        gender_note: Some(Text::of("Women are taxed at the market", "")),
        poc: Some(false),
        ..factor("Raids", &[])
    };
    let map = world.of(&writer).set_context_factor(set_factor(&map, seen.clone())).await.expect("set").into_inner();
    let stored = &map.factors[0];
    assert_eq!((&stored.themes, stored.gender, stored.poc), (&seen.themes, Some(2), Some(false)));
    assert_eq!(stored.gender_note, seen.gender_note);
    let map = world.of(&writer).set_context_factor(set_factor(&map, factor("Drought", &[]))).await.expect("set");
    let map = map.into_inner();
    assert_eq!((map.factors[1].gender, map.factors[1].poc), (None, None), "nobody has looked");
    let silent = pb::ContextFactor { gender: Some(4), poc: Some(true), themes: texts(&[""]), ..factor("Raids", &[]) };
    let refused = world.of(&writer).set_context_factor(set_factor(&map, silent)).await.refused_as(Code::Invalid);
    assert_eq!(fields(&refused), ["factor.themes[0]", "factor.gender"]);
    let silent = pb::ContextFactor { gender: Some(1), poc: Some(true), ..factor("Raids", &[]) };
    let refused = world.of(&writer).set_context_factor(set_factor(&map, silent)).await.refused_as(Code::Invalid);
    assert_eq!(fields(&refused), ["factor.gender_note", "factor.poc_note"]);
    let request = pb::GetContextMapRequest { id: map.id.clone() };
    assert_eq!(world.of(&writer).get_context_map(request).await.expect("a map").into_inner(), map);
    // The next map takes them along.
    let next = pb::DraftNextContextMapRequest { from_id: map.id.clone(), title: None, period: "2024-Q2".to_owned() };
    let next = world.of(&writer).draft_next_context_map(next).await.expect("the next").into_inner();
    assert_eq!(next.factors, map.factors);
    assert_eq!(moved(&next).version, 1);
}
