//! The sentences of what was gathered, in English and French.

use chrono::NaiveDate;
use cpas_proto::words::{Language, Period};

use super::{
    Reason,
    around::{Factor, Paper, Shift},
};
use crate::domain::{
    analysis::{
        hot_spots::{AreaSpot, Gathering, getis_ord::Heat},
        sentence::{number, probability},
    },
    finding::Question,
    text::Text,
};

/// Longest that is shown of a narrative, in characters; all of it stands in its own assessment.
const SHOWN_CHARS_MAX: usize = 400;

pub(super) fn reason(reason: &Reason) -> Text {
    let (en, fr) = match reason {
        Reason::MeasuresOutcome => ("measures this outcome", "mesure cet effet"),
        Reason::OwnStakeholder => {
            ("is the stakeholder whose change this outcome is", "est l'acteur dont cet effet est le changement")
        }
        Reason::Linked => ("the plan links this output to the outcome", "le plan relie ce produit à l'effet"),
        Reason::MeasuresOutput => {
            ("measures an output behind this outcome", "mesure un produit à l'appui de cet effet")
        }
        Reason::SameOutcome(period) => {
            return Text::of(
                format!("was found of this outcome in the assessment of {period}"),
                format!("a été constaté de cet effet dans l'évaluation de {period}"),
            );
        }
        Reason::Noted(question) => {
            return Text::of(
                format!("was noted here on “{}”", question_word(*question, Language::En)),
                format!("a été noté ici sur « {} »", question_word(*question, Language::Fr)),
            );
        }
        Reason::WholeMission => ("is of the mission as a whole", "porte sur la mission entière"),
        Reason::InArea => ("lies in the outcome's areas", "se trouve dans les zones de l'effet"),
        Reason::NoAreas => {
            ("the outcome names no areas, so all count", "l'effet ne nomme aucune zone, toutes comptent")
        }
        Reason::Backs(title) => {
            let (en, fr) = both(title);
            return Text::of(format!("backs the factor “{en}”"), format!("appuie le facteur « {fr} »"));
        }
        Reason::StandsOut => ("stands out", "sort de l'ordinaire"),
        Reason::InPeriod => ("falls in the assessed period", "tombe dans la période évaluée"),
    };
    Text::of(en, fr)
}

/// A question in two or three words.
const fn question_word(question: Question, language: Language) -> &'static str {
    match (question, language) {
        (Question::Change, Language::En) => "what changed",
        (Question::Delivery, Language::En) => "delivery",
        (Question::Link, Language::En) => "the link",
        (Question::Alternatives, Language::En) => "what else explains it",
        (Question::GenderAndYouth, Language::En) => "women, girls, youth",
        (Question::Next, Language::En) => "what next",
        (Question::Change, Language::Fr) => "ce qui a changé",
        (Question::Delivery, Language::Fr) => "la réalisation",
        (Question::Link, Language::Fr) => "le lien",
        (Question::Alternatives, Language::Fr) => "les autres explications",
        (Question::GenderAndYouth, Language::Fr) => "femmes, filles, jeunes",
        (Question::Next, Language::Fr) => "la suite",
    }
}

/// An earlier finding in a few letters.
pub(super) fn question(question: Question, period: &Period) -> String {
    format!("{} · {}", period, question.word())
}

pub(super) fn hot_spot(one: &AreaSpot) -> Text {
    let (en, fr) = if one.name.en.is_empty() && one.name.fr.is_empty() {
        (one.area.as_str(), one.area.as_str())
    } else {
        both(&one.name)
    };
    let (more, plus) = match one.spot.heat {
        Heat::Cold => ("fewer", "moins"),
        Heat::Hot | Heat::Neither => ("more", "plus"),
    };
    let said = |language| (number(one.spot.z, language), probability(one.spot.q, language));
    let ((z, q), (z_fr, q_fr)) = (said(Language::En), said(Language::Fr));
    Text::of(
        format!(
            "{en}: {} events; with its neighbours it has {more} than chance would put there (z {z}, q {q}).",
            one.events
        ),
        format!(
            "{fr} : {} événements ; avec ses voisines elle en a {plus} que le hasard n'en mettrait (z {z_fr}, q {q_fr}).",
            one.events
        ),
    )
}

