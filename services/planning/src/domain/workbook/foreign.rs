//! A framework that somebody typed who never saw our workbook: where its headings are and what its columns hold is
//! guessed, shown, and corrected by the person. What it holds is added to a draft.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::{vocabulary, words::Language};

use super::{
    At, NEW, Problem, Row, Sheet, Tables, column_of,
    foreign_guess::guess,
    foreign_indicators::{self, Indicators, Known},
    foreign_labels::{FIELDS, LEVELS, component, dimension, labelled, level_of, listed, parts_of_number, stripped},
    grid::{Book, Grid, Said},
    letters,
    said_as::date,
};

/// Most columns that are looked at.
pub(super) const COLUMNS_MAX: u32 = 100;
/// What of a column is shown.
const SAMPLES: usize = 3;
const SAMPLE_CHARS: usize = 80;
/// Most rows that are read.
const ROWS_MAX: usize = 2_000;

vocabulary! {
    /// How the levels stand.
    pub enum Shape as "a shape of a framework" {
        /// Side by side, a column for each.
        Columns = "columns",
        /// One below the other; a column says which it is.
        Kind = "kind",
        /// One below the other, told apart by words, numbers or blanks before the text.
        Indented = "indented",
    }
}

/// How a workbook is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub sheet: String,
    /// From 0.
    pub heading_row: u32,
    pub shape: Shape,
    /// The column of each field, from 0.
    pub columns: BTreeMap<&'static str, u32>,
    /// Language of its statements.
    pub language: Language,
}

/// The row of headings of a sheet that has none, and begins at its first row.
pub const NO_HEADINGS: u32 = u32::MAX;

/// What is filled in where a workbook says nothing; empty: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usual {
    pub section: String,
    pub component: String,
    pub dimension: String,
}

/// One column, as it is shown to who corrects the guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownColumn {
    /// Its letters.
    pub column: String,
    pub heading: String,
    pub samples: Vec<String>,
    /// Empty: it is left out.
    pub field: &'static str,
}

/// What was read, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub layout: Layout,
    pub sheets: Vec<String>,
    pub columns: Vec<ShownColumn>,
    /// Items, and the indicators and targets beside them; all new, in reading order.
    pub tables: Tables,
    pub problems: Vec<Problem>,
}

/// A field by its name, as a person's correction names it.
pub fn field(name: &str) -> Option<&'static str> {
    FIELDS.iter().map(|(field, _)| *field).find(|field| *field == name)
}

/// The column of letters, within what is looked at.
pub fn column(letters: &str) -> Option<u32> {
    column_of(letters).filter(|column| *column < COLUMNS_MAX)
}

/// Reads a workbook by a layout, or by a guess.
///
/// # Errors
/// A sentence: it has no such sheet, or none with anything in it.
pub fn read(book: &Book, given: Option<Layout>, usual: &Usual, known: &Known) -> Result<Reading, String> {
    let sheets: Vec<String> = book.grids.iter().map(|grid| grid.name.clone()).collect();
    let layout = match given {
        Some(layout) => layout,
        None => guess(book).ok_or("The workbook has no sheet with anything in it. Nothing was changed.")?,
    };
    let named = book.grids.iter().find(|grid| grid.name == layout.sheet);
    let grid = named.ok_or_else(|| {
        format!(
            "The workbook has no visible sheet \"{}\" with anything in it. The sheets are: {}.",
            layout.sheet,
            sheets.join(", ")
        )
    })?;
    let mut reader = Reader {
        grid,
        layout: &layout,
        usual,
        indicators: Indicators::new(grid, &layout, known),
        rows: Vec::new(),
        problems: Vec::new(),
        last: Default::default(),
    };
    reader.all();
    let Reader { rows, mut problems, indicators, .. } = reader;
    let mut tables = Tables::default();
    tables.set(Sheet::Tree, rows);
    problems.extend(indicators.fill(&mut tables));
    Ok(Reading { columns: shown(grid, &layout), sheets, tables, problems, layout })
}

