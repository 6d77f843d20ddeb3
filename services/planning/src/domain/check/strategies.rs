//! The rule on context's influence strategies: each is taken up by an outcome about the same stakeholder
//! and the same change, or the plan does nothing about it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Rule};
use crate::domain::{
    ids::StakeholderId,
    item::{Dimension, Nature},
    plan::Plan,
    text::Text,
};

/// A strategy that is followed, as far as a plan needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strategy {
    pub stakeholder: StakeholderId,
    pub stakeholder_name: String,
    pub dimension: Dimension,
}

/// A finding for each change of a stakeholder that strategies seek and no outcome does. `merged` says which one stands
/// for a stakeholder that was merged into another one.
pub fn not_planned(
    plan: &Plan,
    strategies: &[Strategy],
    merged: &BTreeMap<StakeholderId, StakeholderId>,
) -> Vec<Finding> {
    let head = |id: StakeholderId| merged.get(&id).copied().unwrap_or(id);
    let mut planned: BTreeSet<(StakeholderId, Dimension)> = plan
        .framework
        .items()
        .iter()
        .filter_map(|item| match item.content.nature {
            Nature::Outcome { stakeholder, dimension } => Some((head(stakeholder?), dimension)),
            _ => None,
        })
        .collect();
    let mut findings = Vec::new();
    for strategy in strategies {
        // Several levers for one change are one finding.
        if planned.insert((head(strategy.stakeholder), strategy.dimension)) {
            let (name, change) = (&strategy.stakeholder_name, change(strategy.dimension));
            let message = Text::of(
                format!(
                    "An influence strategy seeks to change the {} of {name}, but no outcome does; add one, or withdraw the strategy.",
                    change.en
                ),
                format!(
                    "Une stratégie d’influence vise à changer {} de {name}, mais aucun effet ne le prévoit ; ajoutez-en un, ou retirez la stratégie.",
                    change.fr
                ),
            );
            let subject = format!("{} {}", strategy.stakeholder, strategy.dimension);
            findings.push(Finding::of_plan(Rule::InfluenceStrategyNotPlanned, message).about(subject));
        }
    }
    findings
}

fn change(dimension: Dimension) -> Text {
    match dimension {
        Dimension::Behaviour => Text::of("behaviour", "le comportement"),
        Dimension::Attitude => Text::of("attitude", "l’attitude"),
        Dimension::Capability => Text::of("capability", "les capacités"),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        framework::{Framework, tests::small},
        plan::tests::plan_of,
    };

    fn strategy(stakeholder: StakeholderId, dimension: Dimension) -> Strategy {
        Strategy { stakeholder, stakeholder_name: "Lake Front".to_owned(), dimension }
    }

    #[test]
    fn a_strategy_is_planned_by_an_outcome_about_the_same_stakeholder_and_change() {
        let (stakeholder, dimension) = (StakeholderId(Uuid::from_u128(70)), Dimension::Attitude);
        let mut items = small().items().to_vec();
        let outcome = items.iter_mut().find(|item| matches!(item.content.nature, Nature::Outcome { .. }));
        outcome.expect("an outcome").content.nature = Nature::Outcome { stakeholder: Some(stakeholder), dimension };
        let plan = plan_of(Framework::of(items, vec![]).expect("as it was"));
        assert_eq!(not_planned(&plan, &[strategy(stakeholder, dimension)], &BTreeMap::new()), []);
        let other = *Dimension::ALL.iter().find(|one| **one != dimension).expect("another");
        let somebody = StakeholderId(Uuid::from_u128(99));
        let found = not_planned(
            &plan,
            &[strategy(stakeholder, other), strategy(stakeholder, other), strategy(somebody, dimension)],
            &BTreeMap::new(),
        );
        assert_eq!(found.len(), 2, "two levers for one change are one finding");
        assert!(
            found.iter().all(|finding| finding.rule == Rule::InfluenceStrategyNotPlanned
                && finding.message.en.contains("Lake Front"))
        );
        let empty = plan_of(Framework::of(vec![], vec![]).expect("nothing"));
        assert_eq!(not_planned(&empty, &[strategy(stakeholder, dimension)], &BTreeMap::new()).len(), 1);
        assert_eq!(not_planned(&plan, &[], &BTreeMap::new()), []);
        let merged = BTreeMap::from([(somebody, stakeholder)]);
        assert_eq!(not_planned(&plan, &[strategy(somebody, dimension)], &merged), [], "the two are one");
    }
}
