//! Entering many observations at once: partial results, keys, conflicts, and a section's drafts as one.

use chassis::{Caller, Code};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};

use crate::world::*;

fn row(key: &str, area: &str, period: &str, value: f64) -> pb::EntryRow {
    pb::EntryRow {
        key: key.to_owned(),
        observation: enter("OC-CIVDEATHS", area, period, value).observation,
        ..Default::default()
    }
}

fn over(base: &pb::Observation, key: &str, value: f64) -> pb::EntryRow {
    pb::EntryRow { base_id: base.id.clone(), base_version: base.version, ..row(key, &base.area, &base.period, value) }
}

async fn enter_rows(world: &World, by: &Caller, rows: Vec<pb::EntryRow>) -> Vec<pb::EntryOutcome> {
    done(world.of(by).enter_observations(pb::EnterObservationsRequest { rows }).await).outcomes
}

fn words(outcomes: &[pb::EntryOutcome]) -> Vec<&str> {
    outcomes.iter().map(|one| one.outcome.as_str()).collect()
}

async fn cells(world: &World, by: &Caller) -> Vec<pb::EntryCell> {
    let asked =
        pb::ListEntryCellsRequest { section: "Human Rights".to_owned(), every_area: true, ..Default::default() };
    done(world.of(by).list_entry_cells(asked).await).cells
}

#[tokio::test]
async fn each_row_is_stored_or_refused_by_itself() {
    let world = World::start().await;
    let author = world.caller(Role::Contributor);
    let mut slice = row("slice", "A1", "2024-01", 2.0);
    slice.observation.as_mut().expect("it").slice = "Sex=F".to_owned();
    let mut half = row("half", "A1", "2024-04", 1.0);
    half.observation.as_mut().expect("it").indicator_code = "OC-TRUST".to_owned();
    let rows = vec![
        row("good", "A1", "2024-01", 5.0),
        row("negative", "A1", "2024-02", -1.0),
        row("nowhere", "Z9", "2024-02", 1.0),
        slice,
        half,
        row("twice", "A1", "2024-01", 6.0),
        pb::EntryRow { key: "empty".to_owned(), ..Default::default() },
    ];
    let outcomes = enter_rows(&world, &author, rows).await;
    assert_eq!(words(&outcomes), ["stored", "refused", "refused", "stored", "refused", "refused", "refused"]);
    let fields: Vec<&str> = outcomes.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["", "value", "area", "", "denominator", "rows", "indicator_code"]);
    let first = outcomes[0].observation.as_ref().expect("what was stored");
    assert_eq!((first.value, &*first.state, &*first.recorded_by), (Some(5.0), "draft", &*author.name));
    let stand = cells(&world, &author).await;
    let said: Vec<(&str, Option<f64>)> = stand.iter().map(|one| (one.slice.as_str(), one.value)).collect();
    assert_eq!(said, [("", Some(5.0)), ("sex=f", Some(2.0))], "what was refused is nowhere");
}

#[tokio::test]
async fn a_row_is_stored_once_under_its_key() {
    let world = World::start().await;
    let author = world.caller(Role::Contributor);
    let first = enter_rows(&world, &author, vec![row("k1", "A1", "2024-01", 5.0)]).await;
    let again =
        enter_rows(&world, &author, vec![row("k1", "A1", "2024-01", 5.0), row("k2", "A1", "2024-02", 1.0)]).await;
    assert_eq!(again[0], first[0], "the line broke, and the row was sent again with another");
    assert_eq!(words(&again), ["stored", "stored"]);
    let misused = enter_rows(&world, &author, vec![row("k1", "A1", "2024-03", 9.0)]).await;
    assert_eq!(words(&misused), ["refused"]);
    // The key is the account's own.
    let other = world.caller(Role::Contributor);
    assert_eq!(words(&enter_rows(&world, &other, vec![row("k1", "A1", "2024-03", 9.0)]).await), ["stored"]);
    assert_eq!(cells(&world, &author).await.len(), 3);

    let both = tokio::join!(
        enter_rows(&world, &author, vec![row("k9", "B", "2024-01", 7.0)]),
        enter_rows(&world, &author, vec![row("k9", "B", "2024-01", 7.0)])
    );
    assert_eq!(both.0[0].observation, both.1[0].observation, "sent twice at once");
}

