//! JSON in: an array of flat objects, JSON lines, or a DHIS2 data value set, becomes a CSV of our own make, which is
//! read as any other. Two passes over the text: the first finds the names, the second writes; one object is in
//! memory at a time.
//!
//! Source of the DHIS2 shape and periods: DHIS2 developer guide, "Data values" and "Date and period format".

use std::{
    cell::Cell,
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _},
    rc::Rc,
};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::{
    domain::{
        export::{csv, dhis2},
        file::records::{COLUMNS_MAX, ROW_BYTES_MAX},
    },
    error::Error,
};

/// Longest object, in bytes, give or take a buffer.
const OBJECT_BYTES_MAX: usize = ROW_BYTES_MAX;

/// Whose file it is: the mission's code stands for the mission as a whole, and its fiscal year is needed for
/// DHIS2's financial years.
#[derive(Debug, Clone)]
pub struct Owner {
    pub mission: String,
    pub fiscal_start_month: u32,
}

/// True where a text begins as JSON does.
///
/// # Errors
/// When the disk fails.
pub fn is_json(file: &File) -> Result<bool, Error> {
    let mut head = [0; 64];
    let mut file = from_start(file)?;
    let read = file.read(&mut head).map_err(broken)?;
    let text = head[..read].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head[..read]);
    Ok(text.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'[')))
}

/// The objects of a JSON text as a CSV in UTF-8.
///
/// # Errors
/// A sentence with the line: it is no JSON, holds no objects, has too many names, or is too large as a table.
pub fn table(file: &File, owner: &Owner, bytes_max: u64) -> Result<File, Error> {
    let mut fields: Vec<String> = Vec::new();
    // What stands beside an array counts for all in it, also where it stands behind.
    let outers = each(file, |object, _| see(&mut fields, object))?;
    fields.sort();
    if fields.is_empty() {
        return Err(Error::bad("file", "The JSON holds no objects with values. Nothing was read."));
    }
    let shape =
        if fields.iter().any(|name| name == "dataElement") { Shape::Dhis2(owner.clone()) } else { Shape::Flat(fields) };
    let mut out = BufWriter::new(tempfile::tempfile().map_err(broken)?);
    let (mut line, mut left) = (String::new(), bytes_max);
    let mut write = |cells: Vec<String>| {
        line.clear();
        for (place, cell) in cells.iter().enumerate() {
            line.push_str(if place == 0 { "" } else { "," });
            csv::quoted(&mut line, cell);
        }
        line.push('\n');
        left = left.checked_sub(line.len() as u64).ok_or_else(too_much)?;
        out.write_all(line.as_bytes()).map_err(broken)
    };
    write(shape.headings())?;
    let nothing = Map::new();
    each(file, |object, document| match shape.row(object, outers.get(&document).unwrap_or(&nothing)) {
        Some(cells) => write(cells),
        None => Ok(()),
    })?;
    out.into_inner().map_err(|error| broken(error.into_error()))
}

/// Notes the names of an object.
fn see(fields: &mut Vec<String>, object: &Map<String, Value>) -> Result<(), Error> {
    for name in object.keys() {
        if fields.contains(name) {
            continue;
        }
        if fields.len() >= COLUMNS_MAX {
            let message =
                format!("The objects have more than {COLUMNS_MAX} names. Send a long table: one value an object.");
            return Err(Error::bad("file", message));
        }
        fields.push(name.clone());
    }
    Ok(())
}

/// How objects become rows.
enum Shape {
    /// A column for each name.
    Flat(Vec<String>),
    Dhis2(Owner),
}

impl Shape {
    fn headings(&self) -> Vec<String> {
        match self {
            Self::Flat(names) => names.clone(),
            Self::Dhis2(_) => {
                let headings =
                    ["Indicator code", "Location code", "Period", "Slice", "Value", "Numerator", "Denominator", "Note"];
                headings.map(str::to_owned).to_vec()
            }
        }
    }

    /// The cells of an object; `None` for a value that was deleted.
    fn row(&self, object: &Map<String, Value>, outer: &Map<String, Value>) -> Option<Vec<String>> {
        match self {
            Self::Flat(names) => {
                Some(names.iter().map(|name| object.get(name).map_or_else(String::new, shown)).collect())
            }
            Self::Dhis2(_) if object.get("deleted") == Some(&Value::Bool(true)) => None,
            Self::Dhis2(owner) => {
                let text = |name: &str| object.get(name).or_else(|| outer.get(name)).map_or_else(String::new, shown);
                Some(dhis2_row(owner, text))
            }
        }
    }
}

fn dhis2_row(owner: &Owner, text: impl Fn(&str) -> String) -> Vec<String> {
    // The mission as a whole is named by its code; a value of nowhere is rejected.
    let area = match text("orgUnit") {
        place if place.is_empty() => "(no organisation unit)".to_owned(),
        place if place == owner.mission => String::new(),
        place => place,
    };
    let period = text("period");
    let period = dhis2::parse_period(&period, owner.fiscal_start_month).map_or(period, |period| period.to_string());
    let (combination, attribute) = (text("categoryOptionCombo"), text("attributeOptionCombo"));
    let slice = match (dhis2::is_default(&combination), dhis2::is_default(&attribute)) {
        (true, true) => String::new(),
        (false, true) => combination,
        // One project's or donor's part is no total: its slice is one that no indicator has.
        (_, false) => format!("attributeOptionCombo={attribute}"),
    };
    let comment = text("comment");
    let (numerator, denominator, note) = match dhis2::parts(&comment) {
        Some((numerator, denominator, note)) => (numerator.to_owned(), denominator.to_owned(), note.to_owned()),
        None => (String::new(), String::new(), comment),
    };
    vec![text("dataElement"), area, period, slice, text("value"), numerator, denominator, note]
}

