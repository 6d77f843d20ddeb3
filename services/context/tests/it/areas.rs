//! Boundaries: real ones, good ones, bad ones.

use chassis::Code;
use cpas_proto::{context::v1 as pb, words::Role};
use serde_json::{Value, json};

use crate::world::{Refused, World, fields, import, square};

async fn list(world: &World, with_geometry: bool, on: &str) -> Vec<pb::Area> {
    let request = pb::ListAreasRequest { with_geometry, on: on.to_owned(), level: None };
    world.r#as(Role::Reader).list_areas(request).await.expect("a list").into_inner().areas
}

async fn load(world: &World, features: &[Value]) -> pb::ImportAreasResponse {
    world.r#as(Role::Coordinator).import_areas(import(features)).await.expect("a FeatureCollection").into_inner()
}

fn counts(response: &pb::ImportAreasResponse) -> (u32, u32, u32, u32, usize) {
    (response.read, response.added, response.updated, response.unchanged, response.rejected.len())
}

#[tokio::test]
async fn the_same_boundaries_twice_change_nothing() {
    let world = World::start().await;
    let country = square("CF", json!({"admin_level": 0, "name": "Carana", "name_fr": "Caranie"}), 0.0);
    let region = square("CF1", json!({"parent": "CF"}), 0.0);
    let file = [country, region];
    assert_eq!(counts(&load(&world, &file).await), (2, 2, 0, 0, 0));
    assert_eq!(counts(&load(&world, &file).await), (2, 0, 0, 2, 0));
    let areas = list(&world, true, "").await;
    assert_eq!(
        areas.iter().map(|area| (area.code.as_str(), area.level, area.version)).collect::<Vec<_>>(),
        [("CF", 0, 1), ("CF1", 1, 1)]
    );
    assert_eq!(areas[0].name.as_ref().map(|name| name.fr.as_str()), Some("Caranie"));
    assert_eq!(areas[1].parent_code, "CF");
    let geometry: Value = serde_json::from_str(&areas[1].geometry).expect("GeoJSON");
    assert_eq!(geometry["type"], "Polygon");
    assert!(list(&world, false, "").await.iter().all(|area| area.geometry.is_empty()), "only where it is asked for");
}

#[tokio::test]
async fn one_level_is_listed_by_itself() {
    let world = World::start().await;
    let country = square("CF", json!({"admin_level": 0}), 0.0);
    let below =
        |code: &str, level: u8, parent: &str, west| square(code, json!({"admin_level": level, "parent": parent}), west);
    load(&world, &[country, below("CF1", 1, "CF", 0.0), below("CF2", 1, "CF", 2.0), below("CF11", 2, "CF1", 0.0)])
        .await;
    let of = async |level: Option<u32>| {
        let request = pb::ListAreasRequest { with_geometry: true, on: String::new(), level };
        let areas = world.r#as(Role::Reader).list_areas(request).await.expect("a list").into_inner().areas;
        assert!(areas.iter().all(|area| !area.geometry.is_empty()));
        areas.into_iter().map(|area| area.code).collect::<Vec<_>>()
    };
    assert_eq!(of(None).await, ["CF", "CF1", "CF2", "CF11"]);
    assert_eq!(of(Some(0)).await, ["CF"], "zero is a level, and not the absence of one");
    assert_eq!(of(Some(1)).await, ["CF1", "CF2"]);
    assert_eq!(of(Some(2)).await, ["CF11"]);
    assert!(of(Some(7)).await.is_empty() && of(Some(u32::MAX)).await.is_empty());
}

#[tokio::test]
async fn a_dry_run_counts_and_stores_nothing() {
    let world = World::start().await;
    let request = pb::ImportAreasRequest { dry_run: true, ..import(&[square("CF", json!({}), 0.0)]) };
    let response = world.r#as(Role::Coordinator).import_areas(request).await.expect("checked").into_inner();
    assert_eq!(counts(&response), (1, 1, 0, 0, 0));
    assert_eq!(list(&world, false, "").await, vec![]);
}

