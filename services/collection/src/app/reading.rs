//! The second time through a table, on a thread of its own: every row on its way to the landing.

use std::{collections::BTreeSet, sync::Arc};

use chassis::Failure;
use cpas_proto::words::{Classification, Period};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    progress::Progress,
    reach::{Reach, beyond},
    spool::Spooled,
};
use crate::{
    domain::{
        definition::Definition,
        file::{Reader, Record, Reference, Rejection, Survey},
    },
    error::Error,
    store::landing::{At, Lines},
};

/// Size of a piece on its way to the database, in bytes.
const PIECE_BYTES: usize = 128 * 1024;

/// A table that is read.
pub(super) struct Reading {
    pub batch: Uuid,
    pub file: Arc<Spooled>,
    pub survey: Survey,
    pub reference: Arc<Reference>,
    pub reach: Reach,
    /// Place among the sheets, from 1; 0 without sheets.
    pub sheet: i16,
    /// Rows of the tables before.
    pub rows_before: u32,
    /// The row in the file stands in the last but one column.
    pub is_wide: bool,
    pub progress: Arc<Progress>,
}

/// What the rows of a file speak of.
#[derive(Debug)]
pub(super) struct Found {
    pub indicators: BTreeSet<String>,
    pub areas: BTreeSet<String>,
    /// Codes of the indicators that have slices in the file.
    pub sliced: BTreeSet<String>,
    pub periods: Option<(Period, Period)>,
    pub classification: Classification,
    /// Number of the last row, counted through all tables.
    pub last_row: u32,
}

impl Reading {
    /// Sends the rows in pieces, and adds what they speak of.
    pub fn run(self, mut found: Found, pieces: &mpsc::Sender<Vec<u8>>) -> Result<Found, Failure> {
        let start = self.reference.fiscal_start_month;
        let file = self.file.open().map_err(Failure::internal)?;
        let mut reader = Reader::new(file, &self.survey, &self.reference);
        let mut lines = Lines::new(self.batch, start, self.sheet);
        while let Some(row) = reader.next_row().map_err(Error::from)? {
            let (record, number) = (row.record, row.number);
            let file_row = if self.is_wide { row_of_cell(record).unwrap_or(number) } else { number };
            let at = At { row: self.rows_before + number, file_row };
            found.last_row = at.row;
            match row.outcome {
                Ok(good) if self.reach.covers(&good.definition.owner_section, good.area) => {
                    found.note(good.definition, good.area, good.period, !good.slice.is_total(), start);
                    lines.good(at, record, &good);
                }
                Ok(good) => {
                    let reason = beyond(&good.definition.owner_section, good.area);
                    lines.rejected(at, record, &Rejection { column: String::new(), reason });
                }
                Err(rejection) => lines.rejected(at, record, &rejection),
            }
            if lines.bytes() >= PIECE_BYTES {
                self.progress.read(u64::from(at.row));
                // When nobody takes the pieces any more, whoever took them has failed and says why.
                if pieces.blocking_send(lines.take()).is_err() {
                    return Ok(found);
                }
            }
        }
        let _ = pieces.blocking_send(lines.take());
        Ok(found)
    }
}

/// The row that a cell of a wide table stood in.
fn row_of_cell(record: &Record) -> Option<u32> {
    record.cell(record.width().checked_sub(2)?)?.parse().ok()
}

impl Found {
    pub fn nothing() -> Self {
        Self {
            indicators: BTreeSet::new(),
            areas: BTreeSet::new(),
            sliced: BTreeSet::new(),
            periods: None,
            classification: Classification::Unclassified,
            last_row: 0,
        }
    }

    fn note(&mut self, definition: &Definition, area: &str, period: Period, sliced: bool, start: u32) {
        if !self.indicators.contains(&definition.code) {
            self.indicators.insert(definition.code.clone());
        }
        if !self.areas.contains(area) {
            self.areas.insert(area.to_owned());
        }
        if sliced && !self.sliced.contains(&definition.code) {
            self.sliced.insert(definition.code.clone());
        }
        self.classification = self.classification.max(definition.classification);
        let (first, last) = self.periods.get_or_insert((period, period));
        if period != *first && period.first_day(start) < first.first_day(start) {
            *first = period;
        }
        if period != *last && period.last_day(start) > last.last_day(start) {
            *last = period;
        }
    }
}
