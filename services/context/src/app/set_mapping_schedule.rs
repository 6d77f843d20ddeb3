use chassis::Caller;

use super::authority;
use crate::{
    Deps, api,
    app::tell_overdue_map,
    domain::mapping::{Interval, Mapping, Schedule},
    error::Error,
    events, store,
};

/// Sets how often the mission maps; `seen` is the version that the writer saw, 0 where nothing was set.
///
/// # Errors
/// A stale version.
pub async fn set_mapping_schedule(
    deps: &Deps,
    caller: &Caller,
    seen: i64,
    interval: Interval,
) -> Result<Mapping, Error> {
    authority::allowed(caller, "SetMappingSchedule")?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    store::one_at_a_time(&mut tx, mission, "set how often to map").await?;
    let (before, _) = store::mapping::get(&mut tx).await?;
    let version = before.schedule.as_ref().map_or(0, |schedule| schedule.version);
    if version != seen {
        return Err(Error::stale(version, &api::mapping_schedule(&before, deps.clock.today())));
    }
    let schedule = Schedule { interval, version: version + 1, recorded_at: deps.clock.now(), recorded_by: by };
    store::mapping::set(&mut tx, mission, &schedule).await?;
    tx.publish(events::mapping_schedule_recorded(mission, &schedule)).await?;
    tx.set_alarm(tell_overdue_map::ALARM, deps.clock.now()).await?;
    let after = Mapping { schedule: Some(schedule), ..before };
    Ok(tx.finish(after).await?)
}
