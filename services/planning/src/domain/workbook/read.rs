//! A workbook of ours, in: what its sheets say, and what they said when it was written.

use std::collections::BTreeMap;

use cpas_proto::words::{Period, Slice};
use uuid::Uuid;

use super::{
    At, NEW, Origin, Problem, Row, Sheet, Tables,
    columns::{Column, Holds},
    grid::{Book, Grid, Said},
    said_as::said_as,
    words::plain,
    write::KEPT_FORMAT,
};

/// Rows in which the headings are looked for.
const HEADINGS_WITHIN: u32 = 30;

/// What is known beside the workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Ids of mandate tasks, by what a planner reads for them.
    pub tasks: BTreeMap<String, String>,
    /// Keys of items, by what other sheets call them, for a workbook without its tree.
    pub items: BTreeMap<String, String>,
    /// Keys of indicators by their codes.
    pub indicators: BTreeMap<String, String>,
}

/// What a workbook says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    pub tables: Tables,
    /// What it said when it was written, and of which plan; `None` where that is lost.
    pub base: Option<(Origin, Tables)>,
    pub problems: Vec<Problem>,
}

/// Reads a workbook that has our sheets; `None` for one that has none of them.
pub fn read(book: &Book, names: &Names) -> Option<Told> {
    let mut found: BTreeMap<Sheet, (&Grid, Headings)> = BTreeMap::new();
    for grid in &book.grids {
        if let Some(sheet) = Sheet::named(&grid.name)
            && let Some(headings) = headings(sheet, grid)
        {
            found.entry(sheet).or_insert((grid, headings));
        }
    }
    if found.is_empty() {
        return None;
    }
    let mut told = Told { base: book.kept.as_ref().and_then(base), ..Told::default() };
    let then = told.base.as_ref().map(|(_, tables)| tables);
    let kinds = then.map_or(&[][..], |tables| tables.of(Sheet::Tree)).iter();
    let kinds = kinds.map(|row| (row.key.clone(), row.cell("kind").to_owned())).collect();
    let mut reader = Reader { names: names_then(names, then), kinds, problems: Vec::new() };
    for (sheet, (grid, headings)) in found {
        let rows = reader.table(sheet, grid, &headings);
        told.tables.set(sheet, rows);
    }
    told.problems = reader.problems;
    Some(told)
}

/// What rows were called when the workbook was written: rows that are deleted in it are still spoken of elsewhere.
fn names_then(now: &Names, base: Option<&Tables>) -> Names {
    let mut names = now.clone();
    let Some(base) = base else { return names };
    let called = |sheet: Sheet, field: &str| -> BTreeMap<String, String> {
        base.of(sheet).iter().map(|row| (row.cell(field).to_owned(), row.key.clone())).collect()
    };
    names.items = called(Sheet::Tree, "label");
    names.indicators.extend(called(Sheet::Indicators, "code"));
    names
}

/// The row of the headings, and the column of each field.
struct Headings {
    row: u32,
    columns: BTreeMap<u32, &'static Column>,
}

impl Headings {
    fn at(&self, grid: &Grid, row: u32) -> At {
        let columns = self.columns.iter().map(|(place, column)| (column.field, *place)).collect();
        At { sheet: grid.name.clone(), row, columns }
    }
}

/// The first row that names what identifies a row.
fn headings(sheet: Sheet, grid: &Grid) -> Option<Headings> {
    let needed: &[&str] = match sheet {
        Sheet::Tree => &["id", "kind"],
        Sheet::Indicators => &["id", "code"],
        Sheet::Targets => &["indicator", "period"],
        Sheet::Links => &["output", "outcome"],
    };
    grid.rows.range(..HEADINGS_WITHIN).find_map(|(row, cells)| {
        let mut columns: BTreeMap<u32, &'static Column> = BTreeMap::new();
        for (place, said) in cells {
            if let Some(column) = sheet.headed(&said.text())
                && !columns.values().any(|other| other.field == column.field)
            {
                columns.insert(*place, column);
            }
        }
        let has = |field: &&str| columns.values().any(|column| column.field == *field);
        needed.iter().all(has).then_some(Headings { row: *row, columns })
    })
}

/// Problems after which a sheet is not read on.
const PROBLEMS_MAX: usize = 1_000;

