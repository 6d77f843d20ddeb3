//! Areas that are split and merged: what is listed, told, refused and taken back.

use chassis::{Code, Db, testing::eventually};
use cpas_proto::{
    collection::v1::{EventsChanged, ObservationsChanged},
    common::v1::Text,
    context::v1 as pb,
    words::{Classification, Role},
};
use serde_json::json;
use uuid::Uuid;

use crate::world::{Refused, World, fields, import, keyed, square, stakeholder, texts};

pub fn part(code: &str, share: Option<f64>) -> pb::SuccessorArea {
    pb::SuccessorArea { code: code.to_owned(), name: Some(Text::of(code, "")), share, ..Default::default() }
}

pub fn split(code: &str, parts: &[&str]) -> pb::SplitAreaRequest {
    pb::SplitAreaRequest {
        code: code.to_owned(),
        date: "2024-07-01".to_owned(),
        parts: parts.iter().map(|code| part(code, None)).collect(),
        ..Default::default()
    }
}

pub async fn world() -> World {
    let world = World::start().await;
    let file = [
        square("C", json!({"admin_level": 0}), 0.0),
        square("N", json!({"parent": "C"}), 0.0),
        square("S", json!({"parent": "C"}), 1.0),
        square("N9", json!({"parent": "N"}), 0.0),
    ];
    let report = world.r#as(Role::Coordinator).import_areas(import(&file)).await.expect("areas").into_inner();
    assert_eq!(report.rejected, vec![]);
    world
}

pub async fn codes(world: &World, on: &str) -> Vec<String> {
    let request = pb::ListAreasRequest { with_geometry: false, on: on.to_owned(), level: None };
    let areas = world.r#as(Role::Reader).list_areas(request).await.expect("a list").into_inner().areas;
    areas
        .into_iter()
        .map(
            |area| {
                if area.parent_code.is_empty() { area.code } else { format!("{} in {}", area.code, area.parent_code) }
            },
        )
        .collect()
}

/// Collection tells something.
async fn tell(world: &World, fact: chassis::Fact) {
    let db = Db::open("collection", &world.stage.database.config(), world.stage.clock.clone()).expect("its address");
    let mut tx = db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    tx.publish(fact).await.expect("an event");
    tx.commit().await.expect("a commit");
    db.close().await;
}

#[tokio::test]
async fn a_split_with_shares_is_recorded_listed_and_taken_back() {
    let world = world().await;
    let mut client = world.r#as(Role::Coordinator);
    let request = pb::SplitAreaRequest {
        parts: vec![part("N1", Some(0.6)), part("N2", Some(0.4))],
        share_basis: "people, census of 2024".to_owned(),
        moved: vec![pb::AreaMove { code: "N9".to_owned(), parent_code: "N1".to_owned() }],
        ..split("N", &[])
    };
    let key = Uuid::new_v4();
    let change = client.split_area(keyed(request.clone(), key)).await.expect("a split").into_inner();
    let again = client.split_area(keyed(request, key)).await.expect("once").into_inner();
    assert_eq!(again, change, "under the same key it is done once");
    assert_eq!(codes(&world, "2024-06-30").await, ["C", "N in C", "S in C", "N9 in N1"]);
    assert_eq!(codes(&world, "2024-07-01").await, ["C", "N1 in C", "N2 in C", "S in C", "N9 in N1"]);
    let listed =
        world.r#as(Role::Reader).list_area_changes(pb::ListAreaChangesRequest {}).await.expect("a list").into_inner();
    assert_eq!(listed.changes, std::slice::from_ref(&change));
    assert_eq!(change.successors.iter().map(|one| one.share).collect::<Vec<_>>(), [Some(0.6), Some(0.4)]);

    let undo = pb::UndoAreaChangeRequest { id: change.id.clone(), version: change.version };
    client.undo_area_change(pb::UndoAreaChangeRequest { version: 7, ..undo.clone() }).await.refused_as(Code::Stale);
    let undone = client.undo_area_change(undo.clone()).await.expect("taken back").into_inner();
    assert!(undone.undone);
    assert_eq!(codes(&world, "2024-07-01").await, ["C", "N in C", "S in C", "N9 in N"]);
    let twice = pb::UndoAreaChangeRequest { version: undone.version, ..undo };
    client.undo_area_change(twice).await.refused_as(Code::Conflict);
    client
        .split_area(pb::SplitAreaRequest { moved: undone.moved, ..split("N", &["N1", "N2"]) })
        .await
        .expect("the codes are free again");
}

