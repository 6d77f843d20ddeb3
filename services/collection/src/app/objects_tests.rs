use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use super::*;

/// For the tests: what a text becomes.
fn read(text: &str) -> Result<String, String> {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    let owner = Owner { mission: "UNMIC".to_owned(), fiscal_start_month: 7 };
    let mut csv = table(&file, &owner, 1 << 20).map_err(|error| error.to_string())?;
    let mut text = String::new();
    csv.seek(SeekFrom::Start(0)).expect("the beginning");
    csv.read_to_string(&mut text).expect("a text");
    Ok(text)
}

#[test]
fn flat_objects_become_a_table_however_they_are_held() {
    let table = "area,indicator,slice,value\nA1,OC-X,sex=f,3\n,OC-X,,\n";
    let objects = [
        r#"{"indicator": "OC-X", "area": "A1", "value": 3, "slice": {"sex": "f"}}"#,
        r#"{"indicator": "OC-X", "area": null, "value": null, "slice": ""}"#,
    ];
    let [one, other] = objects;
    for text in [
        format!("[{one}, {other}]"),
        format!("{one}\n{other}\n"),
        format!("\u{feff}{{\"observations\": [{one},{other}], \"next_cursor\": \"\"}}"),
    ] {
        assert_eq!(read(&text).as_deref(), Ok(table), "{text}");
    }
}

#[test]
fn a_data_value_set_is_read_as_dhis2_writes_it() {
    let text = r#"{"dataSet": "DS", "orgUnit": "A1", "dataValues": [
        {"dataElement": "OC-X", "period": "202402", "value": "7", "deleted": true},
        {"dataElement": "OC-X", "period": "202403", "categoryOptionCombo": "HllvX50cXC0", "value": "12", "followUp": false},
        {"dataElement": "OC-X", "period": "2024Q1", "orgUnit": "UNMIC", "categoryOptionCombo": "sex=f", "value": "5", "comment": "by phone"},
        {"dataElement": "OC-R", "period": "2023July", "value": "0.5", "comment": "3 / 6. of the sample"}]}"#;
    assert_eq!(
        read(text).as_deref(),
        Ok("Indicator code,Location code,Period,Slice,Value,Numerator,Denominator,Note\n\
            OC-X,A1,2024-03,,12,,,\n\
            OC-X,,2024-Q1,sex=f,5,,,by phone\n\
            OC-R,A1,FY2024,,0.5,3,6,of the sample\n")
    );
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    for (text, said) in [
        ("[{\"a\": 1}, {\"a\": ]", "line 1 column 18"),
        ("{\"a\": 1}\n{\"a\"", "line 2"),
        ("[1, 2]", "invalid type"),
        ("[]", "holds no objects"),
        ("{}", "holds no objects"),
    ] {
        let refused = read(text).expect_err(text);
        assert!(refused.contains(said), "{text}: {refused}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(&deep).is_err());
    let wide: String = (0..300).map(|number| format!("\"n{number}\": 1,")).collect();
    let refused = read(&format!("[{{{}}}]", wide.trim_end_matches(','))).expect_err("too many names");
    assert!(refused.contains("more than 200 names"), "{refused}");
}

#[test]
fn what_stands_behind_the_values_counts_for_them_and_for_no_other_document() {
    let one = r#"{"dataValues":[{"dataElement":"OC-X","period":"202403","value":"5"}],"orgUnit":"A1"}"#;
    let other =
        r#"{"dataValues":[{"dataElement":"OC-X","period":"202404","value":"6","attributeOptionCombo":"DONOR"}]}"#;
    let rows = read(&format!("{one}\n{other}")).expect("a table");
    let rows: Vec<&str> = rows.lines().skip(1).collect();
    assert_eq!(
        rows,
        ["OC-X,A1,2024-03,,5,,,", "OC-X,(no organisation unit),2024-04,attributeOptionCombo=DONOR,6,,,"],
        "a value of nowhere is nobody's, and a donor's part no total: both are rejected"
    );
}

#[test]
fn one_object_is_held_in_memory_and_no_long_one() {
    let inside = format!("[{{\"a\": [{}]}}]", vec!["[]"; 200_000].join(","));
    let beside = format!("{{\"meta\": \"{}\", \"rows\": [{{\"a\": 1}}]}}", "x".repeat(600_000));
    for text in [inside, beside] {
        let refused = read(&text).expect_err("too long");
        assert!(refused.contains("longer than 256 kB"), "{refused}");
    }
    let many = vec!["{\"a\": 1}"; 100_000].join("\n");
    assert_eq!(read(&many).expect("objects of which none is long").lines().count(), 100_001);
}
