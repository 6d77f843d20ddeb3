//! Any process is killed at any moment: nothing acknowledged is lost, nothing counted twice, all catches up.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use chassis::testing::eventually;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    cluster::{Cluster, SERVICES},
    people::{Person, Team, team, text},
    real_data,
};

/// Longest end after SIGTERM.
const EXIT_WITHIN: Duration = Duration::from_secs(25);
/// Rows of the import that is cut, unless `CPAS_FAULT_ROWS` says otherwise.
const ROWS: usize = 8_000;
/// Times that the reading of the file is cut, and that its taking in is, each at a moment that chance chooses.
const CUT_READINGS: usize = 4;
const CUT_COMMITS: usize = 6;
/// Longest until what there is can be read and agrees, also where many tests share a machine.
const SETTLED_WITHIN: Duration = Duration::from_secs(120);
/// Stages of the work on a file that has ended.
const ENDED: &[&str] = &["done", "failed", "cancelled"];
/// Of these ten, how many at least have to come while the work is under way.
const HITS_MIN: usize = 5;

fn rows() -> usize {
    std::env::var("CPAS_FAULT_ROWS").map_or(ROWS, |rows| rows.parse().expect("a number of rows"))
}

fn areas() -> Vec<u8> {
    let features: Vec<Value> = (0..20)
        .map(|place| {
            let (west, east) = (f64::from(place), f64::from(place) + 1.0);
            json!({"type": "Feature", "properties": {"code": format!("A{place:02}"), "name": format!("Area {place}"), "admin_level": 1},
                "geometry": {"type": "Polygon", "coordinates": [[[west, 0.0], [east, 0.0], [east, 1.0], [west, 1.0], [west, 0.0]]]}})
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features}).to_string().into_bytes()
}

/// A file of so many rows, each 1 for one indicator, one area and one day.
fn file(rows: usize) -> Vec<u8> {
    let mut text = "Indicator,Location code,Date,Value\n".to_owned();
    for row in 0..rows {
        let (area, day) = (row % 20, row / 20);
        let (year, day) = (1960 + day / 336, day % 336);
        writeln!(text, "DAILY,A{area:02},{year}-{:02}-{:02},1", day / 28 + 1, day % 28 + 1).expect("a line");
    }
    text.into_bytes()
}

async fn stage(cluster: &Cluster) -> Team {
    let team = team(&cluster.app, &cluster.address, "UNMIC").await;
    team.coordinator.upload("/areas", "application/geo+json", areas()).await;
    let indicator = json!({"indicator": {
        "code": "DAILY", "name": {"en": "Daily"}, "level": "context", "kind": "sum", "unit": "events", "direction": "lower", "over_time": "sum",
        "over_areas": "sum", "frequency": "day", "owner_section": "JMAC"
    }});
    let drafted = team.coordinator.post("/indicators", indicator).await;
    let id = text(&drafted, "id");
    let approved =
        team.component_head.post(&format!("/indicators/{id}/approve"), json!({"version": drafted["version"]})).await;
    team.coordinator.post(&format!("/indicators/{id}/activate"), json!({"version": approved["version"]})).await;
    let first = "Indicator,Location code,Date,Value\nDAILY,A00,1959-12-31,1\n".as_bytes().to_vec();
    real_data::import(&team.coordinator, "first.csv", first).await;
    team
}

/// Sum of everything that was observed; `None` while something is away.
async fn total(person: &Person) -> Option<f64> {
    let (status, series) = person.try_get("/series/DAILY?frequency=year").await;
    let points = series["parts"][0]["points"].as_array().filter(|_| status.is_success())?;
    Some(points.iter().filter_map(|point| point["value"].as_f64()).sum())
}

