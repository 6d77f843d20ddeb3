//! A new dashboard of somebody.

use chassis::{Caller, Tx};
use cpas_proto::{
    reporting::v1 as pb,
    words::{Classification, Role},
};

use super::get_dashboard::shown;
use crate::{
    Deps, Error,
    domain::{
        Invalid,
        dashboard::{Content, DASHBOARDS_A_PERSON_MAX, Dashboard, Person},
        text::Text,
        tile::{Filters, WrittenFilters, WrittenTile, parse_tiles},
    },
    events,
    store::dashboards,
};

/// Who shares dashboards with the mission.
const SHARING: [Role; 4] = [Role::Coordinator, Role::ComponentHead, Role::Adviser, Role::Leadership];

/// A dashboard as somebody writes it. Which indicators there are is not asked: what a tile may not show, it
/// says, and a refusal would tell of what is hidden.
#[derive(Debug, Clone)]
pub struct WrittenDashboard {
    pub title: Text,
    pub tiles: Vec<WrittenTile>,
    pub filters: WrittenFilters,
    pub shared: bool,
    pub classification: Classification,
}

/// Drafts it.
pub async fn draft_dashboard(deps: &Deps, caller: &Caller, written: WrittenDashboard) -> Result<pb::Dashboard, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let content = content(caller, written)?;
    insert(tx, deps, caller, content).await
}

/// Stores a new one of the caller's, unless there are as many as one person keeps.
pub(super) async fn insert(mut tx: Tx, deps: &Deps, caller: &Caller, content: Content) -> Result<pb::Dashboard, Error> {
    let (who, now) = (person(caller), deps.clock.now());
    let dashboard = Dashboard::make(chassis::new_id(now), content, &who, now)?;
    if dashboards::count_of(&mut tx, who.account).await? >= DASHBOARDS_A_PERSON_MAX {
        return Err(Error::TooManyDashboards);
    }
    let mission = tx.mission();
    dashboards::insert(&mut tx, mission, &dashboard).await?;
    tx.publish(events::dashboard_recorded(&dashboard, false)).await?;
    Ok(tx.finish(shown(&dashboard, &who)).await?)
}

/// What somebody wrote, checked.
pub(super) fn content(caller: &Caller, written: WrittenDashboard) -> Result<Content, Error> {
    let WrittenDashboard { title, tiles, filters, shared, classification } = written;
    if classification > caller.clearance {
        let message = format!("\"{classification}\" is above your clearance, {}", caller.clearance);
        return Err(Invalid::new("classification", message).into());
    }
    let filters = Filters::parse(&filters, caller.mission()?.fiscal_year_start_month);
    let filters = filters.map_err(|wrong| Invalid { field: format!("filters.{}", wrong.field), ..wrong })?;
    Ok(Content { title, tiles: parse_tiles(tiles)?, filters, shared, classification })
}

/// The caller as the rules of dashboards see it.
pub(super) fn person(caller: &Caller) -> Person<'_> {
    Person {
        account: caller.account,
        name: &caller.name,
        shares: SHARING.iter().any(|role| caller.has(*role)),
        coordinates: caller.has(Role::Coordinator),
    }
}
