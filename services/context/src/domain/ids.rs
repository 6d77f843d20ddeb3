//! Ids that cannot be taken for one another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Broken;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// From a field of a request.
            ///
            /// # Errors
            /// When it is not a UUID.
            pub fn parse(field: &str, text: &str) -> Result<Self, Broken> {
                let id = text.trim().parse().map(Self);
                id.map_err(|_| Broken::one(field, format!("\"{text}\" is not an id; ids are UUIDs.")))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    AreaId,
    /// A split or merge of areas.
    AreaChangeId,
    ContextMapId,
    /// A factor of a context map.
    FactorId,
    EvidenceId,
    StakeholderId,
    /// A dated assessment of a stakeholder.
    AssessmentId,
    /// A relation between two stakeholders.
    RelationId,
    /// An influence strategy.
    StrategyId,
}