async fn read_model_rows(person: &Person) -> u64 {
    let (_, home) = person.try_get("/home").await;
    home["observations"].as_u64().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_at_any_moment_of_an_import_nothing_is_half_done() {
    let mut cluster = Cluster::start().await;
    let team = stage(&cluster).await;
    let rows = rows();
    let seed = std::env::var("CPAS_FAULT_SEED").map_or_else(|_| rand::random(), |seed| seed.parse().expect("a seed"));
    // Printed when it fails: with it, the same moments come again.
    println!("CPAS_FAULT_SEED={seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let began = Instant::now();
    let preview = whole_preview(&team, rows).await;
    let reading_ms = milliseconds(began);
    // How long taking it in lasts is known from once when nobody is killed.
    let began = Instant::now();
    let (status, committed) = commit(&team, &preview).await;
    let commit_ms = milliseconds(began);
    assert!(status.is_success(), "{committed}");
    reverse(&team, &committed).await;
    let readings = cut_readings(&mut cluster, &team, rows, reading_ms, &mut chance).await;
    let commits = cut_commits(&mut cluster, &team, rows, commit_ms, &mut chance).await;
    println!("{readings} readings of {reading_ms} ms and {commits} commits of {commit_ms} ms were hit");
    assert!(readings + commits >= HITS_MIN, "only {readings} readings and {commits} commits were hit: it tells little");

    let preview = whole_preview(&team, rows).await;
    let (status, answer) = commit(&team, &preview).await;
    assert!(status.is_success(), "{answer}");
    adds_up_to(&team, 1.0 + rows as f64).await;
    eventually("the read model catches up", || async { read_model_rows(&team.coordinator).await > rows as u64 }).await;
    assert_eq!(read_model_rows(&team.coordinator).await, 1 + rows as u64, "nothing is counted twice");
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).expect("less than an age")
}

/// A moment within work that takes so long: its last tenth is left out, as the work is not equally long each time.
fn moment(takes_ms: u64, chance: &mut StdRng) -> Duration {
    Duration::from_millis(chance.random_range(0..=takes_ms * 9 / 10))
}

async fn commit(team: &Team, batch: &Value) -> (reqwest::StatusCode, Value) {
    let path = format!("/imports/{}/commit", text(batch, "id"));
    team.coordinator.try_send(reqwest::Method::POST, &path, json!({"version": batch["version"], "submit": true})).await
}

/// The imports of the large file that were taken in; `None` while something is away.
async fn taken_in(team: &Team) -> Option<Vec<Value>> {
    let (status, found) = team.coordinator.try_get("/imports?page_size=200").await;
    let all = found["batches"].as_array().filter(|_| status.is_success())?;
    Some(all.iter().filter(|one| one["file_name"] == "big.csv" && one["state"] == "committed").cloned().collect())
}

/// What is there adds up to so much, as soon as it can be read.
async fn adds_up_to(team: &Team, expected: f64) {
    eventually("there is something to read", || async { total(&team.coordinator).await.is_some() }).await;
    assert_eq!(total(&team.coordinator).await.unwrap_or(expected), expected);
}

/// Takes an import back whole: nothing of it is left.
async fn reverse(team: &Team, batch: &Value) {
    let path = format!("/imports/{}/reverse", text(batch, "id"));
    let taken_back = json!({"version": batch["version"], "reason": "Once more."});
    let reversed = team.coordinator.post(&path, taken_back).await;
    assert_eq!(reversed["state"], "reversed", "{reversed}");
}

/// Cuts the reading of a file at moments that chance chooses; how often it was under way then. What is cut leaves nothing, or
/// an import that is whole.
async fn cut_readings(cluster: &mut Cluster, team: &Team, rows: usize, takes_ms: u64, chance: &mut StdRng) -> usize {
    let mut hit = 0;
    for victim in ["collection", "postgres", "gateway", "nats"].iter().cycle().take(CUT_READINGS).copied() {
        let (person, bytes) = (team.coordinator.clone(), file(rows));
        let running =
            tokio::spawn(async move { person.try_upload("/imports?file_name=cut.csv", "text/csv", bytes).await.0 });
        tokio::time::sleep(moment(takes_ms, chance)).await;
        hit += usize::from(!running.is_finished());
        cluster.strike(victim);
        running.await.expect("an answer");
        cluster.mend(victim).await;
        eventually("what there is of imports is whole", || async {
            let (status, found) = team.coordinator.try_get("/imports?page_size=200").await;
            let batches = found["batches"].as_array().filter(|_| status.is_success());
            batches.is_some_and(|all| {
                all.iter().filter(|one| one["file_name"] == "cut.csv").all(|one| one["rows_read"] == rows)
            })
        })
        .await;
    }
    adds_up_to(team, 1.0).await;
    hit
}

/// Cuts the taking in of a file that was read, at moments that chance chooses; how often it was under way then. All of it is
/// there afterwards, and is taken back whole, or nothing.
async fn cut_commits(cluster: &mut Cluster, team: &Team, rows: usize, takes_ms: u64, chance: &mut StdRng) -> usize {
    let mut hit = 0;
    for victim in ["collection", "gateway", "postgres", "nats"].iter().cycle().take(CUT_COMMITS).copied() {
        // Read anew each time: a crash of PostgreSQL empties what was staged, and what was taken in is not there twice.
        let preview = whole_preview(team, rows).await;
        let (own, of) = (team.clone(), preview.clone());
        let running = tokio::spawn(async move { commit(&own, &of).await.0 });
        tokio::time::sleep(moment(takes_ms, chance)).await;
        hit += usize::from(!running.is_finished());
        cluster.strike(victim);
        let answered = running.await.expect("an answer");
        cluster.mend(victim).await;
        if victim == "gateway" {
            // What it had sent on is gone on with without it.
            eventually("the work on the file has ended", || async {
                let (status, found) = team.coordinator.try_get("/import-work").await;
                let work = found["work"].as_array().filter(|_| status.is_success());
                work.is_some_and(|all| all.iter().all(|one| ENDED.iter().any(|stage| one["stage"] == *stage)))
            })
            .await;
        }
        let settled = async {
            loop {
                let there = taken_in(team).await.map(|all| if all.is_empty() { 1.0 } else { 1.0 + rows as f64 });
                let sum = total(&team.coordinator).await;
                if sum.is_some() && sum == there {
                    break;
                }
                println!("{victim} was killed: {there:?} by the imports, {sum:?} by the series");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        let found = tokio::time::timeout(SETTLED_WITHIN, settled).await;
        found.expect("all of the file is there and so it says, or nothing");
        let there = taken_in(team).await.expect("the imports");
        let is_there = there.iter().any(|batch| batch["id"] == preview["id"]);
        assert!(is_there || !answered.is_success(), "what was acknowledged is there: {there:?}");
        for batch in &there {
            reverse(team, batch).await;
        }
        adds_up_to(team, 1.0).await;
    }
    hit
}

/// The file, read whole.
async fn whole_preview(team: &Team, rows: usize) -> Value {
    let preview = team.coordinator.upload("/imports?file_name=big.csv", "text/csv", file(rows)).await;
    assert_eq!(preview["rows_read"], rows, "{preview}");
    preview
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_go_on_while_one_after_the_other_is_killed() {
    let mut cluster = Cluster::start().await;
    let team = stage(&cluster).await;
    let (done, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
    let victims = async {
        for name in SERVICES.iter().copied() {
            cluster.kill(name);
            tokio::time::sleep(Duration::from_millis(150)).await;
            cluster.resume(name);
            cluster.is_ready(name).await;
        }
        for victim in ["nats", "postgres"] {
            cluster.strike(victim);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        for name in SERVICES.iter().copied() {
            cluster.is_ready(name).await;
        }
        done.store(true, Ordering::SeqCst);
    };
    let writer = async {
        let mut wave = 0;
        while !done.load(Ordering::SeqCst) {
            let observation = json!({"observation": {
                "indicator_code": "DAILY", "area": format!("A{:02}", wave % 20), "period": format!("2001-{:02}-{:02}", wave / 20 / 28 % 12 + 1, wave / 20 % 28 + 1),
                "kind": "value", "value": 1.0
            }});
            // The same write is sent until it is acknowledged: the key makes it one.
            let key = uuid::Uuid::new_v4().to_string();
            loop {
                let request =
                    team.focal_point.request(reqwest::Method::POST, "/observations").header("idempotency-key", &key);
                let (status, answer) = crate::people::answer(request.json(&observation)).await;
                if status.is_success() {
                    break;
                }
                assert!(
                    status.is_server_error() || status.as_u16() == 429,
                    "only absence is an excuse: {status} {answer}"
                );
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            acknowledged.fetch_add(1, Ordering::SeqCst);
            wave += 1;
        }
    };
    tokio::join!(victims, writer);
    let acknowledged = acknowledged.load(Ordering::SeqCst) as u64;
    assert!(acknowledged > 10, "only {acknowledged} writes: the test saw little");
    let mut seen = 0;
    let mut cursor = String::new();
    loop {
        let page =
            team.coordinator.get(&format!("/observations?indicator_code=DAILY&page_size=500&cursor={cursor}")).await;
        let rows = page["observations"].as_array().expect("rows");
        seen +=
            rows.iter().filter(|row| row["period"].as_str().is_some_and(|period| period.starts_with("2001"))).count()
                as u64;
        cursor = text(&page, "next_cursor");
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(seen, acknowledged, "every acknowledged write is there once");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_ends_in_time_after_sigterm_and_says_so_first() {
    let mut cluster = Cluster::start().await;
    let (status, metrics) = cluster.admin_page("planning", "/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("cpas_event_stream_up"), "{metrics}");
    assert_eq!(cluster.admin_page("gateway", "/healthz").await.0, 200);
    for name in SERVICES {
        let (time, code) = cluster.terminate(name);
        assert!(time < EXIT_WITHIN, "{name} took {time:?}");
        assert_eq!(code, Some(0), "{name}");
    }
}
