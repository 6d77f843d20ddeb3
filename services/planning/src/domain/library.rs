//! What headquarters shares: indicators with full reference sheets and frameworks, by theme of the mandate.
//!
//! A mission clones a part and keeps the link. When the library changes, the change is offered and never
//! forced: only the fields that the library changed since are offered, so that what the mission wrote
//! itself stays its own.

mod graft;
mod offer;
mod starter;
mod template;

use cpas_proto::vocabulary;
use serde::{Deserialize, Serialize};

use super::{Recorded, definition::Definition, diff::FieldChange, diff_definitions::diff_definitions};

pub use graft::{Graft, clone_part, drop_doubles};
pub use offer::{Here, OfferedField, TemplateOffer, Theirs, answered, left, template_offers};
pub use starter::{starter_indicators, starter_templates};
pub use template::{
    Happened, OBJECTIVE, Part, PartChange, Template, TemplateLink, TemplateOutcome, TemplateOutput, template_changes,
};

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
mod offer_tests;
#[cfg(test)]
mod template_tests;
#[cfg(test)]
mod tests;
