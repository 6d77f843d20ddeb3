//! How far a caller's roles reach: sections and areas, checked together in one grant.

use chassis::{Caller, Failure};
use cpas_proto::{common::v1::EntryReach, words::Role};
use uuid::Uuid;

use crate::{error::Error, store::moves::ReachRow};

/// The grants of a caller that count for something.
#[derive(Debug, Clone)]
pub struct Reach(Vec<ReachRow>);

impl Reach {
    /// The reach of the caller's grants of any of these roles.
    pub fn of(caller: &Caller, roles: &[Role]) -> Self {
        let counting = caller.grants.iter().filter(|grant| roles.contains(&grant.role));
        let row = counting.map(|grant| ReachRow {
            section: grant.section.clone(),
            areas: (!grant.areas.is_empty()).then(|| grant.areas.clone()),
        });
        Self(row.collect())
    }

    /// What a member may enter, as the gateway tells it.
    pub fn to_enter(reaches: &[EntryReach]) -> Self {
        let row = |own: &EntryReach| ReachRow {
            section: (!own.section.is_empty()).then(|| own.section.clone()),
            areas: (!own.areas.is_empty()).then(|| own.areas.clone()),
        };
        Self(reaches.iter().map(row).collect())
    }

    /// True when one grant covers the section of an indicator and an area. A grant for some areas does
    /// not cover the mission as a whole, the empty area.
    pub fn covers(&self, section: &str, area: &str) -> bool {
        self.0.iter().any(|grant| {
            grant.section.as_deref().is_none_or(|own| section.is_empty() || own == section)
                && grant.areas.as_ref().is_none_or(|own| own.iter().any(|own| own == area))
        })
    }

    /// Checks it.
    ///
    /// # Errors
    /// `Denied` with a sentence that names section and area.
    pub fn check(&self, section: &str, area: &str) -> Result<(), Failure> {
        if self.covers(section, area) { Ok(()) } else { Err(Error::OutOfReach(beyond(section, area)).into()) }
    }

    /// Checks that a caller may decide over a whole batch: their own, or with a role in the whole mission.
    ///
    /// # Errors
    /// `Denied`.
    pub fn check_batch(&self, caller: &Caller, recorded_by: Uuid) -> Result<(), Failure> {
        let mission_wide = self.0.iter().any(|grant| grant.section.is_none() && grant.areas.is_none());
        if mission_wide || recorded_by == caller.account {
            return Ok(());
        }
        let sentence = "Your role reaches a part of the mission only. Whoever sent the file can do this, or a \
                        coordinator of the whole mission.";
        Err(Error::OutOfReach(sentence.to_owned()).into())
    }

    /// For the database.
    pub fn rows(&self) -> &[ReachRow] {
        &self.0
    }
}

/// Why something is beyond a caller's reach.
pub fn beyond(section: &str, area: &str) -> String {
    let area = if area.is_empty() { "the mission as a whole" } else { area };
    let section = if section.is_empty() { "any section" } else { section };
    format!("Your role does not reach {section} in {area}. A coordinator can change it.")
}
