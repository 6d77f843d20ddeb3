//! A workbook as it was sent: for each visible sheet what stands where, and what CPAS keeps out of sight.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Place;

/// What a cell says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    Text(String),
    Number(f64),
    Date(NaiveDate),
    /// An error that Excel shows, `#REF!`.
    Wrong(String),
}

impl Said {
    /// As a text: a number with a point, a date as 2025-07-01.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Wrong(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(day) => day.to_string(),
        }
    }
}

/// One sheet: what stands where, rows and columns from 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grid {
    pub name: String,
    pub rows: BTreeMap<u32, BTreeMap<u32, Said>>,
    /// How far a text is indented by blanks before it, where it is.
    pub indents: BTreeMap<(u32, u32), usize>,
    /// Cells that are one: from (row, column) to (row, column).
    pub merged: Vec<((u32, u32), (u32, u32))>,
}

impl Grid {
    /// The place of a cell of it.
    pub fn place(&self, row: u32, column: u32) -> Place {
        Place { sheet: self.name.clone(), row, column }
    }
}

/// A workbook.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Book {
    /// The visible sheets that have cells with values.
    pub grids: Vec<Grid>,
    /// What CPAS kept out of sight when it wrote the workbook.
    pub kept: Option<Grid>,
}
