//! Exponential smoothing: the level of a series, and how steeply it moves, learned from each value in turn.
//!
//! Source: R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, "Forecasting with exponential smoothing" (2008),
//! models with additive errors: ETS(A,N,N), ETS(A,A,N) and ETS(A,Ad,N), chosen by AICc. Given its weights such a model is
//! linear in its first states, so these are found by least squares and only one to three weights are searched for.
//! Checked to 1e-9 against the likelihood of `statsmodels.tsa.exponential_smoothing.ets.ETSModel` at given parameters; its
//! best likelihood is never above ours by more than 1e-6.

mod search;
mod trials;

use cpas_proto::vocabulary;

use self::{
    search::{Place, search},
    trials::Trials,
};

/// Largest and smallest weight.
const WEIGHT_MAX: f64 = 0.9999;
const WEIGHT_MIN: f64 = 0.0001;
/// How fast a damped slope may fade.
const DAMPING_MIN: f64 = 0.8;
const DAMPING_MAX: f64 = 0.98;
/// Squares of the residuals, of values of the size of one, below which there is nothing but rounding.
const ROUNDING: f64 = 1e-20;

vocabulary! {
    /// Whether and how a series moves on.
    pub enum Shape as "a shape of exponential smoothing" {
        /// A level that wanders: ETS(A,N,N).
        Level = "level",
        /// A level and a slope: ETS(A,A,N).
        Slope = "slope",
        /// A level and a slope that fades: ETS(A,Ad,N).
        Damped = "damped",
    }
}

/// How fast what is new replaces what was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Of the level, 0 to 1.
    pub alpha: f64,
    /// Of the slope, 0 to alpha; 0 where there is none.
    pub beta: f64,
    /// What is left of the slope after a period; 1 where it does not fade.
    pub phi: f64,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub shape: Shape,
    pub weights: Weights,
    /// Level and slope after the last value.
    pub level: f64,
    pub slope: f64,
    /// Sum of the squares of the one-step errors.
    pub squares: f64,
    pub log_likelihood: f64,
    pub aicc: f64,
    /// Standard deviation of the one-step errors, degrees of freedom taken away.
    pub sigma: f64,
}

impl Shape {
    const fn weights(self) -> usize {
        match self {
            Self::Level => 1,
            Self::Slope => 2,
            Self::Damped => 3,
        }
    }

    const fn states(self) -> usize {
        match self {
            Self::Level => 1,
            Self::Slope | Self::Damped => 2,
        }
    }

    /// Weights of a place in the unit cube.
    fn at(self, place: &Place) -> Weights {
        let within = |share: f64, low: f64, high: f64| low + share.clamp(0.0, 1.0) * (high - low);
        let alpha = within(place[0], WEIGHT_MIN, WEIGHT_MAX);
        let beta = if self == Self::Level { 0.0 } else { alpha * within(place[1], WEIGHT_MIN, WEIGHT_MAX) };
        let phi = if self == Self::Damped { within(place[2], DAMPING_MIN, DAMPING_MAX) } else { 1.0 };
        Weights { alpha, beta, phi }
    }
}

impl Fitted {
    /// The value expected so many periods ahead, 1 or more.
    pub fn ahead(&self, steps: usize) -> f64 {
        self.level + faded(self.weights.phi, steps) * self.slope
    }

    /// Standard deviation of the value so many periods ahead around what is expected.
    pub fn spread(&self, steps: usize) -> f64 {
        let weight = |step: usize| self.weights.alpha + self.weights.beta * faded(self.weights.phi, step);
        let wider: f64 = (1..steps).map(|step| weight(step).powi(2)).sum();
        self.sigma * (1.0 + wider).sqrt()
    }
}

/// φ + φ² + … to a number of terms.
fn faded(phi: f64, terms: usize) -> f64 {
    (1..=terms).map(|term| phi.powi(i32::try_from(term).unwrap_or(i32::MAX))).sum()
}

/// The model of least AICc. `None` where a straight line leaves nothing over, or there are too few values for
/// any. Values are of the size of one.
pub fn best(values: &[f64]) -> Option<Fitted> {
    let fitted = [Shape::Level, Shape::Slope, Shape::Damped].into_iter().filter_map(|shape| fit(values, shape));
    fitted.min_by(|one, other| one.aicc.total_cmp(&other.aicc))
}

/// The model of a shape with the greatest likelihood.
pub fn fit(values: &[f64], shape: Shape) -> Option<Fitted> {
    let mut trials = Trials::of(values, shape);
    let weights = shape.at(&search(shape.weights(), &mut trials));
    let found = smoothed(values, shape, weights);
    let (n, known) = (values.len() as f64, (shape.weights() + shape.states()) as f64);
    // The spread of the errors is one more.
    let counted = known + 1.0;
    if n - counted - 1.0 < 1.0 || found.squares <= ROUNDING * n {
        return None;
    }
    let log_likelihood = log_likelihood(found.squares, values.len());
    Some(Fitted {
        shape,
        weights,
        level: found.level,
        slope: found.slope,
        squares: found.squares,
        log_likelihood,
        aicc: -2.0 * log_likelihood + 2.0 * counted + 2.0 * counted * (counted + 1.0) / (n - counted - 1.0),
        sigma: (found.squares / (n - known)).sqrt(),
    })
}

