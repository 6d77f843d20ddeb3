//! Links between outputs and outcomes.

use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::read;
use crate::{
    domain::{
        ids::{ItemId, PlanId},
        link::ResultLink,
        text::Text,
    },
    error::Error,
};

#[derive(sqlx::FromRow, Serialize)]
struct Row {
    output_id: Uuid,
    outcome_id: Uuid,
    hypothesis_en: String,
    hypothesis_fr: String,
    assumptions: Vec<String>,
    expected_lag_months: i16,
    strength: String,
    assumptions_fr: Vec<String>,
}

impl From<&ResultLink> for Row {
    fn from(link: &ResultLink) -> Self {
        Self {
            output_id: link.output.0,
            outcome_id: link.outcome.0,
            hypothesis_en: link.hypothesis.en.clone(),
            hypothesis_fr: link.hypothesis.fr.clone(),
            assumptions: link.assumptions.clone(),
            expected_lag_months: link.expected_lag_months.into(),
            strength: link.strength.word().to_owned(),
            assumptions_fr: link.assumptions_fr.clone(),
        }
    }
}

impl TryFrom<Row> for ResultLink {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            output: ItemId(row.output_id),
            outcome: ItemId(row.outcome_id),
            hypothesis: Text::of(row.hypothesis_en, row.hypothesis_fr),
            assumptions: row.assumptions,
            assumptions_fr: row.assumptions_fr,
            expected_lag_months: read(u8::try_from(row.expected_lag_months))?,
            strength: read(row.strength.parse())?,
        })
    }
}

/// All links of a plan, in no order.
pub async fn of_plan(connection: &mut PgConnection, mission: Uuid, plan: PlanId) -> Result<Vec<ResultLink>, Error> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM result_links WHERE mission_id = $1 AND plan_id = $2")
        .bind(mission)
        .bind(plan.0)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(ResultLink::try_from).collect()
}

/// Stores the links that are new or differ, and deletes those that are gone: a statement each.
pub async fn save(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    before: &[ResultLink],
    after: &[ResultLink],
) -> Result<(), Error> {
    let ends = |link: &ResultLink| (link.output, link.outcome);
    let gone: Vec<&ResultLink> =
        before.iter().filter(|link| !after.iter().any(|kept| ends(kept) == ends(link))).collect();
    if !gone.is_empty() {
        sqlx::query(
            "DELETE FROM result_links WHERE mission_id = $1 AND plan_id = $2 \
             AND (output_id, outcome_id) IN (SELECT * FROM unnest($3::uuid[], $4::uuid[]))",
        )
        .bind(mission)
        .bind(plan.0)
        .bind(gone.iter().map(|link| link.output.0).collect::<Vec<_>>())
        .bind(gone.iter().map(|link| link.outcome.0).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?;
    }
    let rows: Vec<Row> = after.iter().filter(|link| !before.contains(link)).map(Row::from).collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO result_links \
         SELECT $1, $2, output_id, outcome_id, hypothesis_en, hypothesis_fr, assumptions, expected_lag_months, strength, \
              assumptions_fr \
         FROM jsonb_to_recordset($3) AS given (output_id uuid, outcome_id uuid, hypothesis_en text, hypothesis_fr text, \
              assumptions text[], expected_lag_months smallint, strength text, assumptions_fr text[]) \
         ON CONFLICT (mission_id, plan_id, output_id, outcome_id) DO UPDATE SET \
              hypothesis_en = excluded.hypothesis_en, hypothesis_fr = excluded.hypothesis_fr, \
              assumptions = excluded.assumptions, expected_lag_months = excluded.expected_lag_months, \
              strength = excluded.strength, assumptions_fr = excluded.assumptions_fr",
    )
    .bind(mission)
    .bind(plan.0)
    .bind(Json(rows))
    .execute(connection)
    .await?;
    Ok(())
}
