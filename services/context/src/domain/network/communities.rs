//! Who keeps to whom: groups with more and closer ties inside than chance would give.
//!
//! Source: V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre, "Fast unfolding of communities in
//! large networks" (Louvain), J. Stat. Mech. P10008 (2008); modularity after M. E. J. Newman, "Analysis of
//! weighted networks", Phys. Rev. E 70 (2004). Checked against networkx 3.4.2 (`tests/fixtures/network.json`).
//! Nodes are visited in their order and equal gains go to the first, so that one network has one answer.

use std::collections::BTreeMap;

use petgraph::visit::EdgeRef as _;

use super::Ties;

/// Rounds over all nodes before a level ends; each one gains, so that this is never met in practice.
const ROUNDS_MAX: usize = 100;
/// A gain below this is rounding.
const GAIN_MIN: f64 = 1e-12;

/// Number of the community of each node, from 0 for the largest; of two of a size the one with the first node.
pub fn communities(ties: &Ties) -> Vec<usize> {
    let mut of: Vec<usize> = (0..ties.node_count()).collect();
    let mut level = Level::of(ties);
    while let Some(moved) = level.settle() {
        for community in &mut of {
            *community = moved[*community];
        }
        level = level.condensed(&moved);
    }
    by_size(&of)
}

/// How much more weight lies inside the communities than chance would put there, at most 1.
pub fn modularity(ties: &Ties, of: &[usize]) -> f64 {
    let total: f64 = ties.edge_weights().sum();
    if total <= 0.0 {
        return 0.0;
    }
    let count = of.iter().max().map_or(0, |most| most + 1);
    let (mut inside, mut ends) = (vec![0.0; count], vec![0.0; count]);
    for tie in ties.edge_references() {
        let (one, other) = (of[tie.source().index()], of[tie.target().index()]);
        ends[one] += tie.weight();
        ends[other] += tie.weight();
        if one == other {
            inside[one] += tie.weight();
        }
    }
    inside.iter().zip(&ends).map(|(inside, ends)| inside / total - (ends / (2.0 * total)).powi(2)).sum()
}

fn by_size(of: &[usize]) -> Vec<usize> {
    let mut found: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (place, community) in of.iter().enumerate() {
        found.entry(*community).or_insert((0, place)).0 += 1;
    }
    let mut sorted: Vec<_> = found.into_iter().collect();
    sorted.sort_by_key(|(_, (size, first))| (std::cmp::Reverse(*size), *first));
    let number: BTreeMap<_, _> = sorted.into_iter().enumerate().map(|(number, (old, _))| (old, number)).collect();
    of.iter().map(|community| number[community]).collect()
}

/// One level of Louvain: its nodes are communities of the level below.
struct Level {
    /// Weight of the ties of each node to each other one.
    ties: Vec<BTreeMap<usize, f64>>,
    /// Weight of what lies inside each node, counted twice as its ends are.
    inside: Vec<f64>,
    /// Weight of all ends of ties.
    total: f64,
}

impl Level {
    fn of(ties: &Ties) -> Self {
        let mut level =
            Self { ties: vec![BTreeMap::new(); ties.node_count()], inside: vec![0.0; ties.node_count()], total: 0.0 };
        for tie in ties.edge_references() {
            level.add(tie.source().index(), tie.target().index(), *tie.weight());
        }
        level
    }

    fn add(&mut self, one: usize, other: usize, weight: f64) {
        *self.ties[one].entry(other).or_default() += weight;
        *self.ties[other].entry(one).or_default() += weight;
        self.total += 2.0 * weight;
    }

    fn ends(&self, node: usize) -> f64 {
        self.inside[node] + self.ties[node].values().sum::<f64>()
    }

    /// Moves every node to where it gains most until nobody moves; the communities, numbered from 0 without
    /// gaps, or `None` when nobody moved at all.
    fn settle(&self) -> Option<Vec<usize>> {
        let mut of: Vec<usize> = (0..self.ties.len()).collect();
        let own: Vec<f64> = (0..self.ties.len()).map(|node| self.ends(node)).collect();
        let mut ends = own.clone();
        let mut any = false;
        for _ in 0..ROUNDS_MAX {
            let mut moved = false;
            for node in 0..self.ties.len() {
                let now = of[node];
                ends[now] -= own[node];
                let best = self.best(node, now, &of, &ends, own[node]);
                ends[best] += own[node];
                (of[node], moved) = (best, moved || best != now);
            }
            any |= moved;
            if !moved {
                break;
            }
        }
        any.then(|| by_size(&of))
    }

    fn best(&self, node: usize, now: usize, of: &[usize], ends: &[f64], own: f64) -> usize {
        let mut weights: BTreeMap<usize, f64> = BTreeMap::from([(now, 0.0)]);
        for (other, weight) in &self.ties[node] {
            *weights.entry(of[*other]).or_default() += weight;
        }
        let gain = |community: usize| weights[&community] - ends[community] * own / self.total;
        weights.keys().copied().fold(
            now,
            |best, community| {
                if gain(community) > gain(best) + GAIN_MIN { community } else { best }
            },
        )
    }

    /// The level above, with a node for each community.
    fn condensed(&self, of: &[usize]) -> Self {
        let count = of.iter().max().map_or(0, |most| most + 1);
        let mut above = Self { ties: vec![BTreeMap::new(); count], inside: vec![0.0; count], total: self.total };
        for (node, ties) in self.ties.iter().enumerate() {
            above.inside[of[node]] += self.inside[node];
            for (other, weight) in ties {
                if of[node] == of[*other] {
                    above.inside[of[node]] += weight;
                } else {
                    *above.ties[of[node]].entry(of[*other]).or_default() += weight;
                }
            }
        }
        above
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::network::ties;

    #[test]
    fn two_circles_of_friends_with_one_bridge_are_two_communities() {
        let graph = ties(
            7,
            &[(0, 1, 3.0), (1, 2, 3.0), (0, 2, 3.0), (3, 4, 3.0), (4, 5, 3.0), (3, 5, 3.0), (3, 6, 3.0), (2, 3, 1.0)],
        );
        assert_eq!(communities(&graph), [1, 1, 1, 0, 0, 0, 0], "the larger is the first");
    }

    #[test]
    fn without_ties_everybody_is_alone() {
        assert_eq!(communities(&ties(3, &[])), [0, 1, 2]);
        assert_eq!(modularity(&ties(3, &[]), &[0, 1, 2]), 0.0);
        assert_eq!(communities(&ties(0, &[])), Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn no_community_is_worse_than_being_alone_or_all_together_and_none_spans_what_is_apart(
            edges in prop::collection::btree_map((0usize..12, 0usize..12), 1u8..4, 0..30)
        ) {
            let edges: Vec<_> = edges.into_iter().filter(|((a, b), _)| a < b).map(|((a, b), weight)| (a, b, f64::from(weight))).collect();
            let graph = ties(12, &edges);
            let of = communities(&graph);
            let found = modularity(&graph, &of);
            prop_assert!(found >= modularity(&graph, &(0..12).collect::<Vec<_>>()) - 1e-9);
            prop_assert!(found >= modularity(&graph, &[0; 12]) - 1e-9 && found <= 1.0);
            let mut whole: Vec<usize> = (0..12).collect();
            for _ in 0..12 {
                for (a, b, _) in &edges {
                    let least = whole[*a].min(whole[*b]);
                    (whole[*a], whole[*b]) = (least, least);
                }
            }
            for one in 0..12 {
                for other in 0..12 {
                    prop_assert!(of[one] != of[other] || whole[one] == whole[other], "{one} and {other} are apart");
                }
            }
        }
    }
}
