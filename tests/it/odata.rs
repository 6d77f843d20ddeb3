//! OData: what spreadsheets and dashboards read, and who may.

use chassis::testing::eventually;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{Person, Team, answer, team, text},
};

/// A spreadsheet: it knows an address, and a token.
struct Sheet<'a> {
    client: Client,
    root: String,
    token: &'a str,
}

impl Sheet<'_> {
    fn ask(&self, below: &str) -> RequestBuilder {
        self.client.get(format!("{}/{below}", self.root)).basic_auth("anybody", Some(self.token))
    }

    async fn get(&self, below: &str) -> Value {
        let (status, body) = answer(self.ask(below)).await;
        assert_eq!(status, StatusCode::OK, "{below}: {body}");
        body
    }

    async fn refused(&self, below: &str) -> (StatusCode, String, String) {
        let (status, body) = answer(self.ask(below)).await;
        let error = &body["error"];
        (status, text(error, "code"), text(error, "message"))
    }
}

async fn token(person: &Person, mission: &str, role: &str, read_only: bool) -> String {
    let new = json!({
        "name": "sheet", "mission": mission, "roles": [role], "expires_in_days": 1, "read_only": read_only
    });
    text(&person.post("//tokens", new).await, "token")
}

/// Indicators, the last of them active, with observations of it.
async fn some_data(team: &Team) {
    let indicator = |code: &str| {
        json!({"indicator": {
            "code": code, "name": {"en": format!("{code} & more"), "fr": ""}, "level": "output", "kind": "sum",
            "unit": "patrols", "direction": "higher", "over_time": "sum", "over_areas": "sum", "frequency": "month",
            "owner_section": "UNPOL"
        }})
    };
    for code in ["OP-A", "OP-B"] {
        team.coordinator.post("/indicators", indicator(code)).await;
    }
    let drafted = team.coordinator.post("/indicators", indicator("OP-PATROLS")).await;
    let path = format!("/indicators/{}", text(&drafted, "id"));
    let approved = team.component_head.post(&format!("{path}/approve"), json!({"version": drafted["version"]})).await;
    team.coordinator.post(&format!("{path}/activate"), json!({"version": approved["version"]})).await;
    let rows: Vec<Value> = (1..=12)
        .map(|month| {
            let observation = json!({
                "indicator_code": "OP-PATROLS", "period": format!("2024-{month:02}"), "value": f64::from(month) + 0.5,
                "note": if month == 3 { "O'Neill" } else { "" }
            });
            json!({"key": format!("m{month}"), "observation": observation})
        })
        .collect();
    eventually("collection knows the indicator", || async {
        let (_, body) = team.coordinator.try_send(Method::POST, "/observations/rows", json!({"rows": rows})).await;
        body["outcomes"].as_array().is_some_and(|all| all.iter().all(|one| one["outcome"] == "stored"))
    })
    .await;
    let ids: Vec<Value> = team.coordinator.get("/observations?page_size=100").await["observations"]
        .as_array()
        .expect("observations")
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    let moved = team.coordinator.post("/observations/submit", json!({"ids": ids})).await;
    assert_eq!(moved["moved"], 12, "{moved}");
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spreadsheet_reads_the_missions_tables() {
    let cluster = Cluster::start().await;
    let ours = team(&cluster.app, &cluster.address, "OURS").await;
    let theirs = team(&cluster.app, &cluster.address, "THEIRS").await;
    some_data(&ours).await;
    let secret = token(&ours.coordinator, "OURS", "coordinator", true).await;
    let root = format!("{}/odata/v4/OURS", cluster.address);
    let sheet = Sheet { client: Client::new(), root: root.clone(), token: &secret };

    reads(&sheet).await;
    pages(&sheet).await;
    refusals(&sheet).await;
    boards(&cluster, &ours, &theirs, &sheet).await;
    who_may(&cluster, &ours, &theirs, &sheet).await;
}

/// Results and dashboards: what reporting keeps from the events of the others.
async fn boards(cluster: &Cluster, ours: &Team, theirs: &Team, sheet: &Sheet<'_>) {
    let standing =
        "Standings?$filter=code eq 'OP-PATROLS' and latest_value ne null&$select=code,latest_value,latest_period";
    eventually("reporting knows the values", || async {
        sheet.get(standing).await["value"]
            == json!([{"code": "OP-PATROLS", "latest_value": 12.5, "latest_period": "2024-12"}])
    })
    .await;
    assert_eq!(sheet.get("Results?$count=true").await["@odata.count"], 0, "no plan is in force");
    let tiles = json!([
        {"kind": "trend", "width": 2, "title": {"en": "Patrols & more", "fr": ""}, "query": {"indicator_codes": ["OP-PATROLS"]}},
        {"kind": "number", "width": 1, "query": {"indicator_codes": ["OP-NEVER"]}},
        {"kind": "text", "width": 1, "text": {"en": "Words", "fr": ""}},
        {"kind": "tasks", "width": 1}
    ]);
    let drafted =
        ours.coordinator.post("/dashboards", json!({"title": {"en": "Ours", "fr": ""}, "tiles": tiles})).await;
    let id = text(&drafted, "id");
    let root = format!("{}/dashboards/{id}", sheet.root);
    let board = Sheet { client: Client::new(), root: root.clone(), token: sheet.token };
    let service = board.get("").await;
    assert_eq!(service["@odata.context"], format!("{root}/$metadata"));
    let sets: Vec<(&str, &str)> = service["value"]
        .as_array()
        .expect("sets")
        .iter()
        .map(|set| (set["name"].as_str().unwrap_or(""), set["title"].as_str().unwrap_or("")))
        .filter(|(name, _)| name.starts_with("tile_"))
        .collect();
    assert_eq!(sets, [("tile_t1", "Patrols & more"), ("tile_t2", "OP-NEVER"), ("tile_t4", "")]);
    let metadata = board.ask("$metadata").send().await.expect("an answer").text().await.expect("XML");
    assert!(metadata.contains("<EntitySet Name=\"tile_t1\" EntityType=\"cpas.TileValue\">"), "{metadata}");
    assert!(metadata.contains("Patrols &amp; more:"), "{metadata}");

    let found = board.get("tile_t1?$filter=value gt 3 and first_day lt 2024-06-01&$select=period,value&$orderby=value desc&$count=true").await;
    assert_eq!((&found["@odata.count"], &found["value"][0]), (&json!(3), &json!({"period": "2024-05", "value": 5.5})));
    assert_eq!(found["@odata.context"], format!("{root}/$metadata#tile_t1(period,value)"));
    let page = board.ask("TileValues?$orderby=period&$select=period").header("prefer", "odata.maxpagesize=5");
    let page = answer(page).await.1;
    let next = text(&page, "@odata.nextLink");
    let next = board.get(next.strip_prefix(&format!("{root}/")).expect("an address of the service")).await;
    assert_eq!(next["value"][0], json!({"period": "2024-06"}));
    let id_of = text(&board.get("tile_t1?$top=1").await["value"][0], "id");
    let one = board.get(&format!("tile_t1({id_of})?$select=tile")).await;
    assert_eq!(one["tile"], "t1");
    let states = board.get("Tiles?$select=tile,state&$orderby=place").await;
    assert_eq!(states["value"][1], json!({"tile": "t2", "state": "not_available"}), "it says why there is nothing");
    let count = board.ask("tile_t2/$count").send().await.expect("an answer");
    assert_eq!(count.text().await.expect("a number"), "0");
    let listed = sheet.get("Dashboards?$select=reference,title_en,is_shared&$filter=not is_shared").await;
    assert_eq!(listed["value"], json!([{"reference": id, "title_en": "Ours", "is_shared": false}]));
    assert!(sheet.get("dashboards/ready/Tiles").await["value"].as_array().is_some_and(|tiles| !tiles.is_empty()));
    for (below, status) in
        [("tile_t3", 404), ("tile_t9", 404), ("Observations", 404), ("Tiles?as_known_at=2026-01-01T00:00:00Z", 400)]
    {
        assert_eq!(board.refused(below).await.0.as_u16(), status, "{below}");
    }

    // A private one is its maker's alone, and another mission's is not there: both as one that never was.
    let colleague = token(&ours.component_head, "OURS", "component_head", true).await;
    let foreign = token(&theirs.coordinator, "THEIRS", "coordinator", true).await;
    let never = "0190b3d0-0000-7000-8000-000000000000";
    for (mission, secret) in [("OURS", &colleague), ("THEIRS", &foreign)] {
        for below in ["", "/$metadata", "/Tiles", "/tile_t1", "/tile_t1/$count"] {
            let ask = async |id: &str| {
                let address = format!("{}/odata/v4/{mission}/dashboards/{id}{below}", cluster.address);
                answer(sheet.client.get(address).basic_auth("x", Some(secret))).await
            };
            let hidden = ask(&id).await;
            assert_eq!(hidden.0, StatusCode::NOT_FOUND, "{below}: {}", hidden.1);
            assert_eq!(hidden, ask(never).await, "{below}");
        }
    }
}

async fn reads(sheet: &Sheet<'_>) {
    let service = sheet.get("").await;
    assert_eq!(service["@odata.context"], format!("{}/$metadata", sheet.root));
    let sets: Vec<&str> =
        service["value"].as_array().expect("sets").iter().filter_map(|set| set["url"].as_str()).collect();
    let of_reporting = ["Results", "Standings", "Recommendations", "Papers", "Dashboards"];
    assert_eq!(sets[..5], ["Observations", "Events", "Areas", "Indicators", "Targets"]);
    assert_eq!(sets[5..], of_reporting);

    let metadata = sheet.ask("$metadata").send().await.expect("an answer");
    assert_eq!((header(&metadata, "content-type"), header(&metadata, "odata-version")), ("application/xml", "4.0"));
    assert!(metadata.text().await.expect("XML").contains("EntitySet Name=\"Observations\""));
    assert_eq!(sheet.get("$metadata?$format=json").await["$EntityContainer"], "cpas.Mission");

    let filter = "$filter=indicator_code eq 'OP-PATROLS' and value gt 3 and first_day lt 2024-06-01";
    let found = sheet.get(&format!("Observations?{filter}&$select=period,value&$orderby=value desc&$count=true")).await;
    assert_eq!(found["@odata.context"], format!("{}/$metadata#Observations(period,value)", sheet.root));
    assert_eq!(found["@odata.count"], 3);
    assert_eq!(
        found["value"],
        json!([
            {"period": "2024-05", "value": 5.5}, {"period": "2024-04", "value": 4.5}, {"period": "2024-03", "value": 3.5}
        ])
    );
    let parts = "$filter=year(first_day) eq 2024 and month(first_day) eq 3 and day(last_day) eq 31&$select=period";
    assert_eq!(sheet.get(&format!("Observations?{parts}")).await["value"], json!([{"period": "2024-03"}]));
    let quoted = sheet.get("Observations?$filter=note eq 'O''Neill'").await;
    let row = &quoted["value"][0];
    assert_eq!(
        (&row["period"], &row["area_code"], &row["state"]),
        (&json!("2024-03"), &Value::Null, &json!("submitted"))
    );
    let one = sheet.get(&format!("Observations({})?$select=value", text(row, "id"))).await;
    assert_eq!(
        (&one["@odata.context"], &one["value"]),
        (&json!(format!("{}/$metadata#Observations(value)/$entity", sheet.root)), &json!(3.5))
    );
    let whole = sheet.get(&format!("Observations({})", text(row, "id"))).await;
    assert_eq!(whole["recorded_by"], row["recorded_by"]);

    let names = sheet.get("Indicators?$select=code,name_en,name_fr&$filter=startswith(code,'OP-') and code in ('OP-A','OP-B','X')&$orderby=code").await;
    assert_eq!(names["value"][1], json!({"code": "OP-B", "name_en": "OP-B & more", "name_fr": null}));
    assert_eq!(sheet.get("Targets").await["value"], json!([]));
    let count = sheet.ask("Observations/$count?$filter=value le 2").send().await.expect("an answer");
    assert_eq!(header(&count, "content-type"), "text/plain;charset=utf-8");
    assert_eq!(count.text().await.expect("a number"), "1");
    let before = sheet.get("Observations?as_known_at=2020-01-01T00:00:00Z").await;
    assert_eq!(before["value"], json!([]), "as known before anything was");
}

async fn pages(sheet: &Sheet<'_>) {
    let first = sheet
        .ask("Observations?$orderby=value&$select=value&$top=7&$skip=1&$count=true")
        .header("prefer", "odata.maxpagesize=3");
    let response = first.send().await.expect("an answer");
    assert_eq!(header(&response, "preference-applied"), "odata.maxpagesize=3");
    let mut page: Value = response.json().await.expect("JSON");
    assert_eq!(page["@odata.count"], 12, "whatever is passed over or left for later");
    let mut values = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let rows = page["value"].as_array().expect("rows");
        sizes.push(rows.len());
        values.extend(rows.iter().filter_map(|row| row["value"].as_f64()));
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        let below = next.strip_prefix(&format!("{}/", sheet.root)).expect("an address of the service");
        page = answer(sheet.ask(below).header("prefer", "odata.maxpagesize=3")).await.1;
    }
    assert_eq!(sizes, [3, 3, 1]);
    assert_eq!(values, [2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5], "one passed over, seven given");
    assert_eq!(sheet.get("Observations?$top=0&$count=true").await["@odata.count"], 12);
    assert_eq!(sheet.get("Observations?$top=0").await["value"], json!([]));
}

