//! Files: dry run, commit, the same twice, taken back, rejected rows.

use chassis::Code;
use cpas_proto::{collection::v1 as pb, words::Role};

use crate::world::*;

const HEAD: &str = "indicator,area,period,value\n";

#[tokio::test]
async fn a_preview_changes_nothing_and_a_commit_makes_observations() {
    let world = World::start().await;
    let preview = world.preview(&format!("{HEAD}OC-CIVDEATHS,A1,2024-01,3\nOC-CIVDEATHS,B,2024-02,0\n")).await;
    assert_eq!((preview.state.as_str(), preview.rows_read, preview.rows_added), ("previewed", 2, 2));
    assert_eq!((&*preview.first_period, &*preview.last_period), ("2024-01", "2024-02"));
    assert_eq!(preview.sample[0].cells, ["OC-CIVDEATHS", "A1", "2024-01", "3"]);
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await, [], "a dry run");

    let committed = world.commit(&preview).await;
    assert_eq!((committed.state.as_str(), committed.version), ("committed", 2));
    let expected = [("2024-01".to_owned(), Some(3.0)), ("2024-02".to_owned(), Some(0.0))];
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await, expected, "zero is a value");
    let listed = done(world.coordinator().list_observations(pb::ListObservationsRequest::default()).await).observations;
    assert_eq!((listed[0].batch_row, listed[0].batch_id.as_str(), &*listed[0].state), (2, &*committed.id, "submitted"));
    expect_code(world.coordinator().commit_import(commit(&committed, true)).await, Code::Conflict);
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing_and_says_so() {
    let world = World::start().await;
    let text = format!("{HEAD}OC-CIVDEATHS,A1,2024-01,3\nOC-CIVDEATHS,B,2024-02,4\n");
    let first = world.import(&text).await;
    assert_eq!(first.rows_added, 2);
    let again = world.preview(&text).await;
    assert_eq!((again.rows_added, again.rows_changed, again.rows_unchanged), (0, 0, 2));
    assert!(again.warnings[0].reason.starts_with("The same file was imported on "), "{:?}", again.warnings);
    let again = world.commit(&again).await;
    assert_eq!((again.rows_added, again.rows_unchanged), (0, 2));
    let listed = done(world.coordinator().list_observations(pb::ListObservationsRequest::default()).await).observations;
    assert_eq!(listed.len(), 2);
}

#[tokio::test]
async fn a_batch_is_taken_back_as_one_and_the_values_before_come_back() {
    let world = World::start().await;
    world.import(&format!("{HEAD}OC-CIVDEATHS,A1,2024-01,3\nOC-CIVDEATHS,B,2024-01,5\n")).await;
    let wrong = world.import(&format!("{HEAD}OC-CIVDEATHS,A1,2024-01,300\nOC-CIVDEATHS,A2,2024-01,7\n")).await;
    assert_eq!((wrong.rows_changed, wrong.rows_added), (1, 1));
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await[0].1, Some(312.0));

    let no_reason = expect_code(world.coordinator().reverse_import(reverse(&wrong, " ")).await, Code::Invalid);
    assert_eq!(no_reason.violations[0].field, "reason");
    let reversed = done(world.coordinator().reverse_import(reverse(&wrong, "typed in the wrong unit")).await);
    assert_eq!((&*reversed.state, &*reversed.reason), ("reversed", "typed in the wrong unit"));
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await[0].1, Some(8.0), "the values before");

    // And it can be sent again: its rows say something new once more.
    let again = world.import(&format!("{HEAD}OC-CIVDEATHS,A1,2024-01,30\nOC-CIVDEATHS,A2,2024-01,7\n")).await;
    assert_eq!((again.rows_changed, again.rows_added), (1, 1));
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await[0].1, Some(42.0));
}

