//! What the plans of missions have under each marker: A4P+ priorities, SDG 16 targets, PoC, youth, gender; mission by
//! mission, and counted together by region. Only counts are added up, never values of different definitions.

use std::{collections::BTreeMap, sync::Arc};

use chassis::{Caller, db::Across};
use chrono::NaiveDate;
use cpas_proto::{common::v1::Text, reporting::v1 as pb};

use super::{
    Mission, enter,
    marked::{Item, Marked, Recommended},
    recommendations, said,
};
use crate::{
    Deps, Error,
    domain::{home::Status, region, theme::SinceLast},
};

/// Outcomes, outputs and indicators under each marker, as far as the caller may see.
pub async fn get_themes_across_missions(deps: &Deps, caller: &Caller) -> Result<pb::ThemesAcrossMissions, Error> {
    let (mut across, missions) = enter(deps, caller, said::themes(), &[]).await?;
    let today = deps.clock.now().date_naive();
    let regions = regions_of(&missions);
    let mut over_regions: Vec<Tallies> = regions.iter().map(|_| Tallies::default()).collect();
    let (mut counts, mut without_plan) = (Vec::new(), Vec::new());
    // One mission is held at a time.
    for mission in &missions {
        let (told, code) = (told(deps, caller, &mut across, mission, today).await?, &mission.told.code);
        if !told.has_plan {
            without_plan.push(code.clone());
        }
        counts.extend(told.tallies.clone().told().map(|count| pb::ThemeCount { mission: code.clone(), ..count }));
        let of_mission = regions.iter().zip(&mut over_regions).filter(|(region, _)| region.missions.contains(code));
        of_mission.for_each(|(_, tallies)| tallies.add(&told.tallies));
    }
    let mut by_region = Vec::new();
    for (region, tallies) in regions.iter().zip(over_regions) {
        by_region.extend(tallies.told().map(|count| pb::ThemeCount { region: region.code.clone(), ..count }));
    }
    counts.sort_by(|a, b| (&a.theme, &a.mission).cmp(&(&b.theme, &b.mission)));
    by_region.sort_by(|a, b| (&a.region, &a.theme).cmp(&(&b.region, &b.theme)));
    let answer = pb::ThemesAcrossMissions {
        without_plan,
        missions: missions.iter().map(Mission::message).collect(),
        counts,
        by_region,
        regions,
    };
    Ok(across.finish(answer).await?)
}

/// What is counted of a mission under each theme.
#[derive(Debug)]
pub(in crate::app) struct Told {
    /// Of what it was counted, and when.
    stamp: i64,
    today: NaiveDate,
    has_plan: bool,
    tallies: Tallies,
    pub(super) recommendations: recommendations::Counted,
}

/// What is counted of a mission; counted again when what it is counted from is another, or the day.
pub(super) async fn told(
    deps: &Deps,
    caller: &Caller,
    across: &mut Across,
    mission: &Mission,
    today: NaiveDate,
) -> Result<Arc<Told>, Error> {
    let key = (mission.model, caller.clearance.rank());
    if let Some(told) = deps.remembered.told(&key).filter(|told| (told.stamp, told.today) == (mission.stamp, today)) {
        return Ok(told);
    }
    let marked = Marked::read(across, &deps.remembered, mission, today).await?;
    let mut tallies = Tallies::default();
    tallies.take(&marked);
    let recommendations = recommendations::Counted::of(&mission.told.code, &marked);
    let told = Arc::new(Told { stamp: mission.stamp, today, has_plan: marked.has_plan(), tallies, recommendations });
    deps.remembered.keep_told(key, told.clone());
    Ok(told)
}

/// The regions of missions, by code; those whose countries are in no region last.
fn regions_of(missions: &[Mission]) -> Vec<pb::MissionsOfRegion> {
    let mut regions: BTreeMap<region::Region, Vec<String>> = BTreeMap::new();
    let mut nowhere = Vec::new();
    for mission in missions {
        let own = region::of_countries(mission.told.countries.iter().map(String::as_str));
        if own.is_empty() {
            nowhere.push(mission.told.code.clone());
        }
        own.into_iter().for_each(|region| regions.entry(region).or_default().push(mission.told.code.clone()));
    }
    let told = regions.into_iter().map(|(region, missions)| pb::MissionsOfRegion {
        code: region.code.to_owned(),
        name: Some(Text::of(region.en, region.fr)),
        missions,
    });
    let nowhere = (!nowhere.is_empty()).then(|| pb::MissionsOfRegion { missions: nowhere, ..Default::default() });
    told.chain(nowhere).collect()
}

