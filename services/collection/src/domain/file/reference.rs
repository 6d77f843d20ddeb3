//! What the rows of a file are checked against: the indicators and areas of the mission, and the
//! periods that are locked.

use std::collections::{BTreeSet, HashMap};

use cpas_proto::words::Period;

use super::layout::folded;
use crate::domain::{
    definition::Definition,
    lifetime::Lifetimes,
    lock::{Lock, lock_over},
};

/// An area as a file may name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaName {
    pub code: String,
    pub names: Vec<String>,
}

/// Most letters that a near miss is compared by.
const COMPARED_CHARS_MAX: usize = 60;

/// Indicators, areas and locks of a mission.
#[derive(Debug, Default)]
pub struct Reference {
    indicators: HashMap<String, Definition>,
    areas: HashMap<String, String>,
    /// Folded name -> codes of the areas that have it.
    area_names: HashMap<String, Vec<String>>,
    /// Names as they are written, with their codes.
    named: Vec<(String, String)>,
    lifetimes: Lifetimes,
    locks: Vec<Lock>,
    /// Dimension and category.
    categories: Vec<(String, String)>,
    /// 1 to 12.
    pub fiscal_start_month: u32,
}

impl Reference {
    pub fn new(definitions: Vec<Definition>, areas: Vec<AreaName>, locks: Vec<Lock>, fiscal_start_month: u32) -> Self {
        let mut reference = Self { locks, fiscal_start_month, ..Self::default() };
        for definition in definitions {
            reference.indicators.insert(definition.code.to_uppercase(), definition);
        }
        let all = reference.indicators.values().flat_map(|indicator| &indicator.dimensions);
        let pairs = all.flat_map(|dimension| {
            dimension.categories.iter().map(|category| (dimension.name.clone(), category.clone()))
        });
        reference.categories = pairs.collect::<BTreeSet<_>>().into_iter().collect();
        for area in areas {
            for name in area.names.iter().filter(|name| !name.is_empty()) {
                let codes = reference.area_names.entry(folded(name)).or_default();
                if !codes.contains(&area.code) {
                    codes.push(area.code.clone());
                }
                reference.named.push((name.clone(), area.code.clone()));
            }
            reference.areas.insert(area.code.to_uppercase(), area.code);
        }
        reference
    }

    /// The indicator of a code, in any case.
    pub fn indicator(&self, code: &str) -> Option<&Definition> {
        self.indicators.get(code).or_else(|| self.indicators.get(&code.to_uppercase()))
    }

    /// With the days on which areas exist.
    #[must_use]
    pub fn with_lifetimes(self, lifetimes: Lifetimes) -> Self {
        Self { lifetimes, ..self }
    }

    /// Codes of the areas that a cell may mean: by code, else by a name.
    pub fn areas(&self, cell: &str) -> Vec<&str> {
        let by_code = self.areas.get(cell).or_else(|| self.areas.get(&cell.to_uppercase()));
        match by_code {
            Some(code) => vec![code],
            None => self.area_names.get(&folded(cell)).into_iter().flatten().map(String::as_str).collect(),
        }
    }

    /// The code of the area that a cell means in a period: by its code, or by a name that only one area of then has.
    ///
    /// # Errors
    /// A sentence: none is called so, several are, or it does not exist then.
    pub fn area_in(&self, cell: &str, period: Period) -> Result<&str, String> {
        let (first, last) = (period.first_day(self.fiscal_start_month), period.last_day(self.fiscal_start_month));
        let named = self.areas(cell);
        let of_then: Vec<&str> =
            named.iter().copied().filter(|code| self.lifetimes.exists(code, first, last)).collect();
        match (&of_then[..], &named[..]) {
            ([code], _) => Ok(code),
            ([], []) => Err(format!("The mission has no area \"{cell}\".")),
            ([], [code, ..]) => Err(self.lifetimes.refusal(code, first, last).unwrap_or_default()),
            (several, _) => Err(format!(
                "Several areas are called \"{cell}\": {}. Write the code of the one that is meant.",
                several.join(", ")
            )),
        }
    }

    /// The area whose code or name is nearest to what was typed, with that name; `None` where none is near, or two
    /// areas are equally near.
    pub fn similar_area(&self, cell: &str) -> Option<(&str, &str)> {
        let wanted = folded(cell);
        let letters = wanted.chars().count();
        if !(3..=COMPARED_CHARS_MAX).contains(&letters) {
            return None;
        }
        let codes = self.areas.values().map(|code| (folded(code), code.as_str(), code.as_str()));
        let names = self.named.iter().map(|(name, code)| (folded(name), code.as_str(), name.as_str()));
        let mut near: Vec<(usize, &str, &str)> = codes
            .chain(names)
            .filter(|(own, ..)| own.chars().count() <= COMPARED_CHARS_MAX)
            .map(|(own, code, name)| (strsim::damerau_levenshtein(&own, &wanted), code, name))
            // A letter in four may be wrong, and one in any case.
            .filter(|(misses, ..)| *misses <= (letters / 4).max(1))
            .collect();
        near.sort_unstable();
        let &(misses, code, name) = near.first()?;
        let others = near.iter().any(|(own, other, _)| *own == misses && *other != code);
        (!others).then_some((code, name))
    }

    /// The lock that a period lies in.
    pub fn lock(&self, period: Period) -> Option<&Lock> {
        lock_over(&self.locks, period, self.fiscal_start_month)
    }

    /// Every category of every dimension of every indicator, once each.
    pub fn categories(&self) -> &[(String, String)] {
        &self.categories
    }

    /// Names of all dimensions of all indicators.
    pub fn dimensions(&self) -> Vec<String> {
        let all = self.indicators.values().flat_map(|indicator| &indicator.dimensions);
        all.map(|dimension| dimension.name.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// A known code that differs from this one by little: "did you mean …?".
    pub fn similar_indicator(&self, code: &str) -> Option<&str> {
        let bare = |text: &str| text.to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let wanted = bare(code);
        let mut similar: Vec<&str> = self
            .indicators
            .values()
            .map(|indicator| indicator.code.as_str())
            .filter(|own| {
                let own = bare(own);
                own == wanted || (wanted.len() >= 4 && (own.starts_with(&wanted) || own.ends_with(&wanted)))
            })
            .collect();
        similar.sort_unstable();
        similar.first().copied()
    }
}
