//! What the read model knows of what tiles name: read once for all of them, and no more than they need.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use cpas_proto::{
    assessment::v1::Analysis,
    common::v1::Text,
    context::v1::Area,
    planning::v1::{Indicator, PlanItem, Target},
    reporting::v1 as pb,
};

use crate::{
    Error,
    app::{
        home_objectives::plan_in_force,
        ratings::{self, Judged},
        remembered::{PlanSeen, Remembered},
    },
    domain::tile::{Filters, Tile, TileKind},
    store::{Connection, model::Model, records, series},
};

/// Levels that areas lie in each other, and some: a circle of parents ends here.
const LEVELS_MAX: usize = 12;

/// Of an area what tiles need.
pub(super) struct AreaSeen {
    pub name: Option<Text>,
    pub level: u32,
    pub parent: String,
}

/// What is known, as far as the caller may see.
pub(super) struct Known {
    pub indicators: BTreeMap<String, Indicator>,
    /// By indicator id, of the whole mission and of areas, of the total only.
    pub targets: BTreeMap<String, Vec<Target>>,
    pub analyses: BTreeMap<String, Analysis>,
    pub series: BTreeMap<String, Vec<series::Part>>,
    pub areas: BTreeMap<String, AreaSeen>,
    /// Codes of what measures an outcome that a tile is about, by its lineage id.
    pub measuring: BTreeMap<String, Vec<String>>,
    /// How assessments rated those outcomes.
    pub judged: BTreeMap<String, Judged>,
    plan: Arc<PlanSeen>,
}

impl Known {
    pub(super) async fn read(
        connection: &mut Connection,
        remembered: &Remembered,
        model: Model,
        tiles: &[Tile],
        filters: &Filters,
        event_areas: &[String],
    ) -> Result<Self, Error> {
        let generation = model.generation;
        let outcomes: BTreeSet<&str> =
            tiles.iter().map(|tile| tile.query.outcome.as_str()).filter(|outcome| !outcome.is_empty()).collect();
        let lineages: Vec<String> = outcomes.iter().map(|outcome| (*outcome).to_owned()).collect();
        let (mut measuring, mut judged) = (BTreeMap::new(), BTreeMap::new());
        if !lineages.is_empty() {
            measuring = self::measuring(connection, generation, &lineages).await?;
            judged = ratings::of_outcomes(connection, generation, &lineages).await?;
        }
        let mut codes = codes(tiles, |_| true);
        codes.extend(measuring.values().flatten().cloned());
        let mut indicators = BTreeMap::new();
        for row in records::of_codes(connection, generation, "indicator", &codes).await? {
            let indicator: Indicator = row.message()?;
            indicators.insert(row.code, indicator);
        }
        let ids: Vec<String> = indicators.values().map(|indicator| indicator.id.clone()).collect();
        let mut targets: BTreeMap<String, Vec<Target>> = BTreeMap::new();
        for row in records::of_parents(connection, generation, "target", &ids).await? {
            let target: Target = row.message()?;
            if target.slice.is_empty() {
                targets.entry(target.indicator_id.clone()).or_default().push(target);
            }
        }
        let mut analyses = BTreeMap::new();
        for row in records::of_codes(connection, generation, "analysis", &codes).await? {
            analyses.insert(row.code.clone(), row.message()?);
        }
        // A code that is not known has no series to read either: hidden is as if it never was.
        let seen =
            |codes: Vec<String>| codes.into_iter().filter(|code| indicators.contains_key(code)).collect::<Vec<_>>();
        let by_area = |tile: &Tile| tile.kind.spreads() || !tile.query.area.is_empty() || !filters.area.is_empty();
        let mut of_areas = self::codes(tiles, by_area);
        if tiles.iter().any(|tile| tile.kind == TileKind::Outcome && by_area(tile)) {
            of_areas.extend(measuring.values().flatten().cloned());
        }
        let (whole, by_area) = (seen(codes), seen(of_areas));
        let is_sliced = |tile: &Tile| tile.kind == TileKind::Slices;
        let by_slice = seen(self::codes(tiles, is_sliced));
        let own_areas = tiles.iter().filter(|tile| is_sliced(tile)).map(|tile| &tile.query.area);
        let slice_areas: Vec<String> =
            own_areas.chain([&filters.area]).filter(|area| !area.is_empty()).cloned().collect();
        let mut series: BTreeMap<String, Vec<series::Part>> = BTreeMap::new();
        for part in series::of_tiles(connection, generation, &whole, &by_area, &by_slice, &slice_areas).await? {
            series.entry(part.indicator_code.clone()).or_default().push(part);
        }
        let plan = match filters.component.is_some() || !filters.marker.is_empty() || !outcomes.is_empty() {
            true => plan_in_force(connection, remembered, model).await?.0,
            false => Arc::default(),
        };
        let areas = areas(connection, generation, &series, filters, event_areas).await?;
        Ok(Self { indicators, targets, analyses, series, areas, measuring, judged, plan })
    }

    /// The outcome of the plan in force.
    pub(super) fn outcome(&self, lineage_id: &str) -> Option<&PlanItem> {
        self.plan.of_lineage(lineage_id).filter(|item| item.kind == "outcome")
    }

    /// True when the indicator belongs to the component and carries the marker of the filters.
    pub(super) fn passes(&self, indicator: &Indicator, filters: &Filters) -> bool {
        if filters.component.is_none() && filters.marker.is_empty() {
            return true;
        }
        let item = self.plan.of_lineage(&indicator.plan_item_lineage_id);
        item.filter(|item| !item.lineage_id.is_empty()).is_some_and(|item| self.passes_item(item, filters))
    }

