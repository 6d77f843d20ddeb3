//! Two records that are one stakeholder: merged, read as one, and taken apart again.

use chassis::{Caller, Code};
use cpas_proto::{
    common::v1::Text,
    context::v1 as pb,
    words::{Classification, Role},
};

use crate::world::{Refused, World, assessment, fields, revision, stakeholder, texts};

pub fn merging(kept: &pb::Stakeholder, gone: &pb::Stakeholder) -> pb::MergeStakeholdersRequest {
    pb::MergeStakeholdersRequest {
        id: kept.id.clone(),
        version: kept.version,
        other_id: gone.id.clone(),
        other_version: gone.version,
    }
}

async fn merge(world: &World, kept: &pb::Stakeholder, gone: &pb::Stakeholder) -> pb::Stakeholder {
    world.r#as(Role::Coordinator).merge_stakeholders(merging(kept, gone)).await.expect("merged").into_inner()
}

async fn undo(world: &World, gone: &pb::Stakeholder) -> pb::Stakeholder {
    let request = pb::UndoStakeholderMergeRequest { id: gone.id.clone(), version: gone.version };
    world.r#as(Role::Coordinator).undo_stakeholder_merge(request).await.expect("undone").into_inner()
}

pub async fn get(world: &World, id: &str) -> pb::GetStakeholderResponse {
    let request = pb::GetStakeholderRequest { id: id.to_owned() };
    world.r#as(Role::Coordinator).get_stakeholder(request).await.expect("a stakeholder").into_inner()
}

async fn relate(world: &World, from: &pb::Stakeholder, to: &pb::Stakeholder, kind: &str) {
    let request = pb::SetStakeholderRelationRequest {
        from_id: from.id.clone(),
        to_id: to.id.clone(),
        kind: kind.to_owned(),
        strength: 2,
        from: "2024-01-01".to_owned(),
        ..Default::default()
    };
    world.r#as(Role::Adviser).set_stakeholder_relation(request).await.expect("a relation");
}

async fn seek(world: &World, of: &pb::Stakeholder, dimension: &str) {
    let request = pb::RecordInfluenceStrategyRequest {
        stakeholder_id: of.id.clone(),
        dimension: dimension.to_owned(),
        aim: Some(Text::of("Lifts its roadblocks", "")),
        lever: "good_offices".to_owned(),
        owner_section: "Political Affairs".to_owned(),
        ..Default::default()
    };
    world.r#as(Role::Adviser).record_influence_strategy(request).await.expect("a strategy");
}

/// Everything that a caller reads of the register, without versions.
#[derive(Debug, Clone, PartialEq)]
struct Read {
    stakeholders: Vec<pb::Stakeholder>,
    grid: pb::StakeholderGrid,
    network: pb::StakeholderNetwork,
    strategies: Vec<pb::ListedStrategy>,
    each: Vec<pb::GetStakeholderResponse>,
}

async fn read(world: &World, caller: &Caller) -> Read {
    let mut client = world.of(caller);
    let list = client.list_stakeholders(pb::ListStakeholdersRequest::default()).await.expect("a list").into_inner();
    let grid = client.get_stakeholder_grid(pb::GetStakeholderGridRequest::default()).await.expect("a grid");
    let network = client.get_stakeholder_network(pb::GetStakeholderNetworkRequest::default()).await.expect("a network");
    let strategies = client.list_influence_strategies(pb::ListInfluenceStrategiesRequest::default()).await;
    let mut each = Vec::new();
    for one in &list.stakeholders {
        let request = pb::GetStakeholderRequest { id: one.id.clone() };
        let mut got = client.get_stakeholder(request).await.expect("one").into_inner();
        got.stakeholder.as_mut().expect("one").version = 0;
        each.push(got);
    }
    let plain = |of: &pb::Stakeholder| pb::Stakeholder { version: 0, ..of.clone() };
    let mut grid = grid.into_inner();
    grid.unassessed = grid.unassessed.iter().map(plain).collect();
    Read {
        stakeholders: list.stakeholders.iter().map(plain).collect(),
        grid,
        network: network.into_inner(),
        strategies: strategies.expect("a list").into_inner().strategies,
        each,
    }
}

