use chrono::DateTime;
use cpas_proto::words::{Classification, Confidence};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    Text, Who,
    context_map::NewContextMap,
    factor::{FactorContent, Severity},
    ids::{ContextMapId, FactorId},
    lens::Lenses,
};

fn factor(id: u128, title: &str, effect: Effect, severity: u32, trend: Trend, areas: &[&str]) -> Factor {
    let content = FactorContent {
        kind: FactorKind::Security,
        title: Text::of(title, ""),
        narrative: Text::default(),
        effect,
        severity: Severity::parse("severity", severity).expect("on the scale"),
        trend,
        confidence: Confidence::Medium,
        areas: areas.iter().map(|area| (*area).to_owned()).collect(),
        evidence: vec![],
        themes: vec![],
        lenses: Lenses::default(),
    };
    Factor { id: FactorId(Uuid::from_u128(id)), content }
}

fn map(factors: Vec<Factor>) -> ContextMap {
    let new = NewContextMap {
        title: Text::of("Carana", ""),
        period: "2024-Q1".parse().expect("a period"),
        areas: vec![],
        themes: vec![],
        narrative: Text::default(),
        classification: Classification::Unclassified,
    };
    let by = Who { account: Uuid::nil(), name: "Ada".to_owned() };
    ContextMap { factors, ..ContextMap::draft(new, ContextMapId(Uuid::nil()), by, DateTime::UNIX_EPOCH) }
}

fn changes(comparison: &Comparison) -> Vec<FactorChange> {
    comparison.factors.iter().map(Pair::change).collect()
}

use Effect::{Inhibits, Promotes};
use FactorChange::{Added, Gone, Improved, Same, Worsened};
use Trend::{Improving, Stable, Worsening};

#[test]
fn worse_and_better_are_seen_from_peace() {
    for (before, after, expected) in [
        ((Inhibits, 3, Stable), (Inhibits, 4, Stable), Worsened),
        ((Inhibits, 3, Stable), (Inhibits, 2, Stable), Improved),
        ((Promotes, 3, Stable), (Promotes, 4, Stable), Improved),
        ((Promotes, 3, Stable), (Promotes, 2, Stable), Worsened),
        ((Promotes, 1, Stable), (Inhibits, 1, Stable), Worsened),
        ((Inhibits, 3, Stable), (Inhibits, 3, Worsening), Worsened),
        ((Promotes, 3, Stable), (Promotes, 3, Improving), Improved),
        ((Inhibits, 3, Worsening), (Inhibits, 2, Worsening), Improved),
        ((Inhibits, 3, Stable), (Inhibits, 3, Stable), Same),
    ] {
        let of = |(effect, severity, trend)| map(vec![factor(1, "Raids", effect, severity, trend, &[])]);
        assert_eq!(changes(&Comparison::of(of(before), of(after))), [expected], "{before:?} to {after:?}");
    }
}

#[test]
fn a_factor_is_the_same_by_its_id_and_else_by_what_it_says() {
    let before = map(vec![
        factor(1, "Raids", Inhibits, 3, Stable, &[]),
        factor(2, "Élections", Inhibits, 3, Stable, &[]),
        factor(3, "Drought", Inhibits, 3, Stable, &[]),
    ]);
    let after = map(vec![
        // Takes over the name of another one, but its id says which it was.
        factor(3, "Raids", Inhibits, 2, Stable, &[]),
        factor(8, "elections", Inhibits, 5, Stable, &[]),
        factor(9, "Raids", Promotes, 3, Stable, &[]),
    ]);
    let comparison = Comparison::of(before, after);
    assert_eq!(changes(&comparison), [Improved, Worsened, Added, Gone]);
    let gone = comparison.factors[3].before.as_ref().expect("what is gone was there");
    assert_eq!(gone.content.title.en, "Raids");
}

#[test]
fn what_spreads_is_added_where_it_was_not() {
    let before = map(vec![factor(1, "Raids", Inhibits, 4, Stable, &["CF1", "CF2"])]);
    let after = map(vec![
        factor(1, "Raids", Inhibits, 5, Stable, &["CF2", "CF3"]),
        factor(2, "Truce", Promotes, 2, Stable, &["CF2"]),
    ]);
    let comparison = Comparison::of(before, after);
    let area = |code: &str| comparison.areas[code].clone();
    assert_eq!(area("CF1"), AreaChange { gone: 1, burden_before: 4, ..Default::default() });
    assert_eq!(
        area("CF2"),
        AreaChange { added: 1, worsened: 1, burden_before: 4, burden_after: 3, ..Default::default() }
    );
    assert_eq!(area("CF3"), AreaChange { added: 1, burden_after: 5, ..Default::default() });
    assert_eq!(comparison.areas.len(), 3);
}

