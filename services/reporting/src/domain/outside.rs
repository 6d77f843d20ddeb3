//! A published paper that people without an account read: the mission's second decision, which it can take back.
//!
//! An address is a key that cannot be guessed. It is taken back for good: whoever has it still, reads nothing.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::sheet::{Audience, FactSheet, NotNow, SheetState};

/// Letters and digits that nobody mistakes for one another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Symbols of a key: 128 bits, five in each.
const KEY_CHARS: usize = 26;

/// Where a paper is read outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideAddress {
    pub key: String,
    pub fact_sheet_id: Uuid,
    /// Search engines may list it.
    pub indexed: bool,
    pub opened_at: DateTime<Utc>,
    pub opened_by: String,
    /// Since when it is taken back.
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_by: String,
}

/// Why a paper is not read outside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOutside {
    #[error("Only a fact sheet for the public can be read outside; this one is internal. Nothing was changed.")]
    Internal,
    #[error(transparent)]
    NotNow(#[from] NotNow),
}

impl OutsideAddress {
    /// A new address of a published sheet for the public.
    ///
    /// # Errors
    /// [`NotOutside`] for any other sheet.
    pub fn open(
        sheet: &FactSheet,
        key: String,
        indexed: bool,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<Self, NotOutside> {
        may_be_outside(sheet)?;
        let (opened_at, opened_by) = (at, by.to_owned());
        let (closed_at, closed_by) = (None, String::new());
        Ok(Self { key, fact_sheet_id: sheet.id, indexed, opened_at, opened_by, closed_at, closed_by })
    }

    /// Taken back; nothing where it was before.
    pub fn close(self, by: &str, at: DateTime<Utc>) -> Self {
        if self.closed_at.is_some() {
            return self;
        }
        Self { closed_at: Some(at), closed_by: by.to_owned(), ..self }
    }
}

/// Whether people outside may read a sheet.
///
/// # Errors
/// [`NotOutside`] unless it is for the public, and published.
pub fn may_be_outside(sheet: &FactSheet) -> Result<(), NotOutside> {
    if sheet.audience != Audience::Public {
        return Err(NotOutside::Internal);
    }
    if sheet.state != SheetState::Published {
        return Err(NotNow { state: sheet.state, wanted: "only a published one can be read outside." }.into());
    }
    Ok(())
}

/// What stands under an open address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Paper,
    /// That it was withdrawn, when and why, and nothing of what it said.
    Withdrawal,
}

/// What people outside see of a sheet with an open address; `None`: as if it never was.
pub fn shown(sheet: &FactSheet) -> Option<Shown> {
    match (sheet.audience, sheet.state) {
        (Audience::Public, SheetState::Published) => Some(Shown::Paper),
        (Audience::Public, SheetState::Withdrawn) => Some(Shown::Withdrawal),
        _ => None,
    }
}

/// The key that random bits are written as.
pub fn key_of(random: u128) -> String {
    let place = |place: usize| (random >> (5 * (KEY_CHARS - 1 - place)) & 31) as usize;
    (0..KEY_CHARS).map(|at| char::from(ALPHABET[place(at)])).collect()
}

/// True for what can be a key at all.
pub fn is_key(text: &str) -> bool {
    text.len() == KEY_CHARS && text.bytes().all(|symbol| ALPHABET.contains(&symbol))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::sheet::tests::{cleared, draft};

    fn at() -> DateTime<Utc> {
        DateTime::default()
    }

    fn published() -> FactSheet {
        cleared().publish("Ana", at()).expect("published")
    }

    #[test]
    fn only_what_is_published_for_the_public_is_read_outside() {
        let open = |sheet: &FactSheet| OutsideAddress::open(sheet, key_of(1), false, "Lea", at());
        assert!(open(&published()).is_ok());
        for sheet in [draft(), cleared(), published().withdraw("wrong", at()).expect("withdrawn")] {
            assert!(matches!(open(&sheet), Err(NotOutside::NotNow(_))), "{}", sheet.state);
        }
        let internal = FactSheet { audience: Audience::Internal, ..published() };
        assert_eq!(open(&internal), Err(NotOutside::Internal));
    }

    #[test]
    fn of_a_withdrawn_sheet_only_that_is_shown_and_of_any_other_nothing() {
        assert_eq!(shown(&published()), Some(Shown::Paper));
        assert_eq!(shown(&published().withdraw("wrong", at()).expect("withdrawn")), Some(Shown::Withdrawal));
        assert_eq!(shown(&draft()), None);
        assert_eq!(shown(&cleared()), None);
        assert_eq!(shown(&FactSheet { audience: Audience::Internal, ..published() }), None);
    }

    #[test]
    fn taken_back_is_for_good() {
        let open = OutsideAddress::open(&published(), key_of(1), false, "Lea", at()).expect("open");
        let closed = open.close("Lea", at());
        assert_eq!(closed.clone().close("Bob", at() + chrono::TimeDelta::days(1)), closed);
    }

    proptest! {
        #[test]
        fn every_bit_is_in_a_key(random: u128, bit in 0u32..128) {
            prop_assert!(is_key(&key_of(random)));
            prop_assert_ne!(key_of(random), key_of(random ^ (1 << bit)));
        }
    }
}
