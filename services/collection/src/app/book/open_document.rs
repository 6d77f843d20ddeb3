//! Workbooks of OpenDocument (`.ods`), read as a stream: rows and cells say how often they are repeated, and what they
//! say is not believed beyond what a sheet has.
//!
//! Source: OpenDocument 1.3, part 3, chapter 9 (tables) and 19.385 (values of cells).

use std::{
    collections::HashSet,
    fs::File,
    io::{BufReader, Read as _},
};

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::{Cell, Give, Go, ROWS_MAX, Value, broken, from_start, no_workbook, protected, too_much};
use crate::{
    domain::file::records::{COLUMNS_MAX, ROW_BYTES_MAX},
    error::Error,
};

/// Longest text of a cell, in bytes.
const TEXT_BYTES_MAX: usize = 1 << 20;
/// Of the list of parts, which says whether they are encrypted, in bytes.
const MANIFEST_BYTES_MAX: u64 = 1 << 20;
const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// The visible sheets.
pub(super) fn sheets(file: &File) -> Result<Vec<String>, Error> {
    check_kind(file)?;
    let (mut found, mut hidden) = (Vec::new(), HashSet::new());
    let mut style = String::new();
    let mut depth = 0_u32;
    walk(file, |event| {
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == b"style:style" => {
                style = attribute(tag, "style:name")?.unwrap_or_default();
            }
            Event::Start(tag) | Event::Empty(tag)
                if tag.name().as_ref() == b"style:table-properties"
                    && attribute(tag, "table:display")?.as_deref() == Some("false") =>
            {
                hidden.insert(style.clone());
            }
            Event::Start(tag) if tag.name().as_ref() == b"table:table" => {
                depth += 1;
                let is_hidden = attribute(tag, "table:style-name")?.is_some_and(|style| hidden.contains(&style));
                if depth == 1 && !is_hidden {
                    found.push(attribute(tag, "table:name")?.unwrap_or_default());
                }
            }
            Event::End(tag) if tag.name().as_ref() == b"table:table" => depth = depth.saturating_sub(1),
            _ => {}
        }
        Ok(Go::On)
    })?;
    Ok(found)
}

/// The cells of a sheet that have something in them.
pub(super) fn cells(file: &File, sheet: &str, give: &mut Give<'_>) -> Result<(), Error> {
    let mut table = Table::default();
    let mut is_in = false;
    walk(file, |event| match event {
        Event::Start(tag) if tag.name().as_ref() == b"table:table" && !is_in => {
            is_in = attribute(tag, "table:name")?.as_deref() == Some(sheet);
            Ok(Go::On)
        }
        _ if !is_in => Ok(Go::On),
        Event::End(tag) if tag.name().as_ref() == b"table:table" && table.beside == 0 => Ok(Go::Stop),
        event => table.take(event, give),
    })
}

/// A sheet as it is read.
#[derive(Default)]
struct Table {
    row: u32,
    /// How often the row stands there.
    rows: u32,
    column: u32,
    /// What the row has, for its repetitions.
    held: Vec<(u32, Value)>,
    /// Bytes of its texts, with all repetitions within the row.
    held_bytes: usize,
    cell: Option<Open>,
    /// Depth within what is no part of a cell's value: notes, drawings, tables in tables.
    beside: u32,
}

/// A cell that is being read.
struct Open {
    columns: u32,
    /// From its attributes.
    value: Option<Value>,
    text: String,
    paragraphs: u32,
}

impl Table {
    fn take(&mut self, event: &Event<'_>, give: &mut Give<'_>) -> Result<Go, Error> {
        match event {
            Event::Start(tag) if self.beside > 0 || is_beside(tag) => self.beside += 1,
            Event::End(_) if self.beside > 0 => self.beside -= 1,
            _ if self.beside > 0 => {}
            Event::Start(tag) => self.open(tag)?,
            Event::Empty(tag) => {
                self.open(tag)?;
                return self.close(tag.name().as_ref(), give);
            }
            Event::End(tag) => return self.close(tag.name().as_ref(), give),
            Event::Text(text) => self.say(&text.xml10_content().map_err(unreadable)?)?,
            Event::CData(text) => self.say(&text.decode().map_err(unreadable)?)?,
            Event::GeneralRef(reference) => {
                let known = match reference.resolve_char_ref().map_err(unreadable)? {
                    Some(character) => character.to_string(),
                    None => {
                        let name = reference.decode().map_err(unreadable)?;
                        // What the document declares of its own is not unfolded.
                        resolve_predefined_entity(&name).unwrap_or_default().to_owned()
                    }
                };
                self.say(&known)?;
            }
            _ => {}
        }
        Ok(Go::On)
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), Error> {
        match tag.name().as_ref() {
            b"table:table-row" => {
                self.rows = times(tag, "table:number-rows-repeated")?;
                self.column = 0;
                self.held.clear();
                self.held_bytes = 0;
            }
            b"table:table-cell" | b"table:covered-table-cell" => {
                let columns = times(tag, "table:number-columns-repeated")?;
                self.cell = Some(Open { columns, value: typed(tag)?, text: String::new(), paragraphs: 0 });
            }
            b"text:p" | b"text:h" => {
                if let Some(cell) = &mut self.cell {
                    cell.paragraphs += 1;
                    if cell.paragraphs > 1 {
                        self.say("\n")?;
                    }
                }
            }
            b"text:s" => {
                let spaces = attribute(tag, "text:c")?.and_then(|count| count.parse().ok()).unwrap_or(1_usize);
                self.say(&" ".repeat(spaces.min(TEXT_BYTES_MAX)))?;
            }
            b"text:tab" => self.say("\t")?,
            b"text:line-break" => self.say("\n")?,
            _ => {}
        }
        Ok(())
    }

