//! What the service tells, on the real stream.

use chassis::{Inbound, testing::eventually};
use cpas_proto::assessment::v1 as pb;
use prost::Name as _;

use crate::world::*;

#[tokio::test]
async fn every_step_of_the_loop_is_told_in_order() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    let accepted = done(world.leadership().decide_recommendation(decide(&proposed, "accepted", "Yes")).await);

    let (bus, mission) = (world.stage.bus.clone(), world.stage.mission.id);
    let heard = || async { bus.replay(mission).await.unwrap_or_default() };
    eventually("all is told", || async { heard().await.len() >= 8 }).await;
    let events: Vec<Inbound> = heard().await;
    let subjects: Vec<String> =
        events.iter().map(|event| event.subject.trim_end_matches(&format!(".{mission}")).to_owned()).collect();
    assert_eq!(
        subjects,
        [
            "cpas.assessment.assessment.recorded",
            "cpas.assessment.assessment.recorded",
            "cpas.assessment.analyses.computed",
            "cpas.assessment.analyses.computed",
            "cpas.assessment.finding.recorded",
            "cpas.assessment.recommendation.recorded",
            "cpas.assessment.recommendation.recorded",
            "cpas.assessment.decision.taken",
        ]
    );
    let told = events[6].decode::<pb::RecommendationRecorded>().expect("its message").recommendation;
    assert_eq!(told, Some(accepted), "with all that planning needs to open a change");
    assert_eq!(events[7].kind, pb::DecisionTaken::full_name());
    let computed = events[2].decode::<pb::AnalysesComputed>().expect("its message");
    assert_eq!((computed.assessment_id, computed.analyses.len()), (frozen.id, 3));
}
