//! Where events gather on a small map: places in squares, as fine as there is room for.

use std::collections::BTreeMap;

/// Events that are counted together.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub area: String,
    /// Longitude and latitude of the middle of the events; `None`: only the area is known, and no point stands for them.
    pub middle: Option<(f64, f64)>,
    pub events: u32,
    pub deaths_best: u32,
    pub without_deaths: u32,
}

/// Degrees around the world: no square is larger.
const WORLD_DEGREES: f64 = 360.0;

/// The places in squares of twice the side, and again, until there are at most so many, or all of an area stands
/// together; and the side of the squares in degrees. What has no point gets none.
pub fn clustered(places: Vec<Place>, cell_degrees: f64, most: usize) -> (Vec<Place>, f64) {
    let mut side = cell_degrees;
    let mut found = places;
    while found.len() > most && side > 0.0 && side < WORLD_DEGREES {
        side *= 2.0;
        found = in_squares(found, side);
    }
    (found, side)
}

/// What lies in one square of one area, together.
fn in_squares(places: Vec<Place>, side: f64) -> Vec<Place> {
    let mut squares: BTreeMap<(String, Option<(i64, i64)>), Place> = BTreeMap::new();
    for place in places {
        let square = place.middle.map(|(x, y)| ((x / side).floor() as i64, (y / side).floor() as i64));
        match squares.get_mut(&(place.area.clone(), square)) {
            Some(known) => join(known, &place),
            None => drop(squares.insert((place.area.clone(), square), place)),
        }
    }
    squares.into_values().collect()
}

/// The middle of both weighs each by its events.
fn join(known: &mut Place, other: &Place) {
    let (own, theirs) = (f64::from(known.events), f64::from(other.events));
    let weighed = |one: f64, two: f64| (one * own + two * theirs) / (own + theirs).max(1.0);
    if let (Some(one), Some(two)) = (known.middle, other.middle) {
        known.middle = Some((weighed(one.0, two.0), weighed(one.1, two.1)));
    }
    known.events = known.events.saturating_add(other.events);
    known.deaths_best = known.deaths_best.saturating_add(other.deaths_best);
    known.without_deaths = known.without_deaths.saturating_add(other.without_deaths);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> impl Strategy<Value = Place> {
        let middle = prop::option::of((-170.0..170.0_f64, -80.0..80.0_f64));
        ("[AB]", middle, 1..50_u32, 0..9_u32).prop_map(|(area, middle, events, deaths_best)| Place {
            area,
            middle,
            events,
            deaths_best,
            without_deaths: 1,
        })
    }

    proptest! {
        /// However many there are: no event is lost, none gets a point that it had not, and there is room.
        #[test]
        fn no_event_is_lost_and_none_gets_a_point(places in prop::collection::vec(place(), 0..120), most in 10..40_usize) {
            let sum = |of: &[Place], pointed: bool| -> u32 {
                of.iter().filter(|one| one.middle.is_some() == pointed).map(|one| one.events).sum()
            };
            let (before, after) = (places.clone(), clustered(places, 0.1, most).0);
            prop_assert_eq!(sum(&before, true), sum(&after, true));
            prop_assert_eq!(sum(&before, false), sum(&after, false));
            // At the largest squares a quarter of the world of an area stands together, and what has no point.
            prop_assert!(after.len() <= most, "{} of {most}", after.len());
            prop_assert!(after.iter().filter_map(|one| one.middle).all(|(x, y)| x.abs() <= 170.0 && y.abs() <= 80.0));
        }
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let one = Place { area: "A".into(), middle: Some((18.5, 4.4)), events: 3, deaths_best: 1, without_deaths: 0 };
        assert_eq!(clustered(vec![one.clone()], 0.1, 8), (vec![one], 0.1));
    }
}
