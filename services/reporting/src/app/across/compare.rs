//! Two missions side by side: how their plans stand, and the indicators of the library that both have in use.

use std::collections::{BTreeMap, HashMap};

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;

use super::{Cloned, Mission, as_caution, by_code, counted, enter, home, library_of, newest_version, said};
use crate::{
    Deps, Error,
    app::home_objectives::Shown,
    domain::Invalid,
    store::{across as store, series::Part},
};

/// Two missions, by their codes; only these two are read.
///
/// # Errors
/// `Invalid` for the same mission twice; `NotFound` for a code that no mission has.
pub async fn compare_missions(
    deps: &Deps,
    caller: &Caller,
    one: &str,
    other: &str,
) -> Result<pb::MissionComparison, Error> {
    if one == other {
        return Err(Invalid::new("other", "is the same mission; name another").into());
    }
    let (mut across, missions) = enter(deps, caller, said::comparison(), &[one, other]).await?;
    let clones = store::shared(&mut across, None).await?.into_iter().map(Cloned::of).collect::<Result<Vec<_>, _>>()?;
    let mut by_library: HashMap<&str, Vec<&Cloned>> = HashMap::new();
    for clone in &clones {
        by_library.entry(&clone.library_code).or_default().push(clone);
    }
    let mut sides = Vec::new();
    for code in [one, other] {
        let mission = missions.iter().find(|mission| mission.told.code == code).ok_or(Error::NotFound("mission"))?;
        sides.push(side(mission, home(&mut across, mission.id).await?, &clones, &by_library)?);
    }
    let (Some(right), Some(left)) = (sides.pop(), sides.pop()) else { return Err(Error::NotFound("mission")) };
    let mut indicators = Vec::new();
    for (library_code, one) in left.shared {
        let Some(other) = right.shared.get(&library_code) else { continue };
        let both = by_library.get(library_code.as_str()).map(Vec::as_slice).unwrap_or_default();
        let Some(library) = library_of(both) else { continue };
        indicators.push(pb::ComparedIndicator {
            library_code,
            name: library.name.clone(),
            unit: library.unit.clone(),
            direction: library.direction.clone(),
            one: Some(one),
            other: Some(other.clone()),
        });
    }
    let answer = pb::MissionComparison { one: Some(left.standing), other: Some(right.standing), indicators };
    Ok(across.finish(answer).await?)
}

struct Side {
    standing: pb::MissionStanding,
    /// By the library's code.
    shared: BTreeMap<String, pb::ComparedSide>,
}

fn side(
    mission: &Mission,
    (shown, parts): (Shown, Vec<Part>),
    clones: &[Cloned],
    by_library: &HashMap<&str, Vec<&Cloned>>,
) -> Result<Side, Error> {
    let points = by_code(&parts);
    let start = mission.fiscal_start_month();
    let objectives = shown.objectives(&points, start)?;
    let outcomes = objectives.iter().flat_map(|objective| &objective.outcomes);
    let standing = pb::MissionStanding {
        mission: Some(mission.message()),
        objectives: counted(objectives.iter().map(|objective| objective.status.clone()))?,
        outcomes: counted(outcomes.map(|outcome| outcome.status.clone()))?,
    };
    let mut shared = BTreeMap::new();
    for clone in clones.iter().filter(|clone| clone.mission == mission.id) {
        let same = by_library.get(clone.library_code.as_str()).map(Vec::as_slice).unwrap_or_default();
        let own = shown.standing(&clone.own, &points, start);
        let told = pb::ComparedSide {
            indicator_code: own.code,
            unit: own.unit,
            value: own.latest_value,
            period: own.latest_period,
            status: own.status,
            cautions: clone.cautions(newest_version(same)).into_iter().map(as_caution).collect(),
        };
        // A mission that cloned it twice is compared by the first.
        shared.entry(clone.library_code.clone()).or_insert(told);
    }
    Ok(Side { standing, shared })
}