#[tokio::test]
async fn a_merge_covers_what_both_covered() {
    let world = world().await;
    let merge = pb::MergeAreasRequest {
        codes: texts(&["N", "S"]),
        date: "2024-07-01".to_owned(),
        into: Some(part("NS", None)),
        ..Default::default()
    };
    let change = world.r#as(Role::Coordinator).merge_areas(merge).await.expect("a merge").into_inner();
    assert_eq!((change.kind.as_str(), change.predecessors.clone()), ("merge", texts(&["N", "S"])));
    let request = pb::ListAreasRequest { with_geometry: true, on: String::new(), level: None };
    let areas = world.r#as(Role::Reader).list_areas(request).await.expect("a list").into_inner().areas;
    let merged = areas.iter().find(|area| area.code == "NS").expect("it is there");
    let shape: serde_json::Value = serde_json::from_str(&merged.geometry).expect("GeoJSON");
    assert_eq!(shape["type"], "Polygon", "they touch: one piece");
    let village = areas.iter().find(|area| area.code == "N9").expect("it stays");
    assert_eq!(
        village.former_parents,
        [pb::FormerParent { parent_code: "N".to_owned(), until: "2024-06-30".to_owned() }]
    );
}

#[tokio::test]
async fn a_wrong_change_is_refused_by_field_and_changes_nothing() {
    let world = world().await;
    let mut client = world.r#as(Role::Coordinator);
    let refused = client.split_area(split("N", &["N1", "N2"])).await.refused_as(Code::Invalid);
    assert_eq!(fields(&refused), ["moved"]);
    assert!(refused.message.ends_with("Nothing was changed."), "{refused}");
    let knotted = pb::SuccessorArea {
        geometry: json!({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}).to_string(),
        ..part("S1", None)
    };
    let request = pb::SplitAreaRequest { parts: vec![knotted, part("S2", None)], ..split("S", &[]) };
    let refused = client.split_area(request).await.refused_as(Code::Invalid);
    assert_eq!(fields(&refused), ["parts[0].geometry"]);
    assert_eq!(codes(&world, "").await, ["C", "N in C", "S in C", "N9 in N"]);
    let held = world.held_to(Role::Coordinator, &["S"]);
    world.of(&held).split_area(split("S", &["S1", "S2"])).await.refused_as(Code::Denied);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_data_or_records_speak_of_is_not_taken_back() {
    let mut world = world().await;
    let mut client = world.r#as(Role::Coordinator);
    let change = client.split_area(split("S", &["S1", "S2"])).await.expect("a split").into_inner();
    let undo = pb::UndoAreaChangeRequest { id: change.id.clone(), version: change.version };
    let there =
        pb::RegisterStakeholderRequest { areas: texts(&["S1"]), ..stakeholder("Elders of the south", "community") };
    let registered = client.register_stakeholder(there).await.expect("a stakeholder").into_inner();
    let refused = client.undo_area_change(undo.clone()).await.refused_as(Code::Conflict);
    assert!(refused.message.contains("\"Elders of the south\" speaks of S1, S2"), "{refused}");
    let elsewhere = pb::ReviseStakeholderRequest { areas: texts(&["S"]), ..crate::world::revision(&registered) };
    client.revise_stakeholder(elsewhere).await.expect("moved away");

    let stop = world.stage.stop.clone();
    let _running = world.service.start_background(&stop);
    let told = ObservationsChanged { areas: texts(&["S2"]), rows: 1, ..Default::default() };
    tell(&world, chassis::Fact::new("observations", "changed", "OC-1", Classification::Unclassified, &told)).await;
    eventually("data are heard of", || async {
        let listed = world.r#as(Role::Reader).list_area_changes(pb::ListAreaChangesRequest {}).await.expect("a list");
        listed.into_inner().changes[0].used
    })
    .await;
    let refused = client.undo_area_change(undo).await.refused_as(Code::Conflict);
    assert!(refused.message.contains("Data or plans speak of S1, S2"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_placed_anew_and_stop_no_undo() {
    let mut world = world().await;
    let mut client = world.r#as(Role::Coordinator);
    let change = client.split_area(split("S", &["S1", "S2"])).await.expect("a split").into_inner();
    let other = client.split_area(split("N9", &["N91", "N92"])).await.expect("a split").into_inner();
    let stop = world.stage.stop.clone();
    let _running = world.service.start_background(&stop);
    let told = EventsChanged { areas: texts(&["S2"]), rows: 1 };
    tell(&world, chassis::Fact::new("events", "changed", "events", Classification::Unclassified, &told)).await;
    for (area, change) in [("S2", "recomputed"), ("N91", "entered")] {
        let told =
            ObservationsChanged { areas: texts(&[area]), rows: 1, change: change.to_owned(), ..Default::default() };
        tell(&world, chassis::Fact::new("observations", "changed", "OC-1", Classification::Unclassified, &told)).await;
    }
    eventually("all is heard of", || async {
        let listed = world.r#as(Role::Reader).list_area_changes(pb::ListAreaChangesRequest {}).await.expect("a list");
        listed.into_inner().changes.iter().any(|one| one.id == other.id && one.used)
    })
    .await;
    let undo = pb::UndoAreaChangeRequest { id: change.id, version: change.version };
    let undone = client.undo_area_change(undo).await.expect("taken back").into_inner();
    assert!(undone.undone);
}

#[tokio::test]
async fn what_one_does_not_see_stops_an_undo_and_stays_unnamed() {
    let world = world().await;
    let mut client = world.r#as(Role::Coordinator);
    let change = client.split_area(split("S", &["S1", "S2"])).await.expect("a split").into_inner();
    let undo = pb::UndoAreaChangeRequest { id: change.id.clone(), version: change.version };
    let there = pb::RegisterStakeholderRequest { areas: texts(&["S1"]), ..stakeholder("Idriss Kara", "individual") };
    let person = client.register_stakeholder(there).await.expect("a stakeholder").into_inner();
    let secret = pb::DraftContextMapRequest {
        areas: texts(&["S2"]),
        classification: "confidential".to_owned(),
        ..crate::world::map("The south")
    };
    client.draft_context_map(secret).await.expect("a draft");
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let neutral = "Something of the context speaks of S1, S2, so it stays. Nothing was changed.";
    let refused = world.of(&plain).undo_area_change(undo.clone()).await.refused_as(Code::Conflict);
    assert_eq!(refused.message, neutral);
    let elsewhere = pb::ReviseStakeholderRequest { areas: texts(&["S"]), ..crate::world::revision(&person) };
    client.revise_stakeholder(elsewhere).await.expect("moved away");
    let refused = world.of(&plain).undo_area_change(undo.clone()).await.refused_as(Code::Conflict);
    assert_eq!(refused.message, neutral, "the map alone");
    let refused = client.undo_area_change(undo).await.refused_as(Code::Conflict);
    assert!(refused.message.starts_with("\"The south\" speaks of S1, S2"), "who sees it reads its name: {refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_and_all_areas_that_it_touches_are_told() {
    let mut world = world().await;
    let mut client = world.r#as(Role::Coordinator);
    let change = client.split_area(split("S", &["S1", "S2"])).await.expect("a split").into_inner();
    client
        .undo_area_change(pb::UndoAreaChangeRequest { id: change.id, version: change.version })
        .await
        .expect("taken back");
    let stop = world.stage.stop.clone();
    let _running = world.service.start_background(&stop);
    let (bus, mission) = (&world.stage.bus, world.stage.mission.id);
    // Four imported; three and the change; three and the change.
    eventually("all is told", || async { bus.replay(mission).await.is_ok_and(|told| told.len() >= 12) }).await;
    let told = bus.replay(mission).await.expect("the stream");
    let areas: Vec<String> = told
        .iter()
        .filter_map(|event| {
            event.decode::<pb::AreaRecorded>().ok().filter(|_| event.kind.ends_with("AreaRecorded"))?.area
        })
        .map(|area| format!("{}{} {}", area.code, if area.withdrawn { " withdrawn" } else { "" }, area.valid_to))
        .collect();
    assert_eq!(areas[4..], ["S 2024-06-30", "S1 ", "S2 ", "S ", "S1 withdrawn ", "S2 withdrawn "]);
    let changes = told.iter().filter(|event| event.kind.ends_with("AreaChangeRecorded")).count();
    assert_eq!(changes, 2);
}
