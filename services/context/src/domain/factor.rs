//! Factors: what promotes or inhibits peace.

use cpas_proto::{
    vocabulary,
    words::{Confidence, FactorKind},
};
use serde::{Deserialize, Serialize};

use super::{
    Broken, Text,
    ids::{EvidenceId, FactorId},
    lens::Lenses,
};

vocabulary! {
    /// What a factor does to peace.
    pub enum Effect as "an effect" { Promotes = "promotes", Inhibits = "inhibits" }
}

vocabulary! {
    /// Where a factor is heading, seen from peace.
    pub enum Trend as "a trend" { Improving = "improving", Stable = "stable", Worsening = "worsening" }
}

/// 1 (slight) to 5 (decisive).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Severity(u8);

impl Severity {
    /// # Errors
    /// Outside 1 to 5.
    pub fn parse(field: &str, number: u32) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let number = broken.within(field, number, 1, 5);
        broken.into_result(number.map(|number| Self(number as u8)))
    }

    /// 1 to 5.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// A factor of a context map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    pub id: FactorId,
    #[serde(flatten)]
    pub content: FactorContent,
}

/// What a factor says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorContent {
    pub kind: FactorKind,
    pub title: Text,
    pub narrative: Text,
    pub effect: Effect,
    pub severity: Severity,
    pub trend: Trend,
    pub confidence: Confidence,
    /// Codes of areas; none: all that the map covers.
    pub areas: Vec<String>,
    pub evidence: Vec<EvidenceId>,
    #[serde(default)]
    pub themes: Vec<String>,
    #[serde(default)]
    pub lenses: Lenses,
}
