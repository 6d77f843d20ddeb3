//! Marks and comments of cells as they travel.

use cpas_proto::{collection::v1 as pb, words::Classification};

use super::instant;
use crate::store::remarks::{CommentRow, MarkRow, SignRow};

impl From<MarkRow> for pb::CellMark {
    fn from(row: MarkRow) -> Self {
        Self {
            id: row.id.to_string(),
            recorded_at: instant(row.recorded_at),
            recorded_by: row.recorded_by_name,
            cleared_at: row.cleared_at.map(instant).unwrap_or_default(),
            cleared_by: row.cleared_by_name,
            classification: Classification::of_rank(row.classification).word().to_owned(),
        }
    }
}

impl From<CommentRow> for pb::CellComment {
    fn from(row: CommentRow) -> Self {
        Self {
            id: row.id.to_string(),
            text: row.text,
            recorded_at: instant(row.recorded_at),
            recorded_by: row.recorded_by_name,
            classification: Classification::of_rank(row.classification).word().to_owned(),
        }
    }
}

impl From<SignRow> for pb::CellSign {
    /// Without the indicator's code.
    fn from(row: SignRow) -> Self {
        Self {
            indicator_code: String::new(),
            period: row.period,
            area: row.area,
            slice: row.slice,
            marked: row.marked,
            comments: row.comments.try_into().unwrap_or(u32::MAX),
        }
    }
}
