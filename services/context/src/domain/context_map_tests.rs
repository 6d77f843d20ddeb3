use cpas_proto::words::{Confidence, FactorKind};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    Broken,
    factor::{Effect, Severity, Trend},
    lens::Lenses,
};

fn who(number: u128) -> Who {
    Who { account: Uuid::from_u128(number), name: format!("person {number}") }
}

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("an instant")
}

fn drafted() -> ContextMap {
    let new = NewContextMap {
        title: Text::of("Carana north", ""),
        period: "2024-Q1".parse().expect("a period"),
        areas: vec![],
        themes: vec![],
        narrative: Text::default(),
        classification: Classification::Unclassified,
    };
    ContextMap::draft(new, ContextMapId(Uuid::from_u128(1)), who(1), noon())
}

/// What the map says of itself, under another title.
fn renamed(map: &ContextMap) -> NewContextMap {
    NewContextMap {
        title: Text::of(format!("{} again", map.title.any()), ""),
        period: map.period,
        areas: map.areas.clone(),
        themes: vec!["roads".to_owned()],
        narrative: map.narrative.clone(),
        classification: map.own_classification,
    }
}

fn content(title: &str, evidence: &[u128]) -> FactorContent {
    FactorContent {
        kind: FactorKind::Security,
        title: Text::of(title, ""),
        narrative: Text::default(),
        effect: Effect::Inhibits,
        severity: Severity::parse("severity", 4).expect("on the scale"),
        trend: Trend::Stable,
        confidence: Confidence::Medium,
        areas: vec![],
        evidence: evidence.iter().map(|id| EvidenceId(Uuid::from_u128(*id))).collect(),
        themes: vec![],
        lenses: Lenses::default(),
    }
}

fn factor_id(number: u128) -> FactorId {
    FactorId(Uuid::from_u128(number))
}

fn with_factor(map: ContextMap, number: u128, evidence: &[u128]) -> ContextMap {
    map.set_factor(factor_id(number), true, content(&format!("factor {number}"), evidence), &who(1)).expect("a draft")
}

#[test]
fn a_map_goes_from_draft_to_superseded_one_step_at_a_time() {
    let draft = with_factor(drafted(), 1, &[9]);
    assert_eq!(draft.clone().publish(noon()), Err(NotNow::NotReviewed(MapState::Draft)));
    let reviewed = draft.review(who(2)).expect("another person");
    assert_eq!(reviewed.clone().review(who(3)), Err(NotNow::NotADraft(MapState::Reviewed)));
    assert_eq!(reviewed.clone().supersede(), reviewed, "only what is published is superseded");
    let published = reviewed.publish(noon()).expect("with evidence");
    assert_eq!((published.state, published.published_at, published.version), (MapState::Published, Some(noon()), 4));
    assert_eq!(published.clone().publish(noon()), Err(NotNow::NotReviewed(MapState::Published)));
    let superseded = published.supersede();
    assert_eq!((superseded.state, superseded.version), (MapState::Superseded, 5));
}

#[test]
fn what_is_published_is_never_changed() {
    let published =
        with_factor(drafted(), 1, &[9]).review(who(2)).and_then(|map| map.publish(noon())).expect("published");
    for map in [published.clone(), published.supersede()] {
        let state = map.state;
        let set = map.clone().set_factor(factor_id(2), true, content("late", &[]), &who(1));
        assert_eq!(set, Err(NotNow::Immutable(state)));
        assert_eq!(map.remove_factor(factor_id(1), &who(1)), Err(NotNow::Immutable(state)));
    }
}

#[test]
fn nobody_reviews_what_they_wrote() {
    let map = with_factor(drafted(), 1, &[]);
    let map = map.set_factor(factor_id(2), true, content("by another", &[]), &who(2)).expect("a draft");
    for author in [1, 2] {
        assert_eq!(map.clone().review(who(author)), Err(NotNow::AuthorReviews));
    }
    assert!(map.review(who(3)).is_ok());
}

#[test]
fn an_empty_map_is_not_reviewed() {
    assert_eq!(drafted().review(who(2)), Err(NotNow::NoFactors));
}

#[test]
fn publishing_names_every_factor_without_evidence() {
    let map = with_factor(with_factor(with_factor(drafted(), 1, &[9]), 2, &[]), 3, &[]);
    let refused = map.review(who(2)).and_then(|map| map.publish(noon())).expect_err("two lack evidence");
    assert_eq!(
        refused.to_string(),
        "These factors have no evidence: \"factor 2\", \"factor 3\". Add evidence to each, then publish."
    );
}

#[test]
fn a_change_after_the_review_asks_for_a_new_review() {
    let reviewed = with_factor(drafted(), 1, &[9]).review(who(2)).expect("reviewed");
    let changed = reviewed.set_factor(factor_id(1), false, content("sharper", &[9]), &who(4)).expect("not published");
    assert_eq!((changed.state, &changed.reviewed_by), (MapState::Draft, &None));
    assert_eq!(changed.factors.len(), 1, "replaced, not added");
    assert_eq!(changed.review(who(4)), Err(NotNow::AuthorReviews));
}

