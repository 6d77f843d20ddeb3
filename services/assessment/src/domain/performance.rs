//! Whether the mission did what it planned: output by output, and counted by section and component.
//!
//! 1. An output stands as the worst of its indicators that has data; without any it is `no_data`, and nobody can tell.
//! 2. Activities are as the work plan had them at freezing; a late one is past its end, past its start, or behind.
//! 3. Values are in time that were recorded by the day they were due.
//! 4. An area is covered where one of the output's indicators has a value of it, or of a place within it (its code
//!    begins with the area's), in the assessed period.
//! 5. Sections and components are counts of outputs by status. Percentages of unlike things are never averaged.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use cpas_proto::vocabulary;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    analysis::{Status, Target},
    text::Text,
};

mod words;

vocabulary! {
    /// Where an activity stands.
    pub enum Doing as "a status of an activity" {
        Planned = "planned",
        Ongoing = "ongoing",
        Done = "done",
        Cancelled = "cancelled",
    }
}

vocabulary! {
    /// How an activity is late.
    pub enum Late as "a way of being late" { Overdue = "overdue", NotStarted = "not_started", Behind = "behind" }
}

/// An activity of the pinned plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub number: String,
    pub statement: Text,
    pub end: Option<NaiveDate>,
    pub doing: Doing,
    pub late: Option<Late>,
}

/// An output of the pinned plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// The same through all versions of the plan.
    pub lineage_id: Uuid,
    pub number: String,
    pub statement: Text,
    /// civilian, military, police or support; empty: none is named.
    pub component: String,
    pub lead_section: String,
    /// Codes.
    pub areas: Vec<String>,
    pub markers: Vec<String>,
    pub activities: Vec<Activity>,
}

/// Values that were there by the day they were due, of those that were due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timely {
    pub part: u32,
    pub of: u32,
    /// The window that it is told of.
    pub from: NaiveDate,
    pub until: NaiveDate,
}

/// An indicator of an output, as it was computed and frozen.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub output: Uuid,
    /// `None`: it has values by area only, and no analysis of the whole.
    pub analysis_id: Option<Uuid>,
    pub indicator_id: Uuid,
    pub code: String,
    pub name: Text,
    pub unit: String,
    pub status: Status,
    pub achievement: Option<f64>,
    pub latest: Option<(String, f64)>,
    pub target: Option<Target>,
    pub timely: Option<Timely>,
    /// Codes of the areas that have a value in the assessed period.
    pub areas: BTreeSet<String>,
}

/// Activities by how far they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Activities {
    pub all: u32,
    pub done: u32,
    pub under_way: u32,
    pub planned: u32,
    pub cancelled: u32,
    /// Of those under way or planned.
    pub late: u32,
}

/// How one output was delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivered {
    pub output: Output,
    pub status: Status,
    pub indicators: Vec<Measured>,
    pub activities: Activities,
    /// Part and whole; `None`: unknown.
    pub timely: Option<(u32, u32)>,
    /// Of the areas that the plan names.
    pub areas_with_data: Vec<String>,
    pub summary: Text,
}

/// Outputs of a section or component.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    pub outputs: u32,
    pub by_status: BTreeMap<Status, u32>,
    pub activities: Activities,
    pub timely: (u32, u32),
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Performance {
    /// In the order of the plan.
    pub outputs: Vec<Delivered>,
    pub sections: BTreeMap<String, Group>,
    pub components: BTreeMap<String, Group>,
    /// First and last day of the values whose timeliness is told.
    pub window: Option<(NaiveDate, NaiveDate)>,
}

/// Of the outputs of the plan and of what was computed of their indicators.
pub fn performance(outputs: Vec<Output>, measured: &[Measured]) -> Performance {
    let mut found = Performance::default();
    let told = measured.iter().filter_map(|one| one.timely);
    found.window =
        told.map(|timely| (timely.from, timely.until)).reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
    for output in outputs {
        let own: Vec<Measured> = measured.iter().filter(|one| one.output == output.lineage_id).cloned().collect();
        let delivered = delivered(output, own);
        for (groups, name) in [
            (&mut found.sections, &delivered.output.lead_section),
            (&mut found.components, &delivered.output.component),
        ] {
            groups.entry(name.clone()).or_default().count(&delivered);
        }
        found.outputs.push(delivered);
    }
    found
}

fn delivered(output: Output, indicators: Vec<Measured>) -> Delivered {
    let status = indicators.iter().map(|one| one.status).filter(|status| *status != Status::NoData).max();
    let is_covered =
        |area: &&String| indicators.iter().any(|one| one.areas.iter().any(|code| code.starts_with(area.as_str())));
    let mut delivered = Delivered {
        status: status.unwrap_or(Status::NoData),
        activities: Activities::of(&output.activities),
        timely: indicators
            .iter()
            .filter_map(|one| one.timely)
            .map(|timely| (timely.part, timely.of))
            .reduce(|one, other| (one.0 + other.0, one.1 + other.1)),
        areas_with_data: output.areas.iter().filter(is_covered).cloned().collect(),
        summary: Text::default(),
        output,
        indicators,
    };
    delivered.summary = words::summary(&delivered);
    delivered
}

impl Activities {
    fn of(all: &[Activity]) -> Self {
        let count = |is: &dyn Fn(&&Activity) -> bool| u32::try_from(all.iter().filter(is).count()).unwrap_or(u32::MAX);
        Self {
            all: count(&|_| true),
            done: count(&|one| one.doing == Doing::Done),
            under_way: count(&|one| one.doing == Doing::Ongoing),
            planned: count(&|one| one.doing == Doing::Planned),
            cancelled: count(&|one| one.doing == Doing::Cancelled),
            late: count(&|one| one.late.is_some()),
        }
    }

    fn add(&mut self, other: &Self) {
        self.all += other.all;
        self.done += other.done;
        self.under_way += other.under_way;
        self.planned += other.planned;
        self.cancelled += other.cancelled;
        self.late += other.late;
    }
}

impl Group {
    fn count(&mut self, one: &Delivered) {
        self.outputs += 1;
        *self.by_status.entry(one.status).or_default() += 1;
        self.activities.add(&one.activities);
        let (part, of) = one.timely.unwrap_or_default();
        self.timely = (self.timely.0 + part, self.timely.1 + of);
    }

    /// Outputs of a status.
    pub fn of(&self, status: Status) -> u32 {
        self.by_status.get(&status).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
