//! The copies of indicators, areas and missions that events feed.

use std::collections::HashSet;

use chrono::NaiveDate;
use cpas_proto::words::{Classification, Formula};
use sqlx::{FromRow, PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::{
    definition::{Definition, Dimension, EventMeasure},
    file::reference::AreaName,
    place::Places,
    rollup::{Area, Became, Former, Successor},
};

#[derive(FromRow)]
struct IndicatorRow {
    id: Uuid,
    code: String,
    kind: String,
    over_time: String,
    over_areas: String,
    frequency: String,
    formula: String,
    event_measure: Option<Json<EventMeasure>>,
    dimensions: Json<Vec<Dimension>>,
    owner_section: String,
    retired: bool,
    definition_version: i32,
    classification: i16,
}

impl TryFrom<IndicatorRow> for Definition {
    type Error = sqlx::Error;

    fn try_from(row: IndicatorRow) -> Result<Self, sqlx::Error> {
        let unknown = |error: cpas_proto::words::UnknownWord| sqlx::Error::Decode(error.into());
        let formula = (!row.formula.is_empty()).then(|| row.formula.parse::<Formula>());
        Ok(Self {
            id: row.id,
            code: row.code,
            kind: row.kind.parse().map_err(unknown)?,
            over_time: row.over_time.parse().map_err(unknown)?,
            over_areas: row.over_areas.parse().map_err(unknown)?,
            frequency: row.frequency.parse().map_err(unknown)?,
            formula: formula.transpose().map_err(|error| sqlx::Error::Decode(error.into()))?,
            events: row.event_measure.map(|measure| measure.0),
            dimensions: row.dimensions.0,
            owner_section: row.owner_section,
            retired: row.retired,
            definition_version: row.definition_version.try_into().unwrap_or_default(),
            classification: Classification::of_rank(row.classification),
        })
    }
}

const COLUMNS: &str = "SELECT id, code, kind, over_time, over_areas, frequency, formula, event_measure, dimensions, \
                       owner_section, retired, definition_version, classification FROM indicator ";

/// All indicators that the caller may see, by code.
pub async fn definitions(connection: &mut PgConnection) -> Result<Vec<Definition>, sqlx::Error> {
    let rows: Vec<IndicatorRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY code"))).fetch_all(connection).await?;
    rows.into_iter().map(Definition::try_from).collect()
}

/// The indicator of a code or an id.
pub async fn definition(connection: &mut PgConnection, code_or_id: &str) -> Result<Option<Definition>, sqlx::Error> {
    let id = code_or_id.parse::<Uuid>().ok();
    let sql = format!("{COLUMNS} WHERE id = $1 OR upper(code) = upper($2) ORDER BY retired, code LIMIT 1");
    let row: Option<IndicatorRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).bind(code_or_id).fetch_optional(connection).await?;
    row.map(Definition::try_from).transpose()
}

/// Stores an indicator unless a newer version is stored.
pub async fn upsert_indicator(
    connection: &mut PgConnection,
    mission: Uuid,
    definition: &Definition,
    version: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO indicator AS own (mission_id, id, code, kind, over_time, over_areas, frequency, dimensions, \
         owner_section, retired, definition_version, classification, version, formula, event_measure) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         ON CONFLICT (mission_id, id) DO UPDATE SET code = excluded.code, kind = excluded.kind, \
         over_time = excluded.over_time, over_areas = excluded.over_areas, frequency = excluded.frequency, \
         dimensions = excluded.dimensions, owner_section = excluded.owner_section, retired = excluded.retired, \
         definition_version = excluded.definition_version, classification = excluded.classification, \
         version = excluded.version, formula = excluded.formula, event_measure = excluded.event_measure \
         WHERE own.version < excluded.version",
    )
    .bind(mission)
    .bind(definition.id)
    .bind(&definition.code)
    .bind(definition.kind.word())
    .bind(definition.over_time.word())
    .bind(definition.over_areas.word())
    .bind(definition.frequency.word())
    .bind(Json(&definition.dimensions))
    .bind(&definition.owner_section)
    .bind(definition.retired)
    .bind(i32::try_from(definition.definition_version).unwrap_or(i32::MAX))
    .bind(definition.classification.rank())
    .bind(version)
    .bind(definition.formula.as_ref().map(ToString::to_string).unwrap_or_default())
    .bind(definition.events.as_ref().map(Json))
    .execute(connection)
    .await
    .map(drop)
}

