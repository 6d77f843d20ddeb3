//! A mission of real size: how long its home takes, and a map of real boundaries.

use std::{path::PathBuf, time::Instant};

use chassis::testing::eventually;
use cpas_proto::words::{Classification, Language, Role};
use cpas_reporting::domain::{
    block::BlockKind,
    document::Document,
    figure::{Figure, Kind},
    html, pdf,
    shape::{Shape, simplify},
    sheet::Audience,
    snapshot::{FORMAT, Measure, Part, Snapshot},
    text::Text,
};

use crate::world::{World, indicator, observations, plan};

const INDICATORS: usize = 100;
const AREAS: usize = 16;
const QUARTERS: usize = 20;
/// For a build without optimisation on a busy machine; an optimised one takes a tenth.
const HOME_MS_MAX: u128 = 500;

#[tokio::test(flavor = "multi_thread")]
async fn the_home_of_a_mission_of_real_size_is_quick() {
    let world = World::empty().await;
    world.tell("planning", plan("active", 1)).await;
    let codes: Vec<String> = (0..INDICATORS).map(|place| format!("OC-{place:03}")).collect();
    for (place, code) in codes.iter().enumerate() {
        world.tell("planning", indicator(code, "", "count", Classification::Unclassified)).await;
        for at in 0..AREAS * QUARTERS {
            let period = format!("{}-Q{}", 2020 + at / AREAS / 4, at / AREAS % 4 + 1);
            world.collection.set(code, &format!("CA{:02}", at % AREAS), &period, (place + at) as f64);
        }
    }
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let rows = INDICATORS * AREAS * QUARTERS;
    world.tell("collection", observations(&codes, "imported", rows as u32)).await;
    eventually("all series are read", || async { world.home(Role::Coordinator).await.observations == rows as u32 })
        .await;
    let started = Instant::now();
    let home = world.home(Role::Coordinator).await;
    let took = started.elapsed().as_millis();
    println!("the home of {INDICATORS} indicators and {rows} observations took {took} ms");
    assert_eq!(home.objectives[0].outcomes[0].indicators.len(), INDICATORS);
    assert!(took < HOME_MS_MAX, "{took} ms");
}

/// The folder of real data, when it is there; in CI it must be.
fn real_data() -> Option<PathBuf> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("CPAS_REAL_DATA").map_or(default, PathBuf::from);
    if folder.join("missions").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "in CI the real data must be there");
    println!("left out: there is no real data in {}", folder.display());
    None
}

#[test]
fn real_boundaries_become_a_map_of_a_page() {
    let Some(folder) = real_data() else { return };
    for mission in ["minusca", "unmiss"] {
        let file = folder.join("missions").join(mission).join("boundaries.geojson");
        let json: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(file).expect("a file")).expect("JSON");
        let features = json["features"].as_array().expect("features");
        let shapes: Vec<Shape> = features
            .iter()
            .enumerate()
            .filter_map(|(place, feature)| Shape::from_geojson(&format!("X{place}"), &feature["geometry"].to_string()))
            .collect();
        assert_eq!(shapes.len(), features.len(), "{mission}: every boundary is a shape");
        let sheet = map_sheet(simplify(shapes));
        assert!(sheet.to_bytes().len() < 200_000, "{mission}: {} bytes", sheet.to_bytes().len());
        let document = Document::of(&sheet, Language::Fr, None);
        let page = html::write(&document);
        assert_eq!(page.matches("fill-rule=\"evenodd\"").count(), features.len(), "{mission}: every area is drawn");
        assert!(page.contains("n’impliquent ni reconnaissance"));
        pdf::write(&document, mission).expect("a PDF/UA-1");
    }
}

fn map_sheet(shapes: Vec<Shape>) -> Snapshot {
    let areas = shapes.iter().map(|shape| (shape.area.clone(), Text::of(&shape.area, ""))).collect();
    let figure = |(place, shape): (usize, &Shape)| Figure {
        id: format!("m:{}", shape.area),
        area: shape.area.clone(),
        period: "2024".into(),
        slice: String::new(),
        kind: if place % 5 == 0 { Kind::Missing } else { Kind::Value },
        value: (place % 5 != 0).then_some(place as f64),
        target: None,
    };
    let figures = shapes.iter().enumerate().map(figure).collect();
    let measure = Measure {
        indicator_id: String::new(),
        code: "X".into(),
        name: Text::of("Incidents", ""),
        unit: String::new(),
        kind: "count".into(),
        source: Text::default(),
        baseline: None,
        baseline_period: String::new(),
        persons: false,
        cautions: Vec::new(),
        areas,
    };
    let (id, kind, text) = ("m".to_owned(), BlockKind::Map, Text::default());
    Snapshot {
        format: FORMAT,
        sheet_id: "s".into(),
        mission_code: "M".into(),
        mission_name: String::new(),
        title: Text::of("Map", "Carte"),
        audience: Audience::Internal,
        as_known_at: "2024-01-01T00:00:00.000000Z".into(),
        classification: Classification::Unclassified,
        parts: vec![Part { id, kind, text, measure: Some(measure), figures, shapes, rows: Vec::new() }],
    }
}
