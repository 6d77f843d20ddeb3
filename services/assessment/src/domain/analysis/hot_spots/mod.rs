//! Where events of an assessed period gather: areas and hexagons that stand out with their neighbours ([`getis_ord`]), and
//! clusters in space and time ([`scan`]).
//!
//! Counts are of events, not per person: where more people live more happens, and a hot spot says where, not why. Everything
//! that goes in is in [`Case`]; the same case gives the same bytes.

pub mod getis_ord;
pub mod ground;
pub mod scan;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use self::{
    getis_ord::{Spot, getis_ord},
    ground::{Ground, Hexagon, LonLat, Shape, Xy, grid},
    scan::{Cluster, DRAWS, scan},
};
use super::{contribution::SEED, exact};
use crate::domain::text::Text;

/// Name and version of the method.
pub const METHOD: &str =
    "hot spots/1: Getis-Ord Gi* (binary, self included), Benjamini-Hochberg; space-time permutation scan";
/// Fewest events of any of the three.
pub const EVENTS_MIN: usize = 30;
/// Fewest areas that are compared.
pub const AREAS_MIN: usize = 12;
/// Fewest hexagons that are compared.
pub const HEXAGONS_MIN: usize = 30;
/// Fewest whole weeks in which clusters are looked for.
pub const WEEKS_MIN: usize = 8;
const DAYS_PER_WEEK: usize = 7;
/// Most weeks of a period: two years.
pub const WEEKS_MAX: usize = 106;

/// An event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Happening {
    pub id: String,
    /// `None`: not known to the day.
    pub day: Option<NaiveDate>,
    pub at: LonLat,
    /// Code of the area that it lies in; `None`: in none that is compared.
    pub area: Option<String>,
}

/// An area that is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Area {
    pub code: String,
    pub name: Text,
    /// Outer rings and holes alike.
    pub rings: Vec<Vec<LonLat>>,
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// By code.
    pub areas: Vec<Area>,
    /// By day and id.
    pub events: Vec<Happening>,
}

/// An area with what happened in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaSpot {
    pub area: String,
    pub name: Text,
    pub events: u32,
    /// Areas that it touches.
    pub neighbours: u32,
    pub spot: Spot,
}

/// A hexagon that stands out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HexagonSpot {
    pub hexagon: Hexagon,
    pub middle: LonLat,
    /// Area that its middle lies in; `None`: in none.
    pub area: Option<String>,
    pub events: u32,
    pub spot: Spot,
}

/// All hexagons, of which those are named that hold an event or stand out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    #[serde(with = "exact")]
    pub edge_km: f64,
    pub tested: usize,
    pub hexagons: Vec<HexagonSpot>,
}

/// A cluster on the ground and in the calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gathering {
    pub cluster: Cluster,
    pub middle: LonLat,
    /// From the middle to the outermost corner.
    #[serde(with = "exact")]
    pub radius_km: f64,
    pub area: Option<String>,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// What one of the three gives, with its sentence; or the sentence that says why it does not apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found<T> {
    pub statement: Text,
    /// `None`: it does not apply.
    pub found: Option<T>,
}

/// Where events gather.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HotSpots {
    /// Events of the period.
    pub events: usize,
    /// The clearest first.
    pub areas: Found<Vec<AreaSpot>>,
    pub grid: Found<Grid>,
    /// The clearest first; whatever their p.
    pub clusters: Found<Vec<Gathering>>,
    pub method: String,
    pub seed: u32,
    pub draws: usize,
}

/// Why one of the three does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inapplicable {
    FewEvents { events: usize },
    FewAreas { areas: usize },
    FewHexagons { hexagons: usize },
    Weeks { weeks: usize },
    Even,
}

/// Computes all three.
pub fn hot_spots(case: &Case) -> HotSpots {
    let map = Map::of(case);
    let areas = map.areas(case);
    let grid = map.grid();
    let clusters = map.clusters(case);
    HotSpots {
        events: case.events.len(),
        areas: told(areas, |found| words::of_areas(found, case.events.len())),
        grid: told(grid, words::of_grid),
        clusters: told(clusters, |found| words::of_clusters(found)),
        method: METHOD.to_owned(),
        seed: SEED,
        draws: DRAWS,
    }
}

fn told<T>(found: Result<T, Inapplicable>, say: impl Fn(&T) -> Text) -> Found<T> {
    match found {
        Ok(found) => Found { statement: say(&found), found: Some(found) },
        Err(why) => Found { statement: words::inapplicable(why), found: None },
    }
}

