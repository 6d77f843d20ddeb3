//! What recommendations speak of across the plan: gender, protection of civilians, youth and other markers.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::recommendation::Recommendation;

/// What was frozen of one assessment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// Markers of outcomes and outputs, by lineage.
    pub markers: BTreeMap<Uuid, Vec<String>>,
    /// What indicators measure, by code.
    pub measures: BTreeMap<String, Uuid>,
}

/// The themes of the outcomes of its findings, and of what its indicators measure. Nothing is known of what was frozen
/// before markers were kept.
pub fn themes(of: &Recommendation, marked: &BTreeMap<Uuid, Marked>, outcomes: &BTreeMap<Uuid, Uuid>) -> Vec<String> {
    let Some(own) = marked.get(&of.assessment_id) else { return Vec::new() };
    let by_finding = of.proposal.finding_ids.iter().filter_map(|id| outcomes.get(id));
    let by_code = of.proposal.indicator_codes.iter().filter_map(|code| own.measures.get(code));
    let markers = by_finding.chain(by_code).filter_map(|lineage| own.markers.get(lineage)).flatten();
    let found: BTreeSet<&str> = markers.filter_map(|marker| theme(marker)).collect();
    found.into_iter().map(str::to_owned).collect()
}

/// The theme that a marker counts under; gender 0 says that it does not target gender.
fn theme(marker: &str) -> Option<&str> {
    match marker.split_once(':') {
        Some(("gender", "0")) => None,
        Some(("gender", _)) => Some("gender"),
        _ => Some(marker),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use cpas_proto::words::Classification;

    use super::*;
    use crate::domain::{
        recommendation::{Kind, Proposal},
        text::Text,
    };

    #[test]
    fn themes_are_those_of_outcomes_and_of_what_indicators_measure() {
        let (assessment, finding, outcome, output) =
            (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3), Uuid::from_u128(4));
        let proposal = Proposal {
            text: Text::of("Move", ""),
            kind: Kind::Plan,
            owner_section: "UNPOL".to_owned(),
            due: None,
            indicator_codes: vec!["OP-1".to_owned(), "OP-2".to_owned()],
            finding_ids: vec![finding],
            classification: Classification::Unclassified,
        };
        let of = Recommendation::propose(Uuid::nil(), assessment, proposal, Uuid::nil(), DateTime::UNIX_EPOCH);
        let words = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let own = Marked {
            markers: BTreeMap::from([(outcome, words(&["poc", "gender:2"])), (output, words(&["gender:3", "youth"]))]),
            measures: BTreeMap::from([("OP-1".to_owned(), output)]),
        };
        let outcomes = BTreeMap::from([(finding, outcome)]);
        assert_eq!(themes(&of, &BTreeMap::from([(assessment, own)]), &outcomes), ["gender", "poc", "youth"]);
        let blind = Marked { markers: BTreeMap::from([(outcome, words(&["gender:0"]))]), ..Marked::default() };
        assert!(themes(&of, &BTreeMap::from([(assessment, blind)]), &outcomes).is_empty());
        assert!(themes(&of, &BTreeMap::new(), &outcomes).is_empty(), "not known");
    }
}
