//! A file that is sent in parts, so that it goes on where a broken line cut it.

use chassis::{Caller, Failure, new_id};
use chrono::{SecondsFormat, TimeDelta};
use cpas_proto::collection::v1 as pb;

use super::{
    App, moment,
    spool::{FILE_NAME_CHARS_MAX, Spooling},
};
use crate::{
    error::Error,
    store::{self, uploads::Upload},
};

/// Longest part, in bytes.
const PART_BYTES_MAX: usize = 1 << 20;
/// How long a file is kept for its sender.
const KEPT_FOR: TimeDelta = TimeDelta::days(3);
/// Files of one person that are kept beside the new one.
const KEPT_OF_ONE: i64 = 2;

/// Begins a file. Of what its sender began before, only the latest stay.
///
/// # Errors
/// `Exhausted` for a file that is larger than an import takes; an empty one.
pub async fn open_upload(app: &App, caller: &Caller, asked: pb::OpenUploadRequest) -> Result<pb::Upload, Failure> {
    if asked.bytes == 0 {
        return Err(Error::bad("bytes", "The file is empty. Nothing was read in.").into());
    }
    if asked.bytes > app.config.import_bytes_max {
        return Err(too_large(app));
    }
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let (mission, now) = (tx.mission(), app.clock.now());
    store::uploads::drop_old(&mut tx, now - KEPT_FOR, caller.account, KEPT_OF_ONE).await?;
    let name = asked.file_name.chars().filter(|character| !character.is_control());
    let upload = Upload {
        id: new_id(now),
        file_name: name.take(FILE_NAME_CHARS_MAX).collect(),
        bytes: i64::try_from(asked.bytes).map_err(|_| too_large(app))?,
        received: 0,
        opened_at: now,
    };
    store::uploads::insert(&mut tx, mission, &upload, caller.account).await?;
    tx.finish(told(upload)).await
}

/// Takes the next part. A part whose answer was lost is there: the upload says where to go on.
///
/// # Errors
/// `NotFound` for an upload that is not the caller's own, or is not kept any more; a part that does not begin where the
/// upload stands, or goes beyond the file.
pub async fn put_upload_part(
    app: &App,
    caller: &Caller,
    asked: pb::PutUploadPartRequest,
) -> Result<pb::Upload, Failure> {
    if asked.data.is_empty() || asked.data.len() > PART_BYTES_MAX {
        return Err(Error::bad("data", format!("A part has 1 byte at least, and {PART_BYTES_MAX} at most.")).into());
    }
    let id = moment::id("upload", &asked.upload_id)?;
    let mut tx = app.db.begin(caller).await?;
    let mission = tx.mission();
    let upload = store::uploads::find(&mut tx, id, caller.account).await?.ok_or(Error::NotFound("upload"))?;
    let from = upload.received;
    let to = from + asked.data.len() as i64;
    if i64::try_from(asked.offset).ok() != Some(from) {
        return Err(elsewhere(from));
    }
    if to > upload.bytes {
        let message = format!("The part goes beyond the {} bytes that the file was said to have.", upload.bytes);
        return Err(Error::bad("data", message).into());
    }
    if !store::uploads::go_on(&mut tx, id, from, to).await? {
        return Err(elsewhere(to));
    }
    store::uploads::insert_part(&mut tx, mission, id, from, &asked.data).await?;
    tx.commit().await?;
    Ok(told(Upload { received: to, ..upload }))
}

/// How much of a file is there.
///
/// # Errors
/// `NotFound` for one that is not the caller's own, or is not kept any more.
pub async fn get_upload(app: &App, caller: &Caller, id: &str) -> Result<pb::Upload, Failure> {
    let id = moment::id("upload", id)?;
    let mut tx = app.db.begin(caller).await?;
    let upload = store::uploads::find(&mut tx, id, caller.account).await?.ok_or(Error::NotFound("upload"))?;
    Ok(told(upload))
}

/// The file, as if it had been sent at once.
///
/// # Errors
/// `NotFound` as above; one that is not whole yet.
pub async fn spooled(app: &App, caller: &Caller, id: &str) -> Result<Spooling, Failure> {
    let id = moment::id("upload", id)?;
    let mut tx = app.db.begin(caller).await?;
    let upload = store::uploads::find(&mut tx, id, caller.account).await?.ok_or(Error::NotFound("upload"))?;
    drop(tx);
    if upload.received < upload.bytes {
        let said =
            format!("Only {} of {} bytes of the file are there; send the rest first.", upload.received, upload.bytes);
        return Err(Error::Conflict(said).into());
    }
    let mut spooling = Spooling::start(app, &upload.file_name).await?;
    let mut place = 0;
    while place < upload.bytes {
        // A transaction for each: none is open while the disk is waited for.
        let mut tx = app.db.begin(caller).await?;
        let part = store::uploads::part(&mut tx, id, place).await?.ok_or(Error::NotFound("upload"))?;
        drop(tx);
        place += part.len() as i64;
        spooling.take(&part).await?;
    }
    Ok(spooling)
}

fn too_large(app: &App) -> Failure {
    let sentence = format!(
        "The file is larger than {} MiB, the most that one import takes. Nothing was read in; split it and send the \
         parts one after the other.",
        app.config.import_bytes_max / 1024 / 1024
    );
    Error::TooLarge(sentence).into()
}

fn elsewhere(stands: i64) -> Failure {
    Error::Conflict(format!("The next part begins at byte {stands}. Nothing was stored of this one.")).into()
}

fn told(upload: Upload) -> pb::Upload {
    let count = |bytes: i64| bytes.try_into().unwrap_or_default();
    pb::Upload {
        id: upload.id.to_string(),
        file_name: upload.file_name,
        bytes: count(upload.bytes),
        offset: count(upload.received),
        expires_at: (upload.opened_at + KEPT_FOR).to_rfc3339_opts(SecondsFormat::Secs, true),
    }
}
