//! Opens a workbook.
//!
//! It comes from anywhere: it is measured before it is read, rows are read one at a time, and cells without a value cost
//! nothing but the time to pass them.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use chassis::workbook::{Bounds, Refused, measure};
use chrono::NaiveDate;

use crate::domain::workbook::{
    grid::{Book, Grid, Said},
    write::KEPT,
};

/// What a workbook may unpack to.
pub const BOUNDS: Bounds = Bounds { unpacked_bytes_max: 32 << 20, held_bytes_max: 12 << 20, parts_max: 500 };
/// Most visible sheets.
pub const SHEETS_MAX: usize = 50;
/// Most cells with a value, of all sheets.
pub const CELLS_MAX: usize = 200_000;

/// Most cells that are passed, of all sheets: those that are only formatted cost time.
pub const PASSED_MAX: usize = 500_000;

/// Why a workbook is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error(
        "This is no workbook that can be read. Save it as an Excel workbook (.xlsx) and send that. Nothing was changed."
    )]
    NoWorkbook,
    #[error("The workbook is protected by a password. Save it without one and send that. Nothing was changed.")]
    Password,
    #[error(
        "The workbook unpacks to more than a framework needs. Delete the empty rows and the formatting below the tables, \
         and the sheets that are not needed, and send it again. Nothing was changed."
    )]
    TooMuch {
        /// Bytes that were unpacked until that was clear.
        unpacked_bytes: u64,
    },
    #[error(
        "The workbook has more than {SHEETS_MAX} sheets, {CELLS_MAX} cells with a value or {PASSED_MAX} that are formatted. \
         Keep the sheets of the framework, delete the empty rows below the tables, and send it again. Nothing was changed."
    )]
    TooManyCells,
}

impl From<Refused> for Unreadable {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NoWorkbook => Self::NoWorkbook,
            Refused::TooMuch { unpacked_bytes } => Self::TooMuch { unpacked_bytes },
        }
    }
}

impl From<XlsxError> for Unreadable {
    fn from(error: XlsxError) -> Self {
        if matches!(error, XlsxError::Password) { Self::Password } else { Self::NoWorkbook }
    }
}

/// Reads a workbook.
///
/// # Errors
/// It is none, has a password, or passes a bound.
pub fn open(bytes: &[u8]) -> Result<Book, Unreadable> {
    // An encrypted workbook is no archive, but a compound file of Microsoft's.
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Unreadable::Password);
    }
    measure(Cursor::new(bytes), BOUNDS)?;
    let mut xlsx: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let mut book = Book::default();
    let mut left = Left { cells: CELLS_MAX, passed: PASSED_MAX };
    let sheets: Vec<(String, bool)> = xlsx
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .filter(|(name, is_visible)| *is_visible || name == KEPT)
        .collect();
    if sheets.len() > SHEETS_MAX {
        return Err(Unreadable::TooManyCells);
    }
    for (name, is_visible) in sheets {
        let grid = grid(&mut xlsx, &name, &mut left)?;
        if !is_visible {
            book.kept = Some(grid);
        } else if !grid.rows.is_empty() {
            book.grids.push(grid);
        }
    }
    Ok(book)
}

/// What is said of a formula that no program has computed yet.
const NEVER_COMPUTED: &str = "a formula without a value";

/// Cells that may still come.
struct Left {
    cells: usize,
    passed: usize,
}

fn grid(xlsx: &mut Xlsx<Cursor<&[u8]>>, name: &str, left: &mut Left) -> Result<Grid, Unreadable> {
    let mut grid = Grid { name: name.to_owned(), ..Grid::default() };
    let mut cells = xlsx.worksheet_cells_reader(name)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        left.passed = left.passed.checked_sub(1).ok_or(Unreadable::TooManyCells)?;
        let never_computed = cell.formula.is_some() && matches!(cell.value, DataRef::Empty);
        let said = if never_computed { Some(Said::Wrong(NEVER_COMPUTED.to_owned())) } else { said(&cell.value) };
        let Some(said) = said else { continue };
        left.cells = left.cells.checked_sub(1).ok_or(Unreadable::TooManyCells)?;
        let (row, column) = cell.pos;
        let indent = indent(&cell.value);
        if indent > 0 {
            grid.indents.insert((row, column), indent);
        }
        grid.rows.entry(row).or_default().insert(column, said);
    }
    drop(cells);
    let merged = xlsx.merge_cells_by_sheet_name(name)?;
    grid.merged = merged.into_iter().map(|cells| (cells.start, cells.end)).collect();
    Ok(grid)
}

/// Blanks before a text; a tab counts for four.
fn indent(value: &DataRef<'_>) -> usize {
    let text = match value {
        DataRef::String(text) => text.as_str(),
        DataRef::SharedString(text) => text,
        _ => return 0,
    };
    let blanks = text.chars().take_while(|letter| letter.is_whitespace());
    blanks.map(|blank| if blank == '\t' { 4 } else { 1 }).sum()
}

/// What a cell says; of a formula what it came to when it was last computed. `None` for one without a value.
fn said(value: &DataRef<'_>) -> Option<Said> {
    let text = match value {
        DataRef::Empty => return None,
        #[expect(clippy::cast_precision_loss, reason = "Excel itself knows floating numbers only")]
        DataRef::Int(number) => return Some(Said::Number(*number as f64)),
        DataRef::Float(number) => return Some(Said::Number(*number)),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            return Some(match NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()) {
                Some(day) => Said::Date(day),
                None => Said::Number(at.as_f64()),
            });
        }
        DataRef::DateTime(at) => return Some(Said::Number(at.as_f64())),
        DataRef::Error(error) => return Some(Said::Wrong(error.to_string())),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.as_str(),
        DataRef::SharedString(text) => text,
        DataRef::Bool(is) => {
            if *is {
                "true"
            } else {
                "false"
            }
        }
    };
    // Excel writes what is no character of XML as _x000D_ and the like.
    let text = text.replace("_x000D_", "").replace("\r\n", "\n").replace('\u{a0}', " ");
    let text = text.trim();
    (!text.is_empty()).then(|| Said::Text(text.to_owned()))
}
