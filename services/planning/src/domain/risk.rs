//! Assumptions that a plan rests on, and risks to it.

use cpas_proto::{vocabulary, words::Classification};

use super::{
    Recorded,
    broken::Broken,
    framework::Framework,
    ids::{ItemId, LineageId, PlanId, RiskId},
    lifecycle::PlanState,
    text::Text,
    tripwire::{Reading, Tripwire},
};

/// Most assumptions and risks of one plan.
pub const RISKS_MAX: usize = 500;

vocabulary! {
    /// Which of the two it is.
    pub enum RiskKind as "a kind of risk" { Assumption = "assumption", Risk = "risk" }
}

vocabulary! {
    /// What came of an assumption or risk.
    pub enum RiskStatus as "a status of a risk" {
        Open = "open",
        /// Of a risk: it came about.
        Occurred = "occurred",
        /// Of an assumption: it does not hold.
        Failed = "failed",
        /// It does not matter any more.
        Closed = "closed",
    }
}

/// How likely, or how hard it would hit: 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(u8);

impl Weight {
    /// A weight as it travels; 0 is `None`.
    ///
    /// # Errors
    /// More than 5.
    pub fn parse(field: &str, given: u32) -> Result<Option<Self>, Broken> {
        match u8::try_from(given) {
            Ok(0) => Ok(None),
            Ok(weight @ 1..=5) => Ok(Some(Self(weight))),
            _ => Err(Broken::one(field, "This goes from 1 (lowest) to 5 (highest).")),
        }
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

/// What it hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Item(ItemId),
    Link { output: ItemId, outcome: ItemId },
}

/// What an assumption or risk says.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskContent {
    pub kind: RiskKind,
    pub place: Place,
    pub statement: Text,
    /// Of a risk: that it comes about. Of an assumption: that it does not hold; it may be left open, with the impact.
    pub likelihood: Option<Weight>,
    pub impact: Option<Weight>,
    pub owner_section: String,
    pub response: Text,
    pub tripwire: Option<Tripwire>,
}

impl RiskContent {
    /// Rules that it can be held to by itself.
    ///
    /// # Errors
    /// A risk without likelihood or impact, an assumption with one but not the other.
    pub fn checked(self) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let weights = [("risk.likelihood", self.likelihood), ("risk.impact", self.impact)];
        let weighed = weights.iter().any(|(_, weight)| weight.is_some());
        for (field, _) in weights.into_iter().filter(|(_, weight)| weight.is_none()) {
            match self.kind {
                RiskKind::Risk => broken.add(field, "A risk needs this, from 1 (lowest) to 5 (highest)."),
                RiskKind::Assumption if weighed => {
                    broken.add(field, "Give likelihood and impact both, from 1 (lowest) to 5 (highest), or neither.");
                }
                RiskKind::Assumption => {}
            }
        }
        broken.into_result(self)
    }

    /// Likelihood times impact, 1 to 25; 0 for an assumption that was not weighed.
    pub fn weight(&self) -> u8 {
        self.likelihood.zip(self.impact).map_or(0, |(likelihood, impact)| likelihood.get() * impact.get())
    }
}

/// An assumption or risk of one version of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Risk {
    pub id: RiskId,
    pub lineage: LineageId,
    pub plan: PlanId,
    pub content: RiskContent,
    pub status: RiskStatus,
    pub status_note: Option<String>,
    /// `None`: its tripwire was not read yet, or not for who asks.
    pub reading: Option<Reading>,
    /// The higher of its plan and of the indicator that it watches.
    pub classification: Classification,
    pub version: i64,
    pub recorded: Recorded,
}

/// Why a change to an assumption or risk is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RiskRefused {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error(
        "This plan is {0}, so its assumptions and risks are not changed any more; their status is. \
         Draft its next version and change that."
    )]
    NotADraft(PlanState),
    #[error("This plan is {0}; the status of its assumptions and risks stays as it was.")]
    Over(PlanState),
    #[error("The plan is full: it takes {RISKS_MAX} assumptions and risks.")]
    Full,
}

/// Assumptions and risks are added, revised and removed in a draft only.
///
/// # Errors
/// Any other state.
pub fn only_in_a_draft(state: PlanState) -> Result<(), RiskRefused> {
    if state == PlanState::Draft { Ok(()) } else { Err(RiskRefused::NotADraft(state)) }
}

/// What it hangs on must be in the plan.
///
/// # Errors
/// There is no such item or link.
pub fn check_place(place: Place, framework: &Framework) -> Result<(), Broken> {
    match place {
        Place::Item(item) if framework.item(item).is_none() => {
            Err(Broken::one("risk.item_id", "The plan has no item under this id."))
        }
        Place::Link { output, outcome }
            if !framework.links().iter().any(|link| (link.output, link.outcome) == (output, outcome)) =>
        {
            Err(Broken::one("risk.outcome_id", "The plan has no link from this output to this outcome."))
        }
        _ => Ok(()),
    }
}

