use chrono::DateTime;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    betweenness::between,
    communities::{communities, modularity},
    *,
};
use crate::domain::{
    Text, Who,
    ids::RelationId,
    relation::{Held, RelationKind, Strength},
    stakeholder::Profile,
    standing::{Stance, Weight},
};

#[derive(Deserialize)]
struct Fixture {
    name: String,
    nodes: usize,
    ties: Vec<(usize, usize, f64)>,
    betweenness: Vec<f64>,
    promoters: Vec<usize>,
    preventers: Vec<usize>,
    brokerage: Vec<f64>,
    connected_pairs: u32,
    communities: Vec<usize>,
    modularity: f64,
    modularity_worst: f64,
}

fn fixtures() -> Vec<Fixture> {
    let fixtures: Vec<Fixture> =
        serde_json::from_str(include_str!("../../../tests/fixtures/network.json")).expect("network.json");
    assert_eq!(fixtures.len(), 6);
    fixtures
}

fn assert_near(ours: &[f64], theirs: &[f64], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (place, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!((ours - theirs).abs() < 1e-12, "{what} of {place}: {ours}, networkx says {theirs}");
    }
}

#[test]
fn betweenness_and_brokerage_are_what_networkx_says() {
    for fixture in fixtures() {
        let graph = ties(fixture.nodes, &fixture.ties);
        let found = between(&graph, &sides(fixture.nodes, &fixture.promoters, &fixture.preventers));
        assert_near(&found.betweenness, &fixture.betweenness, &format!("{}: betweenness", fixture.name));
        assert_near(&found.brokerage, &fixture.brokerage, &format!("{}: brokerage", fixture.name));
        assert_eq!(found.connected_pairs, fixture.connected_pairs, "{}", fixture.name);
    }
}

#[test]
fn modularity_is_what_networkx_says_and_our_communities_are_as_good_as_its() {
    for fixture in fixtures() {
        let graph = ties(fixture.nodes, &fixture.ties);
        let theirs = modularity(&graph, &fixture.communities);
        assert!((theirs - fixture.modularity).abs() < 1e-12, "{}: {theirs}", fixture.name);
        let ours = modularity(&graph, &communities(&graph));
        assert!(
            ours >= fixture.modularity_worst - 1e-9,
            "{}: {ours}, networkx finds {} to {}",
            fixture.name,
            fixture.modularity_worst,
            fixture.modularity
        );
    }
}

fn id(number: u128) -> StakeholderId {
    StakeholderId(Uuid::from_u128(number))
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn who() -> Who {
    Who { account: Uuid::nil(), name: "Ada".to_owned() }
}

fn stakeholder(number: u128, stance: i32) -> (Stakeholder, Option<Mark>) {
    let profile = Profile {
        name: format!("Stakeholder {number}"),
        aliases: vec![],
        kind: StakeholderKind::Community,
        areas: vec![],
        description: Text::default(),
        women_share: None,
        classification: None,
    };
    let mark = Mark {
        as_of: day("2024-01-01"),
        influence: Weight::parse("influence", 3).expect("on the scale"),
        stance: Stance::parse("stance", stance).expect("on the scale"),
    };
    (Stakeholder::register(profile, id(number), who(), DateTime::UNIX_EPOCH), Some(mark))
}

fn relation(from: u128, to: u128, kind: RelationKind, since: &str, until: Option<&str>) -> Relation {
    Relation {
        id: RelationId(Uuid::from_u128(from * 1_000 + to)),
        from: id(from),
        to: id(to),
        from_name: String::new(),
        to_name: String::new(),
        kind,
        strength: Strength::parse("strength", 2).expect("on the scale"),
        held: Held::new(day(since), until.map(day)).expect("in order"),
        note: Text::default(),
        classification: Classification::Unclassified,
        version: 1,
        recorded_at: DateTime::UNIX_EPOCH,
        recorded_by: who(),
    }
}

/// 1 promotes, 4 prevents; between them 2 until the end of March, then 3.
fn story() -> (Vec<(Stakeholder, Option<Mark>)>, Vec<Relation>) {
    use RelationKind::{Allied, Funds, NegotiatesWith};
    let stakeholders = [(1, 2), (2, 0), (3, 0), (4, -2), (5, 0)].map(|(number, stance)| stakeholder(number, stance));
    let relations = vec![
        relation(1, 2, Allied, "2024-01-01", Some("2024-03-31")),
        relation(2, 4, NegotiatesWith, "2024-01-01", None),
        relation(1, 3, Funds, "2024-04-01", None),
        relation(3, 4, Allied, "2024-04-01", None),
    ];
    (stakeholders.to_vec(), relations)
}

fn brokers(network: &Network) -> Vec<(StakeholderId, f64)> {
    let found = network.members.iter().filter(|member| member.brokerage > 0.0);
    found.map(|member| (member.stakeholder, member.brokerage)).collect()
}

#[test]
fn the_network_is_as_it_stood_on_the_date_and_nobody_changes_place() {
    let (stakeholders, relations) = story();
    let on = |date: &str| Network::on(day(date), stakeholders.clone(), relations.clone(), &Pictures::default());
    let (before, march, april) = (on("2023-12-31"), on("2024-03-31"), on("2024-04-01"));
    assert_eq!((before.members.len(), before.relations.len(), before.unconnected), (0, 0, 5));
    assert_eq!(brokers(&march), [(id(2), 1.0)], "its last day counts");
    assert_eq!(brokers(&april), [(id(3), 1.0)]);
    assert_eq!((march.unconnected, april.unconnected, april.connected_pairs), (2, 1, 1));
    assert_eq!(april.changes, [day("2024-01-01"), day("2024-04-01")]);
    for member in &march.members {
        if let Some(later) = april.members.iter().find(|later| later.stakeholder == member.stakeholder) {
            assert_eq!(later.place, member.place);
        }
    }
}

#[test]
fn nothing_passes_along_a_rivalry() {
    let (stakeholders, _) = story();
    let rivals = vec![
        relation(1, 2, RelationKind::Rival, "2024-01-01", None),
        relation(2, 4, RelationKind::Allied, "2024-01-01", None),
    ];
    let network = Network::on(day("2024-02-01"), stakeholders, rivals, &Pictures::default());
    assert_eq!(network.relations.len(), 2, "it is in the picture");
    assert_eq!((brokers(&network), network.connected_pairs), (vec![], 0));
    let community =
        |of: u128| network.members.iter().find(|member| member.stakeholder == id(of)).map(|member| member.community);
    assert_eq!(community(2), community(4));
    assert_ne!(community(1), community(2));
}

#[test]
fn an_end_that_is_not_given_leaves_no_trace() {
    let (stakeholders, relations) = story();
    let seen: Vec<_> = stakeholders.iter().filter(|(one, _)| one.id != id(3)).cloned().collect();
    let without: Vec<_> = relations.iter().filter(|it| it.from != id(3) && it.to != id(3)).cloned().collect();
    let date = day("2024-05-01");
    let on = |relations| Network::on(date, seen.clone(), relations, &Pictures::default());
    assert_eq!(on(relations), on(without));
}
