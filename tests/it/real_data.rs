//! Two real missions beside each other: what was loaded is what the files say.

use std::{collections::BTreeMap, path::PathBuf};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{Person, team, text},
};

/// Codes of the real files: level, direction, over time, over areas.
const INDICATORS: &[(&str, &str, &str)] = &[
    ("OC-CIVDEATHS", "outcome", "lower"),
    ("OC-EVENTS", "outcome", "lower"),
    ("CX-DEATHS", "context", "lower"),
    ("OP-TROOPS", "output", "higher"),
    ("OP-UNPOL", "output", "higher"),
    ("OP-UNMO", "output", "higher"),
];

/// The folder of a real mission; `None`, with a word on it, where the real data is not at hand.
///
/// # Panics
/// In CI, where it must be.
pub fn folder(mission: &str) -> Option<PathBuf> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let data = std::env::var_os("CPAS_REAL_DATA").map_or(own, PathBuf::from);
    let folder = data.join("missions").join(mission);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "CI needs the real data; there is none at {}",
        folder.display()
    );
    println!("left out: there is no real data at {}", folder.display());
    None
}

/// Drafts, approves and activates the indicators of the real files, those of outcomes bound to one.
pub async fn define_indicators(coordinator: &Person, approver: &Person, outcome: Option<&str>) {
    for (code, level, direction) in INDICATORS {
        let lineage = outcome.filter(|_| *level == "outcome").unwrap_or_default();
        let indicator = json!({"indicator": {
            "code": code, "name": {"en": code, "fr": code}, "level": level, "kind": "sum", "unit": "persons", "direction": direction,
            "over_time": "sum", "over_areas": "sum", "frequency": "year", "owner_section": "JMAC", "baseline_value": 500.0,
            "baseline_period": "2014", "source": {"en": "UCDP GED 20.1"}, "plan_item_lineage_id": lineage
        }});
        let drafted = coordinator.post("/indicators", indicator).await;
        let id = text(&drafted, "id");
        let approved =
            approver.post(&format!("/indicators/{id}/approve"), json!({"version": drafted["version"]})).await;
        coordinator.post(&format!("/indicators/{id}/activate"), json!({"version": approved["version"]})).await;
    }
}

/// Previews a file and commits its good rows, as soon as collection knows the indicators and areas.
pub async fn import(coordinator: &Person, name: &str, file: Vec<u8>) -> Value {
    let path = format!("/imports?file_name={name}");
    let mut preview = coordinator.upload(&path, "text/csv", file.clone()).await;
    // Definitions and areas come by events of other services: a moment later.
    for _ in 0..100 {
        if preview["rows_rejected"] == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        preview = coordinator.upload(&path, "text/csv", file.clone()).await;
    }
    let commit = json!({"version": preview["version"], "submit": true});
    coordinator.post(&format!("/imports/{}/commit", text(&preview, "id")), commit).await
}

/// Area and year -> value of one indicator, as the file has them.
fn file_values(folder: &std::path::Path, code: &str) -> BTreeMap<(String, String), f64> {
    let text = std::fs::read_to_string(folder.join("observations.csv")).expect("the observations");
    let rows = text.lines().skip(2).map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter(|row| row[0] == code)
        .map(|row| ((row[1].to_owned(), row[2].to_owned()), row[3].parse().expect("a number")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_real_missions_are_what_their_files_say_and_nothing_of_each_other() {
    let (Some(minusca), Some(unmiss)) = (folder("minusca"), folder("unmiss")) else { return };
    let cluster = Cluster::start().await;
    let mut teams = Vec::new();
    for (code, folder, areas) in [("MINUSCA", &minusca, 17), ("UNMISS", &unmiss, 10)] {
        let team = team(&cluster.app, &cluster.address, code).await;
        let boundaries = std::fs::read(folder.join("boundaries.geojson")).expect("the boundaries");
        let imported = team.coordinator.upload("/areas", "application/geo+json", boundaries.clone()).await;
        assert_eq!(imported["added"], areas, "{imported}");
        let again = team.coordinator.upload("/areas", "application/geo+json", boundaries).await;
        assert_eq!(
            (&again["added"], &again["unchanged"]),
            (&json!(0), &json!(areas)),
            "a second time adds nothing: {again}"
        );

        define_indicators(&team.coordinator, &team.component_head, None).await;
        let file = std::fs::read(folder.join("observations.csv")).expect("the observations");
        let rows = String::from_utf8_lossy(&file).lines().count() - 2;
        let batch = import(&team.coordinator, "observations.csv", file.clone()).await;
        assert_eq!((&batch["rows_added"], &batch["rows_rejected"]), (&json!(rows), &json!(0)), "{batch}");
        let again = team.coordinator.upload("/imports?file_name=observations.csv", "text/csv", file).await;
        assert_eq!(
            (&again["rows_added"], &again["rows_changed"]),
            (&json!(0), &json!(0)),
            "the same file twice: {again}"
        );

        let expected = file_values(folder, "OC-CIVDEATHS");
        let series = team.coordinator.get("/series/OC-CIVDEATHS?areas=*").await;
        let mut found = BTreeMap::new();
        for part in series["parts"].as_array().expect("parts").iter().filter(|part| part["area"] != "") {
            for point in part["points"].as_array().expect("points").iter().filter(|point| point["value"].is_number()) {
                found.insert((text(part, "area"), text(point, "period")), point["value"].as_f64().expect("a number"));
            }
        }
        assert_eq!(found, expected, "{code}: the yearly civilian deaths of each area are the file's");
        teams.push(team);
    }
    let (ours, theirs) = (&teams[0], &teams[1]);
    assert_eq!(ours.coordinator.at("UNMISS").try_get("/areas").await.0, StatusCode::NOT_FOUND);
    let area = ours.coordinator.try_get("/series/OC-CIVDEATHS?areas=SDS147").await;
    let nowhere = ours.coordinator.try_get("/series/OC-CIVDEATHS?areas=NOWHERE").await;
    assert_eq!(area.0, nowhere.0, "an area of the other mission is like none");
    assert!(!area.1.to_string().contains("\"value\":1"), "{}", area.1);
    assert_eq!(theirs.coordinator.get("/areas").await["areas"].as_array().map(Vec::len), Some(10));
}
