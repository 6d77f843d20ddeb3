//! Assumptions and risks, and tripwires that read the series of collection.

use chassis::{Code, Failure, Grant, testing::eventually};
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Role},
};

use crate::world::{Person, World, answer, deaths, en, last_under, objective, outcome, output, refusal};

const CODE: &str = "CX-DEATHS";

pub fn risk(item: &str) -> pb::Risk {
    pb::Risk {
        kind: "risk".to_owned(),
        item_id: item.to_owned(),
        statement: en("Fighting spreads to the market roads"),
        likelihood: 4,
        impact: 5,
        owner_section: "JMAC".to_owned(),
        response: en("Move two companies forward"),
        ..Default::default()
    }
}

/// More than ten deaths in a month, so many months one after the other.
fn tripwire(indicator: &pb::Indicator, periods: u32) -> Option<pb::Tripwire> {
    Some(pb::Tripwire {
        indicator_id: indicator.id.clone(),
        comparison: "above".to_owned(),
        threshold: 10.0,
        periods,
        ..Default::default()
    })
}

impl Person {
    pub async fn add_risk(&self, plan: &pb::Plan, risk: pb::Risk) -> Result<pb::Risk, Failure> {
        answer(self.client().add_risk(pb::AddRiskRequest { plan_id: plan.id.clone(), risk: Some(risk) }).await)
    }

    pub async fn revise_risk(&self, risk: pb::Risk) -> Result<pb::Risk, Failure> {
        let (plan_id, version) = (risk.plan_id.clone(), risk.version);
        answer(self.client().revise_risk(pb::ReviseRiskRequest { plan_id, version, risk: Some(risk) }).await)
    }

    pub async fn remove_risk(&self, risk: &pb::Risk) -> Result<pb::RemoveRiskResponse, Failure> {
        let (plan_id, risk_id) = (risk.plan_id.clone(), risk.id.clone());
        answer(self.client().remove_risk(pb::RemoveRiskRequest { plan_id, version: risk.version, risk_id }).await)
    }

    pub async fn give(&self, risk: &pb::Risk, status: &str, note: &str) -> Result<pb::Risk, Failure> {
        let request = pb::SetRiskStatusRequest {
            plan_id: risk.plan_id.clone(),
            version: risk.version,
            risk_id: risk.id.clone(),
            status: status.to_owned(),
            note: note.to_owned(),
        };
        answer(self.client().set_risk_status(request).await)
    }

    pub async fn risks(&self, plan: &str) -> Vec<pb::Risk> {
        answer(self.client().list_risks(pb::ListRisksRequest { plan_id: plan.to_owned() }).await).expect("a list").risks
    }

    /// State and reason of the only tripwire of a plan.
    pub async fn says(&self, plan: &str) -> (String, String) {
        let risks = self.risks(plan).await;
        let reading = risks[0].reading.clone().unwrap_or_default();
        (reading.state, reading.why)
    }
}

fn says(state: &str, why: &str) -> (String, String) {
    (state.to_owned(), why.to_owned())
}

/// What was told of tripwires: state of the plan, before and now.
async fn told(world: &World) -> Vec<(String, String, String)> {
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    let payloads: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT payload FROM chassis.outbox WHERE kind = 'cpas.planning.v1.TripwireChanged' ORDER BY seq",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("the outbox");
    let line = |payload: Vec<u8>| {
        let told = <pb::TripwireChanged as prost::Message>::decode(payload.as_slice()).expect("its message");
        let now = told.risk.and_then(|risk| risk.reading).unwrap_or_default().state;
        (told.plan_state, told.before, now)
    };
    payloads.into_iter().map(line).collect()
}

/// The month that so many months ago began, as data name it.
fn month(world: &World, ago: u32) -> String {
    let day = world.stage.clock.today() - chrono::Months::new(ago);
    day.format("%Y-%m").to_string()
}

