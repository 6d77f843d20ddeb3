//! What an indicator measures and how its values are put together.

use cpas_proto::{
    vocabulary,
    words::{Classification, Formula, Frequency, Period, Slice},
};
use serde::{Deserialize, Serialize};

use super::{
    broken::Broken,
    computation::EventMeasure,
    ids::LineageId,
    item::ItemKind,
    library::LibraryLink,
    text::{Text, WORD_CHARS_MAX},
};

/// Longest code of an indicator, in characters.
pub const CODE_CHARS_MAX: usize = 40;
/// Most dimensions of one indicator.
pub const DIMENSIONS_MAX: usize = 8;
/// Most categories of one dimension.
pub const CATEGORIES_MAX: usize = 60;

vocabulary! {
    /// What the indicator speaks of.
    pub enum Level as "a level of an indicator" { Context = "context", Outcome = "outcome", Output = "output" }
}

impl Level {
    /// The kind of plan item that it measures; `None` for the context.
    pub const fn measures(self) -> Option<ItemKind> {
        match self {
            Self::Context => None,
            Self::Outcome => Some(ItemKind::Outcome),
            Self::Output => Some(ItemKind::Output),
        }
    }
}

vocabulary! {
    /// What kind of number (or word) its values are.
    pub enum Kind as "a type of indicator" {
        Count = "count",
        Sum = "sum",
        Average = "average",
        /// Σ numerators / Σ denominators.
        Ratio = "ratio",
        Index = "index",
        Scale = "scale",
        Milestone = "milestone",
        Qualitative = "qualitative",
    }
}

vocabulary! {
    /// Which way is better.
    pub enum Direction as "a direction" { Higher = "higher", Lower = "lower", InRange = "in_range" }
}

vocabulary! {
    /// How values of shorter periods make that of a longer one.
    pub enum OverTime as "an aggregation over time" {
        Sum = "sum",
        Average = "average",
        Last = "last",
        Max = "max",
        Min = "min",
        Ratio = "ratio",
    }
}

vocabulary! {
    /// How values of areas make that of the area around them.
    pub enum OverAreas as "an aggregation over areas" {
        Sum = "sum",
        Average = "average",
        Max = "max",
        Min = "min",
        Ratio = "ratio",
        None = "none",
    }
}

impl Kind {
    /// The aggregation that is meant where none is named.
    pub const fn usual_aggregation(self) -> (OverTime, OverAreas) {
        match self {
            Self::Count | Self::Sum => (OverTime::Sum, OverAreas::Sum),
            Self::Average => (OverTime::Average, OverAreas::Average),
            Self::Ratio => (OverTime::Ratio, OverAreas::Ratio),
            Self::Index | Self::Scale => (OverTime::Last, OverAreas::None),
            Self::Milestone | Self::Qualitative => (OverTime::Last, OverAreas::None),
        }
    }

    /// True where its values are numbers, so that a baseline and targets can be.
    pub const fn is_numeric(self) -> bool {
        !matches!(self, Self::Qualitative)
    }
}

/// One dimension along which values are broken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disaggregation {
    /// "sex".
    pub dimension: String,
    /// "f", "m", "unknown".
    pub categories: Vec<String>,
}

/// Where the indicator stood before the plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    pub value: f64,
    pub period: Period,
}

/// One version of what an indicator measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// Unique in the mission, "OC-CIVDEATHS".
    pub code: String,
    pub name: Text,
    pub level: Level,
    pub kind: Kind,
    pub unit: String,
    pub direction: Direction,
    pub over_time: OverTime,
    pub over_areas: OverAreas,
    pub frequency: Frequency,
    /// What its values are computed from; `None`: they are entered, or counted from events.
    pub formula: Option<Formula>,
    /// The geocoded events that it counts or sums.
    pub events: Option<EventMeasure>,
    pub disaggregations: Vec<Disaggregation>,
    pub baseline: Option<Baseline>,
    pub source: Text,
    pub method: Text,
    pub owner_section: Option<String>,
    pub verification: Text,
    /// The outcome or output that it measures.
    pub plan_item: Option<LineageId>,
    pub classification: Classification,
    /// The library's indicator that it was cloned from.
    pub library: Option<LibraryLink>,
}

/// A code that can stand in an address, a file and a formula.
///
/// # Errors
/// Blank, too long, or with other characters than letters, digits, `-`, `_` and `.`.
pub fn parse_code(field: &str, code: &str) -> Result<String, Broken> {
    let code = code.trim();
    let fits = !code.is_empty()
        && code.chars().count() <= CODE_CHARS_MAX
        && code.starts_with(|first: char| first.is_ascii_alphanumeric())
        && code.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
        && code.parse::<uuid::Uuid>().is_err();
    if fits {
        return Ok(code.to_owned());
    }
    let message = format!(
        "\"{code}\" cannot be a code; use at most {CODE_CHARS_MAX} letters, digits, hyphens, underscores and dots, like OC-CIVDEATHS."
    );
    Err(Broken::one(field, message))
}

