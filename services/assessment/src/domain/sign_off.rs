//! Who has to sign the findings of an assessment before it is finalized, and who has.
//!
//! A signature is under the findings as they were; one that changes later is signed again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use cpas_proto::{
    vocabulary,
    words::{Classification, Component, Role},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Invalid,
    finding::{Finding, Question},
    frozen::Plan,
    text::Text,
};

vocabulary! {
    /// When the adviser for gender and PoC signs.
    pub enum AdviserSigns as "a rule for the adviser's signature" {
        Never = "never",
        /// Where an outcome or an output of it is marked, or a finding answers the question of women, girls and youth.
        WhereMarked = "where_marked",
        Always = "always",
    }
}

vocabulary! {
    /// What was said of the findings.
    pub enum Verdict as "a decision on findings" { Signed = "signed", Refused = "refused" }
}

vocabulary! {
    /// Where a signature that is asked for stands.
    pub enum Standing as "a standing of a signature" {
        Waiting = "waiting",
        Signed = "signed",
        Refused = "refused",
        /// Findings changed since; it is asked for again.
        Changed = "changed",
    }
}

/// Who signs, as a mission sets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub adviser: AdviserSigns,
    /// Components whose heads sign.
    pub components: Vec<Component>,
    pub leadership: bool,
}

impl Default for Rule {
    /// Finalizing is itself leadership's act, and not every mission has a head of each component: only the adviser is
    /// asked for, where it matters.
    fn default() -> Self {
        Self { adviser: AdviserSigns::WhereMarked, components: Vec::new(), leadership: false }
    }
}

/// Somebody who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Signer {
    Adviser,
    Head(Component),
    Leadership,
}

impl Signer {
    /// Parses a role, and the component of a head.
    pub fn parse(role: &str, component: &str) -> Result<Self, Invalid> {
        let parsed =
            |text: &str| text.parse::<Component>().map_err(|error| Invalid::new("component", error.to_string()));
        match role {
            "adviser" => Ok(Self::Adviser),
            "component_head" => Ok(Self::Head(parsed(component)?)),
            "leadership" => Ok(Self::Leadership),
            _ => Err(Invalid::new("role", "is not one that signs; write adviser, component_head or leadership")),
        }
    }

    pub const fn role(self) -> Role {
        match self {
            Self::Adviser => Role::Adviser,
            Self::Head(_) => Role::ComponentHead,
            Self::Leadership => Role::Leadership,
        }
    }

    pub const fn component(self) -> Option<Component> {
        if let Self::Head(component) = self { Some(component) } else { None }
    }
}

/// A signature or the refusal of one; written once, the newest counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub signer: Signer,
    pub verdict: Verdict,
    pub remark: String,
    pub at: DateTime<Utc>,
    pub by: Uuid,
    pub by_name: String,
    /// Findings above it were not looked at, and ask nothing again.
    pub clearance: Classification,
    /// The version of each finding that was signed.
    pub findings: BTreeMap<Uuid, i64>,
}

/// Whether the adviser's signature is asked for, before any finding is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdviserAsked {
    Not,
    /// Once a finding answers the question of women, girls and youth.
    WhereFindings,
    Asked,
}

/// What the rule and the pinned plan ask of the adviser.
pub fn adviser_asked(rule: &Rule, plan: &Plan) -> AdviserAsked {
    match rule.adviser {
        AdviserSigns::Never => AdviserAsked::Not,
        AdviserSigns::Always => AdviserAsked::Asked,
        AdviserSigns::WhereMarked if marked(plan).is_empty() => AdviserAsked::WhereFindings,
        AdviserSigns::WhereMarked => AdviserAsked::Asked,
    }
}

/// A signature that is asked for, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    pub signer: Signer,
    pub standing: Standing,
    pub signature: Option<Signature>,
    /// Findings that are new or others since it was given.
    pub changed: Vec<Uuid>,
    pub because: Text,
}

