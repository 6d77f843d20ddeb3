//! Phones that send at once: forms of 50 questions through OpenRosa, each durable, and soon in its series.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use cpas_gateway::routes::{NewMember, add_member};
use futures::future;
use reqwest::{
    Client, Method, StatusCode,
    multipart::{Form, Part},
};
use serde_json::json;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use crate::{
    memory,
    people::{PASSWORD, Person, text},
    samples::{Samples, compare, line, promise},
    stage::{AREAS, Stage, define, options},
};

/// Questions of the form: one indicator each.
const QUESTIONS: usize = 50;
const SECTION: &str = "Phones";
/// Phones that send at a time, each of somebody else.
const PHONES: usize = 16;
const SUBMISSIONS: usize = 2_000;
/// Those that are sent before the first that counts.
const WARM_UP: usize = 64;
/// One in so many is looked for in its series.
const LOOKED_FOR: usize = 50;
/// What is promised: submissions in a second, and how soon each is in its series.
const RATE_MIN: f64 = 500.0;
const SEEN_MAX: Duration = Duration::from_secs(1);
/// Longest wait for the form, and for a value in its series.
const WAIT_MAX: Duration = Duration::from_secs(30);

pub async fn measure(stage: &Stage) {
    for number in 0..QUESTIONS {
        define(&stage.team, &code(number), "month", SECTION).await;
    }
    let before = memory::most("collection");
    let phones = phones(stage).await;
    let form = form(stage, &phones[0]).await;
    let sending = Sending { stage, form, next: AtomicUsize::new(0) };
    future::join_all(phones.iter().map(|token| sending.run(token, WARM_UP))).await;
    let began = Instant::now();
    let all = future::join_all(phones.iter().map(|token| sending.run(token, WARM_UP + SUBMISSIONS))).await;
    let rate = SUBMISSIONS as f64 / began.elapsed().as_secs_f64();
    let (mut sent, mut seen) = (Vec::new(), Vec::new());
    for (times, looks) in all {
        sent.extend(times);
        seen.extend(looks);
    }
    assert_eq!(sent.len(), SUBMISSIONS, "every one of them was taken");
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM submission_answer WHERE outcome = 'stored'")
        .fetch_one(&stage.collection)
        .await
        .expect("a count");
    assert_eq!(stored as usize, (WARM_UP + SUBMISSIONS) * QUESTIONS, "all of their answers are there");
    let sent = Samples::of(sent);
    let (by_hand, rate_by_hand) = by_hand(stage).await;
    compare(
        &format!("(12) OpenRosa: a form of {QUESTIONS} questions, {PHONES} phones at a time ({rate:.0} a second)"),
        &sent,
        &format!("one transaction that inserts as many rows, as many at a time ({rate_by_hand:.0} a second)"),
        &by_hand,
    );
    let seen = Samples::of(seen);
    line("&nbsp;&nbsp;from the answer until the value is in its series", &seen, "");
    if let (Some(before), Some(after)) = (before, memory::most("collection")) {
        println!(
            "| &nbsp;&nbsp;most memory of collection, before and after: {} MB, {} MB | | | | | | | |",
            before / 1_000,
            after / 1_000
        );
    }
    promise(rate >= RATE_MIN, || format!("(12) OpenRosa: {rate:.0} submissions a second, {RATE_MIN} were promised"));
    promise(seen.most() <= SEEN_MAX, || "(12) OpenRosa: a value was in its series later than a second".to_owned());
}

fn code(number: usize) -> String {
    format!("P{number:02}")
}

/// Tokens of people who submit for the section.
async fn phones(stage: &Stage) -> Vec<String> {
    let mut tokens = Vec::with_capacity(PHONES);
    for number in 0..PHONES {
        let email = format!("phone{number}@unmic.example");
        let new = NewMember {
            email: email.clone(),
            name: format!("Phone {number}"),
            role: "focal_point".to_owned(),
            clearance: "confidential".to_owned(),
            password: PASSWORD.to_owned(),
            ..Default::default()
        };
        add_member(&stage.cluster.app, stage.mission, Uuid::nil(), new).await.expect("a member");
        let person = Person::sign_in(&stage.cluster.address, "UNMIC", &email).await;
        let new = json!({"name": "phone", "mission": "UNMIC", "roles": ["focal_point"], "expires_in_days": 1, "phones_only": true});
        tokens.push(text(&person.post("//tokens", new).await, "token"));
    }
    tokens
}

