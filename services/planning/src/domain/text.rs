//! Free text in the two languages of the system, and short free words.

use cpas_proto::words::Language;
use serde::{Deserialize, Serialize};

use super::broken::Broken;

/// Longest text in one language, in characters.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Longest name of a section, code of an area, or category, in characters.
pub const WORD_CHARS_MAX: usize = 80;

/// A text in English and French; an empty string is a missing translation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub en: String,
    pub fr: String,
}

impl Text {
    /// A text with both languages given.
    pub fn of(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { en: en.into(), fr: fr.into() }
    }

    /// True when neither language has a text.
    pub fn is_blank(&self) -> bool {
        self.en.is_empty() && self.fr.is_empty()
    }

    /// English, or French where English is missing.
    pub fn any(&self) -> &str {
        if self.en.is_empty() { &self.fr } else { &self.en }
    }

    /// In a language, or in the other one where it is missing.
    pub fn said(&self, language: Language) -> &str {
        match language {
            Language::Fr if !self.fr.is_empty() => &self.fr,
            _ => self.any(),
        }
    }

    /// A text that may be missing in both languages.
    ///
    /// # Errors
    /// One language is too long or has characters that cannot be stored.
    pub fn parse(field: &str, en: &str, fr: &str) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let en = broken.keep(parse_prose(&format!("{field}.en"), en)).flatten();
        let fr = broken.keep(parse_prose(&format!("{field}.fr"), fr)).flatten();
        broken.into_result(Self::of(en.unwrap_or_default(), fr.unwrap_or_default()))
    }

    /// A text that must be there in at least one language.
    ///
    /// # Errors
    /// As [`Text::parse`], and when both languages are blank.
    pub fn parse_needed(field: &str, en: &str, fr: &str) -> Result<Self, Broken> {
        let text = Self::parse(field, en, fr)?;
        if text.is_blank() {
            return Err(Broken::one(field, "A text is needed here, in English or French."));
        }
        Ok(text)
    }
}

/// A text in one language, a reason for instance. Blank is `None`.
///
/// # Errors
/// Too long, or with characters that cannot be stored.
pub fn parse_prose(field: &str, text: &str) -> Result<Option<String>, Broken> {
    let text = text.trim();
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Broken::one(field, format!("The text is longer than {TEXT_CHARS_MAX} characters; shorten it.")));
    }
    if text.contains('\0') {
        return Err(Broken::one(field, "The text has a character that cannot be stored (NUL)."));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A short word given by people: a section, a code, a unit. Blank is `None`.
///
/// # Errors
/// Too long, or with control characters.
pub fn parse_word(field: &str, word: &str) -> Result<Option<String>, Broken> {
    let word = word.trim();
    if word.chars().count() > WORD_CHARS_MAX {
        return Err(Broken::one(field, format!("This is longer than {WORD_CHARS_MAX} characters; shorten it.")));
    }
    if word.chars().any(char::is_control) {
        return Err(Broken::one(field, "This has a control character; write it on one line."));
    }
    Ok((!word.is_empty()).then(|| word.to_owned()))
}

/// A list of short words, each once, none blank, at most `most`.
///
/// # Errors
/// Names the place in the list that is blank, twice there, or too long.
pub fn parse_words(field: &str, words: &[String], most: usize) -> Result<Vec<String>, Broken> {
    let mut broken = Broken::nothing();
    let mut kept: Vec<String> = Vec::with_capacity(words.len().min(most));
    if words.len() > most {
        broken.add(field, format!("There are {} entries; at most {most} are taken.", words.len()));
        return Err(broken);
    }
    for (place, word) in words.iter().enumerate() {
        let field = format!("{field}[{place}]");
        match parse_word(&field, word) {
            Ok(None) => broken.add(field, "This entry is blank; fill it in or remove it."),
            Ok(Some(word)) if kept.contains(&word) => broken.add(field, format!("\"{word}\" is in the list twice.")),
            Ok(Some(word)) => kept.push(word),
            Err(error) => broken.take(error),
        }
    }
    broken.into_result(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_needs_one_language() {
        assert!(Text::parse_needed("title", " ", "").is_err());
        assert_eq!(Text::parse_needed("title", "", " Plan ").expect("French is enough"), Text::of("", "Plan"));
    }

    #[test]
    fn what_cannot_be_stored_is_refused_with_its_language() {
        let broken = Text::parse("title", "a\0b", &"x".repeat(TEXT_CHARS_MAX + 1)).expect_err("both are wrong");
        let fields: Vec<_> = broken.violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["title.en", "title.fr"]);
    }

    #[test]
    fn a_list_names_the_place_that_is_wrong() {
        let words = ["CF11".to_owned(), " ".to_owned(), "CF11".to_owned()];
        let broken = parse_words("item.areas", &words, 10).expect_err("blank and double");
        let fields: Vec<_> = broken.violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["item.areas[1]", "item.areas[2]"]);
    }
}
