//! Checks that need the estimate, and of what came first.

use cpas_proto::words::Language;

use super::{
    super::{
        Bootstrap, Case, Estimate, NoEstimate, Panel, SEED,
        before::{ADOPTERS_MIN, First, PERIODS_BEFORE_MIN, before_adoption, reverse},
        bootstrap::{DRAWS, LEVEL},
    },
    Check, Checked, Kind, LARGEST_SHARE_CAREFUL, LARGEST_SHARE_MAX,
};
use crate::domain::analysis::sentence::{percent, probability};

/// The 97.5 % point of the standard normal distribution, which the usual reading of CR1 uses.
const Z_95: f64 = 1.959_963_984_540_054;

/// Why there is no estimate.
pub fn no_estimate(why: NoEstimate) -> Check {
    let (en, fr) = match why {
        NoEstimate::DoseDoesNotVary => (
            "The output does not differ beyond what areas and periods have in common, so that there is nothing to compare.",
            "Le produit ne varie pas au-delà de ce que zones et périodes ont en commun : il n'y a rien à comparer.",
        ),
        NoEstimate::OutcomeDoesNotVary => (
            "The outcome does not differ beyond what areas and periods have in common, so that there is nothing to explain.",
            "L'effet ne varie pas au-delà de ce que zones et périodes ont en commun : il n'y a rien à expliquer.",
        ),
        NoEstimate::TooLarge => (
            "The numbers are too far apart in size to be compared.",
            "Les nombres sont de tailles trop éloignées pour être comparés.",
        ),
    };
    Check::new(Kind::Variation, Checked::Stops, en, fr)
}

/// All checks that need the estimate.
pub fn of_estimate(
    case: &Case,
    panel: &Panel,
    estimate: &Estimate,
    bootstrap: &Bootstrap,
    areas: &[String],
) -> Vec<Check> {
    vec![
        largest_area(estimate, areas),
        before(before_adoption(panel, SEED, DRAWS)),
        reversed(reverse(panel, SEED, DRAWS), case),
        leave_one_out(estimate, areas),
        errors(estimate, bootstrap),
    ]
}

fn largest_area(estimate: &Estimate, areas: &[String]) -> Check {
    let largest = |shares: &[f64]| {
        shares.iter().copied().enumerate().max_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or((0, 0.0))
    };
    let (dose_at, dose) = largest(&estimate.dose_shares);
    let (outcome_at, outcome) = largest(&estimate.outcome_shares);
    let name = |at: usize| areas.get(at).map_or("?", String::as_str);
    let most = dose.max(outcome);
    let checked = match most {
        most if most > LARGEST_SHARE_MAX => Checked::Stops,
        most if most > LARGEST_SHARE_CAREFUL => Checked::Careful,
        _ => Checked::Holds,
    };
    let (of_dose, of_outcome) = (name(dose_at), name(outcome_at));
    Check::new(
        Kind::LargestArea,
        checked,
        format!(
            "{of_dose} alone carries {} of the variation of the output, {of_outcome} {} of that of the outcome.",
            percent(dose, Language::En),
            percent(outcome, Language::En)
        ),
        format!(
            "{of_dose} porte à elle seule {} de la variation du produit, {of_outcome} {} de celle de l'effet.",
            percent(dose, Language::Fr),
            percent(outcome, Language::Fr)
        ),
    )
}