/// All that are asked for, given the findings that one sees. `signatures` in the order in which they were given.
pub fn requirements(rule: &Rule, plan: &Plan, findings: &[Finding], signatures: &[Signature]) -> Vec<Requirement> {
    let touches = findings.iter().any(|one| one.content.question == Question::GenderAndYouth);
    let adviser = match adviser_asked(rule, plan) {
        AdviserAsked::Asked => true,
        AdviserAsked::WhereFindings => touches,
        AdviserAsked::Not => false,
    };
    let heads = rule.components.iter().map(|component| Signer::Head(*component));
    let asked = adviser.then_some(Signer::Adviser).into_iter().chain(heads);
    let asked = asked.chain(rule.leadership.then_some(Signer::Leadership));
    let requirement = |signer| {
        let signature = signatures.iter().rfind(|one| one.signer == signer).cloned();
        let changed = signature.as_ref().map(|one| changed_since(one, findings)).unwrap_or_default();
        let standing = match &signature {
            None => Standing::Waiting,
            Some(_) if !changed.is_empty() => Standing::Changed,
            Some(one) if one.verdict == Verdict::Refused => Standing::Refused,
            Some(_) => Standing::Signed,
        };
        let because = because(rule, plan, signer);
        Requirement { signer, standing, signature, changed, because }
    };
    asked.map(requirement).collect()
}

/// Findings, of those that the signer could see, that are new or others since.
fn changed_since(signature: &Signature, findings: &[Finding]) -> Vec<Uuid> {
    let is_other = |one: &&Finding| {
        one.content.classification <= signature.clearance && signature.findings.get(&one.id) != Some(&one.version)
    };
    findings.iter().filter(is_other).map(|one| one.id).collect()
}

/// Grows with every change of a finding: findings are only added, and their versions only grow.
pub fn version_of(findings: &[Finding]) -> i64 {
    findings.iter().map(|one| one.version).sum()
}

/// Sentences on who is missing; empty: all have signed.
pub fn missing(requirements: &[Requirement]) -> Vec<String> {
    let sentence = |one: &Requirement| match (one.signer, one.standing) {
        (_, Standing::Signed) => None,
        (Signer::Adviser, Standing::Waiting) => {
            Some("The adviser for gender and protection of civilians has not signed.".to_owned())
        }
        (Signer::Adviser, Standing::Changed) => {
            Some("The adviser for gender and protection of civilians is asked again, for findings changed.".to_owned())
        }
        (Signer::Adviser, Standing::Refused) => {
            Some("The adviser for gender and protection of civilians refuses to sign.".to_owned())
        }
        (Signer::Head(component), Standing::Waiting) => {
            Some(format!("The head of the {component} component has not signed."))
        }
        (Signer::Head(component), Standing::Changed) => {
            Some(format!("The head of the {component} component is asked again, for findings changed."))
        }
        (Signer::Head(component), Standing::Refused) => {
            Some(format!("The head of the {component} component refuses to sign."))
        }
        (Signer::Leadership, Standing::Waiting) => Some("Leadership has not signed.".to_owned()),
        (Signer::Leadership, Standing::Changed) => Some("Leadership is asked again, for findings changed.".to_owned()),
        (Signer::Leadership, Standing::Refused) => Some("Leadership refuses to sign.".to_owned()),
    };
    requirements.iter().filter_map(sentence).collect()
}

/// Numbers of the outcomes that are marked for gender or PoC.
fn marked(plan: &Plan) -> Vec<&str> {
    let marked = plan.outcomes.iter().filter(|outcome| outcome.gender_marked || outcome.poc_marked);
    marked.map(|outcome| outcome.number.as_str()).collect()
}

