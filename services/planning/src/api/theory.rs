//! The theory of change on the wire.

use cpas_proto::planning::v1 as pb;

use super::fields::text;
use crate::domain::{
    item::ItemKind,
    plan::Plan,
    theory::{Placed, Theory},
};

/// The picture with what its items say.
pub(super) fn told(plan: &Plan, theory: &Theory) -> pb::TheoryOfChange {
    let framework = &plan.framework;
    let numbers = framework.numbers();
    let node = |placed: &Placed| {
        let item = framework.item(placed.item)?;
        Some(pb::TheoryNode {
            item_id: placed.item.to_string(),
            number: numbers.get(&placed.item).cloned().unwrap_or_default(),
            kind: placed.kind.word().to_owned(),
            statement: text(&item.content.statement),
            column: match placed.kind {
                ItemKind::Output | ItemKind::Activity => 0,
                ItemKind::Outcome => 1,
                ItemKind::Objective => 2,
            },
            row: placed.row,
            unlinked: placed.unlinked,
        })
    };
    let outcomes = framework.items().iter().filter(|item| item.kind() == ItemKind::Outcome);
    let steps = outcomes.filter_map(|outcome| {
        let objective_id = outcome.parent?.to_string();
        Some(pb::TheoryStep { outcome_id: outcome.id.to_string(), objective_id })
    });
    pb::TheoryOfChange {
        plan_id: plan.head.id.to_string(),
        nodes: theory.placed.iter().filter_map(node).collect(),
        links: framework.links().iter().map(pb::ResultLink::from).collect(),
        steps: steps.collect(),
        rows: theory.rows,
        crossings: u32::try_from(theory.crossings).unwrap_or(u32::MAX),
    }
}
