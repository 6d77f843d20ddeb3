//! Who lies on the ways between others.
//!
//! Source: U. Brandes, "A faster algorithm for betweenness centrality", Journal of Mathematical Sociology
//! 25 (2001), and "On variants of shortest-path betweenness centrality", Social Networks 30 (2008) for the
//! ways between two sets. Checked against networkx 3.4.2 (`tests/fixtures/network.json`).

use std::collections::VecDeque;

use petgraph::graph::NodeIndex;

use super::Ties;

/// Share of the shortest ways between all pairs of others that lead over each, 0 to 1. Where several ways
/// are equally short, each counts for its part. Every tie is one step; strength and direction do not count.
pub fn betweenness(ties: &Ties) -> Vec<f64> {
    let count = ties.node_count();
    let mut shares = vec![0.0; count];
    for source in 0..count {
        let ways = Ways::from(ties, source);
        let carried = ways.carried(|_| true);
        for (place, share) in shares.iter_mut().enumerate().filter(|(place, _)| *place != source) {
            *share += carried[place];
        }
    }
    // Each pair was walked from both ends; a node stands between the (n - 1)(n - 2) / 2 pairs of others.
    let pairs = (count.saturating_sub(1) * count.saturating_sub(2)) as f64;
    for share in &mut shares {
        *share = if pairs > 0.0 { *share / pairs } else { 0.0 };
    }
    shares
}

/// Who connects two sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Brokerage {
    /// Share of the shortest ways from one side to the other that lead over each, 0 to 1.
    pub shares: Vec<f64>,
    /// Pairs, one of each side, that some way connects.
    pub connected_pairs: u32,
}

/// Who lies on the shortest ways between two sides that have nobody in common.
pub fn brokerage(ties: &Ties, one_side: &[usize], other_side: &[usize]) -> Brokerage {
    let count = ties.node_count();
    let mut is_other = vec![false; count];
    for place in other_side {
        is_other[*place] = true;
    }
    let mut shares = vec![0.0; count];
    let mut connected_pairs = 0;
    for source in one_side {
        let ways = Ways::from(ties, *source);
        let carried = ways.carried(|place| is_other[place]);
        connected_pairs += ways.order.iter().filter(|place| is_other[**place]).count() as u32;
        for (place, share) in shares.iter_mut().enumerate().filter(|(place, _)| place != source) {
            *share += carried[place];
        }
    }
    for share in &mut shares {
        *share = if connected_pairs > 0 { *share / f64::from(connected_pairs) } else { 0.0 };
    }
    Brokerage { shares, connected_pairs }
}

/// All shortest ways from one node.
struct Ways {
    /// Reached nodes, the nearest first.
    order: Vec<usize>,
    /// The nodes before each on its shortest ways.
    before: Vec<Vec<usize>>,
    /// How many shortest ways lead to each.
    number: Vec<f64>,
}

impl Ways {
    fn from(ties: &Ties, source: usize) -> Self {
        let count = ties.node_count();
        let mut ways = Self { order: Vec::new(), before: vec![Vec::new(); count], number: vec![0.0; count] };
        let mut steps = vec![usize::MAX; count];
        let mut queue = VecDeque::from([source]);
        (steps[source], ways.number[source]) = (0, 1.0);
        while let Some(now) = queue.pop_front() {
            ways.order.push(now);
            for next in ties.neighbors(NodeIndex::new(now)).map(NodeIndex::index) {
                if steps[next] == usize::MAX {
                    steps[next] = steps[now] + 1;
                    queue.push_back(next);
                }
                if steps[next] == steps[now] + 1 {
                    ways.number[next] += ways.number[now];
                    ways.before[next].push(now);
                }
            }
        }
        ways
    }

    /// For each node, how much of the ways to those that count lead over it.
    fn carried(&self, counts: impl Fn(usize) -> bool) -> Vec<f64> {
        let mut carried = vec![0.0; self.number.len()];
        for now in self.order.iter().rev().copied() {
            let own = f64::from(u8::from(counts(now)));
            for before in &self.before[now] {
                carried[*before] += self.number[*before] / self.number[now] * (own + carried[now]);
            }
        }
        carried
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::network::ties;

    #[test]
    fn the_middle_of_a_chain_carries_all_and_the_ends_nothing() {
        let chain = ties(3, &[(0, 1, 1.0), (1, 2, 1.0)]);
        assert_eq!(betweenness(&chain), [0.0, 1.0, 0.0]);
        let brokers = brokerage(&chain, &[0], &[2]);
        assert_eq!(brokers, Brokerage { shares: vec![0.0, 1.0, 0.0], connected_pairs: 1 });
    }

    #[test]
    fn who_is_on_no_way_between_the_two_sides_connects_nobody() {
        // 0 promotes, 3 prevents; 1 is between them, 4 is the hub of bystanders.
        let graph = ties(7, &[(0, 1, 1.0), (1, 3, 1.0), (1, 4, 1.0), (4, 5, 1.0), (4, 6, 1.0), (2, 4, 1.0)]);
        assert!(betweenness(&graph)[4] > 0.0);
        assert_eq!(brokerage(&graph, &[0], &[3]).shares, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn without_any_way_nobody_connects() {
        let apart = ties(4, &[(0, 1, 1.0), (2, 3, 1.0)]);
        assert_eq!(brokerage(&apart, &[0], &[3]), Brokerage { shares: vec![0.0; 4], connected_pairs: 0 });
        assert_eq!(betweenness(&ties(0, &[])), Vec::<f64>::new());
        assert_eq!(betweenness(&ties(2, &[(0, 1, 1.0)])), [0.0, 0.0]);
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
            let mut sides = vec![0.0; 7];
            let mut pairs = 0;
            for from in 0..7 {
                for to in from + 1..7 {
                    let ways = all_ways(&graph, from, to);
                    let crosses = from < cut && to >= cut;
                    pairs += u32::from(crosses && !ways.is_empty());
                    for way in &ways {
                        for inner in &way[1..way.len() - 1] {
                            all[*inner] += 1.0 / ways.len() as f64 / 15.0;
                            if crosses { sides[*inner] += 1.0 / ways.len() as f64; }
                        }
                    }
                }
            }
            for (ours, counted) in betweenness(&graph).iter().zip(&all) {
                prop_assert!((ours - counted).abs() < 1e-9);
            }
            let found = brokerage(&graph, &left, &right);
            prop_assert_eq!(found.connected_pairs, pairs);
            for (ours, counted) in found.shares.iter().zip(&sides) {
                prop_assert!((ours - counted / f64::from(pairs.max(1))).abs() < 1e-9);
            }
        }
    }
}
