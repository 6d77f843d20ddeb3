//! The rules: states, what evidence a judgement needs, and what is computed of a series.
//! Nothing here waits, asks a clock or throws dice: time and ids arrive as arguments.

pub mod analysis;
pub mod assessment;
pub mod comment;
pub mod contributed;
pub mod course;
pub mod cycle;
pub mod dissent;
pub mod evidence;
pub mod finding;
pub mod frozen;
pub mod gapped;
pub mod gathered;
pub mod gender;
pub mod invitation;
mod kept;
pub mod mapped;
pub mod performance;
pub mod presence;
pub mod recommendation;
pub mod sign_off;
pub mod similar;
pub mod since;
pub mod text;
pub mod themes;
pub mod workshop;

/// A broken rule: which field, and a sentence that says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    /// Path of the field, `evidence[2].id`.
    pub field: String,
    pub message: String,
}

impl Invalid {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    /// The same, one level further out: `id` in `evidence[2]` is `evidence[2].id`.
    pub fn within(self, place: &str) -> Self {
        Self { field: format!("{place}.{}", self.field), ..self }
    }
}

/// Parses a word of a closed vocabulary; the field is named where it is not one.
pub fn word<T>(field: &str, text: &str) -> Result<T, Invalid>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Invalid::new(field, error.to_string()))
}

/// The same where an empty text means that nothing was said.
pub fn word_or_nothing<T>(field: &str, text: &str) -> Result<Option<T>, Invalid>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    if text.is_empty() { Ok(None) } else { word(field, text).map(Some) }
}
