//! In which region of the world the countries of a mission lie.
//!
//! Regions are the sub-regions of the United Nations Statistics Division, "Standard country or area codes for statistical
//! use (M49)", <https://unstats.un.org/unsd/methodology/m49/>. The table has the countries in which peace operations are or
//! were, by ISO 3166-1 code and by name; a country that is not in it has no region here, and that is said. A region is
//! looked up and not set by hand, so that two missions of one country cannot stand in two regions.

/// A sub-region of M49.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    pub code: &'static str,
    pub en: &'static str,
    pub fr: &'static str,
}

const fn region(code: &'static str, en: &'static str, fr: &'static str) -> Region {
    Region { code, en, fr }
}

const EASTERN_AFRICA: Region = region("014", "Eastern Africa", "Afrique orientale");
const MIDDLE_AFRICA: Region = region("017", "Middle Africa", "Afrique centrale");
const NORTHERN_AFRICA: Region = region("015", "Northern Africa", "Afrique septentrionale");
const SOUTHERN_AFRICA: Region = region("018", "Southern Africa", "Afrique australe");
const WESTERN_AFRICA: Region = region("011", "Western Africa", "Afrique occidentale");
const CARIBBEAN: Region = region("029", "Caribbean", "Caraïbes");
const CENTRAL_AMERICA: Region = region("013", "Central America", "Amérique centrale");
const SOUTH_AMERICA: Region = region("005", "South America", "Amérique du Sud");
const CENTRAL_ASIA: Region = region("143", "Central Asia", "Asie centrale");
const SOUTH_EASTERN_ASIA: Region = region("035", "South-eastern Asia", "Asie du Sud-Est");
const SOUTHERN_ASIA: Region = region("034", "Southern Asia", "Asie du Sud");
const WESTERN_ASIA: Region = region("145", "Western Asia", "Asie occidentale");
const SOUTHERN_EUROPE: Region = region("039", "Southern Europe", "Europe méridionale");
const MELANESIA: Region = region("054", "Melanesia", "Mélanésie");

/// ISO 3166-1 alpha-2 and alpha-3, names in English and French, sub-region.
const COUNTRIES: &[(&str, &str, &str, &str, Region)] = &[
    ("AF", "AFG", "Afghanistan", "Afghanistan", SOUTHERN_ASIA),
    ("AO", "AGO", "Angola", "Angola", MIDDLE_AFRICA),
    ("BA", "BIH", "Bosnia and Herzegovina", "Bosnie-Herzégovine", SOUTHERN_EUROPE),
    ("BF", "BFA", "Burkina Faso", "Burkina Faso", WESTERN_AFRICA),
    ("BI", "BDI", "Burundi", "Burundi", EASTERN_AFRICA),
    ("CD", "COD", "Democratic Republic of the Congo", "République démocratique du Congo", MIDDLE_AFRICA),
    ("CF", "CAF", "Central African Republic", "République centrafricaine", MIDDLE_AFRICA),
    ("CI", "CIV", "Côte d’Ivoire", "Côte d’Ivoire", WESTERN_AFRICA),
    ("CM", "CMR", "Cameroon", "Cameroun", MIDDLE_AFRICA),
    ("CO", "COL", "Colombia", "Colombie", SOUTH_AMERICA),
    ("CY", "CYP", "Cyprus", "Chypre", WESTERN_ASIA),
    ("DJ", "DJI", "Djibouti", "Djibouti", EASTERN_AFRICA),
    ("DZ", "DZA", "Algeria", "Algérie", NORTHERN_AFRICA),
    ("EG", "EGY", "Egypt", "Égypte", NORTHERN_AFRICA),
    ("EH", "ESH", "Western Sahara", "Sahara occidental", NORTHERN_AFRICA),
    ("ER", "ERI", "Eritrea", "Érythrée", EASTERN_AFRICA),
    ("ET", "ETH", "Ethiopia", "Éthiopie", EASTERN_AFRICA),
    ("GE", "GEO", "Georgia", "Géorgie", WESTERN_ASIA),
    ("GN", "GIN", "Guinea", "Guinée", WESTERN_AFRICA),
    ("GT", "GTM", "Guatemala", "Guatemala", CENTRAL_AMERICA),
    ("GW", "GNB", "Guinea-Bissau", "Guinée-Bissau", WESTERN_AFRICA),
    ("HT", "HTI", "Haiti", "Haïti", CARIBBEAN),
    ("IL", "ISR", "Israel", "Israël", WESTERN_ASIA),
    ("IN", "IND", "India", "Inde", SOUTHERN_ASIA),
    ("IQ", "IRQ", "Iraq", "Iraq", WESTERN_ASIA),
    ("JO", "JOR", "Jordan", "Jordanie", WESTERN_ASIA),
    ("KE", "KEN", "Kenya", "Kenya", EASTERN_AFRICA),
    ("KH", "KHM", "Cambodia", "Cambodge", SOUTH_EASTERN_ASIA),
    ("LB", "LBN", "Lebanon", "Liban", WESTERN_ASIA),
    ("LR", "LBR", "Liberia", "Libéria", WESTERN_AFRICA),
    ("LY", "LBY", "Libya", "Libye", NORTHERN_AFRICA),
    ("MA", "MAR", "Morocco", "Maroc", NORTHERN_AFRICA),
    ("ML", "MLI", "Mali", "Mali", WESTERN_AFRICA),
    ("MR", "MRT", "Mauritania", "Mauritanie", WESTERN_AFRICA),
    ("MZ", "MOZ", "Mozambique", "Mozambique", EASTERN_AFRICA),
    ("NA", "NAM", "Namibia", "Namibie", SOUTHERN_AFRICA),
    ("NE", "NER", "Niger", "Niger", WESTERN_AFRICA),
    ("NG", "NGA", "Nigeria", "Nigéria", WESTERN_AFRICA),
    ("NP", "NPL", "Nepal", "Népal", SOUTHERN_ASIA),
    ("PG", "PNG", "Papua New Guinea", "Papouasie-Nouvelle-Guinée", MELANESIA),
    ("PK", "PAK", "Pakistan", "Pakistan", SOUTHERN_ASIA),
    ("PS", "PSE", "State of Palestine", "État de Palestine", WESTERN_ASIA),
    ("RW", "RWA", "Rwanda", "Rwanda", EASTERN_AFRICA),
    ("SD", "SDN", "Sudan", "Soudan", NORTHERN_AFRICA),
    ("SL", "SLE", "Sierra Leone", "Sierra Leone", WESTERN_AFRICA),
    ("SO", "SOM", "Somalia", "Somalie", EASTERN_AFRICA),
    ("SS", "SSD", "South Sudan", "Soudan du Sud", EASTERN_AFRICA),
    ("SV", "SLV", "El Salvador", "El Salvador", CENTRAL_AMERICA),
    ("SY", "SYR", "Syrian Arab Republic", "République arabe syrienne", WESTERN_ASIA),
    ("TD", "TCD", "Chad", "Tchad", MIDDLE_AFRICA),
    ("TG", "TGO", "Togo", "Togo", WESTERN_AFRICA),
    ("TJ", "TJK", "Tajikistan", "Tadjikistan", CENTRAL_ASIA),
    ("TL", "TLS", "Timor-Leste", "Timor-Leste", SOUTH_EASTERN_ASIA),
    ("UG", "UGA", "Uganda", "Ouganda", EASTERN_AFRICA),
    ("YE", "YEM", "Yemen", "Yémen", WESTERN_ASIA),
];

