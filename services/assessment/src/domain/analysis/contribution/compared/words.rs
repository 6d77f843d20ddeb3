//! The sentences of the comparisons for a leader, in English and French: "consistent with" at most.

use cpas_proto::words::Language;

use super::{super::Case, Inapplicable, staggered::Staggered, synthetic::Synthetic};
use crate::domain::{
    analysis::sentence::{measure, number, probability},
    text::Text,
};

/// Why a comparison does not apply.
pub(super) fn inapplicable(why: Inapplicable) -> Text {
    let (en, fr) = match why {
        Inapplicable::RisesAndFalls { areas } => (
            format!(
                "in {areas} area(s) the output rises and falls once it has begun, and a start is one only where it is kept"
            ),
            format!(
                "dans {areas} zone(s), le produit monte et descend une fois commencé, et un début n'en est un que s'il est maintenu"
            ),
        ),
        Inapplicable::NothingStarts => (
            "no area takes the output up within the periods that are known of all".to_owned(),
            "aucune zone n'adopte le produit au cours des périodes connues de toutes".to_owned(),
        ),
        Inapplicable::FewWithout { areas, needed } => (
            format!("{areas} area(s) are without the output, and it takes {needed}"),
            format!("{areas} zone(s) sont sans le produit, et il en faut {needed}"),
        ),
        Inapplicable::FewAreas { areas, needed } => (
            format!("{areas} areas are known throughout, and it takes {needed}"),
            format!("{areas} zones sont connues de bout en bout, et il en faut {needed}"),
        ),
        Inapplicable::ManyAreas { areas, most } => (
            format!("there are {areas} areas, and at most {most} are compared at once"),
            format!("il y a {areas} zones, et l'on en compare {most} au plus à la fois"),
        ),
        Inapplicable::FewStarts { areas, needed } => (
            format!(
                "{areas} area(s) take the output up with enough periods known around the start, and it takes {needed}"
            ),
            format!(
                "{areas} zone(s) adoptent le produit avec assez de périodes connues autour du début, et il en faut {needed}"
            ),
        ),
        Inapplicable::FewPeriods { periods, needed } => (
            format!("{periods} periods in a row are known of the areas, and it takes {needed}"),
            format!("{periods} périodes de suite sont connues des zones, et il en faut {needed}"),
        ),
        Inapplicable::NothingVaries => {
            ("the outcome is the same everywhere".to_owned(), "l'effet est le même partout".to_owned())
        }
        Inapplicable::TooLarge => (
            "the numbers are too far apart in size".to_owned(),
            "les nombres sont de tailles trop éloignées".to_owned(),
        ),
    };
    Text::of(format!("Does not apply: {en}."), format!("Ne s'applique pas : {fr}."))
}

/// What the mix of areas without says.
pub(super) fn of_synthetic(case: &Case, found: &Synthetic) -> Text {
    let say = |language| {
        let by = measure(found.gap.abs(), &case.outcome.unit, language);
        let (p, least) = (probability(found.p, language), probability(found.p_least(), language));
        let (without, areas, several) = (found.without, found.without + 1, found.adopters.len());
        let mut said = match language {
            Language::En => {
                let way = if found.gap > 0.0 { "higher" } else { "lower" };
                let who = match found.adopters.as_slice() {
                    [one] => format!("in {} from {} on", one.area, one.start),
                    _ => format!("in the {several} areas that took the output up"),
                };
                format!(
                    "Against a mix of {without} areas without the output that followed it most closely before, the outcome was on average {by} {way} {who} (p {p}, the rank among {areas} areas; with so many it cannot go below {}).",
                    least.trim_start_matches("= ")
                )
            }
            Language::Fr => {
                let way = if found.gap > 0.0 { "supérieur" } else { "inférieur" };
                let who = match found.adopters.as_slice() {
                    [one] => format!("dans {} à partir de {}", one.area, one.start),
                    _ => format!("dans les {several} zones qui ont adopté le produit"),
                };
                format!(
                    "Face à un mélange de {without} zones sans le produit qui suivait le mieux auparavant, l'effet était en moyenne {way} de {by} {who} (p {p}, le rang parmi {areas} zones ; avec ce nombre, il ne peut descendre sous {}).",
                    least.trim_start_matches("= ")
                )
            }
        };
        if !found.follows() {
            said.push_str(match language {
                Language::En => " The mix did not follow closely before, which makes this weak.",
                Language::Fr => " Le mélange suivait mal auparavant, ce qui affaiblit ce constat.",
            });
        }
        said.push_str(verdict(case, found.gap, found.p <= super::super::grade::WEAK_P_MAX, language));
        said
    };
    Text::of(say(Language::En), say(Language::Fr))
}

/// What areas against those that had not yet taken it up say.
pub(super) fn of_staggered(case: &Case, found: &Staggered) -> Text {
    let say = |language| {
        let by = measure(found.effect.abs(), &case.outcome.unit, language);
        let (low, high) = (number(found.low, language), number(found.high, language));
        let p = probability(found.p, language);
        let (adopters, areas, periods) = (found.adopters, found.areas, found.periods);
        let said = match language {
            Language::En => {
                let way = if found.effect > 0.0 { "higher" } else { "lower" };
                let with = if found.never_only { "that never had it" } else { "that had not yet taken it up" };
                format!(
                    "In the {adopters} areas that took the output up, the outcome was since then on average {by} {way} than in areas {with} (95 % interval {low} to {high}; p {p}; {areas} areas, {periods} periods)."
                )
            }
            Language::Fr => {
                let way = if found.effect > 0.0 { "supérieur" } else { "inférieur" };
                let with =
                    if found.never_only { "qui ne l'ont jamais eu" } else { "qui ne l'avaient pas encore adopté" };
                format!(
                    "Dans les {adopters} zones qui ont adopté le produit, l'effet était depuis lors en moyenne {way} de {by} à celui des zones {with} (intervalle à 95 % de {low} à {high} ; p {p} ; {areas} zones, {periods} périodes)."
                )
            }
        };
        said + verdict(case, found.effect, found.is_clear(), language)
    };
    Text::of(say(Language::En), say(Language::Fr))
}

/// What a difference means for the plan; nothing where a movement is neither good nor bad.
fn verdict(case: &Case, difference: f64, is_clear: bool, language: Language) -> &'static str {
    let Some(sign) = case.good_sign() else { return "" };
    match (is_clear, difference * sign > 0.0, language) {
        (false, _, Language::En) => " Chance alone could give as much.",
        (false, _, Language::Fr) => " Le hasard seul pourrait en donner autant.",
        (true, true, Language::En) => " That is consistent with a contribution.",
        (true, true, Language::Fr) => " Cela est compatible avec une contribution.",
        (true, false, Language::En) => " That is against what the plan expects.",
        (true, false, Language::Fr) => " Cela va à l'inverse de ce que le plan attend.",
    }
}
