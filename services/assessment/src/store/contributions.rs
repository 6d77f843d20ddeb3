//! Table `contributions`: written once, at freezing. Inputs and result are kept as the text that they were
//! written as.

use chassis::Failure;
use cpas_proto::words::Classification;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    contributed::{CONTRIBUTIONS_MAX, Contributed},
    since::Graded,
};

/// Rows of one statement.
const CHUNK: usize = 200;

const COLUMNS: &str = "id, assessment_id, link::text, inputs::text, result::text, classification";

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    positions: Vec<i32>,
    outcomes: Vec<Uuid>,
    outputs: Vec<Uuid>,
    outcome_codes: Vec<String>,
    output_codes: Vec<String>,
    grades: Vec<String>,
    links: Vec<String>,
    inputs: Vec<String>,
    results: Vec<String>,
    classifications: Vec<i16>,
}

impl Columns {
    fn push(&mut self, position: usize, one: &Contributed) -> Result<(), Failure> {
        self.ids.push(one.id);
        self.positions.push(i32::try_from(position).map_err(Failure::internal)?);
        self.outcomes.push(one.link.outcome_lineage_id);
        self.outputs.push(one.link.output_lineage_id);
        self.outcome_codes.push(one.case.outcome.code.clone());
        self.output_codes.push(one.case.output.code.clone());
        self.grades.push(one.found.grade.word().to_owned());
        self.links.push(json(&one.link)?);
        self.inputs.push(json(&one.case)?);
        self.results.push(json(&one.found)?);
        self.classifications.push(one.classification.rank());
        Ok(())
    }
}

/// Stores what was computed for an assessment.
pub async fn insert(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    contributions: &[Contributed],
) -> Result<(), Failure> {
    for (chunk, ones) in contributions.chunks(CHUNK).enumerate() {
        let mut columns = Columns::default();
        for (at, one) in ones.iter().enumerate() {
            columns.push(chunk * CHUNK + at, one)?;
        }
        sqlx::query(
            "INSERT INTO contributions (mission_id, assessment_id, id, position, outcome_lineage_id, output_lineage_id, \
             outcome_indicator_code, output_indicator_code, grade, link, inputs, result, classification) \
             SELECT $1, $2, id, position, outcome, output, outcome_code, output_code, grade, link::json, inputs::json, result::json, classification \
             FROM unnest($3::uuid[], $4::int[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::smallint[]) \
             AS c (id, position, outcome, output, outcome_code, output_code, grade, link, inputs, result, classification)",
        )
        .bind(mission)
        .bind(assessment)
        .bind(columns.ids)
        .bind(columns.positions)
        .bind(columns.outcomes)
        .bind(columns.outputs)
        .bind(columns.outcome_codes)
        .bind(columns.output_codes)
        .bind(columns.grades)
        .bind(columns.links)
        .bind(columns.inputs)
        .bind(columns.results)
        .bind(columns.classifications)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

type Row = (Uuid, Uuid, String, String, String, i16);

/// Those of an assessment in the order of its plan.
pub async fn of_assessment(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Contributed>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM contributions WHERE mission_id = $1 AND assessment_id = $2 ORDER BY position LIMIT $3"
    )))
    .bind(mission)
    .bind(assessment)
    .bind(i64::try_from(CONTRIBUTIONS_MAX).map_err(Failure::internal)?)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(contributed).collect()
}

/// Those of one outcome, in the same order.
pub async fn of_outcome(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    lineage_id: Uuid,
) -> Result<Vec<Contributed>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM contributions WHERE mission_id = $1 AND assessment_id = $2 AND outcome_lineage_id = $3 \
         ORDER BY position LIMIT $4"
    )))
    .bind(mission)
    .bind(assessment)
    .bind(lineage_id)
    .bind(i64::try_from(CONTRIBUTIONS_MAX).map_err(Failure::internal)?)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(contributed).collect()
}

/// Their grades, without what they rest on.
pub async fn grades(connection: &mut PgConnection, mission: Uuid, assessment: Uuid) -> Result<Vec<Graded>, Failure> {
    let rows: Vec<(Uuid, Uuid, Uuid, String, String, String)> = sqlx::query_as(
        "SELECT id, outcome_lineage_id, output_lineage_id, outcome_indicator_code, output_indicator_code, grade \
         FROM contributions WHERE mission_id = $1 AND assessment_id = $2 ORDER BY position LIMIT $3",
    )
    .bind(mission)
    .bind(assessment)
    .bind(i64::try_from(CONTRIBUTIONS_MAX).map_err(Failure::internal)?)
    .fetch_all(connection)
    .await?;
    let graded =
        |(id, outcome_lineage_id, output_lineage_id, outcome_code, output_code, grade): (_, _, _, _, _, String)| {
            let grade = grade.parse().map_err(Failure::internal)?;
            Ok(Graded { id, outcome_lineage_id, output_lineage_id, outcome_code, output_code, grade })
        };
    rows.into_iter().map(graded).collect()
}

/// One of them.
pub async fn by_id(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Contributed>, Failure> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM contributions WHERE mission_id = $1 AND id = $2"
    )))
    .bind(mission)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.map(contributed).transpose()
}

/// The classification of those of the given contributions that are of this assessment and can be seen.
pub async fn classifications(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Classification)>, Failure> {
    let rows: Vec<(Uuid, i16)> = sqlx::query_as(
        "SELECT id, classification FROM contributions WHERE mission_id = $1 AND assessment_id = $2 AND id = ANY($3)",
    )
    .bind(mission)
    .bind(assessment)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, rank)| (id, Classification::of_rank(rank))).collect())
}

fn contributed((id, assessment_id, link, case, found, rank): Row) -> Result<Contributed, Failure> {
    let parsed = || -> Result<Contributed, serde_json::Error> {
        Ok(Contributed {
            id,
            assessment_id,
            link: serde_json::from_str(&link)?,
            case: serde_json::from_str(&case)?,
            found: serde_json::from_str(&found)?,
            classification: Classification::of_rank(rank),
        })
    };
    parsed().map_err(Failure::internal)
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(Failure::internal)
}
