//! Places on the ground: an equal-area projection around the middle of a mission, its areas as polygons in it, and a grid of
//! hexagons over them.
//!
//! Lambert's azimuthal equal-area projection of a sphere (J. P. Snyder, "Map Projections: A Working Manual", U.S. Geological
//! Survey 1395, 1987, equations 24-2 to 24-4) keeps areas everywhere and, over a country, distances to a few tenths of a percent. Hexagons
//! are counted by axial coordinates, rounded to the nearest centre.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::analysis::exact;

/// Mean radius of the earth, km (IUGG).
const EARTH_KM: f64 = 6_371.008_8;
/// Hexagons of at most so many, of the smallest edge for which that is enough.
pub const HEXAGONS_MAX: usize = 250;
/// Edges to choose from, km; beyond the last they double.
const EDGES_KM: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 60.0];
const EDGE_KM_MAX: f64 = 3_840.0;
/// A country fills its areas' boxes by this part at least; an edge by which the boxes hold more hexagons is not tried.
const ROOM_SHARE_MAX: f64 = 8.0;

/// Degrees, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LonLat {
    #[serde(with = "exact")]
    pub longitude: f64,
    #[serde(with = "exact")]
    pub latitude: f64,
}

/// Kilometres east and north of the middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Xy {
    pub x: f64,
    pub y: f64,
}

/// The rings of a GeoJSON polygon or multipolygon, outer ones and holes alike; of anything else none.
pub fn rings_of(geometry: &str) -> Vec<Vec<LonLat>> {
    #[derive(Deserialize)]
    #[serde(tag = "type", content = "coordinates")]
    enum Geometry {
        Polygon(Vec<Vec<Vec<f64>>>),
        MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
    }
    let place = |at: &Vec<f64>| match at[..] {
        [longitude, latitude, ..] => Some(LonLat { longitude, latitude }),
        _ => None,
    };
    let ring = |ring: &Vec<Vec<f64>>| ring.iter().filter_map(place).collect();
    match serde_json::from_str(geometry) {
        Ok(Geometry::Polygon(rings)) => rings.iter().map(ring).collect(),
        Ok(Geometry::MultiPolygon(polygons)) => polygons.iter().flatten().map(ring).collect(),
        Err(_) => Vec::new(),
    }
}

/// A projection around a middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground {
    middle: LonLat,
}

impl Ground {
    /// Around a middle; one that is no place on earth is taken to the nearest that is.
    pub fn around(middle: LonLat) -> Self {
        let kept = |value: f64, most: f64| if value.is_finite() { value.clamp(-most, most) } else { 0.0 };
        Self { middle: LonLat { longitude: kept(middle.longitude, 180.0), latitude: kept(middle.latitude, 90.0) } }
    }

    /// A place in kilometres; `None` for what is no place on earth, or opposite to the middle.
    pub fn project(&self, at: LonLat) -> Option<Xy> {
        let is_on_earth = at.longitude.abs() <= 360.0 && at.latitude.abs() <= 90.0;
        if !is_on_earth {
            return None;
        }
        let (sin, cos) = at.latitude.to_radians().sin_cos();
        let (sin_0, cos_0) = self.middle.latitude.to_radians().sin_cos();
        let (sin_l, cos_l) = (at.longitude - self.middle.longitude).to_radians().sin_cos();
        let below = 1.0 + sin_0 * sin + cos_0 * cos * cos_l;
        if below <= 1e-9 {
            return None;
        }
        let k = EARTH_KM * (2.0 / below).sqrt();
        Some(Xy { x: k * cos * sin_l, y: k * (cos_0 * sin - sin_0 * cos * cos_l) })
    }

    /// Back to degrees.
    pub fn unproject(&self, at: Xy) -> LonLat {
        let distance = at.x.hypot(at.y);
        if distance == 0.0 {
            return self.middle;
        }
        let (sin_c, cos_c) = (2.0 * (distance / (2.0 * EARTH_KM)).min(1.0).asin()).sin_cos();
        let (sin_0, cos_0) = self.middle.latitude.to_radians().sin_cos();
        let latitude = (cos_c * sin_0 + at.y * sin_c * cos_0 / distance).clamp(-1.0, 1.0).asin();
        let longitude = (at.x * sin_c).atan2(distance * cos_0 * cos_c - at.y * sin_0 * sin_c);
        LonLat { longitude: self.middle.longitude + longitude.to_degrees(), latitude: latitude.to_degrees() }
    }
}

/// The rings of an area, outer ones and holes alike, in kilometres.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape(pub Vec<Vec<Xy>>);

impl Shape {
    /// Inside by the even-odd rule, which needs not know which rings are holes.
    pub fn holds(&self, at: Xy) -> bool {
        let crosses = |(one, other): (Xy, Xy)| {
            (one.y > at.y) != (other.y > at.y) && at.x < (other.x - one.x) * (at.y - one.y) / (other.y - one.y) + one.x
        };
        self.edges().filter(|edge| crosses(*edge)).count() % 2 == 1
    }

