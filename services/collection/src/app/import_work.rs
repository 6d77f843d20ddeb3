//! The work on a file, watched: told while it is done, ended when it is cancelled, and gone on with when whoever sent
//! the file looks elsewhere.
//!
//! All that is stored of a file is stored in one transaction. Work that is cancelled, or whose service is killed, leaves
//! nothing but its row here, which says so.

use std::{sync::Arc, time::Duration};

use chassis::{Caller, Code, Failure, Tx, new_id};
use chrono::{DateTime, TimeDelta, Utc};
use cpas_proto::collection::v1 as pb;
use uuid::Uuid;

use super::{
    App, moment,
    progress::{Progress, Stage},
};
use crate::{
    error::Error,
    store::{self, import_work::ImportWork},
};

/// How often it is told how far the work is.
const TELL_EVERY: Duration = Duration::from_millis(300);
/// Work that was not told of for so long is done by nobody any more.
pub(super) const LOST_AFTER: TimeDelta = TimeDelta::seconds(15);
/// Work that is shown, and how long.
const SHOWN_MAX: i64 = 20;
const SHOWN_FOR: TimeDelta = TimeDelta::hours(12);
const CANCELLED: &str = "The import was cancelled. Nothing of the file was stored.";
const LOST: &str = "The service ended while it worked on the file. Look into the list of imports: if it is not there, nothing of it \
                    was stored, and it can be sent again.";

/// Does the work on a file and tells how far it is, under an id that its sender chose (empty: one of its own).
///
/// # Errors
/// What the work says; an id that is none or another person's; that it was cancelled.
pub async fn watched<Fut: Future<Output = Result<pb::ImportBatch, Failure>>>(
    app: &App,
    caller: &Caller,
    id: &str,
    about: (&str, Option<Uuid>),
    progress: Arc<Progress>,
    work: impl FnOnce(Uuid) -> Fut,
) -> Result<pb::ImportBatch, Failure> {
    let id = if id.is_empty() { new_id(app.clock.now()) } else { moment::id("work", id)? };
    begin(app, caller, id, about, &progress).await?;
    let outcome = tokio::select! {
        outcome = work(id) => outcome,
        () = until_cancelled(app, caller, id, &progress) => Err(Error::Conflict(CANCELLED.to_owned()).into()),
    };
    let (stage, batch, failure) = match &outcome {
        Ok(batch) => ("done", batch.id.parse().ok(), String::new()),
        Err(failure) if failure.message == CANCELLED => ("cancelled", None, CANCELLED.to_owned()),
        Err(failure) if failure.code == Code::Internal => ("failed", None, LOST.to_owned()),
        Err(failure) => ("failed", None, failure.message.clone()),
    };
    if let Err(failure) = end(app, caller, id, stage, batch, &failure).await {
        tracing::debug!(%failure, "the end of an import could not be noted; it will pass for lost");
    }
    outcome
}

/// Commits a batch as work that is told of.
///
/// # Errors
/// As [`commit::commit_import`](super::commit::commit_import).
pub async fn commit(app: &App, caller: &Caller, asked: pb::CommitImportRequest) -> Result<pb::ImportBatch, Failure> {
    let id = moment::id("import", &asked.id)?;
    let mut tx = app.db.begin(caller).await?;
    let batch = store::batches::find(&mut tx, id).await?.ok_or(Error::NotFound("import"))?;
    drop(tx);
    let progress = Arc::new(Progress::default());
    progress.begin(Stage::Storing, 0);
    let work = |work| super::commit::commit_import(app, caller, asked, work);
    watched(app, caller, "", (&batch.file_name, Some(id)), progress, work).await
}

/// The last line of the transaction that stores what work made: from here on it cannot be cancelled any more, and where it
/// was, nothing is stored. Whoever cancels waits for the end of the transaction.
///
/// # Errors
/// `Conflict`: it was cancelled.
pub(super) async fn settle(tx: &mut Tx, work: Uuid, batch: Uuid) -> Result<(), Failure> {
    if store::import_work::settle(tx, work, batch).await? {
        return Ok(());
    }
    Err(Error::Conflict(CANCELLED.to_owned()).into())
}

