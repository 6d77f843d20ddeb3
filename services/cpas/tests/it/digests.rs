//! The letter that real services fill: what waits for whom, and nothing of a record.

use std::{collections::BTreeMap, sync::Arc};

use chassis::{Clock, Db, Stop, config::Whole, testing::eventually};
use chrono::{Datelike as _, Days};
use cpas_gateway::{
    App, Config,
    digests::{MailTransport, Sender, run},
    routes::{NewMember, add_member},
};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::stage::Stage;

/// The gateway as it will be on the next Monday at the hour, with a folder for its letters.
async fn on_monday(stage: &Stage, folder: &std::path::Path) -> App {
    let mut app = stage.system.app.clone();
    let today = app.db.clock().today();
    let monday = today + Days::new(7 - u64::from(today.weekday().num_days_from_monday()));
    let clock = Clock::fixed(monday.and_hms_opt(5, 0, 0).expect("an instant").and_utc());
    let whole: Whole<Config> =
        chassis::config::load(cpas_gateway::DEFAULTS, None, BTreeMap::new()).expect("the defaults");
    let database = chassis::config::Database { url: stage.gateway_url().await, connections_max: 3, ..whole.database };
    app.db = Db::open("gateway", &database, clock).expect("its address");
    let mut config = (*app.config).clone();
    config.mail_transport = MailTransport::Folder;
    config.mail_folder = folder.to_owned();
    app.config = Arc::new(config);
    app
}

fn letters(folder: &std::path::Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).map(|files| files.map(|own| own.expect("a file").path()).collect());
    let files: Vec<_> = files.unwrap_or_default();
    // Long lines are broken with a sign at the end.
    let read = |path| std::fs::read_to_string(path).expect("a letter").replace("=\r\n", "").replace("=3D", "=");
    files.into_iter().map(read).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_real_services_says_what_waits_and_nothing_of_a_record() {
    let stage = Stage::open().await;
    let coordinator = stage.mission("ECHO").await;
    let member = async |name: &str, role: &str| {
        let new = NewMember {
            email: format!("{}@echo.example", name.to_lowercase()),
            name: name.to_owned(),
            role: role.to_owned(),
            section: "JMAC".to_owned(),
            clearance: "confidential".to_owned(),
            password: "a long enough password".to_owned(),
            ..NewMember::default()
        };
        let mut connection = stage.system.app.db.connection().await.expect("a connection");
        let found = cpas_gateway::store::missions::by_code(&mut connection, "ECHO").await;
        let mission = found.expect("a look").expect("the mission").id;
        drop(connection);
        add_member(&stage.system.app, mission, Uuid::nil(), new).await.expect("a member").account_id.to_string()
    };
    let ada = member("Ada", "contributor").await;
    member("Bob", "contributor").await;
    member("Rita", "reader").await;
    for (code, name, classification) in [
        ("CX-INFORMANTS", "Informants in Bria", "confidential"),
        ("OC-RETURNS", "Families who returned", "unclassified"),
    ] {
        let indicator = json!({"indicator": {
            "code": code, "name": {"en": name, "fr": name}, "level": "context", "kind": "sum", "unit": "persons",
            "direction": "higher", "over_time": "sum", "over_areas": "sum", "frequency": "month",
            "owner_section": "JMAC", "classification": classification
        }});
        coordinator.write(Method::POST, "/indicators", "", &indicator).await.expect("an indicator");
    }
    let stakeholder = json!({"name": "General Kamoun", "kind": "individual"});
    coordinator.write(Method::POST, "/stakeholders", "", &stakeholder).await.expect("a stakeholder");
    let codes = async || {
        let told = coordinator.get("/collection-tasks").await.expect("tasks");
        let tasks = told["tasks"].as_array().cloned().unwrap_or_default();
        let codes: std::collections::BTreeSet<String> =
            tasks.iter().filter_map(|own| own["indicator_code"].as_str().map(str::to_owned)).collect();
        codes.len()
    };
    eventually("collection knows both indicators", || async { codes().await == 2 }).await;
    eventually("the home has heard of them", || async {
        coordinator.get("/home").await.is_ok_and(|home| home["tasks"].to_string().contains("indicator-to-approve"))
    })
    .await;
    // Ada is asked to enter what is open; what is confidential is asked of nobody.
    let assignment = json!({"places": [{"indicator": "OC-RETURNS", "area": ""}], "assignee_id": ada});
    let assigned = coordinator.write(Method::POST, "/collection-tasks/assign", "", &assignment).await;
    assert_eq!(assigned.expect("assigned")["changed"], 1);
    let secret = json!({"places": [{"indicator": "CX-INFORMANTS", "area": ""}], "assignee_id": Uuid::from_u128(5)});
    let refusal = coordinator.write(Method::POST, "/collection-tasks/assign", "", &secret).await.expect_err("nobody");
    assert!(refusal.to_string().contains("no member of the mission"), "{refusal}");

    let folder = tempfile::tempdir().expect("a folder");
    let app = on_monday(&stage, folder.path()).await;
    let sender = Sender::new(app.clone()).expect("a sender").expect("letters go out");
    let stop = Stop::new();
    let running = tokio::spawn(run(sender, stop.clone()));
    // The coordinator, Ada and Bob; Rita only reads.
    eventually("three letters are out", || async { letters(folder.path()).len() == 3 }).await;
    stop.set();
    running.await.expect("it ends");
    let letters = letters(folder.path());
    let to = |email: &str| {
        let found = letters.iter().find(|own| own.contains(email));
        found.unwrap_or_else(|| panic!("nothing for {email}: {letters:#?}"))
    };
    let (adas, bobs, coordinators) = (to("ada@echo.example"), to("bob@echo.example"), to("coordinator@echo.example"));
    assert!(adas.contains("you were asked to enter") && adas.contains("(OC-RETURNS)"), "{adas}");
    assert!(adas.contains("that nobody was asked to enter"), "she may enter what is secret too: {adas}");
    assert!(!bobs.contains("you were asked to enter") && bobs.contains("that nobody was asked to enter"), "{bobs}");
    assert!(coordinators.contains("Indicators to approve: 2"), "{coordinators}");
    for letter in &letters {
        for word in ["INFORMANT", "Informant", "Bria", "Kamoun", "Families", "JMAC", "rita@"] {
            assert!(!letter.contains(word), "{word}: {letter}");
        }
    }
    app.db.close().await;
    stage.close().await;
}
