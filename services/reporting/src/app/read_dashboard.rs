//! What the tiles of a dashboard show, all of them in one answer and from one moment of the read model.
//!
//! Row-level security leaves out what the caller may not see. An indicator that is hidden and one that was never
//! there are the same: "not available". A tile that has nothing to show says why.

mod events;
mod known;
mod outcome;
mod show;

use std::collections::HashMap;

use chassis::{Caller, Tx};
use chrono::SecondsFormat;
use cpas_proto::reporting::v1 as pb;

use super::{
    get_dashboard::{Found, find},
    home_assessing, home_tasks, kept,
};
use crate::{
    Config, Deps, Error,
    domain::{
        tile::{Filters, Tile, TileKind, WrittenFilters, WrittenTile, parse_tiles},
        window::Window,
    },
    store::{changes, records},
};
use events::EventsRead;
use known::Known;
use show::Shower;

/// Reads a dashboard, or "ready"; `None`: with the filters with which it opens.
pub async fn read_dashboard(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    id: &str,
    filters: Option<WrittenFilters>,
) -> Result<pb::DashboardData, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let (tiles, own) = match find(&mut tx, &deps.remembered, caller, id).await? {
        Found::Built(dashboard) => (dashboard.tiles, dashboard.filters),
        Found::Ready(ready) => (ready.tiles, Filters::default()),
    };
    let filters = match filters {
        Some(written) => Filters::parse(&written, caller.mission()?.fiscal_year_start_month)?,
        None => own,
    };
    data(tx, deps, config, caller, &tiles, filters).await
}

/// Reads tiles that are being built.
pub async fn preview_dashboard(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    tiles: Vec<WrittenTile>,
    filters: &WrittenFilters,
) -> Result<pb::DashboardData, Error> {
    let filters = Filters::parse(filters, caller.mission()?.fiscal_year_start_month)?;
    let tiles = parse_tiles(tiles)?;
    let tx = deps.db.begin(caller).await?;
    data(tx, deps, config, caller, &tiles, filters).await
}

pub(super) async fn data(
    mut tx: Tx,
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    tiles: &[Tile],
    filters: Filters,
) -> Result<pb::DashboardData, Error> {
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    let now = deps.clock.now();
    let window = Window::of(&filters, fiscal_start_month);
    let events = match tiles.iter().any(|tile| tile.query.events) {
        true => {
            // No transaction is held while collection is asked.
            drop(tx);
            let read = EventsRead::ask(deps, caller, window).await;
            tx = deps.db.begin(caller).await?;
            Some(read)
        }
        false => None,
    };
    let event_areas = events.as_ref().map(EventsRead::areas).unwrap_or_default();
    let (mut tx, model) = kept::ready(tx, deps, caller).await?;
    let generation = model.generation;
    let known_at = changes::last(&mut tx, generation).await?;
    let known = Known::read(&mut tx, &deps.remembered, model, tiles, &filters, &event_areas).await?;
    let is_there = |kind: TileKind| tiles.iter().any(|tile| tile.kind == kind);
    let tasks = match is_there(TileKind::Tasks) {
        true => {
            let counts = records::counts(&mut tx, generation, &home_tasks::counted()).await?;
            let map_due_months = home_tasks::map_due_months(&mut tx, config, generation).await?;
            let to_carry_out = home_tasks::to_carry_out(&mut tx, caller, model, now).await?;
            let mut tasks = home_tasks::for_caller(caller, map_due_months, &counts, to_carry_out, now);
            tasks.extend(home_assessing::for_caller(&mut tx, generation, caller, now).await?);
            tasks
        }
        false => Vec::new(),
    };
    let (today, events) = (now.date_naive(), events.as_ref());
    let mut recommendations = HashMap::new();
    for tile in tiles.iter().filter(|tile| tile.kind == TileKind::Recommendations) {
        recommendations.insert(tile.id.clone(), show::Recommended::read(&mut tx, model, tile, today).await?);
    }
    let shower = Shower { known: &known, filters: &filters, window, tasks, recommendations, today, events };
    let tiles = tiles.iter().map(|tile| shower.tile(tile)).collect::<Result<Vec<_>, Error>>()?;
    Ok(pb::DashboardData {
        indicators: known.indicators_of(&tiles),
        areas: known.areas_of(&tiles),
        tiles,
        known_at: known_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default(),
        filters: Some((&filters).into()),
    })
}
