//! What the work of assessing asks of somebody stands on their home.

use chassis::{Caller, Grant, testing::eventually};
use chrono::{Datelike as _, Days};
use cpas_proto::{
    assessment::v1 as assessment,
    common::v1::Text,
    reporting::v1::{GetMissionHomeRequest, HomeTask},
    words::{Classification, Component, Role},
};

use crate::world::{World, fact};

const ID: &str = "0198a000-0000-7000-8000-000000000001";

async fn tasks(world: &World, caller: &Caller) -> Vec<HomeTask> {
    let home = world.as_caller(caller).get_mission_home(GetMissionHomeRequest::default()).await.expect("a home");
    let ours = ["invitation-to-answer", "assessment-to-sign", "assessment-to-schedule"];
    home.into_inner().tasks.into_iter().filter(|task| ours.contains(&&*task.kind)).collect()
}

async fn kinds(world: &World, caller: &Caller) -> Vec<String> {
    tasks(world, caller).await.into_iter().map(|task| task.kind).collect()
}

async fn stands(world: &World, state: &str, version: i64) {
    let of = assessment::Assessment {
        id: ID.to_owned(),
        title: Some(Text::of("Impact in 2025", "Impact en 2025")),
        kind: "impact".to_owned(),
        period: "2025".to_owned(),
        state: state.to_owned(),
        version,
        ..Default::default()
    };
    let message = assessment::AssessmentRecorded { assessment: Some(of) };
    world.tell("assessment", fact("assessment", "recorded", ID, message)).await;
}

