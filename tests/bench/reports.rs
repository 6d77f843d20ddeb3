//! What reporting answers over twelve missions, at the real scale, ten and a hundred times; papers; and how soon what was
//! written is to be seen while much is written.

use std::time::{Duration, Instant};

use cpas_gateway::routes::add_account;
use futures::{StreamExt as _, stream};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    memory,
    people::{PASSWORD, Person, Team, text},
    reads::read,
    samples::{LONG, Samples, compare, line, promise, within},
    scaled,
    stage::{AREAS, MONTHLY, Stage, define, furnished},
};

const MISSIONS: usize = 12;
/// So many times the real scale, and what is promised of any dashboard there, at p95.
const SCALES: [(usize, Duration); 3] =
    [(1, Duration::from_millis(50)), (10, Duration::from_millis(80)), (100, Duration::from_millis(150))];
const HEAT_MAP_MAX: Duration = Duration::from_millis(100);
const SHEET_MAX: Duration = Duration::from_millis(150);
/// A fact sheet of each mission in both languages.
const SHEETS_MAX: Duration = Duration::from_secs(5);
const VISIBLE_MAX: Duration = Duration::from_secs(1);
const MEMORY_MB_MAX: u64 = 300;
/// Writes a second, and for how long; over so many indicators.
const WRITES: u32 = 200;
const WRITING: Duration = Duration::from_secs(10);
const WRITTEN: usize = 20;
/// Writers at a time at most: a form that waits longer is late, and is measured so.
const WRITERS: usize = 64;
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// To make at once what is otherwise kept with each event.
const MADE_WITHIN: Duration = Duration::from_secs(300);
const SEEN_WITHIN: Duration = Duration::from_secs(60);
const HQ: &str = "hq@bench.example";

pub async fn measure(stage: &Stage, bare: &str) {
    let hq = {
        add_account(&stage.cluster.app, HQ, "Headquarters", PASSWORD.to_owned(), true, false)
            .await
            .expect("an account");
        Person::sign_in(&stage.cluster.address, "UNMIC", HQ).await
    };
    let mut others = Vec::new();
    for number in 1..MISSIONS {
        others.push(furnished(&stage.cluster, &format!("BENCH{number:02}")).await);
    }
    for number in 0..WRITTEN {
        define(&stage.team, &written(number), "day", "JMAC").await;
    }
    let missions = missions(stage).await;
    let coordinator = &stage.team.coordinator;
    let board = text(&coordinator.post("/dashboards", board()).await, "id");
    for (scale, most) in SCALES {
        scaled::fill(&stage.reporting, &missions, scale).await;
        made(&hq).await;
        let of = |what: &str| format!("(13) {scale}× {what}");
        for (what, path) in [
            ("a dashboard with a tile of each kind", format!("/dashboards/{board}/data")),
            (
                "the same, of one area and one component",
                format!("/dashboards/{board}/data?area=A03&component=military"),
            ),
            ("the ready dashboard", "/dashboards/ready/data".to_owned()),
        ] {
            read(coordinator, bare, &of(what), &path, Some(most)).await;
        }
        for (what, path) in [
            ("mission home", "/home".to_owned()),
            ("leadership view", "/leadership".to_owned()),
            ("an indicator's page", format!("/indicator-pages/{}", scaled::code(0))),
            ("line of time", "/time-line".to_owned()),
        ] {
            read(coordinator, bare, &of(what), &path, None).await;
        }
        let shared = format!("//hq/shared-indicators/{}", scaled::library_code(3));
        read(&hq, bare, &of("heat map of headquarters"), &shared, Some(HEAT_MAP_MAX)).await;
        for (what, path) in [
            ("indicators that missions share", "//hq/shared-indicators"),
            ("who is late", "//hq/late"),
            ("themes", "//hq/themes"),
            ("one theme", "//hq/theme?theme=poc"),
            ("recommendations of all missions", "//hq/recommendations"),
        ] {
            read(&hq, bare, &of(what), path, None).await;
        }
        remembered("reporting", scale);
    }
    visible(stage).await;
    let teams: Vec<&Team> = std::iter::once(&stage.team).chain(&others).collect();
    sheets(&teams).await;
    remembered("reporting", 100);
}

