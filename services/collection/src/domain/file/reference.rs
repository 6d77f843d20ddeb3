//! What the rows of a file are checked against: the indicators and areas of the mission, and the
//! periods that are locked.

use std::collections::{BTreeSet, HashMap};

use cpas_proto::words::Period;

use super::layout::folded;
use crate::domain::{
    definition::Definition,
    lock::{Lock, lock_over},
};

/// An area as a file may name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaName {
    pub code: String,
    pub names: Vec<String>,
}

/// Indicators, areas and locks of a mission.
#[derive(Debug, Default)]
pub struct Reference {
    indicators: HashMap<String, Definition>,
    areas: HashMap<String, String>,
    /// Folded name -> code, of the names that only one area has.
    area_names: HashMap<String, Option<String>>,
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
                let code = reference.area_names.entry(folded(name)).or_insert_with(|| Some(area.code.clone()));
                if code.as_deref() != Some(&area.code) {
                    *code = None;
                }
            }
            reference.areas.insert(area.code.to_uppercase(), area.code);
        }
        reference
    }

    /// The indicator of a code, in any case.
    pub fn indicator(&self, code: &str) -> Option<&Definition> {
        self.indicators.get(code).or_else(|| self.indicators.get(&code.to_uppercase()))
    }

    /// The code of an area by its code, or by its name where only one area has it.
    pub fn area(&self, cell: &str) -> Option<&str> {
        let by_code = self.areas.get(cell).or_else(|| self.areas.get(&cell.to_uppercase()));
        by_code.or_else(|| self.area_names.get(&folded(cell)).and_then(Option::as_ref)).map(String::as_str)
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
