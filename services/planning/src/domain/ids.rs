//! Ids that cannot be taken for one another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// One version of a plan.
    PlanId,
    /// An item in one version of a plan.
    ItemId,
    /// An item through all versions of its plan.
    LineageId,
    MandateId,
    /// A task of a mandate.
    TaskId,
    IndicatorId,
    TargetId,
    /// A change that a recommendation asks of the plan.
    ChangeId,
    /// A recommendation of the assessment service.
    RecommendationId,
    /// A comment on an item.
    CommentId,
    /// An assumption or risk in one version of a plan.
    RiskId,
    /// A stakeholder of the context service.
    StakeholderId,
    /// A line of the results-based budget.
    LineId,
}
