//! Data out, as files.

use std::io::Read as _;

use chassis::Code;
use cpas_proto::{
    collection::v1 as pb,
    common::v1::FileChunk,
    words::{Classification, Role},
};
use serde_json::Value;

use crate::world::{
    Client, World, deaths, dimension, done, expect_code, preview, refused, send_events, series_of, these,
};

/// The file of a stream, and its name.
async fn file(mut stream: tonic::Streaming<FileChunk>) -> (String, Vec<u8>) {
    let (mut name, mut bytes) = (String::new(), Vec::new());
    while let Some(piece) = stream.message().await.expect("a piece") {
        if !piece.file_name.is_empty() {
            name = piece.file_name;
        }
        bytes.extend(piece.data);
    }
    (name, bytes)
}

async fn exported(client: &mut Client, asked: pb::ExportObservationsRequest) -> Vec<u8> {
    file(done(client.export_observations(asked).await)).await.1
}

fn in_format(format: &str) -> pb::ExportObservationsRequest {
    pb::ExportObservationsRequest { format: format.to_owned(), ..Default::default() }
}

/// Rows of a CSV below its headings and tags, as a third party's reader has them.
fn table(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).expect("UTF-8").strip_prefix('\u{feff}').expect("a mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
    rows.skip(1).collect()
}

const DATA: &str = "indicator,area,period,sex,value,numerator,denominator,note\n\
                    OC-CIVDEATHS,A1,2024-01,f,3,,,\"a note, with \"\"marks\"\"\"\n\
                    OC-CIVDEATHS,A1,2024-01,m,0,,,\n\
                    OC-CIVDEATHS,A2,2024-02,,missing,,,\n\
                    OC-CIVDEATHS,B,2024-03,,suppressed,,,\n\
                    OC-CIVDEATHS,B,2024-04,,7.5,,,\n\
                    OC-TRUST,A,2024-Q1,,,30,60,\n\
                    OC-TRUST,,2024-Q1,,not applicable,,,\n";

#[tokio::test]
async fn what_goes_out_comes_in_again_and_changes_nothing() {
    let world = World::start().await;
    world.import(DATA).await;
    for language in ["en", "fr"] {
        let asked = pb::ExportObservationsRequest { language: language.to_owned(), ..in_format("csv") };
        let (name, bytes) = file(done(world.coordinator().export_observations(asked).await)).await;
        assert!(name.starts_with("observations-") && name.ends_with(".csv"), "{name}");
        assert_eq!(table(&bytes).len(), 7);
        let again = preview(&mut world.coordinator(), &bytes, &[]).await.expect("a preview");
        assert_eq!(
            (again.rows_read, again.rows_unchanged, again.rows_rejected),
            (7, 7, 0),
            "{language}: {:?}",
            again.rejected
        );
        assert!(again.hxl_tags);
    }
}

#[tokio::test]
async fn each_format_says_the_same() {
    let world = World::start().await;
    world.import(DATA).await;
    let mut client = world.coordinator();
    let rows = table(&exported(&mut client, in_format("csv")).await);
    let keys: Vec<(&str, &str, &str, &str)> =
        rows.iter().map(|row| (row[0].as_str(), row[2].as_str(), row[4].as_str(), row[7].as_str())).collect();

    let lines = String::from_utf8(exported(&mut client, in_format("jsonl")).await).expect("UTF-8");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let json: Vec<[String; 4]> =
        lines.iter().map(|line| ["indicator", "area", "period", "slice"].map(|key| of(line, key))).collect();
    let json: Vec<(&str, &str, &str, &str)> =
        json.iter().map(|[one, two, three, four]| (&**one, &**two, &**three, &**four)).collect();
    assert_eq!(json, keys);
    assert_eq!(lines[1]["value"], 0.0, "zero is a value");
    assert_eq!((&lines[2]["kind"], &lines[2]["value"]), (&"missing".into(), &Value::Null));

    let set: Value = serde_json::from_slice(&exported(&mut client, in_format("dhis2")).await).expect("JSON");
    let values = set["dataValues"].as_array().expect("values");
    let told: Vec<(&str, &str)> = values
        .iter()
        .map(|own| (own["period"].as_str().expect("a period"), own["value"].as_str().expect("a value")))
        .collect();
    assert_eq!(told, [("202401", "3"), ("202401", "0"), ("202404", "7.5"), ("2024Q1", "0.5")]);

    let workbook = exported(&mut client, in_format("xlsx")).await;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).expect("a workbook");
    let mut sheet = String::new();
    archive.by_name("xl/worksheets/sheet2.xml").expect("a sheet").read_to_string(&mut sheet).expect("text");
    assert_eq!(sheet.matches("<row ").count(), 2 + rows.len());
    assert!(sheet.contains("<v>7.5</v>") && !sheet.contains("<f>"), "numbers are numbers, and nothing is a formula");
    assert!(sheet.contains("a note, with "), "{sheet}");
}