impl Risk {
    /// The same under its next version, with other words. Its kind stays; its status too.
    ///
    /// # Errors
    /// The kind differs.
    pub fn revised(&self, content: RiskContent, recorded: Recorded) -> Result<Self, RiskRefused> {
        if content.kind != self.content.kind {
            let message = format!("This is an entry of kind {}; remove it and add another.", self.content.kind);
            return Err(Broken::one("risk.kind", message).into());
        }
        // A reading speaks of one condition.
        let reading = self.reading.filter(|_| content.tripwire == self.content.tripwire);
        Ok(Self { content, reading, version: self.version + 1, recorded, ..self.clone() })
    }

    /// What came of it. In a plan that is over nothing changes.
    ///
    /// # Errors
    /// The word is not for this kind, or the note is missing.
    pub fn given(
        &self,
        status: RiskStatus,
        note: Option<String>,
        state: PlanState,
        recorded: Recorded,
    ) -> Result<Self, RiskRefused> {
        if matches!(state, PlanState::Superseded | PlanState::Archived) {
            return Err(RiskRefused::Over(state));
        }
        let message = match (self.content.kind, status) {
            (RiskKind::Assumption, RiskStatus::Occurred) => {
                Some("An assumption does not occur; say that it failed, or close it.")
            }
            (RiskKind::Risk, RiskStatus::Failed) => Some("A risk does not fail; say that it occurred, or close it."),
            _ => None,
        };
        if let Some(message) = message {
            return Err(Broken::one("status", message).into());
        }
        if note.is_none() && matches!(status, RiskStatus::Occurred | RiskStatus::Failed) {
            return Err(Broken::one("note", "Say what happened, so that the others know.").into());
        }
        Ok(Self { status, status_note: note, version: self.version + 1, recorded, ..self.clone() })
    }

    /// The same in the next version of its plan, on the item that follows its own there; `None` where
    /// that is not in it.
    pub fn carried(
        &self,
        plan: PlanId,
        id: RiskId,
        follows: impl Fn(ItemId) -> Option<ItemId>,
        recorded: Recorded,
    ) -> Option<Self> {
        let place = match self.content.place {
            Place::Item(item) => Place::Item(follows(item)?),
            Place::Link { output, outcome } => Place::Link { output: follows(output)?, outcome: follows(outcome)? },
        };
        let content = RiskContent { place, ..self.content.clone() };
        Some(Self { id, plan, content, version: 1, recorded, ..self.clone() })
    }
}

