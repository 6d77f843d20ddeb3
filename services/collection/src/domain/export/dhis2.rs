//! A DHIS2 data value set: `POST /api/dataValueSets?idScheme=CODE` takes it where data elements, organisation
//! units and category option combinations have the codes of indicators, areas and slices.
//!
//! Source of the shape and of the periods: DHIS2 developer guide, "Data values" and "Date and period format".
//! A value set has values only: what is missing, suppressed or not applicable is left out. A ratio is its
//! quotient, with both parts in the comment. The mission as a whole is the organisation unit of its code.

use chrono::{Datelike as _, NaiveDate};
use cpas_proto::words::{Frequency, Period};
use serde_json::{Value, json};

use super::Row;

/// The months in which a financial year of DHIS2 can start.
const FINANCIAL: [(u32, &str); 5] = [(4, "April"), (7, "July"), (9, "Sep"), (10, "Oct"), (11, "Nov")];

/// Before the first value.
pub const HEAD: &str = "{\"dataValues\":[";
/// After the last.
pub const TAIL: &str = "\n]}\n";

/// True when periods of a frequency can be said.
pub fn can_say(frequency: Frequency, fiscal_start_month: u32) -> bool {
    frequency != Frequency::FiscalYear || FINANCIAL.iter().any(|(month, _)| *month == fiscal_start_month)
}

/// One value; `false`, and nothing written, where there is none.
pub fn row(text: &mut String, is_first: bool, mission: &str, fiscal_start_month: u32, row: &Row) -> bool {
    let Some(period) = period(row.period, row.first_day, fiscal_start_month) else { return false };
    let (value, parts) = match (row.kind.as_str(), row.value, row.quotient()) {
        ("value", Some(value), _) => (value.to_string(), None),
        ("ratio", _, Some(quotient)) => (quotient.to_string(), row.numerator.zip(row.denominator)),
        ("level", ..) => (row.level.clone(), None),
        ("text", ..) => (row.text.clone(), None),
        _ => return false,
    };
    let mut object = json!({
        "dataElement": row.indicator,
        "period": period,
        "orgUnit": if row.area.is_empty() { mission } else { &row.area },
        "value": value,
        "lastUpdated": row.recorded(),
    });
    if !row.slice.is_empty() {
        object["categoryOptionCombo"] = Value::from(row.slice.as_str());
    }
    let comment = match parts {
        Some((numerator, denominator)) if row.note.is_empty() => format!("{numerator} / {denominator}"),
        Some((numerator, denominator)) => format!("{numerator} / {denominator}. {}", row.note),
        None => row.note.clone(),
    };
    if !comment.is_empty() {
        object["comment"] = Value::from(comment);
    }
    text.push_str(if is_first { "\n" } else { ",\n" });
    text.push_str(&object.to_string());
    true
}

/// `20240317`, `202403`, `2024Q1`, `2024S1`, `2024` or `2024July`, the year in which it starts.
pub fn period(period: Period, first_day: NaiveDate, fiscal_start_month: u32) -> Option<String> {
    let (year, month) = (first_day.year(), first_day.month());
    Some(match period.frequency() {
        Frequency::Day => first_day.format("%Y%m%d").to_string(),
        Frequency::Month => format!("{year:04}{month:02}"),
        Frequency::Quarter => format!("{year:04}Q{}", (month - 1) / 3 + 1),
        Frequency::HalfYear => format!("{year:04}S{}", (month - 1) / 6 + 1),
        Frequency::Year => format!("{year:04}"),
        Frequency::FiscalYear => {
            let (_, name) = FINANCIAL.iter().find(|(start, _)| *start == fiscal_start_month)?;
            format!("{year:04}{name}")
        }
    })
}

/// A period as DHIS2 writes it; the other way round of [`period`], for the fiscal year of this mission.
pub fn parse_period(text: &str, fiscal_start_month: u32) -> Option<Period> {
    let (year, rest) = text.split_at_checked(4)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year) {
        return None;
    }
    let said = match rest {
        "" => year.to_owned(),
        _ if rest.len() == 2 && digits(rest) => format!("{year}-{rest}"),
        _ if rest.len() == 4 && digits(rest) => format!("{year}-{}-{}", &rest[..2], &rest[2..]),
        _ if rest.starts_with('Q') => format!("{year}-{rest}"),
        _ if rest.starts_with('S') => format!("{year}-H{}", &rest[1..]),
        _ => {
            let (month, _) = FINANCIAL.iter().find(|(_, name)| *name == rest)?;
            let day = NaiveDate::from_ymd_opt(year.parse().ok()?, *month, 1)?;
            let own = *month == fiscal_start_month;
            return own.then(|| Period::containing(day, Frequency::FiscalYear, fiscal_start_month));
        }
    };
    said.parse().ok()
}

/// The category option combination of a value without categories, by its code, its name or its usual id.
pub fn is_default(combination: &str) -> bool {
    matches!(combination, "" | "default" | "HllvX50cXC0")
}

/// Numerator, denominator and note of a comment that begins with both parts of a ratio.
pub fn parts(comment: &str) -> Option<(&str, &str, &str)> {
    let (numerator, rest) = comment.split_once(" / ")?;
    let (denominator, note) = rest.split_once(". ").unwrap_or((rest, ""));
    let is_number = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
    (is_number(numerator) && is_number(denominator)).then_some((numerator, denominator, note))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_come_back_as_they_went_out() {
        for text in ["2024-03-17", "2024-03", "2024-Q1", "2024-H2", "2024", "FY2024"] {
            let own: Period = text.parse().expect("a period");
            let theirs = period(own, own.first_day(7), 7).expect("it can be said");
            assert_eq!(parse_period(&theirs, 7), Some(own), "{text} as {theirs}");
        }
        for text in ["2024W12", "202413", "2024April", "march", "", "20é4"] {
            assert_eq!(parse_period(text, 7), None, "{text}");
        }
    }

    #[test]
    fn a_comment_with_both_parts_is_told_from_any_other() {
        assert_eq!(parts("3 / 6"), Some(("3", "6", "")));
        assert_eq!(parts("3.5 / 6. Seen twice. Yes"), Some(("3.5", "6", "Seen twice. Yes")));
        for other in ["yes / no", "3 of 6", "", "/ 6"] {
            assert_eq!(parts(other), None, "{other}");
        }
    }
}
