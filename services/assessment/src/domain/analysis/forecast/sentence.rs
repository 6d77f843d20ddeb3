//! What a forecast says, for a leader; and why there is none.

use cpas_proto::words::Language;

use super::{AHEAD_MAX, Forecast, NoForecast, VALUES_MIN};
use crate::domain::{
    analysis::sentence::{aim, measure, number, percent},
    text::Text,
};

/// Chances nearer to nothing or to all than this are not told apart from it.
const CHANCE_MIN: f64 = 0.01;

impl Forecast {
    /// The value, its interval, and the chance.
    pub(in crate::domain::analysis) fn sentence(&self, unit: &str, language: Language) -> String {
        let period = self.target.period;
        let value = measure(self.target.value, unit, language);
        let (low, high) = (number(self.target.low, language), number(self.target.high, language));
        let (aim, chance) = (aim(self.aim, unit, language), chance(self.chance, language));
        let forecast = match language {
            Language::En => format!(
                "If it goes on as before, {value} is to be expected for {period} (95 % interval {low} to {high}), and the chance of {aim} is {chance}."
            ),
            Language::Fr => format!(
                "Si cela continue ainsi, on peut attendre {value} pour {period} (intervalle à 95 % de {low} à {high}), et la probabilité d'atteindre {aim} est {chance}."
            ),
        };
        let (held, values) = (self.tried.held, self.tried.values);
        match (values, language) {
            (0, _) => forecast,
            (_, Language::En) => {
                forecast + &format!(" Tried on its own past, such intervals held {held} of {values} values.")
            }
            (_, Language::Fr) => {
                forecast
                    + &format!(" Essayés sur son passé, de tels intervalles contenaient {held} valeurs sur {values}.")
            }
        }
    }

    /// What is to be known of it.
    pub(in crate::domain::analysis) fn cautions(&self) -> Vec<Text> {
        let mut cautions = Vec::new();
        if self.tried.values == 0 {
            cautions.push(Text::of(
                "The series is too short to try the forecast on its own past.",
                "La série est trop courte pour essayer la prévision sur son passé.",
            ));
        }
        if let Some(share) = self.tried.coverage().filter(|_| self.tried.is_too_narrow()) {
            cautions.push(Text::of(
                format!(
                    "The intervals of the forecast are too narrow: of its own past they held {}, where 95 % was meant.",
                    percent(share, Language::En)
                ),
                format!(
                    "Les intervalles de la prévision sont trop étroits : de son passé, ils contenaient {}, au lieu de 95\u{202f}%.",
                    percent(share, Language::Fr)
                ),
            ));
        }
        if self.tried.error_share.is_some_and(|share| share >= 1.0) {
            cautions.push(Text::of(
                "On its own past the forecast was no nearer than carrying the last value forward.",
                "Sur son passé, la prévision n'était pas plus proche que de reporter la dernière valeur.",
            ));
        }
        cautions
    }
}

fn chance(chance: f64, language: Language) -> String {
    match language {
        _ if (CHANCE_MIN..=1.0 - CHANCE_MIN).contains(&chance) => match language {
            Language::En => format!("about {}", percent(chance, language)),
            Language::Fr => format!("d'environ {}", percent(chance, language)),
        },
        Language::En if chance < CHANCE_MIN => "below 1 %".to_owned(),
        Language::En => "above 99 %".to_owned(),
        Language::Fr if chance < CHANCE_MIN => "inférieure à 1\u{202f}%".to_owned(),
        Language::Fr => "supérieure à 99\u{202f}%".to_owned(),
    }
}

impl NoForecast {
    /// Why there is none; nothing where none is asked for.
    pub(in crate::domain::analysis) fn caution(self) -> Option<Text> {
        let (en, fr) = match self {
            Self::NothingAhead => return None,
            Self::TooFew { values } => (
                format!("no forecast is made from fewer than {VALUES_MIN} values without a gap, and there are {values}."),
                format!("aucune prévision n'est faite à partir de moins de {VALUES_MIN} valeurs sans lacune, et il y en a {values}."),
            ),
            Self::TooFar { ahead, values } => (
                format!("no forecast is made for more periods than are known, nor for more than {AHEAD_MAX}: it lies {ahead} ahead, and {values} are known."),
                format!("aucune prévision n'est faite pour plus de périodes qu'il n'en est connu, ni plus de {AHEAD_MAX} : elle est à {ahead} périodes, et {values} sont connues."),
            ),
            Self::Length => (
                "no forecast is made, because the values to come cannot be brought to the length of its period.".to_owned(),
                "aucune prévision n'est faite, car les valeurs à venir ne peuvent être ramenées à la durée de sa période.".to_owned(),
            ),
            Self::NoScatter => (
                "no forecast is made, because the values do not vary, or lie on a straight line.".to_owned(),
                "aucune prévision n'est faite, car les valeurs ne varient pas, ou suivent une droite.".to_owned(),
            ),
        };
        Some(Text::of(format!("Of the target ahead {en}"), format!("De la cible à venir, {fr}")))
    }
}
