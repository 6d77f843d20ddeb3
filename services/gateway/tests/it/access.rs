//! Signing in, staying in, and not getting in.

use cpas_gateway::routes::{NewMember, add_member};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::world::{PASSWORD, World, answer};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_a_host_cookie_that_changes_at_every_sign_in_and_ends_at_sign_out() {
    let world = World::start().await;
    world.operator("ada@hq.example").await;
    let response = world.try_sign_in("ADA@hq.example", PASSWORD).await;
    let cookie = response.headers()["set-cookie"].to_str().expect("text").to_owned();
    for part in ["__Host-cpas=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "a host cookie names no domain");

    let first = world.sign_in("ada@hq.example").await;
    let again = world
        .request(Method::POST, "/api/v1/session")
        .header("cookie", &first.cookie)
        .json(&json!({"email": "ada@hq.example", "password": PASSWORD}))
        .send()
        .await
        .expect("an answer");
    let second = again.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
    assert_ne!(first.cookie, second);
    assert_eq!(first.get("/api/v1/session").await.0, StatusCode::UNAUTHORIZED, "the old secret ended at sign-in");

    let third = world.sign_in("ada@hq.example").await;
    assert_eq!(third.send(Method::DELETE, "/api/v1/session", json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(third.get("/api/v1/session").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_from_a_foreign_page_is_refused() {
    let world = World::start().await;
    world.operator("ada@hq.example").await;
    let browser = world.sign_in("ada@hq.example").await;
    let change = json!({"language": "fr"});
    for csrf in ["", "wrong", &world.sign_in("ada@hq.example").await.csrf] {
        let request = world.request(Method::PATCH, "/api/v1/session").header("cookie", &browser.cookie);
        let (status, problem) = answer(request.header("x-csrf-token", csrf).json(&change)).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{csrf:?}");
        assert_eq!(problem["code"], "denied");
    }
    let (status, session) = browser.send(Method::PATCH, "/api/v1/session", change).await;
    assert_eq!((status, &session["account"]["language"]), (StatusCode::OK, &json!("fr")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_names_the_sections_that_roles_are_confined_to() {
    let world = World::start().await;
    let mission = world.mission("MINUSCA").await;
    let post = |role: &str, section: &str| NewMember {
        email: "ada@minusca.example".to_owned(),
        name: "Ada".to_owned(),
        role: role.to_owned(),
        section: section.to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    for (role, section) in [("contributor", "JMAC"), ("focal_point", "JMAC"), ("contributor", "Human Rights")] {
        add_member(&world.app, mission, Uuid::nil(), post(role, section)).await.expect("a member");
    }
    world.member(mission, "bob@minusca.example", "coordinator").await;
    let sections =
        async |email| world.sign_in(email).await.get("/api/v1/session").await.1["missions"][0]["sections"].clone();
    let mut own: Vec<String> = serde_json::from_value(sections("ada@minusca.example").await).expect("sections");
    own.sort();
    assert_eq!(own, ["Human Rights", "JMAC"], "each once");
    assert_eq!(sections("bob@minusca.example").await, json!([]), "no role of the coordinator is confined");
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_are_limited_and_tell_nothing() {
    let world = World::start_with(|config| config.login_failures_per_email = 3).await;
    world.operator("ada@hq.example").await;
    for _ in 0..3 {
        let known = world.try_sign_in("ada@hq.example", "not the right one").await;
        assert_eq!(known.status(), StatusCode::UNAUTHORIZED);
        let known = known.text().await.expect("a body");
        let unknown = world.try_sign_in("nobody@hq.example", "not the right one").await.text().await.expect("a body");
        assert_eq!(known, unknown, "an address that has an account looks like one that has none");
    }
    let refused = world.try_sign_in("ada@hq.example", PASSWORD).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS, "even with the right password");
    assert!(refused.headers().contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let world = World::start().await;
    for path in ["/", "/api/v1/session", "/api/openapi.json", "/nothing/here"] {
        let response = world.request(Method::GET, path).send().await.expect("an answer");
        let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        for header in
            ["x-content-type-options", "strict-transport-security", "referrer-policy", "cross-origin-opener-policy"]
        {
            assert!(response.headers().contains_key(header), "{path}: {header}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mission_of_others_looks_like_none() {
    let world = World::start().await;
    let ours = world.mission("OURS").await;
    world.mission("THEIRS").await;
    world.member(ours, "ada@ours.example", "coordinator").await;
    let ada = world.sign_in("ada@ours.example").await;
    assert_eq!(ada.get("/api/v1/missions/OURS").await.0, StatusCode::OK);
    let theirs = ada.get("/api/v1/missions/THEIRS").await;
    let none = ada.get("/api/v1/missions/NONE").await;
    assert_eq!(theirs.0, StatusCode::NOT_FOUND);
    assert_eq!(theirs, none, "same status, same body");
    let (_, list) = ada.get("/api/v1/missions").await;
    assert_eq!(list["missions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_operator_opens_and_closes_missions_and_only_forward() {
    let world = World::start().await;
    let ours = world.mission("OURS").await;
    world.member(ours, "ada@ours.example", "coordinator").await;
    world.operator("olga@hq.example").await;
    let (ada, olga) = (world.sign_in("ada@ours.example").await, world.sign_in("olga@hq.example").await);
    let new = json!({"code": "NEW", "name": "New", "languages": ["en", "fr"], "fiscal_year_start_month": 7});
    assert_eq!(ada.send(Method::POST, "/api/v1/missions", new.clone()).await.0, StatusCode::FORBIDDEN);
    assert_eq!(olga.send(Method::POST, "/api/v1/missions", new.clone()).await.0, StatusCode::CREATED);
    assert_eq!(olga.send(Method::POST, "/api/v1/missions", new).await.0, StatusCode::CONFLICT);

    let path = "/api/v1/missions/OURS";
    assert_eq!(ada.send(Method::PATCH, path, json!({"state": "closed", "version": 1})).await.0, StatusCode::FORBIDDEN);
    let (status, stale) = olga.send(Method::PATCH, path, json!({"state": "closing", "version": 9})).await;
    assert_eq!((status, &stale["current_version"]), (StatusCode::PRECONDITION_FAILED, &json!(1)));
    olga.close("OURS").await;
    assert_eq!(olga.send(Method::PATCH, path, json!({"state": "active", "version": 3})).await.0, StatusCode::CONFLICT);
    let member = json!({"email": "b@ours.example", "name": "B", "role": "reader", "password": PASSWORD});
    let (status, problem) = ada.send(Method::POST, "/api/v1/missions/OURS/members", member).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "a closed mission is read-only: {problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bodies_are_named() {
    let world = World::start().await;
    world.operator("olga@hq.example").await;
    let olga = world.sign_in("olga@hq.example").await;
    for (body, field) in [
        (json!({"code": "lower", "name": "x", "languages": ["en"], "fiscal_year_start_month": 7}), "code"),
        (json!({"code": "NEW", "name": "", "languages": ["en"], "fiscal_year_start_month": 7}), "name"),
        (json!({"code": "NEW", "name": "x", "languages": ["de"], "fiscal_year_start_month": 7}), "languages[0]"),
        (
            json!({"code": "NEW", "name": "x", "languages": ["en"], "fiscal_year_start_month": 13}),
            "fiscal_year_start_month",
        ),
        (json!({"surprise": true}), "body"),
        (json!([1]), "body"),
    ] {
        let (status, problem) = olga.send(Method::POST, "/api/v1/missions", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(problem["violations"][0]["field"], field, "{problem}");
    }
}
