//! Once round the whole cycle on real data: context, plan, data, assessment, decision, fact sheet.

use chassis::testing::eventually;
use cpas_reporting::domain::manifest;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{Team, team, text},
    real_data,
};

#[tokio::test(flavor = "multi_thread")]
async fn once_round_the_cycle_as_seven_people() {
    let Some(folder) = real_data::folder("minusca") else { return };
    let cluster = Cluster::start().await;
    let team = team(&cluster.app, &cluster.address, "MINUSCA").await;

    let boundaries = std::fs::read(folder.join("boundaries.geojson")).expect("the boundaries");
    let areas = team.coordinator.upload("/areas", "application/geo+json", boundaries).await;
    assert_eq!((&areas["read"], &areas["added"]), (&json!(17), &json!(17)), "{areas}");

    context(&team).await;
    let (plan, outcome) = plan(&team).await;
    data(&team, &folder, &outcome).await;
    let assessment = assessment(&team, &outcome).await;
    decision(&team, &assessment, &plan).await;
    fact_sheet(&team, &assessment, &folder).await;
    rebuilt(&team).await;
}

/// The read model is built again from the start, and comes out the same. (That a damaged one is mended by it
/// is shown in reporting's own tests.)
async fn rebuilt(team: &Team) {
    let before = team.coordinator.get("/read-model").await;
    let home = team.leadership.get("/home").await;
    team.coordinator.post("/read-model", json!({})).await;
    let after = team.coordinator.get("/read-model").await;
    assert!(before["checksum"].as_str().is_some_and(|sum| !sum.is_empty()), "{before}");
    assert_eq!(before["checksum"], after["checksum"], "{before} {after}");
    let same = |home: &Value| (home["objectives"].clone(), home["observations"].clone());
    assert_eq!(same(&team.leadership.get("/home").await), same(&home));
}

async fn context(team: &Team) {
    let evidence = json!({
        "title": "Field visit", "source": "Human Rights Division", "date": "2019-11-04", "reliability": "B", "credibility": 2
    });
    let evidence = text(&team.focal_point.post("/evidence", evidence).await, "id");
    let draft = json!({
        "title": {"en": "Central African Republic, 2019", "fr": "République centrafricaine, 2019"}, "period": "2019",
        "areas": ["CAF1460"], "themes": ["protection of civilians"], "narrative": {"en": "Armed groups after the Political Agreement."}
    });
    let map = team.focal_point.post("/context-maps", draft).await;
    let id = text(&map, "id");
    let factor = json!({
        "kind": "security", "title": {"en": "Fragmented armed groups"}, "narrative": {"en": "Local agreements do not hold."},
        "effect": "inhibits", "severity": 4, "trend": "stable", "confidence": "medium", "areas": ["CAF1460"], "evidence_ids": []
    });
    let bare = team
        .focal_point
        .put(&format!("/context-maps/{id}/factors"), json!({"version": map["version"], "factor": factor}))
        .await;
    let reviewed = team.adviser.post(&format!("/context-maps/{id}/review"), json!({"version": bare["version"]})).await;
    let publish = format!("/context-maps/{id}/publish");
    let (status, problem) =
        team.leadership.try_send(Method::POST, &publish, json!({"version": reviewed["version"]})).await;
    assert!(status.is_client_error(), "a factor without evidence is not published: {problem}");

    let draft = json!({"title": {"en": "Central African Republic, 2019"}, "period": "2019", "areas": ["CAF1460"]});
    let map = team.focal_point.post("/context-maps", draft).await;
    let id = text(&map, "id");
    let mut factor = factor;
    factor["evidence_ids"] = json!([evidence]);
    let map = team
        .focal_point
        .put(&format!("/context-maps/{id}/factors"), json!({"version": map["version"], "factor": factor}))
        .await;
    let map = team.adviser.post(&format!("/context-maps/{id}/review"), json!({"version": map["version"]})).await;
    let map = team.leadership.post(&format!("/context-maps/{id}/publish"), json!({"version": map["version"]})).await;
    assert_eq!(map["state"], "published");

    let stakeholder = json!({"name": "Signatory armed groups", "kind": "armed_group", "areas": ["CAF1460"]});
    let stakeholder = text(&team.focal_point.post("/stakeholders", stakeholder).await, "id");
    for (as_of, stance) in [("2018-06-01", -2), ("2019-06-01", 0)] {
        let assessment =
            json!({"as_of": as_of, "influence": 5, "interest": 4, "stance": stance, "confidence": "medium"});
        team.focal_point.post(&format!("/stakeholders/{stakeholder}/assessments"), assessment).await;
    }
    let grid = team.coordinator.get("/stakeholder-grid?as_of=2018-12-31").await;
    assert_eq!(grid["positions"][0]["stance"], -2, "as it stood then: {grid}");
    let grid = team.coordinator.get("/stakeholder-grid").await;
    assert_eq!((&grid["positions"][0]["stance"], &grid["positions"][0]["previous_stance"]), (&json!(0), &json!(-2)));
}