#[tokio::test]
async fn good_rows_go_in_while_bad_ones_come_back_as_a_file_with_the_reason() {
    let world = World::start().await;
    let text = "Indicateur;Zone;Période;Valeur;Note\n\
                OC-CIVDEATHS;A1;2024-01;1,5;\"un; deux\"\n\
                OC-CIVDEATH;A1;2024-02;1;x\n\
                OC-CIVDEATHS;Z9;2024-01;1;\n\
                OC-CIVDEATHS;A1;janvier;1;\n\
                OC-CIVDEATHS;B;2024-01;7;\n\
                OC-CIVDEATHS;B;2024-01;8;\n\
                OC-CIVDEATHS;A2;2024-01;9;\n\
                OC-CIVDEATHS;A2;2024-01;9;\"again \"\"said\"\"\"\n";
    let batch = world.import(text).await;
    assert_eq!((batch.rows_read, batch.rows_added, batch.rows_rejected), (8, 2, 6));
    let rejected: Vec<(u32, &str)> = batch.rejected.iter().map(|row| (row.row, row.column.as_str())).collect();
    assert_eq!(rejected, [(3, "Indicateur"), (4, "Zone"), (5, "Période"), (6, ""), (7, ""), (9, "")]);
    assert_eq!(batch.rejected[3].reason, batch.rejected[4].reason);
    assert!(batch.rejected[3].reason.starts_with("Rows 6 and 7 say different things"));
    assert_eq!(batch.rejected[5].reason, "Row 8 says the same already.");

    let request = pb::DownloadRejectedRequest { id: batch.id.clone(), ..Default::default() };
    let mut chunks = done(world.coordinator().download_rejected(request).await);
    let (mut file, mut name) = (Vec::new(), String::new());
    while let Some(chunk) = chunks.message().await.expect("a chunk") {
        file.extend(chunk.data);
        if !chunk.file_name.is_empty() {
            name = chunk.file_name;
        }
    }
    let file = String::from_utf8(file).expect("UTF-8");
    assert_eq!(name, "observations-rejected.csv");
    let lines: Vec<&str> = file.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "Indicateur,Zone,Période,Valeur,Note,row,column,reason");
    assert_eq!(
        lines[1],
        "OC-CIVDEATH,A1,2024-02,1,x,3,Indicateur,\"The mission has no indicator \"\"OC-CIVDEATH\"\". Did you mean OC-CIVDEATHS?\""
    );
    assert!(lines[6].contains("\"again \"\"said\"\"\""), "{}", lines[6]);
    assert_eq!(lines.len(), 7);
}

#[tokio::test]
async fn a_total_that_does_not_match_its_slices_is_a_warning() {
    let world = World::start().await;
    let text = "indicator,area,period,value,sex\n\
                OC-CIVDEATHS,A1,2024-01,756,\nOC-CIVDEATHS,A1,2024-01,42,f\nOC-CIVDEATHS,A1,2024-01,700,m\n\
                OC-CIVDEATHS,A2,2024-01,10,\nOC-CIVDEATHS,A2,2024-01,4,f\nOC-CIVDEATHS,A2,2024-01,5,m\n\
                OC-CIVDEATHS,A2,2024-01,1,unknown\nOC-CIVDEATHS,B,2024-01,3,\nOC-CIVDEATHS,B,2024-01,1,f\n";
    let batch = world.import(text).await;
    assert_eq!((batch.rows_added, batch.rows_rejected), (9, 0), "a warning rejects nothing");
    let warnings: Vec<(u32, &str)> = batch.warnings.iter().map(|row| (row.row, row.reason.as_str())).collect();
    assert_eq!(warnings, [(2, "The total is 756, but its slices by sex add up to 742.")]);
    let series = done(world.coordinator().get_series(series_of("OC-CIVDEATHS", &["A1", "A2"], "")).await);
    let marks: Vec<(Option<f64>, bool)> =
        series.parts.iter().map(|part| (part.points[0].value, part.points[0].mismatch)).collect();
    assert_eq!(marks, [(Some(756.0), true), (Some(10.0), false)], "the given total wins, never both added");
}

