//! Who has what sent to them, what comes when a paper is published, and how it ends.

use chassis::{Caller, Fact, testing::eventually};
use cpas_proto::{
    reporting::v1::{self as reporting, FactSheetRecorded},
    words::Classification,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    post::Post,
    subscriptions::{
        NEXT_SEVEN, PATH, SEVEN, daily, header, mission_in_bangui, neighbours, now, open, replica, states, subscribed,
        with,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_sent_when_it_is_published() {
    let post = open(&neighbours()).await;
    let (ours, cora) = mission_in_bangui(&post).await;
    let wish = json!({"subject": "paper", "reference": "briefing_note", "rhythm": "published", "format": "pdf", "language": "en",
        "by_email": true});
    let made = subscribed(&cora, wish.clone()).await;
    assert_eq!(made["next_due"], Value::Null);
    let another = subscribed(&cora, with(wish, &[("reference", json!("fact_sheet"))])).await;
    let mut background = cpas_gateway::background(&post.world.app).expect("background work");
    let _running = post.world.stage.start(&mut background);
    for (state, times) in [("cleared", 1), ("published", 2)] {
        for _ in 0..times {
            published(&post, ours, "new", state).await;
        }
    }
    eventually("it is sent", || async { states(&cora, &made).await == ["sent"] }).await;
    published(&post, ours, "old", "published").await;
    eventually("the next too", || async { states(&cora, &made).await == ["sent", "sent"] }).await;
    assert_eq!(post.smtp.taken().len(), 2, "each paper once");
    assert!(states(&cora, &another).await.is_empty(), "another kind of paper");
}

/// Reporting tells of a paper.
async fn published(post: &Post, mission: Uuid, id: &str, state: &str) {
    let scope = chassis::Mission { id: mission, ..post.world.stage.mission.clone() };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let config = post.world.stage.database.config();
    let teller = chassis::Db::open("reporting", &config, post.world.stage.clock.clone()).expect("its own address");
    let mut tx = teller.begin(&Caller::service("reporting", scope, deadline)).await.expect("a transaction");
    let sheet = reporting::FactSheet {
        id: id.into(),
        state: state.into(),
        template: "briefing_note".into(),
        ..Default::default()
    };
    let message = FactSheetRecorded { fact_sheet: Some(sheet) };
    let fact = Fact::new("fact_sheet", "recorded", id, Classification::Unclassified, &message);
    tx.publish(fact).await.expect("an event");
    tx.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_in_the_letter_ends_it_without_a_session() {
    let post = open(&neighbours()).await;
    let (_, cora) = mission_in_bangui(&post).await;
    let made = subscribed(&cora, json!({"subject": "digest", "rhythm": "daily", "hour": 7, "format": "text", "language": "en", "by_email": true})).await;
    let kept = subscribed(&cora, daily()).await;
    let _replica = replica(&post);
    post.set_clock(SEVEN);
    eventually("both are sent", || async { post.smtp.taken().len() == 2 }).await;
    let taken = post.smtp.taken();
    let digest = taken.iter().find(|own| header(own, "Subject").contains("in brief")).expect("the digest");
    assert!(
        digest.letter.len() <= 20 * 1024 && digest.letter.contains("Protect civilians: at risk"),
        "{}",
        digest.letter
    );
    assert_eq!(header(digest, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let link = header(digest, "List-Unsubscribe");
    let path = link.trim_matches(['<', '>']).strip_prefix("https://cpas.example.org").expect("our address").to_owned();

    let ask = async |method: Method, path: &str| {
        let answer = post.world.request(method, path).send().await.expect("an answer");
        assert!(answer.headers().get("set-cookie").is_none());
        (answer.status(), answer.text().await.expect("a body"))
    };
    let looked = ask(Method::GET, &path).await;
    assert_eq!(looked.0, StatusCode::OK);
    assert_eq!(now(&cora, &made).await["stopped"], "", "who only looks ends nothing");
    let guessed = format!("/unsubscribe/{}", "A".repeat(43));
    assert_eq!(ask(Method::GET, &guessed).await, looked, "a guess learns nothing");
    let ended = ask(Method::POST, &path).await;
    assert_eq!((ended.0, ask(Method::POST, &guessed).await), (StatusCode::OK, ended.clone()));
    assert_eq!(now(&cora, &made).await["stopped"], "Ended by the link in a letter.");
    assert_eq!(now(&cora, &kept).await["stopped"], "", "and nothing else");
    post.set_clock(NEXT_SEVEN);
    eventually("the other is sent", || async { states(&cora, &kept).await == ["sent", "sent"] }).await;
    assert_eq!(states(&cora, &made).await, ["sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_has_their_own_and_a_coordinator_sees_to_all() {
    let post = open(&neighbours()).await;
    let (ours, cora) = mission_in_bangui(&post).await;
    let theirs = post.world.mission("THEIRS").await;
    let ada_id = post.member(ours, "Ada", "contributor", "").await;
    let bob_id = post.member(ours, "Bob", "contributor", "").await;
    let dan_id = post.member(theirs, "Dan", "contributor", "").await;
    let (ada, bob) = (post.world.sign_in("ada@ours.example").await, post.world.sign_in("bob@ours.example").await);
    let dan = post.world.sign_in("dan@ours.example").await;
    let made = subscribed(&ada, daily()).await;
    let one = format!("{PATH}/{}", made["id"].as_str().expect("an id"));
    let count = |list: (StatusCode, Value)| list.1["subscriptions"].as_array().map_or(0, Vec::len);
    assert_eq!((count(ada.get(PATH).await), count(bob.get(PATH).await), count(cora.get(PATH).await)), (1, 0, 1));
    assert_eq!(dan.get(PATH).await.0, StatusCode::NOT_FOUND, "another mission's");
    assert_eq!(bob.send(Method::DELETE, &one, json!({})).await.0, StatusCode::NOT_FOUND, "as if it never was");
    let change = with(daily(), &[("version", json!(1)), ("hour", json!(9))]);
    assert_eq!(bob.send(Method::PUT, &one, change.clone()).await.0, StatusCode::NOT_FOUND);

    let for_bob = with(daily(), &[("account_id", json!(bob_id))]);
    assert_eq!(ada.send(Method::POST, PATH, for_bob.clone()).await.0, StatusCode::FORBIDDEN);
    assert_eq!(subscribed(&cora, for_bob.clone()).await["account_name"], "Bob");
    for (wish, field) in [
        (with(daily(), &[("account_id", json!(dan_id))]), "account_id"),
        (with(for_bob, &[("webhook_url", json!("https://example.org/in"))]), "webhook_url"),
        (with(daily(), &[("by_email", json!(false))]), "by_email"),
        (with(daily(), &[("format", json!("text"))]), "format"),
        (with(daily(), &[("rhythm", json!("published"))]), "rhythm"),
        (with(daily(), &[("rhythm", json!("monthly")), ("day", json!(31))]), "day"),
        (with(daily(), &[("hour", json!(24))]), "hour"),
        (with(daily(), &[("language", json!("de"))]), "language"),
    ] {
        let (status, problem) = cora.send(Method::POST, PATH, wish).await;
        assert_eq!(
            (status, &problem["violations"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{problem}"
        );
    }
    let nowhere = ada.send(Method::POST, PATH, with(daily(), &[("reference", json!("another"))])).await;
    assert_eq!(nowhere.0, StatusCode::NOT_FOUND, "a dashboard that is not there for her");
    let zone = ada.send(Method::PUT, "/api/v1/missions/OURS/time-zone", json!({"time_zone": "UTC"})).await;
    assert_eq!(zone.0, StatusCode::FORBIDDEN);

    let (status, changed) = cora.send(Method::PUT, &one, change.clone()).await;
    assert_eq!((status, &changed["hour"], &changed["version"]), (StatusCode::OK, &json!(9), &json!(2)), "{changed}");
    assert_eq!(changed["account_id"], json!(ada_id), "whose it is stays");
    assert_eq!(ada.send(Method::PUT, &one, change).await.0, StatusCode::PRECONDITION_FAILED, "she saw another version");
    let token = json!({"name": "Sheet", "mission": "OURS", "roles": ["contributor"], "expires_in_days": 30});
    let (_, token) = ada.send(Method::POST, "/api/v1/tokens", token).await;
    let bearer = format!("Bearer {}", token["token"].as_str().expect("the token"));
    let by_token = post.world.request(Method::POST, PATH).header("authorization", bearer).json(&daily());
    assert_eq!(by_token.send().await.expect("an answer").status(), StatusCode::FORBIDDEN);
    assert_eq!(ada.send(Method::DELETE, &one, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(count(ada.get(PATH).await), 0);
}
