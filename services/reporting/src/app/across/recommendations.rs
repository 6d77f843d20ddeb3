//! What became of the recommendations of all missions, by kind and by the themes of what they speak of.

use std::collections::BTreeMap;

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;

use super::{Mission, enter, said, themes};
use crate::{Deps, Error};

/// By theme, mission, kind and state: how many, and how many of them are late.
type Counts = BTreeMap<(String, String, String, String), (u32, u32)>;

/// How many recommendations there are of each kind and state, and how many of them are late, as far as the caller
/// may see.
pub async fn get_recommendations_across_missions(
    deps: &Deps,
    caller: &Caller,
) -> Result<pb::RecommendationsAcrossMissions, Error> {
    let (mut across, missions) = enter(deps, caller, said::recommendations(), &[]).await?;
    let today = deps.clock.now().date_naive();
    let (mut counts, mut by_theme) = (Counts::new(), Counts::new());
    for mission in &missions {
        for one in &themes::marked(&mut across, mission, today).await?.recommendations {
            let is_late = one.days_late.is_some();
            let key =
                |theme: &str| (theme.to_owned(), mission.told.code.clone(), one.of.kind.clone(), one.state.clone());
            count(&mut counts, key(""), is_late);
            one.themes.iter().for_each(|theme| count(&mut by_theme, key(theme), is_late));
            if one.themes.is_empty() {
                count(&mut by_theme, key(""), is_late);
            }
        }
    }
    let answer = pb::RecommendationsAcrossMissions {
        missions: missions.iter().map(Mission::message).collect(),
        counts: told(counts),
        by_theme: told(by_theme),
    };
    Ok(across.finish(answer).await?)
}

fn count(counts: &mut Counts, key: (String, String, String, String), is_late: bool) {
    let (count, late) = counts.entry(key).or_default();
    *count += 1;
    *late += u32::from(is_late);
}

fn told(counts: Counts) -> Vec<pb::RecommendationCount> {
    let counted = counts.into_iter().map(|((theme, mission, kind, state), (count, late))| pb::RecommendationCount {
        theme,
        mission,
        kind,
        state,
        count,
        late,
    });
    counted.collect()
}