struct Scene {
    world: World,
    front: pb::Stakeholder,
    lake: pb::Stakeholder,
    elders: pb::Stakeholder,
}

/// One group under two names, with what was recorded of each, and another one that both have to do with.
async fn scene() -> Scene {
    let world = World::start().await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    let lake = pb::RegisterStakeholderRequest {
        aliases: texts(&["FPL"]),
        ..stakeholder("Front populaire du lac", "armed_group")
    };
    let lake = world.r#as(Role::Coordinator).register_stakeholder(lake).await.expect("registered").into_inner();
    let elders = world.stakeholder("Council of Elders", "community").await;
    world.assess(&front, "2024-01-01", 3, 0).await;
    world.assess(&front, "2024-03-01", 3, -1).await;
    world.assess(&lake, "2024-03-01", 5, 2).await;
    world.assess(&lake, "2024-05-01", 4, -2).await;
    relate(&world, &lake, &elders, "negotiates_with").await;
    relate(&world, &front, &lake, "allied").await;
    seek(&world, &lake, "behaviour").await;
    seek(&world, &front, "attitude").await;
    Scene { world, front, lake, elders }
}

#[tokio::test]
async fn what_was_recorded_of_either_is_read_of_the_one() {
    let Scene { world, front, lake, elders } = scene().await;
    let kept = merge(&world, &front, &lake).await;
    assert_eq!(
        (kept.also_known.clone(), kept.former_ids.clone()),
        (texts(&["Front populaire du lac", "FPL"]), vec![lake.id.clone()])
    );
    let all = read(&world, &world.caller(Role::Coordinator)).await;
    assert_eq!(
        all.stakeholders.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["Council of Elders", "Lake Front"]
    );
    for search in ["fpl", "populaire du"] {
        let request = pb::ListStakeholdersRequest { search: search.to_owned(), ..Default::default() };
        let found = world.r#as(Role::Verifier).list_stakeholders(request).await.expect("a list").into_inner();
        assert_eq!(found.stakeholders.iter().map(|one| &one.id).collect::<Vec<_>>(), [&front.id], "{search}");
    }
    let one = get(&world, &front.id).await;
    let told: Vec<_> = one.assessments.iter().map(|of| (of.as_of.as_str(), of.influence, of.stance)).collect();
    assert_eq!(told, [("2024-05-01", 4, -2), ("2024-03-01", 3, -1), ("2024-01-01", 3, 0)], "of one date its own");
    assert_eq!(one.merged.iter().map(|of| &of.id).collect::<Vec<_>>(), [&lake.id]);
    let [position] = all.grid.positions.as_slice() else { panic!("{:?}", all.grid.positions) };
    assert_eq!((&position.stakeholder_id, position.stance, position.previous_stance), (&front.id, -2, Some(-1)));
    let ties: Vec<_> = all.network.relations.iter().map(|tie| (&tie.from_id, &tie.to_id)).collect();
    assert_eq!(ties, [(&front.id, &elders.id)], "what the two had to do with each other says nothing now");
    let seeks: Vec<_> = all.strategies.iter().map(|one| &one.strategy.as_ref().expect("one").stakeholder_id).collect();
    assert_eq!(seeks, [&front.id, &front.id]);
    let gone = get(&world, &lake.id).await.stakeholder.expect("still there for who has its address");
    assert_eq!((&gone.merged_into, gone.name.as_str()), (&front.id, "Front populaire du lac"));
}

#[tokio::test]
async fn what_is_undone_reads_as_before() {
    let Scene { world, front, lake, elders } = scene().await;
    let caller = world.caller(Role::Coordinator);
    let before = read(&world, &caller).await;
    let kept = merge(&world, &front, &lake).await;
    assert_ne!(read(&world, &caller).await, before);
    let gone = get(&world, &lake.id).await.stakeholder.expect("merged");
    let alone = undo(&world, &gone).await;
    assert_eq!((alone.merged_into.as_str(), alone.version), ("", gone.version + 1));
    assert_eq!(read(&world, &caller).await, before);
    // Three in a row, undone from the first one on.
    let [front, lake, elders] =
        [&front, &lake, &elders].map(|of| of.id.clone()).map(|id| pb::Stakeholder { id, ..kept.clone() });
    let fresh = async |of: &pb::Stakeholder| get(&world, &of.id).await.stakeholder.expect("one");
    merge(&world, &fresh(&front).await, &fresh(&lake).await).await;
    let all = merge(&world, &fresh(&elders).await, &fresh(&front).await).await;
    assert_eq!(all.former_ids.len(), 2);
    undo(&world, &fresh(&lake).await).await;
    undo(&world, &fresh(&front).await).await;
    assert_eq!(read(&world, &caller).await, before);
}