/// The countries of the United Nations' training scenario, in which the demo plays: on an island off the coast of Eastern
/// Africa. They have no codes, and no French names.
const EXERCISE: [&str; 4] = ["Carana", "Katasi", "Rimosa", "Sumora"];

/// The region of a country by code or by name, in either language and whatever its capitals and apostrophes; `None` for
/// one that the table does not have.
pub fn of_country(country: &str) -> Option<Region> {
    let plain = |text: &str| text.trim().to_lowercase().replace('\'', "’");
    let asked = plain(country);
    let found =
        COUNTRIES.iter().find(|(two, three, en, fr, _)| [two, three, en, fr].iter().any(|one| plain(one) == asked));
    let exercise = EXERCISE.iter().any(|name| plain(name) == asked).then_some(EASTERN_AFRICA);
    found.map(|(.., region)| *region).or(exercise)
}

/// The regions of a mission's countries, each once, in order of their codes; none where no country is known.
pub fn of_countries<'a>(countries: impl IntoIterator<Item = &'a str>) -> Vec<Region> {
    let mut regions: Vec<Region> = countries.into_iter().filter_map(of_country).collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn a_country_is_found_by_code_and_by_name_in_either_language() {
        for name in ["CF", "caf", " Central African Republic ", "République centrafricaine"] {
            assert_eq!(of_country(name), Some(MIDDLE_AFRICA), "{name}");
        }
        assert_eq!(of_country("Côte d'Ivoire"), Some(WESTERN_AFRICA), "with a straight apostrophe");
        assert_eq!(of_country("carana"), Some(EASTERN_AFRICA), "of the training scenario");
        assert_eq!(of_country("Atlantis"), None, "a country that is not there has no region");
        assert_eq!(of_country(""), None);
    }

    #[test]
    fn a_mission_in_two_regions_is_in_both_and_two_countries_of_one_count_once() {
        assert_eq!(of_countries(["SD", "SS"]), [EASTERN_AFRICA, NORTHERN_AFRICA]);
        assert_eq!(of_countries(["India", "Pakistan"]), [SOUTHERN_ASIA]);
        assert!(of_countries(["Atlantis"]).is_empty());
    }

    #[test]
    fn no_code_or_name_stands_for_two_countries_and_no_code_for_two_regions() {
        let mut seen = BTreeSet::new();
        for (two, three, en, fr, _) in COUNTRIES {
            assert!((two.len(), three.len()) == (2, 3) && two[..1] == three[..1], "{two} {three}");
            for name in BTreeSet::from([*two, *three, *en, *fr]) {
                assert!(seen.insert(name), "{name} twice");
            }
        }
        let mut names = BTreeMap::new();
        for (.., region) in COUNTRIES {
            assert_eq!(*names.entry(region.code).or_insert(region), region);
        }
    }
}
