//! Lists the findings of an assessment.

use chassis::Caller;
use uuid::Uuid;

use crate::{
    Deps,
    domain::{assessment::Assessment, evidence::Kind, finding::Finding},
    error::Error,
    store,
};

/// Oldest first.
pub async fn list_findings(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<Vec<Finding>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, assessment).await?;
    Ok(store::findings::of_assessment(&mut tx, mission, assessment).await?)
}

/// A finding that rests on a record, and the assessment that it is of.
pub struct Referring {
    pub finding: Finding,
    pub assessment: Assessment,
}

/// Those of all assessments that rest on a record; the newest first.
pub async fn list_findings_by_reference(
    deps: &Deps,
    caller: &Caller,
    kind: Kind,
    id: Uuid,
) -> Result<Vec<Referring>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let mut found = Vec::new();
    for finding in store::findings::resting_on(&mut tx, mission, kind, id).await? {
        // What rests in an assessment that one may not see is not told either.
        if let Some(assessment) = store::assessments::by_id(&mut tx, mission, finding.assessment_id).await? {
            found.push(Referring { finding, assessment });
        }
    }
    Ok(found)
}
