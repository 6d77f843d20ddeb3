//! The newest state of each record of the other services.

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

/// State of an area that never was: the split or merge that made it was taken back.
pub const WITHDRAWN: &str = "withdrawn";

/// What a record is about that is about no part of the plan.
pub const ABOUT_NONE: &str = "-";

/// A record as its event told it.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub kind: &'static str,
    pub id: String,
    pub code: String,
    pub state: String,
    pub parent: String,
    /// Lineage id of the part of the plan that it is about, of a recommendation the one that it is a duplicate of; or
    /// [`ABOUT_NONE`]; empty for kinds of which nobody asks.
    pub about: String,
    /// Of a recommendation its day, whose it is, and the indicators that it names.
    pub due: Option<NaiveDate>,
    pub section: String,
    pub indicator_codes: Option<Vec<String>>,
    pub version: i64,
    pub body: Vec<u8>,
}

/// A record as it is read back.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub kind: String,
    pub id: String,
    pub code: String,
    pub state: String,
    pub classification: i16,
    pub recorded_at: DateTime<Utc>,
    pub body: Vec<u8>,
}

impl Row {
    pub fn classification(&self) -> Classification {
        Classification::of_rank(self.classification)
    }

    /// The message that it holds.
    ///
    /// # Errors
    /// `Internal` when the bytes are not that message.
    pub fn message<M: prost::Message + Default>(&self) -> Result<M, chassis::Failure> {
        M::decode(self.body.as_slice()).map_err(chassis::Failure::internal)
    }
}

/// Keeps a record, unless a newer state of it is kept already.
pub async fn keep(
    connection: &mut PgConnection,
    mission: Uuid,
    generation: i32,
    classification: Classification,
    recorded_at: DateTime<Utc>,
    record: &Kept,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO record (mission_id, generation, kind, id, code, state, parent, version, recorded_at, classification, body, about, due, section, \
           indicator_codes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         ON CONFLICT (mission_id, generation, kind, id) DO UPDATE SET code = excluded.code, state = excluded.state, \
           parent = excluded.parent, about = excluded.about, version = excluded.version, recorded_at = excluded.recorded_at, \
           classification = excluded.classification, body = excluded.body, due = excluded.due, section = excluded.section, \
           indicator_codes = excluded.indicator_codes \
         WHERE (record.version, record.recorded_at) < (excluded.version, excluded.recorded_at)",
    )
    .bind(mission)
    .bind(generation)
    .bind(record.kind)
    .bind(&record.id)
    .bind(&record.code)
    .bind(&record.state)
    .bind(&record.parent)
    .bind(record.version)
    .bind(recorded_at)
    .bind(classification.rank())
    .bind(&record.body)
    .bind(&record.about)
    .bind(record.due)
    .bind(&record.section)
    .bind(&record.indicator_codes)
    .execute(connection)
    .await
    .map(drop)
}

/// What a mission's home is made of: the plan in force, its indicators and targets, and of each indicator
/// the newest analysis for the whole mission.
pub async fn of_home(connection: &mut PgConnection, generation: i32) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record WHERE generation = $1 AND \
           ((kind = 'plan' AND state = 'active') OR (kind = 'indicator' AND state IN ('approved', 'active')) OR kind = 'target') \
         UNION ALL (SELECT DISTINCT ON (code) kind, id, code, state, classification, recorded_at, body FROM record \
           WHERE generation = $1 AND kind = 'analysis' AND code NOT LIKE '%|%' ORDER BY code, recorded_at DESC, id)",
    )
    .bind(generation)
    .fetch_all(connection)
    .await
}

/// All records of a kind, in order of code and id, but areas that never were.
pub async fn of_kind(connection: &mut PgConnection, generation: i32, kind: &str) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = $2 AND (kind <> 'area' OR state <> $3) ORDER BY code, id",
    )
    .bind(generation)
    .bind(kind)
    .bind(WITHDRAWN)
    .fetch_all(connection)
    .await
}

/// The records of a kind in one of these states.
pub async fn of_states(
    connection: &mut PgConnection,
    generation: i32,
    kind: &str,
    states: &[&str],
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = $2 AND state = ANY($3) ORDER BY code, id",
    )
    .bind(generation)
    .bind(kind)
    .bind(states)
    .fetch_all(connection)
    .await
}

/// The records of a kind in a state, those first that are so the longest.
pub async fn longest_in(
    connection: &mut PgConnection,
    generation: i32,
    (kind, state): (&str, &str),
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = $2 AND state = $3 ORDER BY recorded_at, id LIMIT $4",
    )
    .bind(generation)
    .bind(kind)
    .bind(state)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// The records of a kind with one of these codes: of a code the newest.
