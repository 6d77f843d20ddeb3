//! What the context publishes, and what it hears: plans, for what takes its strategies up; and which areas data,
//! events, plans and targets speak of. Every record travels whole, so that others can keep a copy and apply only what
//! is newer than they have.

use chassis::{Alarms, Clock, Fact, Failure, Inbound, Inbox, Tx};
use chrono::NaiveDate;
use cpas_proto::{collection::v1 as collection, context::v1 as pb, planning::v1 as planning, words::Classification};
use uuid::Uuid;

use crate::{
    api,
    app::{take_in, tell_overdue_map},
    domain::{
        area::{Area, lineage::Change},
        context_map::ContextMap,
        evidence::Evidence,
        family::Family,
        ids::StakeholderId,
        mapping::{Mapping, Schedule},
        relation::Relation,
        stakeholder::Stakeholder,
        standing::{Assessment, Shift},
        strategy::Strategy,
    },
    error::Error,
};

/// Largest event, in bytes: NATS takes 1 MiB with its headers. Of all records only a context map can
/// grow that large; the limits of the others keep them below half of it.
const EVENT_BYTES_MAX: usize = 768 * 1024;

/// What the context hears.
pub const HEARS: &[&str] =
    &["cpas.planning.plan.recorded.*", "cpas.planning.target.set.*", "cpas.collection.observations.changed.*"];

/// `area.recorded`, with the simplified geometry.
pub fn area_recorded(area: &Area) -> Fact {
    let message = pb::AreaRecorded { area: Some(area.into()) };
    Fact::new("area", "recorded", area.id, Classification::Unclassified, &message)
}

/// `area.recorded` of an area that never was.
pub fn area_withdrawn(area: &Area) -> Fact {
    let told = pb::Area { withdrawn: true, version: area.version + 1, geometry: String::new(), ..area.into() };
    Fact::new("area", "recorded", area.id, Classification::Unclassified, &pb::AreaRecorded { area: Some(told) })
}

/// `area_change.recorded`: a split or merge, or that it was taken back.
pub fn area_change_recorded(change: &Change) -> Fact {
    let message = pb::AreaChangeRecorded { change: Some(change.into()) };
    Fact::new("area_change", "recorded", change.id, Classification::Unclassified, &message)
}

/// `context_map.recorded`, on every change of content or state.
///
/// # Errors
/// The map has grown past [`EVENT_BYTES_MAX`].
pub fn context_map_recorded(map: &ContextMap) -> Result<Fact, Error> {
    let message = pb::ContextMapRecorded { context_map: Some(map.into()) };
    let fact = Fact::new("context_map", "recorded", map.id, map.classification, &message);
    if fact.payload.len() > EVENT_BYTES_MAX {
        return Err(Error::TooMany(format!(
            "This context map would have {} bytes; at most {EVENT_BYTES_MAX} are kept. Shorten its narratives, or draft a second map. \
             Nothing was changed.",
            fact.payload.len()
        )));
    }
    Ok(fact)
}

/// `mapping_schedule.recorded`: the mission set how often it maps.
pub fn mapping_schedule_recorded(mission: Uuid, schedule: &Schedule) -> Fact {
    let message = pb::MappingScheduleRecorded { mapping_schedule: Some(api::schedule(schedule)) };
    Fact::new("mapping_schedule", "recorded", mission, Classification::Unclassified, &message)
}

/// `context_map.overdue`: an alert, as secret as the map that is published, whose date it tells.
pub fn context_map_overdue(mission: Uuid, mapping: &Mapping, classification: Classification) -> Fact {
    let latest = mapping.latest.map(|latest| latest.map.to_string()).unwrap_or_default();
    let message = pb::ContextMapOverdue {
        due: mapping.due().map(|due| due.to_string()).unwrap_or_default(),
        interval_months: mapping.interval().months().into(),
        latest_id: latest.clone(),
    };
    let record = if latest.is_empty() { mission.to_string() } else { latest };
    Fact::new("context_map", "overdue", record, classification, &message)
}

/// `evidence.recorded`.
pub fn evidence_recorded(evidence: &Evidence) -> Fact {
    let message = pb::EvidenceRecorded { evidence: Some(evidence.into()) };
    Fact::new("evidence", "recorded", evidence.id, evidence.classification, &message)
}

/// `stakeholder.recorded`, on registration and revision.
pub fn stakeholder_recorded(stakeholder: &Stakeholder) -> Fact {
    let message = pb::StakeholderRecorded { stakeholder: Some(stakeholder.into()) };
    Fact::new("stakeholder", "recorded", stakeholder.id, stakeholder.classification, &message)
}

