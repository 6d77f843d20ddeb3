//! Events counted for a map; and who may know of an event at all.

use chassis::{Caller, Inbound, testing::eventually};
use cpas_collection::domain::definition::{Definition, EventMeasure, Measured};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::TableQuery,
    words::{Classification, Role},
};
use prost::Message as _;
use uuid::Uuid;

use crate::world::*;

const HEAD: &str =
    "source,event_id,event_type,event_date,longitude,latitude,geo_precision,deaths_best,classification\n";

async fn counts(world: &World, caller: &Caller) -> pb::EventCounts {
    done(world.of(caller).count_events(pb::CountEventsRequest::default()).await)
}

async fn sends(world: &World, caller: &Caller, rows: &str) -> pb::ImportEventsResponse {
    send_events(&mut world.of(caller), format!("{HEAD}{rows}").as_bytes()).await.expect("events")
}

/// Area, whether at a point, type, period, events, deaths, events without a number of deaths.
fn plainly(found: &pb::EventCounts) -> Vec<(&str, bool, &str, &str, u32, u32, u32)> {
    let row = |own: &'_ pb::EventCount| {
        let place = &found.places[own.place as usize];
        let kind = found.kinds[own.kind as usize].as_str();
        (
            place.area.as_str(),
            place.longitude.is_some(),
            kind,
            own.period.clone(),
            own.events,
            own.deaths_best,
            own.without_deaths,
        )
    };
    let mut rows: Vec<_> = found
        .counts
        .iter()
        .map(|own| {
            let (area, at_a_point, kind, _, events, deaths, without) = row(own);
            (area, at_a_point, kind, own.period.as_str(), events, deaths, without)
        })
        .collect();
    rows.sort_unstable();
    rows
}

#[tokio::test]
async fn events_are_counted_by_place_type_and_period_as_exactly_as_they_are_known() {
    let world = World::start().await;
    let who = world.caller(Role::Coordinator);
    let rows = "ACLED,1,Battles,2024-03-05,15.02,5.02,1,3,\n\
                ACLED,2,Battles,2024-03-09,15.04,5.06,2,,\n\
                ACLED,3,Battles,2024-04-09,15.04,5.06,,2,\n\
                ACLED,4,Riots,2024-03-09,15.02,5.02,1,0,\n\
                UCDP,5,Battles,2024,15.01,5.01,1,9,\n\
                UCDP,6,Battles,2024-03,15.5,5.5,3,4,\n\
                UCDP,7,Battles,2024-03,35.5,5.5,6,1,\n";
    assert_eq!(sends(&world, &who, rows).await.added, 7);
    let found = counts(&world, &who).await;
    assert_eq!(
        plainly(&found),
        [
            ("A1", false, "Battles", "2024-03", 1, 4, 0),
            ("A1", true, "Battles", "2024", 1, 9, 0),
            ("A1", true, "Battles", "2024-03", 2, 3, 1),
            ("A1", true, "Battles", "2024-04", 1, 2, 0),
            ("A1", true, "Riots", "2024-03", 1, 0, 0),
            ("B", false, "Battles", "2024-03", 1, 1, 0),
        ]
    );
    assert_eq!((&*found.kinds[0], found.has_other_kinds, &*found.frequency), ("Battles", false, "month"));
    assert_eq!((&*found.first_date, &*found.last_date, found.events), ("2024-01-01", "2024-12-31", 7));
    let middle = found.places.iter().find(|place| place.longitude.is_some()).expect("a point");
    assert_eq!((middle.longitude, middle.latitude), (Some(15.026), Some(5.034)), "the middle of the five");

    let april = pb::CountEventsRequest { first_date: "2024-04-01".to_owned(), last_date: "2024-04-30".to_owned() };
    let april = done(world.of(&who).count_events(april).await);
    assert_eq!(
        plainly(&april),
        [("A1", true, "Battles", "2024", 1, 9, 0), ("A1", true, "Battles", "2024-04", 1, 2, 0)],
        "one may have been in April"
    );
    let wrong = pb::CountEventsRequest { first_date: "spring".to_owned(), ..Default::default() };
    assert_eq!(refused(world.of(&who).count_events(wrong).await).violations[0].field, "first_date");
    assert_eq!(counts(&World::start().await, &who).await.events, 0, "nothing yet is no refusal");
}

fn clashes() -> Definition {
    let events = Some(EventMeasure { measure: Measured::Events, kinds: Vec::new(), sub_kinds: Vec::new() });
    Definition { id: Uuid::from_u128(0xE9), code: "CX-CLASHES".to_owned(), dimensions: Vec::new(), events, ..deaths() }
}

