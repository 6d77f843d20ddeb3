//! Areas that are split and merged: what is heard of it, what series say, and what is refused.

use chassis::testing::eventually;
use cpas_collection::{
    domain::rollup::Successor,
    store::copies::{AreaCopy, ChangeCopy, upsert_area, upsert_change},
};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::Text,
    context::v1::{Area, AreaChange, AreaChangeRecorded, AreaPart, AreaRecorded, FormerParent},
    words::Role,
};
use uuid::Uuid;

use crate::{copies::Neighbour, world::*};

fn area(code: &str, from: &str, to: &str) -> AreaCopy {
    AreaCopy {
        id: Uuid::new_v4(),
        code: code.to_owned(),
        name_en: "Maridi".to_owned(),
        name_fr: String::new(),
        level: 1,
        parent_code: String::new(),
        valid_from: from.parse().ok(),
        valid_to: to.parse().ok(),
        geometry: String::new(),
        version: 1,
        aliases: vec![format!("Old {code}")],
        former: Vec::new(),
    }
}

/// N became N1 (60 %) and N2 in July; E and W became EW in July.
async fn world() -> World {
    let world = World::start().await;
    let mission = world.stage.mission.id;
    let mut tx = world.db().begin(&world.caller(Role::Service)).await.expect("a transaction");
    for (code, from, to) in [
        ("N", "", "2024-06-30"),
        ("N1", "2024-07-01", ""),
        ("N2", "2024-07-01", ""),
        ("E", "", "2024-06-30"),
        ("W", "", "2024-06-30"),
        ("EW", "2024-07-01", ""),
    ] {
        upsert_area(&mut tx, mission, &area(code, from, to)).await.expect("a copy");
    }
    for (before, after) in
        [(vec!["N"], vec![("N1", Some(0.6)), ("N2", Some(0.4))]), (vec!["E", "W"], vec![("EW", None)])]
    {
        let change = ChangeCopy {
            id: Uuid::new_v4(),
            date: "2024-07-01".parse().expect("a day"),
            predecessors: before.into_iter().map(str::to_owned).collect(),
            successors: after.into_iter().map(|(code, share)| Successor { code: code.to_owned(), share }).collect(),
            undone: false,
            version: 1,
        };
        upsert_change(&mut tx, mission, &change).await.expect("a copy");
    }
    tx.commit().await.expect("a commit");
    world
}

async fn values(world: &World, area: &str) -> Vec<(String, Option<f64>, String)> {
    let series = done(world.coordinator().get_series(series_of("OC-CIVDEATHS", &[area], "")).await);
    let points = series.parts.into_iter().next().map(|part| part.points).unwrap_or_default();
    points.into_iter().map(|point| (point.period, point.value, point.note.unwrap_or_default().en)).collect()
}

#[tokio::test]
async fn series_go_over_a_split_and_a_merge_without_counting_twice_or_inventing() {
    let world = world().await;
    world
        .import(
            "indicator,area,period,value\nOC-CIVDEATHS,N,2024-06,10\nOC-CIVDEATHS,N1,2024-07,4\nOC-CIVDEATHS,N2,2024-07,5\n\
             OC-CIVDEATHS,E,2024-06,1\nOC-CIVDEATHS,W,2024-06,2\nOC-CIVDEATHS,EW,2024-07,8\n",
        )
        .await;
    let point = |period: &str, value: Option<f64>, note: &str| (period.to_owned(), value, note.to_owned());
    assert_eq!(values(&world, "").await, [point("2024-06", Some(13.0), ""), point("2024-07", Some(17.0), "")]);
    assert_eq!(
        values(&world, "N1").await,
        [
            point("2024-06", None, "Before 2024-07-01 it was a part of N (60 %); of the part alone nothing is known."),
            point("2024-07", Some(4.0), ""),
        ]
    );
    assert_eq!(
        values(&world, "EW").await,
        [
            point("2024-06", Some(3.0), "Before 2024-07-01: what was known of E and W, which were merged."),
            point("2024-07", Some(8.0), ""),
        ]
    );
    let every = done(world.coordinator().get_series(series_of("OC-CIVDEATHS", &["*"], "")).await);
    let june: f64 = every.parts.iter().filter_map(|part| part.points[0].value).sum();
    assert_eq!(june, 13.0, "beside one another, nothing is there twice");
    let asked = pb::ExplainPointRequest {
        indicator: "OC-CIVDEATHS".to_owned(),
        area: "EW".to_owned(),
        period: "2024-06".to_owned(),
        ..Default::default()
    };
    let explained = done(world.coordinator().explain_point(asked).await);
    assert_eq!(explained.total, 2);
    assert!(explained.formula.unwrap_or_default().en.contains("the areas that it was merged of"));
}

