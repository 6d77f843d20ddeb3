//! Wide tables in: spread out into a long CSV of our own make, which is read as any other.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write as _},
};

use super::spool::Spooled;
use crate::{
    domain::{
        export::csv,
        file::{Field, Headings, Reference, Unclear, Unusable, Wide, headings, survey::next_filled},
    },
    error::Error,
};

/// The table as a long one, with a sentence on how it was read; `None` where it is one already, or where its headings
/// do not say enough.
///
/// # Errors
/// When the table cannot be read to its end, or spreads out to more than an import takes.
pub fn spread(
    file: &Spooled,
    mapping: &BTreeMap<String, String>,
    reference: &Reference,
    bytes_max: u64,
) -> Result<Option<(File, String)>, Error> {
    let Headings { headings, tags, mut rows, mut record, first_row: mut row, .. } =
        headings(|| file.open(), file.encoding)?;
    let Some(wide) = Wide::of(&headings, tags.as_deref(), mapping, reference) else { return Ok(None) };
    let mut out =
        Out { to: BufWriter::new(tempfile::tempfile().map_err(broken)?), left: bytes_max, line: String::new() };
    out.line(&wide.long_headings())?;
    let mut empty = 0_u64;
    // A column of places that nobody said is one would make every value the whole mission's.
    let mut places: Vec<(usize, bool)> = wide.beside().iter().map(|column| (*column, false)).collect();
    while let Some(number) = row {
        places.retain_mut(|(column, seen)| {
            let cell = record.cell(*column).unwrap_or_default();
            *seen |= !cell.is_empty();
            cell.is_empty() || !reference.areas(cell).is_empty()
        });
        empty += u64::from(wide.spread(number, &record, |cells| out.line(cells))?);
        row = next_filled(&mut rows, &mut record).map_err(Unusable::from)?;
    }
    if wide.speaks_of_no_area() && places.iter().any(|(_, seen)| *seen) {
        return Err(Unusable::from(Unclear::NoColumn(Field::Area, wide.headings().join(", "))).into());
    }
    let long = out.to.into_inner().map_err(|error| broken(error.into_error()))?;
    Ok(Some((long, wide.told(empty))))
}

/// The long table as it grows.
struct Out {
    to: BufWriter<File>,
    left: u64,
    line: String,
}

impl Out {
    fn line(&mut self, cells: &[&str]) -> Result<(), Error> {
        self.line.clear();
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.line.push(',');
            }
            csv::quoted(&mut self.line, cell);
        }
        self.line.push('\n');
        self.left = self.left.checked_sub(self.line.len() as u64).ok_or_else(too_much)?;
        self.to.write_all(self.line.as_bytes()).map_err(broken)
    }
}

fn too_much() -> Error {
    let sentence = "The table spreads out, a row for each cell, to more than one import takes. Nothing was read in; \
                    split it, for example by year, and send the parts one after the other.";
    Error::TooLarge(sentence.to_owned())
}

fn broken(error: std::io::Error) -> Error {
    Error::Broken(error.to_string())
}
