//! A filter cut into tokens.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use cpas_proto::tables::{Value, is_year};

use super::Refusal;

/// Longest filter, in bytes.
const FILTER_BYTES_MAX: usize = 16_000;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Open,
    Close,
    Comma,
    Value(Value),
    /// A column, an operator or a function.
    Word(String),
}

impl Token {
    /// As it is named in a sentence.
    pub fn said(&self) -> String {
        match self {
            Self::Open => "\"(\"".to_owned(),
            Self::Close => "\")\"".to_owned(),
            Self::Comma => "a comma".to_owned(),
            Self::Value(Value::Text(text)) => format!("'{text}'"),
            Self::Value(_) => "a value".to_owned(),
            Self::Word(word) => format!("\"{word}\""),
        }
    }
}

/// The tokens of a filter.
///
/// # Errors
/// Too long, a text without its end, a word that is nothing.
pub fn tokens(filter: &str) -> Result<Vec<Token>, Refusal> {
    if filter.len() > FILTER_BYTES_MAX {
        return Err(Refusal::bad("$filter", format!("A filter has at most {FILTER_BYTES_MAX} bytes.")));
    }
    let mut tokens = Vec::new();
    let mut rest = filter.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '\'' => text(rest)?,
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "(),'".contains(c)).unwrap_or(rest.len());
                (word(&rest[..end])?, end)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// A text in single quotes; two of them are one of the text.
fn text(rest: &str) -> Result<(Token, usize), Refusal> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((place, character)) = characters.next() {
        if character != '\'' {
            text.push(character);
        } else if characters.next_if(|(_, next)| *next == '\'').is_some() {
            text.push('\'');
        } else if text.contains('\0') {
            break;
        } else {
            return Ok((Token::Value(Value::Text(text)), place + 1));
        }
    }
    Err(Refusal::bad("$filter", "A text of the filter has no end, or a character that no text has (NUL)."))
}

/// A value that has no quotes, or a name.
fn word(word: &str) -> Result<Token, Refusal> {
    let value = match word {
        "null" => Value::Null,
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        _ => match unquoted(word) {
            Some(value) => value,
            None if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
                return Ok(Token::Word(word.to_owned()));
            }
            None => {
                let message = format!(
                    "\"{word}\" is not a value. A text stands in single quotes, a day is written 2024-03-17, an \
                     instant 2024-03-17T08:00:00Z, a number 12.5."
                );
                return Err(Refusal::bad("$filter", message));
            }
        },
    };
    Ok(Token::Value(value))
}

/// An id, a day, an instant or a number.
pub fn unquoted(word: &str) -> Option<Value> {
    if word.len() == 36
        && let Ok(id) = word.parse()
    {
        return Some(Value::Id(id));
    }
    if !word.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    if word.len() == 10
        && let Ok(day) = NaiveDate::parse_from_str(word, "%Y-%m-%d")
        && is_year(day.year())
    {
        return Some(Value::Day(day));
    }
    if word.contains('T') {
        return instant(word).map(Value::Instant);
    }
    // Not what Rust reads beside: "-inf", "-nan".
    let is_plain = word.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    word.parse().ok().filter(|number: &f64| is_plain && number.is_finite()).map(Value::Number)
}

/// OData lets the seconds be left out.
fn instant(word: &str) -> Option<DateTime<Utc>> {
    let whole = DateTime::parse_from_rfc3339(word);
    let whole = whole.or_else(|_| {
        let minutes = "2024-03-17T08:00".len();
        let (head, zone) = word.split_at_checked(minutes).unwrap_or((word, ""));
        DateTime::parse_from_rfc3339(&format!("{head}:00{zone}"))
    });
    whole.ok().map(|instant| instant.with_timezone(&Utc)).filter(|instant| is_year(instant.year()))
}
