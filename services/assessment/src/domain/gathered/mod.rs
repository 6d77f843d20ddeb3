//! What there is on an outcome for a finding to rest on, the most relevant first.
//!
//! How relevant something is follows a written rule and is no measurement: each reason that holds has its points
//! ([`Reason::points`]), and their sum decides. With equal sums the kinds stand in the order of [`KINDS`], and within a kind the
//! labels by letters. Nothing is learned from anybody. The table stands in `docs/assessment.md` as well.

mod around;
mod own;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use cpas_proto::words::{Classification, Period};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

pub use self::around::{Around, Factor, Paper, Shift};
use super::{
    analysis::hot_spots::HotSpots,
    contributed::Contributed,
    evidence::Kind,
    finding::{Finding, Question},
    frozen::{Analysis, Outcome},
    text::Text,
};

/// Most items that are given; what is less relevant is left out.
pub const ITEMS_MAX: usize = 300;
/// The kinds in the order in which they stand where they are as relevant.
pub const KINDS: [Kind; 9] = [
    Kind::Analysis,
    Kind::Contribution,
    Kind::Stakeholder,
    Kind::HotSpot,
    Kind::Cluster,
    Kind::Factor,
    Kind::Evidence,
    Kind::Finding,
    Kind::Note,
];

/// Why something is relevant to an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It measures the outcome.
    MeasuresOutcome,
    /// It is about the stakeholder whose change the outcome is.
    OwnStakeholder,
    /// The plan links the output to the outcome.
    Linked,
    /// It measures an output that the outcome has or is linked to.
    MeasuresOutput,
    /// It was found of the same outcome, in an assessment of this period.
    SameOutcome(Period),
    /// It was noted to the question in this assessment.
    Noted(Question),
    /// It is of the mission as a whole.
    WholeMission,
    /// It lies in an area of the outcome.
    InArea,
    /// The outcome names no area, so that all count.
    NoAreas,
    /// A factor of this title rests on it, there and then.
    Backs(Text),
    /// It stands out: it needs an explanation or gives one.
    StandsOut,
    /// It falls in the assessed period.
    InPeriod,
}

impl Reason {
    /// What it counts.
    pub fn points(&self) -> u32 {
        match self {
            Self::MeasuresOutcome | Self::OwnStakeholder => 6,
            Self::Linked => 5,
            Self::MeasuresOutput | Self::SameOutcome(_) => 4,
            Self::Noted(_) => 3,
            Self::WholeMission | Self::InArea | Self::Backs(_) | Self::StandsOut => 2,
            Self::NoAreas | Self::InPeriod => 1,
        }
    }
}

/// Something that a finding may rest on.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub kind: Kind,
    /// `None` for a note.
    pub id: Option<Uuid>,
    /// Stands for it in few letters; of a note its words.
    pub label: String,
    pub statement: Text,
    /// The weightiest first.
    pub reasons: Vec<Reason>,
    pub questions: Vec<Question>,
    pub classification: Classification,
}

impl Item {
    /// The sum of the points of its reasons.
    pub fn relevance(&self) -> u32 {
        self.reasons.iter().map(Reason::points).sum()
    }

    /// Its reasons as sentences.
    pub fn says_why(&self) -> Vec<Text> {
        self.reasons.iter().map(words::reason).collect()
    }
}

/// Where an outcome is, and which days are assessed.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    pub assessment_id: Uuid,
    pub outcome: &'a Outcome,
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Code of each area and of the one that it lies in; empty where they could not be read.
    pub parents: BTreeMap<String, String>,
}

impl Scope<'_> {
    /// Why an area counts; `None`: it lies elsewhere. An area counts for what lies in it and for what it lies in.
    pub fn place(&self, area: &str) -> Option<Reason> {
        if self.outcome.areas.is_empty() {
            return Some(Reason::NoAreas);
        }
        let own = |code: &String| self.lies_in(area, code) || self.lies_in(code, area);
        self.outcome.areas.iter().any(own).then_some(Reason::InArea)
    }

    /// The same of several areas, any of which will do; of none, `None`.
    fn place_of(&self, areas: &[String]) -> Option<Reason> {
        areas.iter().find_map(|area| self.place(area))
    }

    fn lies_in(&self, area: &str, other: &str) -> bool {
        let mut at = area;
        // As many levels as no country has, should areas lie in each other in a circle.
        for _ in 0..16 {
            if at == other {
                return true;
            }
            match self.parents.get(at) {
                Some(parent) if !parent.is_empty() => at = parent,
                _ => return false,
            }
        }
        false
    }

    fn is_in_period(&self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// What the assessment itself holds, as far as the reader may see it.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Of the outcome's and its outputs' indicators, with the lineage id of what each measures.
    pub analyses: Vec<(Analysis, Uuid)>,
    /// Of the outcome.
    pub contributions: Vec<Contributed>,
    /// With their classification.
    pub hot_spots: Option<(HotSpots, Classification)>,
    /// Of this assessment.
    pub findings: Vec<Finding>,
    /// Of finalized assessments, with their period; the latest assessment first.
    pub earlier: Vec<(Finding, Period)>,
}

/// Everything on an outcome, the most relevant first, at most [`ITEMS_MAX`].
pub fn gather(scope: &Scope<'_>, own: &Own, around: &Around) -> Vec<Item> {
    let mut items = own.items(scope);
    items.extend(around.items(scope));
    for item in &mut items {
        item.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points()));
    }
    let place = |kind| KINDS.iter().position(|one| *one == kind);
    items.sort_by(|one, other| {
        let key = |item: &Item| (std::cmp::Reverse(item.relevance()), place(item.kind));
        key(one).cmp(&key(other)).then_with(|| (&one.label, one.id).cmp(&(&other.label, other.id)))
    });
    items.truncate(ITEMS_MAX);
    items
}

/// The id under which a place where events gather can be referred to: of an area by its code, of a cluster by its number.
/// It is made of them, so that what was frozen before there were ids has them too.
pub fn place_id(assessment: Uuid, kind: Kind, name: &str) -> Uuid {
    let mut print = Sha256::new();
    print.update(assessment.as_bytes());
    print.update(kind.word().as_bytes());
    print.update([0]);
    print.update(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&print.finalize()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// The ids of all places of an assessment where events gather.
pub fn places(assessment: Uuid, found: &HotSpots) -> Vec<(Kind, Uuid)> {
    let areas = found.areas.found.iter().flatten().map(|one| one.area.clone());
    let areas = areas.map(|code| (Kind::HotSpot, place_id(assessment, Kind::HotSpot, &code)));
    let clusters = 0..found.clusters.found.iter().flatten().count();
    let clusters = clusters.map(|at| (Kind::Cluster, place_id(assessment, Kind::Cluster, &at.to_string())));
    areas.chain(clusters).collect()
}
