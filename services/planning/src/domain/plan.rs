//! One version of a plan.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use cpas_proto::words::Classification;
use uuid::Uuid;

use super::{
    Recorded, Who,
    broken::Broken,
    framework::{Framework, Refused},
    ids::{ItemId, LineageId, PlanId},
    item::{ActivityStatus, Content, Item, Nature},
    lifecycle::{NotNow, PlanState, Step, after},
    link::ResultLink,
    text::Text,
};

/// Longest horizon of a plan, in days (ten years).
pub const HORIZON_DAYS_MAX: i64 = 3_653;

/// First and last day of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

impl Horizon {
    /// # Errors
    /// An end before the start, or a horizon above [`HORIZON_DAYS_MAX`].
    pub fn parse(start: NaiveDate, end: NaiveDate) -> Result<Self, Broken> {
        if end < start {
            return Err(Broken::one("end", format!("The plan ends on {end}, before it starts on {start}.")));
        }
        if (end - start).num_days() > HORIZON_DAYS_MAX {
            return Err(Broken::one("end", "A plan covers at most ten years; split it."));
        }
        Ok(Self { start, end })
    }

    /// True when the day lies in it.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.start <= day && day <= self.end
    }
}

/// What a plan is, beside its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanHead {
    pub id: PlanId,
    /// The first version of this plan; the same through all its versions.
    pub family: PlanId,
    pub title: Text,
    pub horizon: Horizon,
    /// As planners count: 1, 2, 3.
    pub number: u32,
    /// The version that this one was copied from.
    pub parent: Option<PlanId>,
    pub state: PlanState,
    /// Counts every write, for optimistic concurrency.
    pub version: i64,
    pub recorded: Recorded,
    pub endorsed_by: Option<Who>,
    pub approved_by: Option<Who>,
    /// Why it was last returned; `None` once it is submitted again.
    pub return_reason: Option<String>,
    /// The highest of the stakeholders whose change it seeks.
    pub classification: Classification,
}

/// One version of a plan with its items and links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub head: PlanHead,
    pub framework: Framework,
}

/// Why a change to a plan is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    #[error(transparent)]
    NotNow(#[from] NotNow),
    #[error(transparent)]
    Framework(#[from] Refused),
    #[error("This plan is {0}, so it is not changed any more. Draft its next version and change that.")]
    NotADraft(PlanState),
    #[error("This plan is {0}; progress is told of a plan that is a draft, approved or in force.")]
    NoProgressNow(PlanState),
    #[error("A next version is drafted from a plan that was approved; this one is {0}.")]
    CannotBeFollowed(PlanState),
}

/// One change to a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    Add {
        parent: Option<ItemId>,
        position: u32,
        content: Content,
    },
    Revise {
        item: ItemId,
        content: Content,
    },
    /// With `shift` it takes the level of its new place, and all below it with it; without, another level is refused.
    Move {
        item: ItemId,
        parent: Option<ItemId>,
        position: u32,
        shift: bool,
    },
    Remove {
        item: ItemId,
    },
    Link(ResultLink),
    Unlink {
        output: ItemId,
        outcome: ItemId,
    },
}

impl Plan {
    /// A new plan, empty.
    pub fn drafted(id: PlanId, title: Text, horizon: Horizon, recorded: Recorded) -> Self {
        let head = PlanHead {
            id,
            family: id,
            title,
            horizon,
            number: 1,
            parent: None,
            state: PlanState::Draft,
            version: 1,
            recorded,
            endorsed_by: None,
            approved_by: None,
            return_reason: None,
            classification: Classification::Unclassified,
        };
        Self { head, framework: Framework::default() }
    }

    /// The plan after a change; only a draft takes one. `new_id` is that of an item that is added.
    ///
    /// # Errors
    /// The plan is no draft, or the change breaks a rule of the framework.
    pub fn edited(&self, edit: Edit, recorded: Recorded, new_id: ItemId) -> Result<Self, PlanRefused> {
        self.check_is_draft()?;
        let framework = match edit {
            Edit::Add { parent, position, content } => {
                let lineage = LineageId(new_id.0);
                self.framework.added(Item { id: new_id, lineage, parent, position, content, library: None })?
            }
            Edit::Revise { item, content } => self.framework.revised(item, content)?,
            Edit::Move { item, parent, position, shift: true } => self.framework.shifted(item, parent, position)?,
            Edit::Move { item, parent, position, shift: false } => self.framework.moved(item, parent, position)?,
            Edit::Remove { item } => self.framework.removed(item)?,
            Edit::Link(link) => self.framework.linked(link)?,
            Edit::Unlink { output, outcome } => self.framework.unlinked(output, outcome)?,
        };
        let head = PlanHead { version: self.head.version + 1, recorded, ..self.head.clone() };
        Ok(Self { head, framework })
    }

    /// The plan under another title, or over another time.
    ///
    /// # Errors
    /// The plan is no draft.
    pub fn renamed(&self, title: Text, horizon: Horizon, recorded: Recorded) -> Result<Self, PlanRefused> {
        self.check_is_draft()?;
        let head = PlanHead { title, horizon, version: self.head.version + 1, recorded, ..self.head.clone() };
        Ok(Self { head, framework: self.framework.clone() })
    }

