//! Reads a GeoJSON FeatureCollection (RFC 7946) feature by feature, so that each one that is wrong can
//! be named. TopoJSON and zipped shapefiles are read as the features that they stand for.
//!
//! Properties: `code` (needed), `name` or `name_en`, `name_fr`, `aliases` (a list, or a text with `;` between them), `admin_level` or `level`, `parent` or
//! `parent_code`, `valid_from`, `valid_to`. The columns of humanitarian datasets are known too (`columns.rs`). Others are left alone.

use chrono::NaiveDate;
use geo::{Coord, MultiPolygon, Polygon};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Code, LEVEL_MAX, Validity, columns, ring, shapes, topojson};
use crate::domain::{Text, text, text::NAME_CHARS_MAX};

/// Largest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most features of one file.
pub const FEATURES_MAX: usize = 5_000;

/// A feature that can be an area.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Place in the file, from 0.
    pub index: u32,
    pub code: Code,
    pub name: Text,
    pub aliases: Vec<String>,
    /// `None`: one below its parent, 1 without one.
    pub level: Option<u8>,
    pub parent: Option<Code>,
    /// What it lies in if that is in the file or among the areas of the mission.
    pub parent_if_there: Option<Code>,
    pub validity: Validity,
    pub shape: MultiPolygon<f64>,
}

/// A feature that cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Place in the file, from 0.
    pub index: u32,
    /// Its code; empty where it has none.
    pub code: String,
    /// A sentence that says what is wrong, where, and what would be right.
    pub reason: String,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Features in the file.
    pub read: u32,
    pub features: Vec<Feature>,
    pub rejected: Vec<Rejected>,
}

/// Why a file as a whole cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotBoundaries {
    #[error("The file is empty.")]
    Empty,
    #[error(
        "The file has {0} bytes; at most {FILE_BYTES_MAX} are taken. Simplify its boundaries, or load it in parts."
    )]
    TooLarge(usize),
    #[error(
        "This is a ZIP archive, but no zipped shapefile that can be read: {0}. Zip one .shp with its .dbf and .prj."
    )]
    NotShapes(String),
    #[error(
        "The archive would unpack to more than {} MB, so it was not unpacked. Simplify the boundaries, or load them in parts.",
        shapes::UNPACKED_BYTES_MAX / 1024 / 1024
    )]
    UnpacksTooLarge,
    #[error("This is TopoJSON, but cannot be read: {0}. Export it again, or as GeoJSON.")]
    NotTopology(String),
    #[error(
        "This is not a text in UTF-8 (byte {0} cannot be read), so it is no GeoJSON. Export the boundaries as GeoJSON and load that."
    )]
    Binary(usize),
    #[error("This is not JSON: line {line}, column {column}: {what}. The file may have been cut off.")]
    NotJson { line: usize, column: usize, what: String },
    #[error("This is JSON, but not a GeoJSON FeatureCollection: {0}. Export the boundaries as a FeatureCollection.")]
    NotACollection(String),
    #[error("The file is in the coordinate system {0}. Convert it to WGS 84 (EPSG:4326), longitude first.")]
    OtherCoordinates(String),
    #[error("The FeatureCollection has no features, so there is nothing to load.")]
    NoFeatures,
    #[error("The file has {0} features; at most {FEATURES_MAX} are taken. Load one administrative level at a time.")]
    TooManyFeatures(usize),
}

/// Reads a file. Features that are wrong by themselves are in `rejected`; what they are to each other
/// and to the areas of the mission is checked by [`super::import::plan`].
///
/// # Errors
/// The file as a whole cannot be read.
pub fn read(file: &[u8]) -> Result<Reading, NotBoundaries> {
    let features = features(file)?;
    match features.len() {
        0 => return Err(NotBoundaries::NoFeatures),
        many if many > FEATURES_MAX => return Err(NotBoundaries::TooManyFeatures(many)),
        _ => {}
    }
    let mut reading = Reading::default();
    for value in &features {
        let index = reading.read;
        reading.read += 1;
        match feature(index, value) {
            Ok(feature) => reading.features.push(feature),
            Err((code, reason)) => reading.rejected.push(Rejected { index, code, reason }),
        }
    }
    Ok(reading)
}

