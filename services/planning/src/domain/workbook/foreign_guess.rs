//! Where the headings of somebody's framework are, and what its columns hold: a guess, to be corrected.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::Language;

use super::{
    foreign::{COLUMNS_MAX, Layout, NO_HEADINGS, Shape},
    foreign_labels::{FIELDS, LEVELS},
    grid::{Book, Grid, Said},
    words::plain,
};

/// Rows in which the headings are looked for.
const HEADINGS_WITHIN: u32 = 40;
/// Headings that only French has.
const FRENCH: &[&str] = &[
    "objectif",
    "effet",
    "resultat",
    "produit",
    "extrant",
    "activite",
    "enonce",
    "intitule",
    "niveau",
    "responsable",
    "debut",
    "fin",
    "zone",
    "composante",
    "libelle",
    "indicateur",
    "cible",
    "reference",
];

/// The sheet and row whose headings say most, and what they say.
pub(super) fn guess(book: &Book) -> Option<Layout> {
    let mut best: Option<(usize, Layout)> = None;
    for grid in &book.grids {
        for (row, cells) in grid.rows.range(..HEADINGS_WITHIN) {
            let columns = headed(cells);
            // The first of those that say as much.
            if columns.len() >= 2 && best.as_ref().is_none_or(|(most, _)| columns.len() > *most) {
                best = Some((columns.len(), layout(grid, *row, columns)));
            }
        }
    }
    best.map(|(_, layout)| layout).or_else(|| without_headings(book.grids.first()?))
}

/// The fields that the cells of a row name, each once.
fn headed(cells: &BTreeMap<u32, Said>) -> BTreeMap<&'static str, u32> {
    let mut columns = BTreeMap::new();
    for (place, said) in cells.range(..COLUMNS_MAX) {
        if let Said::Text(heading) = said
            && let Some(field) = field_of(heading)
        {
            columns.entry(field).or_insert(*place);
        }
    }
    columns
}

/// The field that a heading names: by the longest of the words that it begins with.
fn field_of(heading: &str) -> Option<&'static str> {
    let heading = plain(heading);
    // A sentence is no heading.
    if heading.chars().count() > 40 {
        return None;
    }
    let begins = |word: &str| {
        let rest = heading.strip_prefix(word)?;
        (rest.is_empty() || rest == "s" || rest.starts_with(' ') || rest.starts_with("s ")).then_some(word.len())
    };
    let fields =
        FIELDS.iter().filter_map(|(field, words)| Some((words.iter().filter_map(|word| begins(word)).max()?, *field)));
    fields.max_by_key(|(length, _)| *length).map(|(_, field)| field)
}

fn layout(grid: &Grid, heading_row: u32, mut columns: BTreeMap<&'static str, u32>) -> Layout {
    let cells = grid.rows.get(&heading_row);
    let is_french = |said: &Said| {
        FRENCH.iter().any(|word| plain(&said.text()).split(' ').any(|part| part.trim_end_matches('s') == *word))
    };
    let language = if cells.is_some_and(|cells| cells.values().any(is_french)) { Language::Fr } else { Language::En };
    let levels = LEVELS.iter().filter(|level| columns.contains_key(**level)).count();
    let shape = match (levels, columns.contains_key("kind")) {
        (2.., _) => Shape::Columns,
        (_, true) => Shape::Kind,
        _ => Shape::Indented,
    };
    if shape != Shape::Columns {
        // One heading for all levels: "Objectives, outcomes and outputs".
        let only = LEVELS.iter().find_map(|level| columns.remove(level));
        let statement =
            columns.get("statement").copied().or(only).or_else(|| longest_column(grid, heading_row, &columns));
        columns.extend(statement.map(|column| ("statement", column)));
    }
    Layout { sheet: grid.name.clone(), heading_row, shape, columns, language }
}

/// A sheet without headings: one below the other in the column with most text, or side by side in those that have some.
fn without_headings(grid: &Grid) -> Option<Layout> {
    let first = *grid.rows.keys().next()?;
    let used: BTreeSet<u32> =
        grid.rows.values().flat_map(|cells| cells.range(..COLUMNS_MAX).map(|(place, _)| *place)).collect();
    let (shape, columns) = if used.len() > 1 {
        (Shape::Columns, LEVELS.into_iter().zip(used).collect())
    } else {
        (Shape::Indented, used.into_iter().map(|column| ("statement", column)).collect())
    };
    // Nothing is a heading: the first row counts.
    let heading_row = first.checked_sub(1).unwrap_or(NO_HEADINGS);
    Some(Layout { sheet: grid.name.clone(), heading_row, shape, columns, language: Language::En })
}

fn longest_column(grid: &Grid, heading_row: u32, but: &BTreeMap<&'static str, u32>) -> Option<u32> {
    let mut lengths: BTreeMap<u32, usize> = BTreeMap::new();
    for (place, said) in grid.rows.range(heading_row + 1..).flat_map(|(_, cells)| cells.range(..COLUMNS_MAX)) {
        if !but.values().any(|other| other == place) {
            *lengths.entry(*place).or_default() += said.text().chars().count();
        }
    }
    lengths.into_iter().max_by_key(|(_, length)| *length).map(|(column, _)| column)
}