pub(super) fn cluster(one: &Gathering) -> Text {
    let said = |language| {
        (
            number(one.cluster.expected, language),
            probability(one.cluster.p, language),
            number(one.radius_km.round(), language),
        )
    };
    let ((expected, p, km), (expected_fr, p_fr, km_fr)) = (said(Language::En), said(Language::Fr));
    let (en, fr) = one
        .area
        .as_ref()
        .map_or((String::new(), String::new()), |area| (format!(" around {area}"), format!(" autour de {area}")));
    let (first, last, events) = (one.first, one.last, one.cluster.events);
    Text::of(
        format!(
            "{events} events within {km} km{en} from {first} to {last}, where {expected} were to be expected (p {p})."
        ),
        format!(
            "{events} événements à {km_fr} km à la ronde{fr} du {first} au {last}, pour {expected_fr} attendus (p {p_fr})."
        ),
    )
}

pub(super) fn factor(one: &Factor) -> Text {
    let (effect, effet) = match one.effect.as_str() {
        "promotes" => ("promotes peace", "favorise la paix"),
        _ => ("inhibits peace", "entrave la paix"),
    };
    let (trend, tendance) = match one.trend.as_str() {
        "improving" => ("improving", "en amélioration"),
        "worsening" => ("worsening", "en aggravation"),
        _ => ("stable", "stable"),
    };
    let (en, fr) = both(&one.title);
    let severity = one.severity;
    Text::of(
        format!("{en}: {effect}, severity {severity} of 5, {trend}."),
        format!("{fr} : {effet}, gravité {severity} sur 5, {tendance}."),
    )
}

/// Title, source, day and the admiralty code, which reads the same in both languages.
pub(super) fn paper(one: &Paper) -> Text {
    let day = one.date.map(|day: NaiveDate| format!(", {day}")).unwrap_or_default();
    let code = format!("{}{}", one.reliability, one.credibility);
    as_it_is(&format!("{} ({}{day}, {code})", one.title, one.source))
}

pub(super) fn shift(one: &Shift) -> Text {
    let (name, day, influence) = (&one.name, one.as_of, one.influence);
    let now = stance(one.now);
    match one.before.filter(|before| *before != one.now).map(stance) {
        Some(before) => Text::of(
            format!("{name}: stance from {before} to {now} by {day}, influence {influence} of 5."),
            format!("{name} : position de {before} à {now} au {day}, influence {influence} sur 5."),
        ),
        None => Text::of(
            format!("{name}: stance {now} on {day}, influence {influence} of 5."),
            format!("{name} : position {now} au {day}, influence {influence} sur 5."),
        ),
    }
}

fn stance(value: i32) -> String {
    match value {
        0 => "0".to_owned(),
        above if above > 0 => format!("+{above}"),
        below => format!("−{}", below.unsigned_abs()),
    }
}

/// The beginning of a narrative.
pub(super) fn shortened(text: &Text) -> Text {
    let short = |text: &str| match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    };
    Text::of(short(&text.en), short(&text.fr))
}

/// Words that nobody translated.
pub(super) fn as_it_is(text: &str) -> Text {
    Text::of(text, text)
}

/// A title in one language, English where there is one.
pub(super) fn either(text: &Text) -> String {
    if text.en.is_empty() { text.fr.clone() } else { text.en.clone() }
}

/// Both languages, each in place of the other where it is missing.
fn both(text: &Text) -> (&str, &str) {
    match (text.en.as_str(), text.fr.as_str()) {
        ("", fr) => (fr, fr),
        (en, "") => (en, en),
        pair => pair,
    }
}