/// Counts of each theme over missions; none of a theme that nothing carries and no recommendation speaks of.
#[derive(Debug, Clone, Default)]
struct Tallies(BTreeMap<String, Tally>);

impl Tallies {
    fn take(&mut self, marked: &Marked) {
        for item in &marked.items {
            item.themes.iter().for_each(|theme| self.0.entry(theme.clone()).or_default().take(item));
        }
        for recommended in &marked.recommendations {
            recommended.themes.iter().for_each(|theme| self.0.entry(theme.clone()).or_default().hear(recommended));
        }
    }

    fn add(&mut self, other: &Self) {
        other.0.iter().for_each(|(theme, tally)| self.0.entry(theme.clone()).or_default().add(tally));
    }

    fn told(self) -> impl Iterator<Item = pb::ThemeCount> {
        self.0.into_iter().map(|(theme, tally)| pb::ThemeCount { theme, ..tally.message() })
    }
}

#[derive(Debug, Clone, Default)]
struct Tally {
    count: pb::ThemeCount,
    statuses: BTreeMap<Status, u32>,
    ratings: BTreeMap<Status, u32>,
    performance: BTreeMap<String, u32>,
    /// By kind and state: all, and those that are late.
    recommendations: BTreeMap<(String, String), (u32, u32)>,
}

impl Tally {
    fn take(&mut self, item: &Item) {
        let count = &mut self.count;
        count.outcomes += u32::from(item.is_outcome);
        count.outputs += u32::from(!item.is_outcome);
        for (_, since_last) in &item.measured {
            count.indicators += 1;
            let since = match since_last {
                SinceLast::Better => &mut count.better,
                SinceLast::Same => &mut count.same,
                SinceLast::Worse => &mut count.worse,
                SinceLast::Unknown => &mut count.unknown,
            };
            *since += 1;
        }
        *self.statuses.entry(item.status).or_default() += 1;
        if !item.is_outcome {
            return;
        }
        match item.rated.progress.as_str() {
            "" => count.unrated += 1,
            // The word was read from the vocabulary before.
            rating => *self.ratings.entry(rating.parse().unwrap_or(Status::NoData)).or_default() += 1,
        }
        if !item.rated.performance.is_empty() {
            *self.performance.entry(item.rated.performance.clone()).or_default() += 1;
        }
    }

    fn hear(&mut self, of: &Recommended) {
        let (count, late) = self.recommendations.entry((of.of.kind.clone(), of.state.clone())).or_default();
        *count += 1;
        *late += u32::from(of.days_late.is_some());
    }

    fn add(&mut self, other: &Self) {
        let (count, more) = (&mut self.count, &other.count);
        count.outcomes += more.outcomes;
        count.outputs += more.outputs;
        count.indicators += more.indicators;
        count.better += more.better;
        count.same += more.same;
        count.worse += more.worse;
        count.unknown += more.unknown;
        count.unrated += more.unrated;
        other.statuses.iter().for_each(|(status, count)| *self.statuses.entry(*status).or_default() += count);
        other.ratings.iter().for_each(|(rating, count)| *self.ratings.entry(*rating).or_default() += count);
        other.performance.iter().for_each(|(word, count)| *self.performance.entry(word.clone()).or_default() += count);
        for (key, (count, late)) in &other.recommendations {
            let (all, all_late) = self.recommendations.entry(key.clone()).or_default();
            (*all, *all_late) = (*all + count, *all_late + late);
        }
    }

    fn message(self) -> pb::ThemeCount {
        let counted = |counts: BTreeMap<Status, u32>| {
            let told = |(status, count): (Status, u32)| pb::StatusCount { status: status.word().to_owned(), count };
            counts.into_iter().map(told).collect()
        };
        let performance = self.performance.into_iter().map(|(status, count)| pb::StatusCount { status, count });
        let recommendations = self.recommendations.into_iter().map(|((kind, state), (count, late))| {
            pb::RecommendationCount { kind, state, count, late, ..Default::default() }
        });
        pb::ThemeCount {
            statuses: counted(self.statuses),
            ratings: counted(self.ratings),
            performance: performance.collect(),
            recommendations: recommendations.collect(),
            ..self.count
        }
    }
}