/// Areas and events on the ground.
struct Map {
    ground: Ground,
    /// Code and shape of areas with one.
    shapes: Vec<(String, Shape)>,
    hexagons: Vec<Hexagon>,
    edge_km: f64,
    /// Day and hexagon, as a place in the list, of each event that lies on one.
    events: Vec<(Option<NaiveDate>, usize)>,
}

impl Map {
    fn of(case: &Case) -> Self {
        let corners = case.areas.iter().flat_map(|area| area.rings.iter().flatten());
        let places: Vec<LonLat> = corners.copied().chain(case.events.iter().map(|one| one.at)).collect();
        let middle = |of: fn(&LonLat) -> f64| {
            let values = places.iter().map(of).filter(|value| value.is_finite());
            let (low, high) =
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
            f64::midpoint(low, high)
        };
        let ground =
            Ground::around(LonLat { longitude: middle(|at| at.longitude), latitude: middle(|at| at.latitude) });
        let ring = |ring: &Vec<LonLat>| ring.iter().filter_map(|at| ground.project(*at)).collect::<Vec<Xy>>();
        let shapes: Vec<(String, Shape)> = case
            .areas
            .iter()
            .map(|area| (area.code.clone(), Shape(area.rings.iter().map(ring).collect())))
            .filter(|(_, shape)| shape.0.iter().any(|ring| ring.len() > 2))
            .collect();
        let points: Vec<(Option<NaiveDate>, Xy)> =
            case.events.iter().filter_map(|one| Some((one.day, ground.project(one.at)?))).collect();
        let only: Vec<Shape> = shapes.iter().map(|(_, shape)| shape.clone()).collect();
        let places: Vec<Xy> = points.iter().map(|(_, at)| *at).collect();
        let (hexagons, edge_km) = grid(&only, &places);
        let lies = |(day, at): &(Option<NaiveDate>, Xy)| {
            Some((*day, hexagons.binary_search(&Hexagon::of(*at, edge_km)).ok()?))
        };
        let events = points.iter().filter_map(lies).collect();
        Self { ground, shapes, hexagons, edge_km, events }
    }

    /// Area that a place lies in.
    fn area_at(&self, at: Xy) -> Option<String> {
        self.shapes.iter().find(|(_, shape)| shape.holds(at)).map(|(code, _)| code.clone())
    }

    fn areas(&self, case: &Case) -> Result<Vec<AreaSpot>, Inapplicable> {
        if case.events.len() < EVENTS_MIN {
            return Err(Inapplicable::FewEvents { events: case.events.len() });
        }
        let placed: Vec<(&Area, &Shape)> = case
            .areas
            .iter()
            .filter_map(|area| Some((area, &self.shapes.iter().find(|(code, _)| *code == area.code)?.1)))
            .collect();
        if placed.len() < AREAS_MIN {
            return Err(Inapplicable::FewAreas { areas: placed.len() });
        }
        let count = |area: &Area| case.events.iter().filter(|one| one.area.as_ref() == Some(&area.code)).count();
        let counts: Vec<u32> = placed.iter().map(|(area, _)| count(area) as u32).collect();
        let neighbours = touching(&placed.iter().map(|(_, shape)| *shape).collect::<Vec<&Shape>>());
        let values: Vec<f64> = counts.iter().map(|count| f64::from(*count)).collect();
        let spots = getis_ord(&values, &neighbours).ok_or(Inapplicable::Even)?;
        let mut found: Vec<AreaSpot> = placed
            .iter()
            .zip(counts)
            .zip(neighbours)
            .zip(spots)
            .map(|((((area, _), events), neighbours), spot)| AreaSpot {
                area: area.code.clone(),
                name: area.name.clone(),
                events,
                neighbours: neighbours.len() as u32,
                spot,
            })
            .collect();
        found.sort_by(|one, other| other.spot.z.total_cmp(&one.spot.z).then_with(|| one.area.cmp(&other.area)));
        Ok(found)
    }

