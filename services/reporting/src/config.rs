//! Reporting's own section of the configuration.

use std::path::PathBuf;

use chassis::config::BadConfig;
use serde::Deserialize;

use crate::domain::manifest::PaperKey;

/// The annotated defaults that are compiled in.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// The section `[service]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Highest count of persons that a public sheet hides; 0 hides nothing.
    pub small_cell_max: u32,
    /// Units, in small letters, that count persons.
    pub person_units: Vec<String>,
    /// Months after which a mission without a newer published context map is told so, unless it set its own.
    pub context_map_due_months: u32,
    /// Ed25519 private key in PKCS#8 PEM that signs what is published; empty: nothing is signed.
    pub paper_key_file: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        let units = [
            "person",
            "persons",
            "people",
            "personne",
            "personnes",
            "civilian",
            "civilians",
            "civil",
            "civils",
            "death",
            "deaths",
            "décès",
            "mort",
            "morts",
            "victim",
            "victims",
            "victime",
            "victimes",
            "women",
            "men",
            "girls",
            "boys",
            "children",
            "femmes",
            "hommes",
            "filles",
            "garçons",
            "enfants",
            "detainees",
            "détenus",
            "refugees",
            "réfugiés",
            "fatalities",
        ];
        Self {
            small_cell_max: 4,
            person_units: units.map(str::to_owned).to_vec(),
            context_map_due_months: 6,
            paper_key_file: PathBuf::new(),
        }
    }
}

impl Config {
    /// The key that signs what is published, if one is named.
    ///
    /// # Errors
    /// When its file cannot be read, or holds something else.
    pub fn paper_key(&self) -> Result<Option<PaperKey>, BadConfig> {
        let path = &self.paper_key_file;
        if path.as_os_str().is_empty() {
            tracing::warn!("service.paper_key_file names no key: what is published is not signed");
            return Ok(None);
        }
        let said = |why: String| BadConfig(format!("service.paper_key_file = \"{}\" {why}", path.display()));
        let pem = std::fs::read_to_string(path).map_err(|error| said(format!("cannot be read: {error}")))?;
        PaperKey::from_pem(&pem).map(Some).map_err(|error| said(error.to_string()))
    }

    /// True when a number of this unit counts persons. A unit of several words counts persons when any
    /// of them does: better hidden once too often.
    pub fn counts_persons(&self, unit: &str) -> bool {
        let unit = unit.to_lowercase();
        unit.split(|c: char| !c.is_alphanumeric()).any(|word| self.person_units.iter().any(|known| known == word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_annotated_defaults_are_the_defaults() {
        let whole = chassis::config::load::<Config>(DEFAULTS, None, Default::default()).expect("our own defaults");
        assert_eq!(whole.service, Config::default());
    }

    #[test]
    fn persons_are_known_by_their_unit() {
        let config = Config::default();
        assert!(config.counts_persons("Civilian deaths") && config.counts_persons("décès"));
        assert!(!config.counts_persons("incidents") && !config.counts_persons("%") && !config.counts_persons(""));
    }
}