#[tokio::test]
async fn a_split_that_is_recorded_after_the_fact_takes_nothing_from_the_mission() {
    let world = World::start().await;
    let mission = world.stage.mission.id;
    let whole = area("N", "", "");
    let mut tx = world.db().begin(&world.caller(Role::Service)).await.expect("a transaction");
    upsert_area(&mut tx, mission, &whole).await.expect("a copy");
    tx.commit().await.expect("a commit");
    world
        .import(
            "indicator,area,period,value\nOC-CIVDEATHS,N,2024-06,10\nOC-CIVDEATHS,N,2024-07,11\nOC-CIVDEATHS,N,2024-08,12\n\
             OC-CIVDEATHS,B,2024-08,100\n",
        )
        .await;
    let mut tx = world.db().begin(&world.caller(Role::Service)).await.expect("a transaction");
    let ended = AreaCopy { valid_to: "2024-06-30".parse().ok(), version: 2, ..whole };
    for own in [ended, area("N1", "2024-07-01", ""), area("N2", "2024-07-01", "")] {
        upsert_area(&mut tx, mission, &own).await.expect("a copy");
    }
    let change = ChangeCopy {
        id: Uuid::new_v4(),
        date: "2024-07-01".parse().expect("a day"),
        predecessors: vec!["N".to_owned()],
        successors: ["N1", "N2"].map(|code| Successor { code: code.to_owned(), share: None }).into(),
        undone: false,
        version: 1,
    };
    upsert_change(&mut tx, mission, &change).await.expect("a copy");
    tx.commit().await.expect("a commit");
    world.import("indicator,area,period,value\nOC-CIVDEATHS,N1,2024-08,4\n").await;
    let told: Vec<_> = values(&world, "").await.into_iter().map(|(period, value, _)| (period, value)).collect();
    let point = |period: &str, value| (period.to_owned(), Some(value));
    assert_eq!(
        told,
        [point("2024-06", 10.0), point("2024-07", 11.0), point("2024-08", 104.0)],
        "N stands for its parts until one of them says something"
    );
}

#[tokio::test]
async fn a_value_about_an_area_that_is_over_or_not_yet_there_is_refused_with_the_right_one() {
    let world = world().await;
    let mut coordinator = world.coordinator();
    let failure = refused(coordinator.enter_observation(enter("OC-CIVDEATHS", "N", "2024-07", 1.0)).await);
    assert_eq!(failure.violations[0].field, "area");
    assert!(failure.message.contains("N1 and N2 follow it"), "{failure}");
    let failure = refused(coordinator.enter_observation(enter("OC-CIVDEATHS", "EW", "2024-06", 1.0)).await);
    assert!(failure.message.contains("Until then there were E and W"), "{failure}");
    done(coordinator.enter_observation(enter("OC-CIVDEATHS", "N", "2024-06", 1.0)).await);
    let row = pb::EntryRow {
        key: "one".to_owned(),
        observation: Some(enter("OC-CIVDEATHS", "N2", "2024-05", 1.0).observation.expect("an observation")),
        ..Default::default()
    };
    let many = done(coordinator.enter_observations(pb::EnterObservationsRequest { rows: vec![row] }).await);
    assert!(format!("{:?}", many.outcomes[0]).contains("a part of N; give the value for that"), "{many:?}");
}

#[tokio::test]
async fn a_file_names_areas_by_code_name_or_alias_and_a_near_miss_is_suggested() {
    let world = world().await;
    let batch = world
        .preview(
            "indicator,area,period,value\nOC-CIVDEATHS,old n1,2024-08,1\nOC-CIVDEATHS,Zone A1,2024-08,1\nOC-CIVDEATHS,Aera B,2024-08,1\n\
             OC-CIVDEATHS,N,2024-08,1\nOC-CIVDEATHS,Maridi,2024-08,1\nOC-CIVDEATHS,Nowhere at all,2024-08,1\n",
        )
        .await;
    assert_eq!(batch.rows_added, 2);
    let reasons: Vec<&str> = batch.rejected.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "The mission has no area \"Aera B\". Did you mean B (\"Area B\")?",
            "The area N existed until 2024-06-30 only. N1 and N2 follow it; give the value for each of them.",
            "Several areas are called \"Maridi\": EW, N1, N2. Write the code of the one that is meant.",
            "The mission has no area \"Nowhere at all\".",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_context_tells_of_a_split_and_of_its_undoing_is_followed() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    let context = Neighbour::start("context", &world).await;
    let id = Uuid::new_v4().to_string();
    let told = |version: i64, withdrawn: bool| AreaRecorded {
        area: Some(Area {
            id: id.clone(),
            code: "B1".to_owned(),
            name: Some(Text::of("B one", "")),
            level: 1,
            valid_from: "2024-07-01".to_owned(),
            former_parents: vec![FormerParent { parent_code: "A".to_owned(), until: "2024-08-31".to_owned() }],
            version,
            withdrawn,
            ..Default::default()
        }),
    };
    let change = AreaChange {
        id: Uuid::new_v4().to_string(),
        kind: "split".to_owned(),
        date: "2024-07-01".to_owned(),
        predecessors: vec!["B".to_owned()],
        successors: vec![AreaPart { code: "B1".to_owned(), share: Some(0.5) }],
        version: 1,
        ..Default::default()
    };
    context.tell(&world, "area", &told(1, false)).await;
    context.tell(&world, "area_change", &AreaChangeRecorded { change: Some(change.clone()) }).await;
    let copies = || async {
        let mut tx = world.db().begin(&world.caller(Role::Service)).await.expect("a transaction");
        let areas = cpas_collection::store::copies::areas(&mut tx).await.expect("the copies");
        let changes: i64 = sqlx::query_scalar("SELECT count(*) FROM area_change WHERE NOT undone")
            .fetch_one(&mut *tx)
            .await
            .expect("a count");
        (areas.into_iter().find(|area| area.code == "B1"), changes)
    };
    eventually("both are heard of", || async { matches!(copies().await, (Some(_), 1)) }).await;
    let (known, _) = copies().await;
    assert_eq!(known.expect("the area").former[0].parent, "A");
    context.tell(&world, "area", &told(2, true)).await;
    let undone = AreaChange { undone: true, version: 2, ..change };
    context.tell(&world, "area_change", &AreaChangeRecorded { change: Some(undone) }).await;
    eventually("it is gone", || async { matches!(copies().await, (None, 0)) }).await;
}

