//! What a form says, in English and French.

use cpas_proto::words::{Frequency, Language, Period, month_name};

use super::{Asked, Field, Limits, Part};
use crate::domain::definition::Kind;

/// A text in English and French.
pub type Both = (String, String);

pub fn both(en: &str, fr: &str) -> Both {
    (en.to_owned(), fr.to_owned())
}

/// A period as it is chosen.
pub fn period(period: Period, start: u32) -> Both {
    use chrono::Datelike as _;
    let (first, last) = (period.first_day(start), period.last_day(start));
    let name = |day: chrono::NaiveDate, language| month_name(day.month(), language).unwrap_or_default();
    let ((from_en, from_fr), (to_en, to_fr)) =
        [first, last].map(|day| (name(day, Language::En), name(day, Language::Fr))).into();
    let (year, part) = (first.year(), period.to_string());
    let number = part.rsplit(['Q', 'H']).next().unwrap_or_default();
    match period.frequency() {
        Frequency::Day => (part.clone(), part),
        Frequency::Month => (format!("{from_en} {year}"), format!("{from_fr} {year}")),
        Frequency::Quarter | Frequency::HalfYear => {
            let (en, fr) = if period.frequency() == Frequency::Quarter { ("Q", "T") } else { ("H", "S") };
            (
                format!("{en}{number} {year} ({from_en} to {to_en})"),
                format!("{fr}{number} {year} ({from_fr} à {to_fr})"),
            )
        }
        Frequency::Year => (year.to_string(), year.to_string()),
        Frequency::FiscalYear => {
            let ends = last.year();
            (
                format!("{part} ({from_en} {year} to {to_en} {ends})"),
                format!("{part} ({from_fr} {year} à {to_fr} {ends})"),
            )
        }
    }
}

/// How often something is reported, as it is chosen.
pub fn frequency(frequency: Frequency) -> Both {
    match frequency {
        Frequency::Day => both("A day", "Un jour"),
        Frequency::Month => both("A month", "Un mois"),
        Frequency::Quarter => both("A quarter", "Un trimestre"),
        Frequency::HalfYear => both("A half-year", "Un semestre"),
        Frequency::Year => both("A calendar year", "Une année civile"),
        Frequency::FiscalYear => both("A fiscal year", "Un exercice"),
    }
}

/// An indicator as it is asked for: name and unit, each language with what there is.
pub fn indicator(asked: &Asked) -> Both {
    let code = &asked.definition.code;
    let (en, fr) = (&asked.name.0, &asked.name.1);
    let own = |first: &String, second: &String| [first, second, code].into_iter().find(|one| !one.is_empty()).cloned();
    let unit = if asked.unit.is_empty() { String::new() } else { format!(" ({})", asked.unit) };
    let of = |name: Option<String>| format!("{}{unit}", name.unwrap_or_default());
    (of(own(en, fr)), of(own(fr, en)))
}

/// A question for a number.
pub fn field(asked: &Asked, field: &Field) -> Both {
    let (en, fr) = slice(&field.slice);
    match (field.part, asked.definition.kind) {
        (Part::Numerator, _) => (format!("{en}: part (numerator)"), format!("{fr} : partie (numérateur)")),
        (Part::Denominator, _) => (format!("{en}: out of (denominator)"), format!("{fr} : sur (dénominateur)")),
        (Part::Value, Kind::Qualitative) => both("What was observed", "Ce qui a été observé"),
        (Part::Value, Kind::Scale | Kind::Milestone) => both("Level reached", "Niveau atteint"),
        (Part::Value, _) => (en, fr),
    }
}

/// "sex=f" as a person says it. Categories are the mission's own words but for the usual ones.
fn slice(slice: &str) -> Both {
    let Some((dimension, category)) = slice.split_once('=') else { return both("Total", "Total") };
    let (dimension_en, dimension_fr) = match dimension {
        "sex" => ("Sex", "Sexe"),
        "age" => ("Age", "Âge"),
        other => (other, other),
    };
    let (category_en, category_fr) = match (dimension, category) {
        ("sex", "f") => ("female", "féminin"),
        ("sex", "m") => ("male", "masculin"),
        (_, "unknown") => ("not known", "non connu"),
        (_, other) => (other, other),
    };
    (format!("{dimension_en}: {category_en}"), format!("{dimension_fr} : {category_fr}"))
}

/// What a value that does not keep to the limits is answered.
pub fn limits(kind: Kind, limits: &Limits, part: Part) -> Both {
    let mut said = match part {
        Part::Numerator if limits.at_most_one => {
            both("Zero or more, and not more than the denominator.", "Zéro ou plus, sans dépasser le dénominateur.")
        }
        Part::Numerator => both("Zero or more.", "Zéro ou plus."),
        Part::Denominator if limits.at_most_one => {
            both("More than zero, and not less than the numerator.", "Plus que zéro, et pas moins que le numérateur.")
        }
        Part::Denominator => both("More than zero.", "Plus que zéro."),
        Part::Value => match (least(kind, limits), limits.most) {
            (Some(least), Some(most)) => {
                (format!("Between {least} and {most}."), format!("Entre {} et {}.", comma(least), comma(most)))
            }
            (Some(least), None) => (format!("At least {least}."), format!("Au moins {}.", comma(least))),
            (None, Some(most)) => (format!("At most {most}."), format!("Au plus {}.", comma(most))),
            (None, None) => both("", ""),
        },
    };
    for (all, own) in [(&mut said.0, &limits.said.0), (&mut said.1, &limits.said.1)] {
        if !own.is_empty() {
            all.push(' ');
            all.push_str(own);
        }
    }
    said
}

/// The least that a value may be.
pub fn least(kind: Kind, limits: &Limits) -> Option<f64> {
    match (kind, limits.least) {
        (Kind::Count, least) => Some(least.unwrap_or_default().max(0.0)),
        (_, least) => least,
    }
}

fn comma(number: f64) -> String {
    number.to_string().replace('.', ",")
}
