//! What headings and the words before a text say of a framework, in English and French.

use super::words::{self, plain};

/// Levels from the top, with the fields of their columns.
pub(super) const LEVELS: [&str; 4] = ["objective", "outcome", "output", "activity"];
/// Fields that a column may hold, with the words of their headings, without accents.
pub(super) const FIELDS: &[(&str, &[&str])] = &[
    ("objective", &["objective", "strategic objective", "goal", "objectif", "objectif strategique", "but"]),
    (
        "outcome",
        &[
            "outcome",
            "expected outcome",
            "result",
            "expected result",
            "effet",
            "effet attendu",
            "resultat",
            "resultat attendu",
        ],
    ),
    ("output", &["output", "expected output", "produit", "produit attendu", "extrant"]),
    ("activity", &["activity", "activities", "activite", "action"]),
    ("statement", &["statement", "description", "title", "text", "enonce", "intitule", "libelle", "designation"]),
    ("kind", &["level", "type", "kind", "niveau", "categorie", "category"]),
    (
        "lead_section",
        &[
            "lead",
            "lead section",
            "responsible",
            "responsible section",
            "section",
            "responsable",
            "section responsable",
            "chef de file",
            "unite responsable",
        ],
    ),
    (
        "contributing_sections",
        &["contributing", "contributing section", "partner", "contributrice", "section contributrice", "partenaire"],
    ),
    ("areas", &["area", "location", "region", "zone", "lieu", "prefecture"]),
    ("markers", &["marker", "marqueur"]),
    ("start", &["start", "start date", "from", "debut", "date de debut"]),
    ("end", &["end", "end date", "deadline", "to", "fin", "date de fin", "echeance"]),
    ("component", &["component", "pillar", "composante", "pilier"]),
    ("dimension", &["dimension", "type of change", "type de changement"]),
    (
        "indicator",
        &[
            "indicator",
            "performance indicator",
            "key indicator",
            "kpi",
            "indicateur",
            "indicateur de performance",
            "iov",
        ],
    ),
    ("indicator_code", &["code", "indicator code", "code de l indicateur", "code indicateur"]),
    ("unit", &["unit", "unit of measure", "unite", "unite de mesure"]),
    (
        "baseline",
        &["baseline", "base line", "valeur de reference", "reference", "ligne de base", "situation de reference"],
    ),
    ("target", &["target", "cible", "valeur cible"]),
    (
        "verification",
        &[
            "verification",
            "means of verification",
            "source of verification",
            "source",
            "data source",
            "moyen de verification",
            "moyens de verification",
            "source de verification",
            "source de donnees",
        ],
    ),
];

/// Words separated by commas, semicolons or lines, as they are kept.
pub(super) fn listed(text: &str) -> String {
    let words = text.split([',', ';', '\n']).map(str::trim).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("; ")
}

pub(super) fn component(text: &str) -> Result<String, String> {
    let stems = [
        ("civilian", "civil"),
        ("military", "milit"),
        ("military", "force"),
        ("police", "polic"),
        ("police", "unpol"),
        ("support", "support"),
        ("support", "appui"),
        ("support", "soutien"),
    ];
    let words = plain(text);
    let found = stems.iter().find(|(_, stem)| words.split(' ').any(|word| word.starts_with(stem)));
    found
        .map(|(word, _)| (*word).to_owned())
        .ok_or_else(|| format!("\"{text}\" is no component; write civilian, military, police or support."))
}

pub(super) fn dimension(text: &str) -> Result<String, String> {
    let found = words::meant(words::DIMENSIONS, text).map(ToOwned::to_owned);
    found.ok_or_else(|| format!("\"{text}\" is no dimension of change; write behaviour, attitude or capability."))
}

/// The level that a cell names: "Outcome", "Effets attendus".
pub(super) fn level_of(text: &str) -> Option<usize> {
    let text = plain(text);
    let names = |words: &[&str]| {
        words.iter().any(|word| {
            text.strip_prefix(word).is_some_and(|rest| matches!(rest, "" | "s") || rest.starts_with([' ', 's']))
        })
    };
    FIELDS[..LEVELS.len()].iter().position(|(_, words)| names(words))
}

/// The label before a text, and what follows it: "Output 1.1.1: Patrols" is an output, "Patrols".
pub(super) fn labelled(text: &str) -> Option<(usize, &str)> {
    let level = level_of(text)?;
    // Only where a number or a colon follows is the word a label, and no part of the sentence.
    let at = text.find(|letter: char| letter.is_ascii_digit() || letter == ':')?;
    let words = text[..at].split_whitespace().count();
    if words > 3 {
        return None;
    }
    let rest = text[at..].trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    Some((level, rest))
}

/// How many parts the number before a text has: "1.2. Patrols" has 2. A bare "100" counts nothing but things.
pub(super) fn parts_of_number(text: &str) -> Option<usize> {
    let word = text.split_whitespace().next()?;
    let number = word.trim_end_matches(['.', ')', ':']);
    let parts: Vec<&str> = number.split('.').collect();
    let is = |part: &&str| !part.is_empty() && part.len() <= 3 && part.chars().all(|letter| letter.is_ascii_digit());
    (parts.iter().all(is) && (parts.len() > 1 || word.len() > number.len())).then_some(parts.len())
}

/// A text without the word and number of its level.
pub(super) fn stripped(text: &str) -> &str {
    let text = text.trim();
    let rest = match labelled(text) {
        Some((_, rest)) => rest,
        None if parts_of_number(text).is_some() => {
            text.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.')
        }
        None => text,
    };
    let rest = rest.trim_start_matches(|letter: char| {
        letter.is_whitespace() || matches!(letter, ':' | ')' | '.' | '-' | '–' | '—')
    });
    if rest.is_empty() { text } else { rest }
}
