//! The provinces' outlines: a jittered grid of five by three in which neighbours share every point of
//! their border, with a coast to the west and bent borders inside.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{chance::Chance, content::Province};

/// West and south end of the country, in degrees.
const CORNER: (f64, f64) = (17.0, 6.0);
/// Width and height of a cell, in degrees.
const CELL: (f64, f64) = (1.5, 1.7);
const COLUMNS: usize = 5;
const ROWS: usize = 3;
/// Points between two corners of the grid.
const BENDS: usize = 6;
/// Places of the grid, west to east and south to north, for the provinces in the order of their numbers.
const PLACES: [(usize, usize); 15] = [
    (0, 1),
    (0, 2),
    (0, 0),
    (1, 1),
    (2, 1),
    (2, 0),
    (3, 0),
    (3, 2),
    (2, 2),
    (4, 1),
    (4, 0),
    (3, 1),
    (1, 0),
    (1, 2),
    (4, 2),
];

type Point = (f64, f64);

/// The province that was there before two others, and the places of the grid around it.
pub const GREATER: &str = "CAR00";
const GREATER_CORNERS: [(usize, usize); 6] = [(1, 2), (2, 2), (3, 2), (3, 3), (2, 3), (1, 3)];
/// Numbers of the two that it became.
pub const OF_GREATER: [usize; 2] = [9, 14];

/// Code of a province by its number, from 1.
pub fn area_code(number: usize) -> String {
    format!("CAR{number:02}")
}

/// Codes of provinces by their numbers.
pub fn area_codes(numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(|number| area_code(*number)).collect()
}

/// A FeatureCollection of the provinces, at level 1; two of them are there since a day, and before it one around both.
pub fn geojson(seed: u64, provinces: &[Province], since: NaiveDate) -> Value {
    let outlines = outlines(seed);
    let mut features: Vec<Value> = provinces
        .iter()
        .zip(outlines)
        .enumerate()
        .map(|(place, (province, ring))| {
            let ring: Vec<Value> = ring.iter().map(|(x, y)| json!([x, y])).collect();
            let valid_from = OF_GREATER.contains(&(place + 1)).then_some(since);
            json!({
                "type": "Feature",
                "properties": {
                    "code": area_code(place + 1), "name": province.en, "name_fr": province.fr, "admin_level": 1,
                    "valid_from": valid_from
                },
                "geometry": {"type": "Polygon", "coordinates": [ring]}
            })
        })
        .collect();
    let ring: Vec<Value> = around(seed, &GREATER_CORNERS).iter().map(|(x, y)| json!([x, y])).collect();
    features.push(json!({
        "type": "Feature",
        "properties": {
            "code": GREATER, "name": "Greater Maridi", "name_fr": "Grand-Maridi", "admin_level": 1,
            "valid_to": since.pred_opt()
        },
        "geometry": {"type": "Polygon", "coordinates": [ring]}
    }));
    json!({"type": "FeatureCollection", "features": features})
}

/// Closed rings, against the clock, in the order of the provinces' numbers.
pub fn outlines(seed: u64) -> Vec<Vec<Point>> {
    PLACES.iter().map(|place| outline(seed, *place)).collect()
}

/// A point of a province that lies well inside it: shares, 0 to 1, of the way from west to east and from south to north.
pub fn inside(number: usize, east: f64, north: f64) -> Point {
    let (column, row) = PLACES[number - 1];
    // Corners move by an eighth of a cell and borders bend by less; the middle of it is the province's whatever they do.
    let share = |along: f64| 0.22 + 0.56 * along.clamp(0.0, 1.0);
    let (x, y) = (column as f64 + share(east), row as f64 + share(north));
    rounded((CORNER.0 + x * CELL.0, CORNER.1 + y * CELL.1))
}

fn outline(seed: u64, (column, row): (usize, usize)) -> Vec<Point> {
    around(seed, &[(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)])
}

/// A closed ring from corner to corner.
fn around(seed: u64, corners: &[(usize, usize)]) -> Vec<Point> {
    let mut ring = Vec::new();
    for (place, from) in corners.iter().enumerate() {
        let to = corners[(place + 1) % corners.len()];
        let mut border = border(seed, (*from).min(to), (*from).max(to));
        if *from > to {
            border.reverse();
        }
        border.pop();
        ring.extend(border);
    }
    ring.extend(ring.first().copied());
    ring
}

/// The points between two corners, both included; the same from both sides.
fn border(seed: u64, from: (usize, usize), to: (usize, usize)) -> Vec<Point> {
    let (start, end) = (corner(seed, from), corner(seed, to));
    let mut chance = Chance::new(seed, &format!("border {from:?} {to:?}"));
    let (dx, dy) = (end.0 - start.0, end.1 - start.1);
    let mut points = vec![start];
    for bend in 1..=BENDS {
        let along = bend as f64 / (BENDS + 1) as f64;
        // At most a sixteenth of the length to the side: two borders of a cell cannot meet.
        let aside = chance.between(-0.06, 0.06);
        points.push(rounded((start.0 + dx * along - dy * aside, start.1 + dy * along + dx * aside)));
    }
    points.push(end);
    points
}

/// A corner of the grid, moved by at most an eighth of a cell.
fn corner(seed: u64, (column, row): (usize, usize)) -> Point {
    let mut chance = Chance::new(seed, &format!("corner {column} {row}"));
    let (aside, up) = (chance.between(-0.125, 0.125), chance.between(-0.125, 0.125));
    // The coast bulges: the middle of the country reaches furthest west.
    let bulge = if column == 0 && (1..ROWS).contains(&row) { -0.35 } else { 0.0 };
    debug_assert!(column <= COLUMNS && row <= ROWS);
    rounded((CORNER.0 + (column as f64 + aside + bulge) * CELL.0, CORNER.1 + (row as f64 + up) * CELL.1))
}

fn rounded((x, y): Point) -> Point {
    ((x * 10_000.0).round() / 10_000.0, (y * 10_000.0).round() / 10_000.0)
}
