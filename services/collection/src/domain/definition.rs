//! What collection knows of an indicator: enough to check a value and to add values up.

use cpas_proto::words::{Classification, Formula, Frequency, Slice};
use uuid::Uuid;

cpas_proto::vocabulary! {
    /// What an indicator measures.
    pub enum Kind as "an indicator kind" {
        Count = "count",
        Sum = "sum",
        Average = "average",
        Ratio = "ratio",
        Index = "index",
        Scale = "scale",
        Milestone = "milestone",
        Qualitative = "qualitative",
    }
}

impl Kind {
    /// True when the values of a complete set of slices add up to the value of the total.
    pub const fn adds_up_over_slices(self) -> bool {
        matches!(self, Self::Count | Self::Sum | Self::Ratio)
    }
}

cpas_proto::vocabulary! {
    /// How the values of sub-periods make the value of a period.
    pub enum OverTime as "an aggregation over time" {
        Sum = "sum",
        Average = "average",
        Last = "last",
        Max = "max",
        Min = "min",
        Ratio = "ratio",
    }
}

cpas_proto::vocabulary! {
    /// How the values of areas make the value of the area around them.
    pub enum OverAreas as "an aggregation over areas" {
        Sum = "sum",
        Average = "average",
        Max = "max",
        Min = "min",
        Ratio = "ratio",
        None = "none",
    }
}

cpas_proto::vocabulary! {
    /// What of events is counted or summed.
    pub enum Measured as "a measure of events" {
        Events = "events",
        DeathsBest = "deaths_best",
        DeathsLow = "deaths_low",
        DeathsHigh = "deaths_high",
        DeathsCivilians = "deaths_civilians",
    }
}

/// The events that an indicator counts or sums.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EventMeasure {
    pub measure: Measured,
    /// Types as the source writes them, in any case; empty: all.
    pub kinds: Vec<String>,
    pub sub_kinds: Vec<String>,
}

/// The category of a dimension for those of whom it is not known.
pub const UNKNOWN: &str = "unknown";

/// One dimension of disaggregation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Dimension {
    pub name: String,
    pub categories: Vec<String>,
}

impl Dimension {
    /// The categories without which a set of slices is not complete: all but `unknown`.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        self.categories.iter().map(String::as_str).filter(|category| *category != UNKNOWN)
    }
}

/// An indicator, in the version that is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    pub id: Uuid,
    pub code: String,
    pub kind: Kind,
    pub over_time: OverTime,
    pub over_areas: OverAreas,
    pub frequency: Frequency,
    /// What its values are computed from.
    pub formula: Option<Formula>,
    /// The events that its values are counted from.
    pub events: Option<EventMeasure>,
    pub dimensions: Vec<Dimension>,
    pub owner_section: String,
    /// A retired indicator keeps its data and takes no new.
    pub retired: bool,
    pub definition_version: u32,
    pub classification: Classification,
}

impl Definition {
    /// True where its values are computed, so that none is entered.
    pub const fn is_computed(&self) -> bool {
        self.formula.is_some() || self.events.is_some()
    }

    /// Whether values of it can be entered.
    ///
    /// # Errors
    /// A sentence, where none can.
    pub fn takes_values(&self) -> Result<(), String> {
        let code = &self.code;
        match (&self.formula, &self.events) {
            _ if self.retired => Err(format!("{code} is retired and takes no new values.")),
            (Some(formula), _) => Err(format!(
                "{code} is computed and takes no values; enter those of {}.",
                formula.indicators().join(", ")
            )),
            (None, Some(_)) => {
                Err(format!("{code} is counted from geocoded events and takes no values; import the events."))
            }
            (None, None) => Ok(()),
        }
    }

    /// The dimension of a name.
    pub fn dimension(&self, name: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|dimension| dimension.name == name)
    }

    /// The slice in the categories as they were defined: `Sex=F` becomes `sex=f`.
    ///
    /// # Errors
    /// A sentence, when the indicator has no such dimension or category.
    pub fn known_slice<'a>(&self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Slice, String> {
        pairs.into_iter().map(|(name, category)| self.known_category(name, category)).collect()
    }

    fn known_category(&self, name: &str, category: &str) -> Result<(String, String), String> {
        let found = self.dimensions.iter().find(|dimension| same_word(&dimension.name, name));
        let Some(dimension) = found else {
            return Err(format!("{} is not broken down by \"{name}\".", self.code));
        };
        let found = dimension.categories.iter().find(|own| same_word(own, category));
        match found {
            Some(own) => Ok((dimension.name.clone(), own.clone())),
            None if same_word(category, UNKNOWN) => Ok((dimension.name.clone(), UNKNOWN.to_owned())),
            None => Err(format!(
                "\"{category}\" is not a category of {name} for {}; it has {}.",
                self.code,
                dimension.categories.join(", ")
            )),
        }
    }
}

fn same_word(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A count, summed over time and areas, by sex and age.
    pub(crate) fn casualties() -> Definition {
        let dimension = |name: &str, categories: &[&str]| Dimension {
            name: name.to_owned(),
            categories: categories.iter().map(|&category| category.to_owned()).collect(),
        };
        Definition {
            id: Uuid::from_u128(0xC1),
            code: "OC-CIVDEATHS".to_owned(),
            kind: Kind::Count,
            over_time: OverTime::Sum,
            over_areas: OverAreas::Sum,
            frequency: Frequency::Month,
            formula: None,
            events: None,
            dimensions: vec![dimension("age", &["child", "adult"]), dimension("sex", &["f", "m", "unknown"])],
            owner_section: "Human Rights".to_owned(),
            retired: false,
            definition_version: 1,
            classification: Classification::Unclassified,
        }
    }

    #[test]
    fn a_category_is_known_in_any_case_and_unknown_is_always_one() {
        let definition = casualties();
        let slice = definition.known_slice([("Sex", "F"), ("age", "Unknown")]).expect("known");
        assert_eq!(slice.to_string(), "age=unknown,sex=f");
    }

    #[test]
    fn an_unknown_dimension_or_category_says_what_there_is() {
        let definition = casualties();
        assert_eq!(
            definition.known_slice([("sex", "x")]).expect_err("no such category"),
            "\"x\" is not a category of sex for OC-CIVDEATHS; it has f, m, unknown."
        );
        assert!(definition.known_slice([("wealth", "rich")]).is_err());
    }
}
