//! The plan in force as its objectives, each with where it stands.

use std::collections::{BTreeMap, HashMap};

use chassis::Failure;
use cpas_proto::{
    assessment::v1::Analysis,
    planning::v1::{Indicator, Plan, PlanItem, Target},
    reporting::v1 as pb,
};

use super::standing;
use crate::{domain::home, store::records};

/// The plan in force and what measures it, with what is looked for by id found at once.
#[derive(Default)]
pub(super) struct Shown {
    plan: Plan,
    indicators: Vec<Indicator>,
    targets: BTreeMap<String, Vec<Target>>,
    analyses: HashMap<String, Analysis>,
    /// Places of the plan's items that lie below another, by its id, in their order; the objectives by none.
    below: HashMap<String, Vec<usize>>,
    /// Places of the plan's items by their lineage id, and by their own id.
    by_lineage: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
    /// Places of the indicators that measure an item, by its lineage id.
    measuring: HashMap<String, Vec<usize>>,
}

impl Shown {
    pub(super) fn of(rows: Vec<records::Row>) -> Result<Self, Failure> {
        let (mut shown, mut indicators, mut targets) = (Self::default(), Vec::new(), Vec::new());
        for row in &rows {
            match row.kind.as_str() {
                // While one plan follows another, both may be in force here for a moment.
                "plan" => {
                    let plan: Plan = row.message()?;
                    if plan.number >= shown.plan.number {
                        shown.plan = plan;
                    }
                }
                "indicator" => indicators.push(row.message()?),
                "target" => targets.push(row.message()?),
                _ => drop(shown.analyses.insert(row.code.clone(), row.message()?)),
            }
        }
        shown.targets = standing::by_indicator(targets);
        shown.find_places();
        shown.measure_by(indicators);
        Ok(shown)
    }

    /// Takes these as the indicators in use.
    pub(super) fn measure_by(&mut self, mut indicators: Vec<Indicator>) {
        indicators.sort_by(|a, b| a.code.cmp(&b.code));
        self.measuring.clear();
        for (place, indicator) in indicators.iter().enumerate() {
            self.measuring.entry(indicator.plan_item_lineage_id.clone()).or_default().push(place);
        }
        self.indicators = indicators;
    }

    fn find_places(&mut self) {
        let items = &self.plan.items;
        for (place, item) in items.iter().enumerate() {
            self.below.entry(item.parent_id.clone()).or_default().push(place);
            self.by_id.entry(item.id.clone()).or_insert(place);
            if !item.lineage_id.is_empty() {
                self.by_lineage.entry(item.lineage_id.clone()).or_insert(place);
            }
        }
        self.below.values_mut().for_each(|places| places.sort_by_key(|place| items[*place].position));
    }

    /// What the analysis for the whole mission says of an indicator.
    pub(super) fn analysis(&self, code: &str) -> Option<&Analysis> {
        self.analyses.get(code)
    }

    /// The items of a kind below another one, or of none, in their order.
    pub(super) fn below<'a>(&'a self, parent: &str, kind: &'a str) -> impl Iterator<Item = &'a PlanItem> {
        let places = self.below.get(parent).into_iter().flatten();
        places.map(|place| &self.plan.items[*place]).filter(move |item| item.kind == kind)
    }

    /// The item of the plan in force with this id.
    pub(super) fn item(&self, id: &str) -> Option<&PlanItem> {
        self.by_id.get(id).map(|place| &self.plan.items[*place])
    }

    /// The item of the plan in force of this lineage.
    pub(super) fn of_lineage(&self, lineage_id: &str) -> Option<&PlanItem> {
        self.by_lineage.get(lineage_id).map(|place| &self.plan.items[*place])
    }

    /// The objectives of the plan in force, with their outcomes and what measures them.
    pub(super) fn objectives(
        &self,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> Result<Vec<pb::HomeObjective>, Failure> {
        let mut objectives = Vec::new();
        for objective in self.below("", "objective") {
            let outcomes = self
                .below(&objective.id, "outcome")
                .map(|outcome| self.outcome(outcome, points, fiscal_start_month))
                .collect::<Result<Vec<_>, _>>()?;
            let statuses = outcomes.iter().map(|outcome| standing::status(&outcome.status));
            objectives.push(pb::HomeObjective {
                lineage_id: objective.lineage_id.clone(),
                number: objective.number.clone(),
                statement: objective.statement.clone(),
                status: home::worst(statuses.collect::<Result<Vec<_>, _>>()?).word().to_owned(),
                outcomes,
            });
        }
        Ok(objectives)
    }

    fn outcome(
        &self,
        outcome: &PlanItem,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> Result<pb::HomeOutcome, Failure> {
        let indicators = self.measuring(&outcome.lineage_id, points, fiscal_start_month);
        let statuses = indicators.iter().map(|indicator| standing::status(&indicator.status));
        Ok(pb::HomeOutcome {
            lineage_id: outcome.lineage_id.clone(),
            number: outcome.number.clone(),
            statement: outcome.statement.clone(),
            status: home::worst(statuses.collect::<Result<Vec<_>, _>>()?).word().to_owned(),
            indicators,
        })
    }

    /// What measures an item of the plan.
    pub(super) fn measuring(
        &self,
        lineage_id: &str,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> Vec<pb::HomeIndicator> {
        self.indicators_of(lineage_id).map(|indicator| self.standing(indicator, points, fiscal_start_month)).collect()
    }

    /// An indicator with where it stands.
    pub(super) fn standing(
        &self,
        indicator: &Indicator,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> pb::HomeIndicator {
        let points = points.get(indicator.code.as_str()).copied().unwrap_or_default();
        standing::indicator(
            indicator,
            points,
            self.targets(indicator),
            self.analyses.get(&indicator.code),
            fiscal_start_month,
        )
    }

    /// All items of the plan in force.
    pub(super) fn items(&self) -> &[PlanItem] {
        &self.plan.items
    }

    /// The indicators in use, in the order of their codes.
    pub(super) fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The indicator in use with this code.
    pub(super) fn indicator(&self, code: &str) -> Option<&Indicator> {
        let place = self.indicators.binary_search_by(|indicator| indicator.code.as_str().cmp(code)).ok()?;
        self.indicators.get(place)
    }

    /// The targets of an indicator for the mission as a whole.
    pub(super) fn targets(&self, indicator: &Indicator) -> &[Target] {
        self.targets.get(&indicator.id).map(Vec::as_slice).unwrap_or_default()
    }

    /// False where no plan is known to be in force.
    pub(super) fn has_plan(&self) -> bool {
        !self.plan.id.is_empty()
    }

    /// The approved and active indicators that measure an item of the plan.
    pub(super) fn indicators_of<'a>(&'a self, lineage_id: &str) -> impl Iterator<Item = &'a Indicator> {
        self.measuring.get(lineage_id).into_iter().flatten().map(|place| &self.indicators[*place])
    }

    /// The outcomes and outputs of the plan in force.
    pub(super) fn results(&self) -> impl Iterator<Item = &PlanItem> {
        self.plan.items.iter().filter(|item| matches!(item.kind.as_str(), "outcome" | "output"))
    }
}
