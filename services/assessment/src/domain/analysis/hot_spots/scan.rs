//! Clusters in space and time: where, and from when to when, were there more events than the place's share and the time's
//! share of all would make?
//!
//! The space-time permutation scan statistic of M. Kulldorff, R. Heffernan, J. Hartman, R. Assunção and F. Mostashari, PLoS Medicine 2(3):e59 (2005),
//! which needs no population: of n events the expected number in a zone and a time is (events of the zone) ×
//! (events of the time) / n. Zones are a hexagon alone, with the ring around it, and with two rings; times are runs of
//! weeks, up to [`WEEKS_MAX`]. Each is judged by the likelihood ratio (c/μ)^c · ((n−c)/(n−μ))^(n−c) where c > μ, and the
//! largest by how often as large a one comes where the weeks are shuffled among the events, which keeps how many each place and
//! each week has. p = (1 + as large) / (1 + draws). Further clusters that share neither a hexagon nor are in it less clear are held
//! against the same largest ones, which errs to the high side.
//!
//! Checked against a plain second implementation (`tests/fixtures/make_hot_spots.py`): the statistic to 1e-9, p within four
//! Monte Carlo errors.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use serde::{Deserialize, Serialize};

use super::ground::Hexagon;
use crate::domain::analysis::exact;

/// Longest run, weeks.
pub const WEEKS_MAX: usize = 13;
/// Rings around a hexagon that a zone has at most.
pub const RINGS_MAX: u32 = 2;
/// Fewest events of a cluster: two in one place and week are no cluster of anything.
pub const EVENTS_MIN: u32 = 3;
/// Draws of the test.
pub const DRAWS: usize = 999;
/// Clusters that are told at most.
pub const TOLD_MAX: usize = 5;
/// Two ratios that differ by less than this are equal: rounding decides nothing.
const TIE: f64 = 1e-10;

/// Zones and times that hold more events than they should.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    pub middle: Hexagon,
    /// Rings around it.
    pub rings: u32,
    /// First and last week, from 0.
    pub first_week: usize,
    pub last_week: usize,
    pub events: u32,
    #[serde(with = "exact")]
    pub expected: f64,
    /// Logarithm of the likelihood ratio.
    #[serde(with = "exact")]
    pub ratio: f64,
    #[serde(with = "exact")]
    pub p: f64,
}

/// The clearest clusters, the clearest first, none of which shares a hexagon with a clearer one; whatever their p.
///
/// Events are given by hexagon, as a place in `hexagons`, and week from 0; `weeks` is one more than the last.
pub fn scan(hexagons: &[Hexagon], events: &[(usize, usize)], weeks: usize, seed: u32, draws: usize) -> Vec<Cluster> {
    let events: Vec<(usize, usize)> =
        events.iter().copied().filter(|(at, week)| *at < hexagons.len() && *week < weeks).collect();
    let zones = Zones::of(hexagons, &events, weeks);
    let mut when: Vec<usize> = events.iter().map(|(_, week)| *week).collect();
    let mut found = zones.all(&zones.counts(&events, &when));
    found.sort_by(|one, other| other.ratio.total_cmp(&one.ratio).then_with(|| zones.key(one).cmp(&zones.key(other))));
    let mut told: Vec<Found> = Vec::new();
    for one in found {
        let shares = |other: &Found| hexagons[one.middle].steps(hexagons[other.middle]) <= one.rings + other.rings;
        if told.len() < TOLD_MAX && !told.iter().any(shares) {
            told.push(one);
        }
    }
    let mut as_large = vec![0_usize; told.len()];
    let mut chance = ChaCha8Rng::seed_from_u64(u64::from(seed));
    for _ in 0..if told.is_empty() { 0 } else { draws } {
        shuffle(&mut when, &mut chance);
        let largest = zones.largest(&zones.counts(&events, &when));
        for (count, one) in as_large.iter_mut().zip(&told) {
            *count += usize::from(largest >= one.ratio - TIE);
        }
    }
    let cluster = |(one, as_large): (Found, usize)| Cluster {
        middle: hexagons[one.middle],
        rings: one.rings,
        first_week: one.first,
        last_week: one.last,
        events: one.events,
        expected: one.expected,
        ratio: one.ratio,
        p: (1 + as_large) as f64 / (1 + draws) as f64,
    };
    told.into_iter().zip(as_large).map(cluster).collect()
}

/// Fisher and Yates. The mapping from random bits is ours, so that no new version of a library changes what a seed gives.
fn shuffle(when: &mut [usize], chance: &mut ChaCha8Rng) {
    for at in (1..when.len()).rev() {
        // Of so few places the last bits of a number decide fairly enough: the bias is below 1e-14.
        when.swap(at, (chance.next_u64() % (at as u64 + 1)) as usize);
    }
}

