//! Validation rules as they travel.

use cpas_proto::{collection::v1 as pb, common::v1::Text, words::Classification};

use super::instant;
use crate::store::rules::RuleRow;

impl From<RuleRow> for pb::ValidationRule {
    /// Without the codes of its indicators.
    fn from(row: RuleRow) -> Self {
        Self {
            id: row.id.to_string(),
            indicator_code: String::new(),
            kind: row.kind,
            severity: row.severity,
            least: row.least,
            most: row.most,
            direction: row.direction,
            tolerance: row.tolerance,
            share: row.share,
            absolute: row.absolute,
            comparison: row.comparison,
            other_indicator_code: String::new(),
            factor: row.factor,
            message: Some(Text { en: row.message_en, fr: row.message_fr }),
            active: row.active,
            recorded_at: instant(row.recorded_at),
            recorded_by: row.recorded_by_name,
            version: row.version,
            classification: Classification::of_rank(row.classification).word().to_owned(),
        }
    }
}
