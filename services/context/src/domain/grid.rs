//! The influence × stance grid as it stood on a date.

use chrono::NaiveDate;

use super::{
    ids::StakeholderId,
    stakeholder::{Stakeholder, StakeholderKind},
    standing::{Stance, Weight},
};

/// Where an assessment puts a stakeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub as_of: NaiveDate,
    pub influence: Weight,
    pub stance: Stance,
}

/// A stakeholder on the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub stakeholder: StakeholderId,
    pub name: String,
    pub kind: StakeholderKind,
    pub now: Mark,
    /// Where the assessment before put it; `None` for its first.
    pub before: Option<Mark>,
}

/// The grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    pub as_of: NaiveDate,
    pub positions: Vec<Position>,
    /// Stakeholders without any assessment by then.
    pub unassessed: Vec<Stakeholder>,
}

/// The mark that holds on a date and the one before it; marks come in any order, one a date.
pub fn standing(marks: &[Mark], on: NaiveDate) -> Option<(Mark, Option<Mark>)> {
    let mut past: Vec<_> = marks.iter().copied().filter(|mark| mark.as_of <= on).collect();
    past.sort_by_key(|mark| std::cmp::Reverse(mark.as_of));
    let now = *past.first()?;
    Some((now, past.get(1).copied()))
}

impl Grid {
    /// Places stakeholders by their marks up to a date; the most influential first, then by name.
    pub fn on(as_of: NaiveDate, stakeholders: Vec<(Stakeholder, Vec<Mark>)>) -> Self {
        let mut grid = Self { as_of, positions: Vec::new(), unassessed: Vec::new() };
        for (stakeholder, marks) in stakeholders {
            match standing(&marks, as_of) {
                None => grid.unassessed.push(stakeholder),
                Some((now, before)) => grid.positions.push(Position {
                    stakeholder: stakeholder.id,
                    name: stakeholder.name,
                    kind: stakeholder.kind,
                    now,
                    before,
                }),
            }
        }
        grid.positions.sort_by(|one, other| {
            other
                .now
                .influence
                .cmp(&one.now.influence)
                .then_with(|| one.name.cmp(&other.name))
                .then_with(|| one.stakeholder.cmp(&other.stakeholder))
        });
        grid
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 1, 1).expect("a date") + Days::new(number)
    }

    fn mark(number: u64, influence: u32, stance: i32) -> Mark {
        let influence = Weight::parse("influence", influence).expect("on the scale");
        Mark { as_of: day(number), influence, stance: Stance::parse("stance", stance).expect("on the scale") }
    }

    #[test]
    fn the_grid_is_as_it_stood_on_the_date() {
        let marks = [mark(20, 5, -2), mark(0, 3, 0), mark(10, 4, 1)];
        assert_eq!(standing(&marks, day(15)), Some((mark(10, 4, 1), Some(mark(0, 3, 0)))));
        assert_eq!(standing(&marks, day(10)), Some((mark(10, 4, 1), Some(mark(0, 3, 0)))), "its own day counts");
        assert_eq!(standing(&marks, day(5)), Some((mark(0, 3, 0), None)), "a first assessment has none before");
        assert_eq!(standing(&marks[..1], day(5)), None, "what comes later is not yet known");
    }

    proptest! {
        #[test]
        fn nothing_later_moves_the_grid(days in prop::collection::btree_set(0u64..400, 0..12), on in 0u64..400, later in 1u64..50) {
            let marks: Vec<_> = days.iter().map(|number| mark(*number, 3, 0)).collect();
            let mut with_later = marks.clone();
            with_later.push(mark(on + later, 5, 2));
            prop_assert_eq!(standing(&with_later, day(on)), standing(&marks, day(on)));
            if let Some((now, before)) = standing(&marks, day(on)) {
                prop_assert!(now.as_of <= day(on));
                prop_assert!(marks.iter().all(|mark| mark.as_of <= now.as_of || mark.as_of > day(on)));
                prop_assert!(before.is_none_or(|before| before.as_of < now.as_of));
            }
        }
    }
}
