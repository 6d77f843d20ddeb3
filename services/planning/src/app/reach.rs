//! How far a role reaches: sections, components and areas.

use chassis::Caller;
use cpas_proto::words::{Component, Role};

use crate::{
    domain::item::{Content, Nature},
    error::Error,
};

/// Those who plan.
pub(super) const PLANNERS: &[Role] = &[Role::Coordinator];
/// Those who keep the framework of indicators.
pub(super) const KEEPERS: &[Role] = &[Role::Coordinator, Role::HqAnalyst];
/// Those who take an indicator from state to state.
pub(super) const APPROVERS: &[Role] = &[Role::ComponentHead, Role::Coordinator, Role::HqAnalyst];

/// Refuses an item that lies outside the part of the mission that the caller plans for.
pub(super) fn reach_item(caller: &Caller, content: &Content) -> Result<(), Error> {
    reach_section(caller, PLANNERS, content.lead_section.as_deref())?;
    if let Nature::Output { component } = content.nature {
        reach_component(caller, component)?;
    }
    content.areas.iter().try_for_each(|area| reach_area(caller, PLANNERS, area))
}

/// Refuses a section that no grant of these roles reaches.
pub(super) fn reach_section(caller: &Caller, roles: &[Role], section: Option<&str>) -> Result<(), Error> {
    let section = section.unwrap_or_default();
    if caller.reaches_section(roles, section) {
        return Ok(());
    }
    Err(Error::OutOfReach(format!("Your role does not reach the section \"{section}\". Nothing was changed.")))
}

/// Refuses an area that no grant of these roles reaches.
pub(super) fn reach_area(caller: &Caller, roles: &[Role], area: &str) -> Result<(), Error> {
    if caller.reaches_area(roles, area) {
        return Ok(());
    }
    Err(Error::OutOfReach(format!("Your role does not reach the area \"{area}\". Nothing was changed.")))
}

fn reach_component(caller: &Caller, component: Component) -> Result<(), Error> {
    if caller.reaches_component(PLANNERS, component) {
        return Ok(());
    }
    Err(Error::OutOfReach(format!("Your role does not reach the {component} component. Nothing was changed.")))
}