async fn invited(world: &World, caller: &Caller, state: &str, version: i64) {
    let invitation = assessment::AssessmentInvitation {
        assessment_id: ID.to_owned(),
        account_id: caller.account.to_string(),
        role: "analyst".to_owned(),
        state: state.to_owned(),
        version,
        ..Default::default()
    };
    let message = assessment::AssessmentInvitationRecorded { invitation: Some(invitation) };
    world.tell("assessment", fact("assessment_invitation", "recorded", ID, message)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_waits_for_who_was_invited_until_it_is_answered() {
    let world = World::empty().await;
    let (analyst, other) = (world.stage.caller(Role::FocalPoint), world.stage.caller(Role::FocalPoint));
    stands(&world, "scheduled", 1).await;
    invited(&world, &analyst, "invited", 1).await;
    eventually("the invitation waits", || async { kinds(&world, &analyst).await == ["invitation-to-answer"] }).await;
    let path = format!("assessments/{ID}?outcome=course");
    assert_eq!(tasks(&world, &analyst).await[0].path, path, "one leads to it");
    assert!(kinds(&world, &other).await.is_empty(), "nobody else's");
    invited(&world, &analyst, "declined", 2).await;
    eventually("it is answered", || async { kinds(&world, &analyst).await.is_empty() }).await;
}

fn signature(role: &str, component: &str, at: &str) -> assessment::SignatureRecorded {
    assessment::SignatureRecorded {
        signature: Some(assessment::AssessmentSignature {
            id: "s".to_owned(),
            assessment_id: ID.to_owned(),
            role: role.to_owned(),
            component: component.to_owned(),
            decision: "signed".to_owned(),
            signed_at: at.to_owned(),
            signed_by_name: "A. Diallo".to_owned(),
            clearance: "confidential".to_owned(),
            ..Default::default()
        }),
    }
}

async fn finding(world: &World, id: &str, at: &str, classification: Classification) {
    let finding = assessment::Finding {
        id: id.to_owned(),
        assessment_id: ID.to_owned(),
        question: "gender_and_youth".to_owned(),
        recorded_at: at.to_owned(),
        version: 1,
        classification: classification.word().to_owned(),
        ..Default::default()
    };
    let message = assessment::FindingRecorded { finding: Some(finding) };
    world.tell("assessment", chassis::Fact::new("finding", "recorded", id, classification, &message)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_waits_for_the_role_and_again_after_a_finding_that_the_signer_could_see() {
    let world = World::empty().await;
    let adviser = world.stage.caller(Role::Adviser);
    let head = |component| {
        let grant = Grant { component: Some(component), ..Grant::mission_wide(Role::ComponentHead) };
        Caller { grants: vec![grant], ..world.stage.caller(Role::ComponentHead) }
    };
    let (military, civilian) = (head(Component::Military), head(Component::Civilian));
    stands(&world, "leadership_review", 5).await;
    let asked = assessment::SignOffAsked {
        assessment_id: ID.to_owned(),
        adviser: "where_findings".to_owned(),
        components: vec!["military".to_owned()],
        leadership: false,
    };
    world.tell("assessment", fact("sign_off", "asked", ID, asked)).await;
    eventually("the head is asked", || async { kinds(&world, &military).await == ["assessment-to-sign"] }).await;
    assert!(kinds(&world, &civilian).await.is_empty(), "another component");
    assert!(kinds(&world, &world.stage.caller(Role::Leadership)).await.is_empty());
    assert!(kinds(&world, &adviser).await.is_empty(), "no finding touches women and girls");

    finding(&world, "f1", "2026-03-01T08:00:00.000000Z", Classification::Unclassified).await;
    eventually("the adviser is asked", || async { kinds(&world, &adviser).await == ["assessment-to-sign"] }).await;
    let signed = signature("adviser", "", "2026-03-02T08:00:00.000000Z");
    world.tell("assessment", fact("signature", "recorded", ID, signed)).await;
    eventually("the adviser has signed", || async { kinds(&world, &adviser).await.is_empty() }).await;
    // Above what the signer could see: it asks nothing again.
    finding(&world, "f2", "2026-03-03T08:00:00.000000Z", Classification::StrictlyConfidential).await;
    finding(&world, "f3", "2026-03-01T09:00:00.000000Z", Classification::Confidential).await;
    eventually("all three are known", || async { world.state().await.events == 6 }).await;
    assert!(kinds(&world, &adviser).await.is_empty());
    finding(&world, "f4", "2026-03-04T08:00:00.000000Z", Classification::Confidential).await;
    eventually("it is asked again", || async { kinds(&world, &adviser).await == ["assessment-to-sign"] }).await;
    let low = Caller { clearance: Classification::Unclassified, ..adviser.clone() };
    assert!(kinds(&world, &low).await.is_empty(), "who may not see the finding is not told of it");
    stands(&world, "finalized", 6).await;
    eventually("nobody is asked any more", || async { kinds(&world, &military).await.is_empty() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_assessment_of_the_cycle_waits_to_be_scheduled_when_its_time_comes() {
    let world = World::empty().await;
    let coordinator = world.stage.caller(Role::Coordinator);
    let today = world.stage.clock.now().date_naive();
    let day = |days: u64| (today + Days::new(days)).to_string();
    let slot = |period: &str, from: String, begins: String| assessment::AssessmentSlot {
        period: period.to_owned(),
        begins_on: begins,
        schedule_from: from,
        ..Default::default()
    };
    let cycle = |version, slots| {
        let cycle = assessment::AssessmentCycle {
            interval: "year".to_owned(),
            kind: "impact".to_owned(),
            version,
            recorded_at: format!("{today}T00:00:00.000000Z"),
            slots,
            ..Default::default()
        };
        fact("assessment_cycle", "recorded", "cycle", assessment::AssessmentCycleRecorded { cycle: Some(cycle) })
    };
    let ahead = slot("2026", day(40), day(70));
    world.tell("assessment", cycle(1, vec![ahead.clone()])).await;
    world.heard(1).await;
    assert!(kinds(&world, &coordinator).await.is_empty(), "not yet, in {}", today.year());
    world.tell("assessment", cycle(2, vec![slot("2025", today.to_string(), day(30)), ahead])).await;
    let due = || async { kinds(&world, &coordinator).await == ["assessment-to-schedule"] };
    eventually("it is due", due).await;
    assert_eq!(tasks(&world, &coordinator).await[0].path, "assessments?view=calendar");
    assert!(kinds(&world, &world.stage.caller(Role::Adviser)).await.is_empty(), "a coordinator schedules");

    // Saved again a year on, the cycle asks for what it asked for: a slot that began in between is still due.
    let begun = |version, months: Vec<u32>| {
        let later = (today + Days::new(365)).to_string();
        let cycle = assessment::AssessmentCycle {
            interval: "year".to_owned(),
            kind: "impact".to_owned(),
            months,
            version,
            recorded_at: format!("{later}T00:00:00.000000Z"),
            slots: vec![slot("2025", today.to_string(), day(30))],
            ..Default::default()
        };
        fact("assessment_cycle", "recorded", "cycle", assessment::AssessmentCycleRecorded { cycle: Some(cycle) })
    };
    world.tell("assessment", begun(3, Vec::new())).await;
    world.heard(3).await;
    assert!(due().await, "it waits until it is scheduled");
    world.rebuild().await;
    assert!(due().await, "a rebuild knows since when");
    stands(&world, "scheduled", 1).await;
    eventually("it is scheduled", || async { kinds(&world, &coordinator).await.is_empty() }).await;
}
