//! Days as people and spreadsheets write them in numbers: `17/03/2024`, `3/17/2024`, `17.03.2024`, and `45292`, which is
//! how Excel counts days.
//!
//! `17/03/2024` says itself which number is the month; `03/04/2024` does not. As with decimal signs the whole column is
//! asked: it is read as those of its dates are that can be read in one way only, and where none can, none is guessed. The
//! month stands first only where a date proves it. A count of days is one only among other days.

use chrono::{Datelike as _, NaiveDate};
use cpas_proto::words::Frequency;

use super::row::parse_period;

/// Years that a period can lie in.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;
/// Counts of days that are taken for one: from 1980 to 2099.
const COUNTS: std::ops::RangeInclusive<i32> = 29_221..=73_050;

/// Which of two numbers is the month, in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DayOrder {
    /// No date needs to be asked.
    #[default]
    Unseen,
    DayFirst,
    MonthFirst,
    /// Every date could be either.
    Ambiguous,
    /// Some dates have the day first and some the month.
    Mixed,
}

/// How a column writes days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    pub order: DayOrder,
    /// Numbers alone are counts of days: the column has other days too.
    pub are_counted: bool,
}

/// A cell that may be a day, and which one nobody can tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnclearDay {
    #[error(
        "\"{text}\" could be {day_first} or {month_first}, and no date in the column says which number is the month. \
         Write the year first, as in 2024-03-17, or format the column so."
    )]
    Order { text: String, day_first: NaiveDate, month_first: NaiveDate },
    #[error(
        "\"{text}\" could be {day_first} or {month_first}: some dates in the column have the day first and some the \
         month. Write the year first, as in 2024-03-17."
    )]
    Mixed { text: String, day_first: NaiveDate, month_first: NaiveDate },
    #[error(
        "\"{text}\" may be {day} as a spreadsheet counts days, but no other cell of the column is a day. Format the \
         column as dates."
    )]
    Counted { text: String, day: NaiveDate },
}

impl Days {
    /// The day that a cell writes in numbers; `None` where it does not.
    ///
    /// # Errors
    /// When it may be one, and nobody can tell which.
    pub fn read(&self, cell: &str) -> Result<Option<NaiveDate>, UnclearDay> {
        if let Some(day) = counted(cell) {
            let text = || cell.to_owned();
            return if self.are_counted { Ok(Some(day)) } else { Err(UnclearDay::Counted { text: text(), day }) };
        }
        let Some(numbers) = Numbers::read(cell) else { return Ok(None) };
        let (day_first, month_first) = match (numbers.day_first(), numbers.month_first()) {
            (Some(one), Some(other)) if one != other => (one, other),
            // It says itself what it is, or is the same in both ways.
            (one, other) => return Ok(one.or(other)),
        };
        let text = cell.to_owned();
        match self.order {
            DayOrder::DayFirst => Ok(Some(day_first)),
            DayOrder::MonthFirst => Ok(Some(month_first)),
            DayOrder::Mixed => Err(UnclearDay::Mixed { text, day_first, month_first }),
            DayOrder::Ambiguous | DayOrder::Unseen => Err(UnclearDay::Order { text, day_first, month_first }),
        }
    }
}

/// Collects over a column what its cells say.
#[derive(Debug, Default, Clone, Copy)]
pub struct DaySurvey {
    day_first: u32,
    month_first: u32,
    could_be_either: u32,
    /// Of the dates in numbers, read in the one way and in the other.
    read_day_first: Firsts,
    read_month_first: Firsts,
    counted: Firsts,
    /// Days that are written otherwise.
    plain: Firsts,
}

/// How many days are the first of a month.
#[derive(Debug, Default, Clone, Copy)]
struct Firsts {
    firsts: u32,
    others: u32,
}

impl Firsts {
    fn see(&mut self, day: Option<NaiveDate>) {
        match day.map(|day| day.day()) {
            Some(1) => self.firsts += 1,
            Some(_) => self.others += 1,
            None => {}
        }
    }

    fn any(self) -> bool {
        self.firsts + self.others > 0
    }
}

