//! A mission is closed by headquarters, and every service hears of it.

use chassis::testing::eventually;
use cpas::{client::Api, compose::SERVICES};
use cpas_gateway::routes::add_account;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use crate::stage::{PASSWORD, Stage};

const OPERATOR: &str = "olga@hq.example";

/// States of the mission as the services have heard of them.
async fn heard(stage: &Stage) -> Vec<Option<String>> {
    let superuser = stage.ground.superuser_url.rsplit_once('/').expect("a database").0;
    let mut states = Vec::new();
    for service in SERVICES {
        let url = format!("{superuser}/{}_{service}", stage.ground.database_prefix);
        let mut connection = PgConnection::connect(&url).await.expect("the database");
        let state = sqlx::query_scalar("SELECT state FROM chassis.mission_state").fetch_optional(&mut connection);
        states.push(state.await.expect("a look"));
    }
    states
}

fn count(work: &Value, kind: &str, state: &str) -> u64 {
    let lines = work["work"].as_array().expect("a list");
    let own = lines.iter().find(|line| line["kind"] == kind && line["state"] == state);
    own.and_then(|line| line["count"].as_u64()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_done_is_counted_as_far_as_one_may_see_and_every_service_hears_the_end() {
    let stage = Stage::open().await;
    let coordinator = stage.mission("ALPHA").await;
    add_account(&stage.system.app, OPERATOR, "Olga", PASSWORD.to_owned(), false, true).await.expect("an operator");
    let olga = Api::sign_in(&stage.address, "ALPHA", OPERATOR, PASSWORD).await.expect("a session");
    let plan = json!({"title": {"en": "A draft"}, "start": "2026-07-01", "end": "2027-06-30"});
    coordinator.write(Method::POST, "/plans", "", &plan).await.expect("a plan");
    for classification in ["unclassified", "confidential"] {
        let map = json!({"title": {"en": "A map"}, "period": "2026-Q1", "classification": classification});
        coordinator.write(Method::POST, "/context-maps", "", &map).await.expect("a map");
    }
    eventually("the coordinator counts all of it", || async {
        let work = coordinator.get("/open-work").await.expect("a list");
        count(&work, "plan", "draft") == 1 && count(&work, "context_map", "draft") == 2
    })
    .await;
    let seen = olga.get("/open-work").await.expect("a list");
    assert_eq!((count(&seen, "plan", "draft"), count(&seen, "context_map", "draft")), (1, 1), "{seen}");

    for (state, version) in [("closing", 1), ("closed", 2)] {
        let change = json!({"state": state, "reason": "The mandate ends.", "version": version});
        olga.write(Method::PATCH, "", "", &change).await.expect("a step");
    }
    eventually("every service has heard that it is closed", || async {
        heard(&stage).await.iter().all(|state| state.as_deref() == Some("closed"))
    })
    .await;
    let stakeholder = json!({"name": "Council of Elders", "kind": "community"});
    let refused = coordinator.write(Method::POST, "/stakeholders", "", &stakeholder).await.expect_err("read-only");
    assert!(refused.to_string().contains("The mission is closed: it can be read, but not changed."), "{refused}");
    assert_eq!(coordinator.get("/plans").await.expect("plans")["plans"].as_array().map(Vec::len), Some(1));
    stage.close().await;
}
