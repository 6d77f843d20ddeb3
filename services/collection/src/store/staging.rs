//! The rows of a previewed batch against what is known: added, changed, unchanged; and their way
//! into the observations.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// How many rows would do what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct Verdicts {
    /// Place among the sheets, from 1; 0 without sheets.
    pub sheet: i16,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
}

/// Finds the observations that are in the place of the batch's rows: the last of every cell that was
/// not rejected, in the temporary table `head` of this transaction.
async fn find_heads(connection: &mut PgConnection, batch: Uuid) -> Result<(), sqlx::Error> {
    // See landing::create.
    sqlx::query("SET LOCAL enable_nestloop = off").execute(&mut *connection).await?;
    sqlx::query(
        "CREATE TEMPORARY TABLE head (cell uuid, last_edition integer, id uuid, kind text, value double precision, \
         numerator double precision, denominator double precision, level text, text text, note text, source text) \
         ON COMMIT DROP",
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO head SELECT found.cell, found.last_edition, o.id, o.kind, o.value, o.numerator, o.denominator, \
         o.level, o.text, o.note, o.source \
         FROM (SELECT o.cell, max(o.edition) AS last_edition, \
             max(o.edition) FILTER (WHERE coalesce(last.state, o.recorded_state) <> 'rejected') AS live_edition \
           FROM observation o LEFT JOIN (SELECT DISTINCT ON (observation_id) observation_id, state \
             FROM observation_step ORDER BY observation_id, number DESC) last ON last.observation_id = o.id \
           WHERE o.cell IN (SELECT cell FROM import_row WHERE batch_id = $1) GROUP BY o.cell) found \
         LEFT JOIN observation o ON o.cell = found.cell AND o.edition = found.live_edition",
    )
    .bind(batch)
    .execute(&mut *connection)
    .await?;
    sqlx::query("ANALYZE head").execute(connection).await.map(drop)
}

/// True for a row `r` that says what its head `h` says. A note or source that the file leaves out
/// changes nothing.
macro_rules! same {
    () => {
        "(h.id IS NOT NULL AND r.kind = h.kind AND r.value IS NOT DISTINCT FROM h.value \
         AND r.numerator IS NOT DISTINCT FROM h.numerator AND r.denominator IS NOT DISTINCT FROM h.denominator \
         AND r.level = h.level AND r.text = h.text AND r.note IN ('', h.note) AND r.source IN ('', h.source))"
    };
}

/// Counts what the rows of a batch would do now, by sheet.
pub async fn weigh(connection: &mut PgConnection, batch: Uuid) -> Result<Vec<Verdicts>, sqlx::Error> {
    find_heads(&mut *connection, batch).await?;
    sqlx::query_as(concat!(
        "SELECT r.sheet, count(*) FILTER (WHERE h.id IS NULL) AS added, count(*) FILTER (WHERE ",
        same!(),
        ") AS unchanged, count(*) FILTER (WHERE h.id IS NOT NULL AND NOT ",
        same!(),
        ") AS changed FROM import_row r LEFT JOIN head h ON h.cell = r.cell WHERE r.batch_id = $1 GROUP BY r.sheet"
    ))
    .bind(batch)
    .fetch_all(connection)
    .await
}

/// Who records the observations of a batch, when, and in which state.
#[derive(Debug)]
pub struct Recording<'a> {
    pub state: &'static str,
    pub at: DateTime<Utc>,
    pub by: Uuid,
    pub by_name: &'a str,
    /// Names of the workbook's sheets.
    pub sheets: &'a [String],
}

/// Makes observations of all rows that say something new. The verdicts were [`weigh`]ed before in the
/// same transaction. `None`: somebody else recorded one of the same cells meanwhile, and the
/// transaction is lost.
pub async fn record(
    connection: &mut PgConnection,
    batch: Uuid,
    recording: &Recording<'_>,
) -> Result<Option<u64>, sqlx::Error> {
    let done = sqlx::query(concat!(
        "INSERT INTO observation (mission_id, id, indicator_id, definition_version, period, first_day, last_day, area, \
         slice, cell, edition, supersedes, kind, value, numerator, denominator, level, text, note, source, \
         classification, batch_id, batch_row, batch_sheet, recorded_state, recorded_at, recorded_by, recorded_by_name) \
         SELECT r.mission_id, r.id, r.indicator_id, r.definition_version, r.period, r.first_day, r.last_day, r.area, \
         r.slice, r.cell, coalesce(h.last_edition, 0) + 1, h.id, r.kind, r.value, r.numerator, r.denominator, r.level, \
         r.text, CASE WHEN r.note = '' THEN coalesce(h.note, '') ELSE r.note END, \
         CASE WHEN r.source = '' THEN coalesce(h.source, '') ELSE r.source END, \
         r.classification, r.batch_id, r.file_row, coalesce(($6::text[])[r.sheet], ''), CASE WHEN r.held THEN 'draft' ELSE $2 END, $3, $4, $5 \
         FROM import_row r LEFT JOIN head h ON h.cell = r.cell WHERE r.batch_id = $1 AND NOT ",
        same!()
    ))
    .bind(batch)
    .bind(recording.state)
    .bind(recording.at)
    .bind(recording.by)
    .bind(recording.by_name)
    .bind(recording.sheets)
    .execute(connection)
    .await;
    unless_collided(done)
}

/// How many rows wait.
pub async fn count(connection: &mut PgConnection, batch: Uuid) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM import_row WHERE batch_id = $1").bind(batch).fetch_one(connection).await
}

/// The periods that the rows speak of, in order.
pub async fn periods(connection: &mut PgConnection, batch: Uuid) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT DISTINCT period FROM import_row WHERE batch_id = $1 ORDER BY 1")
        .bind(batch)
        .fetch_all(connection)
        .await
}

/// Drops the rows of a batch.
pub async fn drop_rows(connection: &mut PgConnection, batch: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM import_row WHERE batch_id = $1").bind(batch).execute(connection).await.map(drop)
}

/// Drops the rows of previews that nobody committed since a moment.
pub async fn drop_stale(connection: &mut PgConnection, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM import_row r USING import_batch b WHERE b.mission_id = r.mission_id AND b.id = r.batch_id \
         AND b.recorded_at < $1",
    )
    .bind(before)
    .execute(connection)
    .await
    .map(drop)
}

/// How many rows were written; `None` where a row of another transaction was there first.
pub(super) fn unless_collided(
    done: Result<sqlx::postgres::PgQueryResult, sqlx::Error>,
) -> Result<Option<u64>, sqlx::Error> {
    match done {
        Ok(done) => Ok(Some(done.rows_affected())),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(None),
        Err(error) => Err(error),
    }
}
