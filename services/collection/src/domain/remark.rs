//! What is said about a cell beside its value.

use cpas_proto::words::Classification;

/// Longest comment, in characters.
pub const COMMENT_CHARS_MAX: usize = 2_000;

/// A comment as it was written, without the space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment(String);

impl Comment {
    /// # Errors
    /// A sentence, when nothing is said or too much.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Write what there is to say about the cell.".to_owned());
        }
        if text.chars().count() > COMMENT_CHARS_MAX {
            return Err(format!("A comment has at most {COMMENT_CHARS_MAX} characters."));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

/// How classified a remark is: as its indicator, or as the value in the cell that its author saw, whichever is higher.
pub fn classification(indicator: Classification, value: Option<Classification>) -> Classification {
    value.filter(|value| value.rank() > indicator.rank()).unwrap_or(indicator)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_comment_says_something_and_not_too_much() {
        assert_eq!(
            Comment::parse("  counted twice?\n").map(|own| own.text().to_owned()),
            Ok("counted twice?".to_owned())
        );
        assert!(Comment::parse(" \n ").is_err());
        assert!(Comment::parse(&"é".repeat(COMMENT_CHARS_MAX)).is_ok(), "characters, not bytes");
        assert!(Comment::parse(&"é".repeat(COMMENT_CHARS_MAX + 1)).is_err());
    }

    proptest! {
        #[test]
        fn a_remark_is_never_less_classified_than_what_it_is_about(indicator in 0..3_i16, value in prop::option::of(0..3_i16)) {
            let said = classification(Classification::of_rank(indicator), value.map(Classification::of_rank)).rank();
            prop_assert!(said >= indicator && value.is_none_or(|value| said >= value));
            prop_assert!(said == indicator || Some(said) == value);
        }
    }
}
