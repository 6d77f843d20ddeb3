//! How far a role reaches: sections, components and areas.

use chassis::{Caller, Grant};
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
    content.areas.iter().try_for_each(|area| reach_area(caller, PLANNERS, area))?;
    let section = content.lead_section.as_deref().unwrap_or_default();
    let component = match content.nature {
        Nature::Output { component } => Some(component),
        _ => None,
    };
    let together = |area| caller.reaches(PLANNERS, section, component, area);
    let reached = match content.areas.as_slice() {
        [] => together(None),
        areas => areas.iter().all(|area| together(Some(area))),
    };
    if reached { Ok(()) } else { Err(in_parts()) }
}

/// Refuses what speaks for the whole mission where no grant of those who plan does.
pub(super) fn reach_mission(caller: &Caller) -> Result<(), Error> {
    let whole = |grant: &Grant| {
        PLANNERS.contains(&grant.role) && grant.component.is_none() && grant.section.is_none() && grant.areas.is_empty()
    };
    if caller.grants.iter().any(whole) {
        return Ok(());
    }
    let sentence =
        "Title and dates of a plan speak for the whole mission; your role reaches a part of it. Nothing was changed.";
    Err(Error::OutOfReach(sentence.to_owned()))
}

/// Section and area are each reached, but by no role together.
fn in_parts() -> Error {
    let sentence = "None of your roles reaches this section, component and area together. Nothing was changed.";
    Error::OutOfReach(sentence.to_owned())
}

/// Refuses a section in an area that no one grant of these roles reaches.
pub(super) fn reach_both(caller: &Caller, roles: &[Role], section: Option<&str>, area: &str) -> Result<(), Error> {
    let together = caller.reaches(roles, section.unwrap_or_default(), None, Some(area));
    if together { Ok(()) } else { Err(in_parts()) }
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
