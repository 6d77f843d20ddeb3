//! What members have sent to them: at their hour, once, as they may see it then, and no more where they do not want it.

use std::sync::Arc;

use chassis::{Failure, Stop, testing::eventually};
use chrono::TimeDelta;
use cpas_gateway::{
    subscriptions::{Sender, run},
    webhooks::{SigningSecret, sign},
};
use cpas_proto::{
    common::v1::{FileChunk, Text},
    reporting::v1 as reporting,
    words::Classification,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{neighbours::Neighbours, post::Post, smtp::Taken, webhooks::Other, world::Browser};

pub const PATH: &str = "/api/v1/missions/OURS/subscriptions";
const BEFORE_SEVEN: &str = "2026-03-02T05:59:59Z";
/// Seven in Bangui.
pub const SEVEN: &str = "2026-03-02T06:00:00Z";
pub const NEXT_SEVEN: &str = "2026-03-03T06:00:00Z";

pub fn chunk(name: &str, words: &str) -> FileChunk {
    FileChunk {
        data: words.as_bytes().to_vec(),
        file_name: name.into(),
        content_type: "text/csv; charset=utf-8".into(),
        ..Default::default()
    }
}

/// One dashboard, and a published paper of one template.
pub fn neighbours() -> Arc<Neighbours> {
    let neighbours = Neighbours::default();
    neighbours.dashboard.answers(|_, asked| match asked.id.as_str() {
        "board" => Ok(reporting::Dashboard {
            id: "board".into(),
            title: Some(Text::of("Police", "La police")),
            ..Default::default()
        }),
        _ => Err(Failure::not_found("dashboard")),
    });
    neighbours.board.answers(|caller, _| Ok(chunk("board.csv", &format!("of {}", caller.name))));
    neighbours.papers.answers(|_, _| {
        let sheet = |id: &str, state: &str, at: &str| reporting::FactSheet {
            id: id.into(),
            title: Some(Text::of(format!("Paper {id}"), "")),
            template: "briefing_note".into(),
            state: state.into(),
            published_at: at.into(),
            ..Default::default()
        };
        let fact_sheets = vec![
            sheet("old", "published", "2026-01-01T00:00:00Z"),
            sheet("new", "published", "2026-02-01T00:00:00Z"),
            sheet("gone", "withdrawn", "2026-02-02T00:00:00Z"),
        ];
        Ok(reporting::ListFactSheetsResponse { fact_sheets })
    });
    neighbours.paper.answers(|_, asked| Ok(chunk("paper.pdf", &format!("{} {}", asked.id, asked.language))));
    neighbours.home.answers(|_, _| {
        let objective = reporting::HomeObjective {
            number: "1".into(),
            statement: Some(Text::of("Protect civilians", "Protéger les civils")),
            status: "at_risk".into(),
            ..Default::default()
        };
        Ok(reporting::MissionHome { objectives: vec![objective], ..Default::default() })
    });
    Arc::new(neighbours)
}

/// Sessions outlive the days that pass here.
pub async fn open(neighbours: &Arc<Neighbours>) -> Post {
    Post::beside(neighbours, |config| {
        config.session_idle_minutes = 60 * 24 * 30;
        config.session_life_hours = 24 * 30;
        config.webhook_private_allowed = true;
    })
    .await
}

pub fn daily() -> Value {
    json!({"subject": "dashboard", "reference": "board", "rhythm": "daily", "hour": 7, "format": "csv", "language": "en", "by_email": true})
}

pub fn with(mut wish: Value, changes: &[(&str, Value)]) -> Value {
    for (field, value) in changes {
        wish[field] = value.clone();
    }
    wish
}

pub async fn subscribed(browser: &Browser<'_>, wish: Value) -> Value {
    let (status, made) = browser.send(Method::POST, PATH, wish).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made
}

/// As it stands now, with what it sent.
pub async fn now(browser: &Browser<'_>, made: &Value) -> Value {
    let (_, list) = browser.get(PATH).await;
    let all = list["subscriptions"].as_array().expect("a list");
    all.iter().find(|one| one["id"] == made["id"]).expect("it is there").clone()
}

pub async fn states(browser: &Browser<'_>, made: &Value) -> Vec<String> {
    let shown = now(browser, made).await;
    let sendings = shown["sendings"].as_array().expect("a list");
    sendings.iter().map(|one| one["state"].as_str().expect("a word").to_owned()).collect()
}

/// Sends, as a replica of its own.
pub fn replica(post: &Post) -> (Stop, tokio::task::JoinHandle<()>) {
    let (stop, all) = (Stop::new(), post.world.stage.stop.clone());
    let sender = Sender::new(post.world.app.clone()).expect("a sender");
    let own = stop.clone();
    let running = tokio::spawn(async move {
        tokio::select! { () = run(sender, own) => {}, () = all.wait() => {} }
    });
    (stop, running)
}

pub async fn mission_in_bangui(post: &Post) -> (Uuid, Browser<'_>) {
    let ours = post.world.mission("OURS").await;
    post.member(ours, "Cora", "coordinator", "").await;
    let cora = post.world.sign_in("cora@ours.example").await;
    let set = cora.send(Method::PUT, "/api/v1/missions/OURS/time-zone", json!({"time_zone": "Africa/Bangui"})).await;
    assert_eq!(set.0, StatusCode::OK, "{}", set.1);
    (ours, cora)
}

pub fn header(letter: &Taken, name: &str) -> String {
    let unfolded = letter.letter.replace("\r\n ", " ");
    let found = unfolded.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    found.unwrap_or_else(|| panic!("{name} in {unfolded}")).trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_sent_at_its_hour_of_the_missions_own_time() {
    let post = open(&neighbours()).await;
    let (_, cora) = mission_in_bangui(&post).await;
    let made = subscribed(&cora, daily()).await;
    assert_eq!(made["next_due"], SEVEN);
    let bad = cora.send(Method::PUT, "/api/v1/missions/OURS/time-zone", json!({"time_zone": "Mars/North"})).await;
    assert_eq!(bad.0, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.1);
    let _replica = replica(&post);
    post.set_clock(BEFORE_SEVEN);
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert!(post.smtp.taken().is_empty(), "not before its hour");
    post.set_clock(SEVEN);
    eventually("it is sent", || async { states(&cora, &made).await == ["sent"] }).await;
    let taken = post.smtp.taken();
    assert_eq!((taken.len(), taken[0].to.clone()), (1, vec!["cora@ours.example".to_owned()]));
    assert_eq!(header(&taken[0], "Subject"), "CPAS OURS: Police");
    assert!(taken[0].letter.contains("filename=\"board.csv\""), "{}", taken[0].letter);
    assert_eq!(now(&cora, &made).await["next_due"], NEXT_SEVEN);
    // Nobody was there for three days: what was due is sent once, late.
    post.set_clock("2026-03-05T12:00:00Z");
    eventually("it is sent again", || async { states(&cora, &made).await == ["sent", "sent"] }).await;
    assert_eq!(now(&cora, &made).await["next_due"], "2026-03-06T06:00:00Z");
    assert_eq!(post.smtp.taken().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_senders_send_each_occasion_once() {
    let post = open(&neighbours()).await;
    let (ours, cora) = mission_in_bangui(&post).await;
    let mut all = Vec::new();
    for number in 0..12 {
        let account = post.member(ours, &format!("P{number}"), "contributor", "").await;
        all.push(subscribed(&cora, with(daily(), &[("account_id", json!(account))])).await);
    }
    let _replicas = (replica(&post), replica(&post));
    for (at, letters) in [(SEVEN, 12), (NEXT_SEVEN, 24)] {
        post.set_clock(at);
        eventually("all is sent", || async { post.smtp.taken().len() >= letters }).await;
        for made in &all {
            eventually("it is noted", || async { states(&cora, made).await.iter().all(|state| state == "sent") }).await;
        }
        let taken = post.smtp.taken();
        let mut to: Vec<String> = taken[letters - 12..].iter().flat_map(|own| own.to.clone()).collect();
        to.sort();
        to.dedup();
        assert_eq!((taken.len(), to.len()), (letters, 12), "each once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_sender_loses_nothing() {
    let post = open(&neighbours()).await;
    let (_, cora) = mission_in_bangui(&post).await;
    let made = subscribed(&cora, daily()).await;
    let shut = Arc::clone(&post.smtp.gate).write_owned().await;
    let (_, killed) = replica(&post);
    post.set_clock(SEVEN);
    eventually("the letter is out, and nobody noted it", || async { post.smtp.taken().len() == 1 }).await;
    killed.abort();
    drop(killed.await);
    drop(shut);
    let _replica = replica(&post);
    post.set_clock("2026-03-02T06:11:00Z");
    eventually("it is sent", || async { states(&cora, &made).await == ["sent"] }).await;
    let taken = post.smtp.taken();
    let ids: Vec<String> = taken.iter().map(|own| header(own, "Message-ID")).collect();
    assert_eq!(ids.len(), 2, "twice, and never not at all");
    assert_eq!(ids[0], ids[1], "which a mail program shows once");
    assert_eq!(now(&cora, &made).await["next_due"], NEXT_SEVEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_sent_as_its_reader_may_see_it() {
    let neighbours = neighbours();
    let post = open(&neighbours).await;
    let (ours, cora) = mission_in_bangui(&post).await;
    post.member(ours, "Ada", "contributor", "").await;
    let ada = post.world.sign_in("ada@ours.example").await;
    let open = subscribed(&ada, daily()).await;
    let confidential = subscribed(&ada, with(daily(), &[("clearance", json!("confidential"))])).await;
    let (status, _) =
        ada.send(Method::POST, PATH, with(daily(), &[("clearance", json!("strictly_confidential"))])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "nobody lets out more than they may see");
    let _replica = replica(&post);
    post.set_clock(SEVEN);
    for made in [&open, &confidential] {
        eventually("it is sent", || async { states(&ada, made).await == ["sent"] }).await;
    }
    let asked = neighbours.board.asked();
    let mut clearances: Vec<Classification> = asked.iter().map(|(caller, _)| caller.clearance).collect();
    clearances.sort();
    assert_eq!(clearances, [Classification::Unclassified, Classification::Confidential]);
    assert!(asked.iter().all(|(caller, _)| caller.name == "Ada"), "asked as herself");

    // Her role goes, and with it all that was sent to her.
    let (_, members) = cora.get("/api/v1/missions/OURS/members").await;
    let membership = members["members"].as_array().expect("a list").iter().find(|one| one["name"] == "Ada");
    let id = membership.expect("Ada")["id"].as_str().expect("an id").to_owned();
    let removed = cora.send(Method::DELETE, &format!("/api/v1/missions/OURS/members/{id}"), json!({})).await;
    assert_eq!(removed.0, StatusCode::NO_CONTENT);
    post.set_clock(NEXT_SEVEN);
    for made in [&open, &confidential] {
        eventually("it stops", || async { now(&cora, made).await["stopped"] != "" }).await;
        let stopped = now(&cora, made).await;
        assert!(stopped["stopped"].as_str().is_some_and(|why| why.contains("no member any more")), "{stopped}");
        assert_eq!((&stopped["next_due"], &stopped["sendings"][0]["state"]), (&Value::Null, &json!("nothing")));
    }
    assert_eq!(post.smtp.taken().len(), 2, "nothing more went out");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_seen_any_more_stops_and_what_is_broken_is_tried_again() {
    let neighbours = neighbours();
    let post = open(&neighbours).await;
    let (_, cora) = mission_in_bangui(&post).await;
    let made = subscribed(&cora, daily()).await;
    let other = subscribed(&cora, with(daily(), &[("hour", json!(8))])).await;
    neighbours.board.answers(|_, _| Err(Failure::unavailable("The services are away.")));
    let _replica = replica(&post);
    post.set_clock(SEVEN);
    eventually("it waits", || async { now(&cora, &made).await["sendings"][0]["attempts"] == 1 }).await;
    let waiting = now(&cora, &made).await["sendings"][0].clone();
    assert_eq!((&waiting["state"], &waiting["outcome"]), (&json!("waiting"), &json!("The services did not answer.")));
    neighbours.board.answers(|_, _| Ok(chunk("board.csv", "x")));
    post.smtp.answers(&["451 Try again later"]);
    let clock = &post.world.stage.clock;
    for attempts in [2, 3] {
        clock.set(clock.now() + TimeDelta::seconds(600));
        eventually("it is tried again", || async { now(&cora, &made).await["sendings"][0]["attempts"] == attempts })
            .await;
    }
    assert_eq!((states(&cora, &made).await, post.smtp.taken().len()), (vec!["sent".to_owned()], 1));

    neighbours.board.answers(|_, _| Err(Failure::denied("Your role does not allow this.")));
    post.set_clock("2026-03-02T07:00:00Z");
    eventually("it stops", || async { now(&cora, &other).await["stopped"] != "" }).await;
    assert_eq!(now(&cora, &other).await["stopped"], "The role does not allow it any more.");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_system_gets_it_signed() {
    let post = open(&neighbours()).await;
    let (_, cora) = mission_in_bangui(&post).await;
    let other = Other::default();
    let address = other.listen().await;
    let url = format!("http://{address}/in");
    let wish = json!({"subject": "paper", "reference": "briefing_note", "rhythm": "weekly", "day": 1, "hour": 7, "format": "pdf",
        "language": "fr", "webhook_url": url});
    let made = subscribed(&cora, wish).await;
    let secret = made["secret"].as_str().expect("shown once").to_owned();
    assert!(!cora.get(PATH).await.1.to_string().contains(&secret));
    other.answers(&[StatusCode::BAD_GATEWAY]);
    let _replica = replica(&post);
    post.set_clock(SEVEN);
    eventually("it is tried", || async { other.count() == 1 }).await;
    eventually("it waits", || async { states(&cora, &made).await == ["waiting"] }).await;
    let clock = &post.world.stage.clock;
    clock.set(clock.now() + TimeDelta::seconds(600));
    eventually("it is taken", || async { states(&cora, &made).await == ["sent"] }).await;
    let (headers, body) = other.last();
    let message: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((&message["type"], &message["data"]["mission"]), (&json!("subscription.sent"), &json!("OURS")));
    let content = message["data"]["content_base64"].as_str().expect("a file");
    let content = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, content).expect("base64");
    assert_eq!(content, b"new fr", "the newest that is published");
    let key = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, &secret["whsec_".len()..]).expect("a key");
    let value = |name: &str| headers[name].to_str().expect("text").to_owned();
    let timestamp: i64 = value("webhook-timestamp").parse().expect("seconds");
    assert_eq!(value("webhook-signature"), sign(&SigningSecret::of(key), &value("webhook-id"), timestamp, &body));
    let ids: Vec<_> =
        other.got.lock().expect("whole").iter().map(|(headers, _)| headers["webhook-id"].clone()).collect();
    assert_eq!(ids[0], ids[1], "one id however often it is tried");
    assert!(post.smtp.taken().is_empty());
}