/// Code and classification of the indicators that are computed, with the codes that their formulas name;
/// none is named where they count events. Whoever asks: what changes is told to who may see it.
pub async fn computed(
    connection: &mut PgConnection,
) -> Result<Vec<(String, Classification, Vec<String>)>, sqlx::Error> {
    let own: String = sqlx::query_scalar("SELECT current_setting('app.clearance')").fetch_one(&mut *connection).await?;
    set_clearance(connection, &Classification::StrictlyConfidential.rank().to_string()).await?;
    let rows: Vec<(String, i16, String)> = sqlx::query_as(
        "SELECT code, classification, formula FROM indicator WHERE NOT retired \
         AND (formula <> '' OR event_measure IS NOT NULL) ORDER BY code",
    )
    .fetch_all(&mut *connection)
    .await?;
    set_clearance(connection, &own).await?;
    let told = |(code, classification, formula): (String, i16, String)| {
        let formula = formula.parse::<Formula>().ok();
        let inputs = formula.iter().flat_map(Formula::indicators).map(str::to_owned).collect();
        (code, Classification::of_rank(classification), inputs)
    };
    Ok(rows.into_iter().map(told).collect())
}

/// From here on the transaction sees what is classified up to this.
pub async fn see_up_to(connection: &mut PgConnection, level: Classification) -> Result<(), sqlx::Error> {
    set_clearance(connection, &level.rank().to_string()).await
}

async fn set_clearance(connection: &mut PgConnection, clearance: &str) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config('app.clearance', $1, true)").bind(clearance).execute(connection).await.map(drop)
}

/// An area as context tells of it.
#[derive(Debug)]
pub struct AreaCopy {
    pub id: Uuid,
    pub code: String,
    pub name_en: String,
    pub name_fr: String,
    pub level: i32,
    pub parent_code: String,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    /// GeoJSON; empty: what is stored stays.
    pub geometry: String,
    pub version: i64,
    pub aliases: Vec<String>,
    pub former: Vec<Former>,
}

/// A split or merge as context tells of it.
#[derive(Debug)]
pub struct ChangeCopy {
    pub id: Uuid,
    pub date: NaiveDate,
    pub predecessors: Vec<String>,
    pub successors: Vec<Successor>,
    pub undone: bool,
    pub version: i64,
}

/// Stores a split or merge unless a newer version is stored.
pub async fn upsert_change(
    connection: &mut PgConnection,
    mission: Uuid,
    change: &ChangeCopy,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO area_change AS own (mission_id, id, date, predecessors, successors, undone, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (mission_id, id) DO UPDATE SET undone = excluded.undone, \
         version = excluded.version WHERE own.version < excluded.version",
    )
    .bind(mission)
    .bind(change.id)
    .bind(change.date)
    .bind(&change.predecessors)
    .bind(Json(&change.successors))
    .bind(change.undone)
    .bind(change.version)
    .execute(connection)
    .await
    .map(drop)
}

/// Whether an area of this code has to do with a split or merge, also one that was taken back.
pub async fn has_to_do_with_a_change(connection: &mut PgConnection, code: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM area_change WHERE $1 = ANY(predecessors) \
         OR EXISTS (SELECT FROM jsonb_array_elements(successors) AS part WHERE part ->> 'code' = $1))",
    )
    .bind(code)
    .fetch_one(connection)
    .await
}

/// Forgets an area that never was.
pub async fn forget_area(connection: &mut PgConnection, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM area WHERE id = $1").bind(id).execute(connection).await.map(drop)
}

/// Stores an area unless a newer version is stored.
pub async fn upsert_area(connection: &mut PgConnection, mission: Uuid, area: &AreaCopy) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO area AS own (mission_id, id, code, name_en, name_fr, level, parent_code, valid_from, valid_to, \
         geometry, version, aliases, former_parents) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         ON CONFLICT (mission_id, id) DO UPDATE SET code = excluded.code, name_en = excluded.name_en, \
         name_fr = excluded.name_fr, level = excluded.level, parent_code = excluded.parent_code, \
         valid_from = excluded.valid_from, valid_to = excluded.valid_to, \
         geometry = CASE WHEN excluded.geometry = '' THEN own.geometry ELSE excluded.geometry END, \
         aliases = excluded.aliases, former_parents = excluded.former_parents, \
         version = excluded.version WHERE own.version < excluded.version",
    )
    .bind(mission)
    .bind(area.id)
    .bind(&area.code)
    .bind(&area.name_en)
    .bind(&area.name_fr)
    .bind(area.level)
    .bind(&area.parent_code)
    .bind(area.valid_from)
    .bind(area.valid_to)
    .bind(&area.geometry)
    .bind(area.version)
    .bind(&area.aliases)
    .bind(Json(&area.former))
    .execute(connection)
    .await
    .map(drop)
}

