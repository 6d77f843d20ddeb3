//! Periods as people write them in headings and cells: `Jan 2024`, `janv. 2024`, `March-24`, `Q1 2024`, `T1 2024`; and
//! days: `15 March 2024`, `15 mars 2024`, `March 15, 2024`.

use chrono::NaiveDate;
use cpas_proto::words::Period;

use super::layout::folded;

/// The months in English and French: whole, and as they are usually shortened.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "janvier", "janv"],
    &["february", "feb", "fevrier", "fevr", "fev"],
    &["march", "mar", "mars"],
    &["april", "apr", "avril", "avr"],
    &["may", "mai"],
    &["june", "jun", "juin"],
    &["july", "jul", "juillet", "juil"],
    &["august", "aug", "aout"],
    &["september", "sep", "sept", "septembre"],
    &["october", "oct", "octobre"],
    &["november", "nov", "novembre"],
    &["december", "dec", "decembre"],
];

/// A period in words: a month with its year, or a quarter, half-year or fiscal year with its year, in either order.
/// A year of two digits stands behind, and is of this century: `24-Mar` is a day to Excel.
pub fn spoken_period(text: &str) -> Option<Period> {
    let text = folded(text);
    let (one, other) = text.split_once(' ')?;
    said(one, other, true).or_else(|| said(other, one, false))
}

/// A day in words: its number and its month in either order, and its year behind them. A year of two digits is of this
/// century.
pub fn spoken_day(text: &str) -> Option<NaiveDate> {
    let text = folded(text);
    let mut parts = text.split(' ');
    let (one, other, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (day, month) = match (month(one), month(other)) {
        (Some(month), None) => (other, month),
        (None, Some(month)) => (one, month),
        _ => return None,
    };
    let bare = ["er", "st", "nd", "rd", "th"].iter().find_map(|ending| day.strip_suffix(ending)).unwrap_or(day);
    let number = |text: &str| text.bytes().all(|own| own.is_ascii_digit()).then(|| text.parse::<u32>().ok())?;
    let year = match (year.len(), number(year)?) {
        (2, year) => 2000 + year,
        (4, year @ 1900..=2200) => year,
        _ => return None,
    };
    let day = number(bare).filter(|_| bare.len() <= 2)?;
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)
}

/// The number of a month.
fn month(name: &str) -> Option<u32> {
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&name)).map(|(month, _)| month)
}

fn said(part: &str, year: &str, may_be_short: bool) -> Option<Period> {
    let year = match (year.len(), year.parse::<u16>().ok()?) {
        (2, year) if may_be_short => 2000 + year,
        (4, year) => year,
        _ => return None,
    };
    if let Some(month) = month(part) {
        return format!("{year:04}-{month:02}").parse().ok();
    }
    let number = |first: char| part.strip_prefix(first).and_then(|rest| rest.parse::<u8>().ok());
    if let Some(quarter) = number('q').or_else(|| number('t')) {
        return format!("{year:04}-Q{quarter}").parse().ok();
    }
    if let Some(half) = number('h').or_else(|| number('s')) {
        return format!("{year:04}-H{half}").parse().ok();
    }
    matches!(part, "fy" | "exercice").then(|| format!("FY{year:04}").parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_quarters_and_halves_are_read_in_both_languages() {
        for (text, period) in [
            ("Jan 2024", "2024-01"),
            ("janv. 2024", "2024-01"),
            ("Février 2024", "2024-02"),
            ("August-24", "2024-08"),
            ("2024 août", "2024-08"),
            ("Q1 2024", "2024-Q1"),
            ("T3 2024", "2024-Q3"),
            ("2024 / S2", "2024-H2"),
            ("FY 2024", "FY2024"),
            ("Exercice 2024", "FY2024"),
        ] {
            assert_eq!(spoken_period(text).map(|period| period.to_string()).as_deref(), Some(period), "{text}");
        }
    }

    #[test]
    fn days_are_read_in_both_languages() {
        for (text, day) in [
            ("15 March 2024", "2024-03-15"),
            ("15 mars 2024", "2024-03-15"),
            ("1er août 2024", "2024-08-01"),
            ("March 15, 2024", "2024-03-15"),
            ("2nd Feb. 2024", "2024-02-02"),
            ("15-Mar-24", "2024-03-15"),
            ("15/déc./2023", "2023-12-15"),
        ] {
            assert_eq!(spoken_day(text).map(|day| day.to_string()).as_deref(), Some(day), "{text}");
        }
        for text in [
            "31 Feb 2024",
            "March 2024",
            "15 March",
            "March April 2024",
            "15 16 2024",
            "015 March 2024",
            "15 March 24 x",
        ] {
            assert_eq!(spoken_day(text), None, "{text}");
        }
    }

    #[test]
    fn what_names_no_period_is_none() {
        for text in ["Total", "Jan", "2024", "Q5 2024", "March of 2024", "Jan 124", "Bria 2024", "24-Mar", "12-May", ""]
        {
            assert_eq!(spoken_period(text), None, "{text}");
        }
    }
}
