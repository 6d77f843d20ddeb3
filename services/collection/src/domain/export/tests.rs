use chrono::{DateTime, NaiveDate};
use cpas_proto::words::{Classification, Language, Period};
use proptest::prelude::*;
use uuid::Uuid;

use super::{COLUMNS, EVENT_COLUMNS, Event, Row, csv, dhis2, geojson, jsonl};
use crate::domain::file::{
    Encoding, Utf8Text,
    records::{Record, Records},
};

fn a_row() -> Row {
    let period: Period = "2024-Q1".parse().expect("a period");
    Row {
        id: Uuid::nil(),
        indicator: "OC-TRUST".to_owned(),
        definition_version: 2,
        period,
        first_day: period.first_day(7),
        last_day: period.last_day(7),
        area: "CF11".to_owned(),
        area_name: "Ombella M’Poko".to_owned(),
        slice: "sex=f".to_owned(),
        kind: "ratio".to_owned(),
        value: None,
        numerator: Some(30.0),
        denominator: Some(60.0),
        level: String::new(),
        text: String::new(),
        state: "verified".to_owned(),
        classification: Classification::Unclassified,
        reliability: "B".to_owned(),
        credibility: 2,
        source: "Survey, \"wave\" 3".to_owned(),
        note: String::new(),
        recorded_at: DateTime::from_timestamp_micros(1_700_000_000_000_001).expect("an instant"),
    }
}

fn read(text: &str) -> Vec<Vec<String>> {
    let mut records = Records::new(Utf8Text::new(text.as_bytes(), Encoding::Utf8), ',');
    let mut record = Record::default();
    let mut rows = Vec::new();
    while records.next(&mut record).expect("readable").is_some() {
        rows.push(record.cells().map(str::to_owned).collect());
    }
    rows
}

#[test]
fn a_table_has_headings_tags_and_a_cell_for_each() {
    for language in [Language::En, Language::Fr] {
        let mut text = csv::head(language);
        csv::row(&mut text, &a_row());
        let rows = read(&text);
        assert!(rows.iter().all(|row| row.len() == COLUMNS.len()), "{rows:?}");
        assert!(rows[1].iter().all(|tag| tag.starts_with('#')), "{rows:?}");
        assert_eq!(rows[2][9..12], ["0.5", "30", "60"]);
        assert_eq!(rows[2][16], "Survey, \"wave\" 3");
    }
    assert!(csv::head(Language::Fr).contains("Période"));
}

#[test]
fn nothing_that_somebody_wrote_is_run_by_a_spreadsheet() {
    for formula in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"] {
        let mut row = a_row();
        (row.note, row.source) = (formula.to_owned(), formula.to_owned());
        (row.kind, row.text) = ("text".to_owned(), formula.to_owned());
        let mut text = String::new();
        csv::row(&mut text, &row);
        let cells = &read(&text)[0];
        for place in [9, 16, 17] {
            assert!(cells[place].trim().starts_with('\''), "{formula:?}: {cells:?}");
        }
    }
    assert_eq!(csv::harmless("-3.5"), "-3.5", "a number is none");
}

