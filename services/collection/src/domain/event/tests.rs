//! Tests of [`super`].

use super::*;
use crate::domain::file::records::Records;

fn read(text: &str) -> Vec<Result<EventRow, NoEvent>> {
    let mut records = Records::new(text.as_bytes(), ',');
    let mut record = Record::default();
    records.next(&mut record).expect("readable").expect("a heading");
    let headings: Vec<String> = record.cells().map(str::to_owned).collect();
    let layout = EventLayout::read(&headings).expect("a layout");
    let (mut survey, mut found) = (EventSurvey::default(), Vec::new());
    while records.next(&mut record).expect("readable").is_some() {
        survey.see(&layout, &record);
        found.push(record.clone());
    }
    let (mut keys, mut rows) = (Keys::default(), Vec::new());
    for record in &found {
        let mut row = layout.parse(record, survey.writing());
        if let Ok(row) = &mut row {
            keys.complete(row);
        }
        rows.push(row);
    }
    rows
}

const UCDP: &str = "year,longitude,latitude,place,deaths_best_estimate,deaths_civilians\n";

#[test]
fn identical_rows_are_different_events_and_the_same_file_gives_the_same_keys() {
    let text = format!("{UCDP}2017,69.162796,34.531094,Kabul city,11,5\n2017,69.162796,34.531094,Kabul city,11,5\n");
    let rows = read(&text);
    let ids: Vec<&str> = rows.iter().map(|row| row.as_ref().expect("an event").external_id.as_str()).collect();
    assert_ne!(ids[0], ids[1]);
    let again = read(&text);
    assert_eq!(rows, again);
    let first = rows[0].as_ref().expect("an event");
    assert_eq!((first.when.precision(), first.deaths_best, first.deaths_civilians), ("year", Some(11), Some(5)));
}

#[test]
fn a_general_layout_keeps_the_id_of_its_source() {
    let rows =
        read("Source,Event ID,Event date,Lon,Lat,Type,Fatalities,Low\nACLED,CAF12,2024-05-03,18.5,4.4,Battles,3,NA\n");
    let event = rows[0].as_ref().expect("an event");
    assert_eq!((&*event.source, &*event.external_id, &*event.kind), ("ACLED", "CAF12", "Battles"));
    assert_eq!(event.when, When::Day("2024-05-03".parse().expect("a date")));
    assert_eq!((event.deaths_best, event.deaths_low), (Some(3), None));
}

#[test]
fn precision_and_classification_are_read_as_sources_write_them() {
    let rows = read(
        "date,lon,lat,where_prec,classification\n2017,1,1,1,\n2017,1,1,2,confidential\n2017,1,1,4,\n2017,1,1,Near,\n2017,1,1,,\n",
    );
    let rows: Vec<EventRow> = rows.into_iter().map(|row| row.expect("an event")).collect();
    let precisions: Vec<Option<&str>> = rows.iter().map(|row| row.point_precision.map(PointPrecision::word)).collect();
    assert_eq!(precisions, [Some("exact"), Some("near"), Some("area"), Some("near"), None]);
    assert_eq!((rows[0].classification, rows[1].classification), (None, Some(Classification::Confidential)));
}

#[test]
fn a_bad_row_says_which_column() {
    let rows = read(&format!("{UCDP}2017,200,34,x,1,0\nlong ago,1,1,x,1,0\n2017,1,1,x,-1,0\n2017,1,1,x,many,0\n"));
    let columns: Vec<String> = rows.into_iter().map(|row| row.expect_err("no event").column).collect();
    assert_eq!(columns, ["longitude", "date", "deaths_best", "deaths_best"]);
    let rows = read("date,lon,lat,geo_precision,classification\n2017,1,1,9,\n2017,1,1,1,hidden\n");
    let columns: Vec<String> = rows.into_iter().map(|row| row.expect_err("no event").column).collect();
    assert_eq!(columns, ["point_precision", "classification"]);
    let headings = ["date".to_owned(), "latitude".to_owned()];
    assert!(EventLayout::read(&headings).expect_err("no longitude").starts_with("No column holds the longitude"));
}