/// Ids that a caller finds on each way: the list, the file, the table, and how many are counted for a map and a series.
async fn seen(world: &World, caller: &Caller) -> (Vec<String>, Vec<String>, usize, u32, f64) {
    let mut client = world.of(caller);
    let listed = done(client.list_events(pb::ListEventsRequest::default()).await).events;
    let ids = listed.iter().map(|own| format!("{} {}", own.external_id, own.classification)).collect();
    let request = pb::ExportEventsRequest { format: "csv".to_owned(), ..Default::default() };
    let mut pieces = done(client.export_events(request).await);
    let mut file = Vec::new();
    while let Some(piece) = pieces.message().await.expect("a piece") {
        file.extend(piece.data);
    }
    let file = String::from_utf8(file).expect("text");
    let rows = file.lines().skip(2).map(|line| line.split(',').nth(1).unwrap_or_default().to_owned()).collect();
    let table = done(
        client.read_table(TableQuery { table: "Events".to_owned(), only_count: true, ..Default::default() }).await,
    );
    let map = counts(world, caller).await.events;
    let series = done(client.get_series(series_of("CX-CLASHES", &["A1"], "")).await);
    let value = series.parts.iter().flat_map(|part| &part.points).filter_map(|point| point.value).sum();
    (ids, rows, table.count as usize, map, value)
}

fn ways(ids: &[&str]) -> (Vec<String>, Vec<String>, usize, u32, f64) {
    let own = |part: fn(&str) -> &str| ids.iter().map(|&id| part(id).to_owned()).collect::<Vec<_>>();
    let bare = own(|id| id.split(' ').next().unwrap_or_default());
    (own(|id| id), bare, ids.len(), ids.len() as u32, ids.len() as f64)
}

#[tokio::test]
async fn who_is_not_cleared_neither_sees_nor_counts_an_event_nor_collides_with_it() {
    let world = World::start().await;
    world.indicator(&clashes()).await;
    let insider = world.caller(Role::Coordinator);
    let outsider = world.cleared(Role::Coordinator, Classification::Unclassified);
    let rows = "SAGE,1,Ambush,2024-03-05,15,5,1,3,confidential\nSAGE,2,Ambush,2024-03-06,15,5,1,3,\n";
    assert_eq!(sends(&world, &insider, rows).await.added, 2);
    assert_eq!(seen(&world, &insider).await, ways(&["1 confidential", "2 unclassified"]));
    assert_eq!(seen(&world, &outsider).await, ways(&["2 unclassified"]));
    assert_eq!(counts(&world, &insider).await.classification, "confidential");
    assert_eq!(counts(&world, &outsider).await.classification, "unclassified");
    let series = |caller: Caller| {
        let mut client = world.of(&caller);
        async move { done(client.get_series(series_of("CX-CLASHES", &["A1"], "")).await).classification }
    };
    assert_eq!(series(insider.clone()).await, "confidential", "what is counted is as secret as what it counts");
    assert_eq!(series(outsider.clone()).await, "unclassified");

    // The same event from another source's file: nothing tells that somebody knew it before.
    let known = sends(&world, &outsider, "SAGE,1,Ambush,2024-03-05,15,5,1,3,\n").await;
    assert_eq!((known.added, known.changed, known.unchanged), (1, 0, 0));
    assert_eq!(seen(&world, &outsider).await, ways(&["1 unclassified", "2 unclassified"]));
    assert_eq!(seen(&world, &insider).await, ways(&["1 confidential", "2 unclassified"]), "one of them, never both");
    let above = sends(&world, &outsider, "SAGE,3,Ambush,2024-03-05,15,5,1,3,confidential\n").await;
    assert_eq!((above.added, above.rows_rejected), (0, 1));
    assert_eq!(above.rejected[0].reason, "This is above what you may see yourself.");
    assert_eq!(above.rejected[0].column, "classification");
}

