//! Locked periods: what lies in one changes only by a coordinator, with a reason.

use cpas_proto::words::Period;

/// A period that was locked, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    pub period: Period,
    pub reason: String,
}

/// Who wants to change something in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changer<'a> {
    pub is_coordinator: bool,
    pub reason: &'a str,
}

/// The first lock that all of the period lies in. A year is not locked by the lock of its March.
pub fn lock_over(locks: &[Lock], period: Period, fiscal_start_month: u32) -> Option<&Lock> {
    locks.iter().find(|lock| lock.period.covers(period, fiscal_start_month))
}

/// Checks that somebody may change what was observed in a period.
///
/// # Errors
/// A sentence, when the period is locked and they are no coordinator or give no reason.
pub fn may_change(locks: &[Lock], period: Period, fiscal_start_month: u32, changer: Changer<'_>) -> Result<(), String> {
    let Some(lock) = lock_over(locks, period, fiscal_start_month) else { return Ok(()) };
    if !changer.is_coordinator {
        return Err(format!(
            "{} is locked ({}). Nothing was changed; a coordinator can correct it, with a reason.",
            lock.period, lock.reason
        ));
    }
    if changer.reason.trim().is_empty() {
        return Err(format!("{} is locked ({}). Say why it has to change all the same.", lock.period, lock.reason));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    #[test]
    fn a_lock_covers_what_lies_in_it_and_nothing_larger() {
        let locks = [Lock { period: period("FY2024"), reason: "reported".to_owned() }];
        assert!(lock_over(&locks, period("2023-Q3"), 7).is_some());
        assert!(lock_over(&locks, period("2024-06"), 7).is_some());
        assert!(lock_over(&locks, period("2024"), 7).is_none());
        assert!(lock_over(&locks, period("2024-07"), 7).is_none());
    }

    #[test]
    fn only_a_coordinator_with_a_reason_changes_a_locked_period() {
        let locks = [Lock { period: period("2023"), reason: "reported".to_owned() }];
        let may = |is_coordinator, reason| may_change(&locks, period("2023-04"), 7, Changer { is_coordinator, reason });
        assert!(may(false, "late report").expect_err("no coordinator").contains("2023 is locked (reported)"));
        assert!(may(true, " ").is_err());
        assert_eq!(may(true, "late report from Bria"), Ok(()));
    }
}