fn shown(grid: &Grid, layout: &Layout) -> Vec<ShownColumn> {
    let first = layout.heading_row.checked_add(1).unwrap_or(0);
    let used: BTreeSet<u32> = grid
        .rows
        .range(first.saturating_sub(1)..)
        .flat_map(|(_, cells)| cells.range(..COLUMNS_MAX).map(|(place, _)| *place))
        .collect();
    let short = |said: &Said| said.text().chars().take(SAMPLE_CHARS).collect::<String>();
    let column = |place: u32| ShownColumn {
        column: letters(place),
        heading: grid.rows.get(&layout.heading_row).and_then(|cells| cells.get(&place)).map(short).unwrap_or_default(),
        samples: grid.rows.range(first..).filter_map(|(_, cells)| cells.get(&place)).take(SAMPLES).map(short).collect(),
        field: layout.columns.iter().find(|(_, column)| **column == place).map_or("", |(field, _)| field),
    };
    used.into_iter().map(column).collect()
}

struct Reader<'a> {
    grid: &'a Grid,
    layout: &'a Layout,
    usual: &'a Usual,
    indicators: Indicators<'a>,
    rows: Vec<Row>,
    problems: Vec<Problem>,
    /// The last item of each level: its text and its key.
    last: [Option<(String, String)>; 4],
}

