//! The search for the weights of a shape: from the best of a coarse grid in steps along each side, halved where none of them
//! helps. Trials that do not hang on each other are made at once: all of the grid, either way along a side, and those of both
//! walks.

use super::trials::{LANES, Trials};

/// A place in the unit cube; sides that a shape does not have are zero.
pub(super) type Place = [f64; 3];

/// Step, as a share of a weight's range, at which the search stops.
const STEP_MIN: f64 = 1e-7;
const STEP_FIRST: f64 = 0.1;
const GRID: [f64; 4] = [0.02, 0.2, 0.5, 0.9];
/// Places of the grid that are walked from.
const WALKS: usize = 2;
/// Trials that a walk asks for at once.
const ASKED: usize = LANES / WALKS;

/// The place with the least squares.
pub(super) fn search(sides: usize, trials: &mut Trials<'_>) -> Place {
    let mut tried = grid(sides, trials);
    tried.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut walks: Vec<Walk> =
        tried.into_iter().take(WALKS).map(|(least, place)| Walk::of(sides, place, least)).collect();
    while walks.iter().any(|walk| !walk.is_over()) {
        let mut going: Vec<&mut Walk> = walks.iter_mut().filter(|walk| !walk.is_over()).collect();
        match going.as_mut_slice() {
            [one] => {
                let found = trials.squares(one.asks());
                one.hears(found);
            }
            [one, other] => {
                let ([a, b], [c, d]) = (one.asks(), other.asks());
                let [a, b, c, d] = trials.squares::<LANES>([a, b, c, d]);
                one.hears([a, b]);
                other.hears([c, d]);
            }
            _ => break,
        }
    }
    let best = walks.into_iter().min_by(|one, other| one.least.total_cmp(&other.least));
    best.map_or([0.5; 3], |walk| walk.place)
}

fn grid(sides: usize, trials: &mut Trials<'_>) -> Vec<(f64, Place)> {
    let place = |number: usize| {
        let mut place = [0.0; 3];
        place[..sides].iter_mut().fold(number, |left, side| {
            *side = GRID[left % GRID.len()];
            left / GRID.len()
        });
        place
    };
    let all: Vec<Place> = (0..GRID.len().pow(sides as u32)).map(place).collect();
    let (at_once, _) = all.as_chunks::<LANES>();
    at_once.iter().flat_map(|places| trials.squares(*places).into_iter().zip(*places)).collect()
}

/// A walk from a place to ever better ones.
struct Walk {
    sides: usize,
    place: Place,
    least: f64,
    step: f64,
    /// Where the round began, and the side whose turn it is; past the last one: the same way again, as long as it helps.
    before: Place,
    side: usize,
}

impl Walk {
    fn of(sides: usize, place: Place, least: f64) -> Self {
        Self { sides, place, least, step: STEP_FIRST, before: place, side: 0 }
    }

    fn is_over(&self) -> bool {
        self.step <= STEP_MIN
    }

    /// The places that are to be tried next, the second of which counts only as the first turns out.
    fn asks(&self) -> [Place; ASKED] {
        if self.side == self.sides {
            let once = self.further(&self.place);
            return [once, self.further(&once)];
        }
        [self.step, -self.step].map(|towards| {
            let mut place = self.place;
            place[self.side] = (place[self.side] + towards).clamp(0.0, 1.0);
            place
        })
    }

    fn further(&self, place: &Place) -> Place {
        let mut further = *place;
        for (now, then) in further[..self.sides].iter_mut().zip(&self.before) {
            *now = (2.0 * *now - then).clamp(0.0, 1.0);
        }
        further
    }

    /// What was found at the places that were asked for.
    fn hears(&mut self, found: [f64; ASKED]) {
        let places = self.asks();
        if self.side == self.sides {
            for (place, found) in places.into_iter().zip(found) {
                if found >= self.least {
                    return self.begin_round();
                }
                (self.least, self.place) = (found, place);
            }
            return;
        }
        if let Some((place, found)) = places.into_iter().zip(found).find(|(_, found)| *found < self.least) {
            (self.least, self.place) = (found, place);
        }
        self.side += 1;
        if self.side == self.sides && self.place == self.before {
            self.step /= 2.0;
            self.begin_round();
        }
    }

    fn begin_round(&mut self) {
        self.before = self.place;
        self.side = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{Shape, smoothed},
        *,
    };

    /// The same search with one trial at a time.
    fn one_by_one(values: &[f64], shape: Shape) -> Place {
        let sides = shape.weights();
        let cost = |place: &Place| smoothed(values, shape, shape.at(place)).squares;
        let mut tried: Vec<(f64, Place)> = (0..GRID.len().pow(sides as u32))
            .map(|number| {
                let mut place = [0.0; 3];
                (0..sides).for_each(|side| place[side] = GRID[number / GRID.len().pow(side as u32) % GRID.len()]);
                (cost(&place), place)
            })
            .collect();
        tried.sort_by(|one, other| one.0.total_cmp(&other.0));
        let walked = tried.into_iter().take(WALKS).map(|(mut least, mut place)| {
            let mut step = STEP_FIRST;
            while step > STEP_MIN {
                let before = place;
                for side in 0..sides {
                    for towards in [step, -step] {
                        let mut tried = place;
                        tried[side] = (tried[side] + towards).clamp(0.0, 1.0);
                        let found = cost(&tried);
                        if found < least {
                            (least, place) = (found, tried);
                            break;
                        }
                    }
                }
                if place == before {
                    step /= 2.0;
                    continue;
                }
                loop {
                    let mut further = place;
                    (0..sides).for_each(|at| further[at] = (2.0 * place[at] - before[at]).clamp(0.0, 1.0));
                    let found = cost(&further);
                    if found >= least {
                        break;
                    }
                    (least, place) = (found, further);
                }
            }
            (least, place)
        });
        walked.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, place)| place).expect("two walks")
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
        #[test]
        fn trials_at_once_find_what_trials_one_by_one_find_to_the_bit(
            values in prop::collection::vec(-1.0f64..1.0, 3..60), climb in -0.1f64..0.1, is_step in any::<bool>(),
        ) {
            let moved = |(at, value): (usize, &f64)| {
                let step = if is_step && at > 20 { 0.7 } else { 0.0 };
                (value + climb * at as f64 + step) / 4.0
            };
            let values: Vec<f64> = values.iter().enumerate().map(moved).collect();
            for shape in [Shape::Level, Shape::Slope, Shape::Damped] {
                let found = search(shape.weights(), &mut Trials::of(&values, shape));
                prop_assert_eq!(found.map(f64::to_bits), one_by_one(&values, shape).map(f64::to_bits));
            }
        }
    }
}
