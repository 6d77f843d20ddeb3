//! Takes area and period effects, and controls, out of a column of an unbalanced panel.
//!
//! The residual of a regression on a dummy for each area and each period is computed without the
//! dummies: area effects are eliminated, what is left is a system with one unknown per period, solved
//! by Cholesky (B. H. Baltagi, "Econometric Analysis of Panel Data", 6th ed. 2021, chapter 9; P. Wansbeek and
//! A. Kapteyn, "Estimation of the error-components model with incomplete panels", J. Econometrics 41,
//! 1989). Controls are taken out after Frisch, Waugh and Lovell. Where a panel falls into parts that share neither
//! area nor period, each part has a period effect that cannot be told, which is set to zero; residuals
//! do not depend on it. Checked against dummies in `statsmodels` (`tests/fixtures/make_contribution.py`).

use std::rc::Rc;

/// A pivot, or what is left of a control, below this share of its size is nothing.
const NOTHING_SHARE: f64 = 1e-10;

/// What turns a column into its residual.
#[derive(Debug, Clone)]
pub struct Effects {
    /// Area and period of each row.
    rows: Vec<(usize, usize)>,
    system: Rc<System>,
    /// Controls, of which the effects are taken out, at right angles and of length one.
    controls: Vec<Vec<f64>>,
}

/// The system of period effects. It hangs on the periods that each area has rows in, and on nothing else.
#[derive(Debug)]
struct System {
    /// Periods of each area's rows.
    members: Vec<Vec<usize>>,
    periods: usize,
    rows_of_area: Vec<f64>,
    /// Lower factor, column by column; a dropped period has a zero pivot.
    factor: Vec<f64>,
    /// Effects that the panel identifies: areas + periods − parts.
    rank: usize,
}

impl System {
    fn of(members: Vec<Vec<usize>>) -> Self {
        let periods = members.iter().flatten().map(|period| period + 1).max().unwrap_or_default();
        let rows_of_area: Vec<f64> = members.iter().map(|members| members.len() as f64).collect();
        let mut system = vec![0.0; periods * periods];
        for period in members.iter().flatten() {
            system[period * periods + period] += 1.0;
        }
        // What stands on one side of the diagonal stands on the other.
        for (members, rows) in members.iter().zip(&rows_of_area) {
            let share = 1.0 / rows;
            let follow = members.windows(2).all(|pair| pair[1] == pair[0] + 1);
            for (at, &one) in members.iter().enumerate() {
                let row = &mut system[one * periods..(one + 1) * periods];
                if follow {
                    row[one..one + members.len() - at].iter_mut().for_each(|cell| *cell -= share);
                } else {
                    members.iter().filter(|other| **other >= one).for_each(|other| row[*other] -= share);
                }
            }
        }
        let identified = factorise(&mut system, periods);
        let areas_with_rows = rows_of_area.iter().filter(|count| **count > 0.0).count();
        Self { members, periods, rows_of_area, factor: system, rank: areas_with_rows + identified }
    }
}

impl Effects {
    /// The effects of a panel with these rows, each an (area, period) from 0, and what controls add.
    pub fn new(rows: &[(usize, usize)], controls: &[Vec<f64>]) -> Self {
        Self::beside(None, rows, controls)
    }

