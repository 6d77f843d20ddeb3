//! Influence strategies: by which lever the mission means to change a stakeholder, and whether a plan
//! does something about it.

use chrono::{DateTime, Utc};
use cpas_proto::{vocabulary, words::Classification};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Broken, Text, Who,
    ids::{StakeholderId, StrategyId},
};

vocabulary! {
    /// What of a stakeholder should change.
    pub enum Dimension as "a change" {
        Behaviour = "behaviour",
        Attitude = "attitude",
        Capability = "capability",
    }
}

vocabulary! {
    /// What the mission uses to bring a change about.
    pub enum Lever as "a lever" {
        GoodOffices = "good_offices",
        BuildCapacity = "build_capacity",
        EnhanceKnowledge = "enhance_knowledge",
        Deter = "deter",
        Advocate = "advocate",
        Protect = "protect",
    }
}

vocabulary! {
    /// Whether a strategy is followed.
    pub enum StrategyState as "a state of a strategy" { Current = "current", Withdrawn = "withdrawn" }
}

vocabulary! {
    /// Whether a plan does something about a strategy.
    pub enum TakeUp as "a take-up" {
        /// An outcome of the active plan.
        Planned = "planned",
        /// An outcome of a plan that is on its way only.
        InDraft = "in_draft",
        NotPlanned = "not_planned",
    }
}

vocabulary! {
    /// States of a plan that is in force or on its way, as planning names them.
    pub enum LivePlan as "a state of a live plan" {
        Draft = "draft",
        InReview = "in_review",
        Endorsed = "endorsed",
        Approved = "approved",
        Active = "active",
    }
}

/// What a strategy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategyContent {
    pub dimension: Dimension,
    /// What should be different.
    pub aim: Text,
    pub lever: Lever,
    pub owner_section: String,
    pub risks: Text,
    /// `None`: the stakeholder's at first, what it was at a revision.
    pub classification: Option<Classification>,
    pub state: StrategyState,
}

/// A strategy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strategy {
    pub id: StrategyId,
    pub stakeholder: StakeholderId,
    pub stakeholder_name: String,
    pub dimension: Dimension,
    pub aim: Text,
    pub lever: Lever,
    pub owner_section: String,
    pub risks: Text,
    pub state: StrategyState,
    /// At least its stakeholder's.
    pub classification: Classification,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Who,
}

/// Whose change a strategy seeks.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub id: StakeholderId,
    pub name: &'a str,
    pub classification: Classification,
}

impl Strategy {
    /// Writes it down.
    ///
    /// # Errors
    /// It would be less secret than its stakeholder.
    pub fn record(
        of: Subject<'_>,
        content: StrategyContent,
        id: StrategyId,
        by: Who,
        at: DateTime<Utc>,
    ) -> Result<Self, Broken> {
        let classification = at_least(of, content.classification.unwrap_or(of.classification))?;
        let StrategyContent { dimension, aim, lever, owner_section, risks, state, .. } = content;
        Ok(Self {
            id,
            stakeholder: of.id,
            stakeholder_name: of.name.to_owned(),
            dimension,
            aim,
            lever,
            owner_section,
            risks,
            state,
            classification,
            version: 1,
            recorded_at: at,
            recorded_by: by,
        })
    }

    /// Says something else, withdraws it, or takes it up again.
    ///
    /// # Errors
    /// It would be less secret than its stakeholder.
    pub fn revise(self, of: Subject<'_>, content: StrategyContent) -> Result<Self, Broken> {
        let classification = at_least(of, content.classification.unwrap_or(self.classification))?;
        let StrategyContent { dimension, aim, lever, owner_section, risks, state, .. } = content;
        let version = self.version + 1;
        let stakeholder_name = of.name.to_owned();
        Ok(Self {
            stakeholder_name,
            dimension,
            aim,
            lever,
            owner_section,
            risks,
            state,
            classification,
            version,
            ..self
        })
    }
}

fn at_least(of: Subject<'_>, classification: Classification) -> Result<Classification, Broken> {
    if classification < of.classification {
        return Err(Broken::one(
            "classification",
            format!("A strategy is at least as secret as its stakeholder, which is {}.", of.classification),
        ));
    }
    Ok(classification)
}

