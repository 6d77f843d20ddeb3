//! How one output was delivered, in a few sentences.

use super::{Delivered, Measured};
use crate::domain::{
    analysis::{Status, sentence::status as said},
    text::Text,
};
use cpas_proto::words::Language;

/// Areas that are named one by one.
const AREAS_NAMED: usize = 5;

/// What was delivered, done, in time and covered.
pub(super) fn summary(of: &Delivered) -> Text {
    let say = |language| {
        let parts =
            [indicators(&of.indicators, language), activities(of, language), timely(of, language), areas(of, language)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    Text::of(say(Language::En), say(Language::Fr))
}

fn indicators(all: &[Measured], language: Language) -> String {
    if all.is_empty() {
        return match language {
            Language::En => "No indicator measures it: whether it was delivered cannot be told.",
            Language::Fr => "Aucun indicateur ne le mesure : on ne peut dire s'il a été réalisé.",
        }
        .to_owned();
    }
    let counts = Status::ALL.iter().filter_map(|status| {
        let count = all.iter().filter(|one| one.status == *status).count();
        (count > 0).then(|| format!("{count} {}", said(*status, language)))
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    match (language, all.len()) {
        (Language::En, 1) => format!("Its indicator: {counts}."),
        (Language::En, n) => format!("Of its {n} indicators: {counts}."),
        (Language::Fr, 1) => format!("Son indicateur : {counts}."),
        (Language::Fr, n) => format!("De ses {n} indicateurs : {counts}."),
    }
}

fn activities(of: &Delivered, language: Language) -> String {
    let counts = &of.activities;
    let due = counts.all - counts.cancelled;
    match (due, language) {
        (0, Language::En) => "It has no activities in the work plan.".to_owned(),
        (0, Language::Fr) => "Il n'a pas d'activités dans le plan de travail.".to_owned(),
        (due, Language::En) => format!("Of its {due} activities {} are done and {} late.", counts.done, counts.late),
        (due, Language::Fr) => {
            format!("De ses {due} activités, {} sont faites et {} en retard.", counts.done, counts.late)
        }
    }
}

fn timely(of: &Delivered, language: Language) -> String {
    match (of.timely, language) {
        (Some((part, all)), Language::En) if all > 0 => {
            format!("Of {all} values that were due {part} were there in time.")
        }
        (Some((part, all)), Language::Fr) if all > 0 => {
            format!("Sur {all} valeurs attendues, {part} sont arrivées à temps.")
        }
        _ => String::new(),
    }
}

fn areas(of: &Delivered, language: Language) -> String {
    let planned = &of.output.areas;
    if planned.is_empty() || of.indicators.is_empty() {
        return String::new();
    }
    let without: Vec<&str> =
        planned.iter().filter(|area| !of.areas_with_data.contains(area)).map(String::as_str).collect();
    let (known, all) = (of.areas_with_data.len(), planned.len());
    let named = without.iter().take(AREAS_NAMED).copied().collect::<Vec<_>>().join(", ");
    let more = without.len().saturating_sub(AREAS_NAMED);
    match (without.len(), language) {
        (0, Language::En) => format!("Values speak of all {all} areas that it was planned for."),
        (0, Language::Fr) => format!("Des valeurs portent sur les {all} zones prévues."),
        (_, Language::En) if more > 0 => {
            format!(
                "Values speak of {known} of the {all} areas that it was planned for, and not of {named} and {more} more."
            )
        }
        (_, Language::En) => {
            format!("Values speak of {known} of the {all} areas that it was planned for, and not of {named}.")
        }
        (_, Language::Fr) if more > 0 => {
            format!("Des valeurs portent sur {known} des {all} zones prévues, mais pas sur {named} ni {more} autres.")
        }
        (_, Language::Fr) => format!("Des valeurs portent sur {known} des {all} zones prévues, mais pas sur {named}."),
    }
}