/// Returns the plan and the lineage of its outcome.
async fn plan(team: &Team) -> (Value, String) {
    let coordinator = &team.coordinator;
    let mandate = json!({
        "resolution": "S/RES/2499 (2019)", "adopted": "2019-11-15", "expires": "2026-11-15",
        "tasks": [{"paragraph": "32 (a)", "text": {"en": "Protect civilians", "fr": "Protéger les civils"}, "priority": 1}]
    });
    let mandate = coordinator.post("/mandates", mandate).await;
    let task = text(&mandate["tasks"][0], "id");
    let stakeholders = coordinator.get("/stakeholders").await;
    let stakeholder = text(&stakeholders["stakeholders"][0], "id");

    let draft = json!({"title": {"en": "Plan of MINUSCA", "fr": "Plan de la MINUSCA"}, "start": "2019-11-15", "end": "2026-06-30"});
    let mut plan = coordinator.post("/plans", draft).await;
    let id = text(&plan, "id");
    let add = async |plan: &Value, item: Value| {
        coordinator.post(&format!("/plans/{id}/items"), json!({"version": plan["version"], "item": item})).await
    };
    plan = add(&plan, json!({"kind": "objective", "statement": {"en": "Civilians are safe"}, "mandate_task_id": task, "start": "2019-11-15", "end": "2026-06-30"})).await;
    let objective = item(&plan, "objective", "id");
    // The copy of the stakeholder comes by an event: another service's, and so a moment later.
    let outcome = json!({
        "kind": "outcome", "parent_id": objective, "statement": {"en": "Armed groups attack civilians less"},
        "stakeholder_id": stakeholder, "dimension": "behaviour", "start": "2019-11-15", "end": "2026-06-30", "markers": ["poc", "gender:1"]
    });
    eventually("the plan knows the stakeholder", || async {
        let body = json!({"version": plan["version"], "item": outcome});
        coordinator.try_send(Method::POST, &format!("/plans/{id}/items"), body).await.0.is_success()
    })
    .await;
    plan = coordinator.get(&format!("/plans/{id}")).await;
    let parent = item(&plan, "outcome", "id");
    plan = add(&plan, json!({
        "kind": "output", "parent_id": parent, "statement": {"en": "Troops deployed where civilians are at risk"}, "component": "military",
        "lead_section": "Force", "start": "2019-11-15", "end": "2026-06-30"
    })).await;
    let output = item(&plan, "output", "id");
    plan = add(&plan, json!({
        "kind": "activity", "parent_id": output, "statement": {"en": "Patrols"}, "lead_section": "Force", "start": "2019-11-15",
        "end": "2020-06-30", "activity_status": "ongoing", "progress_percent": 40
    })).await;
    let link = json!({
        "output_id": output, "outcome_id": parent, "hypothesis": {"en": "Presence deters attacks"}, "expected_lag_months": 6, "strength": "moderate"
    });
    plan = coordinator.put(&format!("/plans/{id}/links"), json!({"version": plan["version"], "link": link})).await;

    let step = async |who: &crate::people::Person, step: &str, plan: &Value| {
        who.post(&format!("/plans/{id}/{step}"), json!({"version": plan["version"]})).await
    };
    let (status, _) = team
        .leadership
        .try_send(Method::POST, &format!("/plans/{id}/approve"), json!({"version": plan["version"]}))
        .await;
    assert!(status.is_client_error(), "a draft is not approved");
    plan = step(coordinator, "submit", &plan).await;
    let stale = json!({"version": 1});
    let (status, problem) = team.component_head.try_send(Method::POST, &format!("/plans/{id}/endorse"), stale).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{problem}");
    assert_eq!(problem["current_version"], plan["version"], "both versions: {problem}");
    plan = step(&team.component_head, "endorse", &plan).await;
    plan = step(&team.leadership, "approve", &plan).await;
    plan = step(coordinator, "activate", &plan).await;
    assert_eq!(plan["state"], "active");
    let lineage = item(&plan, "outcome", "lineage_id");
    (plan, lineage)
}