#[tokio::test]
async fn what_was_recorded_meanwhile_stays_with_whom_it_was_recorded_of() {
    let Scene { world, front, lake, .. } = scene().await;
    merge(&world, &front, &lake).await;
    world.assess(&front, "2024-07-01", 5, 1).await;
    let again = assessment(&front.id, "2024-05-01", 1, 1);
    world.r#as(Role::Adviser).assess_stakeholder(again).await.refused_as(Code::Conflict);
    let gone = get(&world, &lake.id).await.stakeholder.expect("merged");
    let refused = world.r#as(Role::Adviser).assess_stakeholder(assessment(&lake.id, "2024-08-01", 1, 1)).await;
    assert!(refused.refused_as(Code::Conflict).message.contains("merged into another"));
    world.r#as(Role::Adviser).revise_stakeholder(revision(&gone)).await.refused_as(Code::Conflict);
    undo(&world, &gone).await;
    let dates = |of: pb::GetStakeholderResponse| of.assessments.into_iter().map(|one| one.as_of).collect::<Vec<_>>();
    assert_eq!(dates(get(&world, &front.id).await), ["2024-07-01", "2024-03-01", "2024-01-01"]);
    assert_eq!(dates(get(&world, &lake.id).await), ["2024-05-01", "2024-03-01"]);
}

#[tokio::test]
async fn a_merge_that_makes_no_sense_is_refused_with_what_to_do() {
    let Scene { world, front, lake, elders } = scene().await;
    let person = world.stakeholder("Idriss Kara", "individual").await;
    let mut coordinator = world.r#as(Role::Coordinator);
    let refused = coordinator.merge_stakeholders(merging(&front, &person)).await.refused_as(Code::Conflict);
    assert!(refused.message.contains("A person and a group"), "{refused}");
    coordinator.merge_stakeholders(merging(&front, &front)).await.refused_as(Code::Conflict);
    let stale = pb::MergeStakeholdersRequest { other_version: 9, ..merging(&front, &lake) };
    coordinator.merge_stakeholders(stale).await.refused_as(Code::Stale);
    let nobody = pb::MergeStakeholdersRequest { other_id: "x".to_owned(), ..merging(&front, &lake) };
    assert_eq!(fields(&coordinator.merge_stakeholders(nobody).await.refused_as(Code::Invalid)), ["other_id"]);
    merge(&world, &front, &lake).await;
    let gone = get(&world, &lake.id).await.stakeholder.expect("merged");
    let refused = coordinator.merge_stakeholders(merging(&elders, &gone)).await.refused_as(Code::Conflict);
    assert!(refused.message.contains("\"Front populaire du lac\" was merged into another"), "{refused}");
    let alone = pb::UndoStakeholderMergeRequest { id: elders.id.clone(), version: elders.version };
    coordinator.undo_stakeholder_merge(alone).await.refused_as(Code::Conflict);
    for role in [Role::Contributor, Role::FocalPoint, Role::Leadership, Role::Reader] {
        world.r#as(role).merge_stakeholders(merging(&front, &elders)).await.refused_as(Code::Denied);
    }
}

