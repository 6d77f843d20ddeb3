//! Two missions side by side: how their plans stand, and the indicators of the library that both have in use.

use std::collections::{BTreeMap, HashMap};

use chassis::{Caller, db::Across};
use cpas_proto::reporting::v1 as pb;

use super::{Cloned, Mission, as_caution, counted, enter, library_of, newest_version, said};
use crate::{
    Deps, Error,
    app::{
        home_objectives::{Measures, objectives_of, plan_in_force},
        standing::status,
    },
    domain::{
        Invalid,
        home::{Status, worst},
    },
    store::{across as store, standings},
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
        sides.push(side(deps, &mut across, mission, &clones, &by_library).await?);
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

async fn side(
    deps: &Deps,
    across: &mut Across,
    mission: &Mission,
    clones: &[Cloned],
    by_library: &HashMap<&str, Vec<&Cloned>>,
) -> Result<Side, Error> {
    let start = mission.fiscal_start_month();
    let (plan, _) = plan_in_force(across, &deps.remembered, mission.model).await?;
    let mut statuses: HashMap<String, Vec<Status>> = HashMap::new();
    for one in standings::in_use(across, mission.model).await? {
        statuses.entry(one.about).or_default().push(status(&one.status)?);
    }
    let (mut objectives, mut outcomes) = (Vec::new(), Vec::new());
    for objective in objectives_of(&plan) {
        let below = plan.below(&objective.id).filter(|item| item.kind == "outcome");
        let own: Vec<Status> =
            below.map(|outcome| worst(statuses.get(&outcome.lineage_id).into_iter().flatten().copied())).collect();
        objectives.push(worst(own.iter().copied()).word().to_owned());
        outcomes.extend(own.into_iter().map(|status| status.word().to_owned()));
    }
    let standing = pb::MissionStanding {
        mission: Some(mission.message()),
        objectives: counted(objectives)?,
        outcomes: counted(outcomes)?,
    };
    let own_codes: Vec<String> =
        clones.iter().filter(|clone| clone.mission == mission.id).map(|clone| clone.own.code.clone()).collect();
    let measures = Measures::read(across, mission.model, plan, &[], &own_codes).await?;
    let (shown, points) = (&measures.shown, measures.points());
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
