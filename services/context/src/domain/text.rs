//! Free text in the two languages of the system, names, and lists of them.

use serde::{Deserialize, Deserializer, Serialize};

use super::broken::Broken;

/// Longest free text in one language, in characters.
pub const TEXT_CHARS_MAX: usize = 10_000;
/// Longest title or name, in characters.
pub const NAME_CHARS_MAX: usize = 300;
/// Most themes, aliases or areas of one record.
pub const LIST_MAX: usize = 200;

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

    /// A narrative: may be missing in both languages.
    ///
    /// # Errors
    /// One language is too long or has characters that cannot be stored.
    pub fn narrative(field: &str, en: &str, fr: &str) -> Result<Self, Broken> {
        Self::parse(field, en, fr, TEXT_CHARS_MAX)
    }

    /// A title: there in at least one language, and short.
    ///
    /// # Errors
    /// As [`Text::narrative`], and when both languages are blank.
    pub fn title(field: &str, en: &str, fr: &str) -> Result<Self, Broken> {
        let text = Self::parse(field, en, fr, NAME_CHARS_MAX)?;
        if text.is_blank() {
            return Err(Broken::one(field, "A title is needed, in English or French."));
        }
        Ok(text)
    }

    /// A free text whose French has a field of its own, `…_fr`; may be missing in both languages.
    ///
    /// # Errors
    /// One language is too long or has characters that cannot be stored.
    pub fn beside(field: &str, en: &str, fr: &str, chars_max: usize) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let en = broken.keep(free(field, en, chars_max));
        let fr = broken.keep(free(&format!("{field}_fr"), fr, chars_max));
        broken.into_result(en.zip(fr).map(|(en, fr)| Self { en, fr }))
    }

    fn parse(field: &str, en: &str, fr: &str, chars_max: usize) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let en = broken.keep(free(&format!("{field}.en"), en, chars_max));
        let fr = broken.keep(free(&format!("{field}.fr"), fr, chars_max));
        broken.into_result(en.zip(fr).map(|(en, fr)| Self { en, fr }))
    }
}

/// A text as it is stored, or as it was while it had one language.
///
/// # Errors
/// Neither of the two.
pub fn either<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Both(Text),
        One(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Both(text) => text,
        Either::One(text) => Text::of(text, ""),
    })
}

/// A free text in one language, without blanks around it; may be empty.
///
/// # Errors
/// Too long, or with a character that cannot be stored.
pub fn free(field: &str, text: &str, chars_max: usize) -> Result<String, Broken> {
    let text = text.trim();
    if text.chars().count() > chars_max {
        return Err(Broken::one(field, format!("This is longer than {chars_max} characters; shorten it.")));
    }
    if text.contains('\0') {
        return Err(Broken::one(field, "This has a character that cannot be stored (NUL); remove it."));
    }
    Ok(text.to_owned())
}

/// A name that must be there, on one line.
///
/// # Errors
/// Blank, too long, or with control characters.
pub fn name(field: &str, text: &str) -> Result<String, Broken> {
    let text = free(field, text, NAME_CHARS_MAX)?;
    if text.is_empty() {
        return Err(Broken::one(field, "This is needed; fill it in."));
    }
    if text.chars().any(char::is_control) {
        return Err(Broken::one(field, "This has a line break or another control character; write it on one line."));
    }
    Ok(text)
}

/// A list of names, each once, none blank.
///
/// # Errors
/// Names the place in the list that is blank, twice there, or too long.
pub fn names(field: &str, list: &[String]) -> Result<Vec<String>, Broken> {
    if list.len() > LIST_MAX {
        return Err(Broken::one(field, format!("There are {} entries; at most {LIST_MAX} are taken.", list.len())));
    }
    let mut broken = Broken::default();
    let mut kept: Vec<String> = Vec::with_capacity(list.len());
    for (place, entry) in list.iter().enumerate() {
        let field = format!("{field}[{place}]");
        match name(&field, entry) {
            Ok(entry) if kept.contains(&entry) => broken.add(field, format!("\"{entry}\" is in the list twice.")),
            Ok(entry) => kept.push(entry),
            Err(error) => broken.violations.extend(error.violations),
        }
    }
    broken.into_result(Some(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_needs_one_language() {
        assert!(Text::title("title", " ", "").is_err());
        assert_eq!(Text::title("title", "", " Carte ").expect("French is enough"), Text::of("", "Carte"));
    }

    #[test]
    fn what_cannot_be_stored_is_refused_with_its_language() {
        let broken = Text::narrative("narrative", "a\0b", &"x".repeat(TEXT_CHARS_MAX + 1)).expect_err("both are wrong");
        let fields: Vec<_> = broken.violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["narrative.en", "narrative.fr"]);
    }

    #[test]
    fn what_is_written_beside_names_its_own_field() {
        assert_eq!(Text::beside("note", " Near ", "", 10).expect("one language is enough"), Text::of("Near", ""));
        let broken = Text::beside("note", "fine", "trop long", 5).expect_err("too long");
        assert_eq!(broken.violations[0].field, "note_fr");
    }

    #[test]
    fn a_text_of_one_language_is_read_as_what_it_was() {
        #[derive(Deserialize)]
        struct Kept(#[serde(deserialize_with = "either")] Text);
        let read = |json: &str| serde_json::from_str::<Kept>(json).map(|kept| kept.0);
        assert_eq!(read("\"Holds the bridge\"").expect("a text"), Text::of("Holds the bridge", ""));
        let both = Text::of("Holds the bridge", "Tient le pont");
        assert_eq!(read(&serde_json::to_string(&both).expect("json")).expect("a text"), both);
        assert!(read("7").is_err());
    }

    #[test]
    fn a_list_names_the_place_that_is_wrong() {
        let list = ["UPC".to_owned(), " ".to_owned(), "UPC".to_owned(), "a\nb".to_owned()];
        let broken = names("aliases", &list).expect_err("blank, double, two lines");
        let fields: Vec<_> = broken.violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["aliases[1]", "aliases[2]", "aliases[3]"]);
    }
}
