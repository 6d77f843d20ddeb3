//! Somebody with a valid account of another mission learns nothing, not even that a thing exists.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{answer, team, text},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_learns_nothing() {
    let cluster = Cluster::start().await;
    let ours = team(&cluster.app, &cluster.address, "OURS").await;
    let theirs = team(&cluster.app, &cluster.address, "THEIRS").await;
    let plan = ours
        .coordinator
        .post("/plans", json!({"title": {"en": "Ours"}, "start": "2024-07-01", "end": "2026-06-30"}))
        .await;
    let stakeholder = ours.coordinator.post("/stakeholders", json!({"name": "Somebody", "kind": "individual"})).await;

    // Every route, in a mission that is there and in one that is not.
    let mut routes = 0;
    for route in cpas_gateway::routes::api().iter().filter(|route| route.path.starts_with("/missions/{mission}")) {
        let path = route
            .path
            .split('/')
            .map(|part| if part.starts_with('{') && part != "{mission}" { "active" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        let ask = async |mission: &str| {
            let path = format!("//{}", path.trim_start_matches('/').replace("{mission}", mission));
            answer(theirs.coordinator.request(route.method.clone(), &path).json(&json!({}))).await
        };
        let (status, body) = ask("OURS").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{} {}: {body}", route.method, route.path);
        assert_eq!((status, body), ask("NOSUCH").await, "{} {}", route.method, route.path);
        routes += 1;
    }
    assert!(routes > 80, "only {routes} routes: the walk saw little");

    // Ids of ours below their own mission.
    let nothing = "0190b3d0-0000-7000-8000-000000000000";
    for (collection, id) in [("plans", text(&plan, "id")), ("stakeholders", text(&stakeholder, "id"))] {
        let known = theirs.coordinator.try_get(&format!("/{collection}/{id}")).await;
        let unknown = theirs.coordinator.try_get(&format!("/{collection}/{nothing}")).await;
        assert_eq!(known.0, StatusCode::NOT_FOUND, "{}", known.1);
        assert_eq!(known, unknown, "{collection}: an id of another mission looks like none");
    }
    let submitted = format!("/plans/{}/submit", text(&plan, "id"));
    let (status, _) = theirs.coordinator.try_send(Method::POST, &submitted, json!({"version": 1})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let list: Value = theirs.coordinator.get("/stakeholders").await;
    assert_eq!(list["stakeholders"].as_array().map(Vec::len), Some(0));
}
