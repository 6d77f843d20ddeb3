//! Events that are corrected by hand: who may, what it does to series and files, and who sees it.

use chassis::Code;
use cpas_collection::domain::definition::{Definition, EventMeasure, Measured};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::*;

const FILE: &str = "event_id,date,event_type,latitude,longitude,fatalities\nE1,2024-01-12,Battles,5,5,3\n";

async fn with_one_event(world: &World) -> pb::Event {
    let events = Some(EventMeasure { measure: Measured::DeathsBest, kinds: Vec::new(), sub_kinds: Vec::new() });
    let id = Uuid::from_u128(0xF3);
    let counted = Definition { id, code: "CX-TOLL".to_owned(), dimensions: Vec::new(), events, ..deaths() };
    world.indicator(&counted).await;
    send_events(&mut world.coordinator(), FILE.as_bytes()).await.expect("events");
    done(world.coordinator().list_events(pb::ListEventsRequest::default()).await).events.remove(0)
}

fn to(old: &pb::Event, event: pb::Event) -> pb::CorrectEventRequest {
    pb::CorrectEventRequest {
        event_id: old.id.clone(),
        version: old.version,
        event: Some(event),
        reason: "The hospital counted again".to_owned(),
    }
}

#[tokio::test]
async fn a_correction_counts_from_now_on_and_no_file_takes_it_back() {
    let world = World::start().await;
    let old = with_one_event(&world).await;
    let before = done(world.coordinator().get_series(series_of("CX-TOLL", &[], "")).await).as_known_at;
    let moved = pb::Event { deaths_best: Some(8), longitude: 35.0, actor_one: "Militia".to_owned(), ..old.clone() };
    let corrected = done(world.coordinator().correct_event(to(&old, moved)).await);
    assert_eq!((corrected.version, corrected.deaths_best, &*corrected.area), (2, Some(8), "B"));
    assert_eq!(
        (&*corrected.corrected_by, &*corrected.correction_reason),
        ("coordinator", "The hospital counted again")
    );
    assert_eq!((&*corrected.source, &*corrected.external_id), (&*old.source, &*old.external_id));
    assert_eq!(world.values("CX-TOLL", "B", "").await, [("2024-01".to_owned(), Some(8.0))]);
    assert_eq!(world.values("CX-TOLL", "A", &before).await, [("2024-01".to_owned(), Some(3.0))], "as it was known");

    for file in [FILE.to_owned(), FILE.replace(",3\n", ",4\n")] {
        let again = send_events(&mut world.coordinator(), file.as_bytes()).await.expect("events");
        assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 1));
    }
    let get = pb::GetEventRequest { event_id: old.id.clone() };
    assert_eq!(done(world.coordinator().get_event(get).await), corrected);
}

#[tokio::test]
async fn what_is_raised_by_hand_is_gone_for_those_below_and_stays_so() {
    let world = World::start().await;
    let old = with_one_event(&world).await;
    let (insider, outsider) =
        (world.caller(Role::Coordinator), world.cleared(Role::Coordinator, Classification::Unclassified));
    let raised = pb::Event { classification: "confidential".to_owned(), ..old.clone() };
    // Nobody raises above what they see themselves.
    let refusal = expect_code(world.of(&outsider).correct_event(to(&old, raised.clone())).await, Code::Invalid);
    assert_eq!(refusal.violations[0].field, "classification");
    let raised = done(world.of(&insider).correct_event(to(&old, raised)).await);
    let open = "event_id,date,event_type,latitude,longitude,fatalities,classification\nE1,2024-01-12,Battles,5,5,3,unclassified\n";
    for file in [FILE, open] {
        send_events(&mut world.of(&insider), file.as_bytes()).await.expect("events");
        let seen = done(world.of(&outsider).list_events(pb::ListEventsRequest::default()).await).events;
        assert_eq!(seen, [], "no file opens what was closed by hand");
    }
    let hidden = expect_code(world.of(&outsider).correct_event(to(&raised, old.clone())).await, Code::NotFound);
    let never = pb::Event { id: Uuid::new_v4().to_string(), ..raised.clone() };
    assert_eq!(
        hidden.message,
        expect_code(world.of(&outsider).correct_event(to(&never, old.clone())).await, Code::NotFound).message
    );
    // Opened again by hand, with a reason.
    let opened = done(
        world
            .of(&insider)
            .correct_event(to(&raised, pb::Event { classification: "unclassified".to_owned(), ..raised.clone() }))
            .await,
    );
    assert_eq!(
        done(world.of(&outsider).list_events(pb::ListEventsRequest::default()).await).events,
        std::slice::from_ref(&opened)
    );
    let highest =
        send_events_as(&mut world.of(&insider), FILE.as_bytes(), "strictly_confidential").await.expect("events");
    assert_eq!(highest.added, 0, "a file raises it all the same");
    assert_eq!(done(world.of(&outsider).list_events(pb::ListEventsRequest::default()).await).events, []);

    // The same event from somebody who does not see it: the two stand side by side, and do not become one.
    send_events(&mut world.of(&outsider), FILE.as_bytes()).await.expect("events");
    let low = done(world.of(&outsider).list_events(pb::ListEventsRequest::default()).await).events.remove(0);
    let both = pb::Event { classification: "strictly_confidential".to_owned(), ..low.clone() };
    expect_code(world.of(&insider).correct_event(to(&low, both)).await, Code::Conflict);
}

