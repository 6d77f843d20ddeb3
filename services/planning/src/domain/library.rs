//! What headquarters shares: indicators with full reference sheets and frameworks, by theme of the mandate.
//!
//! A mission clones a part and keeps the link. When the library changes, the change is offered and never
//! forced: only the fields that the library changed since are offered, so that what the mission wrote
//! itself stays its own.

mod starter;

use cpas_proto::{vocabulary, words::Component};
use serde::{Deserialize, Serialize};

use super::{
    Recorded,
    broken::Broken,
    definition::{Definition, parse_code},
    diff::FieldChange,
    diff_definitions::diff_definitions,
    framework::Framework,
    ids::{ItemId, LineageId},
    item::{Dimension, Nature},
    text::Text,
};

pub use starter::{starter_indicators, starter_templates};

/// Most indicators that are cloned at once.
pub const CLONED_MAX: usize = 100;

vocabulary! {
    /// What a mandate asks of a mission.
    pub enum Theme as "a theme of the library" {
        PoliticalProcess = "political_process",
        ProtectionOfCivilians = "protection_of_civilians",
        HumanRights = "human_rights",
        RuleOfLaw = "rule_of_law",
        DisarmamentAndReintegration = "disarmament_and_reintegration",
        ExtensionOfStateAuthority = "extension_of_state_authority",
        HumanitarianAccess = "humanitarian_access",
        Elections = "elections",
        Gender = "gender",
        MissionSupport = "mission_support",
    }
}

/// The library's indicator that a mission's own was cloned from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryLink {
    pub code: String,
    /// The version that was last taken, or left.
    pub version: u32,
}

/// Something in the library, in its newest version.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<T> {
    pub theme: Theme,
    pub what: T,
    /// From 1.
    pub version: u32,
    /// `None`: it came with the system.
    pub recorded: Option<Recorded>,
}

/// A framework: an objective and what lies below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    pub code: String,
    pub title: Text,
    pub objective: Text,
    pub outcomes: Vec<TemplateOutcome>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateOutcome {
    #[serde(flatten)]
    pub statement: Text,
    pub dimension: Dimension,
    /// Codes of the library.
    pub indicators: Vec<String>,
    pub outputs: Vec<TemplateOutput>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateOutput {
    #[serde(flatten)]
    pub statement: Text,
    pub component: Component,
    pub indicators: Vec<String>,
}

impl Template {
    /// The part of a plan under an objective, without what is a mission's own. `indicators` names those of
    /// the library that measure an item.
    ///
    /// # Errors
    /// The code is none, the item is no objective, or nothing lies below it.
    pub fn of_plan(
        code: &str,
        title: Text,
        framework: &Framework,
        objective: ItemId,
        indicators: impl Fn(LineageId) -> Vec<String>,
    ) -> Result<Self, Broken> {
        let code = parse_code("code", code)?;
        let top = framework.item(objective).filter(|item| matches!(item.content.nature, Nature::Objective { .. }));
        let top = top.ok_or_else(|| Broken::one("item_id", "A framework begins with an objective; choose one."))?;
        let below = |parent: ItemId| framework.items().iter().filter(move |item| item.parent == Some(parent));
        let outcomes: Vec<TemplateOutcome> = below(objective)
            .filter_map(|outcome| {
                let Nature::Outcome { dimension, .. } = outcome.content.nature else { return None };
                let outputs = below(outcome.id).filter_map(|output| {
                    let Nature::Output { component } = output.content.nature else { return None };
                    let (statement, indicators) = (output.content.statement.clone(), indicators(output.lineage));
                    Some(TemplateOutput { statement, component, indicators })
                });
                Some(TemplateOutcome {
                    statement: outcome.content.statement.clone(),
                    dimension,
                    indicators: indicators(outcome.lineage),
                    outputs: outputs.collect(),
                })
            })
            .collect();
        if outcomes.is_empty() {
            return Err(Broken::one("item_id", "This objective has no outcomes yet; there is nothing to share."));
        }
        Ok(Self { code, title, objective: top.content.statement.clone(), outcomes })
    }
}

/// A definition as the library keeps it: without what is a mission's own.
pub fn shared(definition: Definition) -> Definition {
    Definition { owner_section: None, plan_item: None, baseline: None, library: None, ..definition }
}

/// What would change in a mission's definition: what the library changed between two versions, where the
/// mission has it otherwise.
pub fn offered(own: &Definition, before: &Definition, now: &Definition) -> Vec<FieldChange> {
    diff_definitions(own, &taken(own, before, now))
}

/// The mission's definition with what the library changed between two versions.
pub fn taken(own: &Definition, before: &Definition, now: &Definition) -> Definition {
    let mut taken = own.clone();
    macro_rules! take {
        ($($field:ident),+) => { $(if before.$field != now.$field { taken.$field = now.$field.clone(); })+ };
    }
    // The code is the mission's name for it, and what it is measured against its own.
    take!(name, kind, unit, direction, over_time, over_areas, frequency, formula, events, disaggregations);
    take!(source, method, verification);
    taken
}

#[cfg(test)]
mod tests;
