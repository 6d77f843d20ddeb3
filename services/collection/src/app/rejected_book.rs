//! The rejected rows of a workbook as the same workbook: its sheets, titles and headings, the cells as they were typed,
//! and at the right why each row was rejected. Written by a thread of its own, row by row, in constant memory.

use std::sync::Arc;

use async_stream::try_stream;
use chassis::{Caller, Failure};
use cpas_proto::{common::v1::FileChunk, words::Language};
use futures::Stream;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc;

use super::{
    App,
    book::Value,
    export::workbook::{MEDIA_TYPE, Pieces, shortened},
    imports::reason,
};
use crate::{
    domain::file::frame::REASON,
    store::{
        self,
        batches::{Batch, SheetOfBatch},
        book_rows::BookRow,
    },
};

/// Rows read at a time, and how many such portions wait.
const ROWS_AT_A_TIME: i64 = 500;
const WAITING: usize = 2;
/// Excel's own bound of the name of a sheet, in characters.
const NAME_CHARS_MAX: usize = 31;
/// Widths of the columns of reasons and rows, in characters.
const REASON_WIDTH: f64 = 70.0;
const ROW_WIDTH: f64 = 16.0;

/// The workbook in pieces; its name and media type come with the first.
pub(super) fn chunks(
    app: App,
    caller: Caller,
    batch: Batch,
    language: Language,
) -> impl Stream<Item = Result<FileChunk, Failure>> + Send {
    let id = batch.id;
    let stem = batch.file_name.rsplit_once('.').map_or(batch.file_name.as_str(), |(stem, _)| stem);
    let first = FileChunk {
        data: Vec::new(),
        file_name: format!("{stem}-rejected.xlsx"),
        content_type: MEDIA_TYPE.to_owned(),
        ..FileChunk::default()
    };
    try_stream! {
        // Kept while it is written, which ends at the caller's deadline at the latest: each takes room on disk.
        let place = Arc::clone(&app.workbooks).acquire_owned().await.map_err(Failure::internal)?;
        let (to_writer, rows) = mpsc::channel::<Vec<BookRow>>(WAITING);
        let (to_reader, mut pieces) = mpsc::channel::<Vec<u8>>(WAITING);
        let deadline = caller.deadline;
        let writing = tokio::task::spawn_blocking(move || {
            let _place = place;
            write(rows, Pieces::new(to_reader, deadline), &batch.sheets, language)
        });
        yield first;
        let mut after = (0, -1);
        loop {
            let mut tx = app.db.begin(&caller).await?;
            let portion = store::book_rows::list(&mut tx, id, after, ROWS_AT_A_TIME).await?;
            drop(tx);
            let Some(last) = portion.last() else { break };
            after = (last.sheet, last.row);
            // A writer that is gone says why below.
            if to_writer.send(portion).await.is_err() {
                break;
            }
        }
        drop(to_writer);
        while let Some(data) = pieces.recv().await {
            yield FileChunk { data, ..FileChunk::default() };
        }
        writing.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    }
}

fn write(
    mut rows: mpsc::Receiver<Vec<BookRow>>,
    mut pieces: Pieces,
    sheets: &[SheetOfBatch],
    language: Language,
) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let formats = Formats::new();
    // Place of the sheet that is being written, its place in the new workbook, and the next row of it.
    let mut open: Option<(i16, usize, u32)> = None;
    let mut written = 0;
    while let Some(portion) = rows.blocking_recv() {
        for row in &portion {
            let own = usize::try_from(row.sheet).ok().and_then(|place| sheets.get(place.checked_sub(1)?));
            let Some(own) = own else { continue };
            let (at, next) = match open {
                Some((place, at, next)) if place == row.sheet => (at, next),
                _ => {
                    begin(&mut book, own, written)?;
                    written += 1;
                    (written - 1, 0)
                }
            };
            let line = if row.is_head { u32::try_from(row.row).unwrap_or_default() } else { next };
            put(book.worksheet_from_index(at)?, line, row, own, &formats, language)?;
            open = Some((row.sheet, at, line + 1));
        }
    }
    if written == 0 {
        book.add_worksheet_with_constant_memory()?;
    }
    book.save_to_writer(&mut pieces)?;
    Ok(pieces.end()?)
}

