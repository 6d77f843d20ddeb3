//! Who may call what, what another mission sees (nothing), and what a second send of a write does.

use chassis::{Caller, Code, Failure, Mission};
use cpas_proto::{
    assessment::v1 as pb,
    common::v1::Empty,
    policy::{Access, RULES, Rule},
    words::{MissionState, Role},
};
use http::uri::PathAndQuery;
use tonic::{Request, client::Grpc};

use crate::world::*;

fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(|rule| rule.method.starts_with("/cpas.assessment."))
}

/// Calls a method with an empty message, which every message can be read from.
async fn call(world: &World, caller: &Caller, method: &'static str) -> Result<(), Failure> {
    let mut client = Grpc::new(world.link.on_behalf(caller));
    client.ready().await.expect("a link in this process");
    let codec = tonic_prost::ProstCodec::<Empty, Empty>::default();
    let answer = client.unary(Request::new(Empty {}), PathAndQuery::from_static(method), codec).await;
    answer.map(drop).map_err(Failure::from)
}

#[tokio::test]
async fn every_role_may_call_what_the_policy_says_and_nothing_else() {
    let world = World::start().await;
    assert_eq!(rules().count(), 61);
    for rule in rules() {
        for role in Role::ALL {
            let refused = call(&world, &world.who(*role), rule.method).await.err().map(|failure| failure.code);
            let denied = refused == Some(Code::Denied);
            assert_eq!(denied, !rule.admits([*role]), "{} as {role}: {refused:?}", rule.method);
            assert_ne!(refused, Some(Code::Internal), "{} as {role}", rule.method);
        }
    }
}

#[tokio::test]
async fn a_closed_mission_is_read_and_not_changed() {
    let world = World::start().await;
    let closed = Mission { state: MissionState::Closed, ..world.stage.mission.clone() };
    for rule in rules().filter(|rule| rule.access == Access::Write) {
        let caller = Caller { mission: Some(closed.clone()), ..world.who(rule.roles[0]) };
        let failure = call(&world, &caller, rule.method).await.expect_err(rule.method);
        assert_eq!(failure.code, Code::Denied, "{}", rule.method);
        assert!(failure.message.contains("closed"), "{}", failure.message);
    }
    let caller = Caller { mission: Some(closed), ..world.who(Role::Coordinator) };
    let list = world.client(&caller).list_assessments(pb::ListAssessmentsRequest {}).await;
    assert!(done(list).assessments.is_empty());
}

#[tokio::test]
async fn another_mission_finds_nothing_here() {
    let world = World::start().await;
    world.furnish_links();
    let frozen = world.frozen().await;
    let contribution = world.contributions(&world.who(Role::Adviser), &frozen).await.remove(0);
    let proposed = world.proposed(&frozen).await;
    let finding = pb::Finding { id: proposed.finding_ids[0].clone(), version: 1, ..world.finding(&frozen) };
    let mut coordinator = world.client(&world.stranger(Role::Coordinator));
    let mut leadership = world.client(&world.stranger(Role::Leadership));
    let assessment_id = frozen.id.clone();
    let progress = pb::ProgressRecommendationRequest {
        id: proposed.id.clone(),
        version: 1,
        to: "in_progress".to_owned(),
        ..Default::default()
    };
    let failures = [
        refused(coordinator.get_assessment(pb::GetAssessmentRequest { id: frozen.id.clone() }).await),
        refused(coordinator.freeze_assessment(freeze(&frozen)).await),
        refused(coordinator.advance_assessment(moved(&frozen)).await),
        refused(leadership.finalize_assessment(moved(&frozen)).await),
        refused(coordinator.list_analyses(pb::ListAnalysesRequest { assessment_id: assessment_id.clone() }).await),
        refused(coordinator.list_contributions(contributions_of(&frozen)).await),
        refused(coordinator.get_hot_spots(pb::GetHotSpotsRequest { assessment_id: assessment_id.clone() }).await),
        refused(
            coordinator.list_changes_since(pb::ListChangesSinceRequest { assessment_id: assessment_id.clone() }).await,
        ),
        refused(coordinator.get_contribution(pb::GetContributionRequest { id: contribution.id }).await),
        refused(coordinator.list_findings(pb::ListFindingsRequest { assessment_id: assessment_id.clone() }).await),
        refused(coordinator.record_finding(record(finding.clone())).await),
        refused(coordinator.revise_finding(record(finding.clone())).await),
        refused(coordinator.propose_recommendation(propose(recommendation(&frozen, &finding))).await),
        refused(coordinator.list_recommendations(pb::ListRecommendationsRequest { assessment_id }).await),
        refused(leadership.decide_recommendation(decide(&proposed, "accepted", "")).await),
        refused(coordinator.progress_recommendation(progress).await),
    ];
    let course = course_refused(&mut coordinator, &mut leadership, &frozen).await;
    let failures: Vec<Failure> =
        failures.into_iter().chain(workshop_refused(&mut coordinator, &frozen).await).chain(course).collect();
    let said = said_refused(&mut coordinator, &frozen, &finding).await;
    let failures: Vec<Failure> = failures.into_iter().chain(said).collect();
    for failure in &failures {
        assert_eq!(failure.code, Code::NotFound, "{}", failure.message);
        assert!(failure.violations.is_empty() && failure.current.is_none(), "it tells nothing else");
    }
    let never = pb::GetAssessmentRequest { id: uuid::Uuid::new_v4().to_string() };
    let never = refused(coordinator.get_assessment(never).await);
    assert_eq!(failures[0].message, never.message, "the same words as for what never was");

    assert!(done(coordinator.list_assessments(pb::ListAssessmentsRequest {}).await).assessments.is_empty());
    assert!(done(coordinator.list_decisions(pb::ListDecisionsRequest {}).await).decisions.is_empty());
    let cycle = done(coordinator.get_assessment_cycle(pb::GetAssessmentCycleRequest::default()).await);
    assert_eq!(cycle.version, 0, "and no cycle of others");
    let all = pb::ListRecommendationsRequest::default();
    assert!(done(coordinator.list_recommendations(all).await).recommendations.is_empty());
}

