//! Shapes of areas, small enough for a page.

use geo::{BoundingRect as _, Coord, InteriorPoint as _, LineString, Polygon, Simplify as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Share of the map's width below which a detail is left out.
const DETAIL: f64 = 1.0 / 400.0;
/// Decimal places of a coordinate that are kept: about 10 m.
const DECIMALS: f64 = 10_000.0;

/// An area on a map: polygons, each of rings, the first its outside, of points in longitude and latitude.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub area: String,
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
}

impl Shape {
    /// From a GeoJSON geometry; `None` for what is no polygon.
    pub fn from_geojson(area: &str, geometry: &str) -> Option<Self> {
        let geometry: Value = serde_json::from_str(geometry).ok()?;
        let coordinates = geometry.get("coordinates")?;
        let polygons = match geometry.get("type")?.as_str()? {
            "Polygon" => vec![polygon(coordinates)?],
            "MultiPolygon" => coordinates.as_array()?.iter().map(polygon).collect::<Option<Vec<_>>>()?,
            _ => return None,
        };
        Some(Self { area: area.to_owned(), polygons })
    }

    /// A point inside its largest polygon, for a label.
    pub fn inner_point(&self) -> Option<[f64; 2]> {
        let extent = |polygon: &Polygon| polygon.bounding_rect().map_or(0.0, |rect| rect.width() * rect.height());
        let polygons = self.polygons.iter().filter_map(|rings| to_polygon(rings));
        let largest = polygons.max_by(|a, b| extent(a).total_cmp(&extent(b)))?;
        largest.interior_point().map(|point| [point.x(), point.y()])
    }

    fn points(&self) -> impl Iterator<Item = &[f64; 2]> {
        self.polygons.iter().flatten().flatten()
    }
}

/// West, south, east and north of all shapes; `None` without a point.
pub fn bounds(shapes: &[Shape]) -> Option<[f64; 4]> {
    shapes.iter().flat_map(Shape::points).fold(None, |bounds, [x, y]| {
        let [west, south, east, north] = bounds.unwrap_or([*x, *y, *x, *y]);
        Some([west.min(*x), south.min(*y), east.max(*x), north.max(*y)])
    })
}

/// Leaves out detail that the page cannot show, and rings that vanish with it.
pub fn simplify(shapes: Vec<Shape>) -> Vec<Shape> {
    let Some([west, south, east, north]) = bounds(&shapes) else { return shapes };
    let tolerance = (east - west).max(north - south) * DETAIL;
    let ring = |points: &Vec<[f64; 2]>| {
        let line: LineString = points.iter().map(|[x, y]| Coord { x: *x, y: *y }).collect();
        let points: Vec<[f64; 2]> =
            line.simplify(tolerance).0.iter().map(|at| [rounded(at.x), rounded(at.y)]).collect();
        (points.len() >= 4).then_some(points)
    };
    let simpler = |rings: &Vec<Vec<[f64; 2]>>| {
        // The outside of an area too small for the page stays as it is: an area does not disappear.
        let outside = rings.first().map(|first| ring(first).unwrap_or_else(|| first.clone()))?;
        Some(std::iter::once(outside).chain(rings[1..].iter().filter_map(ring)).collect())
    };
    shapes
        .into_iter()
        .map(|shape| Shape { polygons: shape.polygons.iter().filter_map(simpler).collect(), area: shape.area })
        .collect()
}

fn rounded(degrees: f64) -> f64 {
    (degrees * DECIMALS).round() / DECIMALS
}

fn polygon(rings: &Value) -> Option<Vec<Vec<[f64; 2]>>> {
    let ring = |ring: &Value| ring.as_array()?.iter().map(point).collect::<Option<Vec<_>>>();
    rings.as_array()?.iter().map(ring).collect()
}

fn point(point: &Value) -> Option<[f64; 2]> {
    let at = |place: usize| point.get(place)?.as_f64().filter(|degrees| degrees.is_finite());
    Some([at(0)?, at(1)?])
}

fn to_polygon(rings: &[Vec<[f64; 2]>]) -> Option<Polygon> {
    let line = |ring: &Vec<[f64; 2]>| ring.iter().map(|[x, y]| Coord { x: *x, y: *y }).collect::<LineString>();
    let (outside, inside) = rings.split_first()?;
    Some(Polygon::new(line(outside), inside.iter().map(line).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[0,0],[5,0.001],[10,0],[10,10],[0,10],[0,0]]]}"#;

    #[test]
    fn a_shape_loses_detail_but_not_its_corners() {
        let shape = Shape::from_geojson("X", SQUARE).expect("a polygon");
        assert_eq!(bounds(std::slice::from_ref(&shape)), Some([0.0, 0.0, 10.0, 10.0]));
        let simple = simplify(vec![shape]);
        assert_eq!(simple[0].polygons[0][0].len(), 5, "the point that lies on the line is gone");
        let [x, y] = simple[0].inner_point().expect("a point inside");
        assert!((0.0..10.0).contains(&x) && (0.0..10.0).contains(&y));
    }

    #[test]
    fn what_is_no_polygon_is_no_shape() {
        for geometry in
            ["", "{}", r#"{"type":"Point","coordinates":[1,2]}"#, r#"{"type":"Polygon","coordinates":[[["a",2]]]}"#]
        {
            assert_eq!(Shape::from_geojson("X", geometry), None, "{geometry}");
        }
    }
}