async fn begin(
    app: &App,
    caller: &Caller,
    id: Uuid,
    (file_name, batch_id): (&str, Option<Uuid>),
    progress: &Progress,
) -> Result<(), Failure> {
    let now = app.clock.now();
    let mut tx = app.db.begin(caller).await?;
    let mission = tx.mission();
    store::import_work::drop_old(&mut tx, now - TimeDelta::days(1)).await?;
    let work = ImportWork {
        id,
        file_name: file_name.to_owned(),
        stage: progress.now().0.word().to_owned(),
        done: 0,
        total: 0,
        batch_id,
        failure: String::new(),
        is_cancelled: false,
        began_at: now,
        told_at: now,
        recorded_by: caller.account,
    };
    if !store::import_work::begin(&mut tx, mission, &work).await? {
        return Err(Error::bad("work", "This id is taken; choose another one.").into());
    }
    tx.commit().await
}

/// Tells how far the work is, beside it, until it is asked to end.
async fn until_cancelled(app: &App, caller: &Caller, id: Uuid, progress: &Progress) {
    let mut tick = tokio::time::interval(TELL_EVERY);
    loop {
        tick.tick().await;
        // Who cannot be told now is told later; the work goes on.
        if tell(app, caller, id, progress).await.unwrap_or(false) {
            return;
        }
    }
}

async fn tell(app: &App, caller: &Caller, id: Uuid, progress: &Progress) -> Result<bool, Failure> {
    let (stage, done, total) = progress.now();
    let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    let mut tx = app.db.begin(caller).await?;
    let told = (stage.word(), count(done), count(total));
    let is_cancelled = store::import_work::tell(&mut tx, id, told, app.clock.now()).await?;
    tx.commit().await?;
    Ok(is_cancelled)
}

async fn end(
    app: &App,
    caller: &Caller,
    id: Uuid,
    stage: &str,
    batch: Option<Uuid>,
    failure: &str,
) -> Result<(), Failure> {
    let mut tx = app.db.begin(caller).await?;
    store::import_work::end(&mut tx, id, stage, batch, failure, app.clock.now()).await?;
    tx.commit().await
}

/// The caller's own work of the last hours, the latest first.
///
/// # Errors
/// None of its own.
pub async fn list_import_work(app: &App, caller: &Caller) -> Result<pb::ListImportWorkResponse, Failure> {
    let now = app.clock.now();
    let mut tx = app.db.begin(caller).await?;
    let found = store::import_work::list(&mut tx, caller.account, now - SHOWN_FOR, SHOWN_MAX).await?;
    Ok(pb::ListImportWorkResponse { work: found.into_iter().map(|work| shown(work, now)).collect() })
}

/// Ends the caller's own work on a file before it is done; nothing of the file is stored.
///
/// # Errors
/// `NotFound`: there is none, or it ended.
pub async fn cancel_import(
    app: &App,
    caller: &Caller,
    asked: pb::CancelImportRequest,
) -> Result<pb::ImportWork, Failure> {
    let id = moment::id("work", &asked.id)?;
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let work = store::import_work::cancel(&mut tx, id, caller.account).await?;
    let work = work.ok_or(Error::NotFound("work on a file"))?;
    tx.finish(shown(work, app.clock.now())).await
}

fn shown(work: ImportWork, now: DateTime<Utc>) -> pb::ImportWork {
    let is_running = work.stage.parse::<Stage>().is_ok();
    let is_lost = is_running && work.told_at < now - LOST_AFTER;
    let count = |rows: i64| rows.try_into().unwrap_or_default();
    pb::ImportWork {
        id: work.id.to_string(),
        file_name: work.file_name,
        stage: if is_lost { "failed".to_owned() } else { work.stage },
        rows_done: count(work.done),
        rows: count(work.total),
        batch_id: work.batch_id.map(|id| id.to_string()).unwrap_or_default(),
        failure: if is_lost { LOST.to_owned() } else { work.failure },
        began_at: work.began_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
    }
}
