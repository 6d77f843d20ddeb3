//! The baseline over HTTP: axum with nothing around it.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

/// What collection asks for a series (`services/collection/src/store/series.rs`), with the mission as a
/// condition in place of row-level security, and for all days until now.
const IN_FORCE: &str = "SELECT DISTINCT ON (o.first_day, o.period, o.area, o.slice) o.id, o.period, o.area, o.slice, o.kind, o.value, \
     o.numerator, o.denominator, o.level, coalesce(last.state, o.recorded_state) AS state, o.definition_version, o.classification \
     FROM observation o LEFT JOIN LATERAL (SELECT s.state FROM observation_step s \
       WHERE s.mission_id = o.mission_id AND s.observation_id = o.id AND s.at <= now() \
       ORDER BY s.number DESC LIMIT 1) last ON true \
     WHERE o.mission_id = $1 AND o.indicator_id = $2 AND o.recorded_at <= now() \
       AND coalesce(last.state, o.recorded_state) IN ('submitted', 'verified', 'approved') \
     ORDER BY o.first_day, o.period, o.area, o.slice, o.classification DESC, o.edition DESC LIMIT 500001";

type InForce = (Uuid, String, String, String, String, Option<f64>, Option<f64>, Option<f64>, String, String, i32, i16);

/// Serves until the process ends; returns its address.
pub async fn serve(pool: PgPool) -> String {
    let nothing = json!({"type": "about:blank", "title": "There is nothing here.", "status": 404});
    let routes = Router::new()
        .route("/nothing", get(async move || (StatusCode::NOT_FOUND, Json(nothing.clone()))))
        .route("/bytes/{count}", get(async |Path(count): Path<usize>| vec![b' '; count]))
        .route("/series/{mission}/{indicator}", get(series))
        .with_state(pool);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("its address"));
    tokio::spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
    address
}

/// The sum of all areas for every period.
async fn series(State(pool): State<PgPool>, Path((mission, indicator)): Path<(Uuid, Uuid)>) -> Json<Value> {
    let rows: Vec<InForce> =
        sqlx::query_as(IN_FORCE).bind(mission).bind(indicator).fetch_all(&pool).await.expect("the rows");
    let mut sums: BTreeMap<&str, (f64, u32)> = BTreeMap::new();
    for row in &rows {
        let sum = sums.entry(&row.1).or_default();
        *sum = (sum.0 + row.5.unwrap_or_default(), sum.1 + 1);
    }
    let points: Vec<Value> = sums
        .into_iter()
        .map(|(period, (value, observations))| json!({"period": period, "value": value, "observations": observations}))
        .collect();
    Json(json!({"points": points}))
}
