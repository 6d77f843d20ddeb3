//! A mission is closed by headquarters: step by step, with a reason, and not over work that would be lost half-way.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use chassis::testing::eventually;
use cpas_gateway::{background, routes::api};
use cpas_proto::{
    common::v1::{ListOpenWorkResponse, OpenWork},
    gateway::v1::MissionRecorded,
    policy::{self, Access},
    words::{Classification, Role},
};
use prost::Message as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    neighbours::Neighbours,
    world::{Browser, World},
};

fn work(lines: &[(&str, &str, u32)]) -> ListOpenWorkResponse {
    let one = |(kind, state, count): &(&str, &str, u32)| OpenWork {
        kind: (*kind).to_owned(),
        state: (*state).to_owned(),
        count: Some(*count),
    };
    ListOpenWorkResponse { work: lines.iter().map(one).collect() }
}

async fn change(olga: &Browser<'_>, state: &str, reason: &str, version: i64) -> (StatusCode, Value) {
    let change = json!({"state": state, "reason": reason, "version": version});
    olga.send(Method::PATCH, "/api/v1/missions/OURS", change).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mission_is_closed_step_by_step_with_a_reason_and_not_over_half_done_work() {
    let neighbours = Arc::new(Neighbours::default());
    let waiting = Arc::new(AtomicU32::new(7));
    let count = Arc::clone(&waiting);
    neighbours.open_data.answers(move |_, _| Ok(work(&[("observation", "submitted", count.load(Ordering::SeqCst))])));
    neighbours.open_records.answers(|_, _| Ok(work(&[("recommendation", "proposed", 2)])));
    let world = World::start_beside(&neighbours, |_| {}).await;
    let ours = world.mission("OURS").await;
    world.member(ours, "ada@ours.example", "coordinator").await;
    world.operator("olga@hq.example").await;
    let (ada, olga) = (world.sign_in("ada@ours.example").await, world.sign_in("olga@hq.example").await);

    let (status, list) = olga.get("/api/v1/missions/OURS/open-work").await;
    assert_eq!(status, StatusCode::OK, "{list}");
    assert_eq!(list["work"][0], json!({"kind": "observation", "state": "submitted", "count": 7, "first": true}));
    assert_eq!(list["work"][1], json!({"kind": "recommendation", "state": "proposed", "count": 2, "first": false}));

    assert_eq!(change(&olga, "closed", "At once.", 1).await.0, StatusCode::CONFLICT, "closing comes before");
    let (status, problem) = change(&olga, "closing", "  ", 1).await;
    assert_eq!((status, &problem["violations"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("reason")));
    assert_eq!(change(&ada, "closing", "I want to.", 1).await.0, StatusCode::FORBIDDEN);
    assert_eq!(change(&olga, "closing", "The mandate ends.", 1).await.0, StatusCode::OK);
    let (status, problem) = change(&olga, "closed", "It has ended.", 2).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let said = problem["detail"].as_str().expect("a sentence");
    assert!(said.contains("observations that wait for a decision: 7"), "{said}");
    waiting.store(0, Ordering::SeqCst);
    assert_eq!(change(&olga, "closed", "It has ended.", 2).await.0, StatusCode::OK);
    let (_, again) = change(&olga, "closed", "It has ended.", 3).await;
    assert_eq!(again["detail"], "The mission is closed already.");

    // Whoever is in the mission reads who did it and why.
    let (_, told) = ada.get("/api/v1/missions/OURS/steps").await;
    let steps = told["steps"].as_array().expect("a list");
    let said: Vec<_> =
        steps.iter().map(|step| (&step["from"], &step["to"], &step["reason"], &step["by_name"])).collect();
    let olga_name = &json!("olga@hq.example");
    assert_eq!(
        said,
        [
            (&json!("active"), &json!("closing"), &json!("The mandate ends."), olga_name),
            (&json!("closing"), &json!("closed"), &json!("It has ended."), olga_name)
        ]
    );
    assert_eq!(steps[0]["open_work"][0]["count"], 7, "what was not done then is kept");
    let (_, seen) = ada.get("/api/v1/missions/OURS").await;
    assert_eq!((&seen["state"], &seen["version"]), (&json!("closed"), &json!(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_counts_no_more_than_headquarters_would_see_and_strangers_nothing() {
    let neighbours = Arc::new(Neighbours::default());
    let world = World::start_beside(&neighbours, |_| {}).await;
    let ours = world.mission("OURS").await;
    world.mission("THEIRS").await;
    world.member(ours, "ada@ours.example", "coordinator").await;
    world.member(ours, "rita@ours.example", "reader").await;
    world.operator("olga@hq.example").await;
    let (ada, olga) = (world.sign_in("ada@ours.example").await, world.sign_in("olga@hq.example").await);
    for path in ["/api/v1/missions/THEIRS/open-work", "/api/v1/missions/THEIRS/steps"] {
        let theirs = ada.get(path).await;
        assert_eq!(theirs, ada.get(&path.replace("THEIRS", "NOWHERE")).await, "as one that is not there");
        assert_eq!(theirs.0, StatusCode::NOT_FOUND);
    }
    olga.get("/api/v1/missions/OURS/open-work").await;
    let (caller, _) = neighbours.open_data.asked().pop().expect("asked");
    assert_eq!((caller.clearance, caller.has(Role::HqAnalyst)), (Classification::Unclassified, true));
    let rita = world.sign_in("rita@ours.example").await;
    assert_eq!(rita.get("/api/v1/missions/OURS/open-work").await.0, StatusCode::FORBIDDEN, "a reader counts nothing");
    assert_eq!(rita.get("/api/v1/missions/OURS/steps").await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_operators_at_once_take_one_step_and_it_is_told_once() {
    let world = World::start().await;
    let ours = world.mission("OURS").await;
    world.operator("olga@hq.example").await;
    let olga = world.sign_in("olga@hq.example").await;
    let outcomes = futures::future::join_all((0..6).map(|_| change(&olga, "closing", "The mandate ends.", 1))).await;
    assert_eq!(outcomes.iter().filter(|(status, _)| *status == StatusCode::OK).count(), 1, "{outcomes:?}");
    let (_, told) = olga.get("/api/v1/missions/OURS/steps").await;
    assert_eq!(told["steps"].as_array().map(Vec::len), Some(1));
    let payloads: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT payload FROM chassis.outbox WHERE mission_id = $1 ORDER BY seq")
            .bind(ours)
            .fetch_all(&mut *world.stage.db.connection().await.expect("a connection"))
            .await
            .expect("the outbox");
    let told = MissionRecorded::decode(payloads.last().expect("an event").as_slice()).expect("an event");
    let step = told.step.expect("a step");
    assert_eq!((payloads.len(), step.to.as_str(), step.reason.as_str()), (2, "closing", "The mandate ends."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_mission_changes_nothing_that_the_gateway_keeps() {
    let world = World::start().await;
    let ours = world.mission("OURS").await;
    world.member(ours, "ada@ours.example", "coordinator").await;
    world.operator("olga@hq.example").await;
    let (ada, olga) = (world.sign_in("ada@ours.example").await, world.sign_in("olga@hq.example").await);
    olga.close("OURS").await;
    let mut service = background(&world.app).expect("the background");
    let _running = world.stage.start(&mut service);
    eventually("the gateway has heard of it", || async {
        let mut tx = world
            .stage
            .db
            .begin(&chassis::testing::caller(
                Role::Service,
                &chassis::Mission { id: ours, ..chassis::testing::mission("OURS") },
            ))
            .await
            .expect("a transaction");
        let state: Option<String> = sqlx::query_scalar("SELECT state FROM chassis.mission_state")
            .fetch_optional(&mut *tx)
            .await
            .expect("a look");
        state.as_deref() == Some("closed")
    })
    .await;
    let (_, members) = ada.get("/api/v1/missions/OURS/members").await;
    let own = format!("/api/v1/missions/OURS/members/{}", members["members"][0]["id"].as_str().expect("an id"));
    let member = json!({"email": "b@ours.example", "name": "B", "role": "reader", "password": crate::world::PASSWORD});
    let hook = json!({"name": "out", "url": "https://example.org/x", "topics": ["plan"]});
    for (method, path, body) in [
        (Method::POST, "/api/v1/missions/OURS/members", member),
        (Method::DELETE, own.as_str(), json!({})),
        (Method::POST, "/api/v1/missions/OURS/webhooks", hook),
    ] {
        let (status, problem) = ada.send(method.clone(), path, body).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|said| said.contains("closed")), "{problem}");
    }
    assert_eq!(ada.get("/api/v1/missions/OURS/members").await.0, StatusCode::OK, "it is read as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_makes_the_first_coordinator_of_a_mission_that_is_not_theirs_and_reads_nothing_of_it() {
    let world = World::start().await;
    world.mission("OURS").await;
    world.operator("olga@hq.example").await;
    let olga = world.sign_in("olga@hq.example").await;
    let first = json!({"email": "ada@ours.example", "name": "Ada", "role": "coordinator", "clearance": "confidential",
                       "password": crate::world::PASSWORD});
    let (status, made) = olga.send(Method::POST, "/api/v1/missions/OURS/members", first).await;
    assert_eq!((status, &made["signs_in"]), (StatusCode::CREATED, &json!(true)), "{made}");
    let ada = world.sign_in("ada@ours.example").await;
    assert_eq!(ada.get("/api/v1/missions/OURS/members").await.0, StatusCode::OK);
    for path in ["members", "plans", "observations", "webhooks"] {
        assert_eq!(olga.get(&format!("/api/v1/missions/OURS/{path}")).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    // Whoever can sign in is let in by nobody else.
    let (_, members) = ada.get("/api/v1/missions/OURS/members").await;
    let own =
        format!("/api/v1/missions/OURS/members/{}/invitation", members["members"][0]["id"].as_str().expect("an id"));
    let word = json!({"password": "a password of somebody else"});
    assert_eq!(olga.send(Method::POST, &own, word.clone()).await.0, StatusCode::CONFLICT);
    assert_eq!(ada.send(Method::POST, &own, word).await.0, StatusCode::FORBIDDEN);
    assert_eq!(world.try_sign_in("ada@ours.example", crate::world::PASSWORD).await.status(), StatusCode::OK);
}

/// Calls that change nothing of the mission they are called in, by the table of who may call what.
fn changes_the_mission(operation: &str) -> bool {
    let name: String = operation
        .split('_')
        .map(|word| {
            word.chars().next().map(|first| first.to_ascii_uppercase()).into_iter().collect::<String>() + &word[1..]
        })
        .collect();
    let rule = policy::RULES.iter().find(|rule| rule.method.ends_with(&format!("/{name}")));
    rule.is_none_or(|rule| !matches!(rule.access, Access::Read | Access::Share | Access::Across))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_changes_anything_in_a_closed_mission() {
    /// What belongs to a person, or only ends something.
    const ALLOWED: &[&str] = &["choose_digest", "remove_webhook", "remove_subscription", "invite_member"];
    let world = World::start().await;
    let ours = world.mission("OURS").await;
    for role in Role::ALL.iter().filter(|role| !matches!(role, Role::HqAnalyst | Role::Service)) {
        world.member(ours, "ada@ours.example", role.word()).await;
    }
    world.operator("olga@hq.example").await;
    world.sign_in("olga@hq.example").await.close("OURS").await;
    let ada = world.sign_in("ada@ours.example").await;
    let (_, members) = ada.get("/api/v1/missions/OURS/members").await;
    let somebody = json!({"assignee_id": members["members"][0]["account_id"]});
    let mut walked = 0;
    for route in api() {
        let inside = route.path.strip_prefix("/missions/{mission}/");
        let Some(inside) = inside.filter(|_| route.method != Method::GET && changes_the_mission(route.operation_id))
        else {
            continue;
        };
        if ALLOWED.contains(&route.operation_id) {
            continue;
        }
        let parts = inside
            .split('/')
            .map(|part| if part.starts_with('{') { uuid::Uuid::nil().to_string() } else { part.to_owned() });
        let path = format!("/api/v1/missions/OURS/{}", parts.collect::<Vec<_>>().join("/"));
        let body = if route.operation_id == "assign_tasks" { somebody.clone() } else { json!({}) };
        let (status, problem) = ada.send(route.method.clone(), &path, body).await;
        let said = problem["detail"].as_str().unwrap_or_default();
        assert!(
            status == StatusCode::FORBIDDEN && said.contains("closed"),
            "{} {path}: {status} {problem}",
            route.method
        );
        walked += 1;
    }
    assert!(walked > 100, "only {walked} routes: the walk saw little");
}
