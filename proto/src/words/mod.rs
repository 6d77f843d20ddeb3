//! The closed vocabularies of the domain that more than one service speaks, parsed at the edge.

pub mod formula;
mod month;
mod period;
mod slice;

pub use formula::Formula;
pub use month::month_name;
pub use period::{Frequency, Period};
pub use slice::Slice;

/// A word that is not in its vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not {what}; expected {expected}")]
pub struct UnknownWord {
    pub what: &'static str,
    pub found: String,
    pub expected: String,
}

/// Declares a closed vocabulary: an enum, its words, `FromStr`, `Display` and serde by word.
#[macro_export]
macro_rules! vocabulary {
    ($(#[$meta:meta])* $vis:vis enum $name:ident as $what:literal { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// All words, in the order of the vocabulary.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word as it travels and as it is stored.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok($name::$variant),)+
                    _ => Err($crate::words::UnknownWord {
                        what: $what,
                        found: word.to_owned(),
                        expected: [$($word),+].join(", "),
                    }),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.word())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let word = <String as ::serde::Deserialize>::deserialize(d)?;
                word.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}

vocabulary! {
    /// A language of the mission.
    pub enum Language as "a language" { En = "en", Fr = "fr" }
}

vocabulary! {
    /// How far a record may travel; a higher one includes the lower.
    pub enum Classification as "a classification" {
        Unclassified = "unclassified",
        Confidential = "confidential",
        StrictlyConfidential = "strictly_confidential",
    }
}

impl Classification {
    /// Its number in the database: 0, 1, 2.
    pub const fn rank(self) -> i16 {
        self as i16
    }

    /// The classification of a rank; anything above 2 is the highest.
    pub const fn of_rank(rank: i16) -> Self {
        match rank {
            i16::MIN..=0 => Self::Unclassified,
            1 => Self::Confidential,
            _ => Self::StrictlyConfidential,
        }
    }

    /// Parses a word; an empty one is unclassified.
    pub fn parse_or_unclassified(word: &str) -> Result<Self, UnknownWord> {
        if word.is_empty() { Ok(Self::Unclassified) } else { word.parse() }
    }
}

vocabulary! {
    /// A component of the mission.
    pub enum Component as "a component" {
        Civilian = "civilian",
        Military = "military",
        Police = "police",
        Support = "support",
    }
}

vocabulary! {
    /// What kind of force a factor of a context map is.
    pub enum FactorKind as "a kind of factor" {
        Political = "political",
        Security = "security",
        Social = "social",
        Economic = "economic",
        Climate = "climate",
        Humanitarian = "humanitarian",
    }
}

vocabulary! {
    /// Confidence in a judgement.
    pub enum Confidence as "a confidence" { Low = "low", Medium = "medium", High = "high" }
}

vocabulary! {
    /// The state of a mission.
    pub enum MissionState as "a mission state" { Active = "active", Closing = "closing", Closed = "closed" }
}

vocabulary! {
    /// What a person or program may do in a mission.
    pub enum Role as "a role" {
        Contributor = "contributor",
        FocalPoint = "focal_point",
        Verifier = "verifier",
        ComponentHead = "component_head",
        Coordinator = "coordinator",
        Adviser = "adviser",
        Leadership = "leadership",
        HqAnalyst = "hq_analyst",
        Reader = "reader",
        Auditor = "auditor",
        /// A service of this system acting for itself.
        Service = "service",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_not_in_the_vocabulary_names_those_that_are() {
        let error = "secret".parse::<Classification>().expect_err("no such word");
        assert_eq!(
            error.to_string(),
            "\"secret\" is not a classification; expected unclassified, confidential, strictly_confidential"
        );
    }

    #[test]
    fn every_word_comes_back_as_itself() {
        for role in Role::ALL {
            assert_eq!(role.word().parse::<Role>().as_ref(), Ok(role));
        }
        for classification in Classification::ALL {
            assert_eq!(Classification::of_rank(classification.rank()), *classification);
        }
    }
}
