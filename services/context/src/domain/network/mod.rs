//! The network of stakeholders as it stood on a date: who is in it, where they stand in its picture, who
//! keeps to whom, and who connects the others. Computed from what is given, which is what a caller sees.

pub mod betweenness;
pub mod communities;
pub mod layout;
mod pictures;

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::resume_unwind,
    thread,
};

use chrono::NaiveDate;
use cpas_proto::words::Classification;
use petgraph::graph::UnGraph;

use super::{
    grid::Mark,
    ids::StakeholderId,
    relation::Relation,
    stakeholder::{Stakeholder, StakeholderKind},
};
use betweenness::Side;
use layout::Place;
use pictures::Counted;
pub use pictures::Pictures;

/// Most days of change that are told, the latest.
pub const CHANGES_MAX: usize = 500;

/// Who has a tie with whom; each pair once, with the strength of all their ties together.
pub type Ties = UnGraph<(), f64>;

/// A stakeholder in the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub stakeholder: StakeholderId,
    pub name: String,
    pub kind: StakeholderKind,
    pub classification: Classification,
    pub mark: Option<Mark>,
    /// The same on every date: it comes of all relations there ever were.
    pub place: Place,
    /// From 0 for the largest.
    pub community: usize,
    /// 0 to 1.
    pub betweenness: f64,
    /// 0 to 1.
    pub brokerage: f64,
}

/// The network.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pub as_of: NaiveDate,
    /// Those with a relation on that date, by id.
    pub members: Vec<Member>,
    pub relations: Vec<Relation>,
    /// Days on which it became another one, in order.
    pub changes: Vec<NaiveDate>,
    pub communities: usize,
    pub modularity: f64,
    pub connected_pairs: u32,
    /// Stakeholders without a relation on that date.
    pub unconnected: usize,
}

impl Network {
    /// The network on a date, of these stakeholders and of all their relations, past ones too. A relation
    /// with an end that is not among the stakeholders does not count.
    pub fn on(
        as_of: NaiveDate,
        stakeholders: Vec<(Stakeholder, Option<Mark>)>,
        relations: Vec<Relation>,
        pictures: &Pictures,
    ) -> Self {
        let known: BTreeMap<StakeholderId, (Stakeholder, Option<Mark>)> =
            stakeholders.into_iter().map(|(stakeholder, mark)| (stakeholder.id, (stakeholder, mark))).collect();
        let ever: Vec<Relation> = relations
            .into_iter()
            .filter(|relation| known.contains_key(&relation.from) && known.contains_key(&relation.to))
            .collect();
        let changes = changes(&ever);
        let now: Vec<Relation> = ever.iter().filter(|relation| relation.held.includes(as_of)).cloned().collect();
        let ids: Vec<StakeholderId> = ends(&now).into_iter().collect();
        let tied = pairs(&now, &ids, |relation| relation.kind.is_tie());
        let stance = |id: &StakeholderId| known[id].1.map_or(0, |mark| mark.stance.number());
        let side = |id: &StakeholderId| match stance(id) {
            1.. => Side::One,
            0 => Side::Neither,
            _ => Side::Other,
        };
        let sides: Vec<Side> = ids.iter().map(side).collect();
        // The picture beside what is counted: each takes as long as the other.
        let (places, counted) = thread::scope(|scope| {
            let places = scope.spawn(|| places(&ever, pictures));
            let counted = pictures.count(&sides, &tied);
            (places.join().unwrap_or_else(|panic| resume_unwind(panic)), counted)
        });
        let Counted { between, communities, modularity } = &*counted;
        let member = |(number, id): (usize, &StakeholderId)| {
            let (stakeholder, mark) = &known[id];
            Member {
                stakeholder: *id,
                name: stakeholder.name.clone(),
                kind: stakeholder.kind,
                classification: stakeholder.classification,
                mark: *mark,
                place: places[id],
                community: communities[number],
                betweenness: between.betweenness[number],
                brokerage: between.brokerage[number],
            }
        };
        Self {
            as_of,
            members: ids.iter().enumerate().map(member).collect(),
            unconnected: known.len() - ids.len(),
            communities: communities.iter().collect::<BTreeSet<_>>().len(),
            relations: now,
            changes,
            modularity: *modularity,
            connected_pairs: between.connected_pairs,
        }
    }
}

/// A graph of so many nodes; of several ties of one pair the weights add up.
pub fn ties(nodes: usize, pairs: &[(usize, usize, f64)]) -> Ties {
    let mut ties = Ties::with_capacity(nodes, pairs.len());
    let places: Vec<_> = (0..nodes).map(|_| ties.add_node(())).collect();
    let mut together: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (one, other, weight) in pairs {
        *together.entry((*one.min(other), *one.max(other))).or_default() += weight;
    }
    for ((one, other), weight) in together {
        ties.add_edge(places[one], places[other], weight);
    }
    ties
}

/// The sides of so many nodes, for tests.
#[cfg(test)]
fn sides(nodes: usize, one: &[usize], other: &[usize]) -> Vec<Side> {
    let side = |node: usize| match (one.contains(&node), other.contains(&node)) {
        (true, _) => Side::One,
        (false, true) => Side::Other,
        (false, false) => Side::Neither,
    };
    (0..nodes).map(side).collect()
}

fn ends(relations: &[Relation]) -> BTreeSet<StakeholderId> {
    relations.iter().flat_map(|relation| [relation.from, relation.to]).collect()
}

/// The relations that count, by the places of their ends in a sorted list.
fn pairs(relations: &[Relation], ids: &[StakeholderId], counts: fn(&Relation) -> bool) -> Vec<(usize, usize, f64)> {
    let place = |id: &StakeholderId| ids.binary_search(id).expect("an end of one of the relations");
    let counted = relations.iter().filter(|relation| counts(relation));
    counted.map(|it| (place(&it.from), place(&it.to), f64::from(it.strength.number()))).collect()
}

fn places(ever: &[Relation], pictures: &Pictures) -> BTreeMap<StakeholderId, Place> {
    let ids: Vec<StakeholderId> = ends(ever).into_iter().collect();
    let seeds: Vec<u64> = ids
        .iter()
        .map(|id| {
            let (high, low) = id.0.as_u64_pair();
            high.rotate_left(29) ^ low
        })
        .collect();
    let found = pictures.layout(&seeds, &pairs(ever, &ids, |_| true));
    ids.into_iter().zip(found.iter().copied()).collect()
}

fn changes(ever: &[Relation]) -> Vec<NaiveDate> {
    let begins = ever.iter().map(|relation| relation.held.from());
    let ended = ever.iter().filter_map(|relation| relation.held.until()?.succ_opt());
    let days: BTreeSet<NaiveDate> = begins.chain(ended).collect();
    let many = days.len().saturating_sub(CHANGES_MAX);
    days.into_iter().skip(many).collect()
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
