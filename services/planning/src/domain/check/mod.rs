//! What a careful reader would ask about a plan. Runs on any plan at any time and changes nothing.

mod indicators;
mod items;
pub mod risks;
pub mod score;
pub mod strategies;
pub mod waiver;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use cpas_proto::vocabulary;

use super::{
    ids::{IndicatorId, ItemId},
    indicator::Indicator,
    mandate::Mandate,
    plan::Plan,
    text::Text,
};

vocabulary! {
    /// How serious a finding of the check is.
    pub enum Severity as "a severity" {
        /// The plan cannot be submitted like this.
        Error = "error",
        /// The plan would be better for it.
        Warning = "warning",
        /// Worth a thought.
        Advice = "advice",
    }
}

vocabulary! {
    /// A rule of the plan check.
    pub enum Rule as "a rule of the plan check" {
        PlanWithoutObjective = "plan-without-objective",
        MandateExpiresSoon = "mandate-expires-soon",
        ObjectiveWithoutMandateTask = "objective-without-mandate-task",
        DatesOutsideMandate = "dates-outside-mandate",
        DatesOutsidePlan = "dates-outside-plan",
        ComponentAbsentFromObjective = "component-absent-from-objective",
        OutcomeWithoutStakeholder = "outcome-without-stakeholder",
        OutcomeWithoutIndicator = "outcome-without-indicator",
        OutcomeWithoutGenderOrPocMarker = "outcome-without-gender-or-poc-marker",
        PriorityAreaNotCovered = "priority-area-not-covered",
        OutputReachesNoOutcome = "output-reaches-no-outcome",
        ActivityBeforeItsDependency = "activity-before-its-dependency",
        CycleInLinks = "cycle-in-links",
        IndicatorWithoutBaseline = "indicator-without-baseline",
        IndicatorWithoutTarget = "indicator-without-target",
        IndicatorWithoutOwner = "indicator-without-owner",
        IndicatorMeasuresNoItem = "indicator-measures-no-item",
        IndicatorNeverUsedInAFinding = "indicator-never-used-in-a-finding",
        InfluenceStrategyNotPlanned = "influence-strategy-not-planned",
        HeavyRiskWithoutResponse = "heavy-risk-without-response",
    }
}

impl Rule {
    /// Errors keep a plan from being submitted.
    pub const fn severity(self) -> Severity {
        match self {
            Self::PlanWithoutObjective | Self::OutcomeWithoutStakeholder | Self::CycleInLinks => Severity::Error,
            Self::MandateExpiresSoon | Self::IndicatorMeasuresNoItem | Self::IndicatorNeverUsedInAFinding => {
                Severity::Advice
            }
            Self::ObjectiveWithoutMandateTask
            | Self::DatesOutsideMandate
            | Self::DatesOutsidePlan
            | Self::ComponentAbsentFromObjective
            | Self::OutcomeWithoutIndicator
            | Self::OutcomeWithoutGenderOrPocMarker
            | Self::PriorityAreaNotCovered
            | Self::OutputReachesNoOutcome
            | Self::ActivityBeforeItsDependency
            | Self::IndicatorWithoutBaseline
            | Self::IndicatorWithoutTarget
            | Self::IndicatorWithoutOwner
            | Self::InfluenceStrategyNotPlanned
            | Self::HeavyRiskWithoutResponse => Severity::Warning,
        }
    }
}

/// What the check says about one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    pub message: Text,
    pub item: Option<ItemId>,
    pub indicator: Option<IndicatorId>,
    /// What tells it from others of its rule at its place, as it is written everywhere; empty: nothing.
    pub subject: String,
}

impl Finding {
    fn of_plan(rule: Rule, message: Text) -> Self {
        Self { rule, message, item: None, indicator: None, subject: String::new() }
    }

    fn of_item(rule: Rule, item: ItemId, message: Text) -> Self {
        Self { rule, message, item: Some(item), indicator: None, subject: String::new() }
    }

    fn of_indicator(rule: Rule, indicator: IndicatorId, message: Text) -> Self {
        Self { rule, message, item: None, indicator: Some(indicator), subject: String::new() }
    }

    fn about(self, subject: impl ToString) -> Self {
        Self { subject: subject.to_string(), ..self }
    }
}

/// What is known around the plan.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub mandates: &'a [Mandate],
    pub indicators: &'a [Indicator],
    /// Indicators that have a target.
    pub targeted: &'a BTreeSet<IndicatorId>,
    /// Indicators that a finding rests on; `None` while the mission has no finding at all.
    pub used_in_findings: Option<&'a BTreeSet<IndicatorId>>,
    pub today: NaiveDate,
}

/// All findings, those on the plan first, then in the order of its items, then of the indicators.
pub fn check(plan: &Plan, known: Known<'_>) -> Vec<Finding> {
    let mut findings = items::of_plan(plan, known);
    findings.extend(items::of_items(plan, known));
    findings.extend(indicators::of_indicators(plan, known));
    findings
}

/// Those that keep the plan from being submitted.
pub fn errors(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.rule.severity() == Severity::Error)
}

#[cfg(test)]
mod tests;
