//! What planning knows of stakeholders, areas and findings: only as much as a reference needs.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::ids::{IndicatorId, StakeholderId},
    error::Error,
};

/// Classification of a stakeholder, if it is known and the caller may see it.
pub async fn stakeholder(
    connection: &mut PgConnection,
    mission: Uuid,
    stakeholder: StakeholderId,
) -> Result<Option<Classification>, Error> {
    let rank: Option<i16> =
        sqlx::query_scalar("SELECT classification FROM known_stakeholders WHERE mission_id = $1 AND id = $2")
            .bind(mission)
            .bind(stakeholder.0)
            .fetch_optional(connection)
            .await?;
    Ok(rank.map(Classification::of_rank))
}

/// Nothing new is heard of these stakeholders until this ends, or of any where none is named; so what names one now is
/// there when it becomes more classified. To be called before a plan is held, as what is heard comes in that order too.
pub async fn hold_stakeholders(
    connection: &mut PgConnection,
    mission: Uuid,
    named: Option<&[StakeholderId]>,
) -> Result<(), Error> {
    let named = named.map(|named| named.iter().map(|id| id.0).collect::<Vec<_>>());
    sqlx::query(
        "SELECT FROM known_stakeholders WHERE mission_id = $1 AND ($2::uuid[] IS NULL OR id = ANY($2)) \
         ORDER BY id FOR SHARE",
    )
    .bind(mission)
    .bind(named)
    .execute(connection)
    .await?;
    Ok(())
}

/// The highest classification of these stakeholders and plan changes, of those that the caller may see.
pub async fn highest_classification(
    connection: &mut PgConnection,
    mission: Uuid,
    stakeholders: &[StakeholderId],
    changes: &[crate::domain::ids::ChangeId],
) -> Result<Classification, Error> {
    let rank: i16 = sqlx::query_scalar(
        "SELECT coalesce(max(classification), 0::smallint) FROM ( \
             SELECT classification FROM known_stakeholders WHERE mission_id = $1 AND id = ANY($2) \
             UNION ALL SELECT classification FROM plan_changes WHERE mission_id = $1 AND id = ANY($3)) source",
    )
    .bind(mission)
    .bind(stakeholders.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind(changes.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_one(connection)
    .await?;
    Ok(Classification::of_rank(rank))
}

/// Of the stakeholders that were merged into another one, which one stands for them; as far as the caller sees.
pub async fn merged_stakeholders(
    connection: &mut PgConnection,
    mission: Uuid,
) -> Result<BTreeMap<StakeholderId, StakeholderId>, Error> {
    let rows: Vec<(Uuid, Uuid)> =
        sqlx::query_as("SELECT id, head FROM known_stakeholders WHERE mission_id = $1 AND head <> id")
            .bind(mission)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(id, head)| (StakeholderId(id), StakeholderId(head))).collect())
}

/// Keeps a stakeholder as it was told; false where something newer is known already.
pub async fn keep_stakeholder(
    connection: &mut PgConnection,
    mission: Uuid,
    stakeholder: StakeholderId,
    version: i64,
    classification: Classification,
    head: StakeholderId,
) -> Result<bool, Error> {
    let kept = sqlx::query(
        "INSERT INTO known_stakeholders (mission_id, id, version, classification, head) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (mission_id, id) DO UPDATE SET version = excluded.version, classification = excluded.classification, \
             head = excluded.head \
         WHERE known_stakeholders.version < excluded.version",
    )
    .bind(mission)
    .bind(stakeholder.0)
    .bind(version)
    .bind(classification.rank())
    .bind(head.0)
    .execute(connection)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Those of these codes that no known area of the mission has.
pub async fn unknown_areas(
    connection: &mut PgConnection,
    mission: Uuid,
    codes: &[String],
) -> Result<Vec<String>, Error> {
    Ok(sqlx::query_scalar(
        "SELECT code FROM unnest($2::text[]) AS given (code) \
         WHERE NOT EXISTS (SELECT FROM known_areas known WHERE known.mission_id = $1 AND known.code = given.code)",
    )
    .bind(mission)
    .bind(codes)
    .fetch_all(connection)
    .await?)
}

/// Keeps an area as it was told, unless something newer is known.
pub async fn keep_area(
    connection: &mut PgConnection,
    mission: Uuid,
    id: Uuid,
    code: &str,
    version: i64,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO known_areas (mission_id, id, code, version) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (mission_id, id) DO UPDATE SET code = excluded.code, version = excluded.version \
         WHERE known_areas.version < excluded.version",
    )
    .bind(mission)
    .bind(id)
    .bind(code)
    .bind(version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets an area.
pub async fn forget_area(connection: &mut PgConnection, id: Uuid) -> Result<(), Error> {
    sqlx::query("DELETE FROM known_areas WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Keeps which indicators these analyses speak of; an analysis is never computed anew.
pub async fn keep_analyses(
    connection: &mut PgConnection,
    mission: Uuid,
    analyses: &[(Uuid, Uuid)],
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO known_analyses (mission_id, id, indicator_id) \
         SELECT $1, id, indicator_id FROM unnest($2::uuid[], $3::uuid[]) AS given (id, indicator_id) ON CONFLICT DO NOTHING",
    )
    .bind(mission)
    .bind(analyses.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(analyses.iter().map(|(_, indicator)| *indicator).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps which analyses a finding rests on, unless something newer is known.
pub async fn keep_finding(
    connection: &mut PgConnection,
    mission: Uuid,
    id: Uuid,
    version: i64,
    classification: Classification,
    analyses: &[Uuid],
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO known_findings (mission_id, id, version, classification, analyses) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (mission_id, id) DO UPDATE SET version = excluded.version, classification = excluded.classification, \
         analyses = excluded.analyses WHERE known_findings.version < excluded.version",
    )
    .bind(mission)
    .bind(id)
    .bind(version)
    .bind(classification.rank())
    .bind(analyses)
    .execute(connection)
    .await?;
    Ok(())
}

/// Indicators that a finding rests on, of the findings that the caller may see; `None` without any finding.
pub async fn used_in_findings(
    connection: &mut PgConnection,
    mission: Uuid,
) -> Result<Option<BTreeSet<IndicatorId>>, Error> {
    let any: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM known_findings WHERE mission_id = $1)")
        .bind(mission)
        .fetch_one(&mut *connection)
        .await?;
    if !any {
        return Ok(None);
    }
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT DISTINCT analysis.indicator_id FROM known_analyses analysis \
         JOIN known_findings finding ON finding.mission_id = analysis.mission_id AND analysis.id = ANY (finding.analyses) \
         WHERE analysis.mission_id = $1",
    )
    .bind(mission)
    .fetch_all(connection)
    .await?;
    Ok(Some(ids.into_iter().map(IndicatorId).collect()))
}
