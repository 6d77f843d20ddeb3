//! Words of the closed vocabularies as a planner reads them in English and French.

use cpas_proto::words::Language;

/// A word of the API with what a planner reads for it.
pub type Word = (&'static str, &'static str, &'static str);

pub const KINDS: &[Word] = &[
    ("objective", "Objective", "Objectif"),
    ("outcome", "Outcome", "Effet"),
    ("output", "Output", "Produit"),
    ("activity", "Activity", "Activité"),
];
pub const DIMENSIONS: &[Word] = &[
    ("behaviour", "Behaviour", "Comportement"),
    ("attitude", "Attitude", "Attitude"),
    ("capability", "Capability", "Capacité"),
];
pub const COMPONENTS: &[Word] = &[
    ("civilian", "Civilian", "Civile"),
    ("military", "Military", "Militaire"),
    ("police", "Police", "Police"),
    ("support", "Support", "Appui"),
];
pub const STATUSES: &[Word] = &[
    ("planned", "Planned", "Prévue"),
    ("ongoing", "Ongoing", "En cours"),
    ("done", "Done", "Faite"),
    ("cancelled", "Cancelled", "Annulée"),
];
pub const LEVELS: &[Word] =
    &[("context", "Context", "Contexte"), ("outcome", "Outcome", "Effet"), ("output", "Output", "Produit")];
pub const TYPES: &[Word] = &[
    ("count", "Count", "Dénombrement"),
    ("sum", "Sum", "Somme"),
    ("average", "Average", "Moyenne"),
    ("ratio", "Ratio", "Rapport"),
    ("index", "Index", "Indice"),
    ("scale", "Scale", "Échelle"),
    ("milestone", "Milestone", "Jalon"),
    ("qualitative", "Qualitative", "Qualitatif"),
];
pub const DIRECTIONS: &[Word] = &[
    ("higher", "Higher is better", "Plus élevé est mieux"),
    ("lower", "Lower is better", "Plus bas est mieux"),
    ("in_range", "In a range", "Dans une fourchette"),
];
pub const OVER_TIME: &[Word] = &[
    ("sum", "Sum", "Somme"),
    ("average", "Average", "Moyenne"),
    ("last", "Last value", "Dernière valeur"),
    ("max", "Highest", "Maximum"),
    ("min", "Lowest", "Minimum"),
    ("ratio", "Ratio", "Rapport"),
];
pub const OVER_AREAS: &[Word] = &[
    ("sum", "Sum", "Somme"),
    ("average", "Average", "Moyenne"),
    ("max", "Highest", "Maximum"),
    ("min", "Lowest", "Minimum"),
    ("ratio", "Ratio", "Rapport"),
    ("none", "Not put together", "Sans agrégation"),
];
pub const FREQUENCIES: &[Word] = &[
    ("day", "Day", "Jour"),
    ("month", "Month", "Mois"),
    ("quarter", "Quarter", "Trimestre"),
    ("half_year", "Half-year", "Semestre"),
    ("year", "Year", "Année"),
    ("fiscal_year", "Fiscal year", "Exercice"),
];
pub const STRENGTHS: &[Word] =
    &[("weak", "Weak", "Faible"), ("moderate", "Moderate", "Moyenne"), ("strong", "Strong", "Forte")];
pub const CLASSIFICATIONS: &[Word] = &[
    ("unclassified", "Unclassified", "Non classifié"),
    ("confidential", "Confidential", "Confidentiel"),
    ("strictly_confidential", "Strictly confidential", "Strictement confidentiel"),
];

/// What a planner reads for a word; the word itself where it is none of them.
pub fn shown<'a>(words: &[Word], word: &'a str, language: Language) -> &'a str {
    match words.iter().find(|(key, ..)| *key == word) {
        Some((_, en, fr)) => {
            if language == Language::Fr {
                fr
            } else {
                en
            }
        }
        None => word,
    }
}

/// The word of what a planner wrote, in either language, with or without accents and capitals.
pub fn meant(words: &[Word], written: &str) -> Option<&'static str> {
    let written = plain(written);
    words.iter().find(|(key, en, fr)| [key, en, fr].iter().any(|word| plain(word) == written)).map(|(key, ..)| *key)
}

/// Lower case, without accents, with single spaces for all that is neither letter nor digit.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match without_accent(letter) {
            Some(letters) => plain.push_str(letters),
            None if letter.is_alphanumeric() => plain.push(letter),
            None if !plain.is_empty() && !plain.ends_with(' ') => plain.push(' '),
            None => {}
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

const fn without_accent(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' => "a",
        'ç' => "c",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'î' | 'ï' | 'í' => "i",
        'ñ' => "n",
        'ô' | 'ö' | 'ó' => "o",
        'ù' | 'û' | 'ü' | 'ú' => "u",
        'œ' => "oe",
        'æ' => "ae",
        _ => return None,
    })
}
