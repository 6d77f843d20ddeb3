//! The point of a convex hull that is nearest to another one: weights, none negative, that sum to one.
//!
//! P. Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11 (1976): points join a corral one by one,
//! within which the nearest point of its plane is found, and leave it where their weight would turn negative. It ends after
//! finitely many steps, needs no step size, and gives the same weights for the same points. The plane's point is found by
//! orthogonalising twice (Å. Björck, BIT 7, 1967), not from squares, which would lose half of the digits. Checked against every
//! subset of the points in turn and SciPy's SLSQP (`tests/fixtures/make_comparisons.py`).

/// What a weighted mix of the corral still could win, as a share of the largest square, below which it has won all.
const GAP_SHARE: f64 = 1e-14;
/// A weight below this is none.
const WEIGHT_MIN: f64 = 1e-12;
/// A point whose distance to the corral's plane is below this share of its size adds nothing.
const NOTHING_SHARE: f64 = 1e-10;
/// Steps for each point before it gives up.
const STEPS_PER_POINT: usize = 40;

/// Weights of the points whose mix is nearest to `target` in squares; as many as there are points. All are finite and of one
/// length, and near one in size. `None`: no point, or no end within the steps allowed.
pub fn nearest(target: &[f64], points: &[Vec<f64>]) -> Option<Vec<f64>> {
    let moved: Vec<Vec<f64>> =
        points.iter().map(|point| point.iter().zip(target).map(|(one, other)| one - other).collect()).collect();
    let sizes: Vec<f64> = moved.iter().map(|point| dot(point, point)).collect();
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    let first = (0..moved.len()).min_by(|one, other| sizes[*one].total_cmp(&sizes[*other]))?;
    let mut corral = vec![(first, 1.0)];
    for _ in 0..STEPS_PER_POINT * moved.len() {
        let at = mixed(&moved, &corral);
        let along: Vec<f64> = moved.iter().map(|point| dot(point, &at)).collect();
        let best = (0..moved.len()).min_by(|one, other| along[*one].total_cmp(&along[*other]))?;
        let is_nearest = dot(&at, &at) - along[best] <= GAP_SHARE * largest;
        if is_nearest || corral.iter().any(|(one, _)| *one == best) {
            let mut weights = vec![0.0; moved.len()];
            corral.iter().for_each(|(one, weight)| weights[*one] = *weight);
            return Some(weights);
        }
        corral.push((best, 0.0));
        shrink(&moved, &mut corral);
    }
    None
}

/// Moves the corral's weights to the nearest point of its plane, dropping points that would weigh less than nothing.
fn shrink(points: &[Vec<f64>], corral: &mut Vec<(usize, f64)>) {
    while corral.len() > 1 {
        let wanted = of_plane(points, corral);
        if wanted.iter().all(|weight| *weight > WEIGHT_MIN) {
            corral.iter_mut().zip(wanted).for_each(|((_, weight), wanted)| *weight = wanted);
            return;
        }
        let step = corral
            .iter()
            .zip(&wanted)
            .filter(|((_, weight), wanted)| **wanted <= WEIGHT_MIN && weight > *wanted)
            .map(|((_, weight), wanted)| weight / (weight - wanted))
            .fold(1.0, f64::min);
        let mut least = (f64::INFINITY, 0);
        for (at, ((_, weight), wanted)) in corral.iter_mut().zip(&wanted).enumerate() {
            *weight += step * (wanted - *weight);
            if *wanted <= WEIGHT_MIN && *weight < least.0 {
                least = (*weight, at);
            }
        }
        // The one that limits the step leaves, whatever rounding makes of its weight.
        corral.remove(least.1);
        corral.retain(|(_, weight)| *weight > WEIGHT_MIN);
        let whole: f64 = corral.iter().map(|(_, weight)| weight).sum();
        corral.iter_mut().for_each(|(_, weight)| *weight /= whole);
    }
    corral.iter_mut().for_each(|(_, weight)| *weight = 1.0);
}

