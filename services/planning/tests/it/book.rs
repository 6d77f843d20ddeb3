//! Workbooks for tests: read as texts, edited, written again.

use std::io::Cursor;

use calamine::{Data, Reader as _, SheetVisible, Xlsx};
use rust_xlsxwriter::Workbook;

/// A workbook as texts, to be edited.
pub struct Book(Vec<(String, bool, Vec<Vec<String>>)>);

impl Book {
    /// A workbook of one sheet.
    pub fn of(sheet: &str, rows: &[&[&str]]) -> Self {
        let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        Self(vec![(sheet.to_owned(), true, rows)])
    }

    pub fn read(bytes: &[u8]) -> Self {
        let mut xlsx = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let sheets: Vec<_> = xlsx
            .sheets_metadata()
            .iter()
            .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
            .collect();
        let mut read = Vec::new();
        for (name, is_visible) in sheets {
            let range = xlsx.worksheet_range(&name).expect("a sheet");
            let text = |cell: &Data| match cell {
                Data::DateTime(at) => {
                    let (year, month, day, ..) = at.to_ymd_hms_milli();
                    format!("{year:04}-{month:02}-{day:02}")
                }
                other => other.to_string(),
            };
            read.push((name, is_visible, range.rows().map(|row| row.iter().map(text).collect()).collect()));
        }
        Self(read)
    }

    pub fn sheet(&mut self, name: &str) -> &mut Vec<Vec<String>> {
        &mut self.0.iter_mut().find(|(other, ..)| other == name).expect("a sheet of this name").2
    }

    /// The column under a heading.
    pub fn column(&mut self, sheet: &str, heading: &str) -> usize {
        self.sheet(sheet)[0].iter().position(|head| head == heading).unwrap_or_else(|| panic!("no column {heading}"))
    }

    /// Writes a cell; `row` as Excel counts, from 1.
    pub fn set(&mut self, sheet: &str, row: usize, heading: &str, text: &str) {
        let column = self.column(sheet, heading);
        let rows = self.sheet(sheet);
        while rows.len() < row {
            rows.push(Vec::new());
        }
        let cells = &mut rows[row - 1];
        cells.resize(cells.len().max(column + 1), String::new());
        text.clone_into(&mut cells[column]);
    }

    pub fn cell(&mut self, sheet: &str, row: usize, heading: &str) -> String {
        let column = self.column(sheet, heading);
        self.sheet(sheet)[row - 1].get(column).cloned().unwrap_or_default()
    }

    /// Inserts an empty row before another one.
    pub fn insert(&mut self, sheet: &str, row: usize) {
        self.sheet(sheet).insert(row - 1, Vec::new());
    }

    /// Takes a row out.
    pub fn cut(&mut self, sheet: &str, row: usize) -> Vec<String> {
        self.sheet(sheet).remove(row - 1)
    }

    pub fn rows(&mut self, sheet: &str) -> usize {
        self.sheet(sheet).len()
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        for (name, is_visible, rows) in &self.0 {
            let sheet = book.add_worksheet();
            sheet.set_name(name).expect("a name").set_very_hidden(!is_visible);
            for (row, cells) in (0u32..).zip(rows) {
                for (column, cell) in (0u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                    sheet.write_string(row, column, cell).expect("a cell");
                }
            }
        }
        book.save_to_buffer().expect("a workbook")
    }
}
