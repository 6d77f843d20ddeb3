//! The demo's five years: they end with the last full quarter before today, so that it always looks alive.

use chrono::{Datelike as _, Days, Months, NaiveDate};

/// Months with observations.
pub const MONTHS: u32 = 60;
/// Quarters with observations.
pub const QUARTERS: u32 = MONTHS / 3;

/// The five years that end before a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// First day after the last observation: the first of a quarter.
    end: NaiveDate,
}

impl Calendar {
    /// The calendar as it is on a day.
    pub fn before(today: NaiveDate) -> Self {
        let first = today.with_day(1).unwrap_or(today);
        Self { end: first - Months::new(first.month0() % 3) }
    }

    /// The calendar whose first observation begins on a day, as a mandate recorded it.
    pub fn from_start(start: NaiveDate) -> Self {
        Self { end: start + Months::new(MONTHS) }
    }

    /// First day with observations.
    pub fn start(self) -> NaiveDate {
        self.end - Months::new(MONTHS)
    }

    /// Last day with observations.
    pub fn last_day(self) -> NaiveDate {
        self.end - Days::new(1)
    }

    /// Some months before the end of the observations; never after it.
    pub fn months_ago(self, months: u32) -> NaiveDate {
        self.last_day() - Months::new(months)
    }

    /// The last day of a month, this many months after the end.
    pub fn months_ahead(self, months: u32) -> NaiveDate {
        self.end + Months::new(months) - Days::new(1)
    }

    /// "2024-03" for the month at a place from 0; places before and after the five years are there too.
    pub fn month(self, place: i32) -> String {
        let day = self.shifted(place);
        format!("{:04}-{:02}", day.year(), day.month())
    }

    /// "2024-Q1" for the quarter at a place from 0.
    pub fn quarter(self, place: i32) -> String {
        let day = self.shifted(place * 3);
        format!("{:04}-Q{}", day.year(), day.month0() / 3 + 1)
    }

    /// Month of the year, 0 to 11, of the month at a place.
    pub fn month_of_year(self, place: u32) -> u32 {
        (self.start() + Months::new(place)).month0()
    }

    fn shifted(self, months: i32) -> NaiveDate {
        match u32::try_from(months) {
            Ok(ahead) => self.start() + Months::new(ahead),
            Err(_) => self.start() - Months::new(months.unsigned_abs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_years_end_with_the_last_full_quarter() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        for (today, last, first) in
            [("2026-11-24", "2026-09-30", "2021-10-01"), ("2026-01-01", "2025-12-31", "2021-01-01")]
        {
            let calendar = Calendar::before(day(today));
            assert_eq!((calendar.last_day(), calendar.start()), (day(last), day(first)), "{today}");
            assert_eq!(Calendar::from_start(calendar.start()), calendar);
        }
        let calendar = Calendar::before(day("2026-11-24"));
        assert_eq!((calendar.month(0), calendar.month(59)), ("2021-10".to_owned(), "2026-09".to_owned()));
        assert_eq!((calendar.quarter(-1), calendar.quarter(19)), ("2021-Q3".to_owned(), "2026-Q3".to_owned()));
    }
}