/// GeoJSON of a rectangle between two longitudes, from 20 to 30 north.
fn strip(west: u32, east: u32) -> String {
    format!(r#"{{"type":"Polygon","coordinates":[[[{west},20],[{east},20],[{east},30],[{west},30],[{west},20]]]}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn events_told_before_a_split_are_found_in_its_parts_and_after_its_undoing_where_they_were() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    let context = Neighbour::start("context", &world).await;
    let ids: Vec<String> = (0..4).map(|_| Uuid::new_v4().to_string()).collect();
    let tell = async |id: &str, code: &str, days: (&str, &str), geometry: String, version: i64, withdrawn: bool| {
        let area = Area {
            id: id.to_owned(),
            code: code.to_owned(),
            name: Some(Text::of(code, "")),
            level: 1,
            valid_from: days.0.to_owned(),
            valid_to: days.1.to_owned(),
            geometry,
            version,
            withdrawn,
            ..Default::default()
        };
        context.tell(&world, "area", &AreaRecorded { area: Some(area) }).await;
    };
    let places = async || {
        let all = done(world.coordinator().list_events(pb::ListEventsRequest::default()).await);
        let mut areas: Vec<String> =
            all.events.into_iter().map(|event| format!("{} {}", event.external_id, event.area)).collect();
        areas.sort();
        areas
    };
    tell(&ids[0], "N", ("", ""), strip(0, 20), 1, false).await;
    let file = "source,id,date,longitude,latitude\nACLED,before,2024-06-30,2,25\nACLED,west,2024-07-01,2,25\n\
                ACLED,east,2024-08-01,18,25\n";
    eventually("N is heard of", || async {
        let sent = send_events(&mut world.coordinator(), file.as_bytes()).await.expect("events");
        sent.outside == 0
    })
    .await;
    assert_eq!(places().await, ["before N", "east N", "west N"]);

    tell(&ids[0], "N", ("", "2024-06-30"), String::new(), 2, false).await;
    tell(&ids[1], "NW", ("2024-07-01", ""), strip(0, 10), 1, false).await;
    tell(&ids[2], "NE", ("2024-07-01", ""), String::new(), 1, false).await;
    let change = AreaChange {
        id: ids[3].clone(),
        kind: "split".to_owned(),
        date: "2024-07-01".to_owned(),
        predecessors: vec!["N".to_owned()],
        successors: ["NW", "NE"].map(|code| AreaPart { code: code.to_owned(), share: None }).into(),
        version: 1,
        ..Default::default()
    };
    context.tell(&world, "area_change", &AreaChangeRecorded { change: Some(change.clone()) }).await;
    // Of the east no boundary is known yet: there the event stays.
    eventually("the west is found", || async { places().await == ["before N", "east N", "west NW"] }).await;
    tell(&ids[2], "NE", ("2024-07-01", ""), strip(10, 20), 2, false).await;
    eventually("the east too", || async { places().await == ["before N", "east NE", "west NW"] }).await;
    let again = send_events(&mut world.coordinator(), file.as_bytes()).await.expect("events");
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 3), "a file finds them where they are");

    tell(&ids[0], "N", ("", ""), String::new(), 3, false).await;
    tell(&ids[1], "NW", ("2024-07-01", ""), String::new(), 2, true).await;
    tell(&ids[2], "NE", ("2024-07-01", ""), String::new(), 3, true).await;
    let undone = AreaChange { undone: true, version: 2, ..change };
    context.tell(&world, "area_change", &AreaChangeRecorded { change: Some(undone) }).await;
    eventually("all are back", || async { places().await == ["before N", "east N", "west N"] }).await;
    let mut tx = world.db().begin(&world.caller(Role::Service)).await.expect("a transaction");
    let past: Vec<String> = sqlx::query_scalar("SELECT area FROM geo_event_past ORDER BY superseded_at, area")
        .fetch_all(&mut *tx)
        .await
        .expect("what they were");
    assert_eq!(past, ["N", "N", "NE", "NW"], "and what was known then can still be read");
}
