//! Waivers of the plan check, and what it came to over time.

use chassis::{Code, Failure, testing::eventually};
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Role},
};

use crate::world::{Person, World, answer, deaths, objective, outcome, refusal};

pub const REASON: &str = "The police leaves the mission in March.";

impl Person {
    pub async fn check(&self, plan: &pb::Plan) -> pb::CheckPlanResponse {
        answer(self.client().check_plan(pb::CheckPlanRequest { plan_id: plan.id.clone() }).await).expect("a check")
    }

    pub async fn waive(&self, plan: &pb::Plan, key: &str, reason: &str) -> Result<pb::CheckPlanResponse, Failure> {
        let (plan_id, key, reason) = (plan.id.clone(), key.to_owned(), reason.to_owned());
        answer(self.client().waive_finding(pb::WaiveFindingRequest { plan_id, key, reason }).await)
    }

    pub async fn take_back(&self, plan: &pb::Plan, key: &str) -> Result<pb::CheckPlanResponse, Failure> {
        let (plan_id, key) = (plan.id.clone(), key.to_owned());
        answer(self.client().take_back_waiver(pb::TakeBackWaiverRequest { plan_id, key }).await)
    }
}

pub fn key(check: &pb::CheckPlanResponse, rule: &str) -> String {
    check.findings.iter().find(|finding| finding.rule == rule).map(|finding| finding.key.clone()).expect(rule)
}

fn waiver(check: &pb::CheckPlanResponse, key: &str) -> Option<pb::PlanCheckWaiver> {
    check.findings.iter().find(|finding| finding.key == key).and_then(|finding| finding.waiver.clone())
}

