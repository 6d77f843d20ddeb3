//! When a message that was not taken is tried again, and when no more.

use chrono::TimeDelta;

/// Waits before the second, third, … attempt, in seconds: at once where the other side blinked, and three days in
/// all where it is down over a weekend.
const WAITS_S: [i64; 9] = [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 72_000, 129_600];

/// Attempts before a message is dead.
pub const ATTEMPTS_MAX: i32 = WAITS_S.len() as i32 + 1;

/// How long to wait after so many attempts; `None`: that was the last. `spread` (0 to 1) keeps those that failed
/// together from coming again together.
pub fn wait_after(attempts: i32, spread: f64) -> Option<TimeDelta> {
    let place = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let base_ms = WAITS_S.get(place)? * 1_000;
    // At most a fifth longer.
    let extra_ms = (base_ms as f64 * 0.2 * spread.clamp(0.0, 1.0)) as i64;
    Some(TimeDelta::milliseconds(base_ms + extra_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_and_there_is_an_end() {
        let waits: Vec<_> = (1..ATTEMPTS_MAX).map(|attempts| wait_after(attempts, 0.5).expect("a wait")).collect();
        assert!(waits.is_sorted_by(|one, next| one < next));
        assert_eq!(wait_after(ATTEMPTS_MAX, 0.5), None);
        assert_eq!(wait_after(0, 0.5), None);
        let whole: TimeDelta = waits.iter().sum();
        assert!((3..5).contains(&whole.num_days()), "{whole}");
        assert!(wait_after(2, 1.0) > wait_after(2, 0.0));
    }
}
