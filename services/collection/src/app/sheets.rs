//! Excel workbooks in: the sheet that holds the table becomes a CSV of our own make, which is read as any other.
//! Rows keep their numbers, so that what is said of a row is found in the workbook.
//!
//! A workbook comes from anywhere. What it unpacks to is counted before anything is read, whatever its headers
//! declare; rows are read one at a time; cells without a value cost nothing but the time to pass them.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Seek as _, SeekFrom, Write as _},
};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use chassis::workbook::{Bounds, Refused};

use crate::{
    domain::file::{layout::fields_named, records::COLUMNS_MAX},
    error::Error,
};

/// What a workbook may unpack to.
const BOUNDS: Bounds = Bounds { unpacked_bytes_max: 1 << 30, held_bytes_max: 96 << 20, parts_max: 2_000 };
/// Most visible sheets.
const SHEETS_MAX: usize = 100;
/// Rows in which the headings are looked for, below titles.
const HEADINGS_WITHIN: u32 = 30;
/// Fields of a row that make it one of headings.
const FIELDS_MIN: usize = 2;

/// The sheet of a workbook that holds the table, as a CSV in UTF-8.
pub struct Table {
    pub csv: File,
    pub sheet: String,
}

/// Reads a workbook. `named`: the sheet that the sender names; empty: the first visible one whose headings can be
/// told, else the first.
///
/// # Errors
/// A sentence: it is no workbook of Excel's, it unpacks to too much, or it has no such sheet.
pub fn table(file: &File, named: &str, csv_bytes_max: u64) -> Result<Table, Error> {
    chassis::workbook::measure(BufReader::new(from_start(file)?), BOUNDS).map_err(|refused| match refused {
        Refused::NoWorkbook => no_workbook(),
        Refused::TooMuch { .. } => too_much(),
    })?;
    let mut book = Xlsx::new(BufReader::new(from_start(file)?)).map_err(unreadable)?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    if sheets.len() > SHEETS_MAX {
        return Err(too_much());
    }
    let (sheet, above) = choose(&mut book, &sheets, named)?;
    let mut out =
        Csv { to: BufWriter::new(tempfile::tempfile().map_err(broken)?), row: 0, column: 0, left: csv_bytes_max };
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(unreadable)?;
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        // Titles above the headings are left out; their rows stay, empty.
        if row >= above
            && let Some(text) = text(cell.get_value())
        {
            out.put(row, column as usize, &text)?;
        }
    }
    out.raw(b"\n")?;
    let csv = out.to.into_inner().map_err(|error| broken(error.into_error()))?;
    Ok(Table { csv, sheet })
}

/// The sheet, and the row of its headings from 0.
fn choose(book: &mut Xlsx<BufReader<File>>, sheets: &[String], named: &str) -> Result<(String, u32), Error> {
    let wanted: Vec<&String> = match named {
        "" => sheets.iter().collect(),
        _ => sheets.iter().filter(|sheet| sheet.eq_ignore_ascii_case(named)).collect(),
    };
    let Some(first) = wanted.first() else {
        let message = format!("The workbook has no visible sheet \"{named}\". The sheets are: {}.", sheets.join(", "));
        return Err(Error::bad("mapping.sheet", message));
    };
    let mut fallback = None;
    for sheet in &wanted {
        match headings(book, sheet)? {
            Headings::Named(row) => return Ok(((*sheet).clone(), row)),
            Headings::Filled(row) if fallback.is_none() => fallback = Some(((*sheet).clone(), row)),
            Headings::Filled(_) | Headings::Nowhere => {}
        }
    }
    Ok(fallback.unwrap_or_else(|| ((*first).clone(), 0)))
}

/// Where the headings of a sheet may stand, as rows from 0.
enum Headings {
    /// The cells name fields.
    Named(u32),
    /// More than one cell has something in it, where a title has one: headings that name what the mission has.
    Filled(u32),
    Nowhere,
}

/// The first row whose cells name fields, else the first that has more than a title.
fn headings(book: &mut Xlsx<BufReader<File>>, sheet: &str) -> Result<Headings, Error> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(unreadable)?;
    let (mut at, mut row): (u32, Vec<String>) = (0, Vec::new());
    let mut filled = Headings::Nowhere;
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (number, _) = cell.get_position();
        if number != at {
            if fields_named(&row) >= FIELDS_MIN {
                return Ok(Headings::Named(at));
            }
            if row.len() >= FIELDS_MIN && matches!(filled, Headings::Nowhere) {
                filled = Headings::Filled(at);
            }
            (at, row) = (number, Vec::new());
        }
        if number >= HEADINGS_WITHIN {
            return Ok(filled);
        }
        if row.len() < COLUMNS_MAX {
            row.extend(text(cell.get_value()));
        }
    }
    Ok(if fields_named(&row) >= FIELDS_MIN { Headings::Named(at) } else { filled })
}

/// What a cell says; `None` for one without a value.
fn text(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => certain(*number),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(is) => is.to_string(),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(at) => at.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

/// A number as a text that has one reading: "2.375" could be two thousand in a file with decimal commas.
fn certain(number: f64) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{text}0"),
        _ => text,
    }
}

/// The CSV as it grows.
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
            return Err(crate::domain::file::Unreadable::TooManyColumns { row: row + 1 }.into());
        }
        if row < self.row || (row == self.row && column < self.column) {
            return Err(no_workbook());
        }
        while self.row < row {
            self.raw(b"\n")?;
            (self.row, self.column) = (self.row + 1, 0);
        }
        while self.column < column {
            self.raw(b",")?;
            self.column += 1;
        }
        // Always in quotes: a cell of a sheet keeps its text.
        self.raw(b"\"")?;
        self.raw(text.replace('"', "\"\"").as_bytes())?;
        self.raw(b"\"")
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(too_much)?;
        self.to.write_all(bytes).map_err(broken)
    }
}

fn from_start(file: &File) -> Result<File, Error> {
    let mut file = file.try_clone().map_err(broken)?;
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    Ok(file)
}

fn no_workbook() -> Error {
    let sentence = "The file is an archive, but not a workbook that can be read. Save it as an Excel workbook (.xlsx) \
                    or as CSV (UTF-8) and send that. Nothing was read in.";
    Error::bad("file", sentence)
}

fn too_much() -> Error {
    let sentence = "The workbook unpacks to more than an import takes. Delete the sheets and the formatting that are \
                    not needed, or save the table as CSV (UTF-8), and send that. Nothing was read in.";
    Error::TooLarge(sentence.to_owned())
}

fn unreadable(error: XlsxError) -> Error {
    match error {
        XlsxError::Password => {
            Error::bad("file", "The workbook is protected by a password. Save it without one and send that.")
        }
        XlsxError::Io(error) => broken(error),
        other => {
            tracing::debug!(error = %other, "a workbook that cannot be read");
            no_workbook()
        }
    }
}

fn broken(error: io::Error) -> Error {
    Error::Broken(error.to_string())
}