pub async fn a_draft(planner: &Person) -> pb::Plan {
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    planner.add(&plan, outcome(&top, None)).await.expect("an outcome")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_waived_for_a_reason_and_counts_again_when_that_is_taken_back() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let before = planner.check(&plan).await;
    let absent = key(&before, "component-absent-from-objective");
    let score = |check: &pb::CheckPlanResponse| check.score.clone().expect("a score");
    assert_eq!((score(&before).errors, score(&before).waived), (1, 0));

    assert_eq!(refusal(planner.waive(&plan, &absent, " ").await), (Code::Invalid, vec!["reason".to_owned()]));
    let after = planner.waive(&plan, &absent, REASON).await.expect("waived");
    let kept = waiver(&after, &absent).expect("a waiver");
    assert_eq!((kept.reason.as_str(), kept.waived_by.as_str()), (REASON, planner.caller.name.as_str()));
    assert_eq!((score(&after).waived, score(&after).warnings), (1, score(&before).warnings - 1));
    assert!(score(&after).score > score(&before).score);
    let others = after.findings.iter().filter(|one| one.rule == "component-absent-from-objective" && one.key != absent);
    assert_eq!(others.filter(|one| one.waiver.is_some()).count(), 0, "the other components count on");
    assert_eq!(refusal(planner.waive(&plan, &absent, REASON).await).0, Code::Conflict);

    let stakeholder = key(&after, "outcome-without-stakeholder");
    assert_eq!(refusal(planner.waive(&plan, &stakeholder, REASON).await).0, Code::Conflict, "an error is mended");
    assert_eq!(refusal(planner.waive(&plan, "no-such-rule||", REASON).await), (Code::NotFound, vec![]));
    assert_eq!(refusal(planner.waive(&plan, "", REASON).await), (Code::Invalid, vec!["key".to_owned()]));

    let again = planner.take_back(&plan, &absent).await.expect("taken back");
    assert_eq!((waiver(&again, &absent), score(&again)), (None, score(&before)));
    assert_eq!(refusal(planner.take_back(&plan, &absent).await).0, Code::Conflict);
    let [past] = &again.past_waivers[..] else { panic!("the waiver stays readable: {:?}", again.past_waivers) };
    assert_eq!(
        (past.key.as_str(), past.rule.as_str(), past.reason.as_str()),
        (&*absent, "component-absent-from-objective", REASON)
    );
    assert_eq!(past.place, plan.items[0].lineage_id);
    assert!(past.waived_at < past.taken_back_at && past.taken_back_by == planner.caller.name);
    assert!(after.past_waivers.is_empty(), "while it stands it is in its finding");
    planner.waive(&plan, &absent, REASON).await.expect("waived anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_waive_one_finding_at_a_time_give_one_waiver() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let absent = key(&planner.check(&plan).await, "component-absent-from-objective");
    let other = world.planner();
    let (one, two) = tokio::join!(planner.waive(&plan, &absent, REASON), other.waive(&plan, &absent, REASON));
    let mut codes: Vec<Option<Code>> =
        [one, two].into_iter().map(|done| done.err().map(|failure| failure.code)).collect();
    codes.sort_by_key(Option::is_some);
    assert_eq!(codes, [None, Some(Code::Conflict)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_that_one_does_not_see_stands_in_nobodys_way() {
    let world = World::start().await;
    let stakeholder = world.known_stakeholder().await;
    let planner = world.planner();
    let mut uncleared = world.planner();
    uncleared.caller.clearance = Classification::Unclassified;
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    world.stakeholder(stakeholder, 2, Classification::Confidential).await;
    eventually("the plan is secret", || async { uncleared.get(&plan.id).await.is_err() }).await;
    let plan = planner.get(&plan.id).await.expect("for the others it is there");
    let absent = key(&planner.check(&plan).await, "component-absent-from-objective");
    planner.waive(&plan, &absent, REASON).await.expect("waived");
    let plan = planner.remove(&plan, &plan.items[1].id).await.expect("it names nobody any more");

    assert_eq!(waiver(&uncleared.check(&plan).await, &absent), None, "given while the plan was secret");
    let after = uncleared.waive(&plan, &absent, "Seen from outside.").await.expect("for them it is the first");
    assert_eq!(waiver(&after, &absent).map(|waiver| waiver.reason), Some("Seen from outside.".to_owned()));
    assert!(waiver(&planner.check(&plan).await, &absent).is_some());
    planner.take_back(&plan, &absent).await.expect("both");
    assert_eq!(waiver(&uncleared.check(&plan).await, &absent), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_score_has_a_point_a_day_and_a_waiver_goes_through_all_versions() {
    let world = World::start().await;
    let stakeholder = world.known_stakeholder().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let absent = key(&planner.check(&plan).await, "component-absent-from-objective");
    let now = planner.waive(&plan, &absent, REASON).await.expect("waived").score.expect("a score");
    eventually("the score of today is kept", || async {
        let history = planner.check(&plan).await.history;
        history.len() == 1 && history[0].score == now.score && history[0].waived == 1
    })
    .await;
    let point = planner.check(&plan).await.history.remove(0);
    assert_eq!((point.day, point.number), (world.stage.clock.today().to_string(), 1));

    let plan = planner.step("submit", &plan, "").await.expect("submitted");
    let plan = world.person(Role::ComponentHead).step("endorse", &plan, "").await.expect("endorsed");
    let plan = world.person(Role::Leadership).step("approve", &plan, "").await.expect("approved");
    let request = pb::DraftNextVersionRequest { plan_id: plan.id.clone(), ..Default::default() };
    let next = answer(planner.client().draft_next_version(request).await).expect("a draft");
    assert_eq!(waiver(&planner.check(&next).await, &absent).map(|waiver| waiver.reason), Some(REASON.to_owned()));
    eventually("each version has its point", || async {
        let history = planner.check(&next).await.history;
        history.iter().map(|point| point.number).collect::<Vec<_>>() == [1, 2]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_score_nor_waiver_tells_of_what_is_hidden() {
    let world = World::start().await;
    let planner = world.planner();
    let mut uncleared = world.planner();
    uncleared.caller.clearance = Classification::Unclassified;
    let plan = a_draft(&planner).await;
    let secret = pb::Indicator { classification: "confidential".to_owned(), ..deaths("CX-SECRET") };
    planner.draft_indicator(secret).await.expect("an indicator");
    let plan = planner.revise(&plan, plan.items[1].clone()).await.expect("the plan is told anew");
    let (seen, open) = (planner.check(&plan).await, uncleared.check(&plan).await);
    let warnings = |check: &pb::CheckPlanResponse| check.score.as_ref().map_or(0, |score| score.warnings);
    assert!(warnings(&seen) > warnings(&open), "the cleared are asked about the indicator too");
    eventually("both have their own history", || async {
        let last = |check: pb::CheckPlanResponse| check.history.last().map(|point| point.warnings);
        last(planner.check(&plan).await) == Some(warnings(&seen))
            && last(uncleared.check(&plan).await) == Some(warnings(&open))
    })
    .await;
    let hidden = key(&seen, "indicator-without-baseline");
    planner.waive(&plan, &hidden, REASON).await.expect("waived");
    let after = uncleared.check(&plan).await;
    assert_eq!((after.score.clone(), waiver(&after, &hidden)), (open.score, None));
    assert_eq!(refusal(uncleared.waive(&plan, &hidden, REASON).await), (Code::NotFound, vec![]));
    assert_eq!(refusal(uncleared.take_back(&plan, &hidden).await).0, Code::Conflict);
    let stranger = world.stranger(Role::Coordinator);
    assert_eq!(refusal(stranger.waive(&plan, &hidden, REASON).await), (Code::NotFound, vec![]));
}
