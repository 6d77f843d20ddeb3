//! The second time through a file: every row is an observation, or is rejected with the reason.

use std::{collections::HashMap, io::Read};

use cpas_proto::words::{Frequency, Period, Slice};

use super::{
    encoding::Utf8Text,
    layout::{Column, Field},
    number::{DecimalSign, parse_number},
    records::{Record, Records, Unreadable},
    reference::Reference,
    spoken::{spoken_day, spoken_period},
    survey::Survey,
};
use crate::domain::{
    definition::{Definition, Kind},
    observation::{Fault, Measure},
};

/// Longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 2_000;
/// Longest source, in characters.
pub const SOURCE_CHARS_MAX: usize = 500;

/// A row that can become an observation.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedRow<'a> {
    pub definition: &'a Definition,
    pub period: Period,
    /// Area code; empty: the whole mission.
    pub area: &'a str,
    pub slice: Slice,
    pub measure: Measure,
    pub note: String,
    pub source: String,
}

/// Why a row cannot become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Heading of the column that is wrong; empty where it is the row as a whole.
    pub column: String,
    pub reason: String,
}

/// One row of a file.
#[derive(Debug)]
pub struct Row<'a> {
    /// Counted from 1, with the heading and blank rows, as a spreadsheet shows it.
    pub number: u32,
    pub record: &'a Record,
    pub outcome: Result<ParsedRow<'a>, Rejection>,
}

/// Reads the rows of a surveyed file.
pub struct Reader<'a, R> {
    records: Records<Utf8Text<R>>,
    record: Record,
    survey: &'a Survey,
    reference: &'a Reference,
    /// Areas that the mission does not have as they are written, and what is near to each.
    near_areas: HashMap<&'a str, (&'a str, &'a str)>,
    /// Headings and tags that are still to be skipped.
    to_skip: u32,
}

impl<'a, R: Read> Reader<'a, R> {
    /// `file` starts at its beginning.
    pub fn new(file: R, survey: &'a Survey, reference: &'a Reference) -> Self {
        let records = Records::new(Utf8Text::new(file, survey.encoding), survey.delimiter);
        let only_tags = survey.headings.iter().all(|heading| heading.is_empty() || heading.starts_with('#'));
        let to_skip = if survey.hxl_tags && !only_tags { 2 } else { 1 };
        let near = survey.unknown_codes.iter().filter_map(|cell| Some((cell.as_str(), reference.similar_area(cell)?)));
        Self { records, record: Record::default(), survey, reference, near_areas: near.collect(), to_skip }
    }

    /// The next row that has something in it; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read, which the survey found it could.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, Unreadable> {
        loop {
            let Some(number) = self.records.next(&mut self.record)? else { return Ok(None) };
            if self.record.is_blank() {
                continue;
            }
            if self.to_skip > 0 {
                self.to_skip -= 1;
                continue;
            }
            if self.survey.is_template && self.survey.layout.says_nothing(&self.record) {
                continue;
            }
            let parser = RowParser { survey: self.survey, reference: self.reference, near_areas: &self.near_areas };
            let outcome = parser.parse(&self.record);
            return Ok(Some(Row { number, record: &self.record, outcome }));
        }
    }
}

struct RowParser<'a, 'n> {
    survey: &'a Survey,
    reference: &'a Reference,
    near_areas: &'n HashMap<&'a str, (&'a str, &'a str)>,
}