    /// True when a part of the plan belongs to the component and carries the marker of the filters.
    pub(super) fn passes_item(&self, item: &PlanItem, filters: &Filters) -> bool {
        let of_component = filters.component.is_none_or(|wanted| self.has_component(item, wanted.word(), LEVELS_MAX));
        of_component && (filters.marker.is_empty() || self.is_marked(item, filters))
    }

    /// An output names its component; what is above it has the components of what is below.
    fn has_component(&self, item: &PlanItem, component: &str, depth: usize) -> bool {
        let mut below = self.plan.below(&item.id);
        item.component == component || (depth > 0 && below.any(|one| self.has_component(one, component, depth - 1)))
    }

    /// A marker counts for what is below it, too.
    fn is_marked(&self, item: &PlanItem, filters: &Filters) -> bool {
        let above = |of: &&PlanItem| Some(&of.parent_id).filter(|id| !id.is_empty()).and_then(|id| self.plan.item(id));
        let up = std::iter::successors(Some(item), above).take(LEVELS_MAX);
        up.flat_map(|one| &one.markers).any(|marker| filters.names(marker))
    }

    /// True when an area is another one, or lies in it.
    pub(super) fn lies_in(&self, code: &str, other: &str) -> bool {
        let above =
            |of: &&str| self.areas.get(*of).map(|area| area.parent.as_str()).filter(|parent| !parent.is_empty());
        std::iter::successors(Some(code), above).take(LEVELS_MAX).any(|one| one == other)
    }

    /// Names of the indicators that tiles speak of.
    pub(super) fn indicators_of(&self, tiles: &[pb::TileData]) -> Vec<pb::DashboardIndicator> {
        let spoken = tiles.iter().flat_map(|tile| {
            let series = tile.series.iter().map(|series| &series.indicator_code);
            series.chain(&tile.filtered_out).chain(&tile.without_data)
        });
        let codes: BTreeSet<&String> = spoken.collect();
        let told = |code: &String| {
            let of = self.indicators.get(code)?;
            Some(pb::DashboardIndicator {
                code: of.code.clone(),
                name: of.name.clone(),
                unit: of.unit.clone(),
                direction: of.direction.clone(),
                frequency: of.frequency.clone(),
                baseline_value: of.baseline_value,
            })
        };
        codes.into_iter().filter_map(told).collect()
    }

    /// Names of the areas that tiles speak of.
    pub(super) fn areas_of(&self, tiles: &[pb::TileData]) -> Vec<pb::DashboardArea> {
        let of_series = tiles.iter().flat_map(|tile| &tile.series).map(|series| &series.area);
        let of_events = tiles.iter().filter_map(|tile| tile.events.as_ref()).flat_map(|events| &events.places);
        let spoken = of_series.chain(of_events.map(|place| &place.area));
        let codes: BTreeSet<&String> = spoken.filter(|area| !area.is_empty()).collect();
        let told = |code: &&String| pb::DashboardArea {
            code: (*code).clone(),
            name: self.areas.get(*code).and_then(|area| area.name.clone()).or_else(|| Some(Text::of(*code, ""))),
        };
        codes.iter().map(told).collect()
    }
}

/// Codes of some tiles, each once.
fn codes(tiles: &[Tile], which: impl Fn(&Tile) -> bool) -> Vec<String> {
    let wanted = tiles.iter().filter(|tile| which(tile) && tile.kind != TileKind::Recommendations);
    let codes: BTreeSet<&String> = wanted.flat_map(|tile| &tile.query.indicator_codes).collect();
    codes.into_iter().cloned().collect()
}

/// The codes of what measures each of these outcomes.
async fn measuring(
    connection: &mut Connection,
    generation: i32,
    lineages: &[String],
) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in records::of_lineages(connection, generation, "indicator", lineages).await? {
        let indicator: Indicator = row.message()?;
        if matches!(row.state.as_str(), "approved" | "active") && lineages.contains(&indicator.plan_item_lineage_id) {
            found.entry(indicator.plan_item_lineage_id).or_default().push(indicator.code);
        }
    }
    Ok(found)
}

/// The areas of the series, of the events and of the filter, and all that they lie in.
async fn areas(
    connection: &mut Connection,
    generation: i32,
    series: &BTreeMap<String, Vec<series::Part>>,
    filters: &Filters,
    event_areas: &[String],
) -> Result<BTreeMap<String, AreaSeen>, Error> {
    let parts = series.values().flatten().map(|part| &part.area);
    let spoken = parts.chain(event_areas).chain([&filters.area]);
    let mut wanted: BTreeSet<String> = spoken.filter(|area| !area.is_empty()).cloned().collect();
    let mut areas: BTreeMap<String, AreaSeen> = BTreeMap::new();
    for _ in 0..LEVELS_MAX {
        if wanted.is_empty() {
            break;
        }
        let codes: Vec<String> = std::mem::take(&mut wanted).into_iter().collect();
        for row in records::of_codes(connection, generation, "area", &codes).await? {
            let area: Area = row.message()?;
            areas.insert(row.code, AreaSeen { name: area.name, level: area.level, parent: area.parent_code });
        }
        let parents = areas.values().map(|area| &area.parent);
        wanted = parents.filter(|parent| !parent.is_empty() && !areas.contains_key(*parent)).cloned().collect();
        wanted.retain(|parent| !codes.contains(parent));
    }
    Ok(areas)
}
