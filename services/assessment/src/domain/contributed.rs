//! Which contributions an assessment computes: of every link of the pinned plan, each indicator of the
//! output with each indicator of the outcome.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::Classification;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    analysis::{
        Horizon, Point,
        contribution::{
            Case, Contribution, Measured, Rival, Side, before_rivals,
            rivals::{RIVALS_MAX, is_asked_for},
            with_rivals,
        },
    },
    frozen::{Inputs, Link, Plan},
    mapped::{Mapped, severities},
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

/// An indicator of the context, or factors of its maps, which may be a rival cause.
#[derive(Debug, Clone, PartialEq)]
pub struct OfContext {
    measured: Measured,
    /// Codes of what it is computed from, all the way down; itself among them.
    made_of: BTreeSet<String>,
    classification: Classification,
}

/// What may be held fixed, and what everything is computed from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    rivals: Vec<OfContext>,
    made_of: BTreeMap<String, BTreeSet<String>>,
}

impl Pair {
    /// Computes it. Where there is an association, either way, indicators of the context are held fixed: those that are
    /// no more classified than the pair, and of which no part is a part of it.
    pub fn computed(self, id: Uuid, assessment_id: Uuid, context: &Context, horizon: &Horizon) -> Contributed {
        let Self { link, mut case, classification } = self;
        let mut found = before_rivals(&case);
        if is_asked_for(case.good_sign(), found.estimate.as_ref(), found.bootstrap.as_ref())
            && let Ok(panel) = &case.panel
        {
            let of_pair: Vec<&BTreeSet<String>> = [&case.output.code, &case.outcome.code]
                .into_iter()
                .filter_map(|code| context.made_of.get(code))
                .collect();
            let fits = |one: &&OfContext| {
                one.classification <= classification && of_pair.iter().all(|parts| one.made_of.is_disjoint(parts))
            };
            let rivals = context.rivals.iter().filter(fits);
            let rivals = rivals.filter_map(|one| Rival::of(panel, &one.measured, horizon));
            case.rivals = rivals.filter(|one| one.is_known_enough(panel)).take(RIVALS_MAX).collect();
            found = with_rivals(&case, found);
        }
        Contributed { id, assessment_id, link, case, found, classification }
    }
}

/// The indicators of the context, by code, then the factors of its maps, by kind; and what all are computed from.
pub fn of_context(inputs: &[Inputs], maps: &[Mapped], horizon: &Horizon) -> Context {
    let by_code: BTreeMap<&str, &Inputs> = inputs.iter().map(|one| (one.indicator.code.as_str(), one)).collect();
    let made_of = |code: &str| {
        let (mut all, mut waiting) = (BTreeSet::new(), vec![code.to_owned()]);
        while let Some(code) = waiting.pop() {
            if let Some(one) = by_code.get(code.as_str()).filter(|_| !all.contains(&code)) {
                waiting.extend(one.indicator.computed_from.iter().cloned());
            }
            all.insert(code);
        }
        all
    };
    let context = by_code.iter().filter(|(_, one)| one.indicator.level == CONTEXT);
    let rivals = context.map(|(code, one)| OfContext {
        measured: measured(one),
        made_of: made_of(code),
        classification: one.classification,
    });
    let factors = severities(maps, horizon.fiscal_start_month).into_iter();
    let factors = factors.map(|(measured, classification)| OfContext {
        made_of: BTreeSet::from([measured.side.code.clone()]),
        measured,
        classification,
    });
    Context {
        rivals: rivals.chain(factors).collect(),
        made_of: by_code.keys().map(|code| ((*code).to_owned(), made_of(code))).collect(),
    }
}

/// The level of an indicator that measures no item of the plan.
const CONTEXT: &str = "context";

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
