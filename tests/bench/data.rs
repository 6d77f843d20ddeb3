//! Reads of data beside a large import: a series at many callers, as known at a moment, all indicators of a quarter, and
//! everything as a file.

use std::time::{Duration, Instant};

use chrono::{SecondsFormat, TimeDelta, Utc};
use futures::{StreamExt as _, future};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use sqlx::postgres::PgPoolCopyExt as _;
use uuid::Uuid;

use crate::{
    memory,
    samples::{LONG, Samples, compare, promise, within},
    stage::{AREAS, INDICATORS, MONTHLY, Stage, YEAR_DAYS},
};

/// Who ask at a time, and how often each.
const CALLERS: usize = 16;
const EACH: usize = 40;
/// What is promised: a series at many callers (p99), how many times as long as known at a moment, an export of a million rows.
const SERIES_MAX: Duration = Duration::from_millis(25);
const KNOWN_TIMES_MAX: u32 = 2;
const EXPORT_MAX: Duration = Duration::from_secs(20);
/// What an export may add to what collection held at most before, in kilobytes.
const GROWN_MAX: u64 = 32_000;
/// All indicators by area and quarter (p95).
const TABLE_MAX: Duration = Duration::from_millis(150);
/// Requests of each that do not count.
const WARM_UP: usize = 5;

pub async fn measure(stage: &Stage, bare: &str, rows: usize) {
    at_many_callers(stage, bare).await;
    as_known_at(stage).await;
    quarters(stage, rows).await;
    whole(stage, rows).await;
}

async fn at_many_callers(stage: &Stage, bare: &str) {
    let (client, coordinator) = (Client::new(), &stage.team.coordinator);
    let address = format!("{bare}/series/{}/{}", stage.mission, stage.indicator(MONTHLY).await);
    let path = format!("/series/{MONTHLY}");
    let by_hand = at_once(|| client.get(&address)).await;
    let ours = at_once(|| coordinator.request(Method::GET, &path)).await;
    compare(
        &format!("(9) the same series, {CALLERS} callers at a time"),
        &ours,
        "bare axum, same SQL, as many callers",
        &by_hand,
    );
    within("(9) a series at 16 callers", &ours, 0.99, SERIES_MAX);
}

async fn at_once(request: impl Fn() -> RequestBuilder) -> Samples {
    let caller = async || {
        let mut times = Vec::with_capacity(EACH);
        for number in 0..WARM_UP + EACH {
            let began = Instant::now();
            read(request()).await;
            if number >= WARM_UP {
                times.push(began.elapsed());
            }
        }
        times
    };
    let all = future::join_all((0..CALLERS).map(|_| caller())).await;
    Samples::of(all.into_iter().flatten().collect())
}

async fn as_known_at(stage: &Stage) {
    let coordinator = &stage.team.coordinator;
    let current = format!("/series/{MONTHLY}");
    let moment = (Utc::now() - TimeDelta::seconds(1)).to_rfc3339_opts(SecondsFormat::Micros, true);
    let then = format!("{current}?as_known_at={moment}");
    let now = Samples::take(LONG, async || read(coordinator.request(Method::GET, &current)).await).await;
    let known = Samples::take(LONG, async || read(coordinator.request(Method::GET, &then)).await).await;
    compare("(10) the same series as known at a moment", &known, "as known now", &now);
    promise(known.median() <= now.median() * KNOWN_TIMES_MAX, || {
        "(10) as known at a moment: more than twice".to_owned()
    });
}