#[tokio::test]
async fn a_conflict_shows_what_stands_there_and_keeps_it() {
    let world = World::start().await;
    let (mine, theirs) = (world.caller(Role::FocalPoint), world.caller(Role::FocalPoint));
    let base = enter_rows(&world, &mine, vec![row("a", "A1", "2024-01", 5.0)]).await.remove(0);
    let base = base.observation.expect("stored");
    let their = enter_rows(&world, &theirs, vec![over(&base, "b", 6.0)]).await.remove(0);
    let their = their.observation.expect("stored");
    assert_eq!(their.supersedes, base.id);

    let outcomes = enter_rows(&world, &mine, vec![over(&base, "c", 7.0), row("d", "A1", "2024-01", 8.0)]).await;
    // The second is about the same cell: one at a time.
    assert_eq!(words(&outcomes), ["conflict", "refused"]);
    assert_eq!(outcomes[0].observation.as_ref().expect("theirs"), &their);
    assert!(outcomes[0].message.contains(&theirs.name), "{}", outcomes[0].message);
    let blind = enter_rows(&world, &mine, vec![row("e", "A1", "2024-01", 8.0)]).await;
    assert_eq!(words(&blind), ["conflict"], "who saw an empty cell does not write over a full one");
    let agreed = enter_rows(&world, &mine, vec![over(&base, "f", 6.0)]).await;
    assert_eq!(words(&agreed), ["unchanged"], "the same value is no conflict");
    let chosen = enter_rows(&world, &mine, vec![over(&their, "g", 7.0)]).await;
    assert_eq!(words(&chosen), ["stored"]);
    // Somebody submitted it since it was seen: the version is another.
    let seen = chosen[0].observation.clone().expect("it");
    done(world.of(&theirs).submit_observations(these(&[&seen])).await);
    assert_eq!(words(&enter_rows(&world, &mine, vec![over(&seen, "h", 9.0)]).await), ["conflict"]);
}

#[tokio::test]
async fn nobody_enters_beyond_their_reach_nor_corrects_anothers_as_a_contributor() {
    let world = World::start().await;
    let held = world.held_to(Role::Contributor, Some("Human Rights"), &["A1"]);
    let outcomes =
        enter_rows(&world, &held, vec![row("in", "A1", "2024-01", 1.0), row("out", "B", "2024-01", 1.0)]).await;
    assert_eq!(words(&outcomes), ["stored", "refused"]);
    assert!(outcomes[1].message.contains("does not reach"), "{}", outcomes[1].message);
    let theirs = outcomes[0].observation.clone().expect("stored");
    let other = world.caller(Role::Contributor);
    let refused = enter_rows(&world, &other, vec![over(&theirs, "x", 2.0)]).await;
    assert_eq!(words(&refused), ["refused"]);
    assert!(refused[0].message.contains("their own entries"), "{}", refused[0].message);
    let elsewhere = pb::EntryRow { base_id: theirs.id.clone(), ..row("y", "B", "2024-01", 2.0) };
    assert_eq!(enter_rows(&world, &world.caller(Role::FocalPoint), vec![elsewhere]).await[0].field, "base_id");

    // What the caller may not see cannot be named, nor is it a conflict.
    let insider = world.caller(Role::FocalPoint);
    let mut secret = row("s", "A2", "2024-01", 99.0);
    secret.observation.as_mut().expect("it").classification = "confidential".to_owned();
    let secret = enter_rows(&world, &insider, vec![secret]).await.remove(0).observation.expect("stored");
    let outsider = world.cleared(Role::FocalPoint, Classification::Unclassified);
    let outcomes = enter_rows(&world, &outsider, vec![over(&secret, "t", 1.0)]).await;
    assert_eq!(outcomes[0].message, "There is no observation under this id.");
    assert_eq!(words(&enter_rows(&world, &outsider, vec![row("u", "A2", "2024-01", 3.0)]).await), ["stored"]);
    assert!(cells(&world, &outsider).await.iter().all(|one| one.value != Some(99.0)));
}

