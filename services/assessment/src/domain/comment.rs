//! Comments on findings, by name.

use uuid::Uuid;

use super::{Invalid, text::plain, workshop::Written};

/// Longest comment, in characters.
pub const COMMENT_CHARS_MAX: usize = 5_000;
/// Most comments on the findings of one assessment.
pub const COMMENTS_MAX: usize = 1_000;

/// A comment on a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub finding_id: Uuid,
    pub text: String,
    pub written: Written,
    /// `None`: it is open.
    pub resolved: Option<Written>,
    /// From 1; grows when it is resolved and when it is reopened.
    pub version: i64,
}

/// Why a comment, or its end, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommentRefused {
    #[error("the comment is resolved already, by {0}")]
    Resolved(String),
    #[error("the comment is open already")]
    Open,
    #[error("a comment is resolved and reopened by who wrote it, or by who assesses its outcome")]
    NotYours,
    #[error("the assessment has {COMMENTS_MAX} comments on its findings, which is the most that it takes")]
    Full,
}

impl Comment {
    /// A new one.
    ///
    /// # Errors
    /// Nothing is said, or too much.
    pub fn write(
        id: Uuid,
        assessment_id: Uuid,
        finding_id: Uuid,
        text: &str,
        written: Written,
    ) -> Result<Self, Invalid> {
        let text = plain("text", text, COMMENT_CHARS_MAX)?;
        if text.is_empty() {
            return Err(Invalid::new("text", "is empty; write what you want to say"));
        }
        Ok(Self { id, assessment_id, finding_id, text, written, resolved: None, version: 1 })
    }

    /// The same as done with.
    pub fn resolve(self, by: Written, assesses: bool) -> Result<Self, CommentRefused> {
        self.check(&by, assesses)?;
        match &self.resolved {
            Some(before) => Err(CommentRefused::Resolved(before.name.clone())),
            None => Ok(Self { resolved: Some(by), version: self.version + 1, ..self }),
        }
    }

    /// The same as open again.
    pub fn reopen(self, by: &Written, assesses: bool) -> Result<Self, CommentRefused> {
        self.check(by, assesses)?;
        match self.resolved {
            None => Err(CommentRefused::Open),
            Some(_) => Ok(Self { resolved: None, version: self.version + 1, ..self }),
        }
    }

    fn check(&self, by: &Written, assesses: bool) -> Result<(), CommentRefused> {
        if assesses || self.written.by == by.by { Ok(()) } else { Err(CommentRefused::NotYours) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by(person: u128) -> Written {
        Written {
            by: Uuid::from_u128(person),
            name: format!("Person {person}"),
            at: "2025-07-01T08:00:00Z".parse().expect("an instant"),
        }
    }

    fn comment() -> Comment {
        let nil = Uuid::nil();
        Comment::write(nil, nil, nil, " Which patrols? ", by(7)).expect("it says something")
    }

    #[test]
    fn a_comment_says_something() {
        let write = |text: &str| Comment::write(Uuid::nil(), Uuid::nil(), Uuid::nil(), text, by(7));
        assert_eq!(comment().text, "Which patrols?");
        assert_eq!(write("  ").expect_err("nothing").field, "text");
        assert_eq!(write(&"a".repeat(COMMENT_CHARS_MAX + 1)).expect_err("too long").field, "text");
    }

    proptest! {
        /// Whoever tries what in whatever order: it goes from open to resolved and back, only by its author or one who assesses.
        #[test]
        fn it_is_open_or_resolved_and_changes_by_whom_it_may(
            tries in prop::collection::vec((7u128..10, any::<bool>(), any::<bool>()), 0..16),
        ) {
            let mut stored = comment();
            for (person, assesses, resolves) in tries {
                let allowed = (assesses || person == 7) && stored.resolved.is_none() == resolves;
                let done = if resolves {
                    stored.clone().resolve(by(person), assesses)
                } else {
                    stored.clone().reopen(&by(person), assesses)
                };
                prop_assert_eq!(done.is_ok(), allowed);
                if let Ok(done) = done {
                    prop_assert_eq!(done.version, stored.version + 1);
                    prop_assert_eq!(done.resolved.clone(), resolves.then(|| by(person)));
                    prop_assert_eq!((&done.text, &done.written), (&stored.text, &stored.written));
                    stored = done;
                }
            }
        }
    }
}
