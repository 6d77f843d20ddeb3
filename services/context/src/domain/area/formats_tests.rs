//! Files of boundaries that are not GeoJSON: read as what they stand for, or refused with a word on why.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use serde_json::{Value, json};
use shapefile::{
    Point, Polygon, PolygonRing, ShapeWriter, Writer,
    dbase::{FieldName, FieldValue, Record, TableWriterBuilder, encoding::EncodingRs},
};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    geojson::{NotBoundaries, Reading, read},
    shapes, topojson,
};

const WGS84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]"#;

/// Two squares side by side that share a border, as one topology.
fn topology() -> Value {
    json!({
        "type": "Topology",
        "arcs": [[[1, 0], [1, 1]], [[1, 1], [0, 1], [0, 0], [1, 0]], [[1, 0], [2, 0], [2, 1], [1, 1]]],
        "objects": {"admin1": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "id": "CA01", "arcs": [[0, 1]], "properties": {"name": "West"}},
            {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"code": "CA02", "name": "East"}}
        ]}}
    })
}

fn refused(file: &[u8]) -> NotBoundaries {
    read(file).expect_err("refused")
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).expect("JSON")
}

fn codes(reading: &Reading) -> Vec<(&str, &str)> {
    reading.features.iter().map(|feature| (feature.code.as_str(), feature.name.en.as_str())).collect()
}

#[test]
fn a_topology_is_read_with_its_shared_borders() {
    let reading = read(&bytes(&topology())).expect("a topology");
    assert_eq!(reading.rejected, vec![]);
    assert_eq!(codes(&reading), [("CA01", "West"), ("CA02", "East")]);
    use geo::Area as _;
    for feature in &reading.features {
        assert!((feature.shape.unsigned_area() - 1.0).abs() < 1e-12, "{}", feature.code);
    }
}

#[test]
fn a_quantized_topology_says_the_same_as_a_plain_one() {
    let mut quantized = topology();
    quantized["transform"] = json!({"scale": [0.5, 0.25], "translate": [0.0, 0.0]});
    quantized["arcs"] =
        json!([[[2, 0], [0, 4]], [[2, 4], [-2, 0], [0, -4], [2, 0]], [[2, 0], [2, 0], [0, 4], [-2, 0]]]);
    let (plain, quantized) = (read(&bytes(&topology())).expect("plain"), read(&bytes(&quantized)).expect("quantized"));
    assert_eq!(plain, quantized);
}

#[test]
fn a_topology_that_cannot_be_unfolded_is_refused_with_what_is_wrong() {
    let with = |place: &str, value: Value| {
        let mut topology = topology();
        *topology.pointer_mut(place).expect("there") = value;
        refused(&bytes(&topology)).to_string()
    };
    let arcs = "/objects/admin1/geometries/0/arcs";
    for (said, says) in [
        (with(arcs, json!([[0, 7]])), "names the arc 7, but has 3 arcs"),
        (with(arcs, json!([[-9]])), "names the arc -9"),
        (with(arcs, json!([["x"]])), "something that is no number"),
        (with("/arcs/1", json!([[0, "x"]])), "arc 1 (counted from 0) is not a list of positions"),
        (with("/objects", json!(null)), "it has no objects"),
    ] {
        assert!(said.contains(says), "{said}");
    }
    let long: Vec<_> = (0..30_000).map(|place| json!([place % 90, 1])).collect();
    let named: Vec<_> = (0..100).map(|_| json!(0)).collect();
    let bomb =
        json!({"type": "Topology", "arcs": [long], "objects": {"a": {"type": "Polygon", "id": "A", "arcs": [named]}}});
    let said = refused(&bytes(&bomb)).to_string();
    assert!(said.contains(&format!("more than {} points", topojson::POINTS_MAX)), "{said}");
}