/// What is kept beside the records of another size is made by the first who asks, once.
async fn made(hq: &Person) {
    let began = Instant::now();
    while !hq.request(Method::GET, "//hq/late").send().await.expect("an answer").status().is_success() {
        assert!(began.elapsed() < MADE_WITHIN, "what is kept was not made");
        tokio::time::sleep(LOOK_EVERY).await;
    }
    line("&nbsp;&nbsp;what is kept beside the records, made of all missions", &Samples::of(vec![began.elapsed()]), "");
}

/// What the process held at most until now.
fn remembered(service: &str, scale: usize) {
    let Some(most) = memory::most(service) else { return };
    println!("| &nbsp;&nbsp;most memory of {service} until here: {} MB | | | | | | | |", most / 1_000);
    promise(most / 1_000 <= MEMORY_MB_MAX, || format!("(13) {scale}×: {service} held {} MB", most / 1_000));
}

/// Ids of the missions that reporting has heard of, UNMIC's first.
async fn missions(stage: &Stage) -> Vec<Uuid> {
    let end = Instant::now() + SEEN_WITHIN;
    loop {
        let found: Vec<Uuid> = sqlx::query_scalar("SELECT mission_id FROM model ORDER BY mission_id <> $1, mission_id")
            .bind(stage.mission)
            .fetch_all(&stage.reporting)
            .await
            .expect("the missions");
        if found.len() == MISSIONS {
            return found;
        }
        assert!(Instant::now() < end, "reporting has heard of {} missions", found.len());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// One tile of each kind.
fn board() -> Value {
    let several: Vec<String> = (0..12).map(scaled::code).collect();
    let kinds = ["number", "table", "target_actual"]
        .map(|kind| json!({"kind": kind, "width": 4, "query": {"indicator_codes": several}}));
    let one = ["trend", "slices", "ranking", "heat_map", "small_multiples", "map"];
    let one = one.map(|kind| json!({"kind": kind, "width": 2, "query": {"indicator_codes": [scaled::code(7)]}}));
    let rest = [
        json!({"kind": "recommendations", "width": 2, "query": {}}),
        json!({"kind": "tasks", "width": 2, "query": {}}),
        json!({"kind": "outcome", "width": 2, "query": {"outcome": "made-outcome-3"}}),
        json!({"kind": "text", "width": 2, "text": {"en": "What stands out", "fr": "Ce qui ressort"}}),
    ];
    let tiles: Vec<Value> = kinds.into_iter().chain(one).chain(rest).collect();
    json!({"title": {"en": "All kinds", "fr": "Toutes les sortes"}, "tiles": tiles, "shared": true})
}

fn written(number: usize) -> String {
    format!("V{number:02}")
}

/// So many writes a second for a while: from the answer of each until the read model tells of it. What was stored first is
/// told first, but for a few that were stored at the same moment.
async fn visible(stage: &Stage) {
    let before = seen(stage).await;
    let count = WRITES as usize * usize::try_from(WRITING.as_secs()).expect("seconds");
    let began = Instant::now();
    let looking = async {
        let (mut looks, end) = (Vec::new(), WRITING + SEEN_WITHIN);
        loop {
            let seen = seen(stage).await - before;
            looks.push((began.elapsed(), seen));
            if seen >= count as i64 || began.elapsed() > end {
                return looks;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    let one = async |number: usize| {
        let due = Duration::from_secs(1) / WRITES * u32::try_from(number).expect("a small number");
        tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
        let (area, day) = (number / WRITTEN % AREAS, number / WRITTEN / AREAS);
        let observation = json!({"indicator_code": written(number % WRITTEN), "area": format!("A{area:02}"),
            "period": format!("2002-{:02}-{:02}", day / 28 + 1, day % 28 + 1), "kind": "value", "value": 1.0});
        let request = stage.team.focal_point.request(Method::POST, "/observations");
        let request = request.header("idempotency-key", Uuid::new_v4().to_string());
        let answer = request.json(&json!({"observation": observation})).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
        (due, began.elapsed())
    };
    let writing = stream::iter(0..count).map(one).buffer_unordered(WRITERS).collect::<Vec<_>>();
    let (looks, written) = futures::join!(looking, writing);
    let late = Samples::of(written.iter().map(|(due, answered)| answered.saturating_sub(*due)).collect());
    let mut answered: Vec<Duration> = written.iter().map(|(_, answered)| *answered).collect();
    answered.sort();
    let rate = count as f64 / answered[count - 1].as_secs_f64();
    let mut times = Vec::with_capacity(count);
    let mut looks = looks.into_iter().peekable();
    for (place, answered) in answered.iter().enumerate() {
        while looks.next_if(|(_, seen)| *seen <= place as i64).is_some() {}
        let Some((at, _)) = looks.peek() else {
            promise(false, || format!("(14) {} of {count} writes were never seen", count - place));
            break;
        };
        times.push(at.saturating_sub(*answered));
    }
    line(
        &format!("(14) a write, {WRITES} a second asked, {rate:.0} answered: from when it is due until its answer"),
        &late,
        "",
    );
    if !times.is_empty() {
        let times = Samples::of(times);
        line("&nbsp;&nbsp;from its answer until the read model tells of it", &times, "");
        within("(14) from a write until it is visible", &times, 0.99, VISIBLE_MAX);
    }
    promise(rate >= f64::from(WRITES) * 0.95, || format!("(14) {rate:.0} writes a second, {WRITES} were asked"));
}

/// Writes of data that the read model tells of.
async fn seen(stage: &Stage) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM change c JOIN model m USING (mission_id, generation) \
         WHERE c.mission_id = $1 AND c.what = 'observations.changed'",
    )
    .bind(stage.mission)
    .fetch_one(&stage.reporting)
    .await
    .expect("a count")
}

/// Fact sheets that are cleared: each time laid out anew from its snapshot.
async fn sheets(teams: &[&Team]) {
    let mut papers: Vec<(&Person, String)> = Vec::new();
    for team in teams {
        let query = |area: &str, period: &str| json!({"indicator_code": MONTHLY, "area": area, "period": period});
        let blocks = json!([
            {"kind": "heading", "text": {"en": "What was seen", "fr": "Ce qui a été vu"}},
            {"kind": "text", "text": {"en": "Month by month, in each area.", "fr": "Mois après mois, dans chaque zone."}},
            {"kind": "number", "query": query("", "2019-12")},
            {"kind": "chart", "query": query("", "")},
            {"kind": "table", "query": query("*", "2019-12")},
            {"kind": "map", "query": query("*", "2019-12")}
        ]);
        let draft = json!({"title": {"en": "What was seen", "fr": "Ce qui a été vu"}, "audience": "internal", "blocks": blocks});
        let sheet = team.coordinator.post("/fact-sheets", draft).await;
        let path = format!("/fact-sheets/{}", text(&sheet, "id"));
        team.leadership.post(&format!("{path}/clear"), json!({"version": sheet["version"]})).await;
        papers.push((&team.coordinator, path));
    }
    let paper = async |(person, path): &(&Person, String), language: &str| {
        let request = person.request(Method::GET, &format!("{path}/document.pdf?language={language}"));
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.bytes().await.expect("a body").starts_with(b"%PDF-"));
    };
    let html = Samples::take(LONG, async || {
        let (person, path) = &papers[0];
        let request = person.request(Method::GET, &format!("{path}/document.html?language=en"));
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::OK);
    })
    .await;
    let one = Samples::take(LONG, async || paper(&papers[0], "en").await).await;
    compare("(15) a fact sheet as PDF, warm", &one, "the same as HTML", &html);
    within("(15) a fact sheet", &one, 0.95, SHEET_MAX);
    let began = Instant::now();
    let both = papers.iter().flat_map(|one| [(one, "en"), (one, "fr")]);
    stream::iter(both).for_each_concurrent(2, |(one, language)| paper(one, language)).await;
    let all = Samples::of(vec![began.elapsed()]);
    line(&format!("(15) fact sheets of {} missions in English and French, two at a time", papers.len()), &all, "");
    within("(15) fact sheets of all missions in both languages", &all, 1.0, SHEETS_MAX);
}
