//! Reads a TopoJSON topology as the GeoJSON features that it stands for. Borders that areas share are one arc
//! there, named by number; here each area gets its rings whole.
//!
//! Written here, not taken: the one crate that there is for it has rested since 2022 and panics at an arc that is
//! not there.

use serde_json::{Map, Value, json};

use super::{columns, geojson::NotBoundaries};

/// Most points of all rings together: a small file can name a long arc a million times.
pub const POINTS_MAX: usize = 2_000_000;

type Position = [f64; 2];

/// The features of all objects of a topology.
///
/// # Errors
/// It is no topology, names an arc that is not there, or unfolds beyond [`POINTS_MAX`].
pub fn features(topology: &Map<String, Value>) -> Result<Vec<Value>, NotBoundaries> {
    let mut unfolding = Unfolding { arcs: arcs(topology)?, points: 0 };
    let objects = topology.get("objects").and_then(Value::as_object).ok_or_else(|| broken("it has no objects"))?;
    let mut features = Vec::new();
    for object in objects.values() {
        match object.get("type").and_then(Value::as_str) {
            Some("GeometryCollection") => {
                let geometries = object.get("geometries").and_then(Value::as_array);
                for geometry in geometries.into_iter().flatten() {
                    features.push(unfolding.feature(geometry)?);
                }
            }
            _ => features.push(unfolding.feature(object)?),
        }
    }
    Ok(features)
}

struct Unfolding {
    arcs: Vec<Vec<Position>>,
    /// Points given out so far.
    points: usize,
}

impl Unfolding {
    fn feature(&mut self, geometry: &Value) -> Result<Value, NotBoundaries> {
        let kind = geometry.get("type").and_then(Value::as_str).unwrap_or_default();
        let named = geometry.get("arcs");
        let coordinates = match (kind, named) {
            ("Polygon", Some(rings)) => self.polygon(rings)?,
            ("MultiPolygon", Some(Value::Array(polygons))) => {
                Value::Array(polygons.iter().map(|rings| self.polygon(rings)).collect::<Result<_, _>>()?)
            }
            // Named by what reads the features: an area needs a polygon.
            _ => Value::Null,
        };
        let mut properties = geometry.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        if let (None, Some(id)) = (columns::ours(&properties).get("code"), geometry.get("id")) {
            properties.insert("code".to_owned(), id.clone());
        }
        Ok(json!({
            "type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}
        }))
    }

    fn polygon(&mut self, rings: &Value) -> Result<Value, NotBoundaries> {
        let rings = rings.as_array().ok_or_else(|| broken("the arcs of a polygon are not a list of rings"))?;
        Ok(Value::Array(rings.iter().map(|arcs| self.ring(arcs)).collect::<Result<_, _>>()?))
    }

    /// A ring of its arcs, end to end; a number below zero names an arc that is walked backwards.
    fn ring(&mut self, named: &Value) -> Result<Value, NotBoundaries> {
        let named = named.as_array().ok_or_else(|| broken("a ring is not a list of arcs"))?;
        let mut ring: Vec<Position> = Vec::new();
        for number in named {
            let number = number.as_i64().ok_or_else(|| broken("an arc is named by something that is no number"))?;
            let place = if number < 0 { !number } else { number };
            let arc = usize::try_from(place).ok().and_then(|place| self.arcs.get(place));
            let arc = arc.ok_or_else(|| {
                broken(format!("it names the arc {number}, but has {} arcs, counted from 0", self.arcs.len()))
            })?;
            self.points += arc.len();
            if self.points > POINTS_MAX {
                return Err(broken(format!("its areas have more than {POINTS_MAX} points together")));
            }
            // The next arc begins where the one before ended.
            let skip = usize::from(!ring.is_empty());
            if number < 0 {
                ring.extend(arc.iter().rev().skip(skip));
            } else {
                ring.extend(arc.iter().skip(skip));
            }
        }
        Ok(json!(ring))
    }
}

/// The arcs in longitude and latitude: with a transform each point is written as the step from the one before.
fn arcs(topology: &Map<String, Value>) -> Result<Vec<Vec<Position>>, NotBoundaries> {
    let pair = |value: &Value| {
        let pair = value.as_array()?;
        Some([pair.first()?.as_f64()?, pair.get(1)?.as_f64()?])
    };
    let transform = match topology.get("transform") {
        None | Some(Value::Null) => None,
        Some(transform) => {
            let part = |name: &str| transform.get(name).and_then(pair);
            let both = part("scale").zip(part("translate"));
            Some(both.ok_or_else(|| broken("its transform has no scale and translate of two numbers each"))?)
        }
    };
    let arcs = topology.get("arcs").and_then(Value::as_array).ok_or_else(|| broken("it has no arcs"))?;
    let arc = |(place, arc): (usize, &Value)| {
        let wrong = || broken(format!("its arc {place} (counted from 0) is not a list of positions"));
        let points = arc.as_array().ok_or_else(wrong)?;
        let mut at = [0.0, 0.0];
        let points = points.iter().map(|point| {
            let point = pair(point).ok_or_else(wrong)?;
            Ok(match transform {
                None => point,
                Some((scale, translate)) => {
                    at = [at[0] + point[0], at[1] + point[1]];
                    [at[0] * scale[0] + translate[0], at[1] * scale[1] + translate[1]]
                }
            })
        });
        points.collect::<Result<Vec<_>, NotBoundaries>>()
    };
    arcs.iter().enumerate().map(arc).collect()
}

fn broken(what: impl Into<String>) -> NotBoundaries {
    NotBoundaries::NotTopology(what.into())
}
