//! A fact sheet on its way: draft → cleared → published → withdrawn.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Invalid,
    block::Block,
    text::{REASON_CHARS_MAX, Text, plain},
};

cpas_proto::vocabulary! {
    /// Who reads a sheet.
    pub enum Audience as "an audience" { Public = "public", Internal = "internal" }
}

cpas_proto::vocabulary! {
    /// Where a sheet stands.
    pub enum SheetState as "a state of a fact sheet" {
        Draft = "draft",
        Cleared = "cleared",
        Published = "published",
        Withdrawn = "withdrawn",
    }
}

/// A fact sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactSheet {
    pub id: Uuid,
    pub version: i64,
    pub title: Text,
    pub audience: Audience,
    pub state: SheetState,
    pub assessment_id: Option<Uuid>,
    pub blocks: Vec<Block>,
    pub classification: Classification,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: String,
    /// Set by clearing.
    pub snapshot: Option<Taken>,
    pub cleared_by: String,
    pub published_by: String,
    pub published_at: Option<DateTime<Utc>>,
    /// Name of the key that signed what was published; empty without one.
    pub signed_by_key: String,
    /// Why it was withdrawn.
    pub reason: String,
    /// What it started from; empty where that was not kept.
    pub template: String,
}

/// A snapshot as it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub at: DateTime<Utc>,
    pub sha256: String,
    pub bytes: Vec<u8>,
}

/// A step that the sheet's state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The fact sheet is {}; {wanted} Nothing was changed.", .state.word())]
pub struct NotNow {
    pub state: SheetState,
    pub wanted: &'static str,
}

impl FactSheet {
    /// New words and blocks for a draft. A cleared sheet becomes a draft again: its snapshot no longer
    /// says what it says.
    ///
    /// # Errors
    /// [`NotNow`] once it was published.
    pub fn revise(
        self,
        title: Text,
        audience: Audience,
        blocks: Vec<Block>,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<Self, NotNow> {
        if !matches!(self.state, SheetState::Draft | SheetState::Cleared) {
            let wanted = "what was published stays as it is. Withdraw it and draft another.";
            return Err(NotNow { state: self.state, wanted });
        }
        Ok(Self {
            title,
            audience,
            blocks,
            state: SheetState::Draft,
            snapshot: None,
            cleared_by: String::new(),
            version: self.version + 1,
            recorded_at: at,
            recorded_by: by.to_owned(),
            ..self
        })
    }

    /// draft → cleared, with the snapshot of all its numbers.
    ///
    /// # Errors
    /// [`NotNow`] unless it is a draft.
    pub fn clear(
        self,
        taken: Taken,
        classification: Classification,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<Self, NotNow> {
        if self.state != SheetState::Draft {
            return Err(NotNow { state: self.state, wanted: "only a draft can be cleared." });
        }
        Ok(Self {
            state: SheetState::Cleared,
            snapshot: Some(taken),
            classification,
            cleared_by: by.to_owned(),
            version: self.version + 1,
            recorded_at: at,
            ..self
        })
    }

    /// cleared → published.
    ///
    /// # Errors
    /// [`NotNow`] unless it is cleared.
    pub fn publish(self, by: &str, at: DateTime<Utc>) -> Result<Self, NotNow> {
        if self.state != SheetState::Cleared {
            return Err(NotNow { state: self.state, wanted: "leadership clears a sheet before it is published." });
        }
        Ok(Self {
            state: SheetState::Published,
            published_by: by.to_owned(),
            published_at: Some(at),
            version: self.version + 1,
            recorded_at: at,
            ..self
        })
    }

    /// published → withdrawn.
    ///
    /// # Errors
    /// [`Withdrawal`] without a reason, or unless it is published.
    pub fn withdraw(self, reason: &str, at: DateTime<Utc>) -> Result<Self, Withdrawal> {
        let reason = plain("reason", reason, REASON_CHARS_MAX)?;
        if reason.is_empty() {
            return Err(Invalid::new("reason", "is empty; the sheet keeps why it was withdrawn").into());
        }
        if self.state != SheetState::Published {
            return Err(NotNow { state: self.state, wanted: "only a published one can be withdrawn." }.into());
        }
        Ok(Self { state: SheetState::Withdrawn, reason, version: self.version + 1, recorded_at: at, ..self })
    }
}

/// Why a sheet was not withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Withdrawal {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NotNow(#[from] NotNow),
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn draft() -> FactSheet {
        FactSheet {
            id: Uuid::nil(),
            version: 1,
            title: Text::of("T", ""),
            audience: Audience::Public,
            state: SheetState::Draft,
            assessment_id: None,
            blocks: Vec::new(),
            classification: Classification::Unclassified,
            recorded_at: DateTime::default(),
            recorded_by: "Ana".into(),
            snapshot: None,
            cleared_by: String::new(),
            published_by: String::new(),
            published_at: None,
            signed_by_key: String::new(),
            reason: String::new(),
            template: String::new(),
        }
    }

    fn taken() -> Taken {
        Taken { at: DateTime::default(), sha256: "00".into(), bytes: b"{}".to_vec() }
    }

    pub(crate) fn cleared() -> FactSheet {
        draft().clear(taken(), Classification::Unclassified, "Lea", DateTime::default()).expect("cleared")
    }

    #[test]
    fn a_sheet_goes_from_draft_to_withdrawn_one_step_at_a_time() {
        assert!(draft().publish("Ana", DateTime::default()).is_err(), "not before it is cleared");
        let published = cleared().publish("Ana", DateTime::default()).expect("published");
        assert_eq!((published.version, published.cleared_by.as_str()), (3, "Lea"));
        assert!(published.clone().clear(taken(), Classification::Unclassified, "Lea", DateTime::default()).is_err());
        let withdrawn = published.withdraw("A number was wrong.", DateTime::default()).expect("withdrawn");
        assert_eq!(withdrawn.state, SheetState::Withdrawn);
        assert!(withdrawn.publish("Ana", DateTime::default()).is_err(), "withdrawn is the end");
    }

    #[test]
    fn what_was_published_is_not_revised_and_not_withdrawn_without_a_reason() {
        let published = cleared().publish("Ana", DateTime::default()).expect("published");
        let revised = published.clone().revise(Text::default(), Audience::Public, vec![], "Ana", DateTime::default());
        assert!(revised.expect_err("published").to_string().contains("is published"));
        let refused = published.withdraw("  ", DateTime::default()).expect_err("no reason");
        assert!(matches!(refused, Withdrawal::Invalid(Invalid { field, .. }) if field == "reason"));
    }

    #[test]
    fn revising_a_cleared_sheet_takes_its_snapshot_away() {
        let revised = cleared()
            .revise(Text::of("U", ""), Audience::Internal, vec![], "Bob", DateTime::default())
            .expect("revised");
        assert_eq!((revised.state, revised.snapshot, revised.cleared_by.as_str()), (SheetState::Draft, None, ""));
    }
}
