//! What the REST API promises beside its bodies: live changes, entity tags, keys, pages.

use std::time::Duration;

use chassis::testing::eventually;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures::StreamExt as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{Person, Team, answer, team, text},
};

/// Reads a stream of changes until one has the noun, for a while at most.
async fn hears(person: &Person, noun: &str, change: impl AsyncFnOnce()) -> bool {
    let response = person.request(Method::GET, "/changes").send().await.expect("a stream");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut pieces = response.bytes_stream();
    let opened = pieces.next().await.expect("a greeting").expect("bytes");
    assert!(String::from_utf8_lossy(&opened).contains("event: open"));
    change().await;
    let wanted = format!("\"noun\":\"{noun}\"");
    let listen = async {
        let mut heard = String::new();
        while let Some(Ok(piece)) = pieces.next().await {
            heard.push_str(&String::from_utf8_lossy(&piece));
            if heard.contains(&wanted) {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(Duration::from_secs(5), listen).await.unwrap_or(false)
}

/// What comes first on a stream of somebody who says since when, until it is quiet.
async fn caught_up(person: &Person, since: DateTime<Utc>) -> String {
    let since = since.to_rfc3339_opts(SecondsFormat::Millis, true);
    let response = person.request(Method::GET, &format!("/changes?since={since}")).send().await.expect("a stream");
    assert_eq!(response.status(), StatusCode::OK);
    let mut pieces = response.bytes_stream();
    let mut heard = String::new();
    while let Ok(Some(Ok(piece))) = tokio::time::timeout(Duration::from_secs(1), pieces.next()).await {
        heard.push_str(&String::from_utf8_lossy(&piece));
    }
    heard
}

/// A sheet of words, cleared and published.
async fn published_sheet(team: &Team) -> Value {
    let blocks = json!([{"kind": "text", "text": {"en": "The market is open.", "fr": "Le marché est ouvert."}}]);
    let draft = json!({"title": {"en": "Markets", "fr": "Marchés"}, "audience": "public", "blocks": blocks});
    let sheet = team.coordinator.post("/fact-sheets", draft).await;
    let path = format!("/fact-sheets/{}", text(&sheet, "id"));
    let sheet = team.leadership.post(&format!("{path}/clear"), json!({"version": sheet["version"]})).await;
    team.coordinator.post(&format!("{path}/publish"), json!({"version": sheet["version"]})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_keeps_its_promises() {
    let cluster = Cluster::start().await;
    let ours = team(&cluster.app, &cluster.address, "OURS").await;
    let theirs = team(&cluster.app, &cluster.address, "THEIRS").await;

    // Live changes: heard by those who may see them, and by nobody else.
    let register =
        async || drop(ours.coordinator.post("/stakeholders", json!({"name": "A group", "kind": "community"})).await);
    assert!(hears(&ours.adviser, "stakeholder", register).await, "an adviser hears of a stakeholder");
    let register =
        async || drop(ours.coordinator.post("/stakeholders", json!({"name": "B group", "kind": "community"})).await);
    assert!(!hears(&ours.reader, "stakeholder", register).await, "a reader hears of what is published only");
    let register =
        async || drop(ours.coordinator.post("/stakeholders", json!({"name": "C group", "kind": "community"})).await);
    assert!(!hears(&theirs.coordinator, "stakeholder", register).await, "another mission hears nothing");

    // Who comes late, or comes again, is told what was said meanwhile; so far as they may hear it.
    let before = Utc::now();
    ours.coordinator.post("/stakeholders", json!({"name": "F group", "kind": "community"})).await;
    let told = "\"noun\":\"stakeholder\"";
    eventually("it is told", || async { caught_up(&ours.adviser, before).await.contains(told) }).await;
    let heard = caught_up(&ours.adviser, before).await;
    let id = heard.lines().find_map(|line| line.strip_prefix("id:")).expect("an instant to come again with");
    assert!(id.trim().parse::<DateTime<Utc>>().expect("an instant") >= before, "{heard}");
    for person in [&ours.reader, &theirs.coordinator] {
        let heard = caught_up(person, before).await;
        assert!(heard.contains("event: open") && !heard.contains(told), "{heard}");
    }
    let heard = caught_up(&ours.adviser, before - TimeDelta::hours(2)).await;
    assert!(heard.contains("event: missed") && !heard.contains("event: change"), "too long ago: {heard}");
    let wrong = ours.adviser.request(Method::GET, "/changes?since=yesterday").send().await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);

    let publish = async || drop(published_sheet(&ours).await);
    assert!(hears(&ours.reader, "fact_sheet", publish).await, "a reader hears that a fact sheet is out");

    // A private dashboard is its maker's alone; one that is shared is heard of.
    let build = |shared: bool| json!({"title": {"en": "Patrols", "fr": ""}, "shared": shared});
    let private = async || drop(ours.coordinator.post("/dashboards", build(false)).await);
    assert!(!hears(&ours.adviser, "dashboard", private).await, "nobody hears of what is private");
    let private = async || drop(ours.coordinator.post("/dashboards", build(false)).await);
    assert!(hears(&ours.coordinator, "dashboard", private).await, "its maker does, on another page");
    let shared = async || drop(ours.coordinator.post("/dashboards", build(true)).await);
    assert!(hears(&ours.adviser, "dashboard", shared).await, "staff hear of one that is shared");
    let shared = async || drop(ours.coordinator.post("/dashboards", build(true)).await);
    assert!(!hears(&ours.reader, "dashboard", shared).await, "a reader does not");

    // Entity tags.
    let list = ours.coordinator.get("/stakeholders").await;
    let id = text(&list["stakeholders"][0], "id");
    let change = |name: &str| json!({"name": name, "kind": "community"});
    let put = |tag: &'static str, name: &'static str| {
        answer(
            ours.coordinator
                .request(Method::PUT, &format!("/stakeholders/{id}"))
                .header("if-match", tag)
                .json(&change(name)),
        )
    };
    let (status, changed) = put("\"1\"", "A2").await;
    assert_eq!((status, &changed["version"]), (StatusCode::OK, &json!(2)), "{changed}");
    let one = format!("/stakeholders/{id}");
    let read = ours.coordinator.request(Method::GET, &one).send().await.expect("an answer");
    assert_eq!(read.headers()["etag"], "\"2\"", "the version that a writer saw");
    let stale = ours.coordinator.request(Method::PUT, &one).header("if-match", "\"1\"").json(&change("A3"));
    let stale = stale.send().await.expect("an answer");
    assert_eq!(stale.headers()["content-type"], "application/problem+json");
    let (status, problem) = put("\"1\"", "A3").await;
    assert_eq!((status, &problem["current_version"]), (StatusCode::PRECONDITION_FAILED, &json!(2)), "{problem}");
    assert_eq!(problem["current"]["name"], "A2", "what is stored now, to merge with: {problem}");
    assert_eq!(put("seven", "A3").await.0, StatusCode::UNPROCESSABLE_ENTITY);

    // Keys.
    let keyed = |name: &'static str| {
        let request = ours.coordinator.request(Method::POST, "/stakeholders").header("idempotency-key", "one-key");
        answer(request.json(&json!({"name": name, "kind": "community"})))
    };
    let (first, second) = (keyed("D group").await, keyed("D group").await);
    assert_eq!(first.0, StatusCode::CREATED, "{first:?}");
    assert_eq!(first.1["id"], second.1["id"], "{first:?} {second:?}");
    assert_eq!(keyed("E group").await.0, StatusCode::CONFLICT, "the key of another request");

    // Pages.
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = ours.coordinator.get(&format!("/stakeholders?page_size=2&cursor={cursor}")).await;
        names.extend(page["stakeholders"].as_array().expect("rows").iter().map(|row| text(row, "name")));
        cursor = text(&page, "next_cursor");
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(names, ["A2", "B group", "C group", "D group", "F group"]);
    let (status, problem) = ours.coordinator.try_get("/stakeholders?cursor=made-up").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let (status, problem) = ours.coordinator.try_get("/stakeholders?surprise=1").await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid")), "{problem}");
}
