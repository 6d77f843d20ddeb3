//! Findings that somebody waived, with the reason.
//!
//! A waiver goes by a key that stays the same through all versions of a plan, whatever the words of the
//! finding are then: the rule, the lineage of the item or the indicator, and what else it speaks of.

use std::collections::BTreeMap;

use super::{Finding, Severity};
use crate::domain::{Recorded, broken::Broken, framework::Framework, lifecycle::PlanState, text::parse_prose};

/// Longest key, in characters.
const KEY_CHARS_MAX: usize = 400;
/// Shortest reason that says something, in characters.
const REASON_CHARS_MIN: usize = 10;

/// What a finding is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// A key as it travels.
    ///
    /// # Errors
    /// Empty, too long, or with control characters.
    pub fn parse(key: &str) -> Result<Self, Broken> {
        let is_sound = !key.is_empty() && key.chars().count() <= KEY_CHARS_MAX && !key.chars().any(char::is_control);
        if is_sound { Ok(Self(key.to_owned())) } else { Err(Broken::one("key", "This is not the key of a finding.")) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The word of the rule, and what it speaks of: the lineage of an item, or the id of an indicator; "" for the plan.
    pub fn parts(&self) -> (&str, &str) {
        let mut parts = self.0.splitn(3, '|');
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    }
}

impl Finding {
    /// The key of this finding in a plan.
    pub fn key(&self, framework: &Framework) -> Key {
        let item = self.item.map(|id| framework.item(id).map_or(id.0, |item| item.lineage.0));
        let place = item.or(self.indicator.map(|indicator| indicator.0));
        let place = place.map(|place| place.to_string()).unwrap_or_default();
        Key(format!("{}|{place}|{}", self.rule.word(), self.subject))
    }
}

/// Why a finding does not count, for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    pub key: Key,
    pub reason: String,
    pub waived: Recorded,
}

/// Why a waiver is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaiverRefused {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("This finding keeps the plan from being submitted; it is mended, not waived.")]
    AnError,
    #[error("This plan is {0}; nothing about it is waived or taken back any more.")]
    Over(PlanState),
    #[error("This finding is waived already: {0}")]
    Already(String),
    #[error("This finding is not waived.")]
    NotWaived,
}

/// Waivers are given and taken back while the plan is not over.
///
/// # Errors
/// Superseded or archived.
pub fn not_over(state: PlanState) -> Result<(), WaiverRefused> {
    match state {
        PlanState::Superseded | PlanState::Archived => Err(WaiverRefused::Over(state)),
        _ => Ok(()),
    }
}

/// A finding waived for a reason. What keeps the plan from being submitted cannot be.
///
/// # Errors
/// The finding is an error or waived already; the reason says nothing.
pub fn waived(
    finding: &Finding,
    key: Key,
    stored: Option<&Waiver>,
    reason: &str,
    recorded: Recorded,
) -> Result<Waiver, WaiverRefused> {
    if finding.rule.severity() == Severity::Error {
        return Err(WaiverRefused::AnError);
    }
    if let Some(stored) = stored {
        return Err(WaiverRefused::Already(stored.reason.clone()));
    }
    match parse_prose("reason", reason)? {
        Some(reason) if reason.chars().count() >= REASON_CHARS_MIN => Ok(Waiver { key, reason, waived: recorded }),
        _ => {
            let message = format!("Say in {REASON_CHARS_MIN} characters or more why this is right for this plan.");
            Err(Broken::one("reason", message).into())
        }
    }
}

/// A finding with its key, and its waiver where it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed {
    pub finding: Finding,
    pub key: Key,
    pub waiver: Option<Waiver>,
}

