//! What collection publishes, and what it hears.

use chassis::{Alarms, Clock, Failure, Inbound, Inbox, Tx, outbox::Fact};
use chrono::NaiveDate;
use cpas_proto::{
    collection::v1 as pb,
    context::v1::{AreaChange, AreaChangeRecorded, AreaRecorded},
    gateway::v1::{MemberRecorded, MissionRecorded},
    planning::v1::IndicatorRecorded,
    words::{Classification, Formula},
};
use futures::FutureExt as _;
use prost::Name as _;
use uuid::Uuid;

use crate::{
    app::{assignments, keep_quality, relocate_events::relocate_events},
    domain::{
        definition::{Definition, Dimension, EventMeasure},
        rollup::{Former, Successor},
    },
    store::{
        copies,
        events::TouchedEvents,
        moves::Touched,
        phone_forms::{Words, keep_words},
    },
};

/// Areas and periods that an event names; beyond it names none, which means "many".
const NAMED_MAX: usize = 500;
/// Longest name of a record that is put together from codes, in bytes.
const RECORD_BYTES_MAX: usize = 400;

/// Tells that observations were entered, corrected, imported, moved or reversed: one event for all of
/// them, and one for what is computed from them.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn observations_changed(
    tx: &mut Tx,
    change: &str,
    batch: Option<Uuid>,
    touched: Touched,
) -> Result<(), Failure> {
    tx.publish(fact_of_observations(change, batch, touched.clone())).await?;
    let codes = touched.indicator_codes.clone();
    computed_changed(tx, change, &codes, Vec::new(), touched).await
}

/// Tells that geocoded events were upserted, and that what is counted from them changed; of each classification to who may
/// see it.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn events_changed(tx: &mut Tx, touched: Vec<TouchedEvents>) -> Result<(), Failure> {
    for TouchedEvents { classification, areas, months, events } in touched {
        let named = if areas.len() > NAMED_MAX { Vec::new() } else { areas.clone() };
        let told = pb::EventsChanged { areas: named, rows: events.try_into().unwrap_or(u32::MAX) };
        tx.publish(Fact::new("events", "changed", "events", Classification::of_rank(classification), &told)).await?;
        let counting = copies::computed(tx).await?.into_iter().filter(|(_, _, inputs)| inputs.is_empty());
        let counting = counting.map(|(code, classification, _)| (code, classification)).collect();
        let touched = Touched { rows: events, areas, periods: months, classification, ..Touched::default() };
        computed_changed(tx, "recomputed", &[], counting, touched).await?;
    }
    Ok(())
}

