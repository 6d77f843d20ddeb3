//! The tables of a file: of a workbook the sheets that hold data, of anything else the one that it is. Each becomes a
//! CSV that is read as any other; rows keep their numbers, so that what is said of a row is found in the file.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    book::Book,
    objects::{self, Owner},
    spool::{Sent, Spooled},
    spread,
    table_text::{broken, first_lines, first_records, sheet_as_csv, text_below},
};
use crate::{
    domain::file::{
        Encoding, Frame, Make, Outlook, Reference, Unclear, Unusable,
        frame::{layout_key, outlook},
        headings,
        layout::{fields_named, folded},
        outgrown,
    },
    error::Error,
};

/// In a mapping: the sheets of a workbook, with this between them. No sheet has it in its name.
const SHEET: &str = "sheet";
const BETWEEN_SHEETS: char = '/';
/// In a mapping, `value@Sheet` is said of one sheet.
const OF_SHEET: char = '@';
/// Between a field and its heading.
pub type Mapping = BTreeMap<String, String>;

/// What the sender says of a file, and what was said of others like it.
pub struct Wishes {
    /// Sheets by name; none: those that hold data.
    sheets: Vec<String>,
    common: Mapping,
    by_sheet: HashMap<String, Mapping>,
    /// Key of a layout -> the mapping that was used last.
    remembered: HashMap<String, Mapping>,
}

/// A table that can be read.
pub struct Table {
    pub file: Arc<Spooled>,
    /// Name of the sheet; empty for what is no workbook.
    pub sheet: String,
    pub mapping: Mapping,
    /// Headings of the file, which a table that was spread out has no more.
    pub headings: Vec<String>,
    /// The row of a cell stands in the last but one column.
    pub is_wide: bool,
    /// Last row of the headings, and of the tags below them, from 0.
    pub heading_row: u32,
    pub head_end: u32,
    /// What a person is told of the reading.
    pub told: Vec<String>,
    /// The mapping comes from the sender.
    pub is_said: bool,
}

/// A sheet that is not read, and why.
pub struct Left {
    pub sheet: String,
    pub reason: String,
}

/// What a file holds.
pub struct Tables {
    pub read: Vec<Table>,
    pub left: Vec<Left>,
    /// Of a workbook.
    pub book: Option<Book>,
}

impl Tables {
    /// Names of all visible sheets, in their order; none of what is no workbook.
    pub fn names(&self) -> Vec<String> {
        self.book.as_ref().map(|book| book.sheets().to_vec()).unwrap_or_default()
    }

    /// Place of a sheet among them, from 1; 0 without sheets.
    pub fn place(&self, sheet: &str) -> i16 {
        let sheets = self.book.as_ref().map(Book::sheets).unwrap_or_default();
        let place = sheets.iter().position(|own| own == sheet).map(|place| place + 1);
        place.and_then(|place| place.try_into().ok()).unwrap_or_default()
    }
}

impl Wishes {
    pub fn new(said: Mapping, remembered: HashMap<String, Mapping>) -> Self {
        let mut wishes = Self { sheets: Vec::new(), common: Mapping::new(), by_sheet: HashMap::new(), remembered };
        for (name, to) in said {
            match name.split_once(OF_SHEET) {
                Some((field, sheet)) => {
                    wishes.by_sheet.entry(sheet.to_owned()).or_default().insert(field.to_owned(), to);
                }
                None if name == SHEET => {
                    let names = to.split(BETWEEN_SHEETS).map(str::trim).filter(|name| !name.is_empty());
                    wishes.sheets = names.map(str::to_owned).collect();
                }
                None => drop(wishes.common.insert(name, to)),
            }
        }
        wishes
    }

    /// The mapping of a table, and whether the sender said it. Among several tables, what is said of all counts where
    /// there is such a heading.
    fn mapping(&self, sheet: &str, headings: &[String], is_one_of_several: bool) -> (Mapping, bool) {
        let has = |to: &str| to.starts_with('=') || headings.iter().any(|own| folded(own) == folded(to));
        let common = self.common.iter().filter(|(_, to)| !is_one_of_several || has(to));
        let mut mapping: Mapping = common.map(|(field, to)| (field.clone(), to.clone())).collect();
        mapping.extend(self.by_sheet.get(sheet).cloned().unwrap_or_default());
        if !mapping.is_empty() {
            return (mapping, true);
        }
        (self.remembered.get(&layout_key(headings)).cloned().unwrap_or_default(), false)
    }
}

