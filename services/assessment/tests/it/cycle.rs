//! The mission's cycle, invitations, and what the next assessment takes over from the last.

use chassis::{Caller, Code};
use cpas_proto::{assessment::v1 as pb, words::Role};

use prost::Message as _;

use crate::world::*;

fn halves(version: i64) -> pb::SetAssessmentCycleRequest {
    let cycle = pb::AssessmentCycle {
        interval: "half_year".to_owned(),
        kind: "impact".to_owned(),
        months: vec![8, 2],
        lead_days: 30,
        adviser_signs: "where_marked".to_owned(),
        ..Default::default()
    };
    pb::SetAssessmentCycleRequest { cycle: Some(cycle), version }
}

fn year(year: i32) -> pb::GetAssessmentCycleRequest {
    pb::GetAssessmentCycleRequest { year }
}

fn invite(of: &pb::Assessment, who: &Caller, role: &str) -> pb::InviteToAssessmentRequest {
    pb::InviteToAssessmentRequest {
        assessment_id: of.id.clone(),
        account_id: who.account.to_string(),
        role: role.to_owned(),
    }
}

fn answer(of: &pb::Assessment, accept: bool, word: &str) -> pb::AnswerInvitationRequest {
    pb::AnswerInvitationRequest { assessment_id: of.id.clone(), accept, word: word.to_owned() }
}

#[tokio::test]
async fn a_cycle_puts_assessments_into_the_year_and_knows_those_that_are_there() {
    let world = World::start().await;
    let unset = done(world.coordinator().get_assessment_cycle(year(0)).await);
    assert_eq!((unset.version, unset.slots.len(), unset.adviser_signs.as_str()), (0, 0, "where_marked"));
    let set = done(world.coordinator().set_assessment_cycle(halves(0)).await);
    assert_eq!((set.version, set.months.as_slice()), (1, [2, 8].as_slice()));
    let seen = done(world.client(&world.who(Role::Verifier)).get_assessment_cycle(year(2027)).await);
    let told: Vec<(&str, &str, &str)> = seen
        .slots
        .iter()
        .map(|slot| (slot.period.as_str(), slot.begins_on.as_str(), slot.schedule_from.as_str()))
        .collect();
    assert_eq!(told, [("2026-H2", "2027-02-01", "2027-01-02"), ("2027-H1", "2027-08-01", "2027-07-02")]);
    let scheduled = pb::ScheduleAssessmentRequest { period: "2026-H2".to_owned(), ..schedule() };
    let scheduled = done(world.coordinator().schedule_assessment(scheduled).await);
    let performance =
        pb::ScheduleAssessmentRequest { period: "2027-H1".to_owned(), kind: "performance".to_owned(), ..schedule() };
    done(world.coordinator().schedule_assessment(performance).await);
    let seen = done(world.coordinator().get_assessment_cycle(year(2027)).await);
    assert_eq!((&seen.slots[0].assessment_id, seen.slots[0].assessment_state.as_str()), (&scheduled.id, "scheduled"));
    assert_eq!(seen.slots[1].assessment_id, "", "another kind is another one");

    let stale = refused(world.coordinator().set_assessment_cycle(halves(0)).await);
    assert_eq!((stale.code, stale.current.map(|(version, _)| version)), (Code::Stale, Some(1)));
    let one_month = pb::AssessmentCycle { months: vec![2], ..halves(1).cycle.expect("a cycle") };
    let wrong = pb::SetAssessmentCycleRequest { cycle: Some(one_month), version: 1 };
    assert_eq!(field(&refused(world.coordinator().set_assessment_cycle(wrong).await)), "cycle.months");
    assert_eq!(field(&refused(world.coordinator().get_assessment_cycle(year(3_000)).await)), "year");
    let stranger = world.client(&world.stranger(Role::Coordinator)).get_assessment_cycle(year(2027)).await;
    assert!(done(stranger).slots.is_empty(), "another mission has its own");
    assert!(world.told().await.iter().any(|kind| kind.ends_with(".AssessmentCycleRecorded")));
}