async fn a_draft(planner: &Person) -> pb::Plan {
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    planner.add(&plan, outcome(&top, None)).await.expect("an outcome")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tripwire_follows_the_series_and_never_takes_missing_for_clear() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let indicator = planner.draft_indicator(deaths(CODE)).await.expect("an indicator");
    let watched = pb::Risk { tripwire: tripwire(&indicator, 2), ..risk(&plan.items[1].id) };
    let added = planner.add_risk(&plan, watched).await.expect("a risk");
    let reading = added.reading.clone().expect("it was read at once");
    assert_eq!((reading.state.as_str(), reading.why.as_str(), reading.value), ("cannot_tell", "no_data", None));
    assert_eq!(added.tripwire.as_ref().map(|tripwire| tripwire.indicator_code.as_str()), Some(CODE));

    world.collection.set(CODE, "", &month(&world, 1), Some(12.0));
    world.collection.set(CODE, "", &month(&world, 2), None);
    world.observations(CODE).await;
    eventually("one month of two is missing", || async { planner.says(&plan.id).await == says("cannot_tell", "gap") })
        .await;
    world.collection.set(CODE, "", &month(&world, 2), Some(11.0));
    world.observations(CODE).await;
    eventually("both are above ten", || async { planner.says(&plan.id).await == says("tripped", "") }).await;
    let reading = planner.risks(&plan.id).await[0].reading.clone().expect("a reading");
    assert_eq!((reading.period, reading.value), (month(&world, 1), Some(12.0)));
    world.collection.set(CODE, "", &month(&world, 1), Some(10.0));
    world.observations(CODE).await;
    eventually("ten is not above ten", || async { planner.says(&plan.id).await == says("clear", "") }).await;

    let now = |state: &str, before: &str, now: &str| (state.to_owned(), before.to_owned(), now.to_owned());
    let expected = [
        now("draft", "", "cannot_tell"),
        now("draft", "cannot_tell", "cannot_tell"),
        now("draft", "cannot_tell", "tripped"),
        now("draft", "tripped", "clear"),
    ];
    assert_eq!(told(&world).await, expected);
    // Said again, it is not told again.
    world.observations(CODE).await;
    world.observations(CODE).await;
    let heard = || async { planner.says(&plan.id).await == says("clear", "") };
    eventually("it says the same", heard).await;
    assert_eq!(told(&world).await.len(), expected.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tripwire_in_an_area_reads_that_area() {
    let world = World::start().await;
    world.area("CF11").await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let indicator = planner.draft_indicator(deaths(CODE)).await.expect("an indicator");
    world.collection.set(CODE, "", &month(&world, 1), Some(50.0));
    world.collection.set(CODE, "CF11", &month(&world, 1), Some(3.0));
    let there = tripwire(&indicator, 1).map(|tripwire| pb::Tripwire { area: "CF11".to_owned(), ..tripwire });
    let watched = pb::Risk { tripwire: there, ..risk(&plan.items[1].id) };
    eventually("the area is known", || async { planner.add_risk(&plan, watched.clone()).await.is_ok() }).await;
    assert_eq!(planner.says(&plan.id).await, says("clear", ""));
    let elsewhere = tripwire(&indicator, 1).map(|tripwire| pb::Tripwire { area: "ZZ99".to_owned(), ..tripwire });
    let unknown = pb::Risk { tripwire: elsewhere, ..watched };
    assert_eq!(refusal(planner.add_risk(&plan, unknown).await), (Code::Invalid, vec!["risk.tripwire.area".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_risk_is_kept_while_collection_is_away_and_read_when_it_is_back() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let indicator = planner.draft_indicator(deaths(CODE)).await.expect("an indicator");
    world.collection.set(CODE, "", &month(&world, 1), Some(12.0));
    world.collection.set_away(true);
    let watched = pb::Risk { tripwire: tripwire(&indicator, 1), ..risk(&plan.items[1].id) };
    let added = planner.add_risk(&plan, watched).await.expect("a risk");
    assert_eq!(added.reading, None, "nothing is said of it yet");
    world.observations(CODE).await;
    world.collection.set_away(false);
    eventually("it is read", || async { planner.says(&plan.id).await == says("tripped", "") }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_version_takes_risks_over_and_the_plan_in_force_tells_of_what_is_tripped() {
    let world = World::start().await;
    let planner = world.planner();
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let aim = plan.items[1].id.clone();
    let plan = planner.add(&plan, output(&aim)).await.expect("an output");
    let product = last_under(&plan, &aim).id.clone();
    let plan = planner.link(&plan, &product, &aim).await.expect("a link");
    let indicator = planner.draft_indicator(deaths(CODE)).await.expect("an indicator");
    world.collection.set(CODE, "", &month(&world, 1), Some(12.0));
    let watched = pb::Risk { tripwire: tripwire(&indicator, 1), ..risk(&aim) };
    planner.add_risk(&plan, watched).await.expect("a risk");
    let assumption = pb::Risk {
        kind: "assumption".to_owned(),
        outcome_id: aim.clone(),
        likelihood: 0,
        impact: 0,
        statement: en("Patrols are seen"),
        ..risk(&product)
    };
    planner.add_risk(&plan, assumption).await.expect("an assumption of the link");

    let plan = planner.step("submit", &plan, "").await.expect("submitted");
    let plan = world.person(Role::ComponentHead).step("endorse", &plan, "").await.expect("endorsed");
    let plan = world.person(Role::Leadership).step("approve", &plan, "").await.expect("approved");
    let before = told(&world).await.len();
    let plan = planner.step("activate", &plan, "").await.expect("in force");
    let news = told(&world).await.split_off(before);
    assert_eq!(news, [("active".to_owned(), String::new(), "tripped".to_owned())]);

    let request = pb::DraftNextVersionRequest { plan_id: plan.id.clone(), ..Default::default() };
    let next = answer(planner.client().draft_next_version(request).await).expect("a draft");
    let (old, new) = (planner.risks(&plan.id).await, planner.risks(&next.id).await);
    let lineages = |risks: &[pb::Risk]| risks.iter().map(|risk| risk.lineage_id.clone()).collect::<Vec<_>>();
    assert_eq!((old.len(), lineages(&old)), (2, lineages(&new)));
    assert!(new.iter().all(|risk| next.items.iter().any(|item| item.id == risk.item_id)), "on its own items");
    assert_eq!(planner.says(&next.id).await, says("tripped", ""));

    // In force it is not changed any more, but followed.
    let mut words = old[0].clone();
    words.owner_section = "UNPOL".to_owned();
    assert_eq!(refusal(planner.revise_risk(words).await).0, Code::Conflict);
    assert_eq!(refusal(planner.remove_risk(&old[0]).await).0, Code::Conflict);
    assert_eq!(refusal(planner.add_risk(&plan, risk(&aim)).await).0, Code::Conflict);
    let occurred = planner.give(&old[0], "occurred", "The bridge is gone.").await.expect("a status");
    assert_eq!((occurred.status.as_str(), occurred.status_note.as_str()), ("occurred", "The bridge is gone."));

    // The two versions side by side: one is heavier now, and nothing else is told as changed.
    let heavier = new.iter().find(|risk| risk.kind == "risk").cloned().expect("it was taken over");
    planner.revise_risk(pb::Risk { impact: 2, ..heavier }).await.expect("revised");
    let compare = pb::DiffPlansRequest { from_plan_id: plan.id.clone(), to_plan_id: next.id.clone() };
    let changes = answer(planner.client().diff_plans(compare).await).expect("a comparison").risks;
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    let fields: Vec<_> =
        change.fields.iter().map(|one| (one.field.as_str(), one.before.as_str(), one.after.as_str())).collect();
    assert_eq!((change.change.as_str(), fields), ("changed", vec![("impact", "5", "2")]));
    assert_eq!(change.risk.as_ref().and_then(|risk| risk.reading.clone()), None);

    // What an item took with it is gone in the draft alone.
    let (plan_id, version) = (next.id.clone(), next.version);
    let output = new.iter().find(|risk| risk.kind == "assumption").expect("it was taken over");
    let unlink = pb::UnlinkResultsRequest {
        plan_id,
        version,
        output_id: output.item_id.clone(),
        outcome_id: output.outcome_id.clone(),
    };
    answer(planner.client().unlink_results(unlink).await).expect("unlinked");
    assert_eq!((planner.risks(&next.id).await.len(), planner.risks(&plan.id).await.len()), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_with_its_field() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let item = plan.items[1].id.clone();
    let indicator = planner.draft_indicator(deaths(CODE)).await.expect("an indicator");
    let words = pb::Indicator { kind: "qualitative".to_owned(), ..deaths("CX-WORDS") };
    let words = planner.draft_indicator(words).await.expect("an indicator");
    let stranger = uuid::Uuid::new_v4().to_string();
    for (risk, field) in [
        (pb::Risk { item_id: stranger.clone(), ..risk(&item) }, "risk.item_id"),
        (pb::Risk { outcome_id: item.clone(), ..risk(&item) }, "risk.outcome_id"),
        (pb::Risk { likelihood: 6, ..risk(&item) }, "risk.likelihood"),
        (pb::Risk { impact: 0, ..risk(&item) }, "risk.impact"),
        (pb::Risk { kind: "assumption".to_owned(), impact: 0, ..risk(&item) }, "risk.impact"),
        (pb::Risk { owner_section: " ".to_owned(), ..risk(&item) }, "risk.owner_section"),
        (pb::Risk { statement: None, ..risk(&item) }, "risk.statement"),
        (pb::Risk { tripwire: tripwire(&words, 1), ..risk(&item) }, "risk.tripwire.indicator_id"),
        (pb::Risk { tripwire: tripwire(&indicator, 25), ..risk(&item) }, "risk.tripwire.periods"),
    ] {
        assert_eq!(refusal(planner.add_risk(&plan, risk).await), (Code::Invalid, vec![field.to_owned()]));
    }
    let assumption = pb::Risk { kind: "assumption".to_owned(), ..risk(&item) };
    let assumption = planner.add_risk(&plan, assumption).await.expect("an assumption that is weighed");
    assert_eq!((assumption.likelihood, assumption.impact), (4, 5));
    let open = pb::Risk { likelihood: 0, impact: 0, ..assumption };
    let open = planner.revise_risk(open).await.expect("it is left open");
    assert_eq!((open.likelihood, open.impact), (0, 0));
    planner.remove_risk(&open).await.expect("removed");
    let added = planner.add_risk(&plan, risk(&item)).await.expect("a risk");
    let revised = planner.revise_risk(pb::Risk { impact: 2, ..added.clone() }).await.expect("revised");
    assert_eq!((revised.impact, revised.version), (2, 2));
    assert_eq!(refusal(planner.revise_risk(added.clone()).await).0, Code::Stale);
    assert_eq!(refusal(planner.give(&revised, "failed", "x").await), (Code::Invalid, vec!["status".to_owned()]));
    assert_eq!(refusal(planner.give(&revised, "occurred", "").await), (Code::Invalid, vec!["note".to_owned()]));
    assert_eq!(refusal(planner.remove_risk(&added).await).0, Code::Stale);
    planner.remove_risk(&revised).await.expect("removed");
    assert_eq!(planner.risks(&plan.id).await, []);
    assert_eq!(refusal(planner.remove_risk(&revised).await), (Code::NotFound, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_mission_finds_no_risk_and_another_section_leaves_it_alone() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = a_draft(&planner).await;
    let added = planner.add_risk(&plan, risk(&plan.items[1].id)).await.expect("a risk");
    let stranger = world.stranger(Role::Coordinator);
    let list = pb::ListRisksRequest { plan_id: plan.id.clone() };
    assert_eq!(refusal(answer(stranger.client().list_risks(list).await)), (Code::NotFound, vec![]));
    assert_eq!(refusal(stranger.remove_risk(&added).await), (Code::NotFound, vec![]));
    assert_eq!(refusal(stranger.give(&added, "closed", "").await), (Code::NotFound, vec![]));
    let mut police = world.planner();
    police.caller.grants = vec![Grant { section: Some("UNPOL".to_owned()), ..Grant::mission_wide(Role::Coordinator) }];
    let claimed = pb::Risk { owner_section: "UNPOL".to_owned(), ..added.clone() };
    assert_eq!(refusal(police.revise_risk(claimed).await), (Code::Denied, vec![]));
    assert_eq!(refusal(police.remove_risk(&added).await), (Code::Denied, vec![]));
    assert_eq!(refusal(police.give(&added, "closed", "").await), (Code::Denied, vec![]));
    assert_eq!(refusal(police.add_risk(&plan, risk(&plan.items[1].id)).await), (Code::Denied, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_the_data_or_the_indicator_learns_nothing_of_the_tripwire() {
    let world = World::start().await;
    let planner = world.planner();
    let mut uncleared = world.planner();
    uncleared.caller.clearance = Classification::Unclassified;
    let plan = a_draft(&planner).await;
    let open = planner.draft_indicator(deaths(CODE)).await.expect("an indicator");
    world.collection.set(CODE, "", &month(&world, 1), Some(12.0));
    world.collection.classify(CODE, "confidential");
    // They may watch an indicator whose data they may not see; what it says is for others.
    let watched = pb::Risk { tripwire: tripwire(&open, 1), ..risk(&plan.items[1].id) };
    let added = uncleared.add_risk(&plan, watched).await.expect("a risk");
    assert_eq!(added.reading, None);
    assert_eq!(uncleared.risks(&plan.id).await[0].reading, None);
    assert_eq!(planner.says(&plan.id).await, says("tripped", ""));

    let secret = pb::Indicator { classification: "confidential".to_owned(), ..deaths("CX-SECRET") };
    let secret = planner.draft_indicator(secret).await.expect("an indicator");
    let hidden = pb::Risk { tripwire: tripwire(&secret, 1), ..risk(&plan.items[1].id) };
    let hidden = planner.add_risk(&plan, hidden).await.expect("a risk");
    assert_eq!(hidden.classification, "confidential");
    assert_eq!((planner.risks(&plan.id).await.len(), uncleared.risks(&plan.id).await.len()), (2, 1));
    assert_eq!(refusal(uncleared.remove_risk(&hidden).await), (Code::NotFound, vec![]));
    let guess = pb::Risk { tripwire: tripwire(&secret, 1), ..risk(&plan.items[1].id) };
    assert_eq!(
        refusal(uncleared.add_risk(&plan, guess).await),
        (Code::Invalid, vec!["risk.tripwire.indicator_id".to_owned()])
    );
}
