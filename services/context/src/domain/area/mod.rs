//! Areas: where the mission works.

pub mod columns;
pub mod crossing;
pub mod geojson;
pub mod import;
pub mod lineage;
pub mod lookup;
pub mod ring;
pub mod screen;
pub mod shapes;
pub mod topojson;
pub mod tree;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Broken, Text, ids::AreaId};

/// Longest code, in characters.
pub const CODE_CHARS_MAX: usize = 40;
/// Deepest administrative level.
pub const LEVEL_MAX: u64 = 9;

/// A p-code: letters, digits and `- _ . : /`, so that a list of codes can be written with commas.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(String);

impl Code {
    /// # Errors
    /// A sentence: blank, too long, or with other characters.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("The code is empty.".to_owned());
        }
        if text.chars().count() > CODE_CHARS_MAX {
            return Err(format!("The code is longer than {CODE_CHARS_MAX} characters."));
        }
        match text.chars().find(|letter| !letter.is_ascii_alphanumeric() && !"-_.:/".contains(*letter)) {
            Some(letter) => {
                Err(format!("The code \"{text}\" has {letter:?}; a code has letters, digits and - _ . : / only."))
            }
            None => Ok(Self(text.to_owned())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The days on which an area exists, both ends included; `None` is without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Validity {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Validity {
    /// # Errors
    /// A sentence, when it ends before it begins.
    pub fn new(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Self, String> {
        match (from, to) {
            (Some(from), Some(to)) if to < from => {
                Err(format!("It ends ({to}) before it begins ({from}); swap valid_from and valid_to."))
            }
            _ => Ok(Self { from, to }),
        }
    }

    pub const fn from(self) -> Option<NaiveDate> {
        self.from
    }

    pub const fn to(self) -> Option<NaiveDate> {
        self.to
    }

    /// True when the area exists on the day.
    pub fn includes(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// True when some day is in both.
    pub fn overlaps(self, other: Self) -> bool {
        let begins_in_time = |one: Self, two: Self| one.from.zip(two.to).is_none_or(|(from, to)| from <= to);
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

impl std::fmt::Display for Validity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.from, self.to) {
            (None, None) => f.write_str("always"),
            (Some(from), None) => write!(f, "from {from}"),
            (None, Some(to)) => write!(f, "until {to}"),
            (Some(from), Some(to)) => write!(f, "from {from} to {to}"),
        }
    }
}

/// A place of the mission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    pub id: AreaId,
    pub code: Code,
    pub name: Text,
    /// Other names that people know it by.
    pub aliases: Vec<String>,
    /// 0 for a country.
    pub level: u8,
    pub parent: Option<Code>,
    /// What it lay in before, the oldest first.
    pub former: Vec<lineage::Former>,
    pub validity: Validity,
    /// GeoJSON geometry, simplified for the screen; `None` where it was not asked for, empty where none is known.
    pub geometry: Option<String>,
    pub version: i64,
}

/// Checks codes named in a request against those of the mission.
///
/// # Errors
/// Names every one that the mission does not have.
pub fn known(field: &str, codes: &[String], areas: &tree::Tree) -> Result<(), Broken> {
    let mut broken = Broken::default();
    for (place, code) in codes.iter().enumerate() {
        if !areas.contains(code) {
            broken.add(
                format!("{field}[{place}]"),
                format!("There is no area \"{code}\" in this mission; load its boundaries first, or correct the code."),
            );
        }
    }
    broken.into_result(Some(()))
}

#[cfg(test)]
mod formats_tests;

#[cfg(test)]
mod tests {
    use super::*;

    fn validity(from: &str, to: &str) -> Validity {
        Validity::new(from.parse().ok(), to.parse().ok()).expect("in order")
    }

    #[test]
    fn an_interval_ends_after_it_begins() {
        assert!(Validity::new("2024-01-02".parse().ok(), "2024-01-01".parse().ok()).is_err());
        let one_day = validity("2024-01-01", "2024-01-01");
        assert!(one_day.includes("2024-01-01".parse().expect("a date")));
    }

    #[test]
    fn intervals_overlap_when_they_share_a_day() {
        let always = Validity::default();
        for (one, other, shared) in [
            (always, always, true),
            (always, validity("2024-01-01", ""), true),
            (validity("", "2023-12-31"), validity("2024-01-01", ""), false),
            (validity("", "2024-01-01"), validity("2024-01-01", ""), true),
            (validity("2020-01-01", "2021-01-01"), validity("2020-06-01", "2020-07-01"), true),
            (validity("2020-01-01", "2020-02-01"), validity("2020-06-01", "2020-07-01"), false),
        ] {
            assert_eq!((one.overlaps(other), other.overlaps(one)), (shared, shared), "{one} and {other}");
        }
    }

    #[test]
    fn a_code_can_stand_in_a_list() {
        for (text, fine) in [
            ("CAF1460", true),
            (" SS-01 ", true),
            ("", false),
            ("A,B", false),
            ("*", false),
            ("a b", false),
            ("É", false),
        ] {
            assert_eq!(Code::parse(text).is_ok(), fine, "{text}");
        }
        assert!(Code::parse(&"x".repeat(CODE_CHARS_MAX + 1)).is_err());
    }
}
