//! What real people give: each a clear error with its row or field, and nothing half done.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{Team, team, text},
    real_data,
};

fn square(code: Value, ring: Value) -> Value {
    json!({"type": "Feature", "properties": {"code": code, "name": "Somewhere", "admin_level": 1}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

fn collection(features: Vec<Value>) -> Vec<u8> {
    json!({"type": "FeatureCollection", "features": features}).to_string().into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_with_its_place_and_nothing_is_half_done() {
    let cluster = Cluster::start().await;
    let team = team(&cluster.app, &cluster.address, "UNMIC").await;
    areas(&team).await;
    let good = square(json!("CAR01"), json!([[10.0, 4.0], [11.0, 4.0], [11.0, 5.0], [10.0, 5.0], [10.0, 4.0]]));
    team.coordinator.upload("/areas", "application/geo+json", collection(vec![good])).await;
    real_data::define_indicators(&team.coordinator, &team.component_head, None).await;
    files(&team).await;
    plans(&team).await;
    targets(&team).await;
}

async fn areas(team: &Team) {
    let good = square(json!("CAR02"), json!([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]));
    let crossing = square(json!("CAR03"), json!([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]));
    let nameless = square(Value::Null, json!([[2.0, 0.0], [3.0, 0.0], [3.0, 1.0], [2.0, 0.0]]));
    for (bytes, what) in [
        (collection(vec![good.clone(), crossing]), "a ring that crosses itself"),
        (collection(vec![good.clone(), nameless]), "an area without a code"),
        (collection(vec![good.clone(), good]), "a code twice"),
        (Vec::new(), "an empty file"),
        (vec![0xff, 0xd8, 0x00, 0x01], "a binary file"),
        (b"{\"type\": \"Feature\"}".to_vec(), "no FeatureCollection"),
    ] {
        let (status, answer) = team.coordinator.try_upload("/areas", "application/geo+json", bytes).await;
        let rejected = answer["rejected"]
            .as_array()
            .is_some_and(|rejected| rejected.iter().all(|one| !text(one, "reason").is_empty()) && !rejected.is_empty());
        assert!(
            status == StatusCode::UNPROCESSABLE_ENTITY || (status == StatusCode::OK && rejected),
            "{what}: {status} {answer}"
        );
    }
    assert_eq!(team.coordinator.get("/areas").await["areas"].as_array().map(Vec::len), Some(0), "nothing half done");
}

async fn files(team: &Team) {
    let head = "Indicator,Location code,Year,Value\n";
    real_data::import(&team.coordinator, "good.csv", format!("{head}OC-EVENTS,CAR01,2018,3\n").into_bytes()).await;
    let rows = "OC-CIVDEATHS,CAR01,2019,7\nNO-SUCH,CAR01,2019,1\nOC-CIVDEATHS,NOWHERE,2019,1\nOC-CIVDEATHS,CAR01,20x9,1\nOC-CIVDEATHS,CAR01,2018,many\n";
    let batch =
        team.coordinator.upload("/imports?file_name=mixed.csv", "text/csv", format!("{head}{rows}").into_bytes()).await;
    assert_eq!((&batch["rows_added"], &batch["rows_rejected"]), (&json!(1), &json!(4)), "{batch}");
    let rejected: Vec<u64> =
        batch["rejected"].as_array().expect("rows").iter().map(|row| row["row"].as_u64().expect("a row")).collect();
    assert_eq!(rejected, [3, 4, 5, 6], "{batch}");
    let back = team.coordinator.download(&format!("/imports/{}/rejected", text(&batch, "id"))).await;
    let back = String::from_utf8(back).expect("text");
    assert!(back.contains("NO-SUCH") && back.contains("many") && !back.contains("2019,7"), "{back}");

    for (bytes, what) in [
        (Vec::new(), "an empty file"),
        ((0..=255).cycle().take(5000).collect(), "a binary file"),
        (
            format!("{head}\"OC-EVENTS,CAR01,2019,1\nOC-EVENTS,CAR01,2018,1\n").into_bytes(),
            "a quoted field that never closes",
        ),
        (b"a,b,c\n1,2,3\n".to_vec(), "no column that is known"),
    ] {
        let (status, problem) = team.coordinator.try_upload("/imports?file_name=bad.csv", "text/csv", bytes).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {problem}");
        assert!(text(&problem, "detail").len() > 20, "{what}: {problem}");
    }
    let series = team.coordinator.get("/series/OC-CIVDEATHS").await;
    let has_value = series["parts"]
        .as_array()
        .is_some_and(|parts| parts.iter().any(|part| part["points"].to_string().contains("\"value\":7")));
    assert!(!has_value, "a preview stores no observation: {series}");
}

async fn plans(team: &Team) {
    let draft = json!({"title": {"en": "Plan"}, "start": "2024-07-01", "end": "2026-06-30"});
    let plan = team.coordinator.post("/plans", draft).await;
    let items = format!("/plans/{}/items", text(&plan, "id"));
    let (status, problem) = team
        .coordinator
        .try_send(
            Method::POST,
            &items,
            json!({"version": plan["version"], "item": {"kind": "output", "statement": {"en": "Alone"}}}),
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "an output without a parent: {problem}");
    assert!(!problem["violations"].as_array().expect("fields").is_empty(), "{problem}");
    let (status, problem) = team
        .coordinator
        .try_send(
            Method::POST,
            &items,
            json!({"version": 99, "item": {"kind": "objective", "statement": {"en": "Stale"}}}),
        )
        .await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{problem}");
    let unchanged = team.coordinator.get(&format!("/plans/{}", text(&plan, "id"))).await;
    assert_eq!((&unchanged["version"], unchanged["items"].as_array().map(Vec::len)), (&plan["version"], Some(0)));
}

async fn targets(team: &Team) {
    let indicator = text(&team.coordinator.get("/indicators/OC-EVENTS").await, "id");
    let set = async |value: f64, reason: &str, version: i64| {
        let target = json!({"target": {"indicator_id": indicator, "period": "2019", "value": value, "reason": reason, "version": version}});
        team.coordinator.try_send(Method::PUT, "/targets", target).await
    };
    let (status, first) = set(5.0, "", 0).await;
    let first = if status.is_success() { first } else { set(5.0, "set late", 0).await.1 };
    let version = first["version"].as_i64().expect("a version");
    let (status, problem) = set(6.0, "", version).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "a target whose period opened needs a reason: {problem}");
    let (status, changed) = set(6.0, "The scale of the crisis changed.", version).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
}
