//! Which area a point lies in.

use chrono::NaiveDate;
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
    /// First and last day on which it exists.
    valid: (Option<NaiveDate>, Option<NaiveDate>),
    bounds: Rect<f64>,
    geometry: Geometry<f64>,
}

impl Places {
    /// Adds an area by its GeoJSON geometry; one that cannot be read, or encloses nothing, is left out.
    /// Returns whether it was taken.
    pub fn add(
        &mut self,
        code: &str,
        level: u32,
        geometry: &str,
        valid: (Option<NaiveDate>, Option<NaiveDate>),
    ) -> bool {
        let parsed: Option<Geometry<f64>> =
            geometry.parse::<geojson::Geometry>().ok().and_then(|geometry| Geometry::try_from(geometry).ok());
        let Some((geometry, bounds)) = parsed.and_then(|geometry| Some((geometry.clone(), geometry.bounding_rect()?)))
        else {
            return false;
        };
        self.areas.push(Place { code: code.to_owned(), level, valid, bounds, geometry });
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

    /// The deepest area that a point lies in on a day.
    pub fn area_at(&self, longitude: f64, latitude: f64, day: NaiveDate) -> Option<&str> {
        self.area_from(0, longitude, latitude, day)
    }

    /// The same among the areas of a level and of those below it.
    pub fn area_from(&self, level: u32, longitude: f64, latitude: f64, day: NaiveDate) -> Option<&str> {
        let point = Point::new(longitude, latitude);
        let around = |place: &&Place| {
            let (from, to) = place.valid;
            let exists = from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to);
            let (low, high) = (place.bounds.min(), place.bounds.max());
            place.level >= level
                && exists
                && (low.x..=high.x).contains(&longitude)
                && (low.y..=high.y).contains(&latitude)
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

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn the_deepest_area_around_a_point() {
        let mut places = Places::default();
        assert!(places.is_empty());
        assert!(places.add("N", 1, SQUARE, (None, None)));
        assert!(places.add("N1", 2, CORNER, (day("2020-07-01"), None)));
        let today = day("2024-01-01").expect("a day");
        assert_eq!(places.area_at(1.0, 1.0, today), Some("N1"));
        assert_eq!(places.area_at(1.0, 1.0, day("2020-06-30").expect("a day")), Some("N"), "N1 was not there yet");
        assert_eq!(places.area_at(8.0, 8.0, today), Some("N"));
        assert_eq!(places.area_at(5.0, 5.0, today), None, "in the hole");
        assert_eq!(places.area_from(2, 1.0, 1.0, today), Some("N1"));
        assert_eq!(places.area_from(2, 8.0, 8.0, today), None, "N is above what is asked");
        assert_eq!(places.area_at(11.0, 5.0, today), None);
    }

    #[test]
    fn a_geometry_that_cannot_be_read_is_left_out() {
        let mut places = Places::default();
        assert!(!places.add("X", 1, "nothing", (None, None)));
        assert!(!places.add("X", 1, "", (None, None)));
        assert!(places.is_empty());
    }
}
