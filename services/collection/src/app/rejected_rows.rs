//! The rejected rows of a workbook, kept as they were typed with what stands above them, so that they can go back as the
//! same workbook.

use chassis::{Failure, Tx};
use cpas_proto::words::Classification;
use serde_json::json;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    book::{Cell, Go, Value},
    tables::Tables,
};
use crate::{
    error::Error,
    store::{
        self,
        batches::{Json, SheetOfBatch},
        book_rows::BookRow,
    },
};

/// Rows and bytes of text that go to the database at a time, and how many such portions wait.
const ROWS_AT_A_TIME: usize = 1_000;
const BYTES_AT_A_TIME: usize = 4 << 20;
const WAITING: usize = 2;

/// Keeps the rejected rows of the landing, as they stand in the workbook, and notes how wide they are.
pub(super) async fn keep(
    tx: &mut Tx,
    batch: Uuid,
    classification: Classification,
    found: &Tables,
    sheets: &mut [SheetOfBatch],
) -> Result<(), Failure> {
    let Some(book) = found.book.clone() else { return Ok(()) };
    let rejected = store::book_rows::rejected(tx).await?;
    let mission = tx.mission();
    for table in &found.read {
        let place = found.place(&table.sheet);
        let rows: Vec<u32> = rejected
            .iter()
            .filter(|(sheet, _)| *sheet == place)
            .filter_map(|(_, row)| u32::try_from(*row - 1).ok())
            .collect();
        if rows.is_empty() {
            continue;
        }
        let (portions, mut arriving) = mpsc::channel::<Vec<BookRow>>(WAITING);
        let (book, sheet, head_end) = (book.clone(), table.sheet.clone(), table.head_end);
        let reading = tokio::task::spawn_blocking(move || {
            let mut keeper = Keeper {
                place,
                head_end,
                rejected: &rows,
                next: 0,
                row: None,
                rows: Vec::new(),
                bytes: 0,
                width: 0,
                portions,
            };
            book.cells(&sheet, &mut |cell| keeper.take(cell))?;
            Ok::<_, Error>(keeper.end())
        });
        while let Some(portion) = arriving.recv().await {
            store::book_rows::insert(tx, mission, batch, classification.rank(), &portion).await?;
        }
        let width = reading.await.map_err(Failure::internal)??;
        if let Some(sheet) = sheets.iter_mut().find(|sheet| sheet.name == table.sheet) {
            sheet.width = width;
        }
    }
    Ok(())
}

/// Takes what is to be kept out of a sheet.
struct Keeper<'a> {
    place: i16,
    head_end: u32,
    /// Rows from 0, in order.
    rejected: &'a [u32],
    /// The next of them.
    next: usize,
    /// The row that is being read, and its cells.
    row: Option<(u32, Vec<serde_json::Value>)>,
    rows: Vec<BookRow>,
    /// Of their texts.
    bytes: usize,
    width: u32,
    portions: mpsc::Sender<Vec<BookRow>>,
}

impl Keeper<'_> {
    fn take(&mut self, Cell { row, column, value }: Cell) -> Result<Go, Error> {
        if self.row.as_ref().is_none_or(|(own, _)| *own != row) && !self.close() {
            // Who takes the rows has failed, and says why.
            return Ok(Go::Stop);
        }
        while self.rejected.get(self.next).is_some_and(|wanted| *wanted < row) {
            self.next += 1;
        }
        if row > self.head_end && self.rejected.get(self.next) != Some(&row) {
            return Ok(if self.next == self.rejected.len() { Go::Stop } else { Go::On });
        }
        let value = match value {
            // PostgreSQL has no zero characters.
            Value::Text(text) => Value::Text(text.replace('\0', "")),
            other => other,
        };
        if let Value::Text(text) = &value {
            self.bytes += text.len();
        }
        self.width = self.width.max(column + 1);
        self.row.get_or_insert((row, Vec::new())).1.push(json!([column, value]));
        Ok(Go::On)
    }

    /// Ends the row that is being read; false where nobody takes it.
    fn close(&mut self) -> bool {
        if let Some((row, cells)) = self.row.take() {
            self.rows.push(BookRow {
                sheet: self.place,
                row: i32::try_from(row).unwrap_or(i32::MAX),
                is_head: row <= self.head_end,
                cells: Json(cells.into()),
                reasons: None,
            });
        }
        let is_full = self.rows.len() >= ROWS_AT_A_TIME || self.bytes >= BYTES_AT_A_TIME;
        if is_full {
            self.bytes = 0;
        }
        !is_full || self.portions.blocking_send(std::mem::take(&mut self.rows)).is_ok()
    }

    /// Ends the sheet; how many columns were kept.
    fn end(mut self) -> u32 {
        self.close();
        let _ = self.portions.blocking_send(self.rows);
        self.width
    }
}
