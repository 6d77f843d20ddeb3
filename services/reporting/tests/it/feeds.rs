//! Tables of results and of dashboards, for programs that bring a filter of their own.

use chassis::{Fact, testing, testing::eventually};
use cpas_proto::{
    assessment::v1 as assessment,
    common::v1::{TableOrder, TablePage, TableQuery, Text},
    reporting::v1 as pb,
    tables::{Expression, Operator, TABLES, Value as Written},
    words::{Classification, Role},
};
use serde_json::{Value, json};
use tonic::{Code, Status};

use crate::{
    dashboards::tile,
    outcomes::rated,
    world::{ASSESSMENT, Client, World, indicator, observations, plan},
};

fn asked(table: &str, filter: Option<Expression>) -> TableQuery {
    let condition = filter.map(|filter| filter.steps()).unwrap_or_default();
    TableQuery { table: table.to_owned(), condition, ..Default::default() }
}

fn is(column: &str, value: &str) -> Option<Expression> {
    let sides = vec![Expression::Column(column.to_owned()), Expression::Value(Written::Text(value.to_owned()))];
    Some(Expression::Apply(Operator::Eq, sides))
}

fn rows(page: &TablePage) -> Vec<Value> {
    page.rows.iter().map(|row| serde_json::from_str(row).expect("a JSON object")).collect()
}

async fn read(client: &mut Client, query: TableQuery) -> Vec<Value> {
    rows(&client.read_table(query).await.expect("a page").into_inner())
}

async fn of_board(client: &mut Client, id: &str, tile: &str, query: TableQuery) -> Result<TablePage, Status> {
    let (id, tile) = (id.to_owned(), tile.to_owned());
    let request = pb::ReadDashboardTableRequest { id, tile, query: Some(query) };
    Ok(client.read_dashboard_table(request).await?.into_inner())
}

