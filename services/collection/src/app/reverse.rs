//! Taking a committed batch back as one.

use chassis::{Caller, Failure};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};

use super::{
    App,
    commit::{check_version, collided, touched},
    imports, moment,
    reach::Reach,
};
use crate::{
    domain::{
        lock::{Changer, may_change},
        observation::State,
    },
    error::Error,
    events,
    store::{self, moves::Step},
};

/// Rejects all observations of a batch that are not rejected yet. What they replaced counts again;
/// corrections that were made of them since stay.
///
/// # Errors
/// A version that is not the stored one; a batch that is not committed; no reason; a locked period.
pub async fn reverse_import(
    app: &App,
    caller: &Caller,
    asked: pb::ReverseImportRequest,
) -> Result<pb::ImportBatch, Failure> {
    let id = moment::id("import", &asked.id)?;
    let reason = asked.reason.trim();
    if reason.is_empty() {
        return Err(Error::bad("reason", "Say why the import is taken back.").into());
    }
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let mission = tx.mission();
    store::known::writes(&mut tx, mission).await?;
    let mut batch = store::batches::find_for_update(&mut tx, id).await?.ok_or(Error::NotFound("import"))?;
    Reach::of(caller, &[Role::Coordinator, Role::HqAnalyst]).check_batch(caller, batch.recorded_by)?;
    check_version(&batch, asked.version)?;
    if batch.state != "committed" {
        return Err(Error::Conflict(format!(
            "Only a committed import can be taken back; this one is {}.",
            batch.state
        ))
        .into());
    }
    let periods = store::moves::periods_of_batch(&mut tx, id).await?;
    let locks = store::locks::locks(&mut tx).await?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let changer = Changer { is_coordinator: caller.has(Role::Coordinator), reason };
    for period in &periods {
        may_change(&locks, moment::period("period", period)?, start, changer).map_err(Error::Conflict)?;
    }
    let now = app.clock.now();
    let step = Step { state: State::Rejected.word(), at: now, by: caller.account, by_name: &caller.name, reason };
    let rows = store::moves::reject_batch(&mut tx, mission, id, &step).await?.ok_or_else(collided)?;

    batch.state = "reversed".to_owned();
    batch.reversed_at = Some(now);
    batch.reason = reason.to_owned();
    batch.version += 1;
    store::batches::update(&mut tx, &batch).await?;
    if rows > 0 {
        let touched = touched(&batch, periods, rows);
        events::observations_changed(&mut tx, "reversed", Some(id), touched).await?;
    }
    let classification = Classification::of_rank(batch.classification);
    tx.publish(events::import_recorded(batch.clone().into(), classification)).await?;
    let shown = imports::with_rows(&mut tx, batch).await?;
    tx.finish(shown).await
}
