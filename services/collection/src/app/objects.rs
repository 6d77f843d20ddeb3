//! JSON in: an array of flat objects, JSON lines, or a DHIS2 data value set, becomes a CSV of our own make, which is
//! read as any other. Two passes over the text: the first finds the names, the second writes; one object is in
//! memory at a time.
//!
//! Source of the DHIS2 shape and periods: DHIS2 developer guide, "Data values" and "Date and period format".

use std::{
    fmt,
    fs::File,
    io::{BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _},
};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::{
    domain::{
        export::{csv, dhis2},
        file::records::COLUMNS_MAX,
    },
    error::Error,
};

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
    let mut names = Names::default();
    each(file, |object, outer| names.see(object, outer))?;
    names.fields.sort();
    if names.fields.is_empty() {
        return Err(Error::bad("file", "The JSON holds no objects with values. Nothing was read."));
    }
    let shape = if names.fields.iter().any(|name| name == "dataElement") {
        Shape::Dhis2(owner.clone())
    } else {
        Shape::Flat(names.fields)
    };
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
    each(file, |object, outer| write(shape.row(object, outer, &names.outer)))?;
    out.into_inner().map_err(|error| broken(error.into_error()))
}

/// Names of fields, and values beside the array that count for all in it.
#[derive(Default)]
struct Names {
    fields: Vec<String>,
    outer: Map<String, Value>,
}

impl Names {
    fn see(&mut self, object: &Map<String, Value>, outer: &Map<String, Value>) -> Result<(), Error> {
        for (name, value) in outer.iter().filter(|(_, value)| !value.is_null()) {
            self.outer.insert(name.clone(), value.clone());
        }
        for name in object.keys() {
            if !self.fields.contains(name) {
                if self.fields.len() >= COLUMNS_MAX {
                    let message = format!(
                        "The objects have more than {COLUMNS_MAX} names. Send a long table: one value an object."
                    );
                    return Err(Error::bad("file", message));
                }
                self.fields.push(name.clone());
            }
        }
        Ok(())
    }
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

    fn row(
        &self,
        object: &Map<String, Value>,
        outer: &Map<String, Value>,
        all_outer: &Map<String, Value>,
    ) -> Vec<String> {
        match self {
            Self::Flat(names) => names.iter().map(|name| object.get(name).map_or_else(String::new, shown)).collect(),
            Self::Dhis2(owner) => {
                let text = |name: &str| {
                    let found = object.get(name).or_else(|| outer.get(name)).or_else(|| all_outer.get(name));
                    found.map_or_else(String::new, shown)
                };
                dhis2_row(owner, text)
            }
        }
    }
}

