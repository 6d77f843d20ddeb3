//! An indicator through any calls, against a plain model written from the domain's own page.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    definition::{Kind, tests::deaths},
    plan::tests::recorded,
};

/// From, step, to; a revision of what was approved has to be approved again.
const WAYS: &[(&str, &str, &str)] = &[
    ("draft", "approve", "approved"),
    ("approved", "activate", "active"),
    ("active", "retire", "retired"),
    ("draft", "revise", "draft"),
    ("approved", "revise", "draft"),
    ("active", "revise", "active"),
];

#[derive(Debug, Clone)]
enum Call {
    Step(IndicatorStep),
    Revise { code: u8, kind: Kind, unit: u8 },
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        prop::sample::select(IndicatorStep::ALL).prop_map(Call::Step),
        (0u8..2, prop::sample::select(&[Kind::Count, Kind::Sum][..]), 0u8..3)
            .prop_map(|(code, kind, unit)| Call::Revise { code, kind, unit }),
    ]
}

/// State, version, version of the definition, code, type, unit.
type Model = (&'static str, i64, u32, String, Kind, String);

fn model(of: &Indicator) -> Model {
    let definition = &of.definition;
    let (code, unit) = (definition.code.clone(), definition.unit.clone());
    (of.state.word(), of.version, of.definition_version, code, definition.kind, unit)
}

fn after(before: &Model, call: &Call) -> Option<Model> {
    let (state, version, definition, code, kind, unit) = before.clone();
    let leads_to = |step: &str| WAYS.iter().find(|way| way.0 == state && way.1 == step).map(|way| way.2);
    match call {
        Call::Step(step) => Some((leads_to(step.word())?, version + 1, definition, code, kind, unit)),
        Call::Revise { code: new_code, kind: new_kind, unit } => {
            let next = leads_to("revise")?;
            let new_code = format!("OC-{new_code}");
            // What data refer to is fixed once it is approved.
            let stays = state == "draft" || (new_code == code && *new_kind == kind);
            stays.then(|| (next, version + 1, definition + 1, new_code, *new_kind, unit.to_string()))
        }
    }
}

proptest! {
    #[test]
    fn no_calls_bring_an_indicator_where_the_domain_forbids(calls in prop::collection::vec(call(), 0..40)) {
        let mut indicator = Indicator::drafted(IndicatorId(Uuid::from_u128(1)), deaths(), recorded(1));
        for call in calls {
            let before = model(&indicator);
            let made = match &call {
                Call::Step(step) => indicator.stepped(*step, recorded(2)),
                Call::Revise { code, kind, unit } => {
                    let (code, unit) = (format!("OC-{code}"), unit.to_string());
                    indicator.revised(Definition { code, kind: *kind, unit, ..deaths() }, recorded(2))
                }
            };
            let expected = after(&before, &call);
            prop_assert_eq!(made.is_ok(), expected.is_some(), "{:?} in {:?}", call, before);
            if let Ok(made) = made {
                prop_assert_eq!(Some(model(&made)), expected);
                indicator = made;
            }
        }
    }
}
