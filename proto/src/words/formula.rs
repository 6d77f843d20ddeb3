//! Formulas over indicators: `ratio(OC-CLEARED, OC-REPORTED) × 100`.
//!
//! # Grammar
//!
//! ```text
//! sum     = product (("+" | "-" | "−") product)*
//! product = sign (("*" | "×" | "/" | "÷") sign)*
//! sign    = ("-" | "−") sign | atom
//! atom    = number | code | "[" code "]" | function "(" sum ("," sum)* ")" | "(" sum ")"
//! ```
//!
//! A code begins with a letter; one that begins with a digit stands in brackets. A hyphen inside a code
//! belongs to it, so a minus between two codes has a space on its left. Functions: `sum` and `avg` of one
//! or more, `ratio` of two.
//!
//! Deliberately absent: what a formula gives. Its amounts may be missing or not to be shown, which the
//! owner of the data knows (`rollup` in collection), and its units are planning's.

mod read;

use std::{fmt, str::FromStr};

/// Longest formula, in characters.
pub const CHARS_MAX: usize = 500;
/// Most parts that lie in each other.
pub const DEPTH_MAX: usize = 20;
/// Most operators of one formula: each is a step down for whoever computes it.
pub const OPERATORS_MAX: usize = 40;
/// Most indicators that one formula names.
pub const INDICATORS_MAX: usize = 20;

crate::vocabulary! {
    /// What stands between two parts.
    pub enum Operator as "an operator" { Plus = "+", Minus = "−", Times = "×", Over = "÷" }
}

crate::vocabulary! {
    /// What is made of several parts.
    pub enum Function as "a function" { Sum = "sum", Average = "avg", Ratio = "ratio" }
}

/// A formula, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Number(f64),
    /// Code of an indicator.
    Indicator(String),
    Negative(Box<Expression>),
    Two(Operator, Box<Expression>, Box<Expression>),
    Call(Function, Vec<Expression>),
}

/// A formula as somebody wrote it, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    text: String,
    expression: Expression,
}

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("At character {place}: {said}")]
pub struct NoFormula {
    /// From 1.
    pub place: usize,
    /// A sentence.
    pub said: String,
}

impl Formula {
    /// What it says.
    pub const fn expression(&self) -> &Expression {
        &self.expression
    }

    /// The indicators that it names, each once, in the order in which they come.
    pub fn indicators(&self) -> Vec<&str> {
        let mut codes = Vec::new();
        self.expression.name(&mut codes);
        codes
    }
}

impl Expression {
    fn name<'a>(&'a self, codes: &mut Vec<&'a str>) {
        match self {
            Self::Number(_) => {}
            Self::Indicator(code) if codes.contains(&code.as_str()) => {}
            Self::Indicator(code) => codes.push(code),
            Self::Negative(part) => part.name(codes),
            Self::Two(_, left, right) => {
                left.name(codes);
                right.name(codes);
            }
            Self::Call(_, parts) => parts.iter().for_each(|part| part.name(codes)),
        }
    }
}

impl FromStr for Formula {
    type Err = NoFormula;

    fn from_str(text: &str) -> Result<Self, NoFormula> {
        let text = text.trim();
        let formula = Self { expression: read::expression(text)?, text: text.to_owned() };
        match formula.indicators().len() {
            0 => Err(NoFormula { place: 1, said: "the formula names no indicator.".to_owned() }),
            1..=INDICATORS_MAX => Ok(formula),
            _ => Err(NoFormula { place: 1, said: format!("a formula names at most {INDICATORS_MAX} indicators.") }),
        }
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Indicator(code) if stands_alone(code) => f.write_str(code),
            Self::Indicator(code) => write!(f, "[{code}]"),
            Self::Negative(part) => write!(f, "(−{part})"),
            Self::Two(operator, left, right) => write!(f, "({left} {operator} {right})"),
            Self::Call(function, parts) => {
                let parts: Vec<String> = parts.iter().map(Self::to_string).collect();
                write!(f, "{function}({})", parts.join(", "))
            }
        }
    }
}

/// True for a code that needs no brackets.
fn stands_alone(code: &str) -> bool {
    code.starts_with(|first: char| first.is_ascii_alphabetic()) && code.split(['-', '.']).all(|part| !part.is_empty())
}

impl serde::Serialize for Formula {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for Formula {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
