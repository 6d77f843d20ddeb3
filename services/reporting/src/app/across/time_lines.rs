//! Lines of time of several missions, one below the other, over the same months.

use std::collections::HashMap;

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;
use uuid::Uuid;

use super::{enter, said};
use crate::{
    Deps, Error,
    app::{get_time_line::MonthsAsked, time_line::Known},
    domain::time_line::Months,
    store::{across as store, reached},
};

/// What lines are asked for.
#[derive(Debug, Clone)]
pub struct TimeLinesAsked {
    /// Codes of missions, each once.
    pub missions: Vec<String>,
    pub months: MonthsAsked,
}

/// The lines of these missions, as far as the caller may see; only these are read.
pub async fn get_time_lines_across_missions(
    deps: &Deps,
    caller: &Caller,
    asked: TimeLinesAsked,
) -> Result<pb::TimeLinesAcrossMissions, Error> {
    let wanted: Vec<&str> = asked.missions.iter().map(String::as_str).collect();
    let (mut across, missions) = enter(deps, caller, said::time_lines(), &wanted).await?;
    let mut known: HashMap<Uuid, Known> = HashMap::new();
    for row in store::of_time_lines(&mut across).await? {
        known.entry(row.mission_id).or_default().take(row.record);
    }
    for part in store::whole_series(&mut across).await? {
        known.entry(part.mission_id).or_default().parts.push(part.part);
    }
    for reached in reached::all(&mut across).await? {
        known.entry(reached.mission_id).or_default().reached.push(reached);
    }
    let mut lines = Vec::new();
    for mission in &missions {
        let own = known.remove(&mission.id).unwrap_or_default();
        lines.push((mission.message(), own.drawn(mission.fiscal_start_month())?));
    }
    let newest = lines.iter().filter_map(|(_, line)| line.newest()).max();
    let months = Months::of(asked.months.first, asked.months.last, newest);
    let lines = lines.into_iter().map(|(mission, line)| line.within(mission, months));
    Ok(across.finish(pb::TimeLinesAcrossMissions { lines: lines.collect() }).await?)
}
