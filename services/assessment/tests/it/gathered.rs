//! Evidence gathers by itself: of the assessment and of context, by a written rule, and only what the reader may see.

use chassis::{Caller, Code};
use cpas_proto::{
    assessment::v1 as pb,
    common::v1::Text,
    context::v1 as context,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::{linked::ATTACKS, since::finalized, world::*};

/// What context holds beside what was frozen: ids of a factor, what it rests on, the outcome's stakeholder and a secret one.
struct Around {
    factor: String,
    paper: String,
    own: String,
    secret: String,
}

impl World {
    fn furnish_context(&self) -> Around {
        let id = || Uuid::new_v4().to_string();
        let around = Around { factor: id(), paper: id(), own: id(), secret: id() };
        let mut held = self.neighbours.held();
        held.plans[0].items[0].stakeholder_id = around.own.clone();
        held.plans[0].items[0].areas = vec!["CF1".to_owned()];
        let area = |code: &str, parent: &str| context::Area {
            code: code.to_owned(),
            parent_code: parent.to_owned(),
            ..Default::default()
        };
        if held.areas.is_empty() {
            held.areas = vec![area("CF", ""), area("CF1", "CF"), area("CF11", "CF1"), area("CF2", "CF")];
        }
        let factor = |id: &str, area: &str, evidence: &str| context::ContextFactor {
            id: id.to_owned(),
            kind: "security".to_owned(),
            title: Some(Text::of("Transhumance moved early", "La transhumance a commencé tôt")),
            effect: "inhibits".to_owned(),
            severity: 4,
            trend: "worsening".to_owned(),
            areas: vec![area.to_owned()],
            evidence_ids: vec![evidence.to_owned()],
            ..Default::default()
        };
        let map = |state: &str, period: &str, factors| context::ContextMap {
            id: id(),
            period: period.to_owned(),
            state: state.to_owned(),
            areas: vec!["CF".to_owned()],
            published_at: "2024-07-01T00:00:00Z".to_owned(),
            factors,
            ..Default::default()
        };
        held.maps = vec![
            map("published", "2024-Q2", vec![factor(&around.factor, "CF11", &around.paper), factor(&id(), "CF2", "")]),
            map("draft", "2024-Q3", vec![factor(&id(), "CF11", "")]),
        ];
        for map in &mut held.maps {
            map.factors.iter_mut().for_each(|one| one.evidence_ids.retain(|id| !id.is_empty()));
        }
        held.evidence = vec![context::Evidence {
            id: around.paper.clone(),
            title: "Weekly note 14".to_owned(),
            source: "JMAC".to_owned(),
            date: "2024-04-08".to_owned(),
            reliability: "B".to_owned(),
            credibility: 2,
            classification: "confidential".to_owned(),
            ..Default::default()
        }];
        let person = |id: &str, classification: &str| context::Stakeholder {
            id: id.to_owned(),
            areas: vec!["CF11".to_owned()],
            classification: classification.to_owned(),
            ..Default::default()
        };
        held.stakeholders = vec![person(&around.own, ""), person(&around.secret, "confidential")];
        let stands = |id: &str, as_of: &str, stance| context::StakeholderPosition {
            stakeholder_id: id.to_owned(),
            name: "Movement".to_owned(),
            influence: 4,
            stance,
            as_of: as_of.to_owned(),
            ..Default::default()
        };
        held.positions = vec![
            stands(&around.own, "2023-06-01", -2),
            stands(&around.own, "2024-09-01", 0),
            stands(&around.secret, "2024-09-01", 1),
        ];
        around
    }

    async fn gathered(&self, caller: &Caller, of: &pb::Assessment) -> pb::GatheredEvidence {
        done(self.client(caller).gather_evidence(gather(self, of)).await)
    }
}

fn gather(world: &World, of: &pb::Assessment) -> pb::GatherEvidenceRequest {
    pb::GatherEvidenceRequest { assessment_id: of.id.clone(), outcome_lineage_id: world.outcome.to_string() }
}

fn citing(world: &World, of: &pb::Assessment, evidence: Vec<pb::EvidenceReference>) -> pb::RecordFindingRequest {
    record(pb::Finding { progress_rating: "on_track".to_owned(), evidence, ..world.finding(of) })
}

#[tokio::test]
async fn what_there_is_stands_in_the_order_of_the_rule() {
    let world = World::start().await;
    world.furnish_links();
    let around = world.furnish_context();
    let first = world.frozen().await;
    let noted = citing(&world, &first, vec![reference("note", "", "Elders say so too")]);
    let before = done(world.coordinator().record_finding(noted.clone()).await);
    assert!(!world.gathered(&world.who(Role::Verifier), &first).await.items.iter().any(|one| one.kind == "finding"));
    let first = finalized(&world, first).await;

    let frozen = world.frozen().await;
    done(
        world.coordinator().record_finding(citing(&world, &frozen, vec![reference("note", "", "Chiefs say so")])).await,
    );
    let found = world.gathered(&world.who(Role::Verifier), &frozen).await;
    assert!(found.cautions.is_empty(), "{:?}", found.cautions);
    assert!(found.items.is_sorted_by_key(|one| std::cmp::Reverse(one.relevance)));
    let of = |kind: &str| found.items.iter().filter(|one| one.kind == kind).collect::<Vec<_>>();
    let attacks =
        of("analysis").into_iter().find(|one| one.label.starts_with(ATTACKS)).expect("the outcome's own series");
    assert!(attacks.relevance >= 8 && attacks.questions.contains(&"change".to_owned()), "{attacks:?}");
    assert!(attacks.statement.as_ref().is_some_and(|text| text.en.starts_with("Name of ") && !text.fr.is_empty()));
    assert!(of("analysis").iter().all(|one| one.label.ends_with(" · CF11")), "of the outcome's area only");
    assert!(of("analysis").iter().any(|one| one.questions[0] == "delivery"), "the outputs' series as well");
    assert!(of("contribution").iter().all(|one| one.questions[0] == "link" && one.relevance >= 5));
    assert!(!of("contribution").is_empty());
    let factors = of("factor");
    assert_eq!(factors.iter().map(|one| &one.id).collect::<Vec<_>>(), [&around.factor], "of its areas, published");
    assert_eq!((factors[0].relevance, factors[0].reasons.len()), (5, 3));
    assert_eq!(of("evidence")[0].id, around.paper);
    let own = of("stakeholder")[0];
    assert_eq!((own.id.as_str(), own.relevance), (around.own.as_str(), 9), "{own:?}");
    assert!(own.statement.as_ref().is_some_and(|text| text.en.contains("from −2 to 0")), "{own:?}");
    assert_eq!(of("finding").iter().map(|one| &one.id).collect::<Vec<_>>(), [&before.id]);
    assert_eq!(of("note").iter().map(|one| one.label.as_str()).collect::<Vec<_>>(), ["Chiefs say so"]);
    assert_eq!(first.state, "finalized");

    world.neighbours.held().context_is_away = true;
    let without = world.gathered(&world.who(Role::Verifier), &frozen).await;
    assert_eq!(without.cautions.len(), 1, "what is missing is said");
    assert!(
        without.items.iter().any(|one| one.kind == "contribution")
            && !without.items.iter().any(|one| one.kind == "factor")
    );
}

#[tokio::test]
async fn what_is_above_a_clearance_is_not_gathered() {
    let world = World::start().await;
    world.furnish_links();
    let frozen = world.frozen().await;
    let secret = pb::Finding { classification: "confidential".to_owned(), ..world.finding(&frozen) };
    let secret = pb::Finding { evidence: vec![reference("note", "", "A source says so")], ..secret };
    done(world.coordinator().record_finding(record(secret)).await);
    let low = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    let (all, some) =
        (world.gathered(&world.who(Role::Coordinator), &frozen).await, world.gathered(&low, &frozen).await);
    assert!(all.items.iter().any(|one| one.classification != "unclassified" && one.kind == "note"));
    assert!(all.items.iter().any(|one| one.classification != "unclassified" && one.kind == "contribution"));
    assert!(some.items.iter().all(|one| one.classification == "unclassified"), "{:?}", some.items);
    assert!(!some.items.is_empty() && some.items.len() < all.items.len());
}

#[tokio::test]
async fn nothing_is_gathered_of_what_is_not_there() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    let early = refused(world.coordinator().gather_evidence(gather(&world, &scheduled)).await);
    assert_eq!(early.code, Code::Conflict, "{}", early.message);
    let frozen = world.frozen().await;
    let elsewhere = Uuid::new_v4().to_string();
    let ask = pb::GatherEvidenceRequest { outcome_lineage_id: elsewhere, ..gather(&world, &frozen) };
    assert_eq!(refused(world.coordinator().gather_evidence(ask).await).code, Code::NotFound);
}

