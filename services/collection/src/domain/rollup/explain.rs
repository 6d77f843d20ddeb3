//! How a point came about: the formula in words, and the facts behind it.

use cpas_proto::words::{Frequency, Period, Slice};

use super::cube::{Amount, Cell, Cube, How, Key};
use crate::domain::definition::{OverAreas, OverTime};

/// A formula in English and French.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    pub en: String,
    pub fr: String,
}

impl Formula {
    fn of(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { en: en.into(), fr: fr.into() }
    }
}

impl Cube<'_> {
    /// Numbers of the facts behind a point, in the order that they were given, and the formula.
    pub fn explain(&mut self, area: &str, period: Period, slice: &Slice) -> (Vec<usize>, Formula) {
        let key = self.asked(area, period, slice);
        let mut facts = Vec::new();
        self.collect(key, &mut facts);
        facts.sort_unstable();
        facts.dedup();
        let formula = self.formula(key);
        (facts, formula)
    }

    fn collect(&mut self, key: Key, facts: &mut Vec<usize>) {
        let cell = self.cell(key);
        match &cell.how {
            // A fact that says "missing" explains why there is nothing.
            How::Nothing => facts.extend(self.given.get(&key)),
            How::Given(number) => facts.push(*number),
            How::Slices(_, parts) | How::Time(_, parts) | How::Areas(parts) | How::Carried(parts) => {
                for &part in parts {
                    self.collect(part, facts);
                }
            }
        }
    }

    /// The formula of a cell, told along its first part.
    fn formula(&mut self, key: Key) -> Formula {
        let cell = self.cell(key);
        let ratio = matches!(cell.amount, Amount::Ratio { .. });
        let (outer, first) = match &cell.how {
            How::Nothing => return Formula::of("no value is known", "aucune valeur connue"),
            How::Given(_) => return given(&cell),
            How::Slices(dimension, parts) => {
                let outer = if ratio { summed_parts() } else { Formula::of("sum", "somme") };
                let outer =
                    Formula::of(format!("{} over {dimension}", outer.en), format!("{} par {dimension}", outer.fr));
                (outer, parts.first())
            }
            How::Time(frequency, parts) => {
                let outer = over_time(self.definition.over_time, ratio);
                let (en, fr) = parts_of_time(*frequency);
                (Formula::of(format!("{} over {en}", outer.en), format!("{} sur {fr}", outer.fr)), parts.first())
            }
            How::Areas(parts) => {
                let outer = over_areas(self.definition.over_areas, ratio);
                (Formula::of(format!("{} over areas", outer.en), format!("{} sur les zones", outer.fr)), parts.first())
            }
            How::Carried(parts) => {
                let outer = over_areas(self.definition.over_areas, ratio);
                let fr = format!("{} sur les zones dont elle est née par fusion", outer.fr);
                (Formula::of(format!("{} over the areas that it was merged of", outer.en), fr), parts.first())
            }
        };
        let Some(&first) = first else { return outer };
        let inner = self.formula(first);
        Formula::of(format!("{} of {}", outer.en, inner.en), format!("{} de : {}", outer.fr, inner.fr))
    }
}

/// Counted from events.
pub(super) fn events() -> Formula {
    Formula::of(
        "the geocoded events whose days all lie in the period",
        "les événements géolocalisés dont tous les jours sont dans la période",
    )
}

/// An indicator that is named in a formula and is not there.
pub(super) fn unknown() -> Formula {
    Formula::of("not known here", "inconnu ici")
}

/// A formula without its values.
pub(super) fn formula(text: &str) -> Formula {
    Formula::of(text, text)
}

/// A formula with the values of what it names, and how these came about.
pub(super) fn computed(text: &str, parts: &[(String, Amount, Formula)]) -> Formula {
    let en = parts.iter().map(|(code, amount, how)| format!("{code} = {} ({})", shown(*amount).en, how.en));
    let fr = parts.iter().map(|(code, amount, how)| format!("{code} = {} ({})", shown(*amount).fr, how.fr));
    Formula::of(
        format!("{text}, where {}", en.collect::<Vec<_>>().join("; ")),
        format!("{text}, où {}", fr.collect::<Vec<_>>().join(" ; ")),
    )
}

fn shown(amount: Amount) -> Formula {
    match amount {
        Amount::Missing => Formula::of("missing", "manquant"),
        Amount::NotApplicable => Formula::of("not applicable", "sans objet"),
        Amount::Suppressed => Formula::of("not shown", "non montré"),
        Amount::Number(_) | Amount::Ratio { .. } => {
            let number = amount.quotient().unwrap_or_default();
            let text = ((number * 1e6).round() / 1e6).to_string();
            Formula { fr: text.replace('.', ","), en: text }
        }
    }
}

fn given(cell: &Cell) -> Formula {
    match cell.amount {
        Amount::Suppressed => Formula::of("a value that is not shown", "une valeur qui n’est pas montrée"),
        Amount::NotApplicable => Formula::of("not applicable, as given", "sans objet, comme indiqué"),
        Amount::Ratio { .. } => Formula::of("numerator and denominator as given", "numérateur et dénominateur donnés"),
        Amount::Number(_) | Amount::Missing => Formula::of("the values as given", "valeurs données"),
    }
}

fn summed_parts() -> Formula {
    Formula::of(
        "sum of numerators divided by sum of denominators",
        "somme des numérateurs divisée par celle des dénominateurs",
    )
}

fn over_time(over: OverTime, ratio: bool) -> Formula {
    match over {
        OverTime::Last => Formula::of("last", "dernière valeur"),
        OverTime::Max => Formula::of("greatest", "maximum"),
        OverTime::Min => Formula::of("least", "minimum"),
        _ if ratio => summed_parts(),
        OverTime::Average => Formula::of("average", "moyenne"),
        OverTime::Sum | OverTime::Ratio => Formula::of("sum", "somme"),
    }
}

fn over_areas(over: OverAreas, ratio: bool) -> Formula {
    match over {
        OverAreas::Max => Formula::of("greatest", "maximum"),
        OverAreas::Min => Formula::of("least", "minimum"),
        _ if ratio => summed_parts(),
        OverAreas::Average => Formula::of("average", "moyenne"),
        OverAreas::Sum | OverAreas::Ratio | OverAreas::None => Formula::of("sum", "somme"),
    }
}

const fn parts_of_time(frequency: Frequency) -> (&'static str, &'static str) {
    match frequency {
        Frequency::Day => ("days", "les jours"),
        Frequency::Month => ("months", "les mois"),
        Frequency::Quarter => ("quarters", "les trimestres"),
        Frequency::HalfYear => ("half-years", "les semestres"),
        Frequency::Year => ("years", "les années"),
        Frequency::FiscalYear => ("fiscal years", "les exercices"),
    }
}
