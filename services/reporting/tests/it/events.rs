//! Events arrive twice, late and in any order; the model is the same.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use chassis::{Inbound, testing::eventually};
use cpas_proto::{
    reporting::v1 as pb,
    words::{Classification, Role},
};
use cpas_reporting::events::{records_inbox, series_inbox};

use crate::world::{AREAS, FULL, World, area_told, indicator, observations, plan, target};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_twice_changes_nothing() {
    let world = World::full().await;
    let before = world.state().await;
    for event in world.stage.bus.replay(world.stage.mission.id).await.expect("the stream") {
        records_inbox().take_effect(&world.stage.db, std::slice::from_ref(&event)).await.expect("no effect");
        // As another delivery, which the inbox does not know: the effect itself is the same.
        let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
        cpas_reporting::app::take_in(&mut tx, std::slice::from_ref(&event)).await.expect("no effect");
        tx.commit().await.expect("a commit");
    }
    assert_eq!(world.state().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_state_never_replaces_a_newer() {
    let world = World::full().await;
    world.tell("planning", plan("superseded", 7)).await;
    world.tell("planning", plan("active", 5)).await;
    world.heard(FULL + 2).await;
    assert!(world.home(Role::Coordinator).await.objectives.is_empty(), "version 7 says that no plan is in force");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_that_never_was_is_neither_counted_nor_shown() {
    let world = World::full().await;
    let before = world.home(Role::Coordinator).await.areas;
    world.tell("context", area_told("CA99", 9, false)).await;
    world.heard(FULL + 1).await;
    assert_eq!(world.home(Role::Coordinator).await.areas, before + 1);
    world.tell("context", area_told("CA99", 9, true)).await;
    world.heard(FULL + 2).await;
    assert_eq!(world.home(Role::Coordinator).await.areas, before);
    let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    let generation = cpas_reporting::store::model::read(&mut tx).await.expect("the model").generation;
    let areas = cpas_reporting::store::records::of_kind(&mut tx, generation, "area").await.expect("areas");
    assert!(!areas.is_empty() && areas.iter().all(|area| area.code != "CA99"), "{areas:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_gives_the_same_model() {
    let world = World::full().await;
    world.tell("planning", indicator("OC-SECRET", "", "count", Classification::Confidential)).await;
    world.tell("planning", target("OC-DEATHS", "2024-Q4", 15.0)).await;
    world.published("public").await;
    world.heard(FULL + 5).await;
    let (before, home) = (world.state().await, world.home(Role::Coordinator).await);
    let after = world.rebuild().await;
    assert_eq!(after, before, "events, last event and checksum are the same");
    assert_eq!(world.home(Role::Coordinator).await.objectives, home.objectives);

    // What is told afterwards reaches the new one, and a second rebuild agrees with it.
    world.collection.set("OC-DEATHS", "CA02", "2024-Q3", 9.0);
    world.tell("collection", observations(&["OC-DEATHS"], "entered", 1)).await;
    // With what it does to the published sheet, which cites it.
    world.heard(FULL + 7).await;
    eventually("the series follows", || async { world.home(Role::Coordinator).await.observations == 17 }).await;
    let before = world.state().await;
    assert_ne!(before.checksum, after.checksum, "a change shows in the checksum");
    assert_eq!(world.rebuild().await.checksum, before.checksum);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_misses_nothing_that_is_told_meanwhile() {
    let world = World::full().await;
    let telling = async {
        for version in 2..22 {
            world.tell("planning", plan(if version == 21 { "active" } else { "in_review" }, version)).await;
        }
    };
    let rebuilding = async {
        for _ in 0..3 {
            world.rebuild().await;
        }
    };
    tokio::join!(telling, rebuilding);
    world.heard(FULL + 20).await;
    let before = world.state().await;
    assert_eq!(world.home(Role::Coordinator).await.objectives.len(), 1, "the last version is in force");
    assert_eq!(world.rebuild().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_wrong_number_is_served_while_it_is_rebuilt_under_load() {
    let world = World::full().await;
    let indicator_page = async || {
        let request = pb::GetIndicatorPageRequest { indicator: "OC-TRUST".to_owned() };
        world.as_role(Role::Coordinator).get_indicator_page(request).await.expect("no outage").into_inner().areas
    };
    let (home, untouched) = (world.home(Role::Coordinator).await, indicator_page().await);
    let told = AtomicU32::new(home.observations);
    let busy = AtomicBool::new(true);
    let entering = async {
        for (count, (area, month)) in AREAS.iter().flat_map(|area| (1..=9).map(move |month| (area, month))).enumerate()
        {
            world.collection.set("OC-DEATHS", area, &format!("2023-{month:02}"), count as f64);
            told.fetch_add(1, Ordering::SeqCst);
            world.tell("collection", observations(&["OC-DEATHS"], "entered", 1)).await;
        }
    };
    let rebuilding = async {
        for _ in 0..4 {
            world.rebuild().await;
        }
    };
    let reading = async {
        let (mut reads, mut last) = (0, home.observations);
        while busy.load(Ordering::SeqCst) {
            let seen = world.home(Role::Coordinator).await;
            assert!((last..=told.load(Ordering::SeqCst)).contains(&seen.observations), "{last}, then {seen:?}");
            assert_eq!(
                (seen.areas, seen.stakeholders, seen.indicators),
                (home.areas, home.stakeholders, home.indicators)
            );
            assert_eq!(seen.objectives.len(), home.objectives.len());
            assert_eq!(indicator_page().await, untouched, "nobody entered anything of this one");
            (reads, last) = (reads + 1, seen.observations);
        }
        reads
    };
    let working = async {
        tokio::join!(entering, rebuilding);
        busy.store(false, Ordering::SeqCst);
    };
    let ((), reads) = tokio::join!(working, reading);
    assert!(reads >= 8, "read {reads} times only");
    world.heard(FULL + 36).await;
    eventually("the series follow", || async {
        world.home(Role::Coordinator).await.observations == home.observations + 36
    })
    .await;
    let before = world.state().await;
    assert_eq!(world.rebuild().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_mends_itself_by_a_rebuild() {
    let world = World::full().await;
    let sound = world.state().await;
    let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    sqlx::query("DELETE FROM record WHERE kind = 'plan'").execute(&mut *tx).await.expect("damage");
    tx.commit().await.expect("a commit");
    assert_ne!(world.state().await.checksum, sound.checksum);
    assert_eq!(world.rebuild().await, sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_that_is_away_holds_up_its_series_only() {
    let world = World::full().await;
    world.collection.set_away(true);
    world.collection.set("OC-DEATHS", "CA01", "2024-Q3", 1.0);
    world.tell("collection", observations(&["OC-DEATHS"], "entered", 1)).await;
    world.tell("planning", plan("superseded", 2)).await;
    world.heard(FULL + 2).await;
    assert_eq!(world.home(Role::Coordinator).await.observations, 16);
    world.collection.set_away(false);
    eventually("the series catches up", || async { world.home(Role::Coordinator).await.observations == 17 }).await;
    let dead = series_inbox(world.deps.collection.clone()).dead_letters(&world.stage.db, world.stage.mission.id).await;
    assert_eq!(dead.expect("a number"), 0, "away is no poison");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_newer_service_is_counted_and_passed_over() {
    let world = World::full().await;
    let mut event: Inbound = world.stage.bus.replay(world.stage.mission.id).await.expect("the stream").remove(0);
    event.id = uuid::Uuid::new_v4();
    event.kind = "cpas.planning.v9.SomethingNew".to_owned();
    records_inbox().take_effect(&world.stage.db, std::slice::from_ref(&event)).await.expect("passed over");
    world.heard(FULL + 1).await;
}