/// What strangers ask of how an assessment goes.
async fn course_refused(coordinator: &mut Client, leadership: &mut Client, of: &pb::Assessment) -> Vec<Failure> {
    let assessment_id = of.id.clone();
    let reopen = pb::ReopenAssessmentRequest {
        id: of.id.clone(),
        version: of.version,
        to: "analysis".to_owned(),
        reason: "Why not".to_owned(),
    };
    let course = pb::GetAssessmentCourseRequest { assessment_id: assessment_id.clone() };
    let sign = pb::SignAssessmentRequest {
        assessment_id: assessment_id.clone(),
        role: "leadership".to_owned(),
        decision: "signed".to_owned(),
        ..Default::default()
    };
    let invite = pb::InviteToAssessmentRequest {
        assessment_id: assessment_id.clone(),
        account_id: uuid::Uuid::nil().to_string(),
        role: "lead".to_owned(),
    };
    let answer =
        pb::AnswerInvitationRequest { assessment_id: assessment_id.clone(), accept: true, ..Default::default() };
    let gender = pb::GetGenderOverviewRequest { assessment_id: assessment_id.clone() };
    let state = pb::StateGenderNotApplicableRequest {
        assessment_id: assessment_id.clone(),
        outcome_lineage_ids: vec![uuid::Uuid::nil().to_string()],
        because: Some(cpas_proto::common::v1::Text::of("No data", "")),
        ..Default::default()
    };
    let follows = pb::ScheduleAssessmentRequest { follows_id: assessment_id, ..schedule() };
    vec![
        refused(coordinator.reopen_assessment(reopen).await),
        refused(coordinator.get_assessment_course(course).await),
        refused(leadership.sign_assessment(sign).await),
        refused(coordinator.invite_to_assessment(invite).await),
        refused(coordinator.answer_invitation(answer).await),
        refused(coordinator.get_gender_overview(gender).await),
        refused(coordinator.state_gender_not_applicable(state).await),
        refused(coordinator.schedule_assessment(follows).await),
    ]
}

/// What a stranger asks of a workshop.
async fn workshop_refused(stranger: &mut Client, of: &pb::Assessment) -> Vec<Failure> {
    let (assessment_id, nil) = (of.id.clone(), uuid::Uuid::nil().to_string());
    let open = pb::OpenWorkshopRequest { assessment_id: assessment_id.clone(), ..Default::default() };
    let get = pb::GetWorkshopRequest { assessment_id: assessment_id.clone(), wall: false };
    let join = pb::JoinWorkshopRequest { assessment_id: assessment_id.clone() };
    let close = pb::CloseWorkshopRequest { assessment_id: assessment_id.clone(), version: 1 };
    let minutes = pb::RenderWorkshopMinutesRequest { assessment_id: assessment_id.clone(), ..Default::default() };
    let cast =
        pb::CastWorkshopBallotRequest { assessment_id, vote_id: nil, choice: "yes".to_owned(), ..Default::default() };
    vec![
        refused(stranger.open_workshop(open).await),
        refused(stranger.get_workshop(get).await),
        refused(stranger.join_workshop(join).await),
        refused(stranger.close_workshop(close).await),
        refused(stranger.render_workshop_minutes(minutes).await),
        refused(stranger.cast_workshop_ballot(cast).await),
    ]
}

