//! Collection's own section of the configuration.

use serde::Deserialize;

/// The annotated defaults that are compiled in.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// The section `[service]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Most rows of one import.
    pub import_rows_max: u32,
    /// Largest file of one import, in bytes.
    pub import_bytes_max: u64,
    /// Files taken at a time.
    pub files_at_a_time: usize,
    /// Most rows of one file of events.
    pub event_rows_max: u32,
    /// How long an import waits for news of a code that it does not know, in milliseconds.
    pub unknown_code_wait_ms: u64,
    /// Days after which the rows of a preview that nobody committed are dropped.
    pub preview_days: u32,
}
