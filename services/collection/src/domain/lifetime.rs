//! While an area exists, and what came before and after it: what an entry, a task and a reader are told.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::rollup::Area;

/// What came before an area.
#[derive(Debug, Clone, PartialEq)]
struct Origin {
    date: NaiveDate,
    before: Vec<String>,
    /// Where it is one part of several.
    part: bool,
    share: Option<f64>,
}

/// The areas of a mission by code, with their days.
#[derive(Debug, Default)]
pub struct Lifetimes {
    valid: HashMap<String, (Option<NaiveDate>, Option<NaiveDate>)>,
    became: HashMap<String, (NaiveDate, Vec<String>)>,
    came_of: HashMap<String, Origin>,
}

impl Lifetimes {
    /// From the areas, in any order.
    pub fn of(areas: &[Area]) -> Self {
        let mut all = Self::default();
        for area in areas {
            let own = all.valid.entry(area.code.clone()).or_insert((area.valid_from, area.valid_to));
            // The same code twice, one after the other: it exists while either does.
            own.0 = own.0.zip(area.valid_from).map(|(one, other)| one.min(other));
            own.1 = own.1.zip(area.valid_to).map(|(one, other)| one.max(other));
            let Some(became) = &area.became else { continue };
            let codes = became.successors.iter().map(|one| one.code.clone()).collect();
            all.became.insert(area.code.clone(), (became.date, codes));
            for one in &became.successors {
                let part = became.successors.len() > 1;
                let origin = Origin { date: became.date, before: Vec::new(), part, share: one.share };
                let origin = all.came_of.entry(one.code.clone()).or_insert(origin);
                origin.before.push(area.code.clone());
            }
        }
        all.came_of.values_mut().for_each(|origin| origin.before.sort());
        all
    }

    /// True for an area that is known; the empty code is the mission.
    pub fn knows(&self, code: &str) -> bool {
        code.is_empty() || self.valid.contains_key(code)
    }

    /// True where the area exists on some day from `first` to `last`; an unknown one always does.
    pub fn exists(&self, code: &str, first: NaiveDate, last: NaiveDate) -> bool {
        let (from, to) = self.valid.get(code).copied().unwrap_or_default();
        from.is_none_or(|from| from <= last) && to.is_none_or(|to| first <= to)
    }

    /// Why a value about an area from `first` to `last` is refused; `None` where it exists on some of these days.
    pub fn refusal(&self, code: &str, first: NaiveDate, last: NaiveDate) -> Option<String> {
        if self.exists(code, first, last) {
            return None;
        }
        let (from, to) = self.valid.get(code).copied().unwrap_or_default();
        if let Some(to) = to.filter(|to| *to < first) {
            let next = match self.became.get(code) {
                Some((_, after)) if after.len() > 1 => {
                    format!("{} follow it; give the value for each of them.", listed(after, "and"))
                }
                Some((_, after)) => format!("{} follows it; give the value for that.", listed(after, "and")),
                None => "Nothing is known to follow it.".to_owned(),
            };
            return Some(format!("The area {code} existed until {to} only. {next}"));
        }
        let from = from.unwrap_or(first);
        let before = match self.came_of.get(code) {
            Some(origin) if origin.part => {
                format!("Until then it was a part of {}; give the value for that.", listed(&origin.before, "and"))
            }
            Some(origin) => {
                format!("Until then there were {}; give the value for each.", listed(&origin.before, "and"))
            }
            None => "Nothing is known to have been there before.".to_owned(),
        };
        Some(format!("The area {code} exists from {from} on only. {before}"))
    }

    /// What a reader of a value of an area from `first` to `last` has to know, in English and in French.
    pub fn note(&self, code: &str, first: NaiveDate, last: NaiveDate) -> Option<(String, String)> {
        if let Some(origin) = self.came_of.get(code).filter(|origin| first < origin.date) {
            let (en, fr) = (listed(&origin.before, "and"), listed(&origin.before, "et"));
            let date = origin.date;
            return Some(if origin.part {
                let share = origin.share.map(|share| (share * 1000.0).round() / 10.0);
                let (share_en, share_fr) = share.map_or_else(Default::default, |share| {
                    (format!(" ({share} %)"), format!(" ({share} %)").replace('.', ","))
                });
                (
                    format!("Before {date} it was a part of {en}{share_en}; of the part alone nothing is known."),
                    format!(
                        "Avant le {date}, elle faisait partie de {fr}{share_fr} ; de la partie seule, rien n’est connu."
                    ),
                )
            } else {
                (
                    format!("Before {date}: what was known of {en}, which were merged."),
                    format!("Avant le {date} : ce qui était connu de {fr}, qui ont été fusionnées."),
                )
            });
        }
        let (date, after) = self.became.get(code).filter(|(date, _)| *date <= last)?;
        Some((
            format!("It ended before {date}; what came of it: {}.", listed(after, "and")),
            format!("Elle a pris fin avant le {date} ; ce qui lui a succédé : {}.", listed(after, "et")),
        ))
    }

