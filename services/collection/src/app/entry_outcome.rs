//! What became of a row that was entered with others.

use std::collections::HashMap;

use chassis::{Code, Failure};
use cpas_proto::collection::v1 as pb;
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::rule_book::{error_among, told};
use crate::{
    domain::rule::Breach,
    store::{
        entries::EnteredRow,
        observations::{Known, New},
    },
};

/// What became of a row.
#[derive(Debug)]
pub(super) struct Outcome {
    pub key: String,
    fingerprint: Vec<u8>,
    pub word: &'static str,
    /// What was stored now.
    pub new: Option<New>,
    /// Code of its indicator.
    pub code: String,
    /// The observation that is shown with it.
    pub shown: Option<Uuid>,
    field: String,
    pub message: String,
    /// Of a refusal.
    pub refused: Option<Code>,
    breaches: Vec<Breach>,
}

impl Outcome {
    /// An outcome by its word, with the observation that is shown.
    pub fn new(row: &pb::EntryRow, word: &'static str, shown: Option<Uuid>) -> Self {
        let fingerprint = fingerprint(row);
        let (field, message, code) = (String::new(), String::new(), String::new());
        let (new, refused, breaches) = (None, None, Vec::new());
        Self { key: row.key.clone(), fingerprint, word, new, code, shown, field, message, refused, breaches }
    }

    /// Not stored, and why.
    pub fn refused(row: &pb::EntryRow, failure: Failure) -> Self {
        let field = failure.violations.first().map(|one| one.field.clone()).unwrap_or_default();
        Self { field, message: failure.message, refused: Some(failure.code), ..Self::new(row, "refused", None) }
    }

    /// For the next time that the row comes under its key.
    pub fn entered(&self) -> Option<EnteredRow> {
        let observation_id = self.new.as_ref()?.id;
        Some(EnteredRow { key: self.key.clone(), fingerprint: self.fingerprint.clone(), observation_id })
    }

    /// As it travels; `shown` holds the observations by id.
    pub fn rendered(self, shown: &HashMap<Uuid, Known>) -> pb::EntryOutcome {
        pb::EntryOutcome {
            key: self.key,
            outcome: self.word.to_owned(),
            observation: self.shown.and_then(|id| shown.get(&id)).cloned().map(Into::into),
            field: self.field,
            message: self.message,
            breaches: told(self.breaches),
        }
    }

    /// Stored as this observation about the indicator of a code.
    pub fn stored(row: &pb::EntryRow, new: New, code: String) -> Self {
        let shown = Some(new.id);
        Self { code, new: Some(new), ..Self::new(row, "stored", shown) }
    }

    /// Kept out by a rule.
    pub fn broken(row: &pb::EntryRow, breaches: Vec<Breach>) -> Self {
        let message = error_among(&breaches).map(|breach| breach.en.clone()).unwrap_or_default();
        let refused = Some(Code::Invalid);
        Self { field: "value".to_owned(), message, refused, breaches, ..Self::new(row, "refused", None) }
    }

    /// The same with the rules that it breaks all the same.
    pub fn warned(mut self, breaches: Vec<Breach>) -> Self {
        self.breaches = breaches;
        self
    }
}

/// What tells a row from another under the same key.
pub(super) fn fingerprint(row: &pb::EntryRow) -> Vec<u8> {
    Sha256::digest(row.encode_to_vec()).to_vec()
}

/// Not stored, since something else stands in the cell than the writer saw.
pub(super) fn conflict(row: &pb::EntryRow, head: Option<&Known>) -> Outcome {
    let message = match head {
        Some(head) => format!(
            "{} recorded another value on {}. Yours was not stored; look at both and choose.",
            head.recorded_by_name,
            head.recorded_at.format("%Y-%m-%d")
        ),
        None => "What stood in the cell is not there any more. Yours was not stored; look again and choose.".to_owned(),
    };
    Outcome { message, ..Outcome::new(row, "conflict", head.map(|head| head.id)) }
}

/// A failure that leaves the other rows as they are.
pub(super) fn concerns_the_row(code: Code) -> bool {
    matches!(code, Code::Invalid | Code::Denied | Code::NotFound | Code::Conflict)
}

/// A grid shows no source and no reliability: what it does not send stays.
pub(super) fn keep_what_is_left_out(new: &mut New, head: &Known) {
    if new.source.is_empty() {
        new.source.clone_from(&head.source);
    }
    if new.reliability.is_empty() {
        new.reliability.clone_from(&head.reliability);
    }
    if new.credibility == 0 {
        new.credibility = head.credibility;
    }
}

/// True when nothing would change.
pub(super) fn says_the_same(new: &New, head: &Known) -> bool {
    new.kind == head.kind
        && (new.value, new.numerator, new.denominator) == (head.value, head.numerator, head.denominator)
        && (&new.level, &new.text, &new.note, &new.source) == (&head.level, &head.text, &head.note, &head.source)
        && (&new.reliability, new.credibility) == (&head.reliability, head.credibility)
}
