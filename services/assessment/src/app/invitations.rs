//! Invites people to an assessment; they accept or decline.

use chassis::Caller;
use uuid::Uuid;

use crate::{
    Deps,
    domain::{
        assessment::{Assessment, NotMovable, PARTICIPANTS_MAX, State},
        invitation::{self, Invitation, Part},
    },
    error::Error,
    events, store,
};

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct Invite {
    pub assessment_id: Uuid,
    pub account: Uuid,
    /// `None`: the invitation is taken back.
    pub part: Option<Part>,
}

/// Invites, gives another part, or takes the invitation back; until the assessment is finalized.
pub async fn invite(deps: &Deps, caller: &Caller, invite: Invite) -> Result<Invitation, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    // One behind the other, so that the same person is not invited twice at once.
    let found = store::assessments::for_change(&mut tx, mission, invite.assessment_id).await?;
    let assessment = found.ok_or(Error::NotFound("assessment"))?;
    if assessment.state == State::Finalized {
        return Err(NotMovable::Finalized.into());
    }
    let all = store::course::invitations(&mut tx, mission, assessment.id).await?;
    let count = all.len();
    let before = all.into_iter().find(|one| one.account == invite.account);
    if before.is_none() && count >= PARTICIPANTS_MAX {
        return Err(Error::Conflict(format!("The assessment has {PARTICIPANTS_MAX} people invited, and no more fit.")));
    }
    let now = deps.clock.now();
    let invitation = match invite.part {
        Some(part) => Invitation::invite(before.clone(), assessment.id, invite.account, part, caller.account, now),
        None => before.clone().ok_or(Error::NotFound("invitation"))?.withdraw(),
    };
    if before.as_ref() != Some(&invitation) {
        store::course::save_invitation(&mut tx, mission, &invitation).await?;
        tx.publish(events::invitation_recorded(&invitation, &assessment)).await?;
    }
    Ok(tx.finish(invitation).await?)
}

/// What somebody says to an invitation.
#[derive(Debug, Clone)]
pub struct Answer {
    pub assessment_id: Uuid,
    pub accept: bool,
    pub word: String,
}

/// Answers the caller's own invitation.
pub async fn answer_invitation(deps: &Deps, caller: &Caller, answer: Answer) -> Result<Invitation, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let found = store::assessments::for_change(&mut tx, mission, answer.assessment_id).await?;
    let assessment = found.ok_or(Error::NotFound("assessment"))?;
    let all = store::course::invitations(&mut tx, mission, assessment.id).await?;
    let own = all.into_iter().find(|one| one.account == caller.account).ok_or(Error::NotFound("invitation"))?;
    let answered = own.answer(assessment.state, answer.accept, answer.word, deps.clock.now())?;
    store::course::save_invitation(&mut tx, mission, &answered).await?;
    tx.publish(events::invitation_recorded(&answered, &assessment)).await?;
    Ok(tx.finish(answered).await?)
}

/// An invitation with what it is to.
pub struct Invited {
    pub invitation: Invitation,
    pub assessment: Assessment,
}

/// The caller's own, to assessments that go on.
pub async fn my_invitations(deps: &Deps, caller: &Caller) -> Result<Vec<Invited>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let mut found = Vec::new();
    for invitation in store::course::invitations_of(&mut tx, mission, caller.account).await? {
        if invitation.state == invitation::State::Withdrawn {
            continue;
        }
        if let Some(assessment) = store::assessments::by_id(&mut tx, mission, invitation.assessment_id).await?
            && assessment.state != State::Finalized
        {
            found.push(Invited { invitation, assessment });
        }
    }
    Ok(found)
}
