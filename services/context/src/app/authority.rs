//! What a caller may do here: by role, by area, by clearance.

use chassis::{Caller, Failure};
use cpas_proto::{
    policy,
    words::{Classification, Role},
};

use crate::{
    domain::{Who, area::tree::Tree},
    error::Error,
};

const SERVICE: &str = "/cpas.context.v1.ContextService/";

/// The roles that may call a method, of which the caller has one. The gate asks the same table; asking
/// again costs nothing and holds when a use case is called another way.
///
/// # Errors
/// No role of the caller may.
pub(super) fn allowed(caller: &Caller, method: &str) -> Result<&'static [Role], Error> {
    let rule = policy::rule(&format!("{SERVICE}{method}"));
    let rule = rule.filter(|rule| rule.admits(caller.roles()));
    let denied = || {
        Error::OutOfReach("Your role does not allow this. A coordinator of the mission can change roles.".to_owned())
    };
    rule.map(|rule| rule.roles).ok_or_else(denied)
}

/// Writing about areas: one of the caller's grants of these roles has to reach each of them, by itself or
/// by an area that it lies in. A record without areas speaks of the whole mission.
///
/// # Errors
/// Names the first area out of reach.
pub(super) fn reaches(caller: &Caller, roles: &[Role], areas: &[String], tree: &Tree) -> Result<(), Error> {
    let own = reach(caller, roles);
    let Some(own) = own else { return Ok(()) };
    if areas.is_empty() {
        return Err(Error::OutOfReach(format!(
            "Your role reaches {} only, and without areas this would speak of the whole mission. Name areas.",
            own.join(", ")
        )));
    }
    match areas.iter().find(|area| !is_within(area, &own, tree)) {
        Some(area) => Err(Error::OutOfReach(format!("Your role reaches {} only, not {area}.", own.join(", ")))),
        None => Ok(()),
    }
}

/// Writing about a record that is there: it is enough that one of its areas is in reach.
///
/// # Errors
/// None of its areas is.
pub(super) fn touches(caller: &Caller, roles: &[Role], areas: &[String], tree: &Tree) -> Result<(), Error> {
    match reach(caller, roles) {
        Some(own) if !areas.is_empty() && !areas.iter().any(|area| is_within(area, &own, tree)) => {
            Err(Error::OutOfReach(format!("Your role reaches {} only, and this lies elsewhere.", own.join(", "))))
        }
        _ => Ok(()),
    }
}

/// The areas that the caller's grants of these roles are held to; `None`: the whole mission.
fn reach<'a>(caller: &'a Caller, roles: &[Role]) -> Option<Vec<&'a str>> {
    let grants: Vec<_> = caller.grants.iter().filter(|grant| roles.contains(&grant.role)).collect();
    let is_held = !grants.iter().any(|grant| grant.areas.is_empty());
    is_held.then(|| grants.into_iter().flat_map(|grant| grant.areas.iter().map(String::as_str)).collect())
}

fn is_within(area: &str, own: &[&str], tree: &Tree) -> bool {
    tree.upwards(area).iter().any(|code| own.contains(code))
}

/// Nobody writes what they could not read back.
///
/// # Errors
/// The classification is above the caller's clearance.
pub(super) fn cleared(caller: &Caller, classification: Classification) -> Result<(), Error> {
    if classification <= caller.clearance {
        return Ok(());
    }
    Err(Error::OutOfReach(format!(
        "You cannot record something as {classification}: your clearance ends at {}.",
        caller.clearance
    )))
}

/// Who is writing, and in which mission.
///
/// # Errors
/// The call names no mission.
pub(super) fn writer(caller: &Caller) -> Result<(Who, uuid::Uuid), Failure> {
    let mission = caller.mission()?.id;
    Ok((Who { account: caller.account, name: caller.name.clone() }, mission))
}

#[cfg(test)]
mod tests {
    use chassis::{Grant, testing};

    use super::*;

    fn tree() -> Tree {
        let pair = |(code, parent): (&str, Option<&str>)| (code.to_owned(), parent.map(str::to_owned));
        [("CF", None), ("CF1", Some("CF")), ("CF11", Some("CF1")), ("CF2", Some("CF"))].map(pair).into_iter().collect()
    }

    fn held_to(area: &str) -> Caller {
        let mut caller = testing::caller(Role::Contributor, &testing::mission("UNMIC"));
        caller.grants = vec![Grant { areas: vec![area.to_owned()], ..Grant::mission_wide(Role::Contributor) }];
        caller
    }

    fn areas(codes: &[&str]) -> Vec<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    #[test]
    fn a_grant_reaches_its_area_and_what_lies_in_it() {
        let caller = held_to("CF1");
        for (codes, whole, part) in [
            (areas(&["CF1"]), true, true),
            (areas(&["CF11"]), true, true),
            (areas(&["CF11", "CF2"]), false, true),
            (areas(&["CF"]), false, false),
            (areas(&[]), false, true),
        ] {
            assert_eq!(reaches(&caller, &[Role::Contributor], &codes, &tree()).is_ok(), whole, "{codes:?}");
            assert_eq!(touches(&caller, &[Role::Contributor], &codes, &tree()).is_ok(), part, "{codes:?}");
        }
        assert!(
            reaches(&caller, &[Role::Coordinator], &areas(&["CF1"]), &tree()).is_err(),
            "the grant is of another role"
        );
    }

    #[test]
    fn a_mission_wide_grant_reaches_all() {
        let caller = testing::caller(Role::Contributor, &testing::mission("UNMIC"));
        assert!(reaches(&caller, &[Role::Contributor], &[], &tree()).is_ok());
        assert!(reaches(&caller, &[Role::Contributor], &areas(&["CF2"]), &tree()).is_ok());
    }

    #[test]
    fn a_method_that_is_in_no_rule_is_nobodys() {
        let caller = testing::caller(Role::Coordinator, &testing::mission("UNMIC"));
        assert!(allowed(&caller, "DropEverything").is_err());
        assert!(allowed(&caller, "ImportAreas").is_ok());
    }
}
