//! Import batches as they travel.

use std::collections::BTreeMap;

use chassis::{Caller, Failure};
use cpas_proto::collection::v1 as pb;
use tonic::Streaming;

use super::instant;
use crate::{
    app::{
        App,
        spool::{Sent, Spooling},
        uploads,
    },
    domain::file::french::french,
    store::batches::{Batch, SheetOfBatch, ShownRow},
};

/// A file that has come in, and what was said with it.
pub(super) struct Taken {
    pub file: Sent,
    pub mapping: BTreeMap<String, String>,
    /// Id of the work on it; may be empty.
    pub work: String,
}

/// Takes the pieces of a file, and the mapping that came with the first; or the file that was sent in parts before.
pub(super) async fn receive(
    app: &App,
    caller: &Caller,
    mut pieces: Streaming<pb::PreviewImportRequest>,
) -> Result<Taken, Failure> {
    let mut taken: Option<(Spooling, BTreeMap<String, String>, String)> = None;
    while let Some(piece) = pieces.message().await.map_err(Failure::from)? {
        let (spooling, ..) = match &mut taken {
            Some(taken) => taken,
            None => {
                let spooling = match piece.upload_id.as_str() {
                    "" => Spooling::start(app, &piece.file_name).await?,
                    id => uploads::spooled(app, caller, id).await?,
                };
                taken.insert((spooling, piece.mapping.into_iter().collect(), piece.work))
            }
        };
        spooling.take(&piece.data).await?;
    }
    match taken {
        Some((spooling, mapping, work)) => Ok(Taken { file: spooling.finish().await?, mapping, work }),
        None => {
            let file = Spooling::start(app, "").await?.finish().await?;
            Ok(Taken { file, mapping: BTreeMap::new(), work: String::new() })
        }
    }
}

impl From<Batch> for pb::ImportBatch {
    /// Without rows.
    fn from(batch: Batch) -> Self {
        let count = |rows: i32| rows.try_into().unwrap_or_default();
        Self {
            id: batch.id.to_string(),
            file_name: batch.file_name,
            sha256: batch.sha256,
            state: batch.state,
            encoding: batch.encoding,
            delimiter: batch.delimiter,
            decimal_sign: batch.decimal_sign,
            hxl_tags: batch.hxl_tags,
            mapping: batch.mapping.0.into_iter().collect(),
            headings: batch.headings,
            rows_read: count(batch.rows_read),
            rows_added: count(batch.rows_added),
            rows_changed: count(batch.rows_changed),
            rows_unchanged: count(batch.rows_unchanged),
            rows_rejected: count(batch.rows_rejected),
            sample: Vec::new(),
            rejected: Vec::new(),
            warnings: Vec::new(),
            indicator_codes: batch.indicator_codes,
            areas: batch.areas,
            first_period: batch.first_period,
            last_period: batch.last_period,
            recorded_at: instant(batch.recorded_at),
            recorded_by: batch.recorded_by_name,
            committed_at: batch.committed_at.map(instant).unwrap_or_default(),
            reversed_at: batch.reversed_at.map(instant).unwrap_or_default(),
            reason: batch.reason,
            version: batch.version,
            sheets: batch.sheets.0.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<SheetOfBatch> for pb::ImportSheet {
    fn from(sheet: SheetOfBatch) -> Self {
        let count = |rows: i64| rows.try_into().unwrap_or_default();
        Self {
            name: sheet.name,
            left_out_fr: french(&sheet.left_out).unwrap_or_default(),
            left_out: sheet.left_out,
            mapping: sheet.mapping.into_iter().collect(),
            headings: sheet.headings,
            rows_read: count(sheet.added + sheet.changed + sheet.unchanged + sheet.rejected),
            rows_added: count(sheet.added),
            rows_changed: count(sheet.changed),
            rows_unchanged: count(sheet.unchanged),
            rows_rejected: count(sheet.rejected),
        }
    }
}

/// A row as it travels; `batch` knows the names of the sheets.
pub(crate) fn shown(batch: &Batch, row: ShownRow) -> pb::ImportRow {
    let reason_fr = if row.reason_fr.is_empty() { french(&row.reason).unwrap_or_default() } else { row.reason_fr };
    pb::ImportRow {
        row: row.row.try_into().unwrap_or_default(),
        cells: row.cells,
        reason: row.reason,
        column: row.column,
        sheet: batch.sheet_name(row.sheet).to_owned(),
        reason_fr,
    }
}