    fn grid(&self) -> Result<Grid, Inapplicable> {
        if self.events.len() < EVENTS_MIN {
            return Err(Inapplicable::FewEvents { events: self.events.len() });
        }
        if self.hexagons.len() < HEXAGONS_MIN {
            return Err(Inapplicable::FewHexagons { hexagons: self.hexagons.len() });
        }
        let mut counts = vec![0_u32; self.hexagons.len()];
        self.events.iter().for_each(|(_, at)| counts[*at] += 1);
        let next = |one: &Hexagon| {
            let is_next = |(_, other): &(usize, &Hexagon)| one.steps(**other) == 1;
            self.hexagons.iter().enumerate().filter(is_next).map(|(at, _)| at).collect::<Vec<usize>>()
        };
        let neighbours: Vec<Vec<usize>> = self.hexagons.iter().map(next).collect();
        let values: Vec<f64> = counts.iter().map(|count| f64::from(*count)).collect();
        let spots = getis_ord(&values, &neighbours).ok_or(Inapplicable::Even)?;
        let hexagons = self.hexagons.iter().zip(counts).zip(spots).map(|((hexagon, events), spot)| {
            let at = hexagon.middle(self.edge_km);
            HexagonSpot { hexagon: *hexagon, middle: self.ground.unproject(at), area: self.area_at(at), events, spot }
        });
        let mut hexagons: Vec<HexagonSpot> =
            hexagons.filter(|one| one.events > 0 || one.spot.heat != getis_ord::Heat::Neither).collect();
        hexagons
            .sort_by(|one, other| other.spot.z.total_cmp(&one.spot.z).then_with(|| one.hexagon.cmp(&other.hexagon)));
        Ok(Grid { edge_km: self.edge_km, tested: self.hexagons.len(), hexagons })
    }

    fn clusters(&self, case: &Case) -> Result<Vec<Gathering>, Inapplicable> {
        let days = usize::try_from((case.last - case.first).num_days() + 1).unwrap_or_default();
        let weeks = days / DAYS_PER_WEEK;
        if !(WEEKS_MIN..=WEEKS_MAX).contains(&weeks) {
            return Err(Inapplicable::Weeks { weeks });
        }
        // Days after the last whole week are left out: a shorter one holds less.
        let week = |day: NaiveDate| {
            let days = usize::try_from((day - case.first).num_days()).ok()?;
            (days / DAYS_PER_WEEK < weeks).then_some(days / DAYS_PER_WEEK)
        };
        let dated: Vec<(usize, usize)> =
            self.events.iter().filter_map(|(day, at)| Some((*at, week((*day)?)?))).collect();
        if dated.len() < EVENTS_MIN {
            return Err(Inapplicable::FewEvents { events: dated.len() });
        }
        let day = |week: usize, of: usize| {
            let days = (week * DAYS_PER_WEEK + of) as u64;
            case.first.checked_add_days(chrono::Days::new(days)).unwrap_or(case.last)
        };
        let gathering = |cluster: Cluster| {
            let at = cluster.middle.middle(self.edge_km);
            let steps = f64::from(cluster.rings) * 3f64.sqrt() * self.edge_km;
            Gathering {
                middle: self.ground.unproject(at),
                radius_km: steps + self.edge_km,
                area: self.area_at(at),
                first: day(cluster.first_week, 0),
                last: day(cluster.last_week, DAYS_PER_WEEK - 1),
                cluster,
            }
        };
        Ok(scan(&self.hexagons, &dated, weeks, SEED, DRAWS).into_iter().map(gathering).collect())
    }
}

/// Which shapes share a corner with each. One that touches none, as an island, counts the one whose middle is nearest, which
/// counts it too.
fn touching(shapes: &[&Shape]) -> Vec<Vec<usize>> {
    let mut at_corner: BTreeMap<(u64, u64), BTreeSet<usize>> = BTreeMap::new();
    for (own, shape) in shapes.iter().enumerate() {
        for corner in shape.0.iter().flatten() {
            at_corner.entry((corner.x.to_bits(), corner.y.to_bits())).or_default().insert(own);
        }
    }
    let mut neighbours = vec![BTreeSet::new(); shapes.len()];
    for together in at_corner.values() {
        for own in together {
            neighbours[*own].extend(together.iter().copied().filter(|other| other != own));
        }
    }
    let middles: Vec<Option<Xy>> = shapes.iter().map(|shape| shape.middle()).collect();
    for own in 0..shapes.len() {
        let far = |other: &usize| {
            let (one, other) = (middles[own]?, middles[*other]?);
            Some((one.x - other.x).hypot(one.y - other.y))
        };
        let others = (0..shapes.len()).filter(|other| *other != own);
        let nearest =
            others.filter_map(|other| Some((far(&other)?, other))).min_by(|one, other| one.0.total_cmp(&other.0));
        if let Some((_, nearest)) = nearest
            && neighbours[own].is_empty()
        {
            neighbours[own].insert(nearest);
            neighbours[nearest].insert(own);
        }
    }
    neighbours.into_iter().map(|near| near.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests;
