//! Assumptions and risks, and what their tripwires said last.
//!
//! They are written whatever the writer's clearance is: the next version of a plan takes over also what
//! its drafter may not see, and data may be more classified than who sets a tripwire on them.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{read, recorded, set_clearance, with_full_clearance};
use crate::{
    domain::{
        ids::{IndicatorId, ItemId, LineageId, PlanId, RiskId},
        lifecycle::PlanState,
        risk::{Place, Risk, RiskContent, Weight},
        text::Text,
        tripwire::{Reading, Tripwire},
    },
    error::Error,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    plan_id: Uuid,
    lineage_id: Uuid,
    kind: String,
    item_id: Uuid,
    outcome_id: Option<Uuid>,
    statement_en: String,
    statement_fr: String,
    likelihood: Option<i16>,
    impact: Option<i16>,
    owner_section: String,
    response_en: String,
    response_fr: String,
    status: String,
    status_note: Option<String>,
    tripwire_indicator_id: Option<Uuid>,
    tripwire_area: String,
    tripwire_comparison: Option<String>,
    tripwire_threshold: Option<f64>,
    tripwire_periods: Option<i16>,
    version: i64,
    classification: i16,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
    plan_state: String,
    indicator_code: Option<String>,
    reading_state: Option<String>,
    reading_why: Option<String>,
    reading_period: Option<String>,
    reading_value: Option<f64>,
    read_at: Option<DateTime<Utc>>,
    reading_classification: Option<i16>,
}

/// An assumption or risk with what is around it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptRisk {
    pub risk: Risk,
    pub plan_state: PlanState,
    /// Of the indicator that it watches.
    pub indicator_code: Option<String>,
    /// Of the data that its reading rests on.
    pub data: Classification,
}

impl TryFrom<Row> for KeptRisk {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let plan_state = read(row.plan_state.parse())?;
        let indicator_code = row.indicator_code.clone();
        let data = Classification::of_rank(row.reading_classification.unwrap_or_default());
        let (tripwire, reading) = (tripwire(&row)?, reading(&row)?);
        let weight = |stored: Option<i16>| -> Result<Option<Weight>, Error> {
            read(Weight::parse("weight", read(u32::try_from(stored.unwrap_or(0)))?))
        };
        let content = RiskContent {
            kind: read(row.kind.parse())?,
            place: match row.outcome_id {
                None => Place::Item(ItemId(row.item_id)),
                Some(outcome) => Place::Link { output: ItemId(row.item_id), outcome: ItemId(outcome) },
            },
            statement: Text::of(row.statement_en, row.statement_fr),
            likelihood: weight(row.likelihood)?,
            impact: weight(row.impact)?,
            owner_section: row.owner_section,
            response: Text::of(row.response_en, row.response_fr),
            tripwire,
        };
        let risk = Risk {
            id: RiskId(row.id),
            lineage: LineageId(row.lineage_id),
            plan: PlanId(row.plan_id),
            content,
            status: read(row.status.parse())?,
            status_note: row.status_note,
            reading,
            classification: Classification::of_rank(row.classification),
            version: row.version,
            recorded: recorded(row.recorded_by, row.recorded_by_name, row.recorded_at),
        };
        Ok(Self { risk, plan_state, indicator_code, data })
    }
}

fn tripwire(row: &Row) -> Result<Option<Tripwire>, Error> {
    let parts = (row.tripwire_indicator_id, &row.tripwire_comparison, row.tripwire_threshold, row.tripwire_periods);
    let (Some(indicator), Some(comparison), Some(threshold), Some(periods)) = parts else { return Ok(None) };
    Ok(Some(Tripwire {
        indicator: IndicatorId(indicator),
        area: (!row.tripwire_area.is_empty()).then(|| row.tripwire_area.clone()),
        comparison: read(comparison.parse())?,
        threshold,
        periods: read(u8::try_from(periods))?,
    }))
}

