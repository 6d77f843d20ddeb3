//! Which area a point lies in.

use geo::{BoundingRect as _, Contains as _, Geometry, Point, Rect};

/// Areas with their geometries, the deepest first.
#[derive(Debug, Default)]
pub struct Places {
    areas: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    code: String,
    level: u32,
    bounds: Rect<f64>,
    geometry: Geometry<f64>,
}

impl Places {
    /// Adds an area by its GeoJSON geometry; one that cannot be read, or encloses nothing, is left out.
    /// Returns whether it was taken.
    pub fn add(&mut self, code: &str, level: u32, geometry: &str) -> bool {
        let parsed: Option<Geometry<f64>> =
            geometry.parse::<geojson::Geometry>().ok().and_then(|geometry| Geometry::try_from(geometry).ok());
        let Some((geometry, bounds)) = parsed.and_then(|geometry| Some((geometry.clone(), geometry.bounding_rect()?)))
        else {
            return false;
        };
        self.areas.push(Place { code: code.to_owned(), level, bounds, geometry });
        self.areas.sort_by(|one, other| other.level.cmp(&one.level).then(one.code.cmp(&other.code)));
        true
    }

    /// True when no area has a geometry.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// Areas with a geometry.
    pub fn len(&self) -> usize {
        self.areas.len()
    }

    /// The deepest area that a point lies in.
    pub fn area_at(&self, longitude: f64, latitude: f64) -> Option<&str> {
        let point = Point::new(longitude, latitude);
        let around = |place: &&Place| {
            let (low, high) = (place.bounds.min(), place.bounds.max());
            (low.x..=high.x).contains(&longitude) && (low.y..=high.y).contains(&latitude)
        };
        self.areas.iter().filter(around).find(|place| place.geometry.contains(&point)).map(|place| place.code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str =
        r#"{"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]}"#;
    const CORNER: &str = r#"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}"#;

    #[test]
    fn the_deepest_area_around_a_point() {
        let mut places = Places::default();
        assert!(places.is_empty());
        assert!(places.add("N", 1, SQUARE));
        assert!(places.add("N1", 2, CORNER));
        assert_eq!(places.area_at(1.0, 1.0), Some("N1"));
        assert_eq!(places.area_at(8.0, 8.0), Some("N"));
        assert_eq!(places.area_at(5.0, 5.0), None, "in the hole");
        assert_eq!(places.area_at(11.0, 5.0), None);
    }

    #[test]
    fn a_geometry_that_cannot_be_read_is_left_out() {
        let mut places = Places::default();
        assert!(!places.add("X", 1, "nothing"));
        assert!(!places.add("X", 1, ""));
        assert!(places.is_empty());
    }
}
