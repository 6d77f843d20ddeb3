//! Relations between stakeholders: who has to do with whom, from when until when.

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::{vocabulary, words::Classification};
use serde::{Deserialize, Serialize};

use super::{
    Broken, Text, Who,
    ids::{RelationId, StakeholderId},
    text::either,
};

vocabulary! {
    /// What one stakeholder has to do with another.
    pub enum RelationKind as "a kind of relation" {
        Commands = "commands",
        Allied = "allied",
        Rival = "rival",
        Funds = "funds",
        Influences = "influences",
        NegotiatesWith = "negotiates_with",
    }
}

impl RelationKind {
    /// True when it says the same read from the other end.
    pub const fn is_mutual(self) -> bool {
        matches!(self, Self::Allied | Self::Rival | Self::NegotiatesWith)
    }

    /// True when word, money or orders pass along it. Nothing passes along a rivalry.
    pub const fn is_tie(self) -> bool {
        !matches!(self, Self::Rival)
    }
}

/// 1 (loose) to 3 (close).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Strength(u8);

impl Strength {
    /// # Errors
    /// Outside 1 to 3.
    pub fn parse(field: &str, number: u32) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let number = broken.within(field, number, 1, 3);
        broken.into_result(number.map(|number| Self(number as u8)))
    }

    /// 1 to 3.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// Days on which a relation held, the first and the last among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    from: NaiveDate,
    until: Option<NaiveDate>,
}

impl Held {
    /// # Errors
    /// It ends before it begins.
    pub fn new(from: NaiveDate, until: Option<NaiveDate>) -> Result<Self, Broken> {
        match until {
            Some(until) if until < from => Err(Broken::one(
                "until",
                format!("It would end ({until}) before it begins ({from}); give the last day on which it held."),
            )),
            _ => Ok(Self { from, until }),
        }
    }

    pub const fn from(self) -> NaiveDate {
        self.from
    }

    /// The last day; `None`: it still holds.
    pub const fn until(self) -> Option<NaiveDate> {
        self.until
    }

    pub fn includes(self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// True when some day is in both.
    pub fn overlaps(self, other: Self) -> bool {
        let begins_in_time = |one: Self, two: Self| two.until.is_none_or(|until| one.from <= until);
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// A relation as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelation {
    pub from: StakeholderId,
    pub to: StakeholderId,
    pub kind: RelationKind,
    pub strength: Strength,
    pub held: Held,
    pub note: Text,
}

impl NewRelation {
    /// # Errors
    /// Both ends are the same.
    pub fn check_ends(self) -> Result<Self, Broken> {
        if self.from == self.to {
            return Err(Broken::one("to_id", "A stakeholder has no relation to itself; choose another one."));
        }
        Ok(self)
    }

    /// # Errors
    /// It begins or ends on a day after `today`.
    pub fn check_dates(&self, today: NaiveDate) -> Result<(), Broken> {
        let mut broken = Broken::default();
        for (field, day) in [("from", Some(self.held.from)), ("until", self.held.until)] {
            if let Some(day) = day.filter(|day| *day > today) {
                broken.add(field, format!("{day} is in the future; a relation is told of days that have come."));
            }
        }
        broken.into_result(Some(()))
    }
}

/// A relation; its ends never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    pub id: RelationId,
    pub from: StakeholderId,
    pub to: StakeholderId,
    pub from_name: String,
    pub to_name: String,
    pub kind: RelationKind,
    pub strength: Strength,
    pub held: Held,
    #[serde(deserialize_with = "either")]
    pub note: Text,
    /// The higher of its two ends'.
    pub classification: Classification,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Who,
}

impl Relation {
    /// A correction.
    ///
    /// # Errors
    /// It names other ends.
    pub fn correct(self, new: NewRelation) -> Result<Self, Broken> {
        if (new.from, new.to) != (self.from, self.to) {
            return Err(Broken::one(
                "to_id",
                "The two ends of a relation are never changed; end this one and add another.",
            ));
        }
        let NewRelation { kind, strength, held, note, .. } = new;
        Ok(Self { kind, strength, held, note, version: self.version + 1, ..self })
    }

    /// Sets its last day.
    ///
    /// # Errors
    /// It has one already, the day is after `today`, or before its first.
    pub fn end(self, until: NaiveDate, today: NaiveDate) -> Result<Self, Broken> {
        if let Some(ended) = self.held.until {
            return Err(Broken::one("until", format!("This relation ended on {ended} already; correct it instead.")));
        }
        if until > today {
            return Err(Broken::one("until", format!("{until} is in the future; give a day that has come.")));
        }
        Ok(Self { held: Held::new(self.held.from, Some(until))?, version: self.version + 1, ..self })
    }

    /// True when both say the same of the same two at the same time.
    pub fn doubles(&self, other: &Self) -> bool {
        let same = (self.from, self.to) == (other.from, other.to);
        let turned = self.kind.is_mutual() && (self.from, self.to) == (other.to, other.from);
        self.id != other.id && self.kind == other.kind && (same || turned) && self.held.overlaps(other.held)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 1, 1).expect("a date") + chrono::Days::new(number)
    }

    fn relation(id: u128, (from, to): (u128, u128), kind: RelationKind, held: Held) -> Relation {
        Relation {
            id: RelationId(Uuid::from_u128(id)),
            from: StakeholderId(Uuid::from_u128(from)),
            to: StakeholderId(Uuid::from_u128(to)),
            from_name: String::new(),
            to_name: String::new(),
            kind,
            strength: Strength(2),
            held,
            note: Text::default(),
            classification: Classification::Unclassified,
            version: 1,
            recorded_at: DateTime::UNIX_EPOCH,
            recorded_by: Who { account: Uuid::nil(), name: String::new() },
        }
    }

