//! Geocoded events: in which area, once, and changed.

use chassis::{Caller, Code};
use cpas_collection::domain::definition::{Definition, EventMeasure, Measured};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::FileChunk,
    words::{Classification, Role},
};
use uuid::Uuid;

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

const ACLED: &str = "event_id_cnty,event_date,time_precision,geo_precision,event_type,latitude,longitude,actor1,actor2,\
                     notes,fatalities\nX1,2024-01-10,1,2,Battles,5,5,Militia,Army,\"Market, burnt\",3\n\
                     X2,2024-01-20,3,3,Riots,5,5,,,,1\n";

async fn listed(world: &World, clearance: Classification) -> Vec<pb::Event> {
    let caller = world.cleared(Role::Coordinator, clearance);
    done(world.of(&caller).list_events(pb::ListEventsRequest::default()).await).events
}

#[tokio::test]
async fn an_event_keeps_who_where_and_how_exact_and_is_opened_by_its_id() {
    let world = World::start().await;
    send_events(&mut world.coordinator(), ACLED.as_bytes()).await.expect("events");
    let events = listed(&world, Classification::Unclassified).await;
    let second = &events[0];
    assert_eq!((&*second.date, &*second.date_precision, &*second.point_precision), ("2024-01", "month", "area"));
    let get = pb::GetEventRequest { event_id: events[1].id.clone() };
    let event = done(world.coordinator().get_event(get).await);
    assert_eq!(event, events[1]);
    assert_eq!((&*event.actor_one, &*event.actor_two, &*event.notes), ("Militia", "Army", "Market, burnt"));
    assert_eq!((&*event.point_precision, &*event.classification), ("near", "unclassified"));
    let get = |event_id: &str| pb::GetEventRequest { event_id: event_id.to_owned() };
    expect_code(world.coordinator().get_event(get(&Uuid::new_v4().to_string())).await, Code::NotFound);
    assert_eq!(
        expect_code(world.coordinator().get_event(get("7")).await, Code::Invalid).violations[0].field,
        "event_id"
    );

    let corrected = ACLED.replace("burnt", "looted");
    assert_eq!(send_events(&mut world.coordinator(), corrected.as_bytes()).await.expect("events").changed, 1);
}

#[tokio::test]
async fn a_number_that_counts_events_opens_to_them_as_they_were_counted() {
    let world = World::start().await;
    let events = Some(EventMeasure { measure: Measured::DeathsBest, kinds: Vec::new(), sub_kinds: Vec::new() });
    let (id, dimensions) = (Uuid::from_u128(0xE5), Vec::new());
    let counted = Definition { id, code: "CX-TOLL".to_owned(), dimensions, events, ..deaths() };
    world.indicator(&counted).await;
    let file = |toll: &str| {
        format!(
            "source,event_id,event_type,event_date,longitude,latitude,deaths_best,classification\n\
             UCDP,1,Battles,2024-01-12,5,5,{toll},\nUCDP,2,Riots,2024-01-03,5,5,,\nUCDP,3,Riots,2024-02-03,5,5,7,\n\
             UCDP,4,Riots,2024-01-20,5,5,1,confidential\n"
        )
    };
    let who = world.cleared(Role::Coordinator, Classification::Confidential);
    send_events(&mut world.of(&who), file("4").as_bytes()).await.expect("events");
    let asked = |as_known_at: &str| pb::ExplainPointRequest {
        indicator: "CX-TOLL".to_owned(),
        period: "2024-01".to_owned(),
        as_known_at: as_known_at.to_owned(),
        ..Default::default()
    };
    let told = |of: &pb::PointExplanation| {
        let one = |event: &pb::CountedEvent| (event.external_id.clone(), event.amount, event.changed_since);
        of.events.iter().map(one).collect::<Vec<_>>()
    };
    let event = |id: &str, amount, changed| (id.to_owned(), amount, changed);
    let first = done(world.of(&who).explain_point(asked("")).await);
    assert_eq!((first.total, first.events_total), (0, 3), "the one of February is not behind it");
    let expected = [event("2", None, false), event("1", Some(4.0), false), event("4", Some(1.0), false)];
    assert_eq!(told(&first), expected, "in the order of their days; of one the number is not known");
    let battle = &first.events[1];
    assert_eq!((&*battle.kind, &*battle.first_date, &*battle.area), ("Battles", "2024-01-12", "A"));
    assert_eq!((&*battle.source, &*battle.indicator_code), ("UCDP", "CX-TOLL"));
    let open = world.cleared(Role::Coordinator, Classification::Unclassified);
    let seen = done(world.of(&open).explain_point(asked("")).await);
    assert_eq!((seen.events_total, told(&seen).len()), (2, 2), "neither shown nor counted");

    // Corrected since: what was counted then is still there, and that it changed is said.
    let moment = chrono::Utc::now().to_rfc3339();
    send_events(&mut world.of(&who), file("6").as_bytes()).await.expect("events");
    let then = done(world.of(&who).explain_point(asked(&moment)).await);
    assert_eq!(told(&then)[1], event("1", Some(4.0), true));
    assert_eq!(told(&done(world.of(&who).explain_point(asked("")).await))[1], event("1", Some(6.0), false));
}

