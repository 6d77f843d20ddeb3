//! What is read often and seldom changes, kept in the process for as long as the database says that it is still so. What
//! is asked of the database first, under the caller's clearance, decides whether it is shown.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use cpas_proto::planning::v1::{Plan, PlanItem};

use super::across::themes::Told;
use crate::store::{measures::PlanInForce, model::Model};

/// Items of all plans that are kept: some dozen real plans, or three of a hundred times their size.
const ITEMS_MAX: usize = 40_000;
/// Counts of themes that are kept: of a few hundred missions at each clearance.
const TOLD_MAX: usize = 1_000;

/// Kept from one request to the next.
#[derive(Debug, Default)]
pub struct Remembered {
    /// The one that was used last is the last.
    plans: Mutex<Vec<(Model, PlanInForce, Arc<PlanSeen>)>>,
    told: Mutex<HashMap<ToldKey, Arc<Told>>>,
}

/// Whose themes are counted, as they were when: model, clearance; stamp and day are compared.
pub(super) type ToldKey = (Model, i16);

/// A plan, with what is looked for by id found at once.
#[derive(Debug, Default)]
pub(super) struct PlanSeen {
    pub plan: Plan,
    /// Places of the items that lie below another, by its id, in their order; the objectives by none.
    below: HashMap<String, Vec<usize>>,
    /// Places of the items by their lineage id, and by their own id.
    by_lineage: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
}

impl PlanSeen {
    pub(super) fn of(plan: Plan) -> Self {
        let mut seen = Self { plan, ..Default::default() };
        let items = &seen.plan.items;
        for (place, item) in items.iter().enumerate() {
            seen.below.entry(item.parent_id.clone()).or_default().push(place);
            seen.by_id.entry(item.id.clone()).or_insert(place);
            if !item.lineage_id.is_empty() {
                seen.by_lineage.entry(item.lineage_id.clone()).or_insert(place);
            }
        }
        seen.below.values_mut().for_each(|places| places.sort_by_key(|place| items[*place].position));
        seen
    }

    /// The items below another one, or below none, in their order.
    pub(super) fn below<'a>(&'a self, parent: &str) -> impl Iterator<Item = &'a PlanItem> {
        self.below.get(parent).into_iter().flatten().map(|place| &self.plan.items[*place])
    }

    /// The outcomes and outputs.
    pub(super) fn results(&self) -> impl Iterator<Item = &PlanItem> {
        self.plan.items.iter().filter(|item| matches!(item.kind.as_str(), "outcome" | "output"))
    }

    pub(super) fn item(&self, id: &str) -> Option<&PlanItem> {
        self.by_id.get(id).map(|place| &self.plan.items[*place])
    }

    pub(super) fn of_lineage(&self, lineage_id: &str) -> Option<&PlanItem> {
        self.by_lineage.get(lineage_id).map(|place| &self.plan.items[*place])
    }
}

impl Remembered {
    /// The plan that is in force, if it is the one that was read before.
    pub(super) fn plan(&self, model: Model, in_force: &PlanInForce) -> Option<Arc<PlanSeen>> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let place = plans.iter().position(|(of, seen, _)| *of == model && seen == in_force)?;
        let found = plans.remove(place);
        let plan = found.2.clone();
        plans.push(found);
        Some(plan)
    }

    pub(super) fn keep_plan(&self, model: Model, in_force: PlanInForce, plan: Arc<PlanSeen>) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        // An earlier state of the same plan is asked for no more.
        plans.retain(|(of, seen, _)| of.mission != model.mission || seen.id != in_force.id);
        plans.push((model, in_force, plan));
        let mut items: usize = plans.iter().map(|(.., plan)| plan.plan.items.len()).sum();
        while items > ITEMS_MAX && plans.len() > 1 {
            items -= plans.remove(0).2.plan.items.len();
        }
    }

    /// What was counted before.
    pub(super) fn told(&self, key: &ToldKey) -> Option<Arc<Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(super) fn keep_told(&self, key: ToldKey, told: Arc<Told>) {
        let mut all = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(of, _), _| of.mission != key.0.mission || of.generation == key.0.generation);
        if all.len() >= TOLD_MAX {
            all.clear();
        }
        all.insert(key, told);
    }
}
