//! One tile from what is known.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use cpas_proto::{
    assessment::v1::Recommendation,
    planning::v1::{Indicator, Target},
    reporting::v1 as pb,
    words::{Period, Slice},
};

use super::{events::EventsRead, known::Known};
use crate::{
    Error,
    app::standing,
    domain::{
        home::SeriesPoint,
        leadership::days_late,
        tile::{Filters, Tile, TileKind},
        window::{Window, laid_on, next_target, place_to_compare, target_at},
    },
    store::{Connection, model::Model, recommended, records, series::Part},
};

/// Recommendations that are listed where a tile is not asked for fewer or more.
const RECOMMENDATIONS_LISTED: u32 = 8;
/// A recommendation that is due within so many days is due.
const DUE_DAYS: u64 = 30;
/// States of a recommendation that is not yet decided, or not yet carried out.
const OPEN: [&str; 4] = ["proposed", "accepted", "partly", "in_progress"];

/// What all tiles are shown from.
pub(super) struct Shower<'a> {
    pub known: &'a Known,
    pub filters: &'a Filters,
    pub window: Window,
    pub tasks: Vec<pb::HomeTask>,
    /// Of each tile that shows some, by its id.
    pub recommendations: HashMap<String, Recommended>,
    pub today: NaiveDate,
    /// Where a tile asks for them.
    pub events: Option<&'a EventsRead>,
}

