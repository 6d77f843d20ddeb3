//! Boundaries simplified for the screen.
//!
//! Rings are cut where borders meet into arcs that neighbours share, and each arc is simplified
//! (Visvalingam–Whyatt) the same way whoever it belongs to: neighbours still meet without gaps. How far
//! is what the size asks for.

use std::collections::BTreeMap;

use geo::{Area as _, Coord, LineString, MultiPolygon, Polygon, SimplifyVw as _};

use super::crossing::{self, Found};

/// Bytes of all boundaries of one level together, as text; about a third of it when compressed.
pub const LEVEL_BYTES: usize = 72_000;
/// Where a level has many areas: bytes for each.
pub const AREA_BYTES: usize = 600;
/// Largest boundary of one area as text, in bytes: it travels in an event.
pub const GEOMETRY_BYTES_MAX: usize = 256 * 1024;

/// Positions are kept to 0.0001 degrees, about 11 metres.
const GRID: f64 = 10_000.0;
/// About what "[18.5958,4.3713]," takes.
const POSITION_BYTES: usize = 17;
/// First tolerance, in square degrees: the area of a triangle that may go.
const TOLERANCE_FIRST: f64 = 1e-7;
const STEPS_MAX: usize = 24;

type Key = (i64, i64);

fn key(point: Coord<f64>) -> Key {
    ((point.x * GRID).round() as i64, (point.y * GRID).round() as i64)
}

fn point(key: Key) -> Coord<f64> {
    Coord { x: key.0 as f64 / GRID, y: key.1 as f64 / GRID }
}

/// Simplifies the areas of one level together until they fit; each stays a valid shape.
pub fn simplify(shapes: &[&MultiPolygon<f64>]) -> Vec<MultiPolygon<f64>> {
    let budget = LEVEL_BYTES.max(shapes.len() * AREA_BYTES);
    let borders = Borders::of(shapes);
    let mut tolerance = TOLERANCE_FIRST;
    let mut simple = borders.at(shapes, 0.0);
    for _ in 0..STEPS_MAX {
        let bytes = simple.iter().map(positions).sum::<usize>() * POSITION_BYTES;
        if bytes <= budget {
            break;
        }
        // From what is left, which is ever less: what a small tolerance takes, a larger one takes too.
        simple = borders.at(&simple.iter().collect::<Vec<_>>(), tolerance);
        tolerance *= if bytes > 4 * budget { 4.0 } else { 2.0 };
    }
    simple
}

/// A shape as GeoJSON: a Polygon where there is one, else a MultiPolygon.
pub fn geojson(shape: &MultiPolygon<f64>) -> String {
    let value = match shape.0.as_slice() {
        [polygon] => geojson::GeometryValue::from(polygon),
        _ => geojson::GeometryValue::from(shape),
    };
    geojson::Geometry::new(value).to_string()
}

fn positions(shape: &MultiPolygon<f64>) -> usize {
    shape.0.iter().flat_map(rings).map(|ring| ring.0.len()).sum()
}

fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// A ring on the grid, without equal neighbours and without its closing point.
fn gridded(ring: &LineString<f64>) -> Vec<Key> {
    let mut keys: Vec<Key> = ring.0.iter().map(|point| key(*point)).collect();
    keys.dedup();
    if keys.len() > 1 && keys.first() == keys.last() {
        keys.pop();
    }
    keys
}

/// The places where borders meet.
struct Borders {
    /// The first two neighbours of each place, and whether it has more.
    places: BTreeMap<Key, ([Option<Key>; 2], bool)>,
}

impl Borders {
    fn of(shapes: &[&MultiPolygon<f64>]) -> Self {
        let mut borders = Self { places: BTreeMap::new() };
        for ring in shapes.iter().flat_map(|shape| &shape.0).flat_map(rings) {
            let keys = gridded(ring);
            for (place, here) in keys.iter().enumerate() {
                let next = keys[(place + 1) % keys.len()];
                borders.meet(*here, next);
                borders.meet(next, *here);
            }
        }
        borders
    }

    fn meet(&mut self, here: Key, neighbour: Key) {
        let (known, more) = self.places.entry(here).or_default();
        if known.contains(&Some(neighbour)) {
            return;
        }
        match known.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(neighbour),
            None => *more = true,
        }
    }

    fn is_meeting(&self, place: Key) -> bool {
        self.places.get(&place).is_some_and(|(_, more)| *more)
    }

    fn at(&self, shapes: &[&MultiPolygon<f64>], tolerance: f64) -> Vec<MultiPolygon<f64>> {
        shapes.iter().map(|shape| self.shape(shape, tolerance)).collect()
    }

    /// Islands that the tolerance swallows go, but never the largest part.
    fn shape(&self, shape: &MultiPolygon<f64>, tolerance: f64) -> MultiPolygon<f64> {
        let largest = shape.0.iter().map(|polygon| polygon.unsigned_area()).fold(0.0, f64::max);
        let kept = shape.0.iter().filter(|polygon| {
            let area = polygon.unsigned_area();
            area >= largest || area > tolerance
        });
        MultiPolygon::new(kept.map(|polygon| self.polygon(polygon, tolerance)).collect())
    }

    /// Simplified, or as it was where that would make it cross itself or vanish.
    fn polygon(&self, polygon: &Polygon<f64>, tolerance: f64) -> Polygon<f64> {
        let simple: Option<Vec<_>> = rings(polygon).map(|ring| self.ring(ring, tolerance)).collect();
        match simple {
            Some(mut rings) if crossing::find(&rings) == Found::Nothing => {
                let holes = rings.split_off(1);
                Polygon::new(rings.remove(0), holes)
            }
            _ => polygon.clone(),
        }
    }

    fn ring(&self, ring: &LineString<f64>, tolerance: f64) -> Option<LineString<f64>> {
        let mut keys = gridded(ring);
        // Begin where borders meet; an island begins at its least place, whoever draws it.
        let begin = keys
            .iter()
            .position(|key| self.is_meeting(*key))
            .or_else(|| keys.iter().enumerate().min_by_key(|(_, key)| **key).map(|(place, _)| place))?;
        keys.rotate_left(begin);
        keys.push(keys[0]);
        let mut simple: Vec<Key> = vec![keys[0]];
        let mut from = 0;
        for to in 1..keys.len() {
            if to + 1 == keys.len() || self.is_meeting(keys[to]) {
                simple.extend(arc(&keys[from..=to], tolerance).into_iter().skip(1));
                from = to;
            }
        }
        let ring = LineString::new(simple.into_iter().map(point).collect());
        let is_area = ring.0.len() >= 4 && Polygon::new(ring.clone(), Vec::new()).unsigned_area() > 0.0;
        is_area.then_some(ring)
    }
}

/// An arc simplified in one direction, whichever way its owner walks it.
fn arc(keys: &[Key], tolerance: f64) -> Vec<Key> {
    let backwards = keys.iter().lt(keys.iter().rev());
    let mut line: Vec<_> = keys.iter().map(|key| point(*key)).collect();
    if backwards {
        line.reverse();
    }
    let simple = LineString::new(line.clone()).simplify_vw(tolerance);
    let is_closed = keys.first() == keys.last();
    // A closed arc is a whole island; with less than a triangle it would vanish.
    let mut simple = if is_closed && simple.0.len() < 4 { line } else { simple.0 };
    if backwards {
        simple.reverse();
    }
    simple.into_iter().map(key).collect()
}

#[cfg(test)]
#[path = "screen_tests.rs"]
mod tests;
