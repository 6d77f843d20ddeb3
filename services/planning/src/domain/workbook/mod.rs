//! The framework as one workbook, out and in: the tree, indicators, targets and links as tables of texts, what somebody
//! changed in them, and what that makes of the plan.
//!
//! A workbook carries, out of sight, what it said when it was written. So a change is what differs from that, and what
//! others changed meanwhile stays theirs (`what_others_changed_meanwhile_stays`).
//!
//! Invariant: a workbook that is read back as it was written changes nothing (`what_comes_back_untouched_changes_nothing`).
//! Invariant: whatever is moved, added or left out, each item that stays is there once, under one that is there
//! (`every_row_is_accounted_for`).

pub mod columns;
pub mod foreign;
mod foreign_guess;
pub mod foreign_indicators;
mod foreign_labels;
pub mod grid;
mod legend;
pub mod merge;
pub mod order;
pub mod read;
pub mod said_as;
pub mod words;
pub mod write;

use std::collections::BTreeMap;

use cpas_proto::words::Language;

/// Largest workbook, in bytes.
pub const WORKBOOK_BYTES_MAX: usize = 8 << 20;
/// Most changes that a preview lists; all are counted, and all are made.
pub const CHANGES_SHOWN_MAX: usize = 2_000;
/// Most problems that are listed.
pub const PROBLEMS_SHOWN_MAX: usize = 500;

/// A sheet of the workbook that holds a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sheet {
    Tree,
    Indicators,
    Targets,
    Links,
}

impl Sheet {
    pub const ALL: [Self; 4] = [Self::Tree, Self::Indicators, Self::Targets, Self::Links];

    /// Its name in the workbook.
    pub const fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Tree, Language::En) => "Tree",
            (Self::Tree, Language::Fr) => "Cadre",
            (Self::Indicators, Language::En) => "Indicators",
            (Self::Indicators, Language::Fr) => "Indicateurs",
            (Self::Targets, Language::En) => "Targets",
            (Self::Targets, Language::Fr) => "Cibles",
            (Self::Links, Language::En) => "Links",
            (Self::Links, Language::Fr) => "Liens",
        }
    }

    /// Most rows that are read of it.
    pub const fn rows_max(self) -> usize {
        match self {
            // One plan takes 1,000 items; those of another one may stand there too while it is edited.
            Self::Tree | Self::Indicators => 2_000,
            Self::Links => 4_000,
            Self::Targets => 10_000,
        }
    }

    /// What a row of it is, as the API calls it.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Tree => "item",
            Self::Indicators => "indicator",
            Self::Targets => "target",
            Self::Links => "link",
        }
    }
}

/// Where something stands in the workbook that was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub sheet: String,
    /// From 0, as in the file.
    pub row: u32,
    pub column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}!{}{}", self.sheet, letters(self.column), self.row + 1)
    }
}

/// A column as spreadsheets name it: A, Z, AA.
pub fn letters(column: u32) -> String {
    let mut rest = column + 1;
    let mut name = Vec::new();
    while rest > 0 {
        name.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

/// The number of a column from its letters, from 0.
pub fn column_of(letters: &str) -> Option<u32> {
    let letters = letters.trim();
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    letters
        .chars()
        .try_fold(0u32, |column, letter| {
            let digit = letter.to_ascii_uppercase();
            digit.is_ascii_uppercase().then(|| column * 26 + (u32::from(digit) - u32::from('A') + 1))
        })
        .map(|column| column - 1)
}

/// What is wrong in a cell, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `None`: of the workbook as a whole.
    pub place: Option<Place>,
    pub message: String,
}

/// One row: an item, indicator, target or link, as texts by field. A word is the word of the API, a date is
/// `2025-07-01`, a number has a point, a list is separated by "; ", and what refers to another row names its key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The lineage of an item, the id of an indicator, what identifies a target or link; `new:5` for a row 5 that is new.
    pub key: String,
    /// Of an item: the key of the one that it lies in; empty: none.
    pub parent: String,
    /// What people call it: a number and a statement, a code and a name.
    pub name: String,
    /// A field that is not in it was not in the sheet.
    pub cells: BTreeMap<&'static str, String>,
    /// Where it stands, for one that was read.
    pub at: Option<At>,
}

/// Where a row and its cells stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct At {
    pub sheet: String,
    /// From 0.
    pub row: u32,
    pub columns: BTreeMap<&'static str, u32>,
}

impl Row {
    /// What a cell says; blank where it is not there.
    pub fn cell(&self, field: &str) -> &str {
        self.cells.get(field).map_or("", String::as_str)
    }

    pub fn is_new(&self) -> bool {
        self.key.starts_with(NEW)
    }

    /// The place of a field, or of the row where the field has none.
    pub fn place(&self, field: &str) -> Option<Place> {
        let at = self.at.as_ref()?;
        let column = at.columns.get(field).or_else(|| at.columns.values().min()).copied().unwrap_or(0);
        Some(Place { sheet: at.sheet.clone(), row: at.row, column })
    }

    /// A problem of a field of it.
    pub fn problem(&self, field: &str, message: impl Into<String>) -> Problem {
        Problem { place: self.place(field), message: message.into() }
    }
}

/// Begins the key of a row that is new.
pub const NEW: &str = "new:";

/// All tables of one state of the framework.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tables(BTreeMap<Sheet, Vec<Row>>);

impl Tables {
    pub fn of(&self, sheet: Sheet) -> &[Row] {
        self.0.get(&sheet).map_or(&[], Vec::as_slice)
    }

    /// True where the sheet was there, if only without rows.
    pub fn has(&self, sheet: Sheet) -> bool {
        self.0.contains_key(&sheet)
    }

    pub fn set(&mut self, sheet: Sheet, rows: Vec<Row>) {
        self.0.insert(sheet, rows);
    }
}

/// What the workbook is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The first version of the plan, which all its versions share.
    pub family: String,
    pub title: String,
    pub number: u32,
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
