//! Texts in English and French, and their bounds.

use serde::{Deserialize, Serialize};

use super::Invalid;

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;
/// Longest narrative, reason or note, in characters.
pub const NARRATIVE_CHARS_MAX: usize = 20_000;

/// A text in one or both languages; an empty string is a missing translation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text {
    pub en: String,
    pub fr: String,
}

impl Text {
    /// A text that says something in at least one language and is at most `chars_max` long in each.
    pub fn parse(field: &str, en: &str, fr: &str, chars_max: usize) -> Result<Self, Invalid> {
        let text = Self { en: plain(field, en, chars_max)?, fr: plain(field, fr, chars_max)? };
        if text.en.is_empty() && text.fr.is_empty() {
            return Err(Invalid::new(field, "is empty; write it in English or French"));
        }
        Ok(text)
    }

    pub fn of(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { en: en.into(), fr: fr.into() }
    }
}

/// A plain text without blanks around it, at most `chars_max` characters; may be empty.
pub fn plain(field: &str, text: &str, chars_max: usize) -> Result<String, Invalid> {
    let text = text.trim();
    let chars = text.chars().count();
    if chars > chars_max {
        return Err(Invalid::new(field, format!("has {chars} characters; at most {chars_max} fit")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_language_is_enough_and_none_is_not() {
        assert_eq!(Text::parse("title", " A ", "", 10), Ok(Text::of("A", "")));
        let error = Text::parse("title", " ", "", 10).expect_err("says nothing");
        assert_eq!(error.to_string(), "title: is empty; write it in English or French");
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(plain("note", "ééééé", 5).is_ok());
        assert_eq!(plain("note", "éééééé", 5).expect_err("long").field, "note");
    }
}
