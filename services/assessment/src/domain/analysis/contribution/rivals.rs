//! Rival explanations that are measured: what becomes of the association when an indicator of the context, or the
//! severity of a kind of factor on its maps, is held fixed.
//!
//! Each rival is held fixed by itself, in the same period as the outcome, over the areas and periods in which it is known,
//! and compared with the same areas and periods without it (R. Frisch and F. V. Waugh, Econometrica 1, 1933). It may
//! explain the association where, with it held fixed, less than a quarter of the coefficient is left, or less than half
//! with a p of the bootstrap above that of a weak grade. A rival cannot be told from a step on the way from the output to the outcome: either would do that.

use std::collections::HashMap;

use cpas_proto::words::{Language, Period};
use serde::{Deserialize, Serialize};

use super::{
    Bootstrap, Case, Columns, Estimate, Measured, Panel, SEED, Side,
    bootstrap::{DRAWS, bootstrap_p},
    checks::{COVERAGE_CAREFUL, Check, Checked, Kind},
    estimate,
    grade::WEAK_P_MAX,
    panel, unit_of,
};
use crate::domain::{
    analysis::{Horizon, exact, sentence::percent},
    text::Text,
};

/// Most rivals that are held fixed, each by itself.
pub const RIVALS_MAX: usize = 8;
/// Share of the coefficient that is left, below which it may stand for the rival instead.
const LEFT_MAX: f64 = 0.5;
/// The same, whatever p is: of what a rival explains, chance alone leaves a small p now and then.
const LEFT_MIN: f64 = 0.25;
/// The same, below which it is said.
const LEFT_CAREFUL: f64 = 0.8;

/// An indicator of the context, or a kind of factor of its maps, beside a panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    pub side: Side,
    /// Beside each cell of the panel; `None`: unknown.
    #[serde(with = "exact")]
    pub values: Vec<Option<f64>>,
}

impl Rival {
    /// A context indicator brought to the panel's areas and periods; `None` where it is not known by area, or by longer
    /// periods only.
    pub fn of(panel: &Panel, measured: &Measured, horizon: &Horizon) -> Option<Self> {
        if panel::common(panel.frequency, measured.frequency) != Some(panel.frequency) {
            return None;
        }
        let known: HashMap<(String, Period), f64> = panel::brought(measured, panel.frequency, horizon)
            .into_iter()
            .flat_map(|(area, values)| values.into_iter().map(move |(period, value)| ((area.clone(), period), value)))
            .collect();
        let values: Vec<Option<f64>> =
            panel.cells.iter().map(|cell| known.get(&(cell.area.clone(), cell.period)).copied()).collect();
        values.iter().any(Option::is_some).then(|| Self { side: measured.side.clone(), values })
    }
}

impl Rival {
    /// Whether it is known in as many of the panel's rows as it takes to hold it fixed.
    pub fn is_known_enough(&self, panel: &Panel) -> bool {
        let rows = panel.cells.iter().zip(&self.values);
        let rows = rows.filter(|(cell, _)| cell.dose.is_some() && cell.outcome.is_some());
        let (mut known, mut whole) = (0_usize, 0_usize);
        for (_, value) in rows {
            whole += 1;
            known += usize::from(value.is_some());
        }
        whole > 0 && known as f64 >= COVERAGE_CAREFUL * whole as f64
    }
}

/// Whether there is an association, as expected or against it, that a rival could explain.
pub fn is_asked_for(good_sign: Option<f64>, estimate: Option<&Estimate>, bootstrap: Option<&Bootstrap>) -> bool {
    let (Some(_), Some(estimate), Some(bootstrap)) = (good_sign, estimate, bootstrap) else { return false };
    estimate.coefficient != 0.0 && bootstrap.p <= WEAK_P_MAX
}

/// What a rival leaves of the association.
struct Left {
    share: f64,
    explains: bool,
}