#[tokio::test]
async fn a_classified_event_is_neither_seen_nor_counted_nor_collided_with() {
    let world = World::start().await;
    let events = Some(EventMeasure { measure: Measured::Events, kinds: Vec::new(), sub_kinds: Vec::new() });
    let counted = Definition {
        id: Uuid::from_u128(0xE4),
        code: "CX-CLASHES".to_owned(),
        dimensions: Vec::new(),
        events,
        ..deaths()
    };
    world.indicator(&counted).await;
    let coordinator = |clearance| world.cleared(Role::Coordinator, clearance);
    let (outsider, insider) = (coordinator(Classification::Unclassified), coordinator(Classification::Confidential));
    send_events(&mut world.of(&outsider), ACLED.as_bytes()).await.expect("events");
    let secret = "event_id_cnty,event_date,latitude,longitude,fatalities\nS1,2024-01-12,5,5,9\n";
    let sent = send_events_as(&mut world.of(&insider), secret.as_bytes(), "confidential").await.expect("events");
    assert_eq!(sent.added, 1);

    // What one may not see, one may not bring in either; and a row that says so is handed back.
    let refused = send_events_as(&mut world.of(&outsider), secret.as_bytes(), "confidential").await;
    assert_eq!(refused.expect_err("above their clearance").violations[0].field, "classification");
    let rows = "date,latitude,longitude,classification\n2024-01-12,5,5,confidential\n2024-01-13,5,5,\n";
    let sent = send_events(&mut world.of(&outsider), rows.as_bytes()).await.expect("events");
    assert_eq!((sent.added, sent.rows_rejected, &*sent.rejected[0].column), (1, 1, "classification"));

    let seen = listed(&world, Classification::Confidential).await;
    assert_eq!(seen.len(), 4);
    assert_eq!(listed(&world, Classification::Unclassified).await.len(), 3);
    let secret_one = seen.iter().find(|event| event.external_id == "S1").expect("the secret one");
    let get = || pb::GetEventRequest { event_id: secret_one.id.clone() };
    done(world.of(&insider).get_event(get()).await);
    expect_code(world.of(&outsider).get_event(get()).await, Code::NotFound);

    let asked = || pb::GetSeriesRequest {
        first_period: "2024-01".to_owned(),
        last_period: "2024-01".to_owned(),
        ..series_of("CX-CLASHES", &[""], "")
    };
    let (known, open) =
        (done(world.of(&insider).get_series(asked()).await), done(world.of(&outsider).get_series(asked()).await));
    assert_eq!((known.parts[0].points[0].value, &*known.classification), (Some(4.0), "confidential"));
    assert_eq!((open.parts[0].points[0].value, &*open.classification), (Some(3.0), "unclassified"));

    // The same event from somebody who does not know of it: no refusal, and nothing of it changed.
    let sent = send_events(&mut world.of(&outsider), secret.as_bytes()).await.expect("events");
    assert_eq!((sent.added, sent.changed, sent.rows_rejected), (1, 0, 0));
}