impl Shower<'_> {
    pub(super) fn tile(&self, tile: &Tile) -> Result<pb::TileData, Error> {
        let mut data = pb::TileData { tile_id: tile.id.clone(), state: "shown".to_owned(), ..Default::default() };
        match tile.kind {
            TileKind::Text => {}
            TileKind::Tasks => data.tasks = self.tasks.iter().map(task).collect(),
            TileKind::Recommendations => self.recommendations(tile, &mut data)?,
            TileKind::Outcome => self.outcome(tile, &mut data)?,
            _ => self.indicators(tile, &mut data)?,
        }
        if tile.query.events {
            data.events = self.events.map(|events| events.within(self.known, self.area(tile)));
        }
        Ok(data)
    }

    fn indicators(&self, tile: &Tile, data: &mut pb::TileData) -> Result<(), Error> {
        let mut why_none = "no_data";
        for code in &tile.query.indicator_codes {
            let Some(indicator) = self.known.indicators.get(code) else {
                data.not_available.push(code.clone());
                continue;
            };
            if !self.known.passes(indicator, self.filters) {
                data.filtered_out.push(code.clone());
                continue;
            }
            let before = data.series.len();
            let parts = self.known.series.get(code).map(Vec::as_slice).unwrap_or_default();
            match tile.kind {
                TileKind::Slices => why_none = self.slices(tile, indicator, parts, data),
                kind if kind.spreads() => why_none = self.areas(tile, indicator, parts, data),
                _ => self.one(tile, indicator, parts, data)?,
            }
            if data.series.len() == before {
                data.without_data.push(code.clone());
            }
        }
        if data.series.is_empty() {
            data.state = match (data.without_data.is_empty(), data.filtered_out.is_empty()) {
                (false, _) => why_none,
                (true, false) => "filtered_out",
                (true, true) => "not_available",
            }
            .to_owned();
        }
        Ok(())
    }

    /// The area of a tile that shows one: its own, or the filter's.
    pub(super) fn area<'t>(&'t self, tile: &'t Tile) -> &'t str {
        if tile.query.area.is_empty() { &self.filters.area } else { &tile.query.area }
    }

    fn most(tile: &Tile) -> usize {
        if tile.query.most == 0 { tile.kind.periods() } else { tile.query.most as usize }
    }

    /// One series over time, of the mission or an area.
    pub(super) fn one(
        &self,
        tile: &Tile,
        indicator: &Indicator,
        parts: &[Part],
        data: &mut pb::TileData,
    ) -> Result<(), Error> {
        let area = self.area(tile);
        let Some(part) = parts.iter().find(|part| part.area == area && part.slice.is_empty()) else { return Ok(()) };
        let axis = self.window.axis(&part.points, Self::most(tile));
        let points = laid_on(&part.points, &axis);
        if points.iter().all(|point| point.value.is_none()) {
            return Ok(());
        }
        let start = self.window.fiscal_start_month;
        let all = self.known.targets.get(&indicator.id).map(Vec::as_slice).unwrap_or_default();
        let own: Vec<Target> = all.iter().filter(|target| target.area == area).cloned().collect();
        let mut series = pb::TileSeries {
            indicator_code: indicator.code.clone(),
            area: area.to_owned(),
            points: points.iter().map(point).collect(),
            ..Default::default()
        };
        match tile.kind {
            TileKind::Number | TileKind::Outcome => {
                // What an assessment says, it says of the mission as a whole.
                let analysis = self.known.analyses.get(&indicator.code).filter(|_| area.is_empty());
                let now = standing::indicator(indicator, &points, &own, analysis, start);
                series.targets =
                    standing::target_for(&own, &now.latest_period, start).map(target).into_iter().collect();
                series.status = now.status;
            }
            TileKind::Trend => series.targets = own.iter().map(target).collect(),
            TileKind::TargetActual => {
                let adds_up = indicator.over_time == "sum";
                let dated: Vec<(Period, &Target)> =
                    own.iter().filter_map(|of| Some((of.period.parse::<Period>().ok()?, of))).collect();
                for (point, period) in series.points.iter_mut().zip(&axis) {
                    let Some(set) = target_at(*period, adds_up, &dated, start) else { continue };
                    (point.target, point.target_low, point.target_high) = (set.value, set.low, set.high);
                }
                let last = axis.last().copied();
                series.next_target = last.and_then(|last| next_target(last, &dated, start)).map(target);
            }
            _ => {}
        }
        data.series.push(series);
        Ok(())
    }

    /// A series for each category, of the mission as a whole or of an area.
    fn slices(&self, tile: &Tile, indicator: &Indicator, parts: &[Part], data: &mut pb::TileData) -> &'static str {
        let area = self.area(tile);
        let wanted = |part: &&Part| {
            let dimension =
                part.slice.parse::<Slice>().ok().and_then(|slice| slice.dimensions().next().map(str::to_owned));
            let asked = &tile.query.dimensions;
            dimension.is_some_and(|dimension| asked.is_empty() || asked.contains(&dimension))
        };
        let own: Vec<&Part> = parts.iter().filter(|part| part.area == area).filter(wanted).collect();
        let room = tile.kind.rows_max();
        let axis = self.window.axis(own.iter().flat_map(|part| &part.points), Self::most(tile));
        let laid: Vec<(&Part, Vec<SeriesPoint>)> = own
            .iter()
            .map(|part| (*part, laid_on(&part.points, &axis)))
            .filter(|(_, points)| has_value(points))
            .collect();
        data.left_out = u32::try_from(laid.len().saturating_sub(room)).unwrap_or(u32::MAX);
        data.series.extend(laid.iter().take(room).map(|(part, points)| pb::TileSeries {
            indicator_code: indicator.code.clone(),
            area: area.to_owned(),
            slice: part.slice.clone(),
            points: points.iter().map(point).collect(),
            ..Default::default()
        }));
        if own.is_empty() { "no_slices" } else { "no_data" }
    }

    /// The areas of a level beside each other, within the filter's area.
    fn areas(&self, tile: &Tile, indicator: &Indicator, parts: &[Part], data: &mut pb::TileData) -> &'static str {
        let within = self.area(tile);
        let inside: Vec<&Part> = parts
            .iter()
            .filter(|part| !part.area.is_empty() && part.slice.is_empty())
            .filter(|part| within.is_empty() || self.known.lies_in(&part.area, within))
            .collect();
        let level_of = |part: &&Part| self.known.areas.get(&part.area).map(|area| area.level);
        let level = tile.query.level.or_else(|| most_frequent(inside.iter().filter_map(level_of)));
        let own: Vec<&Part> = inside.iter().copied().filter(|part| level_of(part) == level).collect();
        let most = if tile.kind == TileKind::Ranking { tile.kind.periods() } else { Self::most(tile) };
        let axis = self.window.axis(own.iter().flat_map(|part| &part.points), most);
        let mut laid: Vec<(&Part, Vec<SeriesPoint>)> =
            own.iter().map(|part| (*part, laid_on(&part.points, &axis))).collect();
        let all: Vec<Vec<SeriesPoint>> = laid.iter().map(|(_, points)| points.clone()).collect();
        let Some(place) = place_to_compare(&all) else { return if own.is_empty() { "no_areas" } else { "no_data" } };
        data.period = axis[place].to_string();
        data.level = level;
        let value = |points: &[SeriesPoint]| points[place].value;
        // The largest first, what has no value last, and among equals by code.
        laid.sort_by(|(one, a), (other, b)| {
            let by_value = value(b).unwrap_or(f64::NEG_INFINITY).total_cmp(&value(a).unwrap_or(f64::NEG_INFINITY));
            by_value.then_with(|| one.area.cmp(&other.area))
        });
        let asked = if tile.kind == TileKind::Ranking && tile.query.most > 0 { Self::most(tile) } else { usize::MAX };
        let room = tile.kind.rows_max().min(asked);
        data.left_out = u32::try_from(laid.len().saturating_sub(room)).unwrap_or(u32::MAX);
        laid.truncate(room);
        if tile.kind == TileKind::HeatMap {
            laid.sort_by(|(one, _), (other, _)| one.area.cmp(&other.area));
        }
        let one_period = matches!(tile.kind, TileKind::Ranking | TileKind::Map);
        data.series.extend(laid.iter().map(|(part, points)| {
            let shown: &[SeriesPoint] = if one_period { &points[place..=place] } else { points };
            pb::TileSeries {
                indicator_code: indicator.code.clone(),
                area: part.area.clone(),
                points: shown.iter().map(point).collect(),
                ..Default::default()
            }
        }));
        "no_data"
    }

    fn recommendations(&self, tile: &Tile, data: &mut pb::TileData) -> Result<(), Error> {
        let Some(found) = self.recommendations.get(&tile.id) else { return Ok(()) };
        let count = |of: i64| u32::try_from(of).unwrap_or(u32::MAX);
        let (open, late, due) = (count(found.counted.open), count(found.counted.late), count(found.counted.due));
        data.left_out = open.saturating_sub(u32::try_from(found.listed.len()).unwrap_or(u32::MAX));
        let listed = found.listed.iter().map(|row| {
            let of: Recommendation = row.message()?;
            Ok(pb::TileRecommendation {
                evidence_path: format!("assessments/{}", of.assessment_id),
                days_late: days_late(&of.due, self.today).unwrap_or(0),
                id: of.id,
                text: of.text,
                owner_section: of.owner_section,
                due: of.due,
                state: row.state.clone(),
            })
        });
        let listed = listed.collect::<Result<Vec<_>, Error>>()?;
        data.recommendations = Some(pb::TileRecommendations { open, late, due, listed });
        Ok(())
    }
}

