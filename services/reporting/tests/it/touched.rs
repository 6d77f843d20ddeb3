//! Data that a published sheet cites changes after it was published; and withdrawal, as readers see it.

use chassis::{Fact, testing::eventually};
use cpas_proto::{
    collection::v1 as collection,
    reporting::v1 as pb,
    words::{Classification, Role},
};
use tonic::Code;

use crate::world::{World, render, step};

fn changed(code: &str, change: &str, areas: &[&str], periods: &[&str], classification: Classification) -> Fact {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let message = collection::ObservationsChanged {
        indicator_codes: vec![code.to_owned()],
        areas: owned(areas),
        periods: owned(periods),
        change: change.to_owned(),
        rows: 1,
        classification: classification.word().to_owned(),
        ..Default::default()
    };
    Fact::new("observations", "changed", "batch", classification, &message)
}

fn correction(code: &str, areas: &[&str], periods: &[&str]) -> Fact {
    changed(code, "corrected", areas, periods, Classification::Unclassified)
}

async fn sheet(world: &World, id: &str, role: Role) -> pb::FactSheet {
    let request = pb::GetFactSheetRequest { id: id.to_owned() };
    world.as_role(role).get_fact_sheet(request).await.expect("a sheet").into_inner()
}

async fn touch(world: &World, id: &str) -> Option<pb::FactSheetTouch> {
    sheet(world, id, Role::Coordinator).await.touched
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_marks_the_papers_that_cite_what_it_touched() {
    let world = World::full().await;
    let published = world.published("public").await;
    let internal = world.published("internal").await;
    assert!(touch(&world, &published.id).await.is_none(), "nothing changed yet");
    // What they cite is of 2024; and moving data on is no change of it.
    let verified = changed("OC-DEATHS", "verified", &["CA01"], &["2024-Q2"], Classification::Unclassified);
    world.tell("collection", verified).await;
    world.tell("collection", correction("OC-DEATHS", &["CA01"], &["2019-Q1"])).await;
    world.tell("collection", correction("OC-OTHER", &["CA01"], &["2024-Q2"])).await;
    world.tell("collection", correction("OC-DEATHS", &["CA01"], &["2024-Q2"])).await;
    eventually("the sheet is marked", || async { touch(&world, &published.id).await.is_some() }).await;
    let mark = touch(&world, &published.id).await.expect("a mark");
    assert_eq!((mark.changes, mark.indicator_codes.as_slice()), (1, &["OC-DEATHS".to_owned()][..]), "{mark:?}");
    assert!(mark.number_ids.contains(&"key-1".to_owned()), "the number of the mission as a whole: {mark:?}");
    assert!(mark.number_ids.iter().all(|id| !id.ends_with(":CA02")), "another area: {mark:?}");
    assert!(touch(&world, &internal.id).await.is_some(), "an internal one cites the same");

    // It is told once, however often the data change after that.
    world.tell("collection", correction("OC-TRUST", &["CA02"], &["2024-Q1"])).await;
    eventually("the second change is added", || async {
        touch(&world, &published.id).await.is_some_and(|mark| mark.changes == 2)
    })
    .await;
    eventually("the home tells it", || async {
        let home = world.home(Role::Coordinator).await;
        home.changes.iter().filter(|change| change.what == "fact_sheet.touched").count() == 2
    })
    .await;
    let home = world.home(Role::Coordinator).await;
    let task = home.tasks.iter().find(|task| task.kind == "fact-sheet-touched").expect("somebody looks at them");
    assert_eq!((task.count, task.path.as_str()), (2, "fact-sheets"));
    let list = world.as_role(Role::Coordinator).list_fact_sheets(pb::ListFactSheetsRequest {}).await.expect("a list");
    assert!(list.into_inner().fact_sheets.iter().all(|sheet| sheet.touched.is_some()));

    // Readers are not told of the mission's data; and a withdrawn sheet needs nobody to look at it.
    assert!(sheet(&world, &published.id, Role::Reader).await.touched.is_none());
    let mut coordinator = world.as_role(Role::Coordinator);
    coordinator.withdraw_fact_sheet(step(&published, "A wrong area.")).await.expect("withdrawn");
    assert!(touch(&world, &published.id).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_is_of_its_snapshot_and_is_seen_with_its_clearance() {
    let world = World::full().await;
    let draft = world.draft("internal", Vec::new()).await.expect("a draft");
    let cleared = world.clear(&draft).await.expect("cleared");
    world.tell("collection", correction("OC-DEATHS", &[], &[])).await;
    eventually("a cleared one is marked too", || async { touch(&world, &cleared.id).await.is_some() }).await;
    let revise = pb::ReviseFactSheetRequest {
        id: cleared.id.clone(),
        version: cleared.version,
        title: cleared.title.clone(),
        audience: "internal".into(),
        blocks: cleared.blocks.clone(),
    };
    let revised = world.as_role(Role::Coordinator).revise_fact_sheet(revise).await.expect("revised").into_inner();
    let cleared = world.clear(&revised).await.expect("cleared anew");
    assert!(touch(&world, &cleared.id).await.is_none(), "its new snapshot knows the change");
    let published = world.publish(&cleared).await.expect("published");
    world.tell("collection", changed("OC-DEATHS", "corrected", &[], &[], Classification::Confidential)).await;
    eventually("the cleared see it", || async { touch(&world, &published.id).await.is_some() }).await;
    let request = pb::GetFactSheetRequest { id: published.id.clone() };
    let uncleared = world.uncleared(Role::Coordinator).get_fact_sheet(request).await.expect("the sheet").into_inner();
    assert!(uncleared.touched.is_none(), "that confidential data changed is confidential");
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_learn_that_a_paper_was_withdrawn_and_why_and_no_more() {
    let world = World::full().await;
    let public = world.published("public").await;
    let internal = world.published("internal").await;
    let mut coordinator = world.as_role(Role::Coordinator);
    for published in [&public, &internal] {
        coordinator.withdraw_fact_sheet(step(published, "The count of CA02 was wrong.")).await.expect("withdrawn");
    }
    let seen = sheet(&world, &public.id, Role::Reader).await;
    assert_eq!((seen.state.as_str(), seen.reason.as_str()), ("withdrawn", "The count of CA02 was wrong."));
    assert_eq!(seen.title, public.title);
    assert!(seen.blocks.is_empty() && seen.numbers.is_empty() && seen.snapshot_sha256.is_empty());
    assert!(seen.published_by.is_empty() && seen.assessment_id.is_empty() && seen.signed_by_key.is_empty());
    let mut reader = world.as_role(Role::Reader);
    let listed = reader.list_fact_sheets(pb::ListFactSheetsRequest {}).await.expect("a list").into_inner().fact_sheets;
    assert_eq!(listed.iter().map(|sheet| sheet.id.as_str()).collect::<Vec<_>>(), [public.id.as_str()]);
    let gone = render(&mut reader, &public.id, "csv", "en").await.expect_err("its numbers are gone");
    assert_eq!(gone.code(), Code::NotFound);
    let request = pb::GetFactSheetRequest { id: internal.id.clone() };
    assert_eq!(reader.get_fact_sheet(request).await.expect_err("internal").code(), Code::NotFound);
}
