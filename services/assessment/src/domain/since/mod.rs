//! What changed since the assessment before: in series, plan, contributions, findings and recommendations, the most
//! important first.
//!
//! Both sides are as they were frozen, so the same is told years later. What changed because a definition or an earlier
//! value was corrected is told apart from what changed in the world.

mod rank;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use cpas_proto::vocabulary;
use uuid::Uuid;

use super::{
    analysis::{Point, Status, Verdict, contribution::Grade},
    finding::Finding,
    frozen::{Analysis, Plan},
    recommendation::{Recommendation, State},
    text::Text,
};

/// Most changes that are listed; all are counted.
pub const CHANGES_MAX: usize = 500;

vocabulary! {
    /// What changed.
    pub enum What as "a change since the last assessment" {
        /// Where an indicator stands against its target.
        Status = "status",
        Trend = "trend",
        /// Values that the earlier assessment read are others now.
        Corrected = "corrected",
        /// An indicator measures something else by now.
        Definition = "definition",
        IndicatorAdded = "indicator_added",
        IndicatorGone = "indicator_gone",
        OutcomeAdded = "outcome_added",
        OutcomeGone = "outcome_gone",
        OutcomeRestated = "outcome_restated",
        /// The strength or the lag that the plan expects of a link.
        Link = "link",
        /// The grade of a contribution.
        Contribution = "contribution",
        /// How people rated the progress of an outcome.
        Rating = "rating",
        /// What became of a recommendation of the earlier assessment.
        Recommendation = "recommendation",
    }
}

/// One assessment as it was frozen, as far as its reader may see it.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// `None`: its reader may not see the plan.
    pub plan: Option<&'a Plan>,
    pub analyses: &'a [Analysis],
    pub contributions: &'a [Graded],
    pub findings: &'a [Finding],
    /// Its reader sees everything, so that what is not here is not there.
    pub is_whole: bool,
}

/// The grade of a contribution, without what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Graded {
    pub id: Uuid,
    pub outcome_lineage_id: Uuid,
    pub output_lineage_id: Uuid,
    pub outcome_code: String,
    pub output_code: String,
    pub grade: Grade,
}

/// A recommendation of the earlier assessment, and where it stood at the later cut-off.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    pub recommendation: Recommendation,
    pub state: State,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub what: What,
    /// Empty where it is of no indicator.
    pub indicator_code: String,
    /// `None`: the mission as a whole.
    pub area: Option<String>,
    pub outcome_lineage_id: Option<Uuid>,
    /// What it was and what it is: a word of the vocabulary that `what` is of, or empty.
    pub before: String,
    pub after: String,
    /// 0 to 100, by the rules in `rank`.
    pub importance: u8,
    pub statement: Text,
    /// Ids of the records of both sides that say so, of the later one first.
    pub records: Vec<Uuid>,
}

/// The changes, those of the whole mission first and then those of areas, each the most important first; the same ones in any order of what is given.
pub fn since(earlier: Side<'_>, later: Side<'_>, followed: &[Followed], on: NaiveDate) -> Vec<Change> {
    let mut changes = of_series(earlier.analyses, later.analyses);
    // To who does not see all, what rose above their clearance would look gone.
    if !(earlier.is_whole && later.is_whole) {
        changes.retain(|change| !matches!(change.what, What::IndicatorAdded | What::IndicatorGone));
    }
    if let (Some(earlier), Some(later)) = (earlier.plan, later.plan) {
        changes.extend(of_plans(earlier, later));
    }
    changes.extend(of_contributions(earlier.contributions, later.contributions));
    changes.extend(of_findings(earlier, later));
    changes.extend(followed.iter().map(|one| of_recommendation(one, on)));
    changes.sort_by(|one, other| {
        let key = |change: &Change| {
            let place = (change.indicator_code.clone(), change.area.clone(), change.outcome_lineage_id);
            // What is cut is of areas, and never of the whole.
            (
                change.area.is_some(),
                std::cmp::Reverse(change.importance),
                place,
                change.what.word(),
                change.records.clone(),
            )
        };
        key(one).cmp(&key(other))
    });
    changes
}

fn of_series(earlier: &[Analysis], later: &[Analysis]) -> Vec<Change> {
    let keyed = |list: &'_ [Analysis]| -> BTreeMap<(String, Option<String>), usize> {
        list.iter().enumerate().map(|(at, one)| ((one.indicator_code.clone(), one.area.clone()), at)).collect()
    };
    let (before, after) = (keyed(earlier), keyed(later));
    let has = |list: &[Analysis], code: &str| list.iter().any(|one| one.indicator_code == code);
    let mut changes = Vec::new();
    for ((code, _), at) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        // An area without values any more is told by the whole; an indicator that is gone, once.
        let one = &earlier[*at];
        if !has(later, code) && !changes.iter().any(|change: &Change| change.indicator_code == *code) {
            changes.push(Change { area: None, ..words::of_indicator(What::IndicatorGone, one) });
        }
    }
    for (key, at) in &after {
        let now = &later[*at];
        match before.get(key).map(|at| &earlier[*at]) {
            Some(then) => changes.extend(of_pair(then, now)),
            None if !has(earlier, &key.0) && !changes.iter().any(|change| change.indicator_code == key.0) => {
                changes.push(Change { area: None, ..words::of_indicator(What::IndicatorAdded, now) });
            }
            None => {}
        }
    }
    changes
}

