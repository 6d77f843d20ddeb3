//! Reads of context and planning at ten times the real scale: a framework of 2,000 items, 1,000 stakeholders, and
//! the context maps of 20 years. Each beside bare axum that answers as many bytes from memory.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use crate::{
    people::{Person, text},
    samples::{LONG, Samples, compare, promise, within},
    stage::{AREAS, Stage, options},
};

/// What each of these reads is promised to take at most, at p95.
const READ_MAX: Duration = Duration::from_millis(100);
const STAKEHOLDERS: usize = 1_000;
const RELATIONS: usize = 2_000;
/// Quarterly, 20 years.
const MAPS: usize = 80;
const FACTORS: usize = 8;
/// Requests under way at a time while the mission is made.
const TOGETHER: usize = 8;
const KINDS: [&str; 6] = ["political", "security", "social", "economic", "climate", "humanitarian"];

/// 10 objectives, 90 outcomes, 900 outputs, 1,000 activities; every output is linked to its outcome.
const FRAMEWORK: &str = "WITH places AS (SELECT 0 AS level, n, 0 AS above FROM generate_series(0, 9) n \
     UNION ALL SELECT 1, n, n % 10 FROM generate_series(0, 89) n \
     UNION ALL SELECT 2, n, n % 90 FROM generate_series(0, 899) n \
     UNION ALL SELECT 3, n, n % 900 FROM generate_series(0, 999) n), \
     items AS (INSERT INTO plan_items (mission_id, plan_id, id, lineage_id, parent_id, position, kind, statement_en, \
     statement_fr, lead_section, contributing_sections, areas, markers, start_date, end_date, dimension, component, \
     activity_status, progress_percent, depends_on) \
     SELECT $1, $2, md5(level || '.' || n)::uuid, md5(level || '.' || n)::uuid, \
     CASE WHEN level > 0 THEN md5((level - 1) || '.' || above)::uuid END, \
     n / (ARRAY[10, 10, 90, 900])[level + 1] , (ARRAY['objective', 'outcome', 'output', 'activity'])[level + 1], \
     'What is to be done, or to change, by the work of place ' || n, 'Ce qui doit être fait ou changer à la place ' || n, \
     'Section ' || n % 20, '{}', ARRAY['A0' || n % 10], '{poc}', '2026-01-01', '2027-12-31', \
     CASE level WHEN 1 THEN 'behaviour' END, CASE level WHEN 2 THEN (ARRAY['civilian', 'military', 'police'])[n % 3 + 1] END, \
     CASE level WHEN 3 THEN 'planned' END, CASE level WHEN 3 THEN 0 END, '{}' FROM places RETURNING id) \
     INSERT INTO result_links SELECT $1, $2, md5('2.' || n)::uuid, md5('1.' || n % 90)::uuid, 'Presence deters', '', '{}', 3, 'moderate' \
     FROM generate_series(0, 899) n WHERE (SELECT count(*) FROM items) = 2000";

/// The id of the framework that was made.
pub async fn measure(stage: &Stage, bare: &str) -> String {
    let coordinator = &stage.team.coordinator;
    let plan = framework(stage).await;
    let stakeholders = stakeholders(coordinator).await;
    let (first, last) = maps(coordinator).await;
    let of = |path: &str| path.replace("{plan}", &plan).replace("{first}", &first).replace("{last}", &last);
    for (what, path) in [
        ("framework of 2,000 items", "/plans/{plan}"),
        ("its check", "/plans/{plan}/check"),
        ("its theory of change, laid out", "/plans/{plan}/theory-of-change"),
        ("its work plan, 1,000 activities", "/plans/{plan}/work-plan"),
        ("its crosswalk to the budget", "/plans/{plan}/rbb-crosswalk"),
        ("its risks", "/plans/{plan}/risks"),
        ("its comments", "/plans/{plan}/comments"),
        ("what was removed from it", "/plans/{plan}/removed-items"),
        ("the library", "/library"),
        ("all indicators", "/indicators?page_size=500"),
        ("areas with their shapes", "/areas?with_geometry=true"),
        ("evidence", "/evidence?page_size=200"),
        ("influence strategies", "/influence-strategies"),
        ("200 of 1,000 stakeholders", "/stakeholders?page_size=200"),
        ("stakeholders found by a word", "/stakeholders?search=holder%200999"),
        ("grid of 1,000 stakeholders with its trails", "/stakeholder-grid"),
        ("network of 1,000 stakeholders, 2,000 relations", "/stakeholder-network"),
        ("context maps of 20 years", "/context-maps"),
        ("one context map", "/context-maps/{last}"),
        ("the first beside the last", "/context-maps/{first}/compare/{last}"),
    ] {
        read(coordinator, bare, &format!("(7) {what}"), &of(path), Some(READ_MAX)).await;
    }
    let one = format!("/stakeholders/{}", stakeholders[0]);
    read(coordinator, bare, "(7) one stakeholder", &one, Some(READ_MAX)).await;
    plan
}

