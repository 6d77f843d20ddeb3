//! What is behind the counts of one theme: each outcome and output with what measures it, and what the library's
//! indicators give over missions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chassis::Caller;
use cpas_proto::{reporting::v1 as pb, words::Period};
use uuid::Uuid;

use super::{
    Cloned, Mission, as_caution, enter, library_of,
    marked::{Item, Marked, Recommended},
    newest_version, said,
};
use crate::{
    Deps, Error,
    app::home_objectives::{Measures, Shown},
    domain::{
        Invalid,
        across::Caution,
        home::SeriesPoint,
        theme::{Given, How, how, together},
    },
    store::across as store,
};

/// Outcomes and outputs, and recommendations, that are listed of a mission.
const LISTED_MAX: usize = 200;
/// As planning takes markers.
const THEME_CHARS_MAX: usize = 100;

/// One theme in all missions, as far as the caller may see. One that no plan carries has nothing.
pub async fn get_theme_across_missions(
    deps: &Deps,
    caller: &Caller,
    theme: &str,
) -> Result<pb::ThemeAcrossMissions, Error> {
    if theme.trim().is_empty() || theme.chars().count() > THEME_CHARS_MAX {
        return Err(Invalid::new("theme", "name a theme as the list of themes has it").into());
    }
    let (mut across, missions) = enter(deps, caller, said::theme(theme), &[]).await?;
    let today = deps.clock.now().date_naive();
    let clones = store::shared_with_points(&mut across).await?;
    let clones = clones.into_iter().map(Cloned::of).collect::<Result<Vec<_>, _>>()?;
    let (mut items, mut recommendations) = (Vec::new(), Vec::new());
    let (mut items_count, mut recommendations_count) = (0, 0);
    let mut measuring: BTreeSet<(Uuid, String)> = BTreeSet::new();
    for mission in &missions {
        let marked = Marked::read(&mut across, &deps.remembered, mission, today).await?;
        let own: Vec<&Item> = marked.items.iter().filter(|item| item.themes.contains(theme)).collect();
        items_count += own.len();
        measuring.extend(own.iter().flat_map(|item| &item.measured).map(|(code, _)| (mission.id, code.clone())));
        let listed = &own[..own.len().min(LISTED_MAX)];
        let lineages: Vec<String> = listed.iter().map(|item| item.lineage_id.clone()).collect();
        let measures = Measures::read(&mut across, mission.model, marked.plan.clone(), &lineages, &[]).await?;
        let points = measures.points();
        items.extend(listed.iter().filter_map(|item| as_item(mission, item, (&measures.shown, &points), theme)));
        let speak = marked.recommendations.iter().filter(|of| of.themes.contains(theme));
        recommendations_count += speak.clone().count();
        recommendations.extend(speak.take(LISTED_MAX).map(|of| as_recommendation(&mission.told.code, of)));
    }
    let answer = pb::ThemeAcrossMissions {
        theme: theme.to_owned(),
        shared: shared(&missions, &measuring, &clones),
        missions: missions.iter().map(Mission::message).collect(),
        items,
        recommendations,
        items_count: u32::try_from(items_count).unwrap_or(u32::MAX),
        recommendations_count: u32::try_from(recommendations_count).unwrap_or(u32::MAX),
    };
    Ok(across.finish(answer).await?)
}

fn as_item(
    mission: &Mission,
    item: &Item,
    (shown, points): (&Shown, &BTreeMap<&str, &[SeriesPoint]>),
    theme: &str,
) -> Option<pb::ThemeItem> {
    let of = shown.of_lineage(&item.lineage_id)?;
    let own = |marker: &&String| crate::domain::across::theme(marker) == Some(theme);
    let since: BTreeMap<&str, &str> =
        item.measured.iter().map(|(code, since_last)| (code.as_str(), since_last.word())).collect();
    let indicators = shown.indicators_of(&item.lineage_id).map(|indicator| {
        let stands = shown.standing(indicator, points, mission.fiscal_start_month());
        pb::ThemeIndicator {
            since_last: since.get(stands.code.as_str()).copied().unwrap_or_default().to_owned(),
            code: stands.code,
            name: stands.name,
            unit: stands.unit,
            value: stands.latest_value,
            period: stands.latest_period,
            status: stands.status,
            library_code: indicator.library_code.clone(),
        }
    });
    Some(pb::ThemeItem {
        mission: mission.told.code.clone(),
        lineage_id: of.lineage_id.clone(),
        kind: of.kind.clone(),
        number: of.number.clone(),
        statement: of.statement.clone(),
        status: item.status.word().to_owned(),
        rating: item.rated.progress.clone(),
        performance: item.rated.performance.clone(),
        assessment_id: item.rated.assessment_id.clone(),
        markers: of.markers.iter().filter(own).cloned().collect(),
        indicators: indicators.collect(),
    })
}