#[derive(Debug, Clone, Copy)]
struct Found {
    middle: usize,
    rings: u32,
    first: usize,
    last: usize,
    events: u32,
    expected: f64,
    ratio: f64,
}

struct Zones {
    weeks: usize,
    /// Middle, rings, and the hexagons that come with that ring.
    zones: Vec<(usize, u32, Vec<usize>)>,
    /// Events before each week, over all hexagons.
    before: Vec<f64>,
    hexagons: usize,
    events: f64,
}

impl Zones {
    fn of(hexagons: &[Hexagon], events: &[(usize, usize)], weeks: usize) -> Self {
        let mut before = vec![0.0; weeks + 1];
        for (_, week) in events {
            before[week + 1] += 1.0;
        }
        for at in 1..before.len() {
            before[at] += before[at - 1];
        }
        let mut zones = Vec::new();
        for (middle, own) in hexagons.iter().enumerate() {
            for rings in 0..=RINGS_MAX {
                let ring = hexagons.iter().enumerate().filter(|(_, other)| own.steps(**other) == rings);
                zones.push((middle, rings, ring.map(|(at, _)| at).collect()));
            }
        }
        Self { weeks, zones, before, hexagons: hexagons.len(), events: events.len() as f64 }
    }

    /// What settles the order of equal ones.
    fn key(&self, one: &Found) -> (u32, usize, usize, usize) {
        (one.rings, one.middle, one.first, one.last)
    }

    /// Events by hexagon and week, with the weeks given anew.
    fn counts(&self, events: &[(usize, usize)], when: &[usize]) -> Vec<f64> {
        let mut counts = vec![0.0; self.hexagons * self.weeks];
        for ((at, _), week) in events.iter().zip(when) {
            counts[at * self.weeks + week] += 1.0;
        }
        counts
    }

    /// The best run of each zone; of equal ones the shortest, and of those the first.
    fn all(&self, counts: &[f64]) -> Vec<Found> {
        let mut found = Vec::new();
        self.each(counts, |middle, rings, before| {
            let mut best: Option<Found> = None;
            self.runs(before, |first, last, events, expected| {
                let ratio = self.ratio(events, expected);
                // Of equal ones the shortest: weeks in which nothing happened anywhere belong to no cluster.
                let is_tighter = |best: Found| ratio > best.ratio - TIE && last - first < best.last - best.first;
                if best.is_none_or(|best| ratio > best.ratio + TIE || is_tighter(best)) {
                    best = Some(Found { middle, rings, first, last, events: events as u32, expected, ratio });
                }
            });
            found.extend(best);
        });
        found
    }

    fn largest(&self, counts: &[f64]) -> f64 {
        let mut largest = 0.0_f64;
        self.each(counts, |_, _, before| {
            self.runs(before, |_, _, events, expected| {
                // x ln x − x + 1 ≤ (x − 1)² bounds the ratio, and spares most of the logarithms.
                let off = (events - expected) * (events - expected);
                if off * (1.0 / expected + 1.0 / (self.events - expected)) > largest {
                    largest = largest.max(self.ratio(events, expected));
                }
            });
        });
        largest
    }

    /// Goes through all zones, each with its events before each week.
    fn each(&self, counts: &[f64], mut visit: impl FnMut(usize, u32, &[f64])) {
        let mut before = vec![0.0; self.weeks + 1];
        for (middle, rings, ring) in &self.zones {
            if *rings == 0 {
                before.fill(0.0);
            }
            for at in ring {
                let mut sum = 0.0;
                for week in 0..self.weeks {
                    sum += counts[at * self.weeks + week];
                    before[week + 1] += sum;
                }
            }
            // A ring without a hexagon makes no new zone.
            if !ring.is_empty() {
                visit(*middle, *rings, &before);
            }
        }
    }

    /// Goes through the runs of a zone that hold more than expected.
    fn runs(&self, before: &[f64], mut visit: impl FnMut(usize, usize, f64, f64)) {
        let share = before[self.weeks] / self.events;
        if before[self.weeks] < f64::from(EVENTS_MIN) {
            return;
        }
        for first in 0..self.weeks {
            for last in first..self.weeks.min(first + WEEKS_MAX) {
                let events = before[last + 1] - before[first];
                let expected = share * (self.before[last + 1] - self.before[first]);
                if events >= f64::from(EVENTS_MIN) && events > expected && expected < self.events {
                    visit(first, last, events, expected);
                }
            }
        }
    }

    fn ratio(&self, events: f64, expected: f64) -> f64 {
        let others = self.events - events;
        let of_others = if others > 0.0 { others * (others / (self.events - expected)).ln() } else { 0.0 };
        events * (events / expected).ln() + of_others
    }
}
