//! What a cell says, as it is kept: words in either language, numbers with a decimal comma, dates in either order where
//! they have one reading.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{columns::Holds, grid::Said, read::Names, words};

/// The day of Excel's number 0, and the numbers that are taken for days.
const DAY_ZERO: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a day");
const DAYS: std::ops::RangeInclusive<f64> = 20_000.0..=80_000.0;

/// A cell as it is kept, by what its column holds.
///
/// # Errors
/// A sentence: what is wrong, and what would be right.
pub fn said_as(holds: Holds, said: &Said, names: &Names) -> Result<String, String> {
    let text = said.text();
    match holds {
        Holds::Word(vocabulary) => words::meant(vocabulary, &text).map(ToOwned::to_owned).ok_or_else(|| {
            let words: Vec<&str> = vocabulary.iter().map(|(_, en, _)| *en).collect();
            format!("\"{text}\" is none of the words that stand here: {}.", words.join(", "))
        }),
        Holds::Words(_) => Ok(listed(&text).collect::<Vec<_>>().join("; ")),
        Holds::Date => date(said),
        Holds::Number => number(said),
        Holds::Task => found(&names.tasks, &text, "a task of a mandate of this mission; choose it from the list"),
        Holds::Item => item(names, &text),
        Holds::Items => Ok(listed(&text).map(|label| item(names, label)).collect::<Result<Vec<_>, _>>()?.join("; ")),
        Holds::Indicator => {
            found(&names.indicators, &text, "the code of an indicator, neither here nor in the mission")
        }
        Holds::Id | Holds::Label | Holds::Text | Holds::Open(_) | Holds::Shown => Ok(text),
    }
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '\n']).map(str::trim).filter(|word| !word.is_empty())
}

fn item(names: &Names, label: &str) -> Result<String, String> {
    if let Ok(lineage) = label.parse::<Uuid>() {
        return Ok(lineage.to_string());
    }
    found(&names.items, label, "the No. of a row of the tree")
}

fn found(among: &BTreeMap<String, String>, text: &str, what: &str) -> Result<String, String> {
    among.get(text).cloned().ok_or_else(|| format!("\"{text}\" is not {what}."))
}

/// A number from a number, or from a text with a decimal comma, spaces or a sign of percent.
pub fn number(said: &Said) -> Result<String, String> {
    let number = match said {
        Said::Number(number) => Some(*number),
        Said::Text(text) => {
            let bare: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '\u{202f}').collect();
            let bare = bare.trim_end_matches('%');
            match (bare.contains('.'), bare.matches(',').count()) {
                (false, 1) => bare.replace(',', ".").parse().ok(),
                (true, _) => bare.replace(',', "").parse().ok(),
                _ => bare.parse().ok(),
            }
        }
        Said::Date(_) | Said::Wrong(_) => None,
    };
    match number {
        Some(number) if number.is_finite() => Ok(number.to_string()),
        _ => Err(format!("\"{}\" is no number.", said.text())),
    }
}

/// A day from a date, from Excel's number of one, or from a text that has one reading.
pub fn date(said: &Said) -> Result<String, String> {
    let text = match said {
        Said::Date(day) => return Ok(day.to_string()),
        Said::Number(number) if DAYS.contains(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "within a range of days")]
            let days = chrono::Days::new(*number as u64);
            return DAY_ZERO
                .checked_add_days(days)
                .map(|day| day.to_string())
                .ok_or_else(|| format!("{number} is no date."));
        }
        other => other.text(),
    };
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.to_string());
    }
    let parts: Vec<u32> = text.split(['/', '.', '-']).filter_map(|part| part.trim().parse().ok()).collect();
    match parts[..] {
        [first, second, year] if year >= 1900 && first <= 12 && second <= 12 && first != second => Err(format!(
            "\"{text}\" could be two days. Write it as {year}-{second:02}-{first:02} or {year}-{first:02}-{second:02}."
        )),
        [first, second, year] if year >= 1900 => {
            let (day, month) = if first > 12 { (first, second) } else { (second, first) };
            let day = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
            day.map(|day| day.to_string()).ok_or_else(|| format!("\"{text}\" is no date; write it as 2026-07-01."))
        }
        _ => Err(format!("\"{text}\" is no date; write it as 2026-07-01.")),
    }
}
