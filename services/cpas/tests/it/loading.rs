//! `cpas load` and `cpas events`, on real missions and on bad files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cpas::{
    client::{Api, count, text},
    demo, load,
};
use serde_json::Value;

use crate::stage::Stage;

/// The folder of the real data; `None`, with a word on it, where it is not at hand. In CI it must be.
fn real_data() -> Option<PathBuf> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("CPAS_REAL_DATA").map_or(own, PathBuf::from);
    if data.is_dir() {
        return Some(data);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "CI needs the real data; there is none at {}",
        data.display()
    );
    println!("left out: there is no real data at {}", data.display());
    None
}

/// Area and year -> civilians killed, as the file has them.
fn in_file(folder: &Path) -> BTreeMap<(String, String), f64> {
    let text = fs::read_to_string(folder.join("observations.csv")).expect("the observations");
    let rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let rows = rows.filter(|row| row[0] == "OC-CIVDEATHS");
    rows.map(|row| ((row[1].to_owned(), row[2].to_owned()), row[3].parse().expect("a number"))).collect()
}

/// The same from the system.
async fn in_system(api: &Api) -> BTreeMap<(String, String), f64> {
    let series = api.get("/series/OC-CIVDEATHS?areas=*").await.expect("a series");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut found = BTreeMap::new();
    for part in series["parts"].as_array().expect("parts").iter().filter(|part| part["area"] != "") {
        for point in part["points"].as_array().expect("points") {
            if let Some(value) = point["value"].as_f64() {
                found.insert((text(&part["area"]), text(&point["period"])), value);
            }
        }
    }
    found
}

