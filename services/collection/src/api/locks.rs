//! Locks as they travel.

use cpas_proto::collection::v1 as pb;

use super::instant;
use crate::store::locks::LockRow;

impl From<LockRow> for pb::PeriodLock {
    fn from(row: LockRow) -> Self {
        Self {
            id: row.id.to_string(),
            period: row.period,
            reason: row.reason,
            recorded_at: instant(row.recorded_at),
            recorded_by: row.recorded_by_name,
            unlocked_at: row.unlocked_at.map(instant).unwrap_or_default(),
            unlocked_by: row.unlocked_by_name,
            unlock_reason: row.unlock_reason,
        }
    }
}
