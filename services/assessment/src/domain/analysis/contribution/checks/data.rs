//! Checks of the data alone.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::{Language, Period};

use super::{
    super::{Case, Columns, Panel},
    AREAS_MIN, COVERAGE_CAREFUL, COVERAGE_MIN, Check, Checked, Kind, MOVING_AREAS_MIN, PERIODS_MIN, SAME_AREAS_SHARE,
    ZERO_AREAS_MAX,
};
use crate::domain::analysis::sentence::percent;

/// Fewest known periods from which an area of zeros is called one.
const ZERO_PERIODS_MIN: usize = 3;
/// Fewest periods of zeros everywhere at one end that look like a series not recorded yet, or no more.
const BREAK_PERIODS_MIN: usize = 2;
/// Fewest areas known in a period for its zeros to say anything.
const BREAK_AREAS_MIN: usize = 3;
/// Share of the other periods in which something is not zero, from which the zeros at an end stand out.
const BREAK_OTHERS_SHARE: f64 = 0.9;

/// All checks that need no estimate.
pub fn of_data(case: &Case, panel: &Panel, columns: &Columns, areas: &[String], periods: &[Period]) -> Vec<Check> {
    let mut checks = Vec::new();
    if case.good_sign().is_none() {
        checks.push(Check::new(
            Kind::Direction,
            Checked::Stops,
            "A range is wanted, so that a rise or a fall is neither good nor bad.",
            "Une fourchette est visée : une hausse ou une baisse n'est donc ni bonne ni mauvaise.",
        ));
    }
    checks.push(enough_areas(columns, areas));
    checks.push(enough_periods(periods));
    checks.push(coverage(panel));
    checks.push(delivery(columns, areas));
    checks.push(zeros(columns, areas));
    checks.push(coding_break(panel));
    checks.push(changing_areas(columns, periods));
    checks
}

fn enough_areas(columns: &Columns, areas: &[String]) -> Check {
    let moving = (0..areas.len()).filter(|area| moves(&of_area(columns, *area, &columns.dose))).count();
    let known = areas.len();
    let enough = known >= AREAS_MIN && moving >= MOVING_AREAS_MIN;
    Check::new(
        Kind::Areas,
        if enough { Checked::Holds } else { Checked::Stops },
        format!(
            "Both are known in {known} area(s), and the output changes in {moving}; {AREAS_MIN} and {MOVING_AREAS_MIN} are needed."
        ),
        format!(
            "Les deux sont connus dans {known} zone(s), et le produit varie dans {moving} ; il en faut {AREAS_MIN} et {MOVING_AREAS_MIN}."
        ),
    )
}

fn enough_periods(periods: &[Period]) -> Check {
    let known = periods.len();
    Check::new(
        Kind::Periods,
        if known >= PERIODS_MIN { Checked::Holds } else { Checked::Stops },
        format!("Both are known in {known} period(s); {PERIODS_MIN} are needed."),
        format!("Les deux sont connus pour {known} période(s) ; il en faut {PERIODS_MIN}."),
    )
}

fn coverage(panel: &Panel) -> Check {
    let outcomes = panel.cells.iter().filter(|cell| cell.outcome.is_some()).count();
    let both = panel.cells.iter().filter(|cell| cell.outcome.is_some() && cell.dose.is_some()).count();
    let share = if outcomes == 0 { 0.0 } else { both as f64 / outcomes as f64 };
    let checked = match share {
        share if share < COVERAGE_MIN => Checked::Stops,
        share if share < COVERAGE_CAREFUL => Checked::Careful,
        _ => Checked::Holds,
    };
    let (en, fr) = (percent(share, Language::En), percent(share, Language::Fr));
    Check::new(
        Kind::Coverage,
        checked,
        format!(
            "The output is known for {both} of the {outcomes} areas and periods with a known outcome ({en}); the others are left out, not taken for zero."
        ),
        format!(
            "Le produit est connu pour {both} des {outcomes} zones et périodes dont l'effet est connu ({fr}) ; les autres sont laissées de côté et non comptées comme zéro."
        ),
    )
}

fn delivery(columns: &Columns, areas: &[String]) -> Check {
    let delivered: BTreeSet<usize> =
        columns.rows.iter().zip(&columns.dose).filter(|(_, dose)| **dose > 0.0).map(|((area, _), _)| *area).collect();
    let rows = columns.dose.iter().filter(|dose| **dose > 0.0).count();
    let (places, known, all) = (delivered.len(), areas.len(), columns.dose.len());
    if rows == 0 {
        return Check::new(
            Kind::Delivery,
            Checked::Stops,
            "Nothing of the output was delivered in any area and period compared.",
            "Rien du produit n'a été livré dans les zones et périodes comparées.",
        );
    }
    Check::new(
        Kind::Delivery,
        Checked::Holds,
        format!("The output was delivered in {places} of {known} areas, in {rows} of {all} areas and periods."),
        format!("Le produit a été livré dans {places} zones sur {known}, pour {rows} zones et périodes sur {all}."),
    )
}

