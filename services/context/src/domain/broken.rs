//! What a request breaks, field by field, so that a planner learns of all of it at once.

use std::fmt;

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field in the request, `factor.severity`.
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
    /// One broken rule.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut broken = Self::default();
        broken.add(field, message);
        broken
    }

    /// Notes a broken rule and goes on.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.violations.push(Violation { field: field.into(), message: message.into() });
    }

    /// The value of a check, or nothing and a note of what it broke.
    pub fn keep<T>(&mut self, checked: Result<T, Self>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(broken) => {
                self.violations.extend(broken.violations);
                None
            }
        }
    }

    /// Parses a word, a date or a period; notes the field when it is none.
    pub fn parse<W: std::str::FromStr<Err: fmt::Display>>(&mut self, field: &str, word: &str) -> Option<W> {
        match word.trim().parse() {
            Ok(word) => Some(word),
            Err(error) => {
                let error = error.to_string();
                self.add(field, format!("{}.", error.trim_end_matches('.')));
                None
            }
        }
    }

    /// Parses an ISO 8601 date; notes the field when it is none.
    pub fn date(&mut self, field: &str, text: &str) -> Option<chrono::NaiveDate> {
        let date = text.trim().parse().ok();
        if date.is_none() {
            self.add(field, format!("\"{text}\" is not a date; write it like 2024-03-17."));
        }
        date
    }

    /// A number within bounds; notes the field when it is outside.
    pub fn within<N: Copy + PartialOrd + fmt::Display>(
        &mut self,
        field: &str,
        number: N,
        least: N,
        most: N,
    ) -> Option<N> {
        if number >= least && number <= most {
            return Some(number);
        }
        self.add(field, format!("{number} is outside the scale, which goes from {least} to {most}."));
        None
    }

    /// The value, or what was noted. The value is made only when nothing was noted.
    ///
    /// # Errors
    /// All that was noted.
    pub fn into_result<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.violations.is_empty() => Ok(value),
            _ => Err(self),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, violation) in self.violations.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&violation.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Broken {}