/// A value as a cell: an object of categories as a slice, anything else that is not flat as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(pairs) if pairs.values().all(Value::is_string) => {
            let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()));
            pairs.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// Goes through all objects of a text, each with the number of its document; the plain values that stand beside
/// the arrays, by document.
fn each(
    file: &File,
    mut take: impl FnMut(&Map<String, Value>, usize) -> Result<(), Error>,
) -> Result<BTreeMap<usize, Map<String, Value>>, Error> {
    let since = Rc::new(Cell::new(0));
    let mut text = BufReader::new(Bounded { file: from_start(file)?, since: Rc::clone(&since) });
    skip_mark(&mut text)?;
    let mut failed = None;
    let mut outers = BTreeMap::new();
    let mut reader = serde_json::Deserializer::from_reader(text);
    // JSON lines are one document after the other.
    let mut document = 0;
    let read = loop {
        let mut give = |object: &Map<String, Value>| {
            since.set(0);
            take(object, document).map_err(|error| failed = Some(error)).is_ok()
        };
        match reader.deserialize_any(Document(&mut give)) {
            Ok(Some(outer)) => drop(outers.insert(document, outer)),
            Ok(None) => {}
            Err(error) => break Err(error),
        }
        since.set(0);
        document += 1;
        if reader.end().is_ok() {
            break Ok(());
        }
    };
    let sentence = match (failed, read) {
        (Some(error), _) => return Err(error),
        (None, Ok(())) => return Ok(outers),
        (None, Err(error)) if error.is_io() && since.get() > OBJECT_BYTES_MAX => format!(
            "One object of the JSON, or what stands beside them, is longer than {} kB. Send one value an object. \
             Nothing was read in.",
            OBJECT_BYTES_MAX / 1024
        ),
        (None, Err(error)) if error.is_io() => return Err(broken(error.into())),
        (None, Err(error)) => format!("This is no JSON that can be read: {error}. Nothing was read in."),
    };
    Err(Error::bad("file", sentence))
}

/// A file that is read on only while objects keep coming: what is held in memory at a time is bounded.
struct Bounded {
    file: File,
    /// Bytes since the last object was through.
    since: Rc<Cell<usize>>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.since.get() > OBJECT_BYTES_MAX {
            return Err(std::io::Error::other("an object is too long"));
        }
        let read = self.file.read(buffer)?;
        self.since.set(self.since.get() + read);
        Ok(read)
    }
}

type Give<'a> = dyn FnMut(&Map<String, Value>) -> bool + 'a;

/// A document: an array of objects, an object that holds one, or a flat object. What stands beside an array.
struct Document<'a, 'b>(&'a mut Give<'b>);

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = Option<Map<String, Value>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("objects with values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        objects(seq, self.0)?;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut own = Map::new();
        let mut held_objects = false;
        while let Some(name) = map.next_key::<String>()? {
            match map.next_value_seed(Member(&mut *self.0))? {
                Some(value) => drop(own.insert(name, value)),
                None => held_objects = true,
            }
        }
        if held_objects {
            return Ok(Some(own));
        }
        if !own.is_empty() && !(self.0)(&own) {
            return Err(serde::de::Error::custom("stopped"));
        }
        Ok(None)
    }
}

/// What stands under a name: an array of objects, which is gone through, or a value.
struct Member<'a, 'b>(&'a mut Give<'b>);

impl<'de> DeserializeSeed<'de> for Member<'_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Member<'_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        objects(seq, self.0)?;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut own = Map::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            own.insert(name, value);
        }
        Ok(Some(Value::Object(own)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Value::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Value::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(Value::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Value::from(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(Value::from(value)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Value::Null))
    }
}

fn objects<'de, A: SeqAccess<'de>>(mut seq: A, give: &mut Give<'_>) -> Result<(), A::Error> {
    while let Some(object) = seq.next_element::<Map<String, Value>>()? {
        if !give(&object) {
            return Err(serde::de::Error::custom("stopped"));
        }
    }
    Ok(())
}

/// A mark of the byte order may stand before the text.
fn skip_mark(text: &mut BufReader<Bounded>) -> Result<(), Error> {
    use std::io::BufRead as _;
    if text.fill_buf().map_err(broken)?.starts_with(b"\xef\xbb\xbf") {
        text.consume(3);
    }
    Ok(())
}

fn from_start(file: &File) -> Result<File, Error> {
    let mut file = file.try_clone().map_err(broken)?;
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    Ok(file)
}

fn too_much() -> Error {
    Error::TooLarge("The JSON makes a larger table than one import takes. Nothing was read in; split it.".to_owned())
}

fn broken(error: std::io::Error) -> Error {
    Error::Broken(error.to_string())
}

#[cfg(test)]
#[path = "objects_tests.rs"]
mod tests;