/// The features of a file of any of the kinds that are read.
fn features(file: &[u8]) -> Result<Vec<Value>, NotBoundaries> {
    if file.len() > FILE_BYTES_MAX {
        return Err(NotBoundaries::TooLarge(file.len()));
    }
    if file.starts_with(b"PK\x03\x04") {
        return shapes::features(file);
    }
    let text = std::str::from_utf8(file).map_err(|error| NotBoundaries::Binary(error.valid_up_to() + 1))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(NotBoundaries::Empty);
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default().to_owned();
        NotBoundaries::NotJson { line: error.line(), column: error.column(), what }
    })?;
    let Value::Object(mut collection) = value else {
        return Err(NotBoundaries::NotACollection("it is not an object".to_owned()));
    };
    match collection.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => {}
        Some("Topology") => return topojson::features(&collection),
        Some(other) => return Err(NotBoundaries::NotACollection(format!("its type is \"{}\"", shown(other)))),
        None => return Err(NotBoundaries::NotACollection("it has no type".to_owned())),
    }
    // Older than RFC 7946, but still written by many programs.
    if let Some(system) = collection.get("crs").and_then(|crs| crs.pointer("/properties/name")).and_then(Value::as_str)
        && !["CRS84", "4326"].iter().any(|known| system.ends_with(known))
    {
        return Err(NotBoundaries::OtherCoordinates(shown(system)));
    }
    match collection.remove("features") {
        Some(Value::Array(features)) => Ok(features),
        _ => Err(NotBoundaries::NotACollection("it has no list of features".to_owned())),
    }
}

/// A feature, or its code (where it has one) and what is wrong with it.
fn feature(index: u32, value: &Value) -> Result<Feature, (String, String)> {
    let none = Map::new();
    let properties = &columns::ours(value.get("properties").and_then(Value::as_object).unwrap_or(&none));
    let code = code(properties).map_err(|reason| (String::new(), reason))?;
    let rejected = |reason: String| (code.to_string(), reason);
    if value.get("type").and_then(Value::as_str) != Some("Feature") {
        return Err(rejected("This is not a Feature.".to_owned()));
    }
    let name = name(properties, &code).map_err(rejected)?;
    let aliases = aliases(properties).map_err(rejected)?;
    let level = level(properties).map_err(rejected)?;
    let (parent, parent_if_there) = parents(properties).map_err(rejected)?;
    let validity = date(properties, "valid_from")
        .and_then(|from| Validity::new(from, date(properties, "valid_to")?))
        .map_err(rejected)?;
    let shape = shape(value.get("geometry")).map_err(rejected)?;
    Ok(Feature { index, name, aliases, level, parent, parent_if_there, validity, shape, code })
}

fn code(properties: &Map<String, Value>) -> Result<Code, String> {
    match properties.get("code") {
        Some(Value::String(code)) if !code.trim().is_empty() => Code::parse(code),
        Some(Value::Number(code)) if code.is_u64() => Code::parse(&code.to_string()),
        None | Some(Value::Null | Value::String(_)) => {
            Err("It has no code. Give each feature a property \"code\", or a column like ADM1_PCODE, with its p-code."
                .to_owned())
        }
        Some(_) => Err("Its property \"code\" is neither a text nor a whole number.".to_owned()),
    }
}

fn name(properties: &Map<String, Value>, code: &Code) -> Result<Text, String> {
    let of = |keys: &[&str]| -> Result<String, String> {
        let Some((key, value)) =
            keys.iter().find_map(|key| Some((key, properties.get(*key).filter(|value| !value.is_null())?)))
        else {
            return Ok(String::new());
        };
        let text = value.as_str().ok_or_else(|| format!("Its property \"{key}\" is not a text."))?.trim();
        if text.chars().count() > NAME_CHARS_MAX || text.chars().any(char::is_control) {
            return Err(format!(
                "Its property \"{key}\" is longer than {NAME_CHARS_MAX} characters or has control characters."
            ));
        }
        Ok(text.to_owned())
    };
    let name = Text { en: of(&["name", "name_en"])?, fr: of(&["name_fr"])? };
    // Without a name the code is what people know it by.
    Ok(if name.is_blank() { Text::of(code.as_str(), "") } else { name })
}

fn aliases(properties: &Map<String, Value>) -> Result<Vec<String>, String> {
    let wrong = || "Its property \"aliases\" is neither a list of names nor a text with ; between them.".to_owned();
    let named: Vec<String> = match properties.get("aliases") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => text.split(';').map(str::to_owned).collect(),
        Some(Value::Array(names)) => {
            names.iter().map(|name| name.as_str().map(str::to_owned).ok_or_else(wrong)).collect::<Result<_, _>>()?
        }
        Some(_) => return Err(wrong()),
    };
    let named: Vec<String> = named.into_iter().filter(|name| !name.trim().is_empty()).collect();
    text::names("aliases", &named).map_err(|broken| format!("Its aliases cannot be used: {broken}"))
}

