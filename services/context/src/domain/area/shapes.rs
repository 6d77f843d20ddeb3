//! Reads a zipped shapefile (.shp with its .dbf, and .prj and .cpg where they are there) as the GeoJSON features that
//! it stands for. What the archive would unpack to is looked at first: a hostile one is refused by its size.

use std::io::{Cursor, Read as _};

use geo::{
    Coord, LineString, Polygon,
    coordinate_position::{CoordPos, CoordinatePosition as _},
};
use serde_json::{Map, Value, json};
use shapefile::{
    PolygonRing, Reader, Shape, ShapeReader,
    dbase::{FieldValue, ReaderBuilder, Record, encoding::EncodingRs},
};
use zip::ZipArchive;

use super::{
    geojson::{FEATURES_MAX, NotBoundaries},
    topojson::POINTS_MAX,
};

/// Most that the files of a shapefile have unpacked, in bytes.
pub const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most files of one archive.
pub const FILES_MAX: usize = 200;

/// Most pairs of an outer ring and a hole in one shape: each is looked at to find the ring that a hole lies in.
pub const PAIRS_MAX: usize = 5_000_000;

/// Names of columns that are cut at ten letters in a .dbf.
const CUT: [(&str, &str); 2] = [("parent_cod", "parent_code"), ("admin_leve", "admin_level")];

/// The features of the one shapefile of an archive.
///
/// # Errors
/// It is no archive, too large, holds none or several, is cut off, or is in another coordinate system.
pub fn features(file: &[u8]) -> Result<Vec<Value>, NotBoundaries> {
    let parts = Parts::unpack(file)?;
    if let Some(system) = parts.other_system() {
        return Err(NotBoundaries::OtherCoordinates(system));
    }
    let table = ReaderBuilder::new().with_encoding(EncodingRs::from(parts.encoding())).build(Cursor::new(&parts.dbf));
    let table = table.map_err(|error| broken(format!("its .dbf cannot be read: {error}")))?;
    let shapes = ShapeReader::new(Cursor::new(&parts.shp))
        .map_err(|error| broken(format!("its .shp cannot be read: {error}")))?;
    let mut features = Vec::new();
    let mut points = 0;
    for row in Reader::new(shapes, table).iter_shapes_and_records() {
        let place = features.len();
        if place > FEATURES_MAX {
            return Err(NotBoundaries::TooManyFeatures(place));
        }
        let (shape, record) =
            row.map_err(|error| broken(format!("its shape {place} (counted from 0) cannot be read: {error}")))?;
        let of = Counts::of(&shape);
        points += of.points;
        if points > POINTS_MAX {
            return Err(broken(format!("its areas have more than {POINTS_MAX} points together")));
        }
        if of.outer.saturating_mul(of.inner) > PAIRS_MAX {
            return Err(broken(format!(
                "its shape {place} (counted from 0) has {} rings and {} holes, more than can be told apart",
                of.outer, of.inner
            )));
        }
        features.push(json!({"type": "Feature", "properties": properties(record), "geometry": geometry(&shape)}));
    }
    Ok(features)
}

/// The files of a shapefile that are read.
struct Parts {
    shp: Vec<u8>,
    dbf: Vec<u8>,
    prj: String,
    cpg: String,
}

