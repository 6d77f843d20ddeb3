//! What the services around this one hold.

use cpas_proto::{collection::v1 as collection, context::v1 as context, planning::v1 as planning};

/// What the neighbours hold.
#[derive(Debug, Default)]
pub struct Held {
    pub plans: Vec<planning::Plan>,
    pub indicators: Vec<planning::Indicator>,
    pub targets: Vec<planning::Target>,
    pub series: Vec<collection::Series>,
    pub observations: Vec<collection::Observation>,
    pub areas: Vec<context::Area>,
    pub maps: Vec<context::ContextMap>,
    pub events: Vec<collection::Event>,
    pub work: planning::WorkPlan,
    pub quality: collection::DataQuality,
    /// Months that timeliness was asked of.
    pub asked_quality_of: Vec<u32>,
    pub evidence: Vec<context::Evidence>,
    pub stakeholders: Vec<context::Stakeholder>,
    /// Each with the day from which on it stands there.
    pub positions: Vec<context::StakeholderPosition>,
    /// Context does not answer.
    pub context_is_away: bool,
    /// Collection does not answer.
    pub collection_is_away: bool,
    /// Collection's stream breaks after so many series.
    pub breaks_after: Option<usize>,
    /// What series were asked as known at.
    pub asked_as_known_at: Vec<String>,
    /// Whether they were asked with those of categories.
    pub asked_for_slices: bool,
}
