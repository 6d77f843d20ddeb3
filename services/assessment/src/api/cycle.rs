//! The mission's cycle of assessments.

use chassis::Caller;
use cpas_proto::{assessment::v1 as pb, words::Component};
use tonic::{Request, Response};

use super::{Answer, account, instant};
use crate::{
    Deps,
    app::{self, CycleSeen, SetCycle},
    domain::{
        Invalid,
        cycle::{Cycle, Rhythm, Slot},
        sign_off::{AdviserSigns, Rule},
        word, word_or_nothing,
    },
    error::Error,
};

/// Years that a calendar is asked for.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

pub(super) async fn get(deps: &Deps, request: Request<pb::GetAssessmentCycleRequest>) -> Answer<pb::AssessmentCycle> {
    let (caller, request) = Caller::open(request)?;
    let found = app::get_cycle(deps, &caller, parse_year(request.year).map_err(Error::from)?).await?;
    Ok(Response::new((&found).into()))
}

pub(super) async fn set(deps: &Deps, request: Request<pb::SetAssessmentCycleRequest>) -> Answer<pb::AssessmentCycle> {
    let (caller, request) = Caller::open(request)?;
    let set = app::set_cycle(deps, &caller, parse_set(request).map_err(Error::from)?).await?;
    Ok(Response::new((&set).into()))
}

fn parse_year(year: i32) -> Result<Option<i32>, Invalid> {
    match year {
        0 => Ok(None),
        year if YEARS.contains(&year) => Ok(Some(year)),
        _ => Err(Invalid::new("year", format!("is not from {} to {}", YEARS.start(), YEARS.end()))),
    }
}

fn parse_set(request: pb::SetAssessmentCycleRequest) -> Result<SetCycle, Invalid> {
    let cycle = request.cycle.ok_or_else(|| Invalid::new("cycle", "is missing"))?;
    let rhythm = match word_or_nothing("cycle.interval", &cycle.interval)? {
        None => None,
        Some(interval) => {
            let kind = word("cycle.kind", &cycle.kind)?;
            Some(Rhythm::parse(interval, kind, cycle.months, cycle.lead_days)?)
        }
    };
    let mut components: Vec<Component> = Vec::new();
    for (place, component) in cycle.components_sign.iter().enumerate() {
        components.push(word(&format!("cycle.components_sign[{place}]"), component)?);
    }
    components.sort_unstable();
    components.dedup();
    let default = Rule::default().adviser;
    let adviser: Option<AdviserSigns> = word_or_nothing("cycle.adviser_signs", &cycle.adviser_signs)?;
    let adviser = adviser.unwrap_or(default);
    Ok(SetCycle {
        rhythm,
        coordinator: word_or_nothing("cycle.coordinator_id", &cycle.coordinator_id)?,
        sign_off: Rule { adviser, components, leadership: cycle.leadership_signs },
        version: request.version,
    })
}

impl From<&Slot> for pb::AssessmentSlot {
    fn from(slot: &Slot) -> Self {
        Self {
            period: slot.period.to_string(),
            begins_on: slot.begins_on.to_string(),
            schedule_from: slot.schedule_from.to_string(),
            ..Self::default()
        }
    }
}

impl From<&Cycle> for pb::AssessmentCycle {
    fn from(cycle: &Cycle) -> Self {
        let rhythm = cycle.rhythm.as_ref();
        let is_set = cycle.version > 0;
        Self {
            interval: rhythm.map_or("", |rhythm| rhythm.interval.word()).to_owned(),
            kind: rhythm.map_or("", |rhythm| rhythm.kind.word()).to_owned(),
            months: rhythm.map(|rhythm| rhythm.months.clone()).unwrap_or_default(),
            coordinator_id: cycle.coordinator.map(account).unwrap_or_default(),
            lead_days: rhythm.map_or(0, |rhythm| rhythm.lead_days),
            adviser_signs: cycle.sign_off.adviser.word().to_owned(),
            components_sign: cycle.sign_off.components.iter().map(ToString::to_string).collect(),
            leadership_signs: cycle.sign_off.leadership,
            version: cycle.version,
            recorded_at: if is_set { instant(cycle.recorded_at) } else { String::new() },
            recorded_by: if is_set { account(cycle.recorded_by) } else { String::new() },
            slots: Vec::new(),
        }
    }
}

impl From<&CycleSeen> for pb::AssessmentCycle {
    fn from(seen: &CycleSeen) -> Self {
        let slot = |(slot, there): &(Slot, Option<crate::domain::assessment::Assessment>)| pb::AssessmentSlot {
            assessment_id: there.as_ref().map(|one| one.id.to_string()).unwrap_or_default(),
            assessment_state: there.as_ref().map_or("", |one| one.state.word()).to_owned(),
            ..slot.into()
        };
        Self { slots: seen.slots.iter().map(slot).collect(), ..(&seen.cycle).into() }
    }
}
