//! The real files: what comes out equals what is in them.

use std::{collections::BTreeMap, path::PathBuf};

use cpas_collection::domain::definition::{Definition, Kind, OverTime};
use cpas_proto::{collection::v1 as pb, words::Frequency};
use uuid::Uuid;

use crate::world::*;

/// The folder of the real data; `None`, said, where there is none. In CI there must be one.
fn real_data(test: &str) -> Option<PathBuf> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("CPAS_REAL_DATA").map_or(own, PathBuf::from);
    if folder.join("missions").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "CI needs the real data in CPAS_REAL_DATA");
    println!("left out, there is no real data in {}: {test}", folder.display());
    None
}

/// A mission with the areas of a boundary file and the indicators of an observation file.
async fn mission_of(folder: &std::path::Path) -> World {
    let world = World::empty(config()).await;
    let text = std::fs::read_to_string(folder.join("boundaries.geojson")).expect("boundaries");
    let boundaries: serde_json::Value = serde_json::from_str(&text).expect("GeoJSON");
    for feature in boundaries["features"].as_array().expect("features") {
        let code = feature["properties"]["code"].as_str().expect("a code");
        world.area(code, "", &feature["geometry"].to_string()).await;
    }
    for (number, code) in
        ["CX-DEATHS", "OC-CIVDEATHS", "OC-EVENTS", "OP-TROOPS", "OP-UNMO", "OP-UNPOL"].into_iter().enumerate()
    {
        let definition = Definition {
            id: Uuid::from_u128(0xE0 + number as u128),
            code: code.to_owned(),
            kind: if code == "OP-TROOPS" { Kind::Average } else { Kind::Count },
            over_time: OverTime::Average,
            frequency: Frequency::Year,
            dimensions: Vec::new(),
            ..deaths()
        };
        world.indicator(&definition).await;
    }
    world
}

/// Indicator and area -> year -> value, read in the plainest way.
fn plainly(text: &str) -> BTreeMap<(String, String), BTreeMap<String, f64>> {
    let mut values: BTreeMap<(String, String), BTreeMap<String, f64>> = BTreeMap::new();
    for line in text.lines().skip(2) {
        let cells: Vec<&str> = line.split(',').collect();
        let value = cells[3].parse().expect("a number");
        values.entry((cells[0].to_owned(), cells[1].to_owned())).or_default().insert(cells[2].to_owned(), value);
    }
    values
}

#[tokio::test]
async fn every_series_of_the_real_missions_equals_the_file() {
    let Some(data) = real_data("every_series_of_the_real_missions_equals_the_file") else { return };
    for mission in ["minusca", "unmiss"] {
        let folder = data.join("missions").join(mission);
        let world = mission_of(&folder).await;
        let text = std::fs::read_to_string(folder.join("observations.csv")).expect("observations");
        let rows = text.lines().count() as u32 - 2;
        let batch = world.import(&text).await;
        assert_eq!((batch.rows_read, batch.rows_added, batch.rejected), (rows, rows, vec![]), "{mission}");
        assert!(batch.hxl_tags);
        let expected = plainly(&text);
        for indicator in ["CX-DEATHS", "OC-CIVDEATHS", "OC-EVENTS", "OP-TROOPS", "OP-UNMO", "OP-UNPOL"] {
            let series = done(world.coordinator().get_series(series_of(indicator, &["*"], "")).await);
            let found: BTreeMap<(String, String), BTreeMap<String, f64>> = series
                .parts
                .into_iter()
                .map(|part| {
                    let points = part.points.into_iter().filter_map(|point| Some((point.period, point.value?)));
                    ((indicator.to_owned(), part.area), points.collect())
                })
                .collect();
            let of_file: BTreeMap<_, _> = expected
                .iter()
                .filter(|((code, _), _)| code == indicator)
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            assert_eq!(found, of_file, "{mission} {indicator}: an absent row is unknown, not zero");
        }
        let outputs = done(world.coordinator().get_series(series_of("OP-TROOPS", &[], "")).await);
        let said = outputs.cautions.iter().any(|text| text.en.starts_with("The areas with data change"));
        assert!(said || mission == "unmiss", "{mission}: the areas with outputs change from year to year");
        let again = world.import(&text).await;
        assert_eq!((again.rows_added, again.rows_changed, again.rows_unchanged), (0, 0, rows));
    }
}

#[tokio::test]
async fn the_worlds_events_lie_in_their_areas_and_add_up_to_the_observations() {
    let Some(data) = real_data("the_worlds_events_lie_in_their_areas_and_add_up_to_the_observations") else { return };
    let folder = data.join("missions/minusca");
    let world = mission_of(&folder).await;
    let events = std::fs::read(data.join("violence_events.csv")).expect("events");
    let done_with = send_events(&mut world.coordinator(), &events).await.expect("events");
    assert_eq!((done_with.read, done_with.rows_rejected), (61_296, 0));
    assert_eq!(done_with.added + done_with.outside, 61_296);
    let again = send_events(&mut world.coordinator(), &events).await.expect("events");
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, done_with.added));

    let mut civilians: BTreeMap<(String, String), f64> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let page = pb::ListEventsRequest { page_size: 2_000, cursor, ..Default::default() };
        let page = done(world.coordinator().list_events(page).await);
        for event in page.events {
            *civilians.entry((event.area, event.date)).or_default() += f64::from(event.deaths_civilians.unwrap_or(0));
        }
        cursor = page.next_cursor;
        if cursor.is_empty() {
            break;
        }
    }
    let text = std::fs::read_to_string(folder.join("observations.csv")).expect("observations");
    for ((indicator, area), years) in plainly(&text) {
        for (year, value) in years.iter().filter(|_| indicator == "OC-CIVDEATHS") {
            let counted = civilians.get(&(area.clone(), year.clone())).copied().unwrap_or_default();
            assert_eq!(counted, *value, "{area} {year}");
        }
    }
}