pub async fn of_codes(
    connection: &mut PgConnection,
    generation: i32,
    kind: &str,
    codes: &[String],
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT ON (code) kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = $2 AND code = ANY($3) AND (kind <> 'area' OR state <> $4) \
         ORDER BY code, recorded_at DESC, id",
    )
    .bind(generation)
    .bind(kind)
    .bind(codes)
    .bind(WITHDRAWN)
    .fetch_all(connection)
    .await
}

/// The records of a kind that belong to one of these records.
pub async fn of_parents(
    connection: &mut PgConnection,
    generation: i32,
    kind: &str,
    parents: &[String],
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = $2 AND parent = ANY($3) ORDER BY parent, code, id",
    )
    .bind(generation)
    .bind(kind)
    .bind(parents)
    .fetch_all(connection)
    .await
}

/// The records of a kind that are about one of these parts of the plan, by their lineage ids; and those of which the model
/// does not know what they are about.
pub async fn of_lineages(
    connection: &mut PgConnection,
    generation: i32,
    kind: &str,
    lineages: &[String],
) -> Result<Vec<Row>, sqlx::Error> {
    // The kinds that the index is of are named, so that it is taken.
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = $2 AND kind IN ('indicator', 'finding') AND (about = ANY($3) OR about = '') \
         ORDER BY code, id",
    )
    .bind(generation)
    .bind(kind)
    .bind(lineages)
    .fetch_all(connection)
    .await
}

/// The records of a kind with one of these ids.
pub async fn of_ids(
    connection: &mut PgConnection,
    generation: i32,
    kind: &str,
    ids: &[String],
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = $2 AND id = ANY($3) ORDER BY id",
    )
    .bind(generation)
    .bind(kind)
    .bind(ids)
    .fetch_all(connection)
    .await
}

/// The plan in force; while one follows another, both may be for a moment.
pub async fn plans_in_force(connection: &mut PgConnection, generation: i32) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = 'plan' AND state = 'active' ORDER BY id",
    )
    .bind(generation)
    .fetch_all(connection)
    .await
}

/// The records of a kind that belong to another record.
pub async fn of_parent(
    connection: &mut PgConnection,
    generation: i32,
    kind: &str,
    parent: &str,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = $2 AND parent = $3 ORDER BY code, id",
    )
    .bind(generation)
    .bind(kind)
    .bind(parent)
    .fetch_all(connection)
    .await
}

/// The record of this id or code.
pub async fn find(
    connection: &mut PgConnection,
    generation: i32,
    kind: &str,
    id_or_code: &str,
) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE generation = $1 AND kind = $2 AND (id = $3 OR code = $3) ORDER BY (id = $3) DESC, recorded_at DESC LIMIT 1",
    )
    .bind(generation)
    .bind(kind)
    .bind(id_or_code)
    .fetch_optional(connection)
    .await
}

/// How many records there are of each kind and state.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Count {
    pub kind: String,
    pub state: String,
    pub count: i64,
    pub newest: DateTime<Utc>,
}

/// Counts of records in these states, by kind and state, of reporting's own fact sheets, and of what waits in collection.
pub async fn counts(
    connection: &mut PgConnection,
    generation: i32,
    states: &[(&str, &str)],
) -> Result<Vec<Count>, sqlx::Error> {
    let (kinds, states): (Vec<&str>, Vec<&str>) = states.iter().copied().unzip();
    // State by state: of most kinds nearly all records are in one that nobody waits for.
    sqlx::query_as(
        "SELECT asked.kind, asked.state, counted.count, counted.newest FROM unnest($2::text[], $3::text[]) asked(kind, state) \
           CROSS JOIN LATERAL (SELECT count(*) AS count, max(r.recorded_at) AS newest FROM record r \
             WHERE r.generation = $1 AND r.kind = asked.kind AND r.state = asked.state) counted WHERE counted.count > 0 \
         UNION ALL SELECT 'fact_sheet', state, count(*), max(recorded_at) FROM fact_sheet GROUP BY state \
         UNION ALL SELECT 'fact_sheet_touch', s.state, count(DISTINCT s.id), max(t.last_at) FROM fact_sheet s \
           JOIN fact_sheet_touch t ON t.fact_sheet_id = s.id AND t.snapshot_at = s.snapshot_at \
           WHERE s.state = 'published' GROUP BY s.state \
         UNION ALL SELECT 'observation', state, sum(observations), now() FROM waiting WHERE generation = $1 GROUP BY state",
    )
    .bind(generation)
    .bind(kinds)
    .bind(states)
    .fetch_all(connection)
    .await
}

/// How many records of a kind there are that are not in this state.
pub async fn count_but(
    connection: &mut PgConnection,
    generation: i32,
    (kind, state): (&str, &str),
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM record WHERE generation = $1 AND kind = $2 AND state <> $3")
        .bind(generation)
        .bind(kind)
        .bind(state)
        .fetch_one(connection)
        .await
}
