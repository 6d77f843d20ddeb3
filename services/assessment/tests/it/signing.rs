//! Who has to sign before an assessment is finalized, and what a later change of a finding does.

use chassis::{Caller, Code, Grant};
use cpas_proto::{
    assessment::v1 as pb,
    words::{Classification, Component, Role},
};

use prost::Message as _;

use crate::world::*;

fn sign(of: &pb::Assessment, role: &str, component: &str, decision: &str, seen: i64) -> pb::SignAssessmentRequest {
    pb::SignAssessmentRequest {
        assessment_id: of.id.clone(),
        role: role.to_owned(),
        component: component.to_owned(),
        decision: decision.to_owned(),
        remark: if decision == "refused" { "The east is missing.".to_owned() } else { String::new() },
        findings_version: seen,
    }
}

fn head_of(world: &World, component: Component) -> Caller {
    let grant = Grant { component: Some(component), ..Grant::mission_wide(Role::ComponentHead) };
    Caller { grants: vec![grant], ..world.who(Role::ComponentHead) }
}

async fn ruled(world: &World, adviser: &str, components: &[&str], leadership: bool) {
    let cycle = pb::AssessmentCycle {
        adviser_signs: adviser.to_owned(),
        components_sign: components.iter().map(ToString::to_string).collect(),
        leadership_signs: leadership,
        ..Default::default()
    };
    let now = done(world.coordinator().get_assessment_cycle(pb::GetAssessmentCycleRequest::default()).await);
    let set = pb::SetAssessmentCycleRequest { cycle: Some(cycle), version: now.version };
    done(world.coordinator().set_assessment_cycle(set).await);
}

fn standings(course: &pb::AssessmentCourse) -> Vec<(&str, &str, &str)> {
    course.sign_off.iter().map(|one| (one.role.as_str(), one.component.as_str(), one.state.as_str())).collect()
}

#[tokio::test]
async fn the_adviser_signs_where_an_outcome_is_marked_and_again_after_a_finding_changed() {
    let world = World::start().await;
    world.neighbours.held().plans[0].items[0].markers = vec!["gender:2".to_owned()];
    let frozen = world.frozen().await;
    let finding = world.found(&frozen).await;
    let of = world.reviewed(frozen).await;
    let adviser = world.who(Role::Adviser);
    let course = world.course(&adviser, &of).await;
    assert_eq!(standings(&course), [("adviser", "", "waiting")]);
    assert!(course.sign_off[0].mine && !world.course(&world.who(Role::Coordinator), &of).await.sign_off[0].mine);
    let because = course.sign_off[0].because.as_ref().expect("a reason");
    assert!(because.en.contains("1.1") && because.fr.contains("1.1"), "{because:?}");

    let missing = refused(world.leadership().finalize_assessment(moved(&of)).await);
    assert_eq!(missing.code, Code::Conflict);
    assert!(
        missing.message.contains("The adviser for gender and protection of civilians has not signed."),
        "{missing}"
    );

    let early = refused(world.client(&adviser).sign_assessment(sign(&of, "adviser", "", "signed", 0)).await);
    assert!(early.message.contains("Findings changed since you read them"), "{early}");
    let silent = pb::SignAssessmentRequest {
        remark: " ".to_owned(),
        ..sign(&of, "adviser", "", "refused", course.findings_version)
    };
    assert_eq!(field(&refused(world.client(&adviser).sign_assessment(silent).await)), "remark");
    let signed = sign(&of, "adviser", "", "signed", course.findings_version);
    let signed = done(world.client(&adviser).sign_assessment(signed).await);
    assert_eq!(standings(&signed), [("adviser", "", "signed")]);
    assert_eq!(signed.signatures[0].signed_by_name, adviser.name);

    let revised =
        pb::Finding { narrative: Some(cpas_proto::common::v1::Text::of("More attacks.", "")), ..finding.clone() };
    done(world.coordinator().revise_finding(record(revised)).await);
    let changed = world.course(&adviser, &of).await;
    assert_eq!(standings(&changed), [("adviser", "", "changed")]);
    assert_eq!(changed.sign_off[0].changed_finding_ids, [finding.id]);
    let again = refused(world.leadership().finalize_assessment(moved(&of)).await);
    assert!(again.message.contains("is asked again, for findings changed"), "{again}");

    let signed = sign(&of, "adviser", "", "signed", changed.findings_version);
    let signed = done(world.client(&adviser).sign_assessment(signed).await);
    assert_eq!(signed.signatures.len(), 2, "both stay");
    assert_eq!(done(world.leadership().finalize_assessment(moved(&of)).await).state, "finalized");
    let late = sign(&of, "adviser", "", "signed", changed.findings_version);
    assert_eq!(refused(world.client(&adviser).sign_assessment(late).await).code, Code::Conflict);
}

#[tokio::test]
async fn where_nothing_is_marked_a_finding_on_women_and_girls_asks_the_adviser_and_the_rule_may_ask_nobody() {
    let world = World::start().await;
    let of = world.reviewed(world.frozen().await).await;
    let reader = world.who(Role::Verifier);
    assert!(world.course(&reader, &of).await.sign_off.is_empty(), "nothing touches them");
    let on_girls = pb::Finding { question: "gender_and_youth".to_owned(), ..world.finding(&of) };
    done(world.coordinator().record_finding(record(on_girls)).await);
    assert_eq!(standings(&world.course(&reader, &of).await), [("adviser", "", "waiting")]);
    ruled(&world, "never", &[], false).await;
    assert!(world.course(&reader, &of).await.sign_off.is_empty());
    assert_eq!(done(world.leadership().finalize_assessment(moved(&of)).await).state, "finalized", "nothing blocks");
}

