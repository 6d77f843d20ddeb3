//! Which column of a file holds what: told by a mapping that the sender gives, by HXL tags, or by
//! the headings in English and French.

use std::collections::BTreeMap;

use super::{records::Record, unclear::Unclear};
use crate::domain::export::COLUMNS;

cpas_proto::vocabulary! {
    /// What a column can hold.
    pub enum Field as "a field of an observation" {
        Indicator = "indicator",
        Area = "area",
        Period = "period",
        Value = "value",
        Numerator = "numerator",
        Denominator = "denominator",
        Slice = "slice",
        Note = "note",
        Source = "source",
    }
}

/// Where a field comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// Column of the file, from 0.
    At(usize),
    /// The same for every row.
    Always(String),
}

/// Where every field of a file is found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    pub fields: BTreeMap<Field, Column>,
    /// Dimension -> column, one for each dimension that has a column of its own.
    pub dimensions: BTreeMap<String, usize>,
}

/// In a mapping, `=OC-CIVDEATHS` gives every row this text instead of a column's.
const ALWAYS: char = '=';

/// The names that a heading may have, best first: a code before a name.
const NAMES: &[(Field, &[&str])] = &[
    (
        Field::Indicator,
        &["indicator code", "code indicateur", "code de l indicateur", "indicator", "indicateur", "indicator id"],
    ),
    (
        Field::Area,
        &[
            "location code",
            "area code",
            "code zone",
            "code de la zone",
            "code lieu",
            "p code",
            "pcode",
            "code p",
            "admin code",
            "adm3 code",
            "adm2 code",
            "adm1 code",
            "adm3 pcode",
            "adm2 pcode",
            "adm1 pcode",
            "code",
            "area",
            "location",
            "zone",
            "lieu",
            "localite",
            "place",
            "commune",
            "sous prefecture",
            "sub prefecture",
            "prefecture",
            "province",
            "state",
            "county",
            "region",
            "district",
        ],
    ),
    (
        Field::Period,
        &[
            "period",
            "periode",
            "date",
            "month",
            "mois",
            "quarter",
            "trimestre",
            "year",
            "annee",
            "fiscal year",
            "exercice",
        ],
    ),
    (Field::Value, &["value", "valeur", "observed value", "valeur observee", "obs value", "result", "resultat"]),
    (Field::Numerator, &["numerator", "numerateur"]),
    (Field::Denominator, &["denominator", "denominateur"]),
    (Field::Slice, &["slice", "tranche", "disaggregation", "desagregation", "ventilation", "breakdown"]),
    (
        Field::Note,
        &["note", "notes", "comment", "comments", "remark", "remarks", "commentaire", "commentaires", "remarque"],
    ),
    (Field::Source, &["source", "sources"]),
];

const DIMENSION_NAMES: &[(&str, &[&str])] = &[
    ("sex", &["sex", "sexe", "gender", "genre"]),
    ("age", &["age", "age group", "age groups", "groupe d age", "tranche d age", "classe d age"]),
];

impl Layout {
    /// Reads the layout from the headings, the HXL tags where there are some, and the mapping.
    /// `dimensions` are those that the indicators of the mission have.
    ///
    /// # Errors
    /// When a field that every row needs has no column, or two.
    pub fn read(
        headings: &[String],
        tags: Option<&[String]>,
        mapping: &BTreeMap<String, String>,
        dimensions: &[String],
    ) -> Result<Self, Unclear> {
        let layout = Self::partial(headings, tags, mapping, dimensions)?;
        layout.check(headings)?;
        Ok(layout)
    }

    /// As [`Layout::read`], where a field may be missing.
    ///
    /// # Errors
    /// When a field has two columns, or the mapping names what is not there.
    pub fn partial(
        headings: &[String],
        tags: Option<&[String]>,
        mapping: &BTreeMap<String, String>,
        dimensions: &[String],
    ) -> Result<Self, Unclear> {
        let mut layout = Self::default();
        layout.take_mapping(headings, mapping, dimensions)?;
        if let Some(tags) = tags {
            layout.take_tags(tags);
        }
        layout.take_headings(headings)?;
        layout.take_dimensions(headings, tags.unwrap_or_default(), dimensions);
        Ok(layout)
    }

    /// Column of a field from 0; `None` without one or for a text that is always the same.
    pub fn column(&self, field: Field) -> Option<usize> {
        match self.fields.get(&field) {
            Some(Column::At(column)) => Some(*column),
            _ => None,
        }
    }

