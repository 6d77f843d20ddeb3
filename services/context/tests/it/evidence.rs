//! Evidence and the admiralty code.

use chassis::Code;
use cpas_proto::{
    context::v1 as pb,
    words::{Classification, Role},
};

use crate::world::{Refused, World, evidence, fields};

#[tokio::test]
async fn evidence_is_recorded_and_listed_the_latest_first() {
    let world = World::start().await;
    let mut client = world.r#as(Role::Adviser);
    let mut recorded = Vec::new();
    for title in ["one", "two", "three"] {
        recorded.push(client.record_evidence(evidence(title)).await.expect("recorded").into_inner());
    }
    recorded.reverse();
    let first = client
        .list_evidence(pb::ListEvidenceRequest { page_size: 2, cursor: String::new() })
        .await
        .expect("a page")
        .into_inner();
    assert_eq!(first.evidence, recorded[..2]);
    let second = client
        .list_evidence(pb::ListEvidenceRequest { page_size: 2, cursor: first.next_cursor })
        .await
        .expect("a page")
        .into_inner();
    assert_eq!((second.evidence.as_slice(), second.next_cursor.as_str()), (&recorded[2..], ""));
    assert_eq!((recorded[0].reliability.as_str(), recorded[0].credibility, recorded[0].version), ("B", 2, 1));
}

#[tokio::test]
async fn what_is_wrong_is_named_field_by_field() {
    let world = World::start().await;
    let bad = pb::RecordEvidenceRequest {
        title: " ".to_owned(),
        source: "two\nlines".to_owned(),
        date: "2024-02-30".to_owned(),
        link: "javascript:alert(1)".to_owned(),
        reliability: "G".to_owned(),
        credibility: 7,
        classification: "secret".to_owned(),
        ..Default::default()
    };
    let failure = world.r#as(Role::Adviser).record_evidence(bad).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["title", "source", "date", "link", "reliability", "credibility", "classification"]);
    let future = pb::RecordEvidenceRequest { date: "2999-01-01".to_owned(), ..evidence("too early") };
    let failure = world.r#as(Role::Adviser).record_evidence(future).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["date"]);
    let failure = world
        .r#as(Role::Adviser)
        .list_evidence(pb::ListEvidenceRequest { page_size: 201, cursor: "?".to_owned() })
        .await;
    assert_eq!(fields(&failure.refused_as(Code::Invalid)), ["page_size", "cursor"]);
}

#[tokio::test]
async fn nobody_records_above_their_clearance_nor_sees_it() {
    let world = World::start().await;
    let secret = world.evidence("confidential").await;
    let plain = world.cleared(Role::Adviser, Classification::Unclassified);
    let above = pb::RecordEvidenceRequest { classification: "confidential".to_owned(), ..evidence("above") };
    let failure = world.of(&plain).record_evidence(above).await.refused_as(Code::Denied);
    assert!(failure.message.contains("your clearance ends at unclassified"), "{failure}");
    let seen =
        |page: pb::ListEvidenceResponse| page.evidence.into_iter().map(|evidence| evidence.id).collect::<Vec<_>>();
    assert_eq!(
        seen(world.of(&plain).list_evidence(pb::ListEvidenceRequest::default()).await.expect("a list").into_inner()),
        Vec::<String>::new()
    );
    let cleared = world.cleared(Role::Adviser, Classification::Confidential);
    assert_eq!(
        seen(world.of(&cleared).list_evidence(pb::ListEvidenceRequest::default()).await.expect("a list").into_inner()),
        [secret.id]
    );
}
