//! Every RPC by every role, and how far a role reaches.

use chassis::{Caller, Code, Failure};
use cpas_proto::{
    context::v1 as pb,
    policy,
    words::{MissionState, Role},
};
use tonic::{Response, Status};

use crate::world::{Client, Refused, World, factor, map, set_factor, stakeholder, texts};

type Outcome = (&'static str, Option<Code>);

fn code<T>(answer: Result<Response<T>, Status>) -> Option<Code> {
    answer.err().map(|status| Failure::from(status).code)
}

/// Calls every RPC with an empty message; what comes back is refused for the role, or for being empty.
async fn every_call(mut client: Client) -> Vec<Outcome> {
    macro_rules! calls {
        ($($method:ident $name:literal $request:ident,)+) => {
            vec![$(($name, code(client.$method(pb::$request::default()).await))),+]
        };
    }
    let empty = tokio_stream::iter([pb::RecordEvidenceFileRequest::default()]);
    let file = ("RecordEvidenceFile", code(client.record_evidence_file(empty).await));
    let mut outcomes = calls! {
        import_areas "ImportAreas" ImportAreasRequest,
        list_areas "ListAreas" ListAreasRequest,
        find_areas "FindAreas" FindAreasRequest,
        split_area "SplitArea" SplitAreaRequest,
        merge_areas "MergeAreas" MergeAreasRequest,
        undo_area_change "UndoAreaChange" UndoAreaChangeRequest,
        list_area_changes "ListAreaChanges" ListAreaChangesRequest,
        draft_context_map "DraftContextMap" DraftContextMapRequest,
        revise_context_map "ReviseContextMap" ReviseContextMapRequest,
        get_context_map "GetContextMap" GetContextMapRequest,
        list_context_maps "ListContextMaps" ListContextMapsRequest,
        set_context_factor "SetContextFactor" SetContextFactorRequest,
        remove_context_factor "RemoveContextFactor" RemoveContextFactorRequest,
        review_context_map "ReviewContextMap" MoveContextMapRequest,
        publish_context_map "PublishContextMap" MoveContextMapRequest,
        draft_next_context_map "DraftNextContextMap" DraftNextContextMapRequest,
        compare_context_maps "CompareContextMaps" CompareContextMapsRequest,
        get_mapping_schedule "GetMappingSchedule" GetMappingScheduleRequest,
        set_mapping_schedule "SetMappingSchedule" SetMappingScheduleRequest,
        record_evidence "RecordEvidence" RecordEvidenceRequest,
        list_evidence "ListEvidence" ListEvidenceRequest,
        register_stakeholder "RegisterStakeholder" RegisterStakeholderRequest,
        revise_stakeholder "ReviseStakeholder" ReviseStakeholderRequest,
        get_stakeholder "GetStakeholder" GetStakeholderRequest,
        list_stakeholders "ListStakeholders" ListStakeholdersRequest,
        merge_stakeholders "MergeStakeholders" MergeStakeholdersRequest,
        undo_stakeholder_merge "UndoStakeholderMerge" UndoStakeholderMergeRequest,
        assess_stakeholder "AssessStakeholder" AssessStakeholderRequest,
        get_stakeholder_grid "GetStakeholderGrid" GetStakeholderGridRequest,
        set_stakeholder_relation "SetStakeholderRelation" SetStakeholderRelationRequest,
        end_stakeholder_relation "EndStakeholderRelation" EndStakeholderRelationRequest,
        list_stakeholder_relations "ListStakeholderRelations" ListStakeholderRelationsRequest,
        get_stakeholder_network "GetStakeholderNetwork" GetStakeholderNetworkRequest,
        record_influence_strategy "RecordInfluenceStrategy" RecordInfluenceStrategyRequest,
        revise_influence_strategy "ReviseInfluenceStrategy" ReviseInfluenceStrategyRequest,
        list_influence_strategies "ListInfluenceStrategies" ListInfluenceStrategiesRequest,
        download_evidence_file "DownloadEvidenceFile" DownloadEvidenceFileRequest,
        list_evidence_uses "ListEvidenceUses" ListEvidenceUsesRequest,
    };
    outcomes.push(file);
    outcomes
}

#[tokio::test]
async fn every_rpc_is_refused_to_every_role_that_has_no_right_to_it() {
    let world = World::start().await;
    let service = "/cpas.context.v1.ContextService/";
    let rules = policy::RULES.iter().filter(|rule| rule.method.starts_with(service)).count();
    for role in Role::ALL {
        let outcomes = every_call(world.r#as(*role)).await;
        assert_eq!(outcomes.len(), rules, "every RPC is called");
        for (method, outcome) in outcomes {
            let rule = policy::rule(&format!("{service}{method}")).expect("a rule");
            // Headquarters loads into closed missions only; this one is open.
            let admitted = rule.admits([*role]) && !(method == "ImportAreas" && *role == Role::HqAnalyst);
            assert_eq!(outcome == Some(Code::Denied), !admitted, "{method} by {role}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_closed_mission_is_read_and_loaded_by_headquarters_but_not_changed() {
    let world = World::start().await;
    let closed = |role: Role| {
        let mut caller = world.caller(role);
        caller.mission.as_mut().expect("a mission").state = MissionState::Closed;
        caller
    };
    world
        .of(&closed(Role::Coordinator))
        .register_stakeholder(stakeholder("Late", "community"))
        .await
        .refused_as(Code::Denied);
    world.of(&closed(Role::Coordinator)).list_areas(pb::ListAreasRequest::default()).await.expect("read");
    let file = crate::world::import(&[crate::world::square("CF1", serde_json::json!({}), 0.0)]);
    world.of(&closed(Role::Coordinator)).import_areas(file.clone()).await.refused_as(Code::Denied);
    world.of(&closed(Role::HqAnalyst)).import_areas(file).await.expect("a historical load");
}

#[tokio::test]
async fn a_role_held_to_an_area_writes_there_and_in_what_lies_in_it() {
    let world = World::start().await;
    let square = crate::world::square;
    let file = crate::world::import(&[
        square("CF1", serde_json::json!({}), 0.0),
        square("CF11", serde_json::json!({"parent": "CF1"}), 0.0),
        square("CF2", serde_json::json!({}), 2.0),
    ]);
    world.r#as(Role::Coordinator).import_areas(file.clone()).await.expect("areas");
    let held = world.held_to(Role::Contributor, &["CF1"]);
    let register = |name: &str, areas: &[&str]| pb::RegisterStakeholderRequest {
        areas: texts(areas),
        ..stakeholder(name, "community")
    };
    world.of(&held).register_stakeholder(register("Inside", &["CF1", "CF11"])).await.expect("in reach");
    for (name, areas, says) in [("Outside", &["CF2"][..], "not CF2"), ("Everywhere", &[], "the whole mission")] {
        let failure = world.of(&held).register_stakeholder(register(name, areas)).await.refused_as(Code::Denied);
        assert!(failure.message.contains(says), "{failure}");
    }
    let outside = world
        .r#as(Role::Coordinator)
        .register_stakeholder(register("Outside", &["CF2"]))
        .await
        .expect("theirs")
        .into_inner();
    let assess = crate::world::assessment(&outside.id, "2024-01-01", 3, 0);
    world.of(&held).assess_stakeholder(assess).await.refused_as(Code::Denied);

    let whole = world.draft(&world.caller(Role::Contributor)).await;
    let here = pb::ContextFactor { areas: texts(&["CF11"]), ..factor("Raids", &[]) };
    let there = pb::ContextFactor { areas: texts(&["CF2"]), ..factor("Raids", &[]) };
    world.of(&held).set_context_factor(set_factor(&whole, there)).await.refused_as(Code::Denied);
    world.of(&held).set_context_factor(set_factor(&whole, here)).await.expect("a factor of its own area");
    world.of(&held).draft_context_map(map("Everything")).await.refused_as(Code::Denied);
    let coordinator: Caller = world.held_to(Role::Coordinator, &["CF1"]);
    world.of(&coordinator).import_areas(file).await.refused_as(Code::Denied);
}
