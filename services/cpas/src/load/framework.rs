//! `framework.yaml`: the indicators of a folder.
//!
//! ```yaml
//! indicators:
//!   - code: OC-CIVDEATHS          # needed; unique in the mission
//!     name: { en: Civilians killed, fr: Civils tués }   # default: the code
//!     level: outcome              # context, outcome or output; default by the code: CX-, OC-, OP-
//!     kind: sum                   # count, sum, average, ratio, index, scale, milestone, qualitative
//!     unit: persons
//!     direction: lower            # higher, lower or in_range
//!     over_time: sum              # default: what is usual for the kind
//!     over_areas: sum
//!     frequency: year             # default: that of the first period in observations.csv
//!     baseline_value: 120
//!     baseline_period: "2014"
//!     source: { en: UCDP GED 20.1 }
//!     owner_section: JMAC
//!     disaggregations: [{ dimension: sex, categories: [f, m] }]
//! ```
//!
//! Codes of observations.csv that it does not name become drafts with what the code says. Drafts take
//! observations; a coordinator completes and activates them in the web app.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A framework that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("framework.yaml cannot be read: {0}. Nothing of it was loaded.")]
pub struct FrameworkError(#[from] serde_yaml_ng::Error);

/// The indicators of a folder.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    #[serde(default)]
    pub indicators: Vec<Indicator>,
}

/// A text in English, in French or both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Text {
    pub en: String,
    pub fr: String,
}

/// One dimension with its categories.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disaggregation {
    pub dimension: String,
    pub categories: Vec<String>,
}

/// One indicator; what is left out gets what is usual.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Indicator {
    pub code: String,
    pub name: Text,
    pub level: String,
    pub kind: String,
    pub unit: String,
    pub direction: String,
    pub over_time: String,
    pub over_areas: String,
    pub frequency: String,
    pub baseline_value: Option<f64>,
    pub baseline_period: String,
    pub source: Text,
    pub method: Text,
    pub owner_section: String,
    pub disaggregations: Vec<Disaggregation>,
}

impl Framework {
    /// Reads the file.
    ///
    /// # Errors
    /// It is not YAML, or has an unknown key.
    pub fn parse(file: &[u8]) -> Result<Self, FrameworkError> {
        Ok(serde_yaml_ng::from_slice(file)?)
    }

    /// Adds what observations name and the framework does not, and the frequency that their periods show.
    pub fn complete(&mut self, observed: &BTreeMap<String, String>) {
        for (code, period) in observed {
            let frequency = frequency(period);
            match self.indicators.iter_mut().find(|indicator| indicator.code.eq_ignore_ascii_case(code)) {
                Some(known) if known.frequency.is_empty() => known.frequency = frequency.to_owned(),
                Some(_) => {}
                None => self.indicators.push(Indicator {
                    code: code.clone(),
                    frequency: frequency.to_owned(),
                    ..Indicator::default()
                }),
            }
        }
    }
}

impl Indicator {
    /// As the API takes it.
    pub fn message(&self) -> Value {
        let or = |given: &str, usual: &str| if given.is_empty() { usual.to_owned() } else { given.to_owned() };
        let (level, direction) = said_by(&self.code);
        let kind = or(&self.kind, "sum");
        let (over_time, over_areas) = match kind.as_str() {
            "count" | "sum" => ("sum", "sum"),
            "average" => ("average", "average"),
            "ratio" => ("ratio", "ratio"),
            _ => ("last", "none"),
        };
        let name = match (self.name.en.as_str(), self.name.fr.as_str()) {
            ("", "") => Text { en: self.code.clone(), fr: self.code.clone() },
            _ => self.name.clone(),
        };
        json!({
            "code": self.code, "name": name, "level": or(&self.level, level), "kind": kind,
            "unit": or(&self.unit, "units"), "direction": or(&self.direction, direction),
            "over_time": or(&self.over_time, over_time), "over_areas": or(&self.over_areas, over_areas),
            "frequency": or(&self.frequency, "year"), "baseline_value": self.baseline_value,
            "baseline_period": self.baseline_period, "source": self.source, "method": self.method,
            "owner_section": self.owner_section, "disaggregations": self.disaggregations,
        })
    }
}

/// Level and direction that the beginning of a code tells, by the custom of missions' frameworks.
fn said_by(code: &str) -> (&'static str, &'static str) {
    match code.split(['-', '_', '.']).next().unwrap_or_default().to_uppercase().as_str() {
        "OC" => ("outcome", "lower"),
        "OP" => ("output", "higher"),
        _ => ("context", "lower"),
    }
}

fn frequency(period: &str) -> &'static str {
    let period = period.trim().to_uppercase();
    match period.as_bytes() {
        text if text.starts_with(b"FY") => "fiscal_year",
        text if text.contains(&b'Q') => "quarter",
        text if text.contains(&b'H') => "half_year",
        text if text.len() >= 10 => "day",
        text if text.len() >= 6 => "month",
        _ => "year",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_gets_what_is_usual() {
        let mut framework = Framework::parse(b"indicators:\n  - code: OC-A\n    kind: ratio\n").expect("a framework");
        framework.complete(&BTreeMap::from([
            ("oc-a".to_owned(), "2024-Q1".to_owned()),
            ("OP-B".to_owned(), "FY2024".to_owned()),
        ]));
        let messages: Vec<Value> = framework.indicators.iter().map(Indicator::message).collect();
        assert_eq!(messages.len(), 2, "a code is the same in any case");
        assert_eq!((&messages[0]["over_time"], &messages[0]["frequency"]), (&json!("ratio"), &json!("quarter")));
        assert_eq!((&messages[1]["level"], &messages[1]["direction"]), (&json!("output"), &json!("higher")));
        assert_eq!((&messages[1]["frequency"], &messages[1]["name"]["en"]), (&json!("fiscal_year"), &json!("OP-B")));
    }

    #[test]
    fn the_shape_of_a_period_tells_the_frequency() {
        let shapes = [
            ("2024", "year"),
            ("FY2024", "fiscal_year"),
            ("2024-Q1", "quarter"),
            ("2024-H2", "half_year"),
            ("2024-03", "month"),
            ("2024-03-17", "day"),
        ];
        for (period, expected) in shapes {
            assert_eq!(frequency(period), expected, "{period}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = Framework::parse(b"indicators:\n  - code: A\n    direktion: lower\n").expect_err("a misspelt key");
        assert!(error.to_string().contains("direktion"), "{error}");
    }
}
