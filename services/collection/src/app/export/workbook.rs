//! The workbook: written by a thread of its own, row by row, in constant memory.

use std::{
    io::{self, Write},
    time::Instant,
};

use async_stream::try_stream;
use chassis::{Caller, Failure};
use cpas_proto::words::Language;
use futures::{Stream, StreamExt as _};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::sync::Arc;
use tokio::sync::mpsc;

use super::{App, PIECE_BYTES, Wanted, instant, pages};
use crate::domain::export::{COLUMNS, Cell, Row, heading};

/// The media type of a workbook of Excel.
pub(in crate::app) const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Rows of a sheet below its headings and tags; Excel has 1,048,576 in all.
const ROWS_OF_A_SHEET: u32 = 1_048_574;
/// Excel's own bound.
const CELL_CHARS_MAX: usize = 32_767;
/// Pages that wait for the writer, and pieces that wait for the reader.
const WAITING: usize = 2;
/// Widths of columns, in characters.
const WIDTHS: [f64; 20] = [
    18.0, 9.0, 12.0, 24.0, 11.0, 11.0, 11.0, 18.0, 13.0, 14.0, 14.0, 14.0, 11.0, 14.0, 10.0, 10.0, 28.0, 40.0, 27.0,
    38.0,
];

/// The bytes of the workbook.
pub(super) fn pieces(app: App, caller: Caller, wanted: Wanted) -> impl Stream<Item = Result<Vec<u8>, Failure>> + Send {
    try_stream! {
        // Kept while it is written, which ends at the caller's deadline at the latest: each takes room on disk.
        let place = Arc::clone(&app.workbooks).acquire_owned().await.map_err(Failure::internal)?;
        let deadline = caller.deadline;
        let (to_writer, rows) = mpsc::channel::<Vec<Row>>(WAITING);
        let (to_reader, mut pieces) = mpsc::channel::<Vec<u8>>(WAITING);
        let about = about(&wanted);
        let language = wanted.language;
        let writing = tokio::task::spawn_blocking(move || {
            let _place = place;
            write(rows, Pieces::new(to_reader, deadline), &about, language)
        });
        {
            let pages = pages(app, caller, &wanted);
            futures::pin_mut!(pages);
            while let Some(rows) = pages.next().await {
                // A writer that is gone says why below.
                if to_writer.send(rows?).await.is_err() {
                    break;
                }
            }
        }
        drop(to_writer);
        while let Some(piece) = pieces.recv().await {
            yield piece;
        }
        writing.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    }
}

/// What the first sheet says.
fn about(wanted: &Wanted) -> Vec<(&'static str, &'static str, String)> {
    let bound = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    vec![
        ("Mission", "Mission", wanted.mission.clone()),
        ("As known at", "État des connaissances au", instant(wanted.moment)),
        ("From", "Du", bound(wanted.days.0)),
        ("To", "Au", bound(wanted.days.1)),
        ("Areas", "Zones", wanted.areas.as_ref().map(|areas| areas.join(", ")).unwrap_or_default()),
        ("Only verified", "Vérifiées seulement", yes_or_no(wanted.only_verified, wanted.language).to_owned()),
        (
            "Classification",
            "Classification",
            match wanted.language {
                Language::Fr => "Le classeur est aussi protégé que la plus protégée de ses lignes.".to_owned(),
                Language::En => "The workbook is as classified as the most classified of its rows.".to_owned(),
            },
        ),
    ]
}

const fn yes_or_no(is: bool, language: Language) -> &'static str {
    match (is, language) {
        (true, Language::En) => "yes",
        (true, Language::Fr) => "oui",
        (false, Language::En) => "no",
        (false, Language::Fr) => "non",
    }
}

fn write(
    mut rows: mpsc::Receiver<Vec<Row>>,
    mut pieces: Pieces,
    about: &[(&str, &str, String)],
    language: Language,
) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let cover = book.add_worksheet_with_constant_memory()?.set_name("CPAS")?;
    cover.set_column_width(0, 26)?.set_column_width(1, 60)?;
    for (place, (en, fr, value)) in (0..).zip(about) {
        cover.write_string_with_format(place, 0, if language == Language::Fr { *fr } else { *en }, &bold)?;
        cover.write_string(place, 1, shortened(value))?;
    }
    let (mut sheets, mut filled) = (0, ROWS_OF_A_SHEET);
    let mut begin_sheet = |book: &mut Workbook| -> Result<usize, XlsxError> {
        sheets += 1;
        let sheet = book.add_worksheet_with_constant_memory()?.set_name(format!("Observations {sheets}"))?;
        sheet.set_freeze_panes(2, 0)?;
        for (place, (column, width)) in (0..).zip(COLUMNS.iter().zip(WIDTHS)) {
            sheet.set_column_width(place, width)?;
            sheet.write_string_with_format(0, place, heading(column, language), &bold)?;
        }
        for (place, column) in (0..).zip(COLUMNS) {
            sheet.write_string(1, place, column.2)?;
        }
        Ok(sheets)
    };
    let mut at = 0;
    while let Some(page) = rows.blocking_recv() {
        for row in &page {
            if filled == ROWS_OF_A_SHEET {
                at = begin_sheet(&mut book)?;
                filled = 0;
            }
            put_cells(book.worksheet_from_index(at)?, filled + 2, row.cells())?;
            filled += 1;
        }
    }
    if at == 0 {
        begin_sheet(&mut book)?;
    }
    book.save_to_writer(&mut pieces)?;
    Ok(pieces.end()?)
}

/// Words are written as words: none of them is a formula, whatever it begins with.
pub(super) fn put_cells<'a>(
    sheet: &mut Worksheet,
    row: u32,
    cells: impl IntoIterator<Item = Cell<'a>>,
) -> Result<(), XlsxError> {
    for (place, cell) in (0..).zip(cells) {
        match cell {
            Cell::Nothing => {}
            Cell::Number(number) if number.is_finite() => {
                sheet.write_number(row, place, number)?;
            }
            Cell::Number(number) => {
                sheet.write_string(row, place, number.to_string())?;
            }
            Cell::Whole(number) => {
                sheet.write_number(row, place, number as f64)?;
            }
            Cell::Word(word) => {
                sheet.write_string(row, place, shortened(&word))?;
            }
            Cell::Text(text) => {
                sheet.write_string(row, place, shortened(text))?;
            }
        }
    }
    Ok(())
}

pub(in crate::app) fn shortened(text: &str) -> &str {
    text.char_indices().nth(CELL_CHARS_MAX).map_or(text, |(end, _)| &text[..end])
}

/// Sends what is written on; a reader who is gone, or does not read on in time, ends the writing.
pub(in crate::app) struct Pieces {
    to_reader: mpsc::Sender<Vec<u8>>,
    held: Vec<u8>,
    deadline: Instant,
}

impl Pieces {
    pub fn new(to_reader: mpsc::Sender<Vec<u8>>, deadline: Instant) -> Self {
        Self { to_reader, held: Vec::with_capacity(PIECE_BYTES), deadline }
    }

    /// Sends what is still held.
    pub fn end(mut self) -> io::Result<()> {
        self.flush()
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.held, Vec::with_capacity(PIECE_BYTES));
        let sending = tokio::time::timeout_at(self.deadline.into(), self.to_reader.send(piece));
        match tokio::runtime::Handle::current().block_on(sending) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}
