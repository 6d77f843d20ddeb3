//! Indicators that missions share: which there are, and one of them as missions × periods.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chassis::Caller;
use cpas_proto::{
    reporting::v1 as pb,
    words::{Frequency, Period},
};
use uuid::Uuid;

use super::{Cloned, Mission, as_caution, enter, library_of, newest_version, said};
use crate::{
    Deps, Error,
    domain::across::{Caution, columns, fiscal_caution, ranks},
    store::across as store,
};

/// What a heat map is asked for.
#[derive(Debug, Clone)]
pub struct HeatMapAsked {
    pub library_code: String,
    /// `None`: the library's.
    pub frequency: Option<Frequency>,
    pub first: Option<Period>,
    pub last: Option<Period>,
}

/// The library's indicators that missions have in use, as far as the caller may see.
pub async fn list_shared_indicators(deps: &Deps, caller: &Caller) -> Result<pb::ListSharedIndicatorsResponse, Error> {
    let (mut across, missions) = enter(deps, caller, said::shared_indicators(), &[]).await?;
    let clones = store::shared(&mut across, None).await?.into_iter().map(Cloned::of).collect::<Result<Vec<_>, _>>()?;
    let mut by_code: BTreeMap<&str, Vec<&Cloned>> = BTreeMap::new();
    for clone in &clones {
        by_code.entry(&clone.library_code).or_default().push(clone);
    }
    let codes: HashMap<Uuid, &str> = missions.iter().map(|mission| (mission.id, mission.told.code.as_str())).collect();
    let indicators = by_code.into_iter().filter_map(|(library_code, clones)| {
        let library = library_of(&clones)?;
        let newest = newest_version(&clones);
        let differing = clones.iter().filter(|clone| !clone.cautions(newest).is_empty());
        Some(pb::SharedIndicator {
            library_code: library_code.to_owned(),
            name: library.name.clone(),
            unit: library.unit.clone(),
            frequency: library.frequency.clone(),
            missions: mission_codes(clones.iter(), &codes),
            cautioned: mission_codes(differing, &codes),
        })
    });
    let answer = pb::ListSharedIndicatorsResponse {
        indicators: indicators.collect(),
        missions: missions.iter().map(Mission::message).collect(),
    };
    Ok(across.finish(answer).await?)
}

/// The missions of clones, each once, in order of their codes.
fn mission_codes<'a>(clones: impl Iterator<Item = &'a &'a Cloned>, codes: &HashMap<Uuid, &str>) -> Vec<String> {
    let own: BTreeSet<&str> = clones.filter_map(|clone| codes.get(&clone.mission).copied()).collect();
    own.into_iter().map(str::to_owned).collect()
}

/// One indicator of the library in all missions that have it in use. One that none has has no rows.
pub async fn get_across_missions(
    deps: &Deps,
    caller: &Caller,
    asked: HeatMapAsked,
) -> Result<pb::AcrossMissions, Error> {
    let (mut across, missions) = enter(deps, caller, said::heat_map(&asked), &[]).await?;
    let rows = store::shared(&mut across, Some(&asked.library_code)).await?;
    let clones = rows.into_iter().map(Cloned::of).collect::<Result<Vec<_>, _>>()?;
    let answer = heat_map(&asked, &missions, &clones.iter().collect::<Vec<_>>());
    Ok(across.finish(answer).await?)
}

