//! What the context publishes; it hears nothing. Every record travels whole, so that others can keep a
//! copy and apply only what is newer than they have.

use chassis::Fact;
use cpas_proto::{context::v1 as pb, words::Classification};

use crate::{
    domain::{
        area::Area,
        context_map::ContextMap,
        evidence::Evidence,
        stakeholder::Stakeholder,
        standing::{Assessment, Shift},
    },
    error::Error,
};

/// Largest event, in bytes: NATS takes 1 MiB with its headers. Of all records only a context map can
/// grow that large; the limits of the others keep them below half of it.
const EVENT_BYTES_MAX: usize = 768 * 1024;

/// `area.recorded`, with the simplified geometry.
pub fn area_recorded(area: &Area) -> Fact {
    let message = pb::AreaRecorded { area: Some(area.into()) };
    Fact::new("area", "recorded", area.id, Classification::Unclassified, &message)
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

/// `stakeholder.assessed`: as secret as the stakeholder.
pub fn stakeholder_assessed(stakeholder: &Stakeholder, assessment: &Assessment) -> Fact {
    let message = pb::StakeholderAssessed {
        assessment: Some(assessment.into()),
        classification: stakeholder.classification.to_string(),
    };
    Fact::new("stakeholder", "assessed", stakeholder.id, stakeholder.classification, &message)
}

/// `stakeholder.shifted`: an alert.
pub fn stakeholder_shifted(stakeholder: &Stakeholder, assessment: &Assessment, shift: Shift) -> Fact {
    let message = pb::StakeholderShifted {
        stakeholder_id: stakeholder.id.to_string(),
        stance_before: shift.before.number().into(),
        stance_after: shift.after.number().into(),
        as_of: assessment.as_of.to_string(),
    };
    Fact::new("stakeholder", "shifted", stakeholder.id, stakeholder.classification, &message)
}
