//! Other systems are told: signed, once, again until they take it, and nothing that they may not know.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use chassis::{Caller, Fact, Stop, testing::eventually};
use cpas_gateway::{
    routes::{NewMember, add_member},
    webhooks::{Sender, SigningSecret, run, sign},
};
use cpas_proto::words::Classification;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    guide,
    world::{Browser, PASSWORD, World},
};

/// Another system: what it was sent, and what it answers.
#[derive(Clone, Default)]
pub struct Other {
    pub got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    /// Answers in order; then 200.
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
    /// Where it waits before it answers.
    gate: Arc<tokio::sync::RwLock<()>>,
}

impl Other {
    pub async fn listen(&self) -> SocketAddr {
        async fn take(State(other): State<Other>, headers: HeaderMap, body: Bytes) -> axum::response::Response {
            let text = String::from_utf8_lossy(&body).into_owned();
            other.got.lock().expect("whole").push((headers, text));
            drop(other.gate.read().await);
            let status = other.answers.lock().expect("whole").pop_front().unwrap_or(StatusCode::OK);
            let mut response = axum::response::Response::new(axum::body::Body::empty());
            *response.status_mut() = status;
            response.headers_mut().insert("location", "/elsewhere".parse().expect("a header"));
            response
        }
        let router = Router::new().route("/in", post(take)).route("/elsewhere", post(take)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    pub fn count(&self) -> usize {
        self.got.lock().expect("whole").len()
    }

    pub fn last(&self) -> (HeaderMap, String) {
        self.got.lock().expect("whole").last().cloned().expect("a message")
    }

    pub fn answers(&self, statuses: &[StatusCode]) {
        self.answers.lock().expect("whole").extend(statuses);
    }
}

/// A world in which private addresses are allowed, with the inbox and the sender at work.
async fn world_at_work() -> World {
    let world = World::start_with(|config| config.webhook_private_allowed = true).await;
    let mut background = cpas_gateway::background(&world.app).expect("background work");
    let mut running = background.start_background(&world.stage.stop);
    tokio::spawn(async move { while running.join_next().await.is_some() {} });
    world
}

async fn coordinator<'w>(world: &'w World, code: &str) -> (Uuid, Browser<'w>) {
    let mission = world.mission(code).await;
    let email = format!("ada@{}.example", code.to_lowercase());
    world.member(mission, &email, "coordinator").await;
    (mission, world.sign_in(&email).await)
}

async fn subscribed(ada: &Browser<'_>, code: &str, url: &str, topics: &[&str]) -> Value {
    let wish = json!({"name": "Dashboard", "url": url, "topics": topics});
    let (status, made) = ada.send(Method::POST, &format!("/api/v1/missions/{code}/webhooks"), wish).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made
}

/// Something happens in a mission, as another service would tell of it.
async fn happens(world: &World, mission: Uuid, noun: &'static str, record: &str, classification: Classification) {
    let scope = chassis::Mission { id: mission, ..world.stage.mission.clone() };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let caller = Caller::service("planning", scope, deadline);
    // On the gateway's own database, whose relay is at work here.
    let config = world.stage.database.config();
    let teller = chassis::Db::open("planning", &config, world.stage.clock.clone()).expect("its own address");
    let mut tx = teller.begin(&caller).await.expect("a transaction");
    let message = cpas_proto::common::v1::Text::of("x", "x");
    tx.publish(Fact::new(noun, "recorded", record, classification, &message)).await.expect("an event");
    tx.commit().await.expect("a commit");
}

fn id_of(made: &Value) -> &str {
    made["id"].as_str().expect("an id")
}

async fn deliveries(ada: &Browser<'_>, code: &str, made: &Value, state: &str) -> Vec<Value> {
    let path = format!("/api/v1/missions/{code}/webhooks/{}/deliveries?state={state}", id_of(made));
    let (status, list) = ada.get(&path).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    list["deliveries"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_told_once_and_signed() {
    let world = world_at_work().await;
    let (ours, ada) = coordinator(&world, "OURS").await;
    let other = Other::default();
    let address = other.listen().await;
    let made = subscribed(&ada, "OURS", &format!("http://{address}/in"), &["plan"]).await;
    let secret = made["secret"].as_str().expect("the secret").to_owned();
    assert!(secret.starts_with("whsec_"));
    let (_, list) = ada.get("/api/v1/missions/OURS/webhooks").await;
    assert!(!list.to_string().contains(&secret), "shown once");

    happens(&world, ours, "plan", "plan-1", Classification::Unclassified).await;
    happens(&world, ours, "indicator", "indicator-1", Classification::Unclassified).await;
    eventually("the message comes", || async { other.count() >= 1 }).await;
    let (headers, body) = other.last();
    let header = |name: &str| headers[name].to_str().expect("text").to_owned();
    let message: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(message["type"], "plan.recorded");
    assert_eq!(message["data"], json!({"mission": "OURS", "noun": "plan", "verb": "recorded", "id": "plan-1"}));
    let key = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, &secret["whsec_".len()..]).expect("a key");
    let timestamp: i64 = header("webhook-timestamp").parse().expect("seconds");
    let signature = sign(&SigningSecret::of(key), &header("webhook-id"), timestamp, &body);
    assert_eq!(header("webhook-signature"), signature);
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(guide::says_it_is_ours(&secret, &headers, &body), "True");
    assert_eq!(
        guide::says_it_is_ours(&secret, &headers, &body.replace("plan-1", "plan-2")),
        "False",
        "somebody changed it"
    );

    eventually("it is noted", || async { deliveries(&ada, "OURS", &made, "delivered").await.len() == 1 }).await;
    happens(&world, ours, "plan", "plan-2", Classification::Unclassified).await;
    eventually("the next comes", || async { other.count() >= 2 }).await;
    let ids: Vec<String> = other.got.lock().expect("whole").iter().map(|(_, body)| body.clone()).collect();
    assert_eq!(ids.len(), 2, "each once, and nothing of what was not asked for: {ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_is_tried_again_with_the_same_id() {
    let world = world_at_work().await;
    let (ours, ada) = coordinator(&world, "OURS").await;
    let other = Other::default();
    other.answers(&[StatusCode::INTERNAL_SERVER_ERROR, StatusCode::FOUND]);
    let address = other.listen().await;
    let made = subscribed(&ada, "OURS", &format!("http://{address}/in"), &["plan"]).await;
    happens(&world, ours, "plan", "plan-1", Classification::Unclassified).await;
    eventually("the first attempt", || async { other.count() == 1 }).await;
    eventually("it waits", || async {
        let waiting = deliveries(&ada, "OURS", &made, "waiting").await;
        waiting
            .first()
            .is_some_and(|one| one["attempts"] == 1 && one["outcome"].as_str().is_some_and(|said| said.contains("500")))
    })
    .await;
    hurry(&world).await;
    eventually("the second attempt", || async { other.count() == 2 }).await;
    eventually("a redirection is no answer", || async {
        let waiting = deliveries(&ada, "OURS", &made, "waiting").await;
        waiting.first().is_some_and(|one| one["outcome"].as_str().is_some_and(|said| said.contains("not followed")))
    })
    .await;
    hurry(&world).await;
    eventually("it is taken", || async { deliveries(&ada, "OURS", &made, "delivered").await.len() == 1 }).await;
    let got = other.got.lock().expect("whole").clone();
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|(headers, body)| headers["webhook-id"] == got[0].0["webhook-id"] && *body == got[0].1));
}

/// Lets what waits be due now.
async fn hurry(world: &World) {
    let mut connection = world.stage.db.connection().await.expect("a connection");
    sqlx::query("UPDATE webhook_queue SET next_at = now() - interval '1 second'")
        .execute(&mut *connection)
        .await
        .expect("an update");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_an_end_and_a_way_back() {
    let world = world_at_work().await;
    let (ours, ada) = coordinator(&world, "OURS").await;
    let other = Other::default();
    other.answers(&[StatusCode::BAD_GATEWAY; cpas_gateway::webhooks::ATTEMPTS_MAX as usize]);
    let address = other.listen().await;
    let made = subscribed(&ada, "OURS", &format!("http://{address}/in"), &["plan"]).await;
    happens(&world, ours, "plan", "plan-1", Classification::Unclassified).await;
    eventually("it is dead after all attempts", || async {
        hurry(&world).await;
        deliveries(&ada, "OURS", &made, "dead").await.len() == 1
    })
    .await;
    assert_eq!(other.count(), cpas_gateway::webhooks::ATTEMPTS_MAX as usize);
    let (_, list) = ada.get("/api/v1/missions/OURS/webhooks").await;
    assert_eq!(list["webhooks"][0]["dead"], 1, "{list}");
    let path = format!("/api/v1/missions/OURS/webhooks/{}", id_of(&made));
    let (status, replayed) = ada.send(Method::POST, &format!("{path}/replay"), json!({})).await;
    assert_eq!((status, &replayed["replayed"]), (StatusCode::OK, &json!(1)));
    eventually("it is taken", || async { deliveries(&ada, "OURS", &made, "delivered").await.len() == 1 }).await;
    let one = deliveries(&ada, "OURS", &made, "").await;
    let again = format!("{path}/deliveries/{}/replay", id_of(&one[0]));
    assert_eq!(ada.send(Method::POST, &again, json!({})).await.0, StatusCode::OK);
    eventually("once more, as asked", || async { other.count() == cpas_gateway::webhooks::ATTEMPTS_MAX as usize + 2 })
        .await;

    // The other side wants no more: it is paused, and says so.
    other.answers(&[StatusCode::GONE]);
    assert_eq!(ada.send(Method::POST, &format!("{path}/test"), json!({})).await.0, StatusCode::CREATED);
    eventually("it is paused", || async {
        let (_, list) = ada.get("/api/v1/missions/OURS/webhooks").await;
        list["webhooks"][0]["paused"].as_str().is_some_and(|why| why.contains("410"))
    })
    .await;
    assert_eq!(ada.send(Method::POST, &format!("{path}/replay"), json!({})).await.0, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_secret_is_not_told_and_nothing_of_others() {
    let world = world_at_work().await;
    let (ours, ada) = coordinator(&world, "OURS").await;
    let (theirs, eve) = coordinator(&world, "THEIRS").await;
    let (to_us, to_them) = (Other::default(), Other::default());
    let (our_address, their_address) = (to_us.listen().await, to_them.listen().await);
    let made = subscribed(&ada, "OURS", &format!("http://{our_address}/in"), &["plan", "stakeholder"]).await;
    subscribed(&eve, "THEIRS", &format!("http://{their_address}/in"), &["plan"]).await;
    happens(&world, ours, "stakeholder", "informant", Classification::Confidential).await;
    happens(&world, ours, "plan", "ours", Classification::Unclassified).await;
    happens(&world, theirs, "plan", "theirs", Classification::Unclassified).await;
    eventually("both are told", || async { to_us.count() >= 1 && to_them.count() >= 1 }).await;
    let all = |other: &Other| other.got.lock().expect("whole").iter().map(|(_, body)| body.clone()).collect::<String>();
    assert!(all(&to_us).contains("\"ours\"") && !all(&to_us).contains("informant"), "{}", all(&to_us));
    assert!(!all(&to_them).contains("\"ours\""));

    // Who may: coordinators as persons; of another mission nothing is there.
    let path = format!("/api/v1/missions/OURS/webhooks/{}", id_of(&made));
    world.member(ours, "rita@ours.example", "component_head").await;
    let rita = world.sign_in("rita@ours.example").await;
    for (method, below, body) in [
        (Method::GET, "/api/v1/missions/OURS/webhooks".to_owned(), json!({})),
        (Method::POST, "/api/v1/missions/OURS/webhooks".to_owned(), json!({"name": "x", "url": "x", "topics": []})),
        (Method::DELETE, path.clone(), json!({})),
        (Method::POST, format!("{path}/test"), json!({})),
        (Method::POST, format!("{path}/replay"), json!({})),
    ] {
        assert_eq!(rita.send(method.clone(), &below, body.clone()).await.0, StatusCode::FORBIDDEN, "{method} {below}");
        assert_eq!(eve.send(method.clone(), &below, body.clone()).await.0, StatusCode::NOT_FOUND, "{method} {below}");
        let own = below.replace("OURS", "THEIRS");
        if own.contains(id_of(&made)) {
            assert_eq!(eve.send(method, &own, body).await.0, StatusCode::NOT_FOUND, "an id of ours below theirs");
        }
    }
    assert_eq!(deliveries(&ada, "OURS", &made, "").await.len(), 1, "and it is still there");
    assert_eq!(ada.send(Method::DELETE, &path, json!({})).await.0, StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_private_address_is_reached() {
    let world = World::start().await;
    let (_, ada) = coordinator(&world, "OURS").await;
    let other = Other::default();
    let port = other.listen().await.port();
    for url in [
        format!("http://127.0.0.1:{port}/in"),
        format!("https://127.0.0.1:{port}/in"),
        format!("https://localhost:{port}/in"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://[::1]/".to_owned(),
        "https://cpas-planning.cpas.svc.cluster.local/".to_owned(),
    ] {
        let wish = json!({"name": "x", "url": url, "topics": ["plan"]});
        let (status, problem) = ada.send(Method::POST, "/api/v1/missions/OURS/webhooks", wish).await;
        assert_eq!(
            (status, &problem["violations"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("url")),
            "{url}"
        );
    }

    // A name that was public when it was stored, and now leads to this machine: nothing is connected to.
    let made = subscribed(&ada, "OURS", "https://example.org/in", &["plan"]).await;
    for url in [format!("https://localhost.:{port}/in"), format!("https://127.0.0.1:{port}/in")] {
        let mut tx = world.stage.db.begin(&in_mission(&world, "OURS").await).await.expect("a transaction");
        sqlx::query("UPDATE webhook SET url = $1").bind(&url).execute(&mut *tx).await.expect("an update");
        tx.commit().await.expect("a commit");
        let path = format!("/api/v1/missions/OURS/webhooks/{}/test", id_of(&made));
        assert_eq!(ada.send(Method::POST, &path, json!({})).await.0, StatusCode::CREATED);
    }
    let sender = Sender::new(world.stage.db.clone(), false).expect("a sender");
    let stop = Stop::new();
    let running = tokio::spawn(run(sender, stop.clone()));
    eventually("both were tried", || async {
        let waiting = deliveries(&ada, "OURS", &made, "waiting").await;
        waiting.len() == 2
            && waiting.iter().all(|one| one["outcome"].as_str().is_some_and(|said| said.contains("private network")))
    })
    .await;
    stop.set();
    running.await.expect("an end");
    assert_eq!(other.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_as_much_sees_nothing_of_a_subscription() {
    let world = world_at_work().await;
    let (ours, ada) = coordinator(&world, "OURS").await;
    let cleared = NewMember {
        email: "cleo@ours.example".to_owned(),
        name: "Cleo".to_owned(),
        role: "coordinator".to_owned(),
        clearance: "confidential".to_owned(),
        password: PASSWORD.to_owned(),
        ..NewMember::default()
    };
    add_member(&world.app, ours, Uuid::nil(), cleared).await.expect("a member");
    let cleo = world.sign_in("cleo@ours.example").await;
    let other = Other::default();
    let url = format!("http://{}/in", other.listen().await);
    let path = "/api/v1/missions/OURS/webhooks";
    let wish = json!({"name": "Watch", "url": url, "topics": ["stakeholder"], "clearance": "confidential"});
    let (status, problem) = ada.send(Method::POST, path, wish.clone()).await;
    assert_eq!((status, &problem["violations"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("clearance")));
    let (status, made) = cleo.send(Method::POST, path, wish.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    happens(&world, ours, "stakeholder", "informant", Classification::Confidential).await;
    eventually("it is told", || async { other.count() == 1 }).await;

    // Ada could send it elsewhere, if she saw it.
    let (_, list) = ada.get(path).await;
    assert_eq!(list["webhooks"], json!([]), "{list}");
    let one = format!("{path}/{}", id_of(&made));
    let elsewhere = json!({"name": "Mine", "url": url, "topics": ["stakeholder"], "version": 1});
    assert_eq!(ada.send(Method::PUT, &one, elsewhere).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ada.get(&format!("{one}/deliveries")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ada.send(Method::DELETE, &one, json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(deliveries(&cleo, "OURS", &made, "").await.len(), 1);

    // A change is by the version that was seen, and what happened while it was paused is not told afterwards.
    let pause = |version: i64, paused: bool| json!({"name": "Watch", "url": url, "topics": ["stakeholder"], "clearance": "confidential", "paused": paused, "version": version});
    assert_eq!(cleo.send(Method::PUT, &one, pause(1, true)).await.0, StatusCode::OK);
    let (status, problem) = cleo.send(Method::PUT, &one, pause(1, false)).await;
    assert_eq!((status, &problem["current_version"]), (StatusCode::PRECONDITION_FAILED, &json!(2)));
    happens(&world, ours, "stakeholder", "meanwhile", Classification::Unclassified).await;
    assert_eq!(cleo.send(Method::PUT, &one, pause(2, false)).await.0, StatusCode::OK);
    happens(&world, ours, "stakeholder", "afterwards", Classification::Unclassified).await;
    eventually("what comes afterwards is told", || async { other.count() == 2 }).await;
    assert!(other.last().1.contains("afterwards"), "{}", other.last().1);
}

/// The gateway itself in a mission.
async fn in_mission(world: &World, code: &str) -> Caller {
    let mut connection = world.stage.db.connection().await.expect("a connection");
    let row = cpas_gateway::store::missions::by_code(&mut connection, code).await.expect("a read").expect("a mission");
    let scope = chassis::Mission { id: row.id, ..world.stage.mission.clone() };
    Caller::service("gateway", scope, std::time::Instant::now() + std::time::Duration::from_secs(20))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_slowly_holds_up_nobody() {
    let world = world_at_work().await;
    let (ours, ada) = coordinator(&world, "OURS").await;
    let (slow, quick) = (Other::default(), Other::default());
    let made_slow = subscribed(&ada, "OURS", &format!("http://{}/in", slow.listen().await), &["plan"]).await;
    let made_quick = subscribed(&ada, "OURS", &format!("http://{}/in", quick.listen().await), &["indicator"]).await;
    let closed = slow.gate.write().await;
    for number in 0..20 {
        happens(&world, ours, "plan", &format!("plan-{number}"), Classification::Unclassified).await;
    }
    eventually("the slow one has a message", || async { slow.count() >= 1 }).await;
    for number in 0..20 {
        happens(&world, ours, "indicator", &format!("indicator-{number}"), Classification::Unclassified).await;
    }
    eventually("the quick one has all", || async {
        deliveries(&ada, "OURS", &made_quick, "delivered").await.len() == 20
    })
    .await;
    drop(closed);
    eventually("the slow one goes on", || async {
        !deliveries(&ada, "OURS", &made_slow, "delivered").await.is_empty()
    })
    .await;
}
