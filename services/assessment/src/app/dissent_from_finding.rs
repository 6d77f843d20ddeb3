//! Keeps that somebody sees a finding otherwise, with the name or without.

use chassis::{Caller, new_id};
use uuid::Uuid;

use super::comment_finding::open_finding;
use crate::{
    Deps,
    domain::{
        dissent::{DISSENTS_MAX, Dissent, nameless_id, parse_text},
        workshop::Written,
    },
    error::Error,
    events, store,
};

/// What somebody says.
#[derive(Debug, Clone)]
pub struct Differ {
    pub assessment_id: Uuid,
    pub finding_id: Uuid,
    pub text: String,
    pub is_nameless: bool,
}

/// Keeps it beside the version of the finding that it speaks of; it changes nothing of the finding.
///
/// Without a name no idempotency key is kept of it either, which would stand beside the account: the id is made of the key,
/// so that the same write again finds the entry there.
pub async fn dissent_from_finding(deps: &Deps, caller: &Caller, differ: Differ) -> Result<Dissent, Error> {
    let mission = caller.mission()?.id;
    let text = parse_text(&differ.text)?;
    let key = caller.idempotency.as_ref().map(|idempotency| idempotency.key.clone());
    let idempotency = caller.idempotency.clone().filter(|_| !differ.is_nameless);
    let writer = Caller { idempotency, ..caller.clone() };
    let mut tx = deps.db.begin(&writer).await?;
    if let Some(done) = tx.replay::<Uuid>().await? {
        let kept = store::dissents::by_id(&mut tx, mission, done).await?;
        return kept.ok_or(Error::NotFound("dissent"));
    }
    let found = open_finding(&mut tx, differ.assessment_id, differ.finding_id).await?;
    if store::dissents::count(&mut tx, mission, differ.assessment_id).await? >= DISSENTS_MAX {
        let message = format!("The assessment has {DISSENTS_MAX} dissents, which is the most that it takes.");
        return Err(Error::Conflict(message));
    }
    let now = deps.clock.now();
    let id = new_id(now);
    let by = Written { by: caller.account, name: caller.name.clone(), at: now };
    let dissent = Dissent {
        id: if differ.is_nameless { nameless_id(found.id, key.as_deref(), Uuid::new_v4()) } else { id },
        assessment_id: differ.assessment_id,
        finding_id: found.id,
        finding_version: found.version,
        text,
        on: now.date_naive(),
        by: (!differ.is_nameless).then_some(by),
    };
    if !store::dissents::insert(&mut tx, mission, &dissent).await? {
        let kept = store::dissents::by_id(&mut tx, mission, dissent.id).await?;
        if kept.is_none_or(|kept| kept.text != dissent.text) {
            let message =
                "Another dissent was kept under this key. Nothing was stored; send it again with a key of its own.";
            return Err(Error::Conflict(message.to_owned()));
        }
    } else if !differ.is_nameless {
        // The instant of one without a name would tell who was there: others find it when they look next.
        tx.publish(events::finding_dissent_recorded(&dissent, found.content.classification)).await?;
    }
    tx.finish(dissent.id).await?;
    Ok(dissent)
}

/// The dissents from the findings of an assessment that the caller may see, by day.
pub async fn list_finding_dissents(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<Vec<Dissent>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, assessment).await?;
    Ok(store::dissents::of_assessment(&mut tx, mission, assessment).await?)
}
