//! What stands behind the tiles of a dashboard, as tables for programs that bring a filter of their own.
//!
//! The rows are those that the tiles show to the same reader. What is suppressed has no value, and neither has what would
//! let it be computed: a table leaves the house more easily than a screen.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{
    Caller,
    table::{self, Query},
};
use cpas_proto::{
    common::v1::{TablePage, TableQuery, Text},
    reporting::v1 as pb,
};

use super::{
    get_dashboard::{Found, find},
    read_dashboard::data,
};
use crate::{
    Config, Deps, Error,
    domain::{
        disclosure::told::{Place, Told, complementary},
        feed::{Row, record_id, written},
        figure::Kind,
        tile::{Filters, Tile},
    },
    store::tables::OF_DASHBOARD,
};

/// A page of a table of a dashboard, or "ready", with the filters with which it opens; of one tile, or of all where none
/// is named.
///
/// # Errors
/// No dashboard; a filter, an order or a column that the table does not have.
pub async fn read_dashboard_table(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    id: &str,
    tile: &str,
    asked: TableQuery,
) -> Result<TablePage, Error> {
    let query = Query::parse(asked, OF_DASHBOARD)?;
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    let mut tx = deps.db.begin(caller).await?;
    let (tiles, filters) = match find(&mut tx, &deps.remembered, caller, id).await? {
        Found::Built(dashboard) => (dashboard.tiles, dashboard.filters),
        Found::Ready(ready) => (ready.tiles, Filters::default()),
    };
    let shown = data(tx, deps, config, caller, &tiles, filters).await?;
    let feed = Feed { tiles: &tiles, shown: &shown, tile, fiscal_start_month };
    let rows = written(feed.rows(query.table()));
    let mut tx = deps.db.begin(caller).await?;
    Ok(table::read_given(&mut tx, &query, &rows, deps.clock.now()).await?)
}

struct Feed<'a> {
    tiles: &'a [Tile],
    shown: &'a pb::DashboardData,
    /// Empty: all.
    tile: &'a str,
    fiscal_start_month: u32,
}

impl Feed<'_> {
    fn rows(&self, table: &str) -> Vec<Row> {
        match table {
            "Tiles" => self.tiles_told(),
            "TileValues" => self.values(),
            "TileRecommendations" => self.of_tiles(|data| {
                let listed = data.recommendations.iter().flat_map(|all| &all.listed);
                listed.map(|one| recommendation(&data.tile_id, one)).collect()
            }),
            "TileTasks" => self.of_tiles(|data| data.tasks.iter().map(|one| task(&data.tile_id, one)).collect()),
            "TileFindings" => {
                self.of_tiles(|data| data.outcome.iter().flat_map(|outcome| findings(&data.tile_id, outcome)).collect())
            }
            _ => self.of_tiles(|data| {
                let places = data.events.iter().flat_map(|events| &events.places);
                places.map(|place| event_place(&data.tile_id, place)).collect()
            }),
        }
    }

    fn wanted(&self) -> impl Iterator<Item = &pb::TileData> {
        self.shown.tiles.iter().filter(|data| self.tile.is_empty() || data.tile_id == self.tile)
    }

    fn of_tiles(&self, rows: impl Fn(&pb::TileData) -> Vec<Row>) -> Vec<Row> {
        self.wanted().flat_map(rows).collect()
    }

    fn tiles_told(&self) -> Vec<Row> {
        let told = self.tiles.iter().zip(&self.shown.tiles).enumerate();
        let wanted = told.filter(|(_, (tile, _))| self.tile.is_empty() || tile.id == self.tile);
        let row = |(place, (tile, data)): (usize, (&Tile, &pb::TileData))| {
            let title = Text::of(&tile.title.en, &tile.title.fr);
            Row::of(&[&tile.id])
                .text("tile", &tile.id)
                .count("place", place + 1)
                .text("kind", tile.kind.word())
                .texts("title", Some(&title))
                .text("state", &data.state)
                .text("period", &data.period)
                .count("left_out", data.left_out as usize)
        };
        wanted.map(row).collect()
    }

    fn values(&self) -> Vec<Row> {
        // Of all tiles: what one hides another must not tell.
        let hidden = complementary(&self.told(), self.fiscal_start_month);
        let indicators: BTreeMap<&str, &pb::DashboardIndicator> =
            self.shown.indicators.iter().map(|one| (one.code.as_str(), one)).collect();
        let areas: BTreeMap<&str, &Text> =
            self.shown.areas.iter().filter_map(|one| Some((one.code.as_str(), one.name.as_ref()?))).collect();
        let mut rows = Vec::new();
        for data in self.wanted() {
            for series in &data.series {
                let indicator = indicators.get(series.indicator_code.as_str());
                for point in &series.points {
                    let row = self.value(&data.tile_id, series, point, &hidden);
                    let row = row
                        .texts("indicator", indicator.and_then(|one| one.name.as_ref()))
                        .text("unit", indicator.map_or("", |one| &one.unit))
                        .texts("area", areas.get(series.area.as_str()).copied());
                    rows.push(row);
                }
            }
        }
        rows
    }

    fn value(&self, tile: &str, series: &pb::TileSeries, point: &pb::TilePoint, hidden: &BTreeSet<Place>) -> Row {
        let pb::TileSeries { indicator_code, area, slice, .. } = series;
        let place = (indicator_code.clone(), area.clone(), point.period.clone(), slice.clone());
        let (value, kind) = match (point.value, hidden.contains(&place)) {
            (Some(_), true) => (None, Kind::Suppressed.word()),
            (Some(value), false) => (Some(value), Kind::Value.word()),
            (None, _) => (None, point.kind.as_str()),
        };
        let is_newest = series.points.last().is_some_and(|last| last.period == point.period);
        // A status tells how far a value is from its target.
        let status = if is_newest && kind != Kind::Suppressed.word() { series.status.as_str() } else { "" };
        Row::of(&[tile, indicator_code, area, &point.period, slice])
            .text("tile", tile)
            .text("indicator_code", indicator_code)
            .text("area_code", area)
            .text("slice", slice)
            .period(&point.period, self.fiscal_start_month)
            .text("kind", kind)
            .number("value", value)
            .number("target", point.target)
            .number("target_low", point.target_low)
            .number("target_high", point.target_high)
            .text("status", status)
    }

    /// What all tiles say, and what is suppressed in them.
    fn told(&self) -> Vec<Told> {
        let mut told = Vec::new();
        for data in &self.shown.tiles {
            for series in &data.series {
                let said =
                    series.points.iter().filter(|one| one.value.is_some() || one.kind == Kind::Suppressed.word());
                told.extend(said.map(|point| Told {
                    indicator: series.indicator_code.clone(),
                    area: series.area.clone(),
                    period: point.period.clone(),
                    slice: series.slice.clone(),
                    block: data.tile_id.clone(),
                    value: point.value,
                }));
            }
        }
        told
    }
}

