//! Dashboards as the caller may see them, and the ready one, which is made from the plan each time.

use std::collections::BTreeSet;

use chassis::{Caller, Tx};
use cpas_proto::{reporting::v1 as pb, words::Classification};
use uuid::Uuid;

use super::{
    draft_dashboard::person,
    home_objectives::{Measures, outcomes_of, plan_in_force},
    remembered::Remembered,
};
use crate::{
    Deps, Error,
    domain::{
        dashboard::{Dashboard, Person},
        home,
        ready::{self, Measured, Objective, READY},
        text::Text,
        tile::Tile,
    },
    store::{
        dashboards,
        model::{self, Model},
        series,
    },
};

/// Dashboards in a list.
const DASHBOARDS_MAX: i64 = 300;
/// As if it never was: what is another's alone, what was removed, what is above the caller's clearance.
pub(super) const NO_DASHBOARD: Error = Error::NotFound("dashboard");

/// The ready dashboard of the plan in force, as far as the caller may see it.
pub(super) struct ReadyOne {
    pub title: Text,
    pub tiles: Vec<Tile>,
    /// Of the plan, whose words it shows.
    pub classification: Classification,
}

/// What an id names.
pub(super) enum Found {
    Built(Box<Dashboard>),
    Ready(ReadyOne),
}

/// One dashboard, or "ready".
pub async fn get_dashboard(deps: &Deps, caller: &Caller, id: &str) -> Result<pb::Dashboard, Error> {
    let mut tx = deps.db.begin(caller).await?;
    Ok(match find(&mut tx, &deps.remembered, caller, id).await? {
        Found::Built(dashboard) => shown(&dashboard, &person(caller)),
        Found::Ready(ready) => shown_ready(&ready),
    })
}

/// The ready one and those that people built, without what stands in their tiles; or those that were removed and
/// that the caller may bring back.
pub async fn list_dashboards(deps: &Deps, caller: &Caller, removed: bool) -> Result<Vec<pb::Dashboard>, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let who = person(caller);
    let mut all = Vec::new();
    if !removed {
        let ready = ready_one(&mut tx, &deps.remembered, caller).await?;
        all.push(outlined(shown_ready(&ready)));
    }
    let found = dashboards::list(&mut tx, who.account, removed, DASHBOARDS_MAX).await?;
    let wanted = |one: &&Dashboard| one.is_known_to(&who) && (!removed || one.is_changed_by(&who));
    all.extend(found.iter().filter(wanted).map(|one| outlined(shown(one, &who))));
    Ok(all)
}

/// What an id names, if the caller may know of it.
pub(super) async fn find(tx: &mut Tx, remembered: &Remembered, caller: &Caller, id: &str) -> Result<Found, Error> {
    if id == READY {
        return Ok(Found::Ready(ready_one(tx, remembered, caller).await?));
    }
    let id: Uuid = id.parse().map_err(|_| NO_DASHBOARD)?;
    let who = person(caller);
    let found = dashboards::find(tx, who.account, id).await?;
    let there = found.filter(|one| one.removed_at.is_none() && one.is_known_to(&who));
    Ok(Found::Built(Box::new(there.ok_or(NO_DASHBOARD)?)))
}

/// No more is read than the objectives that it shows, and what measures their outcomes.
async fn ready_one(tx: &mut Tx, remembered: &Remembered, caller: &Caller) -> Result<ReadyOne, Error> {
    let model = Model { mission: caller.mission()?.id, generation: model::read(tx).await?.generation };
    let (plan, classification) = plan_in_force(tx, remembered, model).await?;
    let lineages = outcomes_of(&plan, 0..ready::OBJECTIVES_MAX);
    let Measures { shown, parts } = Measures::read(tx, model, plan, &lineages, &[]).await?;
    let measuring = lineages.iter().flat_map(|lineage| shown.indicators_of(lineage));
    let codes: Vec<String> = measuring.map(|indicator| indicator.code.clone()).collect();
    let valued = parts.iter().filter(|part| home::latest(&part.points).is_some());
    let valued: BTreeSet<&str> = valued.map(|part| part.indicator_code.as_str()).collect();
    let with_areas: BTreeSet<String> =
        series::codes_with_areas(tx, model.generation, &codes).await?.into_iter().collect();
    let measured = |lineage: &str| {
        let own = shown.indicators_of(lineage).map(|one| Measured {
            code: &one.code,
            has_value: valued.contains(one.code.as_str()),
            has_areas: with_areas.contains(&one.code),
        });
        own.collect::<Vec<_>>()
    };
    let headed = shown.below("", "objective").take(ready::OBJECTIVES_MAX).map(|of| Objective {
        number: &of.number,
        statement: of.statement.clone().unwrap_or_default().into(),
        outcomes: shown.below(&of.id, "outcome").map(|outcome| measured(&outcome.lineage_id)).collect(),
    });
    let tiles = ready::tiles(&headed.collect::<Vec<_>>());
    Ok(ReadyOne { title: ready::title(), tiles, classification })
}

/// A dashboard as the API shows it to somebody.
pub(super) fn shown(of: &Dashboard, who: &Person<'_>) -> pb::Dashboard {
    pb::Dashboard { mine: of.maker == who.account, may_change: of.is_changed_by(who), ..of.into() }
}

fn shown_ready(of: &ReadyOne) -> pb::Dashboard {
    pb::Dashboard {
        id: READY.to_owned(),
        title: Some((&of.title).into()),
        tiles: of.tiles.iter().map(Into::into).collect(),
        filters: Some(pb::DashboardFilters::default()),
        shared: true,
        classification: of.classification.word().to_owned(),
        ..Default::default()
    }
}

/// For a list: how many tiles there are of what kind and width, and nothing of what they say.
fn outlined(of: pb::Dashboard) -> pb::Dashboard {
    let bare = |tile: pb::DashboardTile| pb::DashboardTile {
        id: tile.id,
        kind: tile.kind,
        width: tile.width,
        ..Default::default()
    };
    pb::Dashboard { tiles: of.tiles.into_iter().map(bare).collect(), ..of }
}
