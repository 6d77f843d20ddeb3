//! Indicators and all versions of their definitions.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{read, recorded, set_clearance, with_full_clearance};
use crate::{
    domain::{
        definition::Definition,
        ids::{IndicatorId, LineageId},
        indicator::{Indicator, IndicatorState},
    },
    error::Error,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    definition: Json<Definition>,
    definition_version: i32,
    state: String,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl TryFrom<Row> for Indicator {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: IndicatorId(row.id),
            definition: row.definition.0,
            definition_version: read(u32::try_from(row.definition_version))?,
            state: read(row.state.parse())?,
            version: row.version,
            recorded: recorded(row.recorded_by, row.recorded_by_name, row.recorded_at),
        })
    }
}

/// Which indicator is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    Id(IndicatorId),
    Code(String),
}

/// An indicator, if the caller may see it.
pub async fn find(connection: &mut PgConnection, mission: Uuid, which: &Which) -> Result<Option<Indicator>, Error> {
    let row: Option<Row> = match which {
        Which::Id(id) => {
            sqlx::query_as("SELECT * FROM indicators WHERE mission_id = $1 AND id = $2")
                .bind(mission)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        }
        Which::Code(code) => {
            sqlx::query_as("SELECT * FROM indicators WHERE mission_id = $1 AND code = $2")
                .bind(mission)
                .bind(code)
                .fetch_optional(connection)
                .await?
        }
    };
    row.map(Indicator::try_from).transpose()
}

/// An indicator that is about to be changed, or to get a target: nobody else does until this ends.
pub async fn find_to_change(
    connection: &mut PgConnection,
    mission: Uuid,
    id: IndicatorId,
) -> Result<Option<Indicator>, Error> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM indicators WHERE mission_id = $1 AND id = $2 FOR UPDATE")
        .bind(mission)
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.map(Indicator::try_from).transpose()
}

/// One version of a definition, with who made it and when.
pub async fn find_definition(
    connection: &mut PgConnection,
    mission: Uuid,
    id: IndicatorId,
    definition_version: u32,
) -> Result<Option<(Definition, crate::domain::Recorded)>, Error> {
    let row: Option<(Json<Definition>, DateTime<Utc>, Uuid, String)> = sqlx::query_as(
        "SELECT definition, recorded_at, recorded_by, recorded_by_name FROM indicator_definitions \
         WHERE mission_id = $1 AND indicator_id = $2 AND definition_version = $3",
    )
    .bind(mission)
    .bind(id.0)
    .bind(i32::try_from(definition_version).unwrap_or(i32::MAX))
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(definition, at, account, name)| (definition.0, recorded(account, name, at))))
}

/// One version of a definition, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptVersion {
    pub number: u32,
    pub definition: Definition,
    pub recorded: crate::domain::Recorded,
}

type VersionRow = (i32, Json<Definition>, DateTime<Utc>, Uuid, String);

/// All versions of a definition, the newest first.
pub async fn versions(
    connection: &mut PgConnection,
    mission: Uuid,
    id: IndicatorId,
) -> Result<Vec<KeptVersion>, Error> {
    let rows: Vec<VersionRow> = sqlx::query_as(
        "SELECT definition_version, definition, recorded_at, recorded_by, recorded_by_name FROM indicator_definitions \
         WHERE mission_id = $1 AND indicator_id = $2 ORDER BY definition_version DESC",
    )
    .bind(mission)
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    let kept = |(number, definition, at, account, name): VersionRow| {
        let number = read(u32::try_from(number))?;
        Ok(KeptVersion { number, definition: definition.0, recorded: recorded(account, name, at) })
    };
    rows.into_iter().map(kept).collect()
}

/// Nobody else changes what formulas name until this ends: two changes that each are right could be a
/// circle together.
pub async fn hold_formulas(connection: &mut PgConnection, mission: Uuid) -> Result<(), Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("indicator formulas {mission}"))
        .execute(connection)
        .await?;
    Ok(())
}