fn recommendation(tile: &str, of: &pb::TileRecommendation) -> Row {
    Row::of(&[tile, &of.id])
        .text("tile", tile)
        .id("recommendation_id", Some(record_id(&of.id)))
        .texts("text", of.text.as_ref())
        .text("owner_section", &of.owner_section)
        .day("due", &of.due)
        .text("state", &of.state)
        .count("days_late", of.days_late as usize)
}

fn task(tile: &str, of: &pb::DashboardTask) -> Row {
    Row::of(&[tile, &of.kind, &of.path])
        .text("tile", tile)
        .text("kind", &of.kind)
        .texts("text", of.text.as_ref())
        .count("count", of.count as usize)
}

/// One for each assessment that rated it, and the newest finding.
fn findings(tile: &str, of: &pb::TileOutcome) -> Vec<Row> {
    let latest = of.latest.iter().filter(|latest| of.ratings.iter().all(|one| one.finding_id != latest.finding_id));
    let row = |one: &pb::TileRating| {
        Row::of(&[tile, &one.finding_id])
            .text("tile", tile)
            .id("outcome_id", Some(record_id(&of.lineage_id)))
            .text("number", &of.number)
            .texts("statement", of.statement.as_ref())
            .id("assessment_id", Some(record_id(&one.assessment_id)))
            .texts("assessment", one.assessment.as_ref())
            .text("progress_rating", &one.progress_rating)
            .text("performance_rating", &one.performance_rating)
            .text("direction", &one.direction)
            .text("confidence", &one.confidence)
            .texts("finding", one.narrative.as_ref())
            .count("evidence", one.evidence as usize)
            .written_instant("found_at", &one.recorded_at)
    };
    latest.chain(&of.ratings).map(row).collect()
}

fn event_place(tile: &str, of: &pb::TilePlace) -> Row {
    let degrees = |at: Option<f64>| at.map(|at| at.to_string()).unwrap_or_default();
    Row::of(&[tile, &of.area, &degrees(of.longitude), &degrees(of.latitude)])
        .text("tile", tile)
        .text("area_code", &of.area)
        .number("longitude", of.longitude)
        .number("latitude", of.latitude)
        .count("events", of.events as usize)
        .count("deaths_best", of.deaths_best as usize)
        .count("without_deaths", of.without_deaths as usize)
}