fn recommendation(id: &str, due: &str, classification: Classification) -> Fact {
    let recommendation = assessment::Recommendation {
        id: id.to_owned(),
        assessment_id: ASSESSMENT.to_string(),
        text: Some(Text::of("Patrol the road", "")),
        kind: "posture".into(),
        due: due.to_owned(),
        state: "accepted".into(),
        indicator_codes: vec!["OC-DEATHS".into(), "OC-TRUST".into()],
        version: 1,
        ..Default::default()
    };
    let message = assessment::RecommendationRecorded { recommendation: Some(recommendation) };
    Fact::new("recommendation", "recorded", id, classification, &message)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_missions_results_are_tables() {
    let world = World::full().await;
    world.tell("assessment", rated("f1", ASSESSMENT, "at_risk", Classification::Unclassified)).await;
    world.tell("assessment", recommendation("r1", "2020-01-31", Classification::Unclassified)).await;
    let paper = world.published("public").await;
    world.draft("internal", Vec::new()).await.expect("a draft");
    eventually("all of it is known", || async {
        let mut staff = world.as_role(Role::Contributor);
        let rated = read(&mut staff, asked("Results", is("kind", "outcome"))).await;
        rated[0]["progress_rating"] == "at_risk" && read(&mut staff, asked("Recommendations", None)).await.len() == 1
    })
    .await;
    let mut staff = world.as_role(Role::Contributor);
    let results = read(&mut staff, TableQuery { order: vec![by("number")], ..asked("Results", None) }).await;
    let said = |row: &Value| (row["kind"].clone(), row["number"].clone(), row["status"].clone());
    assert_eq!(said(&results[0]), (json!("objective"), json!("1"), json!("on_track")));
    let outcome = &results[1];
    assert_eq!(said(outcome), (json!("outcome"), json!("1.1"), json!("on_track")));
    assert_eq!((&outcome["parent_id"], &outcome["indicators"]), (&results[0]["id"], &json!(2)));
    assert_eq!((&outcome["finding_en"], &outcome["finding_fr"]), (&json!("Found by f1."), &Value::Null));
    assert_eq!((&outcome["assessment_en"], &outcome["direction"]), (&json!("First half of 2024"), &json!("better")));
    assert_eq!(results[0]["progress_rating"], Value::Null, "an objective is not rated");

    let columns = ["code", "latest_value", "latest_period", "target_value", "target_period", "status", "result_id"];
    let columns = columns.map(str::to_owned).to_vec();
    let standing = read(&mut staff, TableQuery { columns, ..asked("Standings", is("code", "OC-DEATHS")) }).await;
    let expected = json!({
        "code": "OC-DEATHS", "latest_value": 42, "latest_period": "2024-Q2", "target_value": 20,
        "target_period": "2024-Q4", "status": "on_track", "result_id": outcome["id"]
    });
    assert_eq!(standing, [expected]);

    let late = read(&mut staff, asked("Recommendations", is("kind", "posture"))).await;
    assert!(late[0]["days_late"].as_u64().is_some_and(|days| days > 1_000), "{late:?}");
    assert_eq!((&late[0]["due"], &late[0]["indicator_codes"]), (&json!("2020-01-31"), &json!("OC-DEATHS,OC-TRUST")));

    let papers = read(&mut staff, asked("Papers", None)).await;
    assert_eq!(papers.len(), 1, "a draft is no paper");
    let said = (&papers[0]["id"], &papers[0]["title_fr"], &papers[0]["is_signed"]);
    assert_eq!(said, (&json!(paper.id), &json!("La protection à Carana"), &json!(true)));
    let boards = read(&mut staff, asked("Dashboards", None)).await;
    assert_eq!(boards[0]["reference"], "ready");

    // Pages of one row are all rows once, and the count is of what the filter keeps.
    let mut seen = Vec::new();
    let mut query = TableQuery { page_size: 1, order: vec![by("latest_value")], ..asked("Standings", None) };
    loop {
        let page = staff.read_table(query.clone()).await.expect("a page").into_inner();
        seen.extend(rows(&page).iter().map(|row| row["code"].as_str().expect("a code").to_owned()));
        if page.next_cursor.is_empty() {
            break;
        }
        query.cursor = page.next_cursor;
    }
    assert_eq!(seen, ["OC-TRUST", "OC-DEATHS"], "by value, 21 before 42");
    let count = TableQuery { only_count: true, ..asked("Results", is("kind", "outcome")) };
    assert_eq!(staff.read_table(count).await.expect("a count").into_inner().count, 1);
    let wrong = staff.read_table(asked("Observations", None)).await.expect_err("of another service");
    assert_eq!(wrong.code(), Code::InvalidArgument);
}

fn by(column: &str) -> TableOrder {
    TableOrder { column: column.to_owned(), descending: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reader_may_not_see_no_table_tells_and_no_other_mission_has() {
    let world = World::full().await;
    let secret = Classification::Confidential;
    world.tell("planning", indicator("CX-SECRET", "persons", "count", secret)).await;
    world.tell("assessment", recommendation("r1", "2024-01-31", secret)).await;
    world.tell("assessment", rated("f1", ASSESSMENT, "off_track", secret)).await;
    eventually("the cleared see it", || async {
        let mut cleared = world.as_role(Role::Coordinator);
        read(&mut cleared, asked("Standings", is("code", "CX-SECRET"))).await.len() == 1
            && read(&mut cleared, asked("Results", is("progress_rating", "off_track"))).await.len() == 1
            && read(&mut cleared, asked("Recommendations", None)).await.len() == 1
    })
    .await;
    let whole = read(&mut world.as_role(Role::Coordinator), asked("Results", is("kind", "outcome"))).await;
    assert_eq!(whole[0]["classification"], "confidential", "as the highest of what the row is made of");
    let mut uncleared = world.uncleared(Role::Coordinator);
    for (table, filter) in [
        ("Standings", is("code", "CX-SECRET")),
        ("Standings", is("classification", "confidential")),
        ("Results", is("progress_rating", "off_track")),
        ("Recommendations", None),
    ] {
        let count = TableQuery { only_count: true, ..asked(table, filter) };
        assert_eq!(uncleared.read_table(count).await.expect("a count").into_inner().count, 0, "{table}");
    }
    let open = read(&mut uncleared, asked("Results", is("kind", "outcome"))).await;
    assert_eq!((&open[0]["indicators"], &open[0]["classification"]), (&json!(2), &json!("unclassified")));

    let theirs = testing::caller(Role::Coordinator, &testing::mission("OTHER"));
    let mut theirs = world.as_caller(&theirs);
    for table in TABLES.iter().filter(|table| table.service == cpas_reporting::NAME) {
        let found = read(&mut theirs, asked(table.name, None)).await;
        let own = usize::from(table.name == "Dashboards");
        assert_eq!(found.len(), own, "{}: their own ready dashboard, and nothing of ours", table.name);
        for role in [Role::Reader, Role::Auditor] {
            let refused = world.as_role(role).read_table(asked(table.name, None)).await.expect_err("refused");
            assert_eq!(refused.code(), Code::PermissionDenied, "{} by {role}", table.name);
        }
    }
}

async fn board(world: &World, tiles: Vec<pb::DashboardTile>, shared: bool) -> String {
    let title = Some(Text::of("Feed", ""));
    let request = pb::DraftDashboardRequest { title, tiles, shared, ..Default::default() };
    world.as_role(Role::Coordinator).draft_dashboard(request).await.expect("a dashboard").into_inner().id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tiles_rows_are_what_the_tile_shows() {
    let world = World::full().await;
    let kinds = ["number", "heat_map", "target_actual"];
    let mut tiles: Vec<pb::DashboardTile> = kinds.iter().map(|kind| tile(kind, &["OC-DEATHS"])).collect();
    tiles.push(tile("number", &["OC-NEVER"]));
    let id = board(&world, tiles, true).await;
    let mut staff = world.as_role(Role::Contributor);
    let request = pb::ReadDashboardRequest { id: id.clone(), ..Default::default() };
    let shown = staff.read_dashboard(request).await.expect("the data").into_inner();
    for data in &shown.tiles {
        let page = of_board(&mut staff, &id, &data.tile_id, asked("TileValues", None)).await.expect("rows");
        let mut told: Vec<String> =
            rows(&page).iter().map(|row| format!("{} {} {}", row["area_code"], row["period"], row["value"])).collect();
        let points = data.series.iter().flat_map(|series| series.points.iter().map(move |point| (series, point)));
        let mut expected: Vec<String> = points
            .map(|(series, point)| {
                let area = if series.area.is_empty() { Value::Null } else { json!(series.area) };
                format!("{area} {} {}", json!(point.period), json!(point.value.map(|value| value as i64)))
            })
            .collect();
        told.sort();
        expected.sort();
        assert_eq!(told, expected, "{}", data.tile_id);
    }
    let all = of_board(&mut staff, &id, "", asked("Tiles", None)).await.expect("rows");
    let mut states: Vec<String> = rows(&all).iter().map(|row| format!("{} {}", row["tile"], row["state"])).collect();
    states.sort();
    let expected =
        [r#""t1" "shown""#, r#""t2" "shown""#, r#""t3" "shown""#, r#""t4" "not_available""#].map(str::to_owned);
    assert_eq!(states, expected);
    let newest = of_board(&mut staff, &id, "t1", asked("TileValues", is("period", "2024-Q2"))).await.expect("rows");
    let row = &rows(&newest)[0];
    assert_eq!(
        (&row["status"], &row["unit"], &row["indicator_en"], &row["last_day"]),
        (&json!("on_track"), &json!("persons"), &json!("Indicator OC-DEATHS"), &json!("2024-06-30"))
    );
    let nothing = of_board(&mut staff, &id, "t9", asked("TileValues", None)).await.expect("no rows");
    assert!(nothing.rows.is_empty(), "a tile that is not there has none");
    assert!(!of_board(&mut staff, "ready", "", asked("TileValues", None)).await.expect("rows").rows.is_empty());

    // Another's private dashboard is as one that never was.
    let private = board(&world, vec![tile("number", &["OC-DEATHS"])], false).await;
    let anothers = chassis::Caller { account: uuid::Uuid::new_v4(), ..world.stage.caller(Role::Coordinator) };
    let mut anothers = world.as_caller(&anothers);
    let hidden = of_board(&mut anothers, &private, "", asked("Tiles", None)).await.expect_err("hidden");
    let never = of_board(&mut anothers, &uuid::Uuid::new_v4().to_string(), "", asked("Tiles", None)).await;
    let never = never.expect_err("never was");
    assert_eq!((hidden.code(), hidden.message()), (never.code(), never.message()));
    let theirs = testing::caller(Role::Coordinator, &testing::mission("OTHER"));
    let theirs = of_board(&mut world.as_caller(&theirs), &id, "", asked("Tiles", None)).await.expect_err("theirs");
    assert_eq!(theirs.code(), Code::NotFound);
    let reader = of_board(&mut world.as_role(Role::Reader), &id, "", asked("Tiles", None)).await.expect_err("a reader");
    assert_eq!(reader.code(), Code::PermissionDenied);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_suppressed_stays_so_and_what_would_tell_it_goes_with_it() {
    let world = World::full().await;
    world.collection.suppress("OC-DEATHS", "CA01", "2024-Q2");
    world.tell("collection", observations(&["OC-DEATHS"], "corrected", 1)).await;
    let id = board(&world, vec![tile("number", &["OC-DEATHS"]), tile("heat_map", &["OC-DEATHS"])], true).await;
    let of_period = |period: &'static str| {
        let world = &world;
        let id = id.clone();
        async move {
            let mut staff = world.as_role(Role::Contributor);
            let page = of_board(&mut staff, &id, "", asked("TileValues", is("period", period))).await.expect("rows");
            let mut found: Vec<(String, Value, Value)> = rows(&page)
                .into_iter()
                .map(|row| {
                    (row["area_code"].as_str().unwrap_or("").to_owned(), row["kind"].clone(), row["value"].clone())
                })
                .collect();
            found.sort_by(|one, other| one.0.cmp(&other.0));
            found
        }
    };
    eventually("it is suppressed", || async { of_period("2024-Q2").await[1].1 == "suppressed" }).await;
    let value = |area: &str, value: i64| (area.to_owned(), json!("value"), json!(value));
    let gone = |area: &str| (area.to_owned(), json!("suppressed"), Value::Null);
    // 42 - 10 - 30 - 0 would tell the 2 of CA01: the smallest of the others goes with it.
    let newest = of_period("2024-Q2").await;
    assert_eq!(newest, [value("", 42), gone("CA01"), gone("CA02"), value("CA03", 30), value("CA04", 0)]);
    let before = of_period("2024-Q1").await;
    assert_eq!(before[1..3], [value("CA01", 3), value("CA02", 20)], "where nothing is suppressed all stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_hidden_leaves_no_results() {
    let world = World::full().await;
    let hidden = Fact { classification: Classification::Confidential, ..plan("active", 2) };
    world.tell("planning", hidden).await;
    eventually("the plan is hidden", || async {
        read(&mut world.uncleared(Role::Coordinator), asked("Results", None)).await.is_empty()
    })
    .await;
    let standing = read(&mut world.uncleared(Role::Coordinator), asked("Standings", is("code", "OC-DEATHS"))).await;
    assert_eq!((&standing[0]["result_id"], &standing[0]["latest_value"]), (&Value::Null, &json!(42)));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_in_the_order_that_is_asked_for() {
    let world = World::full().await;
    let id = board(&world, vec![tile("tasks", &[]); 11], true).await;
    let mut staff = world.as_role(Role::Contributor);
    let mut query = TableQuery { page_size: 4, order: vec![by("place")], ..asked("Tiles", None) };
    let mut places = Vec::new();
    loop {
        let page = of_board(&mut staff, &id, "", query.clone()).await.expect("rows");
        places.extend(rows(&page).iter().filter_map(|row| row["place"].as_u64()));
        if page.next_cursor.is_empty() {
            break;
        }
        query.cursor = page.next_cursor;
    }
    assert_eq!(places, (1..=11).collect::<Vec<u64>>(), "by number, and not by its digits");
}
