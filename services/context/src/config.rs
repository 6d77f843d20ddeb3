//! The context service's own section of the configuration.

use serde::Deserialize;

/// The annotated defaults that are compiled in.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// The section `[service]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Most stakeholders that one grid or network shows.
    pub grid_stakeholders_max: u32,
    /// Largest message that is taken, in bytes.
    pub message_bytes_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { grid_stakeholders_max: 5_000, message_bytes_max: 9 * 1024 * 1024 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_annotated_defaults_are_the_defaults() {
        let whole = chassis::config::load::<Config>(DEFAULTS, None, Default::default()).expect("our own defaults");
        assert_eq!(format!("{:?}", whole.service), format!("{:?}", Config::default()));
    }
}