/// What a stranger says to a finding, and asks of it.
async fn said_refused(stranger: &mut Client, of: &pb::Assessment, finding: &pb::Finding) -> Vec<Failure> {
    let (assessment_id, finding_id) = (of.id.clone(), finding.id.clone());
    let gather = pb::GatherEvidenceRequest {
        assessment_id: assessment_id.clone(),
        outcome_lineage_id: finding.outcome_lineage_id.clone(),
    };
    let comment = pb::AddFindingCommentRequest {
        assessment_id: assessment_id.clone(),
        finding_id: finding_id.clone(),
        text: "Why?".to_owned(),
    };
    let dissent = pb::DissentFromFindingRequest {
        assessment_id: assessment_id.clone(),
        finding_id,
        text: "No.".to_owned(),
        without_name: true,
    };
    let presence = pb::TellPresenceRequest { assessment_id: assessment_id.clone(), ..Default::default() };
    vec![
        refused(stranger.gather_evidence(gather).await),
        refused(stranger.add_finding_comment(comment).await),
        refused(
            stranger
                .list_finding_comments(pb::ListFindingCommentsRequest { assessment_id: assessment_id.clone() })
                .await,
        ),
        refused(stranger.dissent_from_finding(dissent).await),
        refused(
            stranger
                .list_finding_dissents(pb::ListFindingDissentsRequest { assessment_id: assessment_id.clone() })
                .await,
        ),
        refused(stranger.tell_presence(presence).await),
        refused(stranger.list_presences(pb::ListPresencesRequest { assessment_id }).await),
    ]
}

#[tokio::test]
async fn a_write_sent_twice_is_done_once() {
    let world = World::start().await;
    let coordinator = world.who(Role::Coordinator);
    let mut client = world.client(&coordinator);
    let first = done(client.schedule_assessment(keyed(schedule(), "schedule-1")).await);
    assert_eq!(done(client.schedule_assessment(keyed(schedule(), "schedule-1")).await), first);
    assert_eq!(world.rows("assessments").await, 1);
    let other = pb::ScheduleAssessmentRequest { period: "2023".to_owned(), ..schedule() };
    let reused = refused(client.schedule_assessment(keyed(other, "schedule-1")).await);
    assert_eq!(reused.code, Code::Conflict, "a key is for one request");

    let frozen = done(client.freeze_assessment(keyed(freeze(&first), "freeze-1")).await);
    assert_eq!(done(client.freeze_assessment(keyed(freeze(&first), "freeze-1")).await), frozen);
    assert_eq!(world.neighbours.held().asked_as_known_at.len(), 1, "collection was asked once");

    let finding = record(world.finding(&frozen));
    let recorded = done(client.record_finding(keyed(finding.clone(), "finding-1")).await);
    assert_eq!(done(client.record_finding(keyed(finding, "finding-1")).await), recorded);
    let proposal = propose(recommendation(&frozen, &recorded));
    let proposed = done(client.propose_recommendation(keyed(proposal.clone(), "propose-1")).await);
    assert_eq!(done(client.propose_recommendation(keyed(proposal, "propose-1")).await), proposed);

    let mut leadership = world.client(&world.who(Role::Leadership));
    let decision = decide(&proposed, "accepted", "");
    let decided = done(leadership.decide_recommendation(keyed(decision.clone(), "decide-1")).await);
    assert_eq!(done(leadership.decide_recommendation(keyed(decision, "decide-1")).await), decided);
    for table in ["findings", "recommendations", "decisions"] {
        assert_eq!(world.rows(table).await, 1, "{table}");
    }
}

#[tokio::test]
async fn what_is_scheduled_can_be_read_as_it_was_meant() {
    let world = World::start().await;
    for (wrong, request) in [
        ("title", pb::ScheduleAssessmentRequest { title: None, ..schedule() }),
        ("kind", pb::ScheduleAssessmentRequest { kind: "audit".to_owned(), ..schedule() }),
        ("period", pb::ScheduleAssessmentRequest { period: "last year".to_owned(), ..schedule() }),
        ("plan_id", pb::ScheduleAssessmentRequest { plan_id: "the plan".to_owned(), ..schedule() }),
        ("participants[0]", pb::ScheduleAssessmentRequest { participants: vec!["me".to_owned()], ..schedule() }),
    ] {
        let failure = refused(world.coordinator().schedule_assessment(request).await);
        assert_eq!((failure.code, field(&failure)), (Code::Invalid, wrong));
    }
    let scheduled = world.scheduled().await;
    let stale = pb::MoveAssessmentRequest { version: 7, ..moved(&scheduled) };
    let stale = refused(world.coordinator().advance_assessment(stale).await);
    assert_eq!((stale.code, stale.current.map(|(version, _)| version)), (Code::Stale, Some(1)));
    let early = refused(world.coordinator().advance_assessment(moved(&scheduled)).await);
    assert_eq!(early.code, Code::Conflict, "it must be frozen first");
    let listed = world.coordinator().list_assessments(pb::ListAssessmentsRequest {}).await;
    assert_eq!(done(listed).assessments, [scheduled]);
}