#[tokio::test]
async fn who_is_invited_accepts_or_declines_and_nobody_answers_for_another() {
    let world = World::start().await;
    let of = world.scheduled().await;
    let (analyst, other) = (world.who(Role::FocalPoint), world.who(Role::Contributor));
    let invited = done(world.coordinator().invite_to_assessment(invite(&of, &analyst, "analyst")).await);
    assert_eq!((invited.state.as_str(), invited.role.as_str()), ("invited", "analyst"));
    let again = done(world.coordinator().invite_to_assessment(invite(&of, &analyst, "analyst")).await);
    assert_eq!(again, invited, "twice is once");
    let mine = |caller: &Caller| {
        let client = world.client(caller);
        async move {
            let mut client = client;
            done(client.list_my_invitations(pb::ListMyInvitationsRequest {}).await).invitations
        }
    };
    assert_eq!(mine(&analyst).await[0].assessment_title, of.title);
    assert!(mine(&other).await.is_empty());
    assert_eq!(refused(world.client(&other).answer_invitation(answer(&of, true, "")).await).code, Code::NotFound);
    let wrong = refused(world.coordinator().invite_to_assessment(invite(&of, &other, "boss")).await);
    assert_eq!(field(&wrong), "role");
    let denied = world.client(&analyst).invite_to_assessment(invite(&of, &other, "lead")).await;
    assert_eq!(refused(denied).code, Code::Denied);

    let declined = done(world.client(&analyst).answer_invitation(answer(&of, false, "On leave in July")).await);
    assert_eq!((declined.state.as_str(), declined.word.as_str()), ("declined", "On leave in July"));
    let accepted = done(world.client(&analyst).answer_invitation(answer(&of, true, "")).await);
    assert_eq!((accepted.state.as_str(), accepted.version), ("accepted", 3));
    let seen = world.course(&other, &of).await.invitations;
    assert_eq!(seen, [accepted]);

    let back = done(world.coordinator().invite_to_assessment(invite(&of, &analyst, "")).await);
    assert_eq!(back.state, "withdrawn");
    assert!(mine(&analyst).await.is_empty());
    assert_eq!(refused(world.client(&analyst).answer_invitation(answer(&of, true, "")).await).code, Code::Conflict);
}

#[tokio::test]
async fn the_next_assessment_goes_on_from_the_last() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    let (analyst, gone, adviser) =
        (world.who(Role::FocalPoint), world.who(Role::Contributor), world.who(Role::Adviser));
    for who in [&analyst, &gone] {
        done(world.coordinator().invite_to_assessment(invite(&scheduled, who, "analyst")).await);
    }
    done(world.client(&gone).answer_invitation(answer(&scheduled, false, "Leaving the mission")).await);
    let first = done(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    world.found(&first).await;
    let reviewed = world.reviewed(first).await;
    let first = done(world.leadership().finalize_assessment(moved(&reviewed)).await);

    let next = pb::ScheduleAssessmentRequest {
        period: "2025".to_owned(),
        follows_id: first.id.clone(),
        participants: vec![adviser.account.to_string()],
        ..schedule()
    };
    let next = done(world.coordinator().schedule_assessment(next).await);
    assert_eq!(next.follows_id, first.id);
    let course = world.course(&analyst, &next).await;
    assert_eq!(course.follows.as_ref().map(|one| &one.id), Some(&first.id));
    let invited: Vec<(&str, &str, &str)> =
        course.invitations.iter().map(|one| (one.account_id.as_str(), one.role.as_str(), one.state.as_str())).collect();
    let (analyst_id, adviser_id) = (analyst.account.to_string(), adviser.account.to_string());
    assert!(invited.contains(&(&*analyst_id, "analyst", "invited")), "{invited:?}");
    assert!(invited.contains(&(&*adviser_id, "participant", "invited")), "{invited:?}");
    assert!(
        !invited.iter().any(|(account, ..)| *account == gone.account.to_string()),
        "who declined is not asked again"
    );
    let open = |course: &pb::AssessmentCourse| -> Vec<(String, bool)> {
        course.carried.iter().map(|one| (one.question.clone(), one.answered)).collect()
    };
    let questions = ["delivery", "link", "alternatives", "next"];
    assert_eq!(
        open(&course),
        questions.map(|question| (question.to_owned(), false)),
        "answered or not applicable is not open"
    );

    let next = done(world.coordinator().freeze_assessment(freeze(&next)).await);
    let finding = pb::Finding { question: "link".to_owned(), ..world.finding(&next) };
    done(world.coordinator().record_finding(record(finding)).await);
    let course = world.course(&analyst, &next).await;
    assert_eq!(open(&course), questions.map(|question| (question.to_owned(), question == "link")));
    assert_eq!(course.carried[0].number, "1.1");
}

#[tokio::test]
async fn a_cycle_that_is_saved_again_counts_from_when_its_rhythm_was_set() {
    let instant = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant");
    let clock = chassis::Clock::fixed(instant("2026-01-10T08:00:00Z"));
    let world = World::start_at(clock.clone()).await;
    done(world.coordinator().set_assessment_cycle(halves(0)).await);
    clock.set(instant("2026-03-10T08:00:00Z"));
    let again = done(world.coordinator().set_assessment_cycle(halves(1)).await);
    assert!(again.recorded_at.starts_with("2026-03-10"), "who asks is told when it was saved: {}", again.recorded_at);
    let mut other = halves(2);
    other.cycle.as_mut().expect("a cycle").lead_days = 60;
    done(world.coordinator().set_assessment_cycle(other).await);
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    let told: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT payload FROM chassis.outbox WHERE kind LIKE '%AssessmentCycleRecorded' ORDER BY seq",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("the outbox");
    let since: Vec<String> = told
        .iter()
        .map(|one| pb::AssessmentCycleRecorded::decode(one.as_slice()).expect("our own").cycle.expect("a cycle"))
        .map(|cycle| cycle.recorded_at[..10].to_owned())
        .collect();
    assert_eq!(since, ["2026-01-10", "2026-01-10", "2026-03-10"]);
}