#[tokio::test]
async fn two_that_merge_at_once_make_no_circle() {
    let world = World::start().await;
    for round in 0..5 {
        let one = world.stakeholder(&format!("One {round}"), "community").await;
        let two = world.stakeholder(&format!("Two {round}"), "community").await;
        let (mut left, mut right) = (world.r#as(Role::Coordinator), world.r#as(Role::Adviser));
        let (here, there) =
            tokio::join!(left.merge_stakeholders(merging(&one, &two)), right.merge_stakeholders(merging(&two, &one)));
        assert!(here.is_ok() != there.is_ok(), "one of the two: {here:?} {there:?}");
        let lost = if here.is_ok() { there } else { here };
        lost.refused_as(Code::Stale);
    }
    let list = world.r#as(Role::Verifier).list_stakeholders(pb::ListStakeholdersRequest::default()).await;
    assert_eq!(list.expect("a list").into_inner().stakeholders.len(), 5, "each pair is one");
}

#[tokio::test]
async fn what_is_merged_with_somebody_hidden_is_hidden_as_well_and_comes_back() {
    let world = World::start().await;
    let (kara, lion) =
        (world.stakeholder("Idriss Kara", "individual").await, world.stakeholder("Le Lion", "individual").await);
    let open = pb::ReviseStakeholderRequest { classification: "unclassified".to_owned(), ..revision(&kara) };
    let kara = world.r#as(Role::Coordinator).revise_stakeholder(open).await.expect("lowered").into_inner();
    world.assess(&kara, "2024-01-01", 2, 1).await;
    world.assess(&lion, "2024-02-01", 5, -2).await;
    let elders = world.stakeholder("Council of Elders", "community").await;
    relate(&world, &lion, &elders, "influences").await;
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let before = read(&world, &plain).await;
    assert_eq!(before.stakeholders.len(), 2);

    let blind = world.of(&plain).merge_stakeholders(merging(&kara, &lion)).await.refused_as(Code::NotFound);
    let never = pb::MergeStakeholdersRequest { other_id: uuid::Uuid::new_v4().to_string(), ..merging(&kara, &lion) };
    let never = world.of(&plain).merge_stakeholders(never).await.refused_as(Code::NotFound);
    assert_eq!(blind.message, never.message, "the same as of one that never was");

    let kept = merge(&world, &kara, &lion).await;
    assert_eq!(kept.classification, "confidential");
    let hidden = read(&world, &plain).await;
    assert_eq!(hidden.stakeholders.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Council of Elders"]);
    assert_eq!((hidden.grid.positions.len(), hidden.network.stakeholders.len(), hidden.network.unconnected), (0, 0, 1));
    for search in ["lion", "kara"] {
        let request = pb::ListStakeholdersRequest { search: search.to_owned(), ..Default::default() };
        let found = world.of(&plain).list_stakeholders(request).await.expect("a list").into_inner();
        assert_eq!(found.stakeholders, vec![], "{search}");
    }
    for id in [&kara.id, &lion.id] {
        let request = pb::GetStakeholderRequest { id: id.clone() };
        world.of(&plain).get_stakeholder(request).await.refused_as(Code::NotFound);
    }
    let gone = get(&world, &lion.id).await.stakeholder.expect("merged");
    undo(&world, &gone).await;
    assert_eq!(read(&world, &plain).await, before, "what was open is open again, and nothing else");
}

#[tokio::test]
async fn what_is_recorded_while_two_are_one_stays_as_secret_when_they_are_taken_apart() {
    let world = World::start().await;
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let seen = async |one: &pb::Stakeholder| {
        world.of(&plain).get_stakeholder(pb::GetStakeholderRequest { id: one.id.clone() }).await.is_ok()
    };
    let secret = pb::RegisterStakeholderRequest {
        classification: "confidential".to_owned(),
        ..stakeholder("Cell of the Hill", "armed_group")
    };
    let secret = world.r#as(Role::Coordinator).register_stakeholder(secret).await.expect("registered").into_inner();
    let elders = world.stakeholder("Council of Elders", "community").await;
    for what in ["assessed", "related", "revised", ""] {
        let one = world.stakeholder(&format!("Group that is {what}"), "armed_group").await;
        assert!(seen(&one).await);
        let kept = merge(&world, &one, &get(&world, &secret.id).await.stakeholder.expect("it")).await;
        match what {
            "assessed" => world.assess(&kept, "2024-03-01", 3, -1).await,
            "related" => relate(&world, &kept, &elders, "influences").await,
            "revised" => {
                let asked = pb::ReviseStakeholderRequest { classification: String::new(), ..revision(&kept) };
                world.r#as(Role::Coordinator).revise_stakeholder(asked).await.expect("revised");
            }
            _ => {}
        }
        undo(&world, &get(&world, &secret.id).await.stakeholder.expect("merged")).await;
        assert_eq!(
            seen(&one).await,
            what.is_empty(),
            "{what}: what was written as confidential is not opened by an undo"
        );
    }
}
