//! Where rings cross themselves or one another.
//!
//! A crossing is where the boundary passes from one side of itself to the other, so that inside and
//! outside cannot be told apart. A spike (there and back on one line) and a touch at a point are not:
//! surveyed boundaries have them, and the inside stays clear.

use std::cmp::Ordering;

use geo::{
    Coord, Line, LineString,
    line_intersection::{LineIntersection, line_intersection},
};

/// Most pairs of segments that are compared for one polygon.
const COMPARISONS_MAX: usize = 200_000_000;

/// Where two segments cross. Rings and points count from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    pub at: Coord<f64>,
    /// Ring and point that the two segments begin at; the lower ring and point first.
    pub one: (usize, usize),
    pub other: (usize, usize),
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Found {
    Nothing,
    Crossing(Crossing),
    /// More pairs of segments than are compared.
    TooIntricate,
}

struct Segment {
    line: Line<f64>,
    ring: usize,
    point: usize,
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

/// The first crossing among the rings of one polygon; rings are closed, without equal neighbours.
pub fn find(rings: &[LineString<f64>]) -> Found {
    let mut segments: Vec<Segment> = Vec::new();
    for (ring, line) in rings.iter().enumerate() {
        segments.extend(line.lines().enumerate().map(|(point, line)| segment(line, ring, point)));
    }
    segments.sort_by(|one, other| one.west.partial_cmp(&other.west).unwrap_or(Ordering::Equal));
    let mut first: Option<Crossing> = None;
    let mut comparisons = 0;
    for (place, one) in segments.iter().enumerate() {
        for other in segments[place + 1..].iter().take_while(|other| other.west <= one.east) {
            comparisons += 1;
            if comparisons > COMPARISONS_MAX {
                return first.map_or(Found::TooIntricate, Found::Crossing);
            }
            if other.south > one.north || one.south > other.north {
                continue;
            }
            if let Some(crossing) = crossing(rings, one, other)
                && first.is_none_or(|first| (crossing.one, crossing.other) < (first.one, first.other))
            {
                first = Some(crossing);
            }
        }
    }
    first.map_or(Found::Nothing, Found::Crossing)
}

fn segment(line: Line<f64>, ring: usize, point: usize) -> Segment {
    let (a, b) = (line.start, line.end);
    Segment { line, ring, point, west: a.x.min(b.x), east: a.x.max(b.x), south: a.y.min(b.y), north: a.y.max(b.y) }
}

fn crossing(rings: &[LineString<f64>], one: &Segment, other: &Segment) -> Option<Crossing> {
    if one.ring == other.ring && are_neighbours(&rings[one.ring], one.point, other.point) {
        return None;
    }
    let LineIntersection::SinglePoint { intersection: at, is_proper } = line_intersection(one.line, other.line)? else {
        // On one line: a spike or a shared border.
        return None;
    };
    if !is_proper && !passes_through(at, around(rings, one, at), around(rings, other, at)) {
        return None;
    }
    let mut ends = [(one.ring, one.point), (other.ring, other.point)];
    ends.sort_unstable();
    Some(Crossing { at, one: ends[0], other: ends[1] })
}

fn are_neighbours(ring: &LineString<f64>, one: usize, other: usize) -> bool {
    let segments = ring.0.len() - 1;
    (one + 1) % segments == other || (other + 1) % segments == one
}

/// The points before and after a place on a segment, along its ring.
fn around(rings: &[LineString<f64>], segment: &Segment, at: Coord<f64>) -> (Coord<f64>, Coord<f64>) {
    let points = &rings[segment.ring].0;
    let segments = points.len() - 1;
    let Line { start, end } = segment.line;
    if at == start {
        (points[(segment.point + segments - 1) % segments], end)
    } else if at == end {
        (start, points[(segment.point + 2) % segments])
    } else {
        (start, end)
    }
}

/// True when a path through a point has the ends of another path through it on different sides.
fn passes_through(at: Coord<f64>, one: (Coord<f64>, Coord<f64>), other: (Coord<f64>, Coord<f64>)) -> bool {
    let direction = |to: Coord<f64>| (to.y - at.y).atan2(to.x - at.x);
    let zero = direction(one.0);
    let turn = |to: Coord<f64>| (direction(to) - zero).rem_euclid(std::f64::consts::TAU);
    let (opposite, first, second) = (turn(one.1), turn(other.0), turn(other.1));
    // Along the other path: a shared border, where no side can be told.
    let along = |turn: f64| turn < 1e-12 || std::f64::consts::TAU - turn < 1e-12 || (turn - opposite).abs() < 1e-12;
    !along(first) && !along(second) && (first < opposite) != (second < opposite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)]) -> LineString<f64> {
        let mut ring = LineString::from(points.to_vec());
        ring.close();
        ring
    }

    fn crossing_of(rings: &[LineString<f64>]) -> Option<Crossing> {
        match find(rings) {
            Found::Crossing(crossing) => Some(crossing),
            Found::Nothing => None,
            Found::TooIntricate => panic!("these are small"),
        }
    }

    #[test]
    fn a_bow_tie_crosses_in_its_middle() {
        let found = crossing_of(&[ring(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)])]).expect("a crossing");
        assert_eq!((found.at, found.one, found.other), (Coord { x: 1.0, y: 1.0 }, (0, 0), (0, 2)));
    }

    #[test]
    fn a_bow_tie_knotted_at_a_point_crosses_too() {
        let knotted = ring(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (2.0, 0.0), (1.0, 1.0), (0.0, 2.0)]);
        assert_eq!(crossing_of(&[knotted]).map(|found| found.at), Some(Coord { x: 1.0, y: 1.0 }));
        let through_a_side =
            ring(&[(0.0, 0.0), (2.0, 0.0), (1.0, 0.0), (1.0, -1.0), (3.0, -1.0), (3.0, 1.0), (0.0, 1.0)]);
        assert_eq!(crossing_of(&[through_a_side]), None, "there and back, then away: a spike, not a crossing");
    }

    #[test]
    fn what_touches_does_not_cross() {
        let touching = ring(&[(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (2.0, 2.0), (1.0, 1.0), (0.0, 2.0)]);
        assert_eq!(crossing_of(&[touching]), None, "two triangles that meet at a point");
        let spike = ring(&[(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (6.0, 2.0), (4.0, 2.0), (4.0, 4.0), (0.0, 4.0)]);
        assert_eq!(crossing_of(&[spike]), None, "a spike");
        let long_spike =
            ring(&[(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (5.0, 2.0), (6.0, 3.0), (5.0, 2.0), (4.0, 2.0), (4.0, 4.0)]);
        assert_eq!(crossing_of(&[long_spike]), None, "a spike of two segments");
    }

    #[test]
    fn a_hole_may_touch_but_not_leave_its_ring() {
        let square = ring(&[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]);
        let inside = ring(&[(1.0, 1.0), (2.0, 1.0), (2.0, 2.0)]);
        let touching = ring(&[(0.0, 2.0), (1.0, 1.0), (1.0, 3.0)]);
        let leaving = ring(&[(3.0, 1.0), (5.0, 1.0), (3.0, 2.0)]);
        assert_eq!(crossing_of(&[square.clone(), inside]), None);
        assert_eq!(crossing_of(&[square.clone(), touching]), None);
        let found = crossing_of(&[square, leaving]).expect("it leaves");
        assert_eq!((found.one, found.other), ((0, 1), (1, 0)));
    }
}