#[tokio::test]
async fn what_cannot_be_so_is_refused_with_its_field() {
    let world = World::start().await;
    let old = with_one_event(&world).await;
    let mut client = world.coordinator();
    for (event, field) in [
        (pb::Event { date: "yesterday".to_owned(), ..old.clone() }, "date"),
        (pb::Event { date: "2024-01-01/2025-06-01".to_owned(), ..old.clone() }, "date"),
        (pb::Event { longitude: 181.0, ..old.clone() }, "longitude"),
        (pb::Event { latitude: f64::NAN, ..old.clone() }, "latitude"),
        (pb::Event { longitude: -60.0, ..old.clone() }, "longitude"),
        (pb::Event { point_precision: "about".to_owned(), ..old.clone() }, "point_precision"),
        (pb::Event { classification: "secret".to_owned(), ..old.clone() }, "classification"),
        (pb::Event { deaths_best: Some(u32::MAX), ..old.clone() }, "deaths_best"),
        (pb::Event { deaths_low: Some(9), ..old.clone() }, "deaths_best"),
        (pb::Event { notes: "x".repeat(2_001), ..old.clone() }, "notes"),
        (pb::Event { place: "x".repeat(301), ..old.clone() }, "place"),
    ] {
        let refusal = expect_code(client.correct_event(to(&old, event)).await, Code::Invalid);
        assert_eq!(refusal.violations[0].field, field, "{refusal}");
    }
    let silent = pb::CorrectEventRequest { reason: " ".to_owned(), ..to(&old, pb::Event::default()) };
    assert_eq!(expect_code(client.correct_event(silent).await, Code::Invalid).violations[0].field, "reason");
    expect_code(client.correct_event(to(&old, old.clone())).await, Code::Conflict);
    let kind = pb::Event { kind: "Riots".to_owned(), ..old.clone() };
    let first = done(client.correct_event(to(&old, kind.clone())).await);
    expect_code(client.correct_event(to(&old, kind)).await, Code::Stale);
    assert_eq!(first.version, 2);
    let stranger = chassis::testing::caller(Role::Coordinator, &chassis::testing::mission("MINUSMA"));
    expect_code(world.of(&stranger).correct_event(to(&first, old.clone())).await, Code::NotFound);
}

#[tokio::test]
async fn a_correction_that_is_sent_again_is_done_once() {
    let world = World::start().await;
    let old = with_one_event(&world).await;
    let asked = to(&old, pb::Event { deaths_best: Some(8), ..old.clone() });
    let caller = world.caller(Role::Coordinator);
    let first = done(world.of(&caller).correct_event(keyed(asked.clone(), "one")).await);
    let second = done(world.of(&caller).correct_event(keyed(asked, "one")).await);
    assert_eq!((first.version, second), (2, first));
}
