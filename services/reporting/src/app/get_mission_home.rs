//! The mission's home: where it stands, what changed, what waits.

use std::collections::BTreeMap;

use chassis::Caller;
use chrono::SecondsFormat;
use cpas_proto::{common::v1::Text, reporting::v1 as pb};

use super::{home_assessing, home_objectives::Shown, home_tasks};
use crate::{
    Config, Deps, Error,
    domain::home,
    events::MERGED,
    store::{changes, model, records, series},
};

/// Changes that a home tells.
const CHANGES_MAX: i64 = 20;

/// The home, for the caller's roles and clearance. A reader sees how many areas there are and what was
/// published: plan, indicators and stakeholders are the mission's own.
pub async fn get_mission_home(deps: &Deps, config: &Config, caller: &Caller) -> Result<pb::MissionHome, Error> {
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    let only_reader = caller.is_only_reader();
    let mut tx = deps.db.begin(caller).await?;
    let generation = model::read(&mut tx).await?.generation;
    let known = changes::last(&mut tx, generation).await?;
    let told = changes::newest(&mut tx, generation, only_reader, CHANGES_MAX).await?;
    let counts = records::counts(&mut tx, generation).await?;
    let count = |kind: &str| {
        let counted = counts.iter().filter(|count| count.kind == kind && count.state != records::WITHDRAWN);
        counted.map(|count| count.count).sum::<i64>()
    };
    let mut home = pb::MissionHome {
        changes: told.into_iter().map(change).collect(),
        known_at: known.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default(),
        areas: number(count("area")),
        ..Default::default()
    };
    if only_reader {
        // When the last event came would tell that something happened.
        home.known_at = home.changes.first().map(|change| change.at.clone()).unwrap_or_default();
        return Ok(home);
    }
    let shown = Shown::of(records::of_home(&mut tx, generation).await?)?;
    let parts = series::of_mission(&mut tx, generation).await?;
    home.observations = number(series::observations(&mut tx, generation).await?);
    let merged = counts.iter().filter(|count| count.kind == "stakeholder" && count.state == MERGED);
    home.stakeholders = number(count("stakeholder") - merged.map(|count| count.count).sum::<i64>());
    let retired = counts.iter().filter(|count| count.kind == "indicator" && count.state == "retired");
    home.indicators = number(count("indicator") - retired.map(|count| count.count).sum::<i64>());
    let map_due_months = home_tasks::map_due_months(&mut tx, config, generation).await?;
    let now = deps.clock.now();
    let to_carry_out = home_tasks::to_carry_out(&mut tx, caller, generation, now).await?;
    home.tasks = home_tasks::for_caller(caller, map_due_months, &counts, to_carry_out, now);
    home.tasks.extend(home_assessing::for_caller(&mut tx, generation, caller, now).await?);
    let points: BTreeMap<&str, &[home::SeriesPoint]> =
        parts.iter().map(|part| (part.indicator_code.as_str(), part.points.as_slice())).collect();
    home.objectives = shown.objectives(&points, fiscal_start_month)?;
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
