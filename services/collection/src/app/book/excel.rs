//! Excel's workbooks.

use std::{fs::File, io::BufReader};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use super::{Cell, Give, Go, Value, broken, from_start, no_workbook, protected};
use crate::error::Error;

fn open(file: &File) -> Result<Xlsx<BufReader<File>>, Error> {
    Xlsx::new(BufReader::new(from_start(file)?)).map_err(unreadable)
}

/// The visible sheets.
pub(super) fn sheets(file: &File) -> Result<Vec<String>, Error> {
    let book = open(file)?;
    let visible = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    Ok(visible.map(|sheet| sheet.name.clone()).collect())
}

/// The cells of a sheet that have something in them.
pub(super) fn cells(file: &File, sheet: &str, give: &mut Give<'_>) -> Result<(), Error> {
    let mut book = open(file)?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(unreadable)?;
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        if let Some(value) = value(cell.get_value())
            && give(Cell { row, column, value })? == Go::Stop
        {
            return Ok(());
        }
    }
    Ok(())
}

/// What a cell holds; `None` for one without a value.
fn value(value: &DataRef<'_>) -> Option<Value> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| Value::Text(text.to_owned()));
    match value {
        DataRef::Empty => None,
        DataRef::Int(number) => Some(Value::Number(*number as f64)),
        DataRef::Float(number) => Some(Value::Number(*number)),
        DataRef::String(own) => text(own),
        DataRef::SharedString(own) => text(own),
        DataRef::Bool(is) => Some(Value::Truth(*is)),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            Some(Value::Day(format!("{year:04}-{month:02}-{day:02}")))
        }
        DataRef::DateTime(at) => Some(Value::Number(at.as_f64())),
        DataRef::DateTimeIso(own) | DataRef::DurationIso(own) => text(own),
        DataRef::Error(error) => Some(Value::Text(error.to_string())),
    }
}

fn unreadable(error: XlsxError) -> Error {
    match error {
        XlsxError::Password => protected(),
        XlsxError::Io(error) => broken(error),
        other => {
            tracing::debug!(error = %other, "a workbook that cannot be read");
            no_workbook()
        }
    }
}