fn as_recommendation(mission: &str, of: &Recommended) -> pb::ThemeRecommendation {
    pb::ThemeRecommendation {
        mission: mission.to_owned(),
        id: of.of.id.clone(),
        text: of.of.text.clone(),
        kind: of.of.kind.clone(),
        state: of.state.clone(),
        due: of.of.due.clone(),
        days_late: of.days_late.unwrap_or_default(),
    }
}

/// The library's indicators that measure something of the theme in more than one mission.
fn shared(missions: &[Mission], measuring: &BTreeSet<(Uuid, String)>, clones: &[Cloned]) -> Vec<pb::ThemeShared> {
    let codes: HashMap<Uuid, &str> = missions.iter().map(|mission| (mission.id, mission.told.code.as_str())).collect();
    let mut by_library: BTreeMap<&str, (Vec<&Cloned>, Vec<&Cloned>)> = BTreeMap::new();
    for clone in clones {
        let (all, own) = by_library.entry(&clone.library_code).or_default();
        all.push(clone);
        if measuring.contains(&(clone.mission, clone.own.code.clone())) {
            own.push(clone);
        }
    }
    let told = by_library.into_iter().filter_map(|(code, (all, mut own))| {
        // Missions are named in the order of their codes, not of their ids.
        own.sort_by_key(|clone| (codes.get(&clone.mission), &clone.own.code));
        let several = own.iter().map(|clone| clone.mission).collect::<BTreeSet<_>>().len() > 1;
        several.then(|| one_shared(code, &own, newest_version(&all), &codes)).flatten()
    });
    told.collect()
}

fn one_shared(
    library_code: &str,
    clones: &[&Cloned],
    newest: u32,
    codes: &HashMap<Uuid, &str>,
) -> Option<pb::ThemeShared> {
    let library = library_of(clones)?;
    let how = how(&library.over_areas);
    let mut left_out = Vec::new();
    let mut leave = |clone: &Cloned, why: &str, cautions: Vec<Caution>| {
        let mission = codes.get(&clone.mission).copied().unwrap_or_default().to_owned();
        left_out.push(pb::ThemeLeftOut {
            mission,
            why: why.to_owned(),
            cautions: cautions.into_iter().map(as_caution).collect(),
        });
    };
    let mut seen = BTreeSet::new();
    let mut same: Vec<&Cloned> = Vec::new();
    for clone in clones {
        let cautions = clone.cautions(newest);
        if !cautions.is_empty() {
            leave(clone, "definition", cautions);
        } else if !seen.insert(clone.mission) {
            leave(clone, "twice", Vec::new());
        } else {
            same.push(clone);
        }
    }
    let period = common_period(&same);
    let mut given: Vec<(&Cloned, Given)> = Vec::new();
    for clone in same {
        match period.as_deref().and_then(|period| value_of(clone, period)) {
            Some(value) => given.push((clone, value)),
            None => leave(clone, "missing", Vec::new()),
        }
    }
    let values: Vec<Given> = given.iter().map(|(_, value)| *value).collect();
    let all = together(how, &values);
    let mut taken = Vec::new();
    for (place, (clone, _)) in given.iter().enumerate() {
        match &all {
            Some(all) if all.taken[place] => {
                taken.push(codes.get(&clone.mission).copied().unwrap_or_default().to_owned())
            }
            _ if how == How::Ratio => leave(clone, "parts", Vec::new()),
            _ => {}
        }
    }
    Some(pb::ThemeShared {
        library_code: library_code.to_owned(),
        name: library.name.clone(),
        unit: library.unit.clone(),
        how: how.word().to_owned(),
        period: period.unwrap_or_default(),
        value: all.as_ref().map(|all| all.value),
        numerator: all.as_ref().and_then(|all| Some(all.parts?.0)),
        denominator: all.as_ref().and_then(|all| Some(all.parts?.1)),
        missions: taken,
        left_out,
    })
}

/// The period that most have a value of; of these the newest.
fn common_period(clones: &[&Cloned]) -> Option<String> {
    let mut having: BTreeMap<Period, u32> = BTreeMap::new();
    let valued = clones.iter().flat_map(|clone| &clone.points).filter(|point| point.value.is_some());
    for period in valued.filter_map(|point| point.period.parse().ok()) {
        *having.entry(period).or_default() += 1;
    }
    having.into_iter().max_by_key(|(period, count)| (*count, *period)).map(|(period, _)| period.to_string())
}

fn value_of(clone: &Cloned, period: &str) -> Option<Given> {
    let point = clone.points.iter().find(|point| point.period == period && point.kind == "value")?;
    Some(Given { value: point.value?, numerator: point.numerator, denominator: point.denominator })
}
