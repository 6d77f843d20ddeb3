//! Where events gather is computed at freezing from what collection and context hold, pinned, told, and kept so that it
//! can be computed again to the same bytes.

use chassis::{Code, Failure};
use cpas_assessment::domain::analysis::hot_spots::{Case, hot_spots};
use cpas_proto::{
    assessment::v1 as pb,
    collection::v1 as collection,
    common::v1::Text,
    context::v1 as context,
    words::{Classification, Role},
};

use crate::world::*;

impl World {
    /// 20 square areas; two events in each over 2024, and forty more in four that meet in March.
    pub fn furnish_events(&self) {
        let mut held = self.neighbours.held();
        let corner = |at: usize| (18.0 + 0.6 * (at % 5) as f64, 5.0 + 0.6 * (at / 5) as f64);
        held.areas = (0..20)
            .map(|at| {
                let (west, south) = corner(at);
                let (east, north) = (west + 0.6, south + 0.6);
                context::Area {
                    code: format!("CF{at:02}"),
                    name: Some(Text::of(format!("Area {at}"), format!("Zone {at}"))),
                    level: 2,
                    geometry: format!(
                        r#"{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}"#
                    ),
                    ..Default::default()
                }
            })
            .collect();
        held.areas.push(context::Area { code: "CF".to_owned(), level: 0, ..Default::default() });
        let event = |id: String, area: usize, date: String, off: usize| collection::Event {
            id,
            date,
            date_precision: "day".to_owned(),
            longitude: corner(area).0 + 0.3 + 0.01 * (off % 5) as f64,
            latitude: corner(area).1 + 0.3 + 0.01 * (off % 3) as f64,
            area: format!("CF{area:02}"),
            ..Default::default()
        };
        held.events =
            (0..40).map(|at| event(format!("a{at}"), at / 2, format!("2024-{:02}-11", at * 29 % 12 + 1), at)).collect();
        held.events.extend((0..40).map(|at| collection::Event {
            // Around the corner that the four share.
            longitude: 18.57 + 0.01 * (at % 7) as f64,
            latitude: 5.58 + 0.01 * (at % 5) as f64,
            ..event(format!("b{at}"), [0, 1, 5, 6][at % 4], format!("2024-03-{:02}", 4 + at % 14), at)
        }));
        held.events.push(event("earlier".to_owned(), 7, "2023-12-31".to_owned(), 0));
    }
}

fn of(assessment: &pb::Assessment) -> pb::GetHotSpotsRequest {
    pb::GetHotSpotsRequest { assessment_id: assessment.id.clone() }
}

#[tokio::test]
async fn freezing_finds_where_and_when_events_gather() {
    let world = World::start().await;
    world.furnish_events();
    let frozen = world.frozen().await;
    let found = done(world.client(&world.who(Role::Verifier)).get_hot_spots(of(&frozen)).await);
    assert_eq!((found.assessment_id.as_str(), found.events), (frozen.id.as_str(), 80), "those of 2024");
    assert_eq!(found.areas.len(), 20, "and not the country, in which no event lies");
    let first = found.areas.iter().find(|one| one.area == "CF00").expect("an area");
    assert_eq!((first.events, first.neighbours), (12, 3));
    assert_eq!(first.spot.as_ref().map(|spot| spot.heat.as_str()), Some("hot"), "{first:?}");
    assert!(found.areas_statement.as_ref().is_some_and(|text| text.fr.contains("Zone ")));
    assert!(found.hexagons_tested >= 30 && found.hexagon_edge_km > 0.0, "{found:?}");
    assert!(found.hexagons.iter().map(|one| one.events).sum::<u32>() == 80, "each lies in one");
    let cluster = &found.clusters[0];
    assert_eq!((cluster.first_date.as_str(), cluster.last_date.as_str()), ("2024-03-04", "2024-03-17"), "{cluster:?}");
    assert!(cluster.p <= 0.01 && cluster.events >= 40 && cluster.expected < 30.0, "{cluster:?}");
    assert!(found.clusters_statement.as_ref().is_some_and(|text| text.en.contains(" around CF0")));
    assert!(found.draws == 999 && found.method.starts_with("hot spots/1"));
}

#[tokio::test]
async fn what_gathered_is_computed_again_to_the_same_bytes_whatever_is_corrected_later() {
    let world = World::start().await;
    world.furnish_events();
    let frozen = world.frozen().await;
    let before = done(world.coordinator().get_hot_spots(of(&frozen)).await);
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    let (inputs, result): (String, String) =
        sqlx::query_as("SELECT inputs::text, result::text FROM hot_spots").fetch_one(&mut *tx).await.expect("kept");
    drop(tx);
    let case: Case = serde_json::from_str(&inputs).expect("a case");
    assert_eq!(serde_json::to_string(&case).expect("JSON"), inputs, "inputs are read as they were written");
    assert_eq!(serde_json::to_string(&hot_spots(&case)).expect("JSON"), result);
    assert_eq!(case.events.len(), 80, "each event behind it is named");
    world.neighbours.held().events.clear();
    assert_eq!(done(world.coordinator().get_hot_spots(of(&frozen)).await), before);
}

#[tokio::test]
async fn without_events_the_reason_is_told_and_what_is_not_frozen_has_none() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    let failure = refused(world.coordinator().get_hot_spots(of(&scheduled)).await);
    assert_eq!(failure.code, Code::NotFound, "{}", failure.message);
    let found = done(world.coordinator().get_hot_spots(of(&world.frozen().await)).await);
    let statement = found.areas_statement.expect("a reason");
    assert_eq!(statement.en, "Does not apply: 0 events are known well enough, and it takes 30.");
    assert!(found.areas.is_empty() && found.clusters.is_empty() && found.hexagons.is_empty());
}

#[tokio::test]
async fn where_events_gather_is_as_secret_as_they_are() {
    let world = World::start().await;
    world.furnish_events();
    for event in &mut world.neighbours.held().events {
        event.classification = "unclassified".to_owned();
    }
    world.neighbours.held().events[3].classification = "confidential".to_owned();
    let frozen = world.frozen().await;
    let reads = async |clearance| {
        let caller = cleared(world.who(Role::Verifier), clearance);
        world.client(&caller).get_hot_spots(of(&frozen)).await.map_err(Failure::from)
    };
    assert_eq!(reads(Classification::Unclassified).await.expect_err("too secret").code, Code::NotFound);
    assert_eq!(reads(Classification::Confidential).await.expect("cleared").into_inner().events, 80);
}
