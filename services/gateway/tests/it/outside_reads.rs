//! Headquarters in a mission's own pages: whatever the route, the mission sees it; and nobody else leaves a line.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chassis::{Caller, Failure, Mission, db::OutsideRead, testing::eventually};
use cpas_gateway::routes::add_account;
use cpas_proto::{reporting::v1 as reporting, words::MissionState};
use reqwest::{Method, StatusCode};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::{
    neighbours::Neighbours,
    world::{PASSWORD, World, answer},
};

const HQ: &str = "daniel@hq.example";

async fn world() -> (World, Uuid, Uuid) {
    let neighbours = Arc::new(Neighbours::default());
    neighbours.home.answers(|_, _| Ok(reporting::MissionHome::default()));
    neighbours.papers.answers(|_, _| Ok(reporting::ListFactSheetsResponse::default()));
    neighbours.dashboard.answers(|_, _| Err(Failure::not_found("dashboard")));
    let world = World::start_beside(&neighbours, |_| {}).await;
    let (ours, other) = (world.mission("OURS").await, world.mission("OTHER").await);
    add_account(&world.app, HQ, "Daniel Asante", PASSWORD.to_owned(), true, false).await.expect("an account");
    (world, ours, other)
}

/// What a mission sees, newest first.
async fn reads(world: &World, mission: Uuid) -> Vec<OutsideRead> {
    let own = Mission { id: mission, code: String::new(), state: MissionState::Active, fiscal_year_start_month: 7 };
    let caller = Caller::service("gateway", own, Instant::now() + Duration::from_secs(10));
    let mut tx = world.app.db.begin(&caller).await.expect("a transaction");
    tx.reads_from_outside(None, 100).await.expect("the trace")
}

#[tokio::test(flavor = "multi_thread")]
async fn headquarters_in_a_missions_own_pages_leaves_a_line_whatever_the_route() {
    let (world, ours, other) = world().await;
    let hq = world.sign_in(HQ).await;
    for (path, said, call) in [
        ("/api/v1/missions/OURS/home", "home", "Pages"),
        ("/api/v1/missions/OURS/fact-sheets", "fact sheets", "Pages"),
        ("/m/OURS/fact-sheets", "fact sheets", "Pages"),
        ("/odata/v4/OURS/", "home", "OData"),
        ("/api/v1/missions/OURS/changes", "what happens, as it happens", "Pages"),
    ] {
        let before = reads(&world, ours).await.len();
        let response = world.request(Method::GET, path).header("cookie", &hq.cookie).send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let seen = reads(&world, ours).await;
        assert_eq!(seen.len(), before + 1, "one line a request: {path}");
        assert_eq!(seen[0].text_en, format!("The mission’s own pages: {said}"), "{path}");
        assert_eq!((seen[0].call.as_str(), seen[0].account_name.as_str()), (call, "Daniel Asante"), "{path}");
        assert_eq!(seen[0].clearance().word(), "confidential");
        assert!(!seen[0].text_fr.is_empty() && seen[0].text_fr != seen[0].text_en);
    }
    assert!(reads(&world, other).await.is_empty(), "a mission that is not read has none");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_and_what_is_refused_leave_none() {
    let (world, ours, _) = world().await;
    world.member(ours, "ada@ours.example", "coordinator").await;
    let member = world.sign_in("ada@ours.example").await;
    assert_eq!(member.get("/api/v1/missions/OURS/home").await.0, StatusCode::OK);
    let hq = world.sign_in(HQ).await;
    for (path, status) in [
        ("/api/v1/missions/OURS/dashboards/none", StatusCode::NOT_FOUND),
        ("/api/v1/missions/NONE/home", StatusCode::NOT_FOUND),
        ("/api/v1/session", StatusCode::OK),
    ] {
        assert_eq!(hq.get(path).await.0, status, "{path}");
    }
    assert!(reads(&world, ours).await.is_empty(), "{:?}", reads(&world, ours).await);

    // A member who is also at headquarters acts as the member that they are.
    world.member(ours, HQ, "adviser").await;
    assert_eq!(world.sign_in(HQ).await.get("/api/v1/missions/OURS/home").await.0, StatusCode::OK);
    assert!(reads(&world, ours).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_headquarters_is_seen_as_its_owner_is() {
    let (world, ours, _) = world().await;
    let hq = world.sign_in(HQ).await;
    let wish = json!({"name": "notebook", "mission": "OURS", "roles": ["hq_analyst"], "expires_in_days": 30});
    let (status, made) = hq.send(Method::POST, "/api/v1/tokens", wish).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let before = reads(&world, ours).await.len();
    let bearer = format!("Bearer {}", made["token"].as_str().expect("a token"));
    let request = world.request(Method::GET, "/api/v1/missions/OURS/home").header("authorization", bearer);
    assert_eq!(answer(request).await.0, StatusCode::OK);
    assert_eq!(reads(&world, ours).await.len(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_is_said_so_and_its_trace_follows_and_a_read_waits_for_it() {
    let (world, ours, _) = world().await;
    let hq = world.sign_in(HQ).await;
    let mut owner = PgConnection::connect(&world.stage.database.owner_url).await.expect("the owner");
    let mut renamed = async |from: &str, to: &str| {
        let statement = format!("ALTER TABLE chassis.{from} RENAME TO {to}");
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut owner).await.expect("another name");
    };
    renamed("outside_read", "mislaid").await;
    assert!(hq.get("/api/v1/missions/OURS/home").await.0.is_server_error(), "nothing is handed out without a trace");
    let wish = json!({"name": "notebook", "mission": "OURS", "roles": ["hq_analyst"], "expires_in_days": 30});
    let (status, made) = hq.send(Method::POST, "/api/v1/tokens", wish).await;
    assert_eq!(status, StatusCode::CREATED, "it was written: {made}");
    renamed("mislaid", "outside_read").await;
    eventually("the trace follows", || async { reads(&world, ours).await.len() == 1 }).await;
}
