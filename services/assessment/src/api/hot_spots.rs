//! Hot spots of events.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, Api, id, text};
use crate::{
    app,
    domain::analysis::hot_spots::{AreaSpot, Gathering, HexagonSpot, HotSpots, getis_ord},
};

/// As they were frozen with an assessment.
pub(super) fn rendered(assessment: Uuid, found: &HotSpots) -> pb::HotSpots {
    let grid = found.grid.found.as_ref();
    pb::HotSpots {
        assessment_id: assessment.to_string(),
        events: u32::try_from(found.events).unwrap_or(u32::MAX),
        areas_statement: text(&found.areas.statement),
        areas: found.areas.found.iter().flatten().map(area).collect(),
        hexagons_statement: text(&found.grid.statement),
        hexagons: grid.iter().flat_map(|grid| &grid.hexagons).map(hexagon).collect(),
        hexagons_tested: grid.and_then(|grid| u32::try_from(grid.tested).ok()).unwrap_or_default(),
        hexagon_edge_km: grid.map(|grid| grid.edge_km).unwrap_or_default(),
        clusters_statement: text(&found.clusters.statement),
        clusters: found.clusters.found.iter().flatten().map(cluster).collect(),
        method: found.method.clone(),
        seed: found.seed,
        draws: u32::try_from(found.draws).unwrap_or(u32::MAX),
    }
}

fn spot(spot: &getis_ord::Spot) -> Option<pb::Spot> {
    Some(pb::Spot { z: spot.z, p: spot.p, q: spot.q, heat: spot.heat.word().to_owned() })
}

fn area(one: &AreaSpot) -> pb::AreaSpot {
    pb::AreaSpot {
        area: one.area.clone(),
        name: text(&one.name),
        events: one.events,
        neighbours: one.neighbours,
        spot: spot(&one.spot),
    }
}

fn hexagon(one: &HexagonSpot) -> pb::HexagonSpot {
    pb::HexagonSpot {
        longitude: one.middle.longitude,
        latitude: one.middle.latitude,
        area: one.area.clone().unwrap_or_default(),
        events: one.events,
        spot: spot(&one.spot),
    }
}

fn cluster(one: &Gathering) -> pb::EventCluster {
    pb::EventCluster {
        longitude: one.middle.longitude,
        latitude: one.middle.latitude,
        radius_km: one.radius_km,
        area: one.area.clone().unwrap_or_default(),
        first_date: one.first.to_string(),
        last_date: one.last.to_string(),
        events: one.cluster.events,
        expected: one.cluster.expected,
        ratio: one.cluster.ratio,
        p: one.cluster.p,
    }
}

pub(super) async fn get_hot_spots(api: &Api, request: Request<pb::GetHotSpotsRequest>) -> Answer<pb::HotSpots> {
    let (caller, request) = Caller::open(request)?;
    let assessment = id("assessment", &request.assessment_id)?;
    let found = app::get_hot_spots(&api.deps, &caller, assessment).await?;
    Ok(Response::new(rendered(assessment, &found)))
}
