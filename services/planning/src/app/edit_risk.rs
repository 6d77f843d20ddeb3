//! Adds or revises an assumption or risk of a draft.

use chassis::{Caller, Tx, new_id};
use cpas_proto::{planning::v1 as pb, words::Classification};

use super::{
    fresh_risk,
    reach::{PLANNERS, reach_area, reach_section},
    read_tripwires, recorded,
};
use crate::{
    Deps,
    domain::{
        broken::Broken,
        ids::{LineageId, PlanId, RiskId},
        indicator::{Indicator, IndicatorState},
        risk::{RISKS_MAX, Risk, RiskContent, RiskRefused, RiskStatus, check_place, only_in_a_draft},
        tripwire::{Reading, Tripwire},
    },
    error::Error,
    events,
    store::{
        indicators::{self, Which},
        neighbours, plans,
        risks::{self, KeptRisk},
    },
};

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum RiskEdit {
    Add(RiskContent),
    Revise { id: RiskId, seen_version: i64, content: RiskContent },
}

/// The indicator that a tripwire watches, and what it says; `None` while collection is away.
type Watched = (Indicator, Option<(Reading, Classification)>);

/// The assumption or risk after one change, with what its tripwire says.
///
/// # Errors
/// `Missing`; `OutOfReach`; `Risk` when the plan is no draft or a rule breaks; `Stale` with the stored
/// one; `Broken` for a reference that is not known.
pub async fn edit_risk(deps: &Deps, caller: &Caller, plan: PlanId, edit: RiskEdit) -> Result<pb::Risk, Error> {
    let mission = caller.mission()?.clone();
    let (RiskEdit::Add(content) | RiskEdit::Revise { content, .. }) = &edit;
    reach_section(caller, PLANNERS, Some(&content.owner_section))?;
    // Before the plan is held: collection is asked.
    let watched = match &content.tripwire {
        Some(tripwire) => Some(watch(deps, caller, tripwire).await?),
        None => None,
    };
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let stored = plans::find_to_change(&mut tx, mission.id, plan).await?.ok_or(Error::Missing("plan"))?;
    only_in_a_draft(stored.head.state)?;
    check_place(content.place, &stored.framework)?;
    check_area(&mut tx, caller, content.tripwire.as_ref()).await?;
    let recorded = recorded(caller, &deps.clock);
    let classification = watched.as_ref().map_or(stored.head.classification, |(indicator, _)| {
        stored.head.classification.max(indicator.definition.classification)
    });
    let risk = match edit {
        RiskEdit::Add(content) => {
            if risks::all_of_plan(&mut tx, mission.id, plan).await?.len() >= RISKS_MAX {
                return Err(RiskRefused::Full.into());
            }
            let id = new_id(recorded.at);
            let (status, status_note, reading, version) = (RiskStatus::Open, None, None, 1);
            let (id, lineage) = (RiskId(id), LineageId(id));
            Risk { id, lineage, plan, content, status, status_note, reading, classification, version, recorded }
        }
        RiskEdit::Revise { id, seen_version, content } => {
            let before = risks::find_to_change(&mut tx, mission.id, plan, id).await?;
            let before = before.ok_or(Error::Missing("assumption or risk"))?;
            reach_section(caller, PLANNERS, Some(&before.risk.content.owner_section))?;
            fresh_risk(&before, seen_version)?;
            Risk { classification, ..before.risk.revised(content, recorded)? }
        }
    };
    risks::save(&mut tx, mission.id, &risk).await?;
    let (code, read) = match watched {
        Some((indicator, read)) => (Some(indicator.definition.code), read),
        None => (None, None),
    };
    let before =
        KeptRisk { risk, plan_state: stored.head.state, indicator_code: code, data: Classification::Unclassified };
    tx.publish(events::risk_recorded(&before)).await?;
    // What cannot be read now is read when the data change next; until then nothing is said of it.
    risks::keep_reading(&mut tx, mission.id, before.risk.id, read).await?;
    let mut kept = before.clone();
    kept.risk.reading = read.filter(|(_, data)| *data <= caller.clearance).map(|(reading, _)| reading);
    if let Some((reading, data)) = read {
        read_tripwires::tell(&mut tx, before, reading, data).await?;
    }
    Ok(tx.finish(pb::Risk::from(&kept)).await?)
}

/// A tripwire watches numbers that are still collected.
async fn watch(deps: &Deps, caller: &Caller, tripwire: &Tripwire) -> Result<Watched, Error> {
    let mission = caller.mission()?;
    let mut tx = deps.db.begin(caller).await?;
    let found = indicators::find(&mut tx, mission.id, &Which::Id(tripwire.indicator)).await?;
    drop(tx);
    let refused = |message: &str| Broken::one("risk.tripwire.indicator_id", message);
    let indicator = found.ok_or_else(|| refused("The mission has no indicator under this id."))?;
    if !indicator.definition.kind.is_numeric() {
        return Err(refused("This indicator has words, not numbers; a tripwire needs numbers.").into());
    }
    if indicator.state == IndicatorState::Retired {
        return Err(refused("This indicator is retired; nobody collects it any more. Choose another one.").into());
    }
    let code = &indicator.definition.code;
    let read = read_tripwires::read_now(&deps.collection, &deps.clock, mission, tripwire, code).await;
    Ok((indicator, read))
}

async fn check_area(tx: &mut Tx, caller: &Caller, tripwire: Option<&Tripwire>) -> Result<(), Error> {
    let Some(area) = tripwire.and_then(|tripwire| tripwire.area.as_ref()) else { return Ok(()) };
    reach_area(caller, PLANNERS, area)?;
    let mission = tx.mission();
    if neighbours::unknown_areas(tx, mission, std::slice::from_ref(area)).await?.is_empty() {
        return Ok(());
    }
    let message = format!("The mission has no area \"{area}\". If it was imported just now, try again in a moment.");
    Err(Broken::one("risk.tripwire.area", message).into())
}
