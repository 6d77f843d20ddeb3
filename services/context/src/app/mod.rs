//! Use cases, one a file: authorise, one transaction, store and outbox.

mod assess_stakeholder;
mod authority;
mod compare_context_maps;
mod download_evidence_file;
mod draft_context_map;
mod draft_next_context_map;
mod end_stakeholder_relation;
mod find_areas;
mod get_context_map;
mod get_mapping_schedule;
mod get_stakeholder;
mod get_stakeholder_grid;
mod get_stakeholder_network;
mod import_areas;
mod list_area_changes;
mod list_areas;
mod list_context_maps;
mod list_evidence;
mod list_evidence_uses;
mod list_influence_strategies;
mod list_stakeholder_relations;
mod list_stakeholders;
mod merge_stakeholders;
mod publish_context_map;
mod record_area_change;
mod record_evidence;
mod record_evidence_file;
mod record_influence_strategy;
mod register_stakeholder;
mod remove_context_factor;
mod review_context_map;
mod revise_context_map;
mod revise_influence_strategy;
mod revise_stakeholder;
mod set_context_factor;
mod set_mapping_schedule;
mod set_stakeholder_relation;
pub mod spool;
pub mod take_in;
pub mod tell_overdue_map;
mod undo_area_change;
mod undo_stakeholder_merge;

pub use assess_stakeholder::assess_stakeholder;
pub use compare_context_maps::compare_context_maps;
pub use download_evidence_file::download_evidence_file;
pub use draft_context_map::draft_context_map;
pub use draft_next_context_map::{NextMap, draft_next_context_map};
pub use end_stakeholder_relation::end_stakeholder_relation;
pub use find_areas::find_areas;
pub use get_context_map::get_context_map;
pub use get_mapping_schedule::get_mapping_schedule;
pub use get_stakeholder::{Known, get_stakeholder};
pub use get_stakeholder_grid::get_stakeholder_grid;
pub use get_stakeholder_network::get_stakeholder_network;
pub use import_areas::import_areas;
pub use list_area_changes::list_area_changes;
pub use list_areas::list_areas;
pub use list_context_maps::list_context_maps;
pub use list_evidence::list_evidence;
pub use list_evidence_uses::list_evidence_uses;
pub use list_influence_strategies::{Listed, WantedStrategies, list_influence_strategies};
pub use list_stakeholder_relations::list_stakeholder_relations;
pub use list_stakeholders::{Wanted, list_stakeholders};
pub use merge_stakeholders::merge_stakeholders;
pub use publish_context_map::publish_context_map;
pub use record_area_change::record_area_change;
pub use record_evidence::record_evidence;
pub use record_evidence_file::{may_record, record_evidence_file};
pub use record_influence_strategy::record_influence_strategy;
pub use register_stakeholder::register_stakeholder;
pub use remove_context_factor::remove_context_factor;
pub use review_context_map::review_context_map;
pub use revise_context_map::{ReviseMap, revise_context_map};
pub use revise_influence_strategy::revise_influence_strategy;
pub use revise_stakeholder::revise_stakeholder;
pub use set_context_factor::{SetFactor, set_context_factor};
pub use set_mapping_schedule::set_mapping_schedule;
pub use set_stakeholder_relation::{SetRelation, set_stakeholder_relation};
pub use undo_area_change::undo_area_change;
pub use undo_stakeholder_merge::undo_stakeholder_merge;

/// A record as the writer saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<Id> {
    pub id: Id,
    pub version: i64,
}
