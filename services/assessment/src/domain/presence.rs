//! Who is at work where, as they tell of themselves while they are.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::finding::Question;

/// So long after it was told last a presence is over: a screen tells of itself three times in it.
pub const LASTS: TimeDelta = TimeDelta::seconds(45);
/// Most people who are shown.
pub const PRESENCES_MAX: i64 = 100;

/// Where somebody is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Lineage id.
    pub outcome: Option<Uuid>,
    /// `None`: a new finding, or none.
    pub finding: Option<Uuid>,
    pub question: Option<Question>,
    /// Writes; otherwise looks.
    pub is_editing: bool,
}

/// Somebody at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    pub account_id: Uuid,
    pub name: String,
    pub place: Place,
}

/// The moment since which it must have been told.
pub fn since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - LASTS
}
