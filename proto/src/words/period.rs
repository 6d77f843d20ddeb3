//! Periods: closed calendar intervals, written `2024-03-17`, `2024-03`, `2024-Q1`, `2024-H1`,
//! `2024` or `FY2024`.
//!
//! A fiscal year is named after the year in which it ends: with a start in July, `FY2024` is
//! 1 July 2023 to 30 June 2024. With a start in January it is the calendar year.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::vocabulary;

vocabulary! {
    /// Length of a period, and how often an indicator is collected.
    pub enum Frequency as "a frequency" {
        Day = "day",
        Month = "month",
        Quarter = "quarter",
        HalfYear = "half_year",
        Year = "year",
        FiscalYear = "fiscal_year",
    }
}

/// A closed calendar interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    frequency: Frequency,
    year: i32,
    /// Month, quarter or half of the year from 1; day of the year for a day; 0 for a year.
    part: u16,
}

/// A text that is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a period; write 2024-03-17, 2024-03, 2024-Q1, 2024-H1, 2024 or FY2024")]
pub struct NotAPeriod(pub String);

const YEAR_MIN: i32 = 1900;
const YEAR_MAX: i32 = 2200;

impl Period {
    /// The period of a frequency that a day lies in.
    pub fn containing(day: NaiveDate, frequency: Frequency, fiscal_start_month: u32) -> Self {
        let (year, month0) = (day.year(), day.month0() as u16);
        let (year, part) = match frequency {
            Frequency::Day => (year, day.ordinal() as u16),
            Frequency::Month => (year, month0 + 1),
            Frequency::Quarter => (year, month0 / 3 + 1),
            Frequency::HalfYear => (year, month0 / 6 + 1),
            Frequency::Year => (year, 0),
            Frequency::FiscalYear => {
                let ends_next_year = fiscal_start_month > 1 && day.month() >= fiscal_start_month;
                (year + i32::from(ends_next_year), 0)
            }
        };
        Self { frequency, year, part }
    }

    /// Its length.
    pub const fn frequency(self) -> Frequency {
        self.frequency
    }

    /// Its year; for a fiscal year the one in which it ends.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// Its first day. `fiscal_start_month` is 1 to 12 and matters for fiscal years only.
    pub fn first_day(self, fiscal_start_month: u32) -> NaiveDate {
        let part0 = u32::from(self.part.saturating_sub(1));
        let (year, month) = match self.frequency {
            Frequency::Day => {
                return NaiveDate::from_yo_opt(self.year, u32::from(self.part))
                    .expect("the day of the year was checked when the period was made");
            }
            Frequency::Month => (self.year, part0 + 1),
            Frequency::Quarter => (self.year, part0 * 3 + 1),
            Frequency::HalfYear => (self.year, part0 * 6 + 1),
            Frequency::Year => (self.year, 1),
            Frequency::FiscalYear if fiscal_start_month > 1 => (self.year - 1, fiscal_start_month),
            Frequency::FiscalYear => (self.year, 1),
        };
        NaiveDate::from_ymd_opt(year, month, 1).expect("year and month were checked when the period was made")
    }

    /// Its last day.
    pub fn last_day(self, fiscal_start_month: u32) -> NaiveDate {
        let first = self.first_day(fiscal_start_month);
        let months = match self.frequency {
            Frequency::Day => return first,
            Frequency::Month => 1,
            Frequency::Quarter => 3,
            Frequency::HalfYear => 6,
            Frequency::Year | Frequency::FiscalYear => 12,
        };
        first + Months::new(months) - Days::new(1)
    }

    /// True when all of `other` lies in this period.
    pub fn covers(self, other: Self, fiscal_start_month: u32) -> bool {
        self.first_day(fiscal_start_month) <= other.first_day(fiscal_start_month)
            && other.last_day(fiscal_start_month) <= self.last_day(fiscal_start_month)
    }

    /// The period of the same length that follows.
    pub fn next(self, fiscal_start_month: u32) -> Self {
        Self::containing(self.last_day(fiscal_start_month) + Days::new(1), self.frequency, fiscal_start_month)
    }

    /// The period of the same length before.
    pub fn previous(self, fiscal_start_month: u32) -> Self {
        Self::containing(self.first_day(fiscal_start_month) - Days::new(1), self.frequency, fiscal_start_month)
    }

