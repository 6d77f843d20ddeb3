//! What context holds of an outcome's areas and of the assessed months: factors, papers, stakeholders who moved.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use cpas_proto::words::Classification;
use uuid::Uuid;

use super::{Item, Reason, Scope, words};
use crate::domain::{evidence::Kind, finding::Question, text::Text};

/// From this severity on a factor stands out, of 5.
const SEVERE: u32 = 4;
/// From this shift of stance on a stakeholder stands out, as it raises an alert in context.
const SHIFT: u32 = 2;

/// A factor of a map that was published by the cut-off.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    pub id: Uuid,
    pub title: Text,
    /// `promotes` or `inhibits`.
    pub effect: String,
    /// 1 to 5.
    pub severity: u32,
    /// `improving`, `stable` or `worsening`.
    pub trend: String,
    pub areas: Vec<String>,
    pub evidence: Vec<Uuid>,
    /// Days that its map speaks of.
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub classification: Classification,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    pub id: Uuid,
    pub title: String,
    pub source: String,
    pub date: Option<NaiveDate>,
    /// Of the source, A to F.
    pub reliability: String,
    /// Of the information, 1 to 6.
    pub credibility: u32,
    pub classification: Classification,
}

/// Where a stakeholder stood before the period and at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    pub stakeholder_id: Uuid,
    pub name: String,
    pub areas: Vec<String>,
    /// `None`: nobody had assessed it by then.
    pub before: Option<i32>,
    pub now: i32,
    /// 1 to 5.
    pub influence: u32,
    /// The day of the assessment that says so.
    pub as_of: NaiveDate,
    pub classification: Classification,
}

/// What context holds, as far as the reader may see it.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Code of each area and of the one that it lies in.
    pub parents: BTreeMap<String, String>,
    pub factors: Vec<Factor>,
    pub papers: Vec<Paper>,
    pub shifts: Vec<Shift>,
}

impl Around {
    pub(super) fn items(&self, scope: &Scope<'_>) -> Vec<Item> {
        let mut backed: BTreeMap<Uuid, &Text> = BTreeMap::new();
        let mut items = Vec::new();
        for factor in &self.factors {
            let Some(item) = of_factor(scope, factor) else { continue };
            for paper in &factor.evidence {
                backed.entry(*paper).or_insert(&factor.title);
            }
            items.push(item);
        }
        let cited: Vec<Uuid> = self.factors.iter().flat_map(|factor| factor.evidence.iter().copied()).collect();
        let papers =
            self.papers.iter().filter_map(|one| paper(scope, one, backed.get(&one.id), cited.contains(&one.id)));
        items.extend(papers);
        items.extend(self.shifts.iter().filter_map(|one| shift(scope, one)));
        items
    }
}

fn of_factor(scope: &Scope<'_>, one: &Factor) -> Option<Item> {
    if one.first > scope.last || one.last < scope.first {
        return None;
    }
    let mut reasons = vec![scope.place_of(&one.areas)?, Reason::InPeriod];
    if one.severity >= SEVERE || one.trend == "worsening" {
        reasons.push(Reason::StandsOut);
    }
    Some(Item {
        kind: Kind::Factor,
        id: Some(one.id),
        label: words::either(&one.title),
        statement: words::factor(one),
        reasons,
        questions: vec![Question::Alternatives],
        classification: one.classification,
    })
}

/// What a factor of these areas and months rests on; what no factor rests on says nothing of an area, and counts by its day.
fn paper(scope: &Scope<'_>, one: &Paper, backs: Option<&&Text>, is_cited: bool) -> Option<Item> {
    let is_in_period = one.date.is_some_and(|day| scope.is_in_period(day));
    if backs.is_none() && (is_cited || !is_in_period) {
        return None;
    }
    let backs = backs.map(|title| Reason::Backs((*title).clone()));
    Some(Item {
        kind: Kind::Evidence,
        id: Some(one.id),
        label: one.title.clone(),
        statement: words::paper(one),
        reasons: backs.into_iter().chain(is_in_period.then_some(Reason::InPeriod)).collect(),
        questions: vec![Question::Change, Question::Alternatives],
        classification: one.classification,
    })
}

/// The outcome's own stakeholder, whether it moved or not; of others who moved, those of its areas or of no area.
fn shift(scope: &Scope<'_>, one: &Shift) -> Option<Item> {
    let is_own = scope.outcome.stakeholder_id == Some(one.stakeholder_id);
    let moved = one.before.map_or(0, |before| one.now.abs_diff(before));
    let mut reasons = Vec::new();
    if is_own {
        reasons.push(Reason::OwnStakeholder);
    } else if moved == 0 {
        return None;
    } else if !one.areas.is_empty() {
        reasons.push(scope.place_of(&one.areas)?);
    }
    if scope.is_in_period(one.as_of) {
        reasons.push(Reason::InPeriod);
    }
    if moved >= SHIFT {
        reasons.push(Reason::StandsOut);
    }
    Some(Item {
        kind: Kind::Stakeholder,
        id: Some(one.stakeholder_id),
        label: one.name.clone(),
        statement: words::shift(one),
        reasons,
        questions: vec![if is_own { Question::Change } else { Question::Alternatives }],
        classification: one.classification,
    })
}
