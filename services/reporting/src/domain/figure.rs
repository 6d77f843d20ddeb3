//! Numbers as they are written: by language, and zero apart from missing, not applicable and suppressed.

use cpas_proto::words::{Frequency, Language, Period, month_name};
use serde::{Deserialize, Serialize};

const NARROW_NO_BREAK_SPACE: char = '\u{202f}';
const MINUS: char = '\u{2212}';

cpas_proto::vocabulary! {
    /// Why there is a value, or none.
    pub enum Kind as "a kind of number" {
        Value = "value",
        Missing = "missing",
        NotApplicable = "not_applicable",
        Suppressed = "suppressed",
    }
}

/// One number of a sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Id of its block; with `:area` behind it in a map or table, with `:period` in a chart.
    pub id: String,
    /// Area code; empty: the mission as a whole.
    pub area: String,
    /// Empty when there is no value in any period.
    pub period: String,
    pub slice: String,
    pub kind: Kind,
    /// Only with [`Kind::Value`].
    pub value: Option<f64>,
    /// Target for the same period and area.
    pub target: Option<f64>,
}

impl Figure {
    /// As it is written in a sentence or a cell, without its unit.
    pub fn written(&self, language: Language) -> String {
        match (self.kind, self.value) {
            (Kind::Value, Some(value)) => number(value, language),
            (kind, _) => absent(kind, language).to_owned(),
        }
    }

    /// As it is written with its unit.
    pub fn written_with_unit(&self, unit: &str, language: Language) -> String {
        match (self.kind, self.value) {
            (Kind::Value, Some(value)) => with_unit(value, unit, language),
            (kind, _) => absent(kind, language).to_owned(),
        }
    }

    /// Hides the value.
    pub fn suppress(&mut self) {
        self.kind = Kind::Suppressed;
        self.value = None;
    }
}

/// The words for a value that is not there.
pub fn absent(kind: Kind, language: Language) -> &'static str {
    match (kind, language) {
        (Kind::Value | Kind::Missing, Language::En) => "no data",
        (Kind::Value | Kind::Missing, Language::Fr) => "pas de données",
        (Kind::NotApplicable, Language::En) => "not applicable",
        (Kind::NotApplicable, Language::Fr) => "sans objet",
        (Kind::Suppressed, Language::En) => "suppressed",
        (Kind::Suppressed, Language::Fr) => "masqué",
    }
}

/// `12,345.6` in English, `12 345,6` with narrow no-break spaces in French. Whole numbers have no
/// decimals, numbers from 100 one, from 1 two at most, smaller ones three.
pub fn number(value: f64, language: Language) -> String {
    let decimals = match value.abs() {
        _ if value.fract() == 0.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let (group, point) = match language {
        Language::En => (',', '.'),
        Language::Fr => (NARROW_NO_BREAK_SPACE, ','),
    };
    let mut written = String::new();
    let is_zero = whole.bytes().all(|byte| byte == b'0') && fraction.is_empty();
    if value < 0.0 && !is_zero {
        written.push(MINUS);
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            written.push(group);
        }
        written.push(digit);
    }
    if !fraction.is_empty() {
        written.push(point);
        written.push_str(fraction);
    }
    written
}

/// With its unit: `45%` or `45 %` by language, `45 incidents`.
pub fn with_unit(value: f64, unit: &str, language: Language) -> String {
    let number = number(value, language);
    match (unit, language) {
        ("", _) => number,
        ("%", Language::En) => format!("{number}%"),
        ("%", Language::Fr) => format!("{number}{NARROW_NO_BREAK_SPACE}%"),
        (unit, _) => format!("{number}\u{a0}{unit}"),
    }
}

/// A period in words: `Q1 2024`, `T1 2024`, `March 2024`, `mars 2024`.
pub fn period(text: &str, language: Language) -> String {
    let Ok(parsed) = text.parse::<Period>() else { return text.to_owned() };
    let year = parsed.year();
    let part = || text.rsplit(['-', 'Q', 'H']).next().unwrap_or_default().to_owned();
    match (parsed.frequency(), language) {
        (Frequency::Day, _) => day(text, language),
        (Frequency::Month, _) => format!("{} {year}", month(&part(), language)),
        (Frequency::Quarter, Language::En) => format!("Q{} {year}", part()),
        (Frequency::Quarter, Language::Fr) => format!("T{} {year}", part()),
        (Frequency::HalfYear, Language::En) => format!("H{} {year}", part()),
        (Frequency::HalfYear, Language::Fr) => format!("S{} {year}", part()),
        (Frequency::Year, _) => year.to_string(),
        (Frequency::FiscalYear, Language::En) => format!("fiscal year {year}"),
        (Frequency::FiscalYear, Language::Fr) => format!("exercice {year}"),
    }
}

/// A day or the day of an instant in words, never ambiguous: `3 March 2024`, `3 mars 2024`.
pub fn day(text: &str, language: Language) -> String {
    let mut parts = text.get(..10).unwrap_or_default().split('-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(in_year), Some(in_month)) => {
            let first = in_month.trim_start_matches('0');
            let first = if first == "1" && language == Language::Fr { "1er" } else { first };
            format!("{first} {} {year}", month(in_year, language))
        }
        _ => text.to_owned(),
    }
}

fn month(number: &str, language: Language) -> &'static str {
    number.parse().ok().and_then(|number| month_name(number, language)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_by_language() {
        for (value, en, fr) in [
            (0.0, "0", "0"),
            (-0.0001, "0", "0"),
            (1_234_567.0, "1,234,567", "1\u{202f}234\u{202f}567"),
            (1234.56, "1,234.6", "1\u{202f}234,6"),
            (45.678, "45.68", "45,68"),
            (0.12345, "0.123", "0,123"),
            (-12.5, "\u{2212}12.5", "\u{2212}12,5"),
            (999.96, "1,000", "1\u{202f}000"),
        ] {
            assert_eq!(number(value, Language::En), en);
            assert_eq!(number(value, Language::Fr), fr);
        }
        assert_eq!(with_unit(45.0, "%", Language::En), "45%");
        assert_eq!(with_unit(45.0, "%", Language::Fr), "45\u{202f}%");
    }

    #[test]
    fn zero_missing_not_applicable_and_suppressed_look_different() {
        let written = |kind, value| {
            let (id, area, period, slice) = Default::default();
            Figure { id, area, period, slice, kind, value, target: None }.written_with_unit("persons", Language::Fr)
        };
        let all = [
            written(Kind::Value, Some(0.0)),
            written(Kind::Missing, None),
            written(Kind::NotApplicable, None),
            written(Kind::Suppressed, None),
        ];
        assert_eq!(all, ["0\u{a0}persons", "pas de données", "sans objet", "masqué"]);
    }

    #[test]
    fn periods_are_written_by_language() {
        for (text, en, fr) in [
            ("2024-03", "March 2024", "mars 2024"),
            ("2024-Q1", "Q1 2024", "T1 2024"),
            ("2024-H2", "H2 2024", "S2 2024"),
            ("2024", "2024", "2024"),
            ("FY2024", "fiscal year 2024", "exercice 2024"),
            ("2024-03-01", "1 March 2024", "1er mars 2024"),
        ] {
            assert_eq!(period(text, Language::En), en);
            assert_eq!(period(text, Language::Fr), fr);
        }
    }
}