/// What a tile of recommendations shows: how many are open, and the first by their days.
pub(super) struct Recommended {
    counted: recommended::Counted,
    listed: Vec<records::Row>,
}

impl Recommended {
    /// A duplicate is carried out with its original, and is not counted.
    pub(super) async fn read(
        connection: &mut Connection,
        model: Model,
        tile: &Tile,
        today: NaiveDate,
    ) -> Result<Self, Error> {
        let (asked, soon) = ((&OPEN[..], &tile.query.indicator_codes[..]), today + Days::new(DUE_DAYS));
        let room = if tile.query.most == 0 { RECOMMENDATIONS_LISTED } else { tile.query.most };
        Ok(Self {
            counted: recommended::counted(connection, model, asked, today, soon).await?,
            listed: recommended::first(connection, model, asked, i64::from(room)).await?,
        })
    }
}

fn has_value(points: &[SeriesPoint]) -> bool {
    points.iter().any(|point| point.value.is_some())
}

/// The level that comes most often; of several the higher in the tree.
fn most_frequent(levels: impl Iterator<Item = u32>) -> Option<u32> {
    let mut often = std::collections::BTreeMap::new();
    for level in levels {
        *often.entry(level).or_insert(0_usize) += 1;
    }
    often.into_iter().max_by_key(|(level, count)| (*count, std::cmp::Reverse(*level))).map(|(level, _)| level)
}

fn point(of: &SeriesPoint) -> pb::TilePoint {
    let kind = match of.value {
        Some(_) => String::new(),
        None if of.kind.is_empty() || of.kind == "value" => "missing".to_owned(),
        None => of.kind.clone(),
    };
    pb::TilePoint { period: of.period.clone(), value: of.value, kind, ..Default::default() }
}

fn target(of: &Target) -> pb::TileTarget {
    pb::TileTarget { period: of.period.clone(), value: of.value, low: of.low, high: of.high }
}

fn task(of: &pb::HomeTask) -> pb::DashboardTask {
    pb::DashboardTask { kind: of.kind.clone(), text: of.text.clone(), count: of.count, path: of.path.clone() }
}
