//! What became of the recommendations of all missions, by kind and by the themes of what they speak of.

use std::collections::BTreeMap;

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;

use super::{Mission, enter, said, themes};
use crate::{Deps, Error};

/// Theme, mission, kind and state.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

/// How many recommendations there are of each kind and state, and how many of them are late, as far as the caller
/// may see.
pub async fn get_recommendations_across_missions(
    deps: &Deps,
    caller: &Caller,
) -> Result<pb::RecommendationsAcrossMissions, Error> {
    let (mut across, missions) = enter(deps, caller, said::recommendations(), &[]).await?;
    let marked = themes::read(&mut across, &missions, deps.clock.now().date_naive()).await?;
    let mut counts: BTreeMap<Key<'_>, (u32, u32)> = BTreeMap::new();
    let mut by_theme: BTreeMap<Key<'_>, (u32, u32)> = BTreeMap::new();
    for (mission, marked) in missions.iter().zip(&marked) {
        for one in &marked.recommendations {
            let is_late = one.days_late.is_some();
            let key = |theme| (theme, mission.told.code.as_str(), one.of.kind.as_str(), one.state.as_str());
            count(&mut counts, key(""), is_late);
            one.themes.iter().for_each(|theme| count(&mut by_theme, key(theme), is_late));
            if one.themes.is_empty() {
                count(&mut by_theme, key(""), is_late);
            }
        }
    }
    let answer = pb::RecommendationsAcrossMissions {
        missions: missions.iter().map(Mission::message).collect(),
        counts: told(&counts),
        by_theme: told(&by_theme),
    };
    Ok(across.finish(answer).await?)
}

fn count<'a>(counts: &mut BTreeMap<Key<'a>, (u32, u32)>, key: Key<'a>, is_late: bool) {
    let (count, late) = counts.entry(key).or_default();
    *count += 1;
    *late += u32::from(is_late);
}

fn told(counts: &BTreeMap<Key<'_>, (u32, u32)>) -> Vec<pb::RecommendationCount> {
    let as_count = |((theme, mission, kind, state), (count, late)): (&Key<'_>, &(u32, u32))| pb::RecommendationCount {
        theme: (*theme).to_owned(),
        mission: (*mission).to_owned(),
        kind: (*kind).to_owned(),
        state: (*state).to_owned(),
        count: *count,
        late: *late,
    };
    counts.iter().map(as_count).collect()
}