    /// Centre of gravity, holes taken out; of a shape without area the mean of its corners; `None` without corners.
    pub fn middle(&self) -> Option<Xy> {
        let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
        for ring in &self.0 {
            let (mut own, mut own_x, mut own_y) = (0.0, 0.0, 0.0);
            for (one, other) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                let cross = one.x * other.y - other.x * one.y;
                own += cross;
                own_x += (one.x + other.x) * cross;
                own_y += (one.y + other.y) * cross;
            }
            // A ring within an odd number of others is a hole, whichever way round it is written.
            let within = |other: &&Vec<Xy>| {
                !std::ptr::eq(*other, ring) && ring.first().is_some_and(|at| Self(vec![(*other).clone()]).holds(*at))
            };
            let is_hole = self.0.iter().filter(within).count() % 2 == 1;
            let sign = if is_hole == (own > 0.0) { -1.0 } else { 1.0 };
            area += sign * own;
            x += sign * own_x;
            y += sign * own_y;
        }
        if area.abs() > f64::EPSILON {
            return Some(Xy { x: x / (3.0 * area), y: y / (3.0 * area) });
        }
        let corners: Vec<&Xy> = self.0.iter().flatten().collect();
        let count = corners.len() as f64;
        let mean = |of: fn(&Xy) -> f64| corners.iter().map(|at| of(at) / count).sum();
        (!corners.is_empty()).then(|| Xy { x: mean(|at| at.x), y: mean(|at| at.y) })
    }

    /// Least and most of a coordinate; zero without corners.
    fn reach(&self, of: fn(&Xy) -> f64) -> (f64, f64) {
        let values = || self.0.iter().flatten().map(of);
        (values().reduce(f64::min).unwrap_or_default(), values().reduce(f64::max).unwrap_or_default())
    }

    fn edges(&self) -> impl Iterator<Item = (Xy, Xy)> {
        self.0.iter().flat_map(|ring| ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)))
    }
}

/// A hexagon by its axial coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hexagon {
    pub q: i32,
    pub r: i32,
}

impl Hexagon {
    /// The one that a place lies in, with corners to the north and south.
    pub fn of(at: Xy, edge_km: f64) -> Self {
        let q = (3f64.sqrt() / 3.0 * at.x - at.y / 3.0) / edge_km;
        let r = (2.0 / 3.0 * at.y) / edge_km;
        let (mut near_q, mut near_r, near_s) = (q.round(), r.round(), (-q - r).round());
        let (off_q, off_r, off_s) = ((near_q - q).abs(), (near_r - r).abs(), (near_s + q + r).abs());
        if off_q > off_r && off_q > off_s {
            near_q = -near_r - near_s;
        } else if off_r > off_s {
            near_r = -near_q - near_s;
        }
        Self { q: near_q as i32, r: near_r as i32 }
    }

    /// Its centre.
    pub fn middle(self, edge_km: f64) -> Xy {
        let (q, r) = (f64::from(self.q), f64::from(self.r));
        Xy { x: edge_km * 3f64.sqrt() * (q + r / 2.0), y: edge_km * 1.5 * r }
    }

    /// Steps to another one.
    pub fn steps(self, to: Self) -> u32 {
        let (q, r) = (i64::from(self.q) - i64::from(to.q), i64::from(self.r) - i64::from(to.r));
        ((q.abs() + r.abs() + (q + r).abs()) / 2) as u32
    }
}

/// A grid over shapes: the hexagons whose centre lies in one of them, or that hold one of the points, in order; and their edge.
///
/// The smallest of the edges for which there are at most [`HEXAGONS_MAX`].
pub fn grid(shapes: &[Shape], points: &[Xy]) -> (Vec<Hexagon>, f64) {
    let mut edges = EDGES_KM.iter().copied().chain(std::iter::successors(Some(120.0), |edge| Some(edge * 2.0)));
    loop {
        let edge = edges.next().unwrap_or(EDGE_KM_MAX);
        let mut found: BTreeSet<Hexagon> = points.iter().map(|at| Hexagon::of(*at, edge)).collect();
        let room = boxes(shapes) / (1.5 * 3f64.sqrt() * edge * edge);
        if (found.len() > HEXAGONS_MAX || room > ROOM_SHARE_MAX * HEXAGONS_MAX as f64) && edge < EDGE_KM_MAX {
            continue;
        }
        for shape in shapes {
            let ((west, east), (south, north)) = (shape.reach(|at| at.x), shape.reach(|at| at.y));
            let rows = |y: f64| (y / (1.5 * edge)).round() as i32;
            for r in rows(south) - 1..=rows(north) + 1 {
                let columns = |x: f64| (x / (edge * 3f64.sqrt()) - f64::from(r) / 2.0).round() as i32;
                let row = (columns(west) - 1..=columns(east) + 1).map(|q| Hexagon { q, r });
                found.extend(row.filter(|one| shape.holds(one.middle(edge))));
            }
        }
        if found.len() <= HEXAGONS_MAX || edge >= EDGE_KM_MAX {
            return (found.into_iter().take(HEXAGONS_MAX).collect(), edge);
        }
    }
}

/// Square kilometres of the boxes around all shapes: a bound on how many hexagons are looked at.
fn boxes(shapes: &[Shape]) -> f64 {
    shapes
        .iter()
        .map(|shape| (shape.reach(|at| at.x), shape.reach(|at| at.y)))
        .map(|(x, y)| (x.1 - x.0) * (y.1 - y.0))
        .sum()
}
