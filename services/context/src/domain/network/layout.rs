//! Where each stakeholder stands in the picture: ties pull, nearness pushes.
//!
//! Source: T. M. J. Fruchterman, E. M. Reingold, "Graph drawing by force-directed placement", Software:
//! Practice and Experience 21 (1991), in its grid variant, with a slight pull to the middle that keeps
//! what is not connected in the picture. It starts from the seeds, so that the same network has the same picture.

use std::ops::Range;

/// Rounds of moving; the steps become smaller to the last.
const ROUNDS: u32 = 100;
/// First step, as a share of the picture.
const STEP: f64 = 0.1;
/// Pull to the middle.
const GRAVITY: f64 = 0.6;
/// Nodes push each other up to this many times the distance that they have on average.
const REACH: f64 = 3.0;
/// Nobody stands nearer to another one than this share of the usual distance, where there is room.
const LEAST: f64 = 0.35;
const SPREAD_ROUNDS: u32 = 60;
/// Most cells of a side of the grid that finds who is near.
const SIDE_MAX: usize = 256;
/// Closer than this there is no direction to push in.
const TOUCHING: f64 = 1e-6;

/// A place in the picture, 0 to 1 from the left and from the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub x: f64,
    pub y: f64,
}

/// Places nodes, one for each seed. `pulls`: two nodes and how strongly they pull each other.
pub fn layout(seeds: &[u64], pulls: &[(usize, usize, f64)]) -> Vec<Place> {
    let mut places: Vec<Place> = seeds.iter().map(|seed| start(*seed)).collect();
    let usual = 1.0 / (seeds.len().max(1) as f64).sqrt();
    // By the root: several strong ties pull closer, but not onto one spot.
    let pulls: Vec<_> = pulls.iter().map(|(one, other, weight)| (*one, *other, weight.sqrt() / usual)).collect();
    for round in 0..ROUNDS {
        let step = STEP * f64::from(ROUNDS - round) / f64::from(ROUNDS);
        let mut forces = vec![(0.0, 0.0); places.len()];
        each_near(&places, REACH * spacing(&places), |one, other, apart| {
            let force = usual * usual / apart.squared;
            push(&mut forces, one, other, apart.dx * force, apart.dy * force);
        });
        for (one, other, pull) in &pulls {
            let apart = Apart::between(&places, *one, *other);
            let force = pull * apart.squared.sqrt();
            push(&mut forces, *one, *other, -apart.dx * force, -apart.dy * force);
        }
        for (place, (fx, fy)) in places.iter_mut().zip(forces) {
            let (fx, fy) = (fx + GRAVITY * (0.5 - place.x), fy + GRAVITY * (0.5 - place.y));
            let length = fx.hypot(fy).max(f64::MIN_POSITIVE);
            let most = length.min(step) / length;
            place.x = (place.x + fx * most).clamp(0.0, 1.0);
            place.y = (place.y + fy * most).clamp(0.0, 1.0);
        }
    }
    spread(fitted(places), LEAST * usual)
}

/// How far apart the nodes would be, were they spread evenly over the part of the picture that they take up.
fn spacing(places: &[Place]) -> f64 {
    let wide = |of: fn(&Place) -> f64| {
        let (least, most) = places.iter().map(of).fold((1.0f64, 0.0f64), |(l, m), value| (l.min(value), m.max(value)));
        (most - least).max(TOUCHING)
    };
    (wide(|place| place.x) * wide(|place| place.y) / places.len() as f64).sqrt()
}

/// A place from a seed alone (SplitMix64).
fn start(seed: u64) -> Place {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    Place { x: next(), y: next() }
}

/// How two nodes stand to each other.
#[derive(Debug, Clone, Copy)]
struct Apart {
    /// From the other to the one.
    dx: f64,
    dy: f64,
    /// The distance, squared; never zero.
    squared: f64,
}

impl Apart {
    fn between(places: &[Place], one: usize, other: usize) -> Self {
        Self::of(places[one].x - places[other].x, places[one].y - places[other].y, one, other)
    }

    fn of(dx: f64, dy: f64, one: usize, other: usize) -> Self {
        let squared = dx * dx + dy * dy;
        if squared < TOUCHING * TOUCHING {
            // On one spot: each pair goes its own way, the same way each time.
            let turn = (one * 31 + other) as f64;
            return Self { dx: turn.cos() * TOUCHING, dy: turn.sin() * TOUCHING, squared: TOUCHING * TOUCHING };
        }
        Self { dx, dy, squared }
    }
}

fn push(forces: &mut [(f64, f64)], one: usize, other: usize, fx: f64, fy: f64) {
    forces[one].0 += fx;
    forces[one].1 += fy;
    forces[other].0 -= fx;
    forces[other].1 -= fy;
}

/// Goes through all pairs that are nearer than this, each once; a grid finds them.
fn each_near(places: &[Place], reach: f64, mut meet: impl FnMut(usize, usize, Apart)) {
    let grid = Grid::of(places, reach);
    for row in 0..grid.side {
        for column in 0..grid.side {
            let below = grid.slots(row + 1, column.saturating_sub(1), column + 1);
            let here = grid.slots(row, column, column);
            // Of the cells around, those that come later: the earlier ones have met this one already.
            let beside = grid.slots(row, column, column + 1);
            for slot in here {
                for other in (slot + 1..beside.end).chain(below.clone()) {
                    let (dx, dy) = (grid.xs[slot] - grid.xs[other], grid.ys[slot] - grid.ys[other]);
                    if dx * dx + dy * dy < reach * reach {
                        let (one, other) = (grid.nodes[slot], grid.nodes[other]);
                        meet(one, other, Apart::of(dx, dy, one, other));
                    }
                }
            }
        }
    }
}