async fn refusals(sheet: &Sheet<'_>) {
    for (below, status, code, said) in [
        ("Observations?$filter=value gt 'x'", 400, "invalid", "has no quotes"),
        ("Observations?$filter=value gt", 400, "invalid", "ends where"),
        ("Observations?$select=id;drop", 400, "invalid", "has no \"id;drop\""),
        ("Observations?$expand=indicator", 501, "not_supported", "not served here"),
        ("Observations?$fitler=x", 400, "invalid", "is not an option"),
        ("Observations?$skiptoken=abc", 400, "invalid", "where a page of this list ended"),
        ("Observations?$format=xml", 400, "invalid", "json"),
        ("Areas?as_known_at=2026-01-01T00:00:00Z", 400, "invalid", "as they are now"),
        ("Observations/$count?$top=1", 400, "invalid", "$filter"),
        ("Observations(0190b3d0-0000-7000-8000-000000000000)", 404, "not_found", "nothing under this address"),
        ("Nothing", 404, "not_found", "nothing under this address"),
        ("$batch", 501, "not_supported", "not served"),
        ("?$top=1", 400, "invalid", "rows of a table"),
    ] {
        let refused = sheet.refused(below).await;
        assert_eq!((refused.0.as_u16(), refused.1.as_str()), (status, code), "{below}: {}", refused.2);
        assert!(refused.2.contains(said), "{below}: {}", refused.2);
    }
    let (status, _) = answer(sheet.ask("Observations").header("odata-maxversion", "3.0")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, _) = answer(sheet.ask("Observations").header("odata-maxversion", "4.0")).await;
    assert_eq!(status, StatusCode::OK);
    let post = sheet.client.post(format!("{}/Observations", sheet.root)).basic_auth("x", Some(sheet.token));
    assert_eq!(answer(post).await.0, StatusCode::METHOD_NOT_ALLOWED);
}

