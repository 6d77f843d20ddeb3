//! How often the mission maps its context.

use chrono::NaiveDate;
use cpas_proto::context::v1 as pb;

use super::instant;
use crate::domain::mapping::{Mapping, Schedule};

/// Where the mapping stands, as the API shows it.
pub(crate) fn mapping_schedule(mapping: &Mapping, today: NaiveDate) -> pb::MappingSchedule {
    let set = mapping.schedule.as_ref().map(schedule).unwrap_or_default();
    pb::MappingSchedule {
        interval_months: mapping.interval().months().into(),
        latest_id: mapping.latest.map(|latest| latest.map.to_string()).unwrap_or_default(),
        due: mapping.due().map(|due| due.to_string()).unwrap_or_default(),
        overdue: mapping.is_overdue(today),
        ..set
    }
}

/// Only what the mission set.
pub(crate) fn schedule(schedule: &Schedule) -> pb::MappingSchedule {
    pb::MappingSchedule {
        interval_months: schedule.interval.months().into(),
        version: schedule.version,
        recorded_at: instant(schedule.recorded_at),
        recorded_by: schedule.recorded_by.name.clone(),
        ..Default::default()
    }
}
