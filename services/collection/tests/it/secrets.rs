//! What a caller may not see, they cannot count, infer or collide with.

use chassis::Code;
use cpas_collection::domain::definition::Definition;
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::*;

#[tokio::test]
async fn a_secret_value_is_not_counted_nor_collided_with() {
    let world = World::start().await;
    let insider = world.caller(Role::FocalPoint);
    let outsider = world.cleared(Role::FocalPoint, Classification::Unclassified);
    let mut secret = enter("OC-CIVDEATHS", "A1", "2024-01", 99.0);
    secret.observation.as_mut().expect("it").classification = "confidential".to_owned();
    let too_high = expect_code(world.of(&outsider).enter_observation(secret.clone()).await, Code::Invalid);
    assert_eq!(too_high.violations[0].field, "classification");
    let secret = done(world.of(&insider).enter_observation(secret).await);
    done(world.of(&insider).submit_observations(these(&[&secret])).await);

    // The same cell is free for those who do not know: a refusal would tell them.
    let open = done(world.of(&outsider).enter_observation(enter("OC-CIVDEATHS", "A1", "2024-01", 3.0)).await);
    done(world.of(&outsider).submit_observations(these(&[&open])).await);
    let request = || series_of("OC-CIVDEATHS", &["A1"], "");
    let seen = done(world.of(&outsider).get_series(request()).await);
    assert_eq!((seen.parts[0].points[0].value, seen.parts[0].points[0].observations), (Some(3.0), 1));
    assert_eq!(seen.classification, "unclassified");
    let known = done(world.of(&insider).get_series(request()).await);
    assert_eq!(known.parts[0].points[0].value, Some(99.0), "one of them, never both added");
    assert_eq!(known.classification, "confidential");

    let listed = done(world.of(&outsider).list_observations(pb::ListObservationsRequest::default()).await).observations;
    assert_eq!(listed.iter().map(|own| &own.id).collect::<Vec<_>>(), [&open.id]);
    let get = pb::GetObservationRequest { id: secret.id.clone() };
    let hidden = expect_code(world.of(&outsider).get_observation(get).await, Code::NotFound);
    let never = pb::GetObservationRequest { id: Uuid::new_v4().to_string() };
    assert_eq!(hidden.message, refused(world.of(&outsider).get_observation(never).await).message);
    let moved = done(world.of(&outsider).submit_observations(these(&[&secret])).await);
    assert_eq!(moved.not_moved[0].reason, "There is no observation under this id.");
}

#[tokio::test]
async fn a_secret_indicator_is_as_one_that_does_not_exist() {
    let world = World::start().await;
    let hidden = Definition {
        id: Uuid::from_u128(0xD9),
        code: "CX-INFORMANTS".to_owned(),
        classification: Classification::StrictlyConfidential,
        ..deaths()
    };
    world.indicator(&hidden).await;
    let text = "indicator,area,period,value\nCX-INFORMANTS,A1,2024-01,5\nOC-CIVDEATHS,A1,2024-01,1\n";
    let batch = world.import(text).await;
    assert_eq!(batch.rows_added, 2);

    let outsider = world.cleared(Role::Coordinator, Classification::Confidential);
    let mut client = world.of(&outsider);
    let failure = expect_code(client.get_series(series_of("CX-INFORMANTS", &[], "")).await, Code::NotFound);
    let never = refused(client.get_series(series_of("CX-NEVER", &[], "")).await);
    assert_eq!(failure.message, never.message);
    assert_eq!(done(client.list_observations(pb::ListObservationsRequest::default()).await).observations.len(), 1);
    assert_eq!(
        done(client.list_imports(pb::ListImportsRequest::default()).await).batches,
        vec![],
        "a batch is as secret as its rows"
    );
    expect_code(client.get_import(pb::GetImportRequest { id: batch.id.clone() }).await, Code::NotFound);
    let preview = preview(&mut client, text.as_bytes(), &[]).await.expect("a preview");
    assert_eq!((preview.rows_rejected, preview.rows_unchanged), (1, 1));
    assert_eq!(preview.rejected[0].reason, "The mission has no indicator \"CX-INFORMANTS\".");
    assert!(preview.warnings.is_empty(), "not even that somebody sent the file: {:?}", preview.warnings);
}