impl Parts {
    fn unpack(file: &[u8]) -> Result<Self, NotBoundaries> {
        let mut archive = ZipArchive::new(Cursor::new(file))
            .map_err(|error| broken(format!("the archive cannot be read: {error}")))?;
        if archive.len() > FILES_MAX {
            return Err(broken(format!("the archive has {} files; at most {FILES_MAX} are taken", archive.len())));
        }
        // Sizes first, before a single byte is unpacked.
        let (mut names, mut unpacked): (Vec<(usize, String)>, u64) = (Vec::new(), 0);
        for place in 0..archive.len() {
            let entry =
                archive.by_index_raw(place).map_err(|error| broken(format!("the archive cannot be read: {error}")))?;
            unpacked = unpacked.saturating_add(entry.size());
            let name =
                entry.name().map_err(|error| broken(format!("a name in the archive cannot be read: {error}")))?;
            if !entry.is_dir() && !name.starts_with("__MACOSX/") {
                names.push((place, name.into_owned()));
            }
        }
        if unpacked > UNPACKED_BYTES_MAX {
            return Err(NotBoundaries::UnpacksTooLarge);
        }
        let with = |ending: &str| {
            names.iter().filter(|(_, name)| name.to_ascii_lowercase().ends_with(ending)).collect::<Vec<_>>()
        };
        let shp = match with(".shp").as_slice() {
            [] => return Err(broken("the archive holds no .shp")),
            [one] => (*one).clone(),
            many => {
                let names: Vec<_> = many.iter().map(|(_, name)| name.as_str()).collect();
                return Err(broken(format!(
                    "the archive holds {} shapefiles ({}); zip one level at a time",
                    names.len(),
                    names.join(", ")
                )));
            }
        };
        let stem = &shp.1[..shp.1.len() - ".shp".len()];
        let beside =
            |ending: &str| with(ending).into_iter().find(|(_, name)| name[..name.len() - ending.len()] == *stem);
        let (dbf, prj, cpg) = (beside(".dbf").cloned(), beside(".prj").cloned(), beside(".cpg").cloned());
        let dbf = dbf.ok_or_else(|| broken(format!("the archive has no {stem}.dbf, in which the codes would be")))?;
        let mut left = UNPACKED_BYTES_MAX;
        let mut read = |place: usize| unpacked_file(&mut archive, place, &mut left);
        let shp = read(shp.0)?;
        let dbf = read(dbf.0)?;
        let mut text = |entry: Option<(usize, String)>| {
            entry
                .map(|(place, _)| read(place))
                .transpose()
                .map(|bytes| String::from_utf8_lossy(&bytes.unwrap_or_default()).trim().to_owned())
        };
        Ok(Self { shp, dbf, prj: text(prj)?, cpg: text(cpg)? })
    }

    /// The name of the coordinate system where it is said, and is not WGS 84 in degrees.
    fn other_system(&self) -> Option<String> {
        const SHOWN_CHARS_MAX: usize = 60;
        let flat: String = self.prj.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
        let flat = flat.to_ascii_uppercase();
        let is_geographic = flat.starts_with("GEOG") && (flat.contains("WGS84") || flat.contains("WGS1984"));
        let name = self.prj.split('"').nth(1).unwrap_or(&self.prj);
        (!flat.is_empty() && !is_geographic).then(|| name.chars().take(SHOWN_CHARS_MAX).collect())
    }

    /// As its .cpg says; else UTF-8 where all of it is that, and Windows-1252, as older programs write it.
    fn encoding(&self) -> &'static encoding_rs::Encoding {
        let said = encoding_rs::Encoding::for_label(self.cpg.as_bytes());
        let header = self.dbf.get(8..10).map_or(0, |bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]])));
        let is_utf8 = std::str::from_utf8(self.dbf.get(header..).unwrap_or_default()).is_ok();
        said.unwrap_or(if is_utf8 { encoding_rs::UTF_8 } else { encoding_rs::WINDOWS_1252 })
    }
}

/// One file of an archive, up to what is left of the bound, whatever its header says of its size.
fn unpacked_file(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    place: usize,
    left: &mut u64,
) -> Result<Vec<u8>, NotBoundaries> {
    let entry = archive.by_index(place).map_err(|error| broken(format!("the archive cannot be read: {error}")))?;
    let mut bytes = Vec::new();
    let read = entry.take(*left + 1).read_to_end(&mut bytes);
    read.map_err(|error| broken(format!("the archive cannot be unpacked: {error}")))?;
    *left = left.checked_sub(bytes.len() as u64).ok_or(NotBoundaries::UnpacksTooLarge)?;
    Ok(bytes)
}

fn properties(record: Record) -> Map<String, Value> {
    let named = record.into_iter().map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        let whole = CUT.iter().find(|(cut, _)| *cut == name).map_or(name.clone(), |(_, whole)| (*whole).to_owned());
        (whole, plain(value))
    });
    named.collect()
}

