//! The mission's cycle: how often it assesses, who signs, and what falls into a year.

use chassis::Caller;
use cpas_proto::{assessment::v1 as pb, words::Classification};
use uuid::Uuid;

use super::{Seen, tell_who_signs};
use crate::{
    Deps,
    domain::{
        assessment::{Assessment, State},
        cycle::{Cycle, Rhythm, Slot, year_of},
        sign_off::Rule,
    },
    error::Error,
    events, store,
};

/// Years ahead that the event tells of; who hears it needs no calendar of its own.
const YEARS_TOLD: i32 = 10;

/// The cycle, with what it puts into a year and the assessment that is there for it.
pub struct CycleSeen {
    pub cycle: Cycle,
    pub slots: Vec<(Slot, Option<Assessment>)>,
}

/// What falls into a year; `None`: this one.
pub async fn get_cycle(deps: &Deps, caller: &Caller, year: Option<i32>) -> Result<CycleSeen, Error> {
    let mission = caller.mission()?.clone();
    let mut tx = deps.db.begin(caller).await?;
    let cycle = store::cycles::of_mission(&mut tx, mission.id).await?;
    let all = store::assessments::all(&mut tx, mission.id).await?;
    let year = year.unwrap_or_else(|| year_of(deps.clock.now()));
    let slots = cycle.slots(year, 1, mission.fiscal_year_start_month).into_iter().map(|slot| {
        let is_it = |one: &&Assessment| {
            one.period == slot.period && cycle.rhythm.as_ref().is_some_and(|rhythm| rhythm.kind == one.kind)
        };
        (slot, all.iter().find(is_it).cloned())
    });
    Ok(CycleSeen { slots: slots.collect(), cycle })
}

/// A cycle to be set.
#[derive(Debug, Clone)]
pub struct SetCycle {
    pub rhythm: Option<Rhythm>,
    pub coordinator: Option<Uuid>,
    pub sign_off: Rule,
    /// 0: nothing was set yet.
    pub version: i64,
}

/// Sets it; who has to sign what is before leadership follows at once, whatever of it the setter may see: that is told with
/// full clearance, each fact as restricted as the plan that it hangs on.
pub async fn set_cycle(deps: &Deps, caller: &Caller, set: SetCycle) -> Result<CycleSeen, Error> {
    let mission = caller.mission()?.clone();
    let cleared = Caller { clearance: Classification::StrictlyConfidential, ..caller.clone() };
    let mut tx = deps.db.begin(&cleared).await?;
    if tx.replay::<()>().await?.is_some() {
        drop(tx);
        return get_cycle(deps, caller, None).await;
    }
    let now = deps.clock.now();
    let before = store::cycles::of_mission(&mut tx, mission.id).await?;
    let seen = Seen { id: mission.id, version: set.version };
    seen.check(before.version, || pb::AssessmentCycle::from(&before))?;
    let cycle = Cycle {
        rhythm_since: Some(before.since(set.rhythm.as_ref(), now)),
        rhythm: set.rhythm,
        coordinator: set.coordinator,
        sign_off: set.sign_off,
        version: before.version + 1,
        recorded_at: now,
        recorded_by: caller.account,
    };
    if !store::cycles::save(&mut tx, mission.id, &cycle).await? {
        let current = store::cycles::of_mission(&mut tx, mission.id).await?;
        seen.check(current.version, || pb::AssessmentCycle::from(&current))?;
    }
    let slots = cycle.slots(year_of(now), YEARS_TOLD, mission.fiscal_year_start_month);
    tx.publish(events::cycle_recorded(mission.id, &cycle, &slots)).await?;
    for one in store::assessments::all(&mut tx, mission.id).await? {
        if one.state == State::LeadershipReview {
            tell_who_signs(&mut tx, one.id).await?;
        }
    }
    tx.finish(()).await?;
    get_cycle(deps, caller, None).await
}
