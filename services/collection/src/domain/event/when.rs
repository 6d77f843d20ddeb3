//! What is known of when an event was.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use cpas_proto::words::{Frequency, Period};

use crate::domain::file::{Days as DaysOfColumn, UnclearDay, parse_period};

/// Days before and after the middle of a week.
const HALF_A_WEEK: Days = Days::new(3);

/// A day, or the days that it can have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Day(NaiveDate),
    /// First and last.
    Days(NaiveDate, NaiveDate),
    /// Year and month from 1.
    Month(i32, u32),
    Year(i32),
}

impl When {
    /// `2019-05-03`, `2019-05-03/2019-05-09` (ISO 8601), `2019-05` or `2019`.
    pub fn text(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Days(first, last) => format!("{first}/{last}"),
            Self::Month(year, month) => format!("{year:04}-{month:02}"),
            Self::Year(year) => format!("{year:04}"),
        }
    }

    /// `day`, `days`, `month` or `year`.
    pub const fn precision(self) -> &'static str {
        match self {
            Self::Day(_) => "day",
            Self::Days(..) => "days",
            Self::Month(..) => "month",
            Self::Year(_) => "year",
        }
    }

    /// First and last day that it can have been.
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let (first, months) = match self {
            Self::Day(day) => return Some((day, day)),
            Self::Days(first, last) => return Some((first, last)),
            Self::Month(year, month) => (NaiveDate::from_ymd_opt(year, month, 1)?, 1),
            Self::Year(year) => (NaiveDate::from_ymd_opt(year, 1, 1)?, 12),
        };
        Some((first, first + Months::new(months) - Days::new(1)))
    }

    /// The week around a day, as sources date what they know to the week.
    pub(super) fn around(day: NaiveDate) -> Self {
        let ends = day.checked_sub_days(HALF_A_WEEK).zip(day.checked_add_days(HALF_A_WEEK));
        ends.map_or(Self::Day(day), |(first, last)| Self::Days(first, last))
    }

    pub(super) fn month_of(day: NaiveDate) -> Self {
        Self::Month(day.year(), day.month())
    }

    pub(super) fn year_of(day: NaiveDate) -> Self {
        Self::Year(day.year())
    }

    /// As people and spreadsheets write it in a column of days.
    ///
    /// # Errors
    /// When it may be a day, and nobody can tell which.
    pub fn read(text: &str, days: DaysOfColumn) -> Result<Option<Self>, UnclearDay> {
        if let Some(day) = days.read(text)? {
            return Ok(Some(Self::Day(day)));
        }
        Ok(Self::parse(text).or_else(|| Self::of(parse_period(text)?)))
    }

    /// As [`Self::text`] writes it; a time of day is left out.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((first, last)) = text.split_once('/') {
            let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            return (first <= last).then_some(Self::Days(first, last));
        }
        let text = text.split(['T', ' ']).next().unwrap_or_default();
        Self::of(text.parse().ok()?)
    }

    fn of(period: Period) -> Option<Self> {
        let first = period.first_day(1);
        match period.frequency() {
            Frequency::Day => Some(Self::Day(first)),
            Frequency::Month => Some(Self::Month(first.year(), first.month())),
            Frequency::Year => Some(Self::Year(first.year())),
            Frequency::Quarter | Frequency::HalfYear | Frequency::FiscalYear => None,
        }
    }
}