#[test]
fn days_are_read_as_exports_and_spreadsheets_write_them() {
    let told = |text: &str| {
        let rows = read(&format!("event_date,date_end,lon,lat\n{text}"));
        let one = |row: Result<EventRow, NoEvent>| row.map_or_else(|no| no.column, |row| row.when.text());
        rows.into_iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(
        told("15 March 2024,,18.5,4.25\n1er mai 2024,,18.5,4.25\nmars 2024,,18.5,4.25\n"),
        ["2024-03-15", "2024-05-01", "2024-03"]
    );
    assert_eq!(
        told("17.03.2024,,18.5,4.25\n03.04.2024,05/04/2024,18.5,4.25\n45292,,1,1\n"),
        ["2024-03-17", "last_day", "2024-01-01"]
    );
    assert_eq!(
        told("3/17/2024,3/19/2024,1,1\n03/04/2024,03/06/2024,1,1\n"),
        ["2024-03-17/2024-03-19", "2024-03-04/2024-03-06"]
    );
    assert_eq!(
        told("03/04/2024,,1,1\n2024-03-17,,1,1\n2024-01-02/2024-01-04,,1,1\n"),
        ["date", "2024-03-17", "2024-01-02/2024-01-04"]
    );
    // Points between the numbers of a date say nothing of decimal signs.
    let rows = read("date,lon,lat\n17.03.2024,\"1,234\",\"4,5\"\n");
    assert_eq!(rows[0].as_ref().map(|row| row.longitude), Ok(1.234));
}

#[test]
fn precision_is_that_of_the_source_and_no_more() {
    let acled =
        "event_id_cnty,event_date,time_precision,geo_precision,longitude,latitude,actor1,actor2,notes,fatalities\n";
    let rows = read(&format!(
        "{acled}A,2024-05-03,1,1,1,1,Militia (East),Civilians,\"Market, burnt\",2\nB,2024-05-03,2,2,1,1,,,,0\nC,2024-05-03,3,3,1,1,,,,0\n\
         D,2024-05-03,9,1,1,1,,,,0\nE,2024-05-03,1,9,1,1,,,,0\n"
    ));
    let told = |row: &Result<EventRow, NoEvent>| {
        row.clone().map(|row| (row.when.text(), row.point_precision)).map_err(|no| no.column)
    };
    let told: Vec<_> = rows.iter().map(told).collect();
    let (exact, near, area) = (PointPrecision::Exact, PointPrecision::Near, PointPrecision::Area);
    assert_eq!(told[0], Ok(("2024-05-03".to_owned(), Some(exact))));
    assert_eq!(told[1], Ok(("2024-04-30/2024-05-06".to_owned(), Some(near))));
    assert_eq!(told[2], Ok(("2024-05".to_owned(), Some(area))));
    assert_eq!(told[3], Err("time_precision".to_owned()));
    assert_eq!(told[4], Err("point_precision".to_owned()));
    let first = rows[0].as_ref().expect("an event");
    assert_eq!((&*first.actor_one, &*first.actor_two, &*first.notes), ("Militia (East)", "Civilians", "Market, burnt"));

    let ucdp = "id,date_start,date_end,date_prec,where_prec,longitude,latitude,side_a,side_b,best\n";
    let rows = read(&format!(
        "{ucdp}1,2020-01-05,2020-01-05,1,1,1,1,Gov,Rebels,3\n2,2020-01-05,2020-01-09,2,3,1,1,,,1\n3,2020-01-05,,4,6,1,1,,,1\n\
         4,2020-01-05,,5,,1,1,,,1\n5,2020-01-05,2020-01-01,1,1,1,1,,,1\n6,2020-01-05,,1,8,1,1,,,1\n"
    ));
    let told: Vec<_> = rows.iter().map(|row| row.clone().map(|row| (row.when.text(), row.point_precision))).collect();
    let texts: Vec<_> =
        told.iter().map(|one| one.as_ref().map_or_else(|no| no.column.clone(), |one| one.0.clone())).collect();
    assert_eq!(texts, ["2020-01-05", "2020-01-05/2020-01-09", "2020-01", "2020", "last_day", "point_precision"]);
    assert_eq!(told[1].as_ref().map(|one| one.1), Ok(Some(area)));
    assert_eq!(told[2].as_ref().map(|one| one.1), Ok(Some(area)));
    assert_eq!(told[3].as_ref().map(|one| one.1), Ok(None));
}
