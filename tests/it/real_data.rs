//! Two real missions beside each other, each loaded by file and again by the API: what was loaded adds up to what a script
//! in Python makes of the same files, `tests/exchange/sums.py`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{Person, Team, team, text},
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

/// What counts events, as the script calls what it counts: code, type, measure.
const COUNTED: &[(&str, &str, &str, &str)] = &[
    ("EV-EVENTS", "count", "events", "events"),
    ("EV-BEST", "sum", "deaths_best", "best"),
    ("EV-CIVILIANS", "sum", "deaths_civilians", "civilians"),
];
/// Rows of one call of the API, as many as it takes.
const BATCH_ROWS: usize = 1_000;

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

/// Area and year -> value.
type Sums = BTreeMap<(String, String), f64>;

/// What a script that shares nothing with the product makes of the real data.
fn by_python(data: &Path) -> Value {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("exchange/sums.py");
    let done = Command::new("python3").arg(script).env("CPAS_REAL_DATA", data).output().expect("python3 runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("JSON")
}

fn sums(of: &Value) -> Sums {
    let areas = of.as_object().expect("areas").iter();
    let years = areas.flat_map(|(area, years)| years.as_object().expect("years").iter().map(move |year| (area, year)));
    years.map(|(area, (year, sum))| ((area.clone(), year.clone()), sum.as_f64().expect("a number"))).collect()
}

/// The yearly values of a series, of each area and of the mission as a whole.
async fn series(person: &Person, code: &str) -> Sums {
    let mut found = BTreeMap::new();
    for areas in ["", "?areas=*"] {
        let series = person.get(&format!("/series/{code}{areas}")).await;
        for part in series["parts"].as_array().expect("parts") {
            for point in part["points"].as_array().expect("points").iter().filter(|point| point["value"].is_number()) {
                let value = point["value"].as_f64().expect("a number");
                found.insert((text(part, "area"), text(point, "period")), value);
            }
        }
    }
    found
}

/// How two differ; `None` where they do not.
fn difference(found: &Sums, expected: &Sums) -> Option<String> {
    let places = found.keys().chain(expected.keys());
    let mut differ = places.filter(|place| {
        let (one, other) = (found.get(*place), expected.get(*place));
        one.zip(other).is_none_or(|(one, other)| (one - other).abs() > 1e-6 * other.abs().max(1.0))
    });
    differ.next().map(|place| format!("{place:?}: {:?}, and by Python {:?}", found.get(place), expected.get(place)))
}

/// Every series of a mission adds up to what the script says, in each area and year and in the mission as a whole.
async fn adds_up(person: &Person, of: &Value, who: &str) {
    let observed = INDICATORS.iter().map(|(code, ..)| (*code, *code));
    for (code, what) in observed.chain(COUNTED.iter().map(|(code, _, _, what)| (*code, *what))) {
        let expected = sums(&of[what]);
        assert!(expected.len() > 50, "{who} {what}: {} sums", expected.len());
        let mut differs = difference(&series(person, code).await, &expected);
        // What counts events is told of them a moment later.
        for _ in 0..100 {
            if differs.is_none() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            differs = difference(&series(person, code).await, &expected);
        }
        assert_eq!(differs, None, "{who} {code}");
    }
}

/// Drafts, approves and activates what counts and sums the events by area and year.
async fn count_events(team: &Team) {
    for (code, kind, measure, _) in COUNTED {
        let indicator = json!({"indicator": {
            "code": code, "name": {"en": code, "fr": code}, "level": "context", "kind": kind, "unit": "persons", "direction": "lower", "over_time": "sum",
            "over_areas": "sum", "frequency": "year", "owner_section": "JMAC", "event_measure": {"measure": measure}
        }});
        let drafted = team.coordinator.post("/indicators", indicator).await;
        let path = format!("/indicators/{}", text(&drafted, "id"));
        let approved =
            team.component_head.post(&format!("{path}/approve"), json!({"version": drafted["version"]})).await;
        team.coordinator.post(&format!("{path}/activate"), json!({"version": approved["version"]})).await;
    }
}

/// Sends all the world's events; those in the mission's areas stay. Areas come by events of another service: a moment later.
async fn send_events(team: &Team, data: &Path, areas: u64, all: &Value) {
    let file = std::fs::read(data.join("violence_events.csv")).expect("the events");
    for _ in 0..100 {
        let (_, sent) = team.coordinator.try_upload("/events?file_name=ucdp.csv", "text/csv", file.clone()).await;
        if sent["areas"] == areas {
            assert_eq!((&sent["read"], &sent["rows_rejected"]), (all, &json!(0)), "{sent}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the areas never came to where events are kept");
}

/// A mission with the areas and indicators of a folder, and all events.
async fn stage(cluster: &Cluster, code: &str, folder: &Path, areas: u64, all: &Value) -> Team {
    let team = team(&cluster.app, &cluster.address, code).await;
    let boundaries = std::fs::read(folder.join("boundaries.geojson")).expect("the boundaries");
    let imported = team.coordinator.upload("/areas", "application/geo+json", boundaries.clone()).await;
    assert_eq!(imported["added"], areas, "{imported}");
    let again = team.coordinator.upload("/areas", "application/geo+json", boundaries).await;
    assert_eq!((&again["added"], &again["unchanged"]), (&json!(0), &json!(areas)), "twice adds nothing: {again}");
    define_indicators(&team.coordinator, &team.component_head, None).await;
    count_events(&team).await;
    send_events(&team, &folder.join("../.."), areas, all).await;
    team
}

/// Takes the observations in as a file.
async fn by_file(team: &Team, folder: &Path) {
    let file = std::fs::read(folder.join("observations.csv")).expect("the observations");
    let rows = String::from_utf8_lossy(&file).lines().count() - 2;
    let batch = import(&team.coordinator, "observations.csv", file.clone()).await;
    assert_eq!((&batch["rows_added"], &batch["rows_rejected"]), (&json!(rows), &json!(0)), "{batch}");
    let again = team.coordinator.upload("/imports?file_name=observations.csv", "text/csv", file).await;
    assert_eq!((&again["rows_added"], &again["rows_changed"]), (&json!(0), &json!(0)), "the same file twice: {again}");
}

/// Takes the same in as another system would: row by row under keys of its own, in calls of many rows; then submits.
async fn by_rows(team: &Team, folder: &Path) {
    let file = std::fs::read_to_string(folder.join("observations.csv")).expect("the observations");
    let rows: Vec<Value> = file
        .lines()
        .skip(2)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let value: f64 = cells[3].parse().expect("a number");
            json!({"key": format!("{} {} {}", cells[0], cells[1], cells[2]), "observation": {
                "indicator_code": cells[0], "area": cells[1], "period": cells[2], "kind": "value", "value": value, "source": cells[4]
            }})
        })
        .collect();
    for batch in rows.chunks(BATCH_ROWS) {
        let send = async || {
            let answer = team.focal_point.post("/observations/rows", json!({"rows": batch})).await;
            answer["outcomes"].as_array().expect("outcomes").clone()
        };
        let mut outcomes = send().await;
        // Definitions come by events of another service: a moment later. The keys make what is sent again one.
        for _ in 0..100 {
            if outcomes.iter().all(|one| one["outcome"] == "stored") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            outcomes = send().await;
        }
        assert_eq!(outcomes.iter().find(|one| one["outcome"] != "stored"), None, "every row is stored");
        assert_eq!(outcomes.len(), batch.len());
    }
    let moved = team.focal_point.post("/observations/submit", json!({"section": "JMAC"})).await;
    assert_eq!(moved["moved"], rows.len(), "{moved}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_real_missions_by_file_and_by_the_api_add_up_to_what_python_says_and_are_nothing_of_each_other() {
    let (Some(minusca), Some(unmiss)) = (folder("minusca"), folder("unmiss")) else { return };
    let python = by_python(&minusca.join("../.."));
    assert_eq!(python["events_read"], 61_296);
    let cluster = Cluster::start().await;
    let mut teams = Vec::new();
    for (code, again, folder, areas) in [("MINUSCA", "RCA", &minusca, 17), ("UNMISS", "RSS", &unmiss, 10)] {
        let of = &python[code.to_lowercase()];
        let files = stage(&cluster, code, folder, areas, &python["events_read"]).await;
        by_file(&files, folder).await;
        adds_up(&files.coordinator, of, code).await;
        let rows = stage(&cluster, again, folder, areas, &python["events_read"]).await;
        by_rows(&rows, folder).await;
        adds_up(&rows.coordinator, of, again).await;
        teams.push(files);
    }
    let (ours, theirs) = (&teams[0], &teams[1]);
    assert_eq!(ours.coordinator.at("UNMISS").try_get("/areas").await.0, StatusCode::NOT_FOUND);
    let area = ours.coordinator.try_get("/series/OC-CIVDEATHS?areas=SDS147").await;
    let nowhere = ours.coordinator.try_get("/series/OC-CIVDEATHS?areas=NOWHERE").await;
    assert_eq!(area.0, nowhere.0, "an area of the other mission is like none");
    assert!(!area.1.to_string().contains("\"value\":1"), "{}", area.1);
    assert_eq!(theirs.coordinator.get("/areas").await["areas"].as_array().map(Vec::len), Some(10));
}