/// The Gaussian log-likelihood with the spread of the errors at its best.
pub fn log_likelihood(squares: f64, values: usize) -> f64 {
    let n = values as f64;
    -n / 2.0 * ((2.0 * std::f64::consts::PI * squares / n).ln() + 1.0)
}

/// What smoothing leaves, and where it ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothed {
    pub squares: f64,
    pub level: f64,
    pub slope: f64,
}

/// Smooths from given first states.
pub fn smooth(values: &[f64], weights: Weights, level: f64, slope: f64) -> Smoothed {
    let mut state = State { level, slope };
    let mut squares = 0.0;
    for value in values {
        let error = state.takes(*value, weights);
        squares += error * error;
    }
    Smoothed { squares, level: state.level, slope: state.slope }
}

/// Smooths from the first states that leave the least: the errors are linear in them. [`Trials`] gives the squares alone, of
/// several weights at once.
fn smoothed(values: &[f64], shape: Shape, weights: Weights) -> Smoothed {
    let [mut plain, mut of_level, mut of_slope] = [(); 3].map(|()| vec![0.0; values.len()]);
    let (mut own, mut level, mut slope) = (State::NOTHING, State::of_level(), State::of_slope());
    for (place, value) in values.iter().enumerate() {
        plain[place] = own.takes(*value, weights);
        of_level[place] = level.takes(0.0, weights);
        of_slope[place] = slope.takes(0.0, weights);
    }
    let level_squares = dot(&of_level, &of_level);
    let level_only = -ratio(dot(&plain, &of_level), level_squares);
    if shape.states() == 1 {
        return smooth(values, weights, level_only, 0.0);
    }
    // What a first slope does beside a first level.
    let shared = ratio(dot(&of_slope, &of_level), level_squares);
    let (mut along, mut own_squares) = (0.0, 0.0);
    for ((plain, of_level), of_slope) in plain.iter().zip(of_level.iter()).zip(of_slope.iter()) {
        let own = of_slope - shared * of_level;
        along += plain * own;
        own_squares += own * own;
    }
    let slope = -ratio(along, own_squares);
    smooth(values, weights, level_only - shared * slope, slope)
}

#[derive(Clone, Copy)]
struct State {
    level: f64,
    slope: f64,
}

impl State {
    const NOTHING: Self = Self { level: 0.0, slope: 0.0 };

    const fn of_level() -> Self {
        Self { level: 1.0, slope: 0.0 }
    }

    const fn of_slope() -> Self {
        Self { level: 0.0, slope: 1.0 }
    }

    /// The one-step error of a value, which moves the states.
    fn takes(&mut self, value: f64, Weights { alpha, beta, phi }: Weights) -> f64 {
        let expected = self.level + phi * self.slope;
        let error = value - expected;
        self.level = expected + alpha * error;
        self.slope = phi * self.slope + beta * error;
        error
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn ratio(top: f64, bottom: f64) -> f64 {
    if bottom > 0.0 { top / bottom } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wandering_level_has_no_slope_and_a_climb_has_one() {
        let still: Vec<f64> = (0..40).map(|at| 1.0 + 0.05 * (f64::from(at * 7919 % 13) - 6.0) / 6.0).collect();
        assert_eq!(best(&still).expect("it varies").shape, Shape::Level);
        let climb: Vec<f64> = still.iter().enumerate().map(|(at, value)| value + 0.02 * at as f64).collect();
        let found = best(&climb).expect("it varies");
        assert_ne!(found.shape, Shape::Level);
        assert!((found.ahead(10) - found.ahead(5) - 0.1).abs() < 0.02, "{found:?}");
    }

    #[test]
    fn a_straight_line_or_a_handful_of_values_is_not_fitted() {
        assert_eq!(fit(&[1.0; 20], Shape::Level), None);
        assert_eq!(fit(&(0..20).map(|at| f64::from(at) / 20.0).collect::<Vec<_>>(), Shape::Slope), None);
        assert_eq!(best(&[0.5, 0.6, 0.4]), None);
    }

    #[test]
    fn what_lies_further_ahead_is_less_sure() {
        let values: Vec<f64> = (0..30).map(|at| (f64::from(at) * 1.7).sin()).collect();
        let found = best(&values).expect("it varies");
        assert!((1..20).all(|step| found.spread(step + 1) >= found.spread(step)));
        assert!((found.spread(1) - found.sigma).abs() < 1e-15);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
        #[test]
        fn no_first_states_leave_less_than_those_found(
            values in prop::collection::vec(-1.0f64..1.0, 12..40), level in -1.0f64..1.0, slope in -0.2f64..0.2,
            alpha in 0.05f64..0.95, share in 0.01f64..1.0, phi in 0.8f64..1.0,
        ) {
            let weights = Weights { alpha, beta: alpha * share, phi };
            let found = smoothed(&values, Shape::Damped, weights);
            prop_assert!(found.squares <= smooth(&values, weights, level, slope).squares * (1.0 + 1e-9));
        }

        #[test]
        fn whatever_the_values_nothing_is_nan(values in prop::collection::vec(-1.0f64..1.0, 0..30)) {
            if let Some(found) = best(&values) {
                prop_assert!(found.ahead(24).is_finite() && found.spread(24).is_finite() && found.aicc.is_finite());
            }
        }
    }
}
