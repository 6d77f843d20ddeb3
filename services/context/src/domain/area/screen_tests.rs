use std::{collections::BTreeSet, io::Write as _};

use geo::{Validation as _, coord};
use proptest::prelude::*;

use super::*;
use crate::domain::area::geojson::read;

/// Compressed size of a country's first level that a screen may have to wait for, in bytes.
const COMPRESSED_BYTES_MAX: usize = 30 * 1024;

fn compressed(text: &str) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory").len()
}

fn real_boundaries(mission: &str) -> Option<Vec<u8>> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let folder = std::env::var("CPAS_REAL_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
    let path = std::path::Path::new(root).join(folder).join("missions").join(mission).join("boundaries.geojson");
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "in CI the real data must be there: {error}");
            eprintln!("left out: the real boundaries of {mission} are not there ({error})");
            None
        }
    }
}

#[test]
fn the_first_level_of_a_country_is_small_and_still_itself() {
    for mission in ["minusca", "unmiss"] {
        let Some(file) = real_boundaries(mission) else { continue };
        let reading = read(&file).expect("real boundaries");
        assert_eq!(reading.rejected, vec![], "nothing real is refused");
        let shapes: Vec<_> = reading.features.iter().map(|feature| &feature.shape).collect();
        let simple = simplify(&shapes);
        let text: String = simple.iter().map(geojson).collect();
        assert!(compressed(&text) <= COMPRESSED_BYTES_MAX, "{mission}: {} bytes", compressed(&text));
        eprintln!("{mission}: {} bytes as text, {} compressed", text.len(), compressed(&text));
        for (feature, simple) in reading.features.iter().zip(&simple) {
            assert!(simple.is_valid(), "{}", feature.code);
            let (before, after) = (feature.shape.unsigned_area(), simple.unsigned_area());
            assert!((after - before).abs() < before * 0.01, "{}: {before} became {after}", feature.code);
        }
    }
}

/// Two areas with a ragged border between them; the second walks it the other way.
fn neighbours(ragged: &[f64]) -> [MultiPolygon<f64>; 2] {
    let border: Vec<_> =
        (0..ragged.len()).map(|place| coord! { x: 5.0 + ragged[place], y: 1.0 + place as f64 * 0.01 }).collect();
    let top = 1.0 + ragged.len() as f64 * 0.01;
    let (south, north) = (coord! { x: 5.0, y: 0.0 }, coord! { x: 5.0, y: top + 1.0 });
    let ring = |far: f64, border: Vec<Coord<f64>>| {
        let mut ring = vec![coord! { x: far, y: 0.0 }, south];
        ring.extend(border);
        ring.extend([north, coord! { x: far, y: top + 1.0 }]);
        ring.push(ring[0]);
        LineString::new(ring)
    };
    let mut east = ring(10.0, border.clone()).0;
    east.reverse();
    [ring(0.0, border), LineString::new(east)].map(|ring| MultiPolygon::new(vec![Polygon::new(ring, vec![])]))
}

fn edges(shape: &MultiPolygon<f64>) -> BTreeSet<(Key, Key)> {
    let lines = shape.0.iter().flat_map(rings).flat_map(|ring| ring.lines().collect::<Vec<_>>());
    lines.map(|line| (key(line.start), key(line.end))).map(|(one, other)| (one.min(other), one.max(other))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn neighbours_still_meet_without_a_gap(ragged in prop::collection::vec(-0.3f64..0.3, 3..300), tolerance in 0.0f64..0.01) {
        let shapes = neighbours(&ragged);
        let shapes = [&shapes[0], &shapes[1]];
        let simple = Borders::of(&shapes).at(&shapes, tolerance);
        let (west, east) = (edges(&simple[0]), edges(&simple[1]));
        let border = |edges: &BTreeSet<(Key, Key)>| -> BTreeSet<_> {
            edges.iter().filter(|(one, other)| one.0.min(other.0) > 20_000 && one.0.max(other.0) < 80_000).copied().collect()
        };
        prop_assert_eq!(border(&west), border(&east), "the shared border is the same line for both");
        prop_assert!(simple.iter().all(|shape| crossing::find(&[shape.0[0].exterior().clone()]) == Found::Nothing));
    }
}

#[test]
fn an_island_too_small_to_see_goes_but_never_the_area_itself() {
    let square = |west: f64, side: f64| {
        let ring = [(west, 0.0), (west + side, 0.0), (west + side, side), (west, side), (west, 0.0)];
        Polygon::new(LineString::from(ring.to_vec()), vec![])
    };
    let shape = MultiPolygon::new(vec![square(0.0, 0.02), square(1.0, 0.01)]);
    let simple = Borders::of(&[&shape]).at(&[&shape], 0.0002);
    assert_eq!(simple[0].0.len(), 1, "the smaller one is below the tolerance");
    assert!((simple[0].unsigned_area() - 0.0004).abs() < 1e-9, "the largest is kept whatever the tolerance");
}

#[test]
fn a_shape_is_written_as_the_least_kind_that_holds_it() {
    let triangle = Polygon::new(LineString::from(vec![(0.0, 0.0), (1.5, 0.0), (0.0, 1.0), (0.0, 0.0)]), vec![]);
    let text = geojson(&MultiPolygon::new(vec![triangle.clone()]));
    assert_eq!(text, r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[1.5,0.0],[0.0,1.0],[0.0,0.0]]]}"#);
    assert!(geojson(&MultiPolygon::new(vec![triangle.clone(), triangle])).starts_with(r#"{"type":"MultiPolygon""#));
}
