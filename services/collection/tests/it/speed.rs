//! A large file goes in quickly, in flat memory.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use chassis::{Caller, testing};
use cpas_proto::{collection::v1 as pb, words::Role};

use crate::world::*;

/// Rows of the large file. The same at a million: `CPAS_IMPORT_ROWS=1000000 cargo test -p cpas-collection speed`.
const ROWS: u32 = 60_000;
/// More than this for the whole process would mean that the file, or its rows, are kept in memory.
const MEMORY_MAX_MIB: u64 = 160;

fn peak_memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or_default() / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_goes_in_at_once() {
    let rows = std::env::var("CPAS_IMPORT_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(ROWS);
    let world = World::start().await;
    for area in 0..50 {
        world.area(&format!("X{area}"), "B", &square(100.0)).await;
    }
    let patient = Caller { deadline: Instant::now() + Duration::from_secs(600), ..world.caller(Role::Coordinator) };
    // Days by area: rows that all differ, made piece by piece.
    let pieces = (0..rows.div_ceil(2_000)).map(move |piece| {
        let mut text = String::new();
        if piece == 0 {
            text.push_str("indicator,area,period,value,source\n");
        }
        for row in piece * 2_000..((piece + 1) * 2_000).min(rows) {
            let (area, day) = (row % 50, row / 50);
            let date = chrono::NaiveDate::from_ymd_opt(1950, 1, 1).expect("a date") + chrono::Days::new(day.into());
            let _ = writeln!(text, "OC-CIVDEATHS,X{area},{date},{},field report", row % 97);
        }
        pb::PreviewImportRequest { data: text.into_bytes(), file_name: "large.csv".to_owned(), ..Default::default() }
    });
    let before = peak_memory_mib();
    let started = Instant::now();
    let batch = done(world.of(&patient).preview_import(tokio_stream::iter(pieces)).await);
    let previewed = started.elapsed();
    assert_eq!((batch.rows_read, batch.rows_added, batch.rows_rejected), (rows, rows, 0));
    let committed = done(world.of(&patient).commit_import(commit(&batch, true)).await);
    let total = started.elapsed();
    assert_eq!(committed.rows_added, rows);
    println!(
        "{rows} rows: preview {:.1} s, commit {:.1} s, {:.0} rows/s in all; peak memory {} MiB, {before} MiB before",
        previewed.as_secs_f64(),
        (total - previewed).as_secs_f64(),
        f64::from(rows) / total.as_secs_f64(),
        peak_memory_mib()
    );
    assert!(peak_memory_mib() < MEMORY_MAX_MIB.max(before + 100), "memory is flat");
}

#[tokio::test]
async fn a_caller_who_hangs_up_leaves_nothing_half_done() {
    let world = World::start().await;
    let rows: String = (0..30_000).map(|row| format!("OC-CIVDEATHS,A1,{:04}-01,1\n", 1900 + row % 300)).collect();
    let text = format!("indicator,area,period,value\n{rows}");
    for wait_ms in [1, 5, 20, 60, 120, 250] {
        let mut client = world.coordinator();
        let sent = preview(&mut client, text.as_bytes(), &[]);
        let _ = tokio::time::timeout(Duration::from_millis(wait_ms), sent).await;
    }
    testing::eventually("all connections are back", || async {
        let (open, idle) = world.db().connections();
        open as usize == idle
    })
    .await;
    let waiting = done(world.coordinator().list_imports(pb::ListImportsRequest::default()).await).batches;
    for batch in &waiting {
        assert_eq!(batch.rows_read, 30_000, "whole or not at all");
    }
    let batch = world.import("indicator,area,period,value\nOC-CIVDEATHS,B,2024-01,5\n").await;
    assert_eq!(batch.rows_added, 1);
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await, [("2024-01".to_owned(), Some(5.0))]);
}
