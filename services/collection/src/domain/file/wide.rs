//! Wide tables: periods, areas, indicators or slices in the headings, a value in every cell below.
//!
//! A wide table is spread out into a long one, a row for each cell, and read as any other. What a heading says
//! is found by what the mission has: its areas, its indicators, the categories of their dimensions. Nothing is
//! guessed that a column of the table already says.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    layout::{Field, Layout, folded, names_value},
    records::Record,
    reference::Reference,
    row::parse_period,
    unclear::Unclear,
};

/// What stands in front of, or between, the parts of a heading that says two things.
const BETWEEN: [&str; 7] = ["\n", "|", ";", " / ", " - ", " – ", " "];
/// Headings of a column that sums up what stands beside it.
const SUMS: [&str; 8] = ["total", "totaux", "sum", "somme", "all", "tous", "toutes", "ensemble"];
/// Sexes as headings write them, beside the categories themselves.
const SEXES: [(&str, &[&str]); 2] = [
    ("f", &["female", "females", "women", "woman", "femme", "femmes", "feminin"]),
    ("m", &["male", "males", "men", "man", "homme", "hommes", "masculin"]),
];

/// What the heading of a column says of every cell below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Told {
    /// Indicator, area, period and slice, as a long table would write them.
    fields: BTreeMap<Field, String>,
}

impl Told {
    /// True where it says what the others say, and has the total in place of their slice.
    fn is_total_among(&self, says: &BTreeSet<Field>) -> bool {
        says.contains(&Field::Slice) && self.fields.keys().eq(says) && self.fields[&Field::Slice].is_empty()
    }
}

/// A wide table, ready to be spread out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wide {
    /// Columns that every long row repeats.
    kept: Vec<usize>,
    /// Columns of values, with what their headings say.
    spread: Vec<(usize, Told)>,
    /// What the headings say: the columns of the long table behind those that are kept.
    says: Vec<Field>,
    headings: Vec<String>,
    /// What the kept columns are called in the long table.
    kept_as: Vec<String>,
    /// Kept columns that say nothing the import reads.
    beside: Vec<usize>,
    /// No column is one of areas.
    has_no_area: bool,
    left_out: Vec<String>,
}

/// The headings of what a wide table's own headings said, and of where a cell stood.
const fn heading(field: Field) -> &'static str {
    match field {
        Field::Indicator => "Indicator code",
        Field::Area => "Location code",
        Field::Period => "Period",
        Field::Slice => "Slice",
        _ => "Value",
    }
}
const VALUE: &str = "Value";
const ROW: &str = "Row in the file";
const COLUMN: &str = "Column in the file";

impl Wide {
    /// The table as a wide one; `None` where it is long, or where its headings do not say enough.
    pub fn of(
        headings: &[String],
        tags: Option<&[String]>,
        mapping: &BTreeMap<String, String>,
        reference: &Reference,
    ) -> Option<Self> {
        let dimensions = reference.dimensions();
        // Who corrects a preview sends back what it said, with the headings that the table was given there.
        let is_own = |heading: &str| headings.iter().any(|own| folded(own) == folded(heading));
        let is_made = |to: &str| {
            [Field::Indicator, Field::Area, Field::Period, Field::Slice, Field::Value]
                .iter()
                .any(|field| heading(*field) == to)
        };
        let mapping: BTreeMap<String, String> = mapping
            .iter()
            .filter(|(_, to)| is_own(to) || !is_made(to))
            .map(|(field, to)| (field.clone(), to.clone()))
            .collect();
        let mapping = &mapping;
        // A long table has its columns, or a mistake that a person has to settle.
        if !matches!(Layout::read(headings, tags, mapping, &dimensions), Err(Unclear::NoColumn(..))) {
            return None;
        }
        let layout = Layout::partial(headings, tags, mapping, &dimensions).ok()?;
        let has = |field| layout.fields.contains_key(&field);
        if has(Field::Value) || has(Field::Numerator) || has(Field::Denominator) {
            return None;
        }
        let open: BTreeSet<Field> = [Field::Indicator, Field::Area, Field::Period, Field::Slice]
            .into_iter()
            .filter(|field| !has(*field) && (*field != Field::Slice || layout.dimensions.is_empty()))
            .collect();
        let teller = Teller { reference, open: &open };
        let (mut kept, mut spread, mut sums, mut others) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (column, heading) in headings.iter().enumerate() {
            if layout.is_taken(column) {
                kept.push(column);
            } else if let Some(told) = teller.told(heading) {
                spread.push((column, told));
            } else if let Some(told) = teller.told_of_sum(heading) {
                sums.push((column, told));
            } else {
                others.push(column);
            }
        }
        let says: BTreeSet<Field> = spread.iter().flat_map(|(_, told)| told.fields.keys().copied()).collect();
        // Of slices beside each other, the total is the cell without a slice; of anything else it is a sum.
        let (totals, sums): (Vec<_>, Vec<_>) = sums.into_iter().partition(|(_, told)| told.is_total_among(&says));
        spread.extend(totals);
        spread.sort_by_key(|(column, _)| *column);
        let same = |(_, told): &(usize, Told)| told.fields.len() == says.len();
        let complete = [Field::Indicator, Field::Period].into_iter().all(|field| has(field) || says.contains(&field));
        if spread.is_empty() || !spread.iter().all(same) || !complete {
            return None;
        }
        // What stands before the first value describes the row; what stands behind it and says nothing is left out.
        let first = spread.first().map_or(0, |(column, _)| *column);
        let (before, behind): (Vec<usize>, Vec<usize>) = others.into_iter().partition(|column| *column < first);
        kept.extend(before.iter().copied());
        kept.sort_unstable();
        let untagged = Layout::partial(headings, None, mapping, &dimensions).unwrap_or_default();
        let kept_as = kept.iter().map(|column| called(*column, headings, &layout, &untagged)).collect();
        let named = |column: &usize| headings[*column].clone();
        let mut left_out: Vec<usize> = sums.into_iter().map(|(column, _)| column).chain(behind).collect();
        left_out.sort_unstable();
        let left_out = left_out.iter().map(named).filter(|heading| !heading.is_empty()).collect();
        Some(Self {
            kept,
            spread,
            says: says.into_iter().collect(),
            headings: headings.to_vec(),
            kept_as,
            beside: before,
            has_no_area: !has(Field::Area),
            left_out,
        })
    }