struct Formats {
    bold: Format,
    day: Format,
    reason: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            bold: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            reason: Format::new().set_text_wrap(),
        }
    }
}

/// Begins a sheet under its own name, as far as Excel takes it.
fn begin(book: &mut Workbook, own: &SheetOfBatch, written: usize) -> Result<(), XlsxError> {
    let letter = |letter: char| if "[]:*?/\\".contains(letter) { '_' } else { letter };
    let name: String = own.name.chars().map(letter).take(NAME_CHARS_MAX).collect();
    let name = name.trim_matches('\'');
    let taken = (0..written)
        .any(|at| book.worksheet_from_index(at).is_ok_and(|sheet| sheet.name().to_lowercase() == name.to_lowercase()));
    let name = if taken || name.is_empty() { format!("{}", written + 1) } else { name.to_owned() };
    let sheet = book.add_worksheet_with_constant_memory()?.set_name(name)?;
    let reasons = u16::try_from(own.width).unwrap_or(u16::MAX - 1);
    sheet.set_column_width(reasons, REASON_WIDTH)?.set_column_width(reasons + 1, ROW_WIDTH)?;
    Ok(())
}

/// A text is written as a text: none is a formula, whatever it begins with.
fn put(
    sheet: &mut Worksheet,
    line: u32,
    row: &BookRow,
    own: &SheetOfBatch,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    let is_heading = row.is_head && i64::from(row.row) == i64::from(own.heading_row);
    let cells: Vec<(u16, Value)> = serde_json::from_value(row.cells.0.clone()).unwrap_or_default();
    for (column, value) in &cells {
        match value {
            Value::Number(number) => sheet.write_number(line, *column, *number)?,
            Value::Truth(is) => sheet.write_boolean(line, *column, *is)?,
            Value::Text(text) if is_heading => {
                sheet.write_string_with_format(line, *column, shortened(text), &formats.bold)?
            }
            Value::Text(text) => sheet.write_string(line, *column, shortened(text))?,
            Value::Day(day) => match ExcelDateTime::parse_from_str(day) {
                Ok(at) => sheet.write_datetime_with_format(line, *column, &at, &formats.day)?,
                Err(_) => sheet.write_string(line, *column, day)?,
            },
        };
    }
    let reasons = u16::try_from(own.width).unwrap_or(u16::MAX - 1);
    if is_heading {
        for (column, (en, fr)) in (reasons..).zip(REASON) {
            let said = if language == Language::Fr { fr } else { en };
            sheet.write_string_with_format(line, column, said, &formats.bold)?;
        }
    } else if !row.is_head {
        let said = said(row, own, language);
        sheet.write_string_with_format(line, reasons, shortened(&said), &formats.reason)?;
        sheet.write_number(line, reasons + 1, f64::from(row.row) + 1.0)?;
    }
    Ok(())
}

/// Why a row was rejected, a line for each reason, with the columns that it is about.
fn said(row: &BookRow, own: &SheetOfBatch, language: Language) -> String {
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for (column, cell_heading, en, fr) in row.reasons.iter().flat_map(|reasons| reasons.iter()) {
        let column: &str = if own.is_wide { cell_heading } else { column };
        let why = reason(en, fr, language);
        match told.iter_mut().find(|(known, _)| *known == why) {
            Some((_, columns)) => columns.push(column),
            None => told.push((why, vec![column])),
        }
    }
    let lines = told.iter().map(|(why, columns)| {
        let columns: Vec<&str> = columns.iter().copied().filter(|column| !column.is_empty()).collect();
        let colon = if language == Language::Fr { " : " } else { ": " };
        if columns.is_empty() { why.clone() } else { format!("{}{colon}{why}", columns.join(", ")) }
    });
    lines.collect::<Vec<_>>().join("\n")
}
