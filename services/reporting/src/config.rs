//! Reporting's own section of the configuration.

use serde::Deserialize;

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
    /// Days after which a mission without a newer published context map is told so.
    pub context_map_due_days: u32,
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
        Self { small_cell_max: 4, person_units: units.map(str::to_owned).to_vec(), context_map_due_days: 180 }
    }
}

impl Config {
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