/// `stakeholder.merged`: two records are one stakeholder; as secret as they are together.
pub fn stakeholders_merged(kept: Named<'_>, gone: Named<'_>, family: &Family) -> Fact {
    let (kept_id, kept_name, gone_id, gone_name) = said(kept, gone);
    let message = pb::StakeholdersMerged { kept_id, kept_name, gone_id, gone_name };
    Fact::new("stakeholder", "merged", kept.0, secrecy(family), &message)
}

/// `stakeholder.parted`: they are two again; as secret as they were together.
pub fn stakeholders_parted(kept: Named<'_>, gone: Named<'_>, family: &Family) -> Fact {
    let (kept_id, kept_name, gone_id, gone_name) = said(kept, gone);
    let message = pb::StakeholdersParted { kept_id, kept_name, gone_id, gone_name };
    Fact::new("stakeholder", "parted", kept.0, secrecy(family), &message)
}

/// A stakeholder and its name.
type Named<'a> = (StakeholderId, &'a str);

fn said(kept: Named<'_>, gone: Named<'_>) -> (String, String, String, String) {
    (kept.0.to_string(), kept.1.to_owned(), gone.0.to_string(), gone.1.to_owned())
}

fn secrecy(family: &Family) -> Classification {
    family.head().map_or(Classification::StrictlyConfidential, |head| head.classification)
}

/// `stakeholder.assessed`: as secret as the stakeholder.
pub fn stakeholder_assessed(stakeholder: &Stakeholder, assessment: &Assessment) -> Fact {
    let message = pb::StakeholderAssessed {
        assessment: Some(assessment.into()),
        classification: stakeholder.classification.to_string(),
    };
    Fact::new("stakeholder", "assessed", stakeholder.id, stakeholder.classification, &message)
}

/// `stakeholder.shifted`: an alert.
pub fn stakeholder_shifted(stakeholder: &Stakeholder, as_of: NaiveDate, shift: Shift) -> Fact {
    let message = pb::StakeholderShifted {
        stakeholder_id: stakeholder.id.to_string(),
        stance_before: shift.before.number().into(),
        stance_after: shift.after.number().into(),
        as_of: as_of.to_string(),
    };
    Fact::new("stakeholder", "shifted", stakeholder.id, stakeholder.classification, &message)
}

/// `stakeholder_relation.recorded`, when one is added, corrected or ended: as secret as its more secret end.
pub fn stakeholder_relation_recorded(relation: &Relation) -> Fact {
    let message = pb::StakeholderRelationRecorded { relation: Some(relation.into()) };
    Fact::new("stakeholder_relation", "recorded", relation.id, relation.classification, &message)
}

/// `influence_strategy.recorded`, when one is recorded, revised or withdrawn.
pub fn influence_strategy_recorded(strategy: &Strategy) -> Fact {
    let message = pb::InfluenceStrategyRecorded { strategy: Some(strategy.into()) };
    Fact::new("influence_strategy", "recorded", strategy.id, strategy.classification, &message)
}

/// The consumer of what planning tells.
pub fn inbox() -> Inbox {
    Inbox::new("context", HEARS, |tx, event| Box::pin(async move { Ok(hear(tx, event).await?) }))
}

/// What the clock asks of the context.
pub fn alarms(clock: Clock) -> Alarms {
    Alarms::new(move |tx, name| {
        let clock = clock.clone();
        Box::pin(async move {
            match name {
                tell_overdue_map::ALARM => Ok(tell_overdue_map::tell_overdue_map(tx, &clock).await?),
                other => Err(Failure::internal(format!("nobody knows the alarm \"{other}\""))),
            }
        })
    })
}

async fn hear(tx: &mut Tx, event: &Inbound) -> Result<(), Error> {
    match event.kind.as_str() {
        "cpas.planning.v1.PlanRecorded" => {
            let told = event.decode::<planning::PlanRecorded>()?.plan;
            let without = || Failure::internal(format!("the event {} names no plan", event.id));
            take_in::plan(tx, told.ok_or_else(without)?).await
        }
        "cpas.planning.v1.TargetSet" => {
            let area = event.decode::<planning::TargetSet>()?.target.map(|target| target.area).unwrap_or_default();
            if area.is_empty() { Ok(()) } else { take_in::areas(tx, &[area]).await }
        }
        "cpas.collection.v1.ObservationsChanged" => {
            let told = event.decode::<collection::ObservationsChanged>()?;
            // What is only defined anew touches no row, and names no area. What is counted from events lies where
            // their points do: collection places those anew when areas change, also back.
            let speaks = told.rows > 0 && told.change != "recomputed";
            if speaks { take_in::areas(tx, &told.areas).await } else { Ok(()) }
        }
        // A newer neighbour may say more under the same subject.
        _ => Ok(()),
    }
}
