//! What a reader must know before comparing the points of a series.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use cpas_proto::words::Period;

use super::cube::{Cell, Cube, How};

/// One caution, with the area and slice that it is about left to whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caution {
    /// Points are made of different areas.
    AreasChange,
    /// Some points cover part of their areas or sub-periods only.
    Partial,
    /// Given totals differ from the sums of their slices.
    Mismatch,
    /// No value was verified.
    Unverified,
    /// Every value is zero, which may mean that nobody counted.
    AllZero,
    /// The values were observed under different versions of the definition.
    DefinitionChanged,
    /// One of several areas makes nearly all of the ups and downs.
    OneArea,
    /// A formula names an indicator that is not there, or not for this reader.
    InputUnknown,
}

impl Caution {
    /// The caution in English and in French.
    pub const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::AreasChange => (
                "The areas with data change from period to period, so the totals do not compare.",
                "Les zones pour lesquelles il y a des données changent d’une période à l’autre : les totaux ne sont pas comparables.",
            ),
            Self::Partial => (
                "Some points cover only part of their areas or sub-periods; see the coverage of each.",
                "Certains points ne couvrent qu’une partie de leurs zones ou sous-périodes ; voir la couverture de chacun.",
            ),
            Self::Mismatch => (
                "Some given totals differ from the sum of their slices.",
                "Certains totaux donnés diffèrent de la somme de leurs tranches.",
            ),
            Self::Unverified => ("None of the values has been verified.", "Aucune des valeurs n’a été vérifiée."),
            Self::AllZero => (
                "Every value is zero; check that somebody counted.",
                "Toutes les valeurs sont nulles ; vérifiez que le décompte a été fait.",
            ),
            Self::DefinitionChanged => (
                "The definition of the indicator changed between the values.",
                "La définition de l’indicateur a changé entre les valeurs.",
            ),
            Self::OneArea => (
                "One area carries most of the variation; look at the areas one by one.",
                "Une seule zone porte l’essentiel de la variation ; regardez les zones une à une.",
            ),
            Self::InputUnknown => (
                "An indicator that the formula names is not known here, so there are no values.",
                "Un indicateur nommé dans la formule n’est pas connu ici : il n’y a pas de valeurs.",
            ),
        }
    }
}

/// The cautions about one series part.
pub fn cautions(cube: &Cube<'_>, points: &[(Period, Rc<Cell>)]) -> BTreeSet<Caution> {
    let valued: Vec<&Cell> = points.iter().map(|(_, cell)| &**cell).filter(|cell| cell.amount.is_value()).collect();
    let mut found = BTreeSet::new();
    if valued.is_empty() {
        return found;
    }
    let mut note = |holds: bool, caution: Caution| {
        if holds {
            found.insert(caution);
        }
    };
    // Areas that came of one another are the same ground.
    let grounds = |cell: &Cell| cell.areas.iter().map(|area| cube.tree.ground_of(*area)).collect::<BTreeSet<u32>>();
    let changes = |pair: &[&Cell]| pair[0].areas != pair[1].areas && grounds(pair[0]) != grounds(pair[1]);
    note(valued.windows(2).any(changes), Caution::AreasChange);
    note(valued.iter().any(|cell| cell.coverage < 1.0 - 1e-9), Caution::Partial);
    note(valued.iter().any(|cell| cell.mismatch), Caution::Mismatch);
    note(valued.iter().all(|cell| cell.verified == 0), Caution::Unverified);
    let zero = |cell: &&Cell| cell.amount.quotient() == Some(0.0);
    note(valued.len() > 1 && valued.iter().all(zero), Caution::AllZero);
    let versions: BTreeSet<u32> = cube.facts().iter().map(|fact| fact.definition_version).collect();
    note(versions.len() > 1, Caution::DefinitionChanged);
    note(one_area_carries(cube, points), Caution::OneArea);
    found
}

/// Share of the variation from which on one area is said to carry it.
const CARRIES: f64 = 0.75;
/// Fewest areas and points for which that says something.
const CARRIED_AREAS_MIN: usize = 3;
const CARRIED_POINTS_MIN: usize = 3;

/// True when of the areas that a series is summed from, one has most of the sum of their variances.
fn one_area_carries(cube: &Cube<'_>, points: &[(Period, Rc<Cell>)]) -> bool {
    let mut of_area: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (_, cell) in points {
        let How::Areas(parts) = &cell.how else { continue };
        for part in parts {
            let value = cube.known.get(part).and_then(|cell| cell.amount.quotient());
            of_area.entry(part.0).or_default().extend(value);
        }
    }
    let variances: Vec<f64> =
        of_area.values().filter(|values| values.len() >= CARRIED_POINTS_MIN).map(|values| variance(values)).collect();
    let sum: f64 = variances.iter().sum();
    let most = variances.iter().copied().fold(0.0, f64::max);
    variances.len() >= CARRIED_AREAS_MIN && sum > 0.0 && most >= CARRIES * sum
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}