impl<'a> RowParser<'a, '_> {
    fn cell<'r>(&self, record: &'r Record, field: Field) -> &'r str
    where
        'a: 'r,
    {
        match self.survey.layout.fields.get(&field) {
            Some(Column::At(column)) => record.cell(*column).unwrap_or_default(),
            Some(Column::Always(text)) => text,
            None => "",
        }
    }

    fn reject(&self, field: Field, reason: impl Into<String>) -> Rejection {
        let column = self.survey.layout.column(field).and_then(|column| self.survey.headings.get(column));
        Rejection { column: column.cloned().unwrap_or_else(|| field.word().to_owned()), reason: reason.into() }
    }

    fn parse(&self, record: &Record) -> Result<ParsedRow<'a>, Rejection> {
        self.check_width(record)?;
        let definition = self.indicator(record)?;
        let period = self.period(record, definition)?;
        let area = self.area(record, period)?;
        let slice = self.slice(record, definition)?;
        let measure = self.measure(record, definition)?;
        Ok(ParsedRow {
            definition,
            period,
            area,
            slice,
            measure,
            note: self.text(record, Field::Note, NOTE_CHARS_MAX)?,
            source: self.text(record, Field::Source, SOURCE_CHARS_MAX)?,
        })
    }

    fn check_width(&self, record: &Record) -> Result<(), Rejection> {
        let (width, expected) = (record.width(), self.survey.headings.len());
        let surplus = (expected..width).any(|column| record.cell(column).is_some_and(|cell| !cell.is_empty()));
        let fields = self.survey.layout.fields.values().filter_map(|column| match column {
            Column::At(column) => Some(*column + 1),
            Column::Always(_) => None,
        });
        // A row that ends before a dimension would pass for a total.
        let needed = fields.chain(self.survey.layout.dimensions.values().map(|column| *column + 1));
        if !surplus && width >= needed.max().unwrap_or_default() {
            return Ok(());
        }
        let reason = format!("The row has {width} cells and the heading {expected}.");
        Err(Rejection { column: String::new(), reason })
    }

    fn indicator(&self, record: &Record) -> Result<&'a Definition, Rejection> {
        let code = self.cell(record, Field::Indicator);
        if code.is_empty() {
            return Err(self.reject(Field::Indicator, "No indicator is named."));
        }
        let Some(definition) = self.reference.indicator(code) else {
            let meant = match self.reference.similar_indicator(code) {
                Some(similar) => format!(" Did you mean {similar}?"),
                None => String::new(),
            };
            return Err(self.reject(Field::Indicator, format!("The mission has no indicator \"{code}\".{meant}")));
        };
        definition.takes_values().map_err(|message| self.reject(Field::Indicator, message))?;
        Ok(definition)
    }

    fn period(&self, record: &Record, definition: &Definition) -> Result<Period, Rejection> {
        let cell = self.cell(record, Field::Period);
        let numbers = self.survey.days.read(cell).map_err(|unclear| self.reject(Field::Period, unclear.to_string()))?;
        let period = numbers.map(on_day).or_else(|| parse_period(cell)).ok_or_else(|| {
            let said =
                format!("\"{cell}\" is not a period; write 2024, 2024-03, 2024-Q1, 2024-H1, FY2024 or 2024-03-17.");
            self.reject(Field::Period, said)
        })?;
        let period = self.meant(period, definition.frequency);
        match self.reference.lock(period) {
            None => Ok(period),
            Some(lock) => Err(self.reject(
                Field::Period,
                format!(
                    "{} is locked ({}). A coordinator can correct single values in it, with a reason.",
                    lock.period, lock.reason
                ),
            )),
        }
    }

    /// Of a file whose days all begin a month: the period of the indicator's frequency that the day begins.
    fn meant(&self, period: Period, frequency: Frequency) -> Period {
        let start = self.reference.fiscal_start_month;
        if !self.survey.days_are_firsts || period.frequency() != Frequency::Day {
            return period;
        }
        let day = period.first_day(start);
        let whole = Period::containing(day, frequency, start);
        if whole.first_day(start) == day { whole } else { period }
    }

    fn area(&self, record: &Record, period: Period) -> Result<&'a str, Rejection> {
        let cell = self.cell(record, Field::Area);
        if cell.is_empty() {
            return Ok("");
        }
        self.reference.area_in(cell, period).map_err(|reason| {
            let meant = match self.near_areas.get(cell) {
                Some((code, name)) if code == name => format!(" Did you mean {code}?"),
                Some((code, name)) => format!(" Did you mean {code} (\"{name}\")?"),
                None => String::new(),
            };
            self.reject(Field::Area, format!("{reason}{meant}"))
        })
    }

    fn slice(&self, record: &Record, definition: &Definition) -> Result<Slice, Rejection> {
        let text = self.cell(record, Field::Slice);
        let columns = self.survey.layout.dimensions.iter().filter_map(|(dimension, column)| {
            let category = record.cell(*column).unwrap_or_default();
            (!is_all(category)).then_some((dimension.as_str(), category))
        });
        let columns: Vec<(&str, &str)> = columns.collect();
        if text.is_empty() && columns.is_empty() {
            return Ok(Slice::total());
        }
        let said: Slice = text.parse().map_err(|error| self.reject(Field::Slice, format!("{error}.")))?;
        let known =
            definition.known_slice(said.pairs().chain(columns.iter().copied())).map_err(|reason| {
                match columns.first() {
                    Some((dimension, _)) => {
                        let column = self.survey.layout.dimensions.get(*dimension);
                        let heading = column.and_then(|column| self.survey.headings.get(*column));
                        Rejection { column: heading.cloned().unwrap_or_default(), reason }
                    }
                    None => self.reject(Field::Slice, reason),
                }
            })?;
        Ok(known)
    }

    fn measure(&self, record: &Record, definition: &Definition) -> Result<Measure, Rejection> {
        let faulty = |fault: Fault| {
            let field = match fault.field {
                "numerator" => Field::Numerator,
                "denominator" => Field::Denominator,
                _ => Field::Value,
            };
            self.reject(field, fault.message)
        };
        let value = self.cell(record, Field::Value);
        let measure = match (definition.kind, said_in_words(value)) {
            (Kind::Ratio, Some(word)) => self.ratio(record, word)?,
            (_, Some(word)) => word,
            (Kind::Ratio, None) => self.ratio(record, Measure::Value(self.number(value, Field::Value)?))?,
            (Kind::Qualitative, None) => Measure::Text(value.to_owned()),
            (Kind::Scale | Kind::Milestone, None) => match self.number(value, Field::Value) {
                Ok(number) => Measure::Value(number),
                Err(_) => Measure::Level(value.to_owned()),
            },
            (_, None) => Measure::Value(self.number(value, Field::Value)?),
        };
        measure.check(definition).map_err(faulty)?;
        Ok(measure)
    }

    /// The ratio of a row, or what the value column says where neither part is given.
    fn ratio(&self, record: &Record, otherwise: Measure) -> Result<Measure, Rejection> {
        let (numerator, denominator) = (self.cell(record, Field::Numerator), self.cell(record, Field::Denominator));
        match (said_in_words(numerator), said_in_words(denominator)) {
            (None, None) => Ok(Measure::Ratio {
                numerator: self.number(numerator, Field::Numerator)?,
                denominator: self.number(denominator, Field::Denominator)?,
            }),
            (None, Some(_)) => {
                Err(self.reject(Field::Denominator, "A ratio needs its denominator; the numerator alone says nothing."))
            }
            (Some(_), None) => Err(self.reject(Field::Numerator, "A ratio needs its numerator.")),
            (Some(word), Some(_)) if otherwise == Measure::Missing => Ok(word),
            (Some(_), Some(_)) => Ok(otherwise),
        }
    }

    fn number(&self, cell: &str, field: Field) -> Result<f64, Rejection> {
        let sign: DecimalSign = self.survey.decimal_sign;
        parse_number(cell, sign).map_err(|error| self.reject(field, error.to_string()))
    }

    fn text(&self, record: &Record, field: Field, chars_max: usize) -> Result<String, Rejection> {
        let text = self.cell(record, field);
        if text.len() > chars_max && text.chars().count() > chars_max {
            return Err(self.reject(field, format!("The {field} is longer than {chars_max} characters.")));
        }
        Ok(text.to_owned())
    }
}