#[tokio::test]
async fn a_draft_import_counts_when_its_batch_is_submitted() {
    let world = World::start().await;
    let preview = world.preview(&format!("{HEAD}OC-CIVDEATHS,A1,2024-01,3\n")).await;
    let batch = done(world.coordinator().commit_import(commit(&preview, false)).await);
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await, []);
    let whole = pb::MoveObservationsRequest { batch_id: batch.id.clone(), ..Default::default() };
    let moved = done(world.r#as(Role::FocalPoint).submit_observations(whole.clone()).await);
    assert_eq!(moved.moved, 1);
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await[0].1, Some(3.0));
    assert_eq!(done(world.r#as(Role::FocalPoint).submit_observations(whole).await).moved, 0, "once");
}

#[tokio::test]
async fn a_commit_is_done_once_under_one_key_and_refused_to_a_stale_version() {
    let world = World::start().await;
    let preview = world.preview(&format!("{HEAD}OC-CIVDEATHS,A1,2024-01,3\n")).await;
    let mut coordinator = world.coordinator();
    let stale = pb::CommitImportRequest { version: 9, ..commit(&preview, true) };
    let failure = expect_code(coordinator.commit_import(stale).await, Code::Stale);
    assert_eq!(failure.current.expect("what is stored").0, 1);
    let first = done(coordinator.commit_import(keyed(commit(&preview, true), "k1")).await);
    let again = done(coordinator.commit_import(keyed(commit(&preview, true), "k1")).await);
    assert_eq!(first, again);
    expect_code(coordinator.commit_import(keyed(commit(&preview, false), "k1")).await, Code::Conflict);
}

#[tokio::test]
async fn a_preview_whose_rows_were_lost_is_not_half_imported() {
    let world = World::start().await;
    let preview = world.preview(&format!("{HEAD}OC-CIVDEATHS,A1,2024-01,3\n")).await;
    // A crash empties the unlogged table.
    let mut tx = world.db().begin(&world.caller(Role::Coordinator)).await.expect("a transaction");
    cpas_collection::store::staging::drop_rows(&mut tx, preview.id.parse().expect("an id")).await.expect("gone");
    tx.commit().await.expect("a commit");
    let failure = expect_code(world.coordinator().commit_import(commit(&preview, true)).await, Code::Conflict);
    assert!(failure.message.contains("send the file again"), "{failure}");
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await, []);
}

#[tokio::test]
async fn a_value_entered_between_preview_and_commit_is_kept_in_order() {
    let world = World::start().await;
    let preview = world.preview(&format!("{HEAD}OC-CIVDEATHS,A1,2024-01,3\n")).await;
    let by = world.caller(Role::FocalPoint);
    let entered = world.entered(&by, "A1", "2024-01", 2.0).await;
    let batch = world.commit(&preview).await;
    assert_eq!((batch.rows_added, batch.rows_changed), (0, 1), "weighed again at the commit");
    let history = done(world.coordinator().get_observation(pb::GetObservationRequest { id: entered.id.clone() }).await);
    assert_eq!(history.history.len(), 2);
    assert_eq!(history.history[1].supersedes, entered.id);
    let imports = done(world.coordinator().list_imports(pb::ListImportsRequest::default()).await);
    assert_eq!((imports.batches.len(), &*imports.batches[0].id), (1, &*batch.id));
    let got = done(world.coordinator().get_import(pb::GetImportRequest { id: batch.id.clone() }).await);
    assert_eq!((got.rows_changed, got.sample.len()), (1, 1));
}

#[tokio::test]
async fn a_coordinator_of_a_part_sends_their_part_and_decides_over_their_own_batches() {
    let world = World::start().await;
    let here = world.held_to(Role::Coordinator, None, &["A1"]);
    let text = format!("{HEAD}OC-CIVDEATHS,A1,2024-01,3\nOC-CIVDEATHS,B,2024-01,4\n");
    let own = preview(&mut world.of(&here), text.as_bytes(), &[]).await.expect("a preview");
    assert_eq!((own.rows_added, own.rows_rejected), (1, 1));
    assert!(own.rejected[0].reason.contains("does not reach Human Rights in B"), "{:?}", own.rejected);
    let others = world.preview(&text).await;
    expect_code(world.of(&here).commit_import(commit(&others, true)).await, Code::Denied);
    let own = done(world.of(&here).commit_import(commit(&own, true)).await);
    done(world.of(&here).reverse_import(reverse(&own, "too early")).await);
    let others = world.commit(&others).await;
    expect_code(world.of(&here).reverse_import(reverse(&others, "not mine")).await, Code::Denied);
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await[0].1, Some(7.0));
}
