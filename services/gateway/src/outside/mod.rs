//! Papers that missions let people outside read: no account, no session, no cookie, and nothing of a mission but the paper.
//!
//! Invariant: whatever is not open is the same answer, byte for byte (`what_is_not_open_is_one_answer` in
//! `tests/it/outside.rs`; on the whole system in `tests/browser/outside.test.mjs`).
//! Invariant: what was withdrawn is read by nobody who asks later (`nobody_reads_a_paper_after_its_withdrawal` of
//! reporting).

mod limit;
mod page;

pub use limit::Limit;
pub use page::{away, nothing, too_much};
