//! What became of the recommendations of all missions.

use std::collections::{BTreeMap, HashMap};

use chassis::Caller;
use cpas_proto::{assessment::v1::Recommendation, reporting::v1 as pb};
use uuid::Uuid;

use super::{Mission, enter, said};
use crate::{Deps, Error, app::get_leadership_view::UNDER_WAY, domain::leadership::days_late, store::across as store};

/// How many recommendations there are of each kind and state, and how many of them are late, as far as the caller
/// may see.
pub async fn get_recommendations_across_missions(
    deps: &Deps,
    caller: &Caller,
) -> Result<pb::RecommendationsAcrossMissions, Error> {
    let (mut across, missions) = enter(deps, caller, said::recommendations(), &[]).await?;
    let today = deps.clock.now().date_naive();
    let codes: HashMap<Uuid, &str> = missions.iter().map(|mission| (mission.id, mission.told.code.as_str())).collect();
    let mut counts: BTreeMap<(String, String, String), (u32, u32)> = BTreeMap::new();
    for row in store::recommendations(&mut across).await? {
        let Some(code) = codes.get(&row.mission_id) else { continue };
        let recommendation: Recommendation = row.record.message()?;
        let state = row.record.state;
        let is_late = UNDER_WAY.contains(&state.as_str()) && days_late(&recommendation.due, today).is_some();
        let (count, late) = counts.entry(((*code).to_owned(), recommendation.kind, state)).or_default();
        *count += 1;
        *late += u32::from(is_late);
    }
    let as_count =
        |((mission, kind, state), (count, late))| pb::RecommendationCount { mission, kind, state, count, late };
    let answer = pb::RecommendationsAcrossMissions {
        missions: missions.iter().map(Mission::message).collect(),
        counts: counts.into_iter().map(as_count).collect(),
    };
    Ok(across.finish(answer).await?)
}
