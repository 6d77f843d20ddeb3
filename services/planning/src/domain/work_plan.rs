//! The work plan: activities in time, what waits for what, and what decides when it ends.
//!
//! The critical path method, forwards and backwards over whole days: an activity starts on its planned day,
//! or on the day after the last of those that it waits for has ended, whichever is later, and takes as many
//! days as planned. Its slack is the days that it can slip before the whole ends later; where that is none,
//! it is critical (Kelley & Walker 1959; held against a search over all ways in the tests). What is cancelled
//! does not count, and what is done stays where it was planned.
//!
//! Invariant: an activity is critical exactly when a day lost there is a day lost at the end
//! (`a_critical_day_is_lost_at_the_end`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use cpas_proto::vocabulary;

use super::{
    framework::Framework,
    ids::ItemId,
    item::{ActivityStatus, Item, Nature},
};

/// Percent by which an activity may lag behind its days before it counts as behind.
const BEHIND_PERCENT: i64 = 20;

vocabulary! {
    /// How an activity is late.
    pub enum Late as "a way of being late" {
        /// It should have ended.
        Overdue = "overdue",
        /// It should have started.
        NotStarted = "not_started",
        /// It runs, but less is done than its days would have it.
        Behind = "behind",
    }
}

/// An activity in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity<'a> {
    pub item: &'a Item,
    pub start: NaiveDate,
    pub end: NaiveDate,
    /// As it can be after all that it waits for.
    pub expected_start: NaiveDate,
    pub expected_end: NaiveDate,
    pub slack_days: u32,
    pub is_critical: bool,
    pub late: Option<Late>,
}

/// All activities that have their days.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkPlan<'a> {
    /// By section, then by start.
    pub activities: Vec<Activity<'a>>,
    /// One way that decides the end, from its first activity to its last.
    pub critical_path: Vec<ItemId>,
    /// Activities without start or end.
    pub undated: Vec<ItemId>,
}

/// What is known of an activity's time.
#[derive(Debug, Clone, Copy)]
struct Span {
    planned: NaiveDate,
    /// Whole days, at least one.
    days: i64,
    is_done: bool,
}

/// The work plan of a framework, as it stands on a day.
pub fn work_plan(framework: &Framework, today: NaiveDate) -> WorkPlan<'_> {
    let mut plan = WorkPlan::default();
    let mut spans: BTreeMap<ItemId, Span> = BTreeMap::new();
    let mut waits: BTreeMap<ItemId, Vec<ItemId>> = BTreeMap::new();
    for item in framework.items() {
        let Nature::Activity { status, depends_on, .. } = &item.content.nature else { continue };
        match (item.content.start, item.content.end) {
            (Some(start), Some(end)) if *status != ActivityStatus::Cancelled => {
                let days = (end - start).num_days().max(0) + 1;
                spans.insert(item.id, Span { planned: start, days, is_done: *status == ActivityStatus::Done });
                waits.insert(item.id, depends_on.clone());
            }
            (Some(_), Some(_)) => {}
            _ => plan.undated.push(item.id),
        }
    }
    let schedule = Schedule::of(&spans, &waits);
    for item in framework.items() {
        let (Some(span), Some(expected)) = (spans.get(&item.id), schedule.starts.get(&item.id)) else { continue };
        let slack = schedule.slack.get(&item.id).copied().unwrap_or_default();
        plan.activities.push(Activity {
            item,
            start: span.planned,
            end: day_after(span.planned, span.days - 1),
            expected_start: *expected,
            expected_end: day_after(*expected, span.days - 1),
            slack_days: u32::try_from(slack).unwrap_or_default(),
            is_critical: slack == 0 && !span.is_done,
            late: late(item, today),
        });
    }
    let section = |activity: &Activity<'_>| activity.item.content.lead_section.clone().unwrap_or_default();
    plan.activities.sort_by_key(|activity| (section(activity), activity.start, activity.end));
    plan.critical_path = schedule.critical_path(&spans, &waits);
    plan
}

/// Days by activity, computed once forwards and once backwards.
struct Schedule {
    starts: BTreeMap<ItemId, NaiveDate>,
    slack: BTreeMap<ItemId, i64>,
}