    /// The headings of the long table.
    pub fn long_headings(&self) -> Vec<&str> {
        let kept = self.kept_as.iter().map(String::as_str);
        kept.chain(self.says.iter().map(|field| heading(*field))).chain([VALUE, ROW, COLUMN]).collect()
    }

    /// Gives the cells of the long rows that a row is spread out into, one row after the other; an empty cell says
    /// nothing and makes none. How many were empty.
    pub fn spread<E>(
        &self,
        number: u32,
        record: &Record,
        mut give: impl FnMut(&[&str]) -> Result<(), E>,
    ) -> Result<u32, E> {
        let number = number.to_string();
        let mut empty = 0;
        for (column, told) in &self.spread {
            let cell = record.cell(*column).unwrap_or_default();
            if cell.is_empty() {
                empty += 1;
                continue;
            }
            let kept = self.kept.iter().map(|column| record.cell(*column).unwrap_or_default());
            let said = self.says.iter().map(|field| told.fields.get(field).map_or("", String::as_str));
            let cells: Vec<&str> = kept.chain(said).chain([cell, &number, &self.headings[*column]]).collect();
            give(&cells)?;
        }
        Ok(empty)
    }

    /// True where neither a column nor a heading names an area.
    pub fn speaks_of_no_area(&self) -> bool {
        self.has_no_area && !self.says.contains(&Field::Area)
    }

    /// Columns that were kept and say nothing the import reads.
    pub fn beside(&self) -> &[usize] {
        &self.beside
    }

    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// What a person is told of the reading.
    pub fn told(&self, empty: u64) -> String {
        let what = |field: &Field| match field {
            Field::Indicator => "indicators",
            Field::Area => "areas",
            Field::Period => "periods",
            _ => "slices",
        };
        let said = self.says.iter().map(what).collect::<Vec<_>>().join(" and ");
        let (first, last) = match (self.spread.first(), self.spread.last()) {
            (Some((first, _)), Some((last, _))) => (&self.headings[*first], &self.headings[*last]),
            _ => return String::new(),
        };
        let mut sentence = format!(
            "The headings name {said}: each of the {} columns from \"{first}\" to \"{last}\" was read as values, a row \
             for each cell.",
            self.spread.len()
        );
        if empty > 0 {
            sentence.push_str(&format!(" {empty} empty cells say nothing and were left out."));
        }
        if !self.beside.is_empty() {
            let beside: Vec<&str> = self.beside.iter().map(|column| self.headings[*column].as_str()).collect();
            sentence.push_str(&format!(" Kept beside the values, and not read: {}.", beside.join(", ")));
        }
        if !self.left_out.is_empty() {
            sentence.push_str(&format!(" Left out, because their headings name none: {}.", self.left_out.join(", ")));
        }
        sentence
    }
}