#[tokio::test]
async fn one_bad_feature_and_nothing_is_stored() {
    let world = World::start().await;
    load(&world, &[square("CF9", json!({}), 9.0)]).await;
    let mut knotted = square("CF2", json!({}), 2.0);
    knotted["geometry"]["coordinates"] = json!([[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]);
    let mut nameless = square("x", json!({}), 4.0);
    nameless["properties"] = json!({"name": "No code"});
    let file = [square("CF1", json!({}), 0.0), knotted, nameless, square("CF9", json!({"name": "Other"}), 9.0)];
    let response = load(&world, &file).await;
    assert_eq!(counts(&response), (4, 0, 0, 0, 2));
    let said: Vec<_> = response.rejected.iter().map(|rejected| (rejected.index, rejected.code.as_str())).collect();
    assert_eq!(said, [(1, "CF2"), (2, "")]);
    assert!(
        response.rejected[0].reason.contains("The outer ring crosses itself at [1, 1]"),
        "{}",
        response.rejected[0].reason
    );
    assert!(response.rejected[1].reason.contains("has no code"), "{}", response.rejected[1].reason);
    let areas = list(&world, false, "").await;
    assert_eq!(areas.len(), 1, "the good ones stayed out too");
    assert_eq!((areas[0].version, areas[0].name.as_ref().map(|name| name.en.as_str())), (1, Some("Area CF9")));
}

#[tokio::test]
async fn a_file_that_is_no_boundaries_is_refused_with_a_sentence() {
    let world = World::start().await;
    let files: &[(&[u8], &str)] = &[
        (b"", "The file is empty."),
        (b"\x00\x01\xff\xfe binary", "not a text in UTF-8"),
        (b"PK\x03\x04", "no zipped shapefile"),
        (b"code;name\nCF;x", "This is not JSON"),
        (b"{\"type\": \"FeatureCollection\", \"features\": [{", "This is not JSON"),
        (b"{\"type\": \"Feature\"}", "not a GeoJSON FeatureCollection"),
        (b"{\"type\": \"FeatureCollection\", \"features\": []}", "has no features"),
    ];
    for (file, says) in files {
        let request = pb::ImportAreasRequest { geojson: file.to_vec(), dry_run: false };
        let failure = world.r#as(Role::Coordinator).import_areas(request).await.refused_as(Code::Invalid);
        assert!(failure.message.contains(says) && failure.message.ends_with("Nothing was changed."), "{failure}");
        assert_eq!(fields(&failure), ["geojson"]);
    }
}

#[tokio::test]
async fn a_file_of_the_largest_size_passes_the_door_and_one_more_byte_is_refused() {
    let world = World::start().await;
    let mut geojson = import(&[square("CF", json!({}), 0.0)]).geojson;
    geojson.resize(8 * 1024 * 1024, b' ');
    let request = |geojson: Vec<u8>| pb::ImportAreasRequest { geojson, dry_run: true };
    world.r#as(Role::Coordinator).import_areas(request(geojson.clone())).await.expect("8 MiB are taken");
    geojson.push(b' ');
    let failure = world.r#as(Role::Coordinator).import_areas(request(geojson)).await.refused_as(Code::Invalid);
    assert!(failure.message.contains("8388609 bytes"), "{failure}");
}

#[tokio::test]
async fn areas_are_listed_as_they_were_on_a_day() {
    let world = World::start().await;
    load(&world, &[square("A", json!({"valid_to": "2020-12-09"}), 0.0), square("B", json!({}), 2.0)]).await;
    load(&world, &[square("A", json!({"valid_from": "2020-12-10", "name": "New A"}), 0.0)]).await;
    let codes = |areas: Vec<pb::Area>| {
        areas.into_iter().map(|area| (area.code, area.name.unwrap_or_default().en)).collect::<Vec<_>>()
    };
    let pair = |code: &str, name: &str| (code.to_owned(), name.to_owned());
    assert_eq!(codes(list(&world, false, "2020-12-09").await), [pair("A", "Area A"), pair("B", "Area B")]);
    assert_eq!(codes(list(&world, false, "2020-12-10").await), [pair("A", "New A"), pair("B", "Area B")]);
    let request = pb::ListAreasRequest { with_geometry: false, on: "yesterday".to_owned(), level: None };
    let failure = world.r#as(Role::Reader).list_areas(request).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["on"]);
}

#[tokio::test]
async fn real_boundaries_load_whole() {
    let folder = std::env::var("CPAS_REAL_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
    let missions = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder).join("missions");
    for (mission, areas) in [("minusca", 17), ("unmiss", 10)] {
        let Ok(geojson) = std::fs::read(missions.join(mission).join("boundaries.geojson")) else {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "in CI the real data must be there");
            eprintln!("left out: the real boundaries of {mission} are not there");
            continue;
        };
        let world = World::start().await;
        let request = pb::ImportAreasRequest { geojson, dry_run: false };
        for added in [areas, 0] {
            let response = world
                .r#as(Role::Coordinator)
                .import_areas(request.clone())
                .await
                .expect("real boundaries")
                .into_inner();
            assert_eq!(counts(&response), (areas, added, 0, areas - added, 0));
        }
        let listed = list(&world, true, "").await;
        assert!(
            listed.iter().all(|area| area.geometry.len() > 100 && !area.name.clone().unwrap_or_default().is_blank())
        );
    }
}