/// What a cell says that has no number: an empty one is missing, never zero.
fn said_in_words(cell: &str) -> Option<Measure> {
    if cell.len() > 20 {
        return None;
    }
    match cell.to_lowercase().as_str() {
        "" | "na" | "n/a" | "#n/a" | ".." | "..." | "." | "-" | "–" | "—" | "nd" | "n.d." | "null" | "none"
        | "missing" | "manquant" | "unknown" | "inconnu" => Some(Measure::Missing),
        "not applicable" | "not_applicable" | "sans objet" | "s.o." | "so" => Some(Measure::NotApplicable),
        "*" | "suppressed" | "supprimé" | "masqué" => Some(Measure::Suppressed),
        _ => None,
    }
}

/// A category that means no category.
fn is_all(category: &str) -> bool {
    category.is_empty()
        || ["all", "total", "tous", "toutes", "ensemble"].iter().any(|all| category.eq_ignore_ascii_case(all))
}

/// A period as it is written here, or as people and spreadsheets write a day or a month in words; what is written in
/// numbers alone the column has to be asked for: see [`Days`](super::Days).
pub fn parse_period(cell: &str) -> Option<Period> {
    if let Ok(period) = cell.parse() {
        return Some(period);
    }
    let cell = cell.to_uppercase();
    // 2024-03-17 00:00:00 and 2024-03-17T00:00:00Z
    let day = cell.split([' ', 'T']).next().filter(|day| day.len() == 10 && cell.len() > 10);
    if let Some(period) = day.and_then(|day| day.parse().ok()) {
        return Some(period);
    }
    // 2024Q1, 2024 Q1, 2024/03, FY 2024
    let tight: String = cell.chars().filter(|character| *character != ' ').collect();
    let tight = tight.replace('/', "-");
    if let Ok(period) = tight.parse() {
        return Some(period);
    }
    let joined = tight
        .split_at_checked(4)
        .and_then(|(year, part)| format!("{year}-{}", part.trim_start_matches('-')).parse().ok());
    joined.or_else(|| spoken_period(&cell)).or_else(|| spoken_day(&cell).map(on_day))
}

fn on_day(of: chrono::NaiveDate) -> Period {
    Period::containing(of, Frequency::Day, 1)
}
