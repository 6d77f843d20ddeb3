//! Who is late: with the context map, with values, with assessments, with recommendations.

use std::collections::HashMap;

use chassis::{Caller, Failure};
use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::{
    assessment::v1::{Assessment, Recommendation},
    context::v1::MappingSchedule,
    planning::v1::Indicator,
    reporting::v1 as pb,
    words::{Frequency, Period},
};

use super::{Mission, enter, said};
use crate::{
    Config, Deps, Error,
    app::get_leadership_view::UNDER_WAY,
    domain::{
        late::{assessment_due, days_past, due_period, map_due, value_is_late},
        leadership::days_late,
    },
    store::{across as store, records::Row},
};

/// Indicators without a value that are named.
const NAMED_MAX: usize = 20;

/// Every mission with what it is late with, as far as the caller may see.
pub async fn list_late_missions(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
) -> Result<pb::ListLateMissionsResponse, Error> {
    let (mut across, missions) = enter(deps, caller, said::late(), &[]).await?;
    let today = deps.clock.now().date_naive();
    let mut told = Vec::new();
    for mission in &missions {
        let rows = store::of_dues(&mut across, mission.id).await?;
        let latest: HashMap<String, String> =
            store::latest_periods(&mut across, mission.id).await?.into_iter().collect();
        let latest = |code: &str| latest.get(code).and_then(|period| period.parse().ok());
        told.push(late(mission, &rows, latest, config.context_map_due_months, today)?);
    }
    let answer = pb::ListLateMissionsResponse { missions: told };
    Ok(across.finish(answer).await?)
}

fn late(
    mission: &Mission,
    rows: &[Row],
    latest: impl Fn(&str) -> Option<Period>,
    usual_interval_months: u32,
    today: NaiveDate,
) -> Result<pb::LateMission, Failure> {
    let fiscal_start_month = mission.fiscal_start_month();
    let of_kind = |kind: &'static str| rows.iter().filter(move |row| row.kind == kind);
    let mut told = pb::LateMission { mission: Some(mission.message()), ..Default::default() };

    let schedule = of_kind("mapping_schedule").next().map(Row::message::<MappingSchedule>).transpose()?;
    let interval = schedule.map_or(usual_interval_months, |schedule| schedule.interval_months);
    told.map = late_map(of_kind("context_map").map(|row| row.recorded_at).max(), interval, today);

    for row in of_kind("indicator") {
        let indicator: Indicator = row.message()?;
        let Ok(frequency) = indicator.frequency.parse::<Frequency>() else { continue };
        told.indicators += 1;
        let (due, newest) = (due_period(frequency, today, fiscal_start_month), latest(&indicator.code));
        if !value_is_late(newest, due, fiscal_start_month) {
            continue;
        }
        told.indicators_late += 1;
        if told.late_indicators.len() < NAMED_MAX {
            told.late_indicators.push(pb::LateIndicator {
                code: indicator.code,
                name: indicator.name,
                due_period: due.to_string(),
                latest_period: newest.map(|period| period.to_string()).unwrap_or_default(),
            });
        }
    }
    for row in of_kind("assessment") {
        let assessment: Assessment = row.message()?;
        let Ok(period) = assessment.period.parse::<Period>() else { continue };
        let due = assessment_due(period, fiscal_start_month);
        let Some(days_late) = days_past(due, today) else { continue };
        let (id, title, state) = (assessment.id, assessment.title, row.state.clone());
        told.late_assessments.push(pb::LateAssessment { id, title, state, due: due.to_string(), days_late });
    }
    told.late_assessments.sort_by(|a, b| b.days_late.cmp(&a.days_late).then_with(|| a.id.cmp(&b.id)));
    for row in of_kind("recommendation").filter(|row| UNDER_WAY.contains(&row.state.as_str())) {
        let of: Recommendation = row.message()?;
        // A duplicate is carried out with its original.
        let Some(days) = days_late(&of.due, today).filter(|_| of.duplicate_of.is_empty()) else { continue };
        told.recommendations_late += 1;
        told.most_days_late = told.most_days_late.max(days);
    }
    Ok(told)
}

fn late_map(published: Option<DateTime<Utc>>, interval_months: u32, today: NaiveDate) -> Option<pb::LateMap> {
    let Some(published) = published else { return Some(pb::LateMap::default()) };
    let due = map_due(published.date_naive(), interval_months);
    days_past(due, today).map(|days_late| pb::LateMap { due: due.to_string(), days_late })
}