async fn who_may(cluster: &Cluster, ours: &Team, theirs: &Team, sheet: &Sheet<'_>) {
    // Nobody, and somebody with a wrong token: asked for a token.
    let nobody = sheet.client.get(format!("{}/Observations", sheet.root)).send().await.expect("an answer");
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    assert!(header(&nobody, "www-authenticate").starts_with("Basic "));
    let wrong = sheet.client.get(&sheet.root).basic_auth("x", Some("cpas_wrong")).send().await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let bearer = sheet.client.get(format!("{}/Areas", sheet.root)).bearer_auth(sheet.token);
    assert_eq!(answer(bearer).await.0, StatusCode::OK, "a bearer token as everywhere");
    let by_name = sheet.client.get(format!("{}/Areas", sheet.root)).basic_auth(sheet.token, None::<&str>);
    assert_eq!(answer(by_name).await.0, StatusCode::OK, "a token in place of the name");

    // Basic is for reading here, and nowhere else; and this token changes nothing anywhere.
    let api = |method| sheet.client.request(method, format!("{}/api/v1/missions/OURS/areas", cluster.address));
    assert_eq!(answer(api(Method::GET).basic_auth("x", Some(sheet.token))).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(answer(api(Method::GET).bearer_auth(sheet.token)).await.0, StatusCode::OK);
    let draft = sheet.client.post(format!("{}/api/v1/missions/OURS/plans", cluster.address));
    let new = json!({"title": {"en": "Ours"}, "start": "2024-07-01", "end": "2026-06-30"});
    let (status, problem) = answer(draft.bearer_auth(sheet.token).json(&new)).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{problem}");
    assert!(text(&problem, "detail").contains("may only read"));

    // A stranger learns nothing: a mission that is not theirs is as one that is not there.
    let foreign = token(&theirs.coordinator, "THEIRS", "coordinator", true).await;
    for below in ["", "/$metadata", "/Observations", "/Observations/$count", "/Nothing"] {
        let ask = async |mission: &str| {
            let address = format!("{}/odata/v4/{mission}{below}", cluster.address);
            answer(sheet.client.get(address).basic_auth("x", Some(&foreign))).await
        };
        let known = ask("OURS").await;
        assert_eq!(known.0, StatusCode::NOT_FOUND, "{below}: {}", known.1);
        assert_eq!(known, ask("NOSUCH").await, "{below}");
    }
    let other = Sheet { client: Client::new(), root: format!("{}/odata/v4/THEIRS", cluster.address), token: &foreign };
    for table in ["Observations", "Indicators", "Targets", "Areas", "Events", "Results", "Standings", "Papers"] {
        assert_eq!(other.get(table).await["value"], json!([]), "{table} of the others");
    }

    // Who reads only what is published is told so, also when they ask for no row.
    let reader = token(&ours.reader, "OURS", "reader", true).await;
    let reader = Sheet { client: Client::new(), root: sheet.root.clone(), token: &reader };
    for below in ["Observations", "Observations?$top=0", "Indicators/$count", "Areas", "Results", "dashboards/ready"] {
        let refused = reader.refused(below).await;
        assert_eq!((refused.0, refused.1.as_str()), (StatusCode::FORBIDDEN, "denied"), "{below}");
    }
}