/// Finds the tables of a file.
///
/// # Errors
/// A sentence: what cannot be read, and what to do.
pub fn tables(
    sent: &Sent,
    owner: &Owner,
    wishes: &Wishes,
    reference: &Reference,
    bytes_max: u64,
) -> Result<Tables, Error> {
    let maker = Maker { sent, wishes, reference, bytes_max };
    match sent.make {
        Make::Archive => maker.of_book(Book::open(sent.whole())?),
        Make::Text(encoding) => {
            Ok(Tables { read: vec![maker.of_text(encoding, owner)?], left: Vec::new(), book: None })
        }
    }
}

/// The table of a file of events: of a workbook the first sheet whose cells name fields, else the first.
///
/// # Errors
/// A sentence: what cannot be read, and what to do.
pub fn event_table(sent: &Sent, bytes_max: u64) -> Result<Spooled, Error> {
    if let Make::Text(encoding) = sent.make {
        return Ok(sent.text(encoding));
    }
    let book = Book::open(sent.whole())?;
    let mut chosen = None;
    for sheet in book.sheets() {
        let lines = first_lines(&book, sheet)?.0;
        let named = lines.iter().find(|(_, cells)| fields_named(cells) >= 2);
        if let Some((row, _)) = named {
            chosen = Some((sheet.clone(), *row));
            break;
        }
        let filled = lines.iter().find(|(_, cells)| cells.iter().filter(|cell| !cell.is_empty()).count() >= 2);
        chosen = chosen.or(filled.map(|(row, _)| (sheet.clone(), *row)));
    }
    let first = || book.sheets().first().map(|sheet| (sheet.clone(), 0));
    let Some((sheet, row)) = chosen.or_else(first) else { return Err(Unusable::NoRows.into()) };
    Ok(sent.table(sheet_as_csv(&book, &sheet, row, None, bytes_max)?))
}

struct Maker<'a> {
    sent: &'a Sent,
    wishes: &'a Wishes,
    reference: &'a Reference,
    bytes_max: u64,
}

