//! How much is left to ask about a plan, as one number.
//!
//! ```text
//! score = ⌊100 · places / (places + cost)⌋
//! ```
//!
//! `places` are the items of the plan and the indicators in use, at least one; `cost` is the sum over the
//! findings that are not waived: 10 for an error, 3 for a warning, 1 for advice. So a plan with nothing to
//! ask has 100 and no other has, one that leaves as much to ask as it has places has 50, and a larger plan
//! may leave more to ask. It says how carefully a plan is written, not how good it is.

use super::{Severity, waiver::Weighed};

/// What the check comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// 0 to 100.
    pub score: u8,
    /// Findings that are not waived, by severity.
    pub errors: u32,
    pub warnings: u32,
    pub advice: u32,
    pub waived: u32,
}

impl Severity {
    /// What one finding of it costs.
    pub const fn cost(self) -> u64 {
        match self {
            Self::Error => 10,
            Self::Warning => 3,
            Self::Advice => 1,
        }
    }
}

/// The score of a plan with so many places.
pub fn score(findings: &[Weighed], places: usize) -> Score {
    let mut found = Score { score: 0, errors: 0, warnings: 0, advice: 0, waived: 0 };
    let mut cost = 0;
    for one in findings {
        if one.waiver.is_some() {
            found.waived += 1;
            continue;
        }
        let severity = one.finding.rule.severity();
        cost += severity.cost();
        match severity {
            Severity::Error => found.errors += 1,
            Severity::Warning => found.warnings += 1,
            Severity::Advice => found.advice += 1,
        }
    }
    let places = u64::try_from(places).unwrap_or(u64::MAX >> 8).max(1);
    found.score = u8::try_from(100 * places / (places + cost)).unwrap_or(100);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        check::{Finding, Rule, waiver::Waiver},
        framework::{Framework, tests::id},
        plan::tests::recorded,
        text::Text,
    };

    fn weighed(rule: Rule, is_waived: bool) -> Weighed {
        let finding = Finding::of_item(rule, id(11), Text::default());
        let key = finding.key(&Framework::default());
        let waiver =
            is_waived.then(|| Waiver { key: key.clone(), reason: "It is right so.".to_owned(), waived: recorded(1) });
        Weighed { finding, key, waiver }
    }

    #[test]
    fn each_severity_has_its_cost() {
        let of = |rule| score(&[weighed(rule, false)], 10).score;
        assert_eq!(of(Rule::OutcomeWithoutStakeholder), 50, "an error");
        assert_eq!(of(Rule::OutcomeWithoutIndicator), 76, "a warning");
        assert_eq!(of(Rule::IndicatorNeverUsedInAFinding), 90, "advice");
        assert_eq!(score(&[], 0).score, 100);
        let counted = score(&[weighed(Rule::OutcomeWithoutIndicator, true)], 10);
        assert_eq!((counted.score, counted.warnings, counted.waived), (100, 0, 1));
    }

    fn findings() -> impl Strategy<Value = Vec<Weighed>> {
        prop::collection::vec((0..Rule::ALL.len(), any::<bool>()), 0..60)
            .prop_map(|found| found.into_iter().map(|(rule, waived)| weighed(Rule::ALL[rule], waived)).collect())
    }

    proptest! {
        #[test]
        fn all_is_well_only_where_nothing_is_open(findings in findings(), places in 0usize..500) {
            let found = score(&findings, places);
            let open = found.errors + found.warnings + found.advice;
            prop_assert_eq!(found.score == 100, open == 0);
            prop_assert_eq!((open + found.waived) as usize, findings.len());
        }

        #[test]
        fn mending_or_waiving_never_lowers_it(findings in findings(), at in any::<prop::sample::Index>(), places in 0usize..500) {
            prop_assume!(!findings.is_empty());
            let before = score(&findings, places).score;
            let at = at.index(findings.len());
            let mut mended = findings.clone();
            mended.remove(at);
            prop_assert!(score(&mended, places).score >= before);
            let mut waived = findings;
            waived[at] = weighed(waived[at].finding.rule, true);
            prop_assert!(score(&waived, places).score >= before);
        }
    }
}