#[tokio::test]
async fn an_event_is_raised_by_a_file_that_says_so_and_stays_where_one_says_nothing() {
    let world = World::start().await;
    world.indicator(&clashes()).await;
    let insider = world.caller(Role::Coordinator);
    let outsider = world.cleared(Role::Verifier, Classification::Unclassified);
    sends(&world, &insider, "SAGE,1,Ambush,2024-03-05,15,5,1,3,\n").await;
    assert_eq!(seen(&world, &outsider).await, ways(&["1 unclassified"]));
    let before = chrono::Utc::now();
    let raised = sends(&world, &insider, "SAGE,1,Ambush,2024-03-05,15,5,1,3,confidential\n").await;
    assert_eq!((raised.added, raised.changed), (0, 1));
    assert_eq!(seen(&world, &outsider).await, ways(&[]));
    let as_before = pb::GetSeriesRequest { as_known_at: before.to_rfc3339(), ..series_of("CX-CLASHES", &["A1"], "") };
    let then = done(world.of(&outsider).get_series(as_before.clone()).await);
    let values = |series: &pb::Series| {
        series.parts.iter().flat_map(|part| &part.points).filter_map(|point| point.value).sum::<f64>()
    };
    assert_eq!(values(&then), 0.0, "what it said before is as secret as it has become");
    assert_eq!(values(&done(world.of(&insider).get_series(as_before).await)), 1.0);
    let silent = sends(&world, &insider, "SAGE,1,Ambush,2024-03-05,15,5,1,4,\n").await;
    assert_eq!((silent.added, silent.changed), (0, 1), "four deaths");
    assert_eq!(seen(&world, &insider).await, ways(&["1 confidential"]));
    let lowered = sends(&world, &insider, "SAGE,1,Ambush,2024-03-05,15,5,1,4,unclassified\n").await;
    assert_eq!((lowered.added, lowered.changed), (0, 1));
    assert_eq!(seen(&world, &outsider).await, ways(&["1 unclassified"]));
}

#[tokio::test]
async fn what_changed_is_told_of_each_classification_apart() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    world.indicator(&clashes()).await;
    let rows = "SAGE,1,Ambush,2024-03-05,15,5,1,3,confidential\nSAGE,2,Ambush,2024-05-06,25,5,1,3,\n";
    sends(&world, &world.caller(Role::Coordinator), rows).await;
    let (bus, mission) = (world.stage.bus.clone(), world.stage.mission.id);
    let told = || async { bus.replay(mission).await.unwrap_or_default() };
    eventually("all is told", || async { told().await.len() >= 4 }).await;
    let all: Vec<Inbound> = told().await;
    let of = |noun| all.iter().filter(move |event| event.noun_and_verb() == (noun, "changed"));
    let events: Vec<(Vec<String>, u32)> = of("events")
        .map(|event| event.decode::<pb::EventsChanged>().expect("a message"))
        .map(|told| (told.areas, told.rows))
        .collect();
    assert_eq!(events, [(vec!["A2".to_owned()], 1), (vec!["A1".to_owned()], 1)]);
    let recomputed: Vec<(Vec<String>, String)> = of("observations")
        .map(|event| event.decode::<pb::ObservationsChanged>().expect("a message"))
        .map(|told| (told.periods, told.classification))
        .collect();
    let months = |month: &str| vec![month.to_owned()];
    assert_eq!(
        recomputed,
        [(months("2024-05"), "unclassified".to_owned()), (months("2024-03"), "confidential".to_owned())]
    );
}

#[tokio::test]
async fn a_stranger_counts_nothing_of_another_mission() {
    let world = World::start().await;
    sends(&world, &world.caller(Role::Coordinator), "ACLED,1,Battles,2024-03-05,15,5,1,3,\n").await;
    let stranger = chassis::testing::caller(Role::Coordinator, &chassis::testing::mission("UNMISS"));
    let found = counts(&world, &stranger).await;
    assert_eq!((found.events, found.places.len(), &*found.first_date), (0, 0, ""));
}

#[tokio::test]
async fn counts_of_a_hundred_thousand_events_stay_small() {
    let world = World::start().await;
    let who = world.caller(Role::Coordinator);
    let kinds = ["Battles", "Riots", "Violence against civilians", "Explosions"];
    let mut rows = String::new();
    for place in 0..100_000_u32 {
        let (x, y) = (f64::from(place * 7 % 997) * 0.04, f64::from(place * 13 % 991) * 0.01);
        let month = place % 60;
        let kind = kinds[(place % 4) as usize];
        rows.push_str(&format!(
            "ACLED,{place},{kind},{}-{:02}-11,{x:.2},{y:.2},1,1,\n",
            2020 + month / 12,
            month % 12 + 1
        ));
    }
    let stored = sends(&world, &who, &rows).await.added;
    assert!(stored > 80_000, "{stored}");
    let found = counts(&world, &who).await;
    assert_eq!(found.events, stored, "none is lost");
    assert!(found.counts.len() <= 3_000 && found.cell_degrees > 0.1, "{} counts", found.counts.len());
    assert!(found.encoded_len() < 120_000, "{} bytes", found.encoded_len());
}
