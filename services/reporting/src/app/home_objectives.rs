//! The plan in force as its objectives, each with where it stands.

use std::collections::BTreeMap;

use chassis::Failure;
use cpas_proto::{
    assessment::v1::Analysis,
    planning::v1::{Indicator, Plan, PlanItem, Target},
    reporting::v1 as pb,
};

use super::standing;
use crate::{domain::home, store::records};

/// The plan in force and what measures it.
#[derive(Default)]
pub(super) struct Shown {
    plan: Plan,
    indicators: Vec<Indicator>,
    targets: BTreeMap<String, Vec<Target>>,
    analyses: BTreeMap<String, Analysis>,
}

impl Shown {
    pub(super) fn of(rows: Vec<records::Row>) -> Result<Self, Failure> {
        let (mut shown, mut targets) = (Self::default(), Vec::new());
        for row in &rows {
            match row.kind.as_str() {
                // While one plan follows another, both may be in force here for a moment.
                "plan" => {
                    let plan: Plan = row.message()?;
                    if plan.number >= shown.plan.number {
                        shown.plan = plan;
                    }
                }
                "indicator" => shown.indicators.push(row.message()?),
                "target" => targets.push(row.message()?),
                _ => drop(shown.analyses.insert(row.code.clone(), row.message()?)),
            }
        }
        shown.indicators.sort_by(|a, b| a.code.cmp(&b.code));
        shown.targets = standing::by_indicator(targets);
        Ok(shown)
    }

    /// What the analysis for the whole mission says of an indicator.
    pub(super) fn analysis(&self, code: &str) -> Option<&Analysis> {
        self.analyses.get(code)
    }

    /// The objectives of the plan in force, with their outcomes and what measures them.
    pub(super) fn objectives(
        &self,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> Result<Vec<pb::HomeObjective>, Failure> {
        let items = |kind: &str, parent: &str| {
            let mut items: Vec<&PlanItem> =
                self.plan.items.iter().filter(|item| item.kind == kind && item.parent_id == parent).collect();
            items.sort_by_key(|item| item.position);
            items
        };
        let mut objectives = Vec::new();
        for objective in items("objective", "") {
            let outcomes = items("outcome", &objective.id)
                .into_iter()
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
        let own = self.indicators.iter().filter(|indicator| indicator.plan_item_lineage_id == lineage_id);
        own.map(|indicator| self.standing(indicator, points, fiscal_start_month)).collect()
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

    /// The targets of an indicator for the mission as a whole.
    pub(super) fn targets(&self, indicator: &Indicator) -> &[Target] {
        self.targets.get(&indicator.id).map(Vec::as_slice).unwrap_or_default()
    }

    /// False where no plan is known to be in force.
    pub(super) fn has_plan(&self) -> bool {
        !self.plan.id.is_empty()
    }

    /// The approved and active indicators that measure an item of the plan.
    pub(super) fn indicators_of<'a>(&'a self, lineage_id: &'a str) -> impl Iterator<Item = &'a Indicator> {
        self.indicators.iter().filter(move |indicator| indicator.plan_item_lineage_id == lineage_id)
    }

    /// The outcomes and outputs of the plan in force.
    pub(super) fn results(&self) -> impl Iterator<Item = &PlanItem> {
        self.plan.items.iter().filter(|item| matches!(item.kind.as_str(), "outcome" | "output"))
    }
}
