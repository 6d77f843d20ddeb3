//! How often a mission assesses, and what that puts into a year.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use cpas_proto::words::{Frequency, Period};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Invalid, assessment::Kind, sign_off::Rule};

/// Most days ahead on which an assessment is to be scheduled.
pub const LEAD_DAYS_MAX: u32 = 180;

/// When a mission assesses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// Half-year, year or fiscal year.
    pub interval: Frequency,
    pub kind: Kind,
    /// Months in which the work begins, 1 to 12, in order.
    pub months: Vec<u32>,
    /// Days before that on which it is to be scheduled.
    pub lead_days: u32,
}

impl Rhythm {
    /// One month for a year, two for half-years.
    pub fn parse(interval: Frequency, kind: Kind, mut months: Vec<u32>, lead_days: u32) -> Result<Self, Invalid> {
        let wanted = match interval {
            Frequency::HalfYear => 2,
            Frequency::Year | Frequency::FiscalYear => 1,
            _ => {
                return Err(Invalid::new("cycle.interval", "is none of a cycle; write half_year, year or fiscal_year"));
            }
        };
        months.sort_unstable();
        months.dedup();
        if months.len() != wanted || months.iter().any(|month| !(1..=12).contains(month)) {
            let message = format!("does not name {wanted} different month(s) from 1 to 12");
            return Err(Invalid::new("cycle.months", message));
        }
        if lead_days > LEAD_DAYS_MAX {
            return Err(Invalid::new("cycle.lead_days", format!("is more than {LEAD_DAYS_MAX}")));
        }
        Ok(Self { interval, kind, months, lead_days })
    }

    /// What falls into a calendar year: of each month in which work begins the last period that is over by then.
    pub fn slots(&self, year: i32, fiscal_start_month: u32) -> Vec<Slot> {
        let slot = |month: &u32| {
            let begins_on = NaiveDate::from_ymd_opt(year, *month, 1)?;
            let now = Period::containing(begins_on, self.interval, fiscal_start_month);
            let period = now.previous(fiscal_start_month);
            let schedule_from = begins_on.checked_sub_days(Days::new(self.lead_days.into()))?;
            Some(Slot { period, begins_on, schedule_from })
        };
        self.months.iter().filter_map(slot).collect()
    }
}

/// An assessment that a cycle asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub period: Period,
    pub begins_on: NaiveDate,
    pub schedule_from: NaiveDate,
}

/// What a mission has set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// `None`: it assesses when it chooses to.
    pub rhythm: Option<Rhythm>,
    pub coordinator: Option<Uuid>,
    pub sign_off: Rule,
    /// Since when the rhythm is this one; `None`: as long as the whole, or it was kept before this was.
    #[serde(default)]
    pub rhythm_since: Option<DateTime<Utc>>,
    /// 0: nothing was set yet.
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
}

impl Default for Cycle {
    fn default() -> Self {
        Self {
            rhythm: None,
            coordinator: None,
            sign_off: Rule::default(),
            rhythm_since: None,
            version: 0,
            recorded_at: DateTime::UNIX_EPOCH,
            recorded_by: Uuid::nil(),
        }
    }
}

impl Cycle {
    /// Since when a rhythm holds that is set now: one that was there already goes on.
    pub fn since(&self, rhythm: Option<&Rhythm>, now: DateTime<Utc>) -> DateTime<Utc> {
        let goes_on = self.version > 0 && self.rhythm.as_ref() == rhythm;
        if goes_on { self.rhythm_since.unwrap_or(self.recorded_at) } else { now }
    }

    /// What falls into so many years from one on.
    pub fn slots(&self, from: i32, years: i32, fiscal_start_month: u32) -> Vec<Slot> {
        let rhythm = self.rhythm.iter();
        rhythm.flat_map(|rhythm| (from..from + years).flat_map(|year| rhythm.slots(year, fiscal_start_month))).collect()
    }
}

/// The calendar year of an instant.
pub fn year_of(at: DateTime<Utc>) -> i32 {
    at.year()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rhythm(interval: Frequency, months: &[u32]) -> Rhythm {
        Rhythm::parse(interval, Kind::Impact, months.to_vec(), 30).expect("a rhythm")
    }

    #[test]
    fn each_slot_assesses_the_last_period_that_is_over() {
        let told = |rhythm: Rhythm| -> Vec<(String, String)> {
            let slots = rhythm.slots(2026, 7);
            slots.iter().map(|slot| (slot.period.to_string(), slot.begins_on.to_string())).collect()
        };
        let pair = |period: &str, day: &str| (period.to_owned(), day.to_owned());
        assert_eq!(told(rhythm(Frequency::Year, &[2])), [pair("2025", "2026-02-01")]);
        assert_eq!(told(rhythm(Frequency::FiscalYear, &[8])), [pair("FY2026", "2026-08-01")]);
        let halves = [pair("2025-H2", "2026-01-01"), pair("2026-H1", "2026-07-01")];
        assert_eq!(told(rhythm(Frequency::HalfYear, &[7, 1])), halves);
        let slot = rhythm(Frequency::Year, &[2]).slots(2026, 7)[0];
        assert_eq!(slot.schedule_from.to_string(), "2026-01-02");
    }

    #[test]
    fn a_rhythm_has_the_months_of_its_interval() {
        for (interval, months) in
            [(Frequency::HalfYear, vec![1]), (Frequency::HalfYear, vec![3, 3]), (Frequency::Year, vec![13])]
        {
            let error = Rhythm::parse(interval, Kind::Impact, months, 0).expect_err("not its months");
            assert_eq!(error.field, "cycle.months");
        }
        let error = Rhythm::parse(Frequency::Month, Kind::Impact, vec![1], 0).expect_err("no cycle");
        assert_eq!(error.field, "cycle.interval");
    }

    #[test]
    fn a_rhythm_that_is_saved_again_goes_on_and_another_one_begins() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let (first, later) = (at("2026-01-05T08:00:00Z"), at("2026-02-20T08:00:00Z"));
        let (yearly, half_yearly) = (rhythm(Frequency::Year, &[2]), rhythm(Frequency::HalfYear, &[2, 8]));
        assert_eq!(Cycle::default().since(Some(&yearly), first), first);
        let set = Cycle { rhythm: Some(yearly.clone()), version: 1, recorded_at: first, ..Cycle::default() };
        assert_eq!(set.since(Some(&yearly), later), first, "kept before it was written down");
        let again = Cycle { rhythm_since: Some(first), version: 2, recorded_at: later, ..set };
        assert_eq!(again.since(Some(&yearly), later), first);
        assert_eq!(again.since(Some(&half_yearly), later), later);
        assert_eq!(again.since(None, later), later);
    }

    proptest! {
        #[test]
        fn the_period_is_over_when_the_work_begins_and_no_other_came_between(
            year in 2000_i32..2100, month in 1_u32..=12, fiscal in 1_u32..=12, lead in 0_u32..=LEAD_DAYS_MAX,
        ) {
            for interval in [Frequency::Year, Frequency::FiscalYear] {
                let rhythm = Rhythm::parse(interval, Kind::Impact, vec![month], lead).expect("a rhythm");
                for slot in rhythm.slots(year, fiscal) {
                    prop_assert!(slot.period.last_day(fiscal) < slot.begins_on);
                    prop_assert!(slot.period.next(fiscal).last_day(fiscal) >= slot.begins_on);
                    prop_assert!(slot.schedule_from <= slot.begins_on);
                }
            }
        }
    }
}