fn fact_of_observations(change: &str, batch: Option<Uuid>, touched: Touched) -> Fact {
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
pub fn import_recorded(mut batch: pb::ImportBatch, classification: Classification) -> Fact {
    let id = batch.id.clone();
    // What each sheet has is told by the batch itself.
    batch.sheets.clear();
    Fact::new("import", "recorded", id, classification, &pb::ImportRecorded { batch: Some(batch) })
}

/// That a period was locked.
pub fn period_locked(lock: pb::PeriodLock) -> Fact {
    let id = lock.id.clone();
    Fact::new("period", "locked", id, Classification::Unclassified, &pb::PeriodLocked { lock: Some(lock) })
}

/// That it was unlocked.
pub fn period_unlocked(lock: pb::PeriodLock) -> Fact {
    let id = lock.id.clone();
    Fact::new("period", "unlocked", id, Classification::Unclassified, &pb::PeriodUnlocked { lock: Some(lock) })
}

/// That a cell was marked or commented, or its mark taken off; in order for all cells of an indicator.
pub fn cell_remarked(indicator: Uuid, message: pb::CellRemarked, classification: Classification) -> Fact {
    Fact::new("cell", "remarked", indicator, classification, &message)
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

/// That somebody was asked to enter indicators, or is no more: one event for all of them.
pub fn tasks_assigned(
    change: &str,
    mut indicator_codes: Vec<String>,
    assignee: Uuid,
    classification: Classification,
) -> Fact {
    let places = u32::try_from(indicator_codes.len()).unwrap_or(u32::MAX);
    indicator_codes.sort_unstable();
    indicator_codes.dedup();
    let assignee_id = assignee.to_string();
    let message = pb::TasksAssigned { change: change.to_owned(), indicator_codes, places, assignee_id };
    Fact::new("tasks", "assigned", assignee, classification, &message)
}

/// That a validation rule was made or changed.
pub fn rule_recorded(rule: pb::ValidationRule, classification: Classification) -> Fact {
    let id = rule.id.clone();
    Fact::new("rule", "recorded", id, classification, &pb::ValidationRuleRecorded { rule: Some(rule) })
}

/// That a phone sent an instance, or more of its files.
pub fn submission_recorded(submission: pb::Submission, classification: Classification) -> Fact {
    let id = submission.id.clone();
    let told = pb::Submission { answers: Vec::new(), files: Vec::new(), ..submission };
    Fact::new("submission", "recorded", id, classification, &pb::SubmissionRecorded { submission: Some(told) })
}

/// What collection hears: indicators, areas and missions, to keep copies of its own; and members who may enter less.
pub fn heard(clock: Clock) -> Vec<Inbox> {
    const SUBJECTS: &[&str] = &[
        "cpas.planning.indicator.recorded.*",
        "cpas.context.area.recorded.*",
        "cpas.context.area_change.recorded.*",
        "cpas.gateway.mission.recorded.*",
        "cpas.gateway.member.recorded.*",
    ];
    let each = Inbox::new("collection", SUBJECTS, move |tx, event| {
        let clock = clock.clone();
        async move { keep_copy(tx, &clock, event).await }.boxed()
    });
    vec![each]
}

/// What the clock asks of collection.
pub fn alarms(clock: Clock) -> Alarms {
    Alarms::new(move |tx, name| {
        let clock = clock.clone();
        async move {
            match name {
                keep_quality::ALARM => keep_quality::keep_quality(tx, &clock).await,
                other => Err(Failure::internal(format!("nobody knows the alarm \"{other}\""))),
            }
        }
        .boxed()
    })
}

async fn keep_copy(tx: &mut Tx, clock: &Clock, event: &Inbound) -> Result<(), Failure> {
    let mission = tx.mission();
    if event.kind == IndicatorRecorded::full_name() {
        let message: IndicatorRecorded = event.decode()?;
        let Some(indicator) = message.indicator else { return Ok(()) };
        let version = indicator.version;
        let words = words(&indicator)?;
        let definition = definition(indicator)?;
        let before = copies::definition(tx, &definition.id.to_string()).await?;
        copies::upsert_indicator(tx, mission, &definition, version).await?;
        keep_words(tx, &words, version).await?;
        tell_recomputed(tx, before.as_ref(), &definition).await?;
    } else if event.kind == AreaRecorded::full_name() {
        let message: AreaRecorded = event.decode()?;
        let Some(area) = message.area else { return Ok(()) };
        if area.withdrawn {
            copies::forget_area(tx, area.id.parse().map_err(Failure::internal)?).await?;
        } else {
            let area = area_copy(area)?;
            copies::upsert_area(tx, mission, &area).await?;
            // The boundary of what a split made may come long after the split, and its days after another's.
            if copies::has_to_do_with_a_change(tx, &area.code).await? {
                relocate_events(tx, clock).await?;
            }
        }
    } else if event.kind == AreaChangeRecorded::full_name() {
        let message: AreaChangeRecorded = event.decode()?;
        let Some(change) = message.change else { return Ok(()) };
        copies::upsert_change(tx, mission, &change_copy(change)?).await?;
        relocate_events(tx, clock).await?;
    } else if event.kind == MissionRecorded::full_name() {
        let message: MissionRecorded = event.decode()?;
        let Some(told) = message.mission else { return Ok(()) };
        let month = told.fiscal_year_start_month.clamp(1, 12) as i32;
        copies::upsert_mission(tx, mission, &told.code, &told.state, month, told.version).await?;
        tx.set_alarm(keep_quality::ALARM, clock.now()).await?;
    } else if event.kind == MemberRecorded::full_name() {
        let message: MemberRecorded = event.decode()?;
        let Some(member) = message.member else { return Ok(()) };
        assignments::release(tx, clock, member).await?;
    }
    Ok(())
}

/// Where a computed indicator is another one now, its series are; and those of the formulas that name it.
async fn tell_recomputed(tx: &mut Tx, before: Option<&Definition>, now: &Definition) -> Result<(), Failure> {
    let same =
        |before: &Definition| Definition { definition_version: now.definition_version, ..before.clone() } == *now;
    if before.is_some_and(same) {
        return Ok(());
    }
    let own = if now.is_computed() { vec![(now.code.clone(), now.classification)] } else { Vec::new() };
    computed_changed(tx, "redefined", std::slice::from_ref(&now.code), own, Touched::default()).await
}

/// Tells that what is computed from these indicators changed, and `also`.
async fn computed_changed(
    tx: &mut Tx,
    change: &str,
    codes: &[String],
    also: Vec<(String, Classification)>,
    touched: Touched,
) -> Result<(), Failure> {
    let computed = copies::computed(tx).await?;
    let mut changed = also;
    loop {
        let is_changed = |code: &String| codes.contains(code) || changed.iter().any(|(own, _)| own == code);
        let next = computed
            .iter()
            .filter(|(code, ..)| !changed.iter().any(|(own, _)| own == code))
            .filter(|(_, _, inputs)| inputs.iter().any(is_changed))
            .map(|(code, classification, _)| (code.clone(), *classification))
            .collect::<Vec<_>>();
        if next.is_empty() {
            break;
        }
        changed.extend(next);
    }
    // An event a classification: who may see one of them is told of that one.
    for classification in Classification::ALL {
        let own = changed.iter().filter(|(_, own)| own == classification);
        let indicator_codes: Vec<String> = own.map(|(code, _)| code.clone()).collect();
        if !indicator_codes.is_empty() {
            let classification = classification.rank().max(touched.classification);
            let touched = Touched { indicator_codes, classification, ..touched.clone() };
            tx.publish(fact_of_observations(change, None, touched)).await?;
        }
    }
    Ok(())
}

fn words(told: &cpas_proto::planning::v1::Indicator) -> Result<Words, Failure> {
    let name = told.name.clone().unwrap_or_default();
    Ok(Words {
        id: told.id.parse().map_err(Failure::internal)?,
        name_en: name.en,
        name_fr: name.fr,
        unit: told.unit.clone(),
        state: told.state.clone(),
    })
}

fn definition(told: cpas_proto::planning::v1::Indicator) -> Result<Definition, Failure> {
    let formula = (!told.formula.is_empty()).then(|| told.formula.parse::<Formula>());
    Ok(Definition {
        id: told.id.parse().map_err(Failure::internal)?,
        code: told.code,
        kind: told.kind.parse().map_err(Failure::internal)?,
        over_time: told.over_time.parse().map_err(Failure::internal)?,
        over_areas: told.over_areas.parse().map_err(Failure::internal)?,
        frequency: told.frequency.parse().map_err(Failure::internal)?,
        formula: formula.transpose().map_err(Failure::internal)?,
        events: told.event_measure.map(event_measure).transpose()?,
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

fn event_measure(told: cpas_proto::planning::v1::EventMeasure) -> Result<EventMeasure, Failure> {
    let measure = told.measure.parse().map_err(Failure::internal)?;
    Ok(EventMeasure { measure, kinds: told.kinds, sub_kinds: told.sub_kinds })
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
        aliases: told.aliases,
        former: told
            .former_parents
            .into_iter()
            .map(|one| Ok(Former { parent: one.parent_code, until: one.until.parse().map_err(Failure::internal)? }))
            .collect::<Result<_, Failure>>()?,
    })
}

fn change_copy(told: AreaChange) -> Result<copies::ChangeCopy, Failure> {
    let successors = told.successors.into_iter().map(|one| Successor { code: one.code, share: one.share });
    Ok(copies::ChangeCopy {
        id: told.id.parse().map_err(Failure::internal)?,
        date: told.date.parse().map_err(Failure::internal)?,
        predecessors: told.predecessors,
        successors: successors.collect(),
        undone: told.undone,
        version: told.version,
    })
}
