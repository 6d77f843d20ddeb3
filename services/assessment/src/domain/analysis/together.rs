//! Many trends tested at once: with 240 series, chance alone gives twelve that are significant at 5 %.
//!
//! Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", J. Royal Statistical Society B 57
//! (1995). q is the smallest share of false ones, on average, among all that are at least as significant. It holds
//! for independent tests and for those that move together, as an area and the whole do (Y. Benjamini and
//! D. Yekutieli, Annals of Statistics 29, 2001). Checked to 1e-9 against `scipy.stats.false_discovery_control`.
//!
//! Change points have no p: each pays a penalty that grows with the length of its series, and they are not
//! among the tests.

use cpas_proto::words::Language;
use serde::{Deserialize, Serialize};

use super::{Computed, Trend, mann_kendall::LEVEL, sentence::probability};

/// Name and version of the method.
pub const METHOD: &str = "benjamini-hochberg/1";

/// A test among many.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// 0 to 1, not below p.
    pub q: f64,
    /// How many were tested at once, this one among them; 2 or more.
    pub tested: usize,
}

/// q of each p, in their order. All are 0 to 1.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let count = p.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| p[*one].total_cmp(&p[*other]));
    let mut q = vec![1.0; count];
    let mut least = 1.0f64;
    for (rank, place) in order.into_iter().enumerate().rev() {
        least = least.min(p[place] * (count as f64 / (rank + 1) as f64));
        q[place] = least;
    }
    q
}

/// The p that goes among the others: corrected for neighbours that are alike where that is said and can be done.
pub fn tested(trend: &Trend) -> Option<f64> {
    let test = trend.mann_kendall.as_ref()?;
    let corrected = trend.hamed_rao.filter(|_| trend.neighbours_alike).map(|test| test.p);
    Some(corrected.unwrap_or(test.p))
}

/// Writes q to all that were tested, and says it. `family` tells which others each is tested with: those
/// of its own family and of lower ones, so that nobody learns of what is above their clearance.
pub fn correct<F: Ord + Copy>(computed: &mut [&mut Computed], family: impl Fn(usize) -> F) {
    let of: Vec<(usize, f64)> =
        computed.iter().enumerate().filter_map(|(place, one)| Some((place, tested(&one.trend)?))).collect();
    let mut families: Vec<F> = of.iter().map(|(place, _)| family(*place)).collect();
    families.sort_unstable();
    families.dedup();
    for own in families {
        let within: Vec<(usize, f64)> = of.iter().filter(|(place, _)| family(*place) <= own).copied().collect();
        if within.len() < 2 {
            continue;
        }
        let q = benjamini_hochberg(&within.iter().map(|(_, p)| *p).collect::<Vec<_>>());
        for ((place, _), q) in within.iter().zip(q).filter(|((place, _), _)| family(*place) == own) {
            say(computed[*place], Together { q, tested: within.len() });
        }
    }
}

fn say(computed: &mut Computed, together: Together) {
    let is_significant = computed.trend.mann_kendall.is_some_and(|test| test.is_significant());
    computed.together = Some(together);
    computed.method += &format!("; {METHOD} of {}", together.tested);
    computed.statement.en += &format!(" {}", sentence(together, is_significant, Language::En));
    computed.statement.fr += &format!(" {}", sentence(together, is_significant, Language::Fr));
}

fn sentence(Together { q, tested }: Together, is_significant: bool, language: Language) -> String {
    let shown = probability(q, language);
    match (is_significant, q <= LEVEL, language) {
        (true, true, Language::En) => format!("The trend stands out among {tested} tested at once (q {shown})."),
        (true, false, Language::En) => format!(
            "But {tested} trends were tested at once, and among so many chance alone gives some like it (q {shown})."
        ),
        (false, _, Language::En) => format!("{tested} trends were tested at once (q {shown})."),
        (true, true, Language::Fr) => {
            format!("La tendance se détache parmi {tested} testées à la fois (q {shown}).")
        }
        (true, false, Language::Fr) => format!(
            "Mais {tested} tendances ont été testées à la fois, et parmi autant le seul hasard en donne de telles (q {shown})."
        ),
        (false, _, Language::Fr) => format!("{tested} tendances ont été testées à la fois (q {shown})."),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_smallest_of_many_pays_for_all() {
        let q = benjamini_hochberg(&[0.01, 0.9, 0.8, 0.7]);
        assert!((q[0] - 0.04).abs() < 1e-15);
        assert_eq!(benjamini_hochberg(&[]), Vec::<f64>::new());
        assert_eq!(benjamini_hochberg(&[0.3]), [0.3]);
    }

    proptest! {
        #[test]
        fn q_is_never_below_p_and_keeps_the_order(p in prop::collection::vec(0.0f64..=1.0, 1..60)) {
            let q = benjamini_hochberg(&p);
            for (place, own) in p.iter().enumerate() {
                prop_assert!(q[place] >= *own && q[place] <= 1.0);
                for (other, theirs) in p.iter().enumerate() {
                    prop_assert!(own > theirs || q[place] <= q[other]);
                }
            }
        }
    }
}
