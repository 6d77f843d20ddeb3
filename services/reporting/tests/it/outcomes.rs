//! Tiles about an outcome, events on a map, categories of an area, and targets beyond what is shown.

use chassis::{Fact, testing::eventually};
use cpas_proto::{
    assessment::v1 as assessment,
    common::v1::Text,
    planning::v1 as planning,
    reporting::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::{
    dashboards::tile,
    world::{ASSESSMENT, Client, World, fact, observations, target},
};

/// A finding about the outcome of the plan, that rates it.
pub fn rated(id: &str, assessment_id: Uuid, progress: &str, classification: Classification) -> Fact {
    let finding = assessment::Finding {
        id: id.to_owned(),
        assessment_id: assessment_id.to_string(),
        outcome_lineage_id: "lineage-oc1".into(),
        question: "change".into(),
        progress_rating: progress.to_owned(),
        performance_rating: if progress.is_empty() { "" } else { "adequate" }.to_owned(),
        direction: "better".into(),
        narrative: Some(Text::of(format!("Found by {id}."), "")),
        evidence: vec![assessment::EvidenceReference::default(); 2],
        version: 1,
        ..Default::default()
    };
    let message = assessment::FindingRecorded { finding: Some(finding) };
    Fact::new("finding", "recorded", id, classification, &message)
}

fn outcome(lineage_id: &str) -> pb::DashboardTile {
    let query = pb::DashboardQuery { outcome: lineage_id.to_owned(), ..Default::default() };
    pb::DashboardTile { query: Some(query), ..tile("outcome", &[]) }
}

async fn preview(client: &mut Client, tile: pb::DashboardTile, filters: pb::DashboardFilters) -> pb::TileData {
    let request = pb::PreviewDashboardRequest { tiles: vec![tile], filters: Some(filters) };
    client.preview_dashboard(request).await.expect("the data").into_inner().tiles.remove(0)
}

async fn shown(client: &mut Client, tile: pb::DashboardTile) -> pb::TileData {
    preview(client, tile, pb::DashboardFilters::default()).await
}

async fn page(world: &World, tiles: Vec<pb::DashboardTile>, format: &str, language: &str) -> String {
    let mut client = world.as_role(Role::Coordinator);
    let draft = pb::DraftDashboardRequest { title: Some(Text::of("Paper", "")), tiles, ..Default::default() };
    let id = client.draft_dashboard(draft).await.expect("a dashboard").into_inner().id;
    let (format, language) = (format.to_owned(), language.to_owned());
    let request = pb::RenderDashboardRequest { id, format, language };
    let mut stream = client.render_dashboard(request).await.expect("a document").into_inner();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.message().await.expect("a chunk") {
        bytes.extend(chunk.data);
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_shows_its_ratings_its_indicators_and_what_was_found_last() {
    let world = World::full().await;
    let older = Uuid::from_u128(0xa55d);
    world.tell("assessment", rated("f1", older, "off_track", Classification::Unclassified)).await;
    world.tell("assessment", rated("f2", ASSESSMENT, "at_risk", Classification::Unclassified)).await;
    world.tell("assessment", rated("f3", ASSESSMENT, "", Classification::Unclassified)).await;
    world.tell("assessment", rated("f4", ASSESSMENT, "achieved", Classification::Confidential)).await;
    let ids = |data: &pb::TileData| {
        let ratings = data.outcome.iter().flat_map(|outcome| &outcome.ratings);
        ratings.map(|rating| rating.finding_id.clone()).collect::<Vec<_>>()
    };
    eventually("all findings are known", || async {
        ids(&shown(&mut world.as_role(Role::Contributor), outcome("lineage-oc1")).await) == ["f4", "f1"]
    })
    .await;
    let mut uncleared = world.uncleared(Role::Contributor);
    let data = shown(&mut uncleared, outcome("lineage-oc1")).await;
    assert_eq!(ids(&data), ["f2", "f1"], "of each assessment the newest that rates it, and nothing that is hidden");
    let told = data.outcome.clone().expect("the outcome");
    assert_eq!((told.number.as_str(), told.status.as_str()), ("1.1", "on_track"));
    let latest = told.latest.expect("a finding");
    assert_eq!((latest.finding_id.as_str(), latest.progress_rating.as_str(), latest.evidence), ("f3", "", 2));
    assert_eq!(latest.assessment, Some(Text::of("First half of 2024", "")));
    assert_eq!(latest.evidence_path, format!("assessments/{ASSESSMENT}?outcome=lineage-oc1"));
    let codes: Vec<&str> = data.series.iter().map(|series| series.indicator_code.as_str()).collect();
    assert_eq!(codes, ["OC-DEATHS", "OC-TRUST"]);
    assert_eq!((data.series[0].status.as_str(), data.series[0].targets[0].value), ("on_track", Some(20.0)));

    // One that is not of the plan, and the filters.
    let never = shown(&mut uncleared, outcome("lineage-never")).await;
    assert_eq!((never.state.as_str(), never.outcome), ("not_available", None));
    let police = pb::DashboardFilters { component: "police".into(), ..Default::default() };
    assert_eq!(preview(&mut uncleared, outcome("lineage-oc1"), police).await.state, "filtered_out");
    let area = pb::DashboardFilters { area: "CA02".into(), ..Default::default() };
    let of_area = preview(&mut uncleared, outcome("lineage-oc1"), area).await;
    assert_eq!(of_area.series[0].points.last().and_then(|point| point.value), Some(10.0));

    let html = page(&world, vec![outcome("lineage-oc1")], "html", "en").await;
    for said in ["1.1 outcome 1.1", "Found by f4.", "Indicator OC-TRUST", "achieved", "off track"] {
        assert!(html.contains(said), "{said} in {html}");
    }
    assert!(page(&world, vec![outcome("lineage-oc1")], "html", "fr").await.contains("hors trajectoire"));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_stand_on_a_map_where_they_are_known_to_be_and_for_whom_they_are() {
    let world = World::full().await;
    world.collection.happened(Classification::Unclassified, "CA01", Some((20.5, 5.5)), 3);
    world.collection.happened(Classification::Unclassified, "CA02", None, 2);
    world.collection.happened(Classification::Confidential, "CA02", Some((21.5, 5.5)), 5);
    let map = || {
        let query =
            pb::DashboardQuery { events: true, indicator_codes: vec!["OC-DEATHS".into()], ..Default::default() };
        pb::DashboardTile { query: Some(query), ..tile("map", &[]) }
    };
    let events = |data: pb::TileData| data.events.expect("the events");
    let open = events(shown(&mut world.uncleared(Role::Contributor), map()).await);
    assert_eq!((open.known, open.events, open.places.len()), (true, 5, 2));
    let at: Vec<(&str, Option<f64>)> = open.places.iter().map(|one| (one.area.as_str(), one.longitude)).collect();
    assert_eq!(at, [("CA01", Some(20.5)), ("CA02", None)], "what has no point gets none");
    assert_eq!(events(shown(&mut world.as_role(Role::Contributor), map()).await).events, 10);
    let of_area = pb::DashboardFilters { area: "CA01".into(), ..Default::default() };
    assert_eq!(events(preview(&mut world.as_role(Role::Contributor), map(), of_area).await).events, 3);
    let later = pb::DashboardFilters { from: "2024-Q2".into(), ..Default::default() };
    let none = preview(&mut world.as_role(Role::Contributor), map(), later).await;
    assert_eq!((events(none.clone()).events, none.state.as_str()), (0, "shown"), "the days of the filters are theirs");
    let plain = shown(&mut world.as_role(Role::Contributor), tile("map", &["OC-DEATHS"])).await;
    assert_eq!(plain.events, None, "only where they are asked for");
    assert!(page(&world, vec![map()], "html", "en").await.contains("Deaths, best estimates"));
    // Collection away: the map stands, and says that it knows nothing of events.
    world.collection.set_away(true);
    let away = shown(&mut world.as_role(Role::Contributor), map()).await;
    assert_eq!((away.state.as_str(), events(away.clone()).known, away.series.len()), ("shown", false, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn categories_of_an_area_are_shown_where_it_has_them() {
    let world = World::full().await;
    world.collection.set_slice("OC-DEATHS", "sex=f", "2024-Q2", 30.0);
    for (area, slice, value) in [("CA01", "sex=f", 2.0), ("CA01", "sex=m", 0.0), ("CA02", "sex=f", 9.0)] {
        world.collection.set_area_slice("OC-DEATHS", [area, slice, "2024-Q2"], value);
    }
    world.tell("collection", observations(&["OC-DEATHS"], "entered", 3)).await;
    let of = |area: &str| {
        let (area, indicator_codes) = (area.to_owned(), vec!["OC-DEATHS".to_owned()]);
        let query = Some(pb::DashboardQuery { area, indicator_codes, ..Default::default() });
        pb::DashboardTile { query, ..tile("slices", &[]) }
    };
    let told = |data: &pb::TileData| {
        let one = |series: &pb::TileSeries| (series.area.clone(), series.slice.clone(), series.points[0].value);
        data.series.iter().map(one).collect::<Vec<_>>()
    };
    let part = |area: &str, slice: &str, value| (area.to_owned(), slice.to_owned(), Some(value));
    eventually("the categories are read", || async {
        let data = shown(&mut world.as_role(Role::Contributor), of("CA01")).await;
        told(&data) == [part("CA01", "sex=f", 2.0), part("CA01", "sex=m", 0.0)]
    })
    .await;
    let mut staff = world.as_role(Role::Contributor);
    assert_eq!(told(&shown(&mut staff, of("")).await), [part("", "sex=f", 30.0)]);
    let filtered = pb::DashboardFilters { area: "CA02".into(), ..Default::default() };
    assert_eq!(told(&preview(&mut staff, of(""), filtered).await), [part("CA02", "sex=f", 9.0)]);
    assert_eq!(shown(&mut staff, of("CA04")).await.state, "no_slices");
    // They stand nowhere else, and a rebuild brings the same.
    let ranking = shown(&mut staff, tile("ranking", &["OC-DEATHS"])).await;
    assert!(ranking.series.len() == 4 && ranking.series.iter().all(|series| series.slice.is_empty()));
    world.rebuild().await;
    assert_eq!(told(&shown(&mut staff, of("CA01")).await).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_may_be_a_range_and_the_next_one_is_told() {
    let world = World::full().await;
    let range = planning::Target {
        id: "target-range".into(),
        indicator_id: "id-OC-DEATHS".into(),
        period: "2024-Q2".into(),
        low: Some(10.0),
        high: Some(50.0),
        version: 1,
        ..Default::default()
    };
    world.tell("planning", fact("target", "set", "range", planning::TargetSet { target: Some(range) })).await;
    world.tell("planning", target("OC-DEATHS", "2025-Q1", 15.0)).await;
    let against = || tile("target_actual", &["OC-DEATHS"]);
    eventually("the range is known", || async {
        let data = shown(&mut world.as_role(Role::Contributor), against()).await;
        data.series[0].points.last().is_some_and(|point| point.target_low == Some(10.0))
    })
    .await;
    let data = shown(&mut world.as_role(Role::Contributor), against()).await;
    let last = data.series[0].points.last().expect("a point");
    assert_eq!((last.target, last.target_low, last.target_high), (None, Some(10.0), Some(50.0)));
    assert_eq!(data.series[0].points[0].target_low, None);
    let next = data.series[0].next_target.clone().expect("the next");
    assert_eq!((next.period.as_str(), next.value), ("2024-Q4", Some(20.0)), "not the one after it");
    let html = page(&world, vec![against()], "html", "en").await;
    assert!(html.contains("10–50") && html.contains("next target: 20 (Q4 2024)"), "{html}");
    let csv = page(&world, vec![against()], "csv", "en").await;
    assert!(csv.lines().any(|line| line.contains(",2024-Q2,42,value,persons,,10,50")), "{csv}");
}