#[tokio::test]
async fn an_event_is_raised_and_never_lowered_by_a_file() {
    let world = World::start().await;
    let mut client = world.coordinator();
    send_events(&mut client, ACLED.as_bytes()).await.expect("events");
    let raised = send_events_as(&mut client, ACLED.as_bytes(), "strictly_confidential").await.expect("events");
    assert_eq!((raised.added, raised.changed, raised.unchanged), (0, 2, 0));
    assert_eq!(listed(&world, Classification::Confidential).await, []);
    let again = send_events_as(&mut client, ACLED.as_bytes(), "").await.expect("events");
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 2));
    let words: Vec<String> = listed(&world, Classification::StrictlyConfidential)
        .await
        .into_iter()
        .map(|event| event.classification)
        .collect();
    assert_eq!(words, ["strictly_confidential"; 2]);
    let refused = send_events_as(&mut client, ACLED.as_bytes(), "secret").await.expect_err("no such word");
    assert_eq!(refused.violations[0].field, "classification");
}

/// A dry run of a file.
async fn tried(client: &mut Client, bytes: &[u8]) -> Result<pb::ImportEventsResponse, chassis::Failure> {
    send_file_of_events(client, FileChunk { data: bytes.to_vec(), dry_run: true, ..FileChunk::default() }).await
}

