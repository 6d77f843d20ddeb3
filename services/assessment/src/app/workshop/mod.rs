//! The workshop of an assessment. A write answers with what is read after it, so that the screen shows one truth.

mod attend;
mod decide;
mod minutes;
mod read;
mod run;
mod vote;

use chassis::{Caller, Tx};
use chrono::{DateTime, Utc};
use cpas_proto::words::{Classification, Component, Role};
use uuid::Uuid;

pub use self::{
    attend::{Guest, add_guest, join_workshop, leave_workshop},
    decide::{Decide, Raise, TakeOver, raise_dissent, take_decision},
    minutes::{Correct, SetRemark, correct_minutes, render_minutes, set_remark},
    read::{OutcomeSeen, Seen as WorkshopSeen, VoteSeen, get_outcome, get_workshop},
    run::{OpenWorkshop, Revise, close_workshop, open_workshop, reopen_workshop, revise_workshop, turn_workshop},
    vote::{CastBallot, OpenVote, cast_ballot, close_vote, open_vote},
};
use crate::{
    domain::{
        finding::Finding,
        workshop::{Presence, RECORDS_MAX, Workshop, Written},
    },
    error::Error,
    store,
};

/// Roles of the mission that vote, and may say that they are here.
const VOTING: &[Role] = &[
    Role::Contributor,
    Role::FocalPoint,
    Role::Verifier,
    Role::ComponentHead,
    Role::Coordinator,
    Role::Adviser,
    Role::Leadership,
];

/// The workshop, which is open until this transaction ends.
async fn held(tx: &mut Tx, assessment: Uuid) -> Result<Workshop, Error> {
    let mission = tx.mission();
    let of = store::assessments::for_adding(tx, mission, assessment).await?.ok_or(Error::NotFound("assessment"))?;
    let workshop = store::workshops::for_adding(tx, mission, assessment).await?.ok_or(Error::NotFound("workshop"))?;
    workshop.held(&of)?;
    Ok(workshop)
}

/// The caller's own presence, which is not left; only who is here votes and dissents.
async fn present(tx: &mut Tx, caller: &Caller, assessment: Uuid) -> Result<Presence, Error> {
    let mission = tx.mission();
    let all = store::workshops::presences(tx, mission, assessment).await?;
    let own = all.into_iter().find(|one| one.account_id == Some(caller.account) && one.left_at.is_none());
    let votes = caller.grants.iter().any(|grant| VOTING.contains(&grant.role));
    own.filter(|_| votes).ok_or_else(|| {
        Error::OutOfReach("You are not present in the workshop. Join it, then vote or dissent.".to_owned())
    })
}

/// A finding of this assessment, which nobody else changes until this transaction ends.
async fn finding(tx: &mut Tx, assessment: Uuid, id: Uuid) -> Result<Finding, Error> {
    let mission = tx.mission();
    let found = store::findings::for_change(tx, mission, id).await?;
    found.filter(|finding| finding.assessment_id == assessment).ok_or(Error::NotFound("finding"))
}

/// The component that the caller's roles in the mission are of; `None`: of the whole mission.
fn component(caller: &Caller) -> Option<Component> {
    caller.grants.iter().filter(|grant| VOTING.contains(&grant.role)).find_map(|grant| grant.component)
}

fn written(caller: &Caller, at: DateTime<Utc>) -> Written {
    Written { by: caller.account, name: caller.name.clone(), at }
}

fn check_room_for_more(records: usize) -> Result<(), Error> {
    if records < RECORDS_MAX {
        return Ok(());
    }
    Err(Error::Conflict(format!("The workshop has {RECORDS_MAX} records of this kind, and no more fit.")))
}

/// The caller as one who sees only up to the room's classification: whatever is read so can stand on the wall.
fn as_the_wall(caller: &Caller, room: Classification) -> Caller {
    Caller { clearance: caller.clearance.min(room), ..caller.clone() }
}
