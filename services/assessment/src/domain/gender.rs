//! The question of women, girls and youth: each outcome answers it, or says why it does not apply.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    analysis::Gap,
    finding::{Finding, Question},
    frozen::{Outcome, Plan},
    text::Text,
};

/// Dimensions that tell of women, girls and youth.
pub const SEX: &str = "sex";
pub const AGE: &str = "age";

/// Why the question does not apply to an outcome; the newest counts, and all stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub outcome: Uuid,
    pub because: Text,
    pub at: DateTime<Utc>,
    pub by: Uuid,
    pub by_name: String,
    pub classification: Classification,
}

/// What an indicator is known by, as frozen.
#[derive(Debug, Clone, PartialEq)]
pub struct Disaggregated {
    pub code: String,
    pub name: Text,
    pub plan_item: Option<Uuid>,
    pub dimensions: BTreeSet<String>,
    /// Between sexes and ages.
    pub gaps: Vec<Gap>,
}

/// What is known of one outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct OfOutcome {
    pub outcome: Outcome,
    pub indicators: Vec<Disaggregated>,
    /// Findings that answer the question.
    pub findings: Vec<Uuid>,
    pub not_applicable: Option<Statement>,
}

impl OfOutcome {
    /// The question is answered, or it was said why it does not apply.
    pub fn is_answered(&self) -> bool {
        !self.findings.is_empty() || self.not_applicable.is_some()
    }
}

/// Each outcome of the pinned plan, with its own indicators and those of its outputs.
pub fn overview(
    plan: &Plan,
    indicators: &[Disaggregated],
    findings: &[Finding],
    statements: &[Statement],
) -> Vec<OfOutcome> {
    let of = |outcome: &Outcome| {
        let lineage = outcome.lineage_id;
        let linked = plan.links.iter().filter(|link| link.outcome_lineage_id == lineage);
        let mut items: BTreeSet<Uuid> = linked.map(|link| link.output_lineage_id).collect();
        items.extend(outcome.outputs.iter().copied().chain([lineage]));
        let is_its = |one: &&Disaggregated| one.plan_item.is_some_and(|item| items.contains(&item));
        let answers = |one: &&Finding| {
            one.content.outcome_lineage_id == lineage && one.content.question == Question::GenderAndYouth
        };
        OfOutcome {
            outcome: outcome.clone(),
            indicators: indicators.iter().filter(is_its).cloned().collect(),
            findings: findings.iter().filter(answers).map(|one| one.id).collect(),
            not_applicable: statements.iter().filter(|one| one.outcome == lineage).max_by_key(|one| one.id).cloned(),
        }
    };
    plan.outcomes.iter().map(of).collect()
}

/// Numbers of the outcomes that neither answer the question nor say why not.
pub fn unanswered(plan: &Plan, findings: &[Finding], statements: &[Statement]) -> Vec<String> {
    let all = overview(plan, &[], findings, statements);
    all.into_iter().filter(|one| !one.is_answered()).map(|one| one.outcome.number).collect()
}