fn plain(value: FieldValue) -> Value {
    match value {
        FieldValue::Character(text) => text.map(|text| text.trim().to_owned()).map_or(Value::Null, Value::from),
        FieldValue::Memo(text) => Value::from(text.trim()),
        // Codes and levels are whole numbers; a table writes them as any number.
        FieldValue::Numeric(number) => number.map_or(Value::Null, whole),
        FieldValue::Float(number) => number.map_or(Value::Null, |number| whole(f64::from(number))),
        FieldValue::Double(number) | FieldValue::Currency(number) => whole(number),
        FieldValue::Integer(number) => Value::from(number),
        FieldValue::Logical(is) => is.map_or(Value::Null, Value::from),
        FieldValue::Date(day) => {
            day.map_or(Value::Null, |day| json!(format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())))
        }
        FieldValue::DateTime(_) => Value::Null,
    }
}

fn whole(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && (0.0..EXACT).contains(&number) {
        Value::from(number as u64)
    } else {
        Value::from(number)
    }
}

/// How much there is of a shape.
#[derive(Default)]
struct Counts {
    outer: usize,
    inner: usize,
    points: usize,
}

impl Counts {
    fn of(shape: &Shape) -> Self {
        match shape {
            Shape::Polygon(of) => Self::of_rings(of.rings()),
            Shape::PolygonM(of) => Self::of_rings(of.rings()),
            Shape::PolygonZ(of) => Self::of_rings(of.rings()),
            _ => Self::default(),
        }
    }

    fn of_rings<P>(rings: &[PolygonRing<P>]) -> Self {
        let mut counts = Self::default();
        for ring in rings {
            match ring {
                PolygonRing::Outer(_) => counts.outer += 1,
                PolygonRing::Inner(_) => counts.inner += 1,
            }
            counts.points += ring.points().len();
        }
        counts
    }
}

fn geometry(shape: &Shape) -> Value {
    let coord = |x: f64, y: f64| Coord { x, y };
    match shape {
        Shape::NullShape => Value::Null,
        Shape::Polygon(of) => polygons(of.rings(), |point| coord(point.x, point.y)),
        Shape::PolygonM(of) => polygons(of.rings(), |point| coord(point.x, point.y)),
        Shape::PolygonZ(of) => polygons(of.rings(), |point| coord(point.x, point.y)),
        other => json!({"type": other.shapetype().to_string(), "coordinates": []}),
    }
}

type Rings = Vec<Vec<Coord<f64>>>;

/// Outer rings each with its holes. A hole that lies in none of them goes with the last one, and is named by what
/// checks the rings.
fn polygons<P>(rings: &[PolygonRing<P>], coord: impl Fn(&P) -> Coord<f64>) -> Value {
    let of = |points: &[P]| points.iter().map(&coord).collect::<Vec<_>>();
    // The outer ring as a shape, and all rings of it.
    let mut polygons: Vec<(Polygon<f64>, Rings)> = Vec::new();
    for ring in rings {
        if let PolygonRing::Outer(points) = ring {
            polygons.push((Polygon::new(LineString::new(of(points)), Vec::new()), vec![of(points)]));
        }
    }
    for ring in rings {
        if let PolygonRing::Inner(points) = ring {
            let hole = of(points);
            let around = polygons.iter().position(|(outer, _)| {
                let side = hole
                    .iter()
                    .map(|point| outer.coordinate_position(point))
                    .find(|side| *side != CoordPos::OnBoundary);
                side == Some(CoordPos::Inside)
            });
            let last = polygons.len().saturating_sub(1);
            match polygons.get_mut(around.unwrap_or(last)) {
                Some((_, rings)) => rings.push(hole),
                // A ring that runs the wrong way round, and no other: it is what it can only be.
                None => polygons.push((Polygon::new(LineString::new(hole.clone()), Vec::new()), vec![hole])),
            }
        }
    }
    let position = |point: &Coord<f64>| json!([point.x, point.y]);
    let rings =
        |rings: &Rings| rings.iter().map(|ring| Value::Array(ring.iter().map(position).collect())).collect::<Vec<_>>();
    json!({"type": "MultiPolygon", "coordinates": polygons.iter().map(|(_, of)| rings(of)).collect::<Vec<_>>()})
}

fn broken(what: impl Into<String>) -> NotBoundaries {
    NotBoundaries::NotShapes(what.into())
}