/// The picture in cells no narrower than a reach. What lies side by side in a row lies so in memory.
struct Grid {
    side: usize,
    /// Nodes by cell, row by row, where they are, and where those of each cell begin.
    nodes: Vec<usize>,
    xs: Vec<f64>,
    ys: Vec<f64>,
    begins: Vec<usize>,
}

impl Grid {
    fn of(places: &[Place], reach: f64) -> Self {
        let side = ((1.0 / reach).floor() as usize).clamp(1, SIDE_MAX);
        let along = |value: f64| ((value * side as f64) as usize).min(side - 1);
        let cells: Vec<usize> = places.iter().map(|place| along(place.y) * side + along(place.x)).collect();
        let mut nodes: Vec<usize> = (0..places.len()).collect();
        nodes.sort_by_key(|node| cells[*node]);
        let begins = (0..=side * side).map(|cell| nodes.partition_point(|node| cells[*node] < cell)).collect();
        let along = |of: fn(&Place) -> f64| nodes.iter().map(|node| of(&places[*node])).collect();
        Self { side, xs: along(|place| place.x), ys: along(|place| place.y), nodes, begins }
    }

    /// Who is in the cells of a row from one column to another; nobody in a row that is not there.
    fn slots(&self, row: usize, from: usize, to: usize) -> Range<usize> {
        if row >= self.side {
            return 0..0;
        }
        let cell = row * self.side;
        self.begins[cell + from]..self.begins[cell + to.min(self.side - 1) + 1]
    }
}

/// Moves apart who would cover one another.
fn spread(mut places: Vec<Place>, least: f64) -> Vec<Place> {
    for _ in 0..SPREAD_ROUNDS {
        let mut pairs = Vec::new();
        each_near(&places, least, |one, other, _| pairs.push((one, other)));
        if pairs.is_empty() {
            break;
        }
        for (one, other) in pairs {
            let Apart { dx, dy, squared } = Apart::between(&places, one, other);
            let distance = squared.sqrt();
            let half = (least - distance) / 2.0;
            for (place, way) in [(one, half / distance), (other, -half / distance)] {
                let Place { x, y } = places[place];
                places[place] = Place { x: (x + dx * way).clamp(0.0, 1.0), y: (y + dy * way).clamp(0.0, 1.0) };
            }
        }
    }
    places
}

/// Stretched to the whole picture, each way by itself.
fn fitted(places: Vec<Place>) -> Vec<Place> {
    let fit = |of: fn(&Place) -> f64| {
        let (least, most) = places.iter().map(of).fold((1.0f64, 0.0f64), |(l, m), value| (l.min(value), m.max(value)));
        move |value: f64| if most - least < TOUCHING { 0.5 } else { (value - least) / (most - least) }
    };
    let (across, down) = (fit(|place| place.x), fit(|place| place.y));
    places.iter().map(|place| Place { x: across(place.x), y: down(place.y) }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_alone_stands_in_the_middle() {
        assert_eq!(layout(&[7], &[]), [Place { x: 0.5, y: 0.5 }]);
        assert_eq!(layout(&[], &[]), []);
    }

    #[test]
    fn who_has_a_tie_stands_nearer_than_who_has_none() {
        let seeds: Vec<u64> = (0..8).collect();
        let circle = |base: usize| {
            [(base, base + 1, 2.0), (base + 1, base + 2, 2.0), (base + 2, base + 3, 2.0), (base, base + 3, 2.0)]
        };
        let pulls: Vec<_> = circle(0).into_iter().chain(circle(4)).collect();
        let places = layout(&seeds, &pulls);
        let distance =
            |one: usize, other: usize| (places[one].x - places[other].x).hypot(places[one].y - places[other].y);
        let inside = (distance(0, 1) + distance(1, 2) + distance(4, 5) + distance(5, 6)) / 4.0;
        let across =
            (0..4).flat_map(|one| (4..8).map(move |other| (one, other))).map(|(a, b)| distance(a, b)).sum::<f64>()
                / 16.0;
        assert!(inside < across / 1.5, "{inside} inside, {across} across");
    }

    proptest! {
        #[test]
        fn everybody_has_a_place_of_their_own_in_the_picture_and_always_the_same(
            seeds in prop::collection::btree_set(any::<u64>(), 2..60),
            edges in prop::collection::vec((0usize..60, 0usize..60, 1u8..4), 0..100)
        ) {
            let seeds: Vec<u64> = seeds.into_iter().collect();
            let pulls: Vec<_> = edges.into_iter().filter(|(a, b, _)| a != b && a.max(b) < &seeds.len()).map(|(a, b, weight)| (a, b, f64::from(weight))).collect();
            let places = layout(&seeds, &pulls);
            prop_assert_eq!(&places, &layout(&seeds, &pulls));
            for (number, place) in places.iter().enumerate() {
                prop_assert!((0.0..=1.0).contains(&place.x) && (0.0..=1.0).contains(&place.y));
                for other in &places[number + 1..] {
                    let apart = (place.x - other.x).hypot(place.y - other.y);
                    prop_assert!(apart > 0.1 / (seeds.len() as f64).sqrt(), "{apart}: two cover one another");
                }
            }
        }
    }
}
