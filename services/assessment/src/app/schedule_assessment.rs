//! Schedules an assessment.

use chassis::{Caller, Tx, new_id};
use chrono::{DateTime, Utc};

use super::step;
use crate::{
    Deps,
    domain::{
        assessment::{Assessment, NewAssessment},
        invitation::{Invitation, Part, State},
    },
    error::Error,
    events, store,
};

/// Stores a new assessment, scheduled, and invites whoever takes part in it.
pub async fn schedule_assessment(deps: &Deps, caller: &Caller, new: NewAssessment) -> Result<Assessment, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    if let Some(before) = new.follows {
        super::assessment(&mut tx, before).await?;
    }
    let now = deps.clock.now();
    let assessment = Assessment::schedule(new_id(now), new, caller.account, now);
    store::assessments::insert(&mut tx, mission, &assessment).await?;
    store::course::append_step(&mut tx, mission, &step(caller, &assessment, None, "", now)).await?;
    tx.publish(events::assessment_recorded(&assessment)).await?;
    invite_all(&mut tx, caller, &assessment, now).await?;
    Ok(tx.finish(assessment).await?)
}

/// Who is named, and who took part in the assessment before, as what they were there.
async fn invite_all(tx: &mut Tx, caller: &Caller, of: &Assessment, now: DateTime<Utc>) -> Result<(), Error> {
    let mission = tx.mission();
    let mut parts = Vec::new();
    if let Some(before) = of.follows {
        let all = store::course::invitations(tx, mission, before).await?;
        let stayed = all.into_iter().filter(|one| matches!(one.state, State::Invited | State::Accepted));
        parts.extend(stayed.map(|one| (one.account, one.part)));
    }
    for account in &of.participants {
        if !parts.iter().any(|(known, _)| known == account) {
            parts.push((*account, Part::Participant));
        }
    }
    for (account, part) in parts {
        let invitation = Invitation::invite(None, of.id, account, part, caller.account, now);
        store::course::save_invitation(tx, mission, &invitation).await?;
        tx.publish(events::invitation_recorded(&invitation, of)).await?;
    }
    Ok(())
}
