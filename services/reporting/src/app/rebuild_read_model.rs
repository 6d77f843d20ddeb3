//! The read model built again from the first event, beside the one that is read.

use std::time::{Duration, Instant};

use chassis::{Caller, Code, Failure, Mission};
use cpas_proto::reporting::v1 as pb;

use super::{
    kept::{self, Touched},
    read_model_state::get_read_model_state,
    read_series, take_in,
};
use crate::{
    Deps, Error,
    store::{
        model::{self, Model},
        series,
    },
};

/// Time for the whole of it; a rebuild that began longer ago was given up by a process that died.
const REBUILD_TIME_MAX: Duration = Duration::from_secs(600);
/// Events applied in one transaction.
const EVENTS_A_TRANSACTION: usize = 500;
/// The switch waits for events that are being applied; so often it is tried.
const SWITCH_TRIES: u32 = 6;

/// Builds the caller's mission's model again and switches to it. Screens read the old one until then.
/// Work goes on when the caller hangs up.
pub async fn rebuild_read_model(deps: &Deps, caller: &Caller) -> Result<pb::ReadModelState, Error> {
    let mission = caller.mission()?.clone();
    let own = Caller::service(crate::NAME, mission.clone(), Instant::now() + REBUILD_TIME_MAX);
    let now = deps.clock.now();
    let mut tx = deps.db.begin(&own).await?;
    let building = model::open_building(&mut tx, mission.id, now, now - REBUILD_TIME_MAX).await?;
    let building = building.ok_or(Error::Rebuilding)?;
    tx.commit().await?;

    let work = {
        let deps = deps.clone();
        async move {
            let built = build(&deps, &own, &mission, building).await;
            if built.is_err() {
                let mut tx = deps.db.begin(&own).await?;
                model::give_up(&mut tx, building).await?;
                tx.commit().await?;
            }
            built
        }
    };
    tokio::spawn(work).await.map_err(Failure::internal)??;
    get_read_model_state(deps, caller).await
}

async fn build(deps: &Deps, own: &Caller, mission: &Mission, building: i32) -> Result<(), Error> {
    // From here on every new event is applied to both; so what is replayed now misses none.
    let events = deps.bus.replay(mission.id).await?;
    for some in events.chunks(EVENTS_A_TRANSACTION) {
        let mut tx = deps.db.begin(own).await?;
        // What stands on them is made when all are there.
        let mut touched = Touched::default();
        for event in some {
            take_in::apply(&mut tx, mission.id, building, event, &mut touched).await?;
        }
        take_in::touch_data(&mut tx, mission.id, building, &touched).await?;
        tx.commit().await?;
    }
    let mut tx = deps.db.begin(own).await?;
    series::lock(&mut tx, mission.id).await?;
    let scope = read_series::scope(&mut tx, building, mission.clone()).await?;
    let codes = series::touched_codes(&mut tx, building).await?;
    if !codes.is_empty() {
        let parts = read_series::fetch(&deps.collection, &scope, &codes).await?;
        read_series::write(&mut tx, &scope, building, &codes, &parts).await?;
        let waiting = read_series::fetch_waiting(&deps.collection, &scope).await?;
        series::write_waiting(&mut tx, mission.id, building, &waiting).await?;
    }
    kept::fill(&mut tx, &scope, Model { mission: mission.id, generation: building }).await?;
    tx.commit().await?;
    switch(deps, own, building).await
}

async fn switch(deps: &Deps, own: &Caller, building: i32) -> Result<(), Error> {
    for left in (0..SWITCH_TRIES).rev() {
        let mut tx = deps.db.begin(own).await?;
        match model::switch_to(&mut tx, building).await.map_err(Failure::from) {
            Ok(true) => {
                tx.commit().await?;
                // Nobody reads the one before any more. Cut here, the next rebuild drops it.
                let mut tx = deps.db.begin(own).await?;
                model::sweep(&mut tx).await?;
                return Ok(tx.commit().await?);
            }
            Ok(false) => return Err(Error::Rebuilding),
            // An event that is being applied holds the model; when it is done, the switch goes through.
            Err(failure) if failure.code == Code::Unavailable && left > 0 => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    Err(Error::Rebuilding)
}
