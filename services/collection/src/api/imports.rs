//! Import batches as they travel.

use std::collections::BTreeMap;

use chassis::Failure;
use cpas_proto::collection::v1 as pb;
use tonic::Streaming;

use super::instant;
use crate::{
    app::{
        App,
        spool::{Spooled, Spooling},
    },
    store::batches::{Batch, ShownRow},
};

/// In a mapping: the sheet of a workbook.
const SHEET: &str = "sheet";

/// Takes the pieces of a file, and the mapping that came with the first.
pub(super) async fn receive(
    app: &App,
    mut pieces: Streaming<pb::PreviewImportRequest>,
) -> Result<(Spooled, BTreeMap<String, String>), Failure> {
    let mut taken: Option<(Spooling, BTreeMap<String, String>)> = None;
    while let Some(piece) = pieces.message().await.map_err(Failure::from)? {
        let (spooling, _) = match &mut taken {
            Some(taken) => taken,
            None => {
                let spooling = Spooling::start(app, &piece.file_name).await?;
                taken.insert((spooling, piece.mapping.into_iter().collect()))
            }
        };
        spooling.take(&piece.data).await?;
    }
    match taken {
        Some((spooling, mut mapping)) => {
            let sheet = mapping.remove(SHEET).unwrap_or_default();
            Ok((spooling.finish(&sheet).await?, mapping))
        }
        None => Ok((Spooling::start(app, "").await?.finish("").await?, BTreeMap::new())),
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
        }
    }
}

impl From<ShownRow> for pb::ImportRow {
    fn from(row: ShownRow) -> Self {
        Self { row: row.row.try_into().unwrap_or_default(), cells: row.cells, reason: row.reason, column: row.column }
    }
}