fn heat_map(asked: &HeatMapAsked, missions: &[Mission], clones: &[&Cloned]) -> pb::AcrossMissions {
    let library = library_of(clones);
    let frequencies: BTreeSet<Frequency> = clones.iter().filter_map(|clone| clone.frequency.parse().ok()).collect();
    let usual = library.and_then(|library| library.frequency.parse().ok()).filter(|own| frequencies.contains(own));
    let frequency = asked.frequency.or(usual).or_else(|| frequencies.first().copied());
    let by_id: HashMap<Uuid, &Mission> = missions.iter().map(|mission| (mission.id, mission)).collect();
    let of_mission = clones.iter().filter_map(|clone| Some((*clone, *by_id.get(&clone.mission)?)));
    let of_mission: Vec<(&Cloned, &Mission)> = of_mission.collect();
    let usual_start = most_frequent(of_mission.iter().map(|(_, mission)| mission.fiscal_start_month()));
    let newest = newest_version(clones);
    let lines: Vec<Line<'_>> = of_mission
        .into_iter()
        .map(|(clone, mission)| Line::of(clone, mission, frequency, newest, usual_start))
        .collect();

    let valued: BTreeSet<Period> = lines.iter().flat_map(Line::valued).collect();
    let in_frequency = |period: Option<Period>| period.filter(|period| Some(period.frequency()) == frequency);
    let periods = columns(in_frequency(asked.first), in_frequency(asked.last), &valued, usual_start);
    let ranked = periods.iter().rev().find(|period| valued.contains(period)).copied();
    let latest: Vec<Option<f64>> = lines.iter().map(|line| line.value(ranked?)).collect();
    let compared: Vec<Option<f64>> =
        lines.iter().zip(&latest).map(|(line, value)| value.filter(|_| line.cautions.is_empty())).collect();
    let direction = library.map(|library| library.direction.clone()).unwrap_or_default();
    let ranks = ranks(&direction, &compared);
    let placed = lines.iter().zip(latest).zip(ranks);
    let mut rows: Vec<pb::AcrossRow> =
        placed.map(|((line, latest), rank)| line.message(&periods, rank, latest.is_some())).collect();
    let code = |row: &pb::AcrossRow| row.mission.as_ref().map(|mission| mission.code.clone());
    rows.sort_by_cached_key(|row| (row.rank == 0, row.rank, code(row), row.indicator_code.clone()));
    pb::AcrossMissions {
        library_code: asked.library_code.clone(),
        name: library.and_then(|library| library.name.clone()),
        unit: library.map(|library| library.unit.clone()).unwrap_or_default(),
        direction,
        frequency: frequency.map(|frequency| frequency.word().to_owned()).unwrap_or_default(),
        frequencies: frequencies.iter().map(|frequency| frequency.word().to_owned()).collect(),
        periods: periods.iter().map(Period::to_string).collect(),
        ranked_period: ranked.map(|period| period.to_string()).unwrap_or_default(),
        library_version: newest,
        rows,
    }
}

/// A mission's indicator in a heat map.
struct Line<'a> {
    clone: &'a Cloned,
    mission: &'a Mission,
    cautions: Vec<Caution>,
    /// Kind and value by period; `None` where it is collected in another frequency.
    points: Option<HashMap<Period, (&'a str, Option<f64>)>>,
}

impl<'a> Line<'a> {
    fn of(
        clone: &'a Cloned,
        mission: &'a Mission,
        frequency: Option<Frequency>,
        newest_version: u32,
        usual_start: u32,
    ) -> Self {
        let mut cautions = clone.cautions(newest_version);
        cautions.extend(frequency.and_then(|own| fiscal_caution(own, mission.fiscal_start_month(), usual_start)));
        let fits = frequency.is_some_and(|frequency| clone.frequency == frequency.word());
        let points = clone.points.iter();
        let points = points.filter_map(|point| Some((point.period.parse().ok()?, (point.kind.as_str(), point.value))));
        Self { clone, mission, cautions, points: fits.then(|| points.collect()) }
    }

    fn value(&self, period: Period) -> Option<f64> {
        let (kind, value) = self.points.as_ref()?.get(&period)?;
        value.filter(|_| *kind == "value")
    }

    fn valued(&self) -> Vec<Period> {
        let periods = self.points.iter().flat_map(HashMap::keys).copied();
        periods.filter(|period| self.value(*period).is_some()).collect()
    }

    fn message(&self, periods: &[Period], rank: u32, has_value: bool) -> pb::AcrossRow {
        let cell = |points: &HashMap<Period, (&str, Option<f64>)>, period: &Period| pb::AcrossCell {
            kind: points.get(period).map_or("missing", |(kind, _)| *kind).to_owned(),
            value: self.value(*period),
        };
        let cells = self.points.as_ref().map(|points| periods.iter().map(|period| cell(points, period)).collect());
        pb::AcrossRow {
            mission: Some(self.mission.message()),
            indicator_code: self.clone.own.code.clone(),
            unit: self.clone.own.unit.clone(),
            frequency: self.clone.frequency.clone(),
            library_version: self.clone.own.library_version,
            cautions: self.cautions.iter().cloned().map(as_caution).collect(),
            cells: cells.unwrap_or_default(),
            rank,
            apart: has_value && !self.cautions.is_empty(),
        }
    }
}

/// The number that occurs most; the smallest of those that occur as often.
fn most_frequent(all: impl Iterator<Item = u32>) -> u32 {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(number, count)| (*count, std::cmp::Reverse(*number)))
        .map_or(1, |(number, _)| number)
}