fn zeros(columns: &Columns, areas: &[String]) -> Check {
    let only_zeros = |area: &usize| {
        let values = of_area(columns, *area, &columns.outcome);
        values.len() >= ZERO_PERIODS_MIN && values.iter().all(|value| *value == 0.0)
    };
    let zero = (0..areas.len()).filter(only_zeros).count();
    let known = areas.len();
    let checked = match zero {
        0 => Checked::Holds,
        zero if zero as f64 > ZERO_AREAS_MAX * known as f64 => Checked::Stops,
        _ => Checked::Careful,
    };
    if zero == 0 {
        return Check::new(
            Kind::Zeros,
            checked,
            "No area has only zeros in the outcome.",
            "Aucune zone n'a que des zéros pour l'effet.",
        );
    }
    Check::new(
        Kind::Zeros,
        checked,
        format!(
            "In {zero} of {known} areas the outcome is zero throughout: it could not fall there, or nobody recorded it."
        ),
        format!(
            "Dans {zero} zones sur {known}, l'effet est toujours nul : il ne pouvait y baisser, ou personne ne l'a relevé."
        ),
    )
}

fn coding_break(panel: &Panel) -> Check {
    let dose = zeros_at_an_end(panel, |cell| cell.dose);
    let outcome = zeros_at_an_end(panel, |cell| cell.outcome);
    let (en, fr, count) = match (outcome, dose) {
        (Some(count), _) => ("outcome", "L'effet", count),
        (None, Some(count)) => ("output", "Le produit", count),
        (None, None) => {
            return Check::new(
                Kind::CodingBreak,
                Checked::Holds,
                "Neither series looks as if it started or stopped being recorded.",
                "Aucune des deux séries ne semble commencer ou cesser d'être relevée.",
            );
        }
    };
    Check::new(
        Kind::CodingBreak,
        Checked::Careful,
        format!(
            "The {en} is zero in every area for {count} periods at one end and not elsewhere: perhaps it was not recorded then."
        ),
        format!(
            "{fr} est nul dans toutes les zones pendant {count} périodes à une extrémité et pas ailleurs : peut-être n'était-ce pas relevé."
        ),
    )
}

/// Periods at the beginning or end in which everything known is zero while nearly all others have something.
fn zeros_at_an_end(panel: &Panel, of: impl Fn(&super::super::Cell) -> Option<f64>) -> Option<usize> {
    let mut by_period: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
    for cell in &panel.cells {
        if let Some(value) = of(cell) {
            let (known, zero) = by_period.entry(panel.place(cell.period)).or_default();
            *known += 1;
            *zero += usize::from(value == 0.0);
        }
    }
    let all_zero: Vec<bool> =
        by_period.values().map(|(known, zero)| *known >= BREAK_AREAS_MIN && known == zero).collect();
    let leading = all_zero.iter().take_while(|zero| **zero).count();
    let trailing = all_zero.iter().rev().take_while(|zero| **zero).count();
    let count = leading.max(trailing);
    let others = all_zero.len().saturating_sub(count);
    let with_something = all_zero.iter().filter(|zero| !**zero).count();
    let stands_out =
        count >= BREAK_PERIODS_MIN && others > 0 && with_something as f64 >= BREAK_OTHERS_SHARE * others as f64;
    stands_out.then_some(count)
}

fn changing_areas(columns: &Columns, periods: &[Period]) -> Check {
    let mut counts = vec![0_usize; periods.len()];
    for (_, period) in &columns.rows {
        counts[*period] += 1;
    }
    let (fewest, most) =
        (counts.iter().min().copied().unwrap_or_default(), counts.iter().max().copied().unwrap_or_default());
    let same = fewest as f64 >= SAME_AREAS_SHARE * most as f64;
    let (checked, en, fr) = match same {
        true => (Checked::Holds, "about the same areas throughout", "à peu près les mêmes zones tout au long"),
        false => (
            Checked::Careful,
            "totals over them do not compare, so that each area is compared with itself only",
            "leurs totaux ne se comparent pas, chaque zone n'est donc comparée qu'à elle-même",
        ),
    };
    Check::new(
        Kind::ChangingAreas,
        checked,
        format!("Between {fewest} and {most} areas are known in a period: {en}."),
        format!("Entre {fewest} et {most} zones sont connues par période : {fr}."),
    )
}

fn of_area(columns: &Columns, area: usize, column: &[f64]) -> Vec<f64> {
    columns.rows.iter().zip(column).filter(|((at, _), _)| *at == area).map(|(_, value)| *value).collect()
}

fn moves(values: &[f64]) -> bool {
    values.windows(2).any(|pair| pair[0] != pair[1])
}
