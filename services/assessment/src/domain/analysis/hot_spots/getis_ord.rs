//! Getis and Ord's Gi*: is there more, or less, in a place and around it than chance would put there?
//!
//! J. K. Ord and A. Getis, "Local spatial autocorrelation statistics", Geographical Analysis 27 (1995), with binary weights and
//! the place itself among its neighbours:
//!
//! `Gi* = (Σⱼ wᵢⱼ xⱼ − x̄ Wᵢ) / (s √((n Wᵢ − Wᵢ²) / (n − 1)))`, with `s² = Σ x² / n − x̄²`,
//!
//! which is near a standard normal where each place has several neighbours and there are some dozens of places. Many are
//! looked at together, so that p is corrected after Benjamini and Hochberg. Checked against esda's `G_Local(star=True)`
//! (`tests/fixtures/make_hot_spots.py`).

use cpas_proto::vocabulary;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::domain::analysis::{exact, together::benjamini_hochberg};

/// A place is hot or cold up to this q.
pub const LEVEL: f64 = 0.05;
/// Variation below this share of the squares is rounding.
const NOTHING_SHARE: f64 = 1e-12;

vocabulary! {
    /// How a place stands out with its neighbours.
    pub enum Heat as "a heat" {
        Hot = "hot",
        Cold = "cold",
        Neither = "neither",
    }
}

/// Gi* of one place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Standard deviations from what chance would put there.
    #[serde(with = "exact")]
    pub z: f64,
    /// Two-sided, of the standard normal.
    #[serde(with = "exact")]
    pub p: f64,
    /// p corrected for all places.
    #[serde(with = "exact")]
    pub q: f64,
    pub heat: Heat,
}

/// Gi* of each place; `neighbours` names those of each by their place in the list, without itself. `None`: fewer than three
/// places, or all the same. A place that all others neighbour says nothing, z = 0.
pub fn getis_ord(values: &[f64], neighbours: &[Vec<usize>]) -> Option<Vec<Spot>> {
    let n = values.len() as f64;
    let mean = values.iter().map(|value| value / n).sum::<f64>();
    let squares = values.iter().map(|value| (value - mean) * (value - mean) / n).sum::<f64>();
    let whole = values.iter().map(|value| value * value / n).sum::<f64>();
    // Written so that what is no number is refused too.
    let varies = squares > NOTHING_SHARE * whole && squares.is_finite();
    if values.len() < 3 || neighbours.len() != values.len() || !varies {
        return None;
    }
    let z = |(own, near): (usize, &Vec<usize>)| {
        let sum = near.iter().filter_map(|at| values.get(*at)).sum::<f64>() + values[own];
        let weight = 1.0 + near.len() as f64;
        let spread = (n * weight - weight * weight) / (n - 1.0);
        if spread > 0.0 { (sum - mean * weight) / (squares * spread).sqrt() } else { 0.0 }
    };
    let z: Vec<f64> = neighbours.iter().enumerate().map(z).collect();
    let normal = Normal::standard();
    let p: Vec<f64> = z.iter().map(|z| (2.0 * normal.cdf(-z.abs())).min(1.0)).collect();
    let q = benjamini_hochberg(&p);
    let spot = |((z, p), q): ((f64, f64), f64)| {
        let heat = match q <= LEVEL {
            true if z > 0.0 => Heat::Hot,
            true => Heat::Cold,
            false => Heat::Neither,
        };
        Spot { z, p, q, heat }
    };
    Some(z.into_iter().zip(p).zip(q).map(spot).collect())
}
