//! An indicator through its versions and states.

use cpas_proto::vocabulary;

use super::{Recorded, broken::Broken, definition::Definition, ids::IndicatorId};

vocabulary! {
    /// State of an indicator.
    pub enum IndicatorState as "a state of an indicator" {
        Draft = "draft",
        Approved = "approved",
        Active = "active",
        Retired = "retired",
    }
}

impl IndicatorState {
    /// True for what a mere reader may see.
    pub const fn is_published(self) -> bool {
        matches!(self, Self::Active | Self::Retired)
    }
}

vocabulary! {
    /// A step from one state to the next.
    pub enum IndicatorStep as "a step" { Approve = "approve", Activate = "activate", Retire = "retire" }
}

impl IndicatorStep {
    const fn way(self) -> (IndicatorState, IndicatorState) {
        match self {
            Self::Approve => (IndicatorState::Draft, IndicatorState::Approved),
            Self::Activate => (IndicatorState::Approved, IndicatorState::Active),
            Self::Retire => (IndicatorState::Active, IndicatorState::Retired),
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Activate => "activated",
            Self::Retire => "retired",
        }
    }
}

/// An indicator with the newest version of its definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    pub id: IndicatorId,
    pub definition: Definition,
    /// From 1; every revision is one more, and the ones before stay readable.
    pub definition_version: u32,
    pub state: IndicatorState,
    /// Counts every write, for optimistic concurrency.
    pub version: i64,
    pub recorded: Recorded,
}

/// Why a change to an indicator is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndicatorRefused {
    #[error("An indicator that is {state} cannot be {}; it must be {} for that.", .step.done(), .step.way().0)]
    WrongState { step: IndicatorStep, state: IndicatorState },
    #[error("This indicator is retired; its data stays, but its definition is not changed any more.")]
    Retired,
    #[error("{0}")]
    Broken(#[from] Broken),
}

impl Indicator {
    /// A new indicator.
    pub fn drafted(id: IndicatorId, definition: Definition, recorded: Recorded) -> Self {
        Self { id, definition, definition_version: 1, state: IndicatorState::Draft, version: 1, recorded }
    }

    /// The next version of the definition. What was approved has to be approved again; what is active
    /// stays so, for data goes on coming in, but its code, its type and whether it is computed are fixed by then.
    ///
    /// # Errors
    /// The indicator is retired, or what is fixed of one that is no draft would change.
    pub fn revised(&self, definition: Definition, recorded: Recorded) -> Result<Self, IndicatorRefused> {
        if self.state == IndicatorState::Retired {
            return Err(IndicatorRefused::Retired);
        }
        let mut broken = Broken::nothing();
        if self.state != IndicatorState::Draft {
            let why = "Observations refer to it; draft another indicator and retire this one.";
            if definition.code != self.definition.code {
                broken.add("indicator.code", format!("The code of an indicator that is {} stays. {why}", self.state));
            }
            if definition.kind != self.definition.kind {
                broken.add("indicator.kind", format!("The type of an indicator that is {} stays. {why}", self.state));
            }
            if definition.is_computed() != self.definition.is_computed() {
                let said = format!("Whether an indicator that is {} is computed or entered stays. {why}", self.state);
                broken.add("indicator.formula", said);
            }
        }
        broken.into_result(())?;
        let state = match self.state {
            IndicatorState::Approved => IndicatorState::Draft,
            state => state,
        };
        Ok(Self {
            id: self.id,
            definition,
            definition_version: self.definition_version + 1,
            state,
            version: self.version + 1,
            recorded,
        })
    }

    /// The indicator after a step.
    ///
    /// # Errors
    /// The step does not start from this state.
    pub fn stepped(&self, step: IndicatorStep, recorded: Recorded) -> Result<Self, IndicatorRefused> {
        let (from, to) = step.way();
        if self.state != from {
            return Err(IndicatorRefused::WrongState { step, state: self.state });
        }
        Ok(Self { state: to, version: self.version + 1, recorded, ..self.clone() })
    }
}

#[cfg(test)]
#[path = "indicator_tests.rs"]
mod tests;
