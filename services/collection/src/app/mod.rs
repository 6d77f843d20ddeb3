//! One use case a file: authorise → one transaction → store and outbox.

pub mod commit;
pub mod correct;
pub mod enter;
pub mod explain;
pub mod geo_events;
pub mod imports;
pub mod locks;
pub mod moment;
pub mod preview;
pub mod reach;
pub mod read;
pub mod reverse;
pub mod review;
pub mod series;
pub mod spool;

use std::sync::Arc;

use chassis::{Clock, Db};

use crate::Config;

/// What the use cases work with.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub config: Arc<Config>,
}