impl Maker<'_> {
    fn of_text(&self, encoding: Encoding, owner: &Owner) -> Result<Table, Error> {
        let text = self.sent.text(encoding);
        let file = text.open().map_err(broken)?;
        if objects::is_json(&file)? {
            let table = self.sent.table(objects::table(&file, owner, self.bytes_max)?);
            let headings = headings(|| table.open(), table.encoding)?.headings;
            return self.table(table, "", headings, (0, 0), false);
        }
        let (lines, delimiter) = first_records(&text)?;
        let mapping = |headings: &[String]| self.wishes.mapping("", headings, false).0;
        let trivial =
            |frame: &Frame| lines.first().is_some_and(|(row, _)| *row == frame.first) && frame.first == frame.last;
        match outlook(&lines, &mapping, self.reference) {
            Outlook::Clear(frame) if !trivial(&frame) => {
                let csv = text_below(&text, delimiter, &frame, self.bytes_max)?;
                self.table(self.sent.table(csv), "", frame.headings, (0, 0), false)
            }
            _ => {
                let headings = headings(|| text.open(), encoding)?.headings;
                self.table(text, "", headings, (0, 0), false)
            }
        }
    }

    fn of_book(&self, book: Book) -> Result<Tables, Error> {
        let wanted = self.wanted(&book)?;
        let is_named = !self.wishes.sheets.is_empty();
        let several = wanted.len() > 1;
        let (mut clear, mut unclear, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for sheet in &wanted {
            let (lines, goes_on) = first_lines(&book, sheet)?;
            let mapping = |headings: &[String]| self.wishes.mapping(sheet, headings, several).0;
            match outlook(&lines, &mapping, self.reference) {
                Outlook::Clear(frame) => {
                    let end = frame.last + u32::from(frame.tags.is_some());
                    let has_rows = goes_on || lines.iter().any(|(row, _)| *row > end);
                    if has_rows || is_named {
                        clear.push((sheet.clone(), frame));
                    } else {
                        left.push((sheet.clone(), "It has headings and no rows.".to_owned()));
                    }
                }
                Outlook::Unclear(frame, error) => {
                    left.push((sheet.clone(), error.to_string()));
                    unclear.push((sheet.clone(), frame, error));
                }
                Outlook::Nothing => left.push((sheet.clone(), "It holds no table.".to_owned())),
            }
        }
        let is_whole = is_named && clear.len() < wanted.len();
        if clear.is_empty() || is_whole {
            // What the first of them lacks is said.
            return match (unclear.into_iter().next(), wanted.first()) {
                (Some((.., error)), _) => Err(Unusable::from(error).into()),
                (None, Some(sheet)) if clear.is_empty() => {
                    let table = self.of_sheet(&book, sheet, None, several)?;
                    Ok(Tables { read: vec![table], left: Vec::new(), book: Some(book) })
                }
                (None, _) => Err(Unusable::NoRows.into()),
            };
        }
        self.check_common(&clear)?;
        let several = clear.len() > 1;
        let read = clear.iter().map(|(sheet, frame)| self.of_sheet(&book, sheet, Some(frame), several));
        let read = read.collect::<Result<Vec<_>, _>>()?;
        let left = left.into_iter().map(|(sheet, reason)| Left { sheet, reason }).collect();
        Ok(Tables { read, left, book: Some(book) })
    }

    fn wanted(&self, book: &Book) -> Result<Vec<String>, Error> {
        if self.wishes.sheets.is_empty() {
            return Ok(book.sheets().to_vec());
        }
        let named = self.wishes.sheets.iter().map(|name| {
            let own = book.sheets().iter().find(|sheet| sheet.eq_ignore_ascii_case(name));
            own.cloned().ok_or_else(|| {
                let sheets = book.sheets().join(", ");
                let message = format!("The workbook has no visible sheet \"{name}\". The sheets are: {sheets}.");
                Error::bad("mapping.sheet", message)
            })
        });
        let mut named = named.collect::<Result<Vec<String>, Error>>()?;
        let mut seen = HashSet::new();
        named.retain(|name| seen.insert(name.clone()));
        Ok(named)
    }

    /// What is said of all tables has to be found in one of them.
    fn check_common(&self, clear: &[(String, Frame)]) -> Result<(), Error> {
        for (field, to) in self.wishes.common.iter().filter(|(_, to)| !to.starts_with('=')) {
            let has = |(_, frame): &(String, Frame)| frame.headings.iter().any(|own| folded(own) == folded(to));
            let (false, [first, _, ..]) = (clear.iter().any(has), clear) else { continue };
            let error = Unclear::NoSuchHeading(field.clone(), to.clone(), first.1.headings.join(", "));
            return Err(Unusable::from(error).into());
        }
        Ok(())
    }

    fn of_sheet(&self, book: &Book, sheet: &str, frame: Option<&Frame>, several: bool) -> Result<Table, Error> {
        let (last, headings) = match frame {
            Some(frame) => (frame.last, Some(frame.headings.as_slice())),
            None => (0, None),
        };
        let csv = sheet_as_csv(book, sheet, last, headings, self.bytes_max)?;
        let tags = u32::from(frame.is_some_and(|frame| frame.tags.is_some()));
        self.table(self.sent.table(csv), sheet, headings.unwrap_or_default().to_vec(), (last, last + tags), several)
    }

    /// Spreads a wide table out. `head`: last row of the headings, and of what belongs to them.
    fn table(
        &self,
        file: Spooled,
        sheet: &str,
        headings: Vec<String>,
        (heading_row, head_end): (u32, u32),
        several: bool,
    ) -> Result<Table, Error> {
        let (mapping, is_said) = self.wishes.mapping(sheet, &headings, several);
        let mut told = Vec::new();
        if !mapping.is_empty() && !is_said {
            told.push("The columns are read as they were last time for a table with these headings.".to_owned());
        }
        let lost = outgrown(&headings, self.wishes.remembered.iter()).filter(|_| mapping.is_empty());
        if let Some(lost) = lost {
            told.push(format!(
                "A table with almost these headings was read by its column \"{}\", which is not there any more. Check \
                 how the columns are read.",
                lost.join("\", \"")
            ));
        }
        let spread = spread::spread(&file, &mapping, self.reference, self.bytes_max)?;
        let is_wide = spread.is_some();
        let file = match spread {
            Some((long, sentence)) => {
                told.push(sentence);
                self.sent.table(long)
            }
            None => file,
        };
        Ok(Table {
            file: Arc::new(file),
            sheet: sheet.to_owned(),
            mapping,
            headings,
            is_wide,
            heading_row,
            head_end,
            told,
            is_said,
        })
    }
}
