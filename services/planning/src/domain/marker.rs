//! Cross-cutting tags of a plan item.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A cross-cutting tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Marker {
    /// 0 (not targeted) to 3 (the principal objective).
    Gender(u8),
    /// Protection of civilians.
    Poc,
    Youth,
    /// A priority of Action for Peacekeeping Plus, in its own words.
    A4p(String),
    /// A target of Sustainable Development Goal 16, "16.1" or "16.a".
    Sdg16(String),
}

/// A text that is no marker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a marker; write gender:0 to gender:3, poc, youth, a4p+:priority, or sdg16:16.1")]
pub struct NotAMarker(pub String);

/// Longest name of a priority, in characters.
const PRIORITY_CHARS_MAX: usize = 60;

impl Marker {
    /// True for a gender marker that promises something (1 to 3).
    pub const fn promises_gender(&self) -> bool {
        matches!(self, Self::Gender(1..=3))
    }

    /// Two markers of one kind contradict each other where only one can be meant.
    pub const fn excludes(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Gender(_), Self::Gender(_)))
    }
}

impl FromStr for Marker {
    type Err = NotAMarker;

    fn from_str(text: &str) -> Result<Self, NotAMarker> {
        let refused = || NotAMarker(text.to_owned());
        match text.trim().split_once(':') {
            None if text.trim() == "poc" => Ok(Self::Poc),
            None if text.trim() == "youth" => Ok(Self::Youth),
            Some(("gender", level)) => match level {
                "0" => Ok(Self::Gender(0)),
                "1" => Ok(Self::Gender(1)),
                "2" => Ok(Self::Gender(2)),
                "3" => Ok(Self::Gender(3)),
                _ => Err(refused()),
            },
            Some(("a4p+", priority)) => {
                let priority = priority.trim();
                let fits = !priority.is_empty()
                    && priority.chars().count() <= PRIORITY_CHARS_MAX
                    && !priority.chars().any(char::is_control);
                if fits { Ok(Self::A4p(priority.to_owned())) } else { Err(refused()) }
            }
            Some(("sdg16", target)) => {
                let part = target.strip_prefix("16.").ok_or_else(refused)?;
                let number =
                    part.parse::<u8>().is_ok_and(|number| (1..=10).contains(&number) && !part.starts_with('0'));
                if number || part == "a" || part == "b" { Ok(Self::Sdg16(target.to_owned())) } else { Err(refused()) }
            }
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gender(level) => write!(f, "gender:{level}"),
            Self::Poc => f.write_str("poc"),
            Self::Youth => f.write_str("youth"),
            Self::A4p(priority) => write!(f, "a4p+:{priority}"),
            Self::Sdg16(target) => write!(f, "sdg16:{target}"),
        }
    }
}

impl Serialize for Marker {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Marker {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marker_comes_back_as_it_was_written() {
        for text in
            ["gender:0", "gender:3", "poc", "youth", "a4p+:women, peace and security", "sdg16:16.10", "sdg16:16.a"]
        {
            assert_eq!(text.parse::<Marker>().expect("a marker").to_string(), text);
        }
    }

    #[test]
    fn what_is_no_marker_is_refused() {
        for text in
            ["", "gender", "gender:4", "gender:02", "sdg16:17.1", "sdg16:16.0", "sdg16:16.11", "a4p+:", "climate"]
        {
            assert!(text.parse::<Marker>().is_err(), "{text}");
        }
    }
}
