//! Who is late: with the context map, with values, with assessments, with recommendations.

use chassis::{Caller, Failure, db::Across};
use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::{
    assessment::v1::Assessment, context::v1::MappingSchedule, planning::v1::Indicator, reporting::v1 as pb,
    words::Period,
};

use super::{Mission, enter, said};
use crate::{
    Config, Deps, Error,
    app::get_leadership_view::UNDER_WAY,
    domain::late::{assessment_due, days_past, due_period, map_due, value_is_late},
    store::{across as store, recommended, records::Row, standings},
};

/// Indicators without a value, and assessments, that are named.
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
        let rows = store::of_dues(&mut across, mission.model).await?;
        let mut late = late(mission, &rows, config.context_map_due_months, today)?;
        with_data(&mut across, mission, today, &mut late).await?;
        let (count, first) = recommended::past(&mut across, mission.model, &UNDER_WAY, today).await?;
        late.recommendations_late = u32::try_from(count).unwrap_or(u32::MAX);
        late.most_days_late = first.and_then(|first| days_past(first, today)).unwrap_or_default();
        told.push(late);
    }
    let answer = pb::ListLateMissionsResponse { missions: told };
    Ok(across.finish(answer).await?)
}

/// What is late of maps and assessments.
fn late(
    mission: &Mission,
    rows: &[Row],
    usual_interval_months: u32,
    today: NaiveDate,
) -> Result<pb::LateMission, Failure> {
    let fiscal_start_month = mission.fiscal_start_month();
    let of_kind = |kind: &'static str| rows.iter().filter(move |row| row.kind == kind);
    let mut told = pb::LateMission { mission: Some(mission.message()), ..Default::default() };

    let schedule = of_kind("mapping_schedule").next().map(Row::message::<MappingSchedule>).transpose()?;
    let interval = schedule.map_or(usual_interval_months, |schedule| schedule.interval_months);
    told.map = late_map(of_kind("context_map").map(|row| row.recorded_at).max(), interval, today);

    for row in of_kind("assessment") {
        let assessment: Assessment = row.message()?;
        let Ok(period) = assessment.period.parse::<Period>() else { continue };
        let due = assessment_due(period, fiscal_start_month);
        let Some(days_late) = days_past(due, today) else { continue };
        let (id, title, state) = (assessment.id, assessment.title, row.state.clone());
        told.late_assessments.push(pb::LateAssessment { id, title, state, due: due.to_string(), days_late });
    }
    told.late_assessments.sort_by(|a, b| b.days_late.cmp(&a.days_late).then_with(|| a.id.cmp(&b.id)));
    told.assessments_late = u32::try_from(told.late_assessments.len()).unwrap_or(u32::MAX);
    told.late_assessments.truncate(NAMED_MAX);
    Ok(told)
}

/// Which indicators have no value for the last period that is due: counted by their frequencies and newest periods.
async fn with_data(
    across: &mut Across,
    mission: &Mission,
    today: NaiveDate,
    told: &mut pb::LateMission,
) -> Result<(), Error> {
    let start = mission.fiscal_start_month();
    let count = |of: i64| u32::try_from(of).unwrap_or(u32::MAX);
    let (mut frequencies, mut latest) = (Vec::new(), Vec::new());
    let due = |frequency: &str| Some(due_period(frequency.parse().ok()?, today, start));
    for (frequency, newest, indicators) in standings::by_latest(across, mission.model).await? {
        let Some(due) = due(&frequency) else { continue };
        told.indicators += count(indicators);
        if value_is_late(newest.parse().ok(), due, start) {
            told.indicators_late += count(indicators);
            frequencies.push(frequency);
            latest.push(newest);
        }
    }
    let named = (&frequencies[..], &latest[..]);
    for (newest, body) in standings::first_of_latest(across, mission.model, named, NAMED_MAX as i64).await? {
        let indicator = <Indicator as prost::Message>::decode(body.as_slice()).map_err(Failure::internal)?;
        let newest: Option<Period> = newest.parse().ok();
        told.late_indicators.push(pb::LateIndicator {
            due_period: due(&indicator.frequency).map(|period| period.to_string()).unwrap_or_default(),
            latest_period: newest.map(|period| period.to_string()).unwrap_or_default(),
            code: indicator.code,
            name: indicator.name,
        });
    }
    Ok(())
}

fn late_map(published: Option<DateTime<Utc>>, interval_months: u32, today: NaiveDate) -> Option<pb::LateMap> {
    let Some(published) = published else { return Some(pb::LateMap::default()) };
    let due = map_due(published.date_naive(), interval_months);
    days_past(due, today).map(|days_late| pb::LateMap { due: due.to_string(), days_late })
}
