//! What a reader must know before comparing the points of a series.

use std::{collections::BTreeSet, rc::Rc};

use cpas_proto::words::Period;

use super::cube::{Cell, Cube};

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
    note(valued.windows(2).any(|pair| pair[0].areas != pair[1].areas), Caution::AreasChange);
    note(valued.iter().any(|cell| cell.coverage < 1.0 - 1e-9), Caution::Partial);
    note(valued.iter().any(|cell| cell.mismatch), Caution::Mismatch);
    note(valued.iter().all(|cell| cell.verified == 0), Caution::Unverified);
    let zero = |cell: &&Cell| cell.amount.quotient() == Some(0.0);
    note(valued.len() > 1 && valued.iter().all(zero), Caution::AllZero);
    let versions: BTreeSet<u32> = cube.facts().iter().map(|fact| fact.definition_version).collect();
    note(versions.len() > 1, Caution::DefinitionChanged);
    found
}
