//! What the map of the context takes over the line: the shapes of one level and the counts of events, on real data.

use std::io::Read as _;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{Person, Team, team},
    real_data::folder,
};

/// Most bytes of a country's first level, or of the counts of its events, as they go over the line.
const LINE_BYTES_MAX: usize = 30 * 1024;

/// An answer as it goes over the line: how it is compressed, and its bytes.
async fn over_the_line(who: &Person, path: &str, takes: &str) -> (String, Vec<u8>) {
    let response = who.request(Method::GET, path).header("accept-encoding", takes).send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let encoding = response.headers().get("content-encoding").map(|value| value.to_str().expect("text").to_owned());
    (encoding.unwrap_or_default(), response.bytes().await.expect("a body").to_vec())
}

async fn mission_with_events(cluster: &Cluster, code: &str, areas: u64) -> Option<Team> {
    let folder = folder(&code.to_lowercase())?;
    let team = team(&cluster.app, &cluster.address, code).await;
    let boundaries = std::fs::read(folder.join("boundaries.geojson")).expect("the boundaries");
    team.coordinator.upload("/areas", "application/geo+json", boundaries).await;
    let file = std::fs::read(folder.join("../../violence_events.csv")).expect("the events");
    // Areas come by events of another service: a moment later.
    for _ in 0..100 {
        let (_, sent) = team.coordinator.try_upload("/events?file_name=ucdp.csv", "text/csv", file.clone()).await;
        if sent["areas"] == areas {
            assert_eq!(sent["rows_rejected"], 0, "{sent}");
            return Some(team);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the areas never came to where events are kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_of_a_real_mission_is_small_enough_for_a_satellite_line() {
    let cluster = Cluster::start().await;
    for (code, areas) in [("MINUSCA", 17), ("UNMISS", 10)] {
        let Some(team) = mission_with_events(&cluster, code, areas).await else { return };
        let who = &team.coordinator;
        for path in ["/areas?with_geometry=true&level=1", "/event-counts"] {
            for takes in ["br", "gzip"] {
                let (encoding, bytes) = over_the_line(who, path, takes).await;
                assert_eq!(encoding, takes, "{path}");
                println!("{code} {path}: {} bytes in {takes}", bytes.len());
                assert!(bytes.len() <= LINE_BYTES_MAX, "{code} {path}: {} bytes in {takes}", bytes.len());
            }
        }
        let (_, zipped) = over_the_line(who, "/areas?with_geometry=true&level=1", "gzip").await;
        let mut text = String::new();
        flate2::read::GzDecoder::new(zipped.as_slice()).read_to_string(&mut text).expect("gzip");
        let shapes: Value = serde_json::from_str(&text).expect("JSON");
        let shapes = shapes["areas"].as_array().expect("areas");
        assert_eq!(shapes.len() as u64, areas);
        assert!(
            shapes
                .iter()
                .all(|area| area["level"] == 1 && area["geometry"].as_str().is_some_and(|own| own.len() > 100))
        );
        assert_eq!(who.get("/areas?with_geometry=true&level=2").await, json!({"areas": []}));

        let counts = who.get("/event-counts").await;
        let total: u64 =
            counts["counts"].as_array().expect("counts").iter().filter_map(|own| own["events"].as_u64()).sum();
        assert_eq!(json!(total), counts["events"]);
        assert!(total > 500, "{code}: {total} events");
        let years = counts["counts"]
            .as_array()
            .expect("counts")
            .iter()
            .all(|own| own["period"].as_str().is_some_and(|own| own.len() == 4));
        assert!(years, "{code}: what is known to the year is in no month");
        assert_eq!(team.reader.try_get("/event-counts").await.0, StatusCode::FORBIDDEN);
        assert_eq!(team.reader.try_get("/areas?with_geometry=true&level=1").await.0, StatusCode::OK);
        assert_eq!(who.at("NOWHERE").try_get("/event-counts").await.0, StatusCode::NOT_FOUND);
    }
}
