//! What the Security Council asks of the mission.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Recorded,
    broken::Broken,
    ids::{MandateId, TaskId},
    text::Text,
};

/// Most tasks of one mandate.
pub const TASKS_MAX: usize = 200;
/// Days before a mandate expires from which the plan is flagged.
pub const EXPIRES_SOON_DAYS: i64 = 90;

/// How early a thing comes: 1 (first) to 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Priority(u8);

impl Priority {
    /// A priority from 1 to 3; 0 is `None`.
    ///
    /// # Errors
    /// Anything above 3.
    pub fn parse(field: &str, priority: u32) -> Result<Option<Self>, Broken> {
        match u8::try_from(priority) {
            Ok(0) => Ok(None),
            Ok(priority @ 1..=3) => Ok(Some(Self(priority))),
            _ => Err(Broken::one(field, format!("Priority {priority} does not exist; it goes from 1 (first) to 3."))),
        }
    }

    /// 1 to 3.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// True for what comes first.
    pub const fn is_first(self) -> bool {
        self.0 == 1
    }
}

/// A task of a mandate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    /// Paragraph of the resolution, "34 (a)".
    pub paragraph: String,
    pub text: Text,
    pub priority: Option<Priority>,
}

/// A task as it is asked for: without an id it is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenTask {
    pub id: Option<TaskId>,
    pub paragraph: String,
    pub text: Text,
    pub priority: Option<Priority>,
}

/// A mandate as it is asked for. The resolution is its name: given again, it revises the mandate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenMandate {
    /// "S/RES/2709 (2023)".
    pub resolution: String,
    pub adopted: NaiveDate,
    pub expires: NaiveDate,
    pub tasks: Vec<GivenTask>,
}

impl GivenMandate {
    /// # Errors
    /// A mandate that expires before it was adopted; too many tasks.
    pub fn checked(self) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        if self.expires < self.adopted {
            broken
                .add("expires", format!("It expires on {}, before it was adopted on {}.", self.expires, self.adopted));
        }
        if self.tasks.len() > TASKS_MAX {
            broken.add("tasks", format!("There are {} tasks; a mandate takes {TASKS_MAX}.", self.tasks.len()));
        }
        for (place, task) in self.tasks.iter().enumerate() {
            if task.id.is_some() && self.tasks[..place].iter().any(|before| before.id == task.id) {
                broken.add(format!("tasks[{place}].id"), "This task is in the list twice.");
            }
        }
        broken.into_result(self)
    }
}

/// A mandate and its tasks, in the order of the resolution.
#[derive(Debug, Clone, PartialEq)]
pub struct Mandate {
    pub id: MandateId,
    pub resolution: String,
    pub adopted: NaiveDate,
    pub expires: NaiveDate,
    pub tasks: Vec<Task>,
    pub version: i64,
    pub recorded: Recorded,
}

impl Mandate {
    /// The mandate as first recorded, or the next version of what is stored.
    ///
    /// # Errors
    /// A task id that the stored mandate does not have.
    pub fn recorded(
        given: GivenMandate,
        stored: Option<&Self>,
        recorded: Recorded,
        mut fresh_id: impl FnMut() -> uuid::Uuid,
    ) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let known = stored.map_or(&[][..], |mandate| &mandate.tasks);
        let mut tasks = Vec::with_capacity(given.tasks.len());
        for (place, task) in given.tasks.into_iter().enumerate() {
            if let Some(id) = task.id
                && !known.iter().any(|known| known.id == id)
            {
                broken.add(
                    format!("tasks[{place}].id"),
                    "This mandate has no task under this id; leave the id empty for a new task.",
                );
            }
            let id = task.id.unwrap_or_else(|| TaskId(fresh_id()));
            tasks.push(Task { id, paragraph: task.paragraph, text: task.text, priority: task.priority });
        }
        broken.into_result(Self {
            id: stored.map_or_else(|| MandateId(fresh_id()), |mandate| mandate.id),
            resolution: given.resolution,
            adopted: given.adopted,
            expires: given.expires,
            tasks,
            version: stored.map_or(1, |mandate| mandate.version + 1),
            recorded,
        })
    }

    /// Tasks that the stored mandate has and this one leaves out.
    pub fn left_out<'a>(&self, stored: &'a Self) -> Vec<&'a Task> {
        stored.tasks.iter().filter(|task| !self.tasks.iter().any(|kept| kept.id == task.id)).collect()
    }

    /// True when it runs out within [`EXPIRES_SOON_DAYS`], or has.
    pub fn expires_soon(&self, today: NaiveDate) -> bool {
        (self.expires - today).num_days() <= EXPIRES_SOON_DAYS
    }
}

#[cfg(test)]
#[path = "mandate_tests.rs"]
mod tests;