fn dhis2_row(owner: &Owner, text: impl Fn(&str) -> String) -> Vec<String> {
    let place = text("orgUnit");
    let area = if place == owner.mission { String::new() } else { place };
    let period = text("period");
    let period = dhis2::parse_period(&period, owner.fiscal_start_month).map_or(period, |period| period.to_string());
    let combination = text("categoryOptionCombo");
    let slice = if dhis2::is_default(&combination) { String::new() } else { combination };
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

/// Goes through all objects of a text, each with the plain values that were beside its array so far.
fn each(
    file: &File,
    mut take: impl FnMut(&Map<String, Value>, &Map<String, Value>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut text = BufReader::new(from_start(file)?);
    skip_mark(&mut text)?;
    let mut failed = None;
    let mut give = |object: &Map<String, Value>, outer: &Map<String, Value>| match take(object, outer) {
        Ok(()) => true,
        Err(error) => {
            failed = Some(error);
            false
        }
    };
    let mut reader = serde_json::Deserializer::from_reader(text);
    // JSON lines are one document after the other.
    let read = loop {
        match reader.deserialize_any(Document(&mut give)) {
            Ok(()) => {}
            Err(error) => break Err(error),
        }
        if reader.end().is_ok() {
            break Ok(());
        }
    };
    match (failed, read) {
        (Some(error), _) => Err(error),
        (None, Err(error)) if error.is_io() => Err(broken(error.into())),
        (None, Err(error)) => {
            let message = format!("This is no JSON that can be read: {error}. Nothing was read in.");
            Err(Error::bad("file", message))
        }
        (None, Ok(())) => Ok(()),
    }
}

type Give<'a> = dyn FnMut(&Map<String, Value>, &Map<String, Value>) -> bool + 'a;

/// A document: an array of objects, an object that holds one, or a flat object.
struct Document<'a, 'b>(&'a mut Give<'b>);

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("objects with values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        objects(seq, self.0, &Map::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut own = Map::new();
        let mut held_objects = false;
        while let Some(name) = map.next_key::<String>()? {
            match map.next_value_seed(Member { give: &mut *self.0, outer: &own })? {
                Some(value) => drop(own.insert(name, value)),
                None => held_objects = true,
            }
        }
        if !held_objects && !own.is_empty() && !(self.0)(&own, &Map::new()) {
            return Err(serde::de::Error::custom("stopped"));
        }
        Ok(())
    }
}

/// What stands under a name: an array of objects, which is gone through, or a value.
struct Member<'a, 'b> {
    give: &'a mut Give<'b>,
    outer: &'a Map<String, Value>,
}

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
        objects(seq, self.give, self.outer)?;
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

fn objects<'de, A: SeqAccess<'de>>(
    mut seq: A,
    give: &mut Give<'_>,
    outer: &Map<String, Value>,
) -> Result<(), A::Error> {
    while let Some(object) = seq.next_element::<Map<String, Value>>()? {
        if !give(&object, outer) {
            return Err(serde::de::Error::custom("stopped"));
        }
    }
    Ok(())
}

/// A mark of the byte order may stand before the text.
fn skip_mark(text: &mut BufReader<File>) -> Result<(), Error> {
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

/// For the tests: what a text becomes.
#[cfg(test)]
fn read(text: &str) -> Result<String, String> {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    let owner = Owner { mission: "UNMIC".to_owned(), fiscal_start_month: 7 };
    let mut csv = table(&file, &owner, 1 << 20).map_err(|error| error.to_string())?;
    let mut text = String::new();
    csv.seek(SeekFrom::Start(0)).expect("the beginning");
    csv.read_to_string(&mut text).expect("a text");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_objects_become_a_table_however_they_are_held() {
        let table = "area,indicator,slice,value\nA1,OC-X,sex=f,3\n,OC-X,,\n";
        let objects = [
            r#"{"indicator": "OC-X", "area": "A1", "value": 3, "slice": {"sex": "f"}}"#,
            r#"{"indicator": "OC-X", "area": null, "value": null, "slice": ""}"#,
        ];
        let [one, other] = objects;
        for text in [
            format!("[{one}, {other}]"),
            format!("{one}\n{other}\n"),
            format!("\u{feff}{{\"observations\": [{one},{other}], \"next_cursor\": \"\"}}"),
        ] {
            assert_eq!(read(&text).as_deref(), Ok(table), "{text}");
        }
    }

    #[test]
    fn a_data_value_set_is_read_as_dhis2_writes_it() {
        let text = r#"{"dataSet": "DS", "orgUnit": "A1", "dataValues": [
            {"dataElement": "OC-X", "period": "202403", "categoryOptionCombo": "HllvX50cXC0", "value": "12", "followUp": false},
            {"dataElement": "OC-X", "period": "2024Q1", "orgUnit": "UNMIC", "categoryOptionCombo": "sex=f", "value": "5", "comment": "by phone"},
            {"dataElement": "OC-R", "period": "2023July", "value": "0.5", "comment": "3 / 6. of the sample"}]}"#;
        assert_eq!(
            read(text).as_deref(),
            Ok("Indicator code,Location code,Period,Slice,Value,Numerator,Denominator,Note\n\
                OC-X,A1,2024-03,,12,,,\n\
                OC-X,,2024-Q1,sex=f,5,,,by phone\n\
                OC-R,A1,FY2024,,0.5,3,6,of the sample\n")
        );
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_place() {
        for (text, said) in [
            ("[{\"a\": 1}, {\"a\": ]", "line 1 column 18"),
            ("{\"a\": 1}\n{\"a\"", "line 2"),
            ("[1, 2]", "invalid type"),
            ("[]", "holds no objects"),
            ("{}", "holds no objects"),
        ] {
            let refused = read(text).expect_err(text);
            assert!(refused.contains(said), "{text}: {refused}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(&deep).is_err());
        let wide: String = (0..300).map(|number| format!("\"n{number}\": 1,")).collect();
        let refused = read(&format!("[{{{}}}]", wide.trim_end_matches(','))).expect_err("too many names");
        assert!(refused.contains("more than 200 names"), "{refused}");
    }
}
