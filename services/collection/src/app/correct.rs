//! A new observation in place of an older one, which stays readable.

use chassis::{Caller, Failure, new_id};
use cpas_proto::{collection::v1 as pb, words::Role};

use super::{
    App,
    enter::{ENTERING, record, written},
    moment,
    reach::Reach,
    rule_book::keep_errors_out,
};
use crate::{
    domain::lock::{Changer, may_change},
    error::Error,
    store,
};

/// Records a correction as a draft. The older value counts until the correction is submitted.
///
/// # Errors
/// A field that is wrong; beyond the caller's reach, or another's entry for a mere contributor; a locked
/// period; a version that is not the stored one; an observation that was corrected or rejected already.
pub async fn correct_observation(
    app: &App,
    caller: &Caller,
    asked: pb::CorrectObservationRequest,
) -> Result<pb::Observation, Failure> {
    let reach = Reach::of(caller, ENTERING);
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let mission = tx.mission();
    store::known::writes(&mut tx, mission).await?;
    let now = app.clock.now();
    let id = moment::id("observation", &asked.id)?;
    let old = store::observations::find(&mut tx, now, id).await?.ok_or(Error::NotFound("observation"))?;
    reach.check(&old.owner_section, &old.area)?;
    let entered_by_caller = old.recorded_by == caller.account;
    if !entered_by_caller && !caller.has(Role::FocalPoint) && !caller.has(Role::Coordinator) {
        return Err(Error::OutOfReach("A contributor corrects their own entries; a focal point any.".to_owned()).into());
    }
    if asked.version != 0 && asked.version != old.version() {
        let current = serde_json::to_string(&pb::Observation::from(old.clone())).map_err(Failure::internal)?;
        return Err(Error::Stale(old.version(), current).into());
    }
    if let Some(later) = old.superseded_by {
        return Err(
            Error::Conflict(format!("It was corrected already. Correct the correction, observation {later}.")).into()
        );
    }
    if old.state == "rejected" {
        return Err(Error::Conflict("It was rejected. Enter a new value instead of correcting it.".to_owned()).into());
    }
    let said = asked.observation.unwrap_or_default();
    for (field, new, stored) in [
        ("period", &said.period, &old.period),
        ("area", &said.area, &old.area),
        ("slice", &said.slice, &old.slice),
        ("indicator_code", &said.indicator_code, &old.indicator_code),
    ] {
        if !new.is_empty() && new != stored {
            let message =
                format!("A correction keeps the {field} of what it corrects, \"{stored}\". Enter a new value.");
            return Err(Error::bad(field, message).into());
        }
    }
    let definition = store::copies::definition(&mut tx, &old.indicator_id.to_string())
        .await?
        .ok_or(Error::NotFound("observation"))?;
    let period = moment::period("period", &old.period)?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let changer = Changer { is_coordinator: caller.has(Role::Coordinator), reason: &asked.reason };
    may_change(&store::locks::locks(&mut tx).await?, period, start, changer).map_err(Error::Conflict)?;

    let before = store::observations::history(&mut tx, now, old.cell).await?;
    let mut new = written(&definition, &pb::Observation { reason: asked.reason, ..said })?;
    new.id = new_id(now);
    (new.first_day, new.last_day) = (period.first_day(start), period.last_day(start));
    (new.period, new.area, new.slice, new.cell) = (old.period, old.area, old.slice, old.cell);
    (new.edition, new.supersedes) = (before.last().map_or(1, |last| last.edition + 1), Some(old.id));
    new.classification = old.classification;
    (new.recorded_at, new.recorded_by, new.recorded_by_name) = (now, caller.account, caller.name.clone());
    keep_errors_out(&mut tx, &definition, period, &new, start).await?;
    record(&mut tx, "corrected", &definition, &new).await?;
    let stored = store::observations::find(&mut tx, now, new.id).await?.ok_or(Error::NotFound("observation"))?;
    tx.finish(stored.into()).await
}