#[test]
fn a_factor_that_is_not_there_is_neither_set_nor_removed() {
    let map = drafted();
    assert_eq!(map.clone().set_factor(factor_id(7), false, content("x", &[]), &who(1)), Err(NotNow::NoSuchFactor));
    assert_eq!(map.remove_factor(factor_id(7), &who(1)), Err(NotNow::NoSuchFactor));
}

#[test]
fn a_map_has_a_bounded_number_of_factors() {
    let full = (0..FACTORS_MAX as u128).fold(drafted(), |map, number| with_factor(map, number, &[]));
    assert_eq!(full.set_factor(factor_id(999), true, content("one more", &[]), &who(1)), Err(NotNow::TooManyFactors));
}

#[test]
fn severity_has_five_steps() {
    for (number, fine) in [(0, false), (1, true), (5, true), (6, false)] {
        assert_eq!(Severity::parse("factor.severity", number).is_ok(), fine, "{number}");
    }
    let Err(Broken { violations }) = Severity::parse("factor.severity", 9) else { panic!("outside") };
    assert_eq!(violations[0].message, "9 is outside the scale, which goes from 1 to 5.");
}

proptest! {
    #[test]
    fn a_map_is_as_secret_as_its_most_secret_source(own in 0i16..3, sources in prop::collection::vec(0i16..3, 0..6)) {
        let mut map = drafted();
        map.own_classification = Classification::of_rank(own);
        let map = map.classified_by(sources.iter().map(|rank| Classification::of_rank(*rank)));
        let highest = sources.iter().copied().chain([own]).max().expect("its own");
        prop_assert_eq!(map.classification.rank(), highest);
        let again = map.clone().classified_by([]);
        prop_assert_eq!(again.classification.rank(), own, "without its sources it is what it was drafted as");
    }
}

#[test]
fn a_map_begins_where_another_one_stands_and_has_its_own_way_to_go() {
    let before =
        drafted().set_factor(FactorId(Uuid::from_u128(7)), true, content("Raids", &[1]), &who(1)).expect("open");
    let before = before.classified_by([Classification::Confidential]).review(who(2)).expect("reviewed");
    let before = before.publish(noon()).expect("published");
    let (id, period) = (ContextMapId(Uuid::from_u128(9)), "2024-Q2".parse().expect("a period"));
    let next = ContextMap::draft_from(&before, None, period, id, who(3), noon());
    assert_eq!(
        (&next.factors, &next.title, next.classification),
        (&before.factors, &before.title, before.classification)
    );
    assert_eq!((next.state, next.version, &next.reviewed_by, next.published_at), (MapState::Draft, 1, &None, None));
    assert_eq!(next.authors, [Uuid::from_u128(3)], "who wrote the map before may review this one");
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Set { factor: u128, fresh: bool, proved: bool },
    Remove { factor: u128 },
    Revise,
    Review,
    Publish,
    Supersede,
}

fn step() -> impl Strategy<Value = (Step, u128)> {
    let step = prop_oneof![
        (0u128..4, any::<bool>(), any::<bool>()).prop_map(|(factor, fresh, proved)| Step::Set {
            factor,
            fresh,
            proved
        }),
        (0u128..4).prop_map(|factor| Step::Remove { factor }),
        Just(Step::Revise),
        Just(Step::Review),
        Just(Step::Publish),
        Just(Step::Supersede),
    ];
    (step, 1u128..5)
}

proptest! {
    #[test]
    fn no_sequence_of_steps_reaches_a_state_that_is_forbidden(steps in prop::collection::vec(step(), 0..40)) {
        let mut map = drafted();
        for (step, by) in steps {
            let before = map.clone();
            let after = match step {
                Step::Set { factor, fresh, proved } => {
                    let evidence: &[u128] = if proved { &[9] } else { &[] };
                    before.clone().set_factor(factor_id(factor), fresh, content("raids", evidence), &who(by))
                }
                Step::Remove { factor } => before.clone().remove_factor(factor_id(factor), &who(by)),
                Step::Revise => before.clone().revise(renamed(&before), &who(by)),
                Step::Review => before.clone().review(who(by)),
                Step::Publish => before.clone().publish(noon()),
                Step::Supersede => Ok(before.clone().supersede()),
            };
            let Ok(after) = after else { continue };
            let moved = (before.state, after.state);
            use MapState::{Draft, Published, Reviewed, Superseded};
            prop_assert!(
                matches!(moved, (Draft | Reviewed, Draft) | (Draft, Reviewed) | (Reviewed, Published) | (Published, Superseded))
                    || after == before,
                "{moved:?}"
            );
            if matches!(before.state, Published | Superseded) {
                prop_assert_eq!((&after.factors, after.published_at), (&before.factors, before.published_at));
                prop_assert_eq!((&after.title, after.period), (&before.title, before.period));
            }
            if matches!(after.state, Reviewed | Published | Superseded) {
                let reviewer = after.reviewed_by.as_ref().expect("somebody reviewed it").account;
                prop_assert!(!after.authors.contains(&reviewer), "nobody reviews what they wrote");
                prop_assert!(!after.factors.is_empty());
            }
            if matches!(after.state, Published | Superseded) {
                prop_assert!(after.factors.iter().all(|factor| !factor.content.evidence.is_empty()));
                prop_assert!(after.published_at.is_some());
            }
            prop_assert!(after == before || after.version > before.version, "every change has its version");
            map = after;
        }
    }
}
