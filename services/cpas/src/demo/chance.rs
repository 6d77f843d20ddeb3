//! Chance that is the same on every machine and for ever: the demo must not change with a library's version.

/// SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators").
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// A stream of its own for each seed and name.
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a over the name.
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(seed ^ hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` to below `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// True this often, 0 to 1.
    pub fn happens(&mut self, often: f64) -> bool {
        self.share() < often
    }

    /// About normal, mean 0 and deviation 1: the sum of twelve shares.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    /// A count whose mean is `mean`: exact for small means, by its normal limit for larger ones.
    pub fn count(&mut self, mean: f64) -> f64 {
        if mean <= 0.0 {
            return 0.0;
        }
        if mean > 30.0 {
            return (mean + self.normal() * mean.sqrt()).round().max(0.0);
        }
        let (limit, mut product, mut count) = ((-mean).exp(), self.share(), 0.0);
        while product > limit {
            product *= self.share();
            count += 1.0;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_and_another_name_another() {
        let draw = |name: &str| (0..5).map(|_| Chance::new(7, name).next()).collect::<Vec<_>>();
        assert_eq!(draw("a"), draw("a"));
        assert_ne!(draw("a"), draw("b"));
    }

    #[test]
    fn counts_have_their_mean() {
        for mean in [0.4, 6.0, 80.0] {
            let mut chance = Chance::new(1, "counts");
            let average = (0..4_000).map(|_| chance.count(mean)).sum::<f64>() / 4_000.0;
            assert!((average - mean).abs() < 0.05 * mean + 0.05, "{average} for {mean}");
        }
    }
}
