//! How the read model stands.

use chassis::Caller;
use chrono::SecondsFormat;
use cpas_proto::reporting::v1 as pb;

use crate::{
    Deps, Error, events,
    store::{changes, checksum, model},
};

/// Events and checksum over what the caller may see: a count must not tell of what is hidden.
pub async fn get_read_model_state(deps: &Deps, caller: &Caller) -> Result<pb::ReadModelState, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let generations = model::read(&mut tx).await?;
    let (events, last) = changes::extent(&mut tx, generations.generation).await?;
    let checksum = checksum::of(&mut tx, generations.generation).await?;
    tx.commit().await?;
    let records = events::records_inbox().dead_letters(&deps.db, mission).await?;
    let series = events::series_inbox(deps.collection.clone()).dead_letters(&deps.db, mission).await?;
    Ok(pb::ReadModelState {
        state: if generations.building.is_some() { "rebuilding" } else { "current" }.to_owned(),
        events: events.unsigned_abs(),
        last_event_at: last.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default(),
        checksum,
        dead_letters: u32::try_from(records + series).unwrap_or(u32::MAX),
    })
}