/// What changed in one series.
fn of_pair(then: &Analysis, now: &Analysis) -> Vec<Change> {
    let mut changes = Vec::new();
    let is_whole = now.area.is_none();
    let redefined = then.definition_version != now.definition_version;
    if redefined && is_whole {
        changes.push(words::of_definition(then, now));
    }
    let (was, is) = (then.computed.status, now.computed.status);
    if was != is {
        changes.push(words::of_status(then, now, redefined));
    }
    let (was, is) = (then.computed.trend.verdict, now.computed.trend.verdict);
    let tells = |verdict: Verdict| matches!(verdict, Verdict::Improving | Verdict::Worsening);
    if was != is && (tells(was) || tells(is)) {
        changes.push(words::of_trend(then, now, redefined));
    }
    if let Some(corrected) = corrected(then, now).filter(|_| !redefined) {
        changes.push(words::of_correction(then, now, &corrected));
    }
    changes
}

/// Periods that both sides know differently.
#[derive(Debug, Clone, PartialEq)]
struct Corrected {
    periods: usize,
    /// The one that moved most, against the larger of its values: period, before, after.
    most: (String, Option<f64>, Option<f64>),
    /// That move, 0 to 1.
    share: f64,
}

fn corrected(then: &Analysis, now: &Analysis) -> Option<Corrected> {
    let of = |point: &Point| (point.period.to_string(), (point.value, point.coverage));
    let known: BTreeMap<String, (Option<f64>, Option<f64>)> = now.computed.points.iter().map(of).collect();
    let mut moves: Vec<(f64, String, Option<f64>, Option<f64>)> = Vec::new();
    for point in &then.computed.points {
        // What was not known then is news, and no correction; what areas or months were late with neither.
        let Some(before) = point.value else { continue };
        let period = point.period.to_string();
        let Some((after, coverage)) = known.get(&period).copied() else { continue };
        if after.is_some() && coverage != point.coverage {
            continue;
        }
        let share = match after {
            Some(after) if after == before => continue,
            Some(after) => (after - before).abs() / after.abs().max(before.abs()),
            None => 1.0,
        };
        // What floating sums do to the last digits is no correction.
        if share > 1e-9 {
            moves.push((share.min(1.0), period, Some(before), after));
        }
    }
    let periods = moves.len();
    let (share, period, before, after) =
        moves.into_iter().max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)))?;
    Some(Corrected { periods, most: (period, before, after), share })
}

fn of_plans(earlier: &Plan, later: &Plan) -> Vec<Change> {
    let mut changes = Vec::new();
    let of = |plan: &'_ Plan, lineage: Uuid| plan.outcomes.iter().find(|one| one.lineage_id == lineage).cloned();
    for outcome in &earlier.outcomes {
        match of(later, outcome.lineage_id) {
            None => changes.push(words::of_outcome(What::OutcomeGone, outcome)),
            Some(now) if now.statement != outcome.statement => {
                changes.push(words::of_outcome(What::OutcomeRestated, &now));
            }
            Some(_) => {}
        }
    }
    for outcome in later.outcomes.iter().filter(|one| of(earlier, one.lineage_id).is_none()) {
        changes.push(words::of_outcome(What::OutcomeAdded, outcome));
    }
    for link in &later.links {
        let same = |one: &&super::frozen::Link| {
            (one.output_lineage_id, one.outcome_lineage_id) == (link.output_lineage_id, link.outcome_lineage_id)
        };
        if let Some(before) = earlier.links.iter().find(same)
            && (&before.strength, before.lag_months) != (&link.strength, link.lag_months)
        {
            changes.push(words::of_link(before, link, later));
        }
    }
    changes
}

fn of_contributions(earlier: &[Graded], later: &[Graded]) -> Vec<Change> {
    let key = |one: &Graded| {
        (one.outcome_lineage_id, one.output_lineage_id, one.outcome_code.clone(), one.output_code.clone())
    };
    let before: BTreeMap<_, &Graded> = earlier.iter().map(|one| (key(one), one)).collect();
    let changed = later.iter().filter_map(|now| Some((*before.get(&key(now))?, now)));
    changed.filter(|(then, now)| then.grade != now.grade).map(|(then, now)| words::of_contribution(then, now)).collect()
}

/// Ratings of the progress of outcomes: of several findings on one, the worst counts.
fn of_findings(earlier: Side<'_>, later: Side<'_>) -> Vec<Change> {
    let rated = |findings: &'_ [Finding]| -> BTreeMap<Uuid, (Status, Uuid)> {
        let mut worst: BTreeMap<Uuid, (Status, Uuid)> = BTreeMap::new();
        for finding in findings {
            let Some(status) = finding.content.progress_rating else { continue };
            let entry = worst.entry(finding.content.outcome_lineage_id).or_insert((status, finding.id));
            if rank::badness(status) > rank::badness(entry.0) {
                *entry = (status, finding.id);
            }
        }
        worst
    };
    let (before, after) = (rated(earlier.findings), rated(later.findings));
    let number = |lineage: Uuid| {
        let plan = later.plan.or(earlier.plan)?;
        plan.outcomes.iter().find(|one| one.lineage_id == lineage).map(|one| one.number.clone())
    };
    let mut changes = Vec::new();
    for (lineage, (is, record)) in after {
        let Some((was, earlier)) = before.get(&lineage).copied().filter(|(was, _)| *was != is) else { continue };
        let number = number(lineage).unwrap_or_default();
        changes.push(words::of_rating(lineage, &number, (was, is), vec![record, earlier]));
    }
    changes
}

fn of_recommendation(followed: &Followed, on: NaiveDate) -> Change {
    let due = followed.recommendation.proposal.due;
    let is_open = matches!(followed.state, State::Proposed | State::Accepted | State::Partly | State::InProgress);
    words::of_recommendation(followed, is_open && due.is_some_and(|due| due < on))
}
