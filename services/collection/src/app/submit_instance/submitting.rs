//! Submitting at once what somebody sends who may submit for the section; the rest waits for who may.

use chassis::Caller;
use cpas_proto::words::Period;

use crate::{
    app::{
        reach::{Reach, beyond},
        review::{SUBMITTING, held_back},
        rule_book::{RuleBook, of_new},
    },
    domain::definition::Definition,
    store::observations::New,
};

/// Somebody who may submit.
pub(super) struct Submitter(Reach);

impl Submitter {
    /// `None`: what they enter stays a draft.
    pub fn of(caller: &Caller) -> Option<Self> {
        let may = SUBMITTING.iter().any(|role| caller.has(*role));
        may.then(|| Self(Reach::of(caller, SUBMITTING)))
    }

    /// Why a new observation stays a draft; `None`: it is submitted. Whether it may be entered was asked before, and a
    /// lock that lets it in lets it be submitted.
    pub fn why_not(&self, definition: &Definition, period: Period, new: &New, book: &RuleBook) -> Option<String> {
        if !self.0.covers(&definition.owner_section, &new.area) {
            return Some(beyond(&definition.owner_section, &new.area));
        }
        let breaches = book.breaches(definition, of_new(definition.id, period, new));
        held_back(&breaches, &new.note, [&definition.code, &new.period, &new.area])
    }
}
