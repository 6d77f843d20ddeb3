//! Who sees a finding otherwise, with a name or without. It stays as it was said.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use super::{Invalid, text::plain, workshop::Written};

/// Longest dissent, in characters.
pub const DISSENT_CHARS_MAX: usize = 5_000;
/// Most dissents from the findings of one assessment.
pub const DISSENTS_MAX: usize = 1_000;

/// One view of a finding that differs from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Dissent {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub finding_id: Uuid,
    /// The version of the finding that it speaks of.
    pub finding_version: i64,
    pub text: String,
    pub on: NaiveDate,
    /// `None`: without a name; then neither account nor hour is kept.
    pub by: Option<Written>,
}

/// What a dissent says.
///
/// # Errors
/// Nothing is said, or too much.
pub fn parse_text(text: &str) -> Result<String, Invalid> {
    let text = plain("text", text, DISSENT_CHARS_MAX)?;
    if text.is_empty() {
        return Err(Invalid::new("text", "is empty; write how you see it"));
    }
    Ok(text)
}

/// The id of a dissent without a name, from the key of the write: the same write again finds it there, and neither the id
/// nor anything kept beside it says who or when. Without a key it is whatever `otherwise` is.
pub fn nameless_id(finding: Uuid, key: Option<&str>, otherwise: Uuid) -> Uuid {
    let mut print = Sha256::new();
    print.update(b"dissent");
    print.update(finding.as_bytes());
    match key {
        Some(key) => print.update(key.as_bytes()),
        None => print.update(otherwise.as_bytes()),
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&print.finalize()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dissent_says_something() {
        assert_eq!(parse_text(" The police see it otherwise. ").as_deref(), Ok("The police see it otherwise."));
        assert_eq!(parse_text(" \n").expect_err("nothing").field, "text");
        assert_eq!(parse_text(&"a".repeat(DISSENT_CHARS_MAX + 1)).expect_err("too long").field, "text");
    }

    #[test]
    fn an_id_without_a_name_is_the_same_for_the_same_write_and_tells_no_time() {
        let (finding, otherwise) = (Uuid::max(), Uuid::from_u128(3));
        let id = nameless_id(finding, Some("a-key"), otherwise);
        assert_eq!(nameless_id(finding, Some("a-key"), Uuid::from_u128(4)), id);
        assert_ne!(nameless_id(finding, Some("b-key"), otherwise), id);
        assert_ne!(nameless_id(Uuid::nil(), Some("a-key"), otherwise), id, "of another finding");
        assert_ne!(nameless_id(finding, None, otherwise), nameless_id(finding, None, Uuid::from_u128(4)));
        assert_eq!((id.get_version_num(), id.get_timestamp()), (8, None));
    }
}
