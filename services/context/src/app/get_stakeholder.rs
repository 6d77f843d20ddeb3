use chassis::Caller;

use super::authority;
use crate::{
    Deps,
    domain::{ids::StakeholderId, stakeholder::Stakeholder, standing::Assessment},
    error::Error,
    store,
};

/// Most assessments that come with a stakeholder: one a month for 40 years.
pub const ASSESSMENTS_MAX: i64 = 500;

/// A stakeholder and its history.
#[derive(Debug, Clone)]
pub struct Known {
    pub stakeholder: Stakeholder,
    /// Newest first, at most [`ASSESSMENTS_MAX`].
    pub assessments: Vec<Assessment>,
    /// The records that it stands for, by name.
    pub merged: Vec<Stakeholder>,
}

/// A stakeholder with its assessments.
///
/// # Errors
/// There is no such stakeholder for this caller.
pub async fn get_stakeholder(deps: &Deps, caller: &Caller, id: StakeholderId) -> Result<Known, Error> {
    authority::allowed(caller, "GetStakeholder")?;
    let mut tx = deps.db.begin(caller).await?;
    let stakeholder = store::stakeholders::get(&mut tx, id).await?.ok_or(Error::Missing("stakeholder"))?;
    let assessments = store::assessments::of(&mut tx, id, ASSESSMENTS_MAX).await?;
    let merged = store::stakeholders::merged(&mut tx, &stakeholder).await?;
    Ok(Known { stakeholder, assessments, merged })
}
