//! Reading what phones sent.

use chassis::{Caller, Failure, Tx};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{collection::v1 as pb, common::v1::FileChunk, words::Classification};
use futures::{Stream, stream};

use super::{App, moment, read::page_size};
use crate::{
    domain::phone::names::hex,
    error::Error,
    store::{
        self,
        submissions::{AnswerRow, FileRow, Submission},
    },
};

/// Submissions in a page when the caller names no size, and at most.
const PAGE_SIZE_DEFAULT: u32 = 50;
const PAGE_SIZE_MAX: u32 = 200;
/// Pieces in which a file travels.
const CHUNK_BYTES: usize = 256 * 1024;

/// A page of submissions, newest first.
///
/// # Errors
/// A size or a cursor that cannot be used.
pub async fn list_submissions(
    app: &App,
    caller: &Caller,
    asked: pb::ListSubmissionsRequest,
) -> Result<pb::ListSubmissionsResponse, Failure> {
    let before = match asked.cursor.as_str() {
        "" => None,
        cursor => Some(cursor.parse().map_err(|_| Error::bad("cursor", "This is not a cursor of this list."))?),
    };
    let size = page_size(asked.page_size, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX)?;
    let mut tx = app.db.begin(caller).await?;
    let limit = i64::from(size) + 1;
    let mut found = store::submissions::list(&mut tx, &asked.section, asked.only_left, before, limit).await?;
    let more = found.len() > size as usize;
    found.truncate(size as usize);
    let next_cursor = found.last().filter(|_| more).map(|last| last.id.to_string()).unwrap_or_default();
    let submissions = found.into_iter().map(|one| told(one, Vec::new(), Vec::new())).collect();
    Ok(pb::ListSubmissionsResponse { submissions, next_cursor })
}

/// One submission with its answers and files, and the instance as it came.
///
/// # Errors
/// `NotFound`.
pub async fn get_submission(app: &App, caller: &Caller, id: &str) -> Result<pb::GetSubmissionResponse, Failure> {
    let id = moment::id("submission", id)?;
    let mut tx = app.db.begin(caller).await?;
    let found = store::submissions::find(&mut tx, id).await?.ok_or(Error::NotFound("submission"))?;
    let xml = found.xml.clone();
    Ok(pb::GetSubmissionResponse { submission: Some(whole(&mut tx, found).await?), xml })
}

/// A file of a submission.
///
/// # Errors
/// `NotFound`.
pub async fn download_attachment(
    app: &App,
    caller: &Caller,
    asked: pb::DownloadAttachmentRequest,
) -> Result<impl Stream<Item = Result<FileChunk, Failure>> + Send + use<>, Failure> {
    let id = moment::id("submission", &asked.id)?;
    let mut tx = app.db.begin(caller).await?;
    // Who does not see the submission sees nothing of it.
    store::submissions::find(&mut tx, id).await?.ok_or(Error::NotFound("file"))?;
    let found = store::submissions::file(&mut tx, id, &asked.name).await?;
    let (content_type, bytes) = found.ok_or(Error::NotFound("file"))?;
    let first = FileChunk { data: Vec::new(), file_name: asked.name, content_type, ..FileChunk::default() };
    let rest: Vec<FileChunk> =
        bytes.chunks(CHUNK_BYTES).map(|data| FileChunk { data: data.to_vec(), ..FileChunk::default() }).collect();
    Ok(stream::iter(std::iter::once(first).chain(rest).map(Ok)))
}

/// A submission with its answers and files.
pub(super) async fn whole(tx: &mut Tx, of: Submission) -> Result<pb::Submission, Failure> {
    let answers = store::submissions::answers(tx, of.id).await?;
    let files = store::submissions::files(tx, of.id).await?;
    Ok(told(of, answers, files))
}

/// A submission as it travels.
pub(super) fn told(of: Submission, answers: Vec<AnswerRow>, files: Vec<FileRow>) -> pb::Submission {
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let awaited = of.named.iter().filter(|name| !files.iter().any(|file| file.name == **name));
    pb::Submission {
        awaited: awaited.cloned().collect(),
        id: of.id.to_string(),
        instance_id: of.instance_id,
        form_id: of.form_id,
        form_version: of.form_version,
        section: of.section,
        period: of.period,
        area: of.area,
        device: of.device,
        began_at: of.began_at.map(instant).unwrap_or_default(),
        ended_at: of.ended_at.map(instant).unwrap_or_default(),
        longitude: of.longitude,
        latitude: of.latitude,
        accuracy_m: of.accuracy_m,
        point_area: of.point_area,
        answers: answers.into_iter().map(answer).collect(),
        files: files.into_iter().map(file).collect(),
        corrects: of.corrects.map(|id| id.to_string()).unwrap_or_default(),
        recorded_at: instant(of.recorded_at),
        recorded_by: of.recorded_by_name,
        classification: Classification::of_rank(of.classification).word().to_owned(),
        left: of.left_answers.try_into().unwrap_or_default(),
    }
}

fn answer(row: AnswerRow) -> pb::SubmissionAnswer {
    pb::SubmissionAnswer {
        indicator_code: row.indicator_code,
        slice: row.slice,
        answer: row.answer,
        outcome: row.outcome,
        observation_id: row.observation_id.map(|id| id.to_string()).unwrap_or_default(),
        message: row.message,
    }
}

fn file(row: FileRow) -> pb::SubmissionFile {
    pb::SubmissionFile {
        name: row.name,
        content_type: row.content_type,
        size_bytes: row.size.try_into().unwrap_or_default(),
        sha256: hex(&row.sha256),
    }
}
