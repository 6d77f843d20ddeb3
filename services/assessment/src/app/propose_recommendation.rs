//! Proposes a recommendation to leadership.

use std::collections::BTreeMap;

use chassis::{Caller, Tx, new_id};
use cpas_proto::words::Classification;
use uuid::Uuid;

use super::{ASSESSING, check_clearance};
use crate::{
    Deps,
    domain::{
        Invalid,
        recommendation::{Proposal, Recommendation},
    },
    error::Error,
    events, store,
};

/// A recommendation to be proposed.
#[derive(Debug, Clone)]
pub struct Propose {
    pub assessment_id: Uuid,
    pub proposal: Proposal,
}

/// Stores a new recommendation. Its classification is at least that of the findings it rests on.
pub async fn propose_recommendation(deps: &Deps, caller: &Caller, propose: Propose) -> Result<Recommendation, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let new = proposed(deps, &mut tx, caller, propose).await?;
    Ok(tx.finish(new).await?)
}

/// The recommendation, stored and told; within the transaction of a use case.
pub async fn proposed(deps: &Deps, tx: &mut Tx, caller: &Caller, propose: Propose) -> Result<Recommendation, Error> {
    let mission = tx.mission();
    check_clearance(caller, propose.proposal.classification)?;
    if !caller.grants.iter().any(|grant| ASSESSING.contains(&grant.role)) {
        return Err(Error::OutOfReach("Your role does not propose recommendations.".to_owned()));
    }
    let found = store::assessments::for_adding(tx, mission, propose.assessment_id).await?;
    found.ok_or(Error::NotFound("assessment"))?.open()?;
    check_codes(tx, &propose).await?;
    let of_findings = check_findings(tx, &propose).await?;
    let classification = propose.proposal.classification.max(of_findings);
    let proposal = Proposal { classification, ..propose.proposal };
    let now = deps.clock.now();
    let new = Recommendation::propose(new_id(now), propose.assessment_id, proposal, caller.account, now);
    store::recommendations::insert(tx, mission, &new).await?;
    tx.publish(events::recommendation_recorded(&new)).await?;
    Ok(new)
}

async fn check_codes(tx: &mut Tx, propose: &Propose) -> Result<(), Error> {
    let mission = tx.mission();
    let asked = &propose.proposal.indicator_codes;
    let known = store::analyses::known_codes(tx, mission, propose.assessment_id, asked).await?;
    let unknown = asked.iter().enumerate().find(|(_, code)| !known.contains(*code));
    unknown.map_or(Ok(()), |(place, code)| {
        let message = format!("\"{code}\" is not an indicator that this assessment has frozen");
        Err(Invalid::new(format!("indicator_codes[{place}]"), message).into())
    })
}

async fn check_findings(tx: &mut Tx, propose: &Propose) -> Result<Classification, Error> {
    let mission = tx.mission();
    let asked = &propose.proposal.finding_ids;
    let known: BTreeMap<Uuid, Classification> = store::findings::versions(tx, mission, propose.assessment_id, asked)
        .await?
        .into_iter()
        .map(|(id, _, classification)| (id, classification))
        .collect();
    if let Some(place) = asked.iter().position(|id| !known.contains_key(id)) {
        let message = "is not the id of a finding of this assessment";
        return Err(Invalid::new(format!("finding_ids[{place}]"), message).into());
    }
    Ok(known.into_values().max().unwrap_or(Classification::Unclassified))
}