fn before(found: Option<First>) -> Check {
    let Some(first) = found else {
        return Check::new(
            Kind::BeforeAdoption,
            Checked::Untested,
            format!(
                "What came before the output cannot be tested: fewer than {ADOPTERS_MIN} areas show a clear beginning after {PERIODS_BEFORE_MIN} periods without, or nothing stands beside them."
            ),
            format!(
                "Ce qui précédait le produit ne peut être testé : moins de {ADOPTERS_MIN} zones montrent un début net après {PERIODS_BEFORE_MIN} périodes sans lui, ou rien ne s'y compare."
            ),
        );
    };
    let (en, fr) = (probability(first.p, Language::En), probability(first.p, Language::Fr));
    let adopters = first.adopters;
    if first.p <= LEVEL {
        return Check::new(
            Kind::BeforeAdoption,
            Checked::Stops,
            format!(
                "In the {adopters} areas that took the output up, the outcome was already moving apart before it began (p {en})."
            ),
            format!(
                "Dans les {adopters} zones qui ont adopté le produit, l'effet s'écartait déjà avant son début (p {fr})."
            ),
        );
    }
    Check::new(
        Kind::BeforeAdoption,
        Checked::Holds,
        format!(
            "In the {adopters} areas that took the output up, the outcome did not move apart before it began (p {en})."
        ),
        format!(
            "Dans les {adopters} zones qui ont adopté le produit, l'effet ne s'écartait pas avant son début (p {fr})."
        ),
    )
}

fn reversed(found: Option<First>, case: &Case) -> Check {
    let Some(first) = found else {
        return Check::new(
            Kind::Reverse,
            Checked::Untested,
            "Whether the output follows the outcome cannot be tested: too few areas and periods follow one another.",
            "On ne peut tester si le produit suit l'effet : trop peu de zones et de périodes se suivent.",
        );
    };
    let (en, fr) = (probability(first.p, Language::En), probability(first.p, Language::Fr));
    let (outcome, more) = (&case.outcome.code, first.coefficient > 0.0);
    if first.p <= LEVEL {
        let (more, plus) = if more { ("more", "davantage") } else { ("less", "moins") };
        return Check::new(
            Kind::Reverse,
            Checked::Stops,
            format!(
                "The output follows the outcome: where {outcome} was higher, {more} was delivered a period later (p {en}). Which of the two leads cannot be told."
            ),
            format!(
                "Le produit suit l'effet : là où {outcome} était plus élevé, il en a été livré {plus} une période plus tard (p {fr}). On ne peut dire lequel précède l'autre."
            ),
        );
    }
    Check::new(
        Kind::Reverse,
        Checked::Holds,
        format!("The output does not follow the outcome of the period before (p {en})."),
        format!("Le produit ne suit pas l'effet de la période précédente (p {fr})."),
    )
}

fn leave_one_out(estimate: &Estimate, areas: &[String]) -> Check {
    let turning: Vec<&str> = estimate
        .without_area
        .iter()
        .zip(areas)
        .filter(|(without, _)| without.is_none_or(|without| without * estimate.coefficient <= 0.0))
        .map(|(_, area)| area.as_str())
        .collect();
    if turning.is_empty() {
        return Check::new(
            Kind::LeaveOneOut,
            Checked::Holds,
            "Without any one of the areas the direction stays the same.",
            "Sans l'une ou l'autre des zones, le sens reste le même.",
        );
    }
    let (count, first) = (turning.len(), turning[0]);
    Check::new(
        Kind::LeaveOneOut,
        Checked::Careful,
        format!("The direction hangs on single areas: it turns, or is gone, without {first} ({count} such area(s))."),
        format!(
            "Le sens tient à des zones isolées : il s'inverse ou disparaît sans {first} ({count} zone(s) dans ce cas)."
        ),
    )
}

fn errors(estimate: &Estimate, bootstrap: &Bootstrap) -> Check {
    let usual = estimate.cr1.is_some_and(|error| estimate.coefficient.abs() > Z_95 * error);
    let p = |language| probability(bootstrap.p, language);
    if usual && bootstrap.p > LEVEL {
        return Check::new(
            Kind::Errors,
            Checked::Careful,
            format!(
                "The usual error would call this significant; with so few areas chance is more generous (p {}).",
                p(Language::En)
            ),
            format!(
                "L'erreur usuelle dirait ceci significatif ; avec si peu de zones, le hasard est plus large (p {}).",
                p(Language::Fr)
            ),
        );
    }
    Check::new(
        Kind::Errors,
        Checked::Holds,
        "The usual error and the bootstrap do not disagree.",
        "L'erreur usuelle et le bootstrap ne se contredisent pas.",
    )
}
