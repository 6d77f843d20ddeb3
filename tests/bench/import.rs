//! A large file through the gateway, against staging, COPY and upsert by hand.

use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};

use crate::{
    samples::{Samples, compare, line, promise},
    stage::{Stage, commit, large_file, options},
};

/// Longest wait for reporting to take in what the import changed.
const CATCH_UP_MAX: Duration = Duration::from_secs(120);
const CHUNK_BYTES: usize = 1 << 20;
/// What is promised: at most so many times as long as by hand, and so many rows in a second.
const TIMES_MAX: f64 = 2.0;
const ROWS_TO_JUDGE: usize = 100_000;
const RATE_MIN: f64 = 40_000.0;

pub async fn measure(stage: &Stage, rows: usize) {
    let file = large_file(rows);
    checkpoint(stage).await;
    let by_hand = Samples::of(vec![by_hand(stage, &file, rows).await]);
    checkpoint(stage).await;

    let coordinator = &stage.team.coordinator;
    let body = file.clone();
    let began = Instant::now();
    let preview = coordinator.upload("/imports?file_name=large.csv", "text/csv", body).await;
    let previewed = began.elapsed();
    assert_eq!((&preview["rows_added"], &preview["rows_rejected"]), (&rows.into(), &0.into()), "{preview}");
    let began = Instant::now();
    let batch = commit(coordinator, &preview).await;
    let committed = began.elapsed();
    assert_eq!(batch["rows_added"], rows, "{batch}");
    let caught_up = catch_up(stage, rows, Instant::now()).await;

    let whole = Samples::of(vec![previewed + committed]);
    let megabytes = file.len() as f64 / 1e6;
    compare(
        &format!("(1) import of {rows} observations ({megabytes:.1} MB): preview and commit"),
        &whole,
        "staging, `COPY`, upsert by hand, same indexes",
        &by_hand,
    );
    let (taken, hand) = ((previewed + committed).as_secs_f64(), by_hand.median().as_secs_f64());
    promise(taken <= hand * TIMES_MAX, || format!("(1) import: {:.1} times as long as by hand", taken / hand));
    // A few rows say nothing: what every import costs is most of it.
    if rows >= ROWS_TO_JUDGE {
        let rate = rows as f64 / taken;
        promise(rate >= RATE_MIN, || format!("(1) import: {rate:.0} rows a second, {RATE_MIN} were promised"));
    }
    line("&nbsp;&nbsp;of it the preview (dry run)", &Samples::of(vec![previewed]), "");
    line("&nbsp;&nbsp;of it the commit", &Samples::of(vec![committed]), "");
    match caught_up {
        Some(time) => line("from the commit until the mission home counts all of it", &Samples::of(vec![time]), ""),
        None => println!(
            "| from the commit until the mission home counts all of it | not within {CATCH_UP_MAX:?} | | | | | | |"
        ),
    }
    // What autovacuum would do a minute later; the series is read next, of a table with statistics.
    sqlx::query("VACUUM (ANALYZE) public.observation").execute(&stage.collection).await.expect("a vacuum");
}

/// What somebody would write who had only the file and the tables.
async fn by_hand(stage: &Stage, file: &[u8], rows: usize) -> Duration {
    let options = options(&stage.cluster, "cpas_collection");
    let mut connection = PgConnection::connect_with(&options).await.expect("the database");
    let began = Instant::now();
    let mut tx = connection.begin().await.expect("a transaction");
    sqlx::query(
        "CREATE TEMPORARY TABLE staging (indicator text, area text, day date, value double precision) ON COMMIT DROP",
    )
    .execute(&mut *tx)
    .await
    .expect("the staging table");
    let mut copy = tx.copy_in_raw("COPY staging FROM STDIN (FORMAT csv, HEADER true)").await.expect("COPY");
    for chunk in file.chunks(CHUNK_BYTES) {
        copy.send(chunk).await.expect("a chunk");
    }
    copy.finish().await.expect("the file");
    let done = sqlx::query(
        "INSERT INTO bench.observation (mission_id, id, indicator_id, definition_version, period, first_day, last_day, \
         area, slice, cell, edition, kind, value, classification, recorded_state, recorded_at, recorded_by, recorded_by_name) \
         SELECT $1, uuidv7(), i.id, i.definition_version, s.day::text, s.day, s.day, a.code, '', \
         md5(concat_ws(' ', i.id, s.day, a.code))::uuid, 1, 'value', s.value, 0, 'submitted', now(), $1, 'by hand' \
         FROM staging s JOIN public.indicator i ON i.mission_id = $1 AND i.code = s.indicator \
         JOIN public.area a ON a.mission_id = $1 AND a.code = s.area \
         ON CONFLICT (mission_id, cell, edition) DO UPDATE SET value = excluded.value",
    )
    .bind(stage.mission)
    .execute(&mut *tx)
    .await
    .expect("the upsert");
    tx.commit().await.expect("the commit");
    let time = began.elapsed();
    assert_eq!(done.rows_affected(), rows as u64, "all of the file is there");
    time
}

/// Waits until reporting has read the changed series again; `None` when that takes too long.
async fn catch_up(stage: &Stage, rows: usize, since: Instant) -> Option<Duration> {
    while since.elapsed() < CATCH_UP_MAX {
        let (_, home) = stage.team.coordinator.try_get("/home").await;
        if home["observations"].as_u64().is_some_and(|count| count >= rows as u64) {
            return Some(since.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    None
}

/// So that neither pays for the writes of the one before.
async fn checkpoint(stage: &Stage) {
    sqlx::query("CHECKPOINT").execute(&stage.collection).await.expect("a checkpoint");
}
