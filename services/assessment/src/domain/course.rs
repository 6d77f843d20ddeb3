//! How an assessment went: each step, with who took it, and why where it went back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Invalid,
    assessment::State,
    finding::{Finding, Question},
    frozen::{Outcome, Plan},
    text::plain,
};

/// Longest reason, remark or word with an answer, in characters.
pub const WORDS_CHARS_MAX: usize = 4_000;

/// A step, written once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub id: Uuid,
    pub assessment_id: Uuid,
    /// `None`: it was scheduled.
    pub from: Option<State>,
    pub to: State,
    /// Empty where it went on.
    pub reason: String,
    pub at: DateTime<Utc>,
    pub by: Uuid,
    pub by_name: String,
}

/// A reason that says something.
pub fn reason(field: &str, given: &str) -> Result<String, Invalid> {
    let reason = plain(field, given, WORDS_CHARS_MAX)?;
    if reason.is_empty() {
        return Err(Invalid::new(field, "is empty; say why, which stays in the history"));
    }
    Ok(reason)
}

/// A question on an outcome that an assessment left open.
#[derive(Debug, Clone, PartialEq)]
pub struct Open<'a> {
    pub outcome: &'a Outcome,
    pub question: Question,
}

/// The questions that no finding answers; of women, girls and youth those for which no reason was given either.
pub fn left_open<'a>(plan: &'a Plan, findings: &[Finding], not_applicable: &[Uuid]) -> Vec<Open<'a>> {
    let is_answered = |outcome: &Outcome, question: Question| {
        let says =
            |one: &Finding| one.content.outcome_lineage_id == outcome.lineage_id && one.content.question == question;
        findings.iter().any(says)
            || question == Question::GenderAndYouth && not_applicable.contains(&outcome.lineage_id)
    };
    let of = |outcome: &'a Outcome| Question::ALL.iter().map(move |question| Open { outcome, question: *question });
    plan.outcomes.iter().flat_map(of).filter(|open| !is_answered(open.outcome, open.question)).collect()
}