/// What a member of a mission sees of it: codes of areas and indicators, names of stakeholders, observations counted.
async fn seen(api: &Api) -> (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>, u64) {
    let words = |rows: Vec<Value>, key: &str| rows.iter().map(|row| text(row, key).to_owned()).collect();
    let areas = api.get("/areas").await.expect("areas")["areas"].as_array().cloned().unwrap_or_default();
    let indicators = api.all("/indicators?page_size=200", "indicators").await.expect("indicators");
    let stakeholders = api.all("/stakeholders?page_size=200", "stakeholders").await.expect("stakeholders");
    let home = api.get("/home").await.expect("a home");
    (words(areas, "code"), words(indicators, "code"), words(stakeholders, "name"), count(&home, "observations"))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_real_missions_stand_beside_the_demo_and_loading_again_adds_nothing() {
    let Some(data) = real_data() else { return };
    let stage = Stage::open().await;
    demo::ensure(&stage.system, &stage.address).await.expect("the demo");
    let unmic = Api::sign_in(&stage.address, demo::MISSION, "coordinator@unmic.example", "carana-demo-coordinator");
    let unmic = unmic.await.expect("the demo's coordinator");
    let before = seen(&unmic).await;
    assert_eq!(
        (before.0.len(), before.1.len(), before.2.len()),
        (15, 88, 40),
        "the demo, with four of the library and three that count events"
    );
    let mut missions = Vec::new();
    for (code, name, areas) in [("MINUSCA", "minusca", 17), ("UNMISS", "unmiss", 10)] {
        let folder = data.join("missions").join(name);
        stage.mission(code).await;
        let api = Api::with_token(&stage.address, code, &stage.token(code).await).expect("a client");

        let first = load::folder(&api, &folder).await.expect("a load");
        let rows = fs::read_to_string(folder.join("observations.csv")).expect("the file").lines().count() as u64 - 2;
        assert_eq!(first.of("areas").map(|tally| (tally.read, tally.added)), Some((areas, areas)), "{first}");
        assert_eq!(first.of("indicators").map(|tally| tally.added), Some(6), "{first}");
        let observations = first.of("observations").expect("observations");
        assert_eq!((observations.read, observations.added, observations.rejected), (rows, rows, 0), "{first}");
        assert_eq!(in_system(&api).await, in_file(&folder), "{code}: yearly civilian deaths of every area");

        let again = load::folder(&api, &folder).await.expect("a second load");
        for kind in ["areas", "indicators", "observations"] {
            let tally = again.of(kind).expect(kind);
            assert_eq!((tally.added, tally.changed, tally.rejected), (0, 0, 0), "{kind}: {again}");
            assert_eq!(tally.unchanged, tally.read, "{kind}: {again}");
        }
        missions.push((code, api));
    }
    assert_eq!(seen(&unmic).await, before, "nothing of the others came into the demo");
    let (minusca, unmiss) = (seen(&missions[0].1).await, seen(&missions[1].1).await);
    for (one, other) in [(&minusca, &unmiss), (&minusca, &before), (&unmiss, &before)] {
        assert!(one.0.is_disjoint(&other.0), "areas of two missions: {:?} {:?}", one.0, other.0);
    }
    assert_eq!((minusca.1.len(), unmiss.1.len()), (6, 6), "the indicators of their own files, none of the demo's");
    // A token of one mission, at each of the others: as if there were nothing.
    for (code, api) in &missions {
        for other in ["MINUSCA", "UNMISS", demo::MISSION].iter().filter(|other| *other != code) {
            for path in ["/areas", "/home", "/series/OC-CIVDEATHS"] {
                let there = api.at(other).get(path).await.expect_err("no door").to_string();
                let nowhere = api.at("NOWHERE").get(path).await.expect_err("no door").to_string();
                assert!(there.contains("404"), "{there}");
                assert_eq!(there, nowhere, "{code} at {other}");
            }
        }
    }
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_events_in_the_missions_areas_are_kept_and_none_twice() {
    let Some(data) = real_data() else { return };
    let stage = Stage::open().await;
    let api = stage.mission("MINUSCA").await;
    let boundaries = fs::read(data.join("missions/minusca/boundaries.geojson")).expect("the boundaries");
    load::areas(&api, boundaries).await.expect("areas");

    // Right after the areas: news of them is still on the way to collection.
    let file = data.join("violence_events.csv");
    let first = load::events(&api, &file, "").await.expect("events");
    assert_eq!(first.read, 61_296);
    assert!(first.added > 500 && first.outside > 50_000, "{first:?}");
    assert_eq!(first.added + first.outside + first.rejected + first.unchanged + first.changed, first.read, "{first:?}");
    let again = load::events(&api, &file, "").await.expect("events");
    assert_eq!((again.added, again.changed, again.outside), (0, 0, first.outside), "{again:?}");
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_framework_says_what_indicators_are_and_bad_rows_are_counted() {
    let stage = Stage::open().await;
    let api = stage.mission("CHARLIE").await;
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("framework.yaml", "indicators:\n  - code: OC-TRUST\n    kind: ratio\n    name: {en: Trust, fr: Confiance}\n");
    write(
        "observations.csv",
        "Indicator,Area,Period,Value,Numerator,Denominator\nOC-TRUST,,2024-Q1,,30,60\nOP-VISITS,,2024-Q1,12,,\nOP-VISITS,,yesterday,12,,\n",
    );
    let report = load::folder(&api, folder.path()).await.expect("a load");
    let observations = report.of("observations").expect("observations");
    assert_eq!((observations.read, observations.added, observations.rejected), (3, 2, 1), "{report}");
    let trust = api.get("/indicators/OC-TRUST").await.expect("an indicator");
    assert_eq!(
        (&trust["kind"], &trust["frequency"], &trust["state"]),
        (&"ratio".into(), &"quarter".into(), &"draft".into())
    );
    let series = api.get("/series/OC-TRUST").await.expect("a series");
    assert_eq!(series["parts"][0]["points"][0]["value"], 0.5);

    write("framework.yaml", "indicators:\n  - code: OC-TRUST\n    colour: red\n");
    let error = load::folder(&api, folder.path()).await.expect_err("an unknown key");
    assert!(error.to_string().contains("colour"), "{error}");
    let error = load::folder(&api, &folder.path().join("nowhere")).await.expect_err("no folder");
    assert!(error.to_string().starts_with("There is no folder"), "{error}");
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_and_a_silent_address_are_said_in_a_sentence() {
    let stage = Stage::open().await;
    stage.mission("DELTA").await;
    let api = Api::with_token(&stage.address, "DELTA", "cpas_wrong").expect("a client");
    let error = api.get("/areas").await.expect_err("a wrong token");
    assert!(error.to_string().contains("401") && error.to_string().contains("sign in"), "{error}");
    let api = Api::with_token("http://127.0.0.1:9", "DELTA", "cpas_wrong").expect("a client");
    let error = api.get("/areas").await.expect_err("nobody");
    assert!(error.to_string().contains("CPAS_URL"), "{error}");
    stage.close().await;
}