struct Reader {
    names: Names,
    /// What the items were when the workbook was written, by their keys.
    kinds: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl Reader {
    fn table(&mut self, sheet: Sheet, grid: &Grid, headings: &Headings) -> Vec<Row> {
        let mut rows: Vec<(Row, BTreeMap<&'static str, &Said>)> = Vec::new();
        for (number, cells) in grid.rows.range(headings.row + 1..) {
            let said: BTreeMap<&'static str, &Said> = headings
                .columns
                .iter()
                .filter_map(|(place, column)| cells.get(place).map(|said| (column.field, said)))
                .collect();
            let counts = |field: &&str| {
                sheet.column(field).is_some_and(|column| !matches!(column.holds, Holds::Label | Holds::Shown))
            };
            if !said.keys().any(counts) {
                continue;
            }
            let at = headings.at(grid, *number);
            if rows.len() >= sheet.rows_max() || self.problems.len() >= PROBLEMS_MAX {
                let message = format!("From here on nothing is read: a sheet takes {} rows.", sheet.rows_max());
                self.problems.push(Row { at: Some(at), ..Row::default() }.problem("", message));
                break;
            }
            let key = self.id(&said, &at, *number);
            rows.push((Row { key, at: Some(at), ..Row::default() }, said));
        }
        self.take_names(sheet, &mut rows);
        let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let mut above: [String; 4] = Default::default();
        for (mut row, said) in rows {
            for column in headings
                .columns
                .values()
                .filter(|column| !matches!(column.holds, Holds::Id | Holds::Label | Holds::Shown))
            {
                let text = match said.get(column.field) {
                    None => Some(String::new()),
                    Some(said) => self.cell(column, said, &row),
                };
                // What cannot be read says nothing beside its problem.
                row.cells.extend(text.map(|text| (column.field, text)));
            }
            if !self.placed(sheet, &mut row, &mut above) {
                continue;
            }
            let number = row.at.as_ref().map_or(0, |at| at.row);
            if let Some(first) = seen.insert(row.key.clone(), number) {
                let message = match sheet {
                    Sheet::Tree | Sheet::Indicators => {
                        format!("Row {} has the same id. Clear the id of the row that is to be new.", first + 1)
                    }
                    Sheet::Targets | Sheet::Links => {
                        format!("Row {} speaks of the same. Keep one of the two.", first + 1)
                    }
                };
                self.problems.push(row.problem(sheet.columns()[0].field, message));
                continue;
            }
            row.name = name(sheet, &row, &said);
            kept.push(row);
        }
        kept
    }

    /// The key of a row with an id; of one without, that it is new.
    fn id(&mut self, said: &BTreeMap<&'static str, &Said>, at: &At, number: u32) -> String {
        let new = format!("{NEW}{}:{}", at.sheet, number + 1);
        match said.get("id").map(|said| said.text()) {
            None => new,
            Some(id) => match id.parse::<Uuid>() {
                Ok(id) => id.to_string(),
                Err(_) => {
                    let row = Row { at: Some(at.clone()), ..Row::default() };
                    let message = format!("\"{id}\" is no id of CPAS. Clear the cell to add the row as a new one.");
                    self.problems.push(row.problem("id", message));
                    new
                }
            },
        }
    }

    /// What other sheets call the rows of this one.
    fn take_names(&mut self, sheet: Sheet, rows: &mut [(Row, BTreeMap<&'static str, &Said>)]) {
        let (field, names) = match sheet {
            Sheet::Tree => ("label", &mut self.names.items),
            Sheet::Indicators => ("code", &mut self.names.indicators),
            Sheet::Targets | Sheet::Links => return,
        };
        let mut own: BTreeMap<String, String> = BTreeMap::new();
        for (row, said) in rows {
            let Some(name) = said.get(field).map(|said| said.text()) else { continue };
            if let Some(other) = own.insert(name.clone(), row.key.clone())
                && sheet == Sheet::Tree
                && other != row.key
            {
                let message = format!("Another row is called {name} too. Give each row a No. of its own.");
                self.problems.push(row.problem(field, message));
            }
        }
        names.extend(own);
    }

    /// A cell as it is kept; `None` where it cannot be read.
    fn cell(&mut self, column: &Column, said: &Said, row: &Row) -> Option<String> {
        if let Said::Wrong(error) = said {
            let message = format!("The cell has an error ({error}). Mend its formula, or write the value.");
            self.problems.push(row.problem(column.field, message));
            return None;
        }
        match said_as(column.holds, said, &self.names) {
            Ok(text) => Some(text),
            Err(message) => {
                self.problems.push(row.problem(column.field, message));
                None
            }
        }
    }

    /// Gives a row its parent, or its key; false where it cannot be placed.
    fn placed(&mut self, sheet: Sheet, row: &mut Row, above: &mut [String; 4]) -> bool {
        match sheet {
            Sheet::Indicators => true,
            Sheet::Tree => self.placed_in_tree(row, above),
            Sheet::Targets => {
                let period = row
                    .cell("period")
                    .parse::<Period>()
                    .map_or_else(|_| row.cell("period").to_owned(), |period| period.to_string());
                let slice = row
                    .cell("slice")
                    .parse::<Slice>()
                    .map_or_else(|_| row.cell("slice").to_owned(), |slice| slice.to_string());
                row.key = format!("{}|{period}|{}|{slice}", row.cell("indicator"), row.cell("area"));
                row.cells.insert("period", period);
                row.cells.insert("slice", slice);
                self.has(row, "indicator")
            }
            Sheet::Links => {
                row.key = format!("{}|{}", row.cell("output"), row.cell("outcome"));
                self.has(row, "output") && self.has(row, "outcome")
            }
        }
    }

    fn has(&mut self, row: &Row, field: &'static str) -> bool {
        if !row.cell(field).is_empty() {
            return true;
        }
        if !self.problems.iter().any(|problem| problem.place == row.place(field)) {
            self.problems.push(row.problem(field, "Say here what the row is of."));
        }
        false
    }

    fn placed_in_tree(&mut self, row: &mut Row, above: &mut [String; 4]) -> bool {
        // Where the word is wrong, what the row was tells where the rows below it belong.
        let was = self.kinds.get(&row.key).filter(|_| !row.cells.contains_key("kind"));
        let level = match was.map_or_else(|| row.cell("kind"), String::as_str) {
            "objective" => 0,
            "outcome" => 1,
            "output" => 2,
            "activity" => 3,
            _ => {
                if !self.problems.iter().any(|problem| problem.place == row.place("kind")) {
                    let message = "Say whether this is an objective, an outcome, an output or an activity.";
                    self.problems.push(row.problem("kind", message));
                }
                return false;
            }
        };
        let parent = if level == 0 { String::new() } else { above[level - 1].clone() };
        above[level].clone_from(&row.key);
        above[level + 1..].iter_mut().for_each(String::clear);
        if level > 0 && parent.is_empty() {
            let (is, wanted) =
                [("", ""), ("An outcome", "objective"), ("An output", "outcome"), ("An activity", "output")][level];
            let message =
                format!("{is} lies in the {wanted} above it, and there is none above this row. Move the row below it.");
            self.problems.push(row.problem("kind", message));
            return false;
        }
        row.parent = parent;
        true
    }
}

fn name(sheet: Sheet, row: &Row, said: &BTreeMap<&'static str, &Said>) -> String {
    let told = |field: &str| said.get(field).map(|said| said.text()).unwrap_or_default();
    let either =
        |en: &str, fr: &str| if row.cell(en).is_empty() { row.cell(fr).to_owned() } else { row.cell(en).to_owned() };
    let parts = match sheet {
        Sheet::Tree => vec![told("label"), either("statement.en", "statement.fr")],
        Sheet::Indicators => vec![told("code"), either("name.en", "name.fr")],
        Sheet::Targets => vec![told("indicator"), told("period"), told("area"), told("slice")],
        Sheet::Links => vec![told("output"), "→".to_owned(), told("outcome")],
    };
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What the workbook said when it was written.
fn base(kept: &Grid) -> Option<(Origin, Tables)> {
    let text = |cells: &BTreeMap<u32, Said>, column: u32| cells.get(&column).map(Said::text).unwrap_or_default();
    let head = kept.rows.get(&0).filter(|cells| plain(&text(cells, 0)) == plain(KEPT_FORMAT))?;
    let number = text(head, 3).parse().unwrap_or_default();
    let origin = Origin { family: text(head, 1), title: text(head, 2), number };
    let mut rows: BTreeMap<Sheet, Vec<Row>> = BTreeMap::new();
    for cells in kept.rows.range(1..).map(|(_, cells)| cells) {
        let what = text(cells, 0);
        let Some(sheet) = Sheet::ALL.into_iter().find(|sheet| sheet.what() == what) else { continue };
        let fields = (3u32..).zip(sheet.columns()).map(|(place, column)| (column.field, text(cells, place)));
        let row = Row { key: text(cells, 1), parent: text(cells, 2), cells: fields.collect(), ..Row::default() };
        rows.entry(sheet).or_default().push(row);
    }
    let mut tables = Tables::default();
    for sheet in Sheet::ALL {
        tables.set(sheet, rows.remove(&sheet).unwrap_or_default());
    }
    Some((origin, tables))
}
