//! A made-up mission to measure on, and the server that all of it stands on.

use std::{fmt::Write as _, str::FromStr as _, time::Duration};

use serde_json::{Value, json};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use crate::{
    cluster::Cluster,
    people::{Person, Team, team, text},
};

/// Indicators that the large file speaks of, `D00` to `D19`, daily.
pub const INDICATORS: usize = 20;
/// Areas of the mission, `A00` to `A19`.
pub const AREAS: usize = 20;
/// The indicator of the measured series: monthly, in every area.
pub const MONTHLY: &str = "MONTHLY";
/// Months of the measured series.
pub const MONTHS: usize = 60;
/// The indicator that single values are written for.
pub const WRITTEN: &str = "WRITTEN";
const HEAD: &str = "Indicator,Location code,Date,Value\n";
/// Days of a made-up year: twelve months of 28, so that every one of them exists.
pub const YEAR_DAYS: usize = 336;

/// The cluster with one mission that has areas, indicators and one series.
pub struct Stage {
    pub cluster: Cluster,
    pub team: Team,
    pub mission: Uuid,
    /// Collection's database as a superuser, for what is done by hand.
    pub collection: PgPool,
    /// Reporting's database, to see effects arrive.
    pub reporting: PgPool,
}

impl Stage {
    pub async fn set(cluster: Cluster) -> Self {
        let team = furnished(&cluster, "UNMIC").await;
        for number in 0..INDICATORS {
            define(&team, &format!("D{number:02}"), "day", "JMAC").await;
        }
        define(&team, WRITTEN, "day", "JMAC").await;

        let collection = database(&cluster, "cpas_collection").await;
        let reporting = database(&cluster, "cpas_reporting").await;
        let mission =
            sqlx::query_scalar("SELECT mission_id FROM mission").fetch_one(&collection).await.expect("one mission");
        for table in ["observation", "single"] {
            // The same columns, defaults and indexes as the service's, without its policies.
            let copy = format!("CREATE TABLE bench.{table} (LIKE public.observation INCLUDING ALL)");
            sqlx::query("CREATE SCHEMA IF NOT EXISTS bench").execute(&collection).await.expect("a schema");
            sqlx::query(sqlx::AssertSqlSafe(copy)).execute(&collection).await.expect("a table");
        }
        Self { cluster, team, mission, collection, reporting }
    }

    /// The id of an indicator.
    pub async fn indicator(&self, code: &str) -> Uuid {
        sqlx::query_scalar("SELECT id FROM indicator WHERE code = $1")
            .bind(code)
            .fetch_one(&self.collection)
            .await
            .expect("the indicator")
    }
}

/// A mission with its people, areas and the measured series.
pub async fn furnished(cluster: &Cluster, code: &str) -> Team {
    let team = team(&cluster.app, &cluster.address, code).await;
    team.coordinator.upload("/areas", "application/geo+json", areas()).await;
    define(&team, MONTHLY, "month", "JMAC").await;
    let known = import_when_known(&team.coordinator, &series_file()).await;
    assert_eq!(known["rows_added"], AREAS * MONTHS, "{known}");
    team
}

/// The superuser's address of one database of the cluster's server.
pub fn options(cluster: &Cluster, database: &str) -> PgConnectOptions {
    PgConnectOptions::from_str(cluster.local.database_url()).expect("the server's address").database(database)
}

async fn database(cluster: &Cluster, name: &str) -> PgPool {
    PgPoolOptions::new().max_connections(2).connect_with(options(cluster, name)).await.expect("the database")
}

/// A file of so many rows: every indicator in every area, day after day.
pub fn large_file(rows: usize) -> Vec<u8> {
    let mut file = HEAD.to_owned();
    for row in 0..rows {
        let (indicator, area, day) = (row % INDICATORS, row / INDICATORS % AREAS, row / INDICATORS / AREAS);
        let (year, month) = (1970 + day / YEAR_DAYS, day % YEAR_DAYS / 28 + 1);
        writeln!(file, "D{indicator:02},A{area:02},{year}-{month:02}-{:02},{}", day % 28 + 1, row % 97)
            .expect("memory");
    }
    file.into_bytes()
}

fn series_file() -> Vec<u8> {
    let mut file = HEAD.to_owned();
    for row in 0..AREAS * MONTHS {
        let month = row / AREAS;
        writeln!(file, "{MONTHLY},A{:02},{}-{:02},{}", row % AREAS, 2015 + month / 12, month % 12 + 1, row % 97)
            .expect("memory");
    }
    file.into_bytes()
}

fn areas() -> Vec<u8> {
    let features: Vec<Value> = (0..AREAS)
        .map(|place| {
            let (west, east) = (place as f64, place as f64 + 1.0);
            json!({"type": "Feature", "properties": {"code": format!("A{place:02}"), "name": format!("Area {place}"), "admin_level": 1},
                "geometry": {"type": "Polygon", "coordinates": [[[west, 0.0], [east, 0.0], [east, 1.0], [west, 1.0], [west, 0.0]]]}})
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features}).to_string().into_bytes()
}

/// An active indicator of a section.
pub async fn define(team: &Team, code: &str, frequency: &str, section: &str) {
    let indicator = json!({"indicator": {
        "code": code, "name": {"en": code}, "level": "context", "kind": "sum", "unit": "events", "direction": "lower",
        "over_time": "sum", "over_areas": "sum", "frequency": frequency, "owner_section": section
    }});
    let drafted = team.coordinator.post("/indicators", indicator).await;
    let id = text(&drafted, "id");
    let version = json!({"version": drafted["version"]});
    let approved = team.component_head.post(&format!("/indicators/{id}/approve"), version).await;
    let version = json!({"version": approved["version"]});
    team.coordinator.post(&format!("/indicators/{id}/activate"), version).await;
}

/// Definitions and areas come to collection by events: a moment later.
async fn import_when_known(coordinator: &Person, file: &[u8]) -> Value {
    for _ in 0..100 {
        let preview = coordinator.upload("/imports?file_name=series.csv", "text/csv", file.to_vec()).await;
        if preview["rows_rejected"] == 0 {
            return commit(coordinator, &preview).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("collection did not hear of the indicators and areas");
}

/// Takes the rows of a previewed file, submitted.
pub async fn commit(coordinator: &Person, preview: &Value) -> Value {
    let body = json!({"version": preview["version"], "submit": true});
    coordinator.post(&format!("/imports/{}/commit", text(preview, "id")), body).await
}
