//! What the demo says, as its YAML files have it: `services/cpas/demo/`.

use serde::Deserialize;
use serde_json::{Value, json};

/// A province.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Province {
    pub en: String,
    pub fr: String,
    /// Violence compared with an average province.
    pub violence: f64,
    /// Thousands of people.
    pub people: f64,
}

/// A stakeholder and how its stance moved.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stakeholder {
    pub key: String,
    pub name: String,
    pub kind: String,
    pub areas: Vec<usize>,
    pub women: Option<f64>,
    pub influence: u32,
    pub interest: u32,
    pub path: Vec<i32>,
    pub en: String,
    pub fr: String,
    pub now: String,
    pub now_fr: String,
    /// Other names that people use.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The name under which it was registered a second time.
    #[serde(default)]
    pub also: String,
}

/// A relation between two stakeholders, by their keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    pub from: String,
    pub to: String,
    pub kind: String,
    pub strength: u32,
    /// Months ago.
    pub since: u32,
    pub until: Option<u32>,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub note_fr: String,
}

/// An influence strategy about a stakeholder, by its key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    pub stakeholder: String,
    pub dimension: String,
    pub lever: String,
    pub section: String,
    pub en: String,
    pub fr: String,
    pub risk_en: String,
    pub risk_fr: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub en: String,
    pub fr: String,
}

impl Text {
    /// As the API takes it.
    pub fn message(&self) -> Value {
        json!({"en": self.en, "fr": self.fr})
    }
}

/// Mandate, evidence and context maps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    pub mandate: Mandate,
    pub evidence: Vec<Evidence>,
    pub maps: Vec<Map>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    pub resolution: String,
    pub tasks: Vec<Task>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub paragraph: String,
    pub priority: u32,
    pub en: String,
    pub fr: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub key: String,
    /// Months before the last observation.
    pub age: u32,
    pub reliability: String,
    pub credibility: u32,
    pub title: String,
    pub source: String,
    pub link: String,
    #[serde(default)]
    pub classification: String,
    /// What stands in its file; none: it has no file.
    #[serde(default)]
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    pub key: String,
    pub title: Text,
    pub areas: Vec<usize>,
    pub themes: Vec<String>,
    pub publish: bool,
    pub narrative: Text,
    pub factors: Vec<Factor>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    pub kind: String,
    pub effect: String,
    pub severity: u32,
    pub trend: String,
    pub confidence: String,
    pub areas: Vec<usize>,
    pub evidence: Vec<String>,
    pub en: String,
    pub fr: String,
    pub more_en: String,
    pub more_fr: String,
    #[serde(default)]
    pub themes: Vec<String>,
    /// What the two lenses show; absent: nobody has looked.
    pub gender: Option<u32>,
    #[serde(default)]
    pub gender_note: Option<Text>,
    pub poc: Option<bool>,
    #[serde(default)]
    pub poc_note: Option<Text>,
}

/// The results framework.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub title: Text,
    pub next: Next,
    pub objectives: Vec<Objective>,
}

/// The output that the next version adds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    /// Number of the outcome that it is for, "1.2".
    pub outcome: String,
    pub component: String,
    pub section: String,
    /// Places of areas, as everywhere here.
    pub areas: Vec<usize>,
    pub en: String,
    pub fr: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Place of the mandate's task, from 0.
    pub task: usize,
    pub en: String,
    pub fr: String,
    pub outcomes: Vec<Outcome>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    pub stakeholder: String,
    pub dimension: String,
    pub areas: Vec<usize>,
    pub markers: Vec<String>,
    pub en: String,
    pub fr: String,
    pub why_en: String,
    pub why_fr: String,
    pub outputs: Vec<Output>,
    /// One activity, below the first output.
    pub act_en: String,
    pub act_fr: String,
    pub progress: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    pub component: String,
    pub section: String,
    pub en: String,
    pub fr: String,
}

/// By what provinces differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    Violence,
    People,
    None,
}

