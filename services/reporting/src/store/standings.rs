//! Where indicators stand, kept with what it is made of.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{model::Model, records};

/// Where an indicator stands for the clearances from its classification to `clearance_max`.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub indicator_id: String,
    pub classification: i16,
    pub clearance_max: i16,
    pub code: String,
    pub in_use: bool,
    pub about: String,
    pub frequency: String,
    pub status: String,
    pub since_last: String,
    pub latest_period: String,
    /// Where it got worse: an assessment rates it so, the status that counts, the share of the old value.
    pub worse: Option<(bool, i16, f64)>,
    pub observations: i64,
}

/// An analysis of a mission as a whole, with the assessment that it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Analysed {
    pub parent: String,
    #[sqlx(flatten)]
    pub record: records::Row,
}

/// One at a time writes where a mission's indicators stand, after all that it writes besides: who comes later sees what
/// was written before.
pub async fn lock(connection: &mut PgConnection, mission: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('standings ' || $1::text, 0))")
        .bind(mission)
        .execute(connection)
        .await
        .map(drop)
}

/// The stamp of a generation of which all is kept; `None`: it has to be made first.
pub async fn stamp(connection: &mut PgConnection, of: Model) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT stamp FROM kept WHERE mission_id = $1 AND generation = $2")
        .bind(of.mission)
        .bind(of.generation)
        .fetch_optional(connection)
        .await
}

/// From here on all is kept of it.
pub async fn begin(connection: &mut PgConnection, of: Model) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO kept (mission_id, generation) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(of.mission)
        .bind(of.generation)
        .execute(connection)
        .await
        .map(drop)
}

/// Says that what themes are counted from is another.
pub async fn mark(connection: &mut PgConnection, of: Model) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE kept SET stamp = stamp + 1 WHERE mission_id = $1 AND generation = $2")
        .bind(of.mission)
        .bind(of.generation)
        .execute(connection)
        .await
        .map(drop)
}

/// The indicators with one of these ids or codes.
pub async fn indicators(
    connection: &mut PgConnection,
    of: Model,
    ids: &[String],
    codes: &[String],
) -> Result<Vec<records::Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'indicator' AND id = ANY($3) \
         UNION SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'indicator' AND code = ANY($4)",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(ids)
    .bind(codes)
    .fetch_all(connection)
    .await
}

/// Some ids of indicators after one, in their order.
pub async fn ids_after(
    connection: &mut PgConnection,
    of: Model,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT id FROM record WHERE mission_id = $1 AND generation = $2 AND kind = 'indicator' AND id > $3 \
         ORDER BY id LIMIT $4",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(after)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Of each assessment and classification the newest analysis of these indicators for the mission as a whole.
pub async fn analyses(
    connection: &mut PgConnection,
    of: Model,
    codes: &[String],
) -> Result<Vec<Analysed>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT ON (code, parent, classification) parent, kind, id, code, state, classification, recorded_at, body \
         FROM record WHERE mission_id = $1 AND generation = $2 AND kind = 'analysis' AND code NOT LIKE '%|%' AND code = ANY($3) \
         ORDER BY code, parent, classification, recorded_at DESC, id",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(codes)
    .fetch_all(connection)
    .await
}

/// How many observations stand behind the series of some indicators, and how classified they are: behind that of the
/// mission as a whole, or behind those of its areas, whichever are more.
pub async fn observed(
    connection: &mut PgConnection,
    of: Model,
    codes: &[String],
) -> Result<Vec<(String, i16, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_code, max(classification), greatest(coalesce(sum(observations) FILTER (WHERE area = ''), 0), \
           coalesce(sum(observations) FILTER (WHERE area <> ''), 0))::bigint \
         FROM series WHERE mission_id = $1 AND generation = $2 AND slice = '' AND indicator_code = ANY($3) GROUP BY 1",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(codes)
    .fetch_all(connection)
    .await
}

