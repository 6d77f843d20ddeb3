//! Headquarters through the outer door: a shared indicator of two missions side by side, and each mission sees who read.

use chassis::testing::eventually;
use cpas_gateway::routes::add_account;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    cluster::Cluster,
    people::{PASSWORD, Person, team, text},
};

const HQ: &str = "daniel@hq.example";
const SHARED: &str = "//hq/shared-indicators";

/// A mission takes an indicator of the library into use.
async fn takes_up(coordinator: &Person, code: &str) {
    let cloned = coordinator.post("/library/indicators/clone", json!({"codes": [code], "owner_section": "JMAC"})).await;
    let mut indicator = cloned["indicators"][0].clone();
    for step in ["approve", "activate"] {
        let path = format!("/indicators/{}/{step}", text(&indicator, "id"));
        indicator = coordinator.post(&path, json!({"version": indicator["version"]})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headquarters_reads_across_missions_and_each_sees_it() {
    let cluster = Cluster::start().await;
    add_account(&cluster.app, HQ, "Daniel Asante", PASSWORD.to_owned(), true, false).await.expect("an account");
    let one = team(&cluster.app, &cluster.address, "MONE").await;
    let other = team(&cluster.app, &cluster.address, "MTWO").await;
    let hq = Person::sign_in(&cluster.address, "MONE", HQ).await;
    let code = "POC-RETURNS";
    for coordinator in [&one.coordinator, &other.coordinator] {
        takes_up(coordinator, code).await;
    }
    eventually("both missions are seen", || async {
        let shared = hq.get(SHARED).await;
        shared["indicators"][0]["missions"] == json!(["MONE", "MTWO"])
    })
    .await;
    let map = hq.get(&format!("{SHARED}/{code}?frequency=quarter&first_period=2024-Q1&last_period=2024-Q4")).await;
    assert_eq!(map["rows"].as_array().map(Vec::len), Some(2), "{map}");
    assert_eq!(map["rows"][0]["cautions"], json!([]), "both have the library's definition: {map}");

    // The mission reads in its own language who read it, and for what.
    let reads = one.coordinator.get("/reads-from-outside").await;
    let [newest, ..] = reads["reads"].as_array().map(Vec::as_slice).expect("a list") else { panic!("{reads}") };
    assert_eq!((&newest["account_name"], &newest["clearance"]), (&json!("Daniel Asante"), &json!("confidential")));
    let said = format!("Valeurs de l’indicateur partagé {code} par trimestre de 2024-Q1 à 2024-Q4");
    assert_eq!(newest["text"]["fr"], said, "{newest}");
    let before = reads["reads"].as_array().map(Vec::len);
    let beside = hq.get("//hq/comparison?one=MTWO&other=MONE").await;
    assert_eq!(beside["indicators"].as_array().map(Vec::len), Some(1), "{beside}");
    let after = one.leadership.get("/reads-from-outside").await;
    assert_eq!(after["reads"].as_array().map(Vec::len), before.map(|before| before + 1), "one more read");
    assert!(!after.to_string().contains("MTWO"), "a mission is not told of another: {after}");
    assert_eq!(one.verifier.try_get("/reads-from-outside").await.0, StatusCode::FORBIDDEN);

    // For everybody else there is nothing there, and for a token of headquarters, which has one mission, neither.
    for path in [SHARED, "//hq/late", "//hq/themes", "//hq/recommendations", "//hq/comparison?one=MONE&other=MTWO"] {
        assert_eq!(hq.try_get(path).await.0, StatusCode::OK, "{path}");
        let (status, body) = one.leadership.try_get(path).await;
        assert_eq!((status, body), one.leadership.try_get("//hq/nothing").await, "{path}");
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(one.leadership.as_nobody(&path[1..]).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    let unknown = hq.try_send(Method::GET, "//hq/comparison?one=MONE&other=NONE", json!({})).await;
    assert_eq!(unknown.0, StatusCode::NOT_FOUND, "{}", unknown.1);
}
