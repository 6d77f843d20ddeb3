//! Lines of the results-based budget, and which items of plans serve them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{read, recorded, set_clearance, with_full_clearance};
use crate::{
    domain::{
        ids::{LineId, LineageId, PlanId},
        rbb::{LineContent, RbbLine},
        text::Text,
    },
    error::Error,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    parent_id: Option<Uuid>,
    code: String,
    text_en: String,
    text_fr: String,
    period: String,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl TryFrom<Row> for RbbLine {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let content = LineContent {
            kind: read(row.kind.parse())?,
            parent: row.parent_id.map(LineId),
            code: row.code,
            text: Text::of(row.text_en, row.text_fr),
            period: read(row.period.parse())?,
        };
        let recorded = recorded(row.recorded_by, row.recorded_by_name, row.recorded_at);
        Ok(Self { id: LineId(row.id), content, version: row.version, recorded })
    }
}

/// All lines of the mission, in no order.
pub async fn lines(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<RbbLine>, Error> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM rbb_lines WHERE mission_id = $1").bind(mission).fetch_all(connection).await?;
    rows.into_iter().map(RbbLine::try_from).collect()
}

/// The same, while nobody else writes lines of the mission until this transaction ends.
pub async fn lines_to_change(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<RbbLine>, Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("rbb lines {mission}"))
        .execute(&mut *connection)
        .await?;
    lines(connection, mission).await
}

/// Stores a line as it now is.
pub async fn save_line(connection: &mut PgConnection, mission: Uuid, line: &RbbLine) -> Result<(), Error> {
    let content = &line.content;
    sqlx::query(
        "INSERT INTO rbb_lines (mission_id, id, kind, parent_id, code, text_en, text_fr, period, version, recorded_at, \
         recorded_by, recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (mission_id, id) DO UPDATE SET parent_id = excluded.parent_id, code = excluded.code, \
         text_en = excluded.text_en, text_fr = excluded.text_fr, period = excluded.period, version = excluded.version, \
         recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by, \
         recorded_by_name = excluded.recorded_by_name",
    )
    .bind(mission)
    .bind(line.id.0)
    .bind(content.kind.word())
    .bind(content.parent.map(|parent| parent.0))
    .bind(&content.code)
    .bind(&content.text.en)
    .bind(&content.text.fr)
    .bind(content.period.to_string())
    .bind(line.version)
    .bind(line.recorded.at)
    .bind(line.recorded.by.account)
    .bind(&line.recorded.by.name)
    .execute(connection)
    .await?;
    Ok(())
}

/// True when a plan that is no draft any more serves one of these lines, whoever may see the plan.
pub async fn is_served(connection: &mut PgConnection, mission: Uuid, lines: &[LineId]) -> Result<bool, Error> {
    let own = with_full_clearance(connection).await?;
    let served: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM rbb_links link \
         JOIN plans plan ON plan.mission_id = link.mission_id AND plan.id = link.plan_id \
         WHERE link.mission_id = $1 AND link.line_id = ANY($2) AND plan.state <> 'draft')",
    )
    .bind(mission)
    .bind(ids(lines))
    .fetch_one(&mut *connection)
    .await?;
    set_clearance(connection, &own).await?;
    Ok(served)
}

/// Takes lines away, and their links.
pub async fn remove_lines(connection: &mut PgConnection, mission: Uuid, lines: &[LineId]) -> Result<(), Error> {
    sqlx::query("DELETE FROM rbb_links WHERE mission_id = $1 AND line_id = ANY($2)")
        .bind(mission)
        .bind(ids(lines))
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM rbb_lines WHERE mission_id = $1 AND id = ANY($2)")
        .bind(mission)
        .bind(ids(lines))
        .execute(connection)
        .await?;
    Ok(())
}

fn ids(lines: &[LineId]) -> Vec<Uuid> {
    lines.iter().map(|line| line.0).collect()
}

/// The links of a plan, in no order.
pub async fn links(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
) -> Result<Vec<(LineageId, LineId)>, Error> {
    let rows: Vec<(Uuid, Uuid)> =
        sqlx::query_as("SELECT lineage_id, line_id FROM rbb_links WHERE mission_id = $1 AND plan_id = $2")
            .bind(mission)
            .bind(plan.0)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(lineage, line)| (LineageId(lineage), LineId(line))).collect())
}

/// Links an item to a line, or takes the link away; true when that changed something.
pub async fn set_link(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    item: LineageId,
    line: LineId,
    linked: bool,
) -> Result<bool, Error> {
    let statement = if linked {
        "INSERT INTO rbb_links (mission_id, plan_id, lineage_id, line_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM rbb_links WHERE mission_id = $1 AND plan_id = $2 AND lineage_id = $3 AND line_id = $4"
    };
    let done = sqlx::query(statement).bind(mission).bind(plan.0).bind(item.0).bind(line.0).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}

/// The next version of a plan takes the links of the one before over.
pub async fn carry(connection: &mut PgConnection, mission: Uuid, from: PlanId, to: PlanId) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO rbb_links (mission_id, plan_id, lineage_id, line_id) \
         SELECT mission_id, $3, lineage_id, line_id FROM rbb_links WHERE mission_id = $1 AND plan_id = $2",
    )
    .bind(mission)
    .bind(from.0)
    .bind(to.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Links of items that a plan does not have any more go.
pub async fn unlink_what_is_gone(connection: &mut PgConnection, mission: Uuid, plan: PlanId) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM rbb_links link WHERE link.mission_id = $1 AND link.plan_id = $2 AND NOT EXISTS \
         (SELECT FROM plan_items item WHERE item.mission_id = link.mission_id AND item.plan_id = link.plan_id \
          AND item.lineage_id = link.lineage_id)",
    )
    .bind(mission)
    .bind(plan.0)
    .execute(connection)
    .await?;
    Ok(())
}