    /// Field or dimension -> heading, as a preview shows it.
    pub fn described(&self, headings: &[String]) -> BTreeMap<String, String> {
        let heading = |column: usize| headings.get(column).cloned().unwrap_or_default();
        let fields = self.fields.iter().map(|(field, column)| match column {
            Column::At(column) => (field.word().to_owned(), heading(*column)),
            Column::Always(text) => (field.word().to_owned(), format!("{ALWAYS}{text}")),
        });
        let dimensions = self.dimensions.iter().map(|(name, column)| (name.clone(), heading(*column)));
        fields.chain(dimensions).collect()
    }

    /// True for a column that holds a field or a dimension.
    pub fn is_taken(&self, column: usize) -> bool {
        self.fields.values().any(|taken| *taken == Column::At(column))
            || self.dimensions.values().any(|taken| *taken == column)
    }

    /// True for a row in which the columns of values, notes and sources are empty.
    pub fn says_nothing(&self, record: &Record) -> bool {
        let said = [Field::Value, Field::Numerator, Field::Denominator, Field::Note, Field::Source];
        said.iter().all(|field| match self.fields.get(field) {
            Some(Column::At(column)) => record.cell(*column).unwrap_or_default().is_empty(),
            Some(Column::Always(_)) => false,
            None => true,
        })
    }

    fn take_mapping(
        &mut self,
        headings: &[String],
        mapping: &BTreeMap<String, String>,
        dimensions: &[String],
    ) -> Result<(), Unclear> {
        for (name, heading) in mapping {
            let field = name.parse::<Field>().ok();
            if let (Some(field), Some(text)) = (field, heading.strip_prefix(ALWAYS)) {
                self.fields.insert(field, Column::Always(text.to_owned()));
                continue;
            }
            let found = headings.iter().position(|own| folded(own) == folded(heading));
            let column =
                found.ok_or_else(|| Unclear::NoSuchHeading(name.clone(), heading.clone(), headings.join(", ")))?;
            match field {
                Some(field) => {
                    self.fields.insert(field, Column::At(column));
                }
                None if dimensions.contains(name) => {
                    self.dimensions.insert(name.clone(), column);
                }
                None => {
                    let fields =
                        Field::ALL.iter().map(|field| field.word()).chain(dimensions.iter().map(String::as_str));
                    return Err(Unclear::NoSuchField(name.clone(), fields.collect::<Vec<_>>().join(", ")));
                }
            }
        }
        Ok(())
    }

    fn take_tags(&mut self, tags: &[String]) {
        let mut ranked: Vec<(Field, u8, usize)> = tags
            .iter()
            .enumerate()
            .filter_map(|(column, tag)| field_of_tag(tag).map(|(field, rank)| (field, rank, column)))
            .collect();
        ranked.sort_by_key(|&(field, rank, _)| (field, std::cmp::Reverse(rank)));
        for (field, _, column) in ranked {
            if !self.fields.contains_key(&field) && !self.is_taken(column) {
                self.fields.insert(field, Column::At(column));
            }
        }
    }

    fn take_headings(&mut self, headings: &[String]) -> Result<(), Unclear> {
        let names: Vec<String> = headings.iter().map(|heading| folded(heading)).collect();
        for (field, known) in NAMES {
            if self.fields.contains_key(field) {
                continue;
            }
            let free = |name: &str| (0..names.len()).any(|column| names[column] == name && !self.is_taken(column));
            let best = known.iter().find(|name| free(name));
            let Some(best) = best else { continue };
            let mut columns = (0..names.len()).filter(|&column| names[column] == *best && !self.is_taken(column));
            let first = columns.next();
            if let (Some(one), Some(other)) = (first, columns.next()) {
                return Err(Unclear::TwoColumns(*field, headings[one].clone(), headings[other].clone()));
            }
            if let Some(column) = first {
                self.fields.insert(*field, Column::At(column));
            }
        }
        Ok(())
    }