#[tokio::test]
async fn what_was_gathered_can_be_cited_and_raises_the_classification() {
    let world = World::start().await;
    world.furnish_links();
    world.furnish_events();
    let around = world.furnish_context();
    world.neighbours.held().plans[0].items[0].areas.clear();
    let first = world.frozen().await;
    let before = pb::Finding { classification: "confidential".to_owned(), ..world.finding(&first) };
    let before = done(world.coordinator().record_finding(record(before)).await);
    let open = done(world.coordinator().record_finding(record(world.finding(&first))).await);
    finalized(&world, first.clone()).await;
    let frozen = world.frozen().await;
    let found = world.gathered(&world.who(Role::Coordinator), &frozen).await;
    let id = |kind: &str| found.items.iter().find(|one| one.kind == kind).map(|one| one.id.clone());
    let (hot, cluster) = (id("hot_spot").expect("a hot spot"), id("cluster").expect("a cluster"));
    for (kind, id, raised) in [
        ("hot_spot", &hot, "unclassified"),
        ("cluster", &cluster, "unclassified"),
        ("factor", &around.factor, "unclassified"),
        ("stakeholder", &around.own, "unclassified"),
        ("stakeholder", &around.secret, "confidential"),
        ("evidence", &around.paper, "confidential"),
        ("finding", &open.id, "unclassified"),
        ("finding", &before.id, "confidential"),
    ] {
        let cited = citing(&world, &frozen, vec![reference(kind, id, "")]);
        let finding = done(world.coordinator().record_finding(cited).await);
        assert_eq!(finding.classification, raised, "{kind}");
    }

    // What is not what it says is refused: a cluster as an area, one of another assessment, a finding of an open one.
    let elsewhere = world.gathered(&world.who(Role::Coordinator), &first).await;
    let elsewhere = elsewhere.items.iter().find(|one| one.kind == "hot_spot").map(|one| one.id.clone()).expect("one");
    let here = done(world.coordinator().record_finding(record(world.finding(&frozen))).await);
    for (kind, id) in [
        ("hot_spot", &cluster),
        ("hot_spot", &elsewhere),
        ("cluster", &hot),
        ("finding", &here.id),
        ("factor", &around.paper),
        ("evidence", &around.factor),
        ("stakeholder", &around.factor),
        ("event", &around.factor),
    ] {
        let failure =
            refused(world.coordinator().record_finding(citing(&world, &frozen, vec![reference(kind, id, "")])).await);
        assert_eq!((failure.code, field(&failure)), (Code::Invalid, "evidence[0].id"), "{kind}: {}", failure.message);
    }
    let low = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    let unseen = citing(&world, &frozen, vec![reference("finding", &before.id, "")]);
    assert_eq!(
        field(&refused(world.client(&low).record_finding(unseen).await)),
        "evidence[0].id",
        "as if it were not there"
    );
}

#[tokio::test]
async fn what_is_cited_is_found_among_any_number() {
    let world = World::start().await;
    let of = world.frozen().await;
    let paper = |at: usize| context::Evidence {
        id: uuid::Uuid::from_u128(1 + at as u128).to_string(),
        classification: if at == 5_200 { "confidential".to_owned() } else { String::new() },
        ..Default::default()
    };
    world.neighbours.held().evidence = (0..=5_200).map(paper).collect();
    let cited = |id: String| citing(&world, &of, vec![reference("evidence", &id, "")]);
    let found = done(world.coordinator().record_finding(cited(paper(5_200).id)).await);
    assert_eq!(found.classification, "confidential", "as the last of them is");
    let nowhere = refused(world.coordinator().record_finding(cited(paper(6_000).id)).await);
    assert_eq!(field(&nowhere), "evidence[0].id");
}
