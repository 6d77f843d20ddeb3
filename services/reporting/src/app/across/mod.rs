//! Headquarters reads across missions: each use case goes through the one door, which notes it for every mission that
//! is read, in words that the mission understands.

mod compare;
mod heat_map;
mod late;
pub(super) mod marked;
mod recommendations;
mod said;
mod theme;
pub(super) mod themes;
mod time_lines;

pub use compare::compare_missions;
pub use heat_map::{HeatMapAsked, get_across_missions, list_shared_indicators};
pub use late::list_late_missions;
pub use recommendations::get_recommendations_across_missions;
pub use theme::get_theme_across_missions;
pub use themes::get_themes_across_missions;
pub use time_lines::{TimeLinesAsked, get_time_lines_across_missions};

use std::collections::{BTreeMap, HashMap};

use chassis::{
    Caller,
    db::{Across, Reading},
};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{gateway::v1 as gateway, planning::v1::Indicator, reporting::v1 as pb, words::MissionState};
use uuid::Uuid;

use super::kept;
use crate::{
    Deps, Error,
    domain::{
        across::{Caution, Definition, cautions},
        home::SeriesPoint,
    },
    store::{across as store, model::Model, standings},
};

/// A mission that is read.
struct Mission {
    id: Uuid,
    model: Model,
    /// Of what is kept beside its records.
    stamp: i64,
    told: gateway::Mission,
    known_at: Option<DateTime<Utc>>,
}

impl Mission {
    fn fiscal_start_month(&self) -> u32 {
        Some(self.told.fiscal_year_start_month).filter(|month| (1..=12).contains(month)).unwrap_or(1)
    }

    fn message(&self) -> pb::AcrossMission {
        pb::AcrossMission {
            code: self.told.code.clone(),
            name: self.told.name.clone(),
            state: self.told.state.clone(),
            known_at: self.known_at.map(instant).unwrap_or_default(),
        }
    }
}

/// Goes through the door and notes the read of these missions, of all where none is named; in order of their codes.
///
/// # Errors
/// `NotFound` for a code that no mission has; `Elsewhere` for anybody but headquarters.
async fn enter(
    deps: &Deps,
    caller: &Caller,
    reading: Reading,
    wanted: &[&str],
) -> Result<(Across, Vec<Mission>), Error> {
    let mut across = deps.db.begin_across(caller, reading).await?;
    let mut missions = Vec::new();
    for row in store::missions(&mut across).await? {
        let told: gateway::Mission = row.record.message()?;
        if wanted.is_empty() || wanted.contains(&told.code.as_str()) {
            let model = Model { mission: row.mission_id, generation: row.generation };
            missions.push(Mission { id: row.mission_id, model, stamp: 0, told, known_at: None });
        }
    }
    if wanted.iter().any(|code| missions.iter().all(|mission| mission.told.code != *code)) {
        return Err(Error::NotFound("mission"));
    }
    let ids: Vec<Uuid> = missions.iter().map(|mission| mission.id).collect();
    across.note(&ids).await?;
    let known: HashMap<Uuid, DateTime<Utc>> = store::known(&mut across).await?.into_iter().collect();
    for mission in &mut missions {
        mission.known_at = known.get(&mission.id).copied();
        mission.stamp = match standings::stamp(&mut across, mission.model).await? {
            Some(stamp) => stamp,
            None => made(deps, &mut across, mission).await?,
        };
    }
    Ok((across, missions))
}

/// Makes what an older version did not keep beside the records of a mission.
async fn made(deps: &Deps, across: &mut Across, mission: &Mission) -> Result<i64, Error> {
    let (code, fiscal_year_start_month) = (mission.told.code.clone(), mission.fiscal_start_month());
    // Made by the service itself, whatever the state of the mission.
    let (id, state) = (mission.id, MissionState::Active);
    kept::complete(deps, chassis::Mission { id, code, state, fiscal_year_start_month }).await?;
    Ok(standings::stamp(across, mission.model).await?.unwrap_or_default())
}

/// An indicator that a mission cloned from the library, beside what the library says.
struct Cloned {
    mission: Uuid,
    library_code: String,
    own: Indicator,
    /// `None`: the event did not tell.
    library: Option<Indicator>,
    frequency: String,
    points: Vec<SeriesPoint>,
}

impl Cloned {
    fn of(row: store::Shared) -> Result<Self, Error> {
        let read = |bytes: &[u8]| <Indicator as prost::Message>::decode(bytes).map_err(chassis::Failure::internal);
        let own = read(&row.own)?;
        Ok(Self {
            mission: row.mission_id,
            library_code: row.library_code,
            library: (!row.library.is_empty()).then(|| read(&row.library)).transpose()?,
            frequency: row.frequency.unwrap_or_else(|| own.frequency.clone()),
            points: row.points.unwrap_or_default(),
            own,
        })
    }

    /// Where the definition differs; `newest` is the library's newest version that a mission knows.
    fn cautions(&self, newest: u32) -> Vec<Caution> {
        cautions(&definition(&self.own), self.library.as_ref().map(definition).as_ref(), newest)
    }
}

/// The library's definition among clones: that of the newest version; where none was told, a mission's own.
fn library_of<'a>(clones: &[&'a Cloned]) -> Option<&'a Indicator> {
    let newest = clones.iter().filter(|clone| clone.library.is_some()).max_by_key(|clone| clone.own.library_version);
    let newest = newest.or_else(|| clones.first())?;
    Some(newest.library.as_ref().unwrap_or(&newest.own))
}

/// The library's newest version that a mission took or left.
fn newest_version(clones: &[&Cloned]) -> u32 {
    clones.iter().map(|clone| clone.own.library_version).max().unwrap_or_default()
}

fn definition(of: &Indicator) -> Definition {
    let events = of.event_measure.as_ref().map(|events| {
        let words = [events.kinds.join(", "), events.sub_kinds.join(", ")];
        let said = [events.measure.clone()].into_iter().chain(words).filter(|words| !words.is_empty());
        said.collect::<Vec<_>>().join(": ")
    });
    Definition {
        kind: of.kind.clone(),
        unit: of.unit.clone(),
        direction: of.direction.clone(),
        over_time: of.over_time.clone(),
        over_areas: of.over_areas.clone(),
        frequency: of.frequency.clone(),
        formula: of.formula.clone(),
        event_measure: events.unwrap_or_default(),
        library_version: of.library_version,
    }
}

fn as_caution(of: Caution) -> pb::DefinitionCaution {
    pb::DefinitionCaution { field: of.field.to_owned(), own: of.own, library: of.library }
}

/// How many there are of each status, in order of the vocabulary; none of those that nothing has.
fn counted(statuses: impl IntoIterator<Item = String>) -> Result<Vec<pb::StatusCount>, chassis::Failure> {
    let mut counts: BTreeMap<crate::domain::home::Status, u32> = BTreeMap::new();
    for status in statuses {
        *counts.entry(super::standing::status(&status)?).or_default() += 1;
    }
    Ok(counts.into_iter().map(|(status, count)| pb::StatusCount { status: status.word().to_owned(), count }).collect())
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
