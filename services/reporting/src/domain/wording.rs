//! The words that documents bring along, in both languages.

use cpas_proto::words::Language;

/// A word or sentence of our own in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrase {
    Sources,
    Source,
    NoSource,
    AsKnownAt,
    Period,
    Value,
    Target,
    TargetLow,
    TargetHigh,
    Baseline,
    Area,
    Mission,
    NoData,
    NotApplicable,
    Suppressed,
    SuppressedWhy,
    BoundaryDisclaimer,
    Draft,
    Withdrawn,
    Cautions,
    Data,
    Page,
    Of,
    Public,
    Internal,
    NotOnMap,
    About,
    AllNumbers,
    NumberId,
    Title,
    Indicator,
    Indicators,
    IndicatorCode,
    AreaCode,
    Slice,
    Kind,
    Unit,
    BaselinePeriod,
    Note,
}

/// The phrase in a language.
pub const fn say(phrase: Phrase, language: Language) -> &'static str {
    let (en, fr) = both(phrase);
    match language {
        Language::En => en,
        Language::Fr => fr,
    }
}

const fn both(phrase: Phrase) -> (&'static str, &'static str) {
    match phrase {
        Phrase::Sources => ("Sources and notes", "Sources et notes"),
        Phrase::Source => ("Source", "Source"),
        Phrase::NoSource => {
            ("no source is recorded for this indicator", "aucune source n’est consignée pour cet indicateur")
        }
        Phrase::AsKnownAt => ("Data as known at", "Données telles que connues au"),
        Phrase::Period => ("Period", "Période"),
        Phrase::Value => ("Value", "Valeur"),
        Phrase::Target => ("Target", "Cible"),
        Phrase::TargetLow => ("Target from", "Cible, de"),
        Phrase::TargetHigh => ("Target to", "Cible, à"),
        Phrase::Baseline => ("Baseline", "Référence"),
        Phrase::Area => ("Area", "Zone"),
        Phrase::Mission => ("Whole mission", "Ensemble de la mission"),
        Phrase::NoData => ("no data", "pas de données"),
        Phrase::NotApplicable => ("not applicable", "sans objet"),
        Phrase::Suppressed => ("suppressed", "masqué"),
        Phrase::SuppressedWhy => (
            "“Suppressed”: counts of very few persons, and what would let them be computed, are not shown.",
            "« Masqué » : les effectifs portant sur très peu de personnes, et ce qui permettrait de les calculer, ne sont pas affichés.",
        ),
        Phrase::BoundaryDisclaimer => (
            "The boundaries and names shown and the designations used on this map do not imply official endorsement or acceptance by the United Nations.",
            "Les frontières et les noms indiqués et les désignations employées sur cette carte n’impliquent ni reconnaissance ni acceptation officielle de la part de l’Organisation des Nations Unies.",
        ),
        Phrase::Draft => ("Draft: not cleared, not for distribution.", "Projet : non validé, ne pas diffuser."),
        Phrase::Withdrawn => ("This fact sheet was withdrawn.", "Cette fiche a été retirée."),
        Phrase::Cautions => ("To be read with care", "À lire avec prudence"),
        Phrase::Data => ("Data of the figure", "Données de la figure"),
        Phrase::Page => ("Page", "Page"),
        Phrase::Of => ("of", "sur"),
        Phrase::Public => ("Public", "Public"),
        Phrase::Internal => ("Internal", "Interne"),
        Phrase::NotOnMap => ("Without a shape, not on the map", "Sans contour, absentes de la carte"),
        Phrase::About => ("About", "À propos"),
        Phrase::AllNumbers => ("All numbers", "Tous les chiffres"),
        Phrase::NumberId => ("Number", "Chiffre"),
        Phrase::Title => ("Title", "Titre"),
        Phrase::Indicator => ("Indicator", "Indicateur"),
        Phrase::Indicators => ("Indicators", "Indicateurs"),
        Phrase::IndicatorCode => ("Indicator code", "Code de l’indicateur"),
        Phrase::AreaCode => ("Area code", "Code de la zone"),
        Phrase::Slice => ("Slice", "Ventilation"),
        Phrase::Kind => ("Kind", "Nature"),
        Phrase::Unit => ("Unit", "Unité"),
        Phrase::BaselinePeriod => ("Baseline period", "Période de référence"),
        Phrase::Note => ("Note", "Remarque"),
    }
}

/// The words of ratings, of confidence and of directions.
pub const RATINGS: [(&str, &str, &str); 15] = [
    ("achieved", "achieved", "atteint"),
    ("on_track", "on track", "en bonne voie"),
    ("at_risk", "at risk", "à risque"),
    ("off_track", "off track", "hors trajectoire"),
    ("no_data", "no data", "pas de données"),
    ("strong", "strong", "forte"),
    ("adequate", "adequate", "suffisante"),
    ("weak", "weak", "faible"),
    ("low", "low", "faible"),
    ("medium", "medium", "moyenne"),
    ("high", "high", "élevée"),
    ("better", "better", "mieux"),
    ("same", "the same", "inchangé"),
    ("worse", "worse", "pire"),
    ("mixed", "mixed", "contrasté"),
];

/// A word of a finding in a language; a dash where there is none.
pub fn judged(word: &str, language: Language) -> &str {
    let found = RATINGS.iter().find(|(known, ..)| *known == word);
    match (found, language) {
        _ if word.is_empty() => "–",
        (Some((_, en, _)), Language::En) => en,
        (Some((_, _, fr)), Language::Fr) => fr,
        (None, _) => word,
    }
}
