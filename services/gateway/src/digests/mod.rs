//! What waits for a member, by e-mail: daily, weekly or never, and only when something waits.
//!
//! E-mail leaves the house. A letter names kinds of work, how many, days, and codes of indicators that are unclassified;
//! no title, statement, name or value of a record is in it. It leads to screens where one is asked who one is.
//!
//! Sent at least once: a sender that is killed after the letter went out and before that was noted sends it again when
//! its lease is over, under the same Message-ID; none is lost that way.
//!
//! Invariant: each digest goes out once, however many replicas send (`two_senders_send_each_digest_once` in
//! `tests/it/digests.rs`).
//! Invariant: nothing of a confidential record is in a letter (`nothing_of_a_confidential_record_leaves_the_house`).
//! Invariant: nobody is told of another mission (`another_missions_data_is_never_told`).

mod letter;
mod mailer;
mod schedule;
mod sender;
mod waiting;

pub(crate) use mailer::sender_address;
pub use mailer::{MailTransport, Mailer};
pub(crate) use schedule::wait_after;
pub use sender::{Sender, run};

cpas_proto::vocabulary! {
    /// How often a member wants a digest.
    pub enum Rhythm as "a rhythm" {
        Daily = "daily",
        Weekly = "weekly",
        Never = "never",
    }
}

impl Rhythm {
    /// Where nothing was chosen.
    pub const DEFAULT: Self = Self::Weekly;

    /// What was chosen and stored.
    pub fn stored(word: Option<&str>) -> Self {
        word.and_then(|word| word.parse().ok()).unwrap_or(Self::DEFAULT)
    }
}
