//! Reads from planning and collection what freezing keeps of how outputs were delivered: the work plan, and which values
//! were there by the day they were due.

use std::collections::BTreeMap;

use chassis::{Caller, Mission};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use cpas_proto::{
    collection::v1::{self as collection, collection_service_client::CollectionServiceClient},
    planning::v1::{self as planning, planning_service_client::PlanningServiceClient},
    words::Period,
};

use super::{MESSAGE_BYTES_MAX, read_inputs::text};
use crate::{
    Deps,
    domain::{
        Invalid,
        performance::{Activity, Late, Output, Timely},
        word, word_or_nothing,
    },
    error::{Error, answered},
};

/// Longest window that collection tells of.
const MONTHS_MAX: i32 = 60;

/// How activities of the work plan are late, by item.
pub(super) async fn late(deps: &Deps, caller: &Caller, plan: &str) -> Result<BTreeMap<String, Late>, Error> {
    let mut client =
        PlanningServiceClient::new(deps.planning.on_behalf(caller)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let ask = planning::GetWorkPlanRequest { plan_id: plan.to_owned(), ..Default::default() };
    let work = client.get_work_plan(ask).await.map_err(answered("planning"))?.into_inner();
    let activities = work.sections.into_iter().flat_map(|section| section.activities);
    // A way of being late that this service does not know yet is none that it could tell of.
    Ok(activities.filter_map(|one| Some((one.item_id, one.late.parse().ok()?))).collect())
}

/// The outputs of a plan with their activities.
pub(super) fn outputs(plan: &planning::Plan, late: &BTreeMap<String, Late>) -> Result<Vec<Output>, Invalid> {
    let of_kind = |kind: &'static str| plan.items.iter().filter(move |item| item.kind == kind);
    let output = |item: &planning::PlanItem| {
        let own = of_kind("activity").filter(|activity| activity.parent_id == item.id);
        Ok(Output {
            lineage_id: word("lineage_id", &item.lineage_id)?,
            number: item.number.clone(),
            statement: text(item.statement.as_ref()),
            component: item.component.clone(),
            lead_section: item.lead_section.clone(),
            areas: item.areas.clone(),
            markers: item.markers.clone(),
            activities: own.map(|activity| one(activity, late)).collect::<Result<_, Invalid>>()?,
        })
    };
    of_kind("output").map(output).collect()
}

fn one(item: &planning::PlanItem, late: &BTreeMap<String, Late>) -> Result<Activity, Invalid> {
    let status = if item.activity_status.is_empty() { "planned" } else { &item.activity_status };
    Ok(Activity {
        number: item.number.clone(),
        statement: text(item.statement.as_ref()),
        end: word_or_nothing::<NaiveDate>("end", &item.end)?,
        doing: word("activity_status", status)?,
        late: late.get(&item.id).copied(),
    })
}

/// Which values were there in time, by indicator, of those due from the assessed period to the cut-off. Of an older
/// period than collection looks back to, and at an earlier cut-off than today, it is unknown.
pub(super) async fn timely(
    deps: &Deps,
    mission: &Mission,
    period: Period,
    cut_off: DateTime<Utc>,
) -> Result<BTreeMap<String, Timely>, Error> {
    let today = deps.clock.today();
    let first = period.first_day(mission.fiscal_year_start_month);
    let months = (today.year() - first.year()) * 12 + today.month0().cast_signed() - first.month0().cast_signed() + 1;
    if !(1..=MONTHS_MAX).contains(&months) || cut_off.date_naive() < today {
        return Ok(BTreeMap::new());
    }
    let mut client =
        CollectionServiceClient::new(deps.collection.as_service(mission)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let ask = collection::GetDataQualityRequest { months: months.cast_unsigned(), ..Default::default() };
    let quality = client.get_data_quality(ask).await.map_err(answered("collection"))?.into_inner();
    let (Ok(from), Ok(until)) = (quality.first_day.parse(), quality.last_day.parse()) else {
        return Ok(BTreeMap::new());
    };
    let told = |one: collection::IndicatorQuality| {
        let timely = one.timely?;
        Some((one.indicator_id, Timely { part: timely.part, of: timely.of, from, until }))
    };
    Ok(quality.indicators.into_iter().filter_map(told).collect())
}
