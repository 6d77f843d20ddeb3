//! Which contributions an assessment computes: of every link of the pinned plan, each indicator of the
//! output with each indicator of the outcome.

use std::collections::BTreeMap;

use cpas_proto::words::Classification;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    analysis::{
        Horizon, Point,
        contribution::{Case, Contribution, Measured, Side, contribution},
    },
    frozen::{Inputs, Link, Plan},
};

/// Most contributions that one assessment computes.
pub const CONTRIBUTIONS_MAX: usize = 3_000;

/// What is to be computed: one link by one indicator on each side.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    pub link: Link,
    pub case: Case,
    /// The higher of both indicators.
    pub classification: Classification,
}

/// A contribution as it is kept and told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contributed {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub link: Link,
    pub case: Case,
    pub found: Contribution,
    pub classification: Classification,
}

impl Pair {
    /// Computes it.
    pub fn computed(self, id: Uuid, assessment_id: Uuid) -> Contributed {
        let found = contribution(&self.case);
        Contributed { id, assessment_id, link: self.link, case: self.case, found, classification: self.classification }
    }
}

/// How many pairs there would be, without making them.
pub fn count(plan: &Plan, inputs: &[Inputs]) -> usize {
    let of = |item| inputs.iter().filter(|inputs| inputs.indicator.plan_item_lineage_id == Some(item)).count();
    plan.links.iter().map(|link| of(link.output_lineage_id) * of(link.outcome_lineage_id)).sum()
}

/// All pairs in the order of the plan's links and the indicators' codes.
pub fn pairs(plan: &Plan, inputs: &[Inputs], horizon: &Horizon) -> Vec<Pair> {
    let mut by_item: BTreeMap<Uuid, Vec<&Inputs>> = BTreeMap::new();
    for inputs in inputs {
        if let Some(item) = inputs.indicator.plan_item_lineage_id {
            by_item.entry(item).or_default().push(inputs);
        }
    }
    by_item.values_mut().for_each(|inputs| inputs.sort_by(|one, other| one.indicator.code.cmp(&other.indicator.code)));
    let of = |item: &Uuid| by_item.get(item).map(Vec::as_slice).unwrap_or_default();
    let mut pairs = Vec::new();
    for link in &plan.links {
        for outcome in of(&link.outcome_lineage_id) {
            for output in of(&link.output_lineage_id) {
                pairs.push(Pair {
                    link: link.clone(),
                    case: Case::of(&measured(output), &measured(outcome), link.lag_months, horizon),
                    classification: output.classification.max(outcome.classification),
                });
            }
        }
    }
    pairs
}

fn measured(inputs: &Inputs) -> Measured {
    let indicator = &inputs.indicator;
    let mut by_area: BTreeMap<String, Vec<Point>> = BTreeMap::new();
    for part in &inputs.parts {
        if let Some(area) = &part.area {
            by_area.entry(area.clone()).or_default().extend(&part.points);
        }
    }
    Measured {
        side: Side {
            code: indicator.code.clone(),
            name: indicator.name.clone(),
            unit: indicator.unit.clone(),
            direction: indicator.direction,
        },
        over_time: indicator.over_time,
        frequency: indicator.frequency,
        by_area,
    }
}