/// Stores what the gateway tells of a mission unless a newer version is stored.
pub async fn upsert_mission(
    connection: &mut PgConnection,
    mission: Uuid,
    code: &str,
    state: &str,
    fiscal_year_start_month: i32,
    version: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO mission AS own (mission_id, code, state, fiscal_year_start_month, version) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (mission_id) DO UPDATE SET code = excluded.code, \
         state = excluded.state, fiscal_year_start_month = excluded.fiscal_year_start_month, \
         version = excluded.version WHERE own.version < excluded.version",
    )
    .bind(mission)
    .bind(code)
    .bind(state)
    .bind(fiscal_year_start_month)
    .bind(version)
    .execute(connection)
    .await
    .map(drop)
}

/// Month in which the mission's fiscal year starts as the gateway told it, `None` before it did.
pub async fn fiscal_year_start_month(connection: &mut PgConnection) -> Result<Option<u32>, sqlx::Error> {
    let month: Option<i32> =
        sqlx::query_scalar("SELECT fiscal_year_start_month FROM mission").fetch_optional(connection).await?;
    Ok(month.and_then(|month| u32::try_from(month).ok()).filter(|month| (1..=12).contains(month)))
}

/// The tree of areas.
pub async fn areas(connection: &mut PgConnection) -> Result<Vec<Area>, sqlx::Error> {
    type Row = (String, String, Option<NaiveDate>, Option<NaiveDate>, Json<Vec<Former>>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT code, parent_code, valid_from, valid_to, former_parents FROM area ORDER BY code, valid_from NULLS FIRST",
    )
    .fetch_all(&mut *connection)
    .await?;
    let changes: Vec<(NaiveDate, Vec<String>, Json<Vec<Successor>>)> =
        sqlx::query_as("SELECT date, predecessors, successors FROM area_change WHERE NOT undone ORDER BY id")
            .fetch_all(connection)
            .await?;
    let became = |code: &String, last: Option<NaiveDate>| {
        // A code that comes twice: what ended with the day before.
        let of = |(date, before, _): &&(NaiveDate, Vec<String>, Json<Vec<Successor>>)| {
            before.contains(code) && last.is_some_and(|last| last.succ_opt() == Some(*date))
        };
        changes.iter().find(of).map(|(date, _, after)| Became { date: *date, successors: after.0.clone() })
    };
    let area = |(code, parent, valid_from, valid_to, former): Row| {
        let became = became(&code, valid_to);
        Area { code, parent, valid_from, valid_to, former: former.0, became }
    };
    Ok(rows.into_iter().map(area).collect())
}

/// Codes and names of the areas: in English, in French, and the others.
pub async fn area_names(connection: &mut PgConnection) -> Result<Vec<AreaName>, sqlx::Error> {
    let rows: Vec<(String, String, String, Vec<String>)> =
        sqlx::query_as("SELECT code, name_en, name_fr, aliases FROM area ORDER BY code").fetch_all(connection).await?;
    let name = |(code, en, fr, aliases): (String, String, String, Vec<String>)| {
        let names = [en, fr].into_iter().chain(aliases).collect();
        AreaName { code, names }
    };
    Ok(rows.into_iter().map(name).collect())
}

/// Codes of the areas that have a boundary.
pub async fn bounded_areas(connection: &mut PgConnection) -> Result<HashSet<String>, sqlx::Error> {
    let codes: Vec<String> =
        sqlx::query_scalar("SELECT code FROM area WHERE geometry <> ''").fetch_all(connection).await?;
    Ok(codes.into_iter().collect())
}

/// The areas with their geometries, for point in polygon.
pub async fn places(connection: &mut PgConnection) -> Result<Places, sqlx::Error> {
    type Row = (String, i32, String, Option<NaiveDate>, Option<NaiveDate>);
    let rows: Vec<Row> =
        sqlx::query_as("SELECT code, level, geometry, valid_from, valid_to FROM area WHERE geometry <> ''")
            .fetch_all(connection)
            .await?;
    let mut places = Places::default();
    for (code, level, geometry, from, to) in rows {
        if !places.add(&code, level.try_into().unwrap_or_default(), &geometry, (from, to)) {
            tracing::warn!(area = code, "the geometry of an area cannot be read; no event will lie in it");
        }
    }
    Ok(places)
}
