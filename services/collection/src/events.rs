//! What collection publishes, and what it hears.

use chassis::{Failure, Inbound, Inbox, Tx, outbox::Fact};
use chrono::NaiveDate;
use cpas_proto::{
    collection::v1 as pb, context::v1::AreaRecorded, gateway::v1::MissionRecorded, planning::v1::IndicatorRecorded,
    words::Classification,
};
use futures::FutureExt as _;
use prost::Name as _;
use uuid::Uuid;

use crate::{
    domain::definition::{Definition, Dimension},
    store::{copies, moves::Touched},
};

/// Areas and periods that an event names; beyond it names none, which means "many".
const NAMED_MAX: usize = 500;
/// Longest name of a record that is put together from codes, in bytes.
const RECORD_BYTES_MAX: usize = 400;

/// That observations were entered, corrected, imported, moved or reversed: one event for all of them.
pub fn observations_changed(change: &str, batch: Option<Uuid>, touched: Touched) -> Fact {
    let named = |names: Vec<String>| if names.len() > NAMED_MAX { Vec::new() } else { names };
    let classification = Classification::of_rank(touched.classification);
    let record = batch.map_or_else(|| touched.indicator_codes.join(","), |batch| batch.to_string());
    // A record's name is a header and has a bound; a block over many indicators would go beyond it.
    let record = if record.len() > RECORD_BYTES_MAX { "many".to_owned() } else { record };
    let message = pb::ObservationsChanged {
        indicator_codes: touched.indicator_codes,
        areas: named(touched.areas),
        periods: named(touched.periods),
        batch_id: batch.map(|batch| batch.to_string()).unwrap_or_default(),
        change: change.to_owned(),
        rows: touched.rows.try_into().unwrap_or(u32::MAX),
        classification: classification.word().to_owned(),
    };
    Fact::new("observations", "changed", record, classification, &message)
}

/// That a batch was previewed, committed or reversed.
pub fn import_recorded(batch: pb::ImportBatch, classification: Classification) -> Fact {
    let id = batch.id.clone();
    Fact::new("import", "recorded", id, classification, &pb::ImportRecorded { batch: Some(batch) })
}

/// That geocoded events were upserted.
pub fn events_changed(areas: Vec<String>, rows: u32) -> Fact {
    let areas = if areas.len() > NAMED_MAX { Vec::new() } else { areas };
    Fact::new("events", "changed", "events", Classification::Unclassified, &pb::EventsChanged { areas, rows })
}

/// That a period was locked.
pub fn period_locked(lock: pb::PeriodLock) -> Fact {
    let id = lock.id.clone();
    Fact::new("period", "locked", id, Classification::Unclassified, &pb::PeriodLocked { lock: Some(lock) })
}

/// That tasks were waived, or waivers taken back: one event for all of them.
pub fn tasks_changed(
    change: &str,
    indicator_codes: Vec<String>,
    tasks: u32,
    reason: &str,
    classification: Classification,
) -> Fact {
    let record = indicator_codes.join(",");
    let record = if record.len() > RECORD_BYTES_MAX { "many".to_owned() } else { record };
    let message = pb::TasksChanged { change: change.to_owned(), indicator_codes, tasks, reason: reason.to_owned() };
    Fact::new("tasks", "changed", record, classification, &message)
}

/// That a validation rule was made or changed.
pub fn rule_recorded(rule: pb::ValidationRule, classification: Classification) -> Fact {
    let id = rule.id.clone();
    Fact::new("rule", "recorded", id, classification, &pb::ValidationRuleRecorded { rule: Some(rule) })
}

/// What collection hears: indicators, areas and missions, to keep copies of its own.
pub fn heard() -> Vec<Inbox> {
    const SUBJECTS: &[&str] =
        &["cpas.planning.indicator.recorded.*", "cpas.context.area.recorded.*", "cpas.gateway.mission.recorded.*"];
    vec![Inbox::new("collection", SUBJECTS, |tx, event| keep_copy(tx, event).boxed())]
}

async fn keep_copy(tx: &mut Tx, event: &Inbound) -> Result<(), Failure> {
    let mission = tx.mission();
    if event.kind == IndicatorRecorded::full_name() {
        let message: IndicatorRecorded = event.decode()?;
        let Some(indicator) = message.indicator else { return Ok(()) };
        let version = indicator.version;
        copies::upsert_indicator(tx, mission, &definition(indicator)?, version).await?;
    } else if event.kind == AreaRecorded::full_name() {
        let message: AreaRecorded = event.decode()?;
        let Some(area) = message.area else { return Ok(()) };
        copies::upsert_area(tx, mission, &area_copy(area)?).await?;
    } else if event.kind == MissionRecorded::full_name() {
        let message: MissionRecorded = event.decode()?;
        let Some(told) = message.mission else { return Ok(()) };
        let month = told.fiscal_year_start_month.clamp(1, 12) as i32;
        copies::upsert_mission(tx, mission, &told.code, &told.state, month, told.version).await?;
    }
    Ok(())
}

fn definition(told: cpas_proto::planning::v1::Indicator) -> Result<Definition, Failure> {
    Ok(Definition {
        id: told.id.parse().map_err(Failure::internal)?,
        code: told.code,
        kind: told.kind.parse().map_err(Failure::internal)?,
        over_time: told.over_time.parse().map_err(Failure::internal)?,
        over_areas: told.over_areas.parse().map_err(Failure::internal)?,
        frequency: told.frequency.parse().map_err(Failure::internal)?,
        dimensions: told
            .disaggregations
            .into_iter()
            .map(|dimension| Dimension { name: dimension.dimension, categories: dimension.categories })
            .collect(),
        owner_section: told.owner_section,
        retired: told.state == "retired",
        definition_version: told.definition_version,
        classification: Classification::parse_or_unclassified(&told.classification).map_err(Failure::internal)?,
    })
}

fn area_copy(told: cpas_proto::context::v1::Area) -> Result<copies::AreaCopy, Failure> {
    let day = |text: &str| -> Result<Option<NaiveDate>, Failure> {
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(Failure::internal) }
    };
    let name = told.name.unwrap_or_default();
    Ok(copies::AreaCopy {
        id: told.id.parse().map_err(Failure::internal)?,
        code: told.code,
        name_en: name.en,
        name_fr: name.fr,
        level: told.level.try_into().unwrap_or(i32::MAX),
        parent_code: told.parent_code,
        valid_from: day(&told.valid_from)?,
        valid_to: day(&told.valid_to)?,
        geometry: told.geometry,
        version: told.version,
    })
}
