//! Making observations of the good rows of a previewed file.

use chassis::{Caller, Failure};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use super::{App, import_work, imports, moment, preview::count_sheets, reach::Reach};
use crate::{
    domain::{lock::lock_over, observation::State},
    error::Error,
    events,
    store::{self, batches::Batch, moves::Touched, staging::Recording},
};

/// Commits a batch as one: rows that say something new become observations, in place of those before. `work` is what is
/// told of it.
///
/// # Errors
/// A version that is not the stored one; a batch that is not previewed; rows that were lost in a crash
/// or dropped; a period that was locked since the preview.
pub async fn commit_import(
    app: &App,
    caller: &Caller,
    asked: pb::CommitImportRequest,
    work: Uuid,
) -> Result<pb::ImportBatch, Failure> {
    let id = moment::id("import", &asked.id)?;
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let mission = tx.mission();
    store::known::writes(&mut tx, mission).await?;
    let mut batch = store::batches::find_for_update(&mut tx, id).await?.ok_or(Error::NotFound("import"))?;
    Reach::of(caller, &[Role::Coordinator, Role::HqAnalyst]).check_batch(caller, batch.recorded_by)?;
    check_version(&batch, asked.version)?;
    if batch.state != "previewed" {
        return Err(
            Error::Conflict(format!("The file is {} already. Send it again to import it again.", batch.state)).into()
        );
    }
    if store::staging::count(&mut tx, id).await? != i64::from(batch.rows_good()) {
        let sentence = "The rows of this preview are gone: it is too old, or the database was restarted. Nothing was \
                        imported; send the file again.";
        return Err(Error::Conflict(sentence.to_owned()).into());
    }
    let periods = store::staging::periods(&mut tx, id).await?;
    let locks = store::locks::locks(&mut tx).await?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    for period in &periods {
        if let Some(lock) = lock_over(&locks, moment::period("period", period)?, start) {
            let sentence = format!(
                "{} was locked since the preview ({}). Nothing was imported; send the file again to see which rows remain.",
                lock.period, lock.reason
            );
            return Err(Error::Conflict(sentence).into());
        }
    }
    let ruled_at = store::rules::changed_at(&mut tx, &batch.indicator_codes).await?;
    if ruled_at.is_some_and(|at| at > batch.recorded_at) {
        let sentence = "A validation rule of its indicators was changed since the preview. Nothing was imported; send \
                        the file again to see which rows keep to it.";
        return Err(Error::Conflict(sentence.to_owned()).into());
    }
    let now = app.clock.now();
    let verdicts = count_sheets(&mut batch.sheets.0, &store::staging::weigh(&mut tx, id).await?);
    let state = if asked.submit { State::Submitted } else { State::Draft };
    let sheets: Vec<String> = batch.sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let recording =
        Recording { state: state.word(), at: now, by: caller.account, by_name: &caller.name, sheets: &sheets };
    let recorded = store::staging::record(&mut tx, id, &recording).await?.ok_or_else(collided)?;
    store::staging::drop_rows(&mut tx, id).await?;

    let count = |rows: i64| i32::try_from(rows).unwrap_or(i32::MAX);
    batch.state = "committed".to_owned();
    batch.rows_added = count(verdicts.added);
    batch.rows_changed = count(verdicts.changed);
    batch.rows_unchanged = count(verdicts.unchanged);
    batch.committed_at = Some(now);
    batch.version += 1;
    store::batches::update(&mut tx, &batch).await?;
    if recorded > 0 {
        let touched = touched(&batch, periods, recorded);
        events::observations_changed(&mut tx, "imported", Some(id), touched).await?;
    }
    let classification = Classification::of_rank(batch.classification);
    tx.publish(events::import_recorded(batch.clone().into(), classification)).await?;
    let shown = imports::with_rows(&mut tx, batch).await?;
    import_work::settle(&mut tx, work, id).await?;
    tx.finish(shown).await
}

/// Others recorded some of the same values in the same instant.
pub(super) fn collided() -> Error {
    let sentence =
        "Somebody else changed some of the same values at this moment. Nothing was changed; please try again.";
    Error::Conflict(sentence.to_owned())
}

/// What a whole batch touches.
pub(super) fn touched(batch: &Batch, periods: Vec<String>, rows: u64) -> Touched {
    Touched {
        rows: i64::try_from(rows).unwrap_or(i64::MAX),
        indicator_codes: batch.indicator_codes.clone(),
        // A batch names at most 500 areas: that many may be cut off, and then none is named.
        areas: if batch.areas.len() < 500 { batch.areas.clone() } else { Vec::new() },
        periods,
        classification: batch.classification,
    }
}

/// Checks the version that the caller saw; 0 for a caller who names none.
pub(super) fn check_version(batch: &Batch, seen: i64) -> Result<(), Failure> {
    if seen == 0 || seen == batch.version {
        return Ok(());
    }
    let current = serde_json::to_string(&pb::ImportBatch::from(batch.clone())).map_err(Failure::internal)?;
    Err(Error::Stale(batch.version, current).into())
}