fn reading(row: &Row) -> Result<Option<Reading>, Error> {
    let (Some(state), Some(at)) = (&row.reading_state, row.read_at) else { return Ok(None) };
    let newest = match (&row.reading_period, row.reading_value) {
        (Some(period), Some(value)) => Some((read(period.parse())?, value)),
        _ => None,
    };
    let why = row.reading_why.as_ref().map(|why| read(why.parse())).transpose()?;
    Ok(Some(Reading { state: read(state.parse())?, why, newest, at }))
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT risk.*, plan.state AS plan_state, indicator.code AS indicator_code, \
             reading.state AS reading_state, reading.why AS reading_why, reading.period AS reading_period, \
             reading.value AS reading_value, reading.read_at, \
             reading.classification AS reading_classification FROM risks risk \
             JOIN plans plan ON plan.mission_id = risk.mission_id AND plan.id = risk.plan_id \
             LEFT JOIN indicators indicator \
                  ON indicator.mission_id = risk.mission_id AND indicator.id = risk.tripwire_indicator_id \
             LEFT JOIN tripwire_readings reading ON reading.mission_id = risk.mission_id AND reading.risk_id = risk.id ",
            $rest
        )
    };
}

/// Those of a plan, of those that the caller may see, the oldest first.
pub async fn of_plan(connection: &mut PgConnection, mission: Uuid, plan: PlanId) -> Result<Vec<KeptRisk>, Error> {
    let rows: Vec<Row> =
        sqlx::query_as(select!("WHERE risk.mission_id = $1 AND risk.plan_id = $2 ORDER BY risk.lineage_id"))
            .bind(mission)
            .bind(plan.0)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(KeptRisk::try_from).collect()
}

/// All those of a plan, whoever may see them.
pub async fn all_of_plan(connection: &mut PgConnection, mission: Uuid, plan: PlanId) -> Result<Vec<KeptRisk>, Error> {
    let own = with_full_clearance(connection).await?;
    let found = of_plan(&mut *connection, mission, plan).await?;
    set_clearance(connection, &own).await?;
    Ok(found)
}

/// One that is about to be changed, if the caller may see it.
pub async fn find_to_change(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    id: RiskId,
) -> Result<Option<KeptRisk>, Error> {
    let row: Option<Row> =
        sqlx::query_as(select!("WHERE risk.mission_id = $1 AND risk.plan_id = $2 AND risk.id = $3 FOR UPDATE OF risk"))
            .bind(mission)
            .bind(plan.0)
            .bind(id.0)
            .fetch_optional(connection)
            .await?;
    row.map(KeptRisk::try_from).transpose()
}

/// Those whose tripwires watch these indicators, in plans that are not over; nobody else changes them
/// until this transaction ends. No code: those that watch any.
pub async fn watching(connection: &mut PgConnection, mission: Uuid, codes: &[String]) -> Result<Vec<KeptRisk>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE risk.mission_id = $1 AND risk.tripwire_indicator_id IS NOT NULL \
         AND plan.state NOT IN ('superseded', 'archived') AND ($2 = '{}'::text[] OR indicator.code = ANY($2)) \
         ORDER BY risk.id FOR UPDATE OF risk"
    ))
    .bind(mission)
    .bind(codes)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(KeptRisk::try_from).collect()
}

