//! What somebody changed in a table, against what it said when it was written, on top of what is stored now.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Place, Problem, Row, Sheet,
    columns::{Column, Holds},
};

/// What a row comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happens {
    Added,
    Changed,
    /// An item that stands elsewhere; its fields may have changed too.
    Moved,
    Gone,
    /// It is not in the workbook, and stays.
    Missing,
}

impl Happens {
    /// As the API says it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Gone => "gone",
            Self::Missing => "missing",
        }
    }
}

/// A cell that differs from what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    pub field: &'static str,
    pub place: Option<Place>,
    /// As it is stored now.
    pub before: String,
    /// As the workbook says.
    pub after: String,
    /// Somebody else changed it since the workbook was written; it stays as stored unless the person takes theirs.
    pub is_conflict: bool,
}

/// What happens to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub sheet: Sheet,
    pub happens: Happens,
    pub key: String,
    pub name: String,
    pub place: Option<Place>,
    pub fields: Vec<FieldChange>,
    /// False where nothing is written: it stays as it is, or others' words stay.
    pub is_written: bool,
}

/// What the person asks for beside the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    /// Items and links that are not in the workbook any more are removed.
    pub remove_missing: bool,
    /// Where somebody else changed the same cell meanwhile, the workbook's word counts.
    pub take_mine: bool,
}

/// A table after a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    /// The rows of the workbook that stay or are new, with each cell as it is to be; in the order of the workbook.
    pub rows: Vec<Row>,
    pub changes: Vec<Change>,
    /// Rows of the stored table that go.
    pub gone: BTreeSet<String>,
    pub unchanged: usize,
    pub problems: Vec<Problem>,
}

/// Merges one table. Without `base` the stored one counts as what the workbook said when it was written.
pub fn merge(sheet: Sheet, current: &[Row], base: Option<&[Row]>, file: &[Row], wish: Wish) -> Merged {
    let now: BTreeMap<&str, &Row> = current.iter().map(|row| (row.key.as_str(), row)).collect();
    let then: Option<BTreeMap<&str, &Row>> = base.map(|rows| rows.iter().map(|row| (row.key.as_str(), row)).collect());
    let mut merged = Merged::default();
    for row in file {
        let before = then.as_ref().and_then(|then| then.get(row.key.as_str()).copied());
        match now.get(row.key.as_str()) {
            Some(stored) => existing(sheet, stored, before.unwrap_or(stored), row, wish, &mut merged),
            None if is_made_here(sheet, row) => added(sheet, row, before, &mut merged),
            None => removed_meanwhile(sheet, row, before, &mut merged),
        }
    }
    let in_file: BTreeSet<&str> = file.iter().map(|row| row.key.as_str()).collect();
    for stored in current.iter().filter(|row| !in_file.contains(row.key.as_str())) {
        let before = match &then {
            None => Some(*now.get(stored.key.as_str()).unwrap_or(&stored)),
            Some(then) => then.get(stored.key.as_str()).copied(),
        };
        // What was added since the workbook was written cannot be in it.
        let Some(before) = before else { continue };
        let is_theirs = compared(sheet).any(|column| before.cell(column.field) != stored.cell(column.field));
        let goes = wish.remove_missing && is_removable(sheet) && (!is_theirs || wish.take_mine);
        if goes {
            merged.gone.insert(stored.key.clone());
        }
        merged.changes.push(Change {
            sheet,
            happens: if goes { Happens::Gone } else { Happens::Missing },
            key: stored.key.clone(),
            name: stored.name.clone(),
            place: None,
            fields: Vec::new(),
            is_written: goes,
        });
    }
    merged
}

/// Indicators and targets are kept for what rests on them; an indicator is retired on its page.
pub const fn is_removable(sheet: Sheet) -> bool {
    matches!(sheet, Sheet::Tree | Sheet::Links)
}

/// Targets and links are known by what they are of: a workbook may make one that is not stored.
fn is_made_here(sheet: Sheet, row: &Row) -> bool {
    row.is_new() || matches!(sheet, Sheet::Targets | Sheet::Links)
}

/// Columns whose cells make a difference.
fn compared(sheet: Sheet) -> impl Iterator<Item = &'static Column> {
    let counts = move |column: &&Column| {
        let is_key = matches!((sheet, column.field), (Sheet::Targets, "indicator" | "period" | "area" | "slice"))
            || matches!((sheet, column.field), (Sheet::Links, "output" | "outcome"));
        // A reason is of a change, and is none by itself.
        !matches!(column.holds, Holds::Id | Holds::Label | Holds::Shown) && !is_key && column.field != "reason"
    };
    sheet.columns().iter().filter(counts)
}

fn existing(sheet: Sheet, stored: &Row, before: &Row, row: &Row, wish: Wish, merged: &mut Merged) {
    let mut next = Row { cells: stored.cells.clone(), ..row.clone() };
    let mut fields = Vec::new();
    for column in compared(sheet) {
        let field = column.field;
        // A column that is not there says nothing.
        let Some(told) = row.cells.get(field) else { continue };
        let (is, was) = (stored.cell(field), before.cell(field));
        if told == was || told == is {
            continue;
        }
        let is_conflict = is != was;
        if !is_conflict || wish.take_mine {
            next.cells.insert(field, told.clone());
        }
        let (before, after) = (is.to_owned(), told.clone());
        fields.push(FieldChange { field, place: row.place(field), before, after, is_conflict });
    }
    if let Some(reason) = row.cells.get("reason") {
        next.cells.insert("reason", reason.clone());
    }
    if fields.is_empty() {
        merged.unchanged += 1;
    } else {
        merged.changes.push(Change {
            sheet,
            happens: Happens::Changed,
            key: row.key.clone(),
            name: stored.name.clone(),
            place: row.place(fields[0].field),
            is_written: fields.iter().any(|field| !field.is_conflict || wish.take_mine),
            fields,
        });
    }
    merged.rows.push(next);
}

fn added(sheet: Sheet, row: &Row, before: Option<&Row>, merged: &mut Merged) {
    // A link that somebody removed meanwhile, and that the workbook leaves as it was, stays removed.
    if before.is_some_and(|before| compared(sheet).all(|column| before.cell(column.field) == row.cell(column.field))) {
        merged.unchanged += 1;
        return;
    }
    let told = |column: &Column| {
        let after = row.cell(column.field).to_owned();
        let place = row.place(column.field);
        FieldChange { field: column.field, place, before: String::new(), after, is_conflict: false }
    };
    let fields = compared(sheet).map(told).filter(|field| !field.after.is_empty()).collect();
    let place = row.place("");
    let (key, name) = (row.key.clone(), row.name.clone());
    merged.changes.push(Change { sheet, happens: Happens::Added, key, name, place, fields, is_written: true });
    merged.rows.push(row.clone());
}

fn removed_meanwhile(sheet: Sheet, row: &Row, before: Option<&Row>, merged: &mut Merged) {
    let Some(before) = before else {
        let message = "The plan has nothing under this id. Clear the cell to add the row as a new one.";
        merged.problems.push(row.problem("id", message));
        return;
    };
    let differs = compared(sheet)
        .find(|column| row.cells.get(column.field).is_some_and(|told| told != before.cell(column.field)));
    match differs {
        None => merged.unchanged += 1,
        Some(column) => {
            let message = "Somebody removed this row since the workbook was written, and it was changed here. Delete the \
                           row, or clear its id to add it again.";
            merged.problems.push(row.problem(column.field, message));
        }
    }
}
