//! What changed since the assessment before: of what was finalized, as it was frozen, as far as it is seen.

use chassis::Code;
use cpas_proto::{
    assessment::v1 as pb,
    words::{Classification, Role},
};

use crate::world::*;

pub async fn finalized(world: &World, of: pb::Assessment) -> pb::Assessment {
    let of = world.reviewed(of).await;
    done(world.leadership().finalize_assessment(moved(&of)).await)
}

fn since(of: &pb::Assessment) -> pb::ListChangesSinceRequest {
    pb::ListChangesSinceRequest { assessment_id: of.id.clone() }
}

#[tokio::test]
async fn the_last_finalized_assessment_of_the_kind_is_compared_as_both_were_frozen() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    let failure = refused(world.coordinator().list_changes_since(since(&scheduled)).await);
    assert_eq!(failure.code, Code::Conflict);
    assert!(failure.message.contains("freeze it first"), "{failure}");

    let first = done(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    let nothing = done(world.coordinator().list_changes_since(since(&first)).await);
    assert_eq!((nothing.earlier, nothing.count), (None, 0), "there is none before it");
    let proposed = world.proposed(&first).await;
    done(world.leadership().decide_recommendation(decide(&proposed, "accepted", "")).await);
    let first = finalized(&world, first).await;

    // 2023 is corrected, 2024 is worse; the secret one falls.
    {
        let mut held = world.neighbours.held();
        let years = |values: [f64; 5]| (2020..).zip(values.map(Some)).collect::<Vec<_>>();
        held.series[0].parts[0] = part("", &years([500.0, 430.0, 380.0, 450.0, 490.0]));
        held.series[1].parts[0] = part("", &years([5.0, 4.0, 3.0, 2.0, 1.0]));
    }
    let second = world.frozen().await;
    let all = done(world.coordinator().list_changes_since(since(&second)).await);
    assert_eq!(all.earlier.as_ref().map(|one| one.id.as_str()), Some(first.id.as_str()));
    let told: Vec<(&str, &str, &str, &str)> = all
        .changes
        .iter()
        .map(|one| (one.what.as_str(), one.indicator_code.as_str(), one.before.as_str(), one.after.as_str()))
        .collect();
    assert!(told.contains(&("status", DEATHS, "on_track", "off_track")), "{told:?}");
    assert!(told.contains(&("corrected", DEATHS, "", "")), "{told:?}");
    assert!(told.contains(&("trend", SECRET, "improving", "worsening")), "{told:?}");
    assert!(told.contains(&("recommendation", "", "", "accepted")), "{told:?}");
    let key = |one: &pb::ChangeSince| (!one.area.is_empty(), std::cmp::Reverse(one.importance));
    assert!(all.changes.windows(2).all(|pair| key(&pair[0]) <= key(&pair[1])), "{told:?}");
    assert_eq!(all.count as usize, all.changes.len());

    // What one may not see is not told, nor counted.
    let open = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    let seen = done(world.client(&open).list_changes_since(since(&second)).await);
    assert!(seen.changes.iter().all(|one| one.indicator_code != SECRET), "{seen:?}");
    assert!(seen.count < all.count);

    // What comes later changes nothing of it.
    let progress = pb::ProgressRecommendationRequest {
        id: proposed.id.clone(),
        version: 2,
        to: "in_progress".to_owned(),
        ..Default::default()
    };
    done(world.coordinator().progress_recommendation(progress).await);
    world.neighbours.held().series.clear();
    assert_eq!(done(world.coordinator().list_changes_since(since(&second)).await), all);

    let stranger = world.client(&world.stranger(Role::Coordinator)).list_changes_since(since(&second)).await;
    assert_eq!(refused(stranger).code, Code::NotFound);
}