#[tokio::test]
async fn a_call_without_rows_or_keys_stores_nothing() {
    let world = World::start().await;
    let mut client = world.r#as(Role::Contributor);
    let many = (0..1001).map(|number| row(&number.to_string(), "A1", "2024-01", 1.0)).collect();
    for rows in [vec![], vec![row("", "A1", "2024-01", 1.0)], vec![row(&"k".repeat(101), "A1", "2024-01", 1.0)], many] {
        let failure =
            expect_code(client.enter_observations(pb::EnterObservationsRequest { rows }).await, Code::Invalid);
        assert_eq!(failure.violations[0].field, "rows");
    }
    let both = vec![row("k", "A1", "2024-01", 1.0), row("k", "A2", "2024-01", 1.0)];
    expect_code(client.enter_observations(pb::EnterObservationsRequest { rows: both }).await, Code::Invalid);
    for asked in [
        pb::ListEntryCellsRequest::default(),
        pb::ListEntryCellsRequest { section: "X".to_owned(), indicator: "Y".to_owned(), ..Default::default() },
        pb::ListEntryCellsRequest { section: "X".to_owned(), first_period: "spring".to_owned(), ..Default::default() },
    ] {
        expect_code(client.list_entry_cells(asked).await, Code::Invalid);
    }
    let unknown = pb::ListEntryCellsRequest { indicator: "OC-NONE".to_owned(), ..Default::default() };
    assert_eq!(done(client.list_entry_cells(unknown).await).cells, vec![]);
    assert_eq!(cells(&world, &world.caller(Role::Verifier)).await, vec![]);
}

#[tokio::test]
async fn a_sections_drafts_are_submitted_as_one() {
    let world = World::start().await;
    let focal = world.held_to(Role::FocalPoint, Some("Human Rights"), &[]);
    let rows =
        (1..=12).map(|month| row(&month.to_string(), "A1", &format!("2024-{month:02}"), f64::from(month))).collect();
    let drafts = enter_rows(&world, &focal, rows).await;
    let corrected = over(drafts[0].observation.as_ref().expect("it"), "again", 20.0);
    enter_rows(&world, &focal, vec![corrected]).await;
    let of = |section: &str| pb::MoveObservationsRequest { section: section.to_owned(), ..Default::default() };
    let none = done(world.coordinator().submit_observations(of("UNPOL")).await);
    assert_eq!((none.moved, none.not_moved.len()), (0, 0));
    let foreign = world.held_to(Role::FocalPoint, Some("UNPOL"), &[]);
    let beyond = done(world.of(&foreign).submit_observations(of("Human Rights")).await);
    assert_eq!((beyond.moved, beyond.not_moved.len()), (0, 12));
    let moved = done(world.of(&focal).submit_observations(of("Human Rights")).await);
    assert_eq!((moved.moved, moved.not_moved.len()), (12, 0), "not the one that was corrected");
    assert_eq!(world.values("OC-CIVDEATHS", "A1", "").await[0].1, Some(20.0));
    let two = pb::MoveObservationsRequest { batch_id: "x".to_owned(), ..of("Human Rights") };
    expect_code(world.of(&focal).submit_observations(two).await, Code::Invalid);
}

#[tokio::test]
async fn a_block_of_a_thousand_cells_over_many_indicators_is_quick() {
    let world = World::start().await;
    for number in 0..100_u128 {
        let code = format!("OC-NUMBER-{number:03}");
        let id = uuid::Uuid::from_u128(0x1000 + number);
        world.indicator(&cpas_collection::domain::definition::Definition { id, code, ..deaths() }).await;
    }
    let rows = (0..1000).map(|number| {
        let mut row = row(&number.to_string(), "A1", &format!("2024-{:02}", number % 10 + 1), f64::from(number));
        row.observation.as_mut().expect("it").indicator_code = format!("OC-NUMBER-{:03}", number / 10);
        row
    });
    let author = world.caller(Role::Contributor);
    let started = std::time::Instant::now();
    let outcomes = enter_rows(&world, &author, rows.collect()).await;
    let taken = started.elapsed();
    assert!(outcomes.iter().all(|one| one.outcome == "stored"));
    println!("1000 rows entered in {} ms", taken.as_millis());
    assert!(taken < std::time::Duration::from_secs(10), "{taken:?}");
    assert_eq!(cells(&world, &author).await.len(), 1000);
}
