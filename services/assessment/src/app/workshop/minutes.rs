//! The minutes: remarks while the workshop is open, corrections after it, and the page.

use chassis::{Caller, new_id};
use cpas_proto::{assessment::v1 as pb, words::Classification, words::Language};
use uuid::Uuid;

use super::{check_room_for_more, read::get_workshop, written};
use crate::{
    Deps,
    app::{Seen, check_clearance},
    domain::{
        text::Text,
        workshop::{Correction, Entry, NotHeld, Remark, State, minutes},
    },
    error::Error,
    events, store,
};

/// A remark to be written.
#[derive(Debug, Clone)]
pub struct SetRemark {
    pub assessment_id: Uuid,
    pub outcome: Uuid,
    pub text: Text,
    /// That of the remark that the writer saw; 0: there was none.
    pub version: i64,
    pub classification: Classification,
}

/// Writes the remark on an outcome, of one classification, or another one in its place.
pub async fn set_remark(deps: &Deps, caller: &Caller, set: SetRemark) -> Result<Remark, Error> {
    let mission = caller.mission()?.id;
    check_clearance(caller, set.classification)?;
    let assessment = set.assessment_id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    // Remarks come one behind the other, so that the first of one place is written once.
    let of = store::assessments::for_adding(&mut tx, mission, assessment).await?;
    let of = of.ok_or(Error::NotFound("assessment"))?;
    let found = store::workshops::for_change(&mut tx, mission, assessment).await?;
    let workshop = found.ok_or(Error::NotFound("workshop"))?;
    workshop.held(&of)?;
    workshop.check_outcome(set.outcome)?;
    let classification = set.classification.max(workshop.classification);
    let all = store::workshops::remarks(&mut tx, mission, assessment).await?;
    let before = all.iter().find(|one| one.outcome == set.outcome && one.classification == classification);
    let version = before.map_or(0, |one| one.version);
    let seen = Seen { id: assessment, version: set.version };
    seen.check(version, || before.map(pb::WorkshopRemark::from).unwrap_or_default())?;
    let written = written(caller, deps.clock.now());
    let remark = Remark {
        assessment_id: assessment,
        outcome: set.outcome,
        text: set.text,
        version: version + 1,
        written,
        classification,
    };
    store::workshops::save_remark(&mut tx, mission, assessment, &remark).await?;
    tx.publish(events::workshop_recorded(&workshop, classification)).await?;
    Ok(tx.finish(remark).await?)
}

/// A correction to be added.
#[derive(Debug, Clone)]
pub struct Correct {
    pub assessment_id: Uuid,
    pub text: Text,
    pub classification: Classification,
}

/// Adds to closed minutes, until the assessment is finalized.
pub async fn correct_minutes(deps: &Deps, caller: &Caller, correct: Correct) -> Result<Correction, Error> {
    let mission = caller.mission()?.id;
    check_clearance(caller, correct.classification)?;
    let assessment = correct.assessment_id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let of = store::assessments::for_adding(&mut tx, mission, assessment).await?;
    of.ok_or(Error::NotFound("assessment"))?.open()?;
    let found = store::workshops::for_adding(&mut tx, mission, assessment).await?;
    let workshop = found.ok_or(Error::NotFound("workshop"))?;
    if workshop.state == State::Open {
        return Err(NotHeld::StillOpen.into());
    }
    check_room_for_more(store::workshops::entries(&mut tx, mission, assessment).await?.len())?;
    let now = deps.clock.now();
    let classification = correct.classification.max(workshop.classification);
    let correction = Correction {
        id: new_id(now),
        assessment_id: assessment,
        text: correct.text,
        written: written(caller, now),
        classification,
    };
    let entry = Entry::Correction(correction.clone());
    store::workshops::append(&mut tx, mission, assessment, correction.id, &entry, classification).await?;
    tx.publish(events::workshop_recorded(&workshop, classification)).await?;
    Ok(tx.finish(correction).await?)
}

/// The page of what the caller may see, in a language.
pub async fn render_minutes(
    deps: &Deps,
    caller: &Caller,
    assessment: Uuid,
    language: Language,
) -> Result<String, Error> {
    let seen = get_workshop(deps, caller, assessment, false).await?;
    Ok(minutes::page(&seen.record, language))
}