/// Weights, which may be negative, of the point of the corral's plane that is nearest to the origin.
fn of_plane(points: &[Vec<f64>], corral: &[(usize, f64)]) -> Vec<f64> {
    let base = &points[corral[0].0];
    let from_base = |(at, _): &(usize, f64)| points[*at].iter().zip(base).map(|(one, other)| one - other).collect();
    let columns: Vec<Vec<f64>> = corral[1..].iter().map(from_base).collect();
    let mut axes: Vec<Vec<f64>> = Vec::new();
    let mut upper: Vec<Vec<f64>> = Vec::new();
    for column in &columns {
        let (mut left, mut along) = (column.clone(), vec![0.0; axes.len()]);
        for _ in 0..2 {
            take_out(&axes, &mut left, &mut along);
        }
        let length = dot(&left, &left).sqrt();
        let is_nothing = length <= NOTHING_SHARE * dot(column, column).sqrt();
        axes.push(left.iter().map(|value| if is_nothing { 0.0 } else { value / length }).collect());
        along.push(if is_nothing { 0.0 } else { length });
        upper.push(along);
    }
    let (mut left, mut right) = (base.clone(), vec![0.0; axes.len()]);
    for _ in 0..2 {
        take_out(&axes, &mut left, &mut right);
    }
    let mut weights = vec![0.0; columns.len()];
    for at in (0..columns.len()).rev() {
        let done: f64 = (at + 1..columns.len()).map(|later| upper[later][at] * weights[later]).sum();
        let pivot = upper[at][at];
        weights[at] = if pivot == 0.0 { 0.0 } else { (-right[at] - done) / pivot };
    }
    let rest = 1.0 - weights.iter().sum::<f64>();
    std::iter::once(rest).chain(weights).collect()
}

fn take_out(axes: &[Vec<f64>], left: &mut [f64], along: &mut [f64]) {
    for (axis, along) in axes.iter().zip(along) {
        let share = dot(axis, left);
        *along += share;
        left.iter_mut().zip(axis).for_each(|(value, axis)| *value -= share * axis);
    }
}

fn mixed(points: &[Vec<f64>], corral: &[(usize, f64)]) -> Vec<f64> {
    let mut at = vec![0.0; points[corral[0].0].len()];
    for (point, weight) in corral {
        at.iter_mut().zip(&points[*point]).for_each(|(value, point)| *value += weight * point);
    }
    at
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_target_within_is_met_and_one_outside_is_met_at_the_edge() {
        let points = vec![vec![0.0, 0.0], vec![4.0, 0.0], vec![0.0, 4.0]];
        let weights = nearest(&[1.0, 1.0], &points).expect("weights");
        for (weight, expected) in weights.iter().zip([0.5, 0.25, 0.25]) {
            assert!((weight - expected).abs() < 1e-14, "{weights:?}");
        }
        assert_eq!(nearest(&[-3.0, -1.0], &points).expect("weights"), [1.0, 0.0, 0.0]);
        let edge = nearest(&[4.0, 4.0], &points).expect("weights");
        assert!(edge[0] == 0.0 && (edge[1] - 0.5).abs() < 1e-14, "{edge:?}");
        assert_eq!(nearest(&[1.0], &[]), None);
    }

    proptest! {
        #[test]
        fn weights_are_shares_and_no_point_could_win_anything(
            target in prop::collection::vec(-2.0f64..2.0, 9),
            points in prop::collection::vec(prop::collection::vec(prop_oneof![-2.0f64..2.0, Just(0.0), Just(1.0)], 9), 1..25),
            twins in any::<bool>(),
        ) {
            let mut points = points;
            if twins {
                points.extend(points.clone());
            }
            let weights = nearest(&target, &points).expect("it ends");
            prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(weights.iter().all(|weight| *weight >= 0.0));
            let mix: Vec<f64> = (0..9).map(|at| points.iter().zip(&weights).map(|(point, weight)| weight * point[at]).sum()).collect();
            let left: Vec<f64> = mix.iter().zip(&target).map(|(one, other)| one - other).collect();
            for point in &points {
                // The condition of optimality: going towards any point makes nothing smaller.
                let towards: f64 = point.iter().zip(&mix).zip(&left).map(|((point, mix), left)| (point - mix) * left).sum();
                prop_assert!(towards >= -1e-9, "{towards}");
            }
        }
    }
}