    /// Only a draft is changed.
    ///
    /// # Errors
    /// The plan is no draft.
    pub fn check_is_draft(&self) -> Result<(), PlanRefused> {
        if self.head.state == PlanState::Draft { Ok(()) } else { Err(PlanRefused::NotADraft(self.head.state)) }
    }

    /// The plan with another framework, as a whole; only a draft takes one.
    ///
    /// # Errors
    /// The plan is no draft, or the framework is more than one plan holds.
    pub fn rewritten(&self, framework: Framework, recorded: Recorded) -> Result<Self, PlanRefused> {
        self.check_is_draft()?;
        framework.check_size().map_err(Refused::from)?;
        let head = PlanHead { version: self.head.version + 1, recorded, ..self.head.clone() };
        Ok(Self { head, framework })
    }

    /// The plan after a step to another state.
    ///
    /// # Errors
    /// See [`after`].
    pub fn stepped(&self, step: Step, recorded: Recorded, reason: Option<&str>) -> Result<Self, PlanRefused> {
        let mut head = self.head.clone();
        head.state = after(head.state, step, &recorded.by, head.endorsed_by.as_ref(), reason)?;
        match step {
            Step::Submit => head.return_reason = None,
            Step::Return => {
                head.endorsed_by = None;
                head.return_reason = reason.map(|reason| reason.trim().to_owned());
            }
            Step::Endorse => head.endorsed_by = Some(recorded.by.clone()),
            Step::Approve => head.approved_by = Some(recorded.by.clone()),
            Step::Activate | Step::Supersede | Step::Archive => {}
        }
        head.version += 1;
        head.recorded = recorded;
        Ok(Self { head, framework: self.framework.clone() })
    }

    /// The plan with how far an activity is. That is no change to what was approved, so it needs no next version.
    ///
    /// # Errors
    /// The plan is in review or over, the item is no activity, progress does not fit the status.
    pub fn progressed(
        &self,
        item: ItemId,
        status: ActivityStatus,
        progress_percent: u8,
        recorded: Recorded,
    ) -> Result<Self, PlanRefused> {
        if !matches!(self.head.state, PlanState::Draft | PlanState::Approved | PlanState::Active) {
            return Err(PlanRefused::NoProgressNow(self.head.state));
        }
        let mut content = self.framework.item(item).ok_or(Refused::NoItem(item))?.content.clone();
        let Nature::Activity { depends_on, .. } = content.nature else {
            return Err(Refused::from(Broken::one("item_id", "Only an activity makes progress.")).into());
        };
        content.nature = Nature::Activity { status, progress_percent, depends_on };
        let framework = self.framework.revised(item, content.checked().map_err(Refused::from)?)?;
        let head = PlanHead { version: self.head.version + 1, recorded, ..self.head.clone() };
        Ok(Self { head, framework })
    }

    /// A draft of the next version: the same content under new ids, lineage kept.
    ///
    /// # Errors
    /// The plan was never approved.
    pub fn next_version(
        &self,
        number: u32,
        recorded: Recorded,
        mut fresh_id: impl FnMut() -> Uuid,
    ) -> Result<Self, PlanRefused> {
        if !self.head.state.can_be_followed() {
            return Err(PlanRefused::CannotBeFollowed(self.head.state));
        }
        let id = PlanId(fresh_id());
        let copy_of: BTreeMap<ItemId, ItemId> =
            self.framework.items().iter().map(|item| (item.id, ItemId(fresh_id()))).collect();
        let copied = |id: ItemId| copy_of.get(&id).copied().unwrap_or(id);
        let copy_item = |item: &Item| {
            let mut content = item.content.clone();
            if let Nature::Activity { depends_on, .. } = &mut content.nature {
                depends_on.iter_mut().for_each(|before| *before = copied(*before));
            }
            Item { id: copied(item.id), parent: item.parent.map(copied), content, ..item.clone() }
        };
        let copy_link = |link: &ResultLink| ResultLink {
            output: copied(link.output),
            outcome: copied(link.outcome),
            ..link.clone()
        };
        let framework = Framework::of(
            self.framework.items().iter().map(copy_item).collect(),
            self.framework.links().iter().map(copy_link).collect(),
        )
        .map_err(Refused::from)?;
        let head = PlanHead {
            id,
            number,
            parent: Some(self.head.id),
            state: PlanState::Draft,
            version: 1,
            recorded,
            endorsed_by: None,
            approved_by: None,
            return_reason: None,
            ..self.head.clone()
        };
        Ok(Self { head, framework })
    }

    /// The stakeholders whose change it seeks.
    pub fn stakeholders(&self) -> Vec<super::ids::StakeholderId> {
        let mut named: Vec<_> = self.framework.items().iter().filter_map(|item| item.content.stakeholder()).collect();
        named.sort_unstable();
        named.dedup();
        named
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
pub(in crate::domain) mod tests;

#[cfg(test)]
#[path = "plan_walk_tests.rs"]
mod walk_tests;
