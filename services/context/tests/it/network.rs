//! Relations between stakeholders, and the network that they make.

use chassis::{Caller, Code};
use cpas_proto::{
    context::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::{Refused, World, fields, keyed, stakeholder, texts};

pub fn relation(
    from: &pb::Stakeholder,
    to: &pb::Stakeholder,
    kind: &str,
    since: &str,
) -> pb::SetStakeholderRelationRequest {
    pb::SetStakeholderRelationRequest {
        from_id: from.id.clone(),
        to_id: to.id.clone(),
        kind: kind.to_owned(),
        strength: 2,
        from: since.to_owned(),
        ..Default::default()
    }
}

async fn set(world: &World, request: pb::SetStakeholderRelationRequest) -> pb::StakeholderRelation {
    world.r#as(Role::Adviser).set_stakeholder_relation(request).await.expect("a relation").into_inner()
}

async fn network(world: &World, caller: &Caller, as_of: &str) -> pb::StakeholderNetwork {
    let request = pb::GetStakeholderNetworkRequest { as_of: as_of.to_owned() };
    world.of(caller).get_stakeholder_network(request).await.expect("a network").into_inner()
}

fn names(network: &pb::StakeholderNetwork) -> Vec<&str> {
    let mut names: Vec<_> = network.stakeholders.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn the_network_is_read_on_any_date() {
    let world = World::start().await;
    let (party, elders, front) = (
        world.stakeholder("Unity Party", "political_party").await,
        world.stakeholder("Council of Elders", "community").await,
        world.stakeholder("Lake Front", "armed_group").await,
    );
    world.stakeholder("Chamber of Trade", "private").await;
    world.assess(&party, "2024-01-01", 4, 2).await;
    world.assess(&front, "2024-01-01", 5, -2).await;
    set(&world, relation(&party, &elders, "allied", "2024-01-10")).await;
    let talks = set(&world, relation(&elders, &front, "negotiates_with", "2024-02-01")).await;
    assert_eq!(
        (talks.from_name.as_str(), talks.to_name.as_str(), talks.version),
        ("Council of Elders", "Lake Front", 1)
    );
    let end = pb::EndStakeholderRelationRequest { id: talks.id.clone(), version: 1, until: "2024-05-31".to_owned() };
    let ended = world.r#as(Role::Adviser).end_stakeholder_relation(end.clone()).await.expect("ended").into_inner();
    assert_eq!((ended.until.as_str(), ended.version), ("2024-05-31", 2));

    let reader = world.caller(Role::Verifier);
    let may = network(&world, &reader, "2024-05-31").await;
    assert_eq!(names(&may), ["Council of Elders", "Lake Front", "Unity Party"]);
    assert_eq!((may.relations.len(), may.connected_pairs, may.unconnected), (2, 1, 1));
    let broker = may.stakeholders.iter().find(|one| one.brokerage > 0.0).expect("somebody connects the two sides");
    assert_eq!((broker.name.as_str(), broker.brokerage, broker.stance), ("Council of Elders", 1.0, None));
    assert_eq!(may.changes, ["2024-01-10", "2024-02-01", "2024-06-01"]);
    let june = network(&world, &reader, "2024-06-01").await;
    assert_eq!(names(&june), ["Council of Elders", "Unity Party"]);
    assert_eq!(network(&world, &reader, "2023-12-31").await.stakeholders, vec![]);
    assert_eq!(network(&world, &reader, "").await.relations.len(), 1, "today when no date is given");

    let list = pb::ListStakeholderRelationsRequest { stakeholder_id: elders.id.clone() };
    let list = world.of(&reader).list_stakeholder_relations(list).await.expect("a list").into_inner().relations;
    let order: Vec<_> = list.iter().map(|one| (one.kind.as_str(), one.until.as_str())).collect();
    assert_eq!(order, [("allied", ""), ("negotiates_with", "2024-05-31")], "those that hold first");
    let twice = pb::EndStakeholderRelationRequest { version: 2, ..end };
    let again = world.r#as(Role::Adviser).end_stakeholder_relation(twice).await.refused_as(Code::Invalid);
    assert_eq!(fields(&again), ["until"], "it ends once");
}

#[tokio::test]
async fn what_is_wrong_in_a_relation_is_named_by_field() {
    let world = World::start().await;
    let (one, two) = (world.stakeholder("One", "community").await, world.stakeholder("Two", "community").await);
    let good = relation(&one, &two, "commands", "2024-01-10");
    let mut client = world.r#as(Role::Coordinator);
    for (request, wrong) in [
        (pb::SetStakeholderRelationRequest { to_id: one.id.clone(), ..good.clone() }, "to_id"),
        (pb::SetStakeholderRelationRequest { kind: "likes".to_owned(), ..good.clone() }, "kind"),
        (pb::SetStakeholderRelationRequest { strength: 4, ..good.clone() }, "strength"),
        (pb::SetStakeholderRelationRequest { from: "10/01/2024".to_owned(), ..good.clone() }, "from"),
        (pb::SetStakeholderRelationRequest { from: "2999-01-01".to_owned(), ..good.clone() }, "from"),
        (pb::SetStakeholderRelationRequest { until: "2024-01-09".to_owned(), ..good.clone() }, "until"),
        (pb::SetStakeholderRelationRequest { from_id: "me".to_owned(), ..good.clone() }, "from_id"),
    ] {
        let failure = client.set_stakeholder_relation(request).await.refused_as(Code::Invalid);
        assert_eq!(fields(&failure), [wrong], "{failure}");
    }
    let nobody = pb::SetStakeholderRelationRequest { to_id: Uuid::new_v4().to_string(), ..good };
    client.set_stakeholder_relation(nobody).await.refused_as(Code::NotFound);
}

#[tokio::test]
async fn the_same_is_not_said_twice_and_a_correction_needs_the_version() {
    let world = World::start().await;
    let (one, two) = (world.stakeholder("One", "community").await, world.stakeholder("Two", "community").await);
    let key = Uuid::new_v4();
    let mut client = world.of(&world.caller(Role::Coordinator));
    let first = client.set_stakeholder_relation(keyed(relation(&one, &two, "allied", "2024-01-10"), key)).await;
    let first = first.expect("a relation").into_inner();
    let again = client.set_stakeholder_relation(keyed(relation(&one, &two, "allied", "2024-01-10"), key)).await;
    assert_eq!(again.expect("answered again").into_inner(), first);
    let turned = client.set_stakeholder_relation(relation(&two, &one, "allied", "2024-03-01")).await;
    assert!(turned.refused_as(Code::Conflict).message.contains("from 2024-01-10"), "an alliance has no direction");
    client.set_stakeholder_relation(relation(&two, &one, "funds", "2024-03-01")).await.expect("another kind");

    let correction = pb::SetStakeholderRelationRequest {
        id: first.id.clone(),
        version: 1,
        strength: 3,
        until: "2024-02-01".to_owned(),
        ..relation(&one, &two, "allied", "2024-01-10")
    };
    let corrected = client.set_stakeholder_relation(correction.clone()).await.expect("corrected").into_inner();
    assert_eq!((corrected.strength, corrected.version, corrected.until.as_str()), (3, 2, "2024-02-01"));
    let stale = client.set_stakeholder_relation(correction).await.refused_as(Code::Stale);
    let (version, json) = stale.current.expect("what is stored now");
    assert_eq!(
        (version, serde_json::from_str::<pb::StakeholderRelation>(&json).expect("as the API shows it")),
        (2, corrected.clone())
    );
    client.set_stakeholder_relation(relation(&two, &one, "allied", "2024-03-01")).await.expect("the first has ended");
    let three = world.stakeholder("Three", "community").await;
    let other_end = pb::SetStakeholderRelationRequest {
        id: corrected.id.clone(),
        version: 2,
        ..relation(&one, &three, "allied", "2024-01-10")
    };
    assert_eq!(fields(&client.set_stakeholder_relation(other_end).await.refused_as(Code::Invalid)), ["to_id"]);
    let (mut a, mut b) = (world.r#as(Role::Coordinator), world.r#as(Role::Adviser));
    let (a, b) = tokio::join!(
        a.set_stakeholder_relation(relation(&one, &three, "rival", "2024-01-10")),
        b.set_stakeholder_relation(relation(&three, &one, "rival", "2024-01-10")),
    );
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|done| **done).count(), 1, "of two at once one is taken");
}

#[tokio::test]
async fn who_does_not_see_both_ends_meets_nothing_of_a_relation() {
    let world = World::start().await;
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let (party, elders, front) = (
        world.stakeholder("Unity Party", "political_party").await,
        world.stakeholder("Council of Elders", "community").await,
        world.stakeholder("Lake Front", "armed_group").await,
    );
    world.assess(&party, "2024-01-01", 4, 2).await;
    world.assess(&front, "2024-01-01", 5, -2).await;
    set(&world, relation(&party, &elders, "allied", "2024-01-10")).await;
    let before = network(&world, &plain, "2024-06-30").await;
    assert_eq!((before.connected_pairs, before.unconnected), (0, 1));

    // One who is hidden connects the two sides, with a life of dates of its own.
    let kara = world.stakeholder("Idriss Kara", "individual").await;
    assert_eq!(kara.classification, "confidential");
    world.assess(&kara, "2024-01-01", 5, 0).await;
    let hidden = set(&world, relation(&elders, &kara, "influences", "2024-02-02")).await;
    assert_eq!(hidden.classification, "confidential");
    set(&world, relation(&kara, &front, "commands", "2024-03-03")).await;
    assert_eq!(
        network(&world, &plain, "2024-06-30").await,
        before,
        "places, measures, days and counts are what they were"
    );
    let seen = network(&world, &world.caller(Role::Coordinator), "2024-06-30").await;
    assert_eq!((seen.connected_pairs, seen.relations.len(), seen.changes.len()), (1, 3, 3));
    assert_eq!(seen.stakeholders.iter().filter(|one| one.brokerage > 0.0).count(), 2, "the elders and Kara");

    let mut client = world.of(&plain);
    let list = pb::ListStakeholderRelationsRequest { stakeholder_id: elders.id.clone() };
    assert_eq!(client.list_stakeholder_relations(list).await.expect("a list").into_inner().relations.len(), 1);
    let nowhere = Uuid::new_v4().to_string();
    let mut said = Vec::new();
    for (id, end) in [(&hidden.id, &kara.id), (&nowhere, &nowhere)] {
        let list = pb::ListStakeholderRelationsRequest { stakeholder_id: end.clone() };
        let listed = client.list_stakeholder_relations(list).await.refused_as(Code::NotFound);
        let ending = pb::EndStakeholderRelationRequest { id: id.clone(), version: 9, until: "2024-06-01".to_owned() };
        let ended = client.end_stakeholder_relation(ending).await.refused_as(Code::NotFound);
        let set = relation(&elders, &pb::Stakeholder { id: end.clone(), ..kara.clone() }, "influences", "2024-02-02");
        let doubled = client.set_stakeholder_relation(set).await.refused_as(Code::NotFound);
        said.push([listed, ended, doubled].map(|failure| (failure.message, failure.current)));
    }
    assert_eq!(said[0], said[1], "the same answer as for what never was");
    let mut tx = world.stage.db.begin(&plain).await.expect("a transaction");
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM stakeholder_relation").fetch_one(&mut *tx).await.expect("a count");
    assert_eq!(rows, 1, "by SQL too");
}

#[tokio::test]
async fn one_end_in_reach_is_enough_and_another_mission_meets_nothing() {
    let world = World::start().await;
    world.load_areas(&["CF1", "CF2", "CF3"]).await;
    let at = |name: &str, area: &str| pb::RegisterStakeholderRequest {
        areas: texts(&[area]),
        ..stakeholder(name, "community")
    };
    let mut made = Vec::new();
    for (name, area) in [("One", "CF1"), ("Two", "CF2"), ("Three", "CF3")] {
        made.push(world.r#as(Role::Coordinator).register_stakeholder(at(name, area)).await.expect("made").into_inner());
    }
    let held = world.held_to(Role::Contributor, &["CF1"]);
    let near = world.of(&held).set_stakeholder_relation(relation(&made[0], &made[1], "funds", "2024-01-01")).await;
    let near = near.expect("one end is in reach").into_inner();
    world
        .of(&held)
        .set_stakeholder_relation(relation(&made[1], &made[2], "funds", "2024-01-01"))
        .await
        .refused_as(Code::Denied);
    let far = set(&world, relation(&made[1], &made[2], "funds", "2024-01-01")).await;
    let end = |of: &pb::StakeholderRelation| pb::EndStakeholderRelationRequest {
        id: of.id.clone(),
        version: 1,
        until: "2024-02-01".to_owned(),
    };
    world.of(&held).end_stakeholder_relation(end(&far)).await.refused_as(Code::Denied);

    let stranger = chassis::testing::caller(Role::Coordinator, &chassis::testing::mission("OTHER"));
    world.of(&stranger).end_stakeholder_relation(end(&near)).await.refused_as(Code::NotFound);
    world
        .of(&stranger)
        .set_stakeholder_relation(relation(&made[0], &made[1], "allied", "2024-01-01"))
        .await
        .refused_as(Code::NotFound);
    let theirs = network(&world, &stranger, "2024-02-01").await;
    assert_eq!((theirs.stakeholders.len(), theirs.unconnected), (0, 0));
    world.of(&held).end_stakeholder_relation(end(&near)).await.expect("ended");
}
