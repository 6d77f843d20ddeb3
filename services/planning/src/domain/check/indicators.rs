//! Rules on the indicators that are in use.

use super::{Finding, Known, Rule};
use crate::domain::{
    definition::Level,
    indicator::{Indicator, IndicatorState},
    plan::Plan,
    text::Text,
};

pub(super) fn of_indicators(plan: &Plan, known: Known<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for indicator in known.indicators.iter().filter(|indicator| indicator.state != IndicatorState::Retired) {
        let mut say = |rule, en: &str, fr: &str| {
            let code = &indicator.definition.code;
            let message = Text::of(format!("Indicator {code} {en}"), format!("L’indicateur {code} {fr}"));
            findings.push(Finding::of_indicator(rule, indicator.id, message));
        };
        if indicator.definition.kind.is_numeric() && indicator.definition.baseline.is_none() {
            say(
                Rule::IndicatorWithoutBaseline,
                "has no baseline; say where it stood before the plan.",
                "n’a pas de valeur de référence ; dites où il en était avant le plan.",
            );
        }
        if wants_target(indicator) && !known.targeted.contains(&indicator.id) {
            say(Rule::IndicatorWithoutTarget, "has no target.", "n’a pas de cible.");
        }
        if indicator.definition.owner_section.is_none() {
            say(
                Rule::IndicatorWithoutOwner,
                "has no owner; name the section that collects it.",
                "n’a pas de responsable ; nommez la section qui le collecte.",
            );
        }
        if indicator.definition.level != Level::Context && !measures_item_of(plan, indicator) {
            say(
                Rule::IndicatorMeasuresNoItem,
                "measures no outcome or output of this plan; tie it to one, or retire it.",
                "ne mesure aucun effet ni produit de ce plan ; rattachez-le, ou retirez-le.",
            );
        }
        if known.used_in_findings.is_some_and(|used| !used.contains(&indicator.id)) {
            say(
                Rule::IndicatorNeverUsedInAFinding,
                "was never used in a finding; ask whether it is worth its collection.",
                "n’a jamais servi à une constatation ; demandez-vous s’il vaut sa collecte.",
            );
        }
    }
    findings
}

/// The context is watched, not aimed at.
fn wants_target(indicator: &Indicator) -> bool {
    indicator.definition.level != Level::Context && indicator.definition.kind.is_numeric()
}

fn measures_item_of(plan: &Plan, indicator: &Indicator) -> bool {
    plan.framework.items().iter().any(|item| indicator.definition.plan_item == Some(item.lineage))
}
