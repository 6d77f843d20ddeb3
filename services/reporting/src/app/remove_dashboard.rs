//! A dashboard out of sight, and back. Nothing is lost: its maker or a coordinator finds it among the removed.

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;
use uuid::Uuid;

use super::{
    draft_dashboard::person,
    get_dashboard::NO_DASHBOARD,
    revise_dashboard::{store, to_change},
};
use crate::{Deps, Error, domain::dashboard::DASHBOARDS_A_PERSON_MAX, store::dashboards};

/// Removes it.
pub async fn remove_dashboard(deps: &Deps, caller: &Caller, id: Uuid, version: i64) -> Result<pb::Dashboard, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = to_change(&mut tx, caller, id, version).await?;
    if before.removed_at.is_some() {
        return Err(NO_DASHBOARD);
    }
    let shared = before.shared;
    let dashboard = before.remove(&person(caller), deps.clock.now())?;
    store(tx, caller, &dashboard, shared).await
}

/// Brings a removed one back, unless its maker has as many as one person keeps.
pub async fn restore_dashboard(deps: &Deps, caller: &Caller, id: Uuid, version: i64) -> Result<pb::Dashboard, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = to_change(&mut tx, caller, id, version).await?;
    if before.removed_at.is_none() {
        return Err(NO_DASHBOARD);
    }
    if dashboards::count_of(&mut tx, before.maker).await? >= DASHBOARDS_A_PERSON_MAX {
        return Err(Error::TooManyDashboards);
    }
    let shared = before.shared;
    let dashboard = before.restore(&person(caller), deps.clock.now())?;
    store(tx, caller, &dashboard, shared).await
}
