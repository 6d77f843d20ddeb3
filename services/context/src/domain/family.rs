//! Records that are one stakeholder: merged, and taken apart again.
//!
//! A merge moves nothing. One record stands for all, the others say which one they were merged into; what was
//! recorded of any of them is read as the one's. So taking apart gives back what was there before, whatever was
//! written meanwhile, and in whichever order. What follows from who belongs together is worked out anew by
//! [`Family::settle`]: the names it is also known by, and one classification for all, the highest of their own, so
//! that no record tells of another one that is hidden.

use std::collections::BTreeMap;

use super::{
    fold::fold,
    ids::StakeholderId,
    stakeholder::{Stakeholder, StakeholderKind},
};

/// Most records that are one stakeholder.
pub const FAMILY_MAX: usize = 50;

/// Why two records are not merged, or one is not taken apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOne {
    #[error("A stakeholder cannot be merged with itself; choose another one.")]
    Same,
    #[error("\"{0}\" was merged into another stakeholder already; merge that one, or undo that merge first.")]
    Merged(String),
    #[error(
        "A person and a group are not the same stakeholder. Record a relation between the two, or correct the kind of one."
    )]
    PersonAndGroup,
    #[error("At most {FAMILY_MAX} records are kept as one stakeholder.")]
    TooMany,
    #[error("This stakeholder was not merged into another one, or that was undone already.")]
    NotMerged,
}

/// All records of one stakeholder: one that stands, and those that were merged into it or into each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    members: BTreeMap<StakeholderId, Stakeholder>,
}

impl Family {
    /// Records as they are stored; all of one family.
    pub fn of(members: impl IntoIterator<Item = Stakeholder>) -> Self {
        Self { members: members.into_iter().map(|member| (member.id, member)).collect() }
    }

    /// The record that stands for all.
    pub fn head(&self) -> Option<&Stakeholder> {
        self.members.values().find(|member| member.merged_into.is_none())
    }

    pub fn member(&self, id: StakeholderId) -> Option<&Stakeholder> {
        self.members.get(&id)
    }

    pub fn members(&self) -> impl Iterator<Item = &Stakeholder> {
        self.members.values()
    }

    /// Puts a revised record in the place of what it was.
    #[must_use]
    pub fn with(mut self, revised: Stakeholder) -> Self {
        self.members.insert(revised.id, revised);
        self.settle()
    }

    /// Merges the other family's head into this one's.
    ///
    /// # Errors
    /// They are the same, one of the two was merged already, a person with a group, or too many.
    pub fn merge(mut self, kept: StakeholderId, other: Self, gone: StakeholderId) -> Result<Self, NotOne> {
        if kept == gone {
            return Err(NotOne::Same);
        }
        let standing = |family: &Self, id| {
            let member = family.member(id).cloned().ok_or(NotOne::NotMerged)?;
            if member.merged_into.is_some() { Err(NotOne::Merged(member.name)) } else { Ok(member) }
        };
        let (one, two) = (standing(&self, kept)?, standing(&other, gone)?);
        let is_person = |of: &Stakeholder| of.kind == StakeholderKind::Individual;
        if is_person(&one) != is_person(&two) {
            return Err(NotOne::PersonAndGroup);
        }
        if self.members.len() + other.members.len() > FAMILY_MAX {
            return Err(NotOne::TooMany);
        }
        self.members.extend(other.members);
        self.members.insert(gone, Stakeholder { merged_into: Some(kept), ..two });
        Ok(self.settle())
    }

    /// Takes apart: what is left, and the family that stands by itself again.
    ///
    /// # Errors
    /// It was not merged into another one.
    pub fn part(self, gone: StakeholderId) -> Result<(Self, Self), NotOne> {
        let member = self.member(gone).filter(|member| member.merged_into.is_some()).cloned();
        let member = member.ok_or(NotOne::NotMerged)?;
        let (mut parted, left): (BTreeMap<_, _>, BTreeMap<_, _>) =
            self.members.clone().into_iter().partition(|(id, _)| self.is_below(*id, gone));
        parted.insert(gone, Stakeholder { merged_into: None, ..member });
        Ok((Self { members: left }.settle(), Self { members: parted }.settle()))
    }

    /// True for a record and for what was merged into it, directly or not.
    fn is_below(&self, id: StakeholderId, top: StakeholderId) -> bool {
        let mut at = Some(id);
        // No further up than there are records.
        for _ in 0..self.members.len() {
            match at {
                Some(id) if id == top => return true,
                Some(id) => at = self.member(id).and_then(|member| member.merged_into),
                None => return false,
            }
        }
        false
    }

    /// Works out what follows from who belongs together; whose record changes by that has a new version.
    fn settle(self) -> Self {
        let Some(head) = self.head().map(|head| head.id) else { return self };
        let own = self.members.values().map(|member| member.own_classification);
        let Some(classification) = own.max() else { return self };
        let settled = self.members.values().map(|member| {
            let below: Vec<&Stakeholder> =
                self.members.values().filter(|one| one.id != member.id && self.is_below(one.id, member.id)).collect();
            let next = Stakeholder {
                classification,
                head,
                also: also(member, &below),
                former: below.iter().map(|one| one.id).collect(),
                ..member.clone()
            };
            (member.id, next)
        });
        Self { members: settled.collect() }
    }

    /// The records of `after` that differ from what they were here, each with a version of its own.
    pub fn changes(&self, after: impl IntoIterator<Item = Self>) -> Vec<Stakeholder> {
        let after = after.into_iter().flat_map(|family| family.members.into_values());
        let changed = after.filter_map(|mut next| {
            let before = self.member(next.id);
            if before == Some(&next) {
                return None;
            }
            next.version = before.map_or(next.version, |before| before.version + 1);
            Some(next)
        });
        changed.collect()
    }
}

/// The names that it is also known by from what was merged into it, each once.
fn also(member: &Stakeholder, below: &[&Stakeholder]) -> Vec<String> {
    let mut known: Vec<String> = std::iter::once(&member.name).chain(&member.aliases).map(|name| fold(name)).collect();
    let mut also = Vec::new();
    for name in below.iter().flat_map(|one| std::iter::once(&one.name).chain(&one.aliases)) {
        let folded = fold(name);
        if !known.contains(&folded) {
            known.push(folded);
            also.push(name.clone());
        }
    }
    also
}

#[cfg(test)]
#[path = "family_tests.rs"]
mod tests;
