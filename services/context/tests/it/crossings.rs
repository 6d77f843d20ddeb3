//! Two callers at once on what the mission knows of places and people: one is first, the other is told, and what
//! one has read is not taken away under the other.

use chassis::{Code, Failure, Tx, testing::eventually};
use cpas_proto::{context::v1 as pb, words::Role};
use serde::de::DeserializeOwned;
use tonic::{Response, Status};
use uuid::Uuid;

use crate::{
    lineage::{codes, part, split, world},
    mapping::set,
    merging::{get, merging},
    network::relation,
    world::{World, evidence, keyed, map, stakeholder, texts},
};

/// What won; the loser was told the version that is stored now, and what it says.
#[track_caller]
fn one_wins<T: DeserializeOwned + PartialEq + std::fmt::Debug>(
    left: Result<Response<T>, Status>,
    right: Result<Response<T>, Status>,
    version: impl Fn(&T) -> i64,
) -> T {
    let (won, lost) = match (left, right) {
        (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won.into_inner(), Failure::from(lost)),
        (left, right) => panic!("one of the two wins: {left:?}, {right:?}"),
    };
    assert_eq!(lost.code, Code::Stale, "{lost}");
    let (stored, json) = lost.current.expect("what is stored");
    assert_eq!(stored, version(&won));
    assert_eq!(serde_json::from_str::<T>(&json).expect("the record"), won);
    won
}

/// How many events of a kind tell of a record.
async fn told<M: prost::Name>(world: &World, record: &str) -> i64 {
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    sqlx::query_scalar("SELECT count(*) FROM chassis.outbox WHERE kind = $1 AND record_id = $2")
        .bind(M::full_name())
        .bind(record)
        .fetch_one(&mut *tx)
        .await
        .expect("the outbox")
}

/// Somebody else's transaction, which holds up whoever writes a table, while all go on reading.
async fn held(world: &World, lock: &'static str) -> Tx {
    let mut tx = world.stage.db.begin(&world.caller(Role::Service)).await.expect("a transaction");
    sqlx::query(lock).execute(&mut *tx).await.expect("a lock");
    tx
}

