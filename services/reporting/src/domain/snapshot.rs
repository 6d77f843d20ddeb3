//! What a sheet said at one moment: everything that is needed to write it again, and nothing else.

use cpas_proto::words::Classification;
use serde::{Deserialize, Serialize};

use super::{block::BlockKind, figure::Figure, shape::Shape, sheet::Audience, text::Text};

/// Version of this shape; a later one must still read the earlier.
pub const FORMAT: u32 = 1;

/// The whole of a sheet as it was cleared. Its bytes are what is hashed, stored and rendered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub format: u32,
    pub sheet_id: String,
    pub mission_code: String,
    pub mission_name: String,
    pub title: Text,
    pub audience: Audience,
    /// Instant, RFC 3339 in UTC: data recorded later is not in it.
    pub as_known_at: String,
    /// The highest of all that it cites.
    pub classification: Classification,
    pub parts: Vec<Part>,
}

/// A block with what it showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub id: String,
    pub kind: BlockKind,
    pub text: Text,
    /// For numbers, charts, maps and tables.
    pub measure: Option<Measure>,
    /// In order of area or period; the mission as a whole first.
    pub figures: Vec<Figure>,
    /// For maps.
    pub shapes: Vec<Shape>,
    /// Of a table over several indicators: a number of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Line>,
}

/// An indicator of a table over several, with its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub measure: Measure,
    pub figure: Figure,
}

impl Part {
    /// The indicators behind it.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        self.measure.iter().chain(self.rows.iter().map(|row| &row.measure))
    }
}

/// The indicator behind the figures of a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub indicator_id: String,
    pub code: String,
    pub name: Text,
    pub unit: String,
    /// count, sum, average, ratio, …
    pub kind: String,
    pub source: Text,
    pub baseline: Option<f64>,
    pub baseline_period: String,
    /// True when it counts persons, so that small values may point at somebody.
    pub persons: bool,
    /// What a reader must know before comparing.
    pub cautions: Vec<Text>,
    /// Code and name of the areas that the figures speak of.
    pub areas: Vec<(String, Text)>,
}

impl Measure {
    /// The name of an area; its code where it has no name.
    pub fn area_name(&self, code: &str) -> Text {
        let found = self.areas.iter().find(|(own, _)| own == code);
        found.map_or_else(|| Text::same(code), |(_, name)| name.clone())
    }

    /// True when values are amounts, drawn as bars.
    pub fn is_amount(&self) -> bool {
        matches!(self.kind.as_str(), "count" | "sum")
    }
}

impl Snapshot {
    /// Its bytes: JSON with the fields in the order in which they are declared.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and finite numbers become JSON")
    }

    /// All figures of the sheet, with the block that shows each and the indicator behind it.
    pub fn figures(&self) -> impl Iterator<Item = (&Part, &Measure, &Figure)> {
        self.parts.iter().flat_map(|part| {
            let of_one = part.measure.iter();
            let of_one = of_one.flat_map(move |measure| part.figures.iter().map(move |figure| (part, measure, figure)));
            of_one.chain(part.rows.iter().map(move |row| (part, &row.measure, &row.figure)))
        })
    }

    /// The figure of an id.
    pub fn figure(&self, id: &str) -> Option<(&Part, &Measure, &Figure)> {
        self.figures().find(|(_, _, figure)| figure.id == id)
    }
}

/// SHA-256 of a snapshot's bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