fn ring(west: f64, side: f64, hole: bool) -> PolygonRing<Point> {
    let mut points = vec![
        Point::new(west, 0.0),
        Point::new(west, side),
        Point::new(west + side, side),
        Point::new(west + side, 0.0),
        Point::new(west, 0.0),
    ];
    if hole {
        points = points.into_iter().rev().map(|point| Point::new(point.x + 0.25, point.y + 0.25)).collect();
        PolygonRing::Inner(points)
    } else {
        PolygonRing::Outer(points)
    }
}

/// The .shp and .dbf of two areas, one with a hole, in this encoding.
fn shapefile(encoding: &'static encoding_rs::Encoding) -> (Vec<u8>, Vec<u8>) {
    let (mut shp, mut dbf) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
    {
        let field = |name: &str| FieldName::try_from(name).expect("a name of a column");
        let table = TableWriterBuilder::with_encoding(EncodingRs::from(encoding))
            .add_character_field(field("CODE"), 20)
            .add_character_field(field("NAME_FR"), 40)
            .add_numeric_field(field("ADMIN_LEVE"), 4, 0);
        let mut writer = Writer::new(ShapeWriter::new(&mut shp), table.build_with_dest(&mut dbf));
        let areas = [
            ("CA01", "Préfecture de l’Ouham", vec![ring(0.0, 1.0, false), ring(0.0, 0.5, true)]),
            ("CA02", "Kémo", vec![ring(2.0, 1.0, false), ring(4.0, 1.0, false)]),
        ];
        for (code, name, rings) in areas {
            let mut record = Record::default();
            record.insert("CODE".to_owned(), FieldValue::Character(Some(code.to_owned())));
            record.insert("NAME_FR".to_owned(), FieldValue::Character(Some(name.to_owned())));
            record.insert("ADMIN_LEVE".to_owned(), FieldValue::Numeric(Some(1.0)));
            writer.write_shape_and_record(&Polygon::with_rings(rings), &record).expect("an area");
        }
    }
    (shp.into_inner(), dbf.into_inner())
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a file");
        archive.write_all(content).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn a_zipped_shapefile_is_read_in_the_encoding_that_it_was_written_in() {
    for (encoding, cpg) in
        [(encoding_rs::UTF_8, Some("UTF-8")), (encoding_rs::UTF_8, None), (encoding_rs::WINDOWS_1252, None)]
    {
        let (shp, dbf) = shapefile(encoding);
        let mut files: Vec<(&str, &[u8])> = vec![
            ("adm/ca.SHP", &shp),
            ("adm/ca.dbf", &dbf),
            ("adm/ca.prj", WGS84.as_bytes()),
            ("__MACOSX/._ca.shp", b"x"),
        ];
        files[0].0 = "adm/ca.shp";
        files.extend(cpg.map(|cpg| ("adm/ca.cpg", cpg.as_bytes())));
        let reading = read(&zipped(&files)).expect("a shapefile");
        assert_eq!(reading.rejected, vec![], "{}", encoding.name());
        let names: Vec<_> =
            reading.features.iter().map(|one| (one.code.as_str(), one.name.fr.as_str(), one.level)).collect();
        assert_eq!(names, [("CA01", "Préfecture de l’Ouham", Some(1)), ("CA02", "Kémo", Some(1))]);
        let [first, second] = reading.features.as_slice() else { panic!("two areas") };
        assert_eq!((first.shape.0.len(), first.shape.0[0].interiors().len()), (1, 1), "the hole is in its ring");
        assert_eq!(second.shape.0.len(), 2, "two outer rings are two polygons");
    }
}

#[test]
fn a_shape_of_more_holes_than_can_be_told_apart_is_refused() {
    let (mut shp, mut dbf) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
    {
        let code = FieldName::try_from("CODE").expect("a name of a column");
        let table = TableWriterBuilder::new().add_character_field(code, 20).build_with_dest(&mut dbf);
        let mut record = Record::default();
        record.insert("CODE".to_owned(), FieldValue::Character(Some("CA01".to_owned())));
        let rings = (0..3_000).flat_map(|place| {
            let west = f64::from(place) / 20.0;
            [ring(west, 0.04, false), ring(west, 0.02, true)]
        });
        let area = Polygon::with_rings(rings.collect());
        Writer::new(ShapeWriter::new(&mut shp), table).write_shape_and_record(&area, &record).expect("an area");
    }
    let file = zipped(&[("a.shp", &shp.into_inner()), ("a.dbf", &dbf.into_inner())]);
    let said = shapes::features(&file).expect_err("too many").to_string();
    assert!(said.contains("3000 rings and 3000 holes"), "{said}");
}

#[test]
fn an_archive_that_is_no_shapefile_is_refused_with_what_is_missing() {
    let (shp, dbf) = shapefile(encoding_rs::UTF_8);
    let mercator = br#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984"]]"#;
    for (files, says) in [
        (vec![("a.txt", b"x".as_slice())], "the archive holds no .shp"),
        (vec![("a.shp", shp.as_slice())], "no a.dbf"),
        (vec![("a.shp", &shp), ("b.shp", &shp), ("a.dbf", &dbf)], "2 shapefiles (a.shp, b.shp)"),
        (vec![("a.shp", &shp[..150]), ("a.dbf", &dbf)], "its shape 0 (counted from 0) cannot be read"),
        (vec![("a.shp", b"x"), ("a.dbf", &dbf)], "its .shp cannot be read"),
        (vec![("a.shp", &shp), ("a.dbf", b"x")], "its .dbf cannot be read"),
        (vec![("a.shp", &shp), ("a.dbf", &dbf), ("a.prj", mercator)], "WGS_1984_Web_Mercator_Auxiliary_Sphere"),
    ] {
        let said = refused(&zipped(&files)).to_string();
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn an_archive_that_would_unpack_to_too_much_is_refused_before_it_is_unpacked() {
    let (shp, dbf) = shapefile(encoding_rs::UTF_8);
    let zeros = vec![0u8; shapes::UNPACKED_BYTES_MAX as usize + 1];
    let bomb = zipped(&[("a.shp", &shp), ("a.dbf", &dbf), ("big.bin", &zeros)]);
    assert!(bomb.len() < 200_000, "small as it arrives");
    assert_eq!(refused(&bomb), NotBoundaries::UnpacksTooLarge);
    // One that lies about its size: what the directory says is made small.
    let mut lying = zipped(&[("a.shp", &zeros), ("a.dbf", &dbf)]);
    let size = (zeros.len() as u32).to_le_bytes();
    while let Some(place) = lying.windows(4).position(|four| four == size) {
        lying[place..place + 4].copy_from_slice(&1000u32.to_le_bytes());
    }
    assert!(matches!(refused(&lying), NotBoundaries::UnpacksTooLarge | NotBoundaries::NotShapes(_)));
    let many: Vec<_> = (0..=shapes::FILES_MAX).map(|place| format!("{place}.txt")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    assert!(refused(&zipped(&many)).to_string().contains("at most 200"));
}

proptest! {
    #[test]
    fn a_damaged_shapefile_is_read_or_refused_without_a_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), in_table in any::<bool>()) {
        let (mut shp, mut dbf) = shapefile(encoding_rs::UTF_8);
        let damaged = if in_table { &mut dbf } else { &mut shp };
        let place = at.index(damaged.len());
        damaged[place] = byte;
        let _ = read(&zipped(&[("a.shp", &shp), ("a.dbf", &dbf)]));
    }

    #[test]
    fn any_arcs_are_read_or_refused_without_a_panic(arcs in prop::collection::vec(prop::collection::vec((-200i32..200, -100i32..100), 0..6), 0..5), named in prop::collection::vec(-8i64..8, 0..6)) {
        let topology = json!({"type": "Topology", "arcs": arcs, "objects": {"a": {"type": "Polygon", "id": "A", "arcs": [named]}}});
        let _ = read(&bytes(&topology));
    }
}
