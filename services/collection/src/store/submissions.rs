//! What phones sent: instances, their answers, their files.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::all;

/// A submission.
#[derive(Debug, Clone, FromRow)]
pub struct Submission {
    pub id: Uuid,
    pub instance_id: String,
    pub form_id: String,
    pub form_version: String,
    pub section: String,
    pub period: String,
    pub area: String,
    pub device: String,
    pub began_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub accuracy_m: Option<f64>,
    pub point_area: String,
    pub named: Vec<String>,
    pub corrects: Option<Uuid>,
    pub left_answers: i32,
    pub xml: String,
    pub xml_sha256: Vec<u8>,
    pub classification: i16,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
    pub recorded_by_name: String,
}

/// One answer of a submission.
#[derive(Debug, Clone, FromRow)]
pub struct AnswerRow {
    pub indicator_id: Option<Uuid>,
    pub indicator_code: String,
    pub slice: String,
    pub answer: String,
    pub outcome: String,
    pub message: String,
    pub observation_id: Option<Uuid>,
    pub classification: i16,
}

/// What is said of a file of a submission.
#[derive(Debug, Clone, FromRow)]
pub struct FileRow {
    pub name: String,
    pub content_type: String,
    pub sha256: Vec<u8>,
    pub size: i32,
}

/// A file to be stored.
#[derive(Debug, Clone)]
pub struct NewFile {
    pub name: String,
    pub content_type: &'static str,
    pub sha256: Vec<u8>,
    pub bytes: Vec<u8>,
}

macro_rules! submissions {
    ($rest:expr) => {
        submissions!("xml, xml_sha256", $rest)
    };
    ($text:literal, $rest:expr) => {
        concat!(
            "SELECT id, instance_id, form_id, form_version, section, period, area, device, began_at, ended_at, \
             longitude, latitude, accuracy_m, point_area, named, corrects, left_answers, ",
            $text,
            ", classification, recorded_at, recorded_by, recorded_by_name FROM submission ",
            $rest
        )
    };
}

/// Without the instance, which may be large.
macro_rules! heads {
    ($rest:expr) => {
        submissions!("'' AS xml, ''::bytea AS xml_sha256", $rest)
    };
}

/// An indicator that was answered may have become more secret since: then all of the submission is.
macro_rules! seen {
    () => {
        " AND NOT EXISTS (SELECT FROM submission_answer a WHERE a.mission_id = submission.mission_id \
           AND a.submission_id = submission.id AND a.indicator_id IS NOT NULL \
           AND NOT EXISTS (SELECT FROM indicator i WHERE i.mission_id = a.mission_id AND i.id = a.indicator_id)) "
    };
}

/// Waits for whoever stores one of these instances at this moment. All wait in one order.
pub async fn one_at_a_time(
    connection: &mut PgConnection,
    mission: Uuid,
    instances: &[&str],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "SELECT pg_advisory_xact_lock(number) FROM (SELECT DISTINCT hashtextextended('cpas instance ' || $1::text || ' ' \
         || id, 0) AS number FROM unnest($2::text[]) AS id ORDER BY number) AS one",
    )
    .bind(mission)
    .bind(instances)
    .execute(connection)
    .await
    .map(drop)
}

/// Those of these instances that are known.
pub async fn known(connection: &mut PgConnection, instances: &[&str]) -> Result<HashSet<String>, sqlx::Error> {
    let known: Vec<String> = sqlx::query_scalar("SELECT instance_id FROM submission WHERE instance_id = ANY($1)")
        .bind(instances)
        .fetch_all(connection)
        .await?;
    Ok(known.into_iter().collect())
}

/// The submission of an instance.
pub async fn of_instance(connection: &mut PgConnection, instance: &str) -> Result<Option<Submission>, sqlx::Error> {
    sqlx::query_as(submissions!("WHERE instance_id = $1")).bind(instance).fetch_optional(connection).await
}