/// The table of each quarter that the large file speaks of: read for the first time, when each row is computed, and again.
async fn quarters(stage: &Stage, rows: usize) {
    let days = (rows / INDICATORS / AREAS).max(1);
    let last_year = 1970 + (days - 1) / YEAR_DAYS;
    let quarters: Vec<String> =
        (1970..=last_year).flat_map(|year| (1..=4).map(move |quarter| format!("{year}-Q{quarter}"))).collect();
    let (mut by_hand, mut first, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for quarter in &quarters {
        let began = Instant::now();
        let sums: Vec<(Uuid, Option<String>, Option<f64>)> = sqlx::query_as(
            "SELECT indicator_id, area, sum(value) FROM observation WHERE mission_id = $1 \
             AND first_day >= make_date($2, $3, 1) AND first_day < make_date($2, $3, 1) + interval '3 months' \
             GROUP BY GROUPING SETS ((indicator_id, area), (indicator_id))",
        )
        .bind(stage.mission)
        .bind(quarter[..4].parse::<i32>().expect("a year"))
        .bind(quarter[6..].parse::<i32>().expect("a quarter") * 3 - 2)
        .fetch_all(&stage.collection)
        .await
        .expect("the sums");
        by_hand.push(began.elapsed());
        for times in [&mut first, &mut again] {
            let request = stage.team.coordinator.request(Method::GET, &format!("/period-tables/{quarter}"));
            let began = Instant::now();
            let response = request.send().await.expect("an answer");
            let table: serde_json::Value = response.json().await.expect("JSON");
            times.push(began.elapsed());
            let series = table["series"].as_array().expect("the indicators");
            let parts: usize = series.iter().map(|one| one["parts"].as_array().map_or(0, Vec::len)).sum();
            assert_eq!(parts, sums.len(), "{quarter}: as many sums as by hand");
        }
    }
    let (by_hand, first, again) = (Samples::of(by_hand), Samples::of(first), Samples::of(again));
    let what = format!("(16) {INDICATORS} indicators by area in one of {} quarters, computed", quarters.len());
    compare(&what, &first, "`GROUP BY` in PostgreSQL, same sums", &by_hand);
    compare("(16) the same, read again", &again, "`GROUP BY` in PostgreSQL, same sums", &by_hand);
    within("(16) all indicators by area and quarter", &first, 0.95, TABLE_MAX);
}

/// All observations as a file: the time until its last byte.
async fn whole(stage: &Stage, rows: usize) {
    let by_hand = {
        let began = Instant::now();
        let copy = "COPY (SELECT indicator_id, period, area, slice, value, note, source, recorded_at, recorded_by_name \
                    FROM observation) TO STDOUT (FORMAT csv)";
        let mut pieces = stage.collection.copy_out_raw(copy).await.expect("a copy");
        let mut bytes = 0;
        while let Some(piece) = pieces.next().await {
            bytes += piece.expect("a piece").len();
        }
        assert!(bytes > rows, "{bytes} bytes of {rows} observations");
        began.elapsed()
    };
    let before = memory::most("collection");
    let began = Instant::now();
    let request = stage.team.coordinator.request(Method::GET, "/exports/observations?format=csv");
    let response = request.timeout(Duration::from_secs(300)).send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let (mut lines, mut bytes) = (0usize, 0usize);
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.expect("a piece");
        bytes += piece.len();
        lines += piece.iter().filter(|byte| **byte == b'\n').count();
    }
    let taken = began.elapsed();
    assert!(lines > rows, "{lines} lines of {rows} observations");
    compare(
        &format!("(11) export of {} observations ({:.1} MB, CSV with HXL tags)", lines - 2, bytes as f64 / 1e6),
        &Samples::of(vec![taken]),
        "`COPY … TO STDOUT` of the same table",
        &Samples::of(vec![by_hand]),
    );
    // The file is many times as large as what may be held of it.
    if let Some(grown) = before.zip(memory::most("collection")).map(|(before, after)| after.saturating_sub(before)) {
        println!("| &nbsp;&nbsp;more memory of collection at most: {} MB | | | | | | | |", grown / 1_000);
        promise(grown <= GROWN_MAX, || format!("(11) export: collection held {} MB more", grown / 1_000));
    }
    promise(taken <= EXPORT_MAX, || format!("(11) export: {} s", taken.as_secs()));
}

async fn read(request: RequestBuilder) {
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    response.bytes().await.expect("a body");
}