impl Reader<'_> {
    fn all(&mut self) {
        let first = self.layout.heading_row.checked_add(1).unwrap_or(0);
        for (read, (number, cells)) in self.grid.rows.range(first..).enumerate() {
            if read >= ROWS_MAX {
                let place = Some(self.grid.place(*number, 0));
                let message = format!("Only {ROWS_MAX} rows are read. Split the sheet.");
                self.problems.push(Problem { place, message });
                return;
            }
            match self.layout.shape {
                Shape::Columns => self.side_by_side(*number, cells),
                Shape::Kind | Shape::Indented => self.below_each_other(*number, cells),
            }
            let measured = [(2, "output"), (1, "outcome")].into_iter().find_map(|(level, word)| {
                let (_, key) = self.last[level].as_ref()?;
                Some((key.as_str(), word))
            });
            self.indicators.read(*number, cells, measured);
        }
    }

    fn side_by_side(&mut self, number: u32, cells: &BTreeMap<u32, Said>) {
        let mut deepest = None;
        for (level, field) in LEVELS.iter().enumerate() {
            let Some(place) = self.layout.columns.get(field).copied() else { continue };
            let Some(said) = cells.get(&place) else { continue };
            let text = stripped(&said.text()).to_owned();
            // A cell that goes on over several rows, merged or repeated, is one item.
            if text.is_empty() || self.last[level].as_ref().is_some_and(|(last, _)| *last == text) {
                continue;
            }
            deepest = self.item(level, text, number, place).or(deepest);
        }
        if let Some(row) = deepest {
            self.facts(row, number, cells);
        }
    }

    fn below_each_other(&mut self, number: u32, cells: &BTreeMap<u32, Said>) {
        let Some(place) = self.layout.columns.get("statement").copied() else { return };
        let Some(said) = cells.get(&place) else { return };
        let text = said.text();
        let level = match self.layout.shape {
            Shape::Kind => self.named_level(number, cells),
            _ => self.told_level(number, place, &text, cells),
        };
        let Some(level) = level else { return };
        let text = stripped(&text).to_owned();
        if let Some(row) = self.item(level, text, number, place) {
            self.facts(row, number, cells);
        }
    }

    fn named_level(&mut self, number: u32, cells: &BTreeMap<u32, Said>) -> Option<usize> {
        let place = self.layout.columns.get("kind").copied()?;
        let word = cells.get(&place).map(Said::text).unwrap_or_default();
        let level = level_of(&word);
        if level.is_none() {
            let place = Some(self.grid.place(number, place));
            let message = format!("\"{word}\" is no level; write objective, outcome, output or activity.");
            self.problems.push(Problem { place, message });
        }
        level
    }

    /// By a word before the text, by the parts of its number, by blanks before it.
    fn told_level(&mut self, number: u32, place: u32, text: &str, cells: &BTreeMap<u32, Said>) -> Option<usize> {
        if let Some((level, _)) = labelled(text) {
            return Some(level);
        }
        // The number may stand in a cell of its own before the text.
        let before = place.checked_sub(1).and_then(|before| cells.get(&before)).map(|said| format!("{}.", said.text()));
        if let Some(parts) = parts_of_number(text).or_else(|| before.as_deref().and_then(parts_of_number)) {
            return Some((parts - 1).min(LEVELS.len() - 1));
        }
        let indents: BTreeSet<usize> = self
            .grid
            .indents
            .iter()
            .filter(|((_, column), _)| *column == place)
            .map(|(_, indent)| *indent)
            .chain([0])
            .collect();
        let own = self.grid.indents.get(&(number, place)).copied().unwrap_or(0);
        if indents.len() > 1 {
            return indents.iter().position(|indent| *indent == own).map(|level| level.min(LEVELS.len() - 1));
        }
        let place = Some(self.grid.place(number, place));
        let message = "It cannot be told whether this is an objective, an outcome, an output or an activity. Write the word \
                       or a number like 1.1 before it, or choose another layout.";
        self.problems.push(Problem { place, message: message.to_owned() });
        None
    }

    /// A new item; the number of its row among those read.
    fn item(&mut self, level: usize, text: String, number: u32, place: u32) -> Option<usize> {
        let above = level.checked_sub(1).map(|above| self.last[above].clone());
        let parent = match above {
            None => String::new(),
            Some(Some((_, key))) => key,
            Some(None) => {
                let message = format!("This {} has no {} above it.", LEVELS[level], LEVELS[level - 1]);
                self.problems.push(Problem { place: Some(self.grid.place(number, place)), message });
                return None;
            }
        };
        let key = format!("{NEW}{}:{}{}", self.grid.name, letters(place), number + 1);
        self.last[level] = Some((text.clone(), key.clone()));
        self.last[level + 1..].iter_mut().for_each(|last| *last = None);
        let statement = if self.layout.language == Language::Fr { "statement.fr" } else { "statement.en" };
        let mut row = Row { key, parent, name: text.clone(), ..Row::default() };
        row.cells.insert("kind", LEVELS[level].to_owned());
        row.cells.insert(statement, text);
        let fields = [("kind", place), ("statement.en", place), ("statement.fr", place)];
        let also = self
            .layout
            .columns
            .iter()
            .filter(|(field, _)| !LEVELS.contains(field) && !foreign_indicators::FIELDS.contains(field))
            .map(|(field, place)| (*field, *place));
        row.at = Some(At { sheet: self.grid.name.clone(), row: number, columns: also.chain(fields).collect() });
        let usual = |value: &str| value.to_owned();
        match level {
            1 => drop(row.cells.insert("dimension", usual(&self.usual.dimension))),
            2 => {
                row.cells.insert("component", usual(&self.usual.component));
                row.cells.insert("lead_section", usual(&self.usual.section));
            }
            _ => {}
        }
        self.rows.push(row);
        Some(self.rows.len() - 1)
    }

    /// What the cell says that another one is merged with.
    fn merged_with(&self, row: u32, column: u32) -> Option<&Said> {
        let holds = |((top, left), (bottom, right)): &&((u32, u32), (u32, u32))| {
            (*top..=*bottom).contains(&row) && (*left..=*right).contains(&column)
        };
        let ((top, left), _) = self.grid.merged.iter().find(holds)?;
        self.grid.rows.get(top)?.get(left)
    }

    /// What else its row says of an item.
    fn facts(&mut self, at: usize, number: u32, cells: &BTreeMap<u32, Said>) {
        let facts: Vec<(&'static str, u32)> =
            self.layout.columns.iter().map(|(field, place)| (*field, *place)).collect();
        for (field, place) in facts {
            let Some(said) = cells.get(&place).or_else(|| self.merged_with(number, place)) else { continue };
            let kind = self.rows[at].cell("kind").to_owned();
            let text = match (field, kind.as_str()) {
                ("lead_section", _) => Ok(said.text()),
                ("areas" | "markers" | "contributing_sections", _) => Ok(listed(&said.text())),
                ("start" | "end", _) => date(said),
                ("component", "output") => component(&said.text()),
                ("dimension", "outcome") => dimension(&said.text()),
                _ => continue,
            };
            match text {
                Ok(text) => drop(self.rows[at].cells.insert(field, text)),
                Err(message) => self.problems.push(Problem { place: Some(self.grid.place(number, place)), message }),
            }
        }
    }
}

#[cfg(test)]
#[path = "foreign_tests.rs"]
mod tests;
