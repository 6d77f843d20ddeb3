//! One indicator with its series by area.

use std::collections::BTreeMap;

use chassis::Caller;
use chrono::SecondsFormat;
use cpas_proto::{common::v1::Text, context::v1::Area, planning::v1::Indicator, reporting::v1 as pb};

use super::standing;
use crate::{
    Deps, Error,
    store::{changes, model, records, series},
};

/// The page of an indicator that the caller may see.
pub async fn get_indicator_page(deps: &Deps, caller: &Caller, id_or_code: &str) -> Result<pb::IndicatorPage, Error> {
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    let mut tx = deps.db.begin(caller).await?;
    let generation = model::read(&mut tx).await?.generation;
    let row = records::find(&mut tx, generation, "indicator", id_or_code).await?;
    let indicator: Indicator = row.ok_or(Error::NotFound("indicator"))?.message()?;
    let rows = records::of_parent(&mut tx, generation, "target", &indicator.id).await?;
    let targets = rows.iter().map(records::Row::message).collect::<Result<Vec<_>, _>>()?;
    let targets = standing::by_indicator(targets).remove(&indicator.id).unwrap_or_default();
    let analysis = records::find(&mut tx, generation, "analysis", &indicator.code).await?;
    let analysis = analysis.map(|row| row.message()).transpose()?;
    let parts = series::of_indicator(&mut tx, generation, &indicator.code).await?;
    let mut names: BTreeMap<String, Option<Text>> = BTreeMap::new();
    for row in records::of_kind(&mut tx, generation, "area").await? {
        let area: Area = row.message()?;
        names.insert(area.code, area.name);
    }
    let known = changes::last(&mut tx, generation).await?;
    let of_mission = parts.iter().find(|part| part.area.is_empty()).map(|part| part.points.as_slice());
    let points = of_mission.unwrap_or_default();
    let areas = parts.iter().filter(|part| !part.area.is_empty()).map(|part| pb::IndicatorAreaRow {
        area: part.area.clone(),
        name: names.get(&part.area).cloned().flatten().or_else(|| Some(Text::of(&part.area, ""))),
        points: part.points.iter().map(standing::spark).collect(),
    });
    let mut shown = standing::indicator(&indicator, points, &targets, analysis.as_ref(), fiscal_start_month);
    // The page has room for the whole series.
    shown.spark = points.iter().map(standing::spark).collect();
    Ok(pb::IndicatorPage {
        indicator: Some(shown),
        areas: areas.collect(),
        known_at: known.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default(),
    })
}
