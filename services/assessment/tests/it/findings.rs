//! Findings rest on evidence, on outcomes of the pinned plan, within the writer's reach.

use chassis::Code;
use cpas_proto::{
    assessment::v1 as pb,
    collection::v1::Observation,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::*;

fn rated(finding: pb::Finding, evidence: Vec<pb::EvidenceReference>) -> pb::RecordFindingRequest {
    record(pb::Finding {
        progress_rating: "on_track".to_owned(),
        performance_rating: "adequate".to_owned(),
        confidence: "medium".to_owned(),
        evidence,
        ..finding
    })
}

#[tokio::test]
async fn a_rating_needs_evidence() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let bare = refused(world.coordinator().record_finding(rated(world.finding(&frozen), Vec::new())).await);
    assert_eq!((bare.code, field(&bare)), (Code::Invalid, "evidence"));
    assert_eq!(world.rows("findings").await, 0);

    let analysis = &world.analyses(&world.who(Role::Coordinator), &frozen).await[0];
    let evidence = vec![reference("analysis", &analysis.id, "Deaths fall"), reference("note", "", "Elders say so too")];
    let finding = done(world.coordinator().record_finding(rated(world.finding(&frozen), evidence.clone())).await);
    assert_eq!((finding.evidence, finding.version), (evidence, 1));
    assert_eq!(finding.classification, "unclassified");

    let remark = done(world.coordinator().record_finding(record(world.finding(&frozen))).await);
    assert!(remark.progress_rating.is_empty(), "without a rating it needs none");
}

#[tokio::test]
async fn evidence_that_can_be_looked_up_must_be_there() {
    let world = World::start().await;
    let (frozen, other) = (world.frozen().await, world.frozen().await);
    let elsewhere = world.analyses(&world.who(Role::Coordinator), &other).await.remove(0).id;
    let nowhere = Uuid::new_v4().to_string();
    let note = reference("note", "", "Minutes");
    for (evidence, wrong) in [
        (vec![reference("analysis", &elsewhere, "")], "evidence[0].id"),
        (vec![note.clone(), reference("observation", &nowhere, "")], "evidence[1].id"),
        (vec![note.clone(), note.clone(), reference("evidence", "somewhere", "")], "evidence[2].id"),
        (vec![reference("note", "", "")], "evidence[0].note"),
        (vec![reference("rumour", &nowhere, "")], "evidence[0].kind"),
    ] {
        let failure = refused(world.coordinator().record_finding(rated(world.finding(&frozen), evidence)).await);
        assert_eq!((failure.code, field(&failure)), (Code::Invalid, wrong), "{}", failure.message);
    }
    assert_eq!(world.rows("findings").await, 0);

    let seen = Uuid::new_v4().to_string();
    world.neighbours.held().observations =
        vec![Observation { id: seen.clone(), classification: "confidential".to_owned(), ..Default::default() }];
    let evidence = vec![reference("observation", &seen, "The week of the market")];
    let finding = done(world.coordinator().record_finding(rated(world.finding(&frozen), evidence)).await);
    assert_eq!(finding.classification, "confidential", "the highest of what it rests on");
}

#[tokio::test]
async fn what_rests_on_the_confidential_is_confidential() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let analyses = world.analyses(&world.who(Role::Coordinator), &frozen).await;
    let secret = analyses.iter().find(|one| one.indicator_code == SECRET).expect("it is frozen");
    let low = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    let evidence = vec![reference("analysis", &secret.id, "")];
    let unseen = refused(world.client(&low).record_finding(rated(world.finding(&frozen), evidence.clone())).await);
    assert_eq!(field(&unseen), "evidence[0].id", "as if it were not there");

    let finding = done(world.coordinator().record_finding(rated(world.finding(&frozen), evidence)).await);
    assert_eq!(finding.classification, "confidential");
    let list = pb::ListFindingsRequest { assessment_id: frozen.id.clone() };
    assert!(done(world.client(&low).list_findings(list.clone()).await).findings.is_empty());
    assert_eq!(done(world.coordinator().list_findings(list).await).findings, std::slice::from_ref(&finding));

    // Asked the other way round: what rests on the analysis?
    let asked = pb::ListFindingsByReferenceRequest { kind: "analysis".to_owned(), id: secret.id.clone() };
    let resting = async |caller: &chassis::Caller| {
        done(world.client(caller).list_findings_by_reference(asked.clone()).await).findings
    };
    let expected = pb::ReferringFinding {
        finding: Some(finding),
        assessment_title: frozen.title.clone(),
        assessment_state: frozen.state.clone(),
    };
    assert_eq!(resting(&world.who(Role::Coordinator)).await, [expected]);
    assert!(resting(&low).await.is_empty());
    assert!(resting(&world.stranger(Role::Coordinator)).await.is_empty(), "another mission");
    let other = analyses.iter().find(|one| one.id != secret.id).expect("another one");
    let asked = pb::ListFindingsByReferenceRequest { id: other.id.clone(), ..asked.clone() };
    assert!(done(world.coordinator().list_findings_by_reference(asked).await).findings.is_empty());
    for (kind, id, wrong) in [("note", "", "note"), ("evidence", "x", "id"), ("hearsay", other.id.as_str(), "kind")] {
        let asked = pb::ListFindingsByReferenceRequest { kind: kind.to_owned(), id: id.to_owned() };
        let failure = refused(world.coordinator().list_findings_by_reference(asked).await);
        assert_eq!((failure.code, field(&failure)), (Code::Invalid, wrong));
    }

    let above = pb::Finding { classification: "confidential".to_owned(), ..world.finding(&frozen) };
    let above = refused(world.client(&low).record_finding(record(above)).await);
    assert_eq!(field(&above), "classification", "nobody writes what they may not read");
}