#[tokio::test]
async fn a_file_is_narrowed_and_of_one_moment() {
    let world = World::start().await;
    world.import(DATA).await;
    let mut client = world.coordinator();
    let moment = world.stage.clock.now();
    let count =
        async |asked: pb::ExportObservationsRequest| table(&exported(&mut world.coordinator(), asked).await).len();
    let narrowed = |areas: &[&str], first: &str, last: &str| pb::ExportObservationsRequest {
        areas: areas.iter().map(|&area| area.to_owned()).collect(),
        first_period: first.to_owned(),
        last_period: last.to_owned(),
        ..in_format("csv")
    };
    assert_eq!(count(narrowed(&["A"], "", "")).await, 4, "A, and A1 and A2 that lie in it");
    assert_eq!(count(narrowed(&["B"], "2024-04", "")).await, 1);
    assert_eq!(count(narrowed(&[], "", "2024-01")).await, 4, "the quarter touches January");
    let trust = pb::ExportObservationsRequest { indicators: vec!["OC-TRUST".to_owned()], ..in_format("csv") };
    assert_eq!(count(trust).await, 2);
    let verified = pb::ExportObservationsRequest { only_verified: true, ..in_format("csv") };
    assert_eq!(count(verified.clone()).await, 0);
    let listed = done(client.list_observations(pb::ListObservationsRequest::default()).await).observations;
    done(world.r#as(Role::Verifier).verify_observations(these(&[&listed[0]])).await);
    assert_eq!(count(verified).await, 1);
    world.import("indicator,area,period,value\nOC-CIVDEATHS,B,2024-04,8\nOC-CIVDEATHS,B,2024-05,1\n").await;
    let then = pb::ExportObservationsRequest { as_known_at: moment.to_rfc3339(), ..narrowed(&["B"], "2024-04", "") };
    let rows = table(&exported(&mut client, then).await);
    assert_eq!((rows.len(), rows[0][9].as_str()), (1, "7.5"), "as it was known before the correction");
    let rows = table(&exported(&mut client, narrowed(&["B"], "2024-04", "")).await);
    assert_eq!(rows.iter().map(|row| row[9].as_str()).collect::<Vec<_>>(), ["8", "1"]);
}

#[tokio::test]
async fn every_observation_of_many_pages_comes_once() {
    let world = World::start().await;
    let mut text = String::from("indicator,area,period,sex,value\n");
    let mut rows = 0;
    for year in 1960..2024 {
        for month in 1..=12 {
            for area in ["A", "A1", "A2", "B", ""] {
                for sex in ["f", "m", "unknown", ""] {
                    text.push_str(&format!("OC-CIVDEATHS,{area},{year}-{month:02},{sex},{rows}\n"));
                    rows += 1;
                }
            }
        }
    }
    world.import(&text).await;
    let found = table(&exported(&mut world.coordinator(), in_format("csv")).await);
    let ids: std::collections::BTreeSet<&str> = found.iter().map(|row| row[19].as_str()).collect();
    assert_eq!((found.len(), ids.len()), (rows, rows), "more than one page: {rows}");
    let sum: f64 = found.iter().map(|row| row[9].parse::<f64>().expect("a number")).sum();
    assert_eq!(sum, (rows * (rows - 1) / 2) as f64);
}

#[tokio::test]
async fn what_is_secret_does_not_go_out_and_who_asks_for_it_learns_nothing() {
    let world = World::start().await;
    let secret = cpas_collection::domain::definition::Definition {
        id: uuid::Uuid::from_u128(0xD9),
        code: "CX-INFORMANTS".to_owned(),
        classification: Classification::StrictlyConfidential,
        dimensions: vec![dimension("sex", &["f", "m"])],
        ..deaths()
    };
    world.indicator(&secret).await;
    world.import("indicator,area,period,value\nCX-INFORMANTS,A,2024-01,4\nOC-CIVDEATHS,A,2024-01,1\n").await;
    let outsider = world.cleared(Role::Coordinator, Classification::Confidential);
    let mut client = world.of(&outsider);
    let rows = table(&exported(&mut client, in_format("csv")).await);
    assert_eq!(rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["OC-CIVDEATHS"]);
    let named = |code: &str| pb::ExportObservationsRequest { indicators: vec![code.to_owned()], ..in_format("csv") };
    let hidden = refused(client.export_observations(named("CX-INFORMANTS")).await).message;
    let absent = refused(client.export_observations(named("CX-ABSENT")).await).message;
    assert_eq!(hidden.replace("INFORMANTS", "ABSENT"), absent);
    let rows = table(&exported(&mut world.coordinator(), in_format("csv")).await);
    let levels: Vec<&str> = rows.iter().map(|row| row[13].as_str()).collect();
    assert_eq!(levels, ["strictly_confidential", "unclassified"], "each row says how far it may travel");
}

#[tokio::test]
async fn a_wrong_wish_is_named() {
    let world = World::start().await;
    let mut client = world.coordinator();
    let field = async |client: &mut Client, asked: pb::ExportObservationsRequest| {
        let failure = expect_code(client.export_observations(asked).await, Code::Invalid);
        failure.violations.first().map(|violation| violation.field.clone()).unwrap_or_default()
    };
    assert_eq!(field(&mut client, in_format("ods")).await, "format");
    let with = |change: fn(&mut pb::ExportObservationsRequest)| {
        let mut asked = in_format("csv");
        change(&mut asked);
        asked
    };
    assert_eq!(field(&mut client, with(|asked| asked.language = "de".to_owned())).await, "language");
    assert_eq!(field(&mut client, with(|asked| asked.areas = vec!["Z".to_owned()])).await, "areas");
    assert_eq!(field(&mut client, with(|asked| asked.first_period = "soon".to_owned())).await, "first_period");
    assert_eq!(field(&mut client, with(|asked| asked.as_known_at = "now".to_owned())).await, "as_known_at");
    // What DHIS2 cannot say is refused before a byte is sent. The year of this mission starts in July, which it can.
    let empty: Value = serde_json::from_slice(&exported(&mut client, in_format("dhis2")).await).expect("JSON");
    assert_eq!(empty["dataValues"].as_array().map(Vec::len), Some(0));
    let series = done(client.get_series(series_of("OC-CIVDEATHS", &[""], "")).await);
    assert!(series.parts.iter().all(|part| part.points.is_empty()));
}

#[tokio::test]
async fn events_go_out_as_points_and_come_in_again() {
    let world = World::start().await;
    let sent = "source,external_id,event_type,date,longitude,latitude,location,deaths_best,where_prec,side_a,notes,classification\n\
                UCDP,1,state,2019-05-03/2019-05-05,1.5,1.5,\"Bria, town\",3,3,Militia,\"Two lines, a tab\t\",confidential\n\
                UCDP,2,one-sided,2019-06,11,2,,0,,,,\n\
                UCDP,3,state,2019-07-01,179,80,,9,,,,\n";
    let taken = send_events(&mut world.coordinator(), sent.as_bytes()).await.expect("events");
    assert_eq!((taken.added, taken.outside, taken.areas), (2, 1, 4));
    let asked = |format: &str| pb::ExportEventsRequest { format: format.to_owned(), ..Default::default() };
    let (name, bytes) = file(done(world.coordinator().export_events(asked("geojson")).await)).await;
    assert!(name.ends_with(".geojson"), "{name}");
    let collection: geojson::FeatureCollection = String::from_utf8(bytes).expect("UTF-8").parse().expect("GeoJSON");
    assert_eq!(collection.features.len(), 2);
    let (_, bytes) = file(done(world.coordinator().export_events(asked("csv")).await)).await;
    let again = send_events(&mut world.coordinator(), &bytes).await.expect("events");
    assert_eq!((again.read, again.unchanged, again.rows_rejected), (2, 2, 0), "{:?}", again.rejected);
    let failure = expect_code(world.coordinator().export_events(asked("xlsx")).await, Code::Invalid);
    assert!(failure.message.contains("geojson"), "{failure}");
    let late = pb::ExportEventsRequest { first_date: "2019-06-15".to_owned(), ..asked("csv") };
    assert_eq!(table(&file(done(world.coordinator().export_events(late).await)).await.1).len(), 1);
}