    fn take_dimensions(&mut self, headings: &[String], tags: &[String], dimensions: &[String]) {
        for (column, heading) in headings.iter().enumerate() {
            // What our own files say about each value is no breakdown of it, also where an indicator has one of that name.
            let is_about = tags.get(column).is_some_and(|tag| COLUMNS.iter().any(|(_, _, own)| *own == tag.trim()));
            if self.is_taken(column) || is_about {
                continue;
            }
            let name = folded(heading);
            let own = dimensions.iter().find(|dimension| folded(dimension) == name).cloned();
            let usual = || {
                let usual = DIMENSION_NAMES.iter().find(|(_, names)| names.contains(&name.as_str()));
                usual.map(|(dimension, _)| (*dimension).to_owned())
            };
            if let Some(dimension) = own.or_else(usual) {
                self.dimensions.entry(dimension).or_insert(column);
            }
        }
    }

    fn check(&self, headings: &[String]) -> Result<(), Unclear> {
        let has = |field| self.fields.contains_key(&field);
        let missing = [Field::Indicator, Field::Period].into_iter().find(|&field| !has(field));
        let missing = missing.or_else(|| (!has(Field::Value) && !has(Field::Numerator)).then_some(Field::Value));
        match missing {
            Some(field) => Err(Unclear::NoColumn(field, headings.join(", "))),
            None => Ok(()),
        }
    }
}

/// True for a heading that says no more than that values stand below it.
pub fn names_value(heading: &str) -> bool {
    let name = folded(heading);
    NAMES.iter().any(|(field, known)| *field == Field::Value && known.contains(&name.as_str()))
}

/// How many fields the cells of a row name, as headings do.
pub fn fields_named(cells: &[String]) -> usize {
    let names: Vec<String> = cells.iter().map(|cell| folded(cell)).collect();
    let tags = cells.iter().filter_map(|cell| field_of_tag(cell)).map(|(field, _)| field);
    let named = NAMES.iter().filter(|(_, known)| known.iter().any(|name| names.iter().any(|own| own == name)));
    let mut found: Vec<Field> = named.map(|(field, _)| *field).chain(tags).collect();
    found.sort_unstable();
    found.dedup();
    found.len()
}

/// True for a row of HXL tags: something in it, and everything in it starts with `#`.
pub fn is_tag_row<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    let mut tags = 0;
    let all = cells.all(|cell| {
        tags += usize::from(cell.starts_with('#'));
        cell.is_empty() || (cell.starts_with('#') && cell.len() > 1)
    });
    all && tags >= 2
}

/// Field of an HXL tag, and how well it fits: the deeper area and the code win.
fn field_of_tag(tag: &str) -> Option<(Field, u8)> {
    let tag = tag.trim().to_lowercase().replace(' ', "");
    let mut parts = tag.split('+');
    let base = parts.next()?;
    let attributes: Vec<&str> = parts.collect();
    let has = |attribute: &str| attributes.contains(&attribute);
    let coded = if has("code") { 10 } else { 0 };
    match base {
        "#indicator" | "#value" if has("num") || has("numerator") => Some((Field::Numerator, 1)),
        "#indicator" | "#value" if has("den") || has("denom") || has("denominator") => Some((Field::Denominator, 1)),
        "#indicator" if has("value") => Some((Field::Value, 1)),
        "#indicator" => Some((Field::Indicator, coded + u8::from(attributes.is_empty()))),
        "#adm1" | "#adm2" | "#adm3" | "#adm4" if has("name") => None,
        "#adm1" => Some((Field::Area, coded + 1)),
        "#adm2" => Some((Field::Area, coded + 2)),
        "#adm3" => Some((Field::Area, coded + 3)),
        "#adm4" => Some((Field::Area, coded + 4)),
        "#loc" | "#geo" | "#region" if !has("name") => Some((Field::Area, coded)),
        "#date" => Some((Field::Period, 1)),
        "#value" => Some((Field::Value, 2)),
        "#meta" if has("source") => Some((Field::Source, 1)),
        "#meta" if has("note") || has("comment") => Some((Field::Note, 2)),
        "#description" => Some((Field::Note, 1)),
        _ => None,
    }
}

/// A heading without case, accents and punctuation: `Année` and `annee` are one.
pub fn folded(heading: &str) -> String {
    let mut folded = String::with_capacity(heading.len());
    for character in heading.chars().flat_map(char::to_lowercase) {
        let plain = match character {
            'à' | 'â' | 'ä' => 'a',
            'ç' => 'c',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            other if other.is_alphanumeric() => other,
            _ => ' ',
        };
        if plain != ' ' || !folded.ends_with(' ') {
            folded.push(plain);
        }
    }
    folded.trim().to_owned()
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