/// True when another indicator of the mission has this code, whoever may see it.
pub async fn code_is_taken(
    connection: &mut PgConnection,
    mission: Uuid,
    code: &str,
    but: IndicatorId,
) -> Result<bool, Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("indicator code {mission} {code}"))
        .execute(&mut *connection)
        .await?;
    let own = with_full_clearance(connection).await?;
    let taken =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM indicators WHERE mission_id = $1 AND code = $2 AND id <> $3)")
            .bind(mission)
            .bind(code)
            .bind(but.0)
            .fetch_one(&mut *connection)
            .await?;
    set_clearance(connection, &own).await?;
    Ok(taken)
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// At most this many.
    pub size: u32,
    /// Only codes that come after this one; empty: from the first.
    pub after_code: String,
    /// What code or names have in them; empty: anything.
    pub search: String,
    pub state: Option<IndicatorState>,
    /// Only what a reader may see.
    pub published_only: bool,
}

/// Indicators by code, one more than the page's size where there are more.
pub async fn page(connection: &mut PgConnection, mission: Uuid, page: &Page) -> Result<Vec<Indicator>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM indicators WHERE mission_id = $1 AND code > $2 AND position($3 IN search_text) > 0 \
         AND ($4::text IS NULL OR state = $4) AND (NOT $5 OR state IN ('active', 'retired')) ORDER BY code LIMIT $6",
    )
    .bind(mission)
    .bind(&page.after_code)
    .bind(page.search.to_lowercase())
    .bind(page.state.map(IndicatorState::word))
    .bind(page.published_only)
    .bind(i64::from(page.size) + 1)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Indicator::try_from).collect()
}

/// All indicators of the mission, by code.
pub async fn all(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<Indicator>, Error> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM indicators WHERE mission_id = $1 ORDER BY code")
        .bind(mission)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Indicator::try_from).collect()
}

/// Codes of the indicators that measure these items, retired ones too, of those that the caller may see.
pub async fn codes_measuring(
    connection: &mut PgConnection,
    mission: Uuid,
    items: &[LineageId],
) -> Result<Vec<String>, Error> {
    let codes = sqlx::query_scalar(
        "SELECT code FROM indicators WHERE mission_id = $1 AND plan_item_lineage_id = ANY($2) ORDER BY code",
    )
    .bind(mission)
    .bind(items.iter().map(|LineageId(id)| *id).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    Ok(codes)
}

/// Stores an indicator as it now is; a definition that is new is kept beside those before it.
pub async fn save(connection: &mut PgConnection, mission: Uuid, indicator: &Indicator) -> Result<(), Error> {
    let definition = &indicator.definition;
    let search_text = format!("{} {} {}", definition.code, definition.name.en, definition.name.fr).to_lowercase();
    sqlx::query(
        "INSERT INTO indicators (mission_id, id, code, search_text, definition, definition_version, plan_item_lineage_id, \
         state, version, classification, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         ON CONFLICT (mission_id, id) DO UPDATE SET code = excluded.code, search_text = excluded.search_text, \
         definition = excluded.definition, definition_version = excluded.definition_version, \
         plan_item_lineage_id = excluded.plan_item_lineage_id, state = excluded.state, version = excluded.version, \
         classification = excluded.classification, recorded_at = excluded.recorded_at, \
         recorded_by = excluded.recorded_by, recorded_by_name = excluded.recorded_by_name",
    )
    .bind(mission)
    .bind(indicator.id.0)
    .bind(&definition.code)
    .bind(search_text)
    .bind(Json(definition))
    .bind(read(i32::try_from(indicator.definition_version))?)
    .bind(definition.plan_item.map(|LineageId(id)| id))
    .bind(indicator.state.word())
    .bind(indicator.version)
    .bind(definition.classification.rank())
    .bind(indicator.recorded.at)
    .bind(indicator.recorded.by.account)
    .bind(&indicator.recorded.by.name)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO indicator_definitions (mission_id, indicator_id, definition_version, definition, recorded_at, \
         recorded_by, recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(mission)
    .bind(indicator.id.0)
    .bind(read(i32::try_from(indicator.definition_version))?)
    .bind(Json(definition))
    .bind(indicator.recorded.at)
    .bind(indicator.recorded.by.account)
    .bind(&indicator.recorded.by.name)
    .execute(connection)
    .await?;
    Ok(())
}
