//! Reading batches, and their rejected rows as a file.

use async_stream::try_stream;
use chassis::{Caller, Failure, Tx};
use chrono::DateTime;
use cpas_proto::{collection::v1 as pb, common::v1::FileChunk, words::Language};
use futures::{Stream, future::Either};

use super::{App, event_file, moment, read::page_size, rejected_book};
use crate::{
    api,
    domain::{export::csv, file::french::french},
    error::Error,
    store::{
        self,
        batches::{Batch, ShownRow},
    },
};

/// Rows that are shown with a batch.
const SAMPLE_MAX: i64 = 50;
const REJECTED_MAX: i64 = 200;
/// Batches in a page when the caller names no size, and at most.
const PAGE_SIZE_DEFAULT: u32 = 50;
const PAGE_SIZE_MAX: u32 = 200;
/// Rejected rows read at a time.
const ROWS_AT_A_TIME: i64 = 2_000;

/// One batch with its rows.
///
/// # Errors
/// `NotFound`.
pub async fn get_import(app: &App, caller: &Caller, id: &str) -> Result<pb::ImportBatch, Failure> {
    let id = moment::id("import", id)?;
    let mut tx = app.db.begin(caller).await?;
    let batch = store::batches::find(&mut tx, id).await?.ok_or(Error::NotFound("import"))?;
    with_rows(&mut tx, batch).await
}

/// The batch with the first rows of the file, the first rejected ones and the warnings.
pub(super) async fn with_rows(tx: &mut Tx, batch: Batch) -> Result<pb::ImportBatch, Failure> {
    let id = batch.id;
    let mut shown = pb::ImportBatch::from(batch.clone());
    let rows = |rows: Vec<ShownRow>| rows.into_iter().map(|row| api::imports::shown(&batch, row)).collect();
    shown.sample = rows(store::batches::shown(tx, id, "sample", 0, SAMPLE_MAX).await?);
    shown.rejected = rows(store::batches::shown(tx, id, "rejected", 0, REJECTED_MAX).await?);
    shown.warnings = rows(store::batches::shown(tx, id, "warning", 0, REJECTED_MAX).await?);
    Ok(shown)
}

/// Batches without their rows, the latest first.
///
/// # Errors
/// A cursor that is none.
pub async fn list_imports(
    app: &App,
    caller: &Caller,
    asked: pb::ListImportsRequest,
) -> Result<pb::ListImportsResponse, Failure> {
    let size = page_size(asked.page_size, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX)?;
    let after = match asked.cursor.as_str() {
        "" => None,
        cursor => {
            let parts = cursor.split_once('_').and_then(|(micros, id)| {
                Some((DateTime::from_timestamp_micros(micros.parse().ok()?)?, id.parse().ok()?))
            });
            Some(parts.ok_or_else(|| Error::bad("cursor", "This is not a cursor of this list."))?)
        }
    };
    let mut tx = app.db.begin(caller).await?;
    let mut found = store::batches::list(&mut tx, after, i64::from(size) + 1).await?;
    let more = found.len() > size as usize;
    found.truncate(size as usize);
    let cursor = |batch: &Batch| format!("{}_{}", batch.recorded_at.timestamp_micros(), batch.id);
    let next_cursor = if more { found.last().map(cursor).unwrap_or_default() } else { String::new() };
    Ok(pb::ListImportsResponse { batches: found.into_iter().map(Into::into).collect(), next_cursor })
}

/// The rejected rows as a file: of a workbook as a workbook, of anything else as a CSV in UTF-8, with the reason in the
/// last columns: mended, it can be sent as it is. Of an import, or of a file of events that was sent in parts.
///
/// # Errors
/// `NotFound`; a language that is none.
pub async fn download_rejected(
    app: &App,
    caller: &Caller,
    asked: pb::DownloadRejectedRequest,
) -> Result<impl Stream<Item = Result<FileChunk, Failure>> + Send + use<>, Failure> {
    let language = match asked.language.as_str() {
        "" => Language::En,
        told => told.parse::<Language>().map_err(|error| Error::bad("language", error))?,
    };
    if !asked.events_upload_id.is_empty() {
        let of_events = event_file::rejected_csv(app, caller, &asked.events_upload_id, language).await?;
        return Ok(Either::Left(of_events));
    }
    let id = moment::id("import", &asked.id)?;
    let mut tx = app.db.begin(caller).await?;
    let batch = store::batches::find(&mut tx, id).await?.ok_or(Error::NotFound("import"))?;
    drop(tx);
    let (app, caller) = (app.clone(), caller.clone());
    Ok(Either::Right(if batch.book.is_empty() {
        Either::Left(rejected_csv(app, caller, batch, language))
    } else {
        Either::Right(rejected_book::chunks(app, caller, batch, language))
    }))
}

fn rejected_csv(
    app: App,
    caller: Caller,
    batch: Batch,
    language: Language,
) -> impl Stream<Item = Result<FileChunk, Failure>> + Send {
    let id = batch.id;
    try_stream! {
           // Comma and quotes whatever the file used: a cell keeps its text.
           let mut headings: Vec<&str> = batch.headings.iter().map(String::as_str).collect();
           headings.extend(["row", "column", "reason"]);
           let name = batch.file_name.rsplit_once('.').map_or(batch.file_name.as_str(), |(stem, _)| stem);
           let mut text = String::from('\u{feff}');
           write_line(&mut text, headings.iter().copied());
           yield FileChunk {
               data: text.into_bytes(),
               file_name: format!("{name}-rejected.csv"),
               content_type: "text/csv; charset=utf-8".to_owned(),
    ..FileChunk::default() };
           let mut after = 0;
           loop {
               let mut tx = app.db.begin(&caller).await?;
               let rows = store::batches::shown(&mut tx, id, "rejected", after, ROWS_AT_A_TIME).await?;
               drop(tx);
               let Some(last) = rows.last() else { break };
               after = last.place;
               let mut text = String::new();
               for row in &rows {
                   let number = row.row.to_string();
                   let mut cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
                   cells.resize(batch.headings.len().max(cells.len()), "");
                   let reason = reason(&row.reason, &row.reason_fr, language);
                   cells.extend([number.as_str(), row.column.as_str(), reason.as_str()]);
                   write_line(&mut text, cells.into_iter());
               }
               yield FileChunk { data: text.into_bytes(), ..FileChunk::default() };
           }
       }
}

/// A reason in a language; in English where there is no other.
pub(super) fn reason(en: &str, fr: &str, language: Language) -> String {
    match language {
        Language::Fr if !fr.is_empty() => fr.to_owned(),
        Language::Fr => french(en).unwrap_or_else(|| en.to_owned()),
        Language::En => en.to_owned(),
    }
}

pub(super) fn write_line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        csv::quoted(text, cell);
    }
    text.push_str("\r\n");
}