/// What a kept column is called in the long table: as in the file, unless only its HXL tag says what it holds.
fn called(column: usize, headings: &[String], layout: &Layout, untagged: &Layout) -> String {
    match field_of(layout, column) {
        Some(field) if field_of(untagged, column) != Some(field) => canonical(field).to_owned(),
        _ => headings[column].clone(),
    }
}

fn field_of(layout: &Layout, column: usize) -> Option<Field> {
    Field::ALL.iter().copied().find(|field| layout.column(*field) == Some(column))
}

/// A heading that says what a column holds.
const fn canonical(field: Field) -> &'static str {
    match field {
        Field::Note => "Note",
        Field::Source => "Source",
        Field::Numerator => "Numerator",
        Field::Denominator => "Denominator",
        other => heading(other),
    }
}

/// Reads what headings say.
struct Teller<'a> {
    reference: &'a Reference,
    /// What no column of the table says.
    open: &'a BTreeSet<Field>,
}

impl Teller<'_> {
    /// What a heading says: as a whole, or in parts that each say another thing.
    fn told(&self, heading: &str) -> Option<Told> {
        let heading = heading.trim();
        if heading.is_empty() {
            return None;
        }
        if let Some((field, text)) = self.part(heading) {
            return Some(Told { fields: BTreeMap::from([(field, text)]) });
        }
        BETWEEN.iter().find_map(|between| self.parts(heading, between))
    }

    /// What the heading of a sum says: "Total" alone, or behind what else it says.
    fn told_of_sum(&self, heading: &str) -> Option<Told> {
        let is_sum = |part: &str| SUMS.contains(&folded(part).as_str());
        let mut told = match heading.rsplit_once(" / ") {
            Some((rest, sum)) if is_sum(sum) => self.told(rest)?,
            None if is_sum(heading) => Told::default(),
            _ => return None,
        };
        // A total of one sex or age is one more slice, not the total.
        told.fields.insert(Field::Slice, String::new()).is_none().then_some(told)
    }

    fn parts(&self, heading: &str, between: &str) -> Option<Told> {
        let mut fields: BTreeMap<Field, String> = BTreeMap::new();
        let parts: Vec<&str> = heading.split(between).map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.len() < 2 {
            return None;
        }
        let mut at = 0;
        while let Some(part) = parts.get(at) {
            at += 1;
            // "Value" above what the columns are about says no more than that.
            if names_value(part) {
                continue;
            }
            // A year above its quarters or months is one period with each of them.
            let whole = parts.get(at).and_then(|next| self.part(&format!("{part} {next}")));
            let whole = whole.filter(|(field, _)| *field == Field::Period);
            at += usize::from(whole.is_some());
            let (field, text) = whole.or_else(|| self.part(part))?;
            match (fields.get_mut(&field), field) {
                (None, _) => drop(fields.insert(field, text)),
                // Two dimensions make one slice.
                (Some(slice), Field::Slice) => slice.push_str(&format!(", {text}")),
                (Some(_), _) => return None,
            }
        }
        (!fields.is_empty()).then_some(Told { fields })
    }

    fn part(&self, part: &str) -> Option<(Field, String)> {
        let open = |field| self.open.contains(&field);
        let period = || parse_period(part).filter(|_| open(Field::Period)).map(|_| (Field::Period, part.to_owned()));
        let indicator = || {
            let found = self.reference.indicator(part).filter(|_| open(Field::Indicator));
            found.map(|indicator| (Field::Indicator, indicator.code.clone()))
        };
        // Which of several areas of a name is meant, the period of a row says.
        let area = || match self.reference.areas(part).as_slice() {
            [] => None,
            _ if !open(Field::Area) => None,
            [code] => Some((Field::Area, (*code).to_owned())),
            _ => Some((Field::Area, part.to_owned())),
        };
        let slice = || self.slice(part).filter(|_| open(Field::Slice)).map(|slice| (Field::Slice, slice));
        period().or_else(indicator).or_else(area).or_else(slice)
    }

    /// `sex=f`, or a category that one dimension of the mission's indicators has.
    fn slice(&self, part: &str) -> Option<String> {
        let categories = self.reference.categories();
        if let Some((dimension, category)) = part.split_once('=') {
            let known =
                categories.iter().any(|(own, own_category)| own == dimension.trim() && own_category == category.trim());
            return known.then(|| format!("{}={}", dimension.trim(), category.trim()));
        }
        let name = folded(part);
        let sex = SEXES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(sex, _)| *sex);
        let fits = |(dimension, category): &&(String, String)| {
            folded(category) == name || (dimension == "sex" && sex == Some(category.as_str()))
        };
        let mut found = categories.iter().filter(fits);
        match (found.next(), found.next()) {
            (Some((dimension, category)), None) => Some(format!("{dimension}={category}")),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "wide_tests.rs"]
mod tests;
