//! Who enters what: an area's own assignment counts before that of the indicator.

use std::collections::HashMap;

use uuid::Uuid;

/// Whoever was asked to enter something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignee {
    pub id: Uuid,
    pub name: String,
}

/// The assignments in force.
#[derive(Debug, Clone, Default)]
pub struct Assignments(HashMap<Uuid, HashMap<String, Assignee>>);

impl Assignments {
    /// From indicator, area (empty: all that are not assigned by themselves) and assignee.
    pub fn new(all: impl IntoIterator<Item = (Uuid, String, Assignee)>) -> Self {
        let mut own = Self::default();
        for (indicator, area, assignee) in all {
            own.0.entry(indicator).or_default().insert(area, assignee);
        }
        own
    }

    /// Who enters an indicator in an area; the empty area is the mission as a whole.
    pub fn of(&self, indicator: Uuid, area: &str) -> Option<&Assignee> {
        let places = self.0.get(&indicator)?;
        places.get(area).or_else(|| places.get(""))
    }
}

/// Whose tasks are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    All,
    Nobodys,
    Of(Uuid),
}

impl Whose {
    /// True for a task of that assignee.
    pub fn holds(self, assignee: Option<&Assignee>) -> bool {
        match self {
            Self::All => true,
            Self::Nobodys => assignee.is_none(),
            Self::Of(id) => assignee.is_some_and(|own| own.id == id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_areas_own_assignment_counts_before_that_of_the_indicator() {
        let (deaths, trust) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let one = |number: u128| Assignee { id: Uuid::from_u128(number), name: number.to_string() };
        let all = Assignments::new([
            (deaths, String::new(), one(10)),
            (deaths, "A1".to_owned(), one(11)),
            (trust, "B".to_owned(), one(12)),
        ]);
        assert_eq!(all.of(deaths, "A1"), Some(&one(11)));
        assert_eq!(all.of(deaths, "B"), Some(&one(10)));
        assert_eq!(all.of(deaths, ""), Some(&one(10)));
        assert_eq!(all.of(trust, "B"), Some(&one(12)));
        assert_eq!(all.of(trust, "A1"), None, "one area says nothing of another");
        assert_eq!(all.of(trust, ""), None);

        assert!(Whose::All.holds(None) && Whose::All.holds(Some(&one(10))));
        assert!(Whose::Nobodys.holds(None) && !Whose::Nobodys.holds(Some(&one(10))));
        assert!(Whose::Of(one(10).id).holds(Some(&one(10))) && !Whose::Of(one(10).id).holds(None));
        assert!(!Whose::Of(one(10).id).holds(Some(&one(11))));
    }
}
