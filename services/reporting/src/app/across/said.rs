//! What a mission reads of a read, in both languages. What other missions were read is not its to know.

use chassis::db::Reading;
use cpas_proto::words::{Frequency, Period};

use super::HeatMapAsked;

pub(super) fn shared_indicators() -> Reading {
    reading(
        "ListSharedIndicators",
        "Which indicators of the library the mission has in use",
        "Quels indicateurs de la bibliothèque la mission utilise",
    )
}

pub(super) fn heat_map(asked: &HeatMapAsked) -> Reading {
    let code = &asked.library_code;
    let bound =
        |word: &str, period: Option<Period>| period.map(|period| format!(" {word} {period}")).unwrap_or_default();
    let (by, par) = asked.frequency.map(frequency).unwrap_or_default();
    let (from, until) = (bound("from", asked.first), bound("to", asked.last));
    let (de, a) = (bound("de", asked.first), bound("à", asked.last));
    reading(
        "GetAcrossMissions",
        format!("Values of the shared indicator {code}{by}{from}{until}"),
        format!("Valeurs de l’indicateur partagé {code}{par}{de}{a}"),
    )
}

pub(super) fn comparison() -> Reading {
    reading(
        "CompareMissions",
        "How the plan stands, and the values of shared indicators, beside another mission",
        "Où en est le plan, et les valeurs des indicateurs partagés, à côté d’une autre mission",
    )
}

pub(super) fn late() -> Reading {
    reading(
        "ListLateMissions",
        "What is late: context map, data, assessments, recommendations",
        "Ce qui est en retard : carte de contexte, données, évaluations, recommandations",
    )
}

pub(super) fn recommendations() -> Reading {
    reading(
        "GetRecommendationsAcrossMissions",
        "How many recommendations of each kind there are, and what became of them",
        "Combien de recommandations de chaque type il y a, et ce qu’elles sont devenues",
    )
}

pub(super) fn theme(theme: &str) -> Reading {
    reading(
        "GetThemeAcrossMissions",
        format!("What the plan has under the marker {theme}, its indicators, ratings and recommendations"),
        format!("Ce que le plan prévoit sous le marqueur {theme}, ses indicateurs, notes et recommandations"),
    )
}

pub(super) fn time_lines() -> Reading {
    reading(
        "GetTimeLinesAcrossMissions",
        "The line of time: events, ratings, targets, plan, recommendations and context maps",
        "La ligne du temps : événements, notes, cibles, plan, recommandations et cartes de contexte",
    )
}

pub(super) fn themes() -> Reading {
    reading(
        "GetThemesAcrossMissions",
        "What the plan has under each marker (gender, PoC, A4P+, SDG 16), and how it stands",
        "Ce que le plan prévoit sous chaque marqueur (genre, PdC, A4P+, ODD 16), et où cela en est",
    )
}

const fn frequency(of: Frequency) -> (&'static str, &'static str) {
    match of {
        Frequency::Day => (" by day", " par jour"),
        Frequency::Month => (" by month", " par mois"),
        Frequency::Quarter => (" by quarter", " par trimestre"),
        Frequency::HalfYear => (" by half-year", " par semestre"),
        Frequency::Year => (" by year", " par année"),
        Frequency::FiscalYear => (" by fiscal year", " par exercice"),
    }
}

fn reading(call: &'static str, en: impl Into<String>, fr: impl Into<String>) -> Reading {
    Reading { call, text_en: en.into(), text_fr: fr.into() }
}
