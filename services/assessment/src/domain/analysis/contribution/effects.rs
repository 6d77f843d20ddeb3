//! Takes area and period effects, and controls, out of a column of an unbalanced panel.
//!
//! The residual of a regression on a dummy for each area and each period is computed without the
//! dummies: area effects are eliminated, what is left is a system with one unknown per period, solved
//! by Cholesky (B. H. Baltagi, "Econometric Analysis of Panel Data", 6th ed. 2021, chapter 9; P. Wansbeek and
//! A. Kapteyn, "Estimation of the error-components model with incomplete panels", J. Econometrics 41,
//! 1989). Controls are taken out after Frisch, Waugh and Lovell. Where a panel falls into parts that share neither
//! area nor period, each part has a period effect that cannot be told, which is set to zero; residuals
//! do not depend on it. Checked against dummies in `statsmodels` (`tests/fixtures/make_contribution.py`).

/// A pivot, or what is left of a control, below this share of its size is nothing.
const NOTHING_SHARE: f64 = 1e-10;

/// What turns a column into its residual.
#[derive(Debug, Clone)]
pub struct Effects {
    /// Area and period of each row.
    rows: Vec<(usize, usize)>,
    areas: usize,
    periods: usize,
    rows_of_area: Vec<f64>,
    /// Lower factor of the system of period effects, row by row; a dropped period has a zero pivot.
    factor: Vec<f64>,
    /// Effects that the panel identifies: areas + periods − parts.
    rank: usize,
    /// Controls, of which the effects are taken out, at right angles and of length one.
    controls: Vec<Vec<f64>>,
}

impl Effects {
    /// The effects of a panel with these rows, each an (area, period) from 0, and what controls add.
    pub fn new(rows: &[(usize, usize)], controls: &[Vec<f64>]) -> Self {
        let areas = rows.iter().map(|(area, _)| area + 1).max().unwrap_or_default();
        let periods = rows.iter().map(|(_, period)| period + 1).max().unwrap_or_default();
        let mut rows_of_area = vec![0.0; areas];
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); areas];
        for &(area, period) in rows {
            rows_of_area[area] += 1.0;
            members[area].push(period);
        }
        let mut system = vec![0.0; periods * periods];
        for &(_, period) in rows {
            system[period * periods + period] += 1.0;
        }
        for (area, members) in members.iter().enumerate() {
            for &one in members {
                for &other in members {
                    system[one * periods + other] -= 1.0 / rows_of_area[area];
                }
            }
        }
        let identified = factorise(&mut system, periods);
        let areas_with_rows = rows_of_area.iter().filter(|count| **count > 0.0).count();
        let mut effects = Self {
            rows: rows.to_vec(),
            areas,
            periods,
            rows_of_area,
            factor: system,
            rank: areas_with_rows + identified,
            controls: Vec::new(),
        };
        for control in controls {
            effects.add_control(control);
        }
        effects
    }

    /// Effects and controls that the panel identifies.
    pub fn rank(&self) -> usize {
        self.rank + self.controls.len()
    }

    /// What is left of a column when effects and controls are taken out.
    pub fn residual(&self, column: &[f64]) -> Vec<f64> {
        // Twice, so that the rounding of the first pass is taken out as well.
        let mut left = self.without_effects(&self.without_effects(column));
        for _ in 0..2 {
            for control in &self.controls {
                let share: f64 = control.iter().zip(&left).map(|(one, other)| one * other).sum();
                for (value, along) in left.iter_mut().zip(control) {
                    *value -= share * along;
                }
            }
        }
        left
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

    fn without_effects(&self, column: &[f64]) -> Vec<f64> {
        let of_area = self.area_means(column);
        let mut effect = vec![0.0; self.periods];
        for (&(area, period), value) in self.rows.iter().zip(column) {
            effect[period] += value - of_area[area];
        }
        solve(&self.factor, &mut effect, self.periods);
        let left: Vec<f64> = self.rows.iter().zip(column).map(|(&(_, period), value)| value - effect[period]).collect();
        let of_area = self.area_means(&left);
        self.rows.iter().zip(left).map(|(&(area, _), value)| value - of_area[area]).collect()
    }

    fn area_means(&self, column: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.areas];
        for (&(area, _), value) in self.rows.iter().zip(column) {
            sums[area] += value;
        }
        sums.iter().zip(&self.rows_of_area).map(|(sum, rows)| if *rows > 0.0 { sum / rows } else { 0.0 }).collect()
    }
}

/// The sum of the squares of a column.
pub fn squares(column: &[f64]) -> f64 {
    column.iter().map(|value| value * value).sum()
}

/// Cholesky in place of a matrix without negative eigenvalues; gives its rank. A pivot that is nothing
/// drops its row and column.
fn factorise(matrix: &mut [f64], size: usize) -> usize {
    let mut rank = 0;
    for at in 0..size {
        let whole = matrix[at * size + at];
        let pivot = whole - squares(&matrix[at * size..at * size + at]);
        let is_nothing = pivot <= NOTHING_SHARE * whole.max(1.0);
        let root = if is_nothing { 0.0 } else { pivot.sqrt() };
        rank += usize::from(!is_nothing);
        matrix[at * size + at] = root;
        for below in at + 1..size {
            let (upper, lower) = matrix.split_at_mut(below * size);
            let done: f64 =
                upper[at * size..at * size + at].iter().zip(&lower[..at]).map(|(one, other)| one * other).sum();
            lower[at] = if is_nothing { 0.0 } else { (lower[at] - done) / root };
        }
    }
    rank
}

fn solve(factor: &[f64], right: &mut [f64], size: usize) {
    for at in 0..size {
        let done: f64 =
            factor[at * size..at * size + at].iter().zip(right.iter()).map(|(one, other)| one * other).sum();
        let pivot = factor[at * size + at];
        right[at] = if pivot == 0.0 { 0.0 } else { (right[at] - done) / pivot };
    }
    for at in (0..size).rev() {
        let done: f64 = (at + 1..size).map(|below| factor[below * size + at] * right[below]).sum();
        let pivot = factor[at * size + at];
        right[at] = if pivot == 0.0 { 0.0 } else { (right[at] - done) / pivot };
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

    proptest! {
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
