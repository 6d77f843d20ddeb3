//! Workbooks in, of Excel and of OpenDocument: their sheets, a cell at a time, in constant memory.
//!
//! A workbook comes from anywhere. What it unpacks to is counted before anything is read, whatever its headers
//! declare; cells without a value cost nothing but the time to pass them.

mod excel;
mod open_document;

use std::{
    fs::File,
    io::{self, BufReader, Seek as _, SeekFrom},
    sync::Arc,
};

use chassis::workbook::{Bounds, Make, Refused, measure_any};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What a workbook may unpack to.
const BOUNDS: Bounds = Bounds { unpacked_bytes_max: 1 << 30, held_bytes_max: 96 << 20, parts_max: 2_000 };
/// Most visible sheets.
const SHEETS_MAX: usize = 100;
/// Rows of a sheet, as Excel has them.
const ROWS_MAX: u32 = 1_048_576;

/// What a cell holds, as it was typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Number(f64),
    Text(String),
    Truth(bool),
    /// `2024-02-01`.
    Day(String),
}

/// A cell with something in it; row and column count from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub row: u32,
    pub column: u32,
    pub value: Value,
}

/// Whether more cells are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    On,
    Stop,
}

/// Takes cells, row by row and from left to right.
pub type Give<'a> = dyn FnMut(Cell) -> Result<Go, Error> + 'a;

/// A workbook whose size was checked.
#[derive(Clone)]
pub struct Book {
    file: Arc<File>,
    make: Make,
    /// Names of the visible sheets.
    sheets: Vec<String>,
}

impl Book {
    /// Opens a workbook.
    ///
    /// # Errors
    /// A sentence: it is none that can be read, it unpacks to too much, it is protected by a password.
    pub fn open(file: &File) -> Result<Self, Error> {
        let (make, _) = measure_any(BufReader::new(from_start(file)?), BOUNDS).map_err(|refused| match refused {
            Refused::NoWorkbook => no_workbook(),
            Refused::TooMuch { .. } => too_much(),
        })?;
        let file = Arc::new(file.try_clone().map_err(broken)?);
        let sheets = match make {
            Make::Excel => excel::sheets(&file)?,
            Make::OpenDocument => open_document::sheets(&file)?,
        };
        if sheets.len() > SHEETS_MAX {
            return Err(too_much());
        }
        Ok(Self { file, make, sheets })
    }

    /// Names of the visible sheets.
    pub fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// `XLSX` or `ODS`.
    pub fn format(&self) -> &'static str {
        match self.make {
            Make::Excel => "XLSX",
            Make::OpenDocument => "ODS",
        }
    }

    /// Gives the cells of a sheet.
    ///
    /// # Errors
    /// What `give` says, or that the workbook cannot be read to its end.
    pub fn cells(&self, sheet: &str, give: &mut Give<'_>) -> Result<(), Error> {
        let mut last = None;
        let mut in_order = |cell: Cell| {
            // What is not in order could not be written as a table.
            if last.is_some_and(|last| (cell.row, cell.column) <= last) {
                return Err(no_workbook());
            }
            if cell.row >= ROWS_MAX {
                return Err(too_much());
            }
            last = Some((cell.row, cell.column));
            give(cell)
        };
        match self.make {
            Make::Excel => excel::cells(&self.file, sheet, &mut in_order),
            Make::OpenDocument => open_document::cells(&self.file, sheet, &mut in_order),
        }
    }
}

impl Value {
    /// What the cell says as a text; empty for nothing.
    pub fn said(&self) -> String {
        match self {
            Self::Number(number) => certain(*number),
            Self::Text(text) => text.trim().to_owned(),
            Self::Truth(is) => is.to_string(),
            Self::Day(day) => day.clone(),
        }
    }
}

/// A number as a text that has one reading: "2.375" could be two thousand in a file with decimal commas.
fn certain(number: f64) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{text}0"),
        _ => text,
    }
}

fn from_start(file: &File) -> Result<File, Error> {
    let mut file = file.try_clone().map_err(broken)?;
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    Ok(file)
}

fn no_workbook() -> Error {
    let sentence = "The file is an archive, but not a workbook that can be read. Save it as an Excel workbook (.xlsx), \
                    as OpenDocument (.ods) or as CSV (UTF-8) and send that. Nothing was read in.";
    Error::bad("file", sentence)
}

pub(super) fn too_much() -> Error {
    let sentence = "The workbook unpacks to more than an import takes. Delete the sheets and the formatting that are \
                    not needed, or save the table as CSV (UTF-8), and send that. Nothing was read in.";
    Error::TooLarge(sentence.to_owned())
}

fn protected() -> Error {
    Error::bad("file", "The workbook is protected by a password. Save it without one and send that.")
}

fn broken(error: io::Error) -> Error {
    Error::Broken(error.to_string())
}
