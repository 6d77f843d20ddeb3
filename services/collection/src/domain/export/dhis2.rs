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
