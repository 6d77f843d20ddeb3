//! A plan through any calls, against a plain model written from the domain's own page.

use proptest::prelude::*;

use super::{
    tests::{plan_of, recorded},
    *,
};
use crate::domain::{
    framework::tests::{content, id, small},
    item::ItemKind,
};

/// From, step, to.
const WAYS: &[(&str, &str, &str)] = &[
    ("draft", "submit", "in_review"),
    ("in_review", "return", "draft"),
    ("endorsed", "return", "draft"),
    ("in_review", "endorse", "endorsed"),
    ("endorsed", "approve", "approved"),
    ("approved", "activate", "active"),
    ("active", "supersede", "superseded"),
    ("superseded", "archive", "archived"),
];

#[derive(Debug, Clone)]
enum Call {
    Step { step: Step, by: u128, reason: &'static str },
    Rename(u32),
    Add,
    Progress(ActivityStatus, u8),
    Next,
}

fn call() -> impl Strategy<Value = Call> {
    let reason = prop::sample::select(&["", " ", "Police is missing."][..]);
    prop_oneof![
        8 => (prop::sample::select(Step::ALL), 1u128..4, reason)
            .prop_map(|(step, by, reason)| Call::Step { step, by, reason }),
        1 => (1u32..4).prop_map(Call::Rename),
        1 => Just(Call::Add),
        2 => (prop::sample::select(ActivityStatus::ALL), prop::sample::select(&[0, 40, 100, 101][..]))
            .prop_map(|(status, percent)| Call::Progress(status, percent)),
        1 => Just(Call::Next),
    ]
}

/// What the domain says of a plan, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Model {
    state: &'static str,
    version: i64,
    endorser: Option<u128>,
    approver: Option<u128>,
    is_returned: bool,
    title: u32,
    items: usize,
    progress: (ActivityStatus, u8),
}

impl Model {
    fn of(plan: &Plan) -> Self {
        let account = |who: &Option<Who>| who.as_ref().map(|who| who.account.as_u128());
        let activity = plan.framework.item(id(1111)).expect("it is never removed");
        let Nature::Activity { status, progress_percent, .. } = activity.content.nature else { panic!("an activity") };
        Self {
            state: plan.head.state.word(),
            version: plan.head.version,
            endorser: account(&plan.head.endorsed_by),
            approver: account(&plan.head.approved_by),
            is_returned: plan.head.return_reason.is_some(),
            title: plan.head.title.en.parse().unwrap_or_default(),
            items: plan.framework.items().len(),
            progress: (status, progress_percent),
        }
    }

    /// The model after a call; `None` where the domain forbids it.
    fn after(&self, call: &Call) -> Option<Self> {
        let mut next = Self { version: self.version + 1, ..self.clone() };
        match call {
            Call::Step { step, by, reason } => {
                let way = WAYS.iter().find(|way| way.0 == self.state && way.1 == step.word())?;
                next.state = way.2;
                match way.1 {
                    "submit" => next.is_returned = false,
                    "return" if reason.trim().is_empty() => return None,
                    "return" => (next.is_returned, next.endorser) = (true, None),
                    "endorse" => next.endorser = Some(*by),
                    "approve" if self.endorser == Some(*by) => return None,
                    "approve" => next.approver = Some(*by),
                    _ => {}
                }
            }
            Call::Rename(_) | Call::Add if self.state != "draft" => return None,
            Call::Rename(title) => next.title = *title,
            Call::Add => next.items += 1,
            Call::Progress(..) if !["draft", "approved", "active"].contains(&self.state) => return None,
            Call::Progress(status, percent) => {
                let fits = match status.word() {
                    "planned" => *percent == 0,
                    "done" => *percent == 100,
                    _ => *percent <= 100,
                };
                next.progress = fits.then_some((*status, *percent))?;
            }
            Call::Next if !["approved", "active", "superseded"].contains(&self.state) => return None,
            Call::Next => next.version = self.version,
        }
        Some(next)
    }
}

fn made(plan: &Plan, call: &Call, turn: u128) -> Result<Plan, PlanRefused> {
    match call {
        Call::Step { step, by, reason } => plan.stepped(*step, recorded(*by), Some(reason)),
        Call::Rename(title) => plan.renamed(Text::of(title.to_string(), ""), plan.head.horizon, recorded(1)),
        Call::Add => {
            let content = content(ItemKind::Objective, "one more");
            plan.edited(Edit::Add { parent: None, position: 9, content }, recorded(1), id(20_000 + turn))
        }
        Call::Progress(status, percent) => plan.progressed(id(1111), *status, *percent, recorded(1)),
        Call::Next => {
            let mut next = 500_000;
            let fresh = || {
                next += 1;
                Uuid::from_u128(next)
            };
            let draft = plan.next_version(plan.head.number + 1, recorded(4), fresh)?;
            assert_eq!((draft.head.state, draft.head.parent), (PlanState::Draft, Some(plan.head.id)));
            assert_eq!((&draft.head.endorsed_by, &draft.head.approved_by), (&None, &None), "nobody said yes to it");
            // It stands beside the plan, which goes on as it is.
            Ok(plan.clone())
        }
    }
}

proptest! {
    #[test]
    fn no_calls_bring_a_plan_where_the_domain_forbids(calls in prop::collection::vec(call(), 0..60)) {
        let mut plan = plan_of(small());
        for (turn, call) in calls.into_iter().enumerate() {
            let before = Model::of(&plan);
            match (made(&plan, &call, turn as u128), before.after(&call)) {
                (Ok(after), Some(expected)) => {
                    prop_assert_eq!(Model::of(&after), expected, "{:?}", call);
                    plan = after;
                }
                (Err(_), None) => prop_assert_eq!(Model::of(&plan), before),
                (Ok(_), None) => prop_assert!(false, "{call:?} is forbidden in {before:?}"),
                (Err(refused), Some(_)) => prop_assert!(false, "{call:?} in {before:?}: {refused}"),
            }
            let now = Model::of(&plan);
            if !["draft", "in_review"].contains(&now.state) {
                prop_assert!(now.endorser.is_some());
            }
            if ["approved", "active", "superseded", "archived"].contains(&now.state) {
                prop_assert!(now.approver.is_some() && now.approver != now.endorser, "four eyes: {now:?}");
            }
        }
    }
}
