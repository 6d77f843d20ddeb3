//! Services that go away and come back, and the end of it all.

use std::time::{Duration, Instant};

use chassis::testing::eventually;
use reqwest::Method;
use serde_json::json;

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_service_is_away_and_comes_back_with_what_it_had() {
    let stage = Stage::open().await;
    let coordinator = stage.mission("ALPHA").await;
    let stakeholder = json!({"name": "Council of Elders", "kind": "community"});
    coordinator.write(Method::POST, "/stakeholders", "", &stakeholder).await.expect("a stakeholder");

    stage.system.kill("context").await;
    let away = coordinator.get("/stakeholders").await.expect_err("nobody is there");
    assert!(away.to_string().contains("503"), "{away}");
    coordinator.get("/plans").await.expect("the others go on");

    stage.system.revive("context").await.expect("it starts");
    let list = coordinator.get("/stakeholders").await.expect("a list");
    assert_eq!(list["stakeholders"][0]["name"], "Council of Elders");
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_while_a_listener_is_away_arrives_when_it_is_back() {
    let stage = Stage::open().await;
    let coordinator = stage.mission("BRAVO").await;
    stage.system.kill("reporting").await;
    let stakeholder = json!({"name": "Herders' Federation", "kind": "community"});
    coordinator.write(Method::POST, "/stakeholders", "", &stakeholder).await.expect("a stakeholder");
    stage.system.revive("reporting").await.expect("it starts");
    eventually("the home counts the stakeholder", || async {
        coordinator.get("/home").await.is_ok_and(|home| home["stakeholders"] == 1)
    })
    .await;
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_in_time() {
    let stage = Stage::open().await;
    let started = Instant::now();
    stage.close().await;
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
}
