//! What the plans of missions have under each marker: A4P+ priorities, SDG 16 targets, PoC, youth, gender.

use std::collections::{BTreeMap, BTreeSet};

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;

use super::{Homes, Mission, by_code, counted, enter, said};
use crate::{
    Deps, Error,
    app::standing,
    domain::{across::theme, home},
};

/// Outcomes, outputs and indicators under each marker, as far as the caller may see.
pub async fn get_themes_across_missions(deps: &Deps, caller: &Caller) -> Result<pb::ThemesAcrossMissions, Error> {
    let (mut across, missions) = enter(deps, caller, said::themes(), &[]).await?;
    let mut homes = Homes::read(&mut across).await?;
    let mut counts = Vec::new();
    for mission in &missions {
        let (shown, parts) = homes.take(mission.id)?;
        let points = by_code(&parts);
        let mut themes: BTreeMap<String, (pb::ThemeCount, Vec<String>)> = BTreeMap::new();
        for item in shown.results() {
            let measuring = shown.measuring(&item.lineage_id, &points, mission.fiscal_start_month());
            let statuses = measuring.iter().map(|indicator| standing::status(&indicator.status));
            let status = home::worst(statuses.collect::<Result<Vec<_>, _>>()?);
            // Two markers of one theme are one item of it.
            let own: BTreeSet<&str> = item.markers.iter().filter_map(|marker| theme(marker)).collect();
            for theme in own {
                let (count, statuses) = themes.entry(theme.to_owned()).or_default();
                count.outcomes += u32::from(item.kind == "outcome");
                count.outputs += u32::from(item.kind == "output");
                count.indicators += u32::try_from(measuring.len()).unwrap_or(u32::MAX);
                statuses.push(status.word().to_owned());
            }
        }
        for (theme, (count, statuses)) in themes {
            let (mission, statuses) = (mission.told.code.clone(), counted(statuses)?);
            counts.push(pb::ThemeCount { theme, mission, statuses, ..count });
        }
    }
    counts.sort_by(|a, b| (&a.theme, &a.mission).cmp(&(&b.theme, &b.mission)));
    let answer = pb::ThemesAcrossMissions { missions: missions.iter().map(Mission::message).collect(), counts };
    Ok(across.finish(answer).await?)
}
