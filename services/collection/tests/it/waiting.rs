//! What waits for somebody, counted: the same as looking at every observation.

use std::collections::BTreeMap;

use chassis::Code;
use cpas_proto::{collection::v1 as pb, words::Role};

use crate::world::*;

async fn counted(world: &World, most: u32) -> BTreeMap<String, u32> {
    let service = service_in(&world.stage.mission);
    let told = done(world.of(&service).count_waiting(pb::CountWaitingRequest { most }).await);
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for one in told.counts {
        *counts.entry(one.state).or_default() += one.observations;
    }
    counts
}

/// By looking at each.
async fn looked_at(world: &World) -> BTreeMap<String, u32> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for state in ["draft", "submitted", "verified"] {
        let asked = pb::ListObservationsRequest { state: state.to_owned(), page_size: 500, ..Default::default() };
        let found = done(world.coordinator().list_observations(asked).await).observations;
        let waits = found.iter().filter(|one| one.superseded_by.is_empty()).count();
        if waits > 0 {
            counts.insert(state.to_owned(), waits.try_into().expect("few"));
        }
    }
    counts
}

#[tokio::test]
async fn what_waits_is_what_stands_in_a_state_and_was_not_superseded() {
    let world = World::start().await;
    let focal = world.caller(Role::FocalPoint);
    assert!(counted(&world, 500).await.is_empty());
    let mut drafts = Vec::new();
    for month in 1..=6 {
        drafts.push(world.entered(&focal, "A1", &format!("2024-{month:02}"), f64::from(month)).await);
    }
    // A file, submitted as it is taken in: recorded in that state, without a step.
    let batch =
        world.preview("indicator,area,period,value\nOC-CIVDEATHS,A2,2024-01,3\nOC-CIVDEATHS,A2,2024-02,4\n").await;
    done(world.coordinator().commit_import(commit(&batch, true)).await);
    let checked = async |what: &str| {
        let counts = counted(&world, 500).await;
        assert_eq!(counts, looked_at(&world).await, "{what}");
        counts
    };
    let start = checked("at first").await;
    assert_eq!(start.get("draft"), Some(&6));
    let ids: Vec<&pb::Observation> = drafts.iter().collect();
    done(world.of(&focal).submit_observations(these(&ids[..4])).await);
    checked("submitted").await;
    let verifier = world.caller(Role::Verifier);
    let verifier = chassis::Caller { account: uuid::Uuid::from_u128(77), ..verifier };
    done(world.of(&verifier).verify_observations(these(&ids[..2])).await);
    checked("verified").await;
    done(world.of(&verifier).return_observations(because(these(&ids[2..3]), "Look again")).await);
    checked("returned").await;
    let head = chassis::Caller { account: uuid::Uuid::from_u128(78), ..world.caller(Role::ComponentHead) };
    done(world.of(&head).approve_observations(these(&ids[..1])).await);
    let end = checked("approved").await;
    assert_eq!((end.get("draft"), end.get("verified")), (Some(&2), Some(&1)), "{end:?}");
    // Corrected: the first of the two waits for nobody any more.
    let last = done(world.coordinator().get_observation(pb::GetObservationRequest { id: drafts[4].id.clone() }).await);
    done(world.of(&focal).correct_observation(correct(&last.observation.expect("it"), 50.0)).await);
    assert_eq!(checked("corrected").await.get("draft"), Some(&2));
    assert!(counted(&world, 1).await.values().all(|count| *count == 1), "up to the bound");
    expect_code(world.coordinator().count_waiting(pb::CountWaitingRequest { most: 1 }).await, Code::Denied);
}