impl Schedule {
    fn of(spans: &BTreeMap<ItemId, Span>, waits: &BTreeMap<ItemId, Vec<ItemId>>) -> Self {
        let order = in_order(spans, waits);
        let mut starts: BTreeMap<ItemId, NaiveDate> = BTreeMap::new();
        for id in &order {
            let span = spans[id];
            let mut start = span.planned;
            if !span.is_done {
                for before in &waits[id] {
                    if let (Some(from), Some(first)) = (starts.get(before), spans.get(before)) {
                        start = start.max(day_after(*from, first.days));
                    }
                }
            }
            starts.insert(*id, start);
        }
        let ends = |id: &ItemId| day_after(starts[id], spans[id].days - 1);
        let last = order.iter().map(ends).max().unwrap_or_default();
        // The latest day on which each may end, from those that wait for it.
        let mut latest: BTreeMap<ItemId, NaiveDate> = order.iter().map(|id| (*id, last)).collect();
        let mut slack = BTreeMap::new();
        for id in order.iter().rev() {
            let own = latest[id];
            slack.insert(*id, (own - ends(id)).num_days());
            if spans[id].is_done {
                continue;
            }
            let must_start = day_before(own, spans[id].days - 1);
            for before in waits[id].iter().filter(|before| spans.contains_key(before)) {
                let bound = day_before(must_start, 1);
                latest.entry(*before).and_modify(|day| *day = (*day).min(bound));
            }
        }
        Self { starts, slack }
    }

    /// Backwards from the activity that ends last, each time to one that it really waited for.
    fn critical_path(&self, spans: &BTreeMap<ItemId, Span>, waits: &BTreeMap<ItemId, Vec<ItemId>>) -> Vec<ItemId> {
        let ends = |id: &ItemId| day_after(self.starts[id], spans[id].days - 1);
        let is_critical = |id: &ItemId| self.slack.get(id) == Some(&0) && !spans[id].is_done;
        let last = spans.keys().filter(|id| is_critical(id)).max_by_key(|id| (ends(id), std::cmp::Reverse(**id)));
        let mut path: Vec<ItemId> = last.copied().into_iter().collect();
        while let Some(id) = path.last().copied() {
            let decided = |before: &&ItemId| {
                spans.contains_key(before) && is_critical(before) && day_after(ends(before), 1) == self.starts[&id]
            };
            match waits[&id].iter().filter(decided).min() {
                Some(before) => path.push(*before),
                None => break,
            }
        }
        path.reverse();
        path
    }
}

/// Each after all that it waits for. The framework has no circle.
fn in_order(spans: &BTreeMap<ItemId, Span>, waits: &BTreeMap<ItemId, Vec<ItemId>>) -> Vec<ItemId> {
    let mut order = Vec::with_capacity(spans.len());
    let mut seen: BTreeSet<ItemId> = BTreeSet::new();
    for first in spans.keys() {
        let mut open = vec![(*first, false)];
        while let Some((id, is_ready)) = open.pop() {
            if is_ready {
                order.push(id);
            } else if seen.insert(id) {
                open.push((id, true));
                let before = waits[&id].iter().filter(|before| spans.contains_key(before));
                open.extend(before.map(|before| (*before, false)));
            }
        }
    }
    order
}

fn late(item: &Item, today: NaiveDate) -> Option<Late> {
    let Nature::Activity { status, progress_percent, .. } = &item.content.nature else { return None };
    let (start, end) = (item.content.start?, item.content.end?);
    match status {
        ActivityStatus::Done | ActivityStatus::Cancelled => None,
        _ if end < today => Some(Late::Overdue),
        ActivityStatus::Planned => (start < today).then_some(Late::NotStarted),
        ActivityStatus::Ongoing => {
            let days = (end - start).num_days() + 1;
            let gone = (today - start).num_days().clamp(0, days);
            (i64::from(*progress_percent) + BEHIND_PERCENT < 100 * gone / days).then_some(Late::Behind)
        }
    }
}

fn day_after(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MAX)
}

fn day_before(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_sub_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
#[path = "work_plan_tests.rs"]
mod tests;