    /// The periods of a frequency whose first days lie in this one, in order.
    pub fn divided(self, frequency: Frequency, fiscal_start_month: u32) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut part = Self::containing(self.first_day(fiscal_start_month), frequency, fiscal_start_month);
        while part.first_day(fiscal_start_month) <= self.last_day(fiscal_start_month) {
            if part.first_day(fiscal_start_month) >= self.first_day(fiscal_start_month) {
                parts.push(part);
            }
            part = part.next(fiscal_start_month);
        }
        parts
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        parse(text.trim()).ok_or_else(|| NotAPeriod(text.to_owned()))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.frequency {
            Frequency::Day => write!(f, "{}", self.first_day(1)),
            Frequency::Month => write!(f, "{:04}-{:02}", self.year, self.part),
            Frequency::Quarter => write!(f, "{:04}-Q{}", self.year, self.part),
            Frequency::HalfYear => write!(f, "{:04}-H{}", self.year, self.part),
            Frequency::Year => write!(f, "{:04}", self.year),
            Frequency::FiscalYear => write!(f, "FY{:04}", self.year),
        }
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn parse(text: &str) -> Option<Period> {
    if let Some(year) = text.strip_prefix("FY") {
        return Some(Period { frequency: Frequency::FiscalYear, year: parse_year(year)?, part: 0 });
    }
    let (year, rest) = match text.split_once('-') {
        None => return Some(Period { frequency: Frequency::Year, year: parse_year(text)?, part: 0 }),
        Some((year, rest)) => (parse_year(year)?, rest),
    };
    if let Some(quarter) = rest.strip_prefix('Q') {
        return Some(Period { frequency: Frequency::Quarter, year, part: parse_part(quarter, 1, 4)? });
    }
    if let Some(half) = rest.strip_prefix('H') {
        return Some(Period { frequency: Frequency::HalfYear, year, part: parse_part(half, 1, 2)? });
    }
    match rest.split_once('-') {
        None => Some(Period { frequency: Frequency::Month, year, part: parse_part(rest, 2, 12)? }),
        Some((month, day)) => {
            let (month, day) = (parse_part(month, 2, 12)?, parse_part(day, 2, 31)?);
            let date = NaiveDate::from_ymd_opt(year, month.into(), day.into())?;
            Some(Period { frequency: Frequency::Day, year, part: date.ordinal() as u16 })
        }
    }
}

fn parse_year(text: &str) -> Option<i32> {
    if text.len() != 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|year| (YEAR_MIN..=YEAR_MAX).contains(year))
}

fn parse_part(text: &str, digits: usize, most: u16) -> Option<u16> {
    if text.len() != digits || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|part| (1..=most).contains(part))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JULY: u32 = 7;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    #[test]
    fn periods_have_the_days_that_the_calendar_gives_them() {
        for (text, first, last) in [
            ("2024-02-29", "2024-02-29", "2024-02-29"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2024-Q1", "2024-01-01", "2024-03-31"),
            ("2024-H2", "2024-07-01", "2024-12-31"),
            ("2024", "2024-01-01", "2024-12-31"),
            ("FY2024", "2023-07-01", "2024-06-30"),
        ] {
            assert_eq!(period(text).first_day(JULY), day(first), "{text}");
            assert_eq!(period(text).last_day(JULY), day(last), "{text}");
        }
        assert_eq!(period("FY2024").first_day(1), day("2024-01-01"), "a fiscal year from January");
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in
            ["", "24", "2024-13", "2024-00", "2024-Q5", "2024-H3", "2023-02-29", "FY24", "2024-1", "1066", "2024-Q"]
        {
            assert_eq!(text.parse::<Period>(), Err(NotAPeriod(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_fiscal_year_has_its_twelve_months() {
        let months = period("FY2024").divided(Frequency::Month, JULY);
        assert_eq!(months.len(), 12);
        assert_eq!(months.first(), Some(&period("2023-07")));
        assert_eq!(months.last(), Some(&period("2024-06")));
        assert!(period("FY2024").covers(period("2023-Q3"), JULY));
        assert!(!period("FY2024").covers(period("2024-Q3"), JULY));
    }

    proptest! {
        #[test]
        fn a_period_is_the_same_after_writing_and_reading(offset in 0u64..80_000, which in 0usize..6, start in 1u32..=12) {
            let day = day("1950-01-01") + Days::new(offset);
            let made = Period::containing(day, Frequency::ALL[which], start);
            prop_assert_eq!(made.to_string().parse::<Period>(), Ok(made));
            prop_assert!(made.first_day(start) <= day && day <= made.last_day(start));
            prop_assert_eq!(made.next(start).previous(start), made);
            prop_assert_eq!(made.next(start).first_day(start), made.last_day(start) + Days::new(1));
        }
    }
}
