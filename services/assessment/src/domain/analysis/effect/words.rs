//! What a comparison says to a leader, and what limits it.

use cpas_proto::words::Language;

use super::{
    super::{
        Verdict,
        sentence::{measure, number, percent},
        values_of_year,
    },
    Outcome, Shift, Watched,
};
use crate::domain::text::Text;

/// What is spoken of.
pub(super) struct Said<'a> {
    pub watched: &'a Watched<'a>,
    pub outcome: Outcome,
    /// Values before and after.
    pub n: (usize, usize),
    pub medians: Option<(f64, f64)>,
    pub shift: Option<Shift>,
    pub trend_before: Verdict,
    /// Periods before and after, gaps included.
    pub periods: (usize, usize),
    pub neighbours_alike: bool,
    /// The period that it was implemented in has a value.
    pub has_during: bool,
}

impl Said<'_> {
    pub fn statement(&self) -> Text {
        let say = |language| {
            let parts = [self.level(language), self.trend(language), self.no_cause(language)];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        Text::of(say(Language::En), say(Language::Fr))
    }

    fn level(&self, language: Language) -> String {
        let (before, after) = self.n;
        let day = self.watched.implemented;
        let (Some(shift), Some((low, high))) = (self.shift, self.medians) else {
            return match language {
                Language::En => format!(
                    "Before {day} there are {before} value(s) to compare with, and after it {after}: too little data says nothing."
                ),
                Language::Fr => format!(
                    "Avant le {day}, il y a {before} valeur(s) de comparaison, et {after} depuis : trop peu de données ne disent rien."
                ),
            };
        };
        let unit = unit_of_difference(self.watched.unit, language);
        let (size, low, high) = (
            measure(shift.difference.abs(), unit, language),
            measure(low, self.watched.unit, language),
            measure(high, self.watched.unit, language),
        );
        let (from, to) = (number(shift.interval.low, language), number(shift.interval.high, language));
        let held = percent(shift.confidence.min(0.99), language);
        let moved = match (shift.difference.partial_cmp(&0.0), language) {
            (Some(std::cmp::Ordering::Less), Language::En) => format!("{size} lower than"),
            (Some(std::cmp::Ordering::Greater), Language::En) => format!("{size} higher than"),
            (_, Language::En) => "the same as".to_owned(),
            (Some(std::cmp::Ordering::Less), Language::Fr) => format!("plus bas de {size} qu'"),
            (Some(std::cmp::Ordering::Greater), Language::Fr) => format!("plus haut de {size} qu'"),
            (_, Language::Fr) => "le même qu'".to_owned(),
        };
        match language {
            Language::En => format!(
                "Since {day} its level is {moved} before (interval {from} to {to}, {held} sure; median {low} of {before} values before, {high} of {after} after): {}.",
                verdict(self.outcome, language)
            ),
            Language::Fr => format!(
                "Depuis le {day}, son niveau est {moved}avant (intervalle de {from} à {to}, sûr à {held} ; médiane {low} de {before} valeurs avant, {high} de {after} après) : {}.",
                verdict(self.outcome, language)
            ),
        }
    }

    fn trend(&self, language: Language) -> String {
        let goes_on = matches!(
            (self.outcome, self.trend_before),
            (Outcome::Better, Verdict::Improving) | (Outcome::Worse, Verdict::Worsening)
        );
        let text = match (self.trend_before, goes_on, language) {
            (Verdict::Improving, true, Language::En) => {
                "It was improving before already, so that the difference may be that trend going on."
            }
            (Verdict::Worsening, true, Language::En) => {
                "It was worsening before already, so that the difference may be that trend going on."
            }
            (Verdict::Improving, false, Language::En) => "It was improving before.",
            (Verdict::Worsening, false, Language::En) => "It was worsening before.",
            (Verdict::Improving, true, Language::Fr) => {
                "Il s'améliorait déjà avant : l'écart peut n'être que cette tendance qui se poursuit."
            }
            (Verdict::Worsening, true, Language::Fr) => {
                "Il se dégradait déjà avant : l'écart peut n'être que cette tendance qui se poursuit."
            }
            (Verdict::Improving, false, Language::Fr) => "Il s'améliorait avant.",
            (Verdict::Worsening, false, Language::Fr) => "Il se dégradait avant.",
            (Verdict::None, _, Language::En) => "No trend before can be told from chance.",
            (Verdict::None, _, Language::Fr) => "Aucune tendance antérieure ne se distingue du hasard.",
            (Verdict::TooFew, ..) => "",
        };
        text.to_owned()
    }

    fn no_cause(&self, language: Language) -> String {
        if self.shift.is_none() {
            return String::new();
        }
        match language {
            Language::En => "That it came after does not say that it came from it.",
            Language::Fr => "Que cela ait suivi ne dit pas que cela en vienne.",
        }
        .to_owned()
    }

    pub fn cautions(&self) -> Vec<Text> {
        let mut cautions = Vec::new();
        if self.shift.is_some() {
            cautions.push(Text::of(
                "Other things happened at the same time, and the comparison does not know them.",
                "D'autres choses se sont passées en même temps, que la comparaison ignore.",
            ));
        }
        let year = values_of_year(self.watched.frequency);
        if self.shift.is_some() && year > 1 && (self.periods.0 < year || self.periods.1 < year) {
            cautions.push(Text::of(
                "On one side there is less than a year of values: the season alone may explain the difference.",
                "D'un côté, il y a moins d'une année de valeurs : la saison seule peut expliquer l'écart.",
            ));
        }
        if self.shift.is_some() && self.neighbours_alike {
            cautions.push(Text::of(
                "Neighbouring values are alike beyond chance, which makes the interval narrower than it should be.",
                "Des valeurs voisines se ressemblent au-delà du hasard, ce qui rend l'intervalle plus étroit qu'il ne devrait.",
            ));
        }
        if self.has_during {
            cautions.push(Text::of(
                "The period in which it was implemented is compared with nothing.",
                "La période de la mise en œuvre n'est comparée à rien.",
            ));
        }
        cautions
    }
}

/// The difference of two percentages is in points.
fn unit_of_difference(unit: &str, language: Language) -> &str {
    match (unit, language) {
        ("%", Language::En) => "percentage points",
        ("%", Language::Fr) => "points de pourcentage",
        (unit, _) => unit,
    }
}

const fn verdict(outcome: Outcome, language: Language) -> &'static str {
    match (outcome, language) {
        (Outcome::Better, Language::En) => "better, and more than chance alone",
        (Outcome::Worse, Language::En) => "worse, and more than chance alone",
        (Outcome::Moved, Language::En) => "more than chance alone, and neither way is better by itself",
        (Outcome::NoDifference | Outcome::TooLittle, Language::En) => "chance alone may give that",
        (Outcome::Better, Language::Fr) => "mieux, et plus que le seul hasard",
        (Outcome::Worse, Language::Fr) => "moins bien, et plus que le seul hasard",
        (Outcome::Moved, Language::Fr) => "plus que le seul hasard, sans qu'un sens soit meilleur en soi",
        (Outcome::NoDifference | Outcome::TooLittle, Language::Fr) => "le seul hasard peut donner cela",
    }
}