/// Those that hang on what is not in the plan any more.
pub fn hanging_on_nothing<'a>(risks: &'a [Risk], framework: &'a Framework) -> impl Iterator<Item = &'a Risk> {
    risks.iter().filter(|risk| check_place(risk.content.place, framework).is_err())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        framework::tests::{id, link, small},
        plan::tests::recorded,
    };

    fn content(kind: RiskKind, weight: u32) -> RiskContent {
        let weight = Weight::parse("risk.impact", weight).expect("1 to 5");
        RiskContent {
            kind,
            place: Place::Item(id(11)),
            statement: Text::of("Roads stay open", ""),
            likelihood: weight,
            impact: weight,
            owner_section: "JMAC".to_owned(),
            response: Text::default(),
            tripwire: None,
        }
    }

    fn risk(kind: RiskKind) -> Risk {
        Risk {
            id: RiskId(Uuid::from_u128(1)),
            lineage: LineageId(Uuid::from_u128(1)),
            plan: PlanId(Uuid::from_u128(2)),
            content: content(kind, u32::from(kind == RiskKind::Risk)),
            status: RiskStatus::Open,
            status_note: None,
            reading: None,
            classification: Classification::Unclassified,
            version: 1,
            recorded: recorded(1),
        }
    }

    #[test]
    fn a_risk_is_weighed_and_an_assumption_may_be() {
        for (kind, weight) in [(RiskKind::Risk, 3), (RiskKind::Assumption, 3), (RiskKind::Assumption, 0)] {
            assert_eq!(content(kind, weight).checked().map(|content| content.weight()), Ok((weight * weight) as u8));
        }
        let fields = |broken: Broken| broken.violations.into_iter().map(|one| one.field).collect::<Vec<_>>();
        let broken = content(RiskKind::Risk, 0).checked().expect_err("it is not weighed");
        assert_eq!(fields(broken), ["risk.likelihood", "risk.impact"]);
        let half = RiskContent { impact: None, ..content(RiskKind::Assumption, 3) };
        assert_eq!(fields(half.checked().expect_err("half of it")), ["risk.impact"]);
        assert!(Weight::parse("risk.impact", 6).is_err());
    }

    #[test]
    fn it_hangs_on_an_item_or_link_of_its_plan() {
        let framework = small().linked(link(111, 12)).expect("a link");
        assert!(check_place(Place::Item(id(111)), &framework).is_ok());
        assert!(check_place(Place::Link { output: id(111), outcome: id(12) }, &framework).is_ok());
        assert!(check_place(Place::Item(id(999)), &framework).is_err());
        assert!(check_place(Place::Link { output: id(112), outcome: id(12) }, &framework).is_err());
        let risks = [risk(RiskKind::Risk)];
        assert_eq!(hanging_on_nothing(&risks, &framework).count(), 0);
        let without = framework.removed(id(11)).expect("it is there");
        assert_eq!(hanging_on_nothing(&risks, &without).count(), 1);
    }

    #[test]
    fn a_status_fits_its_kind_and_bad_news_has_its_note() {
        for (kind, bad, never) in [
            (RiskKind::Risk, RiskStatus::Occurred, RiskStatus::Failed),
            (RiskKind::Assumption, RiskStatus::Failed, RiskStatus::Occurred),
        ] {
            let note = || Some("The bridge was blown up.".to_owned());
            let given = |status, note, state| risk(kind).given(status, note, state, recorded(2));
            assert!(given(never, note(), PlanState::Active).is_err());
            assert!(given(bad, None, PlanState::Active).is_err());
            let said = given(bad, note(), PlanState::Active).expect("with its note");
            assert_eq!((said.status, said.version), (bad, 2));
            assert!(given(RiskStatus::Closed, None, PlanState::Draft).is_ok());
            for over in [PlanState::Superseded, PlanState::Archived] {
                assert_eq!(given(RiskStatus::Closed, None, over), Err(RiskRefused::Over(over)));
            }
        }
    }

    #[test]
    fn words_are_changed_in_a_draft_only_and_the_kind_never() {
        for state in PlanState::ALL {
            assert_eq!(only_in_a_draft(*state).is_ok(), *state == PlanState::Draft, "{state}");
        }
        let revised = risk(RiskKind::Risk).revised(content(RiskKind::Risk, 5), recorded(2)).expect("the same kind");
        assert_eq!((revised.version, revised.content.impact.map(Weight::get)), (2, Some(5)));
        assert!(risk(RiskKind::Risk).revised(content(RiskKind::Assumption, 0), recorded(2)).is_err());
    }

    #[test]
    fn the_next_version_takes_over_what_still_has_its_place() {
        let next = |item: ItemId| (item == id(11)).then(|| id(5));
        let carried = risk(RiskKind::Risk)
            .carried(PlanId(Uuid::from_u128(3)), RiskId(Uuid::from_u128(4)), next, recorded(2))
            .expect("its outcome is there");
        assert_eq!((carried.content.place, carried.lineage), (Place::Item(id(5)), risk(RiskKind::Risk).lineage));
        let nothing = risk(RiskKind::Risk).carried(carried.plan, carried.id, |_| None, recorded(2));
        assert_eq!(nothing, None);
    }

    proptest! {
        /// Whatever is said of it in whatever order, while its plan goes its way: each status fits its kind, bad news has
        /// its note, and in a plan that is over nothing changes.
        #[test]
        fn no_order_of_calls_gives_it_a_status_that_is_not_its_own(
            kind in prop::sample::select(RiskKind::ALL),
            calls in prop::collection::vec(
                (prop::option::of(prop::sample::select(RiskStatus::ALL)), any::<bool>(), prop::sample::select(PlanState::ALL)),
                0..20,
            ),
        ) {
            let mut own = risk(kind);
            for (status, has_note, state) in calls {
                let note = has_note.then(|| "The bridge was blown up.".to_owned());
                let is_over = ["superseded", "archived"].contains(&state.word());
                let (made, allowed) = match status {
                    Some(status) => {
                        let fits = match status.word() {
                            "occurred" => kind == RiskKind::Risk && has_note,
                            "failed" => kind == RiskKind::Assumption && has_note,
                            _ => true,
                        };
                        (own.given(status, note.clone(), state, recorded(2)), fits && !is_over)
                    }
                    // Its words and its kind, which never becomes the other.
                    None => {
                        let asked = if has_note { kind } else { RiskKind::Risk };
                        let words = content(asked, 2 * u32::from(asked == RiskKind::Risk));
                        (only_in_a_draft(state).and_then(|()| own.revised(words, recorded(2))), state == PlanState::Draft && asked == kind)
                    }
                };
                prop_assert_eq!(made.is_ok(), allowed, "{:?} {} {:?} in {}", status, has_note, own.status, state);
                let Ok(made) = made else { continue };
                prop_assert_eq!((made.version, made.content.kind, made.lineage), (own.version + 1, kind, own.lineage));
                let expected = status.map_or((own.status, own.status_note.clone()), |status| (status, note));
                prop_assert_eq!((made.status, made.status_note.clone()), expected);
                own = made;
            }
        }
    }
}
