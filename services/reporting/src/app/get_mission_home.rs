//! The mission's home: where it stands, what changed, what waits.

use chassis::Caller;
use chrono::SecondsFormat;
use cpas_proto::{common::v1::Text, reporting::v1 as pb};

use super::{
    home_assessing,
    home_objectives::{Measures, outcomes_of, plan_in_force, shown_places},
    home_tasks, kept,
};
use crate::{
    Config, Deps, Error,
    events::MERGED,
    store::{changes, records, standings},
};

/// Changes that a home tells.
const CHANGES_MAX: i64 = 20;

/// The home, for the caller's roles and clearance. A reader sees how many areas there are and what was
/// published: plan, indicators and stakeholders are the mission's own. Objectives are shown some at a time, after some that
/// were shown before.
pub async fn get_mission_home(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    skipped: u32,
) -> Result<pb::MissionHome, Error> {
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    let only_reader = caller.is_only_reader();
    let (mut tx, model) = kept::begin(deps, caller).await?;
    let generation = model.generation;
    let known = changes::last(&mut tx, generation).await?;
    let told = changes::newest(&mut tx, generation, only_reader, CHANGES_MAX).await?;
    let mut home = pb::MissionHome {
        changes: told.into_iter().map(change).collect(),
        known_at: known.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default(),
        areas: number(records::count_but(&mut tx, generation, ("area", records::WITHDRAWN)).await?),
        ..Default::default()
    };
    if only_reader {
        // When the last event came would tell that something happened.
        home.known_at = home.changes.first().map(|change| change.at.clone()).unwrap_or_default();
        return Ok(home);
    }
    home.observations = number(standings::observations(&mut tx, model).await?);
    home.stakeholders = number(records::count_but(&mut tx, generation, ("stakeholder", MERGED)).await?);
    home.indicators = number(records::count_but(&mut tx, generation, ("indicator", "retired")).await?);
    let counts = records::counts(&mut tx, generation, &home_tasks::counted()).await?;
    let map_due_months = home_tasks::map_due_months(&mut tx, config, generation).await?;
    let now = deps.clock.now();
    let to_carry_out = home_tasks::to_carry_out(&mut tx, caller, model, now).await?;
    home.tasks = home_tasks::for_caller(caller, map_due_months, &counts, to_carry_out, now);
    home.tasks.extend(home_assessing::for_caller(&mut tx, generation, caller, now).await?);
    let (plan, _) = plan_in_force(&mut tx, &deps.remembered, model).await?;
    let (count, skipped, places) = shown_places(&plan, skipped);
    (home.objectives_count, home.objectives_skipped) = (count, skipped);
    let lineages = outcomes_of(&plan, places.clone());
    let measures = Measures::read(&mut tx, model, plan, &lineages, &[]).await?;
    home.objectives = measures.shown.objectives(places, &measures.points(), fiscal_start_month)?;
    Ok(home)
}

fn change(row: changes::Row) -> pb::HomeChange {
    pb::HomeChange {
        at: row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        what: row.what,
        text: Some(Text { en: row.text_en, fr: row.text_fr }),
        path: row.path,
    }
}

fn number(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}