#[tokio::test]
async fn a_finding_is_on_an_outcome_of_the_pinned_plan() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    let early = refused(world.coordinator().record_finding(record(world.finding(&scheduled))).await);
    assert_eq!(early.code, Code::Conflict, "nothing is pinned yet");
    let frozen = done(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    let elsewhere = pb::Finding { outcome_lineage_id: Uuid::new_v4().to_string(), ..world.finding(&frozen) };
    let failure = refused(world.coordinator().record_finding(record(elsewhere)).await);
    assert_eq!((failure.code, field(&failure)), (Code::Invalid, "outcome_lineage_id"));
    for (wrong, finding) in [
        ("question", pb::Finding { question: "why".to_owned(), ..world.finding(&frozen) }),
        ("narrative", pb::Finding { narrative: None, ..world.finding(&frozen) }),
        ("progress_rating", pb::Finding { progress_rating: "great".to_owned(), ..world.finding(&frozen) }),
        ("direction", pb::Finding { direction: "up".to_owned(), ..world.finding(&frozen) }),
    ] {
        let failure = refused(world.coordinator().record_finding(record(finding)).await);
        assert_eq!((failure.code, field(&failure)), (Code::Invalid, wrong));
    }
}

#[tokio::test]
async fn a_focal_point_writes_on_the_outcomes_of_the_own_section() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let own = world.of_section(Role::FocalPoint, SECTION);
    let other = world.of_section(Role::FocalPoint, "Logistics");
    assert_eq!(done(world.client(&own).record_finding(record(world.finding(&frozen))).await).version, 1);
    let failure = refused(world.client(&other).record_finding(record(world.finding(&frozen))).await);
    assert_eq!(failure.code, Code::Denied);
    assert!(failure.message.contains(SECTION), "{}", failure.message);
}

#[tokio::test]
async fn a_revision_keeps_what_was_written_before() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let first = world.found(&frozen).await;
    let better = pb::Finding { dissent: "The police see it otherwise.".to_owned(), ..first.clone() };
    let second = done(world.coordinator().revise_finding(record(better)).await);
    assert_eq!((second.version, second.dissent.as_str()), (2, "The police see it otherwise."));

    let stale = refused(world.coordinator().revise_finding(record(first.clone())).await);
    assert_eq!(stale.code, Code::Stale);
    let (version, current) = stale.current.expect("what is stored now");
    let current: pb::Finding = serde_json::from_str(&current).expect("as the API shows it");
    assert_eq!((version, current), (2, second.clone()));

    let unfounded = pb::Finding { performance_rating: "weak".to_owned(), ..second };
    assert_eq!(field(&refused(world.coordinator().revise_finding(record(unfounded)).await)), "evidence");
    assert_eq!((world.rows("findings").await, world.rows("finding_versions").await), (1, 2));
}

#[tokio::test]
async fn a_note_that_is_taken_over_stays_as_restricted_as_it_was() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let noted = |note: &str, classification: &str| pb::Finding {
        evidence: vec![reference("note", "", note)],
        classification: classification.to_owned(),
        ..world.finding(&frozen)
    };
    let first = noted("An elder names the traders", "confidential");
    done(world.coordinator().record_finding(record(first)).await);
    let again = noted("As was heard:\nAn elder names the traders", "");
    let again = done(world.coordinator().record_finding(record(again)).await);
    assert_eq!(again.classification, "confidential");
    let own = done(world.coordinator().record_finding(record(noted("Elders say so too", ""))).await);
    assert_eq!(own.classification, "unclassified");
}
