//! The workshop of an assessment: agenda, presence, decisions, minutes; who may, and what is above a clearance.

use chassis::{Caller, Code};
use cpas_proto::{
    assessment::v1 as pb,
    common::v1::Text,
    words::{Classification, Role},
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

use crate::world::*;

/// An assessment in workshop, with its workshop open.
pub async fn opened(world: &World) -> pb::Assessment {
    let mut of = world.frozen().await;
    for _ in 0..2 {
        of = done(world.coordinator().advance_assessment(moved(&of)).await);
    }
    let open = pb::OpenWorkshopRequest { assessment_id: of.id.clone(), ..Default::default() };
    let workshop = done(world.coordinator().open_workshop(open).await);
    assert_eq!((workshop.state.as_str(), workshop.version), ("open", 1));
    of
}

/// The workshop as somebody sees it.
pub async fn seen(world: &World, caller: &Caller, of: &pb::Assessment, wall: bool) -> pb::Workshop {
    done(world.client(caller).get_workshop(pb::GetWorkshopRequest { assessment_id: of.id.clone(), wall }).await)
}

/// Somebody who is there.
pub async fn joined(world: &World, of: &pb::Assessment, caller: Caller) -> Caller {
    let here = done(world.client(&caller).join_workshop(join(of)).await);
    assert_eq!((here.account_id, here.left_at.as_str()), (caller.account.to_string(), ""));
    caller
}

pub fn join(of: &pb::Assessment) -> pb::JoinWorkshopRequest {
    pb::JoinWorkshopRequest { assessment_id: of.id.clone() }
}

/// A finding that rests on an analysis.
pub async fn resting(world: &World, of: &pb::Assessment, code: &str) -> pb::Finding {
    let analyses = world.analyses(&world.who(Role::Coordinator), of).await;
    let analysis = analyses.iter().find(|one| one.indicator_code == code).expect("it is frozen");
    let evidence = vec![reference("analysis", &analysis.id, "")];
    done(world.coordinator().record_finding(record(pb::Finding { evidence, ..world.finding(of) })).await)
}

fn decision(world: &World, of: &pb::Assessment) -> pb::TakeWorkshopDecisionRequest {
    pb::TakeWorkshopDecisionRequest {
        assessment_id: of.id.clone(),
        outcome_lineage_id: world.outcome.to_string(),
        text: Some(Text::of("Markets are at risk.", "Les marchés sont à risque.")),
        proposed_by: "Sector North".to_owned(),
        ..Default::default()
    }
}

fn taken_over(world: &World, of: &pb::Assessment, finding: &pb::Finding) -> pb::TakeWorkshopDecisionRequest {
    pb::TakeWorkshopDecisionRequest {
        finding_id: finding.id.clone(),
        finding_version: finding.version,
        progress_rating: "at_risk".to_owned(),
        ..decision(world, of)
    }
}

async fn minutes(world: &World, caller: &Caller, of: &pb::Assessment, language: &str) -> String {
    let request = pb::RenderWorkshopMinutesRequest { assessment_id: of.id.clone(), language: language.to_owned() };
    done(world.client(caller).render_workshop_minutes(request).await).document
}

fn close(of: &pb::Assessment, version: i64) -> pb::CloseWorkshopRequest {
    pb::CloseWorkshopRequest { assessment_id: of.id.clone(), version }
}

#[tokio::test]
async fn what_the_room_decides_goes_into_the_finding_by_its_own_rules() {
    let world = World::start().await;
    let of = opened(&world).await;
    let bare = world.found(&of).await;
    let refusal = refused(world.coordinator().take_workshop_decision(taken_over(&world, &of, &bare)).await);
    assert_eq!((refusal.code, field(&refusal)), (Code::Invalid, "evidence"), "a rating needs evidence");
    assert_eq!(world.rows("workshop_entries").await, 1, "no decision without what it was to do");

    let finding = resting(&world, &of, DEATHS).await;
    let request = pb::TakeWorkshopDecisionRequest {
        recommendation: Some(pb::Recommendation { assessment_id: String::new(), ..recommendation(&of, &finding) }),
        ..taken_over(&world, &of, &finding)
    };
    let coordinator = world.who(Role::Coordinator);
    let taken = done(world.client(&coordinator).take_workshop_decision(keyed(request.clone(), "decide-1")).await);
    let again = done(world.client(&coordinator).take_workshop_decision(keyed(request.clone(), "decide-1")).await);
    assert_eq!(again, taken, "sent twice, done once");
    assert_eq!((taken.finding_version, taken.progress_rating.as_str()), (2, "at_risk"));
    assert_eq!((world.rows("recommendations").await, world.rows("workshop_entries").await), (1, 2));
    let stale = refused(world.coordinator().take_workshop_decision(request).await);
    assert_eq!((stale.code, stale.current.map(|(version, _)| version)), (Code::Stale, Some(2)), "not behind its back");

    let ask = pb::GetWorkshopOutcomeRequest {
        assessment_id: of.id.clone(),
        outcome_lineage_id: world.outcome.to_string(),
        wall: false,
    };
    let outcome = done(world.coordinator().get_workshop_outcome(ask.clone()).await);
    let rated = outcome.findings.iter().find(|one| one.id == finding.id).expect("it is on the outcome");
    assert_eq!((rated.version, rated.progress_rating.as_str()), (2, "at_risk"));
    assert_eq!(world.rows("finding_versions").await, 3, "what was written before stays readable");
    let elsewhere = pb::GetWorkshopOutcomeRequest { outcome_lineage_id: Uuid::new_v4().to_string(), ..ask };
    assert_eq!(refused(world.coordinator().get_workshop_outcome(elsewhere).await).code, Code::NotFound);
    let told = world.told().await;
    assert!(
        told.iter().any(|kind| kind.ends_with("FindingRecorded"))
            && told.last().expect("told").ends_with("WorkshopRecorded")
    );
}

#[tokio::test]
async fn a_raised_hand_goes_into_the_dissent_of_the_finding() {
    let world = World::start().await;
    let of = opened(&world).await;
    let finding = world.found(&of).await;
    let raise = |text: &str| pb::RaiseWorkshopDissentRequest {
        assessment_id: of.id.clone(),
        finding_id: finding.id.clone(),
        text: text.to_owned(),
    };
    let contributor = world.who(Role::Contributor);
    let outside = refused(world.client(&contributor).raise_workshop_dissent(raise("No.")).await);
    assert_eq!(outside.code, Code::Denied, "only who is in the room");
    let contributor = joined(&world, &of, contributor).await;
    let raised = done(world.client(&contributor).raise_workshop_dissent(raise("We saw <five>.")).await);
    assert_eq!(raised.finding_question, "change");
    done(world.client(&contributor).raise_workshop_dissent(raise("And more.")).await);
    assert_eq!(field(&refused(world.client(&contributor).raise_workshop_dissent(raise(" ")).await)), "text");
    let list = pb::ListFindingsRequest { assessment_id: of.id.clone() };
    let findings = done(world.coordinator().list_findings(list).await).findings;
    assert_eq!(
        (findings[0].version, findings[0].dissent.as_str()),
        (3, "contributor: We saw <five>.\ncontributor: And more.")
    );
    assert_eq!(findings[0].narrative, finding.narrative, "nothing else of it");
    assert!(minutes(&world, &contributor, &of, "en").await.contains("We saw &lt;five&gt;."));
}

#[tokio::test]
async fn closed_minutes_stay_and_a_correction_is_added() {
    let world = World::start().await;
    let of = opened(&world).await;
    let who = joined(&world, &of, world.who(Role::Adviser)).await;
    let guest = pb::AddWorkshopGuestRequest {
        assessment_id: of.id.clone(),
        name: "Awa".to_owned(),
        section: "OCHA".to_owned(),
    };
    done(world.coordinator().add_workshop_guest(guest.clone()).await);
    let mut remark = pb::SetWorkshopRemarkRequest {
        assessment_id: of.id.clone(),
        outcome_lineage_id: world.outcome.to_string(),
        text: Some(Text::of("To be watched.", "À suivre.")),
        ..Default::default()
    };
    done(world.coordinator().set_workshop_remark(remark.clone()).await);
    let stale = refused(world.coordinator().set_workshop_remark(remark.clone()).await);
    assert_eq!(stale.code, Code::Stale, "somebody wrote meanwhile");
    remark.version = 1;
    assert_eq!(done(world.coordinator().set_workshop_remark(remark.clone()).await).version, 2);
    let early = pb::CorrectWorkshopMinutesRequest {
        assessment_id: of.id.clone(),
        text: Some(Text::of("It was Tuesday.", "C’était mardi.")),
        ..Default::default()
    };
    assert_eq!(refused(world.coordinator().correct_workshop_minutes(early.clone()).await).code, Code::Conflict);
    assert_eq!(refused(world.coordinator().advance_assessment(moved(&of)).await).code, Code::Conflict, "it is open");

    let (first, second) = (world.who(Role::Coordinator), world.who(Role::Coordinator));
    let (mut one, mut other) = (world.client(&first), world.client(&second));
    let (one, other) = tokio::join!(one.close_workshop(close(&of, 1)), other.close_workshop(close(&of, 1)));
    assert!(one.is_ok() != other.is_ok(), "closed once");
    let before = minutes(&world, &who, &of, "fr").await;
    assert!(before.contains("À suivre.") && before.contains("OCHA") && before.contains("Clos"), "{before}");

    let vote = pb::OpenWorkshopVoteRequest {
        assessment_id: of.id.clone(),
        outcome_lineage_id: world.outcome.to_string(),
        question: "progress".to_owned(),
        ..Default::default()
    };
    let to = pb::TurnWorkshopRequest { assessment_id: of.id.clone(), outcome_lineage_id: world.outcome.to_string() };
    let mut coordinator = world.coordinator();
    let failures = [
        refused(coordinator.take_workshop_decision(decision(&world, &of)).await),
        refused(coordinator.set_workshop_remark(pb::SetWorkshopRemarkRequest { version: 2, ..remark }).await),
        refused(coordinator.open_workshop_vote(vote).await),
        refused(coordinator.add_workshop_guest(guest).await),
        refused(coordinator.turn_workshop(to).await),
        refused(world.client(&who).join_workshop(join(&of)).await),
    ];
    assert!(failures.iter().all(|failure| failure.code == Code::Conflict), "{failures:?}");
    assert_eq!(minutes(&world, &who, &of, "fr").await, before);
    done(coordinator.correct_workshop_minutes(early.clone()).await);
    let corrected = minutes(&world, &who, &of, "fr").await;
    let body = before.trim_end().trim_end_matches("</main></body></html>");
    assert!(corrected.starts_with(body) && corrected.contains("C’était mardi."), "added, and nothing changed");

    let reopen = pb::ReopenWorkshopRequest { assessment_id: of.id.clone(), version: 2, reason: String::new() };
    assert_eq!(field(&refused(coordinator.reopen_workshop(reopen.clone()).await)), "reason");
    let reopen = pb::ReopenWorkshopRequest { reason: "One outcome was left out.".to_owned(), ..reopen };
    assert_eq!(refused(world.leadership().reopen_workshop(reopen.clone()).await).code, Code::Denied);
    let reopened = done(coordinator.reopen_workshop(reopen.clone()).await);
    assert_eq!((reopened.state.as_str(), reopened.steps.len()), ("open", 3));
    done(coordinator.close_workshop(close(&of, 3)).await);
    let on = done(coordinator.advance_assessment(moved(&of)).await);
    let late = pb::ReopenWorkshopRequest { version: 4, ..reopen };
    assert_eq!(refused(coordinator.reopen_workshop(late).await).code, Code::Conflict, "the assessment has gone on");
    world.not_applicable(&on).await;
    done(world.leadership().finalize_assessment(moved(&on)).await);
    assert_eq!(refused(coordinator.correct_workshop_minutes(early).await).code, Code::Conflict, "finalized");
}

#[tokio::test]
async fn what_is_above_a_clearance_is_neither_seen_nor_counted_nor_on_the_wall() {
    let world = World::start().await;
    let of = opened(&world).await;
    let low = cleared(world.who(Role::Adviser), Classification::Unclassified);
    let low = joined(&world, &of, low).await;
    let high = joined(&world, &of, world.who(Role::ComponentHead)).await;
    let before = seen(&world, &low, &of, false).await;
    let secret = resting(&world, &of, SECRET).await;
    let vote = done(
        world
            .coordinator()
            .open_workshop_vote(pb::OpenWorkshopVoteRequest {
                assessment_id: of.id.clone(),
                outcome_lineage_id: world.outcome.to_string(),
                finding_id: secret.id.clone(),
                question: "progress".to_owned(),
                ..Default::default()
            })
            .await,
    );
    assert_eq!((vote.classification.as_str(), vote.may_vote), ("confidential", 1), "one of two may see it");
    let cast = pb::CastWorkshopBallotRequest {
        assessment_id: of.id.clone(),
        vote_id: vote.id.clone(),
        choice: "at_risk".to_owned(),
        ..Default::default()
    };
    assert_eq!(refused(world.client(&low).cast_workshop_ballot(cast.clone()).await).code, Code::NotFound);
    let never = pb::CastWorkshopBallotRequest { vote_id: Uuid::new_v4().to_string(), ..cast.clone() };
    let never = refused(world.client(&low).cast_workshop_ballot(never).await);
    assert_eq!(refused(world.client(&low).cast_workshop_ballot(cast.clone()).await).message, never.message);
    assert_eq!(done(world.client(&high).cast_workshop_ballot(cast).await).voted, 1);
    done(world.coordinator().take_workshop_decision(taken_over(&world, &of, &secret)).await);
    let remark = pb::SetWorkshopRemarkRequest {
        assessment_id: of.id.clone(),
        outcome_lineage_id: world.outcome.to_string(),
        text: Some(Text::of("Of the sources.", "")),
        classification: "confidential".to_owned(),
        ..Default::default()
    };
    done(world.coordinator().set_workshop_remark(remark.clone()).await);
    assert_eq!(seen(&world, &low, &of, false).await, before, "nothing has happened, not even a version");
    assert!(!minutes(&world, &low, &of, "en").await.contains("Decision"));
    assert!(minutes(&world, &high, &of, "en").await.contains("Decision [Confidential]"));
    // A remark below is its own: it does not run into the one above.
    let open = pb::SetWorkshopRemarkRequest { classification: String::new(), ..remark };
    assert_eq!(done(world.coordinator().set_workshop_remark(open).await).version, 1);

    let facilitator = world.who(Role::Coordinator);
    let wall = seen(&world, &facilitator, &of, true).await;
    assert!(wall.votes.is_empty() && wall.decisions.is_empty() && wall.remarks.len() == 1, "the room is unclassified");
    let outcome = |wall| pb::GetWorkshopOutcomeRequest {
        assessment_id: of.id.clone(),
        outcome_lineage_id: world.outcome.to_string(),
        wall,
    };
    let on_wall = done(world.client(&facilitator).get_workshop_outcome(outcome(true)).await);
    assert!(on_wall.findings.is_empty());
    assert_eq!(done(world.client(&facilitator).get_workshop_outcome(outcome(false)).await).findings.len(), 1);
    let room = pb::ReviseWorkshopRequest {
        assessment_id: of.id.clone(),
        version: 1,
        room_classification: "confidential".to_owned(),
        ..Default::default()
    };
    let lowly = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    let above = refused(world.client(&lowly).revise_workshop(room.clone()).await);
    assert_eq!(field(&above), "classification", "nobody opens the wall for more than they may see");
    done(world.client(&facilitator).revise_workshop(room).await);
    assert_eq!(seen(&world, &facilitator, &of, true).await.votes.len(), 1);
    assert!(seen(&world, &low, &of, true).await.votes.is_empty(), "the wall shows nobody more than they may see");
}

#[tokio::test]
async fn the_room_follows_an_agenda_that_changes_its_order_only() {
    let world = World::start().await;
    let second = world.second_outcome();
    let of = opened(&world).await;
    let agenda = vec![second.to_string(), world.outcome.to_string()];
    let revise = pb::ReviseWorkshopRequest {
        assessment_id: of.id.clone(),
        version: 1,
        agenda: agenda.clone(),
        ..Default::default()
    };
    let short = pb::ReviseWorkshopRequest { agenda: vec![second.to_string()], ..revise.clone() };
    assert_eq!(field(&refused(world.coordinator().revise_workshop(short).await)), "agenda");
    let revised = done(world.coordinator().revise_workshop(revise.clone()).await);
    let order: Vec<&String> = revised.agenda.iter().map(|item| &item.outcome_lineage_id).collect();
    assert_eq!(order, agenda.iter().collect::<Vec<_>>());
    assert_eq!(refused(world.coordinator().revise_workshop(revise).await).code, Code::Stale);
    let to = pb::TurnWorkshopRequest { assessment_id: of.id.clone(), outcome_lineage_id: second.to_string() };
    let turned = done(world.coordinator().turn_workshop(to.clone()).await);
    assert_eq!((turned.at_outcome_lineage_id, turned.version), (second.to_string(), 3));
    assert_eq!(done(world.coordinator().turn_workshop(to).await).version, 3, "it is there already");
    let analyst = world.who(Role::HqAnalyst);
    assert_eq!(
        seen(&world, &analyst, &of, false).await.at_outcome_lineage_id,
        second.to_string(),
        "who looks on follows"
    );
    assert_eq!(refused(world.client(&analyst).join_workshop(join(&of)).await).code, Code::Denied);
    let again = pb::OpenWorkshopRequest { assessment_id: of.id.clone(), ..Default::default() };
    assert_eq!(refused(world.coordinator().open_workshop(again).await).code, Code::Conflict, "there is one");
}

#[tokio::test]
async fn who_leaves_comes_back_as_the_same_person() {
    let world = World::start().await;
    let of = opened(&world).await;
    let who = joined(&world, &of, world.who(Role::Verifier)).await;
    let who = joined(&world, &of, who).await;
    assert_eq!(world.rows("workshop_presences").await, 1);
    let leave = pb::LeaveWorkshopRequest { assessment_id: of.id.clone(), presence_id: String::new() };
    let left = done(world.client(&who).leave_workshop(leave.clone()).await);
    assert!(!left.left_at.is_empty() && !seen(&world, &who, &of, false).await.votes_here);
    let back = done(world.client(&who).join_workshop(join(&of)).await);
    assert_eq!((back.id.as_str(), back.left_at.as_str()), (left.id.as_str(), ""));
    let other = joined(&world, &of, world.who(Role::Adviser)).await;
    let send = pb::LeaveWorkshopRequest { presence_id: left.id.clone(), ..leave };
    assert_eq!(refused(world.client(&other).leave_workshop(send.clone()).await).code, Code::Denied);
    assert!(!done(world.coordinator().leave_workshop(send).await).left_at.is_empty());
}

#[tokio::test]
async fn what_was_said_once_is_not_changed_by_anybody() {
    let world = World::start().await;
    let of = opened(&world).await;
    done(world.coordinator().take_workshop_decision(decision(&world, &of)).await);
    let mut owner = PgConnection::connect(&world.stage.database.owner_url).await.expect("the owner");
    let scope = format!(
        "SELECT set_config('app.mission_id', '{}', false), set_config('app.clearance', '2', false)",
        world.stage.mission.id
    );
    owner.execute(AssertSqlSafe(scope)).await.expect("a scope");
    for change in
        ["UPDATE workshop_entries SET body = '{}'", "DELETE FROM workshop_entries", "TRUNCATE workshop_entries"]
    {
        let error = owner.execute(change).await.expect_err(change);
        assert!(error.to_string().contains("written once and never changed"), "{change}: {error}");
        let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
        assert!(tx.execute(change).await.is_err(), "{change}");
    }
}
