//! Members of one mission see nothing of another, and are answered as if it did not exist.

use chassis::{Caller, Code, testing};
use cpas_proto::{collection::v1 as pb, words::Role};

use crate::world::*;

#[tokio::test]
async fn another_missions_things_do_not_exist() {
    let world = World::start().await;
    let draft = world.entered(&world.caller(Role::FocalPoint), "A1", "2024-01", 5.0).await;
    done(world.r#as(Role::FocalPoint).submit_observations(these(&[&draft])).await);
    let batch = world.import("indicator,area,period,value\nOC-CIVDEATHS,B,2024-01,1\n").await;
    let waiting = world.preview("indicator,area,period,value\nOC-CIVDEATHS,B,2024-02,1\n").await;

    let mission = testing::mission("UNMID");
    let stranger = |role| Caller { mission: Some(mission.clone()), ..world.caller(role) };
    let mut coordinator = world.of(&stranger(Role::Coordinator));
    let id = draft.id.clone();
    expect_code(coordinator.get_observation(pb::GetObservationRequest { id }).await, Code::NotFound);
    expect_code(coordinator.correct_observation(correct(&draft, 1.0)).await, Code::NotFound);
    expect_code(coordinator.get_import(pb::GetImportRequest { id: batch.id.clone() }).await, Code::NotFound);
    expect_code(coordinator.commit_import(commit(&waiting, true)).await, Code::NotFound);
    expect_code(coordinator.reverse_import(reverse(&batch, "mischief")).await, Code::NotFound);
    let download = pb::DownloadRejectedRequest { id: batch.id.clone(), ..Default::default() };
    expect_code(coordinator.download_rejected(download).await, Code::NotFound);
    expect_code(coordinator.get_series(series_of("OC-CIVDEATHS", &[], "")).await, Code::NotFound);
    let moved = done(world.of(&stranger(Role::Verifier)).verify_observations(these(&[&draft])).await);
    assert_eq!(moved.not_moved[0].reason, "There is no observation under this id.");
    assert_eq!(done(coordinator.list_observations(pb::ListObservationsRequest::default()).await).observations, vec![]);
    assert_eq!(done(coordinator.list_imports(pb::ListImportsRequest::default()).await).batches, vec![]);
    let whole = pb::MoveObservationsRequest { batch_id: batch.id, ..Default::default() };
    expect_code(world.of(&stranger(Role::Verifier)).verify_observations(whole).await, Code::NotFound);

    // The same codes in their own mission are their own.
    world.indicator_in(&mission, &deaths(), 1).await;
    let text = "indicator,period,value\nOC-CIVDEATHS,2024-01,77\n";
    let own = preview(&mut coordinator, text.as_bytes(), &[]).await.expect("a preview");
    done(coordinator.commit_import(commit(&own, true)).await);
    let theirs = done(coordinator.get_series(series_of("OC-CIVDEATHS", &[], "")).await);
    assert_eq!(theirs.parts[0].points[0].value, Some(77.0));
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await[0].1, Some(6.0));
}