#[tokio::test]
async fn heads_of_components_and_leadership_sign_where_the_mission_asks_for_it() {
    let world = World::start().await;
    ruled(&world, "always", &["military", "police"], true).await;
    let of = world.reviewed(world.frozen().await).await;
    let (military, police) = (head_of(&world, Component::Military), head_of(&world, Component::Police));
    let other =
        refused(world.client(&police).sign_assessment(sign(&of, "component_head", "military", "signed", 0)).await);
    assert_eq!(other.code, Code::Denied, "another component");
    let wrong = refused(world.client(&police).sign_assessment(sign(&of, "leadership", "", "signed", 0)).await);
    assert_eq!(wrong.code, Code::Denied, "another role");
    let civilian = head_of(&world, Component::Civilian);
    let unasked = sign(&of, "component_head", "civilian", "signed", 0);
    assert_eq!(field(&refused(world.client(&civilian).sign_assessment(unasked).await)), "role");

    done(world.client(&police).sign_assessment(sign(&of, "component_head", "police", "refused", 0)).await);
    done(world.client(&world.who(Role::Adviser)).sign_assessment(sign(&of, "adviser", "", "signed", 0)).await);
    let missing = refused(world.leadership().finalize_assessment(moved(&of)).await).message;
    for sentence in [
        "The head of the military component has not signed.",
        "The head of the police component refuses to sign.",
        "Leadership has not signed.",
    ] {
        assert!(missing.contains(sentence), "{missing}");
    }
    assert!(!missing.contains("adviser"), "{missing}");
    let wide = world.who(Role::ComponentHead);
    done(world.client(&military).sign_assessment(sign(&of, "component_head", "military", "signed", 0)).await);
    done(world.client(&wide).sign_assessment(sign(&of, "component_head", "police", "signed", 0)).await);
    let course = done(world.leadership().sign_assessment(sign(&of, "leadership", "", "signed", 0)).await);
    assert!(course.sign_off.iter().all(|one| one.state == "signed"), "{:?}", course.sign_off);
    assert_eq!(course.signatures.len(), 5, "the refusal stays");
    done(world.leadership().finalize_assessment(moved(&of)).await);
}

#[tokio::test]
async fn what_is_above_a_signers_clearance_asks_for_nothing_again_and_is_told_to_nobody_below() {
    let world = World::start().await;
    ruled(&world, "always", &[], false).await;
    let of = world.reviewed(world.frozen().await).await;
    let low = cleared(world.who(Role::Adviser), Classification::Unclassified);
    done(world.client(&low).sign_assessment(sign(&of, "adviser", "", "signed", 0)).await);
    let secret = pb::Finding { classification: "confidential".to_owned(), ..world.finding(&of) };
    done(world.coordinator().record_finding(record(secret)).await);
    let seen_low = world.course(&low, &of).await;
    assert_eq!((seen_low.findings_version, standings(&seen_low)), (0, vec![("adviser", "", "signed")]));
    let high = world.course(&world.who(Role::Adviser), &of).await;
    assert_eq!((high.findings_version, standings(&high)), (1, vec![("adviser", "", "signed")]));

    // Signed by one who could see it, its change asks again; who may not see it is told of nothing.
    let signed = sign(&of, "adviser", "", "signed", 1);
    done(world.client(&world.who(Role::Adviser)).sign_assessment(signed).await);
    let another = pb::Finding { classification: "confidential".to_owned(), ..world.finding(&of) };
    done(world.coordinator().record_finding(record(another)).await);
    assert_eq!(standings(&world.course(&world.who(Role::Adviser), &of).await), [("adviser", "", "changed")]);
    let unseen = world.course(&low, &of).await;
    assert_eq!(standings(&unseen), [("adviser", "", "signed")]);
    assert!(unseen.sign_off[0].changed_finding_ids.is_empty());
}

#[tokio::test]
async fn a_rule_set_by_who_cannot_see_the_plan_asks_of_it_all_the_same() {
    let world = World::start().await;
    world.neighbours.held().plans[0].classification = "confidential".to_owned();
    let of = world.reviewed(world.frozen().await).await;
    let low = world.client(&cleared(world.who(Role::Coordinator), Classification::Unclassified));
    let now = done(low.clone().get_assessment_cycle(pb::GetAssessmentCycleRequest::default()).await);
    let cycle = pb::AssessmentCycle {
        adviser_signs: "always".to_owned(),
        components_sign: vec!["police".to_owned()],
        ..Default::default()
    };
    let set = pb::SetAssessmentCycleRequest { cycle: Some(cycle), version: now.version };
    done(low.clone().set_assessment_cycle(set).await);
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    let (rank, told): (i16, Vec<u8>) = sqlx::query_as(
        "SELECT classification, payload FROM chassis.outbox WHERE kind LIKE '%SignOffAsked' ORDER BY seq DESC LIMIT 1",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("it was told");
    let told = pb::SignOffAsked::decode(told.as_slice()).expect("our own");
    assert_eq!((rank, told.assessment_id), (Classification::Confidential.rank(), of.id), "as restricted as the plan");
    assert_eq!((told.adviser.as_str(), told.components), ("asked", vec!["police".to_owned()]));
}
