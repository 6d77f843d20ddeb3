//! What a mission owes: by when a map, a value, an assessment were due.

use chrono::{Days, Months, NaiveDate};
use cpas_proto::words::{Frequency, Period};

/// Days after the end of a period in which its values may still come.
pub const VALUE_GRACE_DAYS: u64 = 30;
/// Days after the end of its period in which an assessment is to be finalized.
pub const ASSESSMENT_DAYS: u64 = 90;

/// The last period of a frequency whose values are due on a day.
pub fn due_period(frequency: Frequency, today: NaiveDate, fiscal_start_month: u32) -> Period {
    let day = today - Days::new(VALUE_GRACE_DAYS);
    Period::containing(day, frequency, fiscal_start_month).previous(fiscal_start_month)
}

/// True when the newest value is of an earlier period than the one that is due, or there is none.
pub fn value_is_late(latest: Option<Period>, due: Period, fiscal_start_month: u32) -> bool {
    latest.is_none_or(|latest| latest.last_day(fiscal_start_month) < due.last_day(fiscal_start_month))
}

/// Last day on which the next map is in time.
pub fn map_due(published: NaiveDate, interval_months: u32) -> NaiveDate {
    published + Months::new(interval_months)
}

/// Last day on which an assessment of this period is in time.
pub fn assessment_due(period: Period, fiscal_start_month: u32) -> NaiveDate {
    period.last_day(fiscal_start_month) + Days::new(ASSESSMENT_DAYS)
}

/// Whole days past a due day; `None` on that day and before.
pub fn days_past(due: NaiveDate, today: NaiveDate) -> Option<u32> {
    u32::try_from((today - due).num_days()).ok().filter(|days| *days > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    #[test]
    fn a_value_is_due_a_month_after_its_period() {
        let due = |today| due_period(Frequency::Quarter, day(today), 7).to_string();
        assert_eq!(due("2024-04-30"), "2023-Q4", "the first quarter has its month");
        assert_eq!(due("2024-05-01"), "2024-Q1");
        assert_eq!(due_period(Frequency::FiscalYear, day("2024-08-01"), 7).to_string(), "FY2024");
        assert!(
            value_is_late(Some(period("2023-Q4")), period("2024-Q1"), 7) && value_is_late(None, period("2024-Q1"), 7)
        );
        assert!(!value_is_late(Some(period("2024-Q1")), period("2024-Q1"), 7));
    }

    #[test]
    fn maps_and_assessments_have_a_last_day() {
        assert_eq!(map_due(day("2024-01-31"), 1), day("2024-02-29"));
        assert_eq!(assessment_due(period("2024-Q1"), 7), day("2024-06-29"));
        assert_eq!(
            (days_past(day("2024-01-01"), day("2024-01-01")), days_past(day("2024-01-01"), day("2024-01-03"))),
            (None, Some(2))
        );
    }
}
