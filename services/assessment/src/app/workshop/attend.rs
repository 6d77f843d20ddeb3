//! Who is in the room, or follows from the field.

use chassis::{Caller, Tx, new_id};
use cpas_proto::words::{Classification, Role};
use uuid::Uuid;

use super::{VOTING, component, held};
use crate::{
    Deps,
    domain::workshop::{PRESENCES_MAX, Presence, Workshop},
    error::Error,
    events, store,
};

/// The caller is here, with what they may see; doing it twice changes nothing, and who left comes back.
pub async fn join_workshop(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<Presence, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    // Who joins from two devices at once is one person.
    let workshop = held_alone(&mut tx, assessment).await?;
    let now = deps.clock.now();
    let all = store::workshops::presences(&mut tx, mission, assessment).await?;
    let known = all.iter().find(|one| one.account_id == Some(caller.account));
    let grants = caller.grants.iter().filter(|grant| VOTING.contains(&grant.role));
    let presence = Presence {
        id: known.map_or_else(|| new_id(now), |one| one.id),
        assessment_id: assessment,
        account_id: Some(caller.account),
        name: caller.name.clone(),
        section: grants.clone().find_map(|grant| grant.section.clone()).unwrap_or_default(),
        component: component(caller),
        clearance: caller.clearance,
        joined_at: known.map_or(now, |one| one.joined_at),
        left_at: None,
    };
    if known == Some(&presence) {
        return Ok(tx.finish(presence).await?);
    }
    if known.is_none() {
        check_room(all.len())?;
    }
    store(&mut tx, &workshop, &presence).await?;
    Ok(tx.finish(presence).await?)
}

/// Somebody without an account of the mission.
#[derive(Debug, Clone)]
pub struct Guest {
    pub assessment_id: Uuid,
    pub name: String,
    pub section: String,
}

/// Writes a guest down, who does not vote.
pub async fn add_guest(deps: &Deps, caller: &Caller, guest: Guest) -> Result<Presence, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let workshop = held_alone(&mut tx, guest.assessment_id).await?;
    check_room(store::workshops::presences(&mut tx, mission, guest.assessment_id).await?.len())?;
    let now = deps.clock.now();
    let presence = Presence {
        id: new_id(now),
        assessment_id: guest.assessment_id,
        account_id: None,
        name: guest.name,
        section: guest.section,
        component: None,
        clearance: Classification::Unclassified,
        joined_at: now,
        left_at: None,
    };
    store(&mut tx, &workshop, &presence).await?;
    Ok(tx.finish(presence).await?)
}

/// Somebody goes: the caller, or for a coordinator anybody.
pub async fn leave_workshop(
    deps: &Deps,
    caller: &Caller,
    assessment: Uuid,
    presence: Option<Uuid>,
) -> Result<Presence, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let workshop = held(&mut tx, assessment).await?;
    let all = store::workshops::presences(&mut tx, mission, assessment).await?;
    let is_own = |one: &Presence| one.account_id == Some(caller.account);
    let found = all.into_iter().find(|one| presence.map_or_else(|| is_own(one), |id| one.id == id));
    let found = found.ok_or(Error::NotFound("presence"))?;
    if !is_own(&found) && !caller.has(Role::Coordinator) {
        return Err(Error::OutOfReach("Only a coordinator says of others that they have left.".to_owned()));
    }
    let gone = Presence { left_at: found.left_at.or(Some(deps.clock.now())), ..found };
    store(&mut tx, &workshop, &gone).await?;
    Ok(tx.finish(gone).await?)
}

/// The open workshop, which nobody else comes into until this transaction ends.
async fn held_alone(tx: &mut Tx, assessment: Uuid) -> Result<Workshop, Error> {
    let mission = tx.mission();
    let of = store::assessments::for_adding(tx, mission, assessment).await?.ok_or(Error::NotFound("assessment"))?;
    let found = store::workshops::for_change(tx, mission, assessment).await?.ok_or(Error::NotFound("workshop"))?;
    found.held(&of)?;
    Ok(found)
}

async fn store(tx: &mut Tx, workshop: &Workshop, presence: &Presence) -> Result<(), Error> {
    let mission = tx.mission();
    store::workshops::save_presence(tx, mission, presence, workshop.classification).await?;
    tx.publish(events::workshop_recorded(workshop, workshop.classification)).await?;
    Ok(())
}

fn check_room(people: usize) -> Result<(), Error> {
    if people < PRESENCES_MAX {
        return Ok(());
    }
    Err(Error::Conflict(format!("The workshop has {PRESENCES_MAX} people, and no more fit.")))
}
