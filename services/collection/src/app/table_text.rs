//! Tables as text: the first rows of a sheet or a text, and either as a CSV of our own make.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
};

use super::{
    book::{Book, Cell, Go, too_much},
    spool::Spooled,
};
use crate::{
    domain::file::{
        Frame, Record, Records, Unreadable, Utf8Text,
        frame::{LOOKED_AT, Line},
        headings,
        records::{COLUMNS_MAX, ROW_BYTES_MAX},
    },
    error::Error,
};

/// The first rows of a sheet, and whether more follow.
pub(super) fn first_lines(book: &Book, sheet: &str) -> Result<(Vec<Line>, bool), Error> {
    let (mut lines, mut goes_on): (Vec<Line>, bool) = (Vec::new(), false);
    let mut row_bytes = 0;
    book.cells(sheet, &mut |Cell { row, column, value }| {
        if row >= LOOKED_AT {
            goes_on = true;
            return Ok(Go::Stop);
        }
        if lines.last().is_none_or(|(last, _)| *last != row) {
            lines.push((row, Vec::new()));
            row_bytes = 0;
        }
        if let Some((_, cells)) = lines.last_mut()
            && (column as usize) < COLUMNS_MAX
        {
            let said = value.said();
            // A cell may stand in many places of a small file: what no row may hold is not gathered first.
            row_bytes += said.len();
            if row_bytes > ROW_BYTES_MAX {
                return Err(Unreadable::RowTooLong { row: row + 1 }.into());
            }
            cells.resize(column as usize, String::new());
            cells.push(said);
        }
        Ok(Go::On)
    })?;
    Ok((lines, goes_on))
}

/// The first rows of a text, and its delimiter.
pub(super) fn first_records(text: &Spooled) -> Result<(Vec<Line>, char), Error> {
    let delimiter = headings(|| text.open(), text.encoding)?.delimiter;
    let mut records = Records::new(Utf8Text::new(text.open().map_err(broken)?, text.encoding), delimiter);
    let (mut record, mut lines) = (Record::default(), Vec::new());
    // What cannot be read further down is said when it is come to.
    while let Ok(Some(number)) = records.next(&mut record) {
        if number > LOOKED_AT {
            break;
        }
        if !record.is_blank() {
            lines.push((number - 1, record.cells().map(str::to_owned).collect()));
        }
    }
    Ok((lines, delimiter))
}

/// A sheet as a CSV in UTF-8, from the row of its headings on, from 0; what stands above is left out, its rows stay.
pub(super) fn sheet_as_csv(
    book: &Book,
    sheet: &str,
    heading_row: u32,
    headings: Option<&[String]>,
    bytes_max: u64,
) -> Result<File, Error> {
    let mut out = Csv { to: BufWriter::new(tempfile::tempfile().map_err(broken)?), row: 0, column: 0, left: bytes_max };
    if let Some(headings) = headings {
        for (column, heading) in headings.iter().enumerate().filter(|(_, heading)| !heading.is_empty()) {
            out.put(heading_row, column, heading)?;
        }
    }
    book.cells(sheet, &mut |Cell { row, column, value }| {
        if row > heading_row || (row == heading_row && headings.is_none()) {
            out.put(row, column as usize, &value.said())?;
        }
        Ok(Go::On)
    })?;
    out.end()
}

/// A text whose headings stand below titles or in several rows, as a CSV with one row of them.
pub(super) fn text_below(text: &Spooled, delimiter: char, frame: &Frame, bytes_max: u64) -> Result<File, Error> {
    let mut out = Csv { to: BufWriter::new(tempfile::tempfile().map_err(broken)?), row: 0, column: 0, left: bytes_max };
    let mut records = Records::new(Utf8Text::new(text.open().map_err(broken)?, text.encoding), delimiter);
    let mut record = Record::default();
    while let Some(number) = records.next(&mut record)? {
        if number - 1 == frame.last {
            for (column, heading) in frame.headings.iter().enumerate() {
                out.put(number - 1, column, heading)?;
            }
        } else if number - 1 > frame.last {
            for (column, cell) in record.cells().enumerate() {
                out.put(number - 1, column, cell)?;
            }
        }
    }
    out.end()
}

/// A CSV as it grows.
struct Csv {
    to: BufWriter<File>,
    /// Where the next cell would stand, from 0.
    row: u32,
    column: usize,
    left: u64,
}

impl Csv {
    fn put(&mut self, row: u32, column: usize, text: &str) -> Result<(), Error> {
        if column >= COLUMNS_MAX {
            return Err(Unreadable::TooManyColumns { row: row + 1 }.into());
        }
        while self.row < row {
            self.raw("\n")?;
            (self.row, self.column) = (self.row + 1, 0);
        }
        let commas = ",".repeat(column - self.column);
        self.column = column;
        // Always in quotes: a cell keeps its text.
        self.raw(&format!("{commas}\"{}\"", text.replace('"', "\"\"")))
    }

    fn raw(&mut self, text: &str) -> Result<(), Error> {
        self.left = self.left.checked_sub(text.len() as u64).ok_or_else(too_much)?;
        self.to.write_all(text.as_bytes()).map_err(broken)
    }

    fn end(mut self) -> Result<File, Error> {
        self.raw("\n")?;
        self.to.into_inner().map_err(|error| broken(error.into_error()))
    }
}

pub(super) fn broken(error: std::io::Error) -> Error {
    Error::Broken(error.to_string())
}
