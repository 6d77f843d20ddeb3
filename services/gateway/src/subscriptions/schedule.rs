//! When a subscription is due next, as clocks on the wall show it.

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveDateTime};

use super::When;

/// The next time after `now`; `None` for what is not due by the clock. `day` is that of the week (1 to 7 from Monday on) or
/// of the month (1 to 28).
pub fn next_local(when: When, day: u32, hour: u32, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let at = |date: NaiveDate| date.and_hms_opt(hour.min(23), 0, 0);
    let today = now.date();
    let (first, next) = match when {
        When::Published => return None,
        When::Daily => (today, today.checked_add_days(Days::new(1))?),
        When::Weekly => {
            let ahead = (7 + day.clamp(1, 7) - today.weekday().number_from_monday()) % 7;
            let first = today.checked_add_days(Days::new(u64::from(ahead)))?;
            (first, first.checked_add_days(Days::new(7))?)
        }
        When::Monthly => {
            let first = today.with_day(day.clamp(1, 28))?;
            (first, first.checked_add_months(Months::new(1))?)
        }
    };
    at(first).filter(|first| *first > now).or_else(|| at(next))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn next(when: When, day: u32, hour: u32, now: &str) -> String {
        let now = now.parse().unwrap_or_else(|error| panic!("{now}: {error}"));
        next_local(when, day, hour, now).map(|at| at.to_string()).unwrap_or_default()
    }

    #[test]
    fn it_is_due_at_its_hour_of_the_next_day_that_is_its() {
        assert_eq!(next(When::Daily, 0, 7, "2026-03-02T06:59:59"), "2026-03-02 07:00:00");
        assert_eq!(next(When::Daily, 0, 7, "2026-03-02T07:00:00"), "2026-03-03 07:00:00");
        assert_eq!(next(When::Weekly, 1, 7, "2026-03-02T06:00:00"), "2026-03-02 07:00:00", "a Monday");
        assert_eq!(next(When::Weekly, 1, 7, "2026-03-02T08:00:00"), "2026-03-09 07:00:00");
        assert_eq!(next(When::Weekly, 5, 0, "2026-03-02T08:00:00"), "2026-03-06 00:00:00");
        assert_eq!(next(When::Monthly, 28, 23, "2026-02-28T23:00:00"), "2026-03-28 23:00:00");
        assert_eq!(next(When::Monthly, 1, 6, "2026-12-31T12:00:00"), "2027-01-01 06:00:00");
        assert_eq!(next(When::Published, 1, 6, "2026-12-31T12:00:00"), "");
    }

    proptest! {
        #[test]
        fn the_next_is_later_and_none_is_left_out(minutes in 0i64..2_000_000, day in 1u32..=28, hour in 0u32..24) {
            let now = NaiveDate::from_ymd_opt(2025, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).expect("a day")
                + chrono::TimeDelta::minutes(minutes);
            for (when, longest) in [(When::Daily, 1), (When::Weekly, 7), (When::Monthly, 31)] {
                let next = next_local(when, day, hour, now).expect("by the clock");
                prop_assert!(next > now && next - now <= chrono::TimeDelta::days(longest), "{when} {now} {next}");
            }
        }
    }
}
