//! The rules of planning. Nothing here waits, stores, reads a clock or draws a number.

pub mod broken;
pub mod change;
pub mod check;
pub mod comment;
pub mod computation;
pub mod definition;
pub mod diff;
pub mod diff_definitions;
pub mod diff_risks;
pub mod framework;
pub mod ids;
pub mod indicator;
pub mod item;
pub mod library;
pub mod lifecycle;
pub mod link;
pub mod mandate;
pub mod marker;
pub mod plan;
pub mod rbb;
pub mod rbb_workbook;
pub mod removed;
pub mod risk;
mod shift;
pub mod target;
pub mod text;
pub mod theory;
pub mod tripwire;
pub mod work_plan;
pub mod workbook;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use broken::Broken;

/// A person or program, with the name that it had then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub account: Uuid,
    pub name: String,
}

/// Who recorded something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub by: Who,
    pub at: DateTime<Utc>,
}

/// A date as it travels, `2025-07-01`; blank is `None`.
///
/// # Errors
/// Anything that is not a date, or lies outside the years 1900 to 2200.
pub fn parse_date(field: &str, date: &str) -> Result<Option<NaiveDate>, Broken> {
    use chrono::Datelike as _;
    if date.trim().is_empty() {
        return Ok(None);
    }
    match date.trim().parse::<NaiveDate>() {
        Ok(date) if (1900..=2200).contains(&date.year()) => Ok(Some(date)),
        _ => Err(Broken::one(field, format!("\"{date}\" is not a date; write it as 2025-07-01."))),
    }
}

/// A date that must be there.
///
/// # Errors
/// As [`parse_date`], and when it is blank.
pub fn parse_needed_date(field: &str, date: &str) -> Result<NaiveDate, Broken> {
    parse_date(field, date)?.ok_or_else(|| Broken::one(field, "A date is needed here, written as 2025-07-01."))
}