    /// The same beside those of another panel. Where each area has rows in the same periods as there, as when one area after
    /// the other is left out of a panel without gaps, its system serves.
    pub(super) fn beside(other: Option<&Self>, rows: &[(usize, usize)], controls: &[Vec<f64>]) -> Self {
        let areas = rows.iter().map(|(area, _)| area + 1).max().unwrap_or_default();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); areas];
        for &(area, period) in rows {
            members[area].push(period);
        }
        let system = match other.filter(|other| other.system.members == members) {
            Some(other) => Rc::clone(&other.system),
            None => Rc::new(System::of(members)),
        };
        let mut effects = Self { rows: rows.to_vec(), system, controls: Vec::new() };
        for control in controls {
            effects.add_control(control);
        }
        effects
    }

    /// Effects and controls that the panel identifies.
    pub fn rank(&self) -> usize {
        self.system.rank + self.controls.len()
    }

    /// What is left of a column when effects and controls are taken out.
    pub fn residual(&self, column: &[f64]) -> Vec<f64> {
        let [left] = self.residuals([column]);
        left
    }

    /// The same of several at once, which cost hardly more than one.
    pub fn residuals<const N: usize>(&self, columns: [&[f64]; N]) -> [Vec<f64>; N] {
        let beside: Vec<[f64; N]> = (0..self.rows.len()).map(|row| columns.map(|column| column[row])).collect();
        // Twice, so that the rounding of the first pass is taken out as well.
        let mut left = self.without_effects(self.without_effects(beside));
        for _ in 0..2 {
            for control in &self.controls {
                let mut shares = [-0.0; N];
                for (along, row) in control.iter().zip(&left) {
                    for one in 0..N {
                        shares[one] += along * row[one];
                    }
                }
                for (along, row) in control.iter().zip(&mut left) {
                    for one in 0..N {
                        row[one] -= shares[one] * along;
                    }
                }
            }
        }
        std::array::from_fn(|one| left.iter().map(|row| row[one]).collect())
    }

    fn add_control(&mut self, control: &[f64]) {
        let mut left = self.residual(control);
        let length = squares(&left).sqrt();
        // One that effects and earlier controls say already adds nothing.
        if length <= NOTHING_SHARE.sqrt() * squares(control).sqrt() {
            return;
        }
        left.iter_mut().for_each(|value| *value /= length);
        self.controls.push(left);
    }

    fn without_effects<const N: usize>(&self, mut columns: Vec<[f64; N]>) -> Vec<[f64; N]> {
        let of_area = self.area_means(&columns);
        let mut effects = vec![[0.0; N]; self.system.periods];
        for (&(area, period), row) in self.rows.iter().zip(&columns) {
            let (effect, mean) = (&mut effects[period], &of_area[area]);
            for one in 0..N {
                effect[one] += row[one] - mean[one];
            }
        }
        solve(&self.system.factor, &mut effects, self.system.periods);
        for (&(_, period), row) in self.rows.iter().zip(&mut columns) {
            take(row, &effects[period]);
        }
        let of_area = self.area_means(&columns);
        for (&(area, _), row) in self.rows.iter().zip(&mut columns) {
            take(row, &of_area[area]);
        }
        columns
    }

    fn area_means<const N: usize>(&self, columns: &[[f64; N]]) -> Vec<[f64; N]> {
        let mut sums = vec![[0.0; N]; self.system.members.len()];
        let mut columns = columns.iter();
        // Rows of an area stand together: its sum is kept at hand as long as they come.
        for of_area in self.rows.chunk_by(|one, other| one.0 == other.0) {
            let mut sum = sums[of_area[0].0];
            for row in columns.by_ref().take(of_area.len()) {
                for one in 0..N {
                    sum[one] += row[one];
                }
            }
            sums[of_area[0].0] = sum;
        }
        for (sums, rows) in sums.iter_mut().zip(&self.system.rows_of_area) {
            sums.iter_mut().for_each(|sum| *sum = if *rows > 0.0 { *sum / rows } else { 0.0 });
        }
        sums
    }
}

fn take<const N: usize>(from: &mut [f64; N], what: &[f64; N]) {
    for one in 0..N {
        from[one] -= what[one];
    }
}

/// The sum of the squares of a column.
pub fn squares(column: &[f64]) -> f64 {
    column.iter().map(|value| value * value).sum()
}

/// Rows of the factor that are taken together.
const TOGETHER: usize = 4;

