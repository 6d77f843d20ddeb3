//! A dashboard with other tiles, filters or words; shared, or private again.

use chassis::{Caller, Failure, Tx};
use cpas_proto::reporting::v1 as pb;
use uuid::Uuid;

use super::{
    draft_dashboard::{WrittenDashboard, content, person},
    get_dashboard::{NO_DASHBOARD, shown},
};
use crate::{
    Deps, Error,
    domain::dashboard::{Dashboard, Refused},
    events,
    store::dashboards,
};

/// Revises it.
pub async fn revise_dashboard(
    deps: &Deps,
    caller: &Caller,
    id: Uuid,
    version: i64,
    written: WrittenDashboard,
) -> Result<pb::Dashboard, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = to_change(&mut tx, caller, id, version).await?;
    if before.removed_at.is_some() {
        return Err(NO_DASHBOARD);
    }
    let was_shared = before.shared;
    let dashboard = before.revise(content(caller, written)?, &person(caller), deps.clock.now())?;
    store(tx, caller, &dashboard, was_shared).await
}

/// The dashboard for one who changes it and saw a version of it.
pub(super) async fn to_change(tx: &mut Tx, caller: &Caller, id: Uuid, version: i64) -> Result<Dashboard, Error> {
    let who = person(caller);
    let found = dashboards::find_for_update(tx, who.account, id).await?;
    let dashboard = found.filter(|dashboard| dashboard.is_known_to(&who)).ok_or(NO_DASHBOARD)?;
    // Whose it is comes first: who may not change it at all is not sent for a newer version.
    if !dashboard.is_changed_by(&who) {
        return Err(Refused::NotYours.into());
    }
    if dashboard.version != version {
        let json = serde_json::to_string(&shown(&dashboard, &who)).map_err(Failure::internal)?;
        return Err(Error::Stale { version: dashboard.version, json });
    }
    Ok(dashboard)
}

/// Stores its next version.
pub(super) async fn store(
    mut tx: Tx,
    caller: &Caller,
    dashboard: &Dashboard,
    was_shared: bool,
) -> Result<pb::Dashboard, Error> {
    dashboards::update(&mut tx, dashboard).await?;
    tx.publish(events::dashboard_recorded(dashboard, was_shared)).await?;
    Ok(tx.finish(shown(dashboard, &person(caller))).await?)
}
