//! The line of time of one's own mission.

use chassis::Caller;
use chrono::SecondsFormat;
use cpas_proto::{gateway::v1 as gateway, reporting::v1 as pb, words::Period};

use super::time_line::Known;
use crate::{
    Deps, Error,
    domain::time_line::Months,
    store::{across, changes, model, reached, records},
};

/// Months that are asked for; open ends are what is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct MonthsAsked {
    pub first: Option<Period>,
    pub last: Option<Period>,
}

/// What happened around the mission and what it did, as far as the caller may see.
pub async fn get_time_line(deps: &Deps, caller: &Caller, asked: MonthsAsked) -> Result<pb::TimeLine, Error> {
    let mission = caller.mission()?.clone();
    let mut tx = deps.db.begin(caller).await?;
    let generation = model::read(&mut tx).await?.generation;
    let known_at = changes::last(&mut tx, generation).await?;
    let told = records::find(&mut tx, generation, "mission", &mission.id.to_string()).await?;
    let told: gateway::Mission = told.map(|row| row.message()).transpose()?.unwrap_or_default();
    let mut known = Known::default();
    // Row-level security shows the caller's own mission only.
    for row in across::of_time_lines(&mut tx).await? {
        known.take(row.record);
    }
    known.parts = across::whole_series(&mut tx).await?.into_iter().map(|part| part.part).collect();
    known.reached = reached::all(&mut tx).await?;
    let of = pb::AcrossMission {
        code: mission.code,
        name: told.name,
        state: mission.state.word().to_owned(),
        known_at: known_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default(),
    };
    let line = known.drawn(mission.fiscal_year_start_month)?;
    let months = Months::of(asked.first, asked.last, line.newest());
    Ok(line.within(of, months))
}
