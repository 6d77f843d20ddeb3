//! API tokens: shown once, scoped, expiring.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::world::{World, answer};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_opens_its_mission_with_its_roles_only() {
    let world = World::start().await;
    let (ours, also) = (world.mission("OURS").await, world.mission("ALSO").await);
    world.member(ours, "ada@ours.example", "coordinator").await;
    world.member(also, "ada@ours.example", "coordinator").await;
    let ada = world.sign_in("ada@ours.example").await;
    let new =
        |roles: &[&str], days: i64| json!({"name": "load", "mission": "OURS", "roles": roles, "expires_in_days": days});

    for (body, field) in [
        (new(&["leadership"], 30), "roles[0]"),
        (new(&[], 30), "roles"),
        (new(&["coordinator"], 9999), "expires_in_days"),
    ] {
        let (status, problem) = ada.send(Method::POST, "/api/v1/tokens", body).await;
        assert_eq!((status, &problem["violations"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)));
    }
    let (status, made) = ada.send(Method::POST, "/api/v1/tokens", new(&["coordinator"], 30)).await;
    assert_eq!(status, StatusCode::CREATED);
    let secret = made["token"].as_str().expect("the token").to_owned();
    assert!(secret.starts_with("cpas_"));
    let (_, list) = ada.get("/api/v1/tokens").await;
    assert!(!list.to_string().contains(&secret), "shown once");

    let with = |path: &str| answer(world.request(Method::GET, path).bearer_auth(&secret));
    assert_eq!(with("/api/v1/missions/OURS/members").await.0, StatusCode::OK);
    assert_eq!(
        with("/api/v1/missions/ALSO/members").await.0,
        StatusCode::NOT_FOUND,
        "another mission of the same person"
    );
    assert_eq!(with("/api/v1/tokens").await.0, StatusCode::FORBIDDEN, "a token makes no tokens");

    let path = format!("/api/v1/tokens/{}", made["id"].as_str().expect("an id"));
    assert_eq!(ada.send(Method::DELETE, &path, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(with("/api/v1/missions/OURS/members").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ada.send(Method::DELETE, &path, json!({})).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_by_itself_and_only_its_hash_is_kept() {
    let world = World::start().await;
    let ours = world.mission("OURS").await;
    world.member(ours, "ada@ours.example", "reader").await;
    let ada = world.sign_in("ada@ours.example").await;
    let new = json!({"name": "read", "mission": "OURS", "roles": ["reader"], "expires_in_days": 1});
    let (_, made) = ada.send(Method::POST, "/api/v1/tokens", new).await;
    let secret = made["token"].as_str().expect("the token");

    let mut connection = world.stage.db.connection().await.expect("a connection");
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT t::text FROM api_token t").fetch_all(&mut *connection).await.expect("rows");
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].contains(secret));
    let with = || answer(world.request(Method::GET, "/api/v1/session").bearer_auth(secret));
    assert_eq!(with().await.0, StatusCode::OK);
    sqlx::query("UPDATE api_token SET expires_at = now() - interval '1 second'")
        .execute(&mut *connection)
        .await
        .expect("an update");
    assert_eq!(with().await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_has_nothing_of_what_goes_with_its_owners_account() {
    let world = World::start().await;
    let ours = world.mission("OURS").await;
    world.mission("ALSO").await;
    world.operator("olga@hq.example").await;
    world.member(ours, "olga@hq.example", "coordinator").await;
    world.member(ours, "olga@hq.example", "reader").await;
    let olga = world.sign_in("olga@hq.example").await;
    let token = async |role: &str| {
        let new = json!({"name": "read", "mission": "OURS", "roles": [role], "expires_in_days": 1});
        let (_, made) = olga.send(Method::POST, "/api/v1/tokens", new).await;
        made["token"].as_str().expect("the token").to_owned()
    };
    let (reader, coordinator) = (token("reader").await, token("coordinator").await);
    let send =
        |method, path: &str, body, token: &str| answer(world.request(method, path).bearer_auth(token).json(&body));

    let new = json!({"code": "NEW", "name": "New", "languages": ["en"], "fiscal_year_start_month": 7});
    assert_eq!(send(Method::POST, "/api/v1/missions", new, &reader).await.0, StatusCode::FORBIDDEN);
    let close = json!({"state": "closed", "version": 1});
    assert_eq!(send(Method::PATCH, "/api/v1/missions/OURS", close.clone(), &reader).await.0, StatusCode::FORBIDDEN);
    assert_eq!(send(Method::PATCH, "/api/v1/missions/ALSO", close, &reader).await.0, StatusCode::NOT_FOUND);
    let (_, list) = send(Method::GET, "/api/v1/missions", json!({}), &reader).await;
    assert_eq!(list["missions"].as_array().map(Vec::len), Some(1), "{list}");
    let (_, session) = send(Method::GET, "/api/v1/session", json!({}), &reader).await;
    assert_eq!(session["missions"][0]["roles"], json!(["reader"]));

    let (_, members) = olga.get("/api/v1/missions/OURS/members").await;
    let path = format!("/api/v1/missions/OURS/members/{}", members["members"][0]["id"].as_str().expect("an id"));
    for token in [reader, coordinator] {
        assert_eq!(send(Method::DELETE, &path, json!({}), &token).await.0, StatusCode::FORBIDDEN);
    }
}
