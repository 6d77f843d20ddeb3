//! Planning's own section of the configuration.

use serde::Deserialize;

/// The annotated defaults that are compiled in.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// The section `[service]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Indicators in a page when the caller names no size.
    pub indicators_page_size_default: u32,
    /// Most indicators in a page.
    pub indicators_page_size_max: u32,
}