#[test]
fn a_factor_without_areas_is_everywhere_in_its_map_or_in_the_mission() {
    let everywhere = map(vec![factor(1, "Raids", Inhibits, 4, Stable, &[])]);
    let some = ContextMap { areas: vec!["CF1".to_owned(), "CF2".to_owned()], ..everywhere.clone() };
    let codes: Vec<_> = Comparison::of(everywhere.clone(), some)
        .areas
        .into_iter()
        .map(|(code, area)| (code, area.added, area.gone))
        .collect();
    assert_eq!(codes, [(String::new(), 0, 1), ("CF1".to_owned(), 1, 0), ("CF2".to_owned(), 1, 0)]);
}

fn any_map() -> impl Strategy<Value = ContextMap> {
    let effect = prop_oneof![Just(Inhibits), Just(Promotes)];
    let trend = prop_oneof![Just(Improving), Just(Stable), Just(Worsening)];
    let areas = prop::collection::btree_set(prop_oneof![Just("CF1"), Just("CF2"), Just("CF3")], 0..3);
    let one = (0usize..4, effect, 1u32..6, trend, areas);
    prop::collection::btree_map(0u128..8, one, 0..8).prop_map(|factors| {
        let factors = factors.into_iter().map(|(id, (title, effect, severity, trend, areas))| {
            factor(
                id,
                ["Raids", "Truce", "Drought", ""][title],
                effect,
                severity,
                trend,
                &areas.into_iter().collect::<Vec<_>>(),
            )
        });
        map(factors.collect())
    })
}

proptest! {
    #[test]
    fn every_factor_of_both_maps_is_there_once(before in any_map(), after in any_map()) {
        let comparison = Comparison::of(before.clone(), after.clone());
        let ids = |side: fn(&Pair) -> &Option<Factor>| {
            let mut ids: Vec<_> = comparison.factors.iter().filter_map(|pair| side(pair).as_ref()).map(|factor| factor.id).collect();
            ids.sort_unstable();
            ids
        };
        prop_assert_eq!(ids(|pair| &pair.before), before.factors.iter().map(|factor| factor.id).collect::<Vec<_>>());
        prop_assert_eq!(ids(|pair| &pair.after), after.factors.iter().map(|factor| factor.id).collect::<Vec<_>>());
    }

    #[test]
    fn read_backwards_it_says_the_opposite(before in any_map(), after in any_map()) {
        let count = |comparison: &Comparison, wanted: FactorChange| changes(comparison).iter().filter(|change| **change == wanted).count();
        let there = Comparison::of(before.clone(), after.clone());
        let back = Comparison::of(after, before);
        prop_assert_eq!(count(&there, Added), count(&back, Gone));
        prop_assert_eq!(there.areas.keys().collect::<Vec<_>>(), back.areas.keys().collect::<Vec<_>>());
        for (code, area) in &there.areas {
            prop_assert_eq!((area.burden_before, area.burden_after), (back.areas[code].burden_after, back.areas[code].burden_before));
        }
    }

    #[test]
    fn a_map_and_itself_are_the_same(of in any_map()) {
        let comparison = Comparison::of(of.clone(), of);
        prop_assert!(changes(&comparison).iter().all(|change| *change == Same));
        for area in comparison.areas.values() {
            prop_assert_eq!((area.added, area.gone, area.worsened, area.improved), (0, 0, 0, 0));
            prop_assert_eq!(area.burden_before, area.burden_after);
        }
    }

    #[test]
    fn the_areas_add_up_to_what_is_in_the_maps(before in any_map(), after in any_map()) {
        let comparison = Comparison::of(before.clone(), after.clone());
        let weight = |map: &ContextMap| map.factors.iter().map(|factor| burden(factor) * factor.content.areas.len().max(1) as i32).sum::<i32>();
        prop_assert_eq!(comparison.areas.values().map(|area| area.burden_before).sum::<i32>(), weight(&before));
        prop_assert_eq!(comparison.areas.values().map(|area| area.burden_after).sum::<i32>(), weight(&after));
    }
}
