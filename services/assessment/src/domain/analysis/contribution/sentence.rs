//! The sentence of a contribution for a leader, in English and French. It says "consistent with a
//! contribution" at most.

use cpas_proto::words::{Frequency, Language};

use super::{Case, Contribution, Grade, Side};
use crate::domain::{
    analysis::sentence::{measure, number, probability},
    text::Text,
};

/// Says the grade, the number behind it, and what it is not.
pub(super) fn statement(case: &Case, found: &Contribution) -> Text {
    let say = |language| {
        let parts = [verdict(case, found, language), numbers(case, found, language), limit(found.grade, language)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    Text::of(say(Language::En), say(Language::Fr))
}

fn verdict(case: &Case, found: &Contribution, language: Language) -> String {
    let (output, outcome) = (name(&case.output, language), name(&case.outcome, language));
    match (found.grade, language) {
        (Grade::Strong, Language::En) => {
            format!("{output} → {outcome}: strong. What was seen is consistent with a contribution.")
        }
        (Grade::Moderate, Language::En) => {
            format!("{output} → {outcome}: moderate. What was seen is consistent with a contribution.")
        }
        (Grade::Weak, Language::En) => {
            format!("{output} → {outcome}: weak. What was seen is consistent with a small contribution or with none.")
        }
        (Grade::Contrary, Language::En) => {
            format!("{output} → {outcome}: contrary. The outcome moved against what the plan expects of the output.")
        }
        (Grade::CannotTell, Language::En) => {
            format!("{output} → {outcome}: cannot tell. The data neither show nor exclude a contribution.")
        }
        (Grade::Strong, Language::Fr) => {
            format!("{output} → {outcome} : forte. Ce qui est observé est compatible avec une contribution.")
        }
        (Grade::Moderate, Language::Fr) => {
            format!("{output} → {outcome} : modérée. Ce qui est observé est compatible avec une contribution.")
        }
        (Grade::Weak, Language::Fr) => format!(
            "{output} → {outcome} : faible. Ce qui est observé est compatible avec une petite contribution ou avec aucune."
        ),
        (Grade::Contrary, Language::Fr) => format!(
            "{output} → {outcome} : contraire. L'effet a évolué à l'inverse de ce que le plan attend du produit."
        ),
        (Grade::CannotTell, Language::Fr) => {
            format!("{output} → {outcome} : indéterminée. Les données ne montrent ni n'excluent une contribution.")
        }
    }
}

fn numbers(case: &Case, found: &Contribution, language: Language) -> String {
    let (Some(estimate), Some(bootstrap), Ok(panel)) = (&found.estimate, &found.bootstrap, &case.panel) else {
        return String::new();
    };
    let by = measure(estimate.coefficient.abs(), &case.outcome.unit, language);
    let dose = match case.output.unit.as_str() {
        "" => String::new(),
        unit => format!(" ({unit})"),
    };
    let p = probability(bootstrap.p, language);
    let (areas, periods) = (found.areas.len(), found.periods);
    let lag = lag(panel.lag_periods, panel.frequency, language);
    let end = |end: Option<f64>, open: &str| end.map_or_else(|| open.to_owned(), |end| number(end, language));
    let (low, high) = (end(bootstrap.low, "−∞"), end(bootstrap.high, "∞"));
    let rises = estimate.coefficient > 0.0;
    match language {
        Language::En => {
            let way = if rises { "higher" } else { "lower" };
            format!(
                "For each unit more of the output{dose} in an area, the outcome was {by} {way} there{lag} (95 % interval {low} to {high}; p {p}; {areas} areas, {periods} periods)."
            )
        }
        Language::Fr => {
            let way = if rises { "supérieur" } else { "inférieur" };
            format!(
                "Pour chaque unité de plus du produit{dose} dans une zone, l'effet y était {way} de {by}{lag} (intervalle à 95 % de {low} à {high} ; p {p} ; {areas} zones, {periods} périodes)."
            )
        }
    }
}

fn lag(periods: u32, frequency: Frequency, language: Language) -> String {
    if periods == 0 {
        return match language {
            Language::En => " in the same period".to_owned(),
            Language::Fr => " dans la même période".to_owned(),
        };
    }
    let (en, fr) = match frequency {
        Frequency::Day => ("day", "jour"),
        Frequency::Month => ("month", "mois"),
        Frequency::Quarter => ("quarter", "trimestre"),
        Frequency::HalfYear => ("half-year", "semestre"),
        Frequency::Year | Frequency::FiscalYear => ("year", "an"),
    };
    match language {
        Language::En => format!(" {periods} {en}{} later", if periods > 1 { "s" } else { "" }),
        Language::Fr => format!(" {periods} {fr}{} plus tard", if periods > 1 && fr != "mois" { "s" } else { "" }),
    }
}

fn limit(grade: Grade, language: Language) -> String {
    match (grade, language) {
        (Grade::CannotTell, _) => "",
        (_, Language::En) => "Other explanations are not excluded by this; weigh them in the finding.",
        (_, Language::Fr) => "Cela n'exclut pas d'autres explications ; pesez-les dans le constat.",
    }
    .to_owned()
}

fn name(side: &Side, language: Language) -> &str {
    let name = if language == Language::En || side.name.fr.is_empty() { &side.name.en } else { &side.name.fr };
    if name.is_empty() { &side.code } else { name }
}