impl Definition {
    /// The rules between the fields.
    ///
    /// # Errors
    /// Names each field that breaks one.
    pub fn checked(self) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        self.check_aggregation(&mut broken);
        self.check_computation(&mut broken);
        self.check_baseline(&mut broken);
        self.check_disaggregations(&mut broken);
        if self.level == Level::Context && self.plan_item.is_some() {
            broken.add(
                "indicator.plan_item_lineage_id",
                "A context indicator measures no item of the plan; leave this empty or change the level.",
            );
        }
        broken.into_result(self)
    }

    /// The rules of a slice of this indicator.
    ///
    /// # Errors
    /// A dimension or category that the indicator does not have.
    pub fn check_slice(&self, field: &str, slice: &Slice) -> Result<(), Broken> {
        let mut broken = Broken::nothing();
        for (dimension, category) in slice.pairs() {
            match self.disaggregations.iter().find(|known| known.dimension == dimension) {
                None => broken.add(field, format!("{} is not broken down by \"{dimension}\".", self.code)),
                Some(known) if !known.categories.iter().any(|known| known == category) => {
                    let known = known.categories.join(", ");
                    broken
                        .add(field, format!("\"{dimension}\" of {} has no \"{category}\"; it has {known}.", self.code));
                }
                Some(_) => {}
            }
        }
        broken.into_result(())
    }

    fn check_aggregation(&self, broken: &mut Broken) {
        let (kind, over_time, over_areas) = (self.kind, self.over_time, self.over_areas);
        let fits_time = match kind {
            Kind::Ratio => over_time == OverTime::Ratio,
            Kind::Count | Kind::Sum => over_time != OverTime::Ratio,
            Kind::Average | Kind::Index | Kind::Scale => !matches!(over_time, OverTime::Ratio | OverTime::Sum),
            Kind::Milestone => matches!(over_time, OverTime::Last | OverTime::Max),
            Kind::Qualitative => over_time == OverTime::Last,
        };
        if !fits_time {
            let why = if kind == Kind::Ratio {
                "A ratio is put together from its numerators and denominators; choose ratio over time.".to_owned()
            } else {
                format!(
                    "\"{over_time}\" over time makes no sense for the type {kind}; \"{}\" is usual.",
                    kind.usual_aggregation().0
                )
            };
            broken.add("indicator.over_time", why);
        }
        let fits_areas = match kind {
            Kind::Ratio => matches!(over_areas, OverAreas::Ratio | OverAreas::None),
            Kind::Count | Kind::Sum => over_areas != OverAreas::Ratio,
            Kind::Average | Kind::Index | Kind::Scale => !matches!(over_areas, OverAreas::Ratio | OverAreas::Sum),
            Kind::Milestone | Kind::Qualitative => over_areas == OverAreas::None,
        };
        if !fits_areas {
            let why = if kind == Kind::Ratio {
                "A ratio is put together from its numerators and denominators; choose ratio (or none) over areas."
                    .to_owned()
            } else {
                format!(
                    "\"{over_areas}\" over areas makes no sense for the type {kind}; \"{}\" is usual.",
                    kind.usual_aggregation().1
                )
            };
            broken.add("indicator.over_areas", why);
        }
    }

    fn check_baseline(&self, broken: &mut Broken) {
        let Some(baseline) = self.baseline else { return };
        let field = "indicator.baseline_value";
        if !self.kind.is_numeric() {
            broken.add(field, "A qualitative indicator has no number as its baseline; describe it in the method.");
        } else if !baseline.value.is_finite() {
            broken.add(field, "The baseline is not a number.");
        } else if self.kind == Kind::Count && (baseline.value < 0.0 || baseline.value.fract() != 0.0) {
            broken.add(field, "A count is a whole number from 0.");
        }
    }

    fn check_disaggregations(&self, broken: &mut Broken) {
        if self.disaggregations.len() > DIMENSIONS_MAX {
            broken.add("indicator.disaggregations", format!("An indicator takes at most {DIMENSIONS_MAX} dimensions."));
        }
        for (place, one) in self.disaggregations.iter().enumerate() {
            let field = format!("indicator.disaggregations[{place}]");
            if !is_slice_word(&one.dimension) {
                broken.add(
                    format!("{field}.dimension"),
                    "A dimension is a word without \"=\", comma or semicolon, like sex.",
                );
            }
            if self.disaggregations[..place].iter().any(|before| before.dimension == one.dimension) {
                broken.add(format!("{field}.dimension"), format!("\"{}\" is there twice.", one.dimension));
            }
            if one.categories.is_empty() || one.categories.len() > CATEGORIES_MAX {
                broken.add(format!("{field}.categories"), format!("A dimension has 1 to {CATEGORIES_MAX} categories."));
            }
            for (at, category) in one.categories.iter().enumerate() {
                if !is_slice_word(category) || one.categories[..at].contains(category) {
                    broken.add(
                        format!("{field}.categories[{at}]"),
                        "A category is a word without \"=\", comma or semicolon, and each is there once.",
                    );
                }
            }
        }
    }
}

fn is_slice_word(word: &str) -> bool {
    !word.is_empty()
        && word.trim() == word
        && word.chars().count() <= WORD_CHARS_MAX
        && !word.chars().any(|letter| letter.is_control() || matches!(letter, '=' | ',' | ';'))
}

#[cfg(test)]
#[path = "definition_tests.rs"]
pub(in crate::domain) mod tests;
