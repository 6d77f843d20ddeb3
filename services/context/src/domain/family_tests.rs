use chrono::DateTime;
use cpas_proto::words::Classification;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{Text, Who, stakeholder::Profile};

const KINDS: [StakeholderKind; 3] =
    [StakeholderKind::ArmedGroup, StakeholderKind::Community, StakeholderKind::Individual];

fn id(number: usize) -> StakeholderId {
    StakeholderId(Uuid::from_u128(number as u128 + 1))
}

fn registered(number: usize, kind: StakeholderKind, rank: i16) -> Stakeholder {
    let profile = Profile {
        name: format!("Group {number}"),
        aliases: vec![format!("Alias {number}"), "The Lion".to_owned()],
        kind,
        areas: vec![],
        description: Text::default(),
        women_share: None,
        classification: Some(Classification::of_rank(rank)),
    };
    let by = Who { account: Uuid::nil(), name: "Ada".to_owned() };
    Stakeholder::register(profile, id(number), by, DateTime::UNIX_EPOCH)
}

/// The register as a mission has it: every family by its head.
#[derive(Debug, Clone, PartialEq)]
struct Register(Vec<Family>);

impl Register {
    fn with(members: impl IntoIterator<Item = Stakeholder>) -> Self {
        Self(members.into_iter().map(|member| Family::of([member])).collect())
    }

    fn take(&mut self, member: StakeholderId) -> Family {
        let place = self.0.iter().position(|family| family.member(member).is_some()).expect("registered");
        self.0.swap_remove(place)
    }

    fn merge(&self, kept: StakeholderId, gone: StakeholderId) -> Result<Self, NotOne> {
        let mut next = self.clone();
        let one = next.take(kept);
        // Two of one family: the other is found in no family of its own.
        let other = if one.member(gone).is_some() { one.clone() } else { next.take(gone) };
        next.0.push(one.merge(kept, other, gone)?);
        Ok(next)
    }

    fn part(&self, gone: StakeholderId) -> Result<Self, NotOne> {
        let mut next = self.clone();
        let (left, parted) = next.take(gone).part(gone)?;
        next.0.extend([left, parted]);
        Ok(next)
    }

    /// What it says, in an order of its own.
    fn said(&self) -> Vec<Stakeholder> {
        let mut all: Vec<_> = self.0.iter().flat_map(|family| family.members().cloned()).collect();
        all.sort_by_key(|one| one.id);
        all
    }

    /// What no sequence of merges may break.
    fn check(&self) {
        for family in &self.0 {
            let heads: Vec<_> = family.members().filter(|one| one.merged_into.is_none()).collect();
            assert_eq!(heads.len(), 1, "one record stands for all");
            let highest = family.members().map(|one| one.own_classification).max();
            for one in family.members() {
                assert_eq!(Some(one.classification), highest, "all are as secret as the most secret");
                assert_eq!(one.head, heads[0].id);
                assert!(one.merged_into.is_none_or(|into| family.member(into).is_some()), "lineage stays within");
                assert!(!one.former.contains(&one.id), "nothing is merged into itself");
            }
            assert_eq!(heads[0].former.len() + 1, family.members().count(), "the head answers for all");
        }
    }
}

#[test]
fn the_one_that_stays_answers_to_the_names_of_the_other_and_is_as_secret() {
    let register =
        Register::with([registered(0, StakeholderKind::ArmedGroup, 0), registered(1, StakeholderKind::Community, 1)]);
    let merged = register.merge(id(0), id(1)).expect("two groups");
    let said = merged.said();
    assert_eq!(said[0].also, ["Group 1", "Alias 1"], "an alias that both have is said once");
    assert_eq!((said[0].former.as_slice(), said[1].merged_into), ([id(1)].as_slice(), Some(id(0))));
    assert_eq!(said[0].classification, Classification::Confidential);
    assert!(said[0].folded_names().contains("alias 1"), "it is found by them");
    assert_eq!(merged.part(id(1)).expect("merged").said(), register.said());
}

#[test]
fn what_is_not_one_is_not_merged() {
    let register = Register::with([
        registered(0, StakeholderKind::ArmedGroup, 0),
        registered(1, StakeholderKind::Individual, 1),
        registered(2, StakeholderKind::Community, 0),
    ]);
    assert_eq!(register.merge(id(0), id(0)), Err(NotOne::Same));
    assert_eq!(register.merge(id(0), id(1)), Err(NotOne::PersonAndGroup));
    assert_eq!(register.part(id(0)), Err(NotOne::NotMerged));
    let merged = register.merge(id(0), id(2)).expect("two groups");
    assert_eq!(merged.merge(id(0), id(2)), Err(NotOne::Merged("Group 2".to_owned())));
    assert_eq!(merged.merge(id(2), id(0)), Err(NotOne::Merged("Group 2".to_owned())), "and no circle");
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Merge(usize, usize),
    Part(usize),
    /// Somebody gives the record another classification meanwhile.
    Classify(usize, i16),
}

const RECORDS: usize = 6;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..RECORDS, 0..RECORDS).prop_map(|(kept, gone)| Step::Merge(kept, gone)),
        1 => (0..RECORDS).prop_map(Step::Part),
        1 => (0..RECORDS, 0i16..3).prop_map(|(one, rank)| Step::Classify(one, rank)),
    ]
}

fn register() -> impl Strategy<Value = Register> {
    prop::collection::vec((0..KINDS.len(), 0i16..3), RECORDS).prop_map(|records| {
        let record = |(number, (kind, rank)): (usize, (usize, i16))| registered(number, KINDS[kind], rank);
        Register::with(records.into_iter().enumerate().map(record))
    })
}

fn walk(register: Register, steps: &[Step]) -> Register {
    steps.iter().fold(register, |register, step| match *step {
        Step::Merge(kept, gone) => register.merge(id(kept), id(gone)).unwrap_or(register),
        Step::Part(gone) => register.part(id(gone)).unwrap_or(register),
        Step::Classify(one, rank) => {
            let mut next = register;
            let family = next.take(id(one));
            let mut record = family.member(id(one)).expect("registered").clone();
            record.own_classification = Classification::of_rank(rank);
            next.0.push(family.with(record));
            next
        }
    })
}

proptest! {
    #[test]
    fn no_sequence_of_steps_breaks_a_family(register in register(), steps in prop::collection::vec(step(), 0..25)) {
        let register = walk(register, &steps);
        register.check();
        prop_assert_eq!(register.said().len(), RECORDS, "nobody is lost");
    }

    #[test]
    fn a_merge_and_its_undo_give_the_same_state(
        register in register(),
        steps in prop::collection::vec(step(), 0..15),
        kept in 0..RECORDS,
        gone in 0..RECORDS,
    ) {
        let before = walk(register, &steps);
        if let Ok(merged) = before.merge(id(kept), id(gone)) {
            prop_assert_ne!(merged.said(), before.said());
            prop_assert_eq!(merged.part(id(gone)).expect("just merged").said(), before.said());
        }
    }

    #[test]
    fn merges_are_undone_in_any_order(register in register(), merges in prop::collection::vec((0..RECORDS, 0..RECORDS), 1..8), order in Just((0..RECORDS).collect::<Vec<_>>()).prop_shuffle()) {
        let steps: Vec<_> = merges.into_iter().map(|(kept, gone)| Step::Merge(kept, gone)).collect();
        let merged = walk(register.clone(), &steps);
        let undone = order.into_iter().map(Step::Part).collect::<Vec<_>>();
        prop_assert_eq!(walk(merged, &undone).said(), register.said());
    }
}
