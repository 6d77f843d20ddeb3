//! Checks of one polygon. Mends only what cannot be meant otherwise (orientation, the same point twice
//! in a row) and refuses the rest with a sentence that says which ring and where.

use geo::{
    Area as _, Coord, LineString, Polygon,
    coordinate_position::{CoordPos, CoordinatePosition as _},
    orient::{Direction, Orient as _},
};

use super::crossing::{self, Found};

/// Most points of one ring.
pub const POINTS_MAX: usize = 200_000;

/// A polygon that can be drawn: closed rings of at least four points, the outer one counter-clockwise
/// and holes clockwise (RFC 7946), nothing crossing, holes inside.
///
/// # Errors
/// A sentence that says which ring, where, and what would be right.
pub fn polygon(rings: Vec<Vec<Coord<f64>>>) -> Result<Polygon<f64>, String> {
    if rings.is_empty() {
        return Err("The polygon has no rings.".to_owned());
    }
    let mut clean = Vec::with_capacity(rings.len());
    for (place, points) in rings.into_iter().enumerate() {
        clean.push(ring(points, &named(place))?);
    }
    match crossing::find(&clean) {
        Found::Nothing => {}
        Found::Crossing(found) => return Err(crossing_sentence(found)),
        Found::TooIntricate => {
            return Err(
                "The boundary is too intricate to be checked; simplify it in a mapping program and load it again."
                    .to_owned(),
            );
        }
    }
    // Only now: a bow tie encloses nothing either, as its two halves cancel out.
    let flat = clean.iter().position(|ring| Polygon::new(ring.clone(), Vec::new()).unsigned_area() == 0.0);
    if let Some(place) = flat {
        return Err(encloses_nothing(&sentence_start(&named(place)), clean[place].0[0]));
    }
    let holes = clean.split_off(1);
    let outer = Polygon::new(clean.remove(0), Vec::new());
    for (place, hole) in holes.iter().enumerate() {
        let mut points = hole.0.iter();
        let side = points.find_map(|point| match outer.coordinate_position(point) {
            CoordPos::OnBoundary => None,
            side => Some((side, *point)),
        });
        if let Some((CoordPos::Outside, point)) = side {
            return Err(format!(
                "{} lies outside the outer ring, at {}.",
                sentence_start(&named(place + 1)),
                at(point)
            ));
        }
    }
    let (outer, _) = outer.into_inner();
    Ok(Polygon::new(outer, holes).orient(Direction::Default))
}

fn ring(mut points: Vec<Coord<f64>>, name: &str) -> Result<LineString<f64>, String> {
    let name = sentence_start(name);
    if points.len() > POINTS_MAX {
        return Err(format!(
            "{name} has {} points; at most {POINTS_MAX} are taken. Simplify it and load it again.",
            points.len()
        ));
    }
    for (place, point) in points.iter().enumerate() {
        let on_earth = point.x.is_finite() && point.y.is_finite() && point.x.abs() <= 180.0 && point.y.abs() <= 90.0;
        if !on_earth {
            return Err(format!(
                "{name} has {} as point {}: that is not a longitude and latitude in degrees (WGS 84). \
                 Convert the file to WGS 84, longitude first.",
                at(*point),
                place + 1
            ));
        }
    }
    match (points.first(), points.last()) {
        (Some(first), Some(last)) if first != last => {
            return Err(format!(
                "{name} is not closed: it begins at {} and ends at {}. Its last point has to be its first.",
                at(*first),
                at(*last)
            ));
        }
        _ => {}
    }
    let given = points.len();
    if given < 4 {
        return Err(format!("{name} has {given} points; a closed ring has at least 4, the last one being the first."));
    }
    points.dedup();
    if points.len() < 4 {
        return Err(encloses_nothing(&name, points[0]));
    }
    Ok(LineString::new(points))
}

fn encloses_nothing(name: &str, near: Coord<f64>) -> String {
    format!("{name} encloses nothing: its points lie on one line or on one spot, near {}.", at(near))
}

fn crossing_sentence(found: crossing::Crossing) -> String {
    let ((ring, point), (other_ring, other_point)) = (found.one, found.other);
    let name = sentence_start(&named(ring));
    if ring == other_ring {
        return format!(
            "{name} crosses itself at {}: the line from point {} crosses the line from point {}. \
             Untie it in a mapping program and load the file again.",
            at(found.at),
            point + 1,
            other_point + 1
        );
    }
    format!(
        "{name} and {} cross at {}. A hole has to lie inside the outer ring, and apart from other holes.",
        named(other_ring),
        at(found.at)
    )
}

fn named(place: usize) -> String {
    if place == 0 { "the outer ring".to_owned() } else { format!("hole {place}") }
}