/// Replaces where these indicators stand. True when any of it is another than before.
pub async fn replace(
    connection: &mut PgConnection,
    of: Model,
    ids: &[String],
    rows: &[Standing],
) -> Result<bool, sqlx::Error> {
    let text = |of: fn(&Standing) -> &str| rows.iter().map(|row| of(row).to_owned()).collect::<Vec<_>>();
    let changed: i64 = sqlx::query_scalar(
        "WITH told AS (SELECT * FROM unnest($4::text[], $5::smallint[], $6::smallint[], $7::text[], $8::boolean[], $9::text[], \
             $10::text[], $11::text[], $12::text[], $13::text[], $14::boolean[], $15::smallint[], $16::float8[], $17::bigint[]) \
           t(indicator_id, classification, clearance_max, code, in_use, about, frequency, status, since_last, latest_period, \
             fell, rated, share, observations)), \
         gone AS (DELETE FROM standing s WHERE s.mission_id = $1 AND s.generation = $2 AND s.indicator_id = ANY($3) \
           AND NOT EXISTS (SELECT FROM told t WHERE t.indicator_id = s.indicator_id AND t.classification = s.classification) \
           RETURNING 1), \
         put AS (INSERT INTO standing AS s (mission_id, generation, indicator_id, classification, clearance_max, code, in_use, about, \
             frequency, status, since_last, latest_period, fell, rated, share, observations) \
           SELECT $1, $2, t.* FROM told t \
           ON CONFLICT (mission_id, generation, indicator_id, classification) DO UPDATE SET \
             clearance_max = excluded.clearance_max, code = excluded.code, in_use = excluded.in_use, about = excluded.about, \
             frequency = excluded.frequency, status = excluded.status, since_last = excluded.since_last, \
             latest_period = excluded.latest_period, fell = excluded.fell, rated = excluded.rated, share = excluded.share, \
             observations = excluded.observations \
           WHERE (s.clearance_max, s.code, s.in_use, s.about, s.frequency, s.status, s.since_last, s.latest_period, s.fell, \
               s.rated, s.share, s.observations) \
             IS DISTINCT FROM (excluded.clearance_max, excluded.code, excluded.in_use, excluded.about, excluded.frequency, \
               excluded.status, excluded.since_last, excluded.latest_period, excluded.fell, excluded.rated, excluded.share, \
               excluded.observations) \
           RETURNING 1) \
         SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put)",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(ids)
    .bind(text(|row| &row.indicator_id))
    .bind(rows.iter().map(|row| row.classification).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.clearance_max).collect::<Vec<_>>())
    .bind(text(|row| &row.code))
    .bind(rows.iter().map(|row| row.in_use).collect::<Vec<_>>())
    .bind(text(|row| &row.about))
    .bind(text(|row| &row.frequency))
    .bind(text(|row| &row.status))
    .bind(text(|row| &row.since_last))
    .bind(text(|row| &row.latest_period))
    .bind(rows.iter().map(|row| row.worse.map(|(fell, ..)| fell)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.worse.map(|(_, rated, _)| rated)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.worse.map(|(.., share)| share)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.observations).collect::<Vec<_>>())
    .fetch_one(connection)
    .await?;
    Ok(changed > 0)
}

/// Drops what is kept of indicators that are no more.
pub async fn clear(connection: &mut PgConnection, of: Model) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM standing WHERE mission_id = $1 AND generation = $2")
        .bind(of.mission)
        .bind(of.generation)
        .execute(connection)
        .await
        .map(drop)
}

/// The indicators of some parts of the plan that got worse, the most urgent first, and how many there are.
pub async fn worse(
    connection: &mut PgConnection,
    of: Model,
    lineages: &[String],
    limit: i64,
) -> Result<(Vec<String>, i64), sqlx::Error> {
    let found: Vec<(String, i64)> = sqlx::query_as(
        "SELECT code, count(*) OVER () FROM standing JOIN unnest($3::text[]) asked(about) USING (about) \
         WHERE mission_id = $1 AND generation = $2 AND fell IS NOT NULL AND in_use \
           AND clearance_max >= (SELECT chassis.clearance()) \
         ORDER BY fell DESC, rated DESC, share DESC, code LIMIT $4",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(lineages)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let count = found.first().map_or(0, |(_, count)| *count);
    Ok((found.into_iter().map(|(code, _)| code).collect(), count))
}

/// An indicator in use as counts need it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Stands {
    pub code: String,
    pub about: String,
    pub status: String,
    pub since_last: String,
}

/// All indicators in use, by code.
pub async fn in_use(connection: &mut PgConnection, of: Model) -> Result<Vec<Stands>, sqlx::Error> {
    sqlx::query_as(
        "SELECT code, about, status, since_last FROM standing WHERE mission_id = $1 AND generation = $2 AND in_use \
           AND clearance_max >= (SELECT chassis.clearance()) ORDER BY code, indicator_id",
    )
    .bind(of.mission)
    .bind(of.generation)
    .fetch_all(connection)
    .await
}

/// How many indicators in use there are of each frequency and newest period.
pub async fn by_latest(connection: &mut PgConnection, of: Model) -> Result<Vec<(String, String, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT frequency, latest_period, count(*) FROM standing WHERE mission_id = $1 AND generation = $2 AND in_use \
           AND clearance_max >= (SELECT chassis.clearance()) GROUP BY 1, 2",
    )
    .bind(of.mission)
    .bind(of.generation)
    .fetch_all(connection)
    .await
}

/// The first indicators in use of some frequencies and newest periods, by code, each with its newest period.
pub async fn first_of_latest(
    connection: &mut PgConnection,
    of: Model,
    (frequencies, latest): (&[String], &[String]),
    limit: i64,
) -> Result<Vec<(String, Vec<u8>)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT s.latest_period, r.body FROM (\
           SELECT s.* FROM standing s JOIN unnest($3::text[], $4::text[]) l(frequency, latest_period) USING (frequency, latest_period) \
           WHERE s.mission_id = $1 AND s.generation = $2 AND s.in_use AND s.clearance_max >= (SELECT chassis.clearance()) \
           ORDER BY s.code, s.indicator_id LIMIT $5) s \
         JOIN record r ON r.mission_id = s.mission_id AND r.generation = s.generation AND r.kind = 'indicator' \
           AND r.id = s.indicator_id ORDER BY s.code, s.indicator_id",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(frequencies)
    .bind(latest)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Observations behind the series of indicators that the caller may see; those of a code once.
pub async fn observations(connection: &mut PgConnection, of: Model) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT coalesce(sum(most), 0)::bigint FROM (SELECT max(observations) AS most FROM standing \
         WHERE mission_id = $1 AND generation = $2 AND clearance_max >= (SELECT chassis.clearance()) GROUP BY code) each_one",
    )
    .bind(of.mission)
    .bind(of.generation)
    .fetch_one(connection)
    .await
}
