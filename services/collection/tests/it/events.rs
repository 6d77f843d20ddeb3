//! Geocoded events: in which area, once, and changed.

use chassis::Code;
use cpas_proto::collection::v1 as pb;

use crate::world::*;

const UCDP: &str = "year,longitude,latitude,place,deaths_best_estimate,deaths_civilians\n";

#[tokio::test]
async fn events_are_kept_where_they_lie_in_an_area_and_once() {
    let world = World::start().await;
    let file = format!(
        "{UCDP}2017,5,5,Birao,11,5\n2017,5,5,Birao,11,5\n2018,35,5,Obo,3,0\n2019,-60,5,Elsewhere,9,9\nlong ago,5,5,x,1,1\n"
    );
    let first = send_events(&mut world.coordinator(), file.as_bytes()).await.expect("events");
    assert_eq!((first.read, first.added, first.outside, first.rows_rejected), (5, 3, 1, 1));
    assert_eq!((first.rejected[0].row, &*first.rejected[0].column), (6, "date"));
    let again = send_events(&mut world.coordinator(), file.as_bytes()).await.expect("events");
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 3));

    let all = done(world.coordinator().list_events(pb::ListEventsRequest::default()).await);
    let areas: Vec<(&str, &str, &str)> =
        all.events.iter().map(|event| (&*event.date, &*event.date_precision, &*event.area)).collect();
    assert_eq!(areas, [("2017", "year", "A"), ("2017", "year", "A"), ("2018", "year", "B")]);
    assert_eq!((all.events[0].deaths_best, all.events[0].deaths_low), (Some(11), None));
    let some =
        pb::ListEventsRequest { area: "B".to_owned(), first_date: "2018-05-01".to_owned(), ..Default::default() };
    assert_eq!(done(world.coordinator().list_events(some).await).events.len(), 1);
    let page = pb::ListEventsRequest { page_size: 2, ..Default::default() };
    let page = done(world.coordinator().list_events(page).await);
    let rest = pb::ListEventsRequest { cursor: page.next_cursor.clone(), ..Default::default() };
    assert_eq!(done(world.coordinator().list_events(rest).await).events.len(), 1);
}

#[tokio::test]
async fn an_event_with_an_id_is_changed_when_its_source_says_so() {
    let world = World::start().await;
    let file =
        |deaths: u32| format!("source;id;date;longitude;latitude;deaths_best\nACLED;C1;2024-05-03;5,5;4,25;{deaths}\n");
    assert_eq!(send_events(&mut world.coordinator(), file(3).as_bytes()).await.expect("events").added, 1);
    assert_eq!(send_events(&mut world.coordinator(), file(4).as_bytes()).await.expect("events").changed, 1);
    let event = done(world.coordinator().list_events(pb::ListEventsRequest::default()).await).events.remove(0);
    assert_eq!((&*event.external_id, event.deaths_best, event.version), ("C1", Some(4), 2));
    assert_eq!((event.longitude, event.latitude, &*event.date_precision), (5.5, 4.25, "day"));
}

#[tokio::test]
async fn a_mission_without_boundaries_says_what_to_do_first() {
    let world = World::empty(config()).await;
    let failure = send_events(&mut world.coordinator(), UCDP.as_bytes()).await.expect_err("no areas");
    assert_eq!(failure.code, Code::Conflict);
    assert!(failure.message.contains("import the boundaries first"), "{failure}");
    let world = World::start().await;
    let failure = send_events(&mut world.coordinator(), b"year,place\n2017,x\n").await.expect_err("no point");
    assert!(failure.message.starts_with("No column holds the longitude."), "{failure}");
}