fn item(plan: &Value, kind: &str, key: &str) -> String {
    let items = plan["items"].as_array().expect("items");
    text(items.iter().find(|item| item["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {plan}")), key)
}

async fn data(team: &Team, folder: &std::path::Path, outcome: &str) {
    real_data::define_indicators(&team.coordinator, &team.component_head, Some(outcome)).await;
    let file = std::fs::read(folder.join("observations.csv")).expect("the observations");
    let batch = real_data::import(&team.coordinator, "observations.csv", file).await;
    assert_eq!(batch["rows_rejected"], 0, "{batch}");
    let id = text(&batch, "id");
    let verify = json!({"batch_id": id});
    let (status, _) = team.reader.try_send(Method::POST, "/observations/verify", verify.clone()).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "a reader verifies nothing");
    let moved = team.verifier.post("/observations/verify", verify.clone()).await;
    assert_eq!(moved["moved"], batch["rows_added"], "{moved}");
    let moved = team.component_head.post("/observations/approve", verify).await;
    assert_eq!(moved["moved"], batch["rows_added"], "{moved}");
    let target = json!({"target": {"indicator_id": indicator(team).await, "period": "2024", "value": 100.0, "reason": "Taken over from the plan of that year"}});
    team.coordinator.put("/targets", target).await;
}

async fn indicator(team: &Team) -> String {
    text(&team.coordinator.get("/indicators/OC-CIVDEATHS").await, "id")
}

async fn assessment(team: &Team, outcome: &str) -> Value {
    let schedule = json!({"title": {"en": "Impact assessment 2019", "fr": "Évaluation d'impact 2019"}, "kind": "impact", "period": "2019"});
    let assessment = team.coordinator.post("/assessments", schedule).await;
    let id = text(&assessment, "id");
    let frozen =
        team.coordinator.post(&format!("/assessments/{id}/freeze"), json!({"version": assessment["version"]})).await;
    assert_eq!(frozen["state"], "frozen", "{frozen}");
    let analyses = team.coordinator.get(&format!("/assessments/{id}/analyses")).await;
    let analyses = analyses["analyses"].as_array().expect("analyses");
    let deaths = analyses
        .iter()
        .find(|analysis| analysis["indicator_code"] == "OC-CIVDEATHS" && analysis["area"] == "CAF1460")
        .expect("civilian deaths of Bangui");
    assert!(deaths["n"].as_u64().is_some_and(|n| n >= 4) && deaths["mann_kendall_p"].is_number(), "{deaths}");
    assert!(analyses.iter().all(|analysis| !text(&analysis["statement"], "en").is_empty()));

    let mut finding = json!({
        "assessment_id": id, "outcome_lineage_id": outcome, "question": "change", "progress_rating": "at_risk", "direction": "mixed",
        "narrative": {"en": "Attacks fell in some prefectures."}, "confidence": "medium", "evidence": []
    });
    let (status, problem) = team.adviser.try_send(Method::POST, "/findings", json!({"finding": finding})).await;
    assert!(status.is_client_error(), "a rating without evidence is refused: {problem}");
    finding["evidence"] = json!([{"kind": "analysis", "id": deaths["id"], "note": "Civilian deaths in Bangui"}]);
    team.adviser.post("/findings", json!({"finding": finding})).await;
    team.coordinator.get(&format!("/assessments/{id}")).await
}

