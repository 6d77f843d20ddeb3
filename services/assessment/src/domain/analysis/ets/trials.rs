//! What is left of a series by several weights at once: a smoothing waits for the value before at every step, and in that
//! time others go on beside it. Each is computed in the order of [`super::smoothed`], so that its squares are the same to
//! the bit (`several_at_once_leave_what_each_leaves_alone_to_the_bit`).

use std::array::from_fn;

use super::{Shape, Weights, ratio, search::Place};

/// Most trials at once.
pub(super) const LANES: usize = 4;

/// A series with room for the errors of its trials.
pub(super) struct Trials<'a> {
    values: &'a [f64],
    shape: Shape,
    /// Errors of the series from nothing, of a first level of one and of a first slope of one.
    plain: Vec<[f64; LANES]>,
    of_level: Vec<[f64; LANES]>,
    of_slope: Vec<[f64; LANES]>,
}

/// Weights of so many, side by side.
struct Beside<const N: usize> {
    alpha: [f64; N],
    beta: [f64; N],
    phi: [f64; N],
}

impl<const N: usize> Beside<N> {
    fn of(weights: [Weights; N]) -> Self {
        let each = |of: fn(&Weights) -> f64| weights.each_ref().map(of);
        Self { alpha: each(|one| one.alpha), beta: each(|one| one.beta), phi: each(|one| one.phi) }
    }
}

/// Level and slope of so many.
#[derive(Clone, Copy)]
struct States<const N: usize> {
    level: [f64; N],
    slope: [f64; N],
}

impl<const N: usize> States<N> {
    const fn of(level: f64, slope: f64) -> Self {
        Self { level: [level; N], slope: [slope; N] }
    }

    #[inline]
    fn take(&mut self, value: f64, weights: &Beside<N>) -> [f64; N] {
        let (mut faded, mut expected, mut errors) = ([0.0; N], [0.0; N], [0.0; N]);
        for at in 0..N {
            faded[at] = weights.phi[at] * self.slope[at];
            expected[at] = self.level[at] + faded[at];
        }
        for at in 0..N {
            errors[at] = value - expected[at];
        }
        for at in 0..N {
            self.level[at] = expected[at] + weights.alpha[at] * errors[at];
        }
        for at in 0..N {
            self.slope[at] = faded[at] + weights.beta[at] * errors[at];
        }
        errors
    }
}

impl<'a> Trials<'a> {
    pub(super) fn of(values: &'a [f64], shape: Shape) -> Self {
        let room = || vec![[0.0; LANES]; if shape == Shape::Level { 0 } else { values.len() }];
        Self { values, shape, plain: room(), of_level: room(), of_slope: room() }
    }

    /// The sum of the squares of the errors at each of the places, from the first states that leave the least.
    pub(super) fn squares<const N: usize>(&mut self, places: [Place; N]) -> [f64; N] {
        let weights = Beside::of(places.map(|place| self.shape.at(&place)));
        if self.shape == Shape::Level { self.of_level(&weights) } else { self.of_slope(&weights) }
    }

    fn of_level<const N: usize>(&self, weights: &Beside<N>) -> [f64; N] {
        let (mut own, mut level) = ([0.0; N], [1.0; N]);
        let (mut squares, mut along) = ([-0.0; N], [-0.0; N]);
        for value in self.values {
            for at in 0..N {
                let (error, of_level) = (value - own[at], 0.0 - level[at]);
                own[at] += weights.alpha[at] * error;
                level[at] += weights.alpha[at] * of_level;
                squares[at] += of_level * of_level;
                along[at] += error * of_level;
            }
        }
        let mut level: [f64; N] = from_fn(|at| -ratio(along[at], squares[at]));
        let mut left = [0.0; N];
        for value in self.values {
            for at in 0..N {
                let error = value - level[at];
                level[at] += weights.alpha[at] * error;
                left[at] += error * error;
            }
        }
        left
    }

    fn of_slope<const N: usize>(&mut self, weights: &Beside<N>) -> [f64; N] {
        let (mut own, mut level, mut slope) = (States::of(0.0, 0.0), States::of(1.0, 0.0), States::of(0.0, 1.0));
        let (mut squares, mut along, mut shared) = ([-0.0; N], [-0.0; N], [-0.0; N]);
        let rooms = self.plain.iter_mut().zip(&mut self.of_level).zip(&mut self.of_slope);
        for (value, ((plain_room, level_room), slope_room)) in self.values.iter().zip(rooms) {
            let (plain, of_level, of_slope) =
                (own.take(*value, weights), level.take(0.0, weights), slope.take(0.0, weights));
            for at in 0..N {
                squares[at] += of_level[at] * of_level[at];
                along[at] += plain[at] * of_level[at];
                shared[at] += of_slope[at] * of_level[at];
                (plain_room[at], level_room[at], slope_room[at]) = (plain[at], of_level[at], of_slope[at]);
            }
        }
        // What a first slope does beside a first level.
        let shared: [f64; N] = from_fn(|at| ratio(shared[at], squares[at]));
        let (mut of_slope, mut slope_squares) = ([0.0; N], [0.0; N]);
        for ((plain, of_level), slope_room) in self.plain.iter().zip(&self.of_level).zip(&self.of_slope) {
            for at in 0..N {
                let own = slope_room[at] - shared[at] * of_level[at];
                of_slope[at] += plain[at] * own;
                slope_squares[at] += own * own;
            }
        }
        let mut states = States::<N>::of(0.0, 0.0);
        for at in 0..N {
            states.slope[at] = -ratio(of_slope[at], slope_squares[at]);
            states.level[at] = -ratio(along[at], squares[at]) - shared[at] * states.slope[at];
        }
        let mut left = [0.0; N];
        for value in self.values {
            let errors = states.take(*value, weights);
            (0..N).for_each(|at| left[at] += errors[at] * errors[at]);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::smoothed, *};

    proptest! {
        #[test]
        fn several_at_once_leave_what_each_leaves_alone_to_the_bit(
            values in prop::collection::vec(prop_oneof![-1.0f64..1.0, Just(0.0), Just(-0.0), Just(0.5)], 0..60),
            sides in prop::collection::vec(0.0f64..=1.0, 3 * LANES),
        ) {
            let places: [Place; LANES] = std::array::from_fn(|at| [sides[3 * at], sides[3 * at + 1], sides[3 * at + 2]]);
            for shape in [Shape::Level, Shape::Slope, Shape::Damped] {
                let mut trials = Trials::of(&values, shape);
                let at_once = trials.squares(places);
                let two = trials.squares([places[0], places[1]]);
                for (at, place) in places.iter().enumerate() {
                    let alone = smoothed(&values, shape, shape.at(place)).squares;
                    prop_assert_eq!(at_once[at].to_bits(), alone.to_bits());
                    prop_assert!(at >= 2 || two[at].to_bits() == alone.to_bits());
                }
            }
        }
    }
}