/// A submission by its id.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<Submission>, sqlx::Error> {
    sqlx::query_as(submissions!(concat!("WHERE id = $1", seen!()))).bind(id).fetch_optional(connection).await
}

/// The submission that an observation came with.
pub async fn of_observation(
    connection: &mut PgConnection,
    observation: Uuid,
) -> Result<Option<Submission>, sqlx::Error> {
    sqlx::query_as(heads!(concat!(
        "WHERE id = (SELECT submission_id FROM submission_answer WHERE observation_id = $1 AND outcome = 'stored' \
         ORDER BY submission_id LIMIT 1)",
        seen!()
    )))
    .bind(observation)
    .fetch_optional(connection)
    .await
}

/// A page of submissions, newest first.
pub async fn list(
    connection: &mut PgConnection,
    section: &str,
    only_left: bool,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Submission>, sqlx::Error> {
    sqlx::query_as(heads!(concat!(
        "WHERE ($1 = '' OR section = $1) AND (NOT $2 OR left_answers > 0) AND ($3::uuid IS NULL OR id < $3)",
        seen!(),
        "ORDER BY id DESC LIMIT $4"
    )))
    .bind(section)
    .bind(only_left)
    .bind(before)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Stores submissions. Returns how many: the instances of the others are known already.
pub async fn insert_all(
    connection: &mut PgConnection,
    mission: Uuid,
    rows: &[&Submission],
) -> Result<u64, sqlx::Error> {
    // An array of arrays has to be a rectangle: the names of files travel as JSON.
    let named = all(rows, |row| sqlx::types::Json(&row.named));
    let done = sqlx::query(
        "INSERT INTO submission (mission_id, id, instance_id, form_id, form_version, section, period, area, device, \
         began_at, ended_at, longitude, latitude, accuracy_m, point_area, named, corrects, left_answers, xml, \
         xml_sha256, classification, recorded_at, recorded_by, recorded_by_name) SELECT $1, id, instance, form, version, \
         section, period, area, device, began_at, ended_at, longitude, latitude, accuracy_m, point_area, \
         ARRAY(SELECT jsonb_array_elements_text(named)), corrects, left_answers, xml, sha256, classification, at, by, \
         by_name FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], \
         $9::text[], $10::timestamptz[], $11::timestamptz[], $12::float8[], $13::float8[], $14::float8[], $15::text[], \
         $16::jsonb[], $17::uuid[], $18::int4[], $19::text[], $20::bytea[], $21::int2[], $22::timestamptz[], \
         $23::uuid[], $24::text[]) AS one(id, instance, form, version, section, period, area, device, began_at, ended_at, \
         longitude, latitude, accuracy_m, point_area, named, corrects, left_answers, xml, sha256, classification, at, \
         by, by_name) ON CONFLICT (mission_id, instance_id) DO NOTHING",
    )
    .bind(mission)
    .bind(all(rows, |row| row.id))
    .bind(all(rows, |row| row.instance_id.as_str()))
    .bind(all(rows, |row| row.form_id.as_str()))
    .bind(all(rows, |row| row.form_version.as_str()))
    .bind(all(rows, |row| row.section.as_str()))
    .bind(all(rows, |row| row.period.as_str()))
    .bind(all(rows, |row| row.area.as_str()))
    .bind(all(rows, |row| row.device.as_str()))
    .bind(all(rows, |row| row.began_at))
    .bind(all(rows, |row| row.ended_at))
    .bind(all(rows, |row| row.longitude))
    .bind(all(rows, |row| row.latitude))
    .bind(all(rows, |row| row.accuracy_m))
    .bind(all(rows, |row| row.point_area.as_str()))
    .bind(named)
    .bind(all(rows, |row| row.corrects))
    .bind(all(rows, |row| row.left_answers))
    .bind(all(rows, |row| row.xml.as_str()))
    .bind(all(rows, |row| row.xml_sha256.as_slice()))
    .bind(all(rows, |row| row.classification))
    .bind(all(rows, |row| row.recorded_at))
    .bind(all(rows, |row| row.recorded_by))
    .bind(all(rows, |row| row.recorded_by_name.as_str()))
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Stores the answers of submissions, each submission's in their order.
pub async fn insert_answers(
    connection: &mut PgConnection,
    mission: Uuid,
    of: &[(Uuid, &[AnswerRow])],
) -> Result<(), sqlx::Error> {
    let rows: Vec<(Uuid, i32, &AnswerRow)> =
        of.iter().flat_map(|(id, rows)| (1..).zip(*rows).map(|(number, row)| (*id, number, row))).collect();
    let texts = |of: fn(&AnswerRow) -> &String| rows.iter().map(|(.., row)| of(row).as_str()).collect::<Vec<&str>>();
    let submissions: Vec<Uuid> = rows.iter().map(|(id, ..)| *id).collect();
    let numbers: Vec<i32> = rows.iter().map(|(_, number, _)| *number).collect();
    let indicators: Vec<Option<Uuid>> = rows.iter().map(|(.., row)| row.indicator_id).collect();
    let observations: Vec<Option<Uuid>> = rows.iter().map(|(.., row)| row.observation_id).collect();
    let classifications: Vec<i16> = rows.iter().map(|(.., row)| row.classification).collect();
    sqlx::query(
        "INSERT INTO submission_answer (mission_id, submission_id, number, indicator_id, indicator_code, slice, \
         answer, outcome, message, observation_id, classification) \
         SELECT $1, submission, number, indicator, code, slice, answer, outcome, message, observation, classification \
         FROM unnest($2::uuid[], $3::int4[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], \
         $10::uuid[], $11::int2[]) AS one(submission, number, indicator, code, slice, answer, outcome, message, \
         observation, classification)",
    )
    .bind(mission)
    .bind(submissions)
    .bind(numbers)
    .bind(indicators)
    .bind(texts(|row| &row.indicator_code))
    .bind(texts(|row| &row.slice))
    .bind(texts(|row| &row.answer))
    .bind(texts(|row| &row.outcome))
    .bind(texts(|row| &row.message))
    .bind(observations)
    .bind(classifications)
    .execute(connection)
    .await
    .map(drop)
}

/// The answers of a submission, in their order.
pub async fn answers(connection: &mut PgConnection, submission: Uuid) -> Result<Vec<AnswerRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_id, indicator_code, slice, answer, outcome, message, observation_id, classification \
         FROM submission_answer WHERE submission_id = $1 ORDER BY number",
    )
    .bind(submission)
    .fetch_all(connection)
    .await
}

/// Stores a file of a submission. False: it is there already.
pub async fn insert_file(
    connection: &mut PgConnection,
    mission: Uuid,
    of: &Submission,
    file: &NewFile,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO submission_file (mission_id, submission_id, name, content_type, sha256, bytes, classification, \
         recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (mission_id, submission_id, name) DO NOTHING",
    )
    .bind(mission)
    .bind(of.id)
    .bind(&file.name)
    .bind(file.content_type)
    .bind(&file.sha256)
    .bind(&file.bytes)
    .bind(of.classification)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The files of a submission, without what is in them.
pub async fn files(connection: &mut PgConnection, submission: Uuid) -> Result<Vec<FileRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT name, content_type, sha256, octet_length(bytes) AS size FROM submission_file WHERE submission_id = $1 \
         ORDER BY name",
    )
    .bind(submission)
    .fetch_all(connection)
    .await
}

/// What is in a file of a submission, and its media type.
pub async fn file(
    connection: &mut PgConnection,
    submission: Uuid,
    name: &str,
) -> Result<Option<(String, Vec<u8>)>, sqlx::Error> {
    sqlx::query_as("SELECT content_type, bytes FROM submission_file WHERE submission_id = $1 AND name = $2")
        .bind(submission)
        .bind(name)
        .fetch_optional(connection)
        .await
}
