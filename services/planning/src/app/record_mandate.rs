//! Records a mandate, or revises the one of the same resolution; lists them.

use chassis::{Caller, new_id};
use cpas_proto::planning::v1 as pb;

use super::{json, recorded};
use crate::{
    Deps,
    domain::{
        broken::Broken,
        mandate::{GivenMandate, Mandate},
    },
    error::Error,
    events,
    store::{items, mandates},
};

/// Records a mandate. A resolution that is recorded already is revised: tasks are named by their id,
/// new ones have none, and one that is left out goes, unless an objective cites it.
///
/// # Errors
/// `Broken` for an unknown task, and for a cited task that is left out; `Stale` where the resolution is stored in another
/// version than the caller saw, also by somebody who took it for new: a list that was never seen is not replaced.
pub async fn record_mandate(
    deps: &Deps,
    caller: &Caller,
    given: GivenMandate,
    seen_version: i64,
) -> Result<pb::Mandate, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    mandates::lock(&mut tx, mission).await?;
    let known = mandates::list(&mut tx, mission).await?;
    let stored = known.iter().find(|mandate| mandate.resolution == given.resolution);
    if let Some(stored) = stored.filter(|stored| stored.version != seen_version) {
        return Err(Error::Stale { version: stored.version, current_json: json(&pb::Mandate::from(stored))? });
    }
    let recorded = recorded(caller, &deps.clock);
    let at = recorded.at;
    let mandate = Mandate::recorded(given, stored, recorded, || new_id(at))?;
    if let Some(stored) = stored {
        let left_out: Vec<_> = mandate.left_out(stored).iter().map(|task| task.id).collect();
        if let Some(cited) = items::cited(&mut tx, mission, &left_out).await? {
            let paragraph = stored.tasks.iter().find(|task| task.id == cited).map_or("", |task| &task.paragraph);
            let message = format!(
                "The task of paragraph \"{paragraph}\" is cited by an objective of a plan, so it stays. Nothing was changed; add it again."
            );
            return Err(Broken::one("tasks", message).into());
        }
    }
    mandates::save(&mut tx, mission, &mandate).await?;
    let answer = pb::Mandate::from(&mandate);
    tx.publish(events::mandate_recorded(&mandate)).await?;
    Ok(tx.finish(answer).await?)
}

/// All mandates of the mission, the newest first.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn list_mandates(deps: &Deps, caller: &Caller) -> Result<pb::ListMandatesResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let mandates = mandates::list(&mut tx, mission).await?;
    Ok(pb::ListMandatesResponse { mandates: mandates.iter().map(pb::Mandate::from).collect() })
}