/// Cholesky in place of the upper half of a matrix without negative eigenvalues, whose rows become the columns of the lower
/// factor; gives its rank. A pivot that is nothing drops its row and column. Each sum goes from the first row to the last
/// (`a_factor_is_what_summing_one_by_one_gives_to_the_bit`).
fn factorise(matrix: &mut [f64], size: usize) -> usize {
    let mut rank = 0;
    let mut done = vec![0.0; size];
    for at in 0..size {
        let (above, rest) = matrix.split_at_mut(at * size);
        let own = &mut rest[at..size];
        let done = &mut done[at..];
        done.fill(-0.0);
        let mut rows = above.chunks_exact(TOGETHER * size);
        for four in &mut rows {
            let [one, two, three, four] = [0, 1, 2, 3].map(|row| &four[row * size + at..(row + 1) * size]);
            let pivots = [one[0], two[0], three[0], four[0]];
            for ((((done, one), two), three), four) in done.iter_mut().zip(one).zip(two).zip(three).zip(four) {
                *done = *done + pivots[0] * one + pivots[1] * two + pivots[2] * three + pivots[3] * four;
            }
        }
        for row in rows.remainder().chunks_exact(size) {
            let row = &row[at..];
            done.iter_mut().zip(row).for_each(|(done, value)| *done += row[0] * value);
        }
        let whole = own[0];
        let pivot = whole - done[0];
        let is_nothing = pivot <= NOTHING_SHARE * whole.max(1.0);
        let root = if is_nothing { 0.0 } else { pivot.sqrt() };
        rank += usize::from(!is_nothing);
        own[0] = root;
        for (value, done) in own[1..].iter_mut().zip(&done[1..]) {
            *value = if is_nothing { 0.0 } else { (*value - done) / root };
        }
    }
    rank
}

/// Solves for several right sides at once: where a sum waits for the one before, the others go on beside it.
fn solve<const N: usize>(factor: &[f64], right: &mut [[f64; N]], size: usize) {
    let row = |at: usize| &factor[at * size + at..(at + 1) * size];
    let mut done = vec![[-0.0; N]; size];
    for at in 0..size {
        divide(&mut right[at], &done[at], row(at)[0]);
        let own = right[at];
        for (done, value) in done[at + 1..].iter_mut().zip(&row(at)[1..]) {
            for one in 0..N {
                done[one] += value * own[one];
            }
        }
    }
    for at in (0..size).rev() {
        let mut done = [-0.0; N];
        for (value, below) in row(at)[1..].iter().zip(&right[at + 1..]) {
            for one in 0..N {
                done[one] += value * below[one];
            }
        }
        divide(&mut right[at], &done, row(at)[0]);
    }
}

