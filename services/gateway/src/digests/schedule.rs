//! When a digest is due, and when one that could not be sent is tried again.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc, Weekday};

use super::Rhythm;

/// Waits before the second, third, … attempt, in seconds; about ten hours in all: the next digest says more than one
/// of yesterday.
const WAITS_S: [i64; 8] = [60, 180, 600, 1_800, 3_600, 7_200, 10_800, 14_400];

/// How long to wait after so many attempts; `None`: that was the last. `spread` (0 to 1) keeps those that failed
/// together from coming again together.
pub fn wait_after(attempts: i32, spread: f64) -> Option<TimeDelta> {
    let place = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let base_ms = WAITS_S.get(place)? * 1_000;
    // At most a fifth longer.
    let extra_ms = (base_ms as f64 * 0.2 * spread.clamp(0.0, 1.0)) as i64;
    Some(TimeDelta::milliseconds(base_ms + extra_ms))
}

/// The instant at which digests were due last, at an hour of UTC: at most a day ago. What was missed longer than that
/// is not sent any more.
pub fn last_due(now: DateTime<Utc>, hour: u32) -> DateTime<Utc> {
    let at = |day: NaiveDate| day.and_hms_opt(hour.min(23), 0, 0).unwrap_or_default().and_utc();
    let today = at(now.date_naive());
    if now >= today { today } else { at(now.date_naive().checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MIN)) }
}

/// Whether somebody who is a member with this choice since an instant gets the digest that was due.
pub fn is_wanted(rhythm: Rhythm, since: DateTime<Utc>, due: DateTime<Utc>) -> bool {
    since <= due
        && match rhythm {
            Rhythm::Daily => true,
            Rhythm::Weekly => due.weekday() == Weekday::Mon,
            Rhythm::Never => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_digest_is_due_at_its_hour_and_until_the_next() {
        assert_eq!(last_due(at("2026-03-02T05:00:00Z"), 5), at("2026-03-02T05:00:00Z"));
        assert_eq!(last_due(at("2026-03-02T23:59:59Z"), 5), at("2026-03-02T05:00:00Z"));
        assert_eq!(last_due(at("2026-03-03T04:59:59Z"), 5), at("2026-03-02T05:00:00Z"));
        assert_eq!(last_due(at("2026-03-01T00:00:00Z"), 5), at("2026-02-28T05:00:00Z"));
        assert_eq!(last_due(at("2026-03-02T00:00:00Z"), 0), at("2026-03-02T00:00:00Z"));
    }

    #[test]
    fn weekly_is_on_mondays_and_a_choice_counts_from_then_on() {
        let (monday, tuesday) = (at("2026-03-02T05:00:00Z"), at("2026-03-03T05:00:00Z"));
        let before = at("2026-01-01T00:00:00Z");
        assert!(is_wanted(Rhythm::Weekly, before, monday) && !is_wanted(Rhythm::Weekly, before, tuesday));
        assert!(is_wanted(Rhythm::Daily, before, monday) && is_wanted(Rhythm::Daily, before, tuesday));
        assert!(!is_wanted(Rhythm::Never, before, monday));
        assert!(!is_wanted(Rhythm::Daily, at("2026-03-02T05:00:01Z"), monday), "chosen after it was due");
    }

    #[test]
    fn each_wait_is_longer_and_there_is_an_end_within_the_day() {
        let waits: Vec<_> =
            (1..=WAITS_S.len() as i32).map(|attempts| wait_after(attempts, 1.0).expect("a wait")).collect();
        assert!(waits.is_sorted_by(|one, next| one < next));
        assert_eq!(wait_after(WAITS_S.len() as i32 + 1, 0.5), None);
        assert_eq!(wait_after(0, 0.5), None);
        assert!(waits.iter().sum::<TimeDelta>() < TimeDelta::hours(24));
    }
}