fn sentence_start(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A point as a map shows it: longitude and latitude.
fn at(point: Coord<f64>) -> String {
    format!("[{}, {}]", rounded(point.x), rounded(point.y))
}

fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use geo::winding_order::Winding as _;
    use proptest::prelude::*;

    use super::*;

    fn points(points: &[(f64, f64)]) -> Vec<Coord<f64>> {
        points.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect()
    }

    fn refused(rings: &[&[(f64, f64)]]) -> String {
        polygon(rings.iter().map(|ring| points(ring)).collect()).expect_err("refused")
    }

    const SQUARE: &[(f64, f64)] = &[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)];

    #[test]
    fn what_is_wrong_is_said_with_ring_and_place() {
        assert_eq!(
            refused(&[&SQUARE[..4]]),
            "The outer ring is not closed: it begins at [0, 0] and ends at [0, 4]. Its last point has to be its first."
        );
        assert_eq!(
            refused(&[&[(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)]]),
            "The outer ring has 3 points; a closed ring has at least 4, the last one being the first."
        );
        assert_eq!(
            refused(&[SQUARE, &[(0.0, 0.0), (2.0, 95.0), (1.0, 1.0), (0.0, 0.0)]]),
            "Hole 1 has [2, 95] as point 2: that is not a longitude and latitude in degrees (WGS 84). \
             Convert the file to WGS 84, longitude first."
        );
        assert_eq!(
            refused(&[&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0), (0.0, 0.0)]]),
            "The outer ring crosses itself at [1, 1]: the line from point 1 crosses the line from point 3. \
             Untie it in a mapping program and load the file again."
        );
        assert_eq!(
            refused(&[SQUARE, &[(9.0, 9.0), (10.0, 9.0), (10.0, 10.0), (9.0, 9.0)]]),
            "Hole 1 lies outside the outer ring, at [9, 9]."
        );
        assert!(refused(&[&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 0.0)]]).contains("encloses nothing"));
        assert!(refused(&[&[(f64::NAN, 0.0), (1.0, 1.0), (2.0, 0.0), (0.0, 0.0)]]).contains("WGS 84"));
        assert_eq!(refused(&[]), "The polygon has no rings.");
    }

    #[test]
    fn only_what_is_safe_is_mended() {
        let clockwise: Vec<_> = SQUARE.iter().rev().copied().flat_map(|point| [point, point]).collect();
        let mended = polygon(vec![points(&clockwise)]).expect("orientation and double points are mended");
        assert!(mended.exterior().is_ccw());
        assert_eq!(mended.exterior().0.len(), 5);
    }

    #[test]
    fn a_spike_is_left_as_it_is() {
        let spiked =
            points(&[(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (6.0, 2.0), (4.0, 2.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]);
        let kept = polygon(vec![spiked]).expect("a spike is tolerated");
        assert_eq!(kept.exterior().0.len(), 8);
    }

    /// A ring around a centre: whatever the radii, it cannot cross itself.
    fn star(radii: &[f64]) -> Vec<Coord<f64>> {
        let corners = radii.len() as f64;
        let mut ring: Vec<_> = radii
            .iter()
            .enumerate()
            .map(|(place, radius)| {
                let angle = std::f64::consts::TAU * place as f64 / corners;
                Coord { x: 20.0 + radius * angle.cos(), y: 5.0 + radius * angle.sin() }
            })
            .collect();
        ring.push(ring[0]);
        ring
    }

    /// Whether any two sides cross within both: the definition, compared pair by pair.
    fn crosses_somewhere(ring: &LineString<f64>) -> bool {
        let sides: Vec<_> = ring.lines().collect();
        let pairs = (0..sides.len()).flat_map(|one| (one + 1..sides.len()).map(move |other| (one, other)));
        pairs
            .filter_map(|(one, other)| geo::line_intersection::line_intersection(sides[one], sides[other]))
            .any(|crossing| crossing.is_proper())
    }

    proptest! {
        #[test]
        fn a_star_is_taken_in_either_direction(radii in prop::collection::vec(0.5f64..3.0, 4..40), backwards in any::<bool>()) {
            let mut ring = star(&radii);
            let area = Polygon::new(LineString::new(ring.clone()), vec![]).unsigned_area();
            if backwards { ring.reverse(); }
            let taken = polygon(vec![ring]).expect("nothing is wrong with it");
            prop_assert!(taken.exterior().is_ccw());
            prop_assert!((taken.unsigned_area() - area).abs() < 1e-9);
        }

        #[test]
        fn two_corners_of_a_convex_ring_swapped_make_a_crossing(corners in 5usize..30, place in 1usize..26) {
            let mut ring = star(&vec![2.0; corners]);
            let place = 1 + place % (corners - 3);
            ring.swap(place, place + 1);
            let refused = polygon(vec![ring]).expect_err("a knot");
            prop_assert!(refused.contains("crosses itself at"), "{}", refused);
        }

        #[test]
        fn what_geo_calls_valid_is_taken_and_what_crosses_is_refused(
            corners in prop::collection::vec((0i32..7, 0i32..7), 3..9)
        ) {
            let mut ring: Vec<_> = corners.iter().map(|(x, y)| Coord { x: f64::from(*x), y: f64::from(*y) }).collect();
            ring.push(ring[0]);
            let line = LineString::new(ring.clone());
            let drawn = Polygon::new(line.clone(), vec![]);
            // geo has no objection to a ring on one spot; we do.
            let valid = drawn.unsigned_area() > 0.0 && geo::Validation::is_valid(&drawn);
            let crosses = crosses_somewhere(&line);
            let taken = polygon(vec![ring]);
            prop_assert!(!valid || taken.is_ok(), "valid by geo, yet {:?}", taken);
            prop_assert!(!crosses || taken.is_err(), "two sides cross, yet it was taken");
        }
    }
}
