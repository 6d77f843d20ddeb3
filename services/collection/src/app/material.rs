//! What an indicator's points are computed from: its observations, its events, or other indicators.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use chassis::{Failure, Tx};
use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::{Classification, Formula};
use uuid::Uuid;

use super::series::says;
use crate::{
    domain::{
        definition::{Definition, EventMeasure},
        observation::State,
        rollup::{Area, AreaTree, Counted, Cube, Fact, Source, Sources},
    },
    error::Error,
    store::{self, counted_events::Incidents, series::InForce},
};

/// Most observations, or events, that one series is made of.
const OBSERVATIONS_MAX: usize = 500_000;
/// Most indicators that a formula is followed to; planning takes fewer.
const INPUTS_MAX: usize = 100;

/// Of when the material is, and what days it is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub known_at: DateTime<Utc>,
    pub days: (Option<NaiveDate>, Option<NaiveDate>),
}

/// What one indicator's points are computed from.
pub(super) struct Material {
    pub definition: Definition,
    pub areas: Arc<Vec<Area>>,
    pub start: u32,
    given: BTreeMap<String, (Definition, Given)>,
}

enum Given {
    Observed(Vec<InForce>),
    Counted { found: Incidents, reach: Option<(NaiveDate, NaiveDate)>, bounded: HashSet<String> },
    Computed(Formula),
}

impl Material {
    /// Reads it, with all that a formula names as far as the caller may see it.
    pub(super) async fn read(
        tx: &mut Tx,
        definition: Definition,
        areas: Arc<Vec<Area>>,
        start: u32,
        moment: Moment,
    ) -> Result<Self, Failure> {
        let mut given = BTreeMap::new();
        let mut waiting = vec![definition.clone()];
        while let Some(own) = waiting.pop() {
            let part = match (&own.formula, &own.events) {
                (Some(formula), _) => {
                    for code in formula.indicators() {
                        let known = given.contains_key(code) || waiting.iter().any(|own| own.code == code);
                        if known || code == own.code || given.len() + waiting.len() >= INPUTS_MAX {
                            continue;
                        }
                        waiting.extend(store::copies::definition(tx, code).await?.filter(|found| found.code == code));
                    }
                    Given::Computed(formula.clone())
                }
                (None, Some(measure)) => events(tx, measure, moment).await?,
                (None, None) => Given::Observed(in_force(tx, own.id, moment).await?),
            };
            given.insert(own.code.clone(), (own, part));
        }
        Ok(Self { definition, areas, start, given })
    }

    /// The highest classification among the indicators, their observations and their events.
    pub(super) fn classification(&self) -> Classification {
        let of = |(definition, given): &(Definition, Given)| {
            let given = match given {
                Given::Observed(rows) => rows.iter().map(|row| Classification::of_rank(row.classification)).max(),
                Given::Counted { found, .. } => Some(found.classification),
                Given::Computed(_) => None,
            };
            given.unwrap_or(Classification::Unclassified).max(definition.classification)
        };
        self.given.values().map(of).max().unwrap_or(self.definition.classification)
    }

    /// What a write has to be about to change what is computed from it.
    pub(super) fn about(&self) -> Vec<Uuid> {
        let counts = self.given.values().any(|(_, given)| matches!(given, Given::Counted { .. }));
        let events = counts.then_some(store::series_changes::EVENTS);
        let indicators = self.given.values().map(|(definition, _)| definition.id);
        indicators.chain([store::series_changes::WHOLE_MISSION]).chain(events).collect()
    }

    /// Ready to be asked.
    pub(super) fn sources(&self) -> Result<Sources<'_>, Failure> {
        let tree = AreaTree::new(&self.areas);
        let mut sources = BTreeMap::new();
        for (code, (definition, given)) in &self.given {
            let source = match given {
                Given::Observed(rows) => {
                    let facts = rows.iter().map(fact).collect::<Result<Vec<Fact>, Failure>>()?;
                    Source::Observed(Box::new(Cube::new(definition, &tree, self.start, facts)))
                }
                Given::Counted { found, reach, bounded } => {
                    Source::Counted(Counted::new(&self.areas, bounded, *reach, self.start, found.incidents.clone()))
                }
                Given::Computed(formula) => Source::Computed(formula.clone()),
            };
            sources.insert(code.clone(), source);
        }
        Ok(Sources::new(&self.definition.code, sources))
    }

    /// The observation behind a fact of an indicator.
    pub(super) fn observation(&self, code: &str, fact: usize) -> Option<Uuid> {
        match self.given.get(code) {
            Some((_, Given::Observed(rows))) => rows.get(fact).map(|row| row.id),
            _ => None,
        }
    }

    /// An event that an indicator counts.
    pub(super) fn event(&self, code: &str, event: usize) -> Option<Uuid> {
        match self.given.get(code) {
            Some((_, Given::Counted { found, .. })) => found.ids.get(event).copied(),
            _ => None,
        }
    }
}

async fn in_force(tx: &mut Tx, indicator: Uuid, of: Moment) -> Result<Vec<InForce>, Failure> {
    let found = store::series::in_force(tx, indicator, of.known_at, of.days, OBSERVATIONS_MAX as i64 + 1).await?;
    bounded(found, "observations")
}

async fn events(tx: &mut Tx, measure: &EventMeasure, of: Moment) -> Result<Given, Failure> {
    let mut found =
        store::counted_events::incidents(tx, measure, of.known_at, of.days, OBSERVATIONS_MAX as i64 + 1).await?;
    found.incidents = bounded(found.incidents, "events")?;
    let reach = store::counted_events::reach(tx, of.known_at).await?;
    let areas = store::copies::bounded_areas(tx).await?;
    Ok(Given::Counted { found, reach, bounded: areas })
}

fn bounded<T>(found: Vec<T>, what: &str) -> Result<Vec<T>, Failure> {
    if found.len() > OBSERVATIONS_MAX {
        let message = format!("More than {OBSERVATIONS_MAX} {what} would be behind this; ask for fewer periods.");
        return Err(Error::bad("first_period", message).into());
    }
    Ok(found)
}

fn fact(row: &InForce) -> Result<Fact, Failure> {
    let says = says(&row.kind, row.value, row.numerator, row.denominator, &row.level);
    let state: State = row.state.parse().map_err(Failure::internal)?;
    Ok(Fact {
        period: row.period.parse().map_err(|_| Error::Broken(format!("stored period {}", row.period)))?,
        area: row.area.clone(),
        slice: row.slice.parse().map_err(|_| Error::Broken(format!("stored slice {}", row.slice)))?,
        says,
        verified: state.is_verified(),
        definition_version: row.definition_version.try_into().unwrap_or_default(),
    })
}
