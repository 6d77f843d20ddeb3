//! Influence strategies, and the outcomes of plans that take them up.

use chassis::{Caller, Code, Db, Fact, testing::eventually};
use cpas_proto::{
    common::v1::Text,
    context::v1 as pb,
    planning::v1 as planning,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::{Refused, World, fields, keyed, stakeholder, texts};

pub fn strategy(of: &pb::Stakeholder) -> pb::RecordInfluenceStrategyRequest {
    pb::RecordInfluenceStrategyRequest {
        stakeholder_id: of.id.clone(),
        dimension: "behaviour".to_owned(),
        aim: Some(Text::of("Lifts its roadblocks", "Lève ses barrages")),
        lever: "good_offices".to_owned(),
        owner_section: "Political Affairs".to_owned(),
        risks: Some(Text::of("Seen as a reward", "")),
        classification: String::new(),
    }
}

pub fn revision(of: &pb::InfluenceStrategy) -> pb::ReviseInfluenceStrategyRequest {
    pb::ReviseInfluenceStrategyRequest {
        id: of.id.clone(),
        version: of.version,
        dimension: of.dimension.clone(),
        aim: of.aim.clone(),
        lever: of.lever.clone(),
        owner_section: of.owner_section.clone(),
        risks: of.risks.clone(),
        classification: String::new(),
        state: of.state.clone(),
    }
}

async fn record(world: &World, of: &pb::Stakeholder) -> pb::InfluenceStrategy {
    world.r#as(Role::Adviser).record_influence_strategy(strategy(of)).await.expect("a strategy").into_inner()
}

async fn list(world: &World, caller: &Caller, not_planned: bool) -> Vec<pb::ListedStrategy> {
    let request = pb::ListInfluenceStrategiesRequest { not_planned, ..Default::default() };
    world.of(caller).list_influence_strategies(request).await.expect("a list").into_inner().strategies
}

/// Planning tells of a plan with one outcome about a stakeholder.
async fn plan(world: &World, id: Uuid, version: i64, state: &str, about: &pb::Stakeholder, classification: &str) {
    let item = planning::PlanItem {
        id: Uuid::new_v4().to_string(),
        kind: "outcome".to_owned(),
        number: "1.1".to_owned(),
        statement: Some(Text::of("Lake Front lifts its roadblocks", "")),
        stakeholder_id: about.id.clone(),
        dimension: "behaviour".to_owned(),
        ..Default::default()
    };
    let objective =
        planning::PlanItem { id: Uuid::new_v4().to_string(), kind: "objective".to_owned(), ..Default::default() };
    let plan = planning::Plan {
        id: id.to_string(),
        version,
        state: state.to_owned(),
        items: vec![objective, item],
        classification: classification.to_owned(),
        ..Default::default()
    };
    let db = Db::open("planning", &world.stage.database.config(), world.stage.clock.clone()).expect("its address");
    let mut tx = db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    let message = planning::PlanRecorded { plan: Some(plan) };
    let rank = Classification::parse_or_unclassified(classification).expect("a word");
    tx.publish(Fact::new("plan", "recorded", id, rank, &message)).await.expect("an event");
    tx.commit().await.expect("a commit");
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_about_a_merged_record_takes_up_the_strategy_of_the_one_that_stands_for_it() {
    let mut world = World::start().await;
    let stop = world.stage.stop.clone();
    let _running = world.service.start_background(&stop);
    let (front, lake) =
        (world.stakeholder("Lake Front", "armed_group").await, world.stakeholder("Front du lac", "armed_group").await);
    record(&world, &front).await;
    plan(&world, Uuid::new_v4(), 1, "active", &lake, "").await;
    let caller = world.caller(Role::Verifier);
    let take_ups = || async {
        let listed = list(&world, &caller, false).await;
        listed.into_iter().map(|one| (one.take_up, one.outcomes.len())).collect::<Vec<_>>()
    };
    assert_eq!(take_ups().await, [("not_planned".to_owned(), 0)]);
    let merging = pb::MergeStakeholdersRequest {
        id: front.id.clone(),
        version: front.version,
        other_id: lake.id.clone(),
        other_version: lake.version,
    };
    world.r#as(Role::Coordinator).merge_stakeholders(merging).await.expect("merged");
    eventually("the outcome is about the one now", || async { take_ups().await == [("planned".to_owned(), 1)] }).await;
    assert_eq!(list(&world, &caller, true).await.len(), 0);
    let undo = pb::UndoStakeholderMergeRequest { id: lake.id.clone(), version: lake.version + 1 };
    world.r#as(Role::Coordinator).undo_stakeholder_merge(undo).await.expect("undone");
    assert_eq!(take_ups().await, [("not_planned".to_owned(), 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strategy_is_not_planned_until_an_outcome_of_a_plan_takes_it_up() {
    let mut world = World::start().await;
    let stop = world.stage.stop.clone();
    let _running = world.service.start_background(&stop);
    let (front, other) =
        (world.stakeholder("Lake Front", "armed_group").await, world.stakeholder("Other", "community").await);
    let made = record(&world, &front).await;
    record(&world, &other).await;
    assert_eq!((made.stakeholder_name.as_str(), made.state.as_str(), made.version), ("Lake Front", "current", 1));
    let caller = world.caller(Role::Verifier);
    assert_eq!(list(&world, &caller, true).await.len(), 2);
    let of_front = || async {
        list(&world, &caller, false).await.into_iter().find(|one| one.strategy.as_ref() == Some(&made)).expect("listed")
    };
    assert_eq!((of_front().await.take_up.as_str(), of_front().await.outcomes.len()), ("not_planned", 0));

    let draft = Uuid::new_v4();
    plan(&world, draft, 1, "draft", &front, "").await;
    eventually("a draft takes it up", || async { of_front().await.take_up == "in_draft" }).await;
    let outcome = of_front().await.outcomes.remove(0);
    assert_eq!(
        (outcome.plan_id, outcome.plan_state.as_str(), outcome.number.as_str()),
        (draft.to_string(), "draft", "1.1")
    );
    assert_eq!(list(&world, &caller, true).await.len(), 1, "the other is not planned");
    plan(&world, draft, 3, "active", &front, "").await;
    eventually("the active plan takes it up", || async { of_front().await.take_up == "planned" }).await;
    // Late news of what was before changes nothing.
    plan(&world, draft, 2, "approved", &other, "").await;
    let next = Uuid::new_v4();
    plan(&world, next, 1, "active", &other, "").await;
    eventually("both are planned", || async { list(&world, &caller, true).await.is_empty() }).await;
    assert_eq!(of_front().await.take_up, "planned");
    plan(&world, draft, 4, "superseded", &front, "").await;
    eventually("a plan that is no more takes nothing up", || async { of_front().await.take_up == "not_planned" }).await;

    let withdrawn = pb::ReviseInfluenceStrategyRequest { state: "withdrawn".to_owned(), ..revision(&made) };
    world.r#as(Role::Adviser).revise_influence_strategy(withdrawn).await.expect("withdrawn");
    assert_eq!(list(&world, &caller, true).await, vec![], "what is withdrawn waits for no plan");
    assert_eq!(list(&world, &caller, false).await.len(), 2, "but is still listed");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_the_plan_does_not_learn_that_it_takes_a_strategy_up() {
    let mut world = World::start().await;
    let stop = world.stage.stop.clone();
    let _running = world.service.start_background(&stop);
    let front = world.stakeholder("Lake Front", "armed_group").await;
    record(&world, &front).await;
    plan(&world, Uuid::new_v4(), 1, "active", &front, "confidential").await;
    let caller = world.caller(Role::Coordinator);
    eventually("the cleared see it", || async { list(&world, &caller, false).await[0].take_up == "planned" }).await;
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let seen = list(&world, &plain, false).await.remove(0);
    assert_eq!((seen.take_up.as_str(), seen.outcomes.len()), ("not_planned", 0));
    assert_eq!(list(&world, &plain, true).await.len(), 1);
}

#[tokio::test]
async fn a_strategy_is_hidden_with_its_stakeholder_and_never_less_secret() {
    let world = World::start().await;
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let kara = world.stakeholder("Idriss Kara", "individual").await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    let about_kara = record(&world, &kara).await;
    assert_eq!(about_kara.classification, "confidential");
    let secret = pb::RecordInfluenceStrategyRequest { classification: "confidential".to_owned(), ..strategy(&front) };
    world.r#as(Role::Adviser).record_influence_strategy(secret.clone()).await.expect("more secret than the group");
    record(&world, &front).await;
    assert_eq!(list(&world, &world.caller(Role::Coordinator), false).await.len(), 3);
    assert_eq!(list(&world, &plain, false).await.len(), 1);

    let too_open = pb::RecordInfluenceStrategyRequest { classification: "unclassified".to_owned(), ..strategy(&kara) };
    let refused = world.r#as(Role::Adviser).record_influence_strategy(too_open).await.refused_as(Code::Invalid);
    assert_eq!(fields(&refused), ["classification"]);
    world.of(&plain).record_influence_strategy(secret).await.refused_as(Code::Denied);
    let nobody = pb::Stakeholder { id: Uuid::new_v4().to_string(), ..kara.clone() };
    let never = pb::InfluenceStrategy { id: nobody.id.clone(), ..about_kara.clone() };
    let mut said = Vec::new();
    for (stakeholder, strategy_of) in [(&kara, &about_kara), (&nobody, &never)] {
        let recorded =
            world.of(&plain).record_influence_strategy(strategy(stakeholder)).await.refused_as(Code::NotFound);
        let revised =
            world.of(&plain).revise_influence_strategy(revision(strategy_of)).await.refused_as(Code::NotFound);
        said.push([recorded, revised].map(|failure| (failure.message, failure.current)));
    }
    assert_eq!(said[0], said[1], "the same answer as for what never was");

    // Raised later, the stakeholder takes its strategies with it.
    let raised = pb::ReviseStakeholderRequest {
        classification: "strictly_confidential".to_owned(),
        ..crate::world::revision(&front)
    };
    world.r#as(Role::Coordinator).revise_stakeholder(raised).await.expect("raised");
    assert_eq!(list(&world, &plain, false).await, vec![]);
    let seen = list(&world, &world.caller(Role::Coordinator), false).await;
    let secrecy: Vec<_> =
        seen.iter().filter_map(|one| one.strategy.as_ref()).map(|one| one.classification.as_str()).collect();
    assert_eq!(secrecy, ["strictly_confidential", "strictly_confidential", "confidential"]);
}

#[tokio::test]
async fn what_is_wrong_in_a_strategy_is_named_and_a_revision_needs_the_version() {
    let world = World::start().await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    let mut client = world.r#as(Role::Coordinator);
    let good = strategy(&front);
    for (request, wrong) in [
        (pb::RecordInfluenceStrategyRequest { dimension: "mood".to_owned(), ..good.clone() }, "dimension"),
        (pb::RecordInfluenceStrategyRequest { aim: None, ..good.clone() }, "aim"),
        (pb::RecordInfluenceStrategyRequest { lever: "bribe".to_owned(), ..good.clone() }, "lever"),
        (pb::RecordInfluenceStrategyRequest { owner_section: " ".to_owned(), ..good.clone() }, "owner_section"),
        (pb::RecordInfluenceStrategyRequest { classification: "secret".to_owned(), ..good.clone() }, "classification"),
        (pb::RecordInfluenceStrategyRequest { stakeholder_id: "x".to_owned(), ..good.clone() }, "stakeholder_id"),
    ] {
        assert_eq!(fields(&client.record_influence_strategy(request).await.refused_as(Code::Invalid)), [wrong]);
    }
    let key = Uuid::new_v4();
    let made = client.record_influence_strategy(keyed(good.clone(), key)).await.expect("recorded").into_inner();
    let again = client.record_influence_strategy(keyed(good, key)).await.expect("answered again").into_inner();
    assert_eq!(made, again);
    let deter = pb::ReviseInfluenceStrategyRequest { lever: "deter".to_owned(), ..revision(&made) };
    let revised = client.revise_influence_strategy(deter.clone()).await.expect("revised").into_inner();
    assert_eq!((revised.lever.as_str(), revised.version), ("deter", 2));
    let stale = client.revise_influence_strategy(deter).await.refused_as(Code::Stale);
    let (version, json) = stale.current.expect("what is stored now");
    assert_eq!(
        (version, serde_json::from_str::<pb::InfluenceStrategy>(&json).expect("as the API shows it")),
        (2, revised.clone())
    );
    let wrong = pb::ReviseInfluenceStrategyRequest { state: "asleep".to_owned(), ..revision(&revised) };
    assert_eq!(fields(&client.revise_influence_strategy(wrong).await.refused_as(Code::Invalid)), ["state"]);
    let page = pb::ListInfluenceStrategiesRequest { page_size: 1, ..Default::default() };
    let page = client.list_influence_strategies(page).await.expect("a page").into_inner();
    assert_eq!((page.strategies.len(), page.next_cursor.as_str()), (1, ""));
    let wrong =
        pb::ListInfluenceStrategiesRequest { page_size: 201, stakeholder_id: "x".to_owned(), ..Default::default() };
    assert_eq!(
        fields(&client.list_influence_strategies(wrong).await.refused_as(Code::Invalid)),
        ["page_size", "stakeholder_id"]
    );
}

#[tokio::test]
async fn a_strategy_is_written_by_who_reaches_the_stakeholder_and_met_by_no_other_mission() {
    let world = World::start().await;
    world.load_areas(&["CF1", "CF2"]).await;
    let there = pb::RegisterStakeholderRequest { areas: texts(&["CF2"]), ..stakeholder("There", "community") };
    let there = world.r#as(Role::Coordinator).register_stakeholder(there).await.expect("made").into_inner();
    let held = world.held_to(Role::Contributor, &["CF1"]);
    world.of(&held).record_influence_strategy(strategy(&there)).await.refused_as(Code::Denied);
    let made = record(&world, &there).await;
    world.of(&held).revise_influence_strategy(revision(&made)).await.refused_as(Code::Denied);
    let stranger = chassis::testing::caller(Role::Coordinator, &chassis::testing::mission("OTHER"));
    world.of(&stranger).revise_influence_strategy(revision(&made)).await.refused_as(Code::NotFound);
    world.of(&stranger).record_influence_strategy(strategy(&there)).await.refused_as(Code::NotFound);
    assert_eq!(list(&world, &stranger, false).await, vec![]);
}
