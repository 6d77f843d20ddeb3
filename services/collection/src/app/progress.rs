//! How far the work on a file is, told from where it is done to where it is looked at.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

cpas_proto::vocabulary! {
    /// What is being done with a file, in this order.
    pub enum Stage as "a stage of an import" {
        /// It comes in.
        Receiving = "receiving",
        /// Its rows are read.
        Reading = "reading",
        /// They are held against each other, the rules and what is known.
        Checking = "checking",
        /// They become observations.
        Storing = "storing",
    }
}

/// Rows that were read of those that there are.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Goes on to a stage of so many rows.
    pub fn begin(&self, stage: Stage, total: u64) {
        let place = Stage::ALL.iter().position(|own| *own == stage).unwrap_or_default();
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.stage.store(place.try_into().unwrap_or_default(), Ordering::Relaxed);
    }

    /// So many rows are done.
    pub fn read(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// Stage, rows done, rows in all.
    pub fn now(&self) -> (Stage, u64, u64) {
        let stage = Stage::ALL.get(usize::from(self.stage.load(Ordering::Relaxed))).copied();
        let (done, total) = (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        (stage.unwrap_or(Stage::Receiving), done, total)
    }
}
