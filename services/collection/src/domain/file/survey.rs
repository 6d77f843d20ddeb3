//! The first time through a file: how it is written, and whether it can be read to its end.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use super::{
    days::{DaySurvey, Days},
    encoding::{Encoding, Utf8Text},
    layout::{Column, Field, Layout, is_tag_row},
    number::{DecimalSign, DecimalSurvey},
    records::{Record, Records, Unreadable, guess_delimiter},
    reference::Reference,
    unclear::Unclear,
};
use crate::domain::export::template::DUE_TAG;

/// Most codes that a survey remembers as unknown.
const UNKNOWN_MAX: usize = 100;

/// How a file is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    pub encoding: Encoding,
    pub delimiter: char,
    pub decimal_sign: DecimalSign,
    pub headings: Vec<String>,
    pub hxl_tags: bool,
    pub layout: Layout,
    /// How the column of periods writes days.
    pub days: Days,
    /// Every day in the column of periods is the first of a month: spreadsheets write a month so.
    pub days_are_firsts: bool,
    /// An entry template: a row of it that nobody filled in says nothing, not that the value is missing.
    pub is_template: bool,
    /// Its rows that nobody filled in.
    pub left_empty: u32,
    /// Rows with something in them, without heading, tags and what was left empty.
    pub rows: u32,
    /// Codes of indicators and areas that the mission does not have, at most 100.
    pub unknown_codes: BTreeSet<String>,
}

/// A file that cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Unclear(#[from] Unclear),
    #[error("The file has headings and no rows. Nothing was read.")]
    NoRows,
    #[error("No row of the entry template is filled in yet. Nothing was read in.")]
    NothingFilled,
    #[error(
        "The file has more than {0} rows, the most that one import takes. Nothing was read in; split it, for \
         example by year, and send the parts one after the other."
    )]
    TooManyRows(u32),
}

/// How much of the file is looked at to guess the delimiter, in bytes.
const HEAD_BYTES: u64 = 64 * 1024;

/// Goes through a whole file. `open` starts it from the beginning, as bytes of `encoding`.
///
/// # Errors
/// When the file cannot be used.
pub fn survey<R: Read>(
    open: impl Fn() -> std::io::Result<R>,
    encoding: Encoding,
    mapping: &BTreeMap<String, String>,
    reference: &Reference,
    rows_max: u32,
) -> Result<Survey, Unusable> {
    let Headings { headings, tags, delimiter, rows: mut records, mut record, first_row: mut more } =
        self::headings(&open, encoding)?;
    let layout = Layout::read(&headings, tags.as_deref(), mapping, &reference.dimensions())?;

    let mut seen = Seen::new(&layout, reference);
    let is_template = tags.as_ref().is_some_and(|tags| tags.iter().any(|tag| tag.trim() == DUE_TAG));
    let (mut rows, mut left_empty) = (0, 0);
    while more.is_some() {
        if is_template && layout.says_nothing(&record) {
            left_empty += 1;
        } else {
            rows += 1;
            seen.look(&record);
        }
        if rows + left_empty > rows_max {
            return Err(Unusable::TooManyRows(rows_max));
        }
        more = next_filled(&mut records, &mut record)?;
    }
    if rows == 0 {
        return Err(if left_empty > 0 { Unusable::NothingFilled } else { Unusable::NoRows });
    }
    let decimal_sign = seen.decimals.sign();
    Ok(Survey {
        encoding,
        delimiter,
        decimal_sign,
        headings,
        hxl_tags: tags.is_some(),
        days: seen.days.days(),
        days_are_firsts: seen.days.are_firsts(),
        layout,
        is_template,
        left_empty,
        rows,
        unknown_codes: seen.unknown_codes,
    })
}

/// The headings of a file, with its rows below them.
pub struct Headings<R> {
    pub headings: Vec<String>,
    pub tags: Option<Vec<String>>,
    pub delimiter: char,
    pub rows: Records<Utf8Text<R>>,
    /// The first row below, and its number; further ones come from `rows`.
    pub record: Record,
    pub first_row: Option<u32>,
}