async fn decision(team: &Team, assessment: &Value, plan: &Value) {
    let recommendation = json!({"recommendation": {
        "assessment_id": assessment["id"], "text": {"en": "Move two companies to Haut-Mbomou", "fr": "Déplacer deux compagnies"},
        "kind": "plan", "owner_section": "Force", "due": "2026-12-31", "indicator_codes": ["OC-CIVDEATHS"]
    }});
    let proposed = team.adviser.post("/recommendations", recommendation).await;
    let decide = format!("/recommendations/{}/decide", text(&proposed, "id"));
    let (status, _) = team
        .coordinator
        .try_send(Method::POST, &decide, json!({"version": proposed["version"], "decision": "accepted"}))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN, "planners do not decide");
    let (status, _) = team
        .leadership
        .try_send(Method::POST, &decide, json!({"version": proposed["version"], "decision": "rejected"}))
        .await;
    assert!(status.is_client_error(), "a rejection needs a reason");
    team.leadership
        .post(&decide, json!({"version": proposed["version"], "decision": "accepted", "reason": "Agreed"}))
        .await;

    // Over the stream: planning opens the change, assessment links it back.
    eventually("the accepted recommendation opened a change to the plan, linked both ways", || async {
        let list = team.coordinator.get("/recommendations").await;
        let changes = team.coordinator.get("/plan-changes").await;
        let linked = list["recommendations"][0]["plan_change_id"].as_str().is_some_and(|id| !id.is_empty());
        linked && changes["plan_changes"][0]["id"] == list["recommendations"][0]["plan_change_id"]
    })
    .await;
    let change = text(&team.coordinator.get("/plan-changes").await["plan_changes"][0], "id");
    let next = json!({"plan_change_id": change});
    let next = team.coordinator.post(&format!("/plans/{}/next-version", text(plan, "id")), next).await;
    assert_eq!((&next["number"], &next["state"]), (&json!(2), &json!("draft")));
    let diff = team.coordinator.get(&format!("/plans/{}/diff/{}", text(plan, "id"), text(&next, "id"))).await;
    assert_eq!(diff["items"].as_array().map(Vec::len), Some(0), "a copy differs in nothing yet: {diff}");
    let decisions = team.coordinator.get("/decisions").await;
    assert_eq!(decisions["decisions"][0]["decision"], "accepted");
}