/// Stores one as it now is, without its reading.
pub async fn save(connection: &mut PgConnection, mission: Uuid, risk: &Risk) -> Result<(), Error> {
    let content = &risk.content;
    let tripwire = content.tripwire.as_ref();
    let (item, outcome) = match content.place {
        Place::Item(item) => (item.0, None),
        Place::Link { output, outcome } => (output.0, Some(outcome.0)),
    };
    let weight = |weight: Option<Weight>| weight.map(|weight| i16::from(weight.get()));
    let own = with_full_clearance(connection).await?;
    sqlx::query(
        "INSERT INTO risks (mission_id, plan_id, id, lineage_id, kind, item_id, outcome_id, statement_en, statement_fr, \
         likelihood, impact, owner_section, response_en, response_fr, status, status_note, tripwire_indicator_id, \
         tripwire_area, tripwire_comparison, tripwire_threshold, tripwire_periods, version, classification, recorded_at, \
         recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
         $23, $24, $25, $26) \
         ON CONFLICT (mission_id, id) DO UPDATE SET item_id = excluded.item_id, outcome_id = excluded.outcome_id, \
         statement_en = excluded.statement_en, statement_fr = excluded.statement_fr, likelihood = excluded.likelihood, \
         impact = excluded.impact, owner_section = excluded.owner_section, response_en = excluded.response_en, \
         response_fr = excluded.response_fr, status = excluded.status, status_note = excluded.status_note, \
         tripwire_indicator_id = excluded.tripwire_indicator_id, tripwire_area = excluded.tripwire_area, \
         tripwire_comparison = excluded.tripwire_comparison, tripwire_threshold = excluded.tripwire_threshold, \
         tripwire_periods = excluded.tripwire_periods, version = excluded.version, \
         classification = excluded.classification, recorded_at = excluded.recorded_at, \
         recorded_by = excluded.recorded_by, recorded_by_name = excluded.recorded_by_name",
    )
    .bind(mission)
    .bind(risk.plan.0)
    .bind(risk.id.0)
    .bind(risk.lineage.0)
    .bind(content.kind.word())
    .bind(item)
    .bind(outcome)
    .bind(&content.statement.en)
    .bind(&content.statement.fr)
    .bind(weight(content.likelihood))
    .bind(weight(content.impact))
    .bind(&content.owner_section)
    .bind(&content.response.en)
    .bind(&content.response.fr)
    .bind(risk.status.word())
    .bind(&risk.status_note)
    .bind(tripwire.map(|tripwire| tripwire.indicator.0))
    .bind(tripwire.and_then(|tripwire| tripwire.area.as_deref()).unwrap_or_default())
    .bind(tripwire.map(|tripwire| tripwire.comparison.word()))
    .bind(tripwire.map(|tripwire| tripwire.threshold))
    .bind(tripwire.map(|tripwire| i16::from(tripwire.periods)))
    .bind(risk.version)
    .bind(risk.classification.rank())
    .bind(risk.recorded.at)
    .bind(risk.recorded.by.account)
    .bind(&risk.recorded.by.name)
    .execute(&mut *connection)
    .await?;
    set_clearance(connection, &own).await
}

/// Deletes one, with its reading.
pub async fn remove(connection: &mut PgConnection, mission: Uuid, id: RiskId) -> Result<(), Error> {
    let own = with_full_clearance(connection).await?;
    sqlx::query("DELETE FROM risks WHERE mission_id = $1 AND id = $2")
        .bind(mission)
        .bind(id.0)
        .execute(&mut *connection)
        .await?;
    set_clearance(connection, &own).await
}

/// Keeps what a tripwire said, of data that are so classified; `None` forgets what it said before.
pub async fn keep_reading(
    connection: &mut PgConnection,
    mission: Uuid,
    id: RiskId,
    reading: Option<(Reading, Classification)>,
) -> Result<(), Error> {
    let own = with_full_clearance(connection).await?;
    match reading {
        None => {
            sqlx::query("DELETE FROM tripwire_readings WHERE mission_id = $1 AND risk_id = $2")
                .bind(mission)
                .bind(id.0)
                .execute(&mut *connection)
                .await?;
        }
        Some((reading, classification)) => {
            sqlx::query(
                "INSERT INTO tripwire_readings (mission_id, risk_id, state, why, period, value, read_at, classification) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (mission_id, risk_id) DO UPDATE SET \
                 state = excluded.state, why = excluded.why, period = excluded.period, value = excluded.value, \
                 read_at = excluded.read_at, classification = excluded.classification",
            )
            .bind(mission)
            .bind(id.0)
            .bind(reading.state.word())
            .bind(reading.why.map(|why| why.word()))
            .bind(reading.newest.map(|(period, _)| period.to_string()))
            .bind(reading.newest.map(|(_, value)| value))
            .bind(reading.at)
            .bind(classification.rank())
            .execute(&mut *connection)
            .await?;
        }
    }
    set_clearance(connection, &own).await
}