/// Findings beside their waivers. An error counts whatever was said of it before.
pub fn weighed(findings: Vec<Finding>, framework: &Framework, waivers: Vec<Waiver>) -> Vec<Weighed> {
    let mut by_key: BTreeMap<Key, Waiver> = waivers.into_iter().map(|waiver| (waiver.key.clone(), waiver)).collect();
    let weigh = |finding: Finding| {
        let key = finding.key(framework);
        let waiver = if finding.rule.severity() == Severity::Error { None } else { by_key.remove(&key) };
        Weighed { finding, key, waiver }
    };
    findings.into_iter().map(weigh).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        check::Rule,
        framework::tests::{id, small},
        plan::tests::recorded,
        text::Text,
    };

    fn finding(rule: Rule) -> Finding {
        Finding::of_item(rule, id(11), Text::of("whatever it says today", ""))
    }

    #[test]
    fn a_key_is_the_rule_the_lineage_and_the_subject_and_not_the_words() {
        let mut one = finding(Rule::PriorityAreaNotCovered);
        one.subject = "CF11".to_owned();
        let mut other = one.clone();
        other.message = Text::of("other words", "");
        assert_eq!(one.key(&small()), other.key(&small()));
        other.subject = "CF12".to_owned();
        assert_ne!(one.key(&small()), other.key(&small()));
        assert_eq!(Key::parse(one.key(&small()).as_str()), Ok(one.key(&small())));
        assert!(Key::parse("").is_err() && Key::parse("a\nb").is_err() && Key::parse(&"x".repeat(401)).is_err());
    }

    #[test]
    fn a_waiver_has_a_reason_and_an_error_has_none() {
        let key = finding(Rule::OutcomeWithoutIndicator).key(&small());
        let give = |rule, stored: Option<&Waiver>, reason: &str| {
            waived(&finding(rule), key.clone(), stored, reason, recorded(1))
        };
        let reason = "Measured by the country team.";
        let kept = give(Rule::OutcomeWithoutIndicator, None, reason).expect("with its reason");
        assert_eq!(kept.reason, reason);
        assert!(matches!(give(Rule::OutcomeWithoutIndicator, None, "no"), Err(WaiverRefused::Broken(_))));
        assert_eq!(give(Rule::OutcomeWithoutStakeholder, None, reason), Err(WaiverRefused::AnError));
        let again = give(Rule::OutcomeWithoutIndicator, Some(&kept), reason);
        assert_eq!(again, Err(WaiverRefused::Already(reason.to_owned())));
    }

    #[test]
    fn a_waiver_meets_its_finding_and_never_an_error() {
        let findings = vec![finding(Rule::OutcomeWithoutIndicator), finding(Rule::OutcomeWithoutStakeholder)];
        let waiver = |finding: &Finding| Waiver {
            key: finding.key(&small()),
            reason: "Measured by others.".to_owned(),
            waived: recorded(1),
        };
        let waivers = findings.iter().map(waiver).collect();
        let found: Vec<bool> =
            weighed(findings, &small(), waivers).into_iter().map(|weighed| weighed.waiver.is_some()).collect();
        assert_eq!(found, [true, false]);
    }

    #[test]
    fn nothing_is_waived_in_a_plan_that_is_over() {
        for state in PlanState::ALL {
            let is_over = matches!(state, PlanState::Superseded | PlanState::Archived);
            assert_eq!(not_over(*state).is_err(), is_over, "{state}");
        }
    }

    const RULES: [Rule; 3] =
        [Rule::OutcomeWithoutIndicator, Rule::OutcomeWithoutStakeholder, Rule::PriorityAreaNotCovered];

    proptest! {
        /// Whatever is waived and taken back, while findings come and go and the plan goes its way: a waiver stands where
        /// somebody gave one for a reason since it was last taken back, once, and on no error.
        #[test]
        fn no_order_of_calls_waives_what_counts(
            calls in prop::collection::vec((0usize..3, any::<bool>(), any::<bool>(), prop::sample::select(PlanState::ALL)), 0..24),
            shown in prop::collection::vec(any::<bool>(), 3),
        ) {
            let framework = small();
            let (mut stored, mut model): (Vec<Waiver>, BTreeMap<usize, String>) = (Vec::new(), BTreeMap::new());
            for (turn, (place, gives, has_reason, state)) in calls.into_iter().enumerate() {
                let finding = finding(RULES[place]);
                let key = finding.key(&framework);
                let is_over = ["superseded", "archived"].contains(&state.word());
                let standing = stored.iter().find(|one| one.key == key).cloned();
                if gives {
                    let reason = if has_reason { format!("Measured by others, {turn}.") } else { "no".to_owned() };
                    let given = not_over(state)
                        .and_then(|()| waived(&finding, key, standing.as_ref(), &reason, recorded(turn as u128)));
                    let is_error = RULES[place] == Rule::OutcomeWithoutStakeholder;
                    let allowed = !is_over && !is_error && has_reason && !model.contains_key(&place);
                    prop_assert_eq!(given.is_ok(), allowed, "{:?} in {}", RULES[place], state);
                    if let Ok(given) = given {
                        model.insert(place, reason);
                        stored.push(given);
                    }
                } else if not_over(state).is_ok() {
                    prop_assert!(!is_over);
                    stored.retain(|one| one.key != key);
                    model.remove(&place);
                }
                let found: Vec<usize> = (0..3).filter(|place| shown[*place]).collect();
                let findings = found.iter().map(|place| self::finding(RULES[*place])).collect();
                let said: Vec<Option<String>> = weighed(findings, &framework, stored.clone())
                    .into_iter()
                    .map(|one| one.waiver.map(|waiver| waiver.reason))
                    .collect();
                prop_assert_eq!(said, found.iter().map(|place| model.get(place).cloned()).collect::<Vec<_>>());
            }
        }
    }
}