/// The empty instance of the section's form, when it asks for all of the indicators.
async fn form(stage: &Stage, token: &str) -> String {
    let client = Client::new();
    let get = async |url: String| {
        let asked = client.get(url).basic_auth("phone", Some(token)).header("x-openrosa-version", "1.0");
        asked.send().await.expect("an answer").text().await.expect("text")
    };
    let end = Instant::now() + WAIT_MAX;
    loop {
        let list = get(format!("{}/openrosa/UNMIC/formList", stage.cluster.address)).await;
        let own = list.split("<xform>").find(|form| form.contains(&format!("<name>{SECTION}</name>")));
        let url = own.and_then(|form| form.split_once("<downloadUrl>")?.1.split_once("</downloadUrl>"));
        if let Some((url, _)) = url {
            let form = get(url.replace("&amp;", "&")).await;
            let start = form.find("<data id=").expect("the instance");
            let end = form.find("</data>").expect("its end") + "</data>".len();
            let instance = form[start..end].replacen("<data ", "<data xmlns:orx=\"http://openrosa.org/xforms\" ", 1);
            if instance.matches("<v_/>").count() == QUESTIONS {
                return instance;
            }
        }
        assert!(Instant::now() < end, "collection did not hear of the form's indicators");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

struct Sending<'a> {
    stage: &'a Stage,
    form: String,
    next: AtomicUsize,
}

impl Sending<'_> {
    /// Sends one instance after the other until so many are sent by all: the time of each, and of some until it is seen.
    async fn run(&self, token: &str, until: usize) -> (Vec<Duration>, Vec<Duration>) {
        let client = Client::new();
        let url = format!("{}/openrosa/UNMIC/submission", self.stage.cluster.address);
        let (mut sent, mut seen) = (Vec::new(), Vec::new());
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= until {
                // For the run that comes after this one.
                self.next.fetch_sub(1, Ordering::Relaxed);
                return (sent, seen);
            }
            let (area, month) = (number % AREAS, number / AREAS);
            let period = format!("{}-{:02}", 1990 + month / 12, month % 12 + 1);
            let xml = self.filled(number, &period, &format!("A{area:02}"));
            let part = Part::text(xml).file_name("form.xml").mime_str("text/xml").expect("a media type");
            let began = Instant::now();
            let request = client.post(&url).basic_auth("phone", Some(token)).header("x-openrosa-version", "1.0");
            let response =
                request.multipart(Form::new().part("xml_submission_file", part)).send().await.expect("an answer");
            let status = response.status();
            let body = response.text().await.expect("text");
            assert_eq!(status, StatusCode::CREATED, "{body}");
            sent.push(began.elapsed());
            if number.is_multiple_of(LOOKED_FOR) {
                seen.push(self.until_seen(number, &period, &format!("A{area:02}")).await);
            }
        }
    }

    fn filled(&self, number: usize, period: &str, area: &str) -> String {
        let filled = self
            .form
            .replacen("<period/>", &format!("<period>{period}</period>"), 1)
            .replacen("<a1/>", &format!("<a1>{area}</a1>"), 1)
            .replace("<v_/>", &format!("<v_>{number}</v_>"))
            .replacen("<orx:instanceID/>", &format!("<orx:instanceID>uuid:{}</orx:instanceID>", Uuid::new_v4()), 1);
        format!("<?xml version='1.0' ?>{filled}")
    }

    async fn until_seen(&self, number: usize, period: &str, area: &str) -> Duration {
        let path =
            format!("/series/{}?areas={area}&first_period={period}&last_period={period}", code(number % QUESTIONS));
        let since = Instant::now();
        loop {
            let response = self.stage.team.coordinator.request(Method::GET, &path).send().await.expect("an answer");
            let series: serde_json::Value = response.json().await.expect("JSON");
            if series["parts"][0]["points"][0]["value"] == number as f64 {
                return since.elapsed();
            }
            assert!(since.elapsed() < WAIT_MAX, "{path}: {series}");
        }
    }
}

/// What PostgreSQL does with one transaction for the rows of each form, as many at a time; and how many in a second.
async fn by_hand(stage: &Stage) -> (Samples, f64) {
    let options = options(&stage.cluster, "cpas_collection");
    let pool = PgPoolOptions::new().max_connections(PHONES as u32).connect_with(options).await.expect("the database");
    let insert = "INSERT INTO bench.single (mission_id, id, indicator_id, definition_version, period, first_day, last_day, \
                  area, slice, cell, edition, kind, value, classification, recorded_state, recorded_at, recorded_by, \
                  recorded_by_name) SELECT $1, uuidv7(), $1, 1, '2001-01', '2001-01-01', '2001-01-31', 'A00', '', \
                  gen_random_uuid(), 1, 'value', 1, 0, 'submitted', now(), $1, 'by hand' FROM generate_series(1, $2)";
    let one = async || {
        let began = Instant::now();
        let asked = sqlx::query(insert).bind(stage.mission).bind(QUESTIONS as i32);
        asked.execute(&pool).await.expect("the rows");
        began.elapsed()
    };
    let began = Instant::now();
    let each = SUBMISSIONS / PHONES;
    let caller = async || {
        let mut times = Vec::with_capacity(each);
        for _ in 0..each {
            times.push(one().await);
        }
        times
    };
    let all = future::join_all((0..PHONES).map(|_| caller())).await;
    let rate = (each * PHONES) as f64 / began.elapsed().as_secs_f64();
    (Samples::of(all.into_iter().flatten().collect()), rate)
}