#[test]
fn a_line_of_json_has_numbers_and_nulls() {
    let mut text = String::new();
    jsonl::row(&mut text, &a_row());
    let value: serde_json::Value = serde_json::from_str(text.trim_end()).expect("JSON");
    assert_eq!((&value["value"], &value["numerator"], &value["note"]), (&0.5.into(), &30.0.into(), &().into()));
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn a_data_value_set_has_the_values_only() {
    let mut text = dhis2::HEAD.to_owned();
    let mut row = a_row();
    assert!(dhis2::row(&mut text, true, "MIN", 7, &row));
    (row.kind, row.numerator, row.area, row.slice) = ("missing".to_owned(), None, String::new(), String::new());
    assert!(!dhis2::row(&mut text, false, "MIN", 7, &row));
    (row.kind, row.value) = ("value".to_owned(), Some(0.0));
    assert!(dhis2::row(&mut text, false, "MIN", 7, &row));
    text.push_str(dhis2::TAIL);
    let set: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let values = set["dataValues"].as_array().expect("values");
    assert_eq!(values.len(), 2);
    assert_eq!(values[0]["categoryOptionCombo"], "sex=f");
    assert_eq!((&values[0]["comment"], &values[0]["value"]), (&"30 / 60".into(), &"0.5".into()));
    assert_eq!((&values[1]["orgUnit"], &values[1]["value"]), (&"MIN".into(), &"0".into()));
    assert!(values[1].get("categoryOptionCombo").is_none());
}

#[test]
fn periods_are_written_as_dhis2_reads_them() {
    let said = |text: &str, start: u32| {
        let period: Period = text.parse().expect("a period");
        dhis2::period(period, period.first_day(start), start)
    };
    for (ours, theirs) in [
        ("2024-03-17", "20240317"),
        ("2024-03", "202403"),
        ("2024-Q4", "2024Q4"),
        ("2024-H2", "2024S2"),
        ("2024", "2024"),
    ] {
        assert_eq!(said(ours, 7).as_deref(), Some(theirs));
    }
    let fiscal: Period = "FY2024".parse().expect("a period");
    use chrono::Datelike as _;
    assert_eq!(said("FY2024", 7), Some(format!("{}July", fiscal.first_day(7).year())));
    assert_eq!(said("FY2024", 2), None);
    assert!(!dhis2::can_say(fiscal.frequency(), 2) && dhis2::can_say(fiscal.frequency(), 10));
}

#[test]
fn events_are_points_and_rows() {
    let event = Event {
        id: Uuid::nil(),
        source: "UCDP".to_owned(),
        external_id: "7".to_owned(),
        kind: "1".to_owned(),
        sub_kind: String::new(),
        date: "2019-05".to_owned(),
        date_precision: "month".to_owned(),
        longitude: 18.55,
        latitude: 4.36,
        point_precision: "near".to_owned(),
        classification: Classification::Confidential,
        actor_one: "=Militia".to_owned(),
        actor_two: String::new(),
        notes: "Market, burnt".to_owned(),
        place: "Bangui".to_owned(),
        area: "CF71".to_owned(),
        deaths_best: Some(0),
        deaths_low: None,
        deaths_high: None,
        deaths_civilians: Some(3),
    };
    let mut text = geojson::HEAD.to_owned();
    geojson::event(&mut text, true, &event);
    geojson::event(&mut text, false, &event);
    text.push_str(geojson::TAIL);
    let collection: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(collection["features"][1]["geometry"]["coordinates"], serde_json::json!([18.55, 4.36]));
    assert_eq!(collection["features"][0]["properties"]["deaths_best"], 0);
    let mut text = csv::event_head();
    csv::event(&mut text, &event);
    let rows = read(&text);
    assert!(rows.iter().all(|row| row.len() == EVENT_COLUMNS.len()));
    assert_eq!(rows[2][11..15], ["0", "", "", "3"], "zero is not the same as not known");
    assert_eq!((&*rows[2][8], &*rows[2][18]), ("near", "confidential"));
    assert_eq!(rows[2][15..18], ["'=Militia", "", "Market, burnt"], "no cell is a formula");
}

proptest! {
    #[test]
    fn every_cell_comes_back_as_it_was(
        note in "[a-zA-Z0-9éà\",;'][^\\x00]{0,40}[a-z\"]",
        numerator in -1e12..1e12_f64,
        denominator in 1e-3..1e9_f64,
    ) {
        let mut row = a_row();
        (row.note, row.numerator, row.denominator) = (note.clone(), Some(numerator), Some(denominator));
        let mut text = String::new();
        csv::row(&mut text, &row);
        let rows = read(&text);
        prop_assert_eq!(rows.len(), 1);
        prop_assert_eq!(&rows[0][17], &note);
        prop_assert_eq!(rows[0][10].parse::<f64>().ok(), Some(numerator));
        let day = NaiveDate::from_ymd_opt(2024, 1, 1).map(|day| day.to_string());
        prop_assert_eq!(Some(&rows[0][5]), day.as_ref());
    }
}
