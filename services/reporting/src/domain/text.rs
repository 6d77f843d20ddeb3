//! Texts in English and French, and their bounds.

use cpas_proto::words::Language;
use serde::{Deserialize, Serialize};

use super::Invalid;

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;
/// Longest paragraph of a sheet, in characters.
pub const PARAGRAPH_CHARS_MAX: usize = 8_000;
/// Longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 2_000;

/// A text in one or both languages; an empty string is a missing translation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text {
    pub en: String,
    pub fr: String,
}

impl Text {
    pub fn of(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { en: en.into(), fr: fr.into() }
    }

    /// The same words in both languages: a name, a code.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { en: text.clone(), fr: text }
    }

    /// A text that says something in at least one language, at most `chars_max` long in each.
    ///
    /// # Errors
    /// Names `field` when it says nothing or too much.
    pub fn parse(field: &str, en: &str, fr: &str, chars_max: usize) -> Result<Self, Invalid> {
        let text = Self { en: plain(field, en, chars_max)?, fr: plain(field, fr, chars_max)? };
        if text.is_blank() {
            return Err(Invalid::new(field, "is empty; write it in English or French"));
        }
        Ok(text)
    }

    /// True when neither language says anything.
    pub fn is_blank(&self) -> bool {
        self.en.trim().is_empty() && self.fr.trim().is_empty()
    }

    /// The text in a language, or in the other where the translation is missing, with the language that
    /// it is really in.
    pub fn spoken(&self, wanted: Language) -> (&str, Language) {
        let (own, other, other_language) = match wanted {
            Language::En => (&self.en, &self.fr, Language::Fr),
            Language::Fr => (&self.fr, &self.en, Language::En),
        };
        if own.trim().is_empty() && !other.trim().is_empty() { (other, other_language) } else { (own, wanted) }
    }

    /// The words only, of [`Text::spoken`].
    pub fn within(&self, wanted: Language) -> &str {
        self.spoken(wanted).0
    }
}

/// A text without blanks around it and without control characters other than line breaks.
///
/// # Errors
/// Names `field` when it is longer than `chars_max` characters.
pub fn plain(field: &str, text: &str, chars_max: usize) -> Result<String, Invalid> {
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
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
    fn a_missing_translation_is_told_as_what_it_is() {
        let text = Text::of("", "Décès");
        assert_eq!(text.spoken(Language::En), ("Décès", Language::Fr));
        assert_eq!(text.spoken(Language::Fr), ("Décès", Language::Fr));
    }

    #[test]
    fn a_text_says_something_and_not_too_much() {
        assert_eq!(Text::parse("title", " A\u{0} ", "", 10), Ok(Text::of("A", "")));
        assert_eq!(Text::parse("title", " ", "", 10).expect_err("empty").field, "title");
        assert_eq!(Text::parse("title", "ééé", "", 2).expect_err("long").field, "title");
    }
}