#[tokio::test]
async fn a_dry_run_tells_what_an_import_would_do_and_stores_nothing() {
    let world = World::start().await;
    let mut client = world.coordinator();
    let file = |toll: &str| {
        format!(
            "source,event_id,event_date,longitude,latitude,deaths_best\nACLED,1,15 March 2024,5,5,{toll}\n\
             ACLED,2,16 mars 2024,5,5,1\nACLED,3,17 March 2024,-60,5,1\nACLED,4,soon,5,5,1\n"
        )
    };
    let first = tried(&mut client, file("3").as_bytes()).await.expect("a dry run");
    assert_eq!((first.read, first.added, first.changed, first.outside, first.rows_rejected), (4, 2, 0, 1, 1));
    assert_eq!((&*first.first_date, &*first.last_date), ("2024-03-15", "2024-03-17"));
    assert_eq!(first.mapping["date"], "event_date", "what was read, and from which column");
    assert_eq!(first.headings.len(), 6);
    assert!(!first.rejected[0].reason_fr.is_empty(), "{:?}", first.rejected);
    assert_eq!(listed(&world, Classification::StrictlyConfidential).await, [], "nothing is stored");

    let done_so = send_events(&mut client, file("3").as_bytes()).await.expect("events");
    assert_eq!(done_so, first, "it did what the dry run told");
    let before = listed(&world, Classification::StrictlyConfidential).await;
    let again = tried(&mut client, file("4").as_bytes()).await.expect("a dry run");
    assert_eq!((again.added, again.changed, again.unchanged), (0, 1, 1));
    assert_eq!(listed(&world, Classification::StrictlyConfidential).await, before, "not a version more");

    // Who may not bring events in may not try either, and a file that cannot be used says so.
    let refused = tried(&mut world.r#as(Role::Verifier), file("3").as_bytes()).await;
    assert_eq!(refused.expect_err("no coordinator").code, Code::Denied);
    assert!(tried(&mut client, b"date,longitude\n2024,5\n").await.is_err());
}

#[tokio::test]
async fn a_dry_run_says_nothing_of_what_one_may_not_see() {
    let world = World::start().await;
    let coordinator = |clearance| world.cleared(Role::Coordinator, clearance);
    let (outsider, insider) = (coordinator(Classification::Unclassified), coordinator(Classification::Confidential));
    send_events_as(&mut world.of(&insider), ACLED.as_bytes(), "confidential").await.expect("events");
    let known = tried(&mut world.of(&insider), ACLED.as_bytes()).await.expect("a dry run");
    assert_eq!((known.added, known.unchanged), (0, 2));
    let unknown = tried(&mut world.of(&outsider), ACLED.as_bytes()).await.expect("a dry run");
    assert_eq!((unknown.added, unknown.changed, unknown.unchanged), (2, 0, 0), "as if nothing were there");
    let above = FileChunk {
        data: ACLED.into(),
        dry_run: true,
        classification: "confidential".to_owned(),
        ..FileChunk::default()
    };
    let refused = send_file_of_events(&mut world.of(&outsider), above).await.expect_err("above their clearance");
    assert_eq!(refused.violations[0].field, "classification");
    let elsewhere = Caller { mission: Some(chassis::testing::mission("UNMID")), ..insider };
    let refused = tried(&mut world.of(&elsewhere), ACLED.as_bytes()).await.expect_err("no areas there");
    assert_eq!(refused.code, Code::Conflict, "nothing of this mission is known there");
}

#[tokio::test]
async fn a_file_that_was_sent_in_parts_is_tried_taken_and_its_bad_rows_come_back() {
    let world = World::start().await;
    let mut client = world.coordinator();
    let bad: String = (0..250).map(|row| format!("ACLED,X{row},03/04/2024,5,5,\"a \"\"name\"\"\"\n")).collect();
    let text = format!("source,event_id,event_date,longitude,latitude,place\n{bad}ACLED,1,2024-03-17,5,5,Bria\n");
    let opened = pb::OpenUploadRequest { file_name: "acled.csv".to_owned(), bytes: text.len() as u64 };
    let upload = done(client.open_upload(opened).await);
    let not_whole = FileChunk { dry_run: true, upload_id: upload.id.clone(), ..FileChunk::default() };
    let refused = send_file_of_events(&mut client, not_whole.clone()).await.expect_err("not whole");
    assert_eq!(refused.code, Code::Conflict);
    let part = pb::PutUploadPartRequest { upload_id: upload.id.clone(), offset: 0, data: text.into_bytes() };
    done(client.put_upload_part(part).await);
    let told = send_file_of_events(&mut client, not_whole).await.expect("a dry run");
    assert_eq!((told.added, told.rows_rejected, told.rejected.len()), (1, 250, 200), "as many as are shown");

    let asked = |language: &str| pb::DownloadRejectedRequest {
        language: language.to_owned(),
        events_upload_id: upload.id.clone(),
        ..Default::default()
    };
    let rows = |bytes: Vec<u8>| -> Vec<Vec<String>> {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
    };
    let back = rows(whole(done(client.download_rejected(asked("fr")).await)).await);
    assert_eq!(back.len(), 250, "all of them, and nothing that is an event");
    assert_eq!(back[0][..8], ["ACLED", "X0", "03/04/2024", "5", "5", "a \"name\"", "2", "date"]);
    assert!(back[0][8].starts_with("« 03/04/2024 » pourrait être le 2024-04-03 ou le 2024-03-04"), "{:?}", back[0]);
    let english = rows(whole(done(client.download_rejected(asked("")).await)).await);
    assert!(english[249][8].contains("Write the year first, as in 2024-03-17"), "{:?}", english[249]);

    // It is its sender's own: nobody else's, and nothing in another mission.
    let mut another = world.of(&Caller { account: Uuid::new_v4(), ..world.caller(Role::Coordinator) });
    expect_code(another.download_rejected(asked("")).await, Code::NotFound);
    let elsewhere = Caller { mission: Some(chassis::testing::mission("UNMID")), ..world.caller(Role::Coordinator) };
    expect_code(world.of(&elsewhere).download_rejected(asked("")).await, Code::NotFound);

    let take = FileChunk { upload_id: upload.id.clone(), ..FileChunk::default() };
    assert_eq!(send_file_of_events(&mut client, take.clone()).await.expect("events").added, 1);
    assert_eq!(send_file_of_events(&mut client, take).await.expect("events").unchanged, 1, "the same file twice");
    assert_eq!(listed(&world, Classification::Unclassified).await.len(), 1);
}

async fn whole(mut stream: tonic::Streaming<FileChunk>) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(piece) = stream.message().await.expect("a piece") {
        bytes.extend(piece.data);
    }
    bytes
}
