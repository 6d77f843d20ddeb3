//! Two installations: one that has a mission, and one that never heard of it.

use std::{collections::BTreeMap, path::PathBuf};

use cpas::{
    archive::{Place, archive, tables},
    client::Api,
    compose::SERVICES,
};
use cpas_gateway::routes::add_account;
use cpas_reporting::domain::manifest::PaperKey;
use reqwest::Method;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

use crate::stage::{PASSWORD, Stage};

const HQ: &str = "reader@hq.example";

/// Two installations with keys and folders of their own.
pub struct Two {
    pub folder: TempDir,
    pub from: Stage,
    pub to: Stage,
}

impl Two {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let from = Stage::open_in(&folder.path().join("from"), PaperKey::from_seed(&[1; 32])).await;
        let to = Stage::open_in(&folder.path().join("to"), PaperKey::from_seed(&[2; 32])).await;
        Self { folder, from, to }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("mission.cpas.zip")
    }

    pub async fn close(self) {
        self.from.close().await;
        self.to.close().await;
    }
}

pub async fn place(stage: &Stage) -> Place {
    Place::on(&stage.ground).await.expect("its databases")
}

/// Somebody at headquarters, who may read every mission.
pub async fn headquarters(stage: &Stage, mission: &str) -> Api {
    drop(add_account(&stage.system.app, HQ, "A reader", PASSWORD.to_owned(), true, false).await);
    Api::sign_in(&stage.address, mission, HQ, PASSWORD).await.expect("a session")
}

pub async fn connect(stage: &Stage, service: &str, mission: Uuid) -> PgConnection {
    let name = format!("{}_{service}", stage.ground.database_prefix);
    let (owner, _) = chassis::db::create_database(&stage.ground.superuser_url, &name, &stage.ground.password)
        .await
        .expect("it is there");
    let mut connection = PgConnection::connect(&owner).await.expect("the database");
    for (setting, value) in [("app.mission_id", mission.to_string()), ("app.clearance", "2".to_owned())] {
        sqlx::query("SELECT set_config($1, $2, false)")
            .bind(setting)
            .bind(value)
            .execute(&mut connection)
            .await
            .expect("set");
    }
    connection
}

/// All rows of a mission, table by table, as JSON in order.
pub async fn rows(stage: &Stage, mission: Uuid) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for service in SERVICES {
        let mut connection = connect(stage, service, mission).await;
        for table in tables::archived(&mut connection, service).await.expect("tables") {
            if table.is_inbox() {
                continue;
            }
            let query = sqlx::query_scalar(AssertSqlSafe(table.select())).bind(mission);
            let mut own: Vec<String> = query.fetch_all(&mut connection).await.expect("rows");
            if table.name == "chassis.alarm" {
                // When one rings next, its service decides while the other is looked at.
                own.iter_mut().for_each(|row| *row = name_of(row));
            }
            found.insert(format!("{service}/{}", table.name), own);
        }
    }
    found
}

fn name_of(row: &str) -> String {
    let row: serde_json::Value = serde_json::from_str(row).expect("JSON");
    row["name"].as_str().expect("a name").to_owned()
}

pub async fn mission_id(stage: &Stage, code: &str) -> Uuid {
    let mut connection = connect(stage, "gateway", Uuid::nil()).await;
    let query = sqlx::query_scalar("SELECT id FROM mission WHERE code = $1").bind(code);
    query.fetch_one(&mut connection).await.expect("the mission")
}

/// A mission with a little of its own, archived.
pub async fn small(two: &Two) -> String {
    let api = two.from.mission("ALPHA").await;
    let stakeholder = json!({"name": "Council of Elders", "kind": "community"});
    api.write(Method::POST, "/stakeholders", "", &stakeholder).await.expect("a stakeholder");
    two.from.settle(mission_id(&two.from, "ALPHA").await).await;
    archive(&place(&two.from).await, "ALPHA", &two.file()).await.expect("an archive");
    PaperKey::from_seed(&[1; 32]).public_pem()
}