async fn fact_sheet(team: &Team, assessment: &Value, folder: &std::path::Path) {
    eventually("the home knows the outcome's indicators", || async {
        let home = team.leadership.get("/home").await;
        home["objectives"][0]["outcomes"][0]["indicators"].as_array().is_some_and(|list| !list.is_empty())
            && home["observations"].as_u64().is_some_and(|count| count > 0)
    })
    .await;
    let blocks = json!([
        {"kind": "heading", "text": {"en": "Civilian deaths", "fr": "Décès de civils"}},
        {"kind": "number", "query": {"indicator_code": "OC-CIVDEATHS", "area": "CAF1460", "period": "2019"}},
        {"kind": "chart", "query": {"indicator_code": "OC-CIVDEATHS", "area": "CAF1460"}},
        {"kind": "map", "query": {"indicator_code": "OC-CIVDEATHS", "area": "*", "period": "2019"}}
    ]);
    let draft = json!({"title": {"en": "Bangui in 2019", "fr": "Bangui en 2019"}, "audience": "public", "assessment_id": assessment["id"], "blocks": blocks});
    let sheet = team.coordinator.post("/fact-sheets", draft).await;
    let id = text(&sheet, "id");
    assert_eq!(
        team.reader.try_get(&format!("/fact-sheets/{id}")).await.0,
        StatusCode::NOT_FOUND,
        "a draft is not a reader's"
    );
    let sheet = team.leadership.post(&format!("/fact-sheets/{id}/clear"), json!({"version": sheet["version"]})).await;
    let sheet =
        team.coordinator.post(&format!("/fact-sheets/{id}/publish"), json!({"version": sheet["version"]})).await;
    assert_eq!(sheet["state"], "published");

    let numbers = sheet["numbers"].as_array().expect("numbers");
    assert!(numbers.len() > 3, "{sheet}");
    let file = std::fs::read_to_string(folder.join("observations.csv")).expect("the observations");
    let lines: Vec<&str> = file.lines().collect();
    let mut opened = 0;
    for number in numbers.iter().filter(|number| number["kind"] == "value") {
        let path = format!("/fact-sheets/{id}/numbers/{}", text(number, "id"));
        let explained = team.coordinator.get(&path).await;
        let source = &explained["sources"][0];
        assert!(
            !text(source, "observation_id").is_empty() && !text(source, "file_name").is_empty(),
            "{path}: {explained}"
        );
        let row = source["batch_row"].as_u64().and_then(|row| usize::try_from(row).ok()).expect("a row of the file");
        let cells: Vec<&str> = lines[row - 1].split(',').collect();
        let said = (text(source, "area"), text(source, "period"), source["value"].as_f64());
        let written = (cells[1].to_owned(), cells[2].to_owned(), cells[3].parse().ok());
        assert_eq!((cells[0], said), ("OC-CIVDEATHS", written), "row {row} of the file: {explained}");
        assert!(!text(source, "recorded_by").is_empty(), "and the person who brought it: {explained}");
        opened += 1;
    }
    assert!(opened > 3, "only {opened} numbers open to their observations");
    let path = format!("/fact-sheets/{id}/document.pdf?language=fr");
    let (first, second) = (team.reader.download(&path).await, team.reader.download(&path).await);
    assert!(first.starts_with(b"%PDF-") && first == second, "the same snapshot gives the same bytes");
    let html = String::from_utf8(team.reader.download(&format!("/fact-sheets/{id}/document.html?language=en")).await)
        .expect("text");
    assert!(html.contains("Civilian deaths") && html.contains("<svg"), "{html}");
    let table = team.reader.download(&format!("/fact-sheets/{id}/document.csv?language=en")).await;
    assert!(String::from_utf8(table).expect("text").contains("#indicator+value+num"), "a row of HXL tags");
    for document in ["document.docx", "document.xlsx"] {
        let zipped = team.reader.download(&format!("/fact-sheets/{id}/{document}?language=fr")).await;
        assert!(zipped.starts_with(b"PK"), "{document}");
    }
    is_what_was_published(team, &id, &first).await;
}

/// Somebody without an account, who got the PDF, its manifest and the public key, can tell.
async fn is_what_was_published(team: &Team, id: &str, pdf: &[u8]) {
    let manifest = team.reader.download(&format!("/fact-sheets/{id}/manifest.json?language=fr")).await;
    let (status, key) = team.reader.as_nobody("/paper-key.pem").await;
    assert_eq!(status, StatusCode::OK, "the public key needs no account");
    let found = manifest::verify(pdf, &manifest, &key).expect("the paper that was published");
    assert_eq!((found.format.as_str(), found.manifest.fact_sheet.as_str()), ("pdf", id));
    let mut changed = pdf.to_vec();
    changed[pdf.len() / 2] ^= 4;
    assert!(manifest::verify(&changed, &manifest, &key).is_err(), "one bit is another paper");
}