    /// Text counts within paragraphs only: between tags there may be any space.
    fn say(&mut self, text: &str) -> Result<(), Error> {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.paragraphs > 0) {
            if cell.text.len() + text.len() > TEXT_BYTES_MAX {
                return Err(too_much());
            }
            cell.text.push_str(text);
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8], give: &mut Give<'_>) -> Result<Go, Error> {
        match name {
            b"table:table-cell" | b"table:covered-table-cell" => {
                if let Some(Open { columns, value, text, .. }) = self.cell.take() {
                    let value = value.or_else(|| (!text.trim().is_empty()).then_some(Value::Text(text)));
                    if let Some(value) = value {
                        // One more than a table may have says that it has too many.
                        let end = self.column.saturating_add(columns).min(COLUMNS_MAX as u32 + 1).max(self.column + 1);
                        let length = if let Value::Text(text) = &value { text.len() } else { 0 };
                        self.held_bytes += length * (end - self.column) as usize;
                        if self.held_bytes > ROW_BYTES_MAX {
                            return Err(too_much());
                        }
                        self.held.extend((self.column..end).map(|column| (column, value.clone())));
                    }
                    self.column = self.column.saturating_add(columns);
                }
                Ok(Go::On)
            }
            b"table:table-row" => self.close_row(give),
            _ => Ok(Go::On),
        }
    }

    fn close_row(&mut self, give: &mut Give<'_>) -> Result<Go, Error> {
        let next = self.row.saturating_add(self.rows);
        if self.held.is_empty() {
            self.row = next;
            return Ok(Go::On);
        }
        if next > ROWS_MAX {
            return Err(too_much());
        }
        for row in self.row..next {
            for (column, value) in &self.held {
                if give(Cell { row, column: *column, value: value.clone() })? == Go::Stop {
                    return Ok(Go::Stop);
                }
            }
        }
        self.row = next;
        Ok(Go::On)
    }
}

/// What stands in a cell or a sheet and is none of its value.
fn is_beside(tag: &BytesStart<'_>) -> bool {
    let name = tag.name();
    let name = name.as_ref();
    matches!(name, b"office:annotation" | b"table:shapes" | b"table:table" | b"office:forms" | b"text:note")
        || name.starts_with(b"draw:")
}

/// What a cell says by its attributes; `None` for a text, which stands in it.
fn typed(tag: &BytesStart<'_>) -> Result<Option<Value>, Error> {
    let number = |name: &str| -> Result<Option<Value>, Error> {
        let value = attribute(tag, name)?.and_then(|value| value.parse::<f64>().ok());
        Ok(value.filter(|value| value.is_finite()).map(Value::Number))
    };
    let kind = attribute(tag, "office:value-type")?.unwrap_or_default();
    match kind.as_str() {
        "float" | "currency" | "percentage" => number("office:value"),
        "date" => Ok(attribute(tag, "office:date-value")?.map(|at| match at.get(..10) {
            Some(day) if day.parse::<chrono::NaiveDate>().is_ok() => Value::Day(day.to_owned()),
            _ => Value::Text(at),
        })),
        "boolean" => Ok(attribute(tag, "office:boolean-value")?.map(|is| Value::Truth(is == "true"))),
        "string" => Ok(attribute(tag, "office:string-value")?.filter(|text| !text.trim().is_empty()).map(Value::Text)),
        _ => Ok(None),
    }
}

/// How often something is repeated: once where it does not say, and never less.
fn times(tag: &BytesStart<'_>, name: &str) -> Result<u32, Error> {
    Ok(attribute(tag, name)?.map_or(1, |count| count.parse().unwrap_or(u32::MAX)).max(1))
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Error> {
    let Some(attribute) = tag.try_get_attribute(name).map_err(unreadable)? else { return Ok(None) };
    Ok(Some(attribute.normalized_value(XmlVersion::Implicit1_0).map_err(unreadable)?.into_owned()))
}

/// Goes through the content.
fn walk(file: &File, mut take: impl FnMut(&Event<'_>) -> Result<Go, Error>) -> Result<(), Error> {
    let mut archive = archive(file)?;
    let content = archive.by_name("content.xml").map_err(unreadable)?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, content));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(unreadable)? {
            Event::Eof => return Ok(()),
            event => {
                if take(&event)? == Go::Stop {
                    return Ok(());
                }
            }
        }
    }
}

/// It is a workbook, not a text or a drawing, and is not encrypted.
fn check_kind(file: &File) -> Result<(), Error> {
    let mut archive = archive(file)?;
    let mut kind = String::new();
    let part = archive.by_name("mimetype").map_err(unreadable)?;
    part.take(MIMETYPE.len() as u64 + 64).read_to_string(&mut kind).map_err(unreadable)?;
    // A template is a workbook too.
    if !kind.trim().starts_with(MIMETYPE) {
        return Err(no_workbook());
    }
    if let Ok(manifest) = archive.by_name("META-INF/manifest.xml") {
        let mut text = Vec::new();
        manifest.take(MANIFEST_BYTES_MAX).read_to_end(&mut text).map_err(broken)?;
        if String::from_utf8_lossy(&text).contains("encryption-data") {
            return Err(protected());
        }
    }
    Ok(())
}

fn archive(file: &File) -> Result<ZipArchive<BufReader<File>>, Error> {
    ZipArchive::new(BufReader::new(from_start(file)?)).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    tracing::debug!(%error, "a workbook that cannot be read");
    no_workbook()
}
