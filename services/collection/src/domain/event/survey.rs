//! The first time through a file of events: how it writes numbers and days.

use super::{Column, EventLayout};
use crate::domain::file::{DaySurvey, Days, DecimalSign, Record, number::DecimalSurvey};

/// How a file of events is written.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    pub sign: DecimalSign,
    /// Of each column of days by itself.
    pub date: Days,
    pub last_day: Days,
}

/// Collects over a file what its cells say.
#[derive(Debug, Default)]
pub struct EventSurvey {
    decimals: DecimalSurvey,
    date: DaySurvey,
    last_day: DaySurvey,
}

impl EventSurvey {
    /// Looks at one row.
    pub fn see(&mut self, layout: &EventLayout, record: &Record) {
        for (column, days) in [(Column::Date, &mut self.date), (Column::LastDay, &mut self.last_day)] {
            days.see(layout.cell(record, column));
        }
        let are_days =
            |place: &usize| [Column::Date, Column::LastDay].iter().any(|own| layout.columns.get(own) == Some(place));
        for place in (0..record.width()).filter(|place| !are_days(place)) {
            let cell = record.cell(place).unwrap_or_default();
            if cell.bytes().all(|own| own.is_ascii_digit() || b".,-".contains(&own)) {
                self.decimals.see(cell);
            }
        }
    }

    /// How the file is written.
    pub fn writing(&self) -> Writing {
        Writing { sign: self.decimals.sign(), date: self.date.days(), last_day: self.last_day.days() }
    }
}
