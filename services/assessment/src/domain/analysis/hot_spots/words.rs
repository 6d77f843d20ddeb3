//! The sentences of hot spots for a leader, in English and French.

use cpas_proto::words::Language;

use super::{
    AREAS_MIN, AreaSpot, EVENTS_MIN, Gathering, Grid, HEXAGONS_MIN, Inapplicable, WEEKS_MAX, WEEKS_MIN,
    getis_ord::{Heat, LEVEL},
};
use crate::domain::{
    analysis::sentence::{number, probability},
    text::Text,
};

/// Places that a sentence names.
const NAMED_MAX: usize = 5;

/// Why one of the three does not apply.
pub(super) fn inapplicable(why: Inapplicable) -> Text {
    let (en, fr) = match why {
        Inapplicable::FewEvents { events } => (
            format!("{events} events are known well enough, and it takes {EVENTS_MIN}"),
            format!("{events} événements sont assez bien connus, et il en faut {EVENTS_MIN}"),
        ),
        Inapplicable::FewAreas { areas } => (
            format!("{areas} areas have boundaries, and it takes {AREAS_MIN}"),
            format!("{areas} zones ont des limites, et il en faut {AREAS_MIN}"),
        ),
        Inapplicable::FewHexagons { hexagons } => (
            format!("{hexagons} hexagons cover the areas, and it takes {HEXAGONS_MIN}"),
            format!("{hexagons} hexagones couvrent les zones, et il en faut {HEXAGONS_MIN}"),
        ),
        Inapplicable::Weeks { weeks } => (
            format!("the period has {weeks} weeks, and it takes {WEEKS_MIN} to {WEEKS_MAX}"),
            format!("la période compte {weeks} semaines, et il en faut {WEEKS_MIN} à {WEEKS_MAX}"),
        ),
        Inapplicable::Even => {
            ("there are as many events everywhere".to_owned(), "il y a autant d'événements partout".to_owned())
        }
    };
    Text::of(format!("Does not apply: {en}."), format!("Ne s'applique pas : {fr}."))
}

/// Which areas stand out.
pub(super) fn of_areas(found: &[AreaSpot], events: usize) -> Text {
    let named = |heat, language| {
        let name = |one: &AreaSpot| match language {
            Language::Fr if !one.name.fr.is_empty() => one.name.fr.clone(),
            _ if one.name.en.is_empty() => one.area.clone(),
            _ => one.name.en.clone(),
        };
        let all: Vec<String> = found.iter().filter(|one| one.spot.heat == heat).map(name).collect();
        (all.len(), listed(&all, language))
    };
    let tested = found.len();
    let ((hot, en), (_, fr)) = (named(Heat::Hot, Language::En), named(Heat::Hot, Language::Fr));
    let ((cold, cold_en), (_, cold_fr)) = (named(Heat::Cold, Language::En), named(Heat::Cold, Language::Fr));
    if hot + cold == 0 {
        return Text::of(
            format!("In none of {tested} areas do the {events} events stand out from what chance would put there."),
            format!(
                "Dans aucune des {tested} zones les {events} événements ne se détachent de ce que le hasard y mettrait."
            ),
        );
    }
    let mut said = Text::of(
        format!("Of {tested} areas, {hot} stand out with those near them for more events than chance would put there"),
        format!(
            "Sur {tested} zones, {hot} se détachent avec leurs voisines par plus d'événements que le hasard n'en mettrait"
        ),
    );
    if hot > 0 {
        said.en += &format!(": {en}");
        said.fr += &format!(" : {fr}");
    }
    said.en += ".";
    said.fr += ".";
    if cold > 0 {
        said.en += &format!(" Fewer than chance: {cold_en}.");
        said.fr += &format!(" Moins que le hasard : {cold_fr}.");
    }
    said
}

/// How many hexagons stand out, and where.
pub(super) fn of_grid(found: &Grid) -> Text {
    let hot: Vec<_> = found.hexagons.iter().filter(|one| one.spot.heat == Heat::Hot).collect();
    let mut areas: Vec<String> = hot.iter().filter_map(|one| one.area.clone()).collect();
    areas.sort();
    areas.dedup();
    let say = |language| {
        let edge = number(found.edge_km, language);
        let (tested, count, places) = (found.tested, hot.len(), listed(&areas, language));
        match (language, areas.is_empty()) {
            (Language::En, true) => format!("Of {tested} hexagons with an edge of {edge} km, {count} are hot spots."),
            (Language::En, false) => {
                format!("Of {tested} hexagons with an edge of {edge} km, {count} are hot spots: in {places}.")
            }
            (Language::Fr, true) => {
                format!("Sur {tested} hexagones de {edge} km d'arête, {count} sont des points chauds.")
            }
            (Language::Fr, false) => {
                format!("Sur {tested} hexagones de {edge} km d'arête, {count} sont des points chauds : dans {places}.")
            }
        }
    };
    Text::of(say(Language::En), say(Language::Fr))
}

/// The clusters that chance would rarely give.
pub(super) fn of_clusters(found: &[Gathering]) -> Text {
    let clear: Vec<&Gathering> = found.iter().filter(|one| one.cluster.p <= LEVEL).collect();
    if clear.is_empty() {
        return Text::of(
            "No cluster in space and time stands out from what chance would give.",
            "Aucun regroupement dans l'espace et le temps ne se détache de ce que le hasard donnerait.",
        );
    }
    let say = |one: &&Gathering, language| {
        let place = one.area.clone().unwrap_or_else(|| {
            format!("{}, {}", number(one.middle.latitude, language), number(one.middle.longitude, language))
        });
        let (radius, expected) = (number(one.radius_km, language), number(one.cluster.expected, language));
        let (events, first, last) = (one.cluster.events, one.first, one.last);
        let p = probability(one.cluster.p, language);
        match language {
            Language::En => format!(
                "From {first} to {last} there were {events} events within {radius} km around {place}, where {expected} were to be expected (p {p})."
            ),
            Language::Fr => format!(
                "Du {first} au {last}, il y a eu {events} événements dans un rayon de {radius} km autour de {place}, là où l'on en attendait {expected} (p {p})."
            ),
        }
    };
    let all = |language| clear.iter().map(|one| say(one, language)).collect::<Vec<_>>().join(" ");
    Text::of(all(Language::En), all(Language::Fr))
}

fn listed(names: &[String], language: Language) -> String {
    let first = names.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    match (names.len().saturating_sub(NAMED_MAX), language) {
        (0, _) => first,
        (more, Language::En) => format!("{first} and {more} more"),
        (more, Language::Fr) => format!("{first} et {more} autres"),
    }
}