/// How many wait for a lock in this database.
async fn waiting(world: &World) -> i64 {
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    sqlx::query_scalar(
        "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) \
         WHERE NOT granted AND datname = current_database()",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("a count")
}

async fn changes(world: &World) -> Vec<pb::AreaChange> {
    let request = pb::ListAreaChangesRequest {};
    world.r#as(Role::Reader).list_area_changes(request).await.expect("a list").into_inner().changes
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_is_split_or_merged_by_one_of_two_and_taken_back_once() {
    let world = world().await;
    let (mut one, mut two) = (world.r#as(Role::Coordinator), world.r#as(Role::Coordinator));
    let merge = pb::MergeAreasRequest {
        codes: texts(&["N", "S"]),
        date: "2024-07-01".to_owned(),
        into: Some(part("NS", None)),
        ..Default::default()
    };
    let (left, right) = tokio::join!(one.split_area(split("S", &["S1", "S2"])), two.merge_areas(merge));
    let lost = match (&left, &right) {
        (Ok(_), Err(lost)) | (Err(lost), Ok(_)) => Failure::from(lost.clone()),
        other => panic!("what ended is over: {other:?}"),
    };
    assert_eq!(lost.code, Code::Invalid, "{lost}");
    let [change] = &changes(&world).await[..] else { panic!("one change") };
    let there = codes(&world, "2024-07-01").await;
    assert_eq!(there.contains(&"NS in C".to_owned()), change.kind == "merge", "{there:?}");
    assert_eq!(there.contains(&"S1 in C".to_owned()), change.kind == "split", "{there:?}");
    assert!(!there.contains(&"S in C".to_owned()), "it ended the day before: {there:?}");

    let undo = pb::UndoAreaChangeRequest { id: change.id.clone(), version: change.version };
    let (left, right) = tokio::join!(one.undo_area_change(undo.clone()), two.undo_area_change(undo));
    let undone = one_wins(left, right, |change: &pb::AreaChange| change.version);
    assert!(undone.undone);
    assert_eq!(codes(&world, "2024-07-01").await, ["C", "N in C", "S in C", "N9 in N"], "all is as before");
    assert_eq!(told::<pb::AreaChangeRecorded>(&world, &change.id).await, 2, "recorded once, taken back once");

    let part_of = |code: &str| split("S", &[&format!("{code}1"), &format!("{code}2")]);
    let (left, right) = tokio::join!(one.split_area(part_of("A")), two.split_area(part_of("B")));
    assert!(left.is_ok() != right.is_ok(), "one of the two: {left:?}, {right:?}");
    assert_eq!(codes(&world, "2024-07-01").await.len(), 5, "C, N, N9 and two parts");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_that_somebody_is_naming_is_not_taken_back() {
    for table in ["LOCK TABLE stakeholder IN SHARE MODE", "LOCK TABLE context_map IN SHARE MODE"] {
        let world = world().await;
        let mut client = world.r#as(Role::Coordinator);
        let change = client.split_area(split("S", &["S1", "S2"])).await.expect("a split").into_inner();
        let undo = pb::UndoAreaChangeRequest { id: change.id, version: change.version };
        let (mut register, mut draft) = (world.r#as(Role::Coordinator), world.r#as(Role::Coordinator));
        let elders = pb::RegisterStakeholderRequest { areas: texts(&["S1"]), ..stakeholder("Elders", "community") };
        let south = pb::DraftContextMapRequest { areas: texts(&["S1"]), ..map("The south") };
        let holder = held(&world, table).await;
        let is_undone = || async { changes(&world).await[0].undone };
        let (named, undone, ()) = tokio::join!(
            async {
                match table.contains("stakeholder") {
                    true => register.register_stakeholder(elders).await.map(drop),
                    false => draft.draft_context_map(south).await.map(drop),
                }
            },
            async {
                eventually("somebody is naming it", || async { waiting(&world).await >= 1 }).await;
                client.undo_area_change(undo).await.map(drop)
            },
            async {
                let done = || async { waiting(&world).await >= 2 || is_undone().await };
                eventually("both came as far as they could", done).await;
                drop(holder);
            }
        );
        named.expect("the area was there");
        assert_eq!(undone.map_err(|status| Failure::from(status).code), Err(Code::Conflict), "{table}");
        assert!(!is_undone().await && codes(&world, "2024-07-01").await.contains(&"S1 in C".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relation_is_ended_and_a_merge_undone_by_one_of_two() {
    let world = World::start().await;
    let (front, elders) =
        (world.stakeholder("Front", "armed_group").await, world.stakeholder("Elders", "community").await);
    let (mut one, mut two) = (world.r#as(Role::Adviser), world.r#as(Role::Coordinator));
    let set = relation(&front, &elders, "funds", "2024-01-01");
    let tie = one.set_stakeholder_relation(set.clone()).await.expect("a relation").into_inner();
    let end = |until: &str| pb::EndStakeholderRelationRequest {
        id: tie.id.clone(),
        version: tie.version,
        until: until.to_owned(),
    };
    let (left, right) =
        tokio::join!(one.end_stakeholder_relation(end("2024-03-01")), two.end_stakeholder_relation(end("2024-04-01")));
    let ended = one_wins(left, right, |tie: &pb::StakeholderRelation| tie.version);
    let corrected = |strength: u32| pb::SetStakeholderRelationRequest {
        id: tie.id.clone(),
        version: ended.version,
        strength,
        until: ended.until.clone(),
        ..set.clone()
    };
    let (left, right) =
        tokio::join!(one.set_stakeholder_relation(corrected(1)), two.set_stakeholder_relation(corrected(3)));
    let last = one_wins(left, right, |tie: &pb::StakeholderRelation| tie.version);
    assert_eq!(last.version, 3);
    assert_eq!(told::<pb::StakeholderRelationRecorded>(&world, &tie.id).await, 3);

    two.merge_stakeholders(merging(&front, &elders)).await.expect("merged");
    let gone = get(&world, &elders.id).await.stakeholder.expect("merged");
    let undo = pb::UndoStakeholderMergeRequest { id: gone.id.clone(), version: gone.version };
    let (left, right) = tokio::join!(one.undo_stakeholder_merge(undo.clone()), two.undo_stakeholder_merge(undo));
    let alone = one_wins(left, right, |one: &pb::Stakeholder| one.version);
    assert_eq!((alone.merged_into.as_str(), alone.version), ("", gone.version + 1));
    assert_eq!(told::<pb::StakeholderRecorded>(&world, &elders.id).await, alone.version, "each version once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interval_is_set_by_one_of_two() {
    let world = World::start().await;
    let (mut one, mut two) = (world.r#as(Role::Coordinator), world.r#as(Role::Coordinator));
    for seen in 0..3 {
        let (left, right) =
            tokio::join!(one.set_mapping_schedule(set(3, seen)), two.set_mapping_schedule(set(12, seen)));
        let stored = one_wins(left, right, |schedule: &pb::MappingSchedule| schedule.version);
        assert_eq!(stored.version, seen + 1);
    }
    assert_eq!(told::<pb::MappingScheduleRecorded>(&world, &world.stage.mission.id.to_string()).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_twice_at_once_under_one_key_is_recorded_once() {
    let world = World::start().await;
    let adviser = world.caller(Role::Adviser);
    let (mut one, mut two) = (world.of(&adviser), world.of(&adviser));
    let key = Uuid::new_v4();
    let (left, right) = tokio::join!(
        one.record_evidence(keyed(evidence("Minutes"), key)),
        two.record_evidence(keyed(evidence("Minutes"), key))
    );
    let recorded: Vec<pb::Evidence> = [left, right].into_iter().flatten().map(Response::into_inner).collect();
    let listed = one.list_evidence(pb::ListEvidenceRequest::default()).await.expect("a list").into_inner().evidence;
    assert_eq!(listed.len(), 1);
    assert!(!recorded.is_empty() && recorded.iter().all(|evidence| *evidence == listed[0]), "{recorded:?}");
    assert_eq!(told::<pb::EvidenceRecorded>(&world, &listed[0].id).await, 1);
}