/// Reads a file to its first row of data.
///
/// # Errors
/// When the file cannot be read, or has nothing in it.
pub fn headings<R: Read>(open: impl Fn() -> std::io::Result<R>, encoding: Encoding) -> Result<Headings<R>, Unusable> {
    let mut head = Vec::new();
    Utf8Text::new(open().map_err(Unreadable::Io)?, encoding)
        .take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(Unreadable::Io)?;
    let delimiter = guess_delimiter(&String::from_utf8_lossy(&head));

    let mut rows = Records::new(Utf8Text::new(open().map_err(Unreadable::Io)?, encoding), delimiter);
    let (mut record, mut first) = (Record::default(), Record::default());
    if next_filled(&mut rows, &mut first)?.is_none() {
        return Err(Unusable::NoRows);
    }
    let mut first_row = next_filled(&mut rows, &mut record)?;
    let only_tags = is_tag_row(first.cells());
    let tagged_below = !only_tags && first_row.is_some() && is_tag_row(record.cells());
    let texts = |record: &Record| record.cells().map(str::to_owned).collect::<Vec<_>>();
    let headings = texts(&first);
    let tags = if only_tags { Some(headings.clone()) } else { tagged_below.then(|| texts(&record)) };
    if tagged_below {
        first_row = next_filled(&mut rows, &mut record)?;
    }
    Ok(Headings { headings, tags, delimiter, rows, record, first_row })
}

/// The next row with something in it.
pub fn next_filled<R: Read>(records: &mut Records<R>, record: &mut Record) -> Result<Option<u32>, Unreadable> {
    loop {
        let row = records.next(record)?;
        if row.is_none() || !record.is_blank() {
            return Ok(row);
        }
    }
}

/// What is collected on the way.
struct Seen<'a> {
    numbers: Vec<usize>,
    indicator: Option<usize>,
    area: Option<usize>,
    period: Option<usize>,
    reference: &'a Reference,
    decimals: DecimalSurvey,
    unknown_codes: BTreeSet<String>,
    last_indicator: String,
    last_area: String,
    last_period: String,
    days: DaySurvey,
}

impl<'a> Seen<'a> {
    fn new(layout: &Layout, reference: &'a Reference) -> Self {
        let numbers = [Field::Value, Field::Numerator, Field::Denominator];
        let mut unknown_codes = BTreeSet::new();
        if let Some(Column::Always(code)) = layout.fields.get(&Field::Indicator)
            && reference.indicator(code).is_none()
        {
            unknown_codes.insert(code.clone());
        }
        Self {
            numbers: numbers.into_iter().filter_map(|field| layout.column(field)).collect(),
            indicator: layout.column(Field::Indicator),
            area: layout.column(Field::Area),
            period: layout.column(Field::Period),
            reference,
            decimals: DecimalSurvey::default(),
            unknown_codes,
            last_indicator: String::new(),
            last_area: String::new(),
            last_period: String::new(),
            days: DaySurvey::default(),
        }
    }

    fn look(&mut self, record: &Record) {
        for &column in &self.numbers {
            self.decimals.see(record.cell(column).unwrap_or_default());
        }
        if let Some(code) = self.indicator.and_then(|column| record.cell(column))
            && code != self.last_indicator
        {
            code.clone_into(&mut self.last_indicator);
            let known = self.reference.indicator(code).is_some();
            self.note_unknown(code, known);
        }
        if let Some(code) = self.area.and_then(|column| record.cell(column))
            && code != self.last_area
        {
            code.clone_into(&mut self.last_area);
            let known = !self.reference.areas(code).is_empty();
            self.note_unknown(code, known);
        }
        if let Some(cell) = self.period.and_then(|column| record.cell(column))
            && cell != self.last_period
        {
            cell.clone_into(&mut self.last_period);
            self.days.see(cell);
        }
    }

    fn note_unknown(&mut self, code: &str, known: bool) {
        if !known && !code.is_empty() && self.unknown_codes.len() < UNKNOWN_MAX {
            self.unknown_codes.insert(code.to_owned());
        }
    }
}