fn divide<const N: usize>(right: &mut [f64; N], done: &[f64; N], pivot: f64) {
    for one in 0..N {
        right[one] = if pivot == 0.0 { 0.0 } else { (right[one] - done[one]) / pivot };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unbalanced() -> impl Strategy<Value = Vec<((usize, usize), f64)>> {
        prop::collection::btree_map((0usize..6, 0usize..7), -1e3f64..1e3, 1..40)
            .prop_map(|cells| cells.into_iter().collect())
    }

    /// Factor, row by row, and solution, with every sum taken one by one.
    fn one_by_one(matrix: &mut [f64], right: &mut [f64], size: usize) -> usize {
        let mut rank = 0;
        let dot = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>();
        for at in 0..size {
            let whole = matrix[at * size + at];
            let pivot = whole - squares(&matrix[at * size..at * size + at]);
            let is_nothing = pivot <= NOTHING_SHARE * whole.max(1.0);
            let root = if is_nothing { 0.0 } else { pivot.sqrt() };
            rank += usize::from(!is_nothing);
            matrix[at * size + at] = root;
            for below in at + 1..size {
                let (upper, lower) = matrix.split_at_mut(below * size);
                let done = dot(&upper[at * size..at * size + at], &lower[..at]);
                lower[at] = if is_nothing { 0.0 } else { (lower[at] - done) / root };
            }
        }
        for at in 0..size {
            let (pivot, done) = (matrix[at * size + at], dot(&matrix[at * size..at * size + at], &right[..at]));
            right[at] = if pivot == 0.0 { 0.0 } else { (right[at] - done) / pivot };
        }
        for at in (0..size).rev() {
            let done: f64 = (at + 1..size).map(|below| matrix[below * size + at] * right[below]).sum();
            let pivot = matrix[at * size + at];
            right[at] = if pivot == 0.0 { 0.0 } else { (right[at] - done) / pivot };
        }
        rank
    }

    proptest! {
        #[test]
        fn a_factor_is_what_summing_one_by_one_gives_to_the_bit(
            size in 1usize..14, factors in prop::collection::vec(-1.0f64..1.0, 4 * 14), sides in prop::collection::vec(-9.0f64..9.0, 28),
        ) {
            // Of rank four at most, and a diagonal for some: pivots that are nothing are among them.
            let cell = |one: usize, other: usize| -> f64 {
                let shared: f64 = (0..4).map(|at| factors[4 * one + at] * factors[4 * other + at]).sum();
                shared + if one == other && one.is_multiple_of(3) { 1.0 } else { 0.0 }
            };
            let mut ours: Vec<f64> = (0..size * size).map(|at| cell(at / size, at % size)).collect();
            let mut plain = ours.clone();
            let rank = factorise(&mut ours, size);
            let mut both: Vec<[f64; 2]> = (0..size).map(|at| [sides[at], sides[14 + at]]).collect();
            solve(&ours, &mut both, size);
            for side in 0..2 {
                let mut plain = plain.clone();
                let mut right = sides[14 * side..14 * side + size].to_vec();
                prop_assert_eq!(one_by_one(&mut plain, &mut right, size), rank);
                for at in 0..size {
                    prop_assert_eq!(both[at][side].to_bits(), right[at].to_bits());
                }
            }
            one_by_one(&mut plain, &mut vec![0.0; size], size);
            for (at, plain) in plain.iter().enumerate() {
                let (row, column) = (at / size, at % size);
                prop_assert!(column > row || plain.to_bits() == ours[column * size + row].to_bits());
            }
        }

        #[test]
        fn a_system_that_serves_again_leaves_the_same_to_the_bit(cells in unbalanced(), left_out in 0usize..6) {
            let (rows, column): (Vec<_>, Vec<f64>) = cells.into_iter().unzip();
            let first = Effects::new(&rows, &[]);
            let control: Vec<f64> = rows.iter().map(|(area, period)| ((area * 31 + period * 17) % 11) as f64).collect();
            let again = Effects::beside(Some(&first), &rows, std::slice::from_ref(&control));
            prop_assert!(Rc::ptr_eq(&first.system, &again.system));
            prop_assert_eq!(again.residual(&column), Effects::new(&rows, &[control]).residual(&column));
            let (kept, of_kept): (Vec<_>, Vec<f64>) =
                rows.iter().copied().zip(column).filter(|((area, _), _)| *area != left_out).unzip();
            let fewer = Effects::beside(Some(&first), &kept, &[]);
            prop_assert_eq!(fewer.residual(&of_kept), Effects::new(&kept, &[]).residual(&of_kept));
        }

        #[test]
        fn what_is_left_sums_to_nothing_in_every_area_and_period(cells in unbalanced()) {
            let (rows, column): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
            let left = Effects::new(&rows, &[]).residual(&column);
            for at in 0..7 {
                let in_area: f64 = rows.iter().zip(&left).filter(|((area, _), _)| *area == at).map(|(_, value)| value).sum();
                let in_period: f64 = rows.iter().zip(&left).filter(|((_, period), _)| *period == at).map(|(_, value)| value).sum();
                prop_assert!(in_area.abs() < 1e-8 && in_period.abs() < 1e-8, "{in_area} {in_period}");
            }
        }

        #[test]
        fn effects_alone_leave_nothing(cells in unbalanced()) {
            let rows: Vec<_> = cells.into_iter().map(|(row, _)| row).collect();
            let column: Vec<f64> = rows.iter().map(|(area, period)| (area * area) as f64 * 10.0 - (7 * period) as f64).collect();
            let effects = Effects::new(&rows, &[]);
            prop_assert!(effects.residual(&column).iter().all(|value| value.abs() < 1e-8));
            prop_assert!(effects.rank() <= rows.len());
        }

        #[test]
        fn a_control_is_taken_out_of_what_is_left(cells in unbalanced()) {
            let (rows, column): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
            let control: Vec<f64> = rows.iter().map(|(area, period)| ((area * 31 + period * 17) % 11) as f64).collect();
            let effects = Effects::new(&rows, std::slice::from_ref(&control));
            let left = effects.residual(&column);
            let along: f64 = left.iter().zip(&control).map(|(one, other)| one * other).sum();
            prop_assert!(along.abs() < 1e-6);
        }
    }
}
