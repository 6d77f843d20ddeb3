//! What the values of an indicator say of their quality, place by place, whenever they are looked at.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use cpas_proto::words::{Period, Slice};
use uuid::Uuid;

use super::{HISTORY_MONTHS, Held, Judgement, Problem, ProblemKind, Quality, hints, outliers};
use crate::domain::{
    definition::Definition,
    rollup::{AreaTree, Cube, Says},
};

/// All that is kept of one indicator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// By area and period, those that something is in force for.
    pub places: Vec<PlaceFacts>,
    /// When the first value of the indicator became known.
    pub heard_of: Option<NaiveDate>,
    /// The last period of the indicator's own frequency that is filled.
    pub last_filled: Option<Period>,
}

/// What stands in one area and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceFacts {
    pub area: String,
    pub period: Period,
    /// `None` where nothing fills it: it is of another frequency, or only said to be missing.
    pub filled: Option<Filled>,
    /// Those that do not hang on what is expected.
    pub measures: Quality,
}

/// What fills a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    pub observation: Uuid,
    pub slice: Slice,
    /// When the first value of the place became known.
    pub first_recorded: NaiveDate,
}

impl Facts {
    /// Which places are filled, without a word on how well.
    pub fn of(definition: &Definition, held: &[Held], start: u32) -> Self {
        let mut places: BTreeMap<(&str, Period), PlaceFacts> = BTreeMap::new();
        for one in held {
            let (area, period) = (one.fact.area.as_str(), one.fact.period);
            let place = places.entry((area, period)).or_insert_with(|| PlaceFacts {
                area: area.to_owned(),
                period,
                filled: None,
                measures: Quality::default(),
            });
            // "Missing" fills none.
            if period.frequency() == definition.frequency && one.fact.says != Says::Missing {
                place.filled = Some(Filled {
                    observation: one.id,
                    slice: one.fact.slice.clone(),
                    first_recorded: one.first_recorded,
                });
            }
        }
        let places: Vec<PlaceFacts> = places.into_values().collect();
        let filled = places.iter().filter(|place| place.filled.is_some()).map(|place| place.period);
        Self {
            last_filled: filled.max_by_key(|period| period.last_day(start)),
            heard_of: held.iter().map(|one| one.first_recorded).min(),
            places,
        }
    }
}

/// Finds what is to be kept, and what there is to mend but for what is missing or late. `judge` gives what the rules say
/// of an observation.
pub fn find(
    definition: &Definition,
    tree: &AreaTree,
    held: &[Held],
    start: u32,
    judge: impl Fn(&Held) -> Judgement,
) -> (Facts, Vec<Problem>) {
    let mut finding = Finding { facts: Facts::of(definition, held, start), problems: Vec::new() };
    for one in held {
        finding.judged(one, &judge(one));
    }
    let recent = recent(held, start);
    for outlier in outliers::find(&recent, start) {
        let one = &recent[outlier.number];
        finding.at(one).outlying.count(outlier.beyond.is_some());
        if let Some(score) = outlier.beyond {
            let (en, fr) = outliers::said(score, outlier.values, outlier.adjusted);
            finding.problem(ProblemKind::Outlying, one, &en, &fr);
        }
    }
    for hint in hints::find(definition, &recent, start) {
        let one = &recent[hint.number];
        finding.at(one).hints += 1;
        finding.problem(ProblemKind::Suspect, one, &hint.en, &hint.fr);
    }
    finding.reconcile(definition, tree, held, start);
    (finding.facts, finding.problems)
}

/// The values of the years that end with the last one.
fn recent(held: &[Held], start: u32) -> Vec<Held> {
    let last = held.iter().map(|one| one.fact.period.last_day(start)).max();
    let first = last.and_then(|last| last.checked_sub_months(Months::new(HISTORY_MONTHS)));
    let within = |one: &&Held| first.is_none_or(|first| one.fact.period.first_day(start) >= first);
    held.iter().filter(within).cloned().collect()
}

struct Finding {
    facts: Facts,
    problems: Vec<Problem>,
}

impl Finding {
    /// The measures of the place of an observation.
    fn at(&mut self, one: &Held) -> &mut Quality {
        let (area, period) = (one.fact.area.as_str(), one.fact.period);
        let place =
            self.facts.places.binary_search_by(|place| (place.area.as_str(), place.period).cmp(&(area, period)));
        let place = place.expect("each observation has its place");
        &mut self.facts.places[place].measures
    }

    fn judged(&mut self, one: &Held, judgement: &Judgement) {
        let broken = |with_others| judgement.broken.iter().any(|broken| broken.with_others == with_others);
        let measures = self.at(one);
        measures.verified.count(one.fact.verified);
        if judgement.by_itself {
            measures.valid.count(!broken(false));
        }
        if judgement.with_others {
            measures.consistent.count(!broken(true));
        }
        if !one.fact.verified {
            let (en, fr) = ("Nobody has verified it yet.", "Personne ne l’a encore vérifiée.");
            self.problem(ProblemKind::Unverified, one, en, fr);
        }
        for rule in &judgement.broken {
            let kind = if rule.with_others { ProblemKind::Inconsistent } else { ProblemKind::Invalid };
            self.problem(kind, one, &rule.en, &rule.fr);
        }
    }

    /// Totals beside their slices.
    fn reconcile(&mut self, definition: &Definition, tree: &AreaTree, held: &[Held], start: u32) {
        if definition.dimensions.is_empty() || !definition.kind.adds_up_over_slices() {
            return;
        }
        let sliced: BTreeSet<(&str, Period)> = held
            .iter()
            .filter(|one| !one.fact.slice.is_total())
            .map(|one| (one.fact.area.as_str(), one.fact.period))
            .collect();
        if sliced.is_empty() {
            return;
        }
        let mut cube = Cube::new(definition, tree, start, held.iter().map(|one| one.fact.clone()).collect());
        for one in held.iter().filter(|one| one.fact.slice.is_total() && is_value(one.fact.says)) {
            if !sliced.contains(&(one.fact.area.as_str(), one.fact.period)) {
                continue;
            }
            let off = cube.point(&one.fact.area, one.fact.period, &Slice::total()).mismatch;
            self.at(one).totals_off.count(off);
            if off {
                let (en, fr) = (
                    "The total differs from the sum of its slices.",
                    "Le total diffère de la somme de ses ventilations.",
                );
                self.problem(ProblemKind::NotAddingUp, one, en, fr);
            }
        }
    }

    fn problem(&mut self, kind: ProblemKind, of: &Held, en: &str, fr: &str) {
        self.problems.push(Problem {
            kind,
            period: of.fact.period,
            area: of.fact.area.clone(),
            slice: of.fact.slice.clone(),
            observation: Some(of.id),
            en: en.to_owned(),
            fr: fr.to_owned(),
        });
    }
}

const fn is_value(says: Says) -> bool {
    matches!(says, Says::Value(_) | Says::Ratio { .. })
}