impl DaySurvey {
    /// Looks at one cell.
    pub fn see(&mut self, cell: &str) {
        if let Some(day) = counted(cell) {
            return self.counted.see(Some(day));
        }
        if let Some(numbers) = Numbers::read(cell) {
            let (one, other) = (numbers.day_first(), numbers.month_first());
            match (one, other) {
                (Some(one), Some(other)) if one != other => self.could_be_either += 1,
                (Some(_), None) => self.day_first += 1,
                (None, Some(_)) => self.month_first += 1,
                _ => {}
            }
            self.read_day_first.see(one);
            self.read_month_first.see(other);
            return;
        }
        let period = parse_period(cell).filter(|period| period.frequency() == Frequency::Day);
        self.plain.see(period.map(|period| period.first_day(1)));
    }

    /// How the column writes days.
    pub fn days(&self) -> Days {
        let order = match (self.day_first, self.month_first, self.could_be_either) {
            (0, 0, 0) => DayOrder::Unseen,
            (0, 0, _) => DayOrder::Ambiguous,
            (_, 0, _) => DayOrder::DayFirst,
            (0, _, _) => DayOrder::MonthFirst,
            _ => DayOrder::Mixed,
        };
        let are_counted = self.plain.any() || self.read_day_first.any() || self.read_month_first.any();
        Days { order, are_counted }
    }

    /// True where there are days and all are the first of a month: spreadsheets write a month so.
    pub fn are_firsts(&self) -> bool {
        let Days { order, are_counted } = self.days();
        let numbers = match order {
            DayOrder::MonthFirst => self.read_month_first,
            DayOrder::Ambiguous => Firsts::default(),
            _ => self.read_day_first,
        };
        let counted = if are_counted { self.counted } else { Firsts::default() };
        let all = [self.plain, numbers, counted];
        all.iter().any(|own| own.firsts > 0) && all.iter().all(|own| own.others == 0)
    }
}

/// Two numbers and a year.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    one: u32,
    other: u32,
    year: i32,
}

impl Numbers {
    /// `17/03/2024`, with points or dashes too, and with a time of day behind it.
    fn read(cell: &str) -> Option<Self> {
        let date = match cell.split_once([' ', 'T']) {
            Some((date, time)) if is_time(time) => date,
            Some(_) => return None,
            None => cell,
        };
        let between = date.chars().find(|own| !own.is_ascii_digit()).filter(|own| ['/', '.', '-'].contains(own))?;
        let mut parts = date.split(between);
        let (one, other, year) = (parts.next()?, parts.next()?, parts.next()?);
        let is_short = |part: &str| (1..=2).contains(&part.len());
        if parts.next().is_some() || !is_short(one) || !is_short(other) || year.len() != 4 {
            return None;
        }
        let number = |part: &str| part.bytes().all(|own| own.is_ascii_digit()).then(|| part.parse::<u32>().ok())?;
        let year = i32::try_from(number(year)?).ok().filter(|year| YEARS.contains(year))?;
        Some(Self { one: number(one)?, other: number(other)?, year })
    }

    fn day_first(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.other, self.one)
    }

    fn month_first(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.one, self.other)
    }
}

/// `00:00`, `14:05:30`, `2:05 PM`
fn is_time(text: &str) -> bool {
    text.contains(':') && text.chars().all(|own| own.is_ascii_digit() || ":. APMZ".contains(own.to_ascii_uppercase()))
}

/// The day that Excel counts so: 45292 is the first of January 2024. A time of day is left out.
fn counted(cell: &str) -> Option<NaiveDate> {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
    let are_digits = |text: &str| text.bytes().all(|own| own.is_ascii_digit());
    if whole.len() != 5 || !are_digits(whole) || !are_digits(part) {
        return None;
    }
    let count = whole.parse::<i32>().ok().filter(|count| COUNTS.contains(count))?;
    // From the 30th of December 1899: Excel's 29th of February 1900 never was.
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(chrono::TimeDelta::days(count.into()))
}

#[cfg(test)]
#[path = "days_tests.rs"]
mod tests;
