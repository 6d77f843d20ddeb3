//! What became of the recommendations of all missions, by kind and by the themes of what they speak of.

use std::collections::BTreeMap;

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;

use super::{Mission, enter, marked::Marked, said, themes};
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
    let mut all = Counted::default();
    for mission in &missions {
        all.add(&themes::told(deps, caller, &mut across, mission, today).await?.recommendations);
    }
    let answer = pb::RecommendationsAcrossMissions {
        missions: missions.iter().map(Mission::message).collect(),
        counts: told(all.counts),
        by_theme: told(all.by_theme),
    };
    Ok(across.finish(answer).await?)
}

/// Counts of recommendations, each once, and once under each of its themes; under none where it has none.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    counts: Counts,
    by_theme: Counts,
}

impl Counted {
    /// Those of a mission.
    pub(super) fn of(mission: &str, marked: &Marked) -> Self {
        let mut all = Self::default();
        for one in &marked.recommendations {
            let is_late = one.days_late.is_some();
            let key = |theme: &str| (theme.to_owned(), mission.to_owned(), one.of.kind.clone(), one.state.clone());
            count(&mut all.counts, key(""), is_late);
            one.themes.iter().for_each(|theme| count(&mut all.by_theme, key(theme), is_late));
            if one.themes.is_empty() {
                count(&mut all.by_theme, key(""), is_late);
            }
        }
        all
    }

    /// Those of another mission.
    fn add(&mut self, other: &Self) {
        self.counts.extend(other.counts.iter().map(|(key, count)| (key.clone(), *count)));
        self.by_theme.extend(other.by_theme.iter().map(|(key, count)| (key.clone(), *count)));
    }
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