/// An outcome of a plan that is about a stakeholder and what of it should change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOutcome {
    pub plan: Uuid,
    pub plan_state: LivePlan,
    pub item: Uuid,
    pub number: String,
    pub statement: Text,
}

/// Whether these outcomes, all about a strategy's stakeholder and change, take it up.
pub fn take_up(outcomes: &[KnownOutcome]) -> TakeUp {
    if outcomes.iter().any(|outcome| outcome.plan_state == LivePlan::Active) {
        TakeUp::Planned
    } else if outcomes.is_empty() {
        TakeUp::NotPlanned
    } else {
        TakeUp::InDraft
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::*;

    fn content(classification: Option<Classification>) -> StrategyContent {
        StrategyContent {
            dimension: Dimension::Behaviour,
            aim: Text::of("Lifts its roadblocks", ""),
            lever: Lever::GoodOffices,
            owner_section: "Political Affairs".to_owned(),
            risks: Text::default(),
            classification,
            state: StrategyState::Current,
        }
    }

    fn of(classification: Classification) -> Subject<'static> {
        Subject { id: StakeholderId(Uuid::from_u128(2)), name: "Lake Front", classification }
    }

    fn recorded(of: Subject<'_>, classification: Option<Classification>) -> Result<Strategy, Broken> {
        let by = Who { account: Uuid::nil(), name: "Ada".to_owned() };
        Strategy::record(of, content(classification), StrategyId(Uuid::from_u128(1)), by, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_strategy_is_at_least_as_secret_as_its_stakeholder() {
        for stakeholder in Classification::ALL {
            let usual = recorded(of(*stakeholder), None).expect("the stakeholder's");
            assert_eq!(usual.classification, *stakeholder);
            for named in Classification::ALL {
                assert_eq!(
                    recorded(of(*stakeholder), Some(*named)).is_ok(),
                    named >= stakeholder,
                    "{named} of {stakeholder}"
                );
            }
        }
        let secret = recorded(of(Classification::Confidential), None).expect("recorded");
        let kept = secret.clone().revise(of(Classification::Unclassified), content(None)).expect("kept");
        assert_eq!((kept.classification, kept.version), (Classification::Confidential, 2));
        assert!(
            secret.revise(of(Classification::StrictlyConfidential), content(None)).is_err(),
            "the stakeholder was raised"
        );
    }

    #[test]
    fn only_the_active_plan_makes_it_planned() {
        let outcome = |plan_state| KnownOutcome {
            plan: Uuid::nil(),
            plan_state,
            item: Uuid::nil(),
            number: "1.1".to_owned(),
            statement: Text::default(),
        };
        assert_eq!(take_up(&[]), TakeUp::NotPlanned);
        for state in LivePlan::ALL {
            let expected = if *state == LivePlan::Active { TakeUp::Planned } else { TakeUp::InDraft };
            assert_eq!(take_up(&[outcome(*state)]), expected, "{state}");
            assert_eq!(take_up(&[outcome(*state), outcome(LivePlan::Active)]), TakeUp::Planned);
        }
    }

    proptest! {
        /// Whatever is asked in whatever order, while the stakeholder is raised and lowered: it is followed or withdrawn as
        /// was said last, and never less secret than the stakeholder was then.
        #[test]
        fn no_order_of_calls_opens_a_strategy(
            calls in prop::collection::vec(
                (prop::sample::select(Classification::ALL), prop::option::of(prop::sample::select(Classification::ALL)),
                 prop::sample::select(StrategyState::ALL)),
                0..16,
            ),
        ) {
            let mut own = recorded(of(Classification::Unclassified), None).expect("recorded");
            let mut model = (StrategyState::Current, Classification::Unclassified, 1);
            for (stakeholder, named, state) in calls {
                let made = own.clone().revise(of(stakeholder), StrategyContent { state, ..content(named) });
                let asked = named.unwrap_or(model.1);
                prop_assert_eq!(made.is_ok(), asked >= stakeholder, "{:?} of {}", named, stakeholder);
                if let Ok(made) = made {
                    (own, model) = (made, (state, asked, model.2 + 1));
                }
                prop_assert_eq!((own.state, own.classification, own.version), model);
                prop_assert_eq!(own.stakeholder, of(stakeholder).id);
            }
        }
    }
}
