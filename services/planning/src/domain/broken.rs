//! Rules that a request breaks, each with the field that breaks it.

use std::fmt;

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field in the request, `item.markers[2]`.
    pub field: String,
    /// A sentence that says what is wrong and what would be right.
    pub message: String,
}

/// What a request breaks; never empty when it travels as an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Broken {
    pub violations: Vec<Violation>,
}

impl Broken {
    /// Nothing broken yet.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// One broken rule.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut broken = Self::nothing();
        broken.add(field, message);
        broken
    }

    /// Notes a broken rule and goes on, so that a planner learns of all at once.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.violations.push(Violation { field: field.into(), message: message.into() });
    }

    /// Notes what another check broke.
    pub fn take(&mut self, other: Self) {
        self.violations.extend(other.violations);
    }

    /// The value, or what was noted.
    ///
    /// # Errors
    /// All that was noted.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.violations.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Parses a word of a vocabulary; notes the field when it is none.
    pub fn word<W: std::str::FromStr<Err: fmt::Display>>(&mut self, field: &str, word: &str) -> Option<W> {
        match word.parse() {
            Ok(word) => Some(word),
            Err(error) => {
                self.add(field, format!("{error}."));
                None
            }
        }
    }

    /// The value of a check, or nothing and a note of what it broke.
    pub fn keep<T>(&mut self, checked: Result<T, Self>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(broken) => {
                self.take(broken);
                None
            }
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, violation) in self.violations.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{}", violation.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Broken {}
