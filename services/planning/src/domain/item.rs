//! One node of the results framework.

use chrono::NaiveDate;
use cpas_proto::{vocabulary, words::Component};
use serde::{Deserialize, Serialize};

use super::{
    broken::Broken,
    ids::{ChangeId, ItemId, LineageId, StakeholderId, TaskId},
    library::TemplateLink,
    mandate::Priority,
    marker::Marker,
    text::Text,
};

/// Most sections, areas, markers or dependencies that one item names.
pub const NAMED_BY_ITEM_MAX: usize = 100;

vocabulary! {
    /// A level of the results framework, from the top.
    pub enum ItemKind as "a kind of plan item" {
        Objective = "objective",
        Outcome = "outcome",
        Output = "output",
        Activity = "activity",
    }
}

impl ItemKind {
    /// The kind of the item that it lies in; `None` for an objective.
    pub const fn parent(self) -> Option<Self> {
        match self {
            Self::Objective => None,
            Self::Outcome => Some(Self::Objective),
            Self::Output => Some(Self::Outcome),
            Self::Activity => Some(Self::Output),
        }
    }
}

vocabulary! {
    /// What changes in a stakeholder.
    pub enum Dimension as "a dimension of change" {
        Behaviour = "behaviour",
        Attitude = "attitude",
        Capability = "capability",
    }
}

vocabulary! {
    /// How far an activity is.
    pub enum ActivityStatus as "a status of an activity" {
        Planned = "planned",
        Ongoing = "ongoing",
        Done = "done",
        Cancelled = "cancelled",
    }
}

/// What only one kind of item has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Nature {
    Objective {
        /// The mandate task that it cites.
        mandate_task: Option<TaskId>,
    },
    Outcome {
        /// The one stakeholder or group whose change it is; the plan check asks for it.
        stakeholder: Option<StakeholderId>,
        dimension: Dimension,
    },
    Output {
        component: Component,
    },
    Activity {
        status: ActivityStatus,
        /// 0 to 100.
        progress_percent: u8,
        /// Activities that must end first.
        depends_on: Vec<ItemId>,
    },
}

impl Nature {
    /// The level that this belongs to.
    pub const fn kind(&self) -> ItemKind {
        match self {
            Self::Objective { .. } => ItemKind::Objective,
            Self::Outcome { .. } => ItemKind::Outcome,
            Self::Output { .. } => ItemKind::Output,
            Self::Activity { .. } => ItemKind::Activity,
        }
    }
}

/// What an item says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub statement: Text,
    pub lead_section: Option<String>,
    pub contributing_sections: Vec<String>,
    /// Codes of areas.
    pub areas: Vec<String>,
    pub markers: Vec<Marker>,
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    pub priority: Option<Priority>,
    pub nature: Nature,
    /// Set where an accepted recommendation asked for this change.
    pub plan_change: Option<ChangeId>,
}

impl Content {
    /// Rules that one item can be held to by itself.
    ///
    /// # Errors
    /// An end before its start, an output without lead section, a lead that also contributes,
    /// gender markers that contradict each other, progress that does not fit the status.
    pub fn checked(self) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        if let (Some(start), Some(end)) = (self.start, self.end)
            && end < start
        {
            broken.add("item.end", format!("It ends on {end}, before it starts on {start}."));
        }
        if matches!(self.nature, Nature::Output { .. }) && self.lead_section.is_none() {
            broken.add("item.lead_section", "An output has one section that leads it; name the section.");
        }
        if let Some(lead) = &self.lead_section
            && self.contributing_sections.contains(lead)
        {
            broken.add("item.contributing_sections", format!("\"{lead}\" leads already; it need not contribute too."));
        }
        for (place, marker) in self.markers.iter().enumerate() {
            let before = &self.markers[..place];
            if before.contains(marker) || before.iter().any(|other| other.excludes(marker)) {
                broken.add(
                    format!("item.markers[{place}]"),
                    format!("\"{marker}\" repeats or contradicts a marker before it."),
                );
            }
        }
        if let Nature::Activity { status, progress_percent, .. } = self.nature {
            match (status, progress_percent) {
                (_, 101..) => broken.add("item.progress_percent", "Progress goes from 0 to 100 percent."),
                (ActivityStatus::Planned, 1..) => {
                    broken.add(
                        "item.progress_percent",
                        "A planned activity has made no progress yet; set it to ongoing.",
                    );
                }
                (ActivityStatus::Done, 0..=99) => {
                    broken
                        .add("item.progress_percent", "An activity that is done has made 100 percent of its progress.");
                }
                _ => {}
            }
        }
        broken.into_result(self)
    }

    /// True when it says something on women and girls, or on the protection of civilians.
    pub fn has_gender_or_poc_marker(&self) -> bool {
        self.markers.iter().any(|marker| marker.promises_gender() || *marker == Marker::Poc)
    }

    /// The activities that must end first; empty for anything else.
    pub fn depends_on(&self) -> &[ItemId] {
        match &self.nature {
            Nature::Activity { depends_on, .. } => depends_on,
            _ => &[],
        }
    }

    /// The stakeholder whose change it is; only an outcome has one.
    pub const fn stakeholder(&self) -> Option<StakeholderId> {
        match &self.nature {
            Nature::Outcome { stakeholder, .. } => *stakeholder,
            _ => None,
        }
    }
}

/// An item in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub id: ItemId,
    /// The same through all versions of the plan.
    pub lineage: LineageId,
    pub parent: Option<ItemId>,
    /// Place among its siblings, from 0, without gaps.
    pub position: u32,
    pub content: Content,
    /// The part of a framework of the library that it was cloned from.
    #[serde(default)]
    pub library: Option<TemplateLink>,
}

impl Item {
    /// Its level.
    pub const fn kind(&self) -> ItemKind {
        self.content.nature.kind()
    }
}