/// The check; only where there is something to explain.
pub(super) fn check(case: &Case, panel: &Panel) -> Check {
    let held: Vec<(&Side, Left)> =
        case.rivals.iter().filter_map(|rival| Some((&rival.side, left(panel, rival)?))).collect();
    if held.is_empty() {
        return Check {
            kind: Kind::Rivals,
            checked: Checked::Untested,
            text: Text::of(
                "No indicator of the context and no factor of its maps is known in these areas and periods, so that no rival explanation was held fixed.",
                "Aucun indicateur de contexte ni facteur de ses cartes n'est connu dans ces zones et périodes : aucune autre explication n'a été tenue fixe.",
            ),
        };
    }
    let names = |of: &dyn Fn(&Left) -> bool, language| {
        let named = held.iter().filter(|(_, left)| of(left)).map(|(side, _)| named(side, language));
        named.collect::<Vec<_>>().join(", ")
    };
    let least = held.iter().map(|(_, left)| left.share).fold(f64::INFINITY, f64::min).clamp(0.0, 1.0);
    let (checked, text) = if held.iter().any(|(_, left)| left.explains) {
        let explains = |left: &Left| left.explains;
        let (en, fr) = (names(&explains, Language::En), names(&explains, Language::Fr));
        (
            Checked::Stops,
            Text::of(
                format!("With {en} held fixed little is left of the association, which may stand for that instead."),
                format!("En tenant fixe {fr}, il reste peu de l'association, qui tient peut-être à cela."),
            ),
        )
    } else if least < LEFT_CAREFUL {
        let shrinks = |left: &Left| left.share < LEFT_CAREFUL;
        let (en, fr) = (names(&shrinks, Language::En), names(&shrinks, Language::Fr));
        (
            Checked::Careful,
            Text::of(
                format!("With {en} held fixed {} of the association is left.", percent(least, Language::En)),
                format!("En tenant fixe {fr}, il reste {} de l'association.", percent(least, Language::Fr)),
            ),
        )
    } else {
        let all = |_: &Left| true;
        let (en, fr) = (names(&all, Language::En), names(&all, Language::Fr));
        (
            Checked::Holds,
            Text::of(
                format!("The association stays with these held fixed, one at a time: {en}."),
                format!("L'association demeure en tenant fixes, un à un : {fr}."),
            ),
        )
    };
    Check { kind: Kind::Rivals, checked, text }
}

fn named(side: &Side, language: Language) -> String {
    let name = match language {
        Language::Fr if !side.name.fr.is_empty() => &side.name.fr,
        _ if side.name.en.is_empty() => &side.name.fr,
        _ => &side.name.en,
    };
    if name.is_empty() { side.code.clone() } else { format!("\"{name}\"") }
}

/// `None`: it is known in too few of the panel's rows, or nothing can be estimated there.
fn left(panel: &Panel, rival: &Rival) -> Option<Left> {
    if !rival.is_known_enough(panel) {
        return None;
    }
    let known = Panel {
        cells: panel
            .cells
            .iter()
            .zip(&rival.values)
            .map(|(cell, value)| {
                let mut cell = cell.clone();
                cell.dose = cell.dose.filter(|_| value.is_some());
                cell
            })
            .collect(),
        ..panel.clone()
    };
    let (columns, ..) = known.columns();
    let cells = known.cells.iter().zip(&rival.values);
    let held: Vec<f64> = cells
        .filter(|(cell, _)| cell.dose.is_some() && cell.outcome.is_some())
        .filter_map(|(_, value)| *value)
        .collect();
    let unit = unit_of(&held);
    let (columns, ..) = super::scaled(&columns);
    let controls = vec![held.iter().map(|value| value / unit).collect()];
    let without = estimate::coefficient(&columns).ok()?;
    let columns = Columns { controls, ..columns };
    // Where the rival says all that the output does, nothing is left.
    let with = estimate::coefficient(&columns).unwrap_or(0.0);
    let share = with / without;
    let by_chance = || bootstrap_p(&columns, SEED, DRAWS).unwrap_or(1.0) > WEAK_P_MAX;
    let explains = share < LEFT_MIN || (share < LEFT_MAX && by_chance());
    share.is_finite().then_some(Left { share, explains })
}
