//! What the plans of missions have under each marker: A4P+ priorities, SDG 16 targets, PoC, youth, gender; mission by
//! mission, and counted together by region. Only counts are added up, never values of different definitions.

use std::collections::{BTreeMap, HashMap};

use chassis::{Caller, db::Across};
use chrono::NaiveDate;
use cpas_proto::{common::v1::Text, reporting::v1 as pb};
use uuid::Uuid;

use super::{
    Homes, Mission, counted, enter,
    marked::{Item, Marked, Recommended},
    said,
};
use crate::{
    Deps, Error,
    domain::{region, theme::SinceLast},
    store::{across as store, records::Row},
};

/// Outcomes, outputs and indicators under each marker, as far as the caller may see.
pub async fn get_themes_across_missions(deps: &Deps, caller: &Caller) -> Result<pb::ThemesAcrossMissions, Error> {
    let (mut across, missions) = enter(deps, caller, said::themes(), &[]).await?;
    let marked = read(&mut across, &missions, deps.clock.now().date_naive()).await?;
    let regions = regions_of(&missions);
    let all: HashMap<&str, &Marked> = missions.iter().map(|mission| mission.told.code.as_str()).zip(&marked).collect();
    let mut counts = Vec::new();
    for (code, marked) in &all {
        let own = tally([(*code, *marked)]).into_iter();
        counts.extend(own.map(|(theme, count)| pb::ThemeCount { theme, mission: (*code).to_owned(), ..count }));
    }
    let mut by_region = Vec::new();
    for region in &regions {
        let own = region.missions.iter().filter_map(|code| Some((code.as_str(), *all.get(code.as_str())?)));
        let counts = tally(own).into_iter();
        by_region.extend(counts.map(|(theme, count)| pb::ThemeCount { theme, region: region.code.clone(), ..count }));
    }
    counts.sort_by(|a, b| (&a.theme, &a.mission).cmp(&(&b.theme, &b.mission)));
    by_region.sort_by(|a, b| (&a.region, &a.theme).cmp(&(&b.region, &b.theme)));
    let without_plan = missions.iter().zip(&marked).filter(|(_, marked)| !marked.has_plan);
    let answer = pb::ThemesAcrossMissions {
        without_plan: without_plan.map(|(mission, _)| mission.told.code.clone()).collect(),
        missions: missions.iter().map(Mission::message).collect(),
        counts,
        by_region,
        regions,
    };
    Ok(across.finish(answer).await?)
}

/// What is marked in each of these missions, in their order.
pub(super) async fn read(across: &mut Across, missions: &[Mission], today: NaiveDate) -> Result<Vec<Marked>, Error> {
    let mut homes = Homes::read(across).await?;
    let mut rows: HashMap<Uuid, Vec<Row>> = HashMap::new();
    for row in store::of_themes(across).await? {
        rows.entry(row.mission_id).or_default().push(row.record);
    }
    let mut all = Vec::new();
    for mission in missions {
        let own = rows.remove(&mission.id).unwrap_or_default();
        all.push(Marked::of(mission, &homes.take(mission.id)?, &own, today)?);
    }
    Ok(all)
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
fn tally<'a>(missions: impl IntoIterator<Item = (&'a str, &'a Marked)>) -> BTreeMap<String, pb::ThemeCount> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for (_, marked) in missions {
        for item in &marked.items {
            item.themes.iter().for_each(|theme| tallies.entry(theme.clone()).or_default().take(item));
        }
        for recommended in &marked.recommendations {
            recommended.themes.iter().for_each(|theme| tallies.entry(theme.clone()).or_default().hear(recommended));
        }
    }
    tallies.into_iter().map(|(theme, tally)| (theme, tally.message())).collect()
}

#[derive(Default)]
struct Tally {
    count: pb::ThemeCount,
    statuses: Vec<String>,
    ratings: Vec<String>,
    performance: BTreeMap<String, u32>,
    /// By kind and state: all, and those that are late.
    recommendations: BTreeMap<(String, String), (u32, u32)>,
}

impl Tally {
    fn take(&mut self, item: &Item) {
        let count = &mut self.count;
        let is_outcome = item.of.kind == "outcome";
        count.outcomes += u32::from(is_outcome);
        count.outputs += u32::from(!is_outcome);
        for measured in &item.measured {
            count.indicators += 1;
            let since = match measured.since_last {
                SinceLast::Better => &mut count.better,
                SinceLast::Same => &mut count.same,
                SinceLast::Worse => &mut count.worse,
                SinceLast::Unknown => &mut count.unknown,
            };
            *since += 1;
        }
        self.statuses.push(item.status.word().to_owned());
        if !is_outcome {
            return;
        }
        match item.rated.progress.as_str() {
            "" => count.unrated += 1,
            rating => self.ratings.push(rating.to_owned()),
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

    fn message(self) -> pb::ThemeCount {
        // The words were read from the vocabulary before.
        let counted = |words: Vec<String>| counted(words).unwrap_or_default();
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