fn level(properties: &Map<String, Value>) -> Result<Option<u8>, String> {
    match properties.get("admin_level").or_else(|| properties.get("level")) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64() {
            Some(level) if level <= LEVEL_MAX => Ok(Some(level as u8)),
            _ => Err(format!(
                "Its admin_level is {}; it has to be a whole number from 0 (a country) to {LEVEL_MAX}.",
                shown(&value.to_string())
            )),
        },
    }
}

fn parents(properties: &Map<String, Value>) -> Result<(Option<Code>, Option<Code>), String> {
    let named = properties.get("parent").or_else(|| properties.get("parent_code"));
    Ok((parent(named)?, parent(properties.get(columns::PARENT_IF_THERE))?))
}

fn parent(named: Option<&Value>) -> Result<Option<Code>, String> {
    match named {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(code)) if code.trim().is_empty() => Ok(None),
        Some(Value::String(code)) => {
            Code::parse(code).map(Some).map_err(|error| format!("Its parent cannot be used: {error}"))
        }
        Some(Value::Number(code)) if code.is_u64() => Code::parse(&code.to_string()).map(Some),
        Some(_) => Err("Its property \"parent\" is not the code of an area.".to_owned()),
    }
}

fn date(properties: &Map<String, Value>, key: &str) -> Result<Option<NaiveDate>, String> {
    match properties.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(value) => {
            let date = value.as_str().and_then(|text| text.trim().parse().ok());
            date.map(Some).ok_or_else(|| {
                format!(
                    "Its {key} is {}, which is not a date; write it like \"2024-03-17\".",
                    shown(&value.to_string())
                )
            })
        }
    }
}

fn shape(geometry: Option<&Value>) -> Result<MultiPolygon<f64>, String> {
    let geometry = match geometry {
        None | Some(Value::Null) => {
            return Err("It has no geometry; an area needs a Polygon or a MultiPolygon.".to_owned());
        }
        Some(geometry) => geometry,
    };
    let kind = geometry.get("type").and_then(Value::as_str).unwrap_or_default();
    let coordinates = geometry.get("coordinates").and_then(Value::as_array);
    let missing = || "Its geometry has no coordinates.".to_owned();
    match kind {
        "Polygon" => Ok(MultiPolygon::new(vec![polygon(coordinates.ok_or_else(missing)?)?])),
        "MultiPolygon" => {
            let polygons = coordinates.ok_or_else(missing)?;
            if polygons.is_empty() {
                return Err("Its MultiPolygon has no polygons.".to_owned());
            }
            let read = polygons.iter().enumerate().map(|(place, rings)| {
                let rings = rings.as_array().ok_or_else(|| "Its coordinates are not a list of polygons.".to_owned())?;
                polygon(rings).map_err(|reason| format!("Polygon {} of {}: {reason}", place + 1, polygons.len()))
            });
            read.collect::<Result<_, _>>().map(MultiPolygon::new)
        }
        other => Err(format!("Its geometry is a \"{}\"; an area needs a Polygon or a MultiPolygon.", shown(other))),
    }
}

/// A geometry by itself.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn geometry(text: &str) -> Result<MultiPolygon<f64>, String> {
    if text.len() > FILE_BYTES_MAX {
        return Err(format!("It has {} bytes; at most {FILE_BYTES_MAX} are taken.", text.len()));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| format!("It is not GeoJSON: {error}."))?;
    shape(Some(&value))
}

fn polygon(rings: &[Value]) -> Result<Polygon<f64>, String> {
    let rings = rings.iter().map(|points| {
        let points = points.as_array().ok_or_else(|| "Its coordinates are not a list of rings.".to_owned())?;
        points.iter().map(position).collect::<Result<Vec<_>, _>>()
    });
    ring::polygon(rings.collect::<Result<_, _>>()?)
}

/// Longitude and latitude; a height is dropped.
fn position(value: &Value) -> Result<Coord<f64>, String> {
    let pair = value.as_array().and_then(|pair| Some(Coord { x: pair.first()?.as_f64()?, y: pair.get(1)?.as_f64()? }));
    pair.ok_or_else(|| format!("{} is not a pair of longitude and latitude.", shown(&value.to_string())))
}

/// A piece of the file as it is quoted in a sentence: short.
fn shown(text: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 60;
    let mut short: String = text.chars().filter(|letter| !letter.is_control()).take(SHOWN_CHARS_MAX).collect();
    if text.chars().count() > SHOWN_CHARS_MAX {
        short.push('…');
    }
    short
}

#[cfg(test)]
#[path = "geojson_tests.rs"]
mod tests;
