//! What members have sent to them: a dashboard, the newest paper of a kind, or the mission in a small letter; at an hour of
//! the mission's own time or when a paper is published; by e-mail, to another system, or both.
//!
//! What is sent is what its reader may see when it is sent, and nothing above what the subscription lets out. Who is no
//! member any more gets nothing: the subscription stops, and says why.
//!
//! Invariant: each occasion is sent once a way, however many replicas send; who is killed in between sends it again under
//! the same id (`two_senders_send_each_occasion_once`, `a_killed_sender_loses_nothing` in `tests/it/subscriptions.rs`).
//! Invariant: what is asked for a reader is asked as that reader, at that moment (`it_is_sent_as_its_reader_may_see_it`).
//! Invariant: a letter of a digest is at most 20 KB (`a_digest_fits_a_bad_line` in `letter`).

mod content;
mod inbox;
mod letter;
mod planner;
mod schedule;
mod sender;

pub use inbox::inbox;
pub use planner::next_due;
pub use sender::{Sender, run};

cpas_proto::vocabulary! {
    /// What is sent.
    pub enum Subject as "a subject of a subscription" {
        Dashboard = "dashboard",
        /// The newest published of a template.
        Paper = "paper",
        /// The mission in a small letter.
        Digest = "digest",
    }
}

cpas_proto::vocabulary! {
    /// When it is sent.
    pub enum When as "a rhythm of a subscription" {
        Daily = "daily",
        Weekly = "weekly",
        Monthly = "monthly",
        /// When a paper of the template is published.
        Published = "published",
    }
}

cpas_proto::vocabulary! {
    /// What it is sent as.
    pub enum SentAs as "a format of a subscription" {
        Pdf = "pdf",
        Docx = "docx",
        Xlsx = "xlsx",
        Html = "html",
        Csv = "csv",
        /// Of a digest: the letter itself.
        Text = "text",
    }
}

/// Why a subscription is not at work any more.
pub const ENDED_BY_LINK: &str = "Ended by the link in a letter.";
pub const ENDED_BY_HAND: &str = "Stopped by hand.";