#[tokio::test]
async fn columns_of_humanitarian_datasets_are_recognised() {
    let world = World::start().await;
    let bare = |west: f64, properties: Value| {
        let mut feature = square("x", json!({}), west);
        feature["properties"] = properties;
        feature
    };
    let district =
        bare(0.0, json!({"ADM0_PCODE": "CF", "ADM1_PCODE": "CF11", "ADM1_EN": "Lobaye", "ADM1_FR": "La Lobaye"}));
    assert_eq!(counts(&load(&world, std::slice::from_ref(&district)).await), (1, 1, 0, 0, 0), "without its country");
    let country = bare(0.0, json!({"ADM0_PCODE": "CF", "ADM0_EN": "Carana"}));
    let village =
        bare(0.0, json!({"ADM0_PCODE": "CF", "ADM1_PCODE": "CF11", "ADM2_PCODE": "CF111", "ADM2_EN": "Mbaiki"}));
    assert_eq!(counts(&load(&world, &[country, village]).await), (2, 2, 0, 0, 0));
    assert_eq!(counts(&load(&world, &[district]).await), (1, 0, 1, 0, 0), "now it lies in its country");
    let areas = list(&world, false, "").await;
    let said: Vec<_> = areas.iter().map(|area| (area.code.as_str(), area.level, area.parent_code.as_str())).collect();
    assert_eq!(said, [("CF", 0, ""), ("CF11", 1, "CF"), ("CF111", 2, "CF11")]);
    assert_eq!(
        areas[1].name.clone().map(|name| (name.en, name.fr)),
        Some(("Lobaye".to_owned(), "La Lobaye".to_owned()))
    );
}

#[tokio::test]
async fn two_imports_at_once_do_not_add_an_area_twice() {
    let world = World::start().await;
    let file = import(&[square("A", json!({}), 0.0), square("B", json!({}), 2.0)]);
    let (mut one, mut other) = (world.r#as(Role::Coordinator), world.r#as(Role::Coordinator));
    let (one, other) = tokio::join!(one.import_areas(file.clone()), other.import_areas(file));
    let added: u32 = [one, other].into_iter().map(|response| response.expect("taken").into_inner().added).sum();
    assert_eq!((added, list(&world, false, "").await.len()), (2, 2));
}

#[tokio::test]
async fn an_area_is_found_by_what_people_call_it_and_a_near_miss_is_suggested() {
    let world = World::start().await;
    let file = import(&[
        square("CF71", json!({"name": "Bangui", "aliases": ["Capital", "Capitale"]}), 0.0),
        square("CF32", json!({"name": "Ouham-Pendé", "aliases": "Bozoum; Bocaranga"}), 2.0),
        square("CF99", json!({"name": "Old Prefecture", "valid_to": "2019-12-31"}), 4.0),
    ]);
    world.r#as(Role::Coordinator).import_areas(file).await.expect("areas");
    let find = async |text: &str, on: &str| {
        let request = pb::FindAreasRequest { text: text.to_owned(), on: on.to_owned() };
        let found = world.r#as(Role::Reader).find_areas(request).await.expect("a search").into_inner().matches;
        found.into_iter().map(|one| (one.area.expect("an area").code, one.fit)).collect::<Vec<_>>()
    };
    let one = |code: &str, fit: &str| vec![(code.to_owned(), fit.to_owned())];
    assert_eq!(find("cf71", "").await, one("CF71", "code"));
    assert_eq!(find("capitale", "").await, one("CF71", "alias"));
    assert_eq!(find("BOCARANGA", "").await, one("CF32", "alias"));
    assert_eq!(find("Ouham Pende", "").await, one("CF32", "near"));
    assert_eq!(find("Old Prefecture", "").await, [], "it is no more");
    assert_eq!(find("Old Prefecture", "2019-06-01").await, one("CF99", "name"));
    let long = pb::FindAreasRequest { text: "x".repeat(400), on: String::new() };
    world.r#as(Role::Reader).find_areas(long).await.refused_as(Code::Invalid);
    let again = import(&[square("CF71", json!({"name": "Bangui", "aliases": ["BGF"]}), 0.0)]);
    let report = world.r#as(Role::Coordinator).import_areas(again).await.expect("areas").into_inner();
    assert_eq!(report.updated, 1, "other names are a change");
    let wrong = import(&[square("CF71", json!({"aliases": 7}), 0.0)]);
    let report = world.r#as(Role::Coordinator).import_areas(wrong).await.expect("checked").into_inner();
    assert!(report.rejected[0].reason.contains("aliases"), "{:?}", report.rejected);
}