    fn still(from: u64) -> Held {
        Held::new(day(from), None).expect("open")
    }

    #[test]
    fn a_relation_ends_once_after_it_began_and_not_in_the_future() {
        let open = relation(1, (1, 2), RelationKind::Funds, still(10));
        let ended = open.clone().end(day(10), day(50)).expect("its first day can be its last");
        assert_eq!((ended.held.until(), ended.version), (Some(day(10)), 2));
        assert!(ended.end(day(20), day(50)).is_err(), "twice");
        assert!(open.clone().end(day(9), day(50)).is_err(), "before it began");
        assert!(open.end(day(51), day(50)).is_err(), "in the future");
    }

    #[test]
    fn nobody_has_a_relation_to_themselves_and_ends_never_change() {
        let of = |from: u128, to: u128| NewRelation {
            from: StakeholderId(Uuid::from_u128(from)),
            to: StakeholderId(Uuid::from_u128(to)),
            kind: RelationKind::Allied,
            strength: Strength(1),
            held: still(0),
            note: Text::default(),
        };
        assert!(of(1, 1).check_ends().is_err());
        let open = relation(1, (1, 2), RelationKind::Allied, still(0));
        assert_eq!(open.clone().correct(of(1, 2)).expect("the same ends").strength, Strength(1));
        assert!(open.correct(of(1, 3)).is_err());
    }

    #[test]
    fn the_same_said_twice_is_seen_also_from_the_other_end() {
        let closed = Held::new(day(0), Some(day(9))).expect("in order");
        for (kind, ends, held, doubles) in [
            (RelationKind::Allied, (2, 1), still(5), true),
            (RelationKind::Commands, (2, 1), still(5), false),
            (RelationKind::Commands, (1, 2), still(5), true),
            (RelationKind::Allied, (1, 2), still(10), false),
            (RelationKind::Allied, (1, 3), still(5), false),
        ] {
            let one = relation(1, (1, 2), kind, closed);
            assert_eq!(one.doubles(&relation(2, ends, kind, held)), doubles, "{kind} {ends:?}");
        }
        let one = relation(1, (1, 2), RelationKind::Allied, closed);
        assert!(!one.doubles(&one), "never itself");
        assert!(!one.doubles(&relation(2, (1, 2), RelationKind::Funds, closed)), "another kind");
    }

    proptest! {
        #[test]
        fn two_overlap_when_some_day_is_in_both(a in 0u64..30, b in 0u64..30, c in 0u64..30, d in prop::option::of(0u64..30)) {
            let one = Held::new(day(a.min(b)), Some(day(a.max(b)))).expect("in order");
            let other = Held::new(day(c), d.map(|d| day(c + d))).expect("in order");
            let shared = (0..70).any(|number| one.includes(day(number)) && other.includes(day(number)));
            prop_assert_eq!(one.overlaps(other), shared);
            prop_assert_eq!(other.overlaps(one), shared);
        }

        /// Whatever is asked in whatever order: it ends once, on a day that has come and not before it began, its ends
        /// never change, and each change is one version more.
        #[test]
        fn no_order_of_calls_turns_a_relation_round(
            calls in prop::collection::vec((any::<bool>(), 1u128..4, 0u64..40, prop::option::of(0u64..40), 1u8..4), 0..16),
        ) {
            const TODAY: u64 = 30;
            let mut own = relation(1, (1, 2), RelationKind::Allied, still(10));
            // First and last day, strength and version.
            let mut model: (u64, Option<u64>, u8, i64) = (10, None, 2, 1);
            for (ends, to, from, until, strength) in calls {
                let (made, next) = if ends {
                    let allowed = model.1.is_none() && from <= TODAY && from >= model.0;
                    (own.clone().end(day(from), day(TODAY)), allowed.then_some((model.0, Some(from), model.2, model.3 + 1)))
                } else {
                    let new = Held::new(day(from), until.map(day)).and_then(|held| {
                        let ends = (StakeholderId(Uuid::from_u128(1)), StakeholderId(Uuid::from_u128(to)));
                        let (kind, strength, note) = (RelationKind::Funds, Strength(strength), Text::default());
                        let new = NewRelation { from: ends.0, to: ends.1, kind, strength, held, note }.check_ends()?;
                        new.check_dates(day(TODAY)).map(|()| new)
                    });
                    let allowed = to == 2 && from <= TODAY && until.is_none_or(|until| from <= until && until <= TODAY);
                    (new.and_then(|new| own.clone().correct(new)), allowed.then_some((from, until, strength, model.3 + 1)))
                };
                prop_assert_eq!(made.is_ok(), next.is_some(), "{} {} {} {:?} of {:?}", ends, to, from, until, model);
                (own, model) = (made.unwrap_or(own), next.unwrap_or(model));
                let held = (own.held.from(), own.held.until());
                prop_assert_eq!(held, (day(model.0), model.1.map(day)));
                prop_assert_eq!((own.strength, own.version), (Strength(model.2), model.3));
                prop_assert_eq!((own.from, own.to), (StakeholderId(Uuid::from_u128(1)), StakeholderId(Uuid::from_u128(2))));
            }
        }
    }
}
