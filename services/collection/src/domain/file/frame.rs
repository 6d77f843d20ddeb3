//! Where the headings of a table stand: below titles, in one row or in several, as merged cells make them.
//!
//! The headings of several rows are read as one: "2024" above "Q1" says "2024 / Q1", and what stands above several
//! columns counts for each of them.

use std::collections::BTreeMap;

use super::{
    layout::{Layout, fields_named, folded, is_tag_row},
    reference::Reference,
    unclear::Unclear,
    wide::Wide,
};

/// Rows in which headings are looked for, below titles.
pub const LOOKED_AT: u32 = 30;
/// Fields of a row that make it one of headings.
const FIELDS_MIN: usize = 2;
/// Rows that headings may have.
const DEPTH_MAX: usize = 3;
/// Between what the rows of a heading say.
const JOIN: &str = " / ";
/// Headings of what an import adds to the rows that it gives back.
pub const REASON: [(&str, &str); 2] = [("Reason", "Motif"), ("Row in the file", "Ligne du fichier")];

/// A row of a table: its number from 0, and its cells from the first column on.
pub type Line = (u32, Vec<String>);

/// The headings of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// First and last row of the headings, from 0.
    pub first: u32,
    pub last: u32,
    pub headings: Vec<String>,
    /// A row of HXL tags below them.
    pub tags: Option<Vec<String>>,
}

/// What can be told of a table by its first rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    /// It can be read.
    Clear(Frame),
    /// It has headings, and nobody can tell what they mean.
    Unclear(Frame, Unclear),
    /// Nothing that looks like a table.
    Nothing,
}

/// Looks at the first rows of a table. `mapping` gives what is said of columns with such headings.
pub fn outlook(
    lines: &[Line],
    mapping: &dyn Fn(&[String]) -> BTreeMap<String, String>,
    reference: &Reference,
) -> Outlook {
    let filled: Vec<usize> = (0..lines.len()).filter(|&place| is_wide(&lines[place].1)).collect();
    let named = filled.iter().copied().find(|&place| fields_named(&lines[place].1) >= FIELDS_MIN);
    let mut first_unclear = None;
    for place in named.into_iter().chain(filled.iter().copied().filter(|place| Some(*place) != named)) {
        for (from, to) in windows(lines, place) {
            let frame = frame(lines, from, to);
            match unclear(&frame, &mapping(&frame.headings), reference) {
                None => return Outlook::Clear(frame),
                Some(error) if (from, to) == (place, place) && first_unclear.is_none() => {
                    first_unclear = Some((frame, error));
                }
                Some(_) => {}
            }
        }
    }
    first_unclear.map_or(Outlook::Nothing, |(frame, error)| Outlook::Unclear(frame, error))
}

/// The key by which a mapping is remembered: headings without case and accents, and without what an import adds.
pub fn layout_key(headings: &[String]) -> String {
    let own = headings.iter().filter(|heading| {
        let last = heading.rsplit(JOIN).next().unwrap_or_default();
        !last.is_empty() && !REASON.iter().any(|(en, fr)| last == *en || last == *fr)
    });
    own.map(|heading| folded(heading)).collect::<Vec<_>>().join("|")
}

/// More than a title, which is one cell.
fn is_wide(cells: &[String]) -> bool {
    cells.iter().filter(|cell| !cell.is_empty()).count() >= FIELDS_MIN
}

/// The rows around one that may be the headings together with it, the likeliest first; first and last place.
fn windows(lines: &[Line], place: usize) -> Vec<(usize, usize)> {
    let goes_on = (place + 1..lines.len()).take_while(|&below| goes_on(&lines[place].1, &lines[below].1)).count();
    let below = (0..DEPTH_MAX).map(|more| (place, place + more));
    let (deep, flat): (Vec<_>, Vec<_>) = below.partition(|&(_, to)| (1..=goes_on).contains(&(to - place)));
    let above = (1..DEPTH_MAX).filter_map(|more| Some((place.checked_sub(1)?, place + more - 1)));
    let adjoins = |&(from, to): &(usize, usize)| to < lines.len() && lines[to].0 - lines[from].0 == (to - from) as u32;
    deep.into_iter().rev().chain(flat).chain(above).filter(adjoins).collect()
}

/// True where a row looks like a further one of headings: words, and nothing below the first of them.
fn goes_on(above: &[String], below: &[String]) -> bool {
    let is_word = |cell: &String| cell.parse::<f64>().is_err();
    let mut filled = below.iter().filter(|cell| !cell.is_empty()).peekable();
    let first = above.iter().position(|cell| !cell.is_empty()).unwrap_or_default();
    filled.peek().is_some() && filled.all(is_word) && below.get(first).is_none_or(String::is_empty)
}

fn frame(lines: &[Line], from: usize, to: usize) -> Frame {
    let rows = &lines[from..=to];
    let width = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or_default();
    let tags = lines.get(to + 1).map(|(_, cells)| cells).filter(|cells| is_tag_row(cells.iter().map(String::as_str)));
    let cell = |row: usize, column: usize| rows[row].1.get(column).map_or("", String::as_str);
    let below = |row: usize, column: usize| (row + 1..rows.len()).any(|under| !cell(under, column).is_empty());
    let mut headings = vec![String::new(); width];
    for row in 0..rows.len() {
        // What stands above several columns, as merged cells write it: once, over the first of them.
        let mut over = "";
        for (column, heading) in headings.iter_mut().enumerate() {
            let own = cell(row, column);
            let goes_down = below(row, column);
            if !own.is_empty() {
                over = if goes_down { own } else { "" };
            }
            let said = if own.is_empty() && goes_down { over } else { own };
            if !said.is_empty() && heading.rsplit(JOIN).next() != Some(said) {
                if !heading.is_empty() {
                    heading.push_str(JOIN);
                }
                heading.push_str(said);
            }
        }
    }
    Frame { first: rows[0].0, last: rows[rows.len() - 1].0, headings, tags: tags.cloned() }
}

/// Why a table cannot be read; `None` where it can.
fn unclear(frame: &Frame, mapping: &BTreeMap<String, String>, reference: &Reference) -> Option<Unclear> {
    let tags = match &frame.tags {
        Some(tags) => Some(tags.as_slice()),
        None => is_tag_row(frame.headings.iter().map(String::as_str)).then_some(frame.headings.as_slice()),
    };
    let error = Layout::read(&frame.headings, tags, mapping, &reference.dimensions()).err()?;
    Wide::of(&frame.headings, tags, mapping, reference).is_none().then_some(error)
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
