//! Who lies on the ways between others.
//!
//! Source: U. Brandes, "A faster algorithm for betweenness centrality", Journal of Mathematical Sociology
//! 25 (2001), and "On variants of shortest-path betweenness centrality", Social Networks 30 (2008) for the
//! ways between two sets. Checked against networkx 3.4.2 (`tests/fixtures/network.json`).

use std::{ops::Range, panic::resume_unwind, thread};

use petgraph::graph::NodeIndex;

use super::Ties;

/// Who connects whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Between {
    /// Share of the shortest ways between all pairs of others that lead over each, 0 to 1. Where several
    /// ways are equally short, each counts for its part. Every tie is one step; strength and direction do
    /// not count.
    pub betweenness: Vec<f64>,
    /// Share of the shortest ways from one side to the other that lead over each, 0 to 1.
    pub brokerage: Vec<f64>,
    /// Pairs, one of each side, that some way connects.
    pub connected_pairs: u32,
}

/// A side that a stakeholder is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    One,
    Other,
    Neither,
}

/// Who lies on the shortest ways between all, and on those between two sides. `sides`: of each node.
pub fn between(ties: &Ties, sides: &[Side]) -> Between {
    let count = ties.node_count();
    let ways = Ways::over(ties);
    // Always in the same two parts, whatever the machine, so that the sums are always the same.
    let (first, second) = thread::scope(|scope| {
        let second = scope.spawn(|| Carried::from(count / 2..count, ways.clone(), sides));
        let first = Carried::from(0..count / 2, ways.clone(), sides);
        (first, second.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let connected_pairs = first.connected_pairs + second.connected_pairs;
    // Each pair was walked from both ends; a node stands between the (n - 1)(n - 2) / 2 pairs of others.
    let pairs = (count.saturating_sub(1) * count.saturating_sub(2)) as f64;
    let share = |whole: f64, one: Vec<f64>, other: Vec<f64>| {
        one.into_iter().zip(other).map(|(one, other)| if whole > 0.0 { (one + other) / whole } else { 0.0 }).collect()
    };
    Between {
        betweenness: share(pairs, first.betweenness, second.betweenness),
        brokerage: share(f64::from(connected_pairs), first.brokerage, second.brokerage),
        connected_pairs,
    }
}

/// What leads over each node of the ways from some of the nodes.
struct Carried {
    betweenness: Vec<f64>,
    brokerage: Vec<f64>,
    connected_pairs: u32,
}

impl Carried {
    fn from(sources: Range<usize>, mut ways: Ways, sides: &[Side]) -> Self {
        let (mut betweenness, mut brokerage) = (vec![0.0; sides.len()], vec![0.0; sides.len()]);
        let mut connected_pairs = 0;
        for source in sources {
            ways.walk(source);
            ways.carry(|_| true, &mut betweenness);
            if sides[source] == Side::One {
                let is_other = |place: usize| sides[place] == Side::Other;
                connected_pairs += ways.order.iter().filter(|place| is_other(**place)).count() as u32;
                ways.carry(is_other, &mut brokerage);
            }
        }
        Self { betweenness, brokerage, connected_pairs }
    }
}

/// All shortest ways from one node; walked from each in turn, in the same memory.
#[derive(Clone)]
struct Ways {
    /// Who is tied to each, one after the other, and where those of each begin.
    tied: Vec<usize>,
    begins: Vec<usize>,
    /// Reached nodes, the nearest first; the source is the first.
    order: Vec<usize>,
    /// Steps to each; `FAR` where no way leads.
    steps: Vec<u32>,
    /// How many shortest ways lead to each.
    number: Vec<f64>,
    carried: Vec<f64>,
}

const FAR: u32 = u32::MAX;

impl Ways {
    fn over(ties: &Ties) -> Self {
        let count = ties.node_count();
        let (mut tied, mut begins) = (Vec::with_capacity(2 * ties.edge_count()), Vec::with_capacity(count + 1));
        for node in 0..count {
            begins.push(tied.len());
            tied.extend(ties.neighbors(NodeIndex::new(node)).map(NodeIndex::index));
        }
        begins.push(tied.len());
        let order = Vec::with_capacity(count);
        Self { tied, begins, order, steps: vec![FAR; count], number: vec![0.0; count], carried: vec![0.0; count] }
    }

    fn walk(&mut self, source: usize) {
        self.order.clear();
        self.order.push(source);
        self.steps.fill(FAR);
        self.number.fill(0.0);
        (self.steps[source], self.number[source]) = (0, 1.0);
        let mut walked = 0;
        while let Some(now) = self.order.get(walked).copied() {
            walked += 1;
            for next in &self.tied[self.begins[now]..self.begins[now + 1]] {
                if self.steps[*next] == FAR {
                    self.steps[*next] = self.steps[now] + 1;
                    self.order.push(*next);
                }
                if self.steps[*next] == self.steps[now] + 1 {
                    self.number[*next] += self.number[now];
                }
            }
        }
    }

    /// Adds to each but the source how much of the ways to those that count lead over it.
    fn carry(&mut self, counts: impl Fn(usize) -> bool, shares: &mut [f64]) {
        self.carried.fill(0.0);
        for now in self.order.iter().skip(1).rev().copied() {
            let own = f64::from(u8::from(counts(now)));
            let each = (own + self.carried[now]) / self.number[now];
            shares[now] += self.carried[now];
            for before in &self.tied[self.begins[now]..self.begins[now + 1]] {
                // Of who is tied to it, those one step nearer.
                if self.steps[*before] < self.steps[now] {
                    self.carried[*before] += self.number[*before] * each;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::network::{sides, ties};

    #[test]
    fn the_middle_of_a_chain_carries_all_and_the_ends_nothing() {
        let chain = ties(3, &[(0, 1, 1.0), (1, 2, 1.0)]);
        let all = vec![0.0, 1.0, 0.0];
        assert_eq!(
            between(&chain, &sides(3, &[0], &[2])),
            Between { betweenness: all.clone(), brokerage: all, connected_pairs: 1 }
        );
    }

    #[test]
    fn who_is_on_no_way_between_the_two_sides_connects_nobody() {
        // 0 promotes, 3 prevents; 1 is between them, 4 is the hub of bystanders.
        let graph = ties(7, &[(0, 1, 1.0), (1, 3, 1.0), (1, 4, 1.0), (4, 5, 1.0), (4, 6, 1.0), (2, 4, 1.0)]);
        let found = between(&graph, &sides(7, &[0], &[3]));
        assert!(found.betweenness[4] > 0.0);
        assert_eq!(found.brokerage, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn without_any_way_nobody_connects() {
        let apart = ties(4, &[(0, 1, 1.0), (2, 3, 1.0)]);
        let nothing = Between { betweenness: vec![0.0; 4], brokerage: vec![0.0; 4], connected_pairs: 0 };
        assert_eq!(between(&apart, &sides(4, &[0], &[3])), nothing);
        assert_eq!(between(&ties(0, &[]), &[]).betweenness, Vec::<f64>::new());
        assert_eq!(between(&ties(2, &[(0, 1, 1.0)]), &sides(2, &[], &[])).betweenness, [0.0, 0.0]);
    }

    /// All shortest ways between two nodes, by walking every way.
    fn all_ways(graph: &Ties, from: usize, to: usize) -> Vec<Vec<usize>> {
        let mut ways = vec![vec![from]];
        for _ in 0..graph.node_count() {
            let arrived: Vec<_> = ways.iter().filter(|way| way.last() == Some(&to)).cloned().collect();
            if !arrived.is_empty() {
                return arrived;
            }
            let mut longer = Vec::new();
            for way in &ways {
                let last = NodeIndex::new(*way.last().expect("never empty"));
                for next in graph.neighbors(last).map(NodeIndex::index).filter(|next| !way.contains(next)) {
                    longer.push(way.iter().copied().chain([next]).collect());
                }
            }
            ways = longer;
        }
        Vec::new()
    }

    proptest! {
        #[test]
        fn it_is_what_counting_every_way_gives(edges in prop::collection::btree_set((0usize..7, 0usize..7), 0..14), cut in 1usize..6) {
            let edges: std::collections::BTreeSet<_> = edges.into_iter().filter(|(a, b)| a != b).map(|(a, b)| (a.min(b), a.max(b))).collect();
            let graph = ties(7, &edges.iter().map(|(a, b)| (*a, *b, 1.0)).collect::<Vec<_>>());
            let (left, right): (Vec<usize>, Vec<usize>) = ((0..cut).collect(), (cut..7).collect());
            let mut all = vec![0.0; 7];
            let mut across = vec![0.0; 7];
            let mut pairs = 0;
            for from in 0..7 {
                for to in from + 1..7 {
                    let ways = all_ways(&graph, from, to);
                    let crosses = from < cut && to >= cut;
                    pairs += u32::from(crosses && !ways.is_empty());
                    for way in &ways {
                        for inner in &way[1..way.len() - 1] {
                            all[*inner] += 1.0 / ways.len() as f64 / 15.0;
                            if crosses { across[*inner] += 1.0 / ways.len() as f64; }
                        }
                    }
                }
            }
            let found = between(&graph, &sides(7, &left, &right));
            for (ours, counted) in found.betweenness.iter().zip(&all) {
                prop_assert!((ours - counted).abs() < 1e-9);
            }
            prop_assert_eq!(found.connected_pairs, pairs);
            for (ours, counted) in found.brokerage.iter().zip(&across) {
                prop_assert!((ours - counted / f64::from(pairs.max(1))).abs() < 1e-9);
            }
        }
    }
}
