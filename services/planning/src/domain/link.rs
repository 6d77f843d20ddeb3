//! The theory of change: why an output should bring an outcome about.

use cpas_proto::vocabulary;
use petgraph::{
    algo::{astar, kosaraju_scc},
    graphmap::DiGraphMap,
};
use serde::{Deserialize, Serialize};

use super::{
    broken::Broken,
    ids::ItemId,
    text::{TEXT_CHARS_MAX, Text},
};

/// Longest expected lag, in months.
pub const LAG_MONTHS_MAX: u8 = 120;
/// Most assumptions of one link.
pub const ASSUMPTIONS_MAX: usize = 20;

vocabulary! {
    /// How strongly an output is expected to work on an outcome.
    pub enum Strength as "a strength" { Weak = "weak", Moderate = "moderate", Strong = "strong" }
}

/// A link from an output to an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultLink {
    pub output: ItemId,
    pub outcome: ItemId,
    pub hypothesis: Text,
    pub assumptions: Vec<String>,
    /// The same in French, in the same order; what is not there or blank has no French yet.
    #[serde(default)]
    pub assumptions_fr: Vec<String>,
    /// Months until the effect is expected, 0 to [`LAG_MONTHS_MAX`].
    pub expected_lag_months: u8,
    pub strength: Strength,
}

impl ResultLink {
    /// Rules that one link can be held to by itself.
    ///
    /// # Errors
    /// Names the field that breaks one.
    pub fn checked(self) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let count = self.assumptions.len().max(self.assumptions_fr.len());
        if count > ASSUMPTIONS_MAX {
            broken.add("link.assumptions", format!("A link takes at most {ASSUMPTIONS_MAX} assumptions."));
        }
        for (place, assumption) in self.said().enumerate() {
            let field = format!("link.assumptions[{place}]");
            let blank = |said: &str| said.trim().is_empty() || said.contains('\0');
            if blank(&assumption.en) && blank(&assumption.fr) {
                broken.add(field, "This assumption is blank; write it or remove it.");
            } else if assumption.en.chars().count().max(assumption.fr.chars().count()) > TEXT_CHARS_MAX {
                broken.add(field, format!("An assumption takes at most {TEXT_CHARS_MAX} characters."));
            }
        }
        if self.expected_lag_months > LAG_MONTHS_MAX {
            broken.add("link.expected_lag_months", format!("The lag goes from 0 to {LAG_MONTHS_MAX} months."));
        }
        broken.into_result(self.evened())
    }

    /// The assumptions, each in both languages.
    pub fn said(&self) -> impl Iterator<Item = Text> {
        let at = |all: &[String], place| all.get(place).cloned().unwrap_or_default();
        (0..self.assumptions.len().max(self.assumptions_fr.len()))
            .map(move |place| Text::of(at(&self.assumptions, place), at(&self.assumptions_fr, place)))
    }

    /// The two lists as they are kept: one English place for each, and no blank French at the end.
    fn evened(mut self) -> Self {
        let count = self.assumptions.len().max(self.assumptions_fr.len());
        self.assumptions.resize(count, String::new());
        let last = self.assumptions_fr.iter().rposition(|said| !said.trim().is_empty());
        self.assumptions_fr.truncate(last.map_or(0, |place| place + 1));
        self
    }
}

/// One way round that leads back to its start, `[a, b, c, a]`; `None` when there is none.
/// Which one is found depends on the edges alone, not on their order.
pub fn cycle(edges: impl IntoIterator<Item = (ItemId, ItemId)>) -> Option<Vec<ItemId>> {
    let mut edges: Vec<_> = edges.into_iter().collect();
    edges.sort_unstable();
    let graph: DiGraphMap<ItemId, ()> = DiGraphMap::from_edges(edges);
    let knot = kosaraju_scc(&graph)
        .into_iter()
        .filter(|knot| knot.len() > 1 || knot.iter().any(|node| graph.contains_edge(*node, *node)))
        .min_by_key(|knot| knot.iter().min().copied())?;
    let start = knot.into_iter().min()?;
    let way_back = |next| astar(&graph, next, |node| node == start, |_| 1u32, |_| 0);
    let (_, way) = graph.neighbors(start).filter_map(way_back).min_by_key(|(length, _)| *length)?;
    Some(std::iter::once(start).chain(way).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn node(number: u8) -> ItemId {
        ItemId(Uuid::from_u128(u128::from(number) + 1))
    }

    #[test]
    fn the_way_round_is_named_from_its_start_to_its_start() {
        let edges = [(1, 2), (2, 3), (3, 1), (3, 4)].map(|(from, to)| (node(from), node(to)));
        assert_eq!(cycle(edges), Some(vec![node(1), node(2), node(3), node(1)]));
        assert_eq!(cycle([(node(7), node(7))]), Some(vec![node(7), node(7)]));
    }

    fn rests_on(english: &[&str], french: &[&str]) -> ResultLink {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        ResultLink {
            assumptions: owned(english),
            assumptions_fr: owned(french),
            ..crate::domain::framework::tests::link(1, 2)
        }
    }

    #[test]
    fn an_assumption_is_said_in_one_language_at_least_and_keeps_its_place() {
        let link = rests_on(&["Roads are open", ""], &["", "Les pistes sont sûres", ""]);
        let broken = link.checked().expect_err("the third says nothing");
        assert_eq!(broken.violations.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["link.assumptions[2]"]);
        let link =
            rests_on(&["Roads are open"], &["", "Les pistes sont sûres"]).checked().expect("each says something");
        assert_eq!(link.assumptions, ["Roads are open", ""]);
        assert_eq!(
            link.said().map(|one| one.any().to_owned()).collect::<Vec<_>>(),
            ["Roads are open", "Les pistes sont sûres"]
        );
        // No French is kept as none, so that nothing seems to have changed.
        assert_eq!(rests_on(&["Roads are open"], &[" "]).checked().expect("English is enough").assumptions_fr, [""; 0]);
    }

    #[test]
    fn assumptions_are_not_endless_in_either_language() {
        let long = "é".repeat(TEXT_CHARS_MAX + 1);
        assert!(rests_on(&["a"], &[&long]).checked().is_err());
        assert!(rests_on(&[], &["a"; ASSUMPTIONS_MAX + 1]).checked().is_err());
        assert!(rests_on(&[], &["a"; ASSUMPTIONS_MAX]).checked().is_ok());
    }

    proptest! {
        #[test]
        fn edges_that_go_up_only_have_no_cycle(pairs in prop::collection::vec((0u8..40, 0u8..40), 0..120)) {
            let upwards = pairs.iter().filter(|(a, b)| a != b).map(|(a, b)| (node(*a.min(b)), node(*a.max(b))));
            prop_assert_eq!(cycle(upwards), None);
        }

        #[test]
        fn what_is_named_is_a_way_round(pairs in prop::collection::vec((0u8..12, 0u8..12), 0..60)) {
            let edges: Vec<_> = pairs.iter().map(|(a, b)| (node(*a), node(*b))).collect();
            if let Some(way) = cycle(edges.clone()) {
                prop_assert!(way.len() >= 2);
                prop_assert_eq!(way.first(), way.last());
                for step in way.windows(2) {
                    prop_assert!(edges.contains(&(step[0], step[1])));
                }
            }
        }
    }
}
