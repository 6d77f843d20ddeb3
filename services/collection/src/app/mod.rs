//! One use case a file: authorise → one transaction → store and outbox.

pub mod assignments;
mod book;
pub mod commit;
pub mod correct;
pub mod correct_event;
pub mod count_events;
pub mod enter;
pub mod enter_many;
mod entering;
pub mod entry_cells;
mod entry_outcome;
mod event_file;
pub mod explain;
pub mod export;
pub mod geo_events;
pub mod import_work;
pub mod imports;
pub mod keep_quality;
mod kept_series;
pub mod locks;
mod material;
pub mod moment;
mod objects;
pub mod open_work;
pub mod period_table;
pub mod phone_forms;
mod places;
pub mod preview;
pub mod progress;
pub mod quality;
mod quality_facts;
pub mod reach;
pub mod read;
pub mod read_changes;
pub mod read_table;
mod reading;
mod rejected_book;
mod rejected_rows;
pub mod relocate_events;
pub mod remarks;
pub mod reverse;
pub mod review;
mod rule_book;
mod ruled_rows;
pub mod rules;
pub mod series;
pub mod spool;
mod spread;
pub mod submissions;
pub mod submit_instance;
mod surveys;
mod table_text;
pub mod tables;
pub mod tasks;
pub mod uploads;

use std::sync::Arc;

use chassis::{Clock, Db};
use tokio::sync::Semaphore;

use crate::Config;

/// What the use cases work with.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub config: Arc<Config>,
    /// Series that were computed.
    kept: Arc<kept_series::KeptSeries>,
    /// Instances of phones that wait to be stored.
    lines: Arc<submit_instance::Lines>,
    /// Places for files that are being taken.
    files: Arc<Semaphore>,
    /// Places for workbooks that are being written.
    workbooks: Arc<Semaphore>,
}

impl App {
    pub fn new(db: Db, clock: Clock, config: Config) -> Self {
        let files = Arc::new(Semaphore::new(config.files_at_a_time.max(1)));
        let workbooks = Arc::new(Semaphore::new(config.files_at_a_time.max(1)));
        Self { db, clock, config: Arc::new(config), kept: Arc::default(), lines: Arc::default(), files, workbooks }
    }
}