/// A read beside bare axum that answers as many bytes; where something is promised of it, at p95.
pub async fn read(coordinator: &Person, bare: &str, what: &str, path: &str, most: Option<Duration>) {
    let (status, body) = coordinator.try_get(path).await;
    // A read that is not answered is a figure too; the others are still measured.
    if status != StatusCode::OK {
        println!("| {what}: NOT ANSWERED, {status} {} | 1 | | | | | | |", body["detail"]);
        promise(false, || format!("{what}: not answered"));
        return;
    }
    let bytes =
        coordinator.request(Method::GET, path).send().await.expect("an answer").bytes().await.expect("a body").len();
    let client = Client::new();
    let address = format!("{bare}/bytes/{bytes}");
    let spent = async |request: reqwest::RequestBuilder| {
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        response.bytes().await.expect("a body");
    };
    let baseline = Samples::take(LONG, async || spent(client.get(&address)).await).await;
    let measured = Samples::take(LONG, async || spent(coordinator.request(Method::GET, path)).await).await;
    compare(&format!("{what} ({} kB)", bytes / 1_000), &measured, "bare axum, as many bytes", &baseline);
    if let Some(most) = most {
        within(what, &measured, 0.95, most);
    }
}

/// The plan's id. Its items are put where the service keeps them, as one by one they would take an hour.
async fn framework(stage: &Stage) -> String {
    let draft = json!({"title": {"en": "Plan"}, "start": "2026-01-01", "end": "2027-12-31"});
    let plan = text(&stage.team.coordinator.post("/plans", draft).await, "id");
    let planning = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options(&stage.cluster, "cpas_planning"))
        .await
        .expect("planning's database");
    sqlx::query(FRAMEWORK)
        .bind(stage.mission)
        .bind(plan.parse::<Uuid>().expect("an id"))
        .execute(&planning)
        .await
        .expect("the items");
    let stored = stage.team.coordinator.get(&format!("/plans/{plan}")).await;
    assert_eq!(stored["items"].as_array().map(Vec::len), Some(2_000));
    plan
}

/// Ids of the stakeholders; each is assessed twice, and related to others.
async fn stakeholders(coordinator: &Person) -> Vec<String> {
    let register = async |number: usize| {
        let new = json!({"name": format!("Holder {number:04}"), "kind": "civil_society", "areas": [format!("A{:02}", number % AREAS)]});
        let id = text(&coordinator.post("/stakeholders", new).await, "id");
        for (as_of, stance) in [("2025-01-01", number % 5), ("2026-01-01", (number + 1) % 5)] {
            let assessment = json!({"as_of": as_of, "influence": number % 5 + 1, "interest": 3, "stance": stance as i32 - 2, "confidence": "medium"});
            coordinator.post(&format!("/stakeholders/{id}/assessments"), assessment).await;
        }
        Ok::<_, std::convert::Infallible>(id)
    };
    let ids: Vec<String> = stream::iter(0..STAKEHOLDERS)
        .map(register)
        .buffer_unordered(TOGETHER)
        .try_collect()
        .await
        .expect("all of them");
    let relate = async |number: usize| {
        // Neighbours in a ring, and every so often somebody far away.
        let to = if number < STAKEHOLDERS { number + 1 } else { number * 37 + 11 } % STAKEHOLDERS;
        let relation = json!({"from_id": ids[number % STAKEHOLDERS], "to_id": ids[to], "kind": "influences", "strength": number % 3 + 1, "from": "2025-01-01"});
        coordinator.put("/stakeholder-relations", relation).await;
    };
    let related = (0..RELATIONS)
        .filter(|number| *number < STAKEHOLDERS || (number * 37 + 11) % STAKEHOLDERS != number % STAKEHOLDERS);
    stream::iter(related).for_each_concurrent(TOGETHER, relate).await;
    ids
}

/// Ids of the first and the last map.
async fn maps(coordinator: &Person) -> (String, String) {
    let evidence =
        json!({"title": "Report", "source": "JMAC", "date": "2006-01-01", "reliability": "B", "credibility": 2});
    let evidence = text(&coordinator.post("/evidence", evidence).await, "id");
    let mut ids = Vec::with_capacity(MAPS);
    for number in 0..MAPS {
        let period = format!("{}-Q{}", 2006 + number / 4, number % 4 + 1);
        let areas: Vec<String> = (0..AREAS).map(|area| format!("A{area:02}")).collect();
        let draft = json!({"title": {"en": format!("Map of {period}")}, "period": period, "areas": areas});
        let mut map: Value = coordinator.post("/context-maps", draft).await;
        let id = text(&map, "id");
        for factor in 0..FACTORS {
            let factor = json!({"kind": KINDS[(factor + number) % KINDS.len()], "title": {"en": format!("Factor {factor}")}, "effect": "inhibits",
                "severity": (factor + number) % 5 + 1, "trend": "stable", "confidence": "medium",
                "areas": [format!("A{:02}", factor % AREAS)], "evidence_ids": [evidence]});
            map = coordinator
                .put(&format!("/context-maps/{id}/factors"), json!({"version": map["version"], "factor": factor}))
                .await;
        }
        ids.push(id);
    }
    (ids[0].clone(), ids[MAPS - 1].clone())
}