fn because(rule: &Rule, plan: &Plan, signer: Signer) -> Text {
    let by_rule = || Text::of("The mission’s rule asks for it.", "La règle de la mission le demande.");
    if signer != Signer::Adviser || rule.adviser == AdviserSigns::Always {
        return by_rule();
    }
    let numbers = marked(plan);
    if numbers.is_empty() {
        return Text::of(
            "A finding answers the question of women, girls and youth.",
            "Un constat répond à la question des femmes, des filles et des jeunes.",
        );
    }
    let numbers = numbers.join(", ");
    Text::of(
        format!("Marked for gender or protection of civilians: {numbers}."),
        format!("Marqués genre ou protection des civils : {numbers}."),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::finding::{Content, NarrativeState};

    fn plan() -> Plan {
        Plan {
            id: Uuid::nil(),
            number: 1,
            title: Text::default(),
            state: "active".to_owned(),
            outcomes: Vec::new(),
            links: Vec::new(),
            outputs: None,
        }
    }

    fn finding(id: u128, version: i64, classification: Classification) -> Finding {
        let content = Content {
            outcome_lineage_id: Uuid::nil(),
            question: Question::Change,
            progress_rating: None,
            performance_rating: None,
            direction: None,
            narrative: Text::of("Said", ""),
            narrative_state: NarrativeState::Edited,
            evidence: Vec::new(),
            alternative_explanations: String::new(),
            confidence: None,
            dissent: String::new(),
            classification,
        };
        Finding {
            version,
            ..Finding::record(Uuid::from_u128(id), Uuid::nil(), content, Uuid::nil(), DateTime::UNIX_EPOCH)
        }
    }

    fn signed(verdict: Verdict, clearance: Classification, findings: &[Finding]) -> Signature {
        Signature {
            id: Uuid::nil(),
            assessment_id: Uuid::nil(),
            signer: Signer::Leadership,
            verdict,
            remark: String::new(),
            at: DateTime::UNIX_EPOCH,
            by: Uuid::nil(),
            by_name: "D. Traoré".to_owned(),
            clearance,
            findings: findings
                .iter()
                .filter(|one| one.content.classification <= clearance)
                .map(|one| (one.id, one.version))
                .collect(),
        }
    }

    fn leadership() -> Rule {
        Rule { adviser: AdviserSigns::Never, components: Vec::new(), leadership: true }
    }

    fn standing(findings: &[Finding], signatures: &[Signature]) -> Standing {
        requirements(&leadership(), &plan(), findings, signatures)[0].standing
    }

    #[test]
    fn the_newest_signature_counts_and_a_refusal_is_missing() {
        let findings = [finding(1, 1, Classification::Unclassified)];
        let of = |verdict| signed(verdict, Classification::Unclassified, &findings);
        assert_eq!(standing(&findings, &[]), Standing::Waiting);
        assert_eq!(standing(&findings, &[of(Verdict::Refused), of(Verdict::Signed)]), Standing::Signed);
        let refused = [of(Verdict::Signed), of(Verdict::Refused)];
        assert_eq!(standing(&findings, &refused), Standing::Refused);
        let said = missing(&requirements(&leadership(), &plan(), &findings, &refused));
        assert_eq!(said, ["Leadership refuses to sign."]);
    }

    proptest! {
        #[test]
        fn a_change_asks_again_exactly_who_could_see_it(
            clearance in 0_i16..3, level in 0_i16..3, others in proptest::collection::vec((1_i64..5, 0_i16..3), 0..6),
        ) {
            let mut findings: Vec<Finding> = others
                .iter()
                .zip(2_u128..)
                .map(|((version, rank), id)| finding(id, *version, Classification::of_rank(*rank)))
                .collect();
            findings.push(finding(1, 1, Classification::of_rank(level)));
            let signature = signed(Verdict::Signed, Classification::of_rank(clearance), &findings);
            prop_assert_eq!(standing(&findings, std::slice::from_ref(&signature)), Standing::Signed);
            let before = version_of(&findings);
            findings.last_mut().expect("one").version = 2;
            let asked_again = if level <= clearance { Standing::Changed } else { Standing::Signed };
            prop_assert_eq!(standing(&findings, std::slice::from_ref(&signature)), asked_again);
            prop_assert!(version_of(&findings) > before);
        }
    }
}