/// What is measured, and how its values behave. The words are explained at the top of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub code: String,
    /// Number of the outcome or output that it measures; empty for the context.
    pub item: String,
    pub kind: String,
    pub unit: String,
    pub direction: String,
    pub monthly: bool,
    pub by_area: bool,
    pub weight: Weight,
    pub typical: f64,
    pub trend: f64,
    pub season: f64,
    pub aim: Option<f64>,
    pub range: Option<[f64; 2]>,
    #[serde(default)]
    pub sex: bool,
    pub shift: Option<f64>,
    #[serde(default = "usual_sample")]
    pub sample: f64,
    pub most: Option<f64>,
    #[serde(default)]
    pub stock: bool,
    #[serde(default)]
    pub confidential: bool,
    pub section: String,
    pub en: String,
    pub fr: String,
}

fn usual_sample() -> f64 {
    40.0
}

impl Indicator {
    /// context, outcome or output.
    pub fn level(&self) -> &'static str {
        match self.code.as_bytes() {
            [b'O', b'C', ..] => "outcome",
            [b'O', b'P', ..] => "output",
            _ => "context",
        }
    }

    /// Over time and over areas.
    pub fn aggregation(&self) -> (&'static str, &'static str) {
        match self.kind.as_str() {
            "count" | "sum" if self.stock => ("last", "sum"),
            "count" | "sum" => ("sum", "sum"),
            "average" => ("average", "average"),
            "ratio" => ("ratio", "ratio"),
            _ => ("last", "none"),
        }
    }
}

/// Findings, recommendations and fact sheets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    pub title: Text,
    pub findings: Vec<Finding>,
    pub recommendations: Vec<Recommendation>,
    pub earlier: Vec<Recommendation>,
    pub sheets: Vec<Sheet>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    pub outcome: String,
    pub question: String,
    pub progress: String,
    pub performance: String,
    pub direction: String,
    pub confidence: String,
    /// Codes of the indicators whose analyses it rests on.
    pub analyses: Vec<String>,
    pub alternatives: String,
    #[serde(default)]
    pub dissent: String,
    pub en: String,
    pub fr: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recommendation {
    pub kind: String,
    pub section: String,
    /// Months after the last observation.
    pub due: u32,
    pub indicators: Vec<String>,
    /// Places of the findings that it rests on, from 0.
    pub findings: Vec<usize>,
    /// accepted, rejected or empty: not decided yet.
    pub decision: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub steps: Vec<String>,
    pub en: String,
    pub fr: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    pub title: Text,
    pub audience: String,
    pub publish: bool,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    pub kind: String,
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub fr: String,
    #[serde(default)]
    pub indicator: String,
    #[serde(default)]
    pub area: String,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Content {
    pub provinces: Vec<Province>,
    pub stakeholders: Vec<Stakeholder>,
    pub relations: Vec<Relation>,
    pub strategies: Vec<Strategy>,
    pub context: Context,
    pub plan: Plan,
    pub indicators: Vec<Indicator>,
    pub assessment: Assessment,
}

impl Content {
    /// Reads what is compiled in.
    ///
    /// # Panics
    /// When our own files are broken, which a test would find first.
    pub fn read() -> Self {
        fn parse<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> T {
            serde_yaml_ng::from_str(text).unwrap_or_else(|error| panic!("demo/{name}: {error}"))
        }
        Self {
            provinces: parse("areas.yaml", include_str!("../../demo/areas.yaml")),
            stakeholders: parse("stakeholders.yaml", include_str!("../../demo/stakeholders.yaml")),
            relations: parse("relations.yaml", include_str!("../../demo/relations.yaml")),
            strategies: parse("strategies.yaml", include_str!("../../demo/strategies.yaml")),
            context: parse("context.yaml", include_str!("../../demo/context.yaml")),
            plan: parse("plan.yaml", include_str!("../../demo/plan.yaml")),
            indicators: parse("indicators.yaml", include_str!("../../demo/indicators.yaml")),
            assessment: parse("assessment.yaml", include_str!("../../demo/assessment.yaml")),
        }
    }
}
