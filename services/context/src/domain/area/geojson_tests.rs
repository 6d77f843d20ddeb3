use proptest::prelude::*;
use serde_json::json;

use super::*;

fn square() -> Value {
    json!({"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]})
}

fn file(properties: Value, geometry: Value) -> Vec<u8> {
    let feature = json!({"type": "Feature", "properties": properties, "geometry": geometry});
    serde_json::to_vec(&json!({"type": "FeatureCollection", "features": [feature]})).expect("JSON")
}

fn only(file: &[u8]) -> Result<Feature, Rejected> {
    let mut reading = read(file).expect("a FeatureCollection");
    assert_eq!(reading.read, 1);
    reading.rejected.pop().map_or_else(|| Ok(reading.features.remove(0)), Err)
}

fn reason(properties: Value, geometry: Value) -> String {
    only(&file(properties, geometry)).expect_err("rejected").reason
}

#[test]
fn a_feature_becomes_what_its_properties_say() {
    let properties = json!({"code": "CF11", "name": "Bangui", "name_fr": "Bangui (fr)", "admin_level": 1, "parent": "CF",
        "valid_from": "2020-12-10", "valid_to": "", "country": "CF"});
    let feature = only(&file(properties, square())).expect("a good one");
    assert_eq!((feature.code.as_str(), feature.level), ("CF11", Some(1)));
    assert_eq!(feature.name, Text::of("Bangui", "Bangui (fr)"));
    assert_eq!(feature.parent.as_ref().map(Code::as_str), Some("CF"));
    assert_eq!(feature.validity, Validity::new("2020-12-10".parse().ok(), None).expect("in order"));
    assert_eq!(feature.shape.0.len(), 1);
}

#[test]
fn without_a_name_the_code_stands_in() {
    assert_eq!(only(&file(json!({"code": 7}), square())).expect("a good one").name, Text::of("7", ""));
}

#[test]
fn what_is_wrong_with_a_feature_is_said() {
    let bow_tie = json!({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]});
    let second_open = json!({"type": "MultiPolygon", "coordinates": [
        [[[0, 0], [4, 0], [4, 4], [0, 0]]], [[[10, 0], [14, 0], [14, 4], [10, 1]]]]});
    for (properties, geometry, says) in [
        (json!({}), square(), "It has no code."),
        (json!({"code": " "}), square(), "It has no code."),
        (json!({"code": ["CF"]}), square(), "neither a text nor a whole number"),
        (json!({"code": "C F"}), square(), "letters, digits"),
        (json!({"code": "A", "name": 5}), square(), "\"name\" is not a text"),
        (json!({"code": "A", "admin_level": "one"}), square(), "from 0 (a country) to 9"),
        (json!({"code": "A", "parent": {}}), square(), "\"parent\" is not the code"),
        (json!({"code": "A", "valid_from": "soon"}), square(), "not a date"),
        (
            json!({"code": "A", "valid_from": "2024-01-02", "valid_to": "2024-01-01"}),
            square(),
            "ends (2024-01-01) before",
        ),
        (json!({"code": "A"}), Value::Null, "no geometry"),
        (json!({"code": "A"}), json!({"type": "Point", "coordinates": [0, 0]}), "is a \"Point\""),
        (json!({"code": "A"}), json!({"type": "Polygon"}), "no coordinates"),
        (json!({"code": "A"}), json!({"type": "MultiPolygon", "coordinates": []}), "no polygons"),
        (json!({"code": "A"}), json!({"type": "Polygon", "coordinates": [[["a", 0]]]}), "not a pair"),
        (json!({"code": "A"}), bow_tie, "crosses itself at [1, 1]"),
        (json!({"code": "A"}), second_open, "Polygon 2 of 2: The outer ring is not closed"),
    ] {
        let said = reason(properties.clone(), geometry);
        assert!(said.contains(says), "{properties}: {said}");
    }
}

#[test]
fn a_file_that_is_no_collection_is_refused_as_a_whole() {
    let refused = |file: &[u8]| read(file).expect_err("refused");
    assert_eq!(refused(b""), NotBoundaries::Empty);
    assert_eq!(
        refused(" \n\u{feff}".as_bytes()),
        NotBoundaries::NotJson { line: 2, column: 1, what: "expected value".to_owned() }
    );
    assert_eq!(refused("\u{feff}\n".as_bytes()), NotBoundaries::Empty);
    assert!(matches!(refused(b"PK\x03\x04shapefile"), NotBoundaries::NotShapes(_)));
    assert_eq!(refused(b"\x89PNG\r\n\xff"), NotBoundaries::Binary(1));
    assert!(matches!(refused(b"code,name\nCF,x"), NotBoundaries::NotJson { line: 1, column: 1, .. }));
    assert!(matches!(refused(b"{\"type\": \"FeatureCollection\", \"features\": ["), NotBoundaries::NotJson { .. }));
    assert!(matches!(refused(b"[]"), NotBoundaries::NotACollection(_)));
    assert!(
        matches!(refused(b"{\"type\": \"Topology\"}"), NotBoundaries::NotTopology(what) if what == "it has no arcs")
    );
    assert!(
        matches!(refused(b"{\"type\": \"Feature\"}"), NotBoundaries::NotACollection(what) if what.contains("Feature"))
    );
    assert!(matches!(refused(b"{\"type\": \"FeatureCollection\"}"), NotBoundaries::NotACollection(_)));
    assert_eq!(refused(b"{\"type\": \"FeatureCollection\", \"features\": []}"), NotBoundaries::NoFeatures);
    let mercator = br#"{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}}"#;
    assert!(matches!(refused(mercator), NotBoundaries::OtherCoordinates(_)));
    assert_eq!(refused(&vec![b' '; FILE_BYTES_MAX + 1]), NotBoundaries::TooLarge(FILE_BYTES_MAX + 1));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(refused(deep.as_bytes()), NotBoundaries::NotJson { .. }), "depth is bounded");
}

#[test]
fn the_coordinate_system_of_older_files_is_known() {
    let mut collection: Value = serde_json::from_slice(&file(json!({"code": "A"}), square())).expect("JSON");
    collection["crs"] = json!({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}});
    let reading = read(&serde_json::to_vec(&collection).expect("JSON")).expect("WGS 84");
    assert_eq!(reading.features.len(), 1);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_coordinates_are_read_or_refused_without_a_panic(
        points in prop::collection::vec((-200.0f64..200.0, -100.0f64..100.0), 0..12), close in any::<bool>()
    ) {
        let mut ring: Vec<_> = points.iter().map(|(x, y)| json!([x.round(), y.round()])).collect();
        if close && !ring.is_empty() { ring.push(ring[0].clone()); }
        let bytes = file(json!({"code": "A"}), json!({"type": "Polygon", "coordinates": [ring]}));
        let reading = read(&bytes).expect("a FeatureCollection");
        prop_assert_eq!(reading.features.len() + reading.rejected.len(), 1);
    }
}
