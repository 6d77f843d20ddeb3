//! What can be set of this service; annotated in `config.default.toml`.

use serde::Deserialize;

/// The service's own section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Most indicators that one assessment freezes.
    pub indicators_max: usize,
    /// Longest time that reading plan and data for a freezing may take.
    pub freeze_read_timeout_ms: u64,
}

/// The annotated defaults.
pub const DEFAULTS: &str = include_str!("../config.default.toml");
