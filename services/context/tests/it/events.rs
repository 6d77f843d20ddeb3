//! What is told over the stream: everything that was stored, whole, in order, and nothing that was not.

use chassis::{Code, Inbound, testing::eventually};
use cpas_proto::{
    context::v1 as pb,
    words::{Classification, Role},
};
use serde_json::json;

use crate::world::{Refused, World, assessment, import, square};

async fn told(world: &mut World, events: usize) -> Vec<Inbound> {
    let stop = world.stage.stop.clone();
    let _running = world.service.start_background(&stop);
    let (bus, mission) = (&world.stage.bus, world.stage.mission.id);
    eventually("everything is told", || async { bus.replay(mission).await.is_ok_and(|told| told.len() >= events) })
        .await;
    let told = bus.replay(mission).await.expect("the stream");
    assert_eq!(told.len(), events, "{:?}", told.iter().map(|event| &event.kind).collect::<Vec<_>>());
    told
}

fn of<M: prost::Message + prost::Name + Default>(told: &[Inbound]) -> Vec<(Classification, M)> {
    let own = told.iter().filter(|event| event.kind == M::full_name());
    own.map(|event| (event.classification, event.decode().expect("its message"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn areas_are_told_with_their_simplified_geometry_and_only_when_they_change() {
    let mut world = World::start().await;
    let (one, two) = (square("A", json!({}), 0.0), square("B", json!({}), 2.0));
    let mut client = world.r#as(Role::Coordinator);
    client.import_areas(import(&[one.clone(), two])).await.expect("areas");
    client.import_areas(import(&[one, square("B", json!({"name": "Beta"}), 2.0)])).await.expect("areas");
    client.import_areas(import(&[square("C", json!({"parent": "Z"}), 4.0)])).await.expect("checked");
    client
        .import_areas(pb::ImportAreasRequest { dry_run: true, ..import(&[square("D", json!({}), 6.0)]) })
        .await
        .expect("checked");
    let told = told(&mut world, 3).await;
    let areas: Vec<_> = of::<pb::AreaRecorded>(&told).into_iter().filter_map(|(_, event)| event.area).collect();
    assert_eq!(
        areas.iter().map(|area| (area.code.as_str(), area.version)).collect::<Vec<_>>(),
        [("A", 1), ("B", 1), ("B", 2)]
    );
    let listed = world
        .r#as(Role::Reader)
        .list_areas(pb::ListAreasRequest { with_geometry: true, on: String::new(), level: None })
        .await;
    let listed = listed.expect("a list").into_inner().areas;
    assert_eq!([&areas[0], &areas[2]], [&listed[0], &listed[1]], "the event carries the record as the API shows it");
    let subject = format!("cpas.context.area.recorded.{}", world.stage.mission.id);
    assert!(told.iter().all(|event| event.subject == subject && event.mission == world.stage.mission.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_a_map_is_told_whole() {
    let mut world = World::start().await;
    let first = world.published("First", "confidential").await;
    let second = world.published("Second", "").await;
    // Twice: evidence, draft, factor, review, publication; and the first superseded.
    let told = told(&mut world, 11).await;
    assert_eq!(of::<pb::EvidenceRecorded>(&told).len(), 2);
    let maps: Vec<_> = of::<pb::ContextMapRecorded>(&told)
        .into_iter()
        .filter_map(|(rank, event)| Some((rank, event.context_map?)))
        .collect();
    let steps: Vec<_> = maps
        .iter()
        .filter(|(_, map)| map.id == first.id)
        .map(|(rank, map)| (*rank, map.state.as_str(), map.version))
        .collect();
    use Classification::{Confidential, Unclassified};
    assert_eq!(
        steps,
        [
            (Unclassified, "draft", 1),
            (Confidential, "draft", 2),
            (Confidential, "reviewed", 3),
            (Confidential, "published", 4),
            (Confidential, "superseded", 5)
        ]
    );
    assert_eq!(maps.last().map(|(_, map)| map), Some(&second));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_entered_late_makes_a_far_move_of_what_comes_after() {
    let mut world = World::start().await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    world.assess(&front, "2024-01-01", 3, 0).await;
    world.assess(&front, "2024-03-01", 3, 1).await;
    world.assess(&front, "2024-02-01", 3, -1).await;
    // Again between: the move to March is far already, and was told.
    world.assess(&front, "2024-02-15", 3, -1).await;
    let told = told(&mut world, 6).await;
    let shifts: Vec<_> = of::<pb::StakeholderShifted>(&told)
        .into_iter()
        .map(|(_, shift)| (shift.as_of, shift.stance_before, shift.stance_after))
        .collect();
    assert_eq!(shifts, [("2024-03-01".to_owned(), -1, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_far_move_of_the_stance_raises_an_alert() {
    let mut world = World::start().await;
    let person = world.stakeholder("Idriss Kara", "individual").await;
    world.assess(&person, "2024-01-01", 3, 1).await;
    world.assess(&person, "2024-03-01", 3, 0).await;
    world.assess(&person, "2024-05-01", 3, -2).await;
    // Entered late, about a day before: it moves far from what stood before it.
    world.assess(&person, "2024-02-01", 3, -1).await;
    world
        .r#as(Role::Adviser)
        .assess_stakeholder(assessment(&person.id, "2024-05-01", 3, 2))
        .await
        .refused_as(Code::Conflict);
    let told = told(&mut world, 7).await;
    let recorded = of::<pb::StakeholderRecorded>(&told);
    assert_eq!(
        recorded,
        [(Classification::Confidential, pb::StakeholderRecorded { stakeholder: Some(person.clone()) })]
    );
    let assessed = of::<pb::StakeholderAssessed>(&told);
    assert_eq!(assessed.len(), 4);
    assert!(
        assessed
            .iter()
            .all(|(rank, event)| *rank == Classification::Confidential && event.classification == "confidential")
    );
    let shift = |as_of: &str, before, after| {
        let stakeholder_id = person.id.clone();
        (
            Classification::Confidential,
            pb::StakeholderShifted {
                stakeholder_id,
                stance_before: before,
                stance_after: after,
                as_of: as_of.to_owned(),
            },
        )
    };
    assert_eq!(of::<pb::StakeholderShifted>(&told), [shift("2024-05-01", 0, -2), shift("2024-02-01", 1, -1)]);
    assert!(told.iter().all(|event| event.record_id == person.id), "one record, one order");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relation_is_told_whole_and_as_secret_as_its_more_secret_end() {
    let mut world = World::start().await;
    let (front, person) =
        (world.stakeholder("Lake Front", "armed_group").await, world.stakeholder("Idriss Kara", "individual").await);
    let mut client = world.r#as(Role::Adviser);
    let set = pb::SetStakeholderRelationRequest {
        from_id: person.id,
        to_id: front.id,
        kind: "commands".to_owned(),
        strength: 3,
        from: "2024-01-01".to_owned(),
        ..Default::default()
    };
    let set = client.set_stakeholder_relation(set).await.expect("a relation").into_inner();
    let end = pb::EndStakeholderRelationRequest { id: set.id.clone(), version: 1, until: "2024-02-01".to_owned() };
    let ended = client.end_stakeholder_relation(end).await.expect("ended").into_inner();
    let told = told(&mut world, 4).await;
    let relations: Vec<_> =
        of::<pb::StakeholderRelationRecorded>(&told).into_iter().map(|(rank, event)| (rank, event.relation)).collect();
    assert_eq!(relations, [set, ended].map(|relation| (Classification::Confidential, Some(relation))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strategy_is_told_whole_and_as_secret_as_it_is() {
    let mut world = World::start().await;
    let person = world.stakeholder("Idriss Kara", "individual").await;
    let record = pb::RecordInfluenceStrategyRequest {
        stakeholder_id: person.id,
        dimension: "attitude".to_owned(),
        aim: Some(cpas_proto::common::v1::Text::of("Trusts the committee", "")),
        lever: "enhance_knowledge".to_owned(),
        owner_section: "Civil Affairs".to_owned(),
        ..Default::default()
    };
    let made = world.r#as(Role::Adviser).record_influence_strategy(record).await.expect("recorded").into_inner();
    let told = told(&mut world, 2).await;
    let strategies: Vec<_> =
        of::<pb::InfluenceStrategyRecorded>(&told).into_iter().map(|(rank, event)| (rank, event.strategy)).collect();
    assert_eq!(strategies, [(Classification::Confidential, Some(made))]);
}
