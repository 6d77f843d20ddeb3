//! How far the work on a file is: told, gone on with without whoever sent it, and ended when they say so.

use std::{fmt::Write as _, time::Duration};

use chassis::{Code, Failure, testing::eventually};
use cpas_proto::{collection::v1 as pb, words::Role};
use uuid::Uuid;

use crate::world::*;

/// A file of so many rows, a day and a value each.
fn file(rows: u32) -> Vec<u8> {
    let mut text = "indicator,area,period,value\n".to_owned();
    for row in 0..rows {
        let date = chrono::NaiveDate::from_ymd_opt(1950, 1, 1).expect("a date") + chrono::Days::new((row / 4).into());
        let _ = writeln!(text, "OC-CIVDEATHS,{},{date},1", ["A1", "A2", "B", "A"][row as usize % 4]);
    }
    text.into_bytes()
}

fn pieces(bytes: &[u8], work: Uuid) -> Vec<pb::PreviewImportRequest> {
    let piece = |data: &[u8]| pb::PreviewImportRequest { data: data.to_vec(), ..Default::default() };
    let mut pieces: Vec<_> = bytes.chunks(1 << 16).map(piece).collect();
    pieces[0].file_name = "large.csv".to_owned();
    pieces[0].work = work.to_string();
    pieces
}

async fn work(client: &mut Client) -> Vec<pb::ImportWork> {
    done(client.list_import_work(pb::ListImportWorkRequest {}).await).work
}

#[tokio::test]
async fn work_is_told_of_and_goes_on_when_its_sender_is_gone() {
    let world = World::start().await;
    let by = world.caller(Role::Coordinator);
    let id = Uuid::new_v4();
    let mut sender = world.of(&by);
    let sent = pieces(&file(60_000), id);
    let sending = tokio::spawn(async move { sender.preview_import(tokio_stream::iter(sent)).await });
    let mut client = world.of(&by);
    let mut looked = world.of(&by);
    eventually("the work begins", || async {
        work(&mut world.of(&by)).await.iter().any(|one| one.id == id.to_string())
    })
    .await;
    // The line is lost, or the browser closed.
    sending.abort();
    eventually("the work is done all the same", || async {
        work(&mut world.of(&by)).await.iter().any(|one| one.stage == "done")
    })
    .await;
    let told = work(&mut looked).await;
    assert_eq!((told.len(), told[0].file_name.as_str()), (1, "large.csv"));
    let batch = done(client.get_import(pb::GetImportRequest { id: told[0].batch_id.clone() }).await);
    assert_eq!((batch.state.as_str(), batch.rows_added), ("previewed", 60_000), "whole");
    let stranger = world.caller(Role::HqAnalyst);
    assert_eq!(work(&mut world.of(&stranger)).await, vec![], "what one sends is one's own");
}

#[tokio::test]
async fn cancelled_work_leaves_nothing() {
    let world = World::start().await;
    let by = world.caller(Role::Coordinator);
    let id = Uuid::new_v4();
    let mut sender = world.of(&by);
    let sent = pieces(&file(200_000), id);
    let sending = tokio::spawn(async move { sender.preview_import(tokio_stream::iter(sent)).await });
    let mut client = world.of(&by);
    let other = world.caller(Role::Coordinator);
    let stop = pb::CancelImportRequest { id: id.to_string() };
    eventually("the work begins, and is cancelled", || async {
        let refused = world.of(&other).cancel_import(stop.clone()).await;
        assert_eq!(Failure::from(refused.expect_err("another person's")).code, Code::NotFound);
        world.of(&by).cancel_import(stop.clone()).await.is_ok()
    })
    .await;
    let outcome = tokio::time::timeout(Duration::from_secs(20), sending).await.expect("soon").expect("an answer");
    let failure = Failure::from(outcome.expect_err("cancelled"));
    assert_eq!(failure.code, Code::Conflict);
    assert_eq!(failure.message, "The import was cancelled. Nothing of the file was stored.");
    assert_eq!(done(client.list_imports(pb::ListImportsRequest::default()).await).batches, vec![]);
    assert_eq!(work(&mut client).await[0].stage, "cancelled");
    expect_code(client.cancel_import(pb::CancelImportRequest { id: id.to_string() }).await, Code::NotFound);
    // The same file again is as if nothing had been.
    let batch = preview(&mut client, &file(8), &[]).await.expect("a preview");
    assert_eq!(batch.rows_added, 8);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_so_in_its_work() {
    let world = World::start().await;
    let by = world.caller(Role::Coordinator);
    let id = Uuid::new_v4();
    let refused = world.of(&by).preview_import(tokio_stream::iter(pieces(b"a,b\n1,2\n", id))).await;
    let failure = Failure::from(refused.expect_err("unclear"));
    let told = work(&mut world.of(&by)).await;
    assert_eq!((told[0].stage.as_str(), &told[0].failure), ("failed", &failure.message));
    // The same id is one's own again; nobody else's.
    let again = world.of(&by).preview_import(tokio_stream::iter(pieces(&file(4), id))).await;
    assert_eq!(done(again).rows_added, 4);
    assert_eq!(work(&mut world.of(&by)).await[0].stage, "done");
    let other = world.caller(Role::Coordinator);
    let failure = Failure::from(
        world.of(&other).preview_import(tokio_stream::iter(pieces(&file(4), id))).await.expect_err("taken"),
    );
    assert_eq!(failure.violations[0].field, "work");
    // A commit is work too, with its import.
    let batches = done(world.of(&by).list_imports(pb::ListImportsRequest::default()).await).batches;
    done(world.of(&by).commit_import(commit(&batches[0], true)).await);
    let told = work(&mut world.of(&by)).await;
    assert_eq!((told[0].stage.as_str(), &told[0].batch_id), ("done", &batches[0].id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_cancels_in_the_last_moment_is_told_the_truth() {
    let world = World::start().await;
    let (mut stopped, mut stored) = (0, 0);
    for round in 0..40_u64 {
        let by = world.caller(Role::Coordinator);
        let id = Uuid::new_v4();
        let mut sender = world.of(&by);
        let sent = pieces(&file(400), id);
        let sending = tokio::spawn(async move { sender.preview_import(tokio_stream::iter(sent)).await });
        tokio::time::sleep(Duration::from_millis(round * 3)).await;
        let cancelled = world.of(&by).cancel_import(pb::CancelImportRequest { id: id.to_string() }).await.is_ok();
        let outcome = sending.await.expect("an answer");
        assert_eq!(outcome.is_err(), cancelled, "round {round}: {outcome:?}");
        let told = work(&mut world.of(&by)).await.remove(0);
        assert_eq!(told.stage, if cancelled { "cancelled" } else { "done" }, "round {round}");
        let batches = done(world.of(&by).list_imports(pb::ListImportsRequest::default()).await).batches;
        let is_there = batches.iter().any(|batch| batch.id == told.batch_id);
        assert_eq!(is_there, !cancelled, "round {round}");
        stopped += u32::from(cancelled);
        stored += u32::from(!cancelled);
    }
    assert_eq!(stopped + stored, 40);
}