    /// The areas and all that came of them.
    pub fn with_successors<'a>(&'a self, codes: BTreeSet<&'a str>) -> BTreeSet<&'a str> {
        let mut waiting: Vec<&str> = codes.into_iter().collect();
        let mut all = BTreeSet::new();
        while let Some(code) = waiting.pop() {
            if all.insert(code) {
                waiting.extend(self.became.get(code).iter().flat_map(|(_, after)| after.iter().map(String::as_str)));
            }
        }
        all
    }
}

fn listed(codes: &[String], and: &str) -> String {
    match codes {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rollup::{Became, Successor};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn area(code: &str, from: &str, to: &str, became: &[(&str, Option<f64>)]) -> Area {
        let successor = |(code, share): &(&str, Option<f64>)| Successor { code: (*code).to_owned(), share: *share };
        Area {
            code: code.to_owned(),
            valid_from: from.parse().ok(),
            valid_to: to.parse().ok(),
            became: (!became.is_empty())
                .then(|| Became { date: day("2024-07-01"), successors: became.iter().map(successor).collect() }),
            ..Area::default()
        }
    }

    fn lifetimes() -> Lifetimes {
        Lifetimes::of(&[
            area("N", "", "2024-06-30", &[("N1", Some(0.625)), ("N2", Some(0.375))]),
            area("N1", "2024-07-01", "", &[]),
            area("N2", "2024-07-01", "", &[]),
            area("E", "", "2024-06-30", &[("EW", None)]),
            area("W", "", "2024-06-30", &[("EW", None)]),
            area("EW", "2024-07-01", "", &[]),
            area("S", "", "", &[]),
        ])
    }

    #[test]
    fn a_value_outside_the_days_of_an_area_is_refused_with_what_to_name_instead() {
        let of = lifetimes();
        let refusal = |code: &str, first: &str, last: &str| of.refusal(code, day(first), day(last)).unwrap_or_default();
        assert_eq!(
            refusal("N", "2024-07-01", "2024-07-31"),
            "The area N existed until 2024-06-30 only. N1 and N2 follow it; give the value for each of them."
        );
        assert_eq!(
            refusal("N2", "2024-06-01", "2024-06-30"),
            "The area N2 exists from 2024-07-01 on only. Until then it was a part of N; give the value for that."
        );
        assert_eq!(
            refusal("EW", "2023-01-01", "2023-12-31"),
            "The area EW exists from 2024-07-01 on only. Until then there were E and W; give the value for each."
        );
        assert_eq!(
            refusal("E", "2025-01-01", "2025-01-31").split(". ").nth(1),
            Some("EW follows it; give the value for that.")
        );
        for code in ["N", "N1", "EW", "S", "", "unknown"] {
            assert_eq!(
                of.refusal(code, day("2024-01-01"), day("2024-12-31")),
                None,
                "{code} exists in a part of the year"
            );
        }
    }

    #[test]
    fn a_reader_is_told_what_an_area_came_of_and_what_became_of_it() {
        let of = lifetimes();
        let note = |code: &str, first: &str, last: &str| of.note(code, day(first), day(last));
        let (en, fr) = note("N1", "2024-06-01", "2024-06-30").expect("a note");
        assert_eq!(en, "Before 2024-07-01 it was a part of N (62.5 %); of the part alone nothing is known.");
        assert!(fr.contains("(62,5 %)"), "{fr}");
        assert!(note("EW", "2024-06-01", "2024-06-30").expect("a note").0.contains("E and W, which were merged"));
        assert!(note("N", "2024-07-01", "2024-07-31").expect("a note").1.contains("N1 et N2"));
        assert_eq!(note("N", "2024-06-01", "2024-06-30"), None);
        assert_eq!(note("EW", "2024-07-01", "2024-07-31"), None);
        assert_eq!(note("S", "2020-01-01", "2030-12-31"), None);
        let all = of.with_successors(["N", "S"].into());
        assert_eq!(all.into_iter().collect::<Vec<_>>(), ["N", "N1", "N2", "S"]);
    }
}
