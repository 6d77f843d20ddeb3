//! Other systems are told of what happens in a mission: signed as Standard Webhooks has it, thin (which kind of
//! thing, and its id), again until it is taken, and never to an address inside our own network.
//!
//! Invariant: an event is told once a subscription, with one id however often it is tried (`an_event_is_told_once`
//! in `tests/it/webhooks.rs`).
//! Invariant: no private address is connected to, whatever a name resolves to by then (`no_private_address_is_reached`).
//! Invariant: what is more classified than the subscription is not told (`what_is_secret_is_not_told`).

mod address;
mod inbox;
mod outgoing;
mod schedule;
mod sender;
mod signature;

pub use address::{AddressRefused, check as check_address};
pub use inbox::inbox;
pub use outgoing::{GONE, Outgoing, Verdict};
pub use schedule::ATTEMPTS_MAX;
pub use sender::{Sender, run};
pub use signature::{SigningSecret, sign};

cpas_proto::vocabulary! {
    /// What a subscription may be told of: nouns of events.
    pub enum Topic as "a topic" {
        Observations = "observations",
        Events = "events",
        Import = "import",
        Tasks = "tasks",
        Period = "period",
        Rule = "rule",
        Indicator = "indicator",
        Target = "target",
        Plan = "plan",
        Risk = "risk",
        Tripwire = "tripwire",
        Area = "area",
        Stakeholder = "stakeholder",
        ContextMap = "context_map",
        Assessment = "assessment",
        Finding = "finding",
        Recommendation = "recommendation",
        Decision = "decision",
        FactSheet = "fact_sheet",
    }
}

/// Kind of the message that is sent to try a subscription out.
pub const TEST_KIND: &str = "webhook.tested";
